/* config - the limits an operator may set, in a file of `key = value` lines.
 *
 *     # a school behind one router, and a proxy in front
 *     sockets_no_session = 200
 *     trusted_proxy = 10.0.0.2
 *     server_name = Peer sets of the Brighton partnership
 *
 * What differs from the usual is printed at start. An unknown key is an error: a limit that is
 * written down and not in force is worse than none. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/assert.h"
#include "base/err.h"
#include "base/limits.h"
#include "shell/address.h"
#include "shell/limits.h"

struct ps_config {
    uint32_t commands_per_second;
    uint32_t commands_burst;
    uint32_t sockets_per_seat;
    uint32_t sockets_no_session;                 /* for each address */
    uint32_t sockets_session;                    /* for each address */
    uint32_t connections;                        /* in all */
    char server_name[PS_NAME_CHARS_MAX * 4 + 1]; /* empty: none */
    struct ps_network proxies[PS_PROXIES_MAX];
    size_t proxies_count;
};

/* The limits of base/limits.h, no proxy and no name. */
struct ps_config ps_config_usual(void);

/* Read `text` (NUL-terminated) over `config`. PS_E_INVALID: ret_why is a sentence with the line
 * number, and config is as it was. Pure. */
PS_MUST_CHECK enum ps_err ps_config_parse(struct ps_config *config, const char *text, char *ret_why,
                                          size_t why_room);

/* The same from a file of at most 64 KiB. PS_E_IO: it cannot be read. */
PS_MUST_CHECK enum ps_err ps_config_read(struct ps_config *config, const char *path, char *ret_why,
                                         size_t why_room);

/* Give one line for each value that is not the usual one. */
void ps_config_differences(const struct ps_config *config,
                           void (*line)(void *context, const char *text), void *context);

/* Is `address` a proxy whose X-Forwarded-For is believed? */
bool ps_config_trusts(const struct ps_config *config, const struct ps_address *address);
