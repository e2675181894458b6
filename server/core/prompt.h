/* prompt - the private prompt of a silence: one answer each, seen by its author alone. */
#pragma once

#include "core/set.h"

/* Used by apply alone: open with the phase that has one; when the phase is left, ten seconds remain
 * for those who are still writing. */
void ps_prompt_open(struct ps_set *set, uint32_t seq);
void ps_prompt_leave(struct ps_set *set, int64_t at);
