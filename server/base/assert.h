/* assert - our own mistakes, found at once, also in release.
 *
 * A failed ps_assert is a bug in Peerset, never bad input. The hook prints and aborts by default;
 * the tests and the simulator set their own. This is the only way out of the pure core. */
#pragma once

/* Called by ps_assert. Never returns. */
_Noreturn void ps_assert_failed(const char *what, const char *file, int line);

/* Replace what happens when an assertion fails. `hook` must not return; NULL restores abort(). */
void ps_assert_hook(void (*hook)(const char *what, const char *file, int line));

#define ps_assert(condition)                                                                       \
    ((condition) ? (void)0 : ps_assert_failed(#condition, __FILE__, __LINE__))

/* The caller must look at the result. */
#define PS_MUST_CHECK __attribute__((warn_unused_result))

/* Number of elements of an array (never of a pointer). */
#define PS_COUNT(array) (sizeof(array) / sizeof((array)[0]))
