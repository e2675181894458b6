/* The SQLite journal on a healthy disk: what lasts, who may look, the backup. */
#include "journal_fixture.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <time.h>

#include "journal/sqlite_parts.h"

static void fill(const struct place *place)
{
    struct ps_journal *journal = open_journal(place->folder);
    assert_int_equal(append_now(journal, "alpha", 0, 9), PS_JOURNAL_OK);
    assert_int_equal(append_now(journal, "beta", 0, 4), PS_JOURNAL_OK);
    ps_journal_put(journal, "session/a", "secret", 6, NULL, NULL);
    ps_journal_close(journal);
}

/* ---- what lasts ------------------------------------------------------------------------------ */

static void everything_is_there_after_closing_and_opening(void **state)
{
    const struct place *place = *state;
    fill(place);

    struct ps_journal *journal = open_journal(place->folder);

    assert_int_equal(head_of(journal, "alpha"), 9);
    assert_int_equal(head_of(journal, "beta"), 4);
    assert_int_equal(append_now(journal, "alpha", 9, 1), PS_JOURNAL_OK);
    assert_int_equal(append_now(journal, "beta", 3, 1), PS_JOURNAL_CONFLICT);
    ps_journal_close(journal);
}

static void a_clean_stop_leaves_one_database_and_no_wal(void **state)
{
    const struct place *place = *state;

    fill(place);

    assert_true(file_bytes(place_file(place, "peerset.db")) > 0);
    assert_int_equal(file_bytes(place_file(place, "peerset.db-wal")), -1);
    assert_int_equal(file_bytes(place_file(place, "peerset.db-shm")), -1);
}

static bool take_value(void *context, const char *key, const void *value, size_t bytes)
{
    (void)key;
    (void)snprintf(context, 16, "%.*s", (int)bytes, (const char *)value);
    return true;
}

static void a_quiet_put_is_written_soon_though_nothing_else_is(void **state)
{
    const struct place *place = *state;
    struct ps_journal *journal = open_journal(place->folder);
    char value[16] = "";

    ps_journal_put(journal, "alive/alpha", "17", 2, NULL, NULL);
    for (int i = 0; i < 300 && value[0] == '\0'; i++) {
        const struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};
        nanosleep(&moment, NULL);
        assert_int_equal(ps_journal_shelf(journal, "alive/", take_value, value), PS_OK);
    }

    assert_string_equal(value, "17");
    ps_journal_poll(journal);
    assert_int_equal(ps_journal_figures(journal).waiting, 0);
    ps_journal_close(journal);
}

static int64_t number_in(const struct place *place, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t number = -1;
    assert_int_equal(
        sqlite3_open_v2(place_file(place, "peerset.db"), &db, SQLITE_OPEN_READONLY, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW) {
        number = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return number;
}

static void the_wal_stays_small_however_much_is_written(void **state)
{
    const struct place *place = *state;
    struct ps_journal *journal = open_journal(place->folder);
    struct answers answers = {.count = 0};
    char set[16];

    for (uint64_t round = 0; round < 400; round++) {
        answers.count = 0;
        for (int i = 0; i < 20; i++) {
            (void)snprintf(set, sizeof set, "set%d", i);
            append_many(journal, set, round * 2, 2, &answers);
        }
        ps_journal_flush(journal);
    }

    assert_true(number_in(place, "SELECT anchored FROM meta") > 0);
    assert_in_range(file_bytes(place_file(place, "peerset.db-wal")), 1, 3 * 4120 * 1000);
    ps_journal_close(journal);
    journal = open_journal(place->folder);
    assert_int_equal(head_of(journal, "set19"), 800);
    ps_journal_close(journal);
}

static void an_idle_journal_anchors_its_sets_and_moves_its_wal(void **state)
{
    const struct place *place = *state;
    struct ps_journal *journal = open_journal(place->folder);
    struct ps_sqlite *sqlite = (struct ps_sqlite *)journal;
    pthread_mutex_lock(&sqlite->lock);
    sqlite->idle_ms = 20;
    pthread_mutex_unlock(&sqlite->lock);

    assert_int_equal(append_now(journal, "alpha", 0, 7), PS_JOURNAL_OK);
    int64_t anchor = 0;
    for (int i = 0; i < 300 && anchor != 7; i++) {
        const struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};
        nanosleep(&moment, NULL);
        anchor = number_in(place, "SELECT head_seq FROM sets");
    }

    assert_int_equal(anchor, 7);
    assert_int_equal(number_in(place, "SELECT anchored FROM meta"), 7);
    assert_int_equal(append_now(journal, "alpha", 7, 1), PS_JOURNAL_OK);
    ps_journal_close(journal);
    journal = open_journal(place->folder);
    assert_int_equal(head_of(journal, "alpha"), 8);
    ps_journal_close(journal);
}

static atomic_int woken;

static void wake(void *context)
{
    (void)context;
    woken++;
}

static void the_loop_is_woken_when_there_is_something_to_poll(void **state)
{
    const struct place *place = *state;
    struct ps_journal *journal = NULL;
    const char *why = "";
    struct answers answers = {.count = 0};
    woken = 0;
    assert_int_equal(ps_journal_sqlite_open(place->folder, wake, NULL, &journal, &why), PS_OK);

    append_many(journal, "alpha", 0, 1, &answers);
    for (int i = 0; i < 500 && woken == 0; i++) {
        const struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};
        nanosleep(&moment, NULL);
    }

    assert_int_equal(answers.count, 0);
    assert_int_equal(woken, 1);
    ps_journal_poll(journal);
    assert_int_equal(answers.count, 1);
    ps_journal_close(journal);
}

static void what_waits_together_is_committed_together(void **state)
{
    const struct place *place = *state;
    struct ps_journal *journal = open_journal(place->folder);
    struct answers answers = {.count = 0};
    char set[16];

    for (int i = 0; i < 400; i++) {
        (void)snprintf(set, sizeof set, "set%d", i);
        append_many(journal, set, 0, 1, &answers);
    }
    ps_journal_flush(journal);

    struct ps_journal_figures figures = ps_journal_figures(journal);
    assert_int_equal(answers.count, 400);
    assert_int_equal(figures.records, 400);
    assert_in_range(figures.commits, 1, 200);
    assert_true(figures.last_commit_us > 0);
    ps_journal_close(journal);
}

static void more_sets_than_the_writer_remembers_are_no_difference(void **state)
{
    const struct place *place = *state;
    struct ps_journal *journal = open_journal(place->folder);
    struct answers answers = {.count = 0};
    enum { SETS = PS_SETS_MAX + 200 };
    char set[16];

    for (uint64_t round = 0; round < 2; round++) {
        answers.count = 0;
        for (int i = 0; i < SETS; i++) {
            (void)snprintf(set, sizeof set, "set%d", i);
            append_many(journal, set, round, 1, &answers);
        }
        ps_journal_flush(journal);
        assert_int_equal(answers.count, SETS);
        for (size_t i = 0; i < SETS; i++) {
            assert_int_equal(answers.results[i], PS_JOURNAL_OK);
        }
    }
    ps_journal_close(journal);
}

static void more_than_the_queue_holds_is_answered_with_io_in_its_order(void **state)
{
    const struct place *place = *state;
    struct ps_journal *journal = open_journal(place->folder);
    struct answers answers = {.count = 0};
    enum { BIG = PS_JOURNAL_WAITING_BYTES_MAX };
    char *facts = calloc(1, BIG);
    assert_non_null(facts);
    struct ps_record record = make_record(2, "");
    record.facts = facts;
    record.facts_bytes = BIG;

    append_many(journal, "alpha", 0, 1, &answers);
    ps_journal_append(journal, "alpha", 1, &record, 1, take_answer, &answers);
    append_many(journal, "alpha", 1, 1, &answers);
    ps_journal_flush(journal);

    assert_int_equal(answers.count, 3);
    assert_int_equal(answers.results[0], PS_JOURNAL_OK);
    assert_int_equal(answers.results[1], PS_JOURNAL_IO);
    assert_int_equal(answers.results[2], PS_JOURNAL_OK);
    free(facts);
    ps_journal_close(journal);
}

/* ---- who may look ---------------------------------------------------------------------------- */

static void only_the_owner_may_look_whatever_the_umask(void **state)
{
    const struct place *place = *state;
    static const char *const names[] = {"peerset.db", "peerset.db-wal", "peerset.db-shm",
                                        "peerset.mark", "peerset.lock"};
    struct stat found;
    mode_t before = umask(0);

    struct ps_journal *journal = open_journal(place->folder);
    assert_int_equal(append_now(journal, "alpha", 0, 1), PS_JOURNAL_OK);
    umask(before);

    assert_int_equal(stat(place->folder, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0700);
    for (size_t i = 0; i < PS_COUNT(names); i++) {
        assert_int_equal(stat(place_file(place, names[i]), &found), 0);
        assert_int_equal(found.st_mode & 0777, 0600);
    }
    ps_journal_close(journal);
}

static void an_empty_folder_of_ours_is_tightened(void **state)
{
    const struct place *place = *state;
    struct stat found;
    assert_int_equal(mkdir(place->folder, 0755), 0);
    assert_int_equal(chmod(place->folder, 0755), 0);

    ps_journal_close(open_journal(place->folder));

    assert_int_equal(stat(place->folder, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0700);
}

/* ---- backup ---------------------------------------------------------------------------------- */

static void a_backup_made_while_writing_is_a_whole_prefix(void **state)
{
    const struct place *place = *state;
    struct ps_journal *journal = open_journal(place->folder);
    struct answers answers = {.count = 0};
    char backup[512];
    char restored[512];
    const char *why = "";
    struct stat found;
    (void)snprintf(backup, sizeof backup, "%s/backup.db", place->root);
    (void)snprintf(restored, sizeof restored, "%s/restored", place->root);
    assert_int_equal(append_now(journal, "alpha", 0, 64), PS_JOURNAL_OK);

    for (uint64_t i = 0; i < 200; i++) {
        append_many(journal, "alpha", 64 + i * 16, 16, &answers);
    }
    assert_int_equal(ps_journal_sqlite_backup(journal, backup, &why), PS_OK);
    ps_journal_flush(journal);
    assert_int_equal(head_of(journal, "alpha"), 64 + 200 * 16);
    ps_journal_close(journal);

    assert_int_equal(stat(backup, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(mkdir(restored, 0700), 0);
    (void)snprintf(restored, sizeof restored, "%s/restored/peerset.db", place->root);
    file_copy(backup, restored);
    (void)snprintf(restored, sizeof restored, "%s/restored", place->root);
    journal = open_journal(restored);
    uint64_t head = head_of(journal, "alpha");
    assert_in_range(head, 64, 64 + 200 * 16);
    assert_int_equal(head % 16, 0);
    assert_int_equal(append_now(journal, "alpha", head, 1), PS_JOURNAL_OK);
    ps_journal_close(journal);
}

static void a_backup_overwrites_nothing(void **state)
{
    const struct place *place = *state;
    struct ps_journal *journal = open_journal(place->folder);
    char taken[512];
    const char *why = "";
    (void)snprintf(taken, sizeof taken, "%s/taken", place->root);
    close(open(taken, O_WRONLY | O_CREAT, 0600));

    assert_int_equal(ps_journal_sqlite_backup(journal, taken, &why), PS_E_CONFLICT);
    assert_non_null(strstr(why, "overwrites nothing"));
    assert_int_equal(ps_journal_sqlite_backup(journal, "/nowhere/at/all", &why), PS_E_IO);
    assert_non_null(strstr(why, "No such file"));
    ps_journal_close(journal);
}

int main(void)
{
    struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_there_after_closing_and_opening),
        cmocka_unit_test(a_clean_stop_leaves_one_database_and_no_wal),
        cmocka_unit_test(a_quiet_put_is_written_soon_though_nothing_else_is),
        cmocka_unit_test(the_wal_stays_small_however_much_is_written),
        cmocka_unit_test(an_idle_journal_anchors_its_sets_and_moves_its_wal),
        cmocka_unit_test(the_loop_is_woken_when_there_is_something_to_poll),
        cmocka_unit_test(what_waits_together_is_committed_together),
        cmocka_unit_test(more_sets_than_the_writer_remembers_are_no_difference),
        cmocka_unit_test(more_than_the_queue_holds_is_answered_with_io_in_its_order),
        cmocka_unit_test(only_the_owner_may_look_whatever_the_umask),
        cmocka_unit_test(an_empty_folder_of_ours_is_tightened),
        cmocka_unit_test(a_backup_made_while_writing_is_a_whole_prefix),
        cmocka_unit_test(a_backup_overwrites_nothing),
    };
    return place_run(tests, PS_COUNT(tests), NULL, NULL);
}
