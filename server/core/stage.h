/* stage - the steps of a meeting: entering, leaving, going back for a moment. */
#pragma once

#include "core/set.h"

/* Is somebody connected who could lead: the facilitator or a deputy? */
bool ps_stage_has_leader(const struct ps_set *set, const struct ps_scene *scene);

/* Emit what ends the present phase and enters the next; in the last phase that is the next stage.
 */
void ps_stage_emit_next_phase(const struct ps_set *set, const struct ps_scene *scene,
                              struct ps_outcome *out);

/* Emit what ends the present stage and enters `stage` (0: the next that is not done; after the last
 * the meeting ends). */
void ps_stage_emit_leave(const struct ps_set *set, const struct ps_scene *scene, uint32_t stage,
                         struct ps_outcome *out);

/* The same without last words: they are said already. */
void ps_stage_emit_move(const struct ps_set *set, const struct ps_scene *scene, uint32_t stage,
                        struct ps_outcome *out);

/* Emit the last words of the activity that runs, before its stage is left. */
void ps_stage_emit_last_words(const struct ps_set *set, const struct ps_scene *scene,
                              struct ps_outcome *out);

/* Emit the entering of a stage; nothing is left first. */
void ps_stage_emit_enter(const struct ps_set *set, const struct ps_scene *scene, uint32_t stage,
                         struct ps_outcome *out);

/* Back to the stage before, as it was: one copy. A turn that was counted is uncounted with it, and
 * whoever was removed since is gone from it (used by apply alone). */
struct ps_event;
void ps_stage_back(struct ps_set *set, const struct ps_event *event);

/* Shared with meeting.c: lists of stages in facts and params. */
struct ps_stage_fact {
    char kind[PS_ID_CHARS_MAX];
    int64_t planned_ms;
};
extern const struct ps_shape ps_stage_fact_shape;

/* Number the stages of a plan from the sequence of the event that made them, and put them in. */
void ps_plan_take(struct ps_plan *plan, uint32_t seq, const struct ps_stage_fact *facts,
                  uint8_t count, uint8_t keep);
