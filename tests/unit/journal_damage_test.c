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

enum { FILES = 4, APPENDS = 40 };
static const char *const names[FILES] = {"peerset.db", "peerset.db-wal", "peerset.mark",
                                         "peerset.db-shm"};
static struct place *original;

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
    assert_int_equal(sqlite3_open(place_file(place, "peerset.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL),
                     SQLITE_OK);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int group_setup(void **state)
{
    void *place = NULL;
    if (place_setup(&place) != 0) {
        return -1;
    }
    original = place;
    pid_t child = fork();
    if (child == 0) {
        struct ps_journal *journal = open_journal(original->folder);
        write_some(journal, 0, APPENDS / 2);
        checkpoint(original);
        write_some(journal, APPENDS / 2, APPENDS / 2);
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    *state = NULL;
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) ? 0 : -1;
}

static int group_teardown(void **state)
{
    (void)state;
    void *place = original;
    return place_teardown(&place);
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

static struct digest expected_digest(const struct place *place)
{
    struct digest digest;
    copy_original(place);
    assert_true(read_all(place->folder, &digest));
    assert_true(digest.count > 7 * APPENDS * 3);
    return digest;
}

/* ---- the sentences --------------------------------------------------------------------------- */

static void a_killed_writer_leaves_everything_it_acknowledged(void **state)
{
    const struct place *place = *state;
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
    struct digest expected = expected_digest(place);
    off_t bytes = file_bytes(place_file(original, names[1]));
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
    struct digest expected = expected_digest(place);
    off_t bytes = file_bytes(place_file(original, names[1]));
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

    /* 12 .. 15 of the header is SQLite's own count of checkpoints: under its checksum like the
     * rest. */
    assert_int_equal(tally.noticed, FLIPS);
}

static void a_removed_wal_is_noticed(void **state)
{
    const struct place *place = *state;
    struct digest expected = expected_digest(place);
    struct tally tally = {0};
    copy_original(place);

    assert_int_equal(unlink(place_file(place, names[1])), 0);

    judge(place, &expected, "a removed WAL", 0, &tally);
    assert_int_equal(tally.noticed, 1);
}

static void a_wal_that_a_tool_has_moved_into_the_file_is_no_damage(void **state)
{
    const struct place *place = *state;
    struct digest expected = expected_digest(place);
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

static void a_refused_journal_is_left_as_it_was_found(void **state)
{
    const struct place *place = *state;
    struct digest digest;
    char kept[FILES][512];
    copy_original(place);
    assert_int_equal(truncate(place_file(place, names[1]), 40000), 0);
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(kept[i], sizeof kept[i], "%s/kept%zu", place->root, i);
        file_copy(place_file(place, names[i]), kept[i]);
    }

    assert_false(read_all(place->folder, &digest));
    assert_false(read_all(place->folder, &digest));

    for (size_t i = 0; i < 3; i++) {
        struct digest before = {0};
        struct digest after = {0};
        char bytes[65536];
        int one = open(kept[i], O_RDONLY);
        int other = open(place_file(place, names[i]), O_RDONLY);
        for (ssize_t n = read(one, bytes, sizeof bytes); n > 0;
             n = read(one, bytes, sizeof bytes)) {
            mix(&before, bytes, (size_t)n);
        }
        for (ssize_t n = read(other, bytes, sizeof bytes); n > 0;
             n = read(other, bytes, sizeof bytes)) {
            mix(&after, bytes, (size_t)n);
        }
        close(one);
        close(other);
        assert_int_equal(before.sum, after.sum);
    }
}

static void a_flipped_bit_anywhere_in_the_mark_changes_nothing_unnoticed(void **state)
{
    const struct place *place = *state;
    struct digest expected = expected_digest(place);
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
    copy_original(place);

    file_flip_bit(place_file(place, names[2]), 20, 3);
    file_flip_bit(place_file(place, names[2]), 512 + 20, 3);

    assert_false(read_all(place->folder, &digest));
}

/* A stopped journal: all is in peerset.db, and nothing of it is covered by SQLite's checksums. */
static void a_flipped_bit_anywhere_in_the_file_changes_nothing_unnoticed(void **state)
{
    const struct place *place = *state;
    struct digest expected = expected_digest(place);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_killed_writer_leaves_everything_it_acknowledged,
                                        place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(a_wal_cut_off_anywhere_is_noticed, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(a_flipped_bit_anywhere_in_the_wal_is_noticed, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(a_removed_wal_is_noticed, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(a_wal_that_a_tool_has_moved_into_the_file_is_no_damage,
                                        place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(a_refused_journal_is_left_as_it_was_found, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(
            a_flipped_bit_anywhere_in_the_mark_changes_nothing_unnoticed, place_setup,
            place_teardown),
        cmocka_unit_test_setup_teardown(a_mark_with_both_slots_damaged_is_refused, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(
            a_flipped_bit_anywhere_in_the_file_changes_nothing_unnoticed, place_setup,
            place_teardown),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
