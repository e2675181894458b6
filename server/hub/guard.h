/* guard - a failed assertion inside one set ends that set, not the server (decision 0031).
 *
 * The core is pure and holds nothing, so leaving it in the middle leaks nothing. While a guarded
 * act runs on this thread, a failed ps_assert returns from ps_guard; at any other time, and on any
 * other thread, it ends the process as before. */
#pragma once

#include <stdbool.h>

/* Make ps_assert come here. Replaces what hook was set before. */
void ps_guard_install(void);

/* Run `act(context)`. False: an assertion failed inside; ps_guard_what tells which. */
bool ps_guard(void (*act)(void *context), void *context);

/* "condition (file:line)" of the last failure. Never NULL. */
const char *ps_guard_what(void);

/* Around calls into the shell's code, which may hold things: there a failure ends the process. */
struct ps_guard_point;
struct ps_guard_point *ps_guard_pause(void);
void ps_guard_resume(struct ps_guard_point *point);
