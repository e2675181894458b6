/* sqlite_writer - the one connection that writes, and what it remembers. Private to server/journal/
 * and its tests. Owned by the writer thread from its start to its end, by the opener before and
 * after. */
#pragma once

#include <sqlite3.h>

#include "journal/files.h"

enum {
    PS_WAL_FRAMES_CHECKPOINT = 1000, /* as SQLite's own wal_autocheckpoint: about 4 MiB of WAL */
    PS_HEADS_MAX = PS_SETS_MAX,      /* heads the writer remembers; beyond, it forgets them all */
    PS_HEADS_SLOTS = 2 * PS_HEADS_MAX,
};

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
    PS_SQL_PROOF,
    PS_SQL_META,
    PS_SQL_ANCHOR,
    PS_SQL_ANCHORED,
    PS_SQL_COUNT,
};

/* The head of a set as this writer left it. Right, as nobody else writes (the folder's lock). */
struct ps_head {
    char set[PS_ID_CHARS_MAX]; /* "" = free slot */
    int64_t set_id;
    uint64_t seq;
    struct ps_chain chain;
};

/* Sums over the two tables whose rows no chain holds together (sqlite_tail.c). */
struct ps_sums {
    uint8_t sets[PS_HASH_BYTES];
    uint8_t shelf[PS_HASH_BYTES];
    int64_t last_set_id;
    uint64_t anchored_id; /* anchors cover the records up to this one */
};

struct ps_writer {
    const struct ps_folder *folder;
    sqlite3 *db; /* NULL after a failure, until mended */
    sqlite3_stmt *sql[PS_SQL_COUNT];
    struct ps_head *heads; /* PS_HEADS_SLOTS, open addressing */
    size_t heads_count;
    int mark_fd;
    struct ps_mark mark;  /* the last one written: as of the last synced commit */
    struct ps_mark tail;  /* how far the present connection is; becomes the mark when synced */
    struct ps_sums sums;  /* of the present connection, as `tail` */
    bool meta_changed;    /* by the group that is being written */
    uint64_t frames;      /* in the WAL now, told by SQLite at each commit */
    uint64_t frames_seen; /* of the last checkpoint tried */
    uint64_t frames_max;  /* PS_WAL_FRAMES_CHECKPOINT; fewer in a test of checkpoints */
    bool untidy;          /* committed since the last tidy */
};

/* Prepare everything on an open connection. */
int ps_writer_prepare(struct ps_writer *writer, sqlite3 *db);
/* Step a statement that gives no rows, and make it ready for the next time. */
int ps_writer_run(struct ps_writer *writer, enum ps_writer_sql which);
/* Close the connection with its statements, and forget the heads. NULL-safe. */
void ps_writer_drop(struct ps_writer *writer);
/* Commit all of `jobs` that can be committed, and set their results. `synced`: the caller waits for
 * it; else the commit is not synced. Returns the number of records written. */
uint64_t ps_writer_group(struct ps_writer *writer, const struct ps_jobs *jobs, bool synced);
/* After a synced commit, and only then: the mark says how far the journal is now. */
void ps_writer_mark(struct ps_writer *writer);

/* sqlite_mend.c */
/* Open again after a failure and make sure that nothing of the failed commit is left. */
bool ps_writer_mend(struct ps_writer *writer);
/* Write beside each set how far it is, so its end cannot go missing unnoticed. A commit of its own;
 * nothing to do when there is no newer record. Returns SQLite's result code. */
int ps_writer_anchor(struct ps_writer *writer);
/* After a commit: checkpoint when the WAL has grown. */
void ps_writer_checkpoint(struct ps_writer *writer);
/* When idle: anchors, checkpoint, mark synced. */
void ps_writer_tidy(struct ps_writer *writer);
/* At the end, when the thread has ended and no other connection is open: as tidy, and the WAL
 * emptied. The connection is closed. */
void ps_writer_finish(struct ps_writer *writer);

/* ---- sqlite_tail.c --------------------------------------------------------------------------- */

/* How far the connection is: the last record, the count of puts, the sums as they should be. */
PS_MUST_CHECK enum ps_err ps_tail_load(sqlite3 *db, struct ps_mark *ret_tail,
                                       struct ps_sums *ret_sums);
/* PS_E_CORRUPT: an entry of `sets` or of the shelf is missing, changed or new. Reads both whole. */
PS_MUST_CHECK enum ps_err ps_sums_check(sqlite3 *db, const struct ps_sums *expected);
/* Take a row in, or out again. */
void ps_sum_change(uint8_t sum[PS_HASH_BYTES], const uint8_t proof[PS_HASH_BYTES]);
/* What proves that a row of `sets`, an entry of the shelf, is the one that was written. */
void ps_set_proof(const char *set, int64_t set_id, uint8_t ret_proof[PS_HASH_BYTES]);
void ps_shelf_proof(const char *key, const void *value, size_t bytes,
                    uint8_t ret_proof[PS_HASH_BYTES]);
