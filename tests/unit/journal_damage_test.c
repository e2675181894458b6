/* What SQLite would lose in silence, and the journal must not: a WAL cut off, flipped or gone, a
 * file with one wrong bit. Faults 8 to 11 of the catalogue of faults, and goal R10.
 *
 * One journal is written by a process that is killed, so that its WAL holds what was acknowledged;
 * each test works on copies of it. The rule for every damage: either somebody is told (the open is
 * refused, or reading names the record), or all that was acknowledged comes back unchanged. */
#include "journal_fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "base/prng.h"
#include "journal/files.h"

enum { FILES = 4, APPENDS = 40 };
static const char *const names[FILES] = {"peerset.db", "peerset.db-wal", "peerset.mark",
                                         "peerset.db-shm"};
/* Killed after its last append; killed when all of the WAL had been moved into the file already. */
enum kind { FRESH, MOVED, KINDS };
static struct place *originals[KINDS];
static struct place *original; /* the one in use */

/* ---- making and copying ---------------------------------------------------------------------- */

static void write_some(struct ps_journal *journal, uint64_t from, uint64_t appends)
{
    char value[32];
    for (uint64_t i = from; i < from + appends; i++) {
        (void)append_now(journal, "alpha", i * 2, 2);
        (void)append_now(journal, i % 2 == 0 ? "beta" : "gamma", i / 2, 1);
        (void)snprintf(value, sizeof value, "value %llu", (unsigned long long)i);
        ps_journal_put(journal, i % 3 == 0 ? "key/a" : "key/b", value, strlen(value), NULL, NULL);
        ps_journal_flush(journal);
    }
}

/* The first half is in the file, and its pages are in the WAL too: a checkpoint has moved them. */
static void checkpoint(const struct place *place)
{
    sqlite3 *db = NULL;
    int frames = 0;
    int moved = 0;
    assert_int_equal(sqlite3_open(place_file(place, "peerset.db"), &db), SQLITE_OK);
    /* A connection that has not read yet does not know of the WAL. */
    assert_int_equal(sqlite3_exec(db, "SELECT count(*) FROM record", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &moved), SQLITE_OK);
    assert_true(frames > 0);
    assert_int_equal(moved, frames);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int make_original(enum kind kind)
{
    void *place = NULL;
    if (place_setup(&place) != 0) {
        return -1;
    }
    originals[kind] = place;
    pid_t child = fork();
    if (child == 0) {
        struct ps_journal *journal = open_journal(originals[kind]->folder);
        write_some(journal, 0, APPENDS / 2);
        checkpoint(originals[kind]);
        write_some(journal, APPENDS / 2, APPENDS / 2);
        if (kind == MOVED) {
            checkpoint(originals[kind]);
        }
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) ? 0 : -1;
}

static int group_setup(void **state)
{
    *state = NULL;
    return make_original(FRESH) != 0 || make_original(MOVED) != 0 ? -1 : 0;
}

static int group_teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        void *place = originals[i];
        if (place != NULL) {
            (void)place_teardown(&place);
        }
    }
    return 0;
}

static void copy_original(const struct place *place)
{
    place_remove(place->folder);
    assert_int_equal(mkdir(place->folder, 0700), 0);
    for (size_t i = 0; i < 3; i++) { /* -shm is made anew, as after a restart of the machine */
        file_copy(place_file(original, names[i]), place_file(place, names[i]));
    }
}

/* ---- judging --------------------------------------------------------------------------------- */

struct digest {
    uint64_t sum;
    uint64_t count;
};

static void mix(struct digest *digest, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < count; i++) {
        digest->sum = (digest->sum ^ at[i]) * 0x100000001b3U;
    }
    digest->count++;
}

static bool mix_record(void *context, const struct ps_record *record)
{
    mix(context, &record->seq, sizeof record->seq);
    mix(context, &record->at_ms, sizeof record->at_ms);
    mix(context, &record->version, sizeof record->version);
    mix(context, record->cause, strlen(record->cause));
    mix(context, record->kind, strlen(record->kind));
    mix(context, record->facts, record->facts_bytes);
    mix(context, record->words, record->words_bytes);
    return true;
}

static bool mix_entry(void *context, const char *key, const void *value, size_t bytes)
{
    mix(context, key, strlen(key));
    mix(context, value, bytes);
    return true;
}

struct sets {
    char names[16][PS_ID_CHARS_MAX];
    size_t count;
};

static bool take_set(void *context, const char *set, uint64_t head_seq)
{
    struct sets *sets = context;
    (void)head_seq;
    if (sets->count < PS_COUNT(sets->names)) {
        (void)snprintf(sets->names[sets->count++], PS_ID_CHARS_MAX, "%.23s", set);
    }
    return true;
}

/* Open, read everything, close. False: somebody was told that something is wrong. */
static bool read_all(const char *folder, struct digest *digest)
{
    struct ps_journal *journal = NULL;
    const char *why = NULL;
    struct sets sets = {.count = 0};
    uint64_t bad = 0;
    *digest = (struct digest){.sum = 0xcbf29ce484222325U};
    if (ps_journal_sqlite_open(folder, NULL, NULL, &journal, &why) != PS_OK) {
        assert_non_null(why);
        assert_true(strlen(why) > 20);
        return false;
    }
    bool whole = ps_journal_sets(journal, take_set, &sets) == PS_OK;
    for (size_t i = 0; i < sets.count; i++) {
        mix(digest, sets.names[i], strlen(sets.names[i]));
        whole =
            ps_journal_read(journal, sets.names[i], 1, mix_record, digest, &bad) == PS_OK && whole;
    }
    whole = ps_journal_shelf(journal, "", mix_entry, digest) == PS_OK && whole;
    ps_journal_close(journal);
    return whole;
}

/* How many of the damages were noticed. Every other must have changed nothing. */
struct tally {
    unsigned noticed;
    unsigned harmless;
};

static void judge(const struct place *place, const struct digest *expected, const char *what,
                  uint64_t where, struct tally *tally)
{
    struct digest digest;
    if (!read_all(place->folder, &digest)) {
        tally->noticed++;
        return;
    }
    if (digest.sum != expected->sum) {
        fail_msg("%s at %llu changed what is read, and nobody was told", what,
                 (unsigned long long)where);
    }
    tally->harmless++;
}

static struct digest expected_digest(const struct place *place, enum kind kind)
{
    original = originals[kind];
    struct digest digest;
    copy_original(place);
    assert_true(read_all(place->folder, &digest));
    assert_true(digest.count > 7 * APPENDS * 3);
    return digest;
}

/* The bytes of the original's WAL that recovery needs: behind them are old frames, or nothing. */
static off_t needed_wal_bytes(void)
{
    struct ps_wal wal;
    int dir = open(original->folder, O_RDONLY | O_DIRECTORY);
    assert_int_equal(ps_wal_scan(dir, &wal), PS_OK);
    close(dir);
    assert_true(wal.sound);
    assert_true(wal.frames > 20);
    off_t bytes = 32 + (off_t)wal.frames * (24 + 4096);
    assert_true(bytes <= file_bytes(place_file(original, names[1])));
    return bytes;
}

/* ---- the sentences --------------------------------------------------------------------------- */

static void a_killed_writer_leaves_everything_it_acknowledged(void **state)
{
    const struct place *place = *state;
    original = originals[FRESH];
    copy_original(place);

    struct ps_journal *journal = open_journal(place->folder);

    assert_int_equal(head_of(journal, "alpha"), APPENDS * 2);
    assert_int_equal(head_of(journal, "beta"), APPENDS / 2);
    assert_int_equal(head_of(journal, "gamma"), APPENDS / 2);
    ps_journal_close(journal);
}

static void a_wal_cut_off_anywhere_is_noticed(void **state)
{
    const struct place *place = *state;
    struct digest expected = expected_digest(place, FRESH);
    off_t bytes = needed_wal_bytes();
    struct tally tally = {0};
    enum { POINTS = 60 };

    for (off_t i = 0; i < POINTS; i++) {
        copy_original(place);
        off_t at = bytes * i / POINTS;
        assert_int_equal(truncate(place_file(place, names[1]), at), 0);
        judge(place, &expected, "a WAL cut off", (uint64_t)at, &tally);
    }

    assert_int_equal(tally.noticed, POINTS);
}

static void a_flipped_bit_anywhere_in_the_wal_is_noticed(void **state)
{
    const struct place *place = *state;
    struct digest expected = expected_digest(place, FRESH);
    off_t bytes = needed_wal_bytes();
    struct ps_prng prng = ps_prng_seed(1);
    struct tally tally = {0};
    enum { FLIPS = 200 };

    for (unsigned i = 0; i < FLIPS; i++) {
        copy_original(place);
        /* The header too, bit by bit, before chance takes over. */
        uint64_t at = i < 32 ? i : ps_prng_below(&prng, (uint64_t)bytes);
        file_flip_bit(place_file(place, names[1]), (off_t)at, (unsigned)ps_prng_below(&prng, 8));
        judge(place, &expected, "a bit of the WAL", at, &tally);
    }

    assert_int_equal(tally.noticed, FLIPS);
}

/* The worst case: SQLite would lay the old pages that are left of the WAL over the newer ones of
 * the file, and the end of the journal may still look right. */
static void a_damaged_wal_that_was_moved_already_is_noticed(void **state)
{
    const struct place *place = *state;
    struct digest expected = expected_digest(place, MOVED);
    off_t bytes = needed_wal_bytes();
    struct ps_prng prng = ps_prng_seed(4);
    struct tally tally = {0};

    for (unsigned i = 1; i <= 60; i++) {
        copy_original(place);
        uint64_t at = 1 + ps_prng_below(&prng, (uint64_t)bytes - 1);
        if (i % 2 == 0) {
            assert_int_equal(truncate(place_file(place, names[1]), (off_t)at), 0);
        } else {
            file_flip_bit(place_file(place, names[1]), (off_t)at, i % 8);
        }
        judge(place, &expected, "a damage to a moved WAL", at, &tally);
    }
    assert_int_equal(tally.noticed, 60);

    copy_original(place); /* gone altogether, it is not needed: everything is in the file */
    assert_int_equal(unlink(place_file(place, names[1])), 0);
    judge(place, &expected, "a moved WAL that was removed", 0, &tally);
    assert_int_equal(tally.harmless, 1);
}

static void a_removed_wal_is_noticed(void **state)
{
    const struct place *place = *state;
    struct digest expected = expected_digest(place, FRESH);
    struct tally tally = {0};
    copy_original(place);

    assert_int_equal(unlink(place_file(place, names[1])), 0);

    judge(place, &expected, "a removed WAL", 0, &tally);
    assert_int_equal(tally.noticed, 1);
}

static void a_wal_that_a_tool_has_moved_into_the_file_is_no_damage(void **state)
{
    const struct place *place = *state;
    struct digest expected = expected_digest(place, FRESH);
    struct tally tally = {0};
    sqlite3 *db = NULL;
    copy_original(place);

    assert_int_equal(sqlite3_open(place_file(place, "peerset.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "SELECT count(*) FROM record", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK); /* the last to close checkpoints and removes */
    assert_int_equal(file_bytes(place_file(place, names[1])), -1);

    judge(place, &expected, "a tool", 0, &tally);
    assert_int_equal(tally.harmless, 1);
}

static uint64_t file_sum(const char *path)
{
    struct digest digest = {0};
    char bytes[65536];
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    for (ssize_t n = read(fd, bytes, sizeof bytes); n > 0; n = read(fd, bytes, sizeof bytes)) {
        mix(&digest, bytes, (size_t)n);
    }
    close(fd);
    return digest.sum;
}

static void assert_refused_and_left_alone(const struct place *place)
{
    struct digest digest;
    uint64_t before[3];
    for (size_t i = 0; i < 3; i++) {
        before[i] = file_sum(place_file(place, names[i]));
    }

    assert_false(read_all(place->folder, &digest));
    assert_false(read_all(place->folder, &digest));

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(file_sum(place_file(place, names[i])), before[i]);
    }
}

static void a_refused_journal_is_left_as_it_was_found(void **state)
{
    const struct place *place = *state;
    sqlite3 *db = NULL;
    original = originals[FRESH];

    copy_original(place); /* refused before SQLite sees it */
    assert_int_equal(truncate(place_file(place, names[1]), 40000), 0);
    assert_refused_and_left_alone(place);

    copy_original(place); /* refused by what SQLite reads, with a WAL that is whole */
    assert_int_equal(sqlite3_open(place_file(place, "peerset.db"), &db), SQLITE_OK);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=7", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_refused_and_left_alone(place);
}

/* The index is how a set is read; after a kill its anchor is older. An entry less must not pass. */
static void an_index_that_lost_its_last_entry_is_noticed_also_after_a_kill(void **state)
{
    const struct place *place = *state;
    struct reading reading = {0};
    uint64_t bad = 0;
    sqlite3 *db = NULL;
    sqlite3_stmt *root = NULL;
    original = originals[FRESH];
    copy_original(place);
    assert_int_equal(sqlite3_open(place_file(place, "peerset.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT rootpage FROM sqlite_schema "
                                        "WHERE name='record_by_set'",
                                        -1, &root, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(root), SQLITE_ROW);
    off_t page = (off_t)(sqlite3_column_int64(root, 0) - 1) * 4096;
    sqlite3_finalize(root);
    assert_int_equal(sqlite3_close(db), SQLITE_OK); /* moves the WAL into the file */
    uint8_t count[2]; /* cells of the page, big-endian: the last one is the end of gamma */
    int fd = open(place_file(place, "peerset.db"), O_RDWR);
    assert_int_equal(pread(fd, count, sizeof count, page + 3), 2);
    count[1]--;
    assert_int_equal(pwrite(fd, count, sizeof count, page + 3), 2);
    close(fd);

    struct ps_journal *journal = open_journal(place->folder);

    assert_int_equal(ps_journal_read(journal, "gamma", 1, count_record, &reading, &bad),
                     PS_E_CORRUPT);
    assert_int_equal(bad, APPENDS / 2);
    ps_journal_close(journal);
}

static void a_flipped_bit_anywhere_in_the_mark_changes_nothing_unnoticed(void **state)
{
    const struct place *place = *state;
    struct digest expected = expected_digest(place, FRESH);
    struct ps_prng prng = ps_prng_seed(2);
    struct tally tally = {0};

    for (unsigned i = 0; i < 100; i++) {
        uint64_t at = ps_prng_below(&prng, 1024);
        copy_original(place);
        file_flip_bit(place_file(place, names[2]), (off_t)at, (unsigned)ps_prng_below(&prng, 8));
        judge(place, &expected, "a bit of the mark", at, &tally);
    }

    assert_true(tally.harmless > 0);
}

static void a_mark_with_both_slots_damaged_is_refused(void **state)
{
    const struct place *place = *state;
    struct digest digest;
    original = originals[FRESH];
    copy_original(place);

    file_flip_bit(place_file(place, names[2]), 20, 3);
    file_flip_bit(place_file(place, names[2]), 512 + 20, 3);

    assert_false(read_all(place->folder, &digest));
}

/* A stopped journal: all is in peerset.db, and nothing of it is covered by SQLite's checksums. */
static void a_flipped_bit_anywhere_in_the_file_changes_nothing_unnoticed(void **state)
{
    const struct place *place = *state;
    struct digest expected = expected_digest(place, FRESH);
    struct ps_prng prng = ps_prng_seed(3);
    struct tally tally = {0};
    char stopped[2][512];
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(stopped[i], sizeof stopped[i], "%s/stopped%zu", place->root, i);
        file_copy(place_file(place, names[2 * i]), stopped[i]);
    }
    off_t bytes = file_bytes(stopped[0]);
    assert_true(bytes > 0);

    for (unsigned i = 0; i < 400; i++) {
        place_remove(place->folder);
        assert_int_equal(mkdir(place->folder, 0700), 0);
        file_copy(stopped[0], place_file(place, names[0]));
        file_copy(stopped[1], place_file(place, names[2]));
        uint64_t at = i < 100 ? i : ps_prng_below(&prng, (uint64_t)bytes);

        file_flip_bit(place_file(place, names[0]), (off_t)at, (unsigned)ps_prng_below(&prng, 8));
        judge(place, &expected, "a bit of peerset.db", at, &tally);
    }

    print_message("# of 400 flips %u noticed, %u without effect\n", tally.noticed, tally.harmless);
    assert_true(tally.noticed > 100);
}

int main(void)
{
    place_in_memory();
    struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_writer_leaves_everything_it_acknowledged),
        cmocka_unit_test(a_wal_cut_off_anywhere_is_noticed),
        cmocka_unit_test(a_flipped_bit_anywhere_in_the_wal_is_noticed),
        cmocka_unit_test(a_damaged_wal_that_was_moved_already_is_noticed),
        cmocka_unit_test(a_removed_wal_is_noticed),
        cmocka_unit_test(a_wal_that_a_tool_has_moved_into_the_file_is_no_damage),
        cmocka_unit_test(a_refused_journal_is_left_as_it_was_found),
        cmocka_unit_test(a_flipped_bit_anywhere_in_the_mark_changes_nothing_unnoticed),
        cmocka_unit_test(an_index_that_lost_its_last_entry_is_noticed_also_after_a_kill),
        cmocka_unit_test(a_mark_with_both_slots_damaged_is_refused),
        cmocka_unit_test(a_flipped_bit_anywhere_in_the_file_changes_nothing_unnoticed),
    };
    return place_run(tests, PS_COUNT(tests), group_setup, group_teardown);
}
