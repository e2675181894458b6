/* seal - randomness, hashes and MACs.
 *
 * Two implementations of one header: seal.c on libcrypto for the product, fake.c (seeded,
 * repeatable) for the simulator and the tests. Nobody above knows which is linked. Owns nothing but
 * the fake's seed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PS_HASH_BYTES = 32, /* SHA-256 */
    PS_KEY_BYTES = 32,  /* HMAC-SHA-256 key */
};

/* Fill `bytes` with `count` random bytes. Asserts if the system has no randomness: nothing can go
 * on. */
void ps_seal_random(uint8_t *bytes, size_t count);

/* SHA-256 of `count` bytes. */
void ps_seal_hash(const void *bytes, size_t count, uint8_t ret_hash[PS_HASH_BYTES]);

/* SHA-256 over several pieces, as if they were one. pieces[i] has sizes[i] bytes. */
void ps_seal_hash_pieces(const void *const *pieces, const size_t *sizes, size_t pieces_count,
                         uint8_t ret_hash[PS_HASH_BYTES]);

/* HMAC-SHA-256. */
void ps_seal_mac(const uint8_t key[PS_KEY_BYTES], const void *bytes, size_t count,
                 uint8_t ret_mac[PS_HASH_BYTES]);

/* Equal, in a time that does not depend on where they differ. */
bool ps_seal_equal(const void *a, const void *b, size_t count);

/* base64url without padding. Writes at most room bytes with a final NUL; returns the length, 0 if
 * it does not fit. */
size_t ps_seal_base64url(const uint8_t *bytes, size_t count, char *ret_text, size_t room);

/* The fake alone: start its sequence again from `seed`. In seal.c this asserts. */
void ps_seal_fake_seed(uint64_t seed);
