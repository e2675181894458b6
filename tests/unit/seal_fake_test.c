/* The seal of the simulator: chance that repeats itself, hashes that are the real ones. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "seal/seal.h"

static void a_seed_repeats_its_sequence(void **state)
{
    (void)state;
    uint8_t first[100];
    uint8_t again[100];

    ps_seal_fake_seed(42);
    ps_seal_random(first, sizeof first);
    ps_seal_fake_seed(42);
    ps_seal_random(again, sizeof again);

    assert_memory_equal(first, again, sizeof first);
}

static void another_seed_gives_another_sequence(void **state)
{
    (void)state;
    uint8_t first[32];
    uint8_t other[32];

    ps_seal_fake_seed(42);
    ps_seal_random(first, sizeof first);
    ps_seal_fake_seed(43);
    ps_seal_random(other, sizeof other);

    assert_memory_not_equal(first, other, sizeof first);
}

static void a_sequence_goes_on(void **state)
{
    (void)state;
    uint8_t first[32];
    uint8_t next[32];

    ps_seal_fake_seed(42);
    ps_seal_random(first, sizeof first);
    ps_seal_random(next, sizeof next);

    assert_memory_not_equal(first, next, sizeof first);
}

static void hashes_are_the_real_ones(void **state)
{
    (void)state;
    const uint8_t begin[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea};
    uint8_t hash[PS_HASH_BYTES];

    ps_seal_hash("abc", 3, hash);

    assert_memory_equal(hash, begin, sizeof begin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_repeats_its_sequence),
        cmocka_unit_test(another_seed_gives_another_sequence),
        cmocka_unit_test(a_sequence_goes_on),
        cmocka_unit_test(hashes_are_the_real_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
