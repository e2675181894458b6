/* memory - a journal without a disk, for the tests and the simulator.
 *
 * It keeps the promises of journal.h, chain and all, and adds what a disk does badly on demand:
 * fail, hold, fall silent, crash, spoil. Single thread; everything happens in poll, so a seed
 * repeats a run. Having no memory left asserts: no product runs on it. */
#include <stdlib.h>
#include <string.h>

#include "journal/journal_backend.h"

struct stored {
    struct ps_record record; /* its texts live in a kept job */
    struct ps_chain chain;
};

struct set {
    char name[PS_ID_CHARS_MAX];
    struct stored *records; /* records[i].record.seq is i + 1 */
    size_t count;
    size_t room;
};

struct memory {
    struct ps_journal base;
    enum ps_journal_fault fault;
    bool polling;
    bool closing;
    struct ps_jobs waiting; /* handed in */
    struct ps_jobs working; /* taken by the poll that runs */
    struct ps_jobs muted;   /* stored, not yet told */
    struct ps_jobs kept;    /* stored for ever: the texts of records live here */
    struct set *sets;       /* in the order of their names */
    size_t sets_count;
    size_t sets_room;
    struct ps_job **shelf; /* in the order of their keys; each is the last put of its key */
    size_t shelf_count;
    size_t shelf_room;
    struct ps_journal_figures figures;
};

/* Room for one more element of `size` bytes: the array, perhaps moved. */
static void *one_more(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room) {
        return array;
    }
    *room = *room == 0 ? 8 : *room * 2;
    void *moved = realloc(array, *room * size);
    ps_assert(moved != NULL);
    return moved;
}

/* ---- storing --------------------------------------------------------------------------------- */

/* Where `name` is, or belongs. */
static size_t set_index(const struct memory *memory, const char *name, bool *ret_found)
{
    size_t low = 0;
    size_t high = memory->sets_count;
    *ret_found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(memory->sets[middle].name, name);
        if (order == 0) {
            *ret_found = true;
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct set *set_find(const struct memory *memory, const char *name)
{
    bool found = false;
    size_t index = set_index(memory, name, &found);
    return found ? &memory->sets[index] : NULL;
}

static struct set *set_find_or_make(struct memory *memory, const char *name)
{
    bool found = false;
    size_t index = set_index(memory, name, &found);
    if (!found) {
        memory->sets =
            one_more(memory->sets, memory->sets_count, &memory->sets_room, sizeof *memory->sets);
        memmove(&memory->sets[index + 1], &memory->sets[index],
                (memory->sets_count - index) * sizeof *memory->sets);
        memory->sets_count++;
        memory->sets[index] = (struct set){0};
        memcpy(memory->sets[index].name, name, strlen(name) + 1);
    }
    return &memory->sets[index];
}

static enum ps_journal_result store_append(struct memory *memory, const struct ps_job *job)
{
    const struct set *before = set_find(memory, job->name);
    if ((before == NULL ? 0 : before->count) != job->expected_seq) {
        return PS_JOURNAL_CONFLICT;
    }
    struct set *set = set_find_or_make(memory, job->name);
    for (size_t i = 0; i < job->records_count; i++) {
        struct ps_chain chain =
            set->count == 0 ? ps_chain_begin(set->name) : set->records[set->count - 1].chain;
        set->records = one_more(set->records, set->count, &set->room, sizeof *set->records);
        set->records[set->count++] = (struct stored){
            .record = job->records[i], .chain = ps_chain_next(&chain, &job->records[i])};
    }
    memory->figures.records += job->records_count;
    return PS_JOURNAL_OK;
}

static size_t shelf_index(const struct memory *memory, const char *key)
{
    size_t low = 0;
    size_t high = memory->shelf_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(memory->shelf[middle]->name, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Takes `job` onto the shelf, where it lives until it is overwritten. */
static void store_put(struct memory *memory, struct ps_job *job)
{
    size_t index = shelf_index(memory, job->name);
    bool found = index < memory->shelf_count && strcmp(memory->shelf[index]->name, job->name) == 0;
    if (found) {
        ps_job_free(memory->shelf[index]);
        memory->shelf[index] = job;
        return;
    }
    memory->shelf =
        one_more(memory->shelf, memory->shelf_count, &memory->shelf_room, sizeof *memory->shelf);
    memmove(&memory->shelf[index + 1], &memory->shelf[index],
            (memory->shelf_count - index) * sizeof(struct ps_job *));
    memory->shelf_count++;
    memory->shelf[index] = job;
}

/* Store `job` if the fault lets it; takes it. Returns what its owner is to be told, as a job
 * without content, or NULL for nobody. */
static struct ps_job *store(struct memory *memory, struct ps_job *job)
{
    struct ps_job *answer = job->done == NULL ? NULL : ps_job_failed(job->done, job->context);
    enum ps_journal_result result = PS_JOURNAL_IO;
    bool fails = job->result == PS_JOURNAL_IO || memory->fault == PS_FAULT_FAIL;
    if (!fails && job->kind == PS_JOB_PUT) {
        store_put(memory, job);
        result = PS_JOURNAL_OK;
        job = NULL;
    } else if (!fails) {
        result = store_append(memory, job);
        if (result == PS_JOURNAL_OK) {
            ps_jobs_add(&memory->kept, job);
            job = NULL;
        }
    }
    memory->figures.commits += result == PS_JOURNAL_OK;
    memory->figures.failures += result == PS_JOURNAL_IO;
    if (answer != NULL) {
        answer->result = result;
    }
    ps_job_free(job);
    return answer;
}

/* ---- the journal's contract ------------------------------------------------------------------ */

static void take_in(struct memory *memory, struct ps_job *job)
{
    ps_assert(job != NULL);
    bool fails = memory->fault == PS_FAULT_FAIL || memory->closing;
    job->result = fails ? PS_JOURNAL_IO : PS_JOURNAL_OK;
    ps_jobs_add(&memory->waiting, job);
    memory->figures.waiting++;
}

static void memory_append(struct ps_journal *journal, const char *set, uint64_t expected_seq,
                          const struct ps_record *records, size_t count, ps_journal_done done,
                          void *context)
{
    take_in((struct memory *)journal,
            ps_job_append(set, expected_seq, records, count, done, context));
}

static void memory_put(struct ps_journal *journal, const char *key, const void *value, size_t bytes,
                       ps_journal_done done, void *context)
{
    take_in((struct memory *)journal, ps_job_put(key, value, bytes, done, context));
}

static void tell(struct ps_job *answer)
{
    answer->done(answer->context, answer->result);
    ps_job_free(answer);
}

static void memory_poll(struct ps_journal *journal)
{
    struct memory *memory = (struct memory *)journal;
    if (memory->polling) {
        return; /* called by a `done`: the outer poll goes on, in order */
    }
    memory->polling = true;
    while (memory->fault != PS_FAULT_MUTE && memory->muted.first != NULL) {
        tell(ps_jobs_take(&memory->muted));
    }
    /* Only what was there at the beginning: what a `done` hands in waits for the next poll. */
    ps_jobs_join(&memory->working, &memory->waiting);
    while (memory->fault != PS_FAULT_HOLD && memory->working.first != NULL) {
        struct ps_job *answer = store(memory, ps_jobs_take(&memory->working));
        memory->figures.waiting--;
        if (answer != NULL && memory->fault == PS_FAULT_MUTE) {
            ps_jobs_add(&memory->muted, answer);
        } else if (answer != NULL) {
            tell(answer);
        }
    }
    ps_jobs_join(&memory->working, &memory->waiting);
    ps_jobs_join(&memory->waiting, &memory->working);
    memory->polling = false;
}

/* Under HOLD there is nothing to wait for: what is held stays held. */
static void memory_flush(struct ps_journal *journal)
{
    struct memory *memory = (struct memory *)journal;
    ps_assert(!memory->polling);
    do {
        memory_poll(journal);
    } while (memory->waiting.first != NULL && memory->fault != PS_FAULT_HOLD);
}

static enum ps_err memory_read(struct ps_journal *journal, const char *name, uint64_t from_seq,
                               ps_record_reader reader, void *context, uint64_t *ret_bad_seq)
{
    const struct memory *memory = (const struct memory *)journal;
    const struct set *set = set_find(memory, name);
    if (set == NULL) {
        return PS_E_ABSENT;
    }
    struct ps_chain chain = ps_chain_begin(name);
    if (from_seq > 1 && from_seq <= set->count) {
        chain = set->records[from_seq - 2].chain;
    }
    for (uint64_t seq = from_seq; seq <= set->count; seq++) {
        struct stored stored = set->records[seq - 1];
        chain = ps_chain_next(&chain, &stored.record);
        if (!ps_seal_equal(chain.hash, stored.chain.hash, sizeof chain.hash)) {
            *ret_bad_seq = seq;
            return PS_E_CORRUPT;
        }
        if (!reader(context, &stored.record)) {
            break;
        }
    }
    return PS_OK;
}

static enum ps_err memory_sets(struct ps_journal *journal, ps_set_reader reader, void *context)
{
    const struct memory *memory = (const struct memory *)journal;
    for (size_t i = 0; i < memory->sets_count; i++) {
        if (!reader(context, memory->sets[i].name, memory->sets[i].count)) {
            break;
        }
    }
    return PS_OK;
}

static enum ps_err memory_shelf(struct ps_journal *journal, const char *prefix,
                                ps_shelf_reader reader, void *context)
{
    const struct memory *memory = (const struct memory *)journal;
    for (size_t i = shelf_index(memory, prefix); i < memory->shelf_count; i++) {
        const struct ps_job *entry = memory->shelf[i];
        if (strncmp(entry->name, prefix, strlen(prefix)) != 0) {
            break;
        }
        if (entry->value == NULL) {
            continue; /* removed: the place is kept, it costs less than moving the rest */
        }
        if (!reader(context, entry->name, entry->value, entry->value_bytes)) {
            break;
        }
    }
    return PS_OK;
}

static struct ps_journal_figures memory_figures(const struct ps_journal *journal)
{
    return ((const struct memory *)journal)->figures;
}

static void free_all(struct ps_jobs *jobs)
{
    for (struct ps_job *job = ps_jobs_take(jobs); job != NULL; job = ps_jobs_take(jobs)) {
        ps_job_free(job);
    }
}

static void memory_close(struct ps_journal *journal)
{
    struct memory *memory = (struct memory *)journal;
    memory->fault = memory->fault == PS_FAULT_HOLD ? PS_FAULT_FAIL : PS_FAULT_NONE;
    memory->closing = true;
    for (int round = 0; memory->waiting.first != NULL || memory->muted.first != NULL; round++) {
        ps_assert(round < PS_CLOSE_ROUNDS_MAX);
        memory_poll(journal);
    }
    free_all(&memory->kept);
    for (size_t i = 0; i < memory->sets_count; i++) {
        free(memory->sets[i].records);
    }
    free(memory->sets);
    for (size_t i = 0; i < memory->shelf_count; i++) {
        ps_job_free(memory->shelf[i]);
    }
    free(memory->shelf);
    free(memory);
}

/* ---- making it, and what the simulator may do to it ------------------------------------------ */

static const struct ps_journal_ops memory_ops = {
    .append = memory_append,
    .read = memory_read,
    .sets = memory_sets,
    .put = memory_put,
    .shelf = memory_shelf,
    .poll = memory_poll,
    .flush = memory_flush,
    .close = memory_close,
    .figures = memory_figures,
};

struct ps_journal *ps_journal_memory_create(void)
{
    struct memory *memory = calloc(1, sizeof *memory);
    ps_assert(memory != NULL);
    memory->base.ops = &memory_ops;
    return &memory->base;
}

void ps_journal_memory_fault(struct ps_journal *journal, enum ps_journal_fault fault)
{
    ps_assert(journal->ops == &memory_ops);
    ((struct memory *)journal)->fault = fault;
}

void ps_journal_memory_crash(struct ps_journal *journal)
{
    ps_assert(journal->ops == &memory_ops);
    struct memory *memory = (struct memory *)journal;
    free_all(&memory->waiting);
    free_all(&memory->working);
    free_all(&memory->muted);
    memory->figures.waiting = 0;
}

void ps_journal_memory_spoil(struct ps_journal *journal, const char *name, uint64_t seq)
{
    ps_assert(journal->ops == &memory_ops);
    const struct set *set = set_find((struct memory *)journal, name);
    ps_assert(set != NULL);
    ps_assert(seq >= 1);
    ps_assert(seq <= set->count);
    set->records[seq - 1].record.at_ms ^= 1;
}
