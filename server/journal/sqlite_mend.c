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

int ps_writer_anchor(struct ps_writer *writer)
{
    uint64_t record_id = writer->tail.record_id;
    if (writer->sums.anchored_id >= record_id) {
        return SQLITE_OK;
    }
    (void)sqlite3_bind_int64(writer->sql[PS_SQL_ANCHOR], 1, (int64_t)writer->sums.anchored_id);
    (void)sqlite3_bind_int64(writer->sql[PS_SQL_ANCHORED], 1, (int64_t)record_id);
    const enum ps_writer_sql steps[] = {PS_SQL_BEGIN, PS_SQL_ANCHOR, PS_SQL_ANCHORED,
                                        PS_SQL_COMMIT};
    int rc = SQLITE_OK;
    for (size_t i = 0; i < PS_COUNT(steps) && rc == SQLITE_OK; i++) {
        rc = ps_writer_run(writer, steps[i]);
    }
    if (rc == SQLITE_OK) {
        writer->sums.anchored_id = record_id;
    }
    return rc;
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
    if (ps_writer_anchor(writer) != SQLITE_OK ||
        !is_fine(checkpoint(writer, SQLITE_CHECKPOINT_PASSIVE, &emptied))) {
        ps_writer_drop(writer);
        return;
    }
    ps_writer_mark(writer); /* the anchors were one more commit */
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
     * Until that works, nothing is written: no later commit may be built on what may come back. */
    sqlite3 *db = NULL;
    if (ps_sqlite_connect_writer(writer->folder->db_path, &db) != SQLITE_OK) {
        return false;
    }
    bool emptied = false;
    bool mended = ps_writer_prepare(writer, db) == SQLITE_OK &&
                  checkpoint(writer, SQLITE_CHECKPOINT_TRUNCATE, &emptied) == SQLITE_OK &&
                  emptied && ps_tail_load(db, &writer->tail, &writer->sums) == PS_OK;
    if (!mended) {
        ps_writer_drop(writer);
        return false;
    }
    return true;
}

void ps_writer_tidy(struct ps_writer *writer)
{
    bool emptied = false;
    writer->untidy = false;
    if (!ps_writer_mend(writer)) {
        return; /* the next append tries again */
    }
    if (ps_writer_anchor(writer) != SQLITE_OK ||
        !is_fine(checkpoint(writer, SQLITE_CHECKPOINT_PASSIVE, &emptied))) {
        ps_writer_drop(writer);
        return;
    }
    ps_writer_mark(writer);
    sync_mark(writer);
}

void ps_writer_finish(struct ps_writer *writer)
{
    bool emptied = false;
    if (writer->db == NULL || ps_writer_anchor(writer) != SQLITE_OK ||
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
