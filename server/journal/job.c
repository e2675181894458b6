/* job - one append or one put on its way to the journal, copied whole into one block.
 *
 * The caller's memory may change the moment append() returns, and the block may cross to another
 * thread; one block means one allocation and one free, whoever does it. */
#include <stdlib.h>
#include <string.h>

#include "journal/journal_backend.h"

static size_t record_bytes(const struct ps_record *record)
{
    return strlen(record->cause) + 1 + strlen(record->kind) + 1 + record->facts_bytes + 1 +
           record->words_bytes + 1;
}

/* Copy `count` bytes to *at, end them with a NUL, move *at past both. NULL gives an empty text. */
static const char *copy(char **at, const void *bytes, size_t count)
{
    char *begin = *at;
    if (count > 0) {
        memcpy(begin, bytes, count);
    }
    begin[count] = '\0';
    *at = begin + count + 1;
    return begin;
}

static struct ps_job *create(size_t extra, enum ps_job_kind kind, ps_journal_done done,
                             void *context)
{
    struct ps_job *job = malloc(sizeof *job + extra);
    if (job != NULL) {
        *job = (struct ps_job){
            .kind = kind, .done = done, .context = context, .bytes = sizeof *job + extra};
    }
    return job;
}

struct ps_job *ps_job_append(const char *set, uint64_t expected_seq,
                             const struct ps_record *records, size_t count, ps_journal_done done,
                             void *context)
{
    size_t extra = count * sizeof *records + strlen(set) + 1;
    for (size_t i = 0; i < count; i++) {
        extra += record_bytes(&records[i]);
    }
    struct ps_job *job = create(extra, PS_JOB_APPEND, done, context);
    if (job == NULL) {
        return NULL;
    }
    job->expected_seq = expected_seq;
    job->records = (struct ps_record *)(job + 1);
    job->records_count = count;
    char *at = (char *)(job->records + count);
    job->name = copy(&at, set, strlen(set));
    for (size_t i = 0; i < count; i++) {
        struct ps_record *record = &job->records[i];
        *record = records[i];
        record->cause = copy(&at, record->cause, strlen(record->cause));
        record->kind = copy(&at, record->kind, strlen(record->kind));
        record->facts = copy(&at, record->facts, record->facts_bytes);
        record->words = copy(&at, record->words, record->words_bytes);
    }
    ps_assert(at == (char *)job + job->bytes);
    return job;
}

struct ps_job *ps_job_put(const char *key, const void *value, size_t bytes, ps_journal_done done,
                          void *context)
{
    struct ps_job *job = create(strlen(key) + 1 + bytes + 1, PS_JOB_PUT, done, context);
    if (job == NULL) {
        return NULL;
    }
    char *at = (char *)(job + 1);
    job->name = copy(&at, key, strlen(key));
    const char *copied = copy(&at, value, value == NULL ? 0 : bytes);
    job->value = value == NULL ? NULL : copied;
    job->value_bytes = value == NULL ? 0 : bytes;
    return job;
}

struct ps_job *ps_job_failed(ps_journal_done done, void *context)
{
    struct ps_job *job = create(0, PS_JOB_PUT, done, context);
    ps_assert(job != NULL);
    job->result = PS_JOURNAL_IO;
    job->name = "";
    return job;
}

void ps_job_free(struct ps_job *job)
{
    free(job);
}

void ps_jobs_add(struct ps_jobs *jobs, struct ps_job *job)
{
    job->next = NULL;
    if (jobs->last == NULL) {
        jobs->first = job;
    } else {
        jobs->last->next = job;
    }
    jobs->last = job;
}

struct ps_job *ps_jobs_take(struct ps_jobs *jobs)
{
    struct ps_job *job = jobs->first;
    if (job != NULL) {
        jobs->first = job->next;
        jobs->last = jobs->first == NULL ? NULL : jobs->last;
        job->next = NULL;
    }
    return job;
}

void ps_jobs_join(struct ps_jobs *to, struct ps_jobs *from)
{
    if (from->first == NULL) {
        return;
    }
    if (to->last == NULL) {
        to->first = from->first;
    } else {
        to->last->next = from->first;
    }
    to->last = from->last;
    *from = (struct ps_jobs){0};
}
