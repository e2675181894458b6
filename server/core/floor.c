#include "core/floor.h"

#include <string.h>

#include "core/talk.h"

enum {
    UNDO_MS = 8000,       /* a floor given away too soon (protocol.md) */
    FOLLOW_UP_MS = 15000, /* for the person just answered (domain.md §6) */
};

const char *const ps_hand_words[] = {NULL, "question", "follow_up", "offer", "process", NULL};
const char *const ps_floor_part_words[] = {NULL, "question", "answer", NULL};

/* In a queue the hand says what the words are. */
static enum ps_said_kind said_with(uint8_t hand_kind)
{
    return hand_kind == PS_HAND_PROCESS ? PS_SAID_PROCESS
           : hand_kind == PS_HAND_OFFER ? PS_SAID_OFFER
                                        : PS_SAID_QUESTION;
}

enum ps_said_kind ps_floor_say_as(const struct ps_set *set, uint8_t seat)
{
    const struct ps_phase *phase = ps_phase_now(set);
    const struct ps_floor *floor = &set->now.floor;
    if (phase == NULL || !ps_is_live(set)) {
        return PS_SAID_NONE;
    }
    if (phase->mode == PS_FLOOR_WRITTEN) {
        return (enum ps_said_kind)phase->say_as;
    }
    if (floor->part == PS_PART_ANSWER) {
        return seat == set->now.running.presenter ? PS_SAID_ANSWER : PS_SAID_NONE;
    }
    if (seat == PS_NOBODY || floor->holder != seat) {
        return PS_SAID_NONE;
    }
    return phase->mode == PS_FLOOR_QUEUE ? said_with(floor->held.kind)
                                         : (enum ps_said_kind)phase->say_as;
}

uint8_t ps_floor_may_raise(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat)
{
    const struct ps_phase *phase = ps_phase_now(set);
    const struct ps_floor *floor = &set->now.floor;
    if (phase == NULL || !ps_is_live(set)) {
        return 0;
    }
    uint8_t kinds = phase->raise;
    bool presents = seat == set->now.running.presenter;
    if (presents && !phase->presenter_queues) {
        return 0;
    }
    bool follows = floor->last_asker == seat && !floor->heard[seat].followed &&
                   scene->now.ms < floor->follow_until;
    if (!follows) {
        kinds = (uint8_t)(kinds & ~PS_HAND_BIT(PS_HAND_FOLLOW_UP));
    }
    return kinds;
}

bool ps_floor_may_undo(const struct ps_set *set, uint8_t seat)
{
    const struct ps_floor *floor = &set->now.floor;
    bool answered = floor->undo_part == PS_PART_ANSWER && seat == set->now.running.presenter;
    bool theirs =
        seat == floor->undo_holder || answered || (ps_powers(set, seat) & PS_POWER_LEADER) != 0;
    bool next_began = floor->holder != PS_NOBODY && floor->taken;
    const struct ps_phase *phase = ps_phase_now(set);
    if (phase != NULL && phase->mode == PS_FLOOR_ROUND) {
        next_began = ps_talk_spoke_since(set, floor->holder, floor->granted_at);
    }
    return ps_is_live(set) && floor->undo_holder != PS_NOBODY && theirs && !next_began;
}

/* ---- apply helpers ------------------------------------------------------------------------------
 */

void ps_floor_forget(struct ps_set *set, uint8_t seat)
{
    struct ps_floor *floor = &set->now.floor;
    memset(&floor->hands[seat], 0, sizeof(floor->hands[seat]));
    if (floor->holder == seat) {
        floor->holder = PS_NOBODY;
        floor->part = PS_PART_NONE;
        floor->soft_ends_at = 0;
    }
    if (floor->undo_holder == seat) {
        floor->undo_holder = PS_NOBODY;
    }
}

/* Heard time counts in the queue alone: rounds, one's own turn and answers do not (edge cases 11,
 * 13), and no time passes while the clock stands. */
static void charge_holder(struct ps_set *set, int64_t at)
{
    struct ps_floor *floor = &set->now.floor;
    const struct ps_phase *phase = ps_phase_now(set);
    if (floor->holder == PS_NOBODY || phase->mode != PS_FLOOR_QUEUE ||
        floor->holder == set->now.running.presenter) {
        return;
    }
    bool stands = set->now.clock.state == PS_CLOCK_PAUSED;
    int64_t end = stands && set->now.clock.paused_at < at ? set->now.clock.paused_at : at;
    int64_t until = floor->part == PS_PART_ANSWER ? floor->part_at : end;
    int64_t spent = until - floor->granted_at;
    floor->heard[floor->holder].floor_ms += spent > 0 ? spent * set->pace : 0;
}

static void clear_holder(struct ps_floor *floor)
{
    floor->holder = PS_NOBODY;
    floor->part = PS_PART_NONE;
    floor->taken = 0;
    floor->asked = 0;
    floor->question = 0;
    floor->soft_ends_at = 0;
    memset(&floor->held, 0, sizeof(floor->held));
}

void ps_floor_leave_phase(struct ps_set *set, int64_t at)
{
    if (set->now.floor.holder != PS_NOBODY) {
        charge_holder(set, at);
    }
}

void ps_floor_enter_phase(struct ps_set *set, int64_t at)
{
    struct ps_floor *floor = &set->now.floor;
    const struct ps_phase *phase = ps_phase_now(set);
    clear_holder(floor);
    floor->invited = 0;
    floor->last_asker = PS_NOBODY;
    floor->follow_until = 0;
    floor->undo_holder = PS_NOBODY;
    floor->undo_until = 0;
    bool round = phase->mode == PS_FLOOR_ROUND; /* there the next is known: nothing to wait for */
    floor->free_at = at + (round ? 0 : ps_paced(set, PS_FLOOR_NEXT_MS));
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        struct ps_hand *hand = &floor->hands[seat];
        floor->heard[seat].grants = 0;
        floor->heard[seat].followed = 0;
        hand->passed_over = 0;
        hand->late = 0;
        if (hand->kind == PS_HAND_FOLLOW_UP) {
            memset(hand, 0, sizeof(*hand)); /* what it followed up on is over */
        } else if (hand->seat != PS_NOBODY) {
            bool listens = seat == set->now.running.presenter && !phase->presenter_queues;
            hand->parked = listens || (phase->raise & PS_HAND_BIT(hand->kind)) == 0;
        }
    }
    if (phase->mode == PS_FLOOR_PRESENTER && ps_is_active(set, set->now.running.presenter)) {
        floor->holder = set->now.running.presenter;
        floor->taken = 1;
        floor->granted_at = at;
    }
}

/* ---- events -------------------------------------------------------------------------------------
 */

enum {
    FLOOR_PARTS = PS_PART(PS_SEE_FLOOR) | PS_PART(PS_SEE_YOU) | PS_PART(PS_SEE_ACTIVITY) |
                  PS_PART(PS_SEE_DESK),
};

struct raised {
    uint8_t seat;
    uint8_t kind;
    struct ps_word text;
};
static const struct ps_field raised_fields[] = {
    PS_SHAPE(struct raised, seat, .kind = PS_SEAT),
    PS_SHAPE(struct raised, kind, .kind = PS_ENUM, .words = ps_hand_words),
    PS_SHAPE(struct raised, text, .kind = PS_WORDS, .flags = PS_OPTIONAL),
};
static const struct ps_shape raised_shape = {"hand_raised", sizeof(struct raised),
                                             PS_COUNT(raised_fields), raised_fields};

static void apply_raised(struct ps_set *set, const struct ps_event *event)
{
    const struct raised *facts = ps_facts(event);
    struct ps_hand *hand = &set->now.floor.hands[facts->seat];
    if (facts->kind == PS_HAND_FOLLOW_UP) {
        set->now.floor.heard[facts->seat].followed = 1;
    }
    bool same = hand->seat != PS_NOBODY && hand->kind == facts->kind && !hand->parked;
    if (same && !hand->late) {
        hand->text = facts->text; /* other words keep the place (edge case 9) */
        return;
    }
    *hand = (struct ps_hand){
        .seat = facts->seat,
        .kind = facts->kind,
        .raised_seq = event->seq,
        .raised_at = event->at.ms,
        .text = facts->text,
    };
}
static const struct ps_event_kind raised = {"hand.raised", 1, FLOOR_PARTS | PS_WORDS_PRIVATE,
                                            &raised_shape, apply_raised};

struct lowered {
    uint8_t seat;
};
static const struct ps_field lowered_fields[] = {PS_SHAPE(struct lowered, seat, .kind = PS_SEAT)};
static const struct ps_shape lowered_shape = {"hand_lowered", sizeof(struct lowered),
                                              PS_COUNT(lowered_fields), lowered_fields};

static void apply_lowered(struct ps_set *set, const struct ps_event *event)
{
    const struct lowered *facts = ps_facts(event);
    memset(&set->now.floor.hands[facts->seat], 0, sizeof(struct ps_hand));
}
static const struct ps_event_kind lowered = {"hand.lowered", 1, FLOOR_PARTS, &lowered_shape,
                                             apply_lowered};

struct granted {
    uint8_t seat;
    uint8_t kind;
};
static const struct ps_field granted_fields[] = {
    PS_SHAPE(struct granted, seat, .kind = PS_SEAT),
    PS_SHAPE(struct granted, kind, .kind = PS_ENUM, .flags = PS_OPTIONAL, .words = ps_hand_words),
};
static const struct ps_shape granted_shape = {"floor_granted", sizeof(struct granted),
                                              PS_COUNT(granted_fields), granted_fields};

static void age_the_others(struct ps_floor *floor, const struct ps_hand *granted_hand)
{
    uint8_t level = floor->heard[granted_hand->seat].grants;
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        struct ps_hand *hand = &floor->hands[seat];
        bool waited = hand->seat != PS_NOBODY && seat != granted_hand->seat && !hand->parked &&
                      hand->raised_seq < granted_hand->raised_seq &&
                      floor->heard[seat].grants == level;
        hand->passed_over = (uint8_t)(hand->passed_over + (waited && hand->passed_over < 255));
    }
}

/* Follow-ups and hands about how we work are not counted as having been heard. */
static bool counts(uint8_t kind)
{
    return kind != PS_HAND_FOLLOW_UP && kind != PS_HAND_PROCESS;
}

static void uncount(struct ps_floor *floor, const struct ps_hand *hand)
{
    struct ps_heard *heard = &floor->heard[hand->seat];
    bool less = counts(hand->kind) && heard->grants > 0;
    heard->grants = (uint8_t)(heard->grants - less);
}

static void apply_granted(struct ps_set *set, const struct ps_event *event)
{
    const struct granted *facts = ps_facts(event);
    struct ps_floor *floor = &set->now.floor;
    const struct ps_phase *phase = ps_phase_now(set);
    bool queue = phase->mode == PS_FLOOR_QUEUE;
    struct ps_hand *hand = &floor->hands[facts->seat];
    if (queue) {
        bool up = hand->seat != PS_NOBODY && !hand->parked; /* a parked hand goes on waiting */
        if (up) {
            age_the_others(floor, hand);
            floor->held = *hand;
            memset(hand, 0, sizeof(*hand));
        } else {
            floor->held = (struct ps_hand){.seat = facts->seat,
                                           .kind = facts->kind,
                                           .raised_seq = event->seq}; /* no hand was up */
        }
        floor->held.kind = facts->kind;
        floor->held.text = (struct ps_word){0}; /* said with the grant */
        struct ps_heard *heard = &floor->heard[facts->seat];
        if (counts(facts->kind)) {
            heard->grants = (uint8_t)(heard->grants + (heard->grants < 255));
            heard->followed = 0; /* another question may be followed up once again */
        }
    }
    floor->holder = facts->seat;
    floor->part =
        phase->answers && facts->kind != PS_HAND_PROCESS ? PS_PART_QUESTION : PS_PART_NONE;
    floor->taken = !queue;
    floor->asked = 0;
    floor->question = 0;
    floor->granted_at = event->at.ms;
    floor->part_at = event->at.ms;
    int64_t soft = phase->mode == PS_FLOOR_ROUND ? set->now.round.each_ms : phase->contribution_ms;
    floor->soft_ends_at = soft > 0 ? event->at.ms + ps_paced(set, soft) : 0;
}
static const struct ps_event_kind granted = {"floor.granted", 1, FLOOR_PARTS, &granted_shape,
                                             apply_granted};

static void apply_taken(struct ps_set *set, const struct ps_event *event)
{
    (void)event;
    set->now.floor.taken = 1;
    set->now.floor.asked = 0;
}
static const struct ps_event_kind taken = {"floor.taken", 1, FLOOR_PARTS, NULL, apply_taken};

static void apply_asked(struct ps_set *set, const struct ps_event *event)
{
    (void)event;
    set->now.floor.asked = 1;
}
static const struct ps_event_kind asked = {"floor.asked", 1, FLOOR_PARTS, NULL, apply_asked};

static void apply_turned(struct ps_set *set, const struct ps_event *event)
{
    struct ps_floor *floor = &set->now.floor;
    floor->part = PS_PART_ANSWER;
    floor->taken = 1;
    floor->part_at = event->at.ms;
    floor->soft_ends_at = event->at.ms + ps_paced(set, ps_phase_now(set)->answer_ms);
}
static const struct ps_event_kind turned = {"floor.turned", 1, FLOOR_PARTS, NULL, apply_turned};

struct freed {
    uint8_t why;
    uint8_t next_now;
};
static const char *const freed_words[] = {NULL,      "yielded", "timed_out", "dropped",
                                          "revoked", "round",   NULL};
static const struct ps_field freed_fields[] = {
    PS_SHAPE(struct freed, why, .kind = PS_ENUM, .words = freed_words),
    PS_SHAPE(struct freed, next_now, .kind = PS_BOOL),
};
static const struct ps_shape freed_shape = {"floor_freed", sizeof(struct freed),
                                            PS_COUNT(freed_fields), freed_fields};

/* Who did not begin goes to the end; who lost the connection comes back to the head of the class.
 */
static void keep_hand(struct ps_set *set, const struct ps_event *event, const struct freed *facts)
{
    struct ps_floor *floor = &set->now.floor;
    const struct ps_phase *phase = ps_phase_now(set);
    bool unheard = facts->why == PS_FREED_TIMED_OUT && !floor->taken;
    bool dropped = facts->why == PS_FREED_DROPPED && floor->part != PS_PART_ANSWER;
    if (phase->mode != PS_FLOOR_QUEUE || floor->hands[floor->holder].seat != PS_NOBODY ||
        (!unheard && !dropped) || floor->held.kind == PS_HAND_FOLLOW_UP ||
        floor->held.raised_at == 0) {
        return;
    }
    struct ps_hand *hand = &floor->hands[floor->holder];
    *hand = floor->held;
    hand->invited = 0;
    hand->passed_over = 0;
    if (dropped) {
        hand->restored = 1;
        uncount(floor, hand);
    } else {
        hand->raised_seq = event->seq;
        hand->late = 1;
    }
}

static void apply_freed(struct ps_set *set, const struct ps_event *event)
{
    const struct freed *facts = ps_facts(event);
    struct ps_floor *floor = &set->now.floor;
    if (floor->holder == PS_NOBODY) {
        return;
    }
    charge_holder(set, event->at.ms);
    keep_hand(set, event, facts);
    floor->undo_holder = floor->holder;
    floor->undo_part = floor->part;
    floor->undo_hand = floor->held;
    floor->undo_question = floor->question;
    floor->undo_until = event->at.ms + ps_paced(set, UNDO_MS);
    if (floor->part == PS_PART_ANSWER) {
        floor->last_asker = floor->holder;
        floor->follow_until = event->at.ms + ps_paced(set, FOLLOW_UP_MS);
    }
    floor->free_at = event->at.ms + (facts->next_now ? 0 : ps_paced(set, PS_FLOOR_NEXT_MS));
    clear_holder(floor);
}
static const struct ps_event_kind freed = {"floor.freed", 1, FLOOR_PARTS, &freed_shape,
                                           apply_freed};

/* The floor goes back. Whoever had been granted meanwhile but had not begun keeps their hand. */
static void apply_restored(struct ps_set *set, const struct ps_event *event)
{
    struct ps_floor *floor = &set->now.floor;
    const struct ps_phase *phase = ps_phase_now(set);
    uint8_t back = floor->undo_holder;
    if (floor->holder != PS_NOBODY && phase->mode == PS_FLOOR_QUEUE) {
        uncount(floor, &floor->held);
        if (floor->held.raised_at != 0) { /* else they were given the floor without a hand */
            floor->hands[floor->holder] = floor->held;
        }
    }
    if (phase->mode == PS_FLOOR_ROUND) {
        uint8_t *state = set->now.round.state;
        if (floor->holder != PS_NOBODY) {
            state[floor->holder] = PS_ROUND_WAITING;
        }
        if (state[back] == PS_ROUND_PASSED) {
            set->now.round.passed &= ~ps_seat_bit(back); /* that pass never was */
        }
        state[back] = PS_ROUND_NOW;
    }
    if (!floor->hands[back].parked) {
        memset(&floor->hands[back], 0, sizeof(floor->hands[back]));
    }
    clear_holder(floor);
    floor->holder = back;
    floor->part = floor->undo_part;
    floor->held = floor->undo_hand;
    floor->question = floor->undo_question;
    floor->taken = 1;
    floor->granted_at = event->at.ms;
    floor->part_at = event->at.ms;
    int64_t soft = floor->part == PS_PART_ANSWER   ? phase->answer_ms
                   : phase->mode == PS_FLOOR_ROUND ? set->now.round.each_ms
                                                   : phase->contribution_ms;
    floor->soft_ends_at = soft > 0 ? event->at.ms + ps_paced(set, soft) : 0;
    floor->undo_holder = PS_NOBODY;
    floor->undo_until = 0;
    floor->last_asker = PS_NOBODY;
}
static const struct ps_event_kind restored = {"floor.restored", 1, FLOOR_PARTS, NULL,
                                              apply_restored};

static void apply_invited(struct ps_set *set, const struct ps_event *event)
{
    const struct lowered *facts = ps_facts(event);
    struct ps_floor *floor = &set->now.floor;
    struct ps_hand *hand = &floor->hands[facts->seat];
    if (hand->seat == PS_NOBODY || hand->parked) {
        *hand = (struct ps_hand){.seat = facts->seat,
                                 .kind = PS_HAND_QUESTION,
                                 .raised_seq = event->seq,
                                 .raised_at = event->at.ms};
    }
    hand->invited = 1;
    floor->invited = facts->seat;
}
static const struct ps_event_kind invited = {"turn.invited", 1, FLOOR_PARTS, &lowered_shape,
                                             apply_invited};

static const struct ps_event_kind *const events[] = {&raised, &lowered, &granted,  &taken,  &asked,
                                                     &turned, &freed,   &restored, &invited};

/* ---- emitting -----------------------------------------------------------------------------------
 */

void ps_floor_emit_freed(const struct ps_set *set, const struct ps_scene *scene,
                         enum ps_freed_why why, bool next_now, struct ps_outcome *out)
{
    (void)set;
    struct freed *facts = ps_emit(out, scene, &freed);
    facts->why = (uint8_t)why;
    facts->next_now = next_now;
}

void ps_floor_emit_round_grant(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                               struct ps_outcome *out)
{
    (void)set;
    struct granted *facts = ps_emit(out, scene, &granted);
    facts->seat = seat;
}

void ps_floor_emit_invited(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                           struct ps_outcome *out)
{
    (void)set;
    struct lowered *facts = ps_emit(out, scene, &invited);
    facts->seat = seat;
}

/* Grant, and say at once what stood in the hand: the words are shown with the floor, not before. */
void ps_floor_emit_grant(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                         struct ps_outcome *out)
{
    const struct ps_phase *phase = ps_phase_now(set);
    const struct ps_hand *hand = &set->now.floor.hands[seat];
    bool up =
        hand->seat != PS_NOBODY && !hand->parked && (phase->grant & PS_HAND_BIT(hand->kind)) != 0;
    uint8_t usual =
        (phase->grant & PS_HAND_BIT(PS_HAND_QUESTION)) != 0 ? PS_HAND_QUESTION : PS_HAND_OFFER;
    struct granted *facts = ps_emit(out, scene, &granted);
    facts->seat = seat;
    facts->kind = up ? hand->kind : usual;
    if (up && hand->text.id != 0) {
        ps_talk_emit(set, scene, seat, said_with(hand->kind), hand->text, 0, out);
    }
}

void ps_floor_emit_raised(const struct ps_scene *scene, uint8_t seat, uint8_t kind,
                          struct ps_word fresh, struct ps_outcome *out)
{
    struct raised *facts = ps_emit(out, scene, &raised);
    facts->seat = seat;
    facts->kind = kind;
    facts->text = ps_emit_word(out, scene, fresh, seat);
}

void ps_floor_emit_lowered(const struct ps_scene *scene, uint8_t seat, struct ps_outcome *out)
{
    struct lowered *facts = ps_emit(out, scene, &lowered);
    facts->seat = seat;
}

void ps_floor_emit_mark(const struct ps_scene *scene, enum ps_floor_mark mark,
                        struct ps_outcome *out)
{
    static const struct ps_event_kind *const kinds[] = {
        [PS_FLOOR_TAKEN] = &taken,
        [PS_FLOOR_ASKED] = &asked,
        [PS_FLOOR_TURNED] = &turned,
        [PS_FLOOR_RESTORED] = &restored,
    };
    (void)ps_emit(out, scene, kinds[mark]);
}

const struct ps_noun ps_noun_floor = {NULL, 0, events, PS_COUNT(events)};
