#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

static void (*assert_hook)(const char *what, const char *file, int line);

void ps_assert_hook(void (*hook)(const char *what, const char *file, int line))
{
    assert_hook = hook;
}

_Noreturn void ps_assert_failed(const char *what, const char *file, int line)
{
    if (assert_hook != NULL) {
        assert_hook(what, file, line);
    }
    fprintf(stderr, "peerset: assertion failed: %s (%s:%d)\n", what, file, line);
    abort();
}
