/* tls - what the encrypted listeners offer, their certificates, and the keys of their tickets.
 *
 * TLS 1.3, and 1.2 with ECDHE AEAD suites alone for old phones; no session cache, one ticket for
 * each full handshake (performance.md, 11 and 12). A certificate is checked before it is used: what
 * the library would accept silently at a reload fails every later handshake (stack.md, 1). */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/assert.h"
#include "base/err.h"

#define PS_TLS12_SUITES                                                                            \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"   \
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305"

struct ps_tickets;

/* Set up a context that the guest library made. `tickets` outlives it. */
PS_MUST_CHECK enum ps_err ps_tls_tune(SSL_CTX *context, struct ps_tickets *tickets);

/* Read a certificate with its chain and its key, and see that they belong together. With a context
 * they are put to use: sessions that are open go on, new handshakes see the new certificate. With
 * NULL they are only checked. On failure ret_why is a sentence and the context is as it was. */
PS_MUST_CHECK enum ps_err ps_tls_certificate(SSL_CTX *context, const char *cert_path,
                                             const char *key_path, char *ret_why, size_t why_room);
