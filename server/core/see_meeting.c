/* see_meeting - the steps of the meeting, and its one clock. */
#include "core/activity.h"
#include "core/clock.h"
#include "core/sights.h"

#include <string.h>

/* ---- meeting --------------------------------------------------------------------------------- */

static const char *const meeting_words[] = {NULL,      "planned",  "lobby", "live",
                                            "closing", "corridor", "ended", NULL};

struct seen_stage {
    uint32_t id;
    char kind[PS_ID_CHARS_MAX];
    struct ps_phrase title;
    int64_t planned_ms;
    uint8_t done;
};
static const struct ps_field stage_fields[] = {
    PS_SHAPE(struct seen_stage, id, .kind = PS_ID, .prefix = 's'),
    PS_SHAPE(struct seen_stage, kind, .kind = PS_CHARS),
    PS_SHAPE(struct seen_stage, title, .kind = PS_PHRASE),
    PS_SHAPE(struct seen_stage, planned_ms, .kind = PS_INT),
    PS_SHAPE(struct seen_stage, done, .kind = PS_BOOL, .flags = PS_OPTIONAL),
};
static const struct ps_shape stage_shape = {"stage", sizeof(struct seen_stage),
                                            PS_COUNT(stage_fields), stage_fields};

struct seen_forecast {
    uint8_t here;
    uint8_t stands;
    int64_t end_at;
    int64_t left_ms;
};
/* Exactly one of the two is there; left_ms may be zero, so it is kept one higher. */
static const struct ps_field forecast_fields[] = {
    PS_SHAPE(struct seen_forecast, end_at, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_forecast, left_ms, .kind = PS_INT, .flags = PS_OPTIONAL | PS_PLUS_ONE),
};
static const struct ps_shape forecast_shape = {"forecast", sizeof(struct seen_forecast),
                                               PS_COUNT(forecast_fields), forecast_fields};

struct seen_meeting {
    uint8_t here;
    uint8_t number, state, steward, acting, facilitator_dropped, interrupted;
    uint8_t order_count, stages_count;
    uint32_t stage;
    uint32_t order[PS_STAGES_MAX];
    struct seen_stage stages[PS_STAGES_MAX];
    struct seen_forecast forecast;
    int64_t planned_ms, bank_ms, started_at, ended_at;
};
static const struct ps_field meeting_fields[] = {
    PS_SHAPE(struct seen_meeting, number, .kind = PS_INT),
    PS_SHAPE(struct seen_meeting, state, .kind = PS_ENUM, .words = meeting_words),
    PS_SHAPE(struct seen_meeting, stage, .kind = PS_ID, .prefix = 's', .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, order, .kind = PS_LIST, .of = PS_ID, .prefix = 's',
             .count_at = offsetof(struct seen_meeting, order_count)),
    PS_SHAPE(struct seen_meeting, stages, .kind = PS_MAP, .shape = &stage_shape,
             .count_at = offsetof(struct seen_meeting, stages_count)),
    PS_SHAPE(struct seen_meeting, planned_ms, .kind = PS_INT),
    PS_SHAPE(struct seen_meeting, bank_ms, .kind = PS_INT),
    PS_SHAPE(struct seen_meeting, forecast, .kind = PS_OBJECT, .shape = &forecast_shape),
    PS_SHAPE(struct seen_meeting, started_at, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, ended_at, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, steward, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, acting, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, facilitator_dropped, .kind = PS_BOOL, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, interrupted, .kind = PS_BOOL, .flags = PS_OPTIONAL),
};
const struct ps_shape ps_seen_meeting_shape = {"meeting", sizeof(struct seen_meeting),
                                               PS_COUNT(meeting_fields), meeting_fields};

static void see_stages(const struct ps_set *set, struct seen_meeting *seen)
{
    const struct ps_plan *plan = &set->meeting.plan;
    for (uint8_t i = 0; i < plan->stages_count; i++) {
        const struct ps_stage *stage = &plan->stages[i];
        seen->order[i] = stage->id;
        seen->stages[i] = (struct seen_stage){
            .id = stage->id,
            .title = {.form = ps_kind_title(stage->kind)},
            .planned_ms = ps_paced(set, stage->planned_ms),
            .done = stage->done,
        };
        memcpy(seen->stages[i].kind, stage->kind, sizeof(stage->kind));
    }
    seen->order_count = plan->stages_count;
    seen->stages_count = plan->stages_count;
}

void ps_see_meeting(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                    void *ret_seen)
{
    (void)scene;
    (void)viewer;
    const struct ps_meeting *meeting = &set->meeting;
    struct seen_meeting *seen = ret_seen;
    if (meeting->state == PS_MEETING_NONE) {
        return;
    }
    struct ps_forecast forecast = ps_clock_forecast(set);
    seen->here = 1;
    seen->number = meeting->number;
    seen->state = meeting->state;
    seen->stage = meeting->stage;
    see_stages(set, seen);
    seen->planned_ms = ps_paced(set, meeting->plan.planned_ms);
    seen->bank_ms = ps_paced(set, meeting->plan.bank_ms);
    seen->forecast.here = 1;
    seen->forecast.end_at = forecast.end_at;
    seen->forecast.left_ms = forecast.end_at != 0 ? 0 : forecast.left_ms + 1;
    seen->started_at = meeting->started_at;
    seen->ended_at = meeting->ended_at;
    seen->steward = meeting->steward;
    seen->acting = meeting->acting;
    seen->facilitator_dropped = meeting->facilitator_dropped;
    seen->interrupted = meeting->interrupted;
}

/* ---- clock ----------------------------------------------------------------------------------- */

static const char *const clock_words[] = {"none", "running", "paused", NULL};
static const char *const why_words[] = {NULL, "asked", "presenter", "restart", NULL};

struct seen_clock {
    uint8_t here;
    uint8_t state;
    uint8_t paused_why;
    int64_t ends_at;
    int64_t remaining_ms;
    int64_t planned_ms;
    int64_t extended_ms;
};
static const struct ps_field clock_fields[] = {
    PS_SHAPE(struct seen_clock, state, .kind = PS_ENUM, .words = clock_words),
    PS_SHAPE(struct seen_clock, ends_at, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_clock, remaining_ms, .kind = PS_INT, .flags = PS_OPTIONAL | PS_PLUS_ONE),
    PS_SHAPE(struct seen_clock, planned_ms, .kind = PS_INT),
    PS_SHAPE(struct seen_clock, extended_ms, .kind = PS_INT),
    PS_SHAPE(struct seen_clock, paused_why, .kind = PS_ENUM, .flags = PS_OPTIONAL,
             .words = why_words),
};
const struct ps_shape ps_seen_clock_shape = {"clock", sizeof(struct seen_clock),
                                             PS_COUNT(clock_fields), clock_fields};

void ps_see_clock(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                  void *ret_seen)
{
    (void)scene;
    (void)viewer;
    const struct ps_clock *clock = &set->now.clock;
    struct seen_clock *seen = ret_seen;
    seen->here = 1;
    seen->state = clock->state;
    seen->planned_ms = ps_paced(set, clock->planned_ms);
    seen->extended_ms = ps_paced(set, clock->extended_ms);
    seen->ends_at = clock->state == PS_CLOCK_RUNNING ? clock->ends_at : 0;
    if (clock->state == PS_CLOCK_PAUSED) {
        int64_t left = clock->remaining_ms > 0 ? clock->remaining_ms : 0;
        seen->remaining_ms = left + 1;
        seen->paused_why = clock->why;
    }
}
