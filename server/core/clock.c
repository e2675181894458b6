#include "core/clock.h"

#include "core/activity.h"
#include "core/settle.h"
#include "core/stage.h"

enum {
    EXTEND_MS_MIN = 1000,        /* a slip of the finger */
    EXTEND_MS_MAX = 4 * 3600000, /* the longest step; the bank is the real bound */
    WAIT_MS = 60000,             /* a phase that waits for a tap goes on by itself after this */
    PRESENTER_GRACE_MS = 10000,  /* in question and clarify the set can go on for a moment */
};

int64_t ps_clock_overrun(const struct ps_set *set, struct ps_instant now)
{
    const struct ps_clock *clock = &set->now.clock;
    int64_t over = clock->state == PS_CLOCK_RUNNING  ? now.ms - clock->ends_at
                   : clock->state == PS_CLOCK_PAUSED ? -clock->remaining_ms
                                                     : 0;
    return over > 0 ? over : 0;
}

int64_t ps_clock_charge(const struct ps_set *set, struct ps_instant now)
{
    int64_t planned = ps_clock_overrun(set, now) * set->pace;
    return planned < set->meeting.plan.bank_ms ? planned : set->meeting.plan.bank_ms;
}

void ps_clock_start(struct ps_set *set, int64_t at, int64_t planned_ms)
{
    set->now.clock = (struct ps_clock){
        .state = PS_CLOCK_RUNNING,
        .ends_at = at + ps_paced(set, planned_ms),
        .planned_ms = planned_ms,
        .resumed_at = set->now.clock.resumed_at,
    };
}

void ps_clock_pause(struct ps_set *set, int64_t at, uint8_t why)
{
    struct ps_clock *clock = &set->now.clock;
    if (clock->state == PS_CLOCK_RUNNING) {
        clock->remaining_ms = clock->ends_at - at;
        clock->ends_at = 0;
    }
    clock->state = PS_CLOCK_PAUSED;
    clock->why = why;
    clock->paused_at = at;
}

/* What of the meeting is still to come after the present phase, real milliseconds. */
static int64_t rest_ms(const struct ps_set *set)
{
    int64_t rest = 0;
    const struct ps_stage *now = ps_stage_now(set);
    const struct ps_activity *activity = ps_activity_now(set);
    if (now != NULL && activity != NULL && activity->planned_ms != NULL) {
        for (uint8_t i = (uint8_t)(set->now.running.phase + 1); i < activity->phases_count; i++) {
            rest += activity->planned_ms(now->planned_ms, i);
        }
    }
    const struct ps_plan *plan = &set->meeting.plan;
    for (uint8_t i = 0; i < plan->stages_count; i++) {
        const struct ps_stage *stage = &plan->stages[i];
        rest += stage->done || stage == now ? 0 : stage->planned_ms;
    }
    return ps_paced(set, rest);
}

struct ps_forecast ps_clock_forecast(const struct ps_set *set)
{
    const struct ps_clock *clock = &set->now.clock;
    int64_t rest = rest_ms(set);
    if (clock->state == PS_CLOCK_RUNNING) {
        return (struct ps_forecast){.end_at = clock->ends_at + rest};
    }
    int64_t here = clock->state == PS_CLOCK_PAUSED ? clock->remaining_ms : 0;
    int64_t left = here + rest;
    return (struct ps_forecast){.left_ms = left > 0 ? left : 0};
}

/* ---- events ---------------------------------------------------------------------------------- */

struct paused {
    uint8_t why;
};
static const char *const why_words[] = {NULL, "asked", "presenter", "restart", NULL};
static const struct ps_field paused_fields[] = {
    PS_SHAPE(struct paused, why, .kind = PS_ENUM, .words = why_words),
};
static const struct ps_shape paused_shape = {"clock_paused", sizeof(struct paused),
                                             PS_COUNT(paused_fields), paused_fields};

static void apply_paused(struct ps_set *set, const struct ps_event *event)
{
    const struct paused *facts = ps_facts(event);
    ps_clock_pause(set, event->at.ms, facts->why);
}

enum {
    CLOCK_PARTS = PS_PART(PS_SEE_CLOCK) | PS_PART(PS_SEE_MEETING) | PS_PART(PS_SEE_YOU) |
                  PS_PART(PS_SEE_DESK) | PS_PART(PS_SEE_FLOOR) | PS_PART(PS_SEE_PROMPT),
};

static const struct ps_event_kind paused = {"clock.paused", 1, CLOCK_PARTS, &paused_shape,
                                            apply_paused};

/* The contribution's own clock stood too: it goes on with what was left. */
void ps_clock_go_on(struct ps_set *set, int64_t at)
{
    struct ps_clock *clock = &set->now.clock;
    int64_t stood = at - clock->paused_at;
    clock->ends_at = at + clock->remaining_ms;
    clock->remaining_ms = 0;
    clock->state = PS_CLOCK_RUNNING;
    clock->why = PS_PAUSE_NONE;
    clock->resumed_at = at;
    struct ps_floor *floor = &set->now.floor;
    if (floor->soft_ends_at != 0 && stood > 0) {
        floor->soft_ends_at += stood;
    }
    if (floor->holder != PS_NOBODY && stood > 0) {
        floor->granted_at += stood;
        floor->part_at += stood;
    }
}

static void apply_resumed(struct ps_set *set, const struct ps_event *event)
{
    ps_clock_go_on(set, event->at.ms);
    set->meeting.interrupted = 0;
}
static const struct ps_event_kind resumed = {"clock.resumed", 1, CLOCK_PARTS, NULL, apply_resumed};

struct extended {
    int64_t ms;
};
static const struct ps_field extended_fields[] = {
    PS_SHAPE(struct extended, ms, .kind = PS_INT, .least = EXTEND_MS_MIN, .most = EXTEND_MS_MAX),
};
static const struct ps_shape extended_shape = {"clock_extended", sizeof(struct extended),
                                               PS_COUNT(extended_fields), extended_fields};

static void apply_extended(struct ps_set *set, const struct ps_event *event)
{
    const struct extended *facts = ps_facts(event);
    struct ps_clock *clock = &set->now.clock;
    clock->extended_ms += facts->ms;
    if (clock->state == PS_CLOCK_RUNNING) {
        clock->ends_at += ps_paced(set, facts->ms);
    } else {
        clock->remaining_ms += ps_paced(set, facts->ms);
    }
    set->meeting.plan.bank_ms -= facts->ms;
}
static const struct ps_event_kind extended = {"clock.extended", 1, CLOCK_PARTS, &extended_shape,
                                              apply_extended};

static const struct ps_event_kind *const events[] = {&paused, &resumed, &extended};

void ps_clock_emit_pause(const struct ps_set *set, const struct ps_scene *scene, uint8_t why,
                         struct ps_outcome *out)
{
    ps_assert(set->now.clock.state == PS_CLOCK_RUNNING);
    struct paused *facts = ps_emit(out, scene, &paused);
    facts->why = why;
}

/* ---- commands -------------------------------------------------------------------------------- */

static enum ps_refusal may_pause(const struct ps_set *set, const struct ps_scene *scene,
                                 uint8_t seat)
{
    (void)scene;
    (void)seat;
    return set->now.clock.state == PS_CLOCK_RUNNING ? PS_ALLOWED : PS_REFUSED_PAUSED;
}

static void decide_pause(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    ps_clock_emit_pause(set, scene, PS_PAUSE_ASKED, out);
}

/* The presenter may start again what stopped because of their own connection. */
static enum ps_refusal may_resume(const struct ps_set *set, const struct ps_scene *scene,
                                  uint8_t seat)
{
    (void)scene;
    if (set->now.clock.state != PS_CLOCK_PAUSED) {
        return PS_REFUSED_NOT_PAUSED;
    }
    bool leads = (ps_powers(set, seat) & PS_POWER_LEADER) != 0;
    return leads || set->now.clock.why == PS_PAUSE_PRESENTER ? PS_ALLOWED
                                                             : PS_REFUSED_NOT_YOUR_ROLE;
}

static void decide_resume(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    (void)set;
    (void)command;
    (void)ps_emit(out, scene, &resumed);
}

static void decide_extend(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    const struct extended *params = (const void *)command->params;
    if (params->ms > set->meeting.plan.bank_ms) {
        ps_refuse(out, PS_REFUSED_BANK_EMPTY);
        return;
    }
    struct extended *facts = ps_emit(out, scene, &extended);
    facts->ms = params->ms;
}

enum { CLOCK_NEEDS = PS_NEEDS_LIVE | PS_NEEDS_EXPECT | PS_NEEDS_CLOCK };

static const struct ps_method methods[] = {
    {"clock.pause", "Stop the clock.", PS_POWER_LEADER, CLOCK_NEEDS, NULL, may_pause, decide_pause},
    {"clock.resume", "Let the clock go on.", PS_POWER_LEADER | PS_POWER_PRESENTER, CLOCK_NEEDS,
     NULL, may_resume, decide_resume},
    {"clock.extend", "Add time to this part, from the time bank.", PS_POWER_LEADER, CLOCK_NEEDS,
     &extended_shape, NULL, decide_extend},
};

const struct ps_noun ps_noun_clock = {methods, PS_COUNT(methods), events, PS_COUNT(events)};

/* ---- rules ----------------------------------------------------------------------------------- */

/* When the phase ends by itself: at its end, after the holder's grace, or after waiting for a tap.
 */
static int64_t due_phase_end(const struct ps_set *set, const struct ps_scene *scene)
{
    const struct ps_phase *phase = ps_phase_now(set);
    const struct ps_clock *clock = &set->now.clock;
    if (phase == NULL || !ps_is_live(set) || clock->state != PS_CLOCK_RUNNING ||
        phase->at_end == PS_END_STAYS) {
        return PS_NEVER;
    }
    bool last = set->now.running.phase + 1 == ps_activity_now(set)->phases_count;
    if (last && !ps_stage_has_leader(set, scene)) {
        return PS_NEVER; /* never across a stage boundary with nobody to lead (domain.md §4) */
    }
    bool speaking = set->now.floor.holder != PS_NOBODY;
    int64_t wait = phase->at_end == PS_END_WAITS ? WAIT_MS : speaking ? PS_BANK_CHARGE_GRACE_MS : 0;
    return clock->ends_at + ps_paced(set, wait);
}

static void act_phase_end(const struct ps_set *set, const struct ps_scene *scene,
                          struct ps_outcome *out)
{
    ps_stage_emit_next_phase(set, scene, out);
}

/* When the clock stops because the presenter is gone. */
static int64_t due_presenter_gone(const struct ps_set *set, const struct ps_scene *scene)
{
    const struct ps_phase *phase = ps_phase_now(set);
    uint8_t presenter = set->now.running.presenter;
    if (phase == NULL || !phase->needs_presenter || presenter == PS_NOBODY || !ps_is_live(set) ||
        set->now.clock.state != PS_CLOCK_RUNNING || ps_is_connected(scene, presenter)) {
        return PS_NEVER;
    }
    int64_t lost = ps_lost_since(scene, presenter);
    if (lost <= set->now.clock.resumed_at) {
        return PS_NEVER; /* the set chose to go on without the connection, by phone perhaps */
    }
    int64_t grace = phase->needs_presenter_at_once ? 0 : PRESENTER_GRACE_MS;
    return lost + ps_paced(set, grace);
}

static void act_presenter_gone(const struct ps_set *set, const struct ps_scene *scene,
                               struct ps_outcome *out)
{
    ps_clock_emit_pause(set, scene, PS_PAUSE_PRESENTER, out);
}

const struct ps_rule ps_rules_clock[] = {
    {"the presenter is gone", due_presenter_gone, act_presenter_gone},
    {"the phase ends", due_phase_end, act_phase_end},
};
const uint8_t ps_rules_clock_count = PS_COUNT(ps_rules_clock);
