/* sight_meeting - one whole meeting that reaches every activity and phase, for the sight tables.
 *
 * Five members (two of one business), a facilitator, two deputies, an observer. Everything a person
 * can write is written once by somebody; after each step that matters the watch looks. The same
 * meeting can be held twice with one input worded otherwise: what differs then in a picture, that
 * viewer was shown. */
#pragma once

#include "core_world.h"

/* Everything a person can put in that others may or may not see. */
enum input {
    INPUT_NONE,
    INPUT_SAY,
    INPUT_HAND,
    INPUT_BID,
    INPUT_PROMPT,
    INPUT_COMMITMENT,
    INPUT_RESOLVE, /* desire and intention */
    INPUT_RECOGNITION,
    INPUT_HELP,
    INPUT_HELPED,
    INPUT_RENAME,
    INPUT_OVERRIDE,
    INPUT_REMOVE,
    INPUTS_COUNT
};

struct watch {
    bool lease;       /* the facilitator lets a deputy act, from the lobby on */
    enum input other; /* this input is worded otherwise */
    /* After every step that matters. */
    void (*look)(struct world *world, struct watch *watch);
    void *looker;
    /* When each input was given: how many looks there had been, and who gave it. */
    size_t given_at[INPUTS_COUNT];
    uint8_t given_by[INPUTS_COUNT];
    size_t looks;
};

/* Hold the meeting. */
void sight_meeting(struct watch *watch);

/* The method and the param that an input is: "hand.raise", "text". */
struct input_place {
    const char *method;
    const char *param;
};
extern const struct input_place sight_places[INPUTS_COUNT];
