/* word - a text that somebody wrote, as the state holds it, and the store where the bytes are.
 *
 * A handle is new at each write and never used again in its set, so equal handles mean equal words
 * (pictures.md). The bytes live beside the state in one bounded block owned by the hub, and can be
 * erased without touching an event or the state's hash. Pure; owns nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/assert.h"
#include "base/err.h"

/* id 0: no words. An id with PS_WORD_FRESH set points into the text of a command: its low bits are
 * the offset. Only ps_emit_word turns a fresh one into a kept one. */
struct ps_word {
    uint32_t id;
    uint16_t bytes;
    uint8_t owner; /* seat of who wrote it; 0 = the server */
    uint8_t pad;
};
#define PS_WORD_FRESH 0x80000000U

/* A store: the header, then `room` bytes: texts grow up from the start, their index down from the
 * end. The memory is the caller's, aligned for uint32_t. */
struct ps_words {
    uint32_t room;  /* bytes after the header */
    uint32_t used;  /* by texts */
    uint32_t count; /* of index entries */
    uint32_t pad;
};

/* Begin an empty store in `memory` of `bytes` (more than the header). */
struct ps_words *ps_words_init(void *memory, size_t bytes);

/* Keep a text under its handle; ids must rise. PS_E_LIMIT: no room (the hub gives a larger block).
 */
PS_MUST_CHECK enum ps_err ps_words_add(struct ps_words *words, struct ps_word word,
                                       const char *text);

/* The highest id kept so far; 0: none. A new one must be higher. */
uint32_t ps_words_last(const struct ps_words *words);

/* The bytes of `word` (word.bytes of them, not NUL-terminated), or NULL when it is gone or erased.
 */
const char *ps_words_find(const struct ps_words *words, struct ps_word word);

/* Copy into the empty store `to` every text of `from` whose id is in `ids` (rising, count of them).
 * PS_E_LIMIT: `to` is too small. */
PS_MUST_CHECK enum ps_err ps_words_copy(struct ps_words *to, const struct ps_words *from,
                                        const uint32_t *ids, size_t count);

/* Copy all. */
PS_MUST_CHECK enum ps_err ps_words_copy_all(struct ps_words *to, const struct ps_words *from);
