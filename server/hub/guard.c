#include "hub/guard.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>

#include "base/assert.h"

struct ps_guard_point {
    jmp_buf back;
};

/* The innermost guarded act of this thread; NULL: none. */
static _Thread_local struct ps_guard_point *point_now;
static _Thread_local char what_failed[160];

static void failed(const char *what, const char *file, int line)
{
    if (point_now == NULL) {
        ps_assert_hook(NULL);
        ps_assert_failed(what, file, line);
    }
    snprintf(what_failed, sizeof(what_failed), "%s (%s:%d)", what, file, line);
    longjmp(point_now->back, 1);
}

void ps_guard_install(void)
{
    ps_assert_hook(failed);
}

bool ps_guard(void (*act)(void *context), void *context)
{
    struct ps_guard_point here;
    struct ps_guard_point *const before = point_now;
    if (setjmp(here.back) == 0) {
        point_now = &here;
        act(context);
        point_now = before;
        return true;
    }
    point_now = before;
    return false;
}

const char *ps_guard_what(void)
{
    return what_failed;
}

struct ps_guard_point *ps_guard_pause(void)
{
    struct ps_guard_point *point = point_now;
    point_now = NULL;
    return point;
}

void ps_guard_resume(struct ps_guard_point *point)
{
    point_now = point;
}
