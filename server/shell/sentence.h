/* sentence - the one sentence in an error's JSON, for the command line.
 *
 * JSON belongs to the wire floor; all that is wanted here is the text of {"error":"…"}, which our
 * own server wrote. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Copy the string of the member "error" as one line of text. false: there is none. */
bool ps_sentence_of_error(const char *json, size_t count, char *ret_sentence, size_t room);
