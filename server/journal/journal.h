/* journal - the one place where what happened is kept.
 *
 * A set's records are an append-only sequence 1, 2, 3 … without gaps. append() is asynchronous and
 * all-or-nothing; its completion is called from ps_journal_poll() on the loop's thread, in the order of
 * the appends of a set. Beside the records a small map keeps what may be overwritten (sessions, alive
 * instants, keys): "the shelf".
 *
 * Backends: ps_journal_memory_create (tests, simulator) and ps_journal_sqlite_open. The hub knows only
 * this header. Source: architecture.md, "The journal's contract". */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/assert.h"
#include "base/err.h"
#include "base/limits.h"

enum {
    PS_RECORDS_PER_APPEND_MAX = 4096,
    PS_JOURNAL_FORMAT = 1, /* of the files; a newer one is refused with words */
};

/* One record as stored. Pointers are borrowed for the call. Text is UTF-8, not NUL-terminated unless a
 * `const char *` without a size. `facts` is JSON without anything people wrote; `words` is a JSON array
 * of {"id","owner","text"} or empty. */
struct ps_record {
    uint64_t seq;
    int64_t at_ms;
    const char *cause; /* "m1 PAGE:N" (seat, request id), "clock", "server" … at most 80 bytes */
    const char *kind;  /* "floor.granted" … at most 48 bytes */
    uint32_t version;  /* of this kind's facts */
    const char *facts;
    size_t facts_bytes;
    const char *words;
    size_t words_bytes;
};

enum ps_journal_result {
    PS_JOURNAL_OK,       /* durable */
    PS_JOURNAL_CONFLICT, /* another owner appended: drop the set and reload it */
    PS_JOURNAL_IO,       /* not stored; nothing of it is durable; may be tried again */
};

typedef void (*ps_journal_done)(void *context, enum ps_journal_result result);

/* Return false to stop reading. */
typedef bool (*ps_record_reader)(void *context, const struct ps_record *record);
typedef bool (*ps_shelf_reader)(void *context, const char *key, const void *value, size_t bytes);
typedef bool (*ps_set_reader)(void *context, const char *set, uint64_t head_seq);

struct ps_journal;

/* Append `count` records to `set`; records[0].seq must be expected_seq + 1 and the head of the set must
 * be expected_seq, else CONFLICT. Everything is copied before this returns. `done` is called exactly
 * once, later, from ps_journal_poll. */
void ps_journal_append(struct ps_journal *journal, const char *set, uint64_t expected_seq,
                       const struct ps_record *records, size_t count, ps_journal_done done,
                       void *context);

/* Read the records of `set` with seq >= from_seq in order. Verifies the hash chain from the beginning
 * of what is read. PS_E_CORRUPT: *ret_bad_seq is the first record that is wrong (records before it
 * have been given to the reader). PS_E_ABSENT: no such set. */
PS_MUST_CHECK enum ps_err ps_journal_read(struct ps_journal *journal, const char *set,
                                          uint64_t from_seq, ps_record_reader reader, void *context,
                                          uint64_t *ret_bad_seq);

/* Name every set with the sequence of its last record. */
PS_MUST_CHECK enum ps_err ps_journal_sets(struct ps_journal *journal, ps_set_reader reader,
                                          void *context);

/* Put `value` (NULL: remove) at `key` (at most 120 bytes). Overwrites. `done` may be NULL: then the
 * write goes with the next commit, without a sync of its own. */
void ps_journal_put(struct ps_journal *journal, const char *key, const void *value, size_t bytes,
                    ps_journal_done done, void *context);

/* Read every shelf entry whose key begins with `prefix`, in the order of the keys. */
PS_MUST_CHECK enum ps_err ps_journal_shelf(struct ps_journal *journal, const char *prefix,
                                           ps_shelf_reader reader, void *context);

/* Deliver finished appends and puts: calls their `done`. On the loop's thread only. */
void ps_journal_poll(struct ps_journal *journal);

/* Wait until everything handed in so far is finished, delivering as it goes. For orderly stops, command
 * line tools and tests; not while serving. */
void ps_journal_flush(struct ps_journal *journal);

/* Everything finished is delivered, then closed and freed. NULL is accepted. */
void ps_journal_close(struct ps_journal *journal);

/* Figures for metrics: commits, records, the last commit's time in microseconds, appends waiting. */
struct ps_journal_figures {
    uint64_t commits;
    uint64_t records;
    uint64_t failures;
    uint64_t last_commit_us;
    uint64_t waiting;
};
struct ps_journal_figures ps_journal_figures(const struct ps_journal *journal);

/* ---- backends -------------------------------------------------------------------------------- */

/* All in memory. Completions come at the next poll, unless a fault is set. */
struct ps_journal *ps_journal_memory_create(void);

/* Faults of the memory journal, for the simulator: what becomes of the next appends. */
enum ps_journal_fault {
    PS_FAULT_NONE,
    PS_FAULT_FAIL,       /* completes with IO, nothing stored */
    PS_FAULT_HOLD,       /* stays waiting until the fault is changed */
};
void ps_journal_memory_fault(struct ps_journal *journal, enum ps_journal_fault fault);
/* A crash: what is not yet stored is gone, with its completion; held appends are lost. */
void ps_journal_memory_crash(struct ps_journal *journal);

/* Open (and create) `folder`/peerset.db: folder 0700, files 0600, exclusively locked (PS_E_CONFLICT
 * when another process has it). `wake` is called from the journal's thread when there is something to
 * poll; it must be safe to call from there (uv_async_send). On failure `*ret_why` is a sentence for the
 * operator (static or owned by the journal module, valid until the next open). */
PS_MUST_CHECK enum ps_err ps_journal_sqlite_open(const char *folder, void (*wake)(void *context),
                                                 void *context, struct ps_journal **ret_journal,
                                                 const char **ret_why);

/* Copy the whole journal as of now to a new file (VACUUM INTO on its own read connection). Refuses an
 * existing target with PS_E_CONFLICT. May be called while serving. */
PS_MUST_CHECK enum ps_err ps_journal_sqlite_backup(struct ps_journal *journal, const char *to,
                                                   const char **ret_why);
