/* sqlite_thread - the one thread that writes: takes the whole queue, commits it at once, answers.
 *
 *      .-> wait_for_jobs -> ps_writer_group (mark) -> finish -> ps_writer_checkpoint -.
 *      '------------------------------------------------------------------------------'
 *
 * One disk sync for as many sets as have something to say. The answer comes before the checkpoint,
 * because nobody waits for that. */
#include <time.h>

#include "journal/sqlite_parts.h"

struct ps_mono ps_sqlite_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (struct ps_mono){.ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000};
}

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* When the writer must look again though nobody calls; 0: never. Under the lock. */
static uint64_t deadline_ms(const struct ps_sqlite *sqlite)
{
    if (sqlite->waiting.first != NULL) {
        return sqlite->quiet_since.ms + PS_JOURNAL_QUIET_MS;
    }
    return sqlite->writer.untidy ? sqlite->wrote_at.ms + sqlite->idle_ms : 0;
}

/* Wait for a reason to work. `*ret_jobs` is all that waits, empty when the writer is to tidy.
 * False: stop, everything is done. */
static bool wait_for_jobs(struct ps_sqlite *sqlite, struct ps_jobs *ret_jobs, bool *ret_synced)
{
    pthread_mutex_lock(&sqlite->lock);
    while (!sqlite->stop && sqlite->waiting_loud == 0 &&
           !(sqlite->hurry && sqlite->waiting.first != NULL)) {
        uint64_t until = deadline_ms(sqlite);
        if (until == 0) {
            pthread_cond_wait(&sqlite->work, &sqlite->lock);
            continue;
        }
        if (ps_sqlite_now().ms >= until) {
            break;
        }
        struct timespec at = {.tv_sec = (time_t)(until / 1000),
                              .tv_nsec = (long)(until % 1000) * 1000000};
        pthread_cond_timedwait(&sqlite->work, &sqlite->lock, &at);
    }
    *ret_synced = sqlite->waiting_loud > 0 || sqlite->hurry;
    *ret_jobs = (struct ps_jobs){0};
    ps_jobs_join(ret_jobs, &sqlite->waiting);
    sqlite->waiting_count = 0;
    sqlite->waiting_bytes = 0;
    sqlite->waiting_loud = 0;
    bool goes_on = !sqlite->stop || ret_jobs->first != NULL;
    pthread_mutex_unlock(&sqlite->lock);
    return goes_on;
}

static void count_group(struct ps_sqlite *sqlite, const struct ps_jobs *jobs, uint64_t records,
                        uint64_t took_us)
{
    uint64_t failures = 0;
    for (const struct ps_job *job = jobs->first; job != NULL; job = job->next) {
        failures += job->result == PS_JOURNAL_IO;
    }
    sqlite->failures += failures;
    sqlite->records += records;
    if (sqlite->writer.db != NULL) {
        sqlite->commits += 1;
        sqlite->last_commit_us = took_us;
    }
}

/* Hand the answers to the loop. */
static void finish(struct ps_sqlite *sqlite, struct ps_jobs *jobs)
{
    uint64_t number = jobs->last->number;
    pthread_mutex_lock(&sqlite->lock);
    ps_jobs_join(&sqlite->finished, jobs);
    sqlite->finished_number = number;
    pthread_cond_broadcast(&sqlite->rest);
    pthread_mutex_unlock(&sqlite->lock);
    if (sqlite->wake != NULL) {
        sqlite->wake(sqlite->wake_context);
    }
}

void *ps_sqlite_thread(void *context)
{
    struct ps_sqlite *sqlite = context;
    struct ps_jobs jobs;
    bool synced = false;
    while (wait_for_jobs(sqlite, &jobs, &synced)) {
        if (jobs.first == NULL) {
            ps_writer_tidy(&sqlite->writer);
            sqlite->wrote_at = ps_sqlite_now();
            continue;
        }
        uint64_t begin = now_us();
        uint64_t records = ps_writer_group(&sqlite->writer, &jobs, synced);
        count_group(sqlite, &jobs, records, now_us() - begin);
        finish(sqlite, &jobs);
        sqlite->wrote_at = ps_sqlite_now();
        ps_writer_checkpoint(&sqlite->writer);
    }
    return NULL; /* whoever joins this thread finishes the writer */
}
