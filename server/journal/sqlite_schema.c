/* sqlite_schema - connections as the journal wants them, its tables, and the format check. */
#include "journal/sqlite_parts.h"

enum ps_err ps_sqlite_err(int rc)
{
    int primary = rc & 0xff;
    if (primary == SQLITE_OK || primary == SQLITE_ROW || primary == SQLITE_DONE) {
        return PS_OK;
    }
    /* Our SQL never changes, so SQLITE_ERROR and MISMATCH mean that the tables are not as we made
     * them. */
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || primary == SQLITE_ERROR ||
                   primary == SQLITE_MISMATCH || primary == SQLITE_SCHEMA ||
                   primary == SQLITE_FORMAT
               ? PS_E_CORRUPT
               : PS_E_IO;
}

int ps_sqlite_exec(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

int ps_sqlite_number(sqlite3 *db, const char *sql, int64_t *ret_number)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
    }
    if (rc == SQLITE_ROW) {
        *ret_number = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Common to all: extended codes, patience with locks, no trust in what the file says of itself. */
static int connect(const char *path, int flags, const char *pragmas, sqlite3 **ret_db)
{
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_busy_timeout(db, PS_BUSY_MS);
    }
    /* The last connection to close must not checkpoint by itself: at a refusal nothing may change,
     * and otherwise the writer does it in its own order. */
    if (rc == SQLITE_OK) {
        rc = sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = ps_sqlite_exec(db, "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
                                "PRAGMA temp_store=MEMORY;");
    }
    if (rc == SQLITE_OK) {
        rc = ps_sqlite_exec(db, pragmas);
    }
    if (rc != SQLITE_OK) {
        sqlite3_close_v2(db);
        return rc;
    }
    *ret_db = db;
    return SQLITE_OK;
}

int ps_sqlite_connect_reader(const char *path, sqlite3 **ret_db)
{
    return connect(path, SQLITE_OPEN_READONLY, "PRAGMA wal_autocheckpoint=0", ret_db);
}

int ps_sqlite_connect_writer(const char *path, sqlite3 **ret_db)
{
    return connect(
        path, SQLITE_OPEN_READWRITE,
        "PRAGMA page_size=4096; PRAGMA synchronous=FULL;"
        "PRAGMA wal_autocheckpoint=0;", /* the writer's own hook does it after answering */
        ret_db);
}

int ps_sqlite_use_wal(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(db, "PRAGMA journal_mode=WAL", -1, &statement, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
    }
    if (rc == SQLITE_ROW) { /* where it cannot, SQLite keeps the old mode and says so only here */
        const char *mode = (const char *)sqlite3_column_text(statement, 0);
        rc = mode != NULL && sqlite3_stricmp(mode, "wal") == 0 ? SQLITE_OK : SQLITE_IOERR;
    }
    sqlite3_finalize(statement);
    return rc;
}

/* `record` is append-only by its rowid: a commit of many sets dirties the last page of the table,
 * and of the index a page for each set. The triggers are for people with a tool in their hand. The
 * anchor of a set (head_seq, head_chain) is how far it was at the last checkpoint: it shows when
 * the end of a set is missing. */
static const char schema_sql[] =
    "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id=1), format INTEGER NOT NULL,"
    "  puts INTEGER NOT NULL, sets_sum BLOB NOT NULL, shelf_sum BLOB NOT NULL,"
    "  anchored INTEGER NOT NULL) STRICT;"
    "CREATE TABLE sets (name TEXT PRIMARY KEY, id INTEGER NOT NULL,"
    "  head_seq INTEGER NOT NULL, head_chain BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE record (id INTEGER PRIMARY KEY, set_id INTEGER NOT NULL,"
    "  seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, cause TEXT NOT NULL, kind TEXT NOT NULL,"
    "  version INTEGER NOT NULL, facts TEXT NOT NULL, words TEXT NOT NULL, chain BLOB NOT NULL) "
    "STRICT;"
    "CREATE UNIQUE INDEX record_by_set ON record (set_id, seq);"
    "CREATE TRIGGER record_stays BEFORE UPDATE ON record"
    "  BEGIN SELECT raise(ABORT, 'records are append-only'); END;"
    "CREATE TRIGGER record_remains BEFORE DELETE ON record"
    "  BEGIN SELECT raise(ABORT, 'records are append-only'); END;"
    "CREATE TABLE shelf (key TEXT PRIMARY KEY, value BLOB NOT NULL, proof BLOB NOT NULL)"
    "  STRICT, WITHOUT ROWID;"
    "INSERT INTO meta VALUES (1, %d, 0, zeroblob(32), zeroblob(32), 0);"
    "PRAGMA application_id=%d; PRAGMA user_version=%d;";

static enum ps_err make(sqlite3 *db, const char **ret_why)
{
    char *sql = sqlite3_mprintf(schema_sql, PS_JOURNAL_FORMAT, PS_SQLITE_ID, PS_JOURNAL_FORMAT);
    int rc = sql == NULL ? SQLITE_NOMEM : ps_sqlite_exec(db, "BEGIN EXCLUSIVE");
    if (rc == SQLITE_OK) {
        rc = ps_sqlite_exec(db, sql);
    }
    if (rc == SQLITE_OK) {
        rc = ps_sqlite_exec(db, "COMMIT");
    }
    sqlite3_free(sql);
    if (rc != SQLITE_OK) {
        *ret_why = ps_why("The journal cannot be made: %s.", sqlite3_errmsg(db));
        return ps_sqlite_err(rc);
    }
    return PS_OK;
}

enum ps_err ps_schema_ready(sqlite3 *db, bool *ret_fresh, const char **ret_why)
{
    int64_t id = 0;
    int64_t format = 0;
    int64_t named = 0; /* the format once more, in meta: both must say the same */
    int64_t tables = 0;
    int rc = ps_sqlite_number(db, "PRAGMA application_id", &id);
    if (rc == SQLITE_OK) {
        rc = ps_sqlite_number(db, "PRAGMA user_version", &format);
    }
    if (rc == SQLITE_OK) {
        rc = ps_sqlite_number(db, "SELECT count(*) FROM sqlite_schema", &tables);
    }
    if (rc == SQLITE_OK && id == 0 && format == 0 && tables == 0) {
        enum ps_err err = make(db, ret_why);
        *ret_fresh = err == PS_OK;
        return err;
    }
    if (rc == SQLITE_OK && id == PS_SQLITE_ID && format > PS_JOURNAL_FORMAT) {
        *ret_why =
            ps_why("This journal was written by a newer Peerset (format %lld; this one knows up to "
                   "%d). Install that version again, or start with a backup of this one.",
                   (long long)format, PS_JOURNAL_FORMAT);
        return PS_E_NEWER;
    }
    if (rc == SQLITE_OK) {
        rc = ps_sqlite_number(db, "SELECT format FROM meta", &named);
    }
    if (rc != SQLITE_OK || id != PS_SQLITE_ID || format != named || format < 1) {
        enum ps_err err = rc == SQLITE_OK ? PS_E_CORRUPT : ps_sqlite_err(rc);
        *ret_why =
            err == PS_E_CORRUPT
                ? ps_why("peerset.db is damaged, or is not a journal of Peerset: restore a backup.")
                : ps_why("The journal cannot be read: %s.", sqlite3_errmsg(db));
        return err;
    }
    *ret_fresh = false;
    return PS_OK;
}
