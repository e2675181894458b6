/* set - the state of one action learning set, and the one way through it.
 *
 * command --decide--> events --apply--> state --see(viewer)--> picture. Decide asks and changes
 * nothing; apply changes and asks nothing; see shows only what it puts in. Time, chance and who is
 * connected come in as data (struct ps_scene). The whole state is one flat struct: a copy is a
 * memcpy. */
#pragma once

#include "core/nouns.h"
#include "core/refusal.h"
#include "core/shape.h"

enum { PS_SET_BYTES_MAX = 32 * 1024 };

struct ps_set {
    char id[PS_ID_CHARS_MAX];
    uint32_t seq;  /* of the last event applied */
    uint16_t pace; /* rehearsal only; 1 otherwise */
    uint8_t rehearsal;
    uint8_t rotation_mode;
    uint8_t meetings; /* of the programme */
    uint8_t turns_per_meeting;
    uint8_t template_kind; /* enum ps_template of the next meeting */
    uint8_t first_planned; /* first_plan is to be used */
    int64_t meeting_ms;
    int64_t advice_ms;
    int64_t last_at;
    int64_t created_at;
    int64_t seed; /* the places were drawn from it; 0: they were given */
    struct ps_word name, zone, call, programme;
    struct ps_roster roster;
    struct ps_plan first_plan; /* the file's own meeting, until it was opened */
    struct ps_meeting meeting;
    struct ps_now now;
    struct ps_now before; /* the stage before, for stage.reopen until reopen_until */
    uint32_t before_stage;
    int64_t before_charged_ms; /* what the bank paid for leaving it */
    int64_t reopen_until;
    int64_t empty_since; /* a live meeting with nobody present */
    struct ps_rotation rotation;
    struct ps_commitments commitments;
    struct ps_board board;
    struct ps_help help[PS_SEAT_SLOTS];
};
_Static_assert(sizeof(struct ps_set) <= PS_SET_BYTES_MAX, "a set fits its slot");

/* The volatile part: never journaled, gone after a restart. */
struct ps_live {
    uint64_t connected;
    int64_t lost_at[PS_SEAT_SLOTS]; /* set time when the last socket went; 0: has not been here
                                       since the set was loaded: loaded_at counts */
    int64_t loaded_at;
};

/* What decide and see may read besides the state. Borrowed for the call. */
struct ps_scene {
    struct ps_instant now;
    const struct ps_live *live;
    const struct ps_words *words;
    const char *command_text; /* texts of the command (PS_WORD_FRESH) or of replayed events */
};

/* ---- events ---------------------------------------------------------------------------------- */

enum ps_part {
    PS_SEE_SET,
    PS_SEE_YOU,
    PS_SEE_ROSTER,
    PS_SEE_MEETING,
    PS_SEE_ACTIVITY,
    PS_SEE_CLOCK,
    PS_SEE_FLOOR,
    PS_SEE_ROTATION,
    PS_SEE_PROMPT,
    PS_SEE_COMMITMENTS,
    PS_SEE_BOARD,
    PS_SEE_DESK,
    PS_PARTS_COUNT
};
#define PS_PART(part) (1U << (part))
#define PS_PARTS_ALL  ((1U << PS_PARTS_COUNT) - 1)
/* Beside the parts of an event: its words are for their owner (or the desk) alone, and leave the
 * server in no export. */
#define PS_WORDS_PRIVATE (1U << 31)

struct ps_event;

/* One kind of event: what it is called, what it holds, which parts of a picture it may touch. */
struct ps_event_kind {
    const char *name; /* "floor.granted" */
    uint16_t version;
    uint32_t parts;
    const struct ps_shape *shape; /* of the facts */
    void (*apply)(struct ps_set *set, const struct ps_event *event);
};

enum { PS_FACTS_BYTES_MAX = 1536, PS_EVENTS_MAX = 48 };

struct ps_event {
    const struct ps_event_kind *kind;
    uint32_t seq;
    struct ps_instant at;
    uint64_t facts[PS_FACTS_BYTES_MAX / 8];
};

/* What follows from a command or a nudge: events, or one refusal, or (both zero) nothing. `text`
 * holds the new words of the events, to be added to the store before the events are applied. The
 * memory is the caller's scratch. */
enum { PS_OUTCOME_TEXT_MAX = PS_COMMAND_BYTES_MAX * 4, PS_OUTCOME_WORDS_MAX = 128 };
struct ps_new_word {
    struct ps_word word;
    uint32_t at; /* offset in text */
};
struct ps_outcome {
    enum ps_refusal refusal;
    uint32_t base_seq; /* of the set when the outcome began */
    uint16_t events_count;
    uint16_t words_count;
    uint32_t text_used;
    struct ps_event events[PS_EVENTS_MAX];
    struct ps_new_word words[PS_OUTCOME_WORDS_MAX];
    char text[PS_OUTCOME_TEXT_MAX];
};

#include "core/method.h"

/* ---- the one way ----------------------------------------------------------------------------- */

/* May `seat` call this method now, and if not, why? The one function for enforcement and for the
 * screen. Looks at role, state and time, not at the params. */
enum ps_refusal ps_may(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                       uint16_t method);

/* Everything `seat` may call now, as bits by index. Windows of time (undo, follow-up, reopen) count
 * as open while they exist: their ends are in the picture, and decide looks at the time. */
void ps_may_all(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                uint64_t ret_may[2]);

/* What follows from the command? out->events or out->refusal; neither: nothing to do (a repeat). */
void ps_decide(const struct ps_set *set, const struct ps_scene *scene,
               const struct ps_command *command, struct ps_outcome *out);

/* What follows from time and from who is connected? Call after every command and at wakes, until it
 * adds nothing (at most PS_SETTLE_ROUNDS_MAX times). */
enum { PS_SETTLE_ROUNDS_MAX = 64 };
void ps_settle(const struct ps_set *set, const struct ps_scene *scene, struct ps_outcome *out);

/* When ps_settle may next have something to do; INT64_MAX: never. */
int64_t ps_wake_at(const struct ps_set *set, const struct ps_scene *scene);

/* After anything but a clean stop: what did not survive (architecture.md, promise 5). crashed_at:
 * the last instant the set was known to be alive. */
void ps_recover(const struct ps_set *set, const struct ps_scene *scene,
                struct ps_instant crashed_at, struct ps_outcome *out);

/* Make it so. event->seq must be set->seq + 1. */
void ps_apply(struct ps_set *set, const struct ps_event *event);

/* Begin an outcome on `set`. */
void ps_outcome_begin(struct ps_outcome *out, const struct ps_set *set);

/* Add an event whose facts are to be filled in: returns them zeroed. */
void *ps_emit(struct ps_outcome *out, const struct ps_scene *scene,
              const struct ps_event_kind *kind);

/* The sequence the next emitted event will have: new ids are made from it. */
uint32_t ps_next_seq(const struct ps_outcome *out);

/* Turn fresh words of a command into kept ones. Returns a zero handle for empty words. */
struct ps_word ps_emit_word(struct ps_outcome *out, const struct ps_scene *scene,
                            struct ps_word fresh, uint8_t owner);

/* A sentence of the server as words of an event, so that it stays as it was said. */
struct ps_phrase;
struct ps_word ps_emit_phrase(struct ps_outcome *out, const struct ps_scene *scene,
                              const struct ps_phrase *phrase);

/* A copy of words that are kept already, under a handle of their own: what is said from a hand has
 * its own words, so that the hand's can stay private. */
struct ps_word ps_emit_word_again(struct ps_outcome *out, const struct ps_scene *scene,
                                  struct ps_word kept);

static inline const void *ps_facts(const struct ps_event *event)
{
    return event->facts;
}

/* Refuse: forget the events so far. */
void ps_refuse(struct ps_outcome *out, enum ps_refusal refusal);

/* ---- questions that many nouns ask ----------------------------------------------------------- */

/* A planned span as this set lives it: divided by the pace in a rehearsal. */
int64_t ps_paced(const struct ps_set *set, int64_t ms);

/* The powers of a seat at this moment, as PS_POWER_ bits. */
uint8_t ps_powers(const struct ps_set *set, uint8_t seat);

/* The person in a seat, removed or not; NULL: the seat was never given. */
const struct ps_person *ps_person(const struct ps_set *set, uint8_t seat);
/* Given, and not removed. */
bool ps_is_active(const struct ps_set *set, uint8_t seat);
/* At least one socket is open (volatile). */
bool ps_is_connected(const struct ps_scene *scene, uint8_t seat);
/* Since when the seat has been unconnected (set time); 0 when it is connected. */
int64_t ps_lost_since(const struct ps_scene *scene, uint8_t seat);
bool ps_is_live(const struct ps_set *set);                     /* the meeting is live or closing */
const struct ps_stage *ps_stage_now(const struct ps_set *set); /* NULL: none */
/* The facilitator of record: the first facilitator who is in the set. */
uint8_t ps_facilitator(const struct ps_set *set);

/* Every noun's field table of its state, for sight tables, words and snapshots. */
extern const struct ps_shape ps_set_shape;
/* Shape of the state of activity `kind` (index + 1), or NULL. */
const struct ps_shape *ps_activity_state_shape(uint8_t kind);
