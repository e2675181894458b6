#include "shell/tickets.h"

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shell/limits.h"

enum { NAME_BYTES = 16, AES_BYTES = 32, MAC_BYTES = 32 };

struct key {
    int64_t made_at_s;
    uint8_t name[NAME_BYTES];
    uint8_t aes[AES_BYTES];
    uint8_t mac[MAC_BYTES];
};

static const char magic[8] = "PSTKEY1";

struct ps_tickets {
    char path[4096];
    struct key keys[PS_TICKET_KEYS]; /* [0] is the present one */
};

static bool make_key(struct key *key)
{
    memset(key, 0, sizeof(*key));
    key->made_at_s = (int64_t)time(NULL);
    return RAND_bytes(key->name, NAME_BYTES) == 1 && RAND_bytes(key->aes, AES_BYTES) == 1 &&
           RAND_bytes(key->mac, MAC_BYTES) == 1;
}

static bool load(struct ps_tickets *tickets)
{
    char head[sizeof(magic)];
    struct key keys[PS_TICKET_KEYS];
    const int file = open(tickets->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return false;
    }
    const bool whole = read(file, head, sizeof(head)) == (ssize_t)sizeof(head) &&
                       memcmp(head, magic, sizeof(magic)) == 0 &&
                       read(file, keys, sizeof(keys)) == (ssize_t)sizeof(keys);
    close(file);
    if (whole) {
        memcpy(tickets->keys, keys, sizeof(keys));
    }
    OPENSSL_cleanse(keys, sizeof(keys));
    return whole;
}

/* Written beside and renamed, so that a crash leaves the old keys or the new ones. */
static enum ps_err save(const struct ps_tickets *tickets)
{
    char beside[sizeof(tickets->path) + 8];
    snprintf(beside, sizeof(beside), "%s.new", tickets->path);
    const int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return PS_E_IO;
    }
    bool fine =
        write(file, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
        write(file, tickets->keys, sizeof(tickets->keys)) == (ssize_t)sizeof(tickets->keys) &&
        fsync(file) == 0;
    fine = close(file) == 0 && fine;
    return fine && rename(beside, tickets->path) == 0 ? PS_OK : PS_E_IO;
}

enum ps_err ps_tickets_create(const char *folder, struct ps_tickets **ret_tickets)
{
    struct ps_tickets *tickets = calloc(1, sizeof(*tickets));
    if (tickets == NULL) {
        return PS_E_LIMIT;
    }
    const int used = snprintf(tickets->path, sizeof(tickets->path), "%s/tickets.key", folder);
    enum ps_err err = used < 0 || (size_t)used >= sizeof(tickets->path) ? PS_E_LIMIT : PS_OK;
    if (err == PS_OK && !load(tickets)) {
        for (size_t i = 0; i < PS_TICKET_KEYS && err == PS_OK; i++) {
            err = make_key(&tickets->keys[i]) ? PS_OK : PS_E_IO;
        }
        err = err == PS_OK ? save(tickets) : err;
    }
    err = err == PS_OK ? ps_tickets_rotate(tickets) : err;
    if (err != PS_OK) {
        ps_tickets_destroy(tickets);
        return err;
    }
    *ret_tickets = tickets;
    return PS_OK;
}

void ps_tickets_destroy(struct ps_tickets *tickets)
{
    if (tickets != NULL) {
        OPENSSL_cleanse(tickets, sizeof(*tickets));
        free(tickets);
    }
}

enum ps_err ps_tickets_rotate(struct ps_tickets *tickets)
{
    const int64_t age_s = (int64_t)time(NULL) - tickets->keys[0].made_at_s;
    if (age_s >= 0 && age_s < PS_TICKET_KEY_HOURS * 3600) {
        return PS_OK;
    }
    struct key key;
    if (!make_key(&key)) {
        return PS_E_IO;
    }
    memmove(&tickets->keys[1], &tickets->keys[0], sizeof(tickets->keys) - sizeof(tickets->keys[0]));
    tickets->keys[0] = key;
    OPENSSL_cleanse(&key, sizeof(key));
    return save(tickets);
}

static bool start(const struct key *key, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac,
                  const uint8_t *iv, bool sealing)
{
    /* The library's type for a parameter is not const, though nothing is written through these. */
    struct key copy = *key;
    char hash[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, copy.mac, MAC_BYTES),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash, 0),
        OSSL_PARAM_construct_end(),
    };
    const bool fine =
        EVP_MAC_CTX_set_params(mac, params) == 1 &&
        EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, copy.aes, iv, sealing ? 1 : 0) == 1;
    OPENSSL_cleanse(&copy, sizeof(copy));
    return fine;
}

/* The library's contract: 1 use it, 2 use it and send a new ticket, 0 a full handshake, -1 fail. */
static int ticket_key(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher,
                      EVP_MAC_CTX *mac, int sealing)
{
    const struct ps_tickets *tickets = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    if (sealing != 0) {
        if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) {
            return -1;
        }
        memcpy(name, tickets->keys[0].name, NAME_BYTES);
        return start(&tickets->keys[0], cipher, mac, iv, true) ? 1 : -1;
    }
    for (size_t i = 0; i < PS_TICKET_KEYS; i++) {
        if (memcmp(name, tickets->keys[i].name, NAME_BYTES) == 0) {
            return !start(&tickets->keys[i], cipher, mac, iv, false) ? -1 : i == 0 ? 1 : 2;
        }
    }
    return 0;
}

bool ps_tickets_use(struct ps_tickets *tickets, SSL_CTX *context)
{
    return SSL_CTX_set_app_data(context, tickets) == 1 &&
           SSL_CTX_set_tlsext_ticket_key_evp_cb(context, ticket_key) == 1;
}
