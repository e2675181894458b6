/* digest - SHA-256, HMAC-SHA-256 and comparison, on libcrypto's EVP.
 *
 * Algorithms are fetched once for the process: a fetch searches the providers under a lock and
 * costs more than the hash of a record. The fetched objects are only read afterwards, so any thread
 * may come here. They live as long as the process. A failure of libcrypto is not an error of the
 * world that anybody could answer (memory is gone or the build is broken), so it asserts. */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/assert.h"
#include "seal/seal.h"

static CRYPTO_ONCE fetched = CRYPTO_ONCE_STATIC_INIT;
static EVP_MD *sha256;
static EVP_MAC_CTX *hmac_sha256; /* has its digest, has no key; copied for each use */

static void fetch(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (hmac == NULL) {
        return;
    }
    hmac_sha256 = EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac); /* the context holds its own reference */
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    if (hmac_sha256 != NULL && EVP_MAC_CTX_set_params(hmac_sha256, params) != 1) {
        EVP_MAC_CTX_free(hmac_sha256);
        hmac_sha256 = NULL;
    }
}

static void fetch_once(void)
{
    ps_assert(CRYPTO_THREAD_run_once(&fetched, fetch) == 1);
    ps_assert(sha256 != NULL);
    ps_assert(hmac_sha256 != NULL);
}

void ps_seal_hash(const void *bytes, size_t count, uint8_t ret_hash[PS_HASH_BYTES])
{
    ps_seal_hash_pieces(&bytes, &count, 1, ret_hash);
}

void ps_seal_hash_pieces(const void *const *pieces, const size_t *sizes, size_t pieces_count,
                         uint8_t ret_hash[PS_HASH_BYTES])
{
    fetch_once();
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    ps_assert(digest != NULL);
    ps_assert(EVP_DigestInit_ex2(digest, sha256, NULL) == 1);
    for (size_t i = 0; i < pieces_count; i++) {
        ps_assert(EVP_DigestUpdate(digest, pieces[i], sizes[i]) == 1);
    }
    unsigned written = 0;
    ps_assert(EVP_DigestFinal_ex(digest, ret_hash, &written) == 1);
    ps_assert(written == PS_HASH_BYTES);
    EVP_MD_CTX_free(digest);
}

void ps_seal_mac(const uint8_t key[PS_KEY_BYTES], const void *bytes, size_t count,
                 uint8_t ret_mac[PS_HASH_BYTES])
{
    fetch_once();
    EVP_MAC_CTX *mac = EVP_MAC_CTX_dup(hmac_sha256);
    ps_assert(mac != NULL);
    ps_assert(EVP_MAC_init(mac, key, PS_KEY_BYTES, NULL) == 1);
    ps_assert(EVP_MAC_update(mac, bytes, count) == 1);
    size_t written = 0;
    ps_assert(EVP_MAC_final(mac, ret_mac, &written, PS_HASH_BYTES) == 1);
    ps_assert(written == PS_HASH_BYTES);
    EVP_MAC_CTX_free(mac);
}

bool ps_seal_equal(const void *a, const void *b, size_t count)
{
    return CRYPTO_memcmp(a, b, count) == 0;
}
