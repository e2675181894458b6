#include "core/turn.h"

#include "core/activity.h"
#include "core/rotation.h"

enum { TURN_PARTS = PS_PARTS_ALL & ~(PS_PART(PS_SEE_SET) | PS_PART(PS_SEE_ROSTER)) };

struct started {
    uint8_t presenter;
    struct ps_word issue;
};
static const struct ps_field started_fields[] = {
    PS_SHAPE(struct started, presenter, .kind = PS_SEAT),
    PS_SHAPE(struct started, issue, .kind = PS_WORDS, .flags = PS_OPTIONAL),
};
static const struct ps_shape started_shape = {"turn_started", sizeof(struct started),
                                              PS_COUNT(started_fields), started_fields};

static void apply_started(struct ps_set *set, const struct ps_event *event)
{
    const struct started *facts = ps_facts(event);
    set->now.running.presenter = facts->presenter;
    set->now.running.issue = facts->issue;
    uint8_t turn = set->meeting.turns_done;
    if (turn < PS_TURNS_PER_MEETING_MAX) {
        set->rotation.taken[turn] = facts->presenter;
        set->meeting.turns_done += 1;
    }
}
static const struct ps_event_kind started = {"turn.started", 1, TURN_PARTS, &started_shape,
                                             apply_started};

struct finished {
    uint8_t presenter;
    uint8_t end;
    uint8_t counted;
};
static const char *const end_words[] = {NULL, "done", "deferred", "stopped", NULL};
static const struct ps_field finished_fields[] = {
    PS_SHAPE(struct finished, presenter, .kind = PS_SEAT),
    PS_SHAPE(struct finished, end, .kind = PS_ENUM, .words = end_words),
    PS_SHAPE(struct finished, counted, .kind = PS_BOOL),
};
static const struct ps_shape finished_shape = {"turn_finished", sizeof(struct finished),
                                               PS_COUNT(finished_fields), finished_fields};

static void apply_finished(struct ps_set *set, const struct ps_event *event)
{
    const struct finished *facts = ps_facts(event);
    uint8_t index = set->roster.people[facts->presenter].business;
    if (facts->counted && index != 0) {
        struct ps_business *business = &set->roster.businesses[index - 1];
        business->turns += 1;
        set->now.running.last_meeting = business->last_meeting;
        business->last_meeting = set->meeting.number;
        set->now.running.counted = index;
    }
}
static const struct ps_event_kind finished = {"turn.finished", 1, TURN_PARTS, &finished_shape,
                                              apply_finished};

static const struct ps_event_kind *const events[] = {&started, &finished};
const struct ps_noun ps_noun_turn = {NULL, 0, events, PS_COUNT(events)};

uint8_t ps_turn_emit_started(const struct ps_set *set, const struct ps_scene *scene,
                             struct ps_outcome *out)
{
    struct ps_word issue;
    uint8_t presenter = ps_rotation_next(set, &issue);
    if (presenter != PS_NOBODY) {
        struct started *facts = ps_emit(out, scene, &started);
        facts->presenter = presenter;
        facts->issue = issue;
    }
    return presenter;
}

void ps_turn_emit_finished(const struct ps_set *set, const struct ps_scene *scene,
                           enum ps_turn_end end, bool counted, struct ps_outcome *out)
{
    struct finished *facts = ps_emit(out, scene, &finished);
    facts->presenter = set->now.running.presenter;
    facts->end = (uint8_t)end;
    facts->counted = counted;
}

struct ps_word ps_turn_issue(const struct ps_set *set)
{
    return set->now.running.issue;
}
