/* sqlite_writer - one group: everything that waits goes into one transaction, with one sync.
 *
 * A conflict is the business of its own append. Any other failure undoes the whole group, and the
 * connection is closed and opened again before anything is tried (sqlite_mend.c): what a failed
 * sync has left behind is unknown, and a second sync may claim success for what the first lost. */
#include "journal/sqlite_writer.h"

#include <string.h>

#include "journal/sqlite_parts.h"

/* ---- heads: what the writer remembers of the sets it has appended to ------------------------- */

static struct ps_head *head_slot(const struct ps_writer *writer, const char *set)
{
    uint32_t hash = 2166136261U; /* FNV-1a: names come from us, nobody can choose collisions */
    for (const char *at = set; *at != '\0'; at++) {
        hash = (hash ^ (uint8_t)*at) * 16777619U;
    }
    size_t slot = hash % PS_HEADS_SLOTS;
    while (writer->heads[slot].set[0] != '\0' && strcmp(writer->heads[slot].set, set) != 0) {
        slot = (slot + 1) % PS_HEADS_SLOTS; /* ends: never more than half of the slots are taken */
    }
    return &writer->heads[slot];
}

static void forget_heads(struct ps_writer *writer)
{
    memset(writer->heads, 0, PS_HEADS_SLOTS * sizeof *writer->heads);
    writer->heads_count = 0;
}

/* ---- statements ------------------------------------------------------------------------------ */

static const char *const statements[PS_SQL_COUNT] = {
    [PS_SQL_BEGIN] = "BEGIN IMMEDIATE",
    [PS_SQL_COMMIT] = "COMMIT",
    [PS_SQL_ROLLBACK] = "ROLLBACK",
    [PS_SQL_FIND_SET] = "SELECT id, head_seq FROM sets WHERE name=?1",
    [PS_SQL_MAKE_SET] = "INSERT INTO sets (name, id, head_seq, head_chain) VALUES (?1, ?3, 0, ?2)",
    [PS_SQL_HEAD] = "SELECT seq, chain FROM record WHERE set_id=?1 ORDER BY seq DESC LIMIT 1",
    [PS_SQL_RECORD] = "INSERT INTO record (set_id, seq, at_ms, cause, kind, version, facts, words, "
                      "chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [PS_SQL_PUT] = "INSERT OR REPLACE INTO shelf (key, value, proof) VALUES (?1, ?2, ?3)",
    [PS_SQL_REMOVE] = "DELETE FROM shelf WHERE key=?1",
    [PS_SQL_PROOF] = "SELECT proof FROM shelf WHERE key=?1",
    [PS_SQL_META] = "UPDATE meta SET puts=?1, sets_sum=?2, shelf_sum=?3",
    /* Through the table, not the index: the two must bear each other out when a set is read. */
    [PS_SQL_ANCHOR] = "UPDATE sets SET head_seq=r.seq, head_chain=r.chain FROM (SELECT set_id, "
                      "max(seq) AS seq, chain FROM record NOT INDEXED WHERE id>?1 GROUP BY set_id)"
                      " AS r WHERE sets.id=r.set_id AND sets.head_seq<r.seq",
    [PS_SQL_ANCHORED] = "UPDATE meta SET anchored=?1",
};

/* SQLite tells the length of the WAL after each commit. */
static int committed(void *context, sqlite3 *db, const char *name, int frames)
{
    (void)db;
    (void)name;
    ((struct ps_writer *)context)->frames = (uint64_t)frames;
    return SQLITE_OK;
}

int ps_writer_prepare(struct ps_writer *writer, sqlite3 *db)
{
    writer->db = db;
    int rc = SQLITE_OK;
    for (size_t i = 0; i < PS_SQL_COUNT && rc == SQLITE_OK; i++) {
        rc = sqlite3_prepare_v3(db, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &writer->sql[i],
                                NULL);
    }
    (void)sqlite3_wal_hook(db, committed, writer);
    writer->frames = 0;
    writer->frames_seen = 0;
    return rc;
}

void ps_writer_drop(struct ps_writer *writer)
{
    for (size_t i = 0; i < PS_SQL_COUNT; i++) {
        sqlite3_finalize(writer->sql[i]);
        writer->sql[i] = NULL;
    }
    sqlite3_close_v2(writer->db);
    writer->db = NULL;
    forget_heads(writer);
}

int ps_writer_run(struct ps_writer *writer, enum ps_writer_sql which)
{
    int rc = sqlite3_step(writer->sql[which]);
    int reset = sqlite3_reset(writer->sql[which]);
    return rc == SQLITE_DONE ? SQLITE_OK : (reset != SQLITE_OK ? reset : SQLITE_ERROR);
}

/* ---- one append ------------------------------------------------------------------------------ */

static int make_set(struct ps_writer *writer, const char *set, struct ps_head *head)
{
    sqlite3_stmt *sql = writer->sql[PS_SQL_MAKE_SET];
    head->chain = ps_chain_begin(set);
    head->seq = 0;
    (void)sqlite3_bind_text(sql, 1, set, -1, SQLITE_STATIC);
    (void)sqlite3_bind_blob(sql, 2, head->chain.hash, PS_HASH_BYTES, SQLITE_STATIC);
    head->set_id = ++writer->sums.last_set_id;
    (void)sqlite3_bind_int64(sql, 3, head->set_id);
    uint8_t proof[PS_HASH_BYTES];
    ps_set_proof(set, head->set_id, proof);
    ps_sum_change(writer->sums.sets, proof);
    writer->meta_changed = true;
    return ps_writer_run(writer, PS_SQL_MAKE_SET);
}

/* The end of a set that is in the file. `*ret_whole` is false if it was once longer. */
static int load_head(struct ps_writer *writer, const char *set, struct ps_head *head,
                     bool *ret_known, bool *ret_whole)
{
    sqlite3_stmt *find = writer->sql[PS_SQL_FIND_SET];
    (void)sqlite3_bind_text(find, 1, set, -1, SQLITE_STATIC);
    int rc = sqlite3_step(find);
    *ret_known = rc == SQLITE_ROW;
    head->set_id = *ret_known ? sqlite3_column_int64(find, 0) : 0;
    uint64_t anchor = *ret_known ? (uint64_t)sqlite3_column_int64(find, 1) : 0;
    (void)sqlite3_reset(find);
    if (rc != SQLITE_ROW) {
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
    }
    sqlite3_stmt *end = writer->sql[PS_SQL_HEAD];
    (void)sqlite3_bind_int64(end, 1, head->set_id);
    rc = sqlite3_step(end);
    bool whole = rc == SQLITE_ROW && sqlite3_column_bytes(end, 1) == PS_HASH_BYTES;
    if (whole) {
        head->seq = (uint64_t)sqlite3_column_int64(end, 0);
        memcpy(head->chain.hash, sqlite3_column_blob(end, 1), PS_HASH_BYTES);
    }
    *ret_whole = whole && head->seq >= anchor;
    (void)sqlite3_reset(end);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The head of `set`, remembered or loaded. `*ret_head` is NULL when the set does not exist, or its
 * end is damaged: then nothing fits after it, and the answer CONFLICT makes its owner read it and
 * find out. */
static int find_head(struct ps_writer *writer, const char *set, bool may_make,
                     struct ps_head **ret_head)
{
    struct ps_head *slot = head_slot(writer, set);
    *ret_head = slot;
    if (slot->set[0] != '\0') {
        return SQLITE_OK;
    }
    if (writer->heads_count == PS_HEADS_MAX) {
        forget_heads(writer); /* all of them are in the file */
        slot = head_slot(writer, set);
    }
    struct ps_head head = {0};
    bool known = false;
    bool whole = true;
    int rc = load_head(writer, set, &head, &known, &whole);
    if (rc == SQLITE_OK && !known && may_make) {
        rc = make_set(writer, set, &head);
    }
    if (rc != SQLITE_OK || !whole || (!known && !may_make)) {
        *ret_head = NULL;
        return rc;
    }
    memcpy(head.set, set, strlen(set) + 1);
    *slot = head;
    writer->heads_count++;
    *ret_head = slot;
    return SQLITE_OK;
}

static int write_record(struct ps_writer *writer, struct ps_head *head,
                        const struct ps_record *record)
{
    head->chain = ps_chain_next(&head->chain, record);
    sqlite3_stmt *sql = writer->sql[PS_SQL_RECORD];
    (void)sqlite3_bind_int64(sql, 1, head->set_id);
    (void)sqlite3_bind_int64(sql, 2, (int64_t)record->seq);
    (void)sqlite3_bind_int64(sql, 3, record->at_ms);
    (void)sqlite3_bind_text(sql, 4, record->cause, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(sql, 5, record->kind, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(sql, 6, record->version);
    (void)sqlite3_bind_text64(sql, 7, record->facts, record->facts_bytes, SQLITE_STATIC,
                              SQLITE_UTF8);
    (void)sqlite3_bind_text64(sql, 8, record->words, record->words_bytes, SQLITE_STATIC,
                              SQLITE_UTF8);
    (void)sqlite3_bind_blob(sql, 9, head->chain.hash, PS_HASH_BYTES, SQLITE_STATIC);
    int rc = ps_writer_run(writer, PS_SQL_RECORD);
    if (rc == SQLITE_OK) {
        head->seq = record->seq;
        writer->tail.record_id = (uint64_t)sqlite3_last_insert_rowid(writer->db);
        memcpy(writer->tail.chain, head->chain.hash, PS_HASH_BYTES);
    }
    return rc;
}

static int write_append(struct ps_writer *writer, struct ps_job *job, uint64_t *records)
{
    struct ps_head *head = NULL;
    int rc = find_head(writer, job->name, job->expected_seq == 0, &head);
    if (rc == SQLITE_OK && (head == NULL || head->seq != job->expected_seq)) {
        job->result = PS_JOURNAL_CONFLICT;
        return SQLITE_OK;
    }
    for (size_t i = 0; i < job->records_count && rc == SQLITE_OK; i++) {
        rc = write_record(writer, head, &job->records[i]);
    }
    *records += job->records_count;
    return rc;
}

/* Take what stands at `key` out of the sum. */
static int take_out(struct ps_writer *writer, const char *key)
{
    sqlite3_stmt *sql = writer->sql[PS_SQL_PROOF];
    (void)sqlite3_bind_text(sql, 1, key, -1, SQLITE_STATIC);
    int rc = sqlite3_step(sql);
    if (rc == SQLITE_ROW && sqlite3_column_bytes(sql, 0) == PS_HASH_BYTES) {
        ps_sum_change(writer->sums.shelf, sqlite3_column_blob(sql, 0));
    }
    (void)sqlite3_reset(sql);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int write_put(struct ps_writer *writer, const struct ps_job *job)
{
    int rc = take_out(writer, job->name);
    if (rc != SQLITE_OK) {
        return rc;
    }
    writer->tail.puts++;
    writer->meta_changed = true;
    enum ps_writer_sql which = job->value == NULL ? PS_SQL_REMOVE : PS_SQL_PUT;
    sqlite3_stmt *sql = writer->sql[which];
    uint8_t proof[PS_HASH_BYTES];
    (void)sqlite3_bind_text(sql, 1, job->name, -1, SQLITE_STATIC);
    if (job->value != NULL) {
        ps_shelf_proof(job->name, job->value, job->value_bytes, proof);
        (void)sqlite3_bind_blob64(sql, 2, job->value, job->value_bytes, SQLITE_STATIC);
        (void)sqlite3_bind_blob(sql, 3, proof, sizeof proof, SQLITE_STATIC);
        ps_sum_change(writer->sums.shelf, proof);
    }
    return ps_writer_run(writer, which);
}

/* ---- a group --------------------------------------------------------------------------------- */

static int write_jobs(struct ps_writer *writer, const struct ps_jobs *jobs, uint64_t *records)
{
    int rc = SQLITE_OK;
    writer->meta_changed = false;
    for (struct ps_job *job = jobs->first; job != NULL && rc == SQLITE_OK; job = job->next) {
        if (job->result == PS_JOURNAL_IO) {
            continue; /* there was no room for it: only its answer is in the queue */
        }
        switch (job->kind) {
        case PS_JOB_APPEND:
            rc = write_append(writer, job, records);
            break;
        case PS_JOB_PUT:
            rc = write_put(writer, job);
            break;
        }
    }
    if (rc == SQLITE_OK && writer->meta_changed) {
        sqlite3_stmt *sql = writer->sql[PS_SQL_META];
        (void)sqlite3_bind_int64(sql, 1, (int64_t)writer->tail.puts);
        (void)sqlite3_bind_blob(sql, 2, writer->sums.sets, PS_HASH_BYTES, SQLITE_STATIC);
        (void)sqlite3_bind_blob(sql, 3, writer->sums.shelf, PS_HASH_BYTES, SQLITE_STATIC);
        rc = ps_writer_run(writer, PS_SQL_META);
    }
    return rc;
}

static int write_group(struct ps_writer *writer, const struct ps_jobs *jobs, bool synced,
                       uint64_t *records)
{
    int rc = synced ? SQLITE_OK : ps_sqlite_exec(writer->db, "PRAGMA synchronous=NORMAL");
    if (rc == SQLITE_OK) {
        rc = ps_writer_run(writer, PS_SQL_BEGIN);
    }
    if (rc == SQLITE_OK) {
        rc = write_jobs(writer, jobs, records);
    }
    if (rc == SQLITE_OK) {
        rc = ps_writer_run(writer, PS_SQL_COMMIT);
    }
    return rc;
}

uint64_t ps_writer_group(struct ps_writer *writer, const struct ps_jobs *jobs, bool synced)
{
    uint64_t records = 0;
    bool written =
        ps_writer_mend(writer) && write_group(writer, jobs, synced, &records) == SQLITE_OK;
    if (written) {
        writer->untidy = true;
        if (synced) {
            ps_writer_mark(writer);
        } else if (ps_sqlite_exec(writer->db, "PRAGMA synchronous=FULL") != SQLITE_OK) {
            ps_writer_drop(writer); /* on this connection an answer would mean nothing */
        }
        return records;
    }
    /* All or nothing: also a conflict may have been one with an append that is now undone. */
    for (struct ps_job *job = jobs->first; job != NULL; job = job->next) {
        job->result = PS_JOURNAL_IO;
    }
    ps_writer_drop(writer);
    return 0;
}
