/* talk - what is said in writing during an activity, in order. */
#pragma once

#include "core/set.h"

extern const char *const ps_said_kind_words[];

/* Emit `said` with words that are kept already (a hand's) or fresh (a command's). to: the question
 * that is answered, or 0. */
void ps_talk_emit(const struct ps_set *set, const struct ps_scene *scene, uint8_t by,
                  enum ps_said_kind kind, struct ps_word text, uint32_t to, struct ps_outcome *out);

/* Has `seat` said anything at or after `at`? */
bool ps_talk_spoke_since(const struct ps_set *set, uint8_t seat, int64_t at);

/* Is there room for one more contribution of `seat` in the phase that runs? */
enum ps_refusal ps_talk_room(const struct ps_set *set, uint8_t seat);

/* The contribution of this id, or NULL. */
const struct ps_said *ps_talk_find(const struct ps_set *set, uint32_t id);

/* Emit "that helped" on a contribution. */
void ps_talk_emit_helped(const struct ps_scene *scene, uint32_t id, struct ps_outcome *out);

/* The part of `set->now.talk` as pictures show it; helped only for the presenter. */
struct ps_seen_said {
    uint32_t id;
    uint8_t by;
    uint8_t kind;
    uint8_t helped;
    uint32_t to;
    struct ps_word text;
    int64_t at;
};
extern const struct ps_shape ps_seen_said_shape;
void ps_talk_see(const struct ps_set *set, bool presenter, struct ps_seen_said *ret_said,
                 uint8_t *ret_count);
