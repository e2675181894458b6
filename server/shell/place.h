/* place - where this installation keeps things, and what it is called from outside. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shell/shell.h"

/* Find the browser client: beside a build (client-web/dist), or installed (share/peerset/client).
 */
bool ps_place_client(char *ret_folder, size_t room);

/* Fill shell->url and shell->origins from --url and the listeners as bound. */
bool ps_place_url(struct ps_shell *shell, char *ret_why, size_t why_room);

/* Keep the URL in the data folder, so that a command without a running server makes the same links.
 */
void ps_place_keep_url(const char *data, const char *url);
/* That URL without its end of line; false: none was kept. */
bool ps_place_kept_url(const char *data, char *ret_url, size_t room);
