/* The SQLite journal on a healthy disk: what lasts, what is refused, who may look. */
#include "journal_fixture.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <time.h>

#include "journal/sqlite_parts.h"

/* What somebody does who has a tool and no manners. */
static void vandalize(const struct place *place, const char *sql)
{
    sqlite3 *db = NULL;
    char *why = NULL;
    assert_int_equal(sqlite3_open(place_file(place, "peerset.db"), &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) {
        fail_msg("%s", why);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void fill(const struct place *place)
{
    struct ps_journal *journal = open_journal(place->folder);
    assert_int_equal(append_now(journal, "alpha", 0, 9), PS_JOURNAL_OK);
    assert_int_equal(append_now(journal, "beta", 0, 4), PS_JOURNAL_OK);
    ps_journal_put(journal, "session/a", "secret", 6, NULL, NULL);
    ps_journal_close(journal);
}

static void assert_refused(const char *folder, enum ps_err expected, const char *words)
{
    struct ps_journal *journal = NULL;
    const char *why = "";
    assert_int_equal(ps_journal_sqlite_open(folder, NULL, NULL, &journal, &why), expected);
    assert_null(journal);
    if (strstr(why, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", why, words);
    }
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

/* ---- damage and its place -------------------------------------------------------------------- */

static void assert_broken_at(const struct place *place, const char *sql, uint64_t seq)
{
    struct reading reading = {0};
    uint64_t bad = 0;
    fill(place);
    vandalize(place, sql);

    struct ps_journal *journal = open_journal(place->folder);
    assert_int_equal(ps_journal_read(journal, "alpha", 1, count_record, &reading, &bad),
                     PS_E_CORRUPT);
    assert_int_equal(bad, seq);
    assert_int_equal(reading.count, seq - 1);
    assert_int_equal(head_of(journal, "beta"), 4); /* the other set is not touched */
    ps_journal_close(journal);
}

static void a_changed_record_breaks_the_chain_at_its_sequence(void **state)
{
    assert_broken_at(*state,
                     "DROP TRIGGER record_stays; UPDATE record SET facts='{\"seat\":\"m2\"}' "
                     "WHERE seq=6 AND set_id=1",
                     6);
}

static void a_changed_instant_breaks_the_chain_at_its_sequence(void **state)
{
    assert_broken_at(*state,
                     "DROP TRIGGER record_stays; UPDATE record SET at_ms=at_ms+1 WHERE seq=1 AND "
                     "set_id=1",
                     1);
}

static void a_removed_record_is_missed_at_its_sequence(void **state)
{
    assert_broken_at(*state,
                     "DROP TRIGGER record_remains; DELETE FROM record WHERE seq=4 AND set_id=1", 4);
}

static void a_removed_end_of_a_set_is_missed(void **state)
{
    assert_broken_at(*state,
                     "DROP TRIGGER record_remains; DELETE FROM record WHERE seq>7 AND set_id=1", 8);
}

static void two_records_that_changed_places_break_the_chain(void **state)
{
    assert_broken_at(
        *state,
        "DROP TRIGGER record_stays; UPDATE record SET seq=100 WHERE seq=3 AND set_id=1;"
        "UPDATE record SET seq=3 WHERE seq=5 AND set_id=1;"
        "UPDATE record SET seq=5 WHERE seq=100 AND set_id=1",
        3);
}

static void a_set_under_another_name_is_not_that_set(void **state)
{
    const struct place *place = *state;
    struct reading reading = {0};
    uint64_t bad = 0;
    fill(place);

    struct ps_journal *journal = open_journal(place->folder);
    vandalize(place, "UPDATE sets SET name='alphb' WHERE name='alpha'");

    assert_int_equal(ps_journal_read(journal, "alphb", 1, count_record, &reading, &bad),
                     PS_E_CORRUPT);
    assert_int_equal(bad, 1);
    ps_journal_close(journal);
    assert_refused(place->folder, PS_E_CORRUPT, "The list of sets");
}

static void a_set_or_a_shelf_entry_that_is_missing_is_missed(void **state)
{
    const struct place *place = *state;
    fill(place);
    file_copy(place_file(place, "peerset.db"), place_file(place, "peerset.whole"));

    vandalize(place, "DELETE FROM sets WHERE name='beta'");
    assert_refused(place->folder, PS_E_CORRUPT, "The list of sets");
    file_copy(place_file(place, "peerset.whole"), place_file(place, "peerset.db"));
    vandalize(place, "DELETE FROM shelf");
    assert_refused(place->folder, PS_E_CORRUPT, "the shelf");

    file_copy(place_file(place, "peerset.whole"), place_file(place, "peerset.db"));
    ps_journal_close(open_journal(place->folder));
}

static void a_broken_chain_is_found_also_when_reading_from_the_middle(void **state)
{
    const struct place *place = *state;
    struct reading reading = {0};
    uint64_t bad = 0;
    fill(place);
    vandalize(place, "DROP TRIGGER record_stays; UPDATE record SET kind='floor.grantee' "
                     "WHERE seq=6 AND set_id=1");

    struct ps_journal *journal = open_journal(place->folder);
    assert_int_equal(ps_journal_read(journal, "alpha", 5, count_record, &reading, &bad),
                     PS_E_CORRUPT);
    assert_int_equal(bad, 6);
    struct reading after = {0};
    assert_int_equal(ps_journal_read(journal, "alpha", 8, count_record, &after, &bad), PS_OK);
    assert_int_equal(after.count, 2);
    ps_journal_close(journal);
}

static void a_changed_shelf_entry_is_corrupt(void **state)
{
    const struct place *place = *state;
    char value[16] = "";
    fill(place);

    struct ps_journal *journal = open_journal(place->folder);
    vandalize(place, "UPDATE shelf SET value=CAST('secreT' AS BLOB)");

    assert_int_equal(ps_journal_shelf(journal, "", take_value, value), PS_E_CORRUPT);
    assert_string_equal(value, "");
    ps_journal_close(journal);
}

static void records_cannot_be_changed_by_the_way(void **state)
{
    const struct place *place = *state;
    sqlite3 *db = NULL;
    fill(place);

    assert_int_equal(sqlite3_open(place_file(place, "peerset.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM record WHERE seq=9", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_exec(db, "UPDATE record SET at_ms=0", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- what is refused ------------------------------------------------------------------------- */

static void a_newer_format_is_refused_with_words(void **state)
{
    const struct place *place = *state;
    fill(place);
    vandalize(place, "PRAGMA user_version=7");

    assert_refused(place->folder, PS_E_NEWER, "newer Peerset (format 7");
}

static void a_database_of_somebody_else_is_refused(void **state)
{
    const struct place *place = *state;
    assert_int_equal(mkdir(place->folder, 0700), 0);
    vandalize(place, "CREATE TABLE shopping (item TEXT)");

    assert_refused(place->folder, PS_E_CORRUPT, "not a journal of Peerset");
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    const struct place *place = *state;
    assert_int_equal(mkdir(place->folder, 0700), 0);
    int fd = open(place_file(place, "peerset.db"), O_WRONLY | O_CREAT, 0600);
    for (int i = 0; i < 512; i++) {
        assert_int_equal(write(fd, "peerset!", 8), 8);
    }
    close(fd);

    assert_refused(place->folder, PS_E_CORRUPT, "peerset.db");
}

static void a_second_opener_is_refused_and_told_who_has_it(void **state)
{
    const struct place *place = *state;
    struct ps_journal *journal = open_journal(place->folder);
    char words[64];
    (void)snprintf(words, sizeof words, "Another Peerset (process %ld)", (long)getpid());

    assert_refused(place->folder, PS_E_CONFLICT, words);

    assert_int_equal(append_now(journal, "alpha", 0, 1), PS_JOURNAL_OK);
    ps_journal_close(journal);
    journal = open_journal(place->folder);
    ps_journal_close(journal);
}

static void a_file_in_place_of_the_folder_is_refused(void **state)
{
    const struct place *place = *state;
    close(open(place->folder, O_WRONLY | O_CREAT, 0600));

    assert_refused(place->folder, PS_E_INVALID, "is not a folder");
}

static void a_folder_whose_parent_is_not_there_is_refused(void **state)
{
    const struct place *place = *state;

    assert_refused(place_file(place, "deeper"), PS_E_IO, "cannot be made: No such file");
}

static void a_folder_of_others_is_refused_and_keeps_its_mode(void **state)
{
    const struct place *place = *state;
    struct stat found;
    assert_int_equal(mkdir(place->folder, 0755), 0);
    close(open(place_file(place, "letters.txt"), O_WRONLY | O_CREAT, 0600));

    assert_refused(place->folder, PS_E_INVALID, "chmod 700");

    assert_int_equal(stat(place->folder, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0755);
    assert_int_equal(file_bytes(place_file(place, "peerset.lock")), -1);
}

static void a_database_that_went_missing_is_not_begun_anew(void **state)
{
    const struct place *place = *state;
    fill(place);
    assert_int_equal(unlink(place_file(place, "peerset.db")), 0);

    assert_refused(place->folder, PS_E_CORRUPT, "peerset.db is missing");
}

static void an_older_database_in_its_place_is_refused(void **state)
{
    const struct place *place = *state;
    fill(place);
    file_copy(place_file(place, "peerset.db"), place_file(place, "old"));
    struct ps_journal *journal = open_journal(place->folder);
    assert_int_equal(append_now(journal, "alpha", 9, 1), PS_JOURNAL_OK);
    ps_journal_close(journal);

    assert_int_equal(rename(place_file(place, "old"), place_file(place, "peerset.db")), 0);

    assert_refused(place->folder, PS_E_CORRUPT, "the end of it is missing");
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
        cmocka_unit_test(a_changed_record_breaks_the_chain_at_its_sequence),
        cmocka_unit_test(a_changed_instant_breaks_the_chain_at_its_sequence),
        cmocka_unit_test(a_removed_record_is_missed_at_its_sequence),
        cmocka_unit_test(a_removed_end_of_a_set_is_missed),
        cmocka_unit_test(two_records_that_changed_places_break_the_chain),
        cmocka_unit_test(a_set_under_another_name_is_not_that_set),
        cmocka_unit_test(a_set_or_a_shelf_entry_that_is_missing_is_missed),
        cmocka_unit_test(a_broken_chain_is_found_also_when_reading_from_the_middle),
        cmocka_unit_test(a_changed_shelf_entry_is_corrupt),
        cmocka_unit_test(records_cannot_be_changed_by_the_way),
        cmocka_unit_test(a_newer_format_is_refused_with_words),
        cmocka_unit_test(a_database_of_somebody_else_is_refused),
        cmocka_unit_test(a_file_that_is_no_database_is_refused),
        cmocka_unit_test(a_second_opener_is_refused_and_told_who_has_it),
        cmocka_unit_test(a_file_in_place_of_the_folder_is_refused),
        cmocka_unit_test(a_folder_whose_parent_is_not_there_is_refused),
        cmocka_unit_test(a_folder_of_others_is_refused_and_keeps_its_mode),
        cmocka_unit_test(a_database_that_went_missing_is_not_begun_anew),
        cmocka_unit_test(an_older_database_in_its_place_is_refused),
        cmocka_unit_test(only_the_owner_may_look_whatever_the_umask),
        cmocka_unit_test(an_empty_folder_of_ours_is_tightened),
        cmocka_unit_test(a_backup_made_while_writing_is_a_whole_prefix),
        cmocka_unit_test(a_backup_overwrites_nothing),
    };
    return place_run(tests, PS_COUNT(tests), NULL, NULL);
}
