/* sqlite_read - reads on connections of their own, which never write and never checkpoint, and the
 * backup. A statement is prepared for each call, so a reader function may read again. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "journal/sqlite_parts.h"

static int prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret_statement)
{
    return sqlite3_prepare_v2(db, sql, -1, ret_statement, NULL);
}

/* ---- records --------------------------------------------------------------------------------- */

/* A set as `sets` knows it. */
struct anchor {
    int64_t set_id;
    uint64_t seq;
    struct ps_chain chain;
};

static bool column_chain(sqlite3_stmt *statement, int column, struct ps_chain *ret_chain)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    if (bytes == NULL || sqlite3_column_bytes(statement, column) != PS_HASH_BYTES) {
        return false;
    }
    memcpy(ret_chain->hash, bytes, PS_HASH_BYTES);
    return true;
}

static enum ps_err find_anchor(sqlite3 *db, const char *set, struct anchor *ret_anchor)
{
    sqlite3_stmt *statement = NULL;
    int rc = prepare(db, "SELECT id, head_seq, head_chain FROM sets WHERE name=?1", &statement);
    if (rc == SQLITE_OK) {
        rc = sqlite3_bind_text(statement, 1, set, -1, SQLITE_STATIC);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
    }
    enum ps_err err = rc == SQLITE_DONE ? PS_E_ABSENT : ps_sqlite_err(rc);
    if (rc == SQLITE_ROW) {
        ret_anchor->set_id = sqlite3_column_int64(statement, 0);
        ret_anchor->seq = (uint64_t)sqlite3_column_int64(statement, 1);
        err = column_chain(statement, 2, &ret_anchor->chain) ? PS_OK : PS_E_CORRUPT;
    }
    sqlite3_finalize(statement);
    return err;
}

static const char *column_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return text == NULL ? "" : (const char *)text;
}

/* The record of the row, whose texts live until the next step; false when it cannot be one. */
static bool column_record(sqlite3_stmt *statement, struct ps_record *ret_record,
                          struct ps_chain *ret_chain)
{
    int64_t version = sqlite3_column_int64(statement, 4);
    if (version < 0 || version > UINT32_MAX || !column_chain(statement, 7, ret_chain)) {
        return false;
    }
    *ret_record = (struct ps_record){
        .seq = (uint64_t)sqlite3_column_int64(statement, 0),
        .at_ms = sqlite3_column_int64(statement, 1),
        .cause = column_text(statement, 2),
        .kind = column_text(statement, 3),
        .version = (uint32_t)version,
        .facts = column_text(statement, 5),
        .words = column_text(statement, 6),
    };
    ret_record->facts_bytes = (size_t)sqlite3_column_bytes(statement, 5);
    ret_record->words_bytes = (size_t)sqlite3_column_bytes(statement, 6);
    return true;
}

/* One record against the chain so far and the anchor; moves the chain on. */
static bool follows(const struct ps_record *record, const struct ps_chain *stored, uint64_t seq,
                    const struct anchor *anchor, struct ps_chain *chain)
{
    if (record->seq != seq) {
        return false;
    }
    *chain = ps_chain_next(chain, record);
    if (!ps_seal_equal(chain->hash, stored->hash, PS_HASH_BYTES)) {
        return false;
    }
    return seq != anchor->seq || ps_seal_equal(chain->hash, anchor->chain.hash, PS_HASH_BYTES);
}

/* Give records from *at on; *at is then the next one, or the first that is wrong. */
static enum ps_err give(sqlite3_stmt *statement, const struct anchor *anchor, struct ps_chain chain,
                        ps_record_reader reader, void *context, uint64_t *at)
{
    int rc = sqlite3_step(statement);
    for (; rc == SQLITE_ROW; rc = sqlite3_step(statement)) {
        struct ps_record record;
        struct ps_chain stored;
        if (!column_record(statement, &record, &stored) ||
            !follows(&record, &stored, *at, anchor, &chain)) {
            return PS_E_CORRUPT;
        }
        ++*at;
        if (!reader(context, &record)) {
            return PS_OK;
        }
    }
    if (rc != SQLITE_DONE) {
        return ps_sqlite_err(rc);
    }
    return *at <= anchor->seq ? PS_E_CORRUPT : PS_OK; /* it was once longer than it is now */
}

/* The chain as it was before `seq`, from the record before it. */
static enum ps_err chain_before(sqlite3 *db, int64_t set_id, uint64_t seq,
                                struct ps_chain *ret_chain)
{
    sqlite3_stmt *statement = NULL;
    int rc = prepare(db, "SELECT chain FROM record WHERE set_id=?1 AND seq=?2", &statement);
    if (rc == SQLITE_OK) {
        (void)sqlite3_bind_int64(statement, 1, set_id);
        (void)sqlite3_bind_int64(statement, 2, (int64_t)seq - 1);
        rc = sqlite3_step(statement);
    }
    enum ps_err err = rc == SQLITE_DONE ? PS_E_ABSENT : ps_sqlite_err(rc);
    if (rc == SQLITE_ROW && !column_chain(statement, 0, ret_chain)) {
        err = PS_E_CORRUPT;
    }
    sqlite3_finalize(statement);
    return err;
}

static enum ps_err read_from(sqlite3 *db, const char *set, const struct anchor *anchor,
                             ps_record_reader reader, void *context, uint64_t *at)
{
    struct ps_chain chain = ps_chain_begin(set);
    enum ps_err err = *at == 1 ? PS_OK : chain_before(db, anchor->set_id, *at, &chain);
    if (err == PS_E_ABSENT) { /* beyond the head, or the head is not where it was */
        return *at <= anchor->seq + 1 ? PS_E_CORRUPT : PS_OK;
    }
    sqlite3_stmt *statement = NULL;
    if (err == PS_OK) {
        err = ps_sqlite_err(prepare(db,
                                    "SELECT seq, at_ms, cause, kind, version, facts, words, chain "
                                    "FROM record WHERE set_id=?1 AND seq>=?2 ORDER BY seq",
                                    &statement));
    }
    if (err == PS_OK) {
        (void)sqlite3_bind_int64(statement, 1, anchor->set_id);
        (void)sqlite3_bind_int64(statement, 2, (int64_t)*at);
        err = give(statement, anchor, chain, reader, context, at);
    }
    sqlite3_finalize(statement);
    return err;
}

enum ps_err ps_sqlite_read(sqlite3 *db, const char *set, uint64_t from_seq, ps_record_reader reader,
                           void *context, uint64_t *ret_bad_seq)
{
    uint64_t at = from_seq;
    struct anchor anchor = {0};
    /* One snapshot for the anchor and the records; inside of a reader the outer one is used. */
    bool outer = sqlite3_get_autocommit(db) != 0;
    enum ps_err err = outer ? ps_sqlite_err(ps_sqlite_exec(db, "BEGIN")) : PS_OK;
    if (err == PS_OK) {
        err = find_anchor(db, set, &anchor);
    }
    if (err == PS_OK) {
        err = read_from(db, set, &anchor, reader, context, &at);
    }
    if (outer && sqlite3_get_autocommit(db) == 0) {
        (void)ps_sqlite_exec(db, "COMMIT"); /* nothing was written: this only ends the snapshot */
    }
    if (err == PS_E_CORRUPT) {
        *ret_bad_seq = at;
    }
    return err;
}

enum ps_err ps_sqlite_sets(sqlite3 *db, ps_set_reader reader, void *context)
{
    sqlite3_stmt *statement = NULL;
    int rc = prepare(db,
                     "SELECT name, (SELECT max(seq) FROM record WHERE set_id=sets.id) FROM sets "
                     "ORDER BY name",
                     &statement);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
    }
    for (; rc == SQLITE_ROW; rc = sqlite3_step(statement)) {
        if (!reader(context, column_text(statement, 0),
                    (uint64_t)sqlite3_column_int64(statement, 1))) {
            break;
        }
    }
    sqlite3_finalize(statement);
    return ps_sqlite_err(rc);
}

/* ---- the shelf ------------------------------------------------------------------------------- */

static bool is_proven(sqlite3_stmt *statement, const char *key, const void *value, size_t bytes)
{
    struct ps_chain stored;
    uint8_t proof[PS_HASH_BYTES];
    ps_shelf_proof(key, value, bytes, proof);
    return column_chain(statement, 2, &stored) && ps_seal_equal(stored.hash, proof, sizeof proof);
}

enum ps_err ps_sqlite_shelf(sqlite3 *db, const char *prefix, ps_shelf_reader reader, void *context)
{
    sqlite3_stmt *statement = NULL;
    int rc =
        prepare(db, "SELECT key, value, proof FROM shelf WHERE key>=?1 ORDER BY key", &statement);
    if (rc == SQLITE_OK) {
        rc = sqlite3_bind_text(statement, 1, prefix, -1, SQLITE_STATIC);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
    }
    enum ps_err err = PS_OK;
    for (; rc == SQLITE_ROW; rc = sqlite3_step(statement)) {
        const char *key = column_text(statement, 0);
        const void *value = sqlite3_column_blob(statement, 1);
        size_t bytes = (size_t)sqlite3_column_bytes(statement, 1);
        if (!is_proven(statement, key, value, bytes)) {
            err = PS_E_CORRUPT;
            break;
        }
        if (strncmp(key, prefix, strlen(prefix)) != 0 ||
            !reader(context, key, value == NULL ? "" : value, bytes)) {
            break;
        }
    }
    sqlite3_finalize(statement);
    return err == PS_OK ? ps_sqlite_err(rc) : err;
}

/* ---- backup ---------------------------------------------------------------------------------- */

static int vacuum_into(sqlite3 *db, const char *to)
{
    sqlite3_stmt *statement = NULL;
    int rc = prepare(db, "VACUUM INTO ?1", &statement);
    if (rc == SQLITE_OK) {
        rc = sqlite3_bind_text(statement, 1, to, -1, SQLITE_STATIC);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The file and its name, on the disk. */
static bool sync_file_and_folder(int fd, const char *to)
{
    const char *slash = strrchr(to, '/');
    size_t count = slash == NULL ? 0 : (size_t)(slash - to) + 1;
    char folder[PS_PATH_BYTES_MAX] = ".";
    if (count >= sizeof folder) {
        return false;
    }
    if (count > 0) {
        memcpy(folder, to, count);
        folder[count] = '\0';
    }
    int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = dir >= 0 && fsync(fd) == 0 && fsync(dir) == 0;
    if (dir >= 0) {
        close(dir);
    }
    return synced;
}

enum ps_err ps_journal_sqlite_backup(struct ps_journal *journal, const char *to,
                                     const char **ret_why)
{
    ps_assert(journal->ops == &ps_sqlite_ops);
    const struct ps_sqlite *sqlite = (const struct ps_sqlite *)journal;
    /* Made here, empty, so that it is ours alone from its first moment; VACUUM INTO takes an empty
     * file. */
    int fd = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        bool taken = errno == EEXIST;
        *ret_why = taken ? ps_why("%s is there already: a backup overwrites nothing.", to)
                         : ps_why("The backup %s cannot be made: %s.", to, strerror(errno));
        return taken ? PS_E_CONFLICT : PS_E_IO;
    }
    sqlite3 *db = NULL;
    int rc = ps_sqlite_connect_reader(sqlite->folder.db_path, &db);
    if (rc == SQLITE_OK) {
        rc = vacuum_into(db, to);
    }
    if (rc == SQLITE_OK && !sync_file_and_folder(fd, to)) {
        rc = SQLITE_IOERR;
    }
    sqlite3_close_v2(db);
    close(fd);
    if (rc != SQLITE_OK) {
        (void)unlink(to);
        *ret_why = ps_why("The backup %s could not be finished: %s.", to, sqlite3_errstr(rc));
        return ps_sqlite_err(rc);
    }
    return PS_OK;
}
