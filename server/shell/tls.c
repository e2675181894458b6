#include "shell/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "shell/tickets.h"

enum ps_err ps_tls_tune(SSL_CTX *context, struct ps_tickets *tickets)
{
    static char groups[] = "X25519:P-256:P-384"; /* the library's macro takes no const */
    const bool fine = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                      SSL_CTX_set_cipher_list(context, PS_TLS12_SUITES) == 1 &&
                      SSL_CTX_set1_groups_list(context, groups) == 1 &&
                      SSL_CTX_set_num_tickets(context, 1) == 1;
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(context, 24 * 3600);
    return fine && ps_tickets_use(tickets, context) ? PS_OK : PS_E_IO;
}

struct pair {
    X509 *certificate;
    STACK_OF(X509) * chain;
    EVP_PKEY *key;
};

static void pair_finish(struct pair *pair)
{
    X509_free(pair->certificate);
    sk_X509_pop_free(pair->chain, X509_free);
    EVP_PKEY_free(pair->key);
}

static const char *read_chain(struct pair *pair, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return strerror(errno);
    }
    pair->certificate = PEM_read_X509(file, NULL, NULL, NULL);
    pair->chain = sk_X509_new_null();
    const char *wrong =
        pair->certificate == NULL || pair->chain == NULL ? "it holds no PEM certificate" : NULL;
    X509 *next = NULL;
    while (wrong == NULL && (next = PEM_read_X509(file, NULL, NULL, NULL)) != NULL) {
        if (sk_X509_push(pair->chain, next) == 0) {
            X509_free(next);
            wrong = "no memory";
        }
    }
    ERR_clear_error(); /* the end of a PEM file is an error to the library */
    fclose(file);
    return wrong;
}

static const char *read_key(struct pair *pair, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return strerror(errno);
    }
    static char nothing[] = ""; /* an encrypted key fails instead of asking on the terminal */
    pair->key = PEM_read_PrivateKey(file, NULL, NULL, nothing);
    fclose(file);
    ERR_clear_error();
    return pair->key == NULL ? "it holds no PEM private key that can be read without a password"
                             : NULL;
}

enum ps_err ps_tls_certificate(SSL_CTX *context, const char *cert_path, const char *key_path,
                               char *ret_why, size_t why_room)
{
    struct pair pair = {0};
    const char *path = cert_path;
    const char *wrong = read_chain(&pair, cert_path);
    if (wrong == NULL) {
        path = key_path;
        wrong = read_key(&pair, key_path);
    }
    if (wrong == NULL && X509_check_private_key(pair.certificate, pair.key) != 1) {
        wrong = "the key does not belong to the certificate";
    }
    if (wrong == NULL && X509_cmp_current_time(X509_get0_notAfter(pair.certificate)) <= 0) {
        path = cert_path;
        wrong = "the certificate has expired";
    }
    if (wrong == NULL && context != NULL &&
        SSL_CTX_use_cert_and_key(context, pair.certificate, pair.key, pair.chain, 1) != 1) {
        wrong = "the library refuses this certificate and key";
    }
    ERR_clear_error();
    pair_finish(&pair);
    if (wrong != NULL) {
        snprintf(ret_why, why_room, "%s: %s", path, wrong);
        return PS_E_INVALID;
    }
    return PS_OK;
}
