/* settle - what follows from time and from who is connected.
 *
 * Each rule says when it is due and what it does then; the earliest due time is the set's wake. A
 * rule whose time has come must, by its events, move its own due time, or the set would never
 * settle. */
#pragma once

#include "core/set.h"

#define PS_NEVER INT64_MAX

struct ps_rule {
    const char *name;
    /* Set time from which there is something to do; PS_NEVER. */
    int64_t (*due)(const struct ps_set *set, const struct ps_scene *scene);
    void (*act)(const struct ps_set *set, const struct ps_scene *scene, struct ps_outcome *out);
};

/* Rules by noun, in the order in which they are looked at. */
extern const struct ps_rule ps_rules_roster[], ps_rules_lease[], ps_rules_clock[], ps_rules_floor[],
    ps_rules_round[], ps_rules_prompt[], ps_rules_meeting[], ps_rules_stage[];
extern const uint8_t ps_rules_roster_count, ps_rules_lease_count, ps_rules_clock_count,
    ps_rules_floor_count, ps_rules_round_count, ps_rules_prompt_count, ps_rules_meeting_count,
    ps_rules_stage_count;

static inline int64_t ps_earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}
