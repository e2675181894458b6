/* peers - how many sockets each address has, so that nobody takes all of them.
 *
 * A person is an IPv4 address or an IPv6 /64. Sockets without a session (handshakes, pages) and
 * sockets with one are counted apart: a school behind one router is not an attack (protocol.md,
 * Limits). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shell/address.h"

struct ps_peers;

struct ps_peer {
    struct ps_address address;
    uint32_t without_session;
    uint32_t with_session;
    uint32_t slow;        /* handshakes that take long, of those without */
    struct ps_peer *next; /* in its bucket */
};

struct ps_peers *
ps_peers_create(uint64_t seed); /* seed: random, so that buckets cannot be aimed at */
void ps_peers_destroy(struct ps_peers *peers); /* NULL is accepted */

/* Whoever stands for `address`, made when new. Owned by `peers`. NULL: no memory. */
struct ps_peer *ps_peers_get(struct ps_peers *peers, const struct ps_address *address);

/* Forget `peer` when it has no socket any more. */
void ps_peers_put(struct ps_peers *peers, struct ps_peer *peer);
