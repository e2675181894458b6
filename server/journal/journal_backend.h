/* journal_backend - what a backend of the journal must bring. Private to server/journal/.
 *
 * A backend puts `struct ps_journal` first in its own struct and fills `ops`. journal.c checks what
 * callers hand in before it comes here, so a backend may trust its arguments. */
#pragma once

#include "journal/journal.h"
#include "seal/seal.h"

enum {
    PS_CAUSE_BYTES_MAX = 80,      /* journal.h: seat, PAGE (32) and N with room to spare */
    PS_KIND_BYTES_MAX = 48,       /* journal.h: the longest name of an event is 32 */
    PS_SHELF_KEY_BYTES_MAX = 120, /* journal.h */
    PS_CLOSE_ROUNDS_MAX = 64, /* polls of a close: a `done` that hands in for ever is our mistake */
};

struct ps_journal_ops {
    void (*append)(struct ps_journal *journal, const char *set, uint64_t expected_seq,
                   const struct ps_record *records, size_t count, ps_journal_done done,
                   void *context);
    enum ps_err (*read)(struct ps_journal *journal, const char *set, uint64_t from_seq,
                        ps_record_reader reader, void *context, uint64_t *ret_bad_seq);
    enum ps_err (*sets)(struct ps_journal *journal, ps_set_reader reader, void *context);
    void (*put)(struct ps_journal *journal, const char *key, const void *value, size_t bytes,
                ps_journal_done done, void *context);
    enum ps_err (*shelf)(struct ps_journal *journal, const char *prefix, ps_shelf_reader reader,
                         void *context);
    void (*poll)(struct ps_journal *journal);
    void (*flush)(struct ps_journal *journal);
    void (*close)(struct ps_journal *journal);
    struct ps_journal_figures (*figures)(const struct ps_journal *journal);
};

struct ps_journal {
    const struct ps_journal_ops *ops;
};

/* ---- jobs: one append or one put, copied whole (job.c) --------------------------------------- */

enum ps_job_kind { PS_JOB_APPEND, PS_JOB_PUT };

struct ps_job {
    struct ps_job *next;
    uint64_t number; /* 1, 2, 3 … in the order of handing in */
    enum ps_job_kind kind;
    enum ps_journal_result result;
    ps_journal_done done; /* NULL: a quiet put */
    void *context;
    size_t bytes;     /* of this block, for the bound of the queue */
    const char *name; /* the set, or the key */
    uint64_t expected_seq;
    struct ps_record *records;
    size_t records_count;
    const void *value; /* NULL: remove the key */
    size_t value_bytes;
};

struct ps_jobs {
    struct ps_job *first;
    struct ps_job *last;
};

/* A job with everything copied into one block; free it with ps_job_free. A record's facts and words
 * are never NULL in a job. NULL: no memory. */
struct ps_job *ps_job_append(const char *set, uint64_t expected_seq,
                             const struct ps_record *records, size_t count, ps_journal_done done,
                             void *context);
struct ps_job *ps_job_put(const char *key, const void *value, size_t bytes, ps_journal_done done,
                          void *context);
/* A job without content, to carry a failure when there was no memory for the whole. Asserts on
 * NULL. */
struct ps_job *ps_job_failed(ps_journal_done done, void *context);
/* NULL is accepted. */
void ps_job_free(struct ps_job *job);

/* Put `job` at the end; it belongs to one list at a time. */
void ps_jobs_add(struct ps_jobs *jobs, struct ps_job *job);
struct ps_job *ps_jobs_take(struct ps_jobs *jobs); /* NULL when empty */
/* Move all of `from` to the end of `to`. */
void ps_jobs_join(struct ps_jobs *to, struct ps_jobs *from);

/* ---- the hash chain of a set (chain.c) ------------------------------------------------------- */

struct ps_chain {
    uint8_t hash[PS_HASH_BYTES];
};

/* What stands before the first record. It holds the name of the set, so that records cannot change
 * their set unnoticed. */
struct ps_chain ps_chain_begin(const char *set);

/* SHA-256 of the chain before and the record: three numbers and four lengths of fixed width, then
 * the four texts, so two different records never give the same bytes. Decision 0011. */
struct ps_chain ps_chain_next(const struct ps_chain *before, const struct ps_record *record);
