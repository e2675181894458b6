/* sim - the real hub in an invented world: people, links and a disk, all by seed, in virtual time.
 *
 * Nothing here sleeps or asks a clock: the world jumps from one thing that is due to the next. What
 * a person does follows from what their screen shows (the patched picture of their device); what
 * the links, the disk and the server do follows from chance. A seed repeats a day to the byte. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "base/limits.h"
#include "base/prng.h"
#include "base/text.h"
#include "hub/hub.h"
#include "journal/journal.h"

enum {
    SIM_PEOPLE_MAX = 13, /* facilitator, deputy, eleven members */
    SIM_DEVICES = 2,
    SIM_ID_CHARS = 48,
    SIM_TRACE_LINES = 800,
    SIM_TRACE_CHARS = 360,
    SIM_WAITING_MAX = 128, /* answers that a socket waits for */
    SIM_TEXT_BYTES = 512 * 1024,
};
#define SIM_NEVER UINT64_MAX

struct sim;
struct sim_device;

/* ---- links ----------------------------------------------------------------------------------- */

struct sim_message {
    struct sim_message *next;
    uint64_t at; /* arrives */
    size_t bytes;
    bool fresh; /* a whole picture after which nothing is known of what was left out before */
    char *text;
};

/* One direction of a link: in order, each message with its own delay. */
struct sim_pipe {
    struct sim_message *first, *last;
    uint64_t last_at;
    size_t bytes;
};

struct sim_socket {
    struct sim_socket *next;
    struct sim *sim;
    struct sim_device *device; /* NULL: the client side is gone */
    struct ps_conn *conn;      /* NULL: the server side is gone */
    uint32_t serial;
    char seat[64];          /* "SET.SEAT" */
    uint16_t close_code;    /* the hub closed it; told after what was sent before */
    uint64_t detach_at;     /* the server notices that the client is gone */
    uint64_t stalled_until; /* a slow phone: nothing arrives until then */
    struct sim_pipe down, up;

    /* What the client holds. */
    bool welcomed;
    bool behind; /* was slow since the last whole picture was sent: patches may be left out */
    json_t *picture;
    json_t *before; /* the patched picture that a whole one has just replaced */
    int64_t seq;
    char waiting[SIM_WAITING_MAX][SIM_ID_CHARS]; /* ids, in the order of the requests; "*": any */
    uint32_t waiting_first, waiting_count;
};

/* ---- people ---------------------------------------------------------------------------------- */

struct sim_request {
    struct sim_request *next; /* of all */
    char id[SIM_ID_CHARS];
    char seat[4];
    char method[32];
    char token[24]; /* in its text, nowhere else; "": none */
    char *frame;
    bool read;      /* picture.get, time.sync, seat.here */
    uint32_t tries; /* times it was sent */
    uint32_t results, errors;
    int64_t seqs[8]; /* of its results */
    char refusal[32];
};

struct sim_device {
    struct sim_person *person;
    bool owned;
    bool joining; /* a POST is on its way */
    char cookie[64];
    char page[16];
    uint32_t pages;
    uint64_t number;                   /* N of the last request */
    struct sim_request *requests[512]; /* of this page, by N */
    struct sim_socket *socket;
    uint64_t retry_at;
};

struct sim_person {
    struct sim *sim;
    uint8_t index;
    char seat[4];
    char invite[160]; /* token of the last link they were given */
    bool out;         /* has no good link at the moment */
    uint64_t think_at;
    uint64_t back_at; /* has gone for a walk until then */
    char old_phase[16];
    struct sim_device devices[SIM_DEVICES];
};

/* ---- the world ------------------------------------------------------------------------------- */

struct sim {
    uint64_t seed;
    struct ps_prng prng;
    uint64_t now;      /* process time; goes on through restarts of the server */
    int64_t wall_skew; /* wall clock minus process time; steps at restarts */

    struct ps_journal *journal;
    struct ps_hub *hub; /* NULL: the server is down */
    uint64_t wake_at, poll_at, start_at, fault_at, fault_end_at, crash_at, check_at;
    uint32_t crashes_left;
    uint32_t crashes;
    bool calm;    /* no faults, no new commands: everybody is compared */
    bool hurried; /* the facilitator wants to end it */
    uint64_t hurry_at, late_at;

    char set[PS_ID_CHARS_MAX];
    uint32_t pace;
    struct sim_person people[SIM_PEOPLE_MAX];
    uint32_t people_count;
    struct sim_socket *sockets;
    uint32_t serial;
    uint32_t tokens;
    struct sim_request *requests, *requests_last;
    char create_answer[16 * 1024];

    /* What has happened, for the last line. */
    uint32_t sent, results, refusals, compared, wholes, patches, resent, repeats, stalls, cuts;

    bool failed;
    char why[2048];
    bool loud; /* print the trace as it goes */
    uint32_t trace_count;
    uint64_t digest;
    char trace[SIM_TRACE_LINES][SIM_TRACE_CHARS];
    char text[SIM_TEXT_BYTES]; /* scratch */
};

/* One meeting from seed to end. False: something is wrong; sim->why says what. */
bool sim_run(struct sim *sim, uint64_t seed, bool loud);
void sim_finish(struct sim *sim);
void sim_print_trace(const struct sim *sim, FILE *to);

/* Remember a line; part of the digest. */
void sim_trace(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The first failure counts. */
void sim_fail(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint32_t sim_below(struct sim *sim, uint32_t bound);
/* True once in `of`. */
bool sim_once_in(struct sim *sim, uint32_t of);
static inline uint64_t sim_between(struct sim *sim, uint32_t least, uint32_t most)
{
    return least + sim_below(sim, most - least + 1);
}

/* ---- sim_server.c: the hub and its port ------------------------------------------------------ */

void sim_server_start(struct sim *sim);
/* Found the set and give everybody their link. */
void sim_server_found(struct sim *sim);
void sim_server_crash(struct sim *sim);
void sim_server_stop(struct sim *sim); /* orderly */
void sim_server_step(struct sim *sim); /* what of the server and the disk is due */
void sim_server_heal(struct sim *sim); /* the disk is well again */
/* What was handed to the disk will be done in a moment. */
void sim_server_watch_disk(struct sim *sim);
uint64_t sim_server_next(const struct sim *sim);

/* ---- sim_link.c ------------------------------------------------------------------------------ */

struct sim_socket *sim_socket_create(struct sim *sim, struct sim_device *device);
void sim_socket_send(struct sim_socket *socket, const char *text);
/* Both sides lose what is on its way; the server notices later. */
void sim_socket_cut(struct sim_socket *socket);
void sim_links_step(struct sim *sim);
uint64_t sim_links_next(const struct sim *sim);
void sim_links_reset(struct sim *sim); /* the server is gone */
void sim_pipe_put(struct sim *sim, struct sim_pipe *pipe, const char *text, size_t bytes,
                  uint64_t delay);
void sim_pipe_clear(struct sim_pipe *pipe);

/* ---- sim_device.c: the client's side --------------------------------------------------------- */

void sim_device_connect(struct sim_device *device);
/* The answer of POST /api/v1/session. */
void sim_device_joined(struct sim_device *device, int status, const char *set_cookie);
void sim_device_receive(struct sim_socket *socket, const struct sim_message *message);
void sim_device_closed(struct sim_device *device, uint16_t code);
/* Send a request. params: inside the braces, "" for none. token: may be NULL. */
struct sim_request *sim_device_ask(struct sim_device *device, const char *method,
                                   const char *params, const char *token);
/* The same frame with the same id once more. */
void sim_device_repeat(struct sim_device *device, struct sim_request *request);
void sim_device_new_page(struct sim_device *device);
bool sim_device_is_open(const struct sim_device *device);
/* Something in the picture, "floor.holder"; NULL when it is not there. */
json_t *sim_look(json_t *picture, const char *path);
const char *sim_read(json_t *picture, const char *path); /* "" when it is no text */

/* ---- sim_person.c ---------------------------------------------------------------------------- */

void sim_person_think(struct sim_person *person);

/* ---- sim_act.c: what a screen lets one do ---------------------------------------------------- */

enum { SIM_CHOICES_MAX = 64, SIM_PARAMS_CHARS = 1024 };
struct sim_choice {
    uint32_t weight;
    char method[32];
    char params[SIM_PARAMS_CHARS];
    char token[24];
};
struct sim_choices {
    struct sim *sim;
    struct sim_person *person;
    json_t *picture;
    struct sim_choice list[SIM_CHOICES_MAX];
    uint32_t count, weight;
};
/* Fill the list with what this person might do now. */
void sim_choices_of_member(struct sim_choices *choices);
void sim_choices_of_leader(struct sim_choices *choices);
const struct sim_choice *sim_choose(struct sim_choices *choices);

/* ---- sim_check.c ----------------------------------------------------------------------------- */

/* Everybody is calm: all who are connected see the same. */
void sim_check_views(struct sim *sim);
/* After the run: the journal against what was acknowledged, shown and promised. */
void sim_check_journal(struct sim *sim);
