/* prng - a small seeded generator for the simulator and for jitter. Never for secrets: seal/seal.h.
 */
#pragma once

#include <stdint.h>

/* xorshift64*: state must not be 0; ps_prng_seed sees to that. */
struct ps_prng {
    uint64_t state;
};

static inline struct ps_prng ps_prng_seed(uint64_t seed)
{
    return (struct ps_prng){.state = seed * 0x9E3779B97F4A7C15ULL + 0xD1B54A32D192ED03ULL};
}

static inline uint64_t ps_prng_next(struct ps_prng *prng)
{
    uint64_t x = prng->state == 0 ? 0x9E3779B97F4A7C15ULL : prng->state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    prng->state = x;
    return x * 0x2545F4914F6CDD1DULL;
}

/* A number in 0 .. bound - 1 (0 for bound 0). The small bias does not matter for a simulator. */
static inline uint64_t ps_prng_below(struct ps_prng *prng, uint64_t bound)
{
    return bound == 0 ? 0 : ps_prng_next(prng) % bound;
}
