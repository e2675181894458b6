/* time - three kinds of time that the compiler keeps apart. */
#pragma once

#include <stdint.h>

/* Wall time of a set in milliseconds since 1970 (UTC); journaled; 0 = never. */
struct ps_instant {
    int64_t ms;
};

/* Monotonic time of this process in milliseconds; never stored. */
struct ps_mono {
    uint64_t ms;
};

/* A length of time in milliseconds. */
struct ps_span {
    int64_t ms;
};

static inline struct ps_instant ps_after(struct ps_instant from, struct ps_span span)
{
    return (struct ps_instant){.ms = from.ms + span.ms};
}

static inline struct ps_span ps_between(struct ps_instant from, struct ps_instant to)
{
    return (struct ps_span){.ms = to.ms - from.ms};
}
