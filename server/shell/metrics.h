/* metrics - GET /metrics: figures of hub, journal and shell as Prometheus reads them. No names. */
#pragma once

#include "shell/shell.h"

enum { PS_METRICS_BYTES = 16 * 1024 };

/* Write the page. Returns the bytes written. */
size_t ps_metrics_write(struct ps_shell *shell, char *ret_page, size_t room);
