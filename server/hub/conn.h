/* conn - one socket, as the hub knows it. */
#pragma once

#include "hub/live_set.h"

enum { PS_HELD_ANSWERS_MAX = 64 }; /* answers kept for one who is behind; beyond, it is closed */

struct ps_conn {
    struct ps_hub *hub;
    struct ps_live_set *live; /* NULL: closing; nothing is sent or taken any more */
    void *peer;
    struct ps_session *session;                     /* NULL: it ended */
    struct ps_conn *before, *after;                 /* of the set */
    struct ps_conn *session_before, *session_after; /* of the session */
    struct ps_conn *all_before, *all_after;         /* of the hub, until it is detached */
    uint8_t seat;
    uint16_t generation; /* of the invite it came by */
    bool primary;
    bool shown_primary; /* as its picture says */
    bool greeted;       /* welcome and picture are sent */
    bool fresh; /* came since the last presence flush: its picture shows itself connected already */
    uint8_t sight; /* class, as its picture shows */
    bool whole;    /* the next frame must be a whole picture (fanout.c) */
    bool behind;
    uint64_t behind_since;
    uint64_t seq;           /* of the last frame sent */
    uint32_t waiting;       /* its entries in the inbox and in flight */
    struct ps_frame **held; /* answers that wait for the picture of one who is behind */
    uint32_t held_count;
};

/* Queue an answer; it waits when the connection is behind. */
void ps_conn_answer(struct ps_conn *conn, struct ps_text *text);
/* Queue a patch; marks the connection behind when its queue is long. */
void ps_conn_patch(struct ps_conn *conn, struct ps_frame *frame, uint64_t seq);
/* Send the whole picture of shown; marks it behind when its queue is long. */
void ps_conn_picture(struct ps_conn *conn);
/* welcome, then the picture. */
void ps_conn_greet(struct ps_conn *conn);
/* Close, and treat it as gone at once: the seat may come back while the close is on its way. */
void ps_conn_close(struct ps_conn *conn, uint16_t code, const char *reason);
/* bye, then close. */
void ps_conn_bye(struct ps_conn *conn, uint16_t code, const char *reason, int64_t retry_ms);
/* Make this the device that acts for its seat. */
void ps_conn_make_primary(struct ps_conn *conn);
/* The seat's connection that came last; NULL: it is not connected. */
struct ps_conn *ps_conn_newest(const struct ps_live_set *live, uint8_t seat);
/* Who it was shown to be connected: live_shown, and itself (conn->fresh). */
void ps_conn_shown_live(const struct ps_conn *conn, struct ps_live *ret_live);
/* Greet who is not greeted yet, and send whole pictures where they are due. context: the live set.
 */
void ps_conns_refresh(void *context);
/* Close all whose seat is removed, or whose invite is another one now. */
void ps_conns_close_revoked(struct ps_live_set *live);
/* Close those who are behind for too long. */
void ps_conns_close_slow(struct ps_live_set *live);
