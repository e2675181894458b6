/* listen - the listening sockets, which are ours and not the guest library's.
 *
 * We hold each connection before the library does: so we can take at most 32 handshakes at a time
 * (5,000 at once then all succeed where the library's own listener lost half, stack.md 3), count by
 * address, and stop accepting instead of spinning when descriptors run out. */
#pragma once

#include "shell/shell.h"

/* Bind and listen on every endpoint of the options. A port that another program has is refused: no
 * SO_REUSEPORT, which would share it in silence. On failure ret_why says what to do. */
PS_MUST_CHECK enum ps_err ps_listen_open(struct ps_shell *shell, char *ret_why, size_t why_room);

/* Begin to accept. */
void ps_listen_start(struct ps_shell *shell);

/* At the end of a turn: accept again when there are places. */
void ps_listen_turn(struct ps_shell *shell);

/* Stop for good; closes the sockets. May be called twice. */
void ps_listen_stop(struct ps_shell *shell);
