/* port - what the hub asks of its world, on this loop. */
#pragma once

#include "shell/shell.h"

/* Fill shell->port. */
void ps_port_init(struct ps_shell *shell);
