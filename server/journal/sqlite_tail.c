/* sqlite_tail - how far a connection is, and whether its two small tables are whole.
 *
 * Records are proven by the chain of their set, but a set or a shelf entry that is missing leaves
 * no gap anywhere: one wrong bit in the count of a page is enough. So `meta` keeps a sum over all
 * of each: the hashes of the rows, put together by exclusive or, which needs no order and takes a
 * row out as it took it in. */
#include <string.h>

#include "journal/sqlite_parts.h"

void ps_sum_change(uint8_t sum[PS_HASH_BYTES], const uint8_t proof[PS_HASH_BYTES])
{
    for (size_t i = 0; i < PS_HASH_BYTES; i++) {
        sum[i] = (uint8_t)(sum[i] ^ proof[i]);
    }
}

void ps_set_proof(const char *set, int64_t set_id, uint8_t ret_proof[PS_HASH_BYTES])
{
    uint8_t id[8];
    for (int i = 0; i < 8; i++) {
        id[i] = (uint8_t)((uint64_t)set_id >> (8 * i));
    }
    const void *pieces[] = {"set", id, set};
    const size_t sizes[] = {4, sizeof id, strlen(set)};
    ps_seal_hash_pieces(pieces, sizes, PS_COUNT(pieces), ret_proof);
}

void ps_shelf_proof(const char *key, const void *value, size_t bytes,
                    uint8_t ret_proof[PS_HASH_BYTES])
{
    const void *pieces[] = {"shelf", key, value};
    const size_t sizes[] = {6, strlen(key) + 1, bytes};
    ps_seal_hash_pieces(pieces, sizes, PS_COUNT(pieces), ret_proof);
}

/* Copy a hash out of a row; false when there is none. */
static bool column_hash(sqlite3_stmt *statement, int column, uint8_t ret_hash[PS_HASH_BYTES])
{
    const void *bytes = sqlite3_column_blob(statement, column);
    if (bytes == NULL || sqlite3_column_bytes(statement, column) != PS_HASH_BYTES) {
        return false;
    }
    memcpy(ret_hash, bytes, PS_HASH_BYTES);
    return true;
}

static enum ps_err load_last_record(sqlite3 *db, struct ps_mark *tail)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT id, chain FROM record ORDER BY id DESC LIMIT 1", -1,
                                &statement, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
    }
    enum ps_err err = ps_sqlite_err(rc);
    if (rc == SQLITE_ROW) {
        tail->record_id = (uint64_t)sqlite3_column_int64(statement, 0);
        err = column_hash(statement, 1, tail->chain) ? PS_OK : PS_E_CORRUPT;
    }
    sqlite3_finalize(statement);
    return err;
}

static enum ps_err load_meta(sqlite3 *db, struct ps_mark *tail, struct ps_sums *sums)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT puts, sets_sum, shelf_sum, anchored FROM meta", -1,
                                &statement, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
    }
    enum ps_err err = rc == SQLITE_DONE ? PS_E_CORRUPT : ps_sqlite_err(rc);
    if (rc == SQLITE_ROW) {
        tail->puts = (uint64_t)sqlite3_column_int64(statement, 0);
        sums->anchored_id = (uint64_t)sqlite3_column_int64(statement, 3);
        bool whole =
            column_hash(statement, 1, sums->sets) && column_hash(statement, 2, sums->shelf);
        err = whole ? PS_OK : PS_E_CORRUPT;
    }
    sqlite3_finalize(statement);
    return err;
}

enum ps_err ps_tail_load(sqlite3 *db, struct ps_mark *ret_tail, struct ps_sums *ret_sums)
{
    struct ps_mark tail = {0};
    struct ps_sums sums = {0};
    enum ps_err err = load_last_record(db, &tail);
    if (err == PS_OK) {
        err = load_meta(db, &tail, &sums);
    }
    if (err == PS_OK) {
        err = ps_sqlite_err(ps_sqlite_number(db, "SELECT max(id) FROM sets", &sums.last_set_id));
    }
    if (err == PS_OK) {
        *ret_tail = tail;
        *ret_sums = sums;
    }
    return err;
}

static int add_sets(sqlite3 *db, uint8_t sum[PS_HASH_BYTES])
{
    sqlite3_stmt *statement = NULL;
    uint8_t proof[PS_HASH_BYTES];
    int rc = sqlite3_prepare_v2(db, "SELECT name, id FROM sets", -1, &statement, NULL);
    while (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        const unsigned char *name = sqlite3_column_text(statement, 0);
        ps_set_proof(name == NULL ? "" : (const char *)name, sqlite3_column_int64(statement, 1),
                     proof);
        ps_sum_change(sum, proof);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    return rc;
}

static int add_shelf(sqlite3 *db, uint8_t sum[PS_HASH_BYTES])
{
    sqlite3_stmt *statement = NULL;
    uint8_t proof[PS_HASH_BYTES];
    int rc = sqlite3_prepare_v2(db, "SELECT key, value FROM shelf", -1, &statement, NULL);
    while (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        const unsigned char *key = sqlite3_column_text(statement, 0);
        const void *value = sqlite3_column_blob(statement, 1);
        ps_shelf_proof(key == NULL ? "" : (const char *)key, value,
                       (size_t)sqlite3_column_bytes(statement, 1), proof);
        ps_sum_change(sum, proof);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    return rc;
}

enum ps_err ps_sums_check(sqlite3 *db, const struct ps_sums *expected)
{
    struct ps_sums sums = {0};
    int rc = add_sets(db, sums.sets);
    if (rc == SQLITE_DONE) {
        rc = add_shelf(db, sums.shelf);
    }
    if (rc != SQLITE_DONE) {
        return ps_sqlite_err(rc);
    }
    bool whole = ps_seal_equal(sums.sets, expected->sets, sizeof sums.sets) &&
                 ps_seal_equal(sums.shelf, expected->shelf, sizeof sums.shelf);
    return whole ? PS_OK : PS_E_CORRUPT;
}
