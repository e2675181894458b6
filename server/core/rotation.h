/* rotation - who presents today: deterministic, explained, frozen when agreed. Source: domain.md
 * §5. */
#pragma once

#include "core/set.h"

struct ps_rotation_today {
    uint8_t today[PS_TURNS_PER_MEETING_MAX];
    uint8_t today_count;
    uint8_t reserve;
    struct ps_phrase why;
    struct ps_phrase at_risk; /* form NULL: not at risk */
};

/* What a bid is to the rotation: urgency 1..3, 0 none; passed; the issue. */
struct ps_bid {
    uint8_t seat;
    uint8_t urgency;
    uint8_t passed;
    struct ps_word issue;
};

/* The order of today by the rule, from the state alone. bids: indexed by seat, or NULL. */
void ps_rotation_compute(const struct ps_set *set, const struct ps_bid *bids,
                         struct ps_rotation_today *ret_today);

/* What is shown: the frozen order, or what the rule says now. */
void ps_rotation_now(const struct ps_set *set, struct ps_rotation_today *ret_today);

/* Every active member in the order of the places; returns how many. */
uint8_t ps_rotation_places(const struct ps_set *set, uint8_t ret_seats[PS_SEATS_MAX]);

/* Turns of this meeting that its plan still holds or has held. */
uint8_t ps_rotation_turns_planned(const struct ps_set *set);

/* Emit rotation.frozen with today's order; bids give the issues. */
void ps_rotation_emit_frozen(const struct ps_set *set, const struct ps_scene *scene,
                             const struct ps_bid *bids, struct ps_outcome *out);

/* Emit an override: the facilitator's own order, with a reason (fresh words). */
void ps_rotation_emit_override(const struct ps_set *set, const struct ps_scene *scene, uint8_t by,
                               const uint8_t *order, uint8_t count, struct ps_word fresh_reason,
                               struct ps_outcome *out);

/* Emit a swap of two of today's slots. */
void ps_rotation_emit_swapped(const struct ps_set *set, const struct ps_scene *scene, uint8_t a,
                              uint8_t b, struct ps_outcome *out);

/* Who presents next: the first of today who did not begin yet and is here, then the reserve, then
 * whoever the rule names; PS_NOBODY: nobody. ret_issue: "the question I bring", may be empty. */
uint8_t ps_rotation_next(const struct ps_set *set, struct ps_word *ret_issue);

/* The bids of the agenda, if it is the activity that runs (agenda.c keeps them). */
const struct ps_bid *ps_agenda_bids(const struct ps_set *set);
