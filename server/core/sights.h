/* sights - how each part of a picture is drawn; picture.c has the table of them.
 *
 * Each function fills a zeroed struct of the shape beside it; what it does not put in is not there.
 * A part of PS_SCOPE_ALL is given a viewer of all zeroes. */
#pragma once

#include "core/picture.h"

extern const struct ps_shape ps_seen_set_shape;
extern const struct ps_shape ps_seen_you_shape;
extern const struct ps_shape ps_seen_roster_shape;
extern const struct ps_shape ps_seen_meeting_shape;
extern const struct ps_shape ps_seen_activity_shape;
extern const struct ps_shape ps_seen_clock_shape;
extern const struct ps_shape ps_seen_floor_shape;
extern const struct ps_shape ps_seen_rotation_shape;
extern const struct ps_shape ps_seen_prompt_shape;
extern const struct ps_shape ps_seen_commitments_shape;
extern const struct ps_shape ps_seen_board_shape;

/* Draw one part: state and volatile part in, what this viewer sees out (ret_seen: zeroed, of the
 * shape). */
void ps_see_set(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                void *ret_seen);
void ps_see_you(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                void *ret_seen);
void ps_see_roster(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                   void *ret_seen);
void ps_see_meeting(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                    void *ret_seen);
void ps_see_activity(const struct ps_set *set, const struct ps_scene *scene,
                     struct ps_viewer viewer, void *ret_seen);
void ps_see_clock(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                  void *ret_seen);
void ps_see_floor(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                  void *ret_seen);
void ps_see_rotation(const struct ps_set *set, const struct ps_scene *scene,
                     struct ps_viewer viewer, void *ret_seen);
void ps_see_prompt(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                   void *ret_seen);
void ps_see_commitments(const struct ps_set *set, const struct ps_scene *scene,
                        struct ps_viewer viewer, void *ret_seen);
void ps_see_board(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                  void *ret_seen);
