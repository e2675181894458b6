/* hub_private - what the files of the hub share: the hub itself, the sets it knows, its scratch.
 *
 * The hub is one thread, so scratch is held once for all sets: what a set needs between two calls
 * is in its own struct (live_set.h). Everything here is allocated by ps_hub_create. */
#pragma once

#include "core/founding.h"
#include "core/picture.h"
#include "core/set.h"
#include "hub/batch.h"
#include "hub/hub.h"
#include "journal/journal.h"
#include "seal/seal.h"
#include "wire/wire.h"

struct ps_live_set;
struct ps_session;
struct ps_job;

enum {
    PS_KNOWN_BUCKETS = 8192,    /* twice PS_SETS_MAX, a power of two */
    PS_SESSION_BUCKETS = 16384, /* a power of two; a node of 200 sets has some 5,000 sessions */
    PS_SESSIONS_MAX = 65536,    /* known to one node: 16 MiB at most */
    PS_WHY_CHARS_MAX = 160,     /* why a set is closed, for logs and reports */
    PS_RETRY_MS = 1000,         /* after a failed append or read, before trying again by itself */
    PS_SETTLE_GAP_MS = 10,      /* least time between two settles that time alone asks for */
    PS_LINGER_MS = 60000,       /* nobody connected for this long: a reload of a page is over */
    PS_LOADS_PER_TICK_MAX = 16, /* sets loaded because their time came: others wait one turn */
    PS_CAUSE_CHARS_MAX = 81,    /* journal.h: 80 bytes and the NUL */
    PS_RETRY_AFTER_S = 60,      /* the window of failed invites */
    PS_DAY_MS = 86400000,
};
#define PS_MONO_NEVER UINT64_MAX

/* A set that the journal has. Lives as long as the hub. */
struct ps_known {
    char id[PS_ID_CHARS_MAX];
    struct ps_hub *hub;
    struct ps_live_set *live; /* NULL: not in memory */
    struct ps_known *next;    /* in its bucket */
    uint64_t head_seq;        /* of the last committed record */
    int64_t alive_at;         /* stored on the shelf; 0: none */
    uint64_t wake;            /* process time; PS_MONO_NEVER: none */
    uint32_t heap_at;         /* place in hub->heap; UINT32_MAX: not there */
    uint32_t list_at;         /* place in hub->known */
    bool founding;            /* its first append is not committed: nobody else sees it */
    bool quarantined;
    char why[PS_WHY_CHARS_MAX];
};

/* Addresses with failed invites: a bounded table of small rows; within a row the oldest goes. */
enum { PS_TRIES_ROWS = 256, PS_TRIES_WAYS = 8, PS_ADDRESS_CHARS_MAX = 48 };
struct ps_tries {
    char address[PS_ADDRESS_CHARS_MAX];
    uint64_t since; /* process time of the first failure of this minute */
    uint32_t failures;
};

struct ps_hub {
    struct ps_hub_config config;
    char url[PS_URL_CHARS_MAX + 1];
    struct ps_journal *journal;
    struct ps_port port;
    struct ps_mono now;
    struct ps_mono began;
    int64_t wall_began;
    bool stopping;
    uint8_t invite_key[PS_KEY_BYTES];
    struct ps_hub_figures figures;
    uint64_t waiting; /* appends and puts whose completion matters and has not come */

    struct ps_known *buckets[PS_KNOWN_BUCKETS];
    struct ps_known *known[PS_SETS_MAX];
    uint32_t known_count;
    struct ps_known *heap[PS_SETS_MAX]; /* by wake; ties by place, which is repeatable */
    uint32_t heap_count;
    uint64_t wake_told;

    struct ps_conn *conns; /* all, also those whose close is on its way */
    struct ps_session *sessions[PS_SESSION_BUCKETS];
    uint32_t sessions_count;
    struct ps_tries tries[PS_TRIES_ROWS][PS_TRIES_WAYS];

    struct ps_entry *entries_free; /* entry.c */
    uint32_t entries_free_count;
    struct ps_job *jobs; /* long operator's requests, a set at a time (report.c) */

    uint16_t method_picture_get, method_time_sync, method_seat_here, method_invite_renew;

    /* Scratch, for the length of one call. */
    struct ps_batch batch;
    struct ps_outcome *outcome;
    struct ps_request *request;
    struct ps_command command;
    struct ps_seen *seen_before, *seen_after;
    struct ps_fanout *fanout;
    char *text; /* PS_HUB_TEXT_BYTES: a picture or a patch on its way into a frame */
};
enum { PS_HUB_TEXT_BYTES = PS_PICTURE_BYTES_MAX + 1024 };

/* The wall clock, as it was at create plus the process time since. */
int64_t ps_hub_wall(const struct ps_hub *hub);
void ps_hub_log(struct ps_hub *hub, char level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Tell the port the earliest wake if it is another one. At the end of every way into the hub. */
void ps_hub_leave(struct ps_hub *hub);

/* ---- index.c: the sets by name and by wake --------------------------------------------------- */

/* By id (count bytes, no NUL needed); NULL: unknown. */
struct ps_known *ps_known_find(const struct ps_hub *hub, const char *id, size_t count);
/* PS_E_LIMIT: PS_SETS_MAX. */
PS_MUST_CHECK enum ps_err ps_known_add(struct ps_hub *hub, const char *id,
                                       struct ps_known **ret_known);
void ps_known_remove(struct ps_hub *hub, struct ps_known *known);
/* Its next wake (PS_MONO_NEVER: none). */
void ps_known_wake(struct ps_known *known, uint64_t wake);
/* "SET.SEAT": the set and the seat, or NULL. */
struct ps_known *ps_known_of_seat(const struct ps_hub *hub, const char *text, uint8_t *ret_seat);
