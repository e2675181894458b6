/* serve_command - `peerset serve` and its options. */
#pragma once

/* words: what follows `serve`. Returns the exit status. */
int ps_command_serve(int count, char **words);
