/* floor_order - in which order hands are granted, and why in words (domain.md, 6). */
#include "core/floor.h"

enum {
    HEARD_BUCKET_MS = 15000, /* smaller differences do not change the order */
    PASSED_OVER_MAX = 3,     /* after this many a hand goes first within its level */
};

/* ---- the order ----------------------------------------------------------------------------------
 */

/* A hand that did not begin goes after all others, whatever its kind: else one who is not at the
 * screen would be asked again and again, and nobody else. */
static uint8_t class_of(const struct ps_hand *hand)
{
    if (hand->late) {
        return 3;
    }
    if (hand->kind == PS_HAND_PROCESS) {
        return 0;
    }
    return hand->kind == PS_HAND_FOLLOW_UP || hand->invited ? 1 : 2;
}

static bool is_before(const struct ps_floor *floor, const struct ps_hand *a,
                      const struct ps_hand *b)
{
    if (class_of(a) != class_of(b)) {
        return class_of(a) < class_of(b);
    }
    if (a->restored != b->restored) {
        return a->restored >
               b->restored; /* lost the floor with their connection: head of the class */
    }
    const struct ps_heard *heard_a = &floor->heard[a->seat];
    const struct ps_heard *heard_b = &floor->heard[b->seat];
    if (heard_a->grants != heard_b->grants) {
        return heard_a->grants < heard_b->grants;
    }
    bool aged_a = a->passed_over >= PASSED_OVER_MAX;
    bool aged_b = b->passed_over >= PASSED_OVER_MAX;
    if (aged_a != aged_b) {
        return aged_a;
    }
    int64_t bucket_a = heard_a->floor_ms / HEARD_BUCKET_MS;
    int64_t bucket_b = heard_b->floor_ms / HEARD_BUCKET_MS;
    if (!aged_a && bucket_a != bucket_b) {
        return bucket_a < bucket_b;
    }
    return a->raised_seq != b->raised_seq ? a->raised_seq < b->raised_seq : a->seat < b->seat;
}

static bool may_be_granted(const struct ps_set *set, const struct ps_scene *scene,
                           const struct ps_hand *hand)
{
    const struct ps_phase *phase = ps_phase_now(set);
    return hand->seat != PS_NOBODY && !hand->parked &&
           (phase->grant & PS_HAND_BIT(hand->kind)) != 0 && ps_is_connected(scene, hand->seat);
}

uint8_t ps_floor_order(const struct ps_set *set, const struct ps_scene *scene, uint8_t skip,
                       uint8_t ret_order[PS_SEATS_MAX])
{
    const struct ps_phase *phase = ps_phase_now(set);
    const struct ps_floor *floor = &set->now.floor;
    uint8_t count = 0;
    if (phase == NULL || phase->mode != PS_FLOOR_QUEUE) {
        return 0;
    }
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (seat == skip || !may_be_granted(set, scene, &floor->hands[seat])) {
            continue;
        }
        uint8_t at = count;
        while (at > 0 && is_before(floor, &floor->hands[seat], &floor->hands[ret_order[at - 1]])) {
            ret_order[at] = ret_order[at - 1];
            at--;
        }
        ret_order[at] = seat;
        count++;
    }
    return count;
}

struct ps_phrase ps_floor_reason(const struct ps_set *set, const struct ps_hand *hand)
{
    const struct ps_heard *heard = &set->now.floor.heard[hand->seat];
    struct ps_phrase phrase = {.numbers = {heard->grants}};
    if (hand->parked) {
        phrase.form = "waiting: this kind is not for now";
    } else if (hand->late) {
        phrase.form = "did not begin when it was their turn: goes last";
    } else if (hand->kind == PS_HAND_PROCESS) {
        phrase.form = "about how we work: goes first";
    } else if (hand->kind == PS_HAND_FOLLOW_UP) {
        phrase.form = "follows up on the answer just given";
    } else if (hand->invited) {
        phrase.form = "invited by the presenter";
    } else if (hand->restored) {
        phrase.form = "lost the connection while speaking: goes first";
    } else if (hand->passed_over >= PASSED_OVER_MAX) {
        phrase.form = "has waited through several turns";
    } else if (heard->grants == 0) {
        phrase.form = "has not spoken in this part yet";
    } else {
        phrase.form = heard->grants == 1 ? "has spoken once in this part"
                                         : "has spoken #1 times in this part";
    }
    return phrase;
}
