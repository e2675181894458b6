/* The contract of journal.h, the same sentences for every backend. */
#include "journal_fixture.h"

struct world {
    struct place *place; /* NULL for the memory journal */
    struct ps_journal *journal;
    struct answers answers;
};

static int memory_setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world->journal = ps_journal_memory_create();
    *state = world;
    return 0;
}

static int sqlite_setup(void **state)
{
    void *place = NULL;
    if (place_setup(&place) != 0) {
        return -1;
    }
    struct world *world = calloc(1, sizeof *world);
    world->place = place;
    world->journal = open_journal(world->place->folder);
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    struct world *world = *state;
    ps_journal_close(world->journal);
    if (world->place != NULL) {
        void *place = world->place;
        place_teardown(&place);
    }
    free(world);
    return 0;
}

/* ---- appends --------------------------------------------------------------------------------- */

static void records_come_back_in_order_without_gaps(void **state)
{
    struct world *world = *state;
    append_many(world->journal, "alpha", 0, 3, &world->answers);
    append_many(world->journal, "alpha", 3, 2, &world->answers);

    ps_journal_flush(world->journal);

    assert_int_equal(world->answers.count, 2);
    assert_int_equal(world->answers.results[0], PS_JOURNAL_OK);
    assert_int_equal(world->answers.results[1], PS_JOURNAL_OK);
    assert_int_equal(head_of(world->journal, "alpha"), 5);
}

struct whole {
    struct ps_record record;
    bool seen;
};

static bool compare_record(void *context, const struct ps_record *record)
{
    struct whole *whole = context;
    const struct ps_record *put = &whole->record;
    assert_int_equal(record->seq, put->seq);
    assert_int_equal(record->at_ms, put->at_ms);
    assert_int_equal(record->version, put->version);
    assert_string_equal(record->cause, put->cause);
    assert_string_equal(record->kind, put->kind);
    assert_int_equal(record->facts_bytes, put->facts_bytes);
    assert_memory_equal(record->facts, put->facts, put->facts_bytes);
    assert_int_equal(record->words_bytes, put->words_bytes);
    assert_memory_equal(record->words, put->words, put->words_bytes);
    whole->seen = true;
    return true;
}

static void a_record_comes_back_as_it_was_put_though_the_caller_has_changed_it(void **state)
{
    struct world *world = *state;
    char facts[] = "{\"seat\":\"m3\",\"at\":-7}";
    char words[] = "[{\"id\":1,\"owner\":\"m3\",\"text\":\"gr\xc3\xbc\xc3\x9f dich\"}]";
    struct whole whole = {.record = {.seq = 1,
                                     .at_ms = -5,
                                     .cause = "m3 aZ-9_:12",
                                     .kind = "said",
                                     .version = 4294967295U,
                                     .facts = "{\"seat\":\"m3\",\"at\":-7}",
                                     .facts_bytes = 21,
                                     .words =
                                         "[{\"id\":1,\"owner\":\"m3\",\"text\":\"gr\xc3\xbc\xc3"
                                         "\x9f dich\"}]",
                                     .words_bytes = sizeof words - 1}};
    struct ps_record record = whole.record;
    record.facts = facts;
    record.words = words;
    uint64_t bad = 0;

    ps_journal_append(world->journal, "alpha", 0, &record, 1, take_answer, &world->answers);
    memset(facts, 'x', sizeof facts - 1);
    memset(words, 'x', sizeof words - 1);
    ps_journal_flush(world->journal);

    assert_int_equal(ps_journal_read(world->journal, "alpha", 1, compare_record, &whole, &bad),
                     PS_OK);
    assert_true(whole.seen);
}

static void nothing_is_answered_or_readable_before_the_poll(void **state)
{
    struct world *world = *state;

    append_many(world->journal, "alpha", 0, 1, &world->answers);

    assert_int_equal(world->answers.count, 0);
    assert_int_equal(ps_journal_figures(world->journal).waiting, 1);
    ps_journal_flush(world->journal);
    assert_int_equal(world->answers.count, 1);
    assert_int_equal(ps_journal_figures(world->journal).waiting, 0);
}

static void an_append_after_a_gap_or_on_an_old_head_is_a_conflict_of_its_set_alone(void **state)
{
    struct world *world = *state;
    assert_int_equal(append_now(world->journal, "alpha", 0, 2), PS_JOURNAL_OK);

    append_many(world->journal, "alpha", 5, 1, &world->answers); /* a gap */
    append_many(world->journal, "beta", 0, 1, &world->answers);
    append_many(world->journal, "alpha", 1, 1, &world->answers); /* an old head */
    append_many(world->journal, "gamma", 7, 1, &world->answers); /* a set that is not there */
    append_many(world->journal, "alpha", 2, 1, &world->answers);
    ps_journal_flush(world->journal);

    const enum ps_journal_result expected[] = {PS_JOURNAL_CONFLICT, PS_JOURNAL_OK,
                                               PS_JOURNAL_CONFLICT, PS_JOURNAL_CONFLICT,
                                               PS_JOURNAL_OK};
    assert_int_equal(world->answers.count, PS_COUNT(expected));
    assert_memory_equal(world->answers.results, expected, sizeof expected);
    assert_int_equal(head_of(world->journal, "alpha"), 3);
    assert_int_equal(head_of(world->journal, "beta"), 1);
    assert_int_equal(head_of(world->journal, "gamma"), 0);
}

static void two_owners_with_the_same_head_give_one_ok_and_one_conflict(void **state)
{
    struct world *world = *state;

    append_many(world->journal, "alpha", 0, 2, &world->answers);
    append_many(world->journal, "alpha", 0, 3, &world->answers);
    ps_journal_flush(world->journal);

    assert_int_equal(world->answers.results[0], PS_JOURNAL_OK);
    assert_int_equal(world->answers.results[1], PS_JOURNAL_CONFLICT);
    assert_int_equal(head_of(world->journal, "alpha"), 2);
}

struct ticket {
    struct world *world;
    size_t number;
    size_t *told;
};

static void take_ticket(void *context, enum ps_journal_result result)
{
    struct ticket *ticket = context;
    assert_int_equal(result, PS_JOURNAL_OK);
    assert_int_equal(*ticket->told, ticket->number);
    ++*ticket->told;
}

static void completions_come_in_the_order_of_handing_in(void **state)
{
    struct world *world = *state;
    enum { APPENDS = 300 };
    static struct ticket tickets[APPENDS];
    uint64_t heads[3] = {0};
    const char *const sets[3] = {"alpha", "beta", "gamma"};
    size_t told = 0;

    for (size_t i = 0; i < APPENDS; i++) {
        tickets[i] = (struct ticket){.number = i, .told = &told};
        struct ps_record record = make_record(++heads[i % 3], "{}");
        ps_journal_append(world->journal, sets[i % 3], record.seq - 1, &record, 1, take_ticket,
                          &tickets[i]);
        if (i % 50 == 0) {
            ps_journal_poll(world->journal);
        }
    }
    ps_journal_flush(world->journal);

    assert_int_equal(told, APPENDS);
}

static void append_once_more(void *context, enum ps_journal_result result)
{
    struct ticket *ticket = context;
    assert_int_equal(result, PS_JOURNAL_OK);
    if (++*ticket->told < 5) {
        struct ps_record record = make_record(*ticket->told + 1, "{}");
        ps_journal_append(ticket->world->journal, "alpha", *ticket->told, &record, 1,
                          append_once_more, ticket);
        ps_journal_poll(ticket->world->journal); /* must not deliver inside of itself */
    }
}

static void a_done_may_append_again(void **state)
{
    struct world *world = *state;
    size_t told = 0;
    struct ticket ticket = {.world = world, .told = &told};
    struct ps_record record = make_record(1, "{}");

    ps_journal_append(world->journal, "alpha", 0, &record, 1, append_once_more, &ticket);
    for (int i = 0; i < 5; i++) {
        ps_journal_flush(world->journal);
    }

    assert_int_equal(told, 5);
    assert_int_equal(head_of(world->journal, "alpha"), 5);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void reading_begins_and_stops_where_it_is_told(void **state)
{
    struct world *world = *state;
    struct reading from_three = {0};
    struct reading until_four = {.stop_at = 4};
    struct reading beyond = {0};
    uint64_t bad = 0;
    assert_int_equal(append_now(world->journal, "alpha", 0, 9), PS_JOURNAL_OK);

    assert_int_equal(ps_journal_read(world->journal, "alpha", 3, count_record, &from_three, &bad),
                     PS_OK);
    assert_int_equal(ps_journal_read(world->journal, "alpha", 0, count_record, &until_four, &bad),
                     PS_OK);
    assert_int_equal(ps_journal_read(world->journal, "alpha", 10, count_record, &beyond, &bad),
                     PS_OK);
    assert_int_equal(ps_journal_read(world->journal, "alpha", 99, count_record, &beyond, &bad),
                     PS_OK);

    assert_int_equal(from_three.count, 7);
    assert_int_equal(from_three.last, 9);
    assert_int_equal(until_four.count, 4);
    assert_int_equal(beyond.count, 0);
}

static void a_set_that_is_not_there_is_absent(void **state)
{
    struct world *world = *state;
    struct reading reading = {0};
    uint64_t bad = 0;

    assert_int_equal(ps_journal_read(world->journal, "nobody", 1, count_record, &reading, &bad),
                     PS_E_ABSENT);
}

static bool read_beta_inside(void *context, const struct ps_record *record)
{
    struct world *world = context;
    (void)record;
    assert_int_equal(head_of(world->journal, "beta"), 2);
    return true;
}

static void a_reader_may_read_another_set(void **state)
{
    struct world *world = *state;
    uint64_t bad = 0;
    assert_int_equal(append_now(world->journal, "alpha", 0, 3), PS_JOURNAL_OK);
    assert_int_equal(append_now(world->journal, "beta", 0, 2), PS_JOURNAL_OK);

    assert_int_equal(ps_journal_read(world->journal, "alpha", 1, read_beta_inside, world, &bad),
                     PS_OK);
    assert_int_equal(append_now(world->journal, "alpha", 3, 1), PS_JOURNAL_OK);
    assert_int_equal(head_of(world->journal, "alpha"), 4);
}

struct text {
    char bytes[512];
};

static bool write_set(void *context, const char *set, uint64_t head_seq)
{
    struct text *text = context;
    size_t used = strlen(text->bytes);
    (void)snprintf(text->bytes + used, sizeof text->bytes - used, "%s=%llu ", set,
                   (unsigned long long)head_seq);
    return strcmp(set, "stop") != 0;
}

static void sets_are_named_in_order_with_their_last_sequence(void **state)
{
    struct world *world = *state;
    struct text text = {0};
    (void)append_now(world->journal, "gamma", 0, 3);
    (void)append_now(world->journal, "alpha", 0, 1);
    (void)append_now(world->journal, "stop", 0, 1);
    (void)append_now(world->journal, "unseen", 0, 1);
    (void)append_now(world->journal, "alpha", 1, 4);

    assert_int_equal(ps_journal_sets(world->journal, write_set, &text), PS_OK);

    assert_string_equal(text.bytes, "alpha=5 gamma=3 stop=1 ");
}

/* ---- the shelf ------------------------------------------------------------------------------- */

static bool write_entry(void *context, const char *key, const void *value, size_t bytes)
{
    struct text *text = context;
    size_t used = strlen(text->bytes);
    (void)snprintf(text->bytes + used, sizeof text->bytes - used, "%s=%.*s ", key, (int)bytes,
                   (const char *)value);
    return true;
}

static void the_shelf_keeps_the_last_value_of_each_key(void **state)
{
    struct world *world = *state;
    struct text sessions = {0};
    struct text all = {0};

    ps_journal_put(world->journal, "session/b", "one", 3, take_answer, &world->answers);
    ps_journal_put(world->journal, "session/a", "two", 3, take_answer, &world->answers);
    ps_journal_put(world->journal, "alive/x", "7", 1, NULL, NULL);
    ps_journal_put(world->journal, "session/b", "three", 5, take_answer, &world->answers);
    ps_journal_put(world->journal, "session/c", "gone", 4, take_answer, &world->answers);
    ps_journal_put(world->journal, "session/c", NULL, 0, take_answer, &world->answers);
    ps_journal_put(world->journal, "session/never", NULL, 0, take_answer, &world->answers);
    ps_journal_put(world->journal, "session/empty", "", 0, take_answer, &world->answers);
    ps_journal_put(world->journal, "sessions", "not one", 7, take_answer, &world->answers);
    ps_journal_flush(world->journal);

    assert_int_equal(world->answers.count, 8);
    assert_int_equal(ps_journal_shelf(world->journal, "session/", write_entry, &sessions), PS_OK);
    assert_string_equal(sessions.bytes, "session/a=two session/b=three session/empty= ");
    assert_int_equal(ps_journal_shelf(world->journal, "", write_entry, &all), PS_OK);
    assert_string_equal(all.bytes, "alive/x=7 session/a=two session/b=three session/empty= "
                                   "sessions=not one ");
}

static void a_put_is_answered_and_may_be_put_again_after_removal(void **state)
{
    struct world *world = *state;
    struct text text = {0};

    ps_journal_put(world->journal, "key", "a", 1, take_answer, &world->answers);
    ps_journal_put(world->journal, "key", NULL, 0, take_answer, &world->answers);
    ps_journal_put(world->journal, "key", "b", 1, take_answer, &world->answers);
    ps_journal_flush(world->journal);

    assert_int_equal(world->answers.count, 3);
    assert_int_equal(world->answers.results[2], PS_JOURNAL_OK);
    assert_int_equal(ps_journal_shelf(world->journal, "k", write_entry, &text), PS_OK);
    assert_string_equal(text.bytes, "key=b ");
}

/* ---- what must never be ---------------------------------------------------------------------- */

static jmp_buf asserted;

static _Noreturn void leap(const char *what, const char *file, int line)
{
    (void)what;
    (void)file;
    (void)line;
    longjmp(asserted, 1);
}

static void records_whose_numbers_do_not_follow_are_our_mistake(void **state)
{
    struct world *world = *state;
    struct ps_record records[2] = {make_record(1, "{}"), make_record(3, "{}")};
    volatile bool caught = false;

    ps_assert_hook(leap);
    if (setjmp(asserted) == 0) {
        ps_journal_append(world->journal, "alpha", 0, records, 2, take_answer, &world->answers);
    } else {
        caught = true;
    }
    ps_assert_hook(NULL);

    assert_true(caught);
}

int main(void)
{
    const struct CMUnitTest sentences[] = {
        cmocka_unit_test(records_come_back_in_order_without_gaps),
        cmocka_unit_test(a_record_comes_back_as_it_was_put_though_the_caller_has_changed_it),
        cmocka_unit_test(nothing_is_answered_or_readable_before_the_poll),
        cmocka_unit_test(an_append_after_a_gap_or_on_an_old_head_is_a_conflict_of_its_set_alone),
        cmocka_unit_test(two_owners_with_the_same_head_give_one_ok_and_one_conflict),
        cmocka_unit_test(completions_come_in_the_order_of_handing_in),
        cmocka_unit_test(a_done_may_append_again),
        cmocka_unit_test(reading_begins_and_stops_where_it_is_told),
        cmocka_unit_test(a_set_that_is_not_there_is_absent),
        cmocka_unit_test(a_reader_may_read_another_set),
        cmocka_unit_test(sets_are_named_in_order_with_their_last_sequence),
        cmocka_unit_test(the_shelf_keeps_the_last_value_of_each_key),
        cmocka_unit_test(a_put_is_answered_and_may_be_put_again_after_removal),
        cmocka_unit_test(records_whose_numbers_do_not_follow_are_our_mistake),
    };
    enum { SENTENCES = PS_COUNT(sentences) };
    static char names[2 * SENTENCES][128];
    static struct CMUnitTest tests[2 * SENTENCES];
    for (size_t i = 0; i < PS_COUNT(tests); i++) {
        bool memory = i < SENTENCES;
        tests[i] = sentences[i % SENTENCES];
        tests[i].setup_func = memory ? memory_setup : sqlite_setup;
        tests[i].teardown_func = world_teardown;
        (void)snprintf(names[i], sizeof names[i], "%s %s", memory ? "memory" : "sqlite",
                       sentences[i % SENTENCES].name);
        tests[i].name = names[i];
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
