/* floor_moves - what people ask of the floor, and what time does to it. The states are in floor.c.
 */
#include "core/floor.h"

#include "core/round.h"
#include "core/settle.h"
#include "core/stage.h"

enum {
    ASK_MS = 8000,            /* not begun: "still want to speak?" */
    SKIP_MS = 15000,          /* still not begun: on to the next, the hand goes to the end */
    HOLDER_DROPPED_MS = 8000, /* edge case 14 */
    HAND_GRACE_MS = 60000,    /* a hand is kept this long without a connection */
};

struct raise_params {
    uint8_t kind;
    struct ps_word text;
};
static const struct ps_field raise_fields[] = {
    PS_SHAPE(struct raise_params, kind, .kind = PS_ENUM, .words = ps_hand_words),
    PS_SHAPE(struct raise_params, text, .kind = PS_WORDS, .flags = PS_OPTIONAL | PS_LINES,
             .chars_max = PS_SAY_CHARS_MAX),
};
static const struct ps_shape raise_shape = {"hand_raise", sizeof(struct raise_params),
                                            PS_COUNT(raise_fields), raise_fields};

struct give_params {
    uint8_t seat;
};
static const struct ps_field give_fields[] = {PS_SHAPE(struct give_params, seat, .kind = PS_SEAT)};
static const struct ps_shape give_shape = {"floor_grant", sizeof(struct give_params),
                                           PS_COUNT(give_fields), give_fields};

/* ---- hands --------------------------------------------------------------------------------------
 */

static enum ps_refusal may_raise(const struct ps_set *set, const struct ps_scene *scene,
                                 uint8_t seat)
{
    if (ps_floor_may_raise(set, scene, seat) != 0) {
        return PS_ALLOWED;
    }
    const struct ps_phase *phase = ps_phase_now(set);
    bool listens = seat == set->now.running.presenter && phase->raise != 0;
    return listens ? PS_REFUSED_PRESENTER_LISTENS : PS_REFUSED_NOT_IN_THIS_PHASE;
}

/* Raising the same hand again keeps its place: nothing new happens (edge case 9). */
static void decide_raise(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    const struct raise_params *params = (const void *)command->params;
    const struct ps_hand *hand = &set->now.floor.hands[command->seat];
    if ((ps_floor_may_raise(set, scene, command->seat) & PS_HAND_BIT(params->kind)) == 0) {
        ps_refuse(out, PS_REFUSED_HAND_KIND);
        return;
    }
    bool same =
        hand->seat != PS_NOBODY && !hand->parked && !hand->late && hand->kind == params->kind;
    if (!same || params->text.id != 0) {
        ps_floor_emit_raised(scene, command->seat, params->kind, params->text, out);
    }
}

static enum ps_refusal may_lower(const struct ps_set *set, const struct ps_scene *scene,
                                 uint8_t seat)
{
    (void)scene;
    return set->now.floor.hands[seat].seat != PS_NOBODY ? PS_ALLOWED : PS_REFUSED_NO_HAND;
}

static void decide_lower(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    (void)set;
    ps_floor_emit_lowered(scene, command->seat, out);
}

/* ---- the floor ----------------------------------------------------------------------------------
 */

static bool is_moving(const struct ps_set *set)
{
    const struct ps_phase *phase = ps_phase_now(set);
    return phase != NULL && (phase->mode == PS_FLOOR_QUEUE || phase->mode == PS_FLOOR_ROUND);
}

static enum ps_refusal may_give(const struct ps_set *set, const struct ps_scene *scene,
                                uint8_t seat)
{
    (void)scene;
    (void)seat;
    const struct ps_phase *phase = ps_phase_now(set);
    return phase->mode == PS_FLOOR_QUEUE ? PS_ALLOWED : PS_REFUSED_NOT_IN_THIS_PHASE;
}

static void decide_give(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    const struct give_params *params = (const void *)command->params;
    const struct ps_phase *phase = ps_phase_now(set);
    bool presents = params->seat == set->now.running.presenter;
    uint8_t powers = ps_powers(set, params->seat);
    if ((powers & (PS_POWER_MEMBER | PS_POWER_LEADER | PS_POWER_DEPUTY)) == 0) {
        ps_refuse(out, PS_REFUSED_NO_SUCH_PERSON); /* an observer has no voice */
    } else if (presents && !phase->presenter_queues) {
        ps_refuse(out, PS_REFUSED_PRESENTER_LISTENS);
    } else if (!ps_is_connected(scene, params->seat)) {
        ps_refuse(out, PS_REFUSED_NOT_HERE);
    } else if (set->now.floor.holder != params->seat) {
        if (set->now.floor.holder != PS_NOBODY) {
            ps_floor_emit_freed(set, scene, PS_FREED_REVOKED, true, out);
        }
        ps_floor_emit_grant(set, scene, params->seat, out);
    }
}

static enum ps_refusal may_next(const struct ps_set *set, const struct ps_scene *scene,
                                uint8_t seat)
{
    (void)seat;
    uint8_t order[PS_SEATS_MAX];
    if (!is_moving(set)) {
        return PS_REFUSED_NOT_IN_THIS_PHASE;
    }
    bool somebody =
        set->now.floor.holder != PS_NOBODY || ps_floor_order(set, scene, PS_NOBODY, order) > 0;
    return somebody ? PS_ALLOWED : PS_REFUSED_NOBODY_WAITING;
}

static void decide_next(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    uint8_t order[PS_SEATS_MAX];
    if (ps_phase_now(set)->mode == PS_FLOOR_ROUND) {
        ps_round_emit_moved(set, scene, out);
        return;
    }
    uint8_t holder = set->now.floor.holder;
    if (holder != PS_NOBODY) {
        ps_floor_emit_freed(set, scene, PS_FREED_REVOKED, true, out);
    }
    if (ps_floor_order(set, scene, holder, order) > 0) {
        ps_floor_emit_grant(set, scene, order[0], out);
    }
}

static enum ps_refusal may_take(const struct ps_set *set, const struct ps_scene *scene,
                                uint8_t seat)
{
    (void)scene;
    return set->now.floor.holder == seat ? PS_ALLOWED : PS_REFUSED_NO_FLOOR;
}

static void decide_take(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    if (!set->now.floor.taken) {
        ps_floor_emit_mark(scene, PS_FLOOR_TAKEN, out);
    }
}

/* In the answer it is the presenter who ends; the asker stays the holder until then. */
static enum ps_refusal may_yield(const struct ps_set *set, const struct ps_scene *scene,
                                 uint8_t seat)
{
    (void)scene;
    const struct ps_floor *floor = &set->now.floor;
    if (floor->holder == PS_NOBODY || ps_phase_now(set)->mode != PS_FLOOR_QUEUE) {
        return ps_phase_now(set)->mode == PS_FLOOR_QUEUE ? PS_REFUSED_NO_FLOOR
                                                         : PS_REFUSED_NOT_IN_THIS_PHASE;
    }
    uint8_t speaker = floor->part == PS_PART_ANSWER ? set->now.running.presenter : floor->holder;
    return speaker == seat ? PS_ALLOWED : PS_REFUSED_NO_FLOOR;
}

static void decide_yield(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    if (set->now.floor.part == PS_PART_QUESTION) {
        ps_floor_emit_mark(scene, PS_FLOOR_TURNED, out);
    } else {
        ps_floor_emit_freed(set, scene, PS_FREED_YIELDED, false, out);
    }
}

static enum ps_refusal may_undo(const struct ps_set *set, const struct ps_scene *scene,
                                uint8_t seat)
{
    if (set->now.floor.undo_holder == PS_NOBODY || scene->now.ms >= set->now.floor.undo_until) {
        return PS_REFUSED_TOO_LATE;
    }
    if (ps_floor_may_undo(set, seat)) {
        return PS_ALLOWED;
    }
    return set->now.floor.holder != PS_NOBODY ? PS_REFUSED_FLOOR_TAKEN : PS_REFUSED_NOT_YOUR_ROLE;
}

static void decide_undo(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    (void)set;
    (void)command;
    ps_floor_emit_mark(scene, PS_FLOOR_RESTORED, out);
}

enum {
    HANDS = PS_POWER_MEMBER | PS_POWER_LEADER | PS_POWER_DEPUTY,
    LEADS = PS_NEEDS_LIVE | PS_NEEDS_EXPECT,
};

static const struct ps_method methods[] = {
    {"hand.raise", "Ask for the floor. The text is shown when the floor is granted.", HANDS,
     PS_NEEDS_LIVE, &raise_shape, may_raise, decide_raise},
    {"hand.lower", "Take the hand down.", HANDS, PS_NEEDS_LIVE, NULL, may_lower, decide_lower},
    {"floor.grant", "Give the floor to somebody, out of order.", PS_POWER_LEADER, LEADS,
     &give_shape, may_give, decide_give},
    {"floor.next", "End this contribution and give the floor to the next at once.", PS_POWER_LEADER,
     LEADS, NULL, may_next, decide_next},
    {"floor.take", "I have begun to speak.", HANDS, PS_NEEDS_LIVE, NULL, may_take, decide_take},
    {"floor.yield", "I have finished.", HANDS, PS_NEEDS_LIVE, NULL, may_yield, decide_yield},
    {"floor.undo", "Back to the speaker before, for 8 seconds.", HANDS, PS_NEEDS_LIVE, NULL,
     may_undo, decide_undo},
};

const struct ps_noun ps_noun_hand = {methods, PS_COUNT(methods), NULL, 0};

/* ---- rules: while the clock stands, the floor stands too, but for connections -------------------
 */

static bool stands(const struct ps_set *set)
{
    return !ps_is_live(set) || ps_phase_now(set) == NULL || set->now.running.phase_id == 0 ||
           set->now.clock.state != PS_CLOCK_RUNNING;
}

static int64_t due_holder_dropped(const struct ps_set *set, const struct ps_scene *scene)
{
    const struct ps_floor *floor = &set->now.floor;
    if (!ps_is_live(set) || !is_moving(set) || floor->holder == PS_NOBODY ||
        ps_is_connected(scene, floor->holder) || floor->part == PS_PART_ANSWER) {
        return PS_NEVER;
    }
    return ps_lost_since(scene, floor->holder) + ps_paced(set, HOLDER_DROPPED_MS);
}

static void act_holder_dropped(const struct ps_set *set, const struct ps_scene *scene,
                               struct ps_outcome *out)
{
    if (ps_phase_now(set)->mode == PS_FLOOR_ROUND) {
        ps_round_emit_lost(set, scene, out);
    } else {
        ps_floor_emit_freed(set, scene, PS_FREED_DROPPED, false, out);
    }
}

static bool waits_to_begin(const struct ps_set *set)
{
    const struct ps_floor *floor = &set->now.floor;
    return !stands(set) && floor->holder != PS_NOBODY && !floor->taken;
}

static int64_t due_ask(const struct ps_set *set, const struct ps_scene *scene)
{
    (void)scene;
    const struct ps_floor *floor = &set->now.floor;
    return waits_to_begin(set) && !floor->asked ? floor->granted_at + ps_paced(set, ASK_MS)
                                                : PS_NEVER;
}

static void act_ask(const struct ps_set *set, const struct ps_scene *scene, struct ps_outcome *out)
{
    (void)set;
    ps_floor_emit_mark(scene, PS_FLOOR_ASKED, out);
}

static int64_t due_skip(const struct ps_set *set, const struct ps_scene *scene)
{
    (void)scene;
    return waits_to_begin(set) ? set->now.floor.granted_at + ps_paced(set, SKIP_MS) : PS_NEVER;
}

static void act_skip(const struct ps_set *set, const struct ps_scene *scene, struct ps_outcome *out)
{
    ps_floor_emit_freed(set, scene, PS_FREED_TIMED_OUT, false, out);
}

/* An answer ends 30 s past its soft end. So does another contribution, but only while others wait:
 * with nobody waiting there is no reason to cut anybody off. */
static int64_t due_too_long(const struct ps_set *set, const struct ps_scene *scene)
{
    const struct ps_floor *floor = &set->now.floor;
    uint8_t order[PS_SEATS_MAX];
    if (stands(set) || ps_phase_now(set)->mode != PS_FLOOR_QUEUE || floor->holder == PS_NOBODY ||
        !floor->taken || floor->soft_ends_at == 0) {
        return PS_NEVER;
    }
    bool ends = floor->part != PS_PART_NONE || ps_floor_order(set, scene, floor->holder, order) > 0;
    return ends ? floor->soft_ends_at + ps_paced(set, PS_BANK_CHARGE_GRACE_MS) : PS_NEVER;
}

static void act_too_long(const struct ps_set *set, const struct ps_scene *scene,
                         struct ps_outcome *out)
{
    if (set->now.floor.part == PS_PART_QUESTION) {
        ps_floor_emit_mark(scene, PS_FLOOR_TURNED, out);
    } else {
        ps_floor_emit_freed(set, scene, PS_FREED_TIMED_OUT, false, out);
    }
}

static int64_t due_grant(const struct ps_set *set, const struct ps_scene *scene)
{
    uint8_t order[PS_SEATS_MAX];
    const struct ps_floor *floor = &set->now.floor;
    if (stands(set) || floor->holder != PS_NOBODY ||
        ps_floor_order(set, scene, PS_NOBODY, order) == 0) {
        return PS_NEVER;
    }
    return floor->free_at;
}

static void act_grant(const struct ps_set *set, const struct ps_scene *scene,
                      struct ps_outcome *out)
{
    uint8_t order[PS_SEATS_MAX];
    (void)ps_floor_order(set, scene, PS_NOBODY, order);
    ps_floor_emit_grant(set, scene, order[0], out);
}

/* The first hand whose owner has been gone for longer than the grace. */
static uint8_t lost_hand(const struct ps_set *set, const struct ps_scene *scene, int64_t *ret_due)
{
    uint8_t first = PS_NOBODY;
    *ret_due = PS_NEVER;
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (set->now.floor.hands[seat].seat == PS_NOBODY || ps_is_connected(scene, seat)) {
            continue;
        }
        int64_t due = ps_lost_since(scene, seat) + ps_paced(set, HAND_GRACE_MS);
        if (due < *ret_due) {
            *ret_due = due;
            first = seat;
        }
    }
    return first;
}

static int64_t due_lost_hand(const struct ps_set *set, const struct ps_scene *scene)
{
    int64_t due = PS_NEVER;
    if (ps_is_live(set)) {
        (void)lost_hand(set, scene, &due);
    }
    return due;
}

static void act_lost_hand(const struct ps_set *set, const struct ps_scene *scene,
                          struct ps_outcome *out)
{
    int64_t due = 0;
    ps_floor_emit_lowered(scene, lost_hand(set, scene, &due), out);
}

const struct ps_rule ps_rules_floor[] = {
    {"the holder is gone", due_holder_dropped, act_holder_dropped},
    {"a hand is forgotten", due_lost_hand, act_lost_hand},
    {"on to the next", due_skip, act_skip},
    {"still want to speak", due_ask, act_ask},
    {"long enough", due_too_long, act_too_long},
    {"the next is granted", due_grant, act_grant},
};
const uint8_t ps_rules_floor_count = PS_COUNT(ps_rules_floor);
