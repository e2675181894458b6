/* journal - the one place where what happened is kept.
 *
 * A set's records are an append-only sequence 1, 2, 3 … without gaps. append() is asynchronous and
 * all-or-nothing; its completion is called from ps_journal_poll() on the loop's thread, in the
 * order of the appends of a set. Beside the records a small map keeps what may be overwritten
 * (sessions, alive instants, keys): "the shelf".
 *
 * Backends: ps_journal_memory_create (tests, simulator) and ps_journal_sqlite_open. The hub knows
 * only this header. Source: architecture.md, "The journal's contract". */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/assert.h"
#include "base/err.h"
#include "base/limits.h"

enum {
    PS_RECORDS_PER_APPEND_MAX = 4096,
    PS_JOURNAL_FORMAT = 1,                  /* of the files; a newer one is refused with words */
    PS_SHELF_VALUE_BYTES_MAX = 1024 * 1024, /* sessions and keys are below 1 KiB; a snapshot fits */
    PS_JOURNAL_WAITING_MAX = 65536,         /* appends and puts handed in and not yet finished */
    PS_JOURNAL_WAITING_BYTES_MAX =
        128 * 1024 * 1024, /* their copies; beyond either: IO, as when full */
};

/* One record as stored. Pointers are borrowed for the call. Text is UTF-8, not NUL-terminated
 * unless a `const char *` without a size. `facts` is JSON without anything people wrote; `words` is
 * a JSON array of {"id","owner","text"} or empty. */
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
    PS_JOURNAL_CONFLICT, /* the head is not expected_seq: drop the set and reload it */
    PS_JOURNAL_IO, /* not stored, not even in part; may be tried again. Only if the process dies
                    * before the journal's next commit may the next open find it, whole. */
};

typedef void (*ps_journal_done)(void *context, enum ps_journal_result result);

/* Return false to stop reading. */
typedef bool (*ps_record_reader)(void *context, const struct ps_record *record);
typedef bool (*ps_shelf_reader)(void *context, const char *key, const void *value, size_t bytes);
typedef bool (*ps_set_reader)(void *context, const char *set, uint64_t head_seq);

struct ps_journal;

/* Append `count` records (1 .. PS_RECORDS_PER_APPEND_MAX) to `set` (a name shorter than
 * PS_ID_CHARS_MAX); records[i].seq must be expected_seq + 1 + i (asserted), and the head of the set
 * must be expected_seq, else CONFLICT. The first append makes the set. Everything is copied before
 * this returns. `done` is called exactly once, later, from ps_journal_poll. An append handed in
 * before the one it builds on is answered is allowed; if that one fails with IO, it meets IO or
 * CONFLICT. */
void ps_journal_append(struct ps_journal *journal, const char *set, uint64_t expected_seq,
                       const struct ps_record *records, size_t count, ps_journal_done done,
                       void *context);

/* Read the committed records of `set` with seq >= from_seq (0 means 1) in order. Verifies the hash
 * chain from the beginning of what is read, and that the set is not shorter than it once was.
 * PS_E_CORRUPT: *ret_bad_seq is the first record that is wrong or missing (records before it have
 * been given to the reader). PS_E_ABSENT: no such set. A from_seq beyond the head reads nothing and
 * is PS_OK. The reader may hand in and read, but not poll, flush or close. */
PS_MUST_CHECK enum ps_err ps_journal_read(struct ps_journal *journal, const char *set,
                                          uint64_t from_seq, ps_record_reader reader, void *context,
                                          uint64_t *ret_bad_seq);

/* Name every set with the sequence of its last record, in the order of the names. */
PS_MUST_CHECK enum ps_err ps_journal_sets(struct ps_journal *journal, ps_set_reader reader,
                                          void *context);

/* Put `value` (NULL: remove; at most PS_SHELF_VALUE_BYTES_MAX) at `key` (UTF-8, at most 120 bytes).
 * Overwrites. Everything is copied before this returns. `done` may be NULL: then the write goes
 * with the next commit, or alone within about a second but without a sync of its own: it outlives
 * the process, and a power cut only once a later commit was durable. Puts and appends keep their
 * order. */
void ps_journal_put(struct ps_journal *journal, const char *key, const void *value, size_t bytes,
                    ps_journal_done done, void *context);

/* Read every committed shelf entry whose key begins with `prefix` ("" for all), in the order of the
 * keys' bytes. PS_E_CORRUPT: a stored entry is not what was put; those before it were given. */
PS_MUST_CHECK enum ps_err ps_journal_shelf(struct ps_journal *journal, const char *prefix,
                                           ps_shelf_reader reader, void *context);

/* Deliver finished appends and puts: calls their `done`, which may append and put again. On the
 * loop's thread only. */
void ps_journal_poll(struct ps_journal *journal);

/* Wait until everything handed in so far is finished, delivering as it goes. For orderly stops,
 * command line tools and tests; not while serving. */
void ps_journal_flush(struct ps_journal *journal);

/* Everything handed in is finished and delivered, then closed and freed. What a `done` hands in
 * during the close is answered with IO. NULL is accepted. */
void ps_journal_close(struct ps_journal *journal);

/* Figures for metrics. failures: appends and puts answered with IO; waiting: not yet answered. */
struct ps_journal_figures {
    uint64_t commits;
    uint64_t records;
    uint64_t failures;
    uint64_t last_commit_us;
    uint64_t waiting;
};
struct ps_journal_figures ps_journal_figures(const struct ps_journal *journal);

/* ---- backends -------------------------------------------------------------------------------- */

/* All in memory. Appends and puts are stored, and their completions come, at the next poll, unless
 * a fault is set. */
struct ps_journal *ps_journal_memory_create(void);

/* Faults of the memory journal, for the simulator: what becomes of the next appends and puts. */
enum ps_journal_fault {
    PS_FAULT_NONE,
    PS_FAULT_FAIL, /* completes with IO, nothing stored: what is handed in or polled under it */
    PS_FAULT_HOLD, /* stays waiting until the fault is changed */
    PS_FAULT_MUTE, /* is stored, but its completion waits until the fault is changed: a crash now is
                    * the one between commit and answer */
};
void ps_journal_memory_fault(struct ps_journal *journal, enum ps_journal_fault fault);
/* A crash: what is not yet stored is gone, with its completion; held appends are lost. What is
 * stored stays, and the journal can be used at once, as by the process started next. */
void ps_journal_memory_crash(struct ps_journal *journal);
/* Change what is stored of record `seq` of `set`, so that reading finds PS_E_CORRUPT there. */
void ps_journal_memory_spoil(struct ps_journal *journal, const char *set, uint64_t seq);

/* Open (and create) `folder`/peerset.db: folder 0700, files 0600, exclusively locked (PS_E_CONFLICT
 * when another process has it). `wake` is called from the journal's thread when there is something
 * to poll; it must be safe to call from there (uv_async_send); NULL when only flush is used. On
 * failure
 * `*ret_why` is a sentence for the operator, owned by the journal module, valid until the next open
 * or backup on this thread; nothing in the folder was changed. PS_E_INVALID: not a folder, or
 * others may look into it. PS_E_IO: cannot be made, written or read. PS_E_NEWER: of a newer
 * Peerset. PS_E_CORRUPT: less is there than was acknowledged, or not what was (decision 0011). */
PS_MUST_CHECK enum ps_err ps_journal_sqlite_open(const char *folder, void (*wake)(void *context),
                                                 void *context, struct ps_journal **ret_journal,
                                                 const char **ret_why);

/* Copy the whole journal as of now to a new file, mode 0600, synced (VACUUM INTO on its own read
 * connection). Refuses an existing target with PS_E_CONFLICT; PS_E_IO leaves no file. May be called
 * while serving, from any thread. To restore: put the file as peerset.db into an empty folder. */
PS_MUST_CHECK enum ps_err ps_journal_sqlite_backup(struct ps_journal *journal, const char *to,
                                                   const char **ret_why);
