/* hub - the sets in memory, their inboxes and wakes, the seats people are connected to, and the
 * door.
 *
 * The hub does no input and no output: the shell (or the simulator) hands it bytes, times and
 * finished appends, and it answers through a port of functions. One thread. Everything it decides
 * follows from what it is given, so a seed replays a day.
 *
 * Order of calls: create, load, then any of the rest. After every call into the hub the shell may
 * find that frames were handed to its port; it flushes them once per loop turn. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/assert.h"
#include "base/err.h"
#include "base/time.h"

struct ps_hub;
struct ps_conn;    /* one socket, as the hub knows it */
struct ps_journal; /* journal/journal.h */

/* One message for one or many sockets, counted. The payload is UTF-8 JSON text; the headroom before
 * it is for the WebSocket header, which the shell writes once (framed != 0 then), so that one
 * buffer goes to every viewer who may see the same. */
enum { PS_FRAME_HEADROOM = 16 };
struct ps_frame {
    uint32_t refs;
    uint32_t bytes;  /* of the payload */
    uint32_t header; /* bytes of WebSocket header that end right before the payload; 0 = not yet
                        framed */
    uint8_t room[];  /* PS_FRAME_HEADROOM bytes, then the payload */
};
static inline uint8_t *ps_frame_payload(struct ps_frame *frame)
{
    return frame->room + PS_FRAME_HEADROOM;
}
struct ps_frame *ps_frame_create(const char *payload, size_t bytes); /* refs = 1 */
void ps_frame_hold(struct ps_frame *frame);
void ps_frame_release(struct ps_frame *frame); /* NULL is accepted; frees at 0 */

/* An answer to an HTTP or control request. Strings are borrowed for the call. */
struct ps_reply {
    int status;       /* HTTP status */
    const char *type; /* content type; NULL for none */
    const char *body;
    size_t body_bytes;
    const char *set_cookie; /* value of a Set-Cookie header, or NULL */
    int retry_after_s;      /* 0: no Retry-After header */
};

/* What the hub asks of its world. `peer` and `request` are the shell's own pointers, handed back.
 */
struct ps_port {
    void *context;
    /* Queue `frame` for the socket (the port takes its own reference with ps_frame_hold). */
    void (*send)(void *context, void *peer, struct ps_frame *frame);
    /* Bytes queued for the socket and not yet given to the kernel. */
    size_t (*queued)(void *context, void *peer);
    /* Close the socket after its queue, with this close code and reason. ps_hub_detach follows. */
    void (*close)(void *context, void *peer, uint16_t code, const char *reason);
    /* The earliest wake is now `at` (process time); one timer. */
    void (*wake)(void *context, struct ps_mono at);
    /* Answer a request given to ps_hub_http or ps_hub_control. Exactly once for each request. */
    void (*reply)(void *context, void *request, const struct ps_reply *reply);
    /* One log line: ids and reasons only, never what people wrote. level: 'i' or 'w' or 'e'. */
    void (*log)(void *context, char level, const char *line);
};

struct ps_hub_config {
    const char *url;         /* what links begin with, without the final slash */
    const char *server_name; /* who runs this server, for people; may be NULL */
    bool secure_cookies;     /* always true in the product; a simulator may say false */
    uint32_t commands_per_second;
    uint32_t commands_burst;
    uint32_t sockets_per_seat;
};

/* Allocates. `journal` and `port` outlive the hub. `now` and `wall_ms` are the process time and the
 * wall clock at this moment: set time runs from them (architecture.md, promise 5). */
struct ps_hub *ps_hub_create(const struct ps_hub_config *config, struct ps_journal *journal,
                             const struct ps_port *port, struct ps_mono now, int64_t wall_ms);
void ps_hub_destroy(struct ps_hub *hub); /* NULL is accepted; closes nothing, frees everything */

/* Read what the journal knows: sets, sessions, keys. Call once. */
PS_MUST_CHECK enum ps_err ps_hub_load(struct ps_hub *hub);

/* Time has come to `now`. The shell calls it when its timer fires, and at the beginning of each
 * batch of input so that the hub's idea of now is never older than one loop turn. */
void ps_hub_tick(struct ps_hub *hub, struct ps_mono now);

/* ---- HTTP ------------------------------------------------------------------------------------ */

enum ps_http_method { PS_HTTP_GET, PS_HTTP_POST, PS_HTTP_DELETE };

/* `POST|GET|DELETE /api/v1/session`. address: of the client, text. cookie: value of
 * `__Host-peerset` or NULL. origin_ok: whether the shell found the Origin right (GET without Origin
 * counts as right). Answers through port.reply, perhaps later (a session is durable before its
 * cookie is sent). */
void ps_hub_session(struct ps_hub *hub, void *request, enum ps_http_method method,
                    const char *address, const char *cookie, bool origin_ok, const char *body,
                    size_t body_bytes);

/* May a socket be upgraded for `seat` ("SET.SEAT")? 101 yes, 401 no session holds the seat, 403
 * wrong origin, 503 stopping. Does not connect yet. */
int ps_hub_may_connect(struct ps_hub *hub, const char *cookie, const char *seat, bool origin_ok);

/* ---- sockets --------------------------------------------------------------------------------- */

/* A socket is open: sends welcome and the whole picture (as soon as the set is in memory). NULL
 * when the session ended in between: the shell then closes with 4003. `now` as of the last tick. */
struct ps_conn *ps_hub_attach(struct ps_hub *hub, void *peer, const char *cookie, const char *seat);

/* A whole text message arrived (the shell has put fragments together, and closed what is too big
 * with 1009, what is binary with 1003, more than PS_FRAGMENTS_MAX pieces with 1008). */
void ps_hub_receive(struct ps_hub *hub, struct ps_conn *conn, const char *bytes, size_t count);

/* The queue of this socket is empty again: one who was behind gets the whole picture. */
void ps_hub_drained(struct ps_hub *hub, struct ps_conn *conn);

/* The socket is gone, whoever closed it. The conn is freed. NULL is accepted. */
void ps_hub_detach(struct ps_hub *hub, struct ps_conn *conn);

/* ---- operator -------------------------------------------------------------------------------- */

/* One command of the control socket: a JSON object {"do":"set.create", …} (see docs/operator.md).
 * Answers through port.reply with JSON: 200, or 4xx {"error":"a sentence","refusal":"word"}. The
 * same function serves `peerset set create` without a running server. backup is answered by the
 * shell, which knows its journal. */
void ps_hub_control(struct ps_hub *hub, void *request, const char *json, size_t bytes);

/* Figures for /metrics and /healthz. */
struct ps_hub_figures {
    uint64_t sets_known, sets_live, sets_quarantined, connections, seats_connected;
    uint64_t commands, refusals, events, deliveries, frames_built, bytes_sent, pictures, patches;
    uint64_t behind, closed_slow, joins, join_failures, append_failures;
    uint64_t sets_bytes, set_bytes_max; /* of the sets in memory: all, and the largest */
};
struct ps_hub_figures ps_hub_figures(const struct ps_hub *hub);

/* Memory of one live set by part, in bytes, for the budget test: state, words, connections, queues.
 */
struct ps_set_memory {
    size_t state, words, other;
};
PS_MUST_CHECK enum ps_err ps_hub_set_memory(const struct ps_hub *hub, const char *set,
                                            struct ps_set_memory *ret_memory);

/* Orderly stop, first step: refuse new work, store alive instants, tell every socket to come back
 * (`bye`, then close 1012). The shell then flushes the journal and destroys the hub. */
void ps_hub_stop(struct ps_hub *hub);

/* Nothing is waiting for the journal any more. */
bool ps_hub_idle(const struct ps_hub *hub);
