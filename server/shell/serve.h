/* serve - the server: start, run until told to stop, stop in order. */
#pragma once

#include "shell/config.h"
#include "shell/options.h"

/* Serve until SIGTERM or SIGINT. Returns the exit status: 0 an orderly stop, 1 the world failed, 2
 * the options cannot be served. What was wrong stands on standard error. */
int ps_serve(const struct ps_serve_options *options, const struct ps_config *config);
