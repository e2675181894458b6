/* describe - the files of protocol/ that follow from the field tables: schemas, types, authority.
 *
 * Nothing here knows a folder: each file is written into a bounded text, and who calls puts it
 * where it belongs (server/describe.c, the tests). The same tables serve the decoder, so what is
 * written cannot differ from what is accepted. Deterministic: no clock, no chance, no addresses. */
#pragma once

#include "base/text.h"

/* The largest of the files, bytes. Asserted when it is passed: the tables are ours, not a person's.
 */
enum { PS_DESCRIBE_BYTES_MAX = 512 * 1024 };

/* Name of file `index` inside protocol/ ("schema/picture.json"), or NULL past the end. */
const char *ps_describe_name(size_t index);

/* Write file `index`; `text` has room for PS_DESCRIBE_BYTES_MAX. */
void ps_describe_write(size_t index, struct ps_text *text);
