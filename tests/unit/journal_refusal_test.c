/* What the SQLite journal says of a file that is not as it left it, and whom it refuses. */
#include "journal_fixture.h"

#include <sqlite3.h>

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

static bool take_value(void *context, const char *key, const void *value, size_t bytes)
{
    (void)key;
    (void)snprintf(context, 16, "%.*s", (int)bytes, (const char *)value);
    return true;
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

int main(void)
{
    struct CMUnitTest tests[] = {
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
    };
    return place_run(tests, PS_COUNT(tests), NULL, NULL);
}
