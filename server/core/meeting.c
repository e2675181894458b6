#include "core/meeting.h"

#include <string.h>

#include "core/activity.h"
#include "core/clock.h"
#include "core/plan.h"
#include "core/settle.h"
#include "core/stage.h"

enum {
    OVERTIME_MS = 60 * 60000,
    ABANDONED_MS = 30 * 60000, /* after the last person left (domain.md §3) */
    MEETING_PARTS = PS_PARTS_ALL & ~PS_PART(PS_SEE_SET),
};

/* ---- shapes ---------------------------------------------------------------------------------- */

struct opened {
    uint8_t number;
    uint8_t template_kind;
    struct ps_stage_fact stages[PS_STAGES_MAX];
    uint8_t stages_count;
    int64_t planned_ms;
    int64_t bank_ms;
    uint64_t present;
};
static const struct ps_field opened_fields[] = {
    PS_SHAPE(struct opened, number, .kind = PS_INT),
    PS_SHAPE(struct opened, stages, .kind = PS_LIST, .of = PS_OBJECT, .shape = &ps_stage_fact_shape,
             .count_at = offsetof(struct opened, stages_count)),
    PS_SHAPE(struct opened, planned_ms, .kind = PS_INT),
    PS_SHAPE(struct opened, bank_ms, .kind = PS_INT),
    PS_SHAPE(struct opened, present, .kind = PS_SEATS),
};
static const struct ps_shape opened_shape = {"meeting_opened", sizeof(struct opened),
                                             PS_COUNT(opened_fields), opened_fields};

/* The command: the template may be named; nothing else can be. */
struct open_params {
    uint8_t template_kind;
};
static const struct ps_field open_fields[] = {
    {.name = "template",
     .kind = PS_ENUM,
     .flags = PS_OPTIONAL,
     .at = offsetof(struct open_params, template_kind),
     .size = 1,
     .words = ps_template_words},
};
static const struct ps_shape open_shape = {"meeting_open", sizeof(struct open_params),
                                           PS_COUNT(open_fields), open_fields};

struct plan_params {
    struct ps_stage_fact stages[PS_STAGES_MAX];
    uint8_t stages_count;
    int64_t planned_ms;
};
static const struct ps_field plan_fields[] = {
    PS_SHAPE(struct plan_params, stages, .kind = PS_LIST, .of = PS_OBJECT,
             .shape = &ps_stage_fact_shape, .count_at = offsetof(struct plan_params, stages_count)),
    PS_SHAPE(struct plan_params, planned_ms, .kind = PS_INT, .least = PS_STAGE_MS_MIN,
             .most = PS_STAGE_MS_MAX),
};
static const struct ps_shape plan_shape = {"meeting_plan", sizeof(struct plan_params),
                                           PS_COUNT(plan_fields), plan_fields};

struct ended {
    uint8_t abandoned;
};
static const struct ps_field ended_fields[] = {
    PS_SHAPE(struct ended, abandoned, .kind = PS_BOOL),
};
static const struct ps_shape ended_shape = {"meeting_ended", sizeof(struct ended),
                                            PS_COUNT(ended_fields), ended_fields};

/* ---- events ---------------------------------------------------------------------------------- */

static void apply_opened(struct ps_set *set, const struct ps_event *event)
{
    const struct opened *facts = ps_facts(event);
    memset(&set->meeting, 0, sizeof(set->meeting));
    memset(&set->now, 0, sizeof(set->now));
    memset(&set->before, 0, sizeof(set->before));
    memset(&set->rotation, 0, sizeof(set->rotation));
    memset(&set->board, 0, sizeof(set->board));
    memset(set->help, 0, sizeof(set->help));
    set->before_stage = 0;
    set->reopen_until = 0;
    set->first_planned = 0;
    set->empty_since = facts->present == 0 ? event->at.ms : 0;
    struct ps_meeting *meeting = &set->meeting;
    meeting->state = PS_MEETING_LOBBY;
    meeting->number = facts->number;
    meeting->opened_at = event->at.ms;
    meeting->plan.planned_ms = facts->planned_ms;
    meeting->plan.bank_ms = facts->bank_ms;
    ps_plan_take(&meeting->plan, event->seq, facts->stages, facts->stages_count, 0);
    set->roster.present = facts->present;
    set->roster.ever_present = facts->present;
}
static const struct ps_event_kind opened = {"meeting.opened", 1, MEETING_PARTS, &opened_shape,
                                            apply_opened};

static void apply_planned(struct ps_set *set, const struct ps_event *event)
{
    const struct plan_params *facts = ps_facts(event);
    struct ps_plan *plan = &set->meeting.plan;
    memset(plan, 0, sizeof(*plan));
    ps_plan_take(plan, event->seq, facts->stages, facts->stages_count, 0);
    plan->planned_ms = facts->planned_ms;
    plan->bank_ms = facts->planned_ms;
    for (uint8_t i = 0; i < plan->stages_count; i++) {
        plan->bank_ms -= plan->stages[i].planned_ms;
    }
}
static const struct ps_event_kind planned = {"meeting.planned", 1,
                                             PS_PART(PS_SEE_MEETING) | PS_PART(PS_SEE_DESK) |
                                                 PS_PART(PS_SEE_ROTATION) | PS_PART(PS_SEE_YOU),
                                             &plan_shape, apply_planned};

static void apply_started(struct ps_set *set, const struct ps_event *event)
{
    set->meeting.state = PS_MEETING_LIVE;
    set->meeting.started_at = event->at.ms;
}
static const struct ps_event_kind started = {"meeting.started", 1, MEETING_PARTS, NULL,
                                             apply_started};

static void apply_ended(struct ps_set *set, const struct ps_event *event)
{
    struct ps_meeting *meeting = &set->meeting;
    for (uint8_t i = 0; i < meeting->plan.stages_count; i++) {
        struct ps_stage *stage = &meeting->plan.stages[i];
        stage->done = stage->id == meeting->stage ? 1 : stage->done;
    }
    set->before = set->now;
    set->before_stage = meeting->stage;
    memset(&set->now, 0, sizeof(set->now));
    memset(set->help, 0, sizeof(set->help));
    set->reopen_until = 0;
    meeting->state = PS_MEETING_ENDED;
    meeting->ended_at = event->at.ms;
    meeting->stage = 0;
    meeting->acting = PS_NOBODY;
    meeting->interrupted = 0;
    meeting->facilitator_dropped = 0;
}
static const struct ps_event_kind ended = {"meeting.ended", 1, MEETING_PARTS, &ended_shape,
                                           apply_ended};

/* On with the stage that was left, as it was: the time since then has not passed for its clock. */
static void apply_reopened(struct ps_set *set, const struct ps_event *event)
{
    ps_stage_back(set, event);
    if (set->now.clock.state == PS_CLOCK_RUNNING) {
        int64_t resumed_at = set->now.clock.resumed_at;
        ps_clock_pause(set, set->meeting.ended_at, PS_PAUSE_ASKED);
        ps_clock_go_on(set, event->at.ms);
        set->now.clock.resumed_at = resumed_at;
    }
    set->meeting.ended_at = 0;
}
static const struct ps_event_kind reopened = {"meeting.reopened", 1, MEETING_PARTS, NULL,
                                              apply_reopened};

static void apply_closing(struct ps_set *set, const struct ps_event *event)
{
    (void)event;
    set->meeting.state = PS_MEETING_CLOSING;
}
static const struct ps_event_kind closing = {"meeting.closing", 1, MEETING_PARTS, NULL,
                                             apply_closing};

static const struct ps_event_kind *const events[] = {&opened, &planned,  &started,
                                                     &ended,  &reopened, &closing};

void ps_meeting_emit_end(const struct ps_scene *scene, bool abandoned, struct ps_outcome *out)
{
    struct ended *facts = ps_emit(out, scene, &ended);
    facts->abandoned = abandoned;
}

void ps_meeting_uncount(struct ps_set *set)
{
    uint8_t index = set->now.running.counted;
    struct ps_business *business = &set->roster.businesses[index - 1];
    ps_assert(business->turns > 0);
    business->turns -= 1;
    business->last_meeting = set->now.running.last_meeting;
    set->now.running.counted = 0;
}

/* ---- commands -------------------------------------------------------------------------------- */

static enum ps_refusal may_open(const struct ps_set *set, const struct ps_scene *scene,
                                uint8_t seat)
{
    (void)scene;
    (void)seat;
    if (set->meeting.number >= PS_MEETINGS_MAX) {
        return PS_REFUSED_FULL;
    }
    bool can = set->meeting.state == PS_MEETING_NONE || set->meeting.state == PS_MEETING_ENDED;
    return can ? PS_ALLOWED : PS_REFUSED_MEETING_OPEN;
}

static void decide_open(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    const struct open_params *params = (const void *)command->params;
    struct ps_plan plan;
    if (params->template_kind != PS_TEMPLATE_NONE) {
        ps_plan_from_template((enum ps_template)params->template_kind, &plan);
    } else if (set->first_planned) {
        plan = set->first_plan;
    } else {
        ps_plan_from_template((enum ps_template)set->template_kind, &plan);
    }
    struct opened *facts = ps_emit(out, scene, &opened);
    facts->number = (uint8_t)(set->meeting.number + 1);
    facts->stages_count = plan.stages_count;
    for (uint8_t i = 0; i < plan.stages_count; i++) {
        memcpy(facts->stages[i].kind, plan.stages[i].kind, sizeof(facts->stages[i].kind));
        facts->stages[i].planned_ms = plan.stages[i].planned_ms;
    }
    facts->planned_ms = plan.planned_ms;
    facts->bank_ms = plan.bank_ms;
    facts->present = scene->live->connected;
}

static enum ps_refusal may_start(const struct ps_set *set, const struct ps_scene *scene,
                                 uint8_t seat)
{
    (void)scene;
    (void)seat;
    return set->meeting.state == PS_MEETING_LOBBY ? PS_ALLOWED : PS_REFUSED_MEETING_STARTED;
}

static void decide_plan(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    (void)set;
    const struct plan_params *params = (const void *)command->params;
    struct ps_plan plan = {.planned_ms = params->planned_ms, .bank_ms = params->planned_ms};
    ps_plan_take(&plan, 1, params->stages, params->stages_count, 0);
    for (uint8_t i = 0; i < plan.stages_count; i++) {
        plan.bank_ms -= plan.stages[i].planned_ms;
    }
    enum ps_refusal refusal = ps_plan_check(&plan);
    if (refusal != PS_ALLOWED) {
        ps_refuse(out, refusal);
        return;
    }
    struct plan_params *facts = ps_emit(out, scene, &planned);
    *facts = *params;
}

static void decide_start(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    (void)ps_emit(out, scene, &started);
    ps_stage_emit_enter(set, scene, set->meeting.plan.stages[0].id, out);
}

/* Straight to the closing step when there is one that was not left yet. */
static void decide_close(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    const struct ps_plan *plan = &set->meeting.plan;
    uint8_t close_kind = ps_activity_find("close");
    for (uint8_t i = 0; i < plan->stages_count; i++) {
        const struct ps_stage *stage = &plan->stages[i];
        if (!stage->done && stage->id != set->meeting.stage &&
            ps_activity_for(stage->kind) == close_kind) {
            ps_stage_emit_leave(set, scene, stage->id, out);
            return;
        }
    }
    (void)ps_emit(out, scene, &closing);
}

static enum ps_refusal may_close(const struct ps_set *set, const struct ps_scene *scene,
                                 uint8_t seat)
{
    (void)scene;
    (void)seat;
    return set->meeting.state == PS_MEETING_LIVE ? PS_ALLOWED : PS_REFUSED_ALREADY_DONE;
}

static void decide_end(const struct ps_set *set, const struct ps_scene *scene,
                       const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    ps_stage_emit_last_words(set, scene, out);
    ps_meeting_emit_end(scene, false, out);
}

static enum ps_refusal may_reopen(const struct ps_set *set, const struct ps_scene *scene,
                                  uint8_t seat)
{
    (void)seat;
    if (set->meeting.state != PS_MEETING_ENDED) {
        return set->meeting.state == PS_MEETING_NONE ? PS_REFUSED_NO_MEETING
                                                     : PS_REFUSED_MEETING_OPEN;
    }
    bool soon = scene->now.ms < set->meeting.ended_at + ps_paced(set, PS_MEETING_REOPEN_MS);
    return soon && set->before_stage != 0 ? PS_ALLOWED : PS_REFUSED_TOO_LATE;
}

static void decide_reopen(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    (void)set;
    (void)command;
    (void)ps_emit(out, scene, &reopened);
}

static const struct ps_method methods[] = {
    {"meeting.open", "Open the next meeting, so that people can gather.", PS_POWER_LEADER, 0,
     &open_shape, may_open, decide_open},
    {"meeting.plan", "Change the plan of the meeting before it starts.", PS_POWER_LEADER,
     PS_NEEDS_MEETING, &plan_shape, may_start, decide_plan},
    {"meeting.start", "Begin with the first step.", PS_POWER_LEADER, PS_NEEDS_MEETING, NULL,
     may_start, decide_start},
    {"meeting.close", "Go to the closing step.", PS_POWER_LEADER, PS_NEEDS_LIVE, NULL, may_close,
     decide_close},
    {"meeting.end", "End the meeting.", PS_POWER_LEADER, PS_NEEDS_MEETING, NULL, NULL, decide_end},
    {"meeting.reopen", "Go on with a meeting that ended less than 5 minutes ago.", PS_POWER_LEADER,
     0, NULL, may_reopen, decide_reopen},
};

const struct ps_noun ps_noun_meeting = {methods, PS_COUNT(methods), events, PS_COUNT(events)};

/* ---- rules ----------------------------------------------------------------------------------- */

/* Nobody for half an hour; or an hour past the planned end with fewer than two (domain.md, 3). */
static int64_t due_abandoned(const struct ps_set *set, const struct ps_scene *scene)
{
    (void)scene;
    if (!ps_is_live(set)) {
        return PS_NEVER;
    }
    int64_t empty =
        set->empty_since == 0 ? PS_NEVER : set->empty_since + ps_paced(set, ABANDONED_MS);
    int64_t late =
        set->meeting.started_at + ps_paced(set, set->meeting.plan.planned_ms + OVERTIME_MS);
    bool alone = ps_seats_count(set->roster.present) < 2;
    return ps_earlier(empty, alone ? late : PS_NEVER);
}

static void act_abandoned(const struct ps_set *set, const struct ps_scene *scene,
                          struct ps_outcome *out)
{
    ps_stage_emit_last_words(set, scene, out);
    ps_meeting_emit_end(scene, true, out);
}

const struct ps_rule ps_rules_meeting[] = {{"abandoned", due_abandoned, act_abandoned}};
const uint8_t ps_rules_meeting_count = PS_COUNT(ps_rules_meeting);
