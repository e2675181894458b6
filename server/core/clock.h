/* clock - the one clock of a set, and the bank it is charged to. */
#pragma once

#include "core/set.h"

/* Milliseconds by which the present phase is past its end (0: not past). Real time. */
int64_t ps_clock_overrun(const struct ps_set *set, struct ps_instant now);

/* What the bank pays for leaving the phase now, in planned milliseconds (unpaced): at most what is
 * left. */
int64_t ps_clock_charge(const struct ps_set *set, struct ps_instant now);

/* Start the clock of a phase at `at` (used by apply alone). planned_ms as planned. */
void ps_clock_start(struct ps_set *set, int64_t at, int64_t planned_ms);

/* Pause (used by apply alone); at may lie in the past after a crash. */
void ps_clock_pause(struct ps_set *set, int64_t at, uint8_t why);

/* Let a paused clock run again (used by apply alone). */
void ps_clock_go_on(struct ps_set *set, int64_t at);

/* Emit clock.paused for a reason. */
void ps_clock_emit_pause(const struct ps_set *set, const struct ps_scene *scene, uint8_t why,
                         struct ps_outcome *out);

/* The end of the whole meeting: an instant while the clock runs, a span while it stands. */
struct ps_forecast {
    int64_t end_at;  /* 0: the clock stands */
    int64_t left_ms; /* real milliseconds, when it stands */
};
struct ps_forecast ps_clock_forecast(const struct ps_set *set);
