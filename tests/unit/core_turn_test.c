/* A presenter's turn: its phases and how each ends (domain.md §4). m1 presents. */
#include "core_world.h"

#include <stdio.h>

enum { SECOND = 1000, MINUTE = 60000 };

static int64_t left(const struct world *world)
{
    return world->set.now.clock.ends_at - world->now;
}

static void expect_phase(struct world *world, const char *phase)
{
    world_shows(world, "m2", "activity.phase", phase);
}

/* ---- lengths --------------------------------------------------------------------------------- */

static void expect_lengths(int64_t stage_ms, const int64_t minutes[8])
{
    static const char *const names[] = {"present", "clarify", "question", "silence",
                                        "offer",   "respond", "commit",   "process"};
    const struct ps_activity *activity = ps_activity_at(ps_activity_find("presenter_turn"));
    int64_t sum = 0;
    for (uint8_t i = 0; i < 8; i++) {
        assert_string_equal(activity->phases[i].name, names[i]);
        sum += activity->planned_ms(stage_ms, i);
        if (minutes != NULL) {
            assert_int_equal(activity->planned_ms(stage_ms, i), minutes[i] * MINUTE);
        }
    }
    assert_int_equal(sum, stage_ms);
}

static void the_lengths_are_those_of_the_table(void **state)
{
    (void)state;
    expect_lengths(40 * MINUTE, (const int64_t[]){5, 6, 14, 2, 5, 3, 3, 2});
    expect_lengths(35 * MINUTE, (const int64_t[]){4, 5, 13, 2, 4, 2, 3, 2});
    expect_lengths(30 * MINUTE, (const int64_t[]){4, 4, 11, 1, 4, 2, 3, 1});
}

static void any_other_length_adds_up_too(void **state)
{
    (void)state;
    for (int64_t ms = 30 * SECOND; ms <= 4 * 60 * MINUTE; ms += 7777) {
        expect_lengths(ms, NULL);
    }
}

/* ---- how a phase ends ------------------------------------------------------------------------ */

static void the_story_goes_on_thirty_seconds_past_its_end(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "present");

    world_pass(world, 5 * MINUTE + 30 * SECOND - 1);
    expect_phase(world, "present");
    world_pass(world, 1);

    expect_phase(world, "clarify");
    assert_int_equal(world->set.meeting.plan.bank_ms, 5 * MINUTE - 30 * SECOND);
}

static void silence_ends_on_time(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "silence");

    world_pass(world, 2 * MINUTE - 1);
    expect_phase(world, "silence");
    world_pass(world, 1);

    expect_phase(world, "offer");
    assert_int_equal(world->set.meeting.plan.bank_ms, 5 * MINUTE);
}

static void offers_end_when_the_last_one_is_finished(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "offer");
    world_pass_to_end(world, 5 * SECOND);
    world_ok(world, "m2", "hand.raise", "{\"kind\":\"offer\"}");
    world_ok(world, "m2", "floor.take", "");

    world_pass(world, 12 * SECOND);
    expect_phase(world, "offer");
    world_ok(world, "m2", "floor.yield", "");

    expect_phase(world, "respond");
}

static void who_makes_an_offer_at_the_end_has_thirty_seconds(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "offer");
    world_pass_to_end(world, 5 * SECOND);
    world_ok(world, "m2", "hand.raise", "{\"kind\":\"offer\"}");
    world_shows(world, "m2", "floor.holder", "m2");
    world_ok(world, "m2", "floor.take", "");

    world_pass(world, 5 * SECOND + 29 * SECOND);
    expect_phase(world, "offer");
    world_pass(world, SECOND);

    expect_phase(world, "respond");
}

static void questions_wait_for_a_tap_for_a_minute(void **state)
{
    struct world *world = *state;
    static const char *const waiting[] = {"clarify", "question", "respond", "commit"};
    static const char *const then[] = {"question", "silence", "commit", "process"};
    world_to_turn(world, "present");

    for (size_t i = 0; i < PS_COUNT(waiting); i++) {
        world_to_phase(world, waiting[i]);
        world_pass_to_end(world, 0);
        world_pass(world, 60 * SECOND - 1);
        expect_phase(world, waiting[i]);
        world_pass(world, 1);
        expect_phase(world, then[i]);
    }
}

static void a_stage_is_not_left_while_nobody_could_lead(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "process");
    world_lose(world, "f1 f2");

    world_pass(world, 10 * MINUTE);
    expect_phase(world, "process");
    world_come(world, "f2");

    assert_string_equal(world_kind(world), "open_talk"); /* tour, until there are tours */
}

static void the_phases_inside_a_turn_go_on_without_anybody_to_lead(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "silence");
    world_lose(world, "f1 f2");

    world_pass(world, 3 * MINUTE);

    expect_phase(world, "offer");
}

static void other_stages_wait_for_a_tap_for_ever(void **state)
{
    struct world *world = *state;
    world_start(world);

    world_pass(world, 20 * MINUTE);

    assert_string_equal(world_kind(world), "open");
}

static void who_leads_may_move_on_at_any_time(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");

    world_ok(world, "f1", "turn.next", "");
    expect_phase(world, "silence");
    world_no(world, "m2", "turn.next", "", PS_REFUSED_NOT_YOUR_ROLE);
    world_to_phase(world, "process");
    world_ok(world, "f1", "turn.next", ""); /* the last phase: the stage is over */

    assert_string_equal(world_kind(world), "open_talk");
}

static void the_presenter_ends_what_is_theirs_and_says_when_they_are_ready(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "present");
    world_ok(world, "m1", "turn.ready", "");
    expect_phase(world, "clarify");

    world_ok(world, "m1", "turn.ready", "");

    expect_phase(world, "clarify"); /* said, not done: others are asking */
    world_shows(world, "f1", "activity.presenter_turn.ready", "true");
    world_no(world, "m1", "turn.ready", "", PS_REFUSED_ALREADY_DONE);
    world_to_phase(world, "question");
    world_shows(world, "f1", "activity.presenter_turn.ready", "");
    world_to_phase(world, "silence");
    world_no(world, "m1", "turn.ready", "", PS_REFUSED_NOT_IN_THIS_PHASE);
    world_no(world, "m2", "turn.ready", "", PS_REFUSED_NOT_YOUR_ROLE);
}

/* ---- what counts ----------------------------------------------------------------------------- */

static const struct ps_business *first_business(const struct world *world)
{
    return &world->set.roster.businesses[0];
}

static void a_turn_counts_once_its_questions_are_through(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "silence");

    world_ok(world, "f1", "stage.next", "");

    assert_int_equal(first_business(world)->turns, 1);
    assert_int_equal(first_business(world)->last_meeting, 1);
}

static void a_turn_broken_off_before_does_not_count(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");

    world_ok(world, "f1", "stage.next", "");

    assert_int_equal(first_business(world)->turns, 0);
    assert_int_equal(first_business(world)->last_meeting, 0);
}

static void the_presenter_may_stop_at_once_without_a_reason(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");

    world_no(world, "m2", "turn.stop", "", PS_REFUSED_NOT_YOUR_ROLE);
    world_ok(world, "m1", "turn.stop", "");

    assert_string_equal(world_kind(world), "open_talk");
    assert_int_equal(first_business(world)->turns, 0);
}

static void the_meter_shows_how_many_have_asked(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_lose(world, "m6");
    world_pass(world, 60 * SECOND);
    world_shows(world, "m2", "activity.presenter_turn.of", "4");

    world_ok(world, "m3", "hand.raise", "{\"kind\":\"question\"}");

    world_shows(world, "m2", "activity.presenter_turn.asked", "1");
}

static void what_helped_is_seen_by_the_presenter_alone(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_ok(world, "m3", "hand.raise", "{\"kind\":\"question\",\"text\":\"Why now?\"}");
    world_pass(world, SECOND);
    char params[40];
    char path[40];
    snprintf(params, sizeof(params), "{\"said\":\"w%u\"}", world->set.now.talk.said[0].id);
    snprintf(path, sizeof(path), "activity.said.w%u.helped", world->set.now.talk.said[0].id);

    world_no(world, "m2", "turn.helped", params, PS_REFUSED_NOT_YOUR_ROLE);
    world_ok(world, "m1", "turn.helped", params);

    world_shows(world, "m1", path, "true");
    world_shows(world, "m3", path, "");
    world_shows(world, "f1", path, "");
}

static void how_we_worked_is_written_by_all_three_times_each(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "process");

    world_ok(world, "m2", "say", "{\"text\":\"One\"}");
    world_ok(world, "m2", "say", "{\"text\":\"Two\"}");
    world_ok(world, "m2", "say", "{\"text\":\"Three\"}");
    world_no(world, "m2", "say", "{\"text\":\"Four\"}", PS_REFUSED_TOO_MANY);
    world_ok(world, "m1", "say", "{\"text\":\"Thank you\"}");

    world_shows(world, "m2", "you.say_as", "");
    world_shows(world, "m1", "you.say_as", "process");
}

static void a_turn_of_nobody_goes_through_its_phases(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_lose(world, "m1 m2 m3 m4 m5 m6");
    world_pass(world, 60 * SECOND);

    world_to_stage(world, "presenter_turn");

    world_shows(world, "f1", "activity.presenter", "");
    world_shows(world, "f1", "desk.next.why", "Nobody can present at the moment.");
    assert_true(left(world) > 0);
    world_ok(world, "f1", "stage.next", "");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(the_lengths_are_those_of_the_table, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(any_other_length_adds_up_too, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_story_goes_on_thirty_seconds_past_its_end, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(silence_ends_on_time, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(offers_end_when_the_last_one_is_finished, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_makes_an_offer_at_the_end_has_thirty_seconds, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(questions_wait_for_a_tap_for_a_minute, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_stage_is_not_left_while_nobody_could_lead, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_phases_inside_a_turn_go_on_without_anybody_to_lead,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(other_stages_wait_for_a_tap_for_ever, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_leads_may_move_on_at_any_time, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_presenter_ends_what_is_theirs_and_says_when_they_are_ready,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(a_turn_counts_once_its_questions_are_through, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_turn_broken_off_before_does_not_count, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_presenter_may_stop_at_once_without_a_reason, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_meter_shows_how_many_have_asked, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(what_helped_is_seen_by_the_presenter_alone, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(how_we_worked_is_written_by_all_three_times_each, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_turn_of_nobody_goes_through_its_phases, world_setup,
                                    world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
