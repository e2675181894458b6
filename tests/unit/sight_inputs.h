/* sight_inputs - who will see what a person puts in, found by holding one meeting twice. */
#pragma once

#include "base/text.h"
#include "sight_meeting.h"

/* What the line under an input says. */
enum sight {
    SIGHT_EVERYONE, /* all who are in the set, at once */
    SIGHT_GRANTED,  /* everyone, once the floor is given; until then the person alone */
    SIGHT_YOU,      /* the person alone */
    SIGHT_DESK,     /* whoever runs the meeting */
    SIGHT_RECORD,   /* nobody's picture: it stands in the journal alone */
    SIGHT_OTHER     /* something no line was written for */
};

/* Hold the meeting with `input` worded otherwise, and again as it was: whose pictures differ? */
enum sight sight_of(enum input input);

/* client-web/src/wire/sight.ts. */
void sight_inputs_write(struct ps_text *text);

/* Is every text that a command can hold one of the inputs? The first that is not, or NULL. */
const char *sight_inputs_missing(void);
