#include "core/settle.h"

#include "core/activity.h"

struct rules {
    const struct ps_rule *list;
    const uint8_t *count;
};

/* Presence first: the rest reads it. The floor before the clock: a holder who is gone is let go
 * before the phase ends on them. */
static const struct rules all[] = {
    {ps_rules_stage, &ps_rules_stage_count}, {ps_rules_roster, &ps_rules_roster_count},
    {ps_rules_lease, &ps_rules_lease_count}, {ps_rules_floor, &ps_rules_floor_count},
    {ps_rules_round, &ps_rules_round_count}, {ps_rules_prompt, &ps_rules_prompt_count},
    {ps_rules_clock, &ps_rules_clock_count}, {ps_rules_meeting, &ps_rules_meeting_count},
};

void ps_settle(const struct ps_set *set, const struct ps_scene *scene, struct ps_outcome *out)
{
    ps_outcome_begin(out, set);
    for (size_t i = 0; i < PS_COUNT(all); i++) {
        for (uint8_t n = 0; n < *all[i].count; n++) {
            const struct ps_rule *rule = &all[i].list[n];
            if (rule->due(set, scene) <= scene->now.ms) {
                rule->act(set, scene, out);
                ps_assert(out->events_count > 0);
                return;
            }
        }
    }
    const struct ps_activity *activity = ps_activity_now(set);
    if (activity != NULL && activity->nudge != NULL && ps_is_live(set)) {
        activity->nudge(set, scene, PS_NUDGE_WAKE, out);
    }
}

int64_t ps_wake_at(const struct ps_set *set, const struct ps_scene *scene)
{
    int64_t earliest = PS_NEVER;
    for (size_t i = 0; i < PS_COUNT(all); i++) {
        for (uint8_t n = 0; n < *all[i].count; n++) {
            earliest = ps_earlier(earliest, all[i].list[n].due(set, scene));
        }
    }
    const struct ps_activity *activity = ps_activity_now(set);
    if (activity != NULL && activity->wake_at != NULL && ps_is_live(set)) {
        earliest = ps_earlier(earliest, activity->wake_at(set, scene));
    }
    return earliest;
}
