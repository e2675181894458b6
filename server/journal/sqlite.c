/* sqlite - the journal's contract on the loop's thread: queue in, completions out.
 *
 * Nothing here waits for the disk but flush and close. The lock is held for moving lists only. */
#include <stdlib.h>
#include <string.h>

#include "journal/sqlite_parts.h"

static bool is_full(const struct ps_sqlite *sqlite, const struct ps_job *job)
{
    return sqlite->waiting_count >= PS_JOURNAL_WAITING_MAX ||
           sqlite->waiting_bytes + job->bytes > PS_JOURNAL_WAITING_BYTES_MAX;
}

/* Takes `job`, NULL when there was no memory for it. What cannot be taken in keeps its place in the
 * queue as an answer without content, so the order of answers holds. */
static void take_in(struct ps_sqlite *sqlite, struct ps_job *job, ps_journal_done done,
                    void *context)
{
    pthread_mutex_lock(&sqlite->lock);
    if (job == NULL || sqlite->closing || is_full(sqlite, job)) {
        ps_job_free(job);
        job = ps_job_failed(done, context);
    }
    job->number = ++sqlite->handed_in;
    if (sqlite->waiting.first == NULL) {
        sqlite->quiet_since = ps_sqlite_now();
    }
    ps_jobs_add(&sqlite->waiting, job);
    sqlite->waiting_count++;
    sqlite->waiting_bytes += job->bytes;
    sqlite->waiting_loud += done != NULL;
    pthread_cond_signal(&sqlite->work);
    pthread_mutex_unlock(&sqlite->lock);
}

static void sqlite_append(struct ps_journal *journal, const char *set, uint64_t expected_seq,
                          const struct ps_record *records, size_t count, ps_journal_done done,
                          void *context)
{
    take_in((struct ps_sqlite *)journal,
            ps_job_append(set, expected_seq, records, count, done, context), done, context);
}

static void sqlite_put(struct ps_journal *journal, const char *key, const void *value, size_t bytes,
                       ps_journal_done done, void *context)
{
    take_in((struct ps_sqlite *)journal, ps_job_put(key, value, bytes, done, context), done,
            context);
}

static enum ps_err sqlite_read(struct ps_journal *journal, const char *set, uint64_t from_seq,
                               ps_record_reader reader, void *context, uint64_t *ret_bad_seq)
{
    return ps_sqlite_read(((struct ps_sqlite *)journal)->reader, set, from_seq, reader, context,
                          ret_bad_seq);
}

static enum ps_err sqlite_sets(struct ps_journal *journal, ps_set_reader reader, void *context)
{
    return ps_sqlite_sets(((struct ps_sqlite *)journal)->reader, reader, context);
}

static enum ps_err sqlite_shelf(struct ps_journal *journal, const char *prefix,
                                ps_shelf_reader reader, void *context)
{
    return ps_sqlite_shelf(((struct ps_sqlite *)journal)->reader, prefix, reader, context);
}

static void sqlite_poll(struct ps_journal *journal)
{
    struct ps_sqlite *sqlite = (struct ps_sqlite *)journal;
    if (sqlite->polling) {
        return; /* called by a `done`: the outer poll goes on, in order */
    }
    sqlite->polling = true;
    pthread_mutex_lock(&sqlite->lock);
    ps_jobs_join(&sqlite->delivering, &sqlite->finished);
    pthread_mutex_unlock(&sqlite->lock);
    for (struct ps_job *job = ps_jobs_take(&sqlite->delivering); job != NULL;
         job = ps_jobs_take(&sqlite->delivering)) {
        sqlite->answered++;
        if (job->done != NULL) {
            job->done(job->context, job->result);
        }
        ps_job_free(job);
    }
    sqlite->polling = false;
}

static void sqlite_flush(struct ps_journal *journal)
{
    struct ps_sqlite *sqlite = (struct ps_sqlite *)journal;
    ps_assert(!sqlite->polling);
    pthread_mutex_lock(&sqlite->lock);
    sqlite->hurry = true;
    pthread_cond_signal(&sqlite->work);
    while (sqlite->finished_number < sqlite->handed_in) {
        pthread_cond_wait(&sqlite->rest, &sqlite->lock);
    }
    sqlite->hurry = false;
    pthread_mutex_unlock(&sqlite->lock);
    sqlite_poll(journal);
}

static void sqlite_close(struct ps_journal *journal)
{
    struct ps_sqlite *sqlite = (struct ps_sqlite *)journal;
    sqlite->closing = true;
    for (int round = 0; sqlite->answered < sqlite->handed_in; round++) {
        ps_assert(round < PS_CLOSE_ROUNDS_MAX);
        sqlite_flush(journal);
    }
    pthread_mutex_lock(&sqlite->lock);
    sqlite->stop = true;
    pthread_cond_signal(&sqlite->work);
    pthread_mutex_unlock(&sqlite->lock);
    pthread_join(sqlite->thread, NULL);
    (void)ps_writer_mend(&sqlite->writer); /* while the reader keeps the index of the WAL alive */
    sqlite3_close_v2(sqlite->reader);
    sqlite->reader = NULL;
    ps_writer_finish(&sqlite->writer);
    ps_sqlite_free(sqlite);
}

static struct ps_journal_figures sqlite_figures(const struct ps_journal *journal)
{
    const struct ps_sqlite *sqlite = (const struct ps_sqlite *)journal;
    return (struct ps_journal_figures){
        .commits = sqlite->commits,
        .records = sqlite->records,
        .failures = sqlite->failures,
        .last_commit_us = sqlite->last_commit_us,
        .waiting = sqlite->handed_in - sqlite->answered,
    };
}

const struct ps_journal_ops ps_sqlite_ops = {
    .append = sqlite_append,
    .read = sqlite_read,
    .sets = sqlite_sets,
    .put = sqlite_put,
    .shelf = sqlite_shelf,
    .poll = sqlite_poll,
    .flush = sqlite_flush,
    .close = sqlite_close,
    .figures = sqlite_figures,
};
