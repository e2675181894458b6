/* ask - have an operator's command carried out: by the running server, or here on the data folder.
 */
#pragma once

#include <stddef.h>

struct ps_ask {
    const char *data;
    const char *control; /* NULL: control.sock in the data folder */
    const char *url;     /* NULL: the one that was kept, or the default listener's */
};

/* Carry out `json` (a command of ps_hub_control) and print its answer. Returns the exit status. */
int ps_ask_control(const struct ps_ask *ask, const char *json, size_t bytes);

/* Copy the whole journal to a new file. Returns the exit status. */
int ps_ask_backup(const struct ps_ask *ask, const char *to);

/* ---- for offline.c ---- */

/* One line on standard error. Returns `status`. */
int ps_ask_complain(int status, const char *sentence);
/* Print an answer: JSON to standard output, an error's sentence as one line. Returns the exit
 * status. */
int ps_ask_print(int status, const char *body, size_t count);
