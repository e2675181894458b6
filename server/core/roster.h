/* roster - who belongs to a set, in which seat and role; who came to the meeting. Seats are never
 * reused (decision 0006). */
#pragma once

#include "core/set.h"

/* A person joins the set. business_name equal to one that is there already joins that business. */
struct ps_roster_addition {
    uint8_t seat;
    uint8_t role;
    uint8_t business; /* index + 1; one past the last: a new one */
    uint8_t place;    /* in the rotation, for a new business */
    uint8_t turns;    /* a new one begins with the least of the others (domain.md §5) */
    struct ps_word name, business_name, sector;
};

/* Emit seat.added; words are fresh ones of the command, owned by the seat. */
void ps_roster_emit_added(const struct ps_scene *scene, const struct ps_roster_addition *addition,
                          struct ps_outcome *out);

/* The next free seat of a role, or PS_NOBODY. */
uint8_t ps_roster_free_seat(const struct ps_set *set, enum ps_role role);

/* Businesses with at least one active member. */
uint8_t ps_roster_businesses_active(const struct ps_set *set);
bool ps_roster_business_is_active(const struct ps_set *set, uint8_t index);

/* The business of a seat, or NULL. */
const struct ps_business *ps_roster_business(const struct ps_set *set, uint8_t seat);

/* Whoever was removed has no hand, no floor and no turn in the round any more (used by apply
 * alone). */
void ps_roster_forget_removed(struct ps_set *set);

/* Members of the set that are active, as seats. */
uint64_t ps_roster_members(const struct ps_set *set);
