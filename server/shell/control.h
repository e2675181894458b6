/* control - the operator's socket: a unix socket, mode 0600, that speaks a little HTTP/1.1.
 *
 *     GET /healthz          200 "ok", or 503 while stopping
 *     GET /metrics          figures
 *     POST /control         a command of the hub, JSON in and out
 *     POST /backup          the body is the path of a new file
 *
 * One request for each connection. Who may open the file may do everything. */
#pragma once

#include "shell/shell.h"

/* Listen at `path` (local.h). On failure ret_why is a sentence. */
PS_MUST_CHECK enum ps_err ps_control_create(struct ps_shell *shell, const char *path,
                                            struct ps_control **ret_control, char *ret_why,
                                            size_t why_room);

/* Call every second: clients that say nothing for a minute are closed. */
void ps_control_turn(struct ps_control *control);

/* Is a request still being answered? */
bool ps_control_busy(const struct ps_control *control);

/* Stop listening, close everybody, remove the socket. Frees itself when its handles are closed.
 * NULL is accepted. */
void ps_control_close(struct ps_control *control);
