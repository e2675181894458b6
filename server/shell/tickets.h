/* tickets - the keys with which session tickets are sealed, kept across restarts.
 *
 * After a restart everybody comes back at once; a client whose ticket still opens saves the dearest
 * part of the handshake (performance.md, 12b). The file is `tickets.key` in the data folder, mode
 * 0600. A new key every PS_TICKET_KEY_HOURS; the two before it still open old tickets, so a stolen
 * file is worth at most three days of resumption, and TLS 1.3 resumption exchanges fresh keys
 * anyway. */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>

#include "base/assert.h"
#include "base/err.h"

struct ps_tickets;

/* Read the keys of `folder`, or make them. A file that does not make sense is replaced. */
PS_MUST_CHECK enum ps_err ps_tickets_create(const char *folder, struct ps_tickets **ret_tickets);
void ps_tickets_destroy(struct ps_tickets *tickets); /* NULL is accepted; wipes the keys */

/* Seal and open the tickets of `context` with these keys. */
bool ps_tickets_use(struct ps_tickets *tickets, SSL_CTX *context);

/* Make a new key when the present one is old enough. Call now and then. */
PS_MUST_CHECK enum ps_err ps_tickets_rotate(struct ps_tickets *tickets);
