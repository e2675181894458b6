/* core_world - one set and its people, for the proofs of the core: no hub, no journal, no clock but
 * the world's own.
 *
 * Everything goes the product's way: a frame is decoded by the wire, decided, its events taken, and
 * the set settled; each event is kept as a journal record, so that a replay can be compared. Time
 * moves only by world_pass, through every wake on the way. An assertion of the core is a failed
 * test, not a dead program. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include "core/activity.h"
#include "core/picture.h"
#include "wire/wire.h"

enum {
    WORLD_TEXT_BYTES = 512 * 1024,
    WORLD_WORDS_BYTES = 1024 * 1024, /* more than a set may have: a test is not cut off */
    WORLD_BEGAN_AT = 1000000000,
};

/* A record as it would lie in the journal. */
struct kept {
    struct ps_record record;
    char *facts;
    char *words;
};

struct world {
    struct ps_set set;
    struct ps_live live;
    struct ps_words *words;
    int64_t now;
    uint64_t asked; /* requests so far: the N of their ids */
    int rpc_code;   /* of the last frame */
    struct ps_outcome out;
    struct ps_request request;
    struct kept *kept;
    size_t kept_count, kept_room;
    json_t *seen; /* the last picture looked at */
    char *text;   /* scratch, WORLD_TEXT_BYTES */
    /* Called around each event that is applied: `before` is the state it was applied to. */
    void (*watch)(struct world *world, const struct ps_set *before, const struct ps_event *event);
    void *watcher;
    const char *cause; /* of the events that are taken: "clock", "someone", "server" */
};

/* A set of f1 (facilitator), f2 (deputy) and `members` members m1…, each with a business of their
 * own, places in the order of the seats, template ninety_minutes. `extra` is added to the file
 * (",\"pace\":60,\"rehearsal\":true"), or "". Nobody is connected. */
struct world *world_create(int members, const char *extra);
/* From a whole set file (JSON). */
struct world *world_create_from(const char *file);
/* An empty set: nothing founded. world_found answers the fault, or NULL. */
struct world *world_create_empty(void);
const char *world_found(struct world *world, const char *file);
void world_destroy(struct world *world);

/* For cmocka: a set of six members, everybody gone again afterwards. */
int world_setup(void **state);
int world_teardown(void **state);

/* ---- time and connections -------------------------------------------------------------------- */

struct ps_scene world_scene(const struct world *world);
/* Settle now; fails when it does not end, or when the next wake is not in the future. */
void world_settle(struct world *world);
void world_pass(struct world *world, int64_t ms);
/* Time goes on to `ms` before the end of the clock (after it, when negative). */
void world_pass_to_end(struct world *world, int64_t before_ms);
void world_come(struct world *world, const char *seats); /* "f1 m1 m2" */
void world_lose(struct world *world, const char *seats);
void world_come_all(struct world *world);
/* The server dies at `crashed_at` and is back now. */
void world_restart(struct world *world, int64_t crashed_at);

/* ---- asking ---------------------------------------------------------------------------------- */

/* A request with the present phase id as `expect` (unless params has one); params is a JSON object
 * or "". The events are taken and the set settled. */
enum ps_refusal world_ask(struct world *world, const char *seat, const char *method,
                          const char *params);
/* A whole frame, decoded as it is. */
enum ps_refusal world_frame(struct world *world, uint8_t seat, const char *bytes, size_t count);
/* … which must be allowed, or refused so. */
void world_ok(struct world *world, const char *seat, const char *method, const char *params);
void world_no(struct world *world, const char *seat, const char *method, const char *params,
              enum ps_refusal refusal);
/* Take the events of world->out: words, apply, record. cause: a literal. */
void world_take(struct world *world, const char *cause);
uint8_t world_seat(const char *name);

/* Everybody comes, the meeting is opened and started. */
void world_start(struct world *world);
/* On to the stage of this kind (stage.next), to this phase of a turn (turn.next). */
void world_to_stage(struct world *world, const char *kind);
void world_to_phase(struct world *world, const char *phase);
/* Start, and straight to the turn of the first in the rotation, in this phase. */
void world_to_turn(struct world *world, const char *phase);
const char *world_kind(const struct world *world);
const char *world_phase(const struct world *world);

/* ---- seeing ---------------------------------------------------------------------------------- */

/* The picture of a seat; borrowed until the next look. */
json_t *world_see(struct world *world, const char *seat);
/* Something in it, "floor.hands.m1.kind"; NULL when it is not there. */
json_t *world_look(struct world *world, const char *seat, const char *path);
/* As text: "" when absent, lists joined by blanks, true as "true". Kept until the next look. */
const char *world_read(struct world *world, const char *seat, const char *path);
void world_shows(struct world *world, const char *seat, const char *path, const char *text);
/* Names of the events kept since `from`, joined by blanks. */
const char *world_events(struct world *world, size_t from);

/* ---- proof ----------------------------------------------------------------------------------- */

/* Read all kept records back into an empty set; it must be the same state. */
void world_replay(struct world *world);
/* The state as text, into `text`. */
void world_state_text(const struct ps_set *set, struct ps_text *text);
