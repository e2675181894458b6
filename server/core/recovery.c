/* recovery - after anything but a clean stop: what did not survive, and that it is said openly. */
#include "core/activity.h"
#include "core/clock.h"
#include "core/founding.h"

struct recovered {
    int64_t crashed_at;
};
static const struct ps_field recovered_fields[] = {
    PS_SHAPE(struct recovered, crashed_at, .kind = PS_INT),
};
static const struct ps_shape recovered_shape = {"recovered", sizeof(struct recovered),
                                                PS_COUNT(recovered_fields), recovered_fields};

/* A running clock is paused as of the crash, so that no time was lost by the outage. Everybody
 * counts as dropped (nobody is connected), and as gone after the grace; whoever comes back is seen
 * again, with hand and role. */
static void apply_recovered(struct ps_set *set, const struct ps_event *event)
{
    const struct recovered *facts = ps_facts(event);
    if (set->now.clock.state == PS_CLOCK_RUNNING) {
        int64_t at = facts->crashed_at < set->last_at ? set->last_at : facts->crashed_at;
        ps_clock_pause(set, at, PS_PAUSE_RESTART);
        set->meeting.interrupted = 1;
    }
    set->empty_since = set->roster.present == 0 ? event->at.ms : 0;
    set->now.floor.undo_holder = PS_NOBODY;
}
static const struct ps_event_kind recovered = {"recovered", 1, PS_PARTS_ALL, &recovered_shape,
                                               apply_recovered};
/* An export that holds words is itself on record (protocol.md). It changes nothing but the
 * sequence. */
static void apply_exported(struct ps_set *set, const struct ps_event *event)
{
    (void)set;
    (void)event;
}
static const struct ps_event_kind exported = {"export.made", 1, PS_PART(PS_SEE_YOU), NULL,
                                              apply_exported};

static const struct ps_event_kind *const events[] = {&recovered, &exported};

void ps_export_record(const struct ps_scene *scene, struct ps_outcome *out)
{
    (void)ps_emit(out, scene, &exported);
}

const struct ps_noun ps_noun_recovery = {NULL, 0, events, PS_COUNT(events)};

void ps_recover(const struct ps_set *set, const struct ps_scene *scene,
                struct ps_instant crashed_at, struct ps_outcome *out)
{
    ps_outcome_begin(out, set);
    struct recovered *facts = ps_emit(out, scene, &recovered);
    facts->crashed_at = crashed_at.ms;
}
