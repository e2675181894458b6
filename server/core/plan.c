#include "core/plan.h"

#include <string.h>

#include "core/activity.h"

#define MINUTES(n) ((int64_t)(n)*60000)

struct template_stage {
    const char *kind;
    int64_t planned_ms;
};

struct template_plan {
    int64_t planned_ms;
    int64_t bank_ms;
    struct template_stage stages[12];
};

const char *const ps_template_words[] = {NULL, "ninety_minutes", "two_hours", "three_hours", NULL};

static const struct template_plan templates[] = {
    [PS_TEMPLATE_NINETY_MINUTES] = {MINUTES(90),
                                    MINUTES(5),
                                    {{"open", MINUTES(3)},
                                     {"check_in", MINUTES(11)},
                                     {"agenda", MINUTES(2)},
                                     {"presenter_turn", MINUTES(40)},
                                     {"tour", MINUTES(12)},
                                     {"commitments", MINUTES(10)},
                                     {"close", MINUTES(7)}}},
    [PS_TEMPLATE_TWO_HOURS] = {MINUTES(120),
                               MINUTES(7),
                               {{"open", MINUTES(3)},
                                {"check_in", MINUTES(11)},
                                {"agenda", MINUTES(3)},
                                {"presenter_turn", MINUTES(35)},
                                {"break", MINUTES(5)},
                                {"presenter_turn", MINUTES(35)},
                                {"commitments", MINUTES(12)},
                                {"close", MINUTES(9)}}},
    [PS_TEMPLATE_THREE_HOURS] = {MINUTES(180),
                                 MINUTES(10),
                                 {{"open", MINUTES(5)},
                                  {"check_in", MINUTES(22)},
                                  {"agenda", MINUTES(5)},
                                  {"presenter_turn", MINUTES(40)},
                                  {"break", MINUTES(10)},
                                  {"presenter_turn", MINUTES(40)},
                                  {"tour", MINUTES(20)},
                                  {"commitments", MINUTES(15)},
                                  {"close", MINUTES(13)}}},
};

enum ps_template ps_template_find(const char *name)
{
    for (uint8_t i = 1; i < PS_COUNT(templates); i++) {
        const char *word = ps_template_words[i];
        if (strlen(word) == strlen(name) && memcmp(word, name, strlen(name)) == 0) {
            return (enum ps_template)i;
        }
    }
    return PS_TEMPLATE_NONE;
}

void ps_plan_from_template(enum ps_template template_kind, struct ps_plan *ret_plan)
{
    ps_assert(template_kind > PS_TEMPLATE_NONE && template_kind < PS_COUNT(templates));
    const struct template_plan *from = &templates[template_kind];
    *ret_plan = (struct ps_plan){.planned_ms = from->planned_ms, .bank_ms = from->bank_ms};
    for (size_t i = 0; i < PS_COUNT(from->stages) && from->stages[i].kind != NULL; i++) {
        struct ps_stage *stage = &ret_plan->stages[ret_plan->stages_count++];
        memcpy(stage->kind, from->stages[i].kind, strlen(from->stages[i].kind));
        stage->planned_ms = from->stages[i].planned_ms;
    }
}

enum ps_template ps_template_for(int64_t meeting_ms)
{
    enum ps_template best = PS_TEMPLATE_NINETY_MINUTES;
    for (uint8_t i = 1; i < PS_COUNT(templates); i++) {
        if (templates[i].planned_ms <= meeting_ms) {
            best = (enum ps_template)i;
        }
    }
    return best;
}

static bool is_turn(const char *kind)
{
    const struct ps_activity *activity = ps_activity_at(ps_activity_for(kind));
    return activity != NULL && activity->has_presenter;
}

static uint8_t turns_of(const struct ps_plan *plan)
{
    uint8_t turns = 0;
    for (uint8_t i = 0; i < plan->stages_count; i++) {
        turns = (uint8_t)(turns + is_turn(plan->stages[i].kind));
    }
    return turns;
}

bool ps_plan_is_full_of(const struct ps_plan *plan, const char *kind)
{
    return is_turn(kind) && turns_of(plan) >= PS_TURNS_PER_MEETING_MAX;
}

enum ps_refusal ps_plan_check(const struct ps_plan *plan)
{
    int64_t sum = plan->bank_ms;
    for (uint8_t i = 0; i < plan->stages_count; i++) {
        const struct ps_stage *stage = &plan->stages[i];
        if (ps_activity_for(stage->kind) == 0) {
            return PS_REFUSED_UNKNOWN_KIND;
        }
        if (stage->planned_ms < PS_STAGE_MS_MIN || stage->planned_ms > PS_STAGE_MS_MAX) {
            return PS_REFUSED_BAD_VALUE;
        }
        sum += stage->planned_ms;
    }
    bool fits = plan->stages_count > 0 && plan->bank_ms >= 0 && sum == plan->planned_ms &&
                turns_of(plan) <= PS_TURNS_PER_MEETING_MAX;
    return fits ? PS_ALLOWED : PS_REFUSED_PLAN_DOES_NOT_FIT;
}

int64_t ps_stage_default_ms(const char *kind)
{
    const struct template_plan *longest = &templates[PS_TEMPLATE_THREE_HOURS];
    for (size_t i = 0; i < PS_COUNT(longest->stages) && longest->stages[i].kind != NULL; i++) {
        const char *known = longest->stages[i].kind;
        if (strlen(known) == strlen(kind) && memcmp(known, kind, strlen(kind)) == 0) {
            return longest->stages[i].planned_ms;
        }
    }
    return MINUTES(10);
}
