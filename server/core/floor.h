/* floor - who is speaking, and who is next.
 *
 *   free --granted--> holder(question) --turned--> holder(answer) --freed--> free
 *                          `----------------freed-------------------^
 * granted: rule "grant" (1 s after the floor became free), floor.grant, floor.next
 * turned : the asker's floor.yield; freed: floor.yield, floor.next, the rules below, a new phase.
 *
 * At each grant the hands are put in order: class, grants in this phase, age within that level,
 * time heard in buckets of 15 s, then who raised first (domain.md §6). Everybody sees the same
 * order. */
#pragma once

#include "core/activity.h"
#include "core/set.h"

/* Put the hands that may be granted now in order; returns how many. skip: a seat to leave out, or
 * 0. */
uint8_t ps_floor_order(const struct ps_set *set, const struct ps_scene *scene, uint8_t skip,
                       uint8_t ret_order[PS_SEATS_MAX]);

/* Why this hand stands where it stands, in words. */
struct ps_phrase ps_floor_reason(const struct ps_set *set, const struct ps_hand *hand);

/* What `say` of this seat would become now; PS_SAID_NONE: it may not say anything. */
enum ps_said_kind ps_floor_say_as(const struct ps_set *set, uint8_t seat);

/* Kinds of hand this seat may raise now, as PS_HAND_BIT. */
uint8_t ps_floor_may_raise(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat);

/* May this seat take the floor back until undo_until? */
bool ps_floor_may_undo(const struct ps_set *set, uint8_t seat);

/* A phase begins: the floor is cleared and hands are parked or come back (used by apply alone). */
void ps_floor_enter_phase(struct ps_set *set, int64_t at);

/* A phase ends: what its holder spoke until now is counted (used by apply alone). */
void ps_floor_leave_phase(struct ps_set *set, int64_t at);

/* Forget the hand of a seat that left the set (used by apply alone). */
void ps_floor_forget(struct ps_set *set, uint8_t seat);

/* Give the floor to a seat whose turn it is in a round. */
void ps_floor_emit_round_grant(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                               struct ps_outcome *out);

/* Free the floor for a reason, e.g. when the round moves on. next_now: the next need not wait 1 s.
 */
enum ps_freed_why {
    PS_FREED_NONE,
    PS_FREED_YIELDED,
    PS_FREED_TIMED_OUT, /* did not begin, or went on for long while others wait */
    PS_FREED_DROPPED,
    PS_FREED_REVOKED, /* floor.next, floor.grant */
    PS_FREED_ROUND,
};
void ps_floor_emit_freed(const struct ps_set *set, const struct ps_scene *scene,
                         enum ps_freed_why why, bool next_now, struct ps_outcome *out);

/* The presenter invites: the hand of `seat` goes first, raised if it was not up. */
void ps_floor_emit_invited(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                           struct ps_outcome *out);

/* The smaller steps of the floor, for floor_moves.c. A raised hand takes fresh words of the
 * command. */
enum ps_floor_mark { PS_FLOOR_TAKEN, PS_FLOOR_ASKED, PS_FLOOR_TURNED, PS_FLOOR_RESTORED };
void ps_floor_emit_mark(const struct ps_scene *scene, enum ps_floor_mark mark,
                        struct ps_outcome *out);
void ps_floor_emit_grant(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                         struct ps_outcome *out);
void ps_floor_emit_raised(const struct ps_scene *scene, uint8_t seat, uint8_t kind,
                          struct ps_word fresh, struct ps_outcome *out);
void ps_floor_emit_lowered(const struct ps_scene *scene, uint8_t seat, struct ps_outcome *out);

/* Facts that more than one file shows. */
extern const char *const ps_hand_words[];
extern const char *const ps_floor_part_words[];

enum { PS_FLOOR_NEXT_MS = 1000 }; /* a free floor waits this long for the next (protocol.md) */
