/* limits - bounds of the shell alone. What a client must know stands in base/limits.h. */
#pragma once

enum {
    /* Sockets and handshakes. */
    PS_LISTENERS_MAX = 8,       /* plain and TLS, IPv4 and IPv6, and room */
    PS_BACKLOG = 4096,          /* the kernel holds a restart storm while 32 shake hands */
    PS_SHAKING_FRESH_MAX = 32,  /* unfinished handshakes younger than the next line (stack.md, 3) */
    PS_SHAKING_FRESH_MS = 100,  /* older ones are slow phones or worse, and hold no place, */
    PS_SHAKING_SILENT_MS = 300, /* without a single byte: may be closed to make room */
    PS_SHAKING_STUCK_MS = 2000, /* not complete: the same, for two round trips are over */
    PS_SHAKING_MAX = 128,       /* but there are never more than this in all */
    PS_HANDSHAKE_SECONDS = 5,   /* TCP accept to complete headers, and idle keep-alive */
    PS_ACCEPTS_PER_TURN = 64,   /* others want to speak too */
    PS_ACCEPT_AGAIN_MS = 20,    /* how often a paused listener looks whether places are free */
    PS_DESCRIPTORS_KEPT = 48,   /* at least, for files, the control socket and the loop */
    PS_SHORT_OF_FDS_MS = 1000,  /* accepting pauses for this long when descriptors run out */
    PS_UNSENT_BYTES = 64 * 1024, /* TCP_NOTSENT_LOWAT: what the kernel may hold for a slow phone */

    /* HTTP. */
    PS_HEADERS_BYTES_MAX = 8192, /* of one request */
    PS_COOKIE_BYTES_MAX = 2048,  /* the Cookie header */
    PS_BODY_BYTES_MAX = 4096,    /* of POST /api/v1/session: an invite is under 100 bytes */
    PS_BODY_SECONDS = 10,        /* from the headers to the end of the body */
    PS_REPLY_HEAD_BYTES = 2048,  /* of an answer: about 1.2 KiB with the policies */
    PS_ANSWER_SECONDS = 30,      /* for the hub to answer: a disk that hangs, not a person */
    PS_ORIGIN_BYTES_MAX = 280,   /* scheme, host name (253) and port */
    PS_ORIGINS_MAX = 2 + 3 * PS_LISTENERS_MAX,
    PS_SEAT_BYTES_MAX = 64, /* SET.SEAT */

    /* Writing. */
    PS_WRITE_BYTES = 16384, /* one lws_write: one TLS record, and tx_packet_size */
    PS_QUEUE_FRAME_COST =
        64,               /* counted beside its bytes, so that many small frames are bounded too */
    PS_CLOSE_SECONDS = 5, /* for a queue to empty before its socket is cut without a close frame */
    PS_CLOSE_REASON_BYTES_MAX = 123, /* RFC 6455: 125 less the code */
    PS_MESSAGE_SECONDS_MAX = 10,     /* from the first piece of a message to its last */
    PS_PING_GRACE_MS = 4000, /* after the last ping, for its answer: dead is known within 25 s */

    /* Assets. */
    PS_ASSETS_MAX = 512,
    PS_ASSETS_BYTES_MAX = 64 * 1024 * 1024,
    PS_ASSET_PATH_MAX = 256,
    PS_ASSET_DEPTH_MAX = 8,

    /* Control. */
    PS_CONTROL_BYTES_MAX = 1024 * 1024, /* one request: a set file with a contract is a few KiB */
    PS_CONTROL_CLIENTS_MAX = 16,

    /* Stopping. */
    PS_STOP_CHECK_MS = 20,
    PS_STOP_MS_MAX = 10000, /* orderly; then what is left is cut (reliability.md, fault 32) */

    /* Logs. */
    PS_LOG_LINE_BYTES = 512,
    PS_LOG_LINES_BURST = 200,
    PS_LOG_LINES_PER_SECOND = 20,
    PS_GUEST_LINES_PER_MINUTE = 10, /* of libwebsockets: 66 MB in 15 s were seen without this */

    PS_PROXIES_MAX = 16,
    PS_TICKET_KEYS = 3, /* the present one and two former ones */
    PS_TICKET_KEY_HOURS = 24,
};
