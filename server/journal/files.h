/* files - the folder of the journal and what lies in it beside the database: the lock, the mark,
 * and the WAL as seen from outside. Private to server/journal/ and its tests. */
#pragma once

#include "journal/journal_backend.h"

enum {
    PS_PATH_BYTES_MAX = 4096, /* PATH_MAX of Linux */
    PS_WHY_BYTES_MAX = 1024,  /* a sentence for the operator, with a path in it */
};

/* A sentence for the operator in memory of this thread, valid until the next one here. */
const char *ps_why(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- folder.c -------------------------------------------------------------------------------- */

struct ps_folder {
    int dir;  /* the folder itself, for the *at calls and for syncing names */
    int lock; /* peerset.lock, flocked as long as it is open */
    char path[PS_PATH_BYTES_MAX - 32];
    char db_path[PS_PATH_BYTES_MAX];
};

/* Make or enter the folder, tighten its mode, take its lock. PS_E_INVALID, PS_E_IO, PS_E_CONFLICT
 * as in ps_journal_sqlite_open. On failure nothing is open. */
PS_MUST_CHECK enum ps_err ps_folder_open(const char *path, struct ps_folder *ret_folder,
                                         const char **ret_why);
/* Give up the lock. The lock file stays: removing it would let two processes lock two files. */
void ps_folder_close(struct ps_folder *folder);

/* ---- mark.c ---------------------------------------------------------------------------------- */

/* How far the journal was when it last acknowledged: kept in peerset.mark, outside of the WAL. */
struct ps_mark {
    uint64_t turn;      /* counts writes of the mark; the higher of the two slots is the mark */
    uint64_t record_id; /* rowid of the last record; 0 = none yet */
    uint64_t puts;      /* how many puts ever, as in meta */
    uint64_t frames; /* committed frames of the WAL with this salt; 0 = nothing needed of the WAL */
    uint64_t moved;  /* of these, the first so many are in the file: needed no more */
    uint32_t salt[2];
    uint8_t chain[PS_HASH_BYTES]; /* of the record record_id */
};

/* Read the mark. PS_E_ABSENT: there is none. PS_E_CORRUPT: there is one, and it cannot be read. */
PS_MUST_CHECK enum ps_err ps_mark_read(int dir, struct ps_mark *ret_mark);
/* Open the file of the mark, making it in its full size so that writing it never needs space. */
PS_MUST_CHECK enum ps_err ps_mark_open(int dir, int *ret_fd);
/* Write the next turn of the mark, not synced: the page cache is enough against a killed process,
 * and a mark that is older than the WAL after a power cut is no lie. */
PS_MUST_CHECK enum ps_err ps_mark_write(int fd, struct ps_mark *mark);
PS_MUST_CHECK enum ps_err ps_mark_sync(int fd);

/* ---- wal.c ----------------------------------------------------------------------------------- */

struct ps_wal {
    bool has_bytes; /* the file is there and not empty */
    bool sound;     /* its header is whole */
    uint32_t salt[2];
    uint64_t frames; /* valid ones up to the last commit: what SQLite will recover */
};

/* Look at the WAL as SQLite's recovery will, changing nothing. Only while no connection is open. */
PS_MUST_CHECK enum ps_err ps_wal_scan(int dir, struct ps_wal *ret_wal);
/* The salts of the WAL that is being written. */
PS_MUST_CHECK enum ps_err ps_wal_salt(int dir, uint32_t ret_salt[2]);
