/* sqlite_open - opening the journal: every check comes before the first change, so that a journal
 * that is refused can still be looked at as it was found.
 *
 *      folder and lock -> mark -> WAL against the mark -> tables and format -> tail against the
 * mark
 *      -> (from here on things change) WAL into the file -> reader -> new mark -> thread */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "journal/sqlite_parts.h"

/* ---- checks ---------------------------------------------------------------------------------- */

static enum ps_err read_mark(int dir, struct ps_mark *mark, const char **ret_why)
{
    enum ps_err err = ps_mark_read(dir, mark);
    if (err == PS_E_ABSENT) {
        *mark = (struct ps_mark){0}; /* a new journal, or a backup put into an empty folder */
        return PS_OK;
    }
    if (err != PS_OK) {
        *ret_why =
            err == PS_E_CORRUPT
                ? ps_why(
                      "peerset.mark is damaged, so nobody can tell whether the journal is whole. "
                      "Restore a backup into an empty folder; or, if the disk is known to be "
                      "sound, remove peerset.mark.")
                : ps_why("peerset.mark cannot be read: %s.", strerror(errno));
    }
    return err;
}

static enum ps_err lost(const char *what, const char **ret_why)
{
    *ret_why =
        ps_why("The journal holds less than it has acknowledged: %s. Nothing was changed. Copy the "
               "folder away, then restore a backup into an empty folder.",
               what);
    return PS_E_CORRUPT;
}

static enum ps_err check_wal(int dir, const struct ps_mark *mark, bool db_is_empty,
                             const char **ret_why)
{
    struct ps_wal wal;
    enum ps_err err = ps_wal_scan(dir, &wal);
    if (err != PS_OK) {
        *ret_why = ps_why("peerset.db-wal cannot be read: %s.", strerror(errno));
        return err;
    }
    if (db_is_empty && (mark->record_id > 0 || mark->puts > 0 || wal.has_bytes)) {
        return lost("peerset.db is missing or empty", ret_why);
    }
    if (mark->frames == 0 || !wal.has_bytes) {
        return PS_OK; /* nothing was needed of it, or the tail will tell */
    }
    /* A WAL that is begun anew was moved whole before; a kill in its first write is no loss. */
    if (!wal.sound && mark->moved < mark->frames) {
        return lost("the beginning of peerset.db-wal is damaged", ret_why);
    }
    if (wal.sound && memcmp(wal.salt, mark->salt, sizeof wal.salt) == 0 &&
        wal.frames < mark->frames) {
        return lost("peerset.db-wal is cut off or damaged", ret_why);
    }
    return PS_OK;
}

/* peerset.db, made if it is not there, 0600. Before SQLite opens it: a descriptor of ours that is
 * closed later would drop SQLite's locks. */
static enum ps_err ready_file(int dir, bool *ret_empty, const char **ret_why)
{
    int fd = openat(dir, "peerset.db", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat found;
    bool ready = fd >= 0 && fchmod(fd, 0600) == 0 && fstat(fd, &found) == 0;
    if (!ready) {
        *ret_why = ps_why("peerset.db cannot be opened for writing: %s.", strerror(errno));
    } else {
        *ret_empty = found.st_size == 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    return ready ? PS_OK : PS_E_IO;
}

/* Is what the mark saw last still there, and the same? */
static enum ps_err check_tail(sqlite3 *db, struct ps_writer *writer, const char **ret_why)
{
    const struct ps_mark *mark = &writer->mark;
    enum ps_err err = ps_tail_load(db, &writer->tail, &writer->sums);
    if (err != PS_OK) {
        *ret_why = ps_why("The end of the journal cannot be read: %s. Restore a backup.",
                          sqlite3_errmsg(db));
        return err;
    }
    if (writer->tail.record_id < mark->record_id || writer->tail.puts < mark->puts) {
        return lost(
            "the end of it is missing (was peerset.db-wal removed, or an older peerset.db put "
            "in its place?)",
            ret_why);
    }
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT chain FROM record WHERE id=?1", -1, &statement, NULL);
    if (rc == SQLITE_OK) {
        (void)sqlite3_bind_int64(statement, 1, (int64_t)mark->record_id);
        rc = sqlite3_step(statement);
    }
    bool same = rc == SQLITE_ROW && sqlite3_column_bytes(statement, 0) == PS_HASH_BYTES &&
                memcmp(sqlite3_column_blob(statement, 0), mark->chain, PS_HASH_BYTES) == 0;
    sqlite3_finalize(statement);
    return same || mark->record_id == 0 ? PS_OK
                                        : lost("its last record is not the one it wrote", ret_why);
}

static enum ps_err check_sums(sqlite3 *db, const struct ps_sums *sums, const char **ret_why)
{
    enum ps_err err = ps_sums_check(db, sums);
    if (err != PS_OK) {
        *ret_why =
            err == PS_E_CORRUPT
                ? ps_why("The list of sets or the shelf in peerset.db is damaged. Nothing was "
                         "changed. Copy the folder away, then restore a backup into an empty "
                         "folder.")
                : ps_why("peerset.db cannot be read: %s.", sqlite3_errmsg(db));
    }
    return err;
}

/* ---- changes --------------------------------------------------------------------------------- */

/* A reader that has read: from then on it keeps the index of the WAL alive (ps_writer_mend). */
static int ready_reader(const char *path, sqlite3 **ret_db)
{
    int64_t sets = 0;
    int rc = ps_sqlite_connect_reader(path, ret_db);
    return rc == SQLITE_OK ? ps_sqlite_number(*ret_db, "SELECT count(*) FROM sets", &sets) : rc;
}

static enum ps_err begin_mark(struct ps_writer *writer, const char **ret_why)
{
    struct ps_mark mark = writer->tail;
    mark.turn = writer->mark.turn;
    if (ps_mark_write(writer->mark_fd, &mark) != PS_OK || ps_mark_sync(writer->mark_fd) != PS_OK ||
        fsync(writer->folder->dir) != 0) {
        *ret_why = ps_why("peerset.mark cannot be written: %s.", strerror(errno));
        return PS_E_IO;
    }
    writer->mark = mark;
    return PS_OK;
}

/* All that was in the WAL is in the file and durable, and the mark says so. */
static enum ps_err begin(struct ps_sqlite *sqlite, sqlite3 *db, const char **ret_why)
{
    struct ps_writer *writer = &sqlite->writer;
    int rc = ps_writer_prepare(writer, db);
    if (ps_mark_open(sqlite->folder.dir, &writer->mark_fd) != PS_OK) {
        *ret_why = ps_why("peerset.mark cannot be opened for writing: %s.", strerror(errno));
        return PS_E_IO;
    }
    if (rc == SQLITE_OK) {
        rc = ps_sqlite_use_wal(db);
    }
    if (rc == SQLITE_OK) {
        rc = ps_writer_anchor(writer);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = ready_reader(sqlite->folder.db_path, &sqlite->reader);
    }
    if (rc != SQLITE_OK) {
        *ret_why = ps_why("The journal in %s cannot be written: %s.", sqlite->folder.path,
                          sqlite3_errstr(rc));
        return ps_sqlite_err(rc);
    }
    return begin_mark(writer, ret_why);
}

static enum ps_err open_database(struct ps_sqlite *sqlite, const char **ret_why)
{
    struct ps_writer *writer = &sqlite->writer;
    sqlite3 *db = NULL;
    bool empty = true;
    bool fresh = false;
    enum ps_err err = read_mark(sqlite->folder.dir, &writer->mark, ret_why);
    if (err == PS_OK) {
        err = ready_file(sqlite->folder.dir, &empty, ret_why);
    }
    if (err == PS_OK) {
        err = check_wal(sqlite->folder.dir, &writer->mark, empty, ret_why);
    }
    if (err == PS_OK) {
        int rc = ps_sqlite_connect_writer(sqlite->folder.db_path, &db);
        if (rc != SQLITE_OK) {
            *ret_why = ps_why("peerset.db cannot be opened: %s.", sqlite3_errstr(rc));
        }
        err = ps_sqlite_err(rc);
    }
    if (err == PS_OK) {
        err = ps_schema_ready(db, &fresh, ret_why);
    }
    if (err == PS_OK) {
        err = check_tail(db, writer, ret_why);
    }
    if (err == PS_OK) {
        err = check_sums(db, &writer->sums, ret_why);
    }
    if (err != PS_OK) {
        sqlite3_close_v2(db);
        return err;
    }
    return begin(sqlite, db, ret_why);
}

/* The thread takes no signals: they are the loop's. */
static enum ps_err start_thread(struct ps_sqlite *sqlite, const char **ret_why)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&sqlite->thread, NULL, ps_sqlite_thread, sqlite);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0) {
        *ret_why = ps_why("The journal's thread cannot be started: %s.", strerror(failed));
        return PS_E_LIMIT;
    }
    (void)pthread_setname_np(sqlite->thread, "journal");
    return PS_OK;
}

static struct ps_sqlite *create(void (*wake)(void *context), void *context)
{
    struct ps_sqlite *sqlite = calloc(1, sizeof *sqlite);
    struct ps_head *heads = calloc(PS_HEADS_SLOTS, sizeof *heads);
    if (sqlite == NULL || heads == NULL) {
        free(sqlite);
        free(heads);
        return NULL;
    }
    sqlite->base.ops = &ps_sqlite_ops;
    sqlite->idle_ms = PS_JOURNAL_IDLE_MS;
    sqlite->wake = wake;
    sqlite->wake_context = context;
    sqlite->folder.dir = -1;
    sqlite->folder.lock = -1;
    sqlite->writer.folder = &sqlite->folder;
    sqlite->writer.heads = heads;
    sqlite->writer.frames_max = PS_WAL_FRAMES_CHECKPOINT;
    sqlite->writer.mark_fd = -1;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&sqlite->lock, NULL);
    pthread_cond_init(&sqlite->work, &monotonic);
    pthread_cond_init(&sqlite->rest, NULL);
    pthread_condattr_destroy(&monotonic);
    return sqlite;
}

void ps_sqlite_free(struct ps_sqlite *sqlite)
{
    sqlite3_close_v2(sqlite->reader);
    ps_writer_drop(&sqlite->writer);
    if (sqlite->writer.mark_fd >= 0) {
        close(sqlite->writer.mark_fd);
    }
    if (sqlite->folder.dir >= 0) {
        ps_folder_close(&sqlite->folder);
    }
    pthread_cond_destroy(&sqlite->rest);
    pthread_cond_destroy(&sqlite->work);
    pthread_mutex_destroy(&sqlite->lock);
    free(sqlite->writer.heads);
    free(sqlite);
}

enum ps_err ps_journal_sqlite_open(const char *folder, void (*wake)(void *context), void *context,
                                   struct ps_journal **ret_journal, const char **ret_why)
{
    struct ps_sqlite *sqlite = create(wake, context);
    if (sqlite == NULL) {
        *ret_why = ps_why("There is not enough memory for the journal.");
        return PS_E_LIMIT;
    }
    enum ps_err err = ps_folder_open(folder, &sqlite->folder, ret_why);
    if (err == PS_OK) {
        err = open_database(sqlite, ret_why);
    }
    if (err == PS_OK) {
        err = start_thread(sqlite, ret_why);
    }
    if (err != PS_OK) {
        ps_sqlite_free(sqlite);
        return err;
    }
    *ret_journal = &sqlite->base;
    return PS_OK;
}
