/* live_set - a set in memory: what is decided, what is shown, and who waits.
 *
 * `head` is the state after every decided event; `shown` is the state after the last committed one,
 * and the only one that anybody sees (decision 0030). They differ only while an append runs. If it
 * fails, head is made from shown again.
 *
 *   absent --ps_live_get--> [ready] --advance--> [appending] --ps_live_appended: OK--> [ready]
 *                              ^                      |--IO: head = shown -----------------^
 *                              '-- replayed again <---'--CONFLICT
 *   any --ps_live_quarantine--> gone until the process is started again */
#pragma once

#include "hub/hub_private.h"

struct ps_conn;
struct ps_entry;
struct ps_seat_memory;

struct ps_live_set {
    struct ps_known *known;
    struct ps_hub *hub;
    bool apart;      /* only read, for a report: known->live is another one, or none */
    bool ready;      /* replayed; false: reading failed, retry_at says when again */
    bool appending;  /* an append runs: commands wait in the inbox */
    bool recovering; /* the first event after a stop is not committed: nobody is shown anything yet
                      */
    bool batching;   /* inside advance: `batch` of the hub is ours */
    bool batch_lost; /* … and has no room: the append is given up */

    /* Set time: base_at was the time at base_mono. */
    int64_t base_at;
    uint64_t base_mono;

    struct ps_set head;
    struct ps_set shown;
    struct ps_live live;       /* who is connected */
    struct ps_live live_shown; /* … as the viewers were told last */
    struct ps_words *words;
    size_t words_bytes; /* of the block */

    /* Process times; PS_MONO_NEVER: not wanted. */
    uint64_t settle_at;
    uint64_t flush_at; /* changes of `live` are gathered until then */
    uint64_t alive_at;
    uint64_t retry_at;
    uint64_t alone_since; /* nobody connected */

    struct ps_entry *deciding;                 /* neither in the inbox nor in flight */
    struct ps_entry *inbox_first, *inbox_last; /* not decided yet */
    uint32_t inbox_count;
    struct ps_entry *flight_first, *flight_last; /* decided, wait for the append */
    uint32_t flight_mask;                        /* parts the events may touch */
    uint32_t flight_events;

    struct ps_conn *conns; /* in the order of coming; the newest is the last */
    struct ps_conn *conns_last;
    uint32_t conns_count;
    uint32_t behind_count;
    struct ps_seat_memory *seats[PS_SEAT_SLOTS]; /* NULL until the seat does something */
};

/* The set in memory, loaded by replay when it is not. NULL: quarantined, or no memory. When the
 * journal cannot be read now, a set that is not `ready` comes back and tries again by itself. */
struct ps_live_set *ps_live_get(struct ps_known *known);
/* For a set that has no record yet. NULL: no memory. */
struct ps_live_set *ps_live_found(struct ps_known *known);
/* Replay it (again); connections stay. On any failure the set is not ready, or quarantined: then
 * false is returned and `live` is gone. */
bool ps_live_reload(struct ps_live_set *live);
/* Out of memory, with nobody connected and nothing waiting. */
void ps_live_drop(struct ps_live_set *live);
/* Close the set with words: its people are told, and it is not loaded again by this process. */
void ps_live_quarantine(struct ps_known *known, const char *why);
/* Run `act` for the set: when an assertion fails inside, the set is quarantined. False: it is, by
 * this or by something further in; `live` is gone. */
bool ps_live_guard(struct ps_known *known, void (*act)(void *context), void *context);
/* Free without telling anybody (ps_hub_destroy). */
void ps_live_free(struct ps_live_set *live);

/* The set as the journal tells it, beside what is in memory: nobody else sees it, ps_live_free ends
 * it. On failure *ret_why says why, for the operator (PS_WHY_CHARS_MAX). */
PS_MUST_CHECK enum ps_err ps_live_read_apart(struct ps_known *known, struct ps_live_set **ret_live,
                                             char *ret_why);

/* Set time now; never below what was journaled. */
int64_t ps_live_now(const struct ps_live_set *live);
/* The process time of a set time; PS_MONO_NEVER for INT64_MAX. */
uint64_t ps_live_mono(const struct ps_live_set *live, int64_t at);
/* Does something go on that a stop of the server interrupts? */
bool ps_live_runs(const struct ps_set *set);

/* ---- words_room.c ---------------------------------------------------------------------------- */

/* Room for `count` more words of `bytes` together. PS_E_LIMIT: the store is full for good. */
PS_MUST_CHECK enum ps_err ps_live_words_room(struct ps_live_set *live, size_t count, size_t bytes);
/* Keep only the words that `first` and `second` (may be NULL) hold. PS_E_LIMIT: no memory. */
PS_MUST_CHECK enum ps_err ps_live_words_compact(struct ps_live_set *live,
                                                const struct ps_set *first,
                                                const struct ps_set *second, size_t bytes);

/* ---- advance.c, wake.c ----------------------------------------------------------------------- */

/* Go on: decide what waits, settle what is due, hand the records to the journal. Does nothing while
 * an append runs. The set may be quarantined by it: look at known->live afterwards. */
void ps_live_advance(struct ps_live_set *live);
/* Its time has come: flush presence, settle, alive, retry, behind, unload. */
void ps_live_wake(struct ps_live_set *live);
/* Ask for the next wake. */
void ps_live_schedule(struct ps_live_set *live);
/* Take the events of hub->outcome into head and into the batch. PS_E_LIMIT: no room for its words;
 * then nothing was taken. */
PS_MUST_CHECK enum ps_err ps_live_take(struct ps_live_set *live, const char *cause);

/* ---- presence.c ------------------------------------------------------------------------------ */

/* Somebody came, went, or moved to another device: tell the viewers within PS_PRESENCE_GATHER_MS.
 */
void ps_presence_changed(struct ps_live_set *live);
/* Tell them now. */
void ps_presence_flush(struct ps_live_set *live);
/* Store the alive instant while something runs, forget it afterwards. */
void ps_presence_alive(struct ps_live_set *live);

/* ---- fanout.c -------------------------------------------------------------------------------- */

struct ps_fanout; /* scratch */
struct ps_fanout *ps_fanout_create(void);
void ps_fanout_destroy(struct ps_fanout *fanout);
/* Show every greeted viewer the difference between shown and head (after a commit; parts of
 * `mask`). */
void ps_fanout_commit(struct ps_live_set *live, uint32_t mask);
/* Show the difference between live_shown and live. */
void ps_fanout_presence(struct ps_live_set *live);
/* Those whom no patch could serve (another sight class, too long) get the whole picture of shown.
 */
void ps_fanout_wholes(struct ps_live_set *live);
