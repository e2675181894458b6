/* fake - chance that repeats itself, for the simulator and the tests.
 *
 * Hashes and MACs stay the real ones (digest.c): a journal written under the fake is verified by
 * the product and the other way round, and equal seeds still give equal bytes. One thread. Never
 * linked into the product. */
#include "seal/seal.h"

#include "base/prng.h"

/* The only state of this floor: the sequence handed out by ps_seal_random. */
static struct ps_prng sequence = {.state = 1};

void ps_seal_fake_seed(uint64_t seed)
{
    sequence = ps_prng_seed(seed);
}

void ps_seal_random(uint8_t *bytes, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) {
        if (i % sizeof word == 0) {
            word = ps_prng_next(&sequence);
        }
        bytes[i] = (uint8_t)(word >> (8 * (i % sizeof word)));
    }
}
