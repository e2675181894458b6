/* utf8 - is a message text at all? RFC 6455 wants 1007 for what is not. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Whole, shortest form, no surrogates, at most U+10FFFF (RFC 3629). */
bool ps_utf8_valid(const char *bytes, size_t count);
