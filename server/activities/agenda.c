/* agenda - who presents today: bids, swaps, the facilitator's word, and the set's agreement.
 *
 * The rule itself is core/rotation.c; here people say what they bring. Until agenda.agree the order
 * is computed anew with every bid; after it (or when the stage is left) it is frozen. */
#include <string.h>

#include "core/activity.h"
#include "core/roster.h"
#include "core/rotation.h"

struct agenda {
    struct ps_bid bids[PS_SEAT_SLOTS]; /* indexed by seat */
    uint8_t swaps[PS_SEAT_SLOTS];      /* seat -> with whom it would swap; 0: nobody */
};
_Static_assert(sizeof(struct agenda) <= PS_ACTIVITY_BYTES_MAX, "the agenda fits");

static const struct ps_field bid_fields[] = {
    PS_SHAPE(struct ps_bid, seat, .kind = PS_SEAT),
    PS_SHAPE(struct ps_bid, issue, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct ps_bid, urgency, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct ps_bid, passed, .kind = PS_BOOL, .flags = PS_OPTIONAL),
};
static const struct ps_shape bid_shape = {"bid", sizeof(struct ps_bid), PS_COUNT(bid_fields),
                                          bid_fields};
static const struct ps_field state_fields[] = {
    PS_SHAPE(struct agenda, bids, .kind = PS_MAP, .shape = &bid_shape, .count_at = PS_COUNT_ALL),
    PS_SHAPE(struct agenda, swaps, .kind = PS_LIST, .of = PS_SEAT, .count_at = PS_COUNT_ALL),
};
static const struct ps_shape state_shape = {"agenda_state", sizeof(struct agenda),
                                            PS_COUNT(state_fields), state_fields};

static const struct agenda *state_of(const struct ps_set *set)
{
    return (const void *)set->now.running.state;
}

const struct ps_bid *ps_agenda_bids(const struct ps_set *set)
{
    bool runs = set->now.running.kind != 0 && set->now.running.kind == ps_activity_find("agenda");
    return runs ? state_of(set)->bids : NULL;
}

/* ---- events ---------------------------------------------------------------------------------- */

enum {
    AGENDA_PARTS = PS_PART(PS_SEE_ACTIVITY) | PS_PART(PS_SEE_ROTATION) | PS_PART(PS_SEE_YOU) |
                   PS_PART(PS_SEE_DESK),
};

static void apply_bid(struct ps_set *set, const struct ps_event *event)
{
    const struct ps_bid *facts = ps_facts(event);
    struct agenda *agenda = (void *)set->now.running.state;
    agenda->bids[facts->seat] = *facts;
}
static const struct ps_event_kind placed = {"bid.placed", 1, AGENDA_PARTS, &bid_shape, apply_bid};
static const struct ps_event_kind passed = {"bid.passed", 1, AGENDA_PARTS, &bid_shape, apply_bid};

struct swap {
    uint8_t with;
    uint8_t seat;
};
static const struct ps_field swap_fields[] = {
    PS_SHAPE(struct swap, with, .kind = PS_SEAT),
    PS_SHAPE(struct swap, seat, .kind = PS_SEAT),
};
static const struct ps_shape swap_shape = {"agenda_swap", sizeof(struct swap), 1, swap_fields};
static const struct ps_shape asked_shape = {"agenda_swap_asked", sizeof(struct swap),
                                            PS_COUNT(swap_fields), swap_fields};

static void apply_swap_asked(struct ps_set *set, const struct ps_event *event)
{
    const struct swap *facts = ps_facts(event);
    struct agenda *agenda = (void *)set->now.running.state;
    agenda->swaps[facts->seat] = facts->with;
}
static const struct ps_event_kind swap_asked = {"agenda.swap_asked", 1, AGENDA_PARTS, &asked_shape,
                                                apply_swap_asked};

static const struct ps_event_kind *const events[] = {&placed, &passed, &swap_asked};

/* ---- commands -------------------------------------------------------------------------------- */

struct bid_params {
    struct ps_word issue;
    int64_t urgency;
};
static const struct ps_field place_fields[] = {
    PS_SHAPE(struct bid_params, issue, .kind = PS_WORDS, .chars_max = PS_ISSUE_CHARS_MAX),
    PS_SHAPE(struct bid_params, urgency, .kind = PS_INT, .least = 1, .most = 3),
};
static const struct ps_shape place_shape = {"bid_place", sizeof(struct bid_params),
                                            PS_COUNT(place_fields), place_fields};

static enum ps_refusal may_change(const struct ps_set *set, const struct ps_scene *scene,
                                  uint8_t seat)
{
    (void)scene;
    (void)seat;
    return set->rotation.frozen ? PS_REFUSED_FROZEN : PS_ALLOWED;
}

static void decide_place(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    (void)set;
    const struct bid_params *params = (const void *)command->params;
    if (params->issue.id == 0) {
        ps_refuse(out, PS_REFUSED_NEEDS_TEXT);
        return;
    }
    struct ps_bid *facts = ps_emit(out, scene, &placed);
    facts->seat = command->seat;
    facts->urgency = (uint8_t)params->urgency;
    facts->issue = ps_emit_word(out, scene, params->issue, command->seat);
}

static void decide_pass(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    if (!state_of(set)->bids[command->seat].passed) {
        struct ps_bid *facts = ps_emit(out, scene, &passed);
        facts->seat = command->seat;
        facts->passed = 1;
    }
}

/* Both must tap: the second tap makes the swap, at once and for today alone (edge case 19). */
static void decide_swap(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    const struct swap *params = (const void *)command->params;
    struct ps_rotation_today today;
    ps_rotation_now(set, &today);
    bool presents = false;
    for (uint8_t i = 0; i < today.today_count; i++) {
        presents = presents || today.today[i] == command->seat || today.today[i] == params->with;
    }
    if (!ps_is_active(set, params->with) || params->with > PS_MEMBER_SEATS_MAX) {
        ps_refuse(out, PS_REFUSED_NO_SUCH_PERSON);
    } else if (params->with == command->seat) {
        ps_refuse(out, PS_REFUSED_YOURSELF);
    } else if (!presents) {
        ps_refuse(out, PS_REFUSED_NOT_PRESENTING);
    } else if (state_of(set)->swaps[params->with] == command->seat) {
        struct swap *facts = ps_emit(out, scene, &swap_asked);
        facts->seat = params->with;
        ps_rotation_emit_swapped(set, scene, command->seat, params->with, out);
    } else if (state_of(set)->swaps[command->seat] != params->with) {
        struct swap *facts = ps_emit(out, scene, &swap_asked);
        facts->seat = command->seat;
        facts->with = params->with;
    }
}

struct override_params {
    uint8_t order[PS_MEMBER_SEATS_MAX];
    uint8_t order_count;
    struct ps_word reason;
};
static const struct ps_field override_fields[] = {
    PS_SHAPE(struct override_params, order, .kind = PS_LIST, .of = PS_SEAT,
             .count_at = offsetof(struct override_params, order_count)),
    PS_SHAPE(struct override_params, reason, .kind = PS_WORDS, .chars_max = PS_REASON_CHARS_MAX),
};
static const struct ps_shape override_shape = {"agenda_override", sizeof(struct override_params),
                                               PS_COUNT(override_fields), override_fields};

static void decide_override(const struct ps_set *set, const struct ps_scene *scene,
                            const struct ps_command *command, struct ps_outcome *out)
{
    const struct override_params *params = (const void *)command->params;
    uint64_t named = 0;
    for (uint8_t i = 0; i < params->order_count; i++) {
        uint8_t seat = params->order[i];
        if (!ps_is_active(set, seat) || seat > PS_MEMBER_SEATS_MAX || ps_seats_has(named, seat)) {
            ps_refuse(out, PS_REFUSED_NO_SUCH_PERSON);
            return;
        }
        named |= ps_seat_bit(seat);
    }
    if (params->order_count == 0) {
        ps_refuse(out, PS_REFUSED_BAD_VALUE);
    } else if (params->reason.id == 0) {
        ps_refuse(out, PS_REFUSED_NEEDS_TEXT);
    } else {
        ps_rotation_emit_override(set, scene, command->seat, params->order, params->order_count,
                                  params->reason, out);
    }
}

static void decide_agree(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    ps_rotation_emit_frozen(set, scene, state_of(set)->bids, out);
}

static const struct ps_method methods[] = {
    {"bid.place", "Ask for today's turn with the question you would bring.", PS_POWER_MEMBER,
     PS_NEEDS_LIVE, &place_shape, may_change, decide_place},
    {"bid.pass", "Not today; your place in the order is kept.", PS_POWER_MEMBER, PS_NEEDS_LIVE,
     NULL, may_change, decide_pass},
    {"agenda.swap", "Swap today's turn with somebody who wants it too.", PS_POWER_MEMBER,
     PS_NEEDS_LIVE, &swap_shape, may_change, decide_swap},
    {"agenda.override", "Set today's order yourself, with a reason for all to read.",
     PS_POWER_LEADER, PS_NEEDS_LIVE, &override_shape, may_change, decide_override},
    {"agenda.agree", "Today's order is agreed.", PS_POWER_LEADER, PS_NEEDS_LIVE | PS_NEEDS_EXPECT,
     NULL, may_change, decide_agree},
};

/* ---- nudges and picture ---------------------------------------------------------------------- */

static void nudge(const struct ps_set *set, const struct ps_scene *scene, enum ps_nudge nudge_kind,
                  struct ps_outcome *out)
{
    if (nudge_kind == PS_NUDGE_CLOSE && !set->rotation.frozen) {
        ps_rotation_emit_frozen(set, scene, state_of(set)->bids, out);
    }
}

struct seen_swap {
    uint8_t seat;
    uint8_t with;
};
static const struct ps_field seen_swap_fields[] = {
    PS_SHAPE(struct seen_swap, seat, .kind = PS_SEAT),
    PS_SHAPE(struct seen_swap, with, .kind = PS_SEAT),
};
static const struct ps_shape seen_swap_shape = {"swap", sizeof(struct seen_swap),
                                                PS_COUNT(seen_swap_fields), seen_swap_fields};
struct seen_agenda {
    struct ps_bid bids[PS_SEAT_SLOTS];
    struct seen_swap swaps[PS_SEAT_SLOTS];
    struct ps_word overridden;
};
static const struct ps_field seen_fields[] = {
    PS_SHAPE(struct seen_agenda, bids, .kind = PS_MAP, .shape = &bid_shape,
             .count_at = PS_COUNT_ALL),
    PS_SHAPE(struct seen_agenda, swaps, .kind = PS_MAP, .shape = &seen_swap_shape,
             .count_at = PS_COUNT_ALL),
    PS_SHAPE(struct seen_agenda, overridden, .kind = PS_WORDS, .flags = PS_OPTIONAL),
};
static const struct ps_shape seen_shape = {"agenda", sizeof(struct seen_agenda),
                                           PS_COUNT(seen_fields), seen_fields};

static void see(const struct ps_set *set, const struct ps_scene *scene, uint8_t viewer,
                void *ret_seen)
{
    (void)scene;
    (void)viewer;
    struct seen_agenda *seen = ret_seen;
    const struct agenda *agenda = state_of(set);
    memcpy(seen->bids, agenda->bids, sizeof(seen->bids));
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (agenda->swaps[seat] != PS_NOBODY) {
            seen->swaps[seat] = (struct seen_swap){.seat = seat, .with = agenda->swaps[seat]};
        }
    }
    seen->overridden = set->rotation.reason;
}

static const struct ps_phase phases[] = {{.name = "bids", .mode = PS_FLOOR_NONE}};

const struct ps_activity ps_activity_agenda = {
    .name = "agenda",
    .title = "Who presents today",
    .about = "Members say what they would bring; the order is explained and agreed.",
    .version = 1,
    .phases = phases,
    .phases_count = PS_COUNT(phases),
    .state = &state_shape,
    .picture = &seen_shape,
    .methods = methods,
    .methods_count = PS_COUNT(methods),
    .events = events,
    .events_count = PS_COUNT(events),
    .nudge = nudge,
    .see = see,
};
