/* desk - what the facilitator (deputy who acts, steward) sees beside the meeting: what comes next
 * and why, a line to read out, who has not been heard, who asked for help. Never a score of a
 * person. */
#pragma once

#include "core/picture.h"

extern const struct ps_shape ps_seen_desk_shape;

/* Draw the desk for who leads; nothing for anybody else. */
void ps_desk_see(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                 void *ret_seen);
