/* socket - one accepted connection: its states and who is charged for it.
 *
 *   accept --> SHAKING --ps_socket_begin_request--> BUSY --ps_socket_rest--> RESTING --> BUSY …
 *                 |                                   |
 *                 `---- ps_socket_become_link --------+--> LINKED          any --ps_socket_gone-->
 * GONE
 */
#pragma once

#include "shell/shell.h"

/* A socket for an accepted connection of `peer`, charged without a session. NULL: no memory. */
struct ps_socket *ps_socket_create(struct ps_listener *listener, const struct ps_address *address,
                                   struct ps_peer *peer);

/* A whole request has arrived. */
void ps_socket_begin_request(struct ps_socket *socket);
/* It has been answered, and the connection stays. */
void ps_socket_rest(struct ps_socket *socket);
/* It is a WebSocket of a session now: charged so. false: its address has too many. */
bool ps_socket_become_link(struct ps_socket *socket);
/* Behind a trusted proxy: the client is at `address`. */
void ps_socket_move_to(struct ps_socket *socket, const struct ps_address *address);
/* The guest has forgotten it. Frees it, unless it is still being adopted. */
void ps_socket_gone(struct ps_socket *socket);
void ps_socket_free(struct ps_socket *socket);

/* Handshakes older than PS_SHAKING_FRESH_MS no longer hold a fresh place. */
void ps_sockets_age(struct ps_shell *shell);
/* Close the oldest connection of `peer` (NULL: of anybody) that does nothing: one resting, or a
 * handshake that is silent or stuck. false: there is none. */
bool ps_sockets_make_room(struct ps_shell *shell, const struct ps_peer *peer);
