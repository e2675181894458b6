#include "core/rotation.h"

#include <string.h>

#include "core/activity.h"
#include "core/roster.h"

enum {
    ROTATION_PARTS = PS_PART(PS_SEE_ROTATION) | PS_PART(PS_SEE_YOU) | PS_PART(PS_SEE_DESK) |
                     PS_PART(PS_SEE_ACTIVITY),
};

/* ---- the rule -------------------------------------------------------------------------------- */

struct candidate {
    uint8_t seat;
    uint8_t turns;
    uint8_t last;
    uint8_t urgency;
    uint8_t place;
};

static bool is_before(const struct candidate *a, const struct candidate *b)
{
    if (a->turns != b->turns) {
        return a->turns < b->turns;
    }
    if (a->last != b->last) {
        return a->last < b->last; /* never is 0: first */
    }
    if (a->urgency != b->urgency) {
        return a->urgency > b->urgency; /* only among equals above: the fairness guard */
    }
    return a->place != b->place ? a->place < b->place : a->seat < b->seat;
}

static bool has_begun(const struct ps_set *set, uint8_t seat)
{
    const struct ps_person *person = ps_person(set, seat);
    for (uint8_t i = 0; i < set->meeting.turns_done && i < PS_TURNS_PER_MEETING_MAX; i++) {
        const struct ps_person *other = ps_person(set, set->rotation.taken[i]);
        if (other != NULL && other->business == person->business) {
            return true;
        }
    }
    return false;
}

static bool may_present(const struct ps_set *set, const struct ps_bid *bids, uint8_t seat)
{
    return ps_is_active(set, seat) && ps_roster_business(set, seat) != NULL &&
           ps_seats_has(set->roster.present, seat) && (bids == NULL || !bids[seat].passed);
}

/* Who presents for a business: of two people the one who bids, the more urgent first. */
static bool speaks_for(const struct ps_set *set, const struct ps_bid *bids, uint8_t seat)
{
    uint8_t business = set->roster.people[seat].business;
    for (uint8_t other = 1; other <= PS_MEMBER_SEATS_MAX; other++) {
        if (other == seat || set->roster.people[other].business != business ||
            !may_present(set, bids, other)) {
            continue;
        }
        uint8_t mine = bids == NULL ? 0 : bids[seat].urgency;
        uint8_t theirs = bids == NULL ? 0 : bids[other].urgency;
        if (theirs > mine || (theirs == mine && other < seat)) {
            return false;
        }
    }
    return true;
}

/* One candidate for each business that has somebody here who did not pass. */
static uint8_t gather(const struct ps_set *set, const struct ps_bid *bids,
                      struct candidate ret_list[PS_MEMBER_SEATS_MAX])
{
    uint8_t count = 0;
    for (uint8_t seat = 1; seat <= PS_MEMBER_SEATS_MAX; seat++) {
        if (!may_present(set, bids, seat) || !speaks_for(set, bids, seat)) {
            continue;
        }
        const struct ps_business *business = ps_roster_business(set, seat);
        bool bidding = set->rotation_mode == PS_ROTATION_BID && bids != NULL;
        struct candidate one = {.seat = seat,
                                .turns = business->turns,
                                .last = business->last_meeting,
                                .urgency = bidding ? bids[seat].urgency : 0,
                                .place = business->place};
        uint8_t at = count++;
        while (at > 0 && is_before(&one, &ret_list[at - 1])) {
            ret_list[at] = ret_list[at - 1];
            at--;
        }
        ret_list[at] = one;
    }
    return count;
}

uint8_t ps_rotation_turns_planned(const struct ps_set *set)
{
    uint8_t turns = 0;
    for (uint8_t i = 0; i < set->meeting.plan.stages_count; i++) {
        const struct ps_activity *activity =
            ps_activity_at(ps_activity_for(set->meeting.plan.stages[i].kind));
        turns = (uint8_t)(turns + (activity != NULL && activity->has_presenter));
    }
    return turns < PS_TURNS_PER_MEETING_MAX ? turns : PS_TURNS_PER_MEETING_MAX;
}

/* Turns still owed against turns still to come, this meeting's included (edge case 18). */
static struct ps_phrase risk(const struct ps_set *set)
{
    int32_t owed = 0;
    const struct ps_person *presenter = ps_person(set, set->now.running.presenter);
    for (uint8_t i = 1; i <= set->roster.businesses_count; i++) {
        bool has_theirs_now = presenter != NULL && presenter->business == i;
        bool one = ps_roster_business_is_active(set, i) && !has_theirs_now &&
                   set->roster.businesses[i - 1].turns == 0;
        owed += one;
    }
    int32_t meetings_after = (int32_t)set->meetings - (int32_t)set->meeting.number;
    int32_t here = (int32_t)ps_rotation_turns_planned(set) - (int32_t)set->meeting.turns_done;
    int32_t slots =
        (meetings_after > 0 ? meetings_after : 0) * set->turns_per_meeting + (here > 0 ? here : 0);
    if (owed <= slots) {
        return (struct ps_phrase){0};
    }
    return (struct ps_phrase){
        .form =
            "#1 businesses have had no turn and only #2 turns are left. Add a turn to a meeting, "
            "or plan two shorter turns of 30 minutes in one.",
        .numbers = {owed, slots}};
}

static struct ps_word name_of(const struct ps_set *set, uint8_t seat)
{
    const struct ps_business *business = ps_roster_business(set, seat);
    if (business != NULL && business->name.id != 0) {
        return business->name;
    }
    const struct ps_person *person = ps_person(set, seat);
    return person == NULL ? (struct ps_word){0} : person->name;
}

static struct ps_phrase reason(const struct ps_set *set, const struct candidate *list,
                               uint8_t count)
{
    if (count == 0) {
        return (struct ps_phrase){.form =
                                      "Nobody can present yet: everybody is away or has passed."};
    }
    const struct candidate *first = &list[0];
    struct ps_phrase phrase = {
        .names = {name_of(set, first->seat), name_of(set, count > 1 ? list[1].seat : 0)},
        .numbers = {first->place + 1, first->turns, count > 1 ? list[1].place + 1 : 0},
    };
    bool second = count > 1;
    if (first->turns > 0) {
        phrase.form =
            "%1 presents: everybody has had as many turns, and theirs is the longest ago.";
    } else if (first->urgency > 0 && second && first->place > list[1].place) {
        phrase.form =
            "%1 presents: no turn yet, and the most urgent question. (%2 is next, place #3.)";
    } else if (second && list[1].turns > first->turns) {
        phrase.form = "%1 presents: no turn yet, place #1. (%2 has had a turn.)";
    } else if (second) {
        phrase.form = "%1 presents: no turn yet, place #1. (%2 is next, place #3.)";
    } else {
        phrase.form = "%1 presents: no turn yet, place #1.";
    }
    return phrase;
}

/* Whoever passed or is not here is passed over, also in an order that people chose. */
static void take_first(const struct ps_set *set, const struct ps_bid *bids, const uint8_t *order,
                       uint8_t count, struct ps_rotation_today *ret_today)
{
    uint8_t turns = ps_rotation_turns_planned(set);
    turns = turns == 0 ? set->turns_per_meeting : turns;
    for (uint8_t i = 0; i < count; i++) {
        if (!may_present(set, bids, order[i])) {
            continue;
        }
        if (ret_today->today_count < turns && ret_today->today_count < PS_TURNS_PER_MEETING_MAX) {
            ret_today->today[ret_today->today_count++] = order[i];
        } else {
            ret_today->reserve = order[i];
            return;
        }
    }
}

void ps_rotation_compute(const struct ps_set *set, const struct ps_bid *bids,
                         struct ps_rotation_today *ret_today)
{
    struct candidate list[PS_MEMBER_SEATS_MAX];
    uint8_t order[PS_MEMBER_SEATS_MAX];
    uint8_t count = gather(set, bids, list);
    for (uint8_t i = 0; i < count; i++) {
        order[i] = list[i].seat;
    }
    memset(ret_today, 0, sizeof(*ret_today));
    ret_today->why = reason(set, list, count);
    ret_today->at_risk = risk(set);
    if (set->rotation.overridden) {
        take_first(set, bids, set->rotation.order, set->rotation.order_count, ret_today);
    } else {
        take_first(set, bids, order, count, ret_today);
    }
}

/* The reason in words; an override says beside it what the rule would have said. */
static struct ps_phrase why_now(const struct ps_set *set, struct ps_phrase by_rule)
{
    const struct ps_rotation *rotation = &set->rotation;
    if (rotation->frozen) {
        return (struct ps_phrase){.form = "%1", .names = {rotation->why}};
    }
    if (rotation->overridden == PS_OVERRIDE_SWAP) {
        return (struct ps_phrase){.form =
                                      "Two members have swapped their turns today. By the rule: %1",
                                  .names = {rotation->rule}};
    }
    if (rotation->overridden == PS_OVERRIDE_ORDER) {
        return (struct ps_phrase){.form = "The facilitator chose this order: %1. By the rule: %2",
                                  .names = {rotation->reason, rotation->rule}};
    }
    return by_rule;
}

void ps_rotation_now(const struct ps_set *set, struct ps_rotation_today *ret_today)
{
    ps_rotation_compute(set, ps_agenda_bids(set), ret_today);
    const struct ps_rotation *rotation = &set->rotation;
    ret_today->why = why_now(set, ret_today->why);
    if (rotation->frozen) {
        memcpy(ret_today->today, rotation->today, sizeof(ret_today->today));
        ret_today->today_count = rotation->today_count;
        ret_today->reserve = rotation->reserve;
    }
}

uint8_t ps_rotation_places(const struct ps_set *set, uint8_t ret_seats[PS_SEATS_MAX])
{
    uint8_t count = 0;
    for (uint8_t seat = 1; seat <= PS_MEMBER_SEATS_MAX; seat++) {
        const struct ps_business *business = ps_roster_business(set, seat);
        if (!ps_is_active(set, seat)) {
            continue;
        }
        uint8_t place = business == NULL ? UINT8_MAX : business->place;
        uint8_t at = count++;
        while (at > 0) {
            const struct ps_business *before = ps_roster_business(set, ret_seats[at - 1]);
            if ((before == NULL ? UINT8_MAX : before->place) <= place) {
                break;
            }
            ret_seats[at] = ret_seats[at - 1];
            at--;
        }
        ret_seats[at] = seat;
    }
    return count;
}

uint8_t ps_rotation_next(const struct ps_set *set, struct ps_word *ret_issue)
{
    const struct ps_rotation *rotation = &set->rotation;
    *ret_issue = (struct ps_word){0};
    for (uint8_t i = 0; i < rotation->today_count; i++) {
        uint8_t seat = rotation->today[i];
        if (ps_is_active(set, seat) && !has_begun(set, seat) &&
            ps_seats_has(set->roster.present, seat)) {
            *ret_issue = rotation->issues[i];
            return seat;
        }
    }
    uint8_t reserve = rotation->reserve;
    if (ps_is_active(set, reserve) && !has_begun(set, reserve) &&
        ps_seats_has(set->roster.present, reserve)) {
        *ret_issue = rotation->reserve_issue;
        return reserve;
    }
    struct candidate list[PS_MEMBER_SEATS_MAX];
    uint8_t count = gather(set, NULL, list);
    for (uint8_t i = 0; i < count; i++) {
        if (!has_begun(set, list[i].seat)) {
            return list[i].seat;
        }
    }
    return PS_NOBODY;
}

/* ---- events ---------------------------------------------------------------------------------- */

struct frozen {
    uint8_t today[PS_TURNS_PER_MEETING_MAX];
    uint8_t today_count;
    uint8_t reserve;
    uint64_t passed;
    uint8_t issue_count;
    struct frozen_issue {
        uint8_t seat;
        struct ps_word issue;
    } issues[PS_TURNS_PER_MEETING_MAX + 1];
    struct ps_word why;
};
static const struct ps_field issue_fields[] = {
    PS_SHAPE(struct frozen_issue, seat, .kind = PS_SEAT),
    PS_SHAPE(struct frozen_issue, issue, .kind = PS_WORDS, .flags = PS_OPTIONAL),
};
static const struct ps_shape issue_shape = {"rotation_issue", sizeof(struct frozen_issue),
                                            PS_COUNT(issue_fields), issue_fields};
static const struct ps_field frozen_fields[] = {
    PS_SHAPE(struct frozen, today, .kind = PS_LIST, .of = PS_SEAT,
             .count_at = offsetof(struct frozen, today_count)),
    PS_SHAPE(struct frozen, reserve, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct frozen, passed, .kind = PS_SEATS),
    PS_SHAPE(struct frozen, why, .kind = PS_WORDS),
    PS_SHAPE(struct frozen, issues, .kind = PS_LIST, .of = PS_OBJECT, .shape = &issue_shape,
             .count_at = offsetof(struct frozen, issue_count)),
};
static const struct ps_shape frozen_shape = {"rotation_frozen", sizeof(struct frozen),
                                             PS_COUNT(frozen_fields), frozen_fields};

/* A business has passed when all of its people who are here did. */
static void count_passes(struct ps_set *set, uint64_t passed)
{
    for (uint8_t i = 1; i <= set->roster.businesses_count; i++) {
        uint64_t people = 0;
        for (uint8_t seat = 1; seat <= PS_MEMBER_SEATS_MAX; seat++) {
            people |= set->roster.people[seat].business == i ? ps_seat_bit(seat) : 0;
        }
        people &= set->roster.present;
        struct ps_business *business = &set->roster.businesses[i - 1];
        bool all = (people & ~passed) == 0;
        if (people != 0) {
            business->passes = all ? (uint8_t)(business->passes + 1) : 0;
        }
    }
}

static void apply_frozen(struct ps_set *set, const struct ps_event *event)
{
    const struct frozen *facts = ps_facts(event);
    struct ps_rotation *rotation = &set->rotation;
    rotation->frozen = 1;
    memcpy(rotation->today, facts->today, sizeof(rotation->today));
    rotation->today_count = facts->today_count;
    rotation->reserve = facts->reserve;
    rotation->why = facts->why;
    for (uint8_t i = 0; i < facts->issue_count; i++) {
        for (uint8_t n = 0; n < rotation->today_count; n++) {
            if (rotation->today[n] == facts->issues[i].seat) {
                rotation->issues[n] = facts->issues[i].issue;
            }
        }
        if (facts->issues[i].seat == rotation->reserve) {
            rotation->reserve_issue = facts->issues[i].issue;
        }
    }
    count_passes(set, facts->passed);
}
static const struct ps_event_kind frozen = {"rotation.frozen", 1, ROTATION_PARTS, &frozen_shape,
                                            apply_frozen};

struct overridden {
    uint8_t order[PS_MEMBER_SEATS_MAX];
    uint8_t order_count;
    uint8_t by;
    struct ps_word reason;
    struct ps_word rule; /* what the rule says, for all to compare */
};
static const struct ps_field overridden_fields[] = {
    PS_SHAPE(struct overridden, order, .kind = PS_LIST, .of = PS_SEAT,
             .count_at = offsetof(struct overridden, order_count)),
    PS_SHAPE(struct overridden, by, .kind = PS_SEAT),
    PS_SHAPE(struct overridden, reason, .kind = PS_WORDS),
    PS_SHAPE(struct overridden, rule, .kind = PS_WORDS),
};
static const struct ps_shape overridden_shape = {"rotation_overridden", sizeof(struct overridden),
                                                 PS_COUNT(overridden_fields), overridden_fields};

static void apply_overridden(struct ps_set *set, const struct ps_event *event)
{
    const struct overridden *facts = ps_facts(event);
    struct ps_rotation *rotation = &set->rotation;
    rotation->overridden = PS_OVERRIDE_ORDER;
    memcpy(rotation->order, facts->order, facts->order_count);
    rotation->order_count = facts->order_count;
    rotation->reason = facts->reason;
    rotation->rule = facts->rule;
}
static const struct ps_event_kind overridden = {"rotation.overridden", 1, ROTATION_PARTS,
                                                &overridden_shape, apply_overridden};

struct swapped {
    uint8_t a;
    uint8_t b;
    struct ps_word rule;
};
static const struct ps_field swapped_fields[] = {
    PS_SHAPE(struct swapped, a, .kind = PS_SEAT),
    PS_SHAPE(struct swapped, b, .kind = PS_SEAT),
    PS_SHAPE(struct swapped, rule, .kind = PS_WORDS),
};
static const struct ps_shape swapped_shape = {"rotation_swapped", sizeof(struct swapped),
                                              PS_COUNT(swapped_fields), swapped_fields};

/* A swap exchanges today's slots only, not the places: it becomes today's own order. */
static void apply_swapped(struct ps_set *set, const struct ps_event *event)
{
    const struct swapped *facts = ps_facts(event);
    struct ps_rotation *rotation = &set->rotation;
    struct candidate list[PS_MEMBER_SEATS_MAX];
    if (!rotation->overridden) {
        uint8_t count = gather(set, ps_agenda_bids(set), list);
        rotation->order_count = count;
        for (uint8_t i = 0; i < count; i++) {
            rotation->order[i] = list[i].seat;
        }
        rotation->overridden = PS_OVERRIDE_SWAP;
        rotation->rule = facts->rule;
    }
    for (uint8_t i = 0; i < rotation->order_count; i++) {
        uint8_t seat = rotation->order[i];
        rotation->order[i] = seat == facts->a ? facts->b : seat == facts->b ? facts->a : seat;
    }
}
static const struct ps_event_kind swapped = {"rotation.swapped", 1, ROTATION_PARTS, &swapped_shape,
                                             apply_swapped};

static const struct ps_event_kind *const events[] = {&frozen, &overridden, &swapped};
const struct ps_noun ps_noun_rotation = {NULL, 0, events, PS_COUNT(events)};

/* ---- emitting -------------------------------------------------------------------------------- */

static void add_issue(struct frozen *facts, const struct ps_bid *bids, uint8_t seat)
{
    if (bids != NULL && seat != PS_NOBODY && bids[seat].issue.id != 0) {
        facts->issues[facts->issue_count++] =
            (struct frozen_issue){.seat = seat, .issue = bids[seat].issue};
    }
}

void ps_rotation_emit_frozen(const struct ps_set *set, const struct ps_scene *scene,
                             const struct ps_bid *bids, struct ps_outcome *out)
{
    struct ps_rotation_today today;
    ps_rotation_compute(set, bids, &today);
    today.why = why_now(set, today.why);
    struct frozen *facts = ps_emit(out, scene, &frozen);
    facts->why = ps_emit_phrase(out, scene, &today.why);
    memcpy(facts->today, today.today, sizeof(facts->today));
    facts->today_count = today.today_count;
    facts->reserve = today.reserve;
    for (uint8_t i = 0; i < today.today_count; i++) {
        add_issue(facts, bids, today.today[i]);
    }
    add_issue(facts, bids, today.reserve);
    for (uint8_t seat = 1; bids != NULL && seat <= PS_MEMBER_SEATS_MAX; seat++) {
        facts->passed |= bids[seat].passed ? ps_seat_bit(seat) : 0;
    }
}

static struct ps_word emit_rule(const struct ps_set *set, const struct ps_scene *scene,
                                struct ps_outcome *out)
{
    struct candidate list[PS_MEMBER_SEATS_MAX];
    uint8_t count = gather(set, ps_agenda_bids(set), list);
    struct ps_phrase by_rule = reason(set, list, count);
    return ps_emit_phrase(out, scene, &by_rule);
}

void ps_rotation_emit_override(const struct ps_set *set, const struct ps_scene *scene, uint8_t by,
                               const uint8_t *order, uint8_t count, struct ps_word fresh_reason,
                               struct ps_outcome *out)
{
    struct overridden *facts = ps_emit(out, scene, &overridden);
    memcpy(facts->order, order, count);
    facts->order_count = count;
    facts->by = by;
    facts->reason = ps_emit_word(out, scene, fresh_reason, by);
    facts->rule = emit_rule(set, scene, out);
}

void ps_rotation_emit_swapped(const struct ps_set *set, const struct ps_scene *scene, uint8_t a,
                              uint8_t b, struct ps_outcome *out)
{
    struct swapped *facts = ps_emit(out, scene, &swapped);
    facts->a = a;
    facts->b = b;
    facts->rule = emit_rule(set, scene, out);
}
