/* laws_invariants - what is true of every state (domain.md §18), and of deciding. */
#include "core/plan.h"
#include "core/settle.h"
#include "laws.h"

/* ---- around an event ------------------------------------------------------------------------- */

/* Places are never renumbered, seats never given to another (edge case 15). */
static void law_roster(struct walk *walk, const struct ps_set *before)
{
    const struct ps_roster *was = &before->roster;
    const struct ps_roster *is = &walk->world->set.roster;
    for (uint8_t i = 0; i < was->businesses_count; i++) {
        if (was->businesses[i].id != is->businesses[i].id ||
            was->businesses[i].place != is->businesses[i].place) {
            walk_fail(walk, "business %u is renumbered", i + 1U);
        }
    }
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        const struct ps_person *one = &was->people[seat];
        const struct ps_person *now = &is->people[seat];
        if (one->seat != PS_NOBODY &&
            (now->seat != seat || now->role != one->role || now->business != one->business)) {
            walk_fail(walk, "seat %u is another person now", seat);
        }
    }
}

static bool counts(uint8_t kind)
{
    return kind != PS_HAND_FOLLOW_UP && kind != PS_HAND_PROCESS;
}

/* When the queue grants, the holder has no more grants than any other who waits and is here. */
static void law_grant(struct walk *walk, const struct ps_set *before)
{
    const struct ps_set *set = &walk->world->set;
    const struct ps_phase *phase = ps_phase_now(set);
    uint8_t holder = set->now.floor.holder;
    const struct ps_hand *granted = &before->now.floor.hands[holder];
    bool by_queue = phase->mode == PS_FLOOR_QUEUE && strcmp(walk->world->cause, "clock") == 0;
    if (!by_queue || !counts(set->now.floor.held.kind) || granted->invited || granted->restored) {
        return;
    }
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        const struct ps_hand *hand = &before->now.floor.hands[seat];
        bool waits = hand->seat != PS_NOBODY && seat != holder && !hand->parked && !hand->late &&
                     counts(hand->kind) && (phase->grant & PS_HAND_BIT(hand->kind)) != 0 &&
                     ps_seats_has(walk->world->live.connected, seat);
        if (waits &&
            before->now.floor.heard[seat].grants < before->now.floor.heard[holder].grants) {
            walk_fail(walk, "seat %u is granted before %u, who was heard less often", holder, seat);
        }
    }
}

static bool is_event(const struct ps_event *event, const char *name)
{
    return strcmp(event->kind->name, name) == 0;
}

void law_event(struct walk *walk, const struct ps_set *before, const struct ps_event *event)
{
    const struct ps_set *set = &walk->world->set;
    law_roster(walk, before);
    if (is_event(event, "floor.granted")) {
        law_grant(walk, before);
    }
    if (is_event(event, "meeting.opened") || is_event(event, "meeting.planned")) {
        if (ps_plan_check(&set->meeting.plan) != PS_ALLOWED) {
            walk_fail(walk, "the plan does not add up after %s", event->kind->name);
        }
    } else if (before->rotation.frozen && set->rotation.frozen &&
               (memcmp(before->rotation.today, set->rotation.today, sizeof(set->rotation.today)) !=
                    0 ||
                before->rotation.reserve != set->rotation.reserve)) {
        walk_fail(walk, "%s changes a frozen order", event->kind->name);
    }
    for (uint16_t i = 0; ps_event_kind_at(i) != NULL; i++) {
        walk->coverage->events[i] += ps_event_kind_at(i) == event->kind ? 1 : 0;
    }
    uint8_t kind = set->now.running.kind;
    if (is_event(event, "phase.entered")) {
        walk->coverage->phases[kind][set->now.running.phase] += 1;
    }
}

/* ---- of a state ------------------------------------------------------------------------------ */

static void law_floor(struct walk *walk)
{
    const struct ps_set *set = &walk->world->set;
    const struct ps_floor *floor = &set->now.floor;
    const struct ps_phase *phase = ps_phase_now(set);
    if (floor->holder == PS_NOBODY) {
        if (floor->part != PS_PART_NONE) {
            walk_fail(walk, "a part of a contribution, and nobody holds the floor");
        }
        return;
    }
    if (!ps_is_active(set, floor->holder) || phase == NULL || phase->mode == PS_FLOOR_NONE ||
        phase->mode == PS_FLOOR_WRITTEN) {
        walk_fail(walk, "seat %u holds a floor that nobody can hold", floor->holder);
    }
    if (phase->presenter_listens && floor->holder == set->now.running.presenter) {
        walk_fail(walk, "the presenter holds the floor while they listen");
    }
    if (floor->part == PS_PART_ANSWER && !phase->answers) {
        walk_fail(walk, "an answer where there are none");
    }
}

static void law_hands(struct walk *walk)
{
    const struct ps_set *set = &walk->world->set;
    const struct ps_phase *phase = ps_phase_now(set);
    for (uint8_t seat = 0; seat < PS_SEAT_SLOTS; seat++) {
        const struct ps_hand *hand = &set->now.floor.hands[seat];
        if (hand->seat == PS_NOBODY) {
            continue;
        }
        if (hand->seat != seat || !ps_is_active(set, seat) || hand->kind == PS_HAND_NONE) {
            walk_fail(walk, "a hand of seat %u in the place of %u", hand->seat, seat);
        }
        if (!hand->parked && phase != NULL &&
            ((phase->raise | phase->grant) & PS_HAND_BIT(hand->kind)) == 0) {
            walk_fail(walk, "a hand of a kind that is not for this phase is not parked");
        }
    }
}

static void law_round(struct walk *walk)
{
    const struct ps_set *set = &walk->world->set;
    const struct ps_phase *phase = ps_phase_now(set);
    if (phase == NULL || phase->mode != PS_FLOOR_ROUND) {
        return;
    }
    const struct ps_round *round = &set->now.round;
    uint64_t named = 0;
    for (uint8_t i = 0; i < round->count; i++) {
        uint8_t seat = round->order[i];
        if (ps_seats_has(named, seat)) {
            walk_fail(walk, "seat %u is twice in the round", seat);
        }
        named |= ps_seat_bit(seat);
        if ((round->state[seat] == PS_ROUND_NOW) != (set->now.floor.holder == seat)) {
            walk_fail(walk, "round and floor do not agree on seat %u", seat);
        }
    }
}

static void law_clock(struct walk *walk)
{
    const struct ps_set *set = &walk->world->set;
    const struct ps_clock *clock = &set->now.clock;
    const struct ps_activity *activity = ps_activity_now(set);
    if (set->meeting.plan.bank_ms < 0) {
        walk_fail(walk, "the bank is overdrawn: %lld", (long long)set->meeting.plan.bank_ms);
    }
    if (!ps_is_live(set)) {
        if (activity != NULL || clock->state != PS_CLOCK_NONE || set->meeting.stage != 0) {
            walk_fail(walk, "something runs, and no meeting is live");
        }
        return;
    }
    if (activity == NULL || set->now.running.phase_id == 0 || ps_stage_now(set) == NULL ||
        set->now.running.phase >= activity->phases_count || clock->state == PS_CLOCK_NONE) {
        walk_fail(walk, "a meeting is live, and nothing runs");
    }
    if ((clock->state == PS_CLOCK_RUNNING) != (clock->ends_at != 0) ||
        (clock->state == PS_CLOCK_RUNNING && clock->remaining_ms != 0)) {
        walk_fail(walk, "the clock runs and stands at once");
    }
}

void law_state(struct walk *walk)
{
    law_floor(walk);
    law_hands(walk);
    law_round(walk);
    law_clock(walk);
    const struct ps_scene scene = world_scene(walk->world);
    if (ps_wake_at(&walk->world->set, &scene) <= walk->world->now) {
        walk_fail(walk, "the wake is in the past");
    }
}

/* ---- of deciding ----------------------------------------------------------------------------- */

static struct ps_set kept_set;
static struct ps_live kept_live;
static struct ps_outcome first_outcome;

static void expect_untouched(struct walk *walk, const char *what)
{
    if (memcmp(&kept_set, &walk->world->set, sizeof(kept_set)) != 0 ||
        memcmp(&kept_live, &walk->world->live, sizeof(kept_live)) != 0) {
        walk_fail(walk, "%s changes the state", what);
    }
}

static bool same_outcome(const struct ps_outcome *a, const struct ps_outcome *b)
{
    bool same = a->refusal == b->refusal && a->events_count == b->events_count &&
                a->words_count == b->words_count && a->text_used == b->text_used &&
                memcmp(a->text, b->text, a->text_used) == 0;
    for (uint16_t i = 0; same && i < a->events_count; i++) {
        size_t bytes = a->events[i].kind->shape == NULL ? 0 : a->events[i].kind->shape->size;
        same = a->events[i].kind == b->events[i].kind && a->events[i].seq == b->events[i].seq &&
               memcmp(a->events[i].facts, b->events[i].facts, bytes) == 0;
    }
    return same;
}

void law_untouched(struct walk *walk, uint8_t seat)
{
    struct world *world = walk->world;
    memcpy(&kept_set, &world->set, sizeof(kept_set));
    memcpy(&kept_live, &world->live, sizeof(kept_live));
    struct ps_scene scene = world_scene(world);
    ps_wire_request(walk->frame, walk->frame_count, &world->request);
    const struct ps_method *method =
        world->request.rpc_code == 0 ? ps_method_at(world->request.command.method) : NULL;
    if (method != NULL && method->decide != NULL) {
        world->request.command.seat = seat;
        scene.command_text = world->request.text;
        ps_decide(&world->set, &scene, &world->request.command, &first_outcome);
        ps_decide(&world->set, &scene, &world->request.command, &world->out);
        expect_untouched(walk, method->name);
        if (!same_outcome(&first_outcome, &world->out)) {
            walk_fail(walk, "%s: the same question, another answer", method->name);
        }
        bool may = ps_may(&world->set, &scene, seat, world->request.command.method) == PS_ALLOWED;
        if (!may && world->out.refusal == PS_ALLOWED) {
            walk_fail(walk, "%s is done by seat %u, who may not", method->name, seat);
        }
    }
    scene.command_text = NULL;
    int64_t wake = ps_wake_at(&world->set, &scene);
    scene.now.ms += walk_below(walk, 120000);
    ps_settle(&world->set, &scene, &world->out);
    expect_untouched(walk, "settling");
    if (world->out.events_count > 0 && wake > scene.now.ms) {
        walk_fail(walk, "%s comes before the wake", world->out.events[0].kind->name);
    }
}

/* ---- of closing ------------------------------------------------------------------------------ */

/* On a copy: the method ends the stage, and the copy settles. */
static void expect_end(struct walk *walk, const char *name, bool meeting)
{
    static struct ps_set copy;
    struct world *world = walk->world;
    struct ps_scene scene = world_scene(world);
    struct ps_command command = {.seat = ps_facilitator(&world->set),
                                 .method = ps_method_find(name, strlen(name)),
                                 .expect = world->set.now.running.phase_id};
    memcpy(&copy, &world->set, sizeof(copy));
    ps_decide(&copy, &scene, &command, &world->out);
    if (world->out.refusal != PS_ALLOWED) {
        walk_fail(walk, "%s is refused: %s", name, ps_refusal_word(world->out.refusal));
    }
    for (uint16_t i = 0; i < world->out.events_count; i++) {
        ps_apply(&copy, &world->out.events[i]);
    }
    bool ended = copy.meeting.state == PS_MEETING_ENDED;
    if (!ended && (meeting || copy.meeting.stage == world->set.meeting.stage)) {
        walk_fail(walk, "%s does not end it", name);
    }
    for (int round = 0; round < PS_SETTLE_ROUNDS_MAX; round++) {
        ps_settle(&copy, &scene, &world->out);
        for (uint16_t i = 0; i < world->out.events_count; i++) {
            ps_apply(&copy, &world->out.events[i]);
        }
        if (world->out.events_count == 0) {
            return;
        }
    }
    walk_fail(walk, "it does not settle after %s", name);
}

void law_close(struct walk *walk)
{
    const struct ps_set *set = &walk->world->set;
    if (!ps_is_live(set)) {
        return;
    }
    walk->coverage->closed[set->now.running.kind][set->now.running.phase] += 1;
    expect_end(walk, "stage.next", false);
    expect_end(walk, "meeting.end", true);
}
