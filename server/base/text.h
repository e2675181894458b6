/* text - bounded building of text, and the policy for what people write.
 *
 * ps_text builds into memory of the caller and never writes past it: what does not fit sets `full`
 * and the caller decides (refuse, or send less). Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ps_text {
    char *bytes;
    size_t used;
    size_t room;
    bool full;
};

/* Begin an empty text in `bytes` with `room` bytes. */
struct ps_text ps_text_into(char *bytes, size_t room);

/* Add at the end: `count` bytes, a NUL-terminated string, one byte, a number in decimal digits.
 * What does not fit whole is not added at all, and sets `full`; so is everything after that. */
void ps_text_add(struct ps_text *text, const char *bytes, size_t count);
void ps_text_add_string(struct ps_text *text, const char *string);
void ps_text_add_char(struct ps_text *text, char c);
void ps_text_add_int(struct ps_text *text, int64_t number);
/* The bytes as the inside of a JSON string, escaped. Input must be valid UTF-8. */
void ps_text_add_json(struct ps_text *text, const char *bytes, size_t count);

/* Why a text that a person wrote is not accepted. */
enum ps_text_fault {
    PS_TEXT_FINE = 0,
    PS_TEXT_TOO_LONG, /* more code points than allowed */
    PS_TEXT_CONTROL,  /* a control character, or one that changes the direction of writing */
    PS_TEXT_MARKS,    /* a pile of combining marks */
    PS_TEXT_ENCODING, /* not UTF-8 */
};

/* Check `count` bytes against the text policy; white space at both ends is not counted in
 * `*ret_from` .. `*ret_to` (byte offsets, equal when nothing is left). chars_max: code points.
 * Newline and tab are allowed when `lines` is true. */
enum ps_text_fault ps_text_check(const char *bytes, size_t count, size_t chars_max, bool lines,
                                 size_t *ret_from, size_t *ret_to);
