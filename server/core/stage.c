#include "core/stage.h"

#include <string.h>

#include "core/activity.h"
#include "core/clock.h"
#include "core/floor.h"
#include "core/meeting.h"
#include "core/plan.h"
#include "core/prompt.h"
#include "core/roster.h"
#include "core/settle.h"

enum {
    REOPEN_MS = 5000,     /* a tap too far can be taken back for this long */
    REOPENED_MS = 60000,  /* at least this much is left when a step is gone back to */
    STAGE_ID_STRIDE = 32, /* one event makes at most this many stages */
    STAGE_PARTS = PS_PARTS_ALL & ~(PS_PART(PS_SEE_SET) | PS_PART(PS_SEE_ROSTER)),
};

/* ---- shapes ---------------------------------------------------------------------------------- */

static const struct ps_field stage_fact_fields[] = {
    PS_SHAPE(struct ps_stage_fact, kind, .kind = PS_CHARS, .chars_max = PS_ID_CHARS_MAX - 1),
    PS_SHAPE(struct ps_stage_fact, planned_ms, .kind = PS_INT, .least = PS_STAGE_MS_MIN,
             .most = PS_STAGE_MS_MAX),
};
const struct ps_shape ps_stage_fact_shape = {"stage_fact", sizeof(struct ps_stage_fact),
                                             PS_COUNT(stage_fact_fields), stage_fact_fields};

struct entered {
    uint32_t stage;
    int64_t charged_ms;
};
static const struct ps_field entered_fields[] = {
    PS_SHAPE(struct entered, stage, .kind = PS_ID, .prefix = 's'),
    PS_SHAPE(struct entered, charged_ms, .kind = PS_INT),
};
static const struct ps_shape entered_shape = {"stage_entered", sizeof(struct entered),
                                              PS_COUNT(entered_fields), entered_fields};

struct phase_entered {
    uint8_t phase;
    int64_t planned_ms;
    int64_t charged_ms;
};
static const struct ps_field phase_fields[] = {
    PS_SHAPE(struct phase_entered, phase, .kind = PS_INT),
    PS_SHAPE(struct phase_entered, planned_ms, .kind = PS_INT),
    PS_SHAPE(struct phase_entered, charged_ms, .kind = PS_INT),
};
static const struct ps_shape phase_shape = {"phase_entered", sizeof(struct phase_entered),
                                            PS_COUNT(phase_fields), phase_fields};

struct inserted {
    uint8_t at;
    char kind[PS_ID_CHARS_MAX];
    int64_t planned_ms;
    struct {
        uint8_t here;
        int64_t planned_ms;
    } settings;
};
static const struct ps_field settings_fields[] = {
    {.name = "planned_ms",
     .kind = PS_INT,
     .flags = PS_OPTIONAL,
     .at = offsetof(struct inserted, settings.planned_ms) - offsetof(struct inserted, settings),
     .size = sizeof(int64_t),
     .least = PS_STAGE_MS_MIN,
     .most = PS_STAGE_MS_MAX},
};
static const struct ps_shape settings_shape = {"stage_settings",
                                               sizeof(((struct inserted *)0)->settings),
                                               PS_COUNT(settings_fields), settings_fields};
static const struct ps_field inserted_fields[] = {
    PS_SHAPE(struct inserted, at, .kind = PS_INT, .most = PS_STAGES_MAX),
    PS_SHAPE(struct inserted, kind, .kind = PS_CHARS, .chars_max = PS_ID_CHARS_MAX - 1),
    PS_SHAPE(struct inserted, planned_ms, .kind = PS_INT, .flags = PS_OPTIONAL,
             .least = PS_STAGE_MS_MIN, .most = PS_STAGE_MS_MAX),
    PS_SHAPE(struct inserted, settings, .kind = PS_OBJECT, .flags = PS_OPTIONAL,
             .shape = &settings_shape),
};
static const struct ps_shape inserted_shape = {"stage_insert", sizeof(struct inserted),
                                               PS_COUNT(inserted_fields), inserted_fields};

struct removed {
    uint32_t id;
};
static const struct ps_field removed_fields[] = {
    PS_SHAPE(struct removed, id, .kind = PS_ID, .prefix = 's'),
};
static const struct ps_shape removed_shape = {"stage_remove", sizeof(struct removed),
                                              PS_COUNT(removed_fields), removed_fields};

/* ---- events ---------------------------------------------------------------------------------- */

static struct ps_stage *find(struct ps_plan *plan, uint32_t id)
{
    for (uint8_t i = 0; id != 0 && i < plan->stages_count; i++) {
        if (plan->stages[i].id == id) {
            return &plan->stages[i];
        }
    }
    return NULL;
}

void ps_plan_take(struct ps_plan *plan, uint32_t seq, const struct ps_stage_fact *facts,
                  uint8_t count, uint8_t keep)
{
    ps_assert(keep + count <= PS_STAGES_MAX);
    for (uint8_t i = 0; i < count; i++) {
        struct ps_stage *stage = &plan->stages[keep + i];
        *stage =
            (struct ps_stage){.id = seq * STAGE_ID_STRIDE + i, .planned_ms = facts[i].planned_ms};
        memcpy(stage->kind, facts[i].kind, sizeof(stage->kind));
    }
    plan->stages_count = (uint8_t)(keep + count);
}

/* What the meeting heard of each person goes on from stage to stage; the rest begins anew. */
static void begin_now(struct ps_set *set, const struct ps_event *event,
                      const struct ps_stage *stage)
{
    struct ps_now *now = &set->now;
    set->before = *now;
    set->before_stage = set->meeting.stage;
    ps_floor_leave_phase(set, event->at.ms);
    set->reopen_until = event->at.ms + ps_paced(set, REOPEN_MS);
    struct ps_heard heard[PS_SEAT_SLOTS];
    memcpy(heard, now->floor.heard, sizeof(heard));
    int64_t resumed_at = now->clock.resumed_at;
    memset(now, 0, sizeof(*now));
    for (uint8_t seat = 0; seat < PS_SEAT_SLOTS; seat++) {
        now->floor.heard[seat].floor_ms = heard[seat].floor_ms;
    }
    now->clock.resumed_at = resumed_at;
    now->running.kind = ps_activity_for(stage->kind);
    now->running.id = event->seq;
}

static void apply_entered(struct ps_set *set, const struct ps_event *event)
{
    const struct entered *facts = ps_facts(event);
    struct ps_plan *plan = &set->meeting.plan;
    struct ps_stage *stage = find(plan, facts->stage);
    ps_assert(stage != NULL);
    for (struct ps_stage *left = plan->stages; left < stage; left++) {
        left->done = 1; /* also what meeting.close leaves out: it does not come after the close */
    }
    begin_now(set, event, stage);
    set->before_charged_ms = facts->charged_ms;
    stage->entered = 1;
    stage->done = 0;
    set->meeting.stage = stage->id;
    set->meeting.plan.bank_ms -= facts->charged_ms;
    bool closing = ps_activity_find("close") == set->now.running.kind;
    closing = closing || set->meeting.state == PS_MEETING_CLOSING; /* closing goes on to the end */
    set->meeting.state = closing ? PS_MEETING_CLOSING : PS_MEETING_LIVE;
    if (set->meeting.acting != PS_NOBODY && !set->meeting.facilitator_dropped) {
        set->meeting.acting = PS_NOBODY; /* the lease ends at a stage boundary (domain.md §13) */
    }
}
static const struct ps_event_kind entered = {"stage.entered", 1, STAGE_PARTS, &entered_shape,
                                             apply_entered};

static void apply_phase(struct ps_set *set, const struct ps_event *event)
{
    const struct phase_entered *facts = ps_facts(event);
    struct ps_running *running = &set->now.running;
    ps_floor_leave_phase(set, event->at.ms);
    running->phase = facts->phase;
    running->phase_id = event->seq;
    running->phase_at = event->at.ms;
    set->meeting.plan.bank_ms -= facts->charged_ms;
    ps_clock_start(set, event->at.ms, facts->planned_ms);
    ps_prompt_leave(set, event->at.ms);
    ps_floor_enter_phase(set, event->at.ms);
    if (ps_phase_now(set)->prompt) {
        ps_prompt_open(set, event->seq);
    }
}
static const struct ps_event_kind phase_entered = {"phase.entered", 1, STAGE_PARTS, &phase_shape,
                                                   apply_phase};

static void apply_inserted(struct ps_set *set, const struct ps_event *event)
{
    const struct inserted *facts = ps_facts(event);
    struct ps_plan *plan = &set->meeting.plan;
    uint8_t at = facts->at < plan->stages_count ? facts->at : plan->stages_count;
    memmove(&plan->stages[at + 1], &plan->stages[at],
            (size_t)(plan->stages_count - at) * sizeof(plan->stages[0]));
    struct ps_stage_fact fact = {.planned_ms = facts->planned_ms};
    memcpy(fact.kind, facts->kind, sizeof(fact.kind));
    uint8_t count = plan->stages_count;
    ps_plan_take(plan, event->seq, &fact, 1, at);
    plan->stages_count = (uint8_t)(count + 1);
}
static const struct ps_event_kind inserted = {"stage.inserted", 1,
                                              PS_PART(PS_SEE_MEETING) | PS_PART(PS_SEE_DESK) |
                                                  PS_PART(PS_SEE_ROTATION) | PS_PART(PS_SEE_YOU),
                                              &inserted_shape, apply_inserted};

static void apply_removed(struct ps_set *set, const struct ps_event *event)
{
    const struct removed *facts = ps_facts(event);
    struct ps_plan *plan = &set->meeting.plan;
    for (uint8_t i = 0; i < plan->stages_count; i++) {
        if (plan->stages[i].id == facts->id) {
            memmove(&plan->stages[i], &plan->stages[i + 1],
                    (size_t)(plan->stages_count - i - 1) * sizeof(plan->stages[0]));
            plan->stages_count -= 1;
            memset(&plan->stages[plan->stages_count], 0, sizeof(plan->stages[0]));
            return;
        }
    }
}
static const struct ps_event_kind removed = {"stage.removed", 1,
                                             PS_PART(PS_SEE_MEETING) | PS_PART(PS_SEE_DESK) |
                                                 PS_PART(PS_SEE_ROTATION) | PS_PART(PS_SEE_YOU),
                                             &removed_shape, apply_removed};

void ps_stage_back(struct ps_set *set, const struct ps_event *event)
{
    struct ps_plan *plan = &set->meeting.plan;
    struct ps_stage *stage = find(plan, set->before_stage);
    ps_assert(stage != NULL);
    stage->done = 0;
    for (struct ps_stage *later = stage + 1; later < plan->stages + plan->stages_count; later++) {
        later->done = 0;
        later->entered = 0;
    }
    set->now = set->before;
    set->meeting.stage = set->before_stage;
    if (set->now.running.counted != 0) {
        ps_meeting_uncount(set);
    }
    ps_roster_forget_removed(set);
    set->now.running.phase_id = event->seq;
    set->reopen_until = 0;
    bool closing = ps_activity_find("close") == set->now.running.kind;
    set->meeting.state = closing ? PS_MEETING_CLOSING : PS_MEETING_LIVE;
}

/* A tap too far is taken back whole: the turn that it began has not begun, and the bank gets back
 * what it paid. */
static void apply_reopened(struct ps_set *set, const struct ps_event *event)
{
    uint8_t turns = set->meeting.turns_done;
    uint8_t presenter = set->now.running.presenter;
    if (presenter != PS_NOBODY && turns > 0 && set->rotation.taken[turns - 1] == presenter) {
        set->meeting.turns_done = (uint8_t)(turns - 1);
        set->rotation.taken[turns - 1] = PS_NOBODY;
    }
    set->meeting.plan.bank_ms += set->before_charged_ms;
    ps_stage_back(set, event);
    struct ps_clock *clock = &set->now.clock;
    int64_t soonest = event->at.ms + ps_paced(set, REOPENED_MS);
    if (clock->state == PS_CLOCK_RUNNING && clock->ends_at < soonest) {
        clock->ends_at = soonest; /* what ended by itself must not end again at once */
    }
}
static const struct ps_event_kind reopened = {"stage.reopened", 1, STAGE_PARTS, NULL,
                                              apply_reopened};

static const struct ps_event_kind *const events[] = {&entered, &phase_entered, &inserted, &removed,
                                                     &reopened};

/* ---- emitting -------------------------------------------------------------------------------- */

bool ps_stage_has_leader(const struct ps_set *set, const struct ps_scene *scene)
{
    for (uint8_t seat = PS_SEAT_FIRST_FACILITATOR; seat < PS_SEAT_FIRST_OBSERVER; seat++) {
        if (ps_is_active(set, seat) && ps_is_connected(scene, seat)) {
            return true;
        }
    }
    return false;
}

void ps_stage_emit_enter(const struct ps_set *set, const struct ps_scene *scene, uint32_t stage,
                         struct ps_outcome *out)
{
    struct entered *facts = ps_emit(out, scene, &entered);
    facts->stage = stage;
    facts->charged_ms = ps_clock_charge(set, scene->now);
}

void ps_stage_emit_last_words(const struct ps_set *set, const struct ps_scene *scene,
                              struct ps_outcome *out)
{
    const struct ps_activity *activity = ps_activity_now(set);
    if (activity != NULL && activity->nudge != NULL) {
        activity->nudge(set, scene, PS_NUDGE_CLOSE, out);
    }
}

void ps_stage_emit_leave(const struct ps_set *set, const struct ps_scene *scene, uint32_t stage,
                         struct ps_outcome *out)
{
    ps_stage_emit_last_words(set, scene, out);
    ps_stage_emit_move(set, scene, stage, out);
}

void ps_stage_emit_move(const struct ps_set *set, const struct ps_scene *scene, uint32_t stage,
                        struct ps_outcome *out)
{
    const struct ps_plan *plan = &set->meeting.plan;
    for (uint8_t i = 0; stage == 0 && i < plan->stages_count; i++) {
        bool later = !plan->stages[i].done && plan->stages[i].id != set->meeting.stage;
        stage = later ? plan->stages[i].id : 0;
    }
    if (stage != 0) {
        ps_stage_emit_enter(set, scene, stage, out);
    } else {
        ps_meeting_emit_end(scene, false, out);
    }
}

static void emit_phase(const struct ps_set *set, const struct ps_scene *scene, uint8_t phase,
                       struct ps_outcome *out)
{
    const struct ps_activity *activity = ps_activity_now(set);
    const struct ps_stage *stage = ps_stage_now(set);
    ps_assert(activity != NULL && stage != NULL && phase < activity->phases_count);
    struct phase_entered *facts = ps_emit(out, scene, &phase_entered);
    facts->phase = phase;
    facts->planned_ms = activity->planned_ms == NULL
                            ? stage->planned_ms
                            : activity->planned_ms(stage->planned_ms, phase);
    facts->charged_ms = ps_clock_charge(set, scene->now);
}

void ps_stage_emit_next_phase(const struct ps_set *set, const struct ps_scene *scene,
                              struct ps_outcome *out)
{
    const struct ps_activity *activity = ps_activity_now(set);
    uint8_t next = (uint8_t)(set->now.running.phase + 1);
    if (next < activity->phases_count) {
        emit_phase(set, scene, next, out);
    } else {
        ps_stage_emit_leave(set, scene, 0, out);
    }
}

/* ---- commands -------------------------------------------------------------------------------- */

static void decide_next(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    ps_stage_emit_leave(set, scene, 0, out);
}

static enum ps_refusal may_reopen(const struct ps_set *set, const struct ps_scene *scene,
                                  uint8_t seat)
{
    (void)seat;
    bool can = set->before_stage != 0 && scene->now.ms < set->reopen_until;
    return can ? PS_ALLOWED : PS_REFUSED_TOO_LATE;
}

static void decide_reopen(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    (void)set;
    (void)command;
    (void)ps_emit(out, scene, &reopened);
}

static uint8_t index_of(const struct ps_plan *plan, uint32_t id)
{
    uint8_t i = 0;
    while (i < plan->stages_count && plan->stages[i].id != id) {
        i++;
    }
    return i;
}

static void decide_insert(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    const struct inserted *params = (const void *)command->params;
    const struct ps_plan *plan = &set->meeting.plan;
    uint8_t present =
        set->meeting.stage == 0 ? 0 : (uint8_t)(index_of(plan, set->meeting.stage) + 1);
    if (ps_activity_for(params->kind) == 0) {
        ps_refuse(out, PS_REFUSED_UNKNOWN_KIND);
    } else if (plan->stages_count == PS_STAGES_MAX || ps_plan_is_full_of(plan, params->kind)) {
        ps_refuse(out, PS_REFUSED_FULL);
    } else if (params->at < present || params->at > plan->stages_count) {
        ps_refuse(out, PS_REFUSED_BAD_VALUE); /* what is behind us is not planned again */
    } else {
        struct inserted *facts = ps_emit(out, scene, &inserted);
        *facts = *params;
        facts->settings.here = 0;
        facts->planned_ms = params->planned_ms != 0            ? params->planned_ms
                            : params->settings.planned_ms != 0 ? params->settings.planned_ms
                                                               : ps_stage_default_ms(params->kind);
    }
}

static void decide_remove(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    const struct removed *params = (const void *)command->params;
    const struct ps_plan *plan = &set->meeting.plan;
    uint8_t at = index_of(plan, params->id);
    if (at == plan->stages_count) {
        ps_refuse(out, PS_REFUSED_NO_SUCH_THING);
    } else if (plan->stages_count == 1) {
        ps_refuse(out, PS_REFUSED_PLAN_DOES_NOT_FIT); /* a meeting has a step */
    } else if (plan->stages[at].entered || plan->stages[at].done) {
        ps_refuse(out, PS_REFUSED_TOO_LATE);
    } else {
        struct removed *facts = ps_emit(out, scene, &removed);
        facts->id = params->id;
    }
}

enum { STAGE_NEEDS = PS_NEEDS_LIVE | PS_NEEDS_EXPECT };

static const struct ps_method methods[] = {
    {"stage.next", "End this step and begin the next.", PS_POWER_LEADER, STAGE_NEEDS, NULL, NULL,
     decide_next},
    {"stage.skip", "Leave this step out and begin the next.", PS_POWER_LEADER, STAGE_NEEDS, NULL,
     NULL, decide_next},
    {"stage.reopen", "Go back to the step before, for 5 seconds after leaving it.", PS_POWER_LEADER,
     STAGE_NEEDS, NULL, may_reopen, decide_reopen},
    {"stage.insert", "Add a step.", PS_POWER_LEADER, PS_NEEDS_MEETING | PS_NEEDS_EXPECT,
     &inserted_shape, NULL, decide_insert},
    {"stage.remove", "Take out a step that has not begun.", PS_POWER_LEADER,
     PS_NEEDS_MEETING | PS_NEEDS_EXPECT, &removed_shape, NULL, decide_remove},
};

const struct ps_noun ps_noun_stage = {methods, PS_COUNT(methods), events, PS_COUNT(events)};

/* ---- rules (part of the meeting's) ----------------------------------------------------------- */

/* A stage was entered and has no phase yet: the activity opens, then its first phase begins. */
static int64_t due_opening(const struct ps_set *set, const struct ps_scene *scene)
{
    (void)scene;
    bool waits = ps_is_live(set) && set->now.running.kind != 0 && set->now.running.phase_id == 0;
    return waits ? set->last_at : PS_NEVER;
}

static void act_opening(const struct ps_set *set, const struct ps_scene *scene,
                        struct ps_outcome *out)
{
    const struct ps_activity *activity = ps_activity_now(set);
    if (activity->open != NULL) {
        activity->open(set, scene, out);
    }
    emit_phase(set, scene, 0, out);
}

const struct ps_rule ps_rules_stage[] = {{"a stage opens", due_opening, act_opening}};
const uint8_t ps_rules_stage_count = PS_COUNT(ps_rules_stage);
