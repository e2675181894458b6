/* seat - who is meant, in one byte.
 *
 * 0 is nobody; 1..33 are m1..m33, 34..41 are f1..f8, 42..48 are o1..o7. A seat is a person, is
 * given in the order of joining and never again (decision 0006). A set of seats is one uint64_t.
 * Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

enum {
    PS_NOBODY = 0,
    PS_SEAT_SLOTS = PS_SEATS_MAX + 1, /* arrays indexed by seat; [0] stays empty */
    PS_SEAT_FIRST_FACILITATOR = PS_MEMBER_SEATS_MAX + 1,
    PS_SEAT_FIRST_OBSERVER = PS_SEAT_FIRST_FACILITATOR + PS_FACILITATOR_SEATS_MAX,
    PS_SEAT_CHARS_MAX = 4, /* "m33" and NUL */
};

enum ps_role {
    PS_ROLE_NONE,
    PS_ROLE_MEMBER,
    PS_ROLE_FACILITATOR,
    PS_ROLE_DEPUTY,
    PS_ROLE_OBSERVER
};

static inline uint64_t ps_seat_bit(uint8_t seat)
{
    return seat == PS_NOBODY ? 0 : UINT64_C(1) << seat;
}

static inline bool ps_seats_has(uint64_t seats, uint8_t seat)
{
    return (seats & ps_seat_bit(seat)) != 0;
}

/* How many seats are in the set. */
static inline uint8_t ps_seats_count(uint64_t seats)
{
    uint8_t count = 0;
    for (; seats != 0; seats &= seats - 1) {
        count++;
    }
    return count;
}

/* Write "m1", "f2", "o1" with its NUL; returns the length, 0 for nobody. */
size_t ps_seat_write(uint8_t seat, char ret_text[PS_SEAT_CHARS_MAX]);

/* Read "m1" (count bytes, no NUL needed); PS_NOBODY when it is not a seat. */
uint8_t ps_seat_read(const char *text, size_t count);

/* "member", "facilitator", … index is an enum ps_role; NULL past the end. For field tables. */
extern const char *const ps_role_words[];
