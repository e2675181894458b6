/* sqlite_parts - what the files of the SQLite backend share. Private to server/journal/ and its
 * tests.
 *
 *   sqlite.c         the journal's contract on the loop's thread: queue in, completions out
 *   sqlite_open.c    open (checks before anything is changed) and close
 *   sqlite_thread.c  the writer thread: waits, commits, answers
 *   sqlite_writer.c  group commit on the connection that writes
 *   sqlite_mend.c    what the writer does between commits: checkpoints, anchors, repair after a
 * failure sqlite_read.c    reads, on connections of their own, and the backup sqlite_schema.c
 * connections, tables, format folder.c         the folder, its modes and its lock mark.c, wal.c the
 * high-water mark, and what the WAL really holds (decision 0011)
 *
 * The headers go the same way: files.h (folder, mark, WAL), sqlite_writer.h, and this one over all.
 *
 * Threads: the loop's thread owns `reader`, `delivering` and the counts beside them; the writer
 * thread owns `writer` from its start to its end; what both touch is under `lock` or atomic. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "base/time.h"
#include "journal/sqlite_writer.h"

enum {
    PS_JOURNAL_QUIET_MS = 1000, /* a put without `done` waits this long for a commit to go with */
    PS_JOURNAL_IDLE_MS =
        10000,                 /* so long without a commit: checkpoint. Above PS_ALIVE_MS, so that a
                                * running clock's alive instants do not sync the disk each time */
    PS_BUSY_MS = 5000,         /* wait for a lock of our own readers or of a tool */
    PS_SQLITE_ID = 0x50535231, /* application_id "PSR1": file(1) and we know our own */
};

/* ---- sqlite_schema.c ------------------------------------------------------------------------- */

/* The world's error for a result code of SQLite. */
enum ps_err ps_sqlite_err(int rc);
/* Run SQL without results. Returns SQLite's result code. */
int ps_sqlite_exec(sqlite3 *db, const char *sql);
/* The one number that `sql` selects; `*ret_number` is untouched when there is no row. */
int ps_sqlite_number(sqlite3 *db, const char *sql, int64_t *ret_number);
/* A connection for reading: never checkpoints, never writes. NULL outside of memory is never
 * returned with SQLITE_OK. Close with sqlite3_close_v2. */
int ps_sqlite_connect_reader(const char *path, sqlite3 **ret_db);
/* The connection that writes: synchronous FULL, checkpoints only when told. */
int ps_sqlite_connect_writer(const char *path, sqlite3 **ret_db);
/* Turn the file to WAL, for good. */
int ps_sqlite_use_wal(sqlite3 *db);
/* Make the tables if there are none; refuse what is not ours or of a newer format. `*ret_fresh`:
 * there was nothing. */
PS_MUST_CHECK enum ps_err ps_schema_ready(sqlite3 *db, bool *ret_fresh, const char **ret_why);

/* ---- the whole ------------------------------------------------------------------------------- */

struct ps_sqlite {
    struct ps_journal base;
    struct ps_folder folder;
    void (*wake)(void *context);
    void *wake_context;

    sqlite3 *reader;
    struct ps_jobs delivering;
    uint64_t handed_in; /* number of the last job */
    uint64_t answered;  /* how many of them are delivered */
    bool polling;
    bool closing;

    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work; /* for the writer: something to do */
    pthread_cond_t rest; /* for flush: a group is finished */
    struct ps_jobs waiting;
    size_t waiting_count;
    size_t waiting_bytes;
    size_t waiting_loud; /* of them, those whose owner wants to know */
    struct ps_mono quiet_since;
    struct ps_jobs finished;
    uint64_t finished_number;
    bool hurry; /* a flush waits: quiet puts too */
    bool stop;
    uint64_t idle_ms; /* PS_JOURNAL_IDLE_MS; shorter in a test of idling */

    struct ps_writer writer;
    struct ps_mono wrote_at; /* the writer's */

    _Atomic uint64_t commits, records, failures, last_commit_us;
};

extern const struct ps_journal_ops ps_sqlite_ops;

/* Close and free all that is open, whatever it is; the thread must have ended. */
void ps_sqlite_free(struct ps_sqlite *sqlite);

/* The writer thread's function. context: struct ps_sqlite. Ends when told to stop and nothing
 * waits. */
void *ps_sqlite_thread(void *context);
/* Monotonic time, of the clock that the conditions wait by. */
struct ps_mono ps_sqlite_now(void);

/* ---- sqlite_read.c --------------------------------------------------------------------------- */

/* As ps_journal_read, on a connection for reading. */
PS_MUST_CHECK enum ps_err ps_sqlite_read(sqlite3 *db, const char *set, uint64_t from_seq,
                                         ps_record_reader reader, void *context,
                                         uint64_t *ret_bad_seq);
/* As ps_journal_sets. */
PS_MUST_CHECK enum ps_err ps_sqlite_sets(sqlite3 *db, ps_set_reader reader, void *context);
/* As ps_journal_shelf. */
PS_MUST_CHECK enum ps_err ps_sqlite_shelf(sqlite3 *db, const char *prefix, ps_shelf_reader reader,
                                          void *context);
