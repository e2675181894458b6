#include "core/round.h"

#include <string.h>

#include "core/activity.h"
#include "core/floor.h"
#include "core/rotation.h"
#include "core/settle.h"

const char *const ps_round_state_words[] = {NULL,     "waiting", "now",  "done",
                                            "passed", "passed",  "away", NULL};

enum {
    EACH_MS_MIN = 20000, /* a round of many in a short stage still leaves each a sentence */
    ROUND_PARTS = PS_PART(PS_SEE_ACTIVITY) | PS_PART(PS_SEE_FLOOR) | PS_PART(PS_SEE_YOU) |
                  PS_PART(PS_SEE_DESK),
};

/* ---- events ---------------------------------------------------------------------------------- */

struct opened {
    uint8_t order[PS_SEATS_MAX];
    uint8_t order_count;
    int64_t each_ms;
};
static const struct ps_field opened_fields[] = {
    PS_SHAPE(struct opened, order, .kind = PS_LIST, .of = PS_SEAT,
             .count_at = offsetof(struct opened, order_count)),
    PS_SHAPE(struct opened, each_ms, .kind = PS_INT),
};
static const struct ps_shape opened_shape = {"round_opened", sizeof(struct opened),
                                             PS_COUNT(opened_fields), opened_fields};

static void apply_opened(struct ps_set *set, const struct ps_event *event)
{
    const struct opened *facts = ps_facts(event);
    struct ps_round *round = &set->now.round;
    memset(round, 0, sizeof(*round));
    memcpy(round->order, facts->order, facts->order_count);
    round->count = facts->order_count;
    round->each_ms = facts->each_ms;
    for (uint8_t i = 0; i < round->count; i++) {
        round->state[round->order[i]] = PS_ROUND_WAITING;
    }
}
static const struct ps_event_kind opened = {"round.opened", 1, ROUND_PARTS, &opened_shape,
                                            apply_opened};

struct marked {
    uint8_t seat;
    uint8_t state;
};
static const char *const mark_words[] = {NULL,     "waiting",      "now",  "done",
                                         "passed", "passed_twice", "away", NULL};
static const struct ps_field marked_fields[] = {
    PS_SHAPE(struct marked, seat, .kind = PS_SEAT),
    PS_SHAPE(struct marked, state, .kind = PS_ENUM, .words = mark_words),
};
static const struct ps_shape marked_shape = {"round_marked", sizeof(struct marked),
                                             PS_COUNT(marked_fields), marked_fields};

/* Who is not in the order yet came late: they are added at its end. */
static void apply_marked(struct ps_set *set, const struct ps_event *event)
{
    const struct marked *facts = ps_facts(event);
    struct ps_round *round = &set->now.round;
    if (round->state[facts->seat] == PS_ROUND_NONE && round->count < PS_SEATS_MAX) {
        round->order[round->count++] = facts->seat;
    }
    round->state[facts->seat] = facts->state;
    if (facts->state == PS_ROUND_PASSED) {
        round->passed |= ps_seat_bit(facts->seat);
    }
}
static const struct ps_event_kind marked = {"round.marked", 1, ROUND_PARTS, &marked_shape,
                                            apply_marked};

static const struct ps_event_kind *const events[] = {&opened, &marked};

/* ---- questions ------------------------------------------------------------------------------- */

/* First those who wait, then those who were away and are back, then those who passed, once more. */
uint8_t ps_round_next(const struct ps_set *set, const struct ps_scene *scene)
{
    static const uint8_t passes[] = {PS_ROUND_WAITING, PS_ROUND_AWAY, PS_ROUND_PASSED};
    const struct ps_round *round = &set->now.round;
    for (size_t pass = 0; pass < PS_COUNT(passes); pass++) {
        for (uint8_t i = 0; i < round->count; i++) {
            uint8_t seat = round->order[i];
            if (round->state[seat] == passes[pass] && ps_is_active(set, seat) &&
                ps_is_connected(scene, seat)) {
                return seat;
            }
        }
    }
    return PS_NOBODY;
}

static const struct ps_field seen_item_fields[] = {
    PS_SHAPE(struct ps_seen_round_item, seat, .kind = PS_SEAT),
    {.name = "",
     .kind = PS_ENUM,
     .at = offsetof(struct ps_seen_round_item, state),
     .size = 1,
     .words = ps_round_state_words},
};
static const struct ps_shape seen_item_shape = {"round_state", sizeof(struct ps_seen_round_item),
                                                PS_COUNT(seen_item_fields), seen_item_fields};
static const struct ps_field seen_fields[] = {
    PS_SHAPE(struct ps_seen_round, order, .kind = PS_LIST, .of = PS_SEAT,
             .count_at = offsetof(struct ps_seen_round, order_count)),
    PS_SHAPE(struct ps_seen_round, state, .kind = PS_MAP, .shape = &seen_item_shape,
             .count_at = offsetof(struct ps_seen_round, state_count)),
    PS_SHAPE(struct ps_seen_round, each_ms, .kind = PS_INT),
};
const struct ps_shape ps_seen_round_shape = {"round", sizeof(struct ps_seen_round),
                                             PS_COUNT(seen_fields), seen_fields};

void ps_round_see(const struct ps_set *set, const struct ps_scene *scene, uint8_t viewer,
                  void *ret_seen)
{
    (void)scene;
    (void)viewer;
    struct ps_seen_round *seen = ret_seen;
    const struct ps_round *round = &set->now.round;
    memcpy(seen->order, round->order, round->count);
    seen->order_count = round->count;
    for (uint8_t i = 0; i < round->count; i++) {
        uint8_t seat = round->order[i];
        seen->state[i] = (struct ps_seen_round_item){.seat = seat, .state = round->state[seat]};
    }
    seen->state_count = round->count;
    seen->each_ms = ps_paced(set, round->each_ms);
}

/* ---- emitting -------------------------------------------------------------------------------- */

void ps_round_emit_open(const struct ps_set *set, const struct ps_scene *scene,
                        struct ps_outcome *out)
{
    struct opened *facts = ps_emit(out, scene, &opened);
    uint8_t places[PS_SEATS_MAX];
    uint8_t count = ps_rotation_places(set, places);
    uint8_t first = count == 0 ? 0 : (uint8_t)((set->meeting.number + count - 1) % count);
    for (uint8_t i = 0; i < count; i++) {
        uint8_t seat = places[(first + i) % count];
        if (ps_seats_has(set->roster.present, seat)) {
            facts->order[facts->order_count++] = seat;
        }
    }
    const struct ps_stage *stage = ps_stage_now(set);
    /* The length is planned for a full set: two who are early do not get eleven minutes each. */
    uint8_t shares =
        facts->order_count > PS_BUSINESSES_MAX ? facts->order_count : PS_BUSINESSES_MAX;
    int64_t each = stage->planned_ms / shares;
    facts->each_ms = each < EACH_MS_MIN ? EACH_MS_MIN : each;
}

static void emit_mark(const struct ps_scene *scene, uint8_t seat, uint8_t state,
                      struct ps_outcome *out)
{
    struct marked *facts = ps_emit(out, scene, &marked);
    facts->seat = seat;
    facts->state = state;
}

void ps_round_emit_moved(const struct ps_set *set, const struct ps_scene *scene,
                         struct ps_outcome *out)
{
    if (set->now.floor.holder != PS_NOBODY) {
        emit_mark(scene, set->now.floor.holder, PS_ROUND_DONE, out);
        ps_floor_emit_freed(set, scene, PS_FREED_ROUND, true, out);
    }
}

void ps_round_emit_lost(const struct ps_set *set, const struct ps_scene *scene,
                        struct ps_outcome *out)
{
    emit_mark(scene, set->now.floor.holder, PS_ROUND_AWAY, out);
    ps_floor_emit_freed(set, scene, PS_FREED_DROPPED, true, out);
}

/* ---- commands -------------------------------------------------------------------------------- */

static enum ps_refusal may_finish(const struct ps_set *set, const struct ps_scene *scene,
                                  uint8_t seat)
{
    (void)scene;
    if (ps_phase_now(set)->mode != PS_FLOOR_ROUND) {
        return PS_REFUSED_NOT_IN_THIS_STAGE;
    }
    return set->now.floor.holder == seat ? PS_ALLOWED : PS_REFUSED_NOT_YOUR_TURN;
}

static void decide_done(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    emit_mark(scene, command->seat, PS_ROUND_DONE, out);
    ps_floor_emit_freed(set, scene, PS_FREED_ROUND, true, out);
}

static void decide_pass(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    /* The first pass is asked once more at the end, the second is final. */
    const struct ps_round *round = &set->now.round;
    bool before = ps_seats_has(round->passed, command->seat);
    emit_mark(scene, command->seat, before ? PS_ROUND_PASSED_TWICE : PS_ROUND_PASSED, out);
    ps_floor_emit_freed(set, scene, PS_FREED_ROUND, true, out);
}

enum { ROUND_NEEDS = PS_NEEDS_LIVE | PS_NEEDS_EXPECT };
static const struct ps_method methods[] = {
    {"round.done", "I have finished; the next please.", PS_POWER_MEMBER, ROUND_NEEDS, NULL,
     may_finish, decide_done},
    {"round.pass", "Not now; I may be asked once more at the end.", PS_POWER_MEMBER, ROUND_NEEDS,
     NULL, may_finish, decide_pass},
};

const struct ps_noun ps_noun_round = {methods, PS_COUNT(methods), events, PS_COUNT(events)};

/* ---- rules: the next is given the floor; late comers are added ------------------------------- */

static bool runs(const struct ps_set *set)
{
    const struct ps_phase *phase = ps_phase_now(set);
    return ps_is_live(set) && phase != NULL && phase->mode == PS_FLOOR_ROUND &&
           set->now.running.phase_id != 0;
}

static int64_t due_next(const struct ps_set *set, const struct ps_scene *scene)
{
    bool waits =
        runs(set) && set->now.floor.holder == PS_NOBODY && ps_round_next(set, scene) != PS_NOBODY;
    return waits ? set->now.floor.free_at : PS_NEVER;
}

static void act_next(const struct ps_set *set, const struct ps_scene *scene, struct ps_outcome *out)
{
    uint8_t seat = ps_round_next(set, scene);
    emit_mark(scene, seat, PS_ROUND_NOW, out);
    ps_floor_emit_round_grant(set, scene, seat, out);
}

static uint8_t late_comer(const struct ps_set *set)
{
    for (uint8_t seat = 1; seat <= PS_MEMBER_SEATS_MAX; seat++) {
        if (ps_seats_has(set->roster.present, seat) && ps_is_active(set, seat) &&
            set->now.round.state[seat] == PS_ROUND_NONE) {
            return seat;
        }
    }
    return PS_NOBODY;
}

static int64_t due_late(const struct ps_set *set, const struct ps_scene *scene)
{
    (void)scene;
    bool full = set->now.round.count == PS_SEATS_MAX;
    return runs(set) && !full && late_comer(set) != PS_NOBODY ? set->last_at : PS_NEVER;
}

static void act_late(const struct ps_set *set, const struct ps_scene *scene, struct ps_outcome *out)
{
    emit_mark(scene, late_comer(set), PS_ROUND_WAITING, out);
}

const struct ps_rule ps_rules_round[] = {
    {"a late comer joins the round", due_late, act_late},
    {"the next in the round", due_next, act_next},
};
const uint8_t ps_rules_round_count = PS_COUNT(ps_rules_round);
