/* limits - every bound of Peerset: value, unit, reason. What a client must know is sent in
 * `welcome`. */
#pragma once

enum {
    /* People. A seat is a person and is never given twice (protocol.md). */
    PS_BUSINESSES_MAX = 11,       /* active at once; the programme's own bound */
    PS_MEMBER_SEATS_MAX = 33,     /* m1..m33 ever: three generations of a full set */
    PS_FACILITATOR_SEATS_MAX = 8, /* f1..f8: facilitators and deputies, ever */
    PS_OBSERVER_SEATS_MAX = 7,    /* o1..o7 ever */
    PS_SEATS_MAX = 48,            /* the three above; a set of seats fits one 64-bit word */
    PS_SOCKETS_PER_SEAT_MAX = 3,  /* phone, laptop and one that has not noticed yet */

    /* Words people write. Characters are Unicode code points; bytes are four times as many at most.
     */
    PS_SAY_CHARS_MAX = 600,
    PS_NAME_CHARS_MAX = 60,
    PS_TITLE_CHARS_MAX = 80,
    PS_REASON_CHARS_MAX = 140,
    PS_ISSUE_CHARS_MAX = 140,
    PS_COMMITMENT_CHARS_MAX = 200,
    PS_URL_CHARS_MAX = 300,
    PS_ID_CHARS_MAX = 24,            /* set ids and other short ids, in bytes with the final NUL */
    PS_WORDS_BYTES_MIN = 64 * 1024,  /* a set's word store begins here */
    PS_WORDS_BYTES_MAX = 256 * 1024, /* and is full here: a whole meeting is about 60 KiB */

    /* A meeting. */
    PS_STAGES_MAX = 24,      /* the longest template has 11; room to insert */
    PS_SAID_MAX = 96,        /* written contributions for one activity (protocol.md) */
    PS_COMMITMENTS_MAX = 64, /* 11 businesses x 5 active, and some closed ones */
    PS_COMMITMENTS_PER_TURN_MAX = 3,
    PS_COMMITMENTS_PER_SEAT_MAX = 5,
    PS_RECOGNITIONS_MAX = 96, /* of the present meeting */
    PS_TURNS_PER_MEETING_MAX = 4,
    PS_MEETINGS_MAX = 60,
    PS_PHASES_MAX = 8,
    PS_PACE_MAX = 600,               /* rehearsal: planned lengths divided by at most this */
    PS_BANK_CHARGE_GRACE_MS = 30000, /* a soft end: the holder may finish the sentence */

    /* The wire. */
    PS_COMMAND_BYTES_MAX = 8192, /* one command, JSON and all */
    PS_COMMANDS_PER_SECOND = 10, /* for each seat, */
    PS_COMMANDS_BURST = 30,      /* with this burst */
    PS_JSON_DEPTH_MAX = 8,
    PS_FRAGMENTS_MAX = 64,             /* of one message */
    PS_PICTURE_BYTES_MAX = 256 * 1024, /* a whole picture, encoded */
    PS_PATCH_BYTES_MAX = 64 * 1024,    /* beyond: marked behind, whole picture */
    PS_QUEUE_BYTES_MAX = 256 * 1024,   /* send queue of one connection; beyond: behind */
    PS_BEHIND_MS_MAX = 30000,          /* behind for longer: closed with 1013 */
    PS_REQUEST_PAGE_CHARS_MAX = 32,    /* PAGE of a request id */
    PS_REQUEST_PAGES_KEPT = 3,         /* last pages of each seat whose ids are remembered */
    PS_REQUEST_ANSWERS_KEPT = 32,      /* answers of a page that can be repeated with their seq */

    /* The door. */
    PS_SOCKETS_NO_SESSION_MAX = 64, /* for each address */
    PS_SOCKETS_SESSION_MAX = 1024,  /* for each address: a school behind one router */
    PS_JOIN_FAILURES_MAX = 10,      /* failed invites for each address in a minute */
    PS_SESSION_SEATS_MAX = 16,
    PS_SESSION_DAYS = 180,
    PS_SETS_MAX = 4096, /* sets known to one node */
    PS_CONNECTIONS_MAX = 16384,

    /* Presence. Graces count from the moment the server knows (protocol.md). */
    PS_PING_MS = 10000,
    PS_PINGS_MISSED_MAX = 2,
    PS_PRESENCE_GATHER_MS = 250, /* volatile changes are gathered for this long */
    PS_ALIVE_MS = 5000,          /* the alive instant of a running clock is kept this often */
    PS_IDLE_UNLOAD_MS = 3600000, /* nobody connected and no wake for an hour: leaves memory */
};
