/* turn - a presenter turn begins and ends; what counts as having had one. */
#pragma once

#include "core/set.h"

enum ps_turn_end { PS_TURN_NONE, PS_TURN_DONE, PS_TURN_DEFERRED, PS_TURN_STOPPED };

/* Emit turn.started for the one whose turn it is. Returns PS_NOBODY, and emits nothing, when nobody
 * can. */
uint8_t ps_turn_emit_started(const struct ps_set *set, const struct ps_scene *scene,
                             struct ps_outcome *out);

/* Emit turn.finished. counted: the questions were asked to their end (domain.md §5). */
void ps_turn_emit_finished(const struct ps_set *set, const struct ps_scene *scene,
                           enum ps_turn_end end, bool counted, struct ps_outcome *out);

/* The issue of the turn that runs: "the question I bring". */
struct ps_word ps_turn_issue(const struct ps_set *set);
