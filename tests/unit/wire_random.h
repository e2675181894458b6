/* wire_random - structs filled by chance as their shapes allow, for the laws of the wire.
 *
 * Only what a field table can hold: enums within their words, keys once, counts within their room.
 * The bytes between fields stay zero, so that two structs are the same when their bytes are. */
#pragma once

#include "base/prng.h"
#include "core/shape.h"

struct wire_random {
    struct ps_prng prng;
    bool facts; /* of a record: numbers within their bounds, words are any handles */
};

/* The words of random pictures: their handles have the ids 1 .. WIRE_WORDS. */
enum { WIRE_WORDS = 24, WIRE_WORDS_BYTES = 8192 };
struct ps_words *wire_random_words(void);

/* Fill a zeroed object. A part's or a nested object's first byte, `here`, is set. */
void wire_random_object(struct wire_random *random, const struct ps_shape *shape, void *object);

/* Change something of a filled object: some of its fields, some items of its maps. */
void wire_random_change(struct wire_random *random, const struct ps_shape *shape, void *object);
