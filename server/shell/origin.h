/* origin - whose pages may speak to this server.
 *
 * An Origin is right when it is, to the letter, one that a browser sends for `--url` or for a
 * loopback listener. Missing, `null` and everything else are wrong (reliability.md, T5). Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shell/limits.h"

struct ps_origins {
    char list[PS_ORIGINS_MAX][PS_ORIGIN_BYTES_MAX];
    size_t count;
};

/* The origin a browser sends for pages of `url` (http or https): lower case, no default port, no
 * path. false: not such an address, or it names a person, a query or a fragment. */
bool ps_origin_of_url(const char *url, char ret_origin[PS_ORIGIN_BYTES_MAX]);

/* Accept the origin of `url`. false: not an address, or PS_ORIGINS_MAX is reached. */
bool ps_origins_add(struct ps_origins *origins, const char *url);

/* Is `origin` (the header's value, or NULL without one) right? */
bool ps_origins_has(const struct ps_origins *origins, const char *origin);
