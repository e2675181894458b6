/* The real seal: known answers of the standards, and chance that does not repeat. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "seal/seal.h"

static void assert_hex(const uint8_t *bytes, size_t count, const char *hex)
{
    char text[2 * PS_HASH_BYTES + 1];
    assert_in_range(count, 1, PS_HASH_BYTES);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    assert_string_equal(text, hex);
}

static const char hash_of_abc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char hash_of_nothing[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static void hash_gives_the_answers_of_fips_180(void **state)
{
    (void)state;
    uint8_t hash[PS_HASH_BYTES];

    ps_seal_hash("abc", 3, hash);
    assert_hex(hash, sizeof hash, hash_of_abc);
    ps_seal_hash("", 0, hash);
    assert_hex(hash, sizeof hash, hash_of_nothing);
}

static void pieces_hash_as_if_they_were_one(void **state)
{
    (void)state;
    const void *pieces[] = {"a", NULL, "bc", ""};
    const size_t sizes[] = {1, 0, 2, 0};
    uint8_t hash[PS_HASH_BYTES];

    ps_seal_hash_pieces(pieces, sizes, PS_COUNT(pieces), hash);
    assert_hex(hash, sizeof hash, hash_of_abc);
    ps_seal_hash_pieces(pieces, sizes, 0, hash);
    assert_hex(hash, sizeof hash, hash_of_nothing);
}

/* RFC 4231 has no key of 32 bytes; its keys of 4 and 20 bytes padded with zeros to 32 are the same
 * key to HMAC, which pads them itself. */
static void mac_gives_the_answers_of_rfc_4231(void **state)
{
    (void)state;
    uint8_t mac[PS_HASH_BYTES];
    uint8_t key[PS_KEY_BYTES] = {0};

    memset(key, 0x0b, 20);
    ps_seal_mac(key, "Hi There", 8, mac);
    assert_hex(mac, sizeof mac, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    memset(key, 0, sizeof key);
    memcpy(key, "Jefe", 4);
    ps_seal_mac(key, "what do ya want for nothing?", 28, mac);
    assert_hex(mac, sizeof mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void equal_sees_every_single_bit(void **state)
{
    (void)state;
    uint8_t one[PS_HASH_BYTES] = {0};
    uint8_t other[PS_HASH_BYTES] = {0};

    assert_true(ps_seal_equal(one, other, sizeof one));
    for (size_t bit = 0; bit < 8 * sizeof one; bit++) {
        other[bit / 8] = (uint8_t)(1U << bit % 8);
        assert_false(ps_seal_equal(one, other, sizeof one));
        other[bit / 8] = 0;
    }
    assert_true(ps_seal_equal(one, other, 0));
}

static void base64url_gives_the_answers_of_rfc_4648_without_padding(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
    const uint8_t last_letters[] = {0xfb, 0xff, 0xbf};
    char text[32];

    for (size_t i = 0; i < PS_COUNT(pairs); i++) {
        size_t length =
            ps_seal_base64url((const uint8_t *)pairs[i][0], strlen(pairs[i][0]), text, sizeof text);
        assert_string_equal(text, pairs[i][1]);
        assert_int_equal(length, strlen(pairs[i][1]));
    }
    assert_int_equal(ps_seal_base64url(last_letters, 3, text, sizeof text), 4);
    assert_string_equal(text, "-_-_");
}

static void base64url_that_does_not_fit_writes_nothing(void **state)
{
    (void)state;
    char text[8] = "before";

    assert_int_equal(ps_seal_base64url((const uint8_t *)"foo", 3, text, 4), 0);
    assert_string_equal(text, "before");
    assert_int_equal(ps_seal_base64url((const uint8_t *)"foo", 3, text, 5), 4);
    assert_string_equal(text, "Zm9v");
    assert_int_equal(ps_seal_base64url((const uint8_t *)"", 0, text, 0), 0);
}

static void random_bytes_do_not_repeat(void **state)
{
    (void)state;
    uint8_t drawn[64][16];

    ps_seal_random(drawn[0], 0);
    ps_seal_random(&drawn[0][0], sizeof drawn);
    for (size_t i = 0; i < PS_COUNT(drawn); i++) {
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(drawn[i], drawn[j], sizeof drawn[i]);
        }
    }
}

static void *hash_many(void *context)
{
    uint8_t hash[PS_HASH_BYTES];
    const uint8_t key[PS_KEY_BYTES] = {1};
    for (int i = 0; i < 500; i++) {
        ps_seal_mac(key, "abc", 3, hash);
        ps_seal_hash("abc", 3, hash);
    }
    memcpy(context, hash, sizeof hash);
    return NULL;
}

static void threads_may_hash_at_the_same_time(void **state)
{
    (void)state;
    pthread_t threads[4];
    uint8_t hashes[4][PS_HASH_BYTES];

    for (size_t i = 0; i < PS_COUNT(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, hash_many, hashes[i]), 0);
    }
    for (size_t i = 0; i < PS_COUNT(threads); i++) {
        pthread_join(threads[i], NULL);
        assert_hex(hashes[i], PS_HASH_BYTES, hash_of_abc);
    }
}

static jmp_buf asserted;

static _Noreturn void leap(const char *what, const char *file, int line)
{
    (void)what;
    (void)file;
    (void)line;
    longjmp(asserted, 1);
}

static void the_real_seal_cannot_be_seeded(void **state)
{
    (void)state;
    volatile bool caught = false;

    ps_assert_hook(leap);
    if (setjmp(asserted) == 0) {
        ps_seal_fake_seed(7);
    } else {
        caught = true;
    }
    ps_assert_hook(NULL);

    assert_true(caught);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_gives_the_answers_of_fips_180),
        cmocka_unit_test(pieces_hash_as_if_they_were_one),
        cmocka_unit_test(mac_gives_the_answers_of_rfc_4231),
        cmocka_unit_test(equal_sees_every_single_bit),
        cmocka_unit_test(base64url_gives_the_answers_of_rfc_4648_without_padding),
        cmocka_unit_test(base64url_that_does_not_fit_writes_nothing),
        cmocka_unit_test(random_bytes_do_not_repeat),
        cmocka_unit_test(threads_may_hash_at_the_same_time),
        cmocka_unit_test(the_real_seal_cannot_be_seeded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
