/* link - a WebSocket of a person's seat: the upgrade, what comes in, what goes out, the end.
 *
 * A link is the hub's `peer`. It exists from the upgrade request on; it is `open` between the
 * library's ESTABLISHED and CLOSED. CLOSED also comes for upgrades that were refused, which are not
 * open.
 *
 *   ps_link_send / ps_link_close  mark it changed
 *   ps_links_flush                once per turn of the loop: writes what waits, then tells the hub,
 * or moves it to the closing list, whose 0 ms timer sends the close frame */
#pragma once

#include "shell/shell.h"

/* ---- link.c ---- */

/* A callback of the library for protocol peerset.v1. */
int ps_link_callback(struct ps_socket *socket, struct lws *wsi, enum lws_callback_reasons reason,
                     const void *bytes, size_t count);
/* The connection is gone for good. */
void ps_link_destroy(struct ps_socket *socket);

/* ---- write.c ---- */

/* Queue `frame`, holding it; it goes at the end of this turn. Nothing for a link that is closing.
 */
void ps_link_send(struct ps_link *link, struct ps_frame *frame);
/* Close after the queue, with this code. Only the first call counts. */
void ps_link_close(struct ps_link *link, uint16_t code, const char *reason);
/* End it without a close frame: it does not take what is sent. */
void ps_link_cut(struct ps_link *link);
/* It can be written again, or has something to write. */
void ps_link_mark(struct ps_link *link);
/* Take it off the lists; its queue is given up. */
void ps_link_forget(struct ps_link *link);
void ps_links_flush(struct ps_shell *shell);

/* ---- ping.c ---- */

/* An open link gets a place on the wheel, */
void ps_ping_begin(struct ps_link *link);
/* and leaves it when it closes. */
void ps_ping_end(struct ps_link *link);
/* Something was heard. */
void ps_ping_heard(struct ps_link *link);
/* Call every second. */
void ps_ping_turn(struct ps_shell *shell);
