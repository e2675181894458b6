/* figures - what the shell counts. Shown by GET /metrics on the control socket. */
#pragma once

#include <stdint.h>

enum ps_refused_why {
    PS_REFUSED_PROXY,   /* a plain listener, and not from a trusted proxy */
    PS_REFUSED_ADDRESS, /* too many sockets of one address */
    PS_REFUSED_ORIGIN,
    PS_REFUSED_SESSION,
    PS_REFUSED_STOPPING,
    PS_REFUSED_REQUEST, /* not a request this server takes */
    PS_REFUSED_COUNT,
};

struct ps_figures {
    uint64_t accepted;
    uint64_t handshakes_failed;
    uint64_t refused[PS_REFUSED_COUNT];
    uint64_t short_of_fds;
    uint64_t requests[6]; /* by status / 100 */
    uint64_t upgrades;
    uint64_t messages;
    uint64_t writes, written_bytes, writes_partial;
    uint64_t closes_1003, closes_1008, closes_1009, closes_other, cut;
    uint64_t pings, dropped_silent;
    uint64_t lateness_us_max; /* of the one-second timer, in the last minute */
};
