/* sqlite_mend - what the writer does when nobody waits: the mark, checkpoints, anchors, and the
 * repair after a failure. Decisions 0010 and 0011. */
#include <string.h>

#include "journal/sqlite_parts.h"

/* Write the tail as the mark. A failure is not the committed group's: it is durable. The next
 * commit tries again, and until then the older mark says less, never too much. */
void ps_writer_mark(struct ps_writer *writer)
{
    struct ps_mark mark = writer->tail;
    mark.turn = writer->mark.turn;
    mark.frames = writer->frames;
    /* Read each time: a WAL that began again may already be longer than it was. */
    if (ps_wal_salt(writer->folder->dir, mark.salt) != PS_OK) {
        mark.frames = 0; /* unknown: then the mark asks for the records and puts alone */
    }
    if (ps_mark_write(writer->mark_fd, &mark) == PS_OK) {
        writer->mark = mark;
    }
}

/* Not synced, the mark is only older after a power cut, which is no lie: tried again when idle. */
static void sync_mark(struct ps_writer *writer)
{
    if (ps_mark_sync(writer->mark_fd) != PS_OK) {
        writer->untidy = true;
    }
}

/* Only the writer's connection checkpoints, and only here (the WAL-reset fault of SQLite
 * before 3.51.3 needs two). `*ret_emptied`: nothing in the WAL is needed any more. */
static int checkpoint(struct ps_writer *writer, int mode, bool *ret_emptied)
{
    int frames = 0;
    int moved = 0;
    int rc = sqlite3_wal_checkpoint_v2(writer->db, "main", mode, &frames, &moved);
    *ret_emptied = rc == SQLITE_OK && frames == moved;
    return rc;
}

/* Busy is no failure: a reader holds an old snapshot, the next checkpoint will get further. */
static bool is_fine(int rc)
{
    return rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY;
}

void ps_writer_checkpoint(struct ps_writer *writer)
{
    if (writer->frames < writer->frames_seen) {
        writer->frames_seen = 0; /* the WAL began again from its start */
    }
    if (writer->db == NULL || writer->frames < writer->frames_seen + PS_WAL_FRAMES_CHECKPOINT) {
        return;
    }
    bool emptied = false;
    writer->frames_seen = writer->frames;
    if (!is_fine(checkpoint(writer, SQLITE_CHECKPOINT_PASSIVE, &emptied))) {
        ps_writer_drop(writer);
        return;
    }
    sync_mark(writer);
}

bool ps_writer_mend(struct ps_writer *writer)
{
    if (writer->db != NULL) {
        return true;
    }
    /* Whether the failed commit reached the disk is unknown, its people were told that it did not.
     * The reader's connection kept the index of the WAL alive, and that index ends before the
     * failed commit; moving what it knows into the file and emptying the WAL removes the rest.
     * Until that works, nothing is written: a later commit must not be built on what may come back.
     */
    sqlite3 *db = NULL;
    if (ps_sqlite_connect_writer(writer->folder->db_path, &db) != SQLITE_OK) {
        return false;
    }
    bool emptied = false;
    bool mended = ps_writer_prepare(writer, db) == SQLITE_OK &&
                  checkpoint(writer, SQLITE_CHECKPOINT_TRUNCATE, &emptied) == SQLITE_OK &&
                  emptied && ps_tail_load(db, &writer->tail) == PS_OK;
    if (!mended) {
        ps_writer_drop(writer);
        return false;
    }
    return true;
}

/* How far each set is, beside the set: so its end cannot go missing unnoticed (ps_sqlite_read). */
static bool anchor(struct ps_writer *writer)
{
    if (!writer->unanchored) {
        return true;
    }
    sqlite3_stmt *sql = writer->sql[PS_SQL_ANCHOR];
    int rc = sqlite3_step(sql);
    (void)sqlite3_reset(sql);
    if (rc != SQLITE_DONE) {
        return false;
    }
    writer->unanchored = false;
    ps_writer_mark(writer);
    return true;
}

void ps_writer_tidy(struct ps_writer *writer)
{
    bool emptied = false;
    writer->untidy = false;
    if (!ps_writer_mend(writer)) {
        return; /* the next append tries again */
    }
    if (!anchor(writer) || !is_fine(checkpoint(writer, SQLITE_CHECKPOINT_PASSIVE, &emptied))) {
        ps_writer_drop(writer);
        return;
    }
    sync_mark(writer);
}

enum ps_err ps_tail_load(sqlite3 *db, struct ps_mark *ret_tail)
{
    sqlite3_stmt *statement = NULL;
    struct ps_mark tail = {0};
    int64_t puts = -1;
    int rc = sqlite3_prepare_v2(db, "SELECT id, chain FROM record ORDER BY id DESC LIMIT 1", -1,
                                &statement, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
    }
    bool whole = rc == SQLITE_DONE ||
                 (rc == SQLITE_ROW && sqlite3_column_bytes(statement, 1) == PS_HASH_BYTES);
    if (rc == SQLITE_ROW && whole) {
        tail.record_id = (uint64_t)sqlite3_column_int64(statement, 0);
        memcpy(tail.chain, sqlite3_column_blob(statement, 1), PS_HASH_BYTES);
    }
    sqlite3_finalize(statement);
    if (rc == SQLITE_ROW || rc == SQLITE_DONE) {
        rc = ps_sqlite_number(db, "SELECT value FROM meta WHERE key='puts'", &puts);
    }
    if (rc != SQLITE_OK || !whole || puts < 0) {
        return rc == SQLITE_OK ? PS_E_CORRUPT : ps_sqlite_err(rc);
    }
    tail.puts = (uint64_t)puts;
    *ret_tail = tail;
    return PS_OK;
}

void ps_writer_finish(struct ps_writer *writer)
{
    bool emptied = false;
    if (writer->db == NULL || !anchor(writer) ||
        checkpoint(writer, SQLITE_CHECKPOINT_TRUNCATE, &emptied) != SQLITE_OK || !emptied) {
        ps_writer_drop(writer); /* the WAL and the mark stay as they are: right for the next open */
        sync_mark(writer);
        return;
    }
    struct ps_mark mark = writer->tail;
    mark.turn = writer->mark.turn;
    mark.frames = 0;
    if (ps_mark_write(writer->mark_fd, &mark) == PS_OK) {
        sync_mark(writer);
    }
    /* Empty and last: let SQLite take the -wal and -shm files away. */
    (void)sqlite3_db_config(writer->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    ps_writer_drop(writer);
}
