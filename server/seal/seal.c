/* seal - real chance, from libcrypto's generator (which the kernel seeds). The product's half of
 * seal.h; what does not depend on chance is in digest.c and base64url.c. */
#include "seal/seal.h"

#include <limits.h>
#include <openssl/rand.h>

#include "base/assert.h"

void ps_seal_random(uint8_t *bytes, size_t count)
{
    while (count > 0) {
        int piece = count > INT_MAX ? INT_MAX : (int)count;
        ps_assert(RAND_bytes(bytes, piece) == 1);
        bytes += piece;
        count -= (size_t)piece;
    }
}

void ps_seal_fake_seed(uint64_t seed)
{
    (void)seed;
    ps_assert_failed("the real seal has no seed", __FILE__, __LINE__);
}
