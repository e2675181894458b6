/* tcp - what the system knows of a connection and its library does not tell. A file of its own
 * because the kernel's header and the C library's define the same names. */
#pragma once

#include <stdbool.h>

/* Has the other side sent not a single byte yet? */
bool ps_tcp_is_silent(int fd);
