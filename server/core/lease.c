/* lease - who holds the powers of the facilitator while their connection is lost. The role of
 * record never moves (domain.md §13). */

#include "core/activity.h"
#include "core/settle.h"
#include "core/stage.h"

enum {
    NOTICE_MS = 10000, /* the set is told */
    LEASE_MS = 60000,  /* the first deputy acts */
    LEASE_PARTS = PS_PARTS_ALL & ~PS_PART(PS_SEE_SET),
};

struct lease {
    uint8_t seat;
};
static const struct ps_field lease_fields[] = {PS_SHAPE(struct lease, seat, .kind = PS_SEAT)};
static const struct ps_shape lease_shape = {"lease", sizeof(struct lease), PS_COUNT(lease_fields),
                                            lease_fields};

static void apply_started(struct ps_set *set, const struct ps_event *event)
{
    const struct lease *facts = ps_facts(event);
    set->meeting.acting = facts->seat;
}
static const struct ps_event_kind started = {"lease.started", 1, LEASE_PARTS, &lease_shape,
                                             apply_started};

static void apply_ended(struct ps_set *set, const struct ps_event *event)
{
    (void)event;
    set->meeting.acting = PS_NOBODY;
}
static const struct ps_event_kind ended = {"lease.ended", 1, LEASE_PARTS, NULL, apply_ended};

static void apply_dropped(struct ps_set *set, const struct ps_event *event)
{
    (void)event;
    set->meeting.facilitator_dropped = 1;
}
static const struct ps_event_kind dropped = {
    "facilitator.dropped", 1, PS_PART(PS_SEE_MEETING) | PS_PART(PS_SEE_YOU), NULL, apply_dropped};

static void apply_returned(struct ps_set *set, const struct ps_event *event)
{
    (void)event;
    set->meeting.facilitator_dropped = 0;
}
static const struct ps_event_kind returned = {
    "facilitator.returned", 1, PS_PART(PS_SEE_MEETING) | PS_PART(PS_SEE_YOU), NULL, apply_returned};

static const struct ps_event_kind *const events[] = {&started, &ended, &dropped, &returned};

/* ---- commands -------------------------------------------------------------------------------- */

static bool is_deputy(const struct ps_set *set, uint8_t seat)
{
    const struct ps_person *person = ps_person(set, seat);
    return person != NULL && !person->removed && person->role == PS_ROLE_DEPUTY;
}

static void decide_offer(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    const struct lease *params = (const void *)command->params;
    if (!is_deputy(set, params->seat)) {
        ps_refuse(out, PS_REFUSED_NO_SUCH_PERSON);
    } else if (!ps_is_connected(scene, params->seat)) {
        ps_refuse(out, PS_REFUSED_NOT_HERE);
    } else if (set->meeting.acting != params->seat) {
        struct lease *facts = ps_emit(out, scene, &started);
        facts->seat = params->seat;
    }
}

/* The facilitator takes back; a deputy may take over once the set was told that the facilitator is
 * gone. */
static enum ps_refusal may_take(const struct ps_set *set, const struct ps_scene *scene,
                                uint8_t seat)
{
    (void)scene;
    if ((ps_powers(set, seat) & PS_POWER_FACILITATOR) != 0) {
        return set->meeting.acting != PS_NOBODY ? PS_ALLOWED : PS_REFUSED_ALREADY_DONE;
    }
    bool free = set->meeting.acting == PS_NOBODY && set->meeting.facilitator_dropped;
    return free ? PS_ALLOWED : PS_REFUSED_NOT_YOUR_ROLE;
}

static void decide_take(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    if ((ps_powers(set, command->seat) & PS_POWER_FACILITATOR) != 0) {
        (void)ps_emit(out, scene, &ended);
        return;
    }
    struct lease *facts = ps_emit(out, scene, &started);
    facts->seat = command->seat;
}

static enum ps_refusal may_return(const struct ps_set *set, const struct ps_scene *scene,
                                  uint8_t seat)
{
    (void)scene;
    return set->meeting.acting == seat ? PS_ALLOWED : PS_REFUSED_NOT_YOUR_ROLE;
}

static void decide_return(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    (void)set;
    (void)command;
    (void)ps_emit(out, scene, &ended);
}

static const struct ps_method methods[] = {
    {"lease.offer", "Let a deputy act for you.", PS_POWER_FACILITATOR, PS_NEEDS_MEETING,
     &lease_shape, NULL, decide_offer},
    {"lease.take", "Take the meeting back, or take it over when the facilitator is gone.",
     PS_POWER_FACILITATOR | PS_POWER_DEPUTY, PS_NEEDS_MEETING, NULL, may_take, decide_take},
    {"lease.return", "Give the meeting back.", PS_POWER_DEPUTY, PS_NEEDS_MEETING, NULL, may_return,
     decide_return},
};

const struct ps_noun ps_noun_lease = {methods, PS_COUNT(methods), events, PS_COUNT(events)};

/* ---- rules ----------------------------------------------------------------------------------- */

/* Since when no facilitator is connected; 0: one is. */
static int64_t facilitators_lost_since(const struct ps_set *set, const struct ps_scene *scene)
{
    int64_t since = 0;
    for (uint8_t seat = PS_SEAT_FIRST_FACILITATOR; seat < PS_SEAT_FIRST_OBSERVER; seat++) {
        if (!ps_is_active(set, seat) || set->roster.people[seat].role != PS_ROLE_FACILITATOR) {
            continue;
        }
        int64_t lost = ps_lost_since(scene, seat);
        if (lost == 0) {
            return 0;
        }
        since = lost > since ? lost : since;
    }
    return since;
}

static uint8_t first_deputy(const struct ps_set *set, const struct ps_scene *scene)
{
    for (uint8_t seat = PS_SEAT_FIRST_FACILITATOR; seat < PS_SEAT_FIRST_OBSERVER; seat++) {
        if (is_deputy(set, seat) && ps_is_connected(scene, seat)) {
            return seat;
        }
    }
    return PS_NOBODY;
}

static int64_t due_notice(const struct ps_set *set, const struct ps_scene *scene)
{
    int64_t since = facilitators_lost_since(set, scene);
    bool waits = ps_is_live(set) && since != 0 && !set->meeting.facilitator_dropped;
    return waits ? since + ps_paced(set, NOTICE_MS) : PS_NEVER;
}

static void act_notice(const struct ps_set *set, const struct ps_scene *scene,
                       struct ps_outcome *out)
{
    (void)set;
    (void)ps_emit(out, scene, &dropped);
}

static int64_t due_back(const struct ps_set *set, const struct ps_scene *scene)
{
    bool back = set->meeting.facilitator_dropped && ps_is_live(set) &&
                facilitators_lost_since(set, scene) == 0;
    return back ? set->last_at : PS_NEVER;
}

static void act_back(const struct ps_set *set, const struct ps_scene *scene, struct ps_outcome *out)
{
    (void)set;
    (void)ps_emit(out, scene, &returned);
}

/* The lease goes to the first deputy who is here; one who is lost as well hands it on. */
static int64_t due_lease(const struct ps_set *set, const struct ps_scene *scene)
{
    int64_t since = facilitators_lost_since(set, scene);
    uint8_t acting = set->meeting.acting;
    uint8_t deputy = first_deputy(set, scene);
    bool held = acting != PS_NOBODY && (ps_is_connected(scene, acting) || deputy == PS_NOBODY);
    if (!ps_is_live(set) || since == 0 || held || deputy == PS_NOBODY) {
        return PS_NEVER;
    }
    return since + ps_paced(set, LEASE_MS);
}

static void act_lease(const struct ps_set *set, const struct ps_scene *scene,
                      struct ps_outcome *out)
{
    struct lease *facts = ps_emit(out, scene, &started);
    facts->seat = first_deputy(set, scene);
}

const struct ps_rule ps_rules_lease[] = {
    {"the facilitator is missed", due_notice, act_notice},
    {"the facilitator is back", due_back, act_back},
    {"a deputy acts", due_lease, act_lease},
};
const uint8_t ps_rules_lease_count = PS_COUNT(ps_rules_lease);
