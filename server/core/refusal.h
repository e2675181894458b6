/* refusal - a person asked for something that is not possible now.
 *
 * A refusal is an answer, not an error: a stable word for programs, a sentence for the person. What
 * they typed stays in their browser. */
#pragma once

enum ps_refusal {
    PS_ALLOWED = 0,
    /* who */
    PS_REFUSED_NOT_YOUR_ROLE,
    PS_REFUSED_NOT_YOUR_TURN,
    PS_REFUSED_REMOVED,
    PS_REFUSED_OTHER_DEVICE,
    PS_REFUSED_NO_SUCH_PERSON,
    PS_REFUSED_NOT_HERE,
    PS_REFUSED_YOURSELF,
    /* when */
    PS_REFUSED_MOVED_ON,
    PS_REFUSED_EXPECT_MISSING,
    PS_REFUSED_NO_MEETING,
    PS_REFUSED_MEETING_OPEN,
    PS_REFUSED_MEETING_STARTED,
    PS_REFUSED_MEETING_OVER,
    PS_REFUSED_NOT_IN_THIS_STAGE,
    PS_REFUSED_NOT_IN_THIS_PHASE,
    PS_REFUSED_TOO_LATE,
    PS_REFUSED_NOT_PAUSED,
    PS_REFUSED_PAUSED,
    PS_REFUSED_NO_CLOCK,
    /* floor */
    PS_REFUSED_FLOOR_TAKEN,
    PS_REFUSED_NO_FLOOR,
    PS_REFUSED_HAND_KIND,
    PS_REFUSED_NO_HAND,
    PS_REFUSED_PRESENTER_LISTENS,
    PS_REFUSED_NOBODY_WAITING,
    PS_REFUSED_ALREADY_INVITED,
    /* content */
    PS_REFUSED_NO_SUCH_THING,
    PS_REFUSED_NEEDS_TEXT,
    PS_REFUSED_FULL,
    PS_REFUSED_ALREADY_DONE,
    PS_REFUSED_TOO_MANY,
    PS_REFUSED_UNKNOWN_KIND,
    PS_REFUSED_PLAN_DOES_NOT_FIT,
    PS_REFUSED_BANK_EMPTY,
    PS_REFUSED_FROZEN,
    PS_REFUSED_NOT_PRESENTING,
    PS_REFUSED_CLOSED,
    PS_REFUSED_BAD_DATE,
    PS_REFUSED_LAST_FACILITATOR,
    PS_REFUSED_SET_FULL,
    /* wire and house; used above the core */
    PS_REFUSED_BAD_FRAME,
    PS_REFUSED_UNKNOWN_METHOD,
    PS_REFUSED_UNKNOWN_FIELD,
    PS_REFUSED_BAD_TYPE,
    PS_REFUSED_BAD_VALUE,
    PS_REFUSED_MISSING_FIELD,
    PS_REFUSED_TEXT_TOO_LONG,
    PS_REFUSED_TEXT_CONTROL,
    PS_REFUSED_TOO_FAST,
    PS_REFUSED_NOT_SAVED,
    PS_REFUSED_QUARANTINED,
    PS_REFUSALS_COUNT
};

/* The stable word: "not_your_turn". Never NULL. */
const char *ps_refusal_word(enum ps_refusal refusal);

/* The sentence for the person. Never NULL. */
const char *ps_refusal_sentence(enum ps_refusal refusal);
