/* round - each once, in a fixed order; who passed is asked once more at the end.
 *
 * The order is that of the rotation, offset by the number of the meeting, so that nobody is always
 * first (domain.md §3). A round is shared by every activity with a phase of PS_FLOOR_ROUND. */
#pragma once

#include "core/set.h"

extern const char *const ps_round_state_words[];

/* Emit round.opened with the members who are present. */
void ps_round_emit_open(const struct ps_set *set, const struct ps_scene *scene,
                        struct ps_outcome *out);

/* The facilitator moved on: the present person counts as done. */
void ps_round_emit_moved(const struct ps_set *set, const struct ps_scene *scene,
                         struct ps_outcome *out);

/* The present person lost the connection: asked again when they are back. */
void ps_round_emit_lost(const struct ps_set *set, const struct ps_scene *scene,
                        struct ps_outcome *out);

/* Whose turn is next; PS_NOBODY: the round is through. */
uint8_t ps_round_next(const struct ps_set *set, const struct ps_scene *scene);

/* What an activity with a round shows of it. */
struct ps_seen_round_item {
    uint8_t seat;
    uint8_t state;
};
struct ps_seen_round {
    uint8_t order[PS_SEATS_MAX];
    uint8_t order_count;
    struct ps_seen_round_item state[PS_SEATS_MAX];
    uint8_t state_count;
    int64_t each_ms;
};
extern const struct ps_shape ps_seen_round_shape;
/* Fits the `see` slot of an activity: ret_seen is a struct ps_seen_round, the same for every
 * viewer. */
void ps_round_see(const struct ps_set *set, const struct ps_scene *scene, uint8_t viewer,
                  void *ret_seen);
