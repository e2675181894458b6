/* What the memory journal can do badly when it is asked to. */
#include "journal_fixture.h"

struct world {
    struct ps_journal *journal;
    struct answers answers;
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world->journal = ps_journal_memory_create();
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    ps_journal_close(world->journal);
    free(world);
    return 0;
}

static void a_failing_append_stores_nothing_and_may_be_tried_again(void **state)
{
    struct world *world = *state;

    ps_journal_memory_fault(world->journal, PS_FAULT_FAIL);
    append_many(world->journal, "alpha", 0, 2, &world->answers);
    ps_journal_memory_fault(world->journal, PS_FAULT_NONE);
    ps_journal_poll(world->journal);

    assert_int_equal(world->answers.results[0], PS_JOURNAL_IO);
    assert_int_equal(head_of(world->journal, "alpha"), 0);
    assert_int_equal(append_now(world->journal, "alpha", 0, 2), PS_JOURNAL_OK);
    assert_int_equal(ps_journal_figures(world->journal).failures, 1);
}

static void a_held_append_waits_until_the_fault_is_changed(void **state)
{
    struct world *world = *state;

    ps_journal_memory_fault(world->journal, PS_FAULT_HOLD);
    append_many(world->journal, "alpha", 0, 1, &world->answers);
    ps_journal_poll(world->journal);
    ps_journal_flush(world->journal); /* ends, though something is held */
    assert_int_equal(world->answers.count, 0);
    assert_int_equal(head_of(world->journal, "alpha"), 0);
    append_many(world->journal, "alpha", 1, 1, &world->answers);
    ps_journal_memory_fault(world->journal, PS_FAULT_NONE);
    ps_journal_poll(world->journal);

    assert_int_equal(world->answers.count, 2);
    assert_int_equal(world->answers.results[1], PS_JOURNAL_OK);
    assert_int_equal(head_of(world->journal, "alpha"), 2);
}

static void a_crash_forgets_what_is_not_stored_and_whom_to_tell(void **state)
{
    struct world *world = *state;
    assert_int_equal(append_now(world->journal, "alpha", 0, 2), PS_JOURNAL_OK);

    append_many(world->journal, "alpha", 2, 3, &world->answers);
    ps_journal_memory_crash(world->journal);
    ps_journal_flush(world->journal);

    assert_int_equal(world->answers.count, 0);
    assert_int_equal(head_of(world->journal, "alpha"), 2);
    assert_int_equal(ps_journal_figures(world->journal).waiting, 0);
    assert_int_equal(append_now(world->journal, "alpha", 2, 1), PS_JOURNAL_OK);
}

static void a_crash_between_commit_and_answer_keeps_the_records(void **state)
{
    struct world *world = *state;

    ps_journal_memory_fault(world->journal, PS_FAULT_MUTE);
    append_many(world->journal, "alpha", 0, 3, &world->answers);
    ps_journal_poll(world->journal);
    assert_int_equal(head_of(world->journal, "alpha"), 3);
    ps_journal_memory_crash(world->journal);
    ps_journal_memory_fault(world->journal, PS_FAULT_NONE);
    ps_journal_poll(world->journal);

    assert_int_equal(world->answers.count, 0);
    assert_int_equal(head_of(world->journal, "alpha"), 3);
}

static void muted_answers_come_when_the_fault_is_changed_before_later_ones(void **state)
{
    struct world *world = *state;

    ps_journal_memory_fault(world->journal, PS_FAULT_MUTE);
    append_many(world->journal, "alpha", 0, 1, &world->answers);
    ps_journal_poll(world->journal);
    append_many(world->journal, "alpha", 0, 1, &world->answers);
    ps_journal_memory_fault(world->journal, PS_FAULT_NONE);
    ps_journal_poll(world->journal);

    assert_int_equal(world->answers.count, 2);
    assert_int_equal(world->answers.results[0], PS_JOURNAL_OK);
    assert_int_equal(world->answers.results[1], PS_JOURNAL_CONFLICT);
}

static void a_spoiled_record_is_found_at_its_own_sequence(void **state)
{
    struct world *world = *state;
    struct reading reading = {0};
    uint64_t bad = 0;
    assert_int_equal(append_now(world->journal, "alpha", 0, 9), PS_JOURNAL_OK);

    ps_journal_memory_spoil(world->journal, "alpha", 6);

    assert_int_equal(ps_journal_read(world->journal, "alpha", 1, count_record, &reading, &bad),
                     PS_E_CORRUPT);
    assert_int_equal(bad, 6);
    assert_int_equal(reading.last, 5);
}

static void a_close_answers_what_was_handed_in(void **state)
{
    (void)state;
    struct ps_journal *journal = ps_journal_memory_create();
    struct answers answers = {.count = 0};

    append_many(journal, "alpha", 0, 1, &answers);
    append_many(journal, "alpha", 1, 1, &answers);
    ps_journal_close(journal);

    assert_int_equal(answers.count, 2);
    assert_int_equal(answers.results[0], PS_JOURNAL_OK);
    assert_int_equal(answers.results[1], PS_JOURNAL_OK);
    ps_journal_close(NULL);
}

static void a_close_answers_with_io_what_is_held(void **state)
{
    (void)state;
    struct ps_journal *journal = ps_journal_memory_create();
    struct answers answers = {.count = 0};

    ps_journal_memory_fault(journal, PS_FAULT_HOLD);
    append_many(journal, "alpha", 0, 1, &answers);
    ps_journal_close(journal);

    assert_int_equal(answers.count, 1);
    assert_int_equal(answers.results[0], PS_JOURNAL_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_failing_append_stores_nothing_and_may_be_tried_again,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_held_append_waits_until_the_fault_is_changed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_crash_forgets_what_is_not_stored_and_whom_to_tell, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_crash_between_commit_and_answer_keeps_the_records, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            muted_answers_come_when_the_fault_is_changed_before_later_ones, setup, teardown),
        cmocka_unit_test_setup_teardown(a_spoiled_record_is_found_at_its_own_sequence, setup,
                                        teardown),
        cmocka_unit_test(a_close_answers_what_was_handed_in),
        cmocka_unit_test(a_close_answers_with_io_what_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
