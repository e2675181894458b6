/* sqlite_parts - what the files of the SQLite backend share. Private to server/journal/ and its tests.
 *
 *   sqlite.c         the journal's contract on the loop's thread: queue in, completions out
 *   sqlite_open.c    open (checks before anything is changed) and close
 *   sqlite_writer.c  the writer thread: group commit
 *   sqlite_mend.c    what the writer does between commits: checkpoints, anchors, repair after a failure
 *   sqlite_read.c    reads, on connections of their own, and the backup
 *   sqlite_schema.c  connections, tables, format
 *   folder.c         the folder, its modes and its lock
 *   mark.c, wal.c    the high-water mark, and what the WAL really holds (decision 0011)
 *
 * Threads: the loop's thread owns `reader`, `delivering` and the counts beside them; the writer thread owns `writer`
 * from its start to its end; what both touch is under `lock` or atomic. */
#pragma once

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "base/time.h"
#include "journal/journal_backend.h"

enum {
    PS_PATH_BYTES_MAX = 4096,      /* PATH_MAX of Linux */
    PS_WHY_BYTES_MAX = 1024,       /* a sentence for the operator, with a path in it */
    PS_JOURNAL_QUIET_MS = 1000,    /* a put without `done` waits this long for a commit to go with */
    PS_JOURNAL_IDLE_MS = 10000,    /* so long without a commit: checkpoint. Above PS_ALIVE_MS, so that a
                                    * running clock's alive instants do not sync the disk each time */
    PS_WAL_FRAMES_CHECKPOINT = 1000, /* as SQLite's own wal_autocheckpoint: about 4 MiB of WAL */
    PS_HEADS_MAX = PS_SETS_MAX,    /* heads the writer remembers; beyond, it forgets them all */
    PS_HEADS_SLOTS = 2 * PS_HEADS_MAX,
    PS_BUSY_MS = 5000,             /* wait for a lock of our own readers or of a tool */
    PS_SQLITE_ID = 0x50535231,     /* application_id "PSR1": file(1) and we know our own */
};

/* A sentence for the operator in memory of this thread, valid until the next one here. */
const char *ps_why(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- folder.c ---------------------------------------------------------------------------------- */

struct ps_folder {
    int dir;  /* the folder itself, for the *at calls and for syncing names */
    int lock; /* peerset.lock, flocked as long as it is open */
    char path[PS_PATH_BYTES_MAX - 32];
    char db_path[PS_PATH_BYTES_MAX];
};

/* Make or enter the folder, tighten its mode, take its lock. PS_E_INVALID, PS_E_IO, PS_E_CONFLICT as in
 * ps_journal_sqlite_open. On failure nothing is open. */
PS_MUST_CHECK enum ps_err ps_folder_open(const char *path, struct ps_folder *ret_folder,
                                         const char **ret_why);
/* Give up the lock. The lock file stays: removing it would let two processes lock two files. */
void ps_folder_close(struct ps_folder *folder);

/* ---- mark.c ------------------------------------------------------------------------------------ */

/* How far the journal was when it last acknowledged: kept in peerset.mark, outside of the WAL. */
struct ps_mark {
    uint64_t turn;      /* counts writes of the mark; the higher of the two slots is the mark */
    uint64_t record_id; /* rowid of the last record; 0 = none yet */
    uint64_t puts;      /* commits with puts, as in meta */
    uint64_t frames;    /* committed frames of the WAL with this salt; 0 = nothing needed of the WAL */
    uint32_t salt[2];
    uint8_t chain[PS_HASH_BYTES]; /* of the record record_id */
};

/* Read the mark. PS_E_ABSENT: there is none. PS_E_CORRUPT: there is one, and it cannot be read. */
PS_MUST_CHECK enum ps_err ps_mark_read(int dir, struct ps_mark *ret_mark);
/* Open the file of the mark, making it in its full size so that writing it never needs space. */
PS_MUST_CHECK enum ps_err ps_mark_open(int dir, int *ret_fd);
/* Write the next turn of the mark, not synced: the page cache is enough against a killed process, and a
 * mark that is older than the WAL after a power cut is no lie. */
PS_MUST_CHECK enum ps_err ps_mark_write(int fd, struct ps_mark *mark);
PS_MUST_CHECK enum ps_err ps_mark_sync(int fd);

/* ---- wal.c ------------------------------------------------------------------------------------- */

struct ps_wal {
    bool has_bytes; /* the file is there and not empty */
    bool sound;     /* its header is whole */
    uint32_t salt[2];
    uint64_t frames; /* valid ones up to the last commit: what SQLite will recover */
};

/* Look at the WAL as SQLite's recovery will, without changing it. Only while no connection is open. */
PS_MUST_CHECK enum ps_err ps_wal_scan(int dir, struct ps_wal *ret_wal);
/* The salts of the WAL that is being written. */
PS_MUST_CHECK enum ps_err ps_wal_salt(int dir, uint32_t ret_salt[2]);

/* ---- sqlite_schema.c --------------------------------------------------------------------------- */

/* The world's error for a result code of SQLite. */
enum ps_err ps_sqlite_err(int rc);
/* Run SQL without results. Returns SQLite's result code. */
int ps_sqlite_exec(sqlite3 *db, const char *sql);
/* The one number that `sql` selects; `*ret_number` is untouched when there is no row. */
int ps_sqlite_number(sqlite3 *db, const char *sql, int64_t *ret_number);
/* A connection for reading: never checkpoints, never writes. NULL outside of memory is never returned
 * with SQLITE_OK. Close with sqlite3_close_v2. */
int ps_sqlite_connect_reader(const char *path, sqlite3 **ret_db);
/* The connection that writes: synchronous FULL, checkpoints only when told. */
int ps_sqlite_connect_writer(const char *path, sqlite3 **ret_db);
/* Turn the file to WAL, for good. */
int ps_sqlite_use_wal(sqlite3 *db);
/* Make the tables if there are none; refuse what is not ours or of a newer format. `*ret_fresh`: there
 * was nothing. */
PS_MUST_CHECK enum ps_err ps_schema_ready(sqlite3 *db, bool *ret_fresh, const char **ret_why);

/* ---- the writer -------------------------------------------------------------------------------- */

enum ps_writer_sql {
    PS_SQL_BEGIN,
    PS_SQL_COMMIT,
    PS_SQL_ROLLBACK,
    PS_SQL_FIND_SET,
    PS_SQL_MAKE_SET,
    PS_SQL_HEAD,
    PS_SQL_RECORD,
    PS_SQL_PUT,
    PS_SQL_REMOVE,
    PS_SQL_COUNT_PUTS,
    PS_SQL_ANCHOR,
    PS_SQL_COUNT,
};

/* The head of a set as this writer left it. Right because nobody else writes (the folder's lock). */
struct ps_head {
    char set[PS_ID_CHARS_MAX]; /* "" = free slot */
    int64_t set_id;
    uint64_t seq;
    struct ps_chain chain;
};

struct ps_writer {
    const struct ps_folder *folder;
    sqlite3 *db; /* NULL after a failure, until mended */
    sqlite3_stmt *sql[PS_SQL_COUNT];
    struct ps_head *heads; /* PS_HEADS_SLOTS, open addressing */
    size_t heads_count;
    int mark_fd;
    struct ps_mark mark;  /* the last one written */
    struct ps_mark tail;  /* how far the present connection is; becomes the mark when synced */
    uint64_t frames;      /* in the WAL now, told by SQLite at each commit */
    uint64_t frames_seen; /* of the last checkpoint tried */
    bool untidy;          /* committed since the last tidy */
    bool unanchored;      /* appended since the last anchors */
};

/* Prepare everything on an open connection. */
int ps_writer_prepare(struct ps_writer *writer, sqlite3 *db);
/* Close the connection with its statements, and forget the heads. NULL-safe. */
void ps_writer_drop(struct ps_writer *writer);
/* Commit all of `jobs` that can be committed, and set their results. `synced`: the caller waits for it;
 * else the commit is not synced. Returns the number of records written. */
uint64_t ps_writer_group(struct ps_writer *writer, const struct ps_jobs *jobs, bool synced);
/* After a synced commit: move the mark. */
void ps_writer_mark(struct ps_writer *writer);

/* sqlite_mend.c */
/* Open again after a failure and make sure that nothing of the failed commit is left. */
bool ps_writer_mend(struct ps_writer *writer);
/* How far the connection is: the last record and the count of puts. */
PS_MUST_CHECK enum ps_err ps_tail_load(sqlite3 *db, struct ps_mark *ret_tail);
/* After a commit: checkpoint when the WAL has grown. */
void ps_writer_checkpoint(struct ps_writer *writer);
/* When idle: anchors, checkpoint, mark synced. */
void ps_writer_tidy(struct ps_writer *writer);
/* At the end, when the thread has ended and no other connection is open: as tidy, and the WAL emptied.
 * The connection is closed. */
void ps_writer_finish(struct ps_writer *writer);

/* ---- the whole --------------------------------------------------------------------------------- */

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

    struct ps_writer writer;
    struct ps_mono wrote_at; /* the writer's */

    _Atomic uint64_t commits, records, failures, last_commit_us;
};

extern const struct ps_journal_ops ps_sqlite_ops;

/* Close and free all that is open, whatever it is; the thread must have ended. */
void ps_sqlite_free(struct ps_sqlite *sqlite);

void *ps_sqlite_thread(void *context); /* context: struct ps_sqlite */
struct ps_mono ps_sqlite_now(void);

/* sqlite_read.c */
enum ps_err ps_sqlite_read(sqlite3 *db, const char *set, uint64_t from_seq, ps_record_reader reader,
                           void *context, uint64_t *ret_bad_seq);
enum ps_err ps_sqlite_sets(sqlite3 *db, ps_set_reader reader, void *context);
enum ps_err ps_sqlite_shelf(sqlite3 *db, const char *prefix, ps_shelf_reader reader, void *context);
/* What proves that a shelf entry is what was put. */
void ps_shelf_proof(const char *key, const void *value, size_t bytes, uint8_t ret[PS_HASH_BYTES]);
