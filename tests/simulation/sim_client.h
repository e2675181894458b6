/* sim_client - the people's side of a simulated meeting: persons, their devices, the links of
 * these, and what was asked over them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "hub/hub.h"

enum {
    SIM_DEVICES = 2,
    SIM_ID_CHARS = 48,
    SIM_WAITING_MAX = 128, /* answers that a socket waits for */
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
