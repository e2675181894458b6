/* nouns - the flat structs that the state of a set is made of.
 *
 * All zero is the beginning of each. No pointers: a copy is a memcpy, and there is nothing to free.
 * What each noun does stands in its own file (roster.c, floor.c …); here is only what it holds, so
 * that the whole state can be read on one page. Times are set time; spans are as planned, before
 * the pace of a rehearsal divides them (ps_paced). */
#pragma once

#include "base/time.h"
#include "core/seat.h"
#include "core/word.h"

/* ---- roster: who belongs to the set, and in which role --------------------------------------- */

struct ps_person {
    uint8_t seat; /* 0: an empty slot */
    uint8_t role;
    uint8_t business; /* index + 1 in businesses[]; 0: none */
    uint8_t removed;
    uint8_t revoked;     /* the present invite does not open the door */
    uint8_t away;        /* said so themselves */
    uint16_t generation; /* of the invite; a renewed one makes older links worthless */
    struct ps_word name;
    int64_t joined_at;
};

struct ps_business {
    uint32_t id;          /* "b1"; 0: an empty slot */
    uint8_t place;        /* in the rotation, drawn once, never renumbered (edge case 15) */
    uint8_t turns;        /* completed turns: a turn belongs to the business */
    uint8_t last_meeting; /* number of the meeting of the last turn; 0 = none yet */
    uint8_t passes;       /* in a row */
    struct ps_word name;
    struct ps_word sector;
};

struct ps_roster {
    struct ps_person people[PS_SEAT_SLOTS]; /* indexed by seat */
    struct ps_business businesses[PS_MEMBER_SEATS_MAX];
    uint8_t businesses_count;
    uint64_t present;      /* came to the meeting and have not dropped for longer than the grace */
    uint64_t ever_present; /* this meeting */
};

/* ---- meeting: typed stages, the time bank ---------------------------------------------------- */

enum ps_meeting_state {
    PS_MEETING_NONE,
    PS_MEETING_PLANNED,
    PS_MEETING_LOBBY,
    PS_MEETING_LIVE,
    PS_MEETING_CLOSING,
    PS_MEETING_CORRIDOR,
    PS_MEETING_ENDED,
};

struct ps_stage {
    uint32_t id; /* "s33": sequence of its event * 32 + place in it; 0: an empty slot */
    uint8_t done;
    uint8_t entered;
    char kind[PS_ID_CHARS_MAX]; /* as planned; the activity may stand in for it */
    int64_t planned_ms;
};

struct ps_plan {
    struct ps_stage stages[PS_STAGES_MAX]; /* in order */
    uint8_t stages_count;
    int64_t planned_ms;
    int64_t bank_ms;
};

struct ps_meeting {
    uint8_t state;
    uint8_t number; /* 1 for the first; 0: none opened yet */
    uint8_t acting; /* deputy who holds the facilitator's powers */
    uint8_t steward;
    uint8_t facilitator_dropped;
    uint8_t interrupted; /* the server stopped in between; until the clock runs again */
    uint8_t turns_done;  /* turns begun in this meeting */
    uint32_t stage;      /* id of the present stage; 0: none */
    struct ps_plan plan;
    int64_t started_at;
    int64_t ended_at;
    int64_t opened_at;
};

/* ---- the one clock --------------------------------------------------------------------------- */

enum ps_clock_state { PS_CLOCK_NONE, PS_CLOCK_RUNNING, PS_CLOCK_PAUSED };
enum ps_pause_why { PS_PAUSE_NONE, PS_PAUSE_ASKED, PS_PAUSE_PRESENTER, PS_PAUSE_RESTART };

struct ps_clock {
    uint8_t state;
    uint8_t why;          /* enum ps_pause_why while paused */
    int64_t ends_at;      /* while running */
    int64_t remaining_ms; /* while paused; below zero in overtime */
    int64_t planned_ms;   /* of the phase, unpaced */
    int64_t extended_ms;  /* unpaced */
    int64_t paused_at;
    int64_t resumed_at; /* somebody chose to go on, knowing who was gone */
};

/* ---- the floor and its queue ----------------------------------------------------------------- */

enum ps_hand_kind {
    PS_HAND_NONE,
    PS_HAND_QUESTION,
    PS_HAND_FOLLOW_UP,
    PS_HAND_OFFER,
    PS_HAND_PROCESS
};
enum ps_floor_part { PS_PART_NONE, PS_PART_QUESTION, PS_PART_ANSWER };

struct ps_hand {
    uint8_t seat; /* 0: no hand */
    uint8_t kind;
    uint8_t parked;      /* its kind is not for this phase; kept, and its owner is told */
    uint8_t passed_over; /* grants that went past it within its level (ageing) */
    uint8_t invited;     /* by the presenter: goes first among questions */
    uint8_t restored;    /* lost the floor by a dropped connection: head of its class */
    uint8_t late;        /* did not begin when it was given the floor: after all others */
    uint32_t raised_seq;
    int64_t raised_at;
    struct ps_word text;
};

struct ps_heard {
    uint8_t grants;   /* this phase; follow-ups and process hands do not count */
    uint8_t followed; /* follow-up used since the last answer */
    int64_t floor_ms; /* this meeting; own turn, rounds and tours do not count */
};

struct ps_floor {
    uint8_t holder;
    uint8_t part; /* enum ps_floor_part; PS_PART_NONE where a contribution has no parts */
    uint8_t taken;
    uint8_t asked;       /* "still want to speak?" */
    uint8_t invited;     /* the presenter has used the one invitation of this phase */
    uint8_t last_asker;  /* may follow up until follow_until */
    uint8_t undo_holder; /* whose floor can be given back until undo_until */
    uint8_t undo_part;
    uint32_t undo_question;
    uint32_t question; /* said id of the question being answered; 0: none */
    int64_t granted_at;
    int64_t part_at; /* the present part began */
    int64_t soft_ends_at;
    int64_t free_at; /* from when the next may be granted */
    int64_t follow_until;
    int64_t undo_until;
    struct ps_hand held; /* the hand that was granted */
    struct ps_hand undo_hand;
    struct ps_hand hands[PS_SEAT_SLOTS];
    struct ps_heard heard[PS_SEAT_SLOTS];
};

/* ---- a round: each once, in a fixed order ---------------------------------------------------- */

enum ps_round_state {
    PS_ROUND_NONE,
    PS_ROUND_WAITING,
    PS_ROUND_NOW,
    PS_ROUND_DONE,
    PS_ROUND_PASSED,       /* is asked once more at the end */
    PS_ROUND_PASSED_TWICE, /* shown as passed; not asked again */
    PS_ROUND_AWAY,         /* lost the connection in their turn; asked when they are back */
};

struct ps_round {
    uint8_t order[PS_SEATS_MAX];
    uint8_t count;
    uint8_t state[PS_SEAT_SLOTS];
    uint64_t passed; /* seats that passed once */
    int64_t each_ms;
};

/* ---- what is said ---------------------------------------------------------------------------- */

enum ps_said_kind {
    PS_SAID_NONE,
    PS_SAID_CHECK_IN,
    PS_SAID_STORY,
    PS_SAID_QUESTION,
    PS_SAID_ANSWER,
    PS_SAID_OFFER,
    PS_SAID_RESPONSE,
    PS_SAID_PROCESS,
};

struct ps_said {
    uint32_t id; /* "w12" */
    uint8_t by;
    uint8_t kind;
    uint8_t helped; /* seen by the presenter alone */
    uint8_t pad;
    uint32_t to; /* the question that is answered; 0: none */
    struct ps_word text;
    int64_t at;
};

struct ps_talk {
    struct ps_said said[PS_SAID_MAX];
    uint8_t count;
};

/* ---- the private prompt of a silence --------------------------------------------------------- */

struct ps_answer {
    uint8_t seat;
    uint8_t passed;
    struct ps_word text;
};

struct ps_prompt {
    uint32_t id; /* "q7"; 0: none */
    uint8_t open;
    int64_t ends_at;
    struct ps_answer answers[PS_SEAT_SLOTS]; /* indexed by seat */
};

/* ---- the activity that runs ------------------------------------------------------------------ */

enum {
    PS_ACTIVITY_BYTES_MAX = 1024
}; /* the largest state of an activity (agenda: bids of all seats) */

struct ps_running {
    uint8_t kind;  /* index + 1 of the activity; 0: none */
    uint8_t phase; /* index in the activity's phases */
    uint8_t presenter;
    uint8_t last_meeting; /* of its business before this turn counted (for reopening) */
    uint8_t counted;      /* the turn was counted to presenter's business (for reopening) */
    uint32_t id;          /* "a12" */
    uint32_t phase_id;    /* "p12": sequence of the event that entered it */
    int64_t phase_at;
    struct ps_word issue;                      /* of the turn: "the question I bring" */
    uint64_t state[PS_ACTIVITY_BYTES_MAX / 8]; /* the activity's own struct */
};

/* All that belongs to one stage, so that a stage can be reopened by one copy. */
struct ps_now {
    struct ps_running running;
    struct ps_clock clock;
    struct ps_floor floor;
    struct ps_round round;
    struct ps_talk talk;
    struct ps_prompt prompt;
};

/* ---- rotation -------------------------------------------------------------------------------- */

enum ps_rotation_mode { PS_ROTATION_PLAIN, PS_ROTATION_BID, PS_ROTATION_AGREED };

enum ps_override { PS_OVERRIDE_NONE, PS_OVERRIDE_ORDER, PS_OVERRIDE_SWAP };

struct ps_rotation {
    uint8_t frozen;
    uint8_t overridden; /* enum ps_override */
    uint8_t today[PS_TURNS_PER_MEETING_MAX];
    uint8_t today_count;
    uint8_t reserve;
    uint8_t taken[PS_TURNS_PER_MEETING_MAX]; /* turns of today that began */
    uint8_t order[PS_SEATS_MAX];             /* set by an override; else empty */
    uint8_t order_count;
    struct ps_word reason; /* of the override */
    struct ps_word rule;   /* what the rule said beside an override or a swap */
    struct ps_word why;    /* the reason when the order was frozen */
    struct ps_word issues[PS_TURNS_PER_MEETING_MAX]; /* "the question I bring" */
    struct ps_word reserve_issue;
};

/* ---- commitments ----------------------------------------------------------------------------- */

enum ps_witness_says { PS_WITNESS_NONE, PS_WITNESS_ASKED, PS_WITNESS_YES, PS_WITNESS_NO };
enum ps_commitment_status { PS_COMMITMENT_NONE, PS_COMMITMENT_ACTIVE };

struct ps_commitment {
    uint32_t id; /* "c12"; 0: an empty slot */
    uint8_t owner;
    uint8_t witness;
    uint8_t witness_says;
    uint8_t status;
    uint8_t desire;    /* 1..5, private */
    uint8_t intention; /* 1..5, private */
    uint8_t meeting;   /* made in the meeting of this number */
    uint8_t turn;      /* made in this turn of the meeting */
    char due[12];      /* "next_meeting" is empty; else YYYY-MM-DD */
    struct ps_word text;
    int64_t at;
};

struct ps_commitments {
    struct ps_commitment list[PS_COMMITMENTS_MAX];
    uint8_t count;
};

/* ---- recognition ----------------------------------------------------------------------------- */

struct ps_recognition {
    uint32_t id; /* "r12" */
    uint8_t by;
    uint8_t to;
    uint8_t kind;
    uint8_t turn; /* in which it was given; 0: in no turn */
    struct ps_word reason;
    int64_t at;
};

struct ps_board {
    struct ps_recognition recognitions[PS_RECOGNITIONS_MAX];
    uint8_t recognitions_count;
};

/* ---- private help ---------------------------------------------------------------------------- */

struct ps_help {
    uint8_t seat; /* 0: nobody asked */
    struct ps_word text;
    int64_t at;
};
