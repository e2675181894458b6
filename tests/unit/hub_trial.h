/* hub_trial - a small world around a real hub: the memory journal, a port that remembers, time that
 * only moves when it is told to.
 *
 * Peers are sockets; what was sent to one is kept as text, in order. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hub/hub.h"
#include "journal/journal.h"

enum { PEERS_MAX = 64, FRAMES_MAX = 8192, REPLIES_MAX = 64, TEXT_MAX = 512 * 1024 };

struct peer {
    struct ps_conn *conn; /* NULL: not connected */
    char *frames[FRAMES_MAX];
    const struct ps_frame *buffers[FRAMES_MAX]; /* held, so that sharing can be seen */
    size_t count;
    size_t seen;     /* frames already looked at by expect_frame */
    size_t queued;   /* what the port says is queued */
    uint16_t closed; /* close code; 0: open */
    char reason[128];
};

struct answer {
    bool given;
    int status;
    char *body;
    char cookie[128]; /* value of __Host-peerset */
    char set_cookie[256];
    int retry_after_s;
};

struct trial {
    struct ps_journal *journal;
    struct ps_hub *hub;
    uint64_t now;
    int64_t wall;
    uint64_t wake; /* UINT64_MAX: none asked */
    struct peer peers[PEERS_MAX];
    size_t peers_count;
    struct answer answers[REPLIES_MAX];
    size_t answers_count;
    size_t errors_logged;
    char set[32];
    char links[32][512]; /* of the set, in the order of the answer */
    char seats[32][8];
    size_t links_count;
};

/* A hub on an empty journal, with one set of a facilitator and four members whose links are kept.
 */
int trial_setup(void **state);
int trial_teardown(void **state);
/* The hub alone, without a set. */
struct trial *trial_create(void);
void trial_destroy(struct trial *trial);

/* The process is killed and started again `ms` later; what was not committed is gone. */
void trial_crash(struct trial *trial, uint64_t ms);
/* Everything that is on its way to the journal arrives. */
void trial_poll(struct trial *trial);
/* Time passes, with every wake on the way, and the journal answering. */
void trial_pass(struct trial *trial, uint64_t ms);

/* Ask the operator's socket; the answer's index. */
size_t trial_control(struct trial *trial, const char *json);
/* POST an invite; the answer's index. cookie: NULL for a new browser. */
size_t trial_post(struct trial *trial, const char *address, const char *token, const char *cookie);
/* The token of a seat's link. */
const char *trial_token(const struct trial *trial, const char *seat);
/* A browser that joined by the seat's link: its cookie. */
const char *trial_join(struct trial *trial, const char *seat);
/* Open a socket; the peer's index. */
size_t trial_connect(struct trial *trial, const char *cookie, const char *seat);
/* Join and connect, and let presence be told. */
size_t trial_come(struct trial *trial, const char *seat);
void trial_close(struct trial *trial, size_t peer);
/* Forget what a peer that is gone was sent: its slot can be used again. */
void trial_forget_peer(struct trial *trial, size_t peer);
/* Send a method with params ("{}") under the id PAGE:N; does not poll. */
void trial_send(struct trial *trial, size_t peer, const char *id, const char *method,
                const char *params);

/* ---- what a peer was sent -------------------------------------------------------------------- */

/* Frames since `from` whose text holds `part`. */
size_t trial_count(const struct trial *trial, size_t peer, size_t from, const char *part);
/* Index of the first frame since `from` that holds `part`; fails when there is none. */
size_t trial_find(const struct trial *trial, size_t peer, size_t from, const char *part);
const char *trial_frame(const struct trial *trial, size_t peer, size_t index);
const char *trial_last(const struct trial *trial, size_t peer);
/* The number behind "name": in a frame; fails when there is none. */
int64_t trial_number(const char *frame, const char *name);
/* The text behind "name":" into `ret` (room bytes). */
void trial_text(const char *frame, const char *name, char *ret, size_t room);
