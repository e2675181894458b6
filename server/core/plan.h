/* plan - templates of meetings as data, and what makes a plan fit. Source: domain.md §3. */
#pragma once

#include "core/set.h"

enum ps_template {
    PS_TEMPLATE_NONE,
    PS_TEMPLATE_NINETY_MINUTES,
    PS_TEMPLATE_TWO_HOURS,
    PS_TEMPLATE_THREE_HOURS,
};
extern const char *const ps_template_words[];

/* "ninety_minutes" -> the template; PS_TEMPLATE_NONE when there is none of that name. */
enum ps_template ps_template_find(const char *name);

/* Stages (without ids), planned length and bank of a template. */
void ps_plan_from_template(enum ps_template template_kind, struct ps_plan *ret_plan);

/* The template whose length is nearest below or at `meeting_ms`; the shortest when none is. */
enum ps_template ps_template_for(int64_t meeting_ms);

/* Do the stages and the bank fit into the planned length, and is every kind known? */
enum ps_refusal ps_plan_check(const struct ps_plan *plan);

/* May the plan hold no more of this kind? A meeting has PS_TURNS_PER_MEETING_MAX turns at most. */
bool ps_plan_is_full_of(const struct ps_plan *plan, const char *kind);

/* Longest and shortest planned stage. */
enum { PS_STAGE_MS_MIN = 30000, PS_STAGE_MS_MAX = 4 * 3600000 };

/* Length of a stage that is inserted without one. */
int64_t ps_stage_default_ms(const char *kind);
