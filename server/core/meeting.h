/* meeting - from opening to the end. */
#pragma once

#include "core/set.h"

enum { PS_MEETING_REOPEN_MS = 5 * 60000 }; /* an end can be taken back for this long */

/* Emit the end of the meeting. abandoned: nobody was there any more. */
void ps_meeting_emit_end(const struct ps_scene *scene, bool abandoned, struct ps_outcome *out);

/* The turn that was counted when its stage was left is not over after all (used by apply alone). */
void ps_meeting_uncount(struct ps_set *set);
