/* guest - libwebsockets on our loop: one context, one vhost for each listener.
 *
 * HTTP/1.1 only, no extensions (on this build permessage-deflate aborts the process), the library's
 * per-connection timer off. What stack.md and performance.md found about 4.1.6 is kept in this
 * floor's files guest.c, http.c, link.c and write.c, and nowhere else (decision 0020). */
#pragma once

#include "shell/shell.h"

/* Make the context and the vhosts. On failure ret_why is a sentence. */
PS_MUST_CHECK enum ps_err ps_guest_create(struct ps_shell *shell, char *ret_why, size_t why_room);

/* Hand an accepted connection over. Takes fd; the socket may be gone when this returns. */
void ps_guest_adopt(struct ps_socket *socket, int fd);

/* Read the certificates of all TLS listeners again; those that do not check keep what they have. */
void ps_guest_reload(struct ps_shell *shell);

/* Two steps with a run of the loop between them (stack.md, 1, Shutdown). NULL context is accepted.
 */
void ps_guest_destroy_begin(struct ps_shell *shell);
void ps_guest_destroy_end(struct ps_shell *shell);
