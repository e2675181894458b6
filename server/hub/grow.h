/* grow - a bounded text that takes more memory as it grows; for operators' reports only. */
#pragma once

#include "base/assert.h"
#include "base/err.h"
#include "base/text.h"

enum {
    PS_GROW_FIRST_BYTES = 64 * 1024,
    PS_GROW_BYTES_MAX = 64 * 1024 * 1024, /* an export of one set's years is some megabytes */
};

/* Make sure that `more` bytes fit into `text`, whose bytes are on the heap (NULL at first).
 * PS_E_LIMIT: PS_GROW_BYTES_MAX, or no memory; the text stays as it is. */
PS_MUST_CHECK enum ps_err ps_grow(struct ps_text *text, size_t more);
/* Free its bytes. */
void ps_grow_finish(struct ps_text *text);
