/* activity - the contract of one kind of activity: a small machine inside a set.
 *
 * An activity is one file in server/activities/ that defines `const struct ps_activity
 * ps_activity_NAME`, and one line in activities.def. It owns nothing: its state is one flat struct,
 * zero at the start, in set->now.running.state. The core keeps for it the clock, the floor and its
 * queue, what is said, rounds, presence, ids and the time bank; the activity says by its phases how
 * these behave, and adds its own commands and events where it needs them. Source: architecture.md,
 * "The activity contract". */
#pragma once

#include "core/set.h"

enum ps_floor_mode {
    PS_FLOOR_NONE,      /* nobody has the floor */
    PS_FLOOR_PRESENTER, /* the presenter, from the start */
    PS_FLOOR_QUEUE,     /* by the queue */
    PS_FLOOR_ROUND,     /* each once, in the round's order */
    PS_FLOOR_WRITTEN,   /* everybody may write, a few times each */
};

/* What happens when the clock of a phase ends. */
enum ps_at_end {
    PS_END_STAYS, /* nothing: the stage waits for a tap */
    PS_END_GOES,  /* on to the next phase; who has the floor may finish, 30 s at most */
    PS_END_WAITS, /* waits for a tap for up to 60 s, then goes on */
};

/* The rules of one phase, as data (domain.md §4, protocol.md "Who holds the floor"). */
struct ps_phase {
    const char *name;
    uint8_t mode;
    uint8_t at_end;
    uint8_t raise;          /* bit = enum ps_hand_kind: hands that may be raised */
    uint8_t grant;          /* bit: hands that are granted; others wait */
    uint8_t say_as;         /* enum ps_said_kind of the holder's words */
    bool answers;           /* the asker's yield gives the word to the presenter, for an answer */
    bool presenter_queues;  /* may the presenter have a hand of their own? */
    bool presenter_listens; /* the presenter may not take the floor, not even when it is given */
    bool needs_presenter;   /* the clock stops when the presenter is gone */
    bool needs_presenter_at_once; /* … without the 10 s */
    bool skippable;
    bool prompt;             /* opens the private prompt */
    bool commits;            /* the presenter makes commitments */
    bool values;             /* recognition is given */
    int64_t contribution_ms; /* soft length of a contribution; 0: none */
    int64_t answer_ms;
};

#define PS_HAND_BIT(kind) ((uint8_t)(1U << (kind)))

/* What an activity is called with besides commands; it may ignore these, never refuse. */
enum ps_nudge { PS_NUDGE_WAKE, PS_NUDGE_CLOSE };

struct ps_activity {
    const char *name;  /* "check_in": the kind on the wire */
    const char *title; /* for the agenda: "Check-in" */
    const char *about; /* one sentence for the facilitator's menu */
    uint16_t version;  /* of its events */

    const struct ps_phase *phases;
    uint8_t phases_count;
    /* Planned length of a phase, given the stage's. NULL: the one phase has it all. */
    int64_t (*planned_ms)(int64_t stage_ms, uint8_t phase);

    const struct ps_shape *state;   /* size at most PS_ACTIVITY_BYTES_MAX; NULL: none */
    const struct ps_shape *picture; /* what stands under its kind's name; NULL: {} */

    const struct ps_method *methods;
    uint8_t methods_count;
    const struct ps_event_kind *const *events;
    uint8_t events_count;

    bool has_presenter; /* a turn: the core finds who presents and counts the turn */

    /* The stage was entered: what follows at once (a round's order, for example)? */
    void (*open)(const struct ps_set *set, const struct ps_scene *scene, struct ps_outcome *out);
    /* A nudge. CLOSE: the last words before the stage is left. */
    void (*nudge)(const struct ps_set *set, const struct ps_scene *scene, enum ps_nudge nudge,
                  struct ps_outcome *out);
    /* What may this viewer see of it? ret_seen arrives all zero. `presenter`: the viewer is the
     * presenter of the turn. */
    void (*see)(const struct ps_set *set, const struct ps_scene *scene, uint8_t viewer,
                void *ret_seen);
    int64_t (*wake_at)(const struct ps_set *set, const struct ps_scene *scene);
};

/* The registry (activities/registry.c). kind: index + 1; NULL when there is none. */
const struct ps_activity *ps_activity_at(uint8_t kind);
/* By name; 0 when there is none. */
uint8_t ps_activity_find(const char *name);
/* The activity that runs for a planned kind: itself, or open_talk for a kind that is planned but
 * not built yet; 0: no such kind. */
uint8_t ps_activity_for(const char *kind);
/* Title of a planned kind, also of one that is not built yet; NULL: no such kind. */
const char *ps_kind_title(const char *kind);

/* The activity and the phase that run, or NULL. */
const struct ps_activity *ps_activity_now(const struct ps_set *set);
const struct ps_phase *ps_phase_now(const struct ps_set *set);

/* Nouns: tables of methods and events of the core, one for each file. */
struct ps_noun {
    const struct ps_method *methods;
    uint8_t methods_count;
    const struct ps_event_kind *const *events;
    uint8_t events_count;
};
extern const struct ps_noun ps_noun_roster, ps_noun_meeting, ps_noun_stage, ps_noun_clock,
    ps_noun_floor, ps_noun_hand, ps_noun_round, ps_noun_talk, ps_noun_prompt, ps_noun_rotation,
    ps_noun_turn, ps_noun_commitment, ps_noun_recognition, ps_noun_lease, ps_noun_help,
    ps_noun_reads, ps_noun_founding, ps_noun_recovery;
