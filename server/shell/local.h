/* local - unix sockets: where the operator's commands meet the running server.
 *
 * The system takes paths of at most PS_LOCAL_PATH_BYTES - 1 bytes, and libuv 1.44 would cut a
 * longer one in silence; so the sockets are made here. */
#pragma once

#include <stddef.h>

#include "base/assert.h"
#include "base/err.h"

enum { PS_LOCAL_PATH_BYTES = 108 };

/* Connect to whoever listens at `path`. Returns a descriptor, or -1 with *ret_err:
 * PS_E_LIMIT : the path is too long.  PS_E_ABSENT: nobody listens there.  PS_E_IO: not allowed, or
 * worse. */
int ps_local_connect(const char *path, enum ps_err *ret_err);

/* A socket bound to `path`, mode 0600, not yet listening. A socket file that nobody answers at is
 * removed first; one that somebody answers at is not. Returns a descriptor, or -1 with a sentence.
 */
int ps_local_listen(const char *path, char *ret_why, size_t why_room);
