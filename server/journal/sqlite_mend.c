/* sqlite_mend - what the writer does when nobody waits: the mark, checkpoints, anchors, and the
 * repair after a failure. Decisions 0010 and 0011. */
#include <string.h>

#include "journal/sqlite_parts.h"

/* A failure is not the committed group's: it is durable. The next commit tries again, with the same
 * slot, and until then the older mark says less, never too much. */
static void write_mark(struct ps_writer *writer, struct ps_mark mark)
{
    mark.turn = writer->mark.turn;
    if (ps_mark_write(writer->mark_fd, &mark) == PS_OK) {
        writer->mark = mark;
    }
}

void ps_writer_mark(struct ps_writer *writer)
{
    struct ps_mark mark = writer->tail;
    mark.frames = writer->frames;
    /* Read each time: a WAL that began again may already be longer than it was. */
    if (ps_wal_salt(writer->folder->dir, mark.salt) != PS_OK) {
        mark.frames = 0; /* empty or unknown: the mark asks for the records and puts alone */
    }
    bool same_wal = memcmp(mark.salt, writer->mark.salt, sizeof mark.salt) == 0;
    mark.moved = same_wal ? writer->mark.moved : 0;
    write_mark(writer, mark);
}

/* Not synced, the mark is only older after a power cut, which is no lie: tried again when idle. */
static void sync_mark(struct ps_writer *writer)
{
    if (ps_mark_sync(writer->mark_fd) != PS_OK) {
        writer->untidy = true;
    }
}

/* Move the whole WAL into the file and empty it. Only the writer's connection checkpoints, and only
 * here and in `move` (the WAL-reset fault of SQLite before 3.51.3 needs two). */
static bool empty_wal(struct ps_writer *writer)
{
    int frames = 0;
    int moved = 0;
    int rc =
        sqlite3_wal_checkpoint_v2(writer->db, "main", SQLITE_CHECKPOINT_TRUNCATE, &frames, &moved);
    return rc == SQLITE_OK && frames == moved;
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
        ps_writer_mark(writer);
    }
    return rc;
}

/* Anchors, then as much of the WAL into the file as readers allow. The mark learns how much of the
 * WAL is not needed any more, and nothing else: the commits since the last synced one may be lost
 * in a power cut, and it must not ask for them. */
static void move(struct ps_writer *writer)
{
    int frames = 0;
    int moved = 0;
    uint32_t salt[2];
    int rc = ps_writer_anchor(writer);
    if (rc == SQLITE_OK) {
        rc = sqlite3_wal_checkpoint_v2(writer->db, "main", SQLITE_CHECKPOINT_PASSIVE, &frames,
                                       &moved);
    }
    /* Busy is no failure: a reader holds an old snapshot, the next checkpoint will get further. */
    if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY) {
        ps_writer_drop(writer);
        return;
    }
    struct ps_mark mark = writer->mark;
    if (moved > 0 && ps_wal_salt(writer->folder->dir, salt) == PS_OK &&
        memcmp(salt, mark.salt, sizeof salt) == 0) {
        mark.moved = (uint64_t)moved;
    }
    write_mark(writer, mark);
    sync_mark(writer);
}

void ps_writer_checkpoint(struct ps_writer *writer)
{
    if (writer->frames < writer->frames_seen) {
        writer->frames_seen = 0; /* the WAL began again from its start */
    }
    if (writer->db == NULL || writer->frames < writer->frames_seen + writer->frames_max) {
        return;
    }
    writer->frames_seen = writer->frames;
    move(writer);
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
    bool mended = ps_writer_prepare(writer, db) == SQLITE_OK && empty_wal(writer) &&
                  ps_tail_load(db, &writer->tail, &writer->sums) == PS_OK;
    if (!mended) {
        ps_writer_drop(writer);
        return false;
    }
    ps_writer_mark(writer);
    return true;
}

void ps_writer_tidy(struct ps_writer *writer)
{
    writer->untidy = false;
    if (ps_writer_mend(writer)) { /* if not, the next append tries again */
        move(writer);
    }
}

void ps_writer_finish(struct ps_writer *writer)
{
    if (writer->db == NULL || ps_writer_anchor(writer) != SQLITE_OK || !empty_wal(writer)) {
        ps_writer_drop(writer); /* the WAL and the mark stay as they are: right for the next open */
        sync_mark(writer);
        return;
    }
    writer->frames = 0;
    ps_writer_mark(writer);
    sync_mark(writer);
    /* Empty and last: let SQLite take the -wal and -shm files away. */
    (void)sqlite3_db_config(writer->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    ps_writer_drop(writer);
}
