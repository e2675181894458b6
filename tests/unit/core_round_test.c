/* A round: each once, in a fixed order that moves on from meeting to meeting (domain.md §3). */
#include "core_world.h"

#include <stdio.h>

enum { SECOND = 1000, MINUTE = 60000 };

static void to_check_in(struct world *world)
{
    world_start(world);
    world_to_stage(world, "check_in");
}

static void expect_now(struct world *world, const char *seat)
{
    world_shows(world, "f1", "floor.holder", seat);
}

static void expect_state(struct world *world, const char *seat, const char *state)
{
    char path[60];
    snprintf(path, sizeof(path), "activity.check_in.state.%s", seat);
    world_shows(world, "f1", path, state);
}

static void everybody_done(struct world *world, const char *const *seats)
{
    for (; *seats != NULL; seats++) {
        expect_now(world, *seats);
        world_ok(world, *seats, "round.done", "");
    }
}

static void the_round_begins_with_the_first_place_in_the_first_meeting(void **state)
{
    struct world *world = *state;

    to_check_in(world);

    world_shows(world, "m3", "activity.check_in.order", "m1 m2 m3 m4 m5 m6");
    expect_now(world, "m1");
    world_shows(world, "m1", "floor.taken", "true"); /* nothing to take */
    expect_state(world, "m1", "now");
    expect_state(world, "m2", "waiting");
}

static void the_next_meeting_begins_with_the_next_place(void **state)
{
    struct world *world = *state;
    to_check_in(world);
    world_ok(world, "f1", "meeting.end", "");

    to_check_in(world);

    world_shows(world, "m3", "activity.check_in.order", "m2 m3 m4 m5 m6 m1");
    expect_now(world, "m2");
}

static void each_speaks_once_and_the_stage_waits_for_a_tap(void **state)
{
    struct world *world = *state;
    to_check_in(world);
    world_no(world, "m2", "say", "{\"text\":\"Me first\"}", PS_REFUSED_NOT_YOUR_TURN);
    world_no(world, "m2", "round.done", "", PS_REFUSED_NOT_YOUR_TURN);
    world_ok(world, "m1", "say", "{\"text\":\"I am well\"}");

    everybody_done(world, (const char *const[]){"m1", "m2", "m3", "m4", "m5", "m6", NULL});

    expect_now(world, "");
    world_pass(world, 30 * MINUTE);
    assert_string_equal(world_kind(world), "check_in");
    world_shows(world, "f1", "desk.next.why", "Everybody has had their say.");
}

static void who_passes_is_asked_once_more_at_the_end(void **state)
{
    struct world *world = *state;
    to_check_in(world);
    world_ok(world, "m1", "round.pass", "");
    expect_state(world, "m1", "passed");
    everybody_done(world, (const char *const[]){"m2", "m3", "m4", "m5", "m6", NULL});

    expect_now(world, "m1");
    world_ok(world, "m1", "round.pass", "");

    expect_now(world, ""); /* the second pass is final */
    expect_state(world, "m1", "passed");
}

static void who_passed_may_speak_the_second_time(void **state)
{
    struct world *world = *state;
    to_check_in(world);
    world_ok(world, "m1", "round.pass", "");
    everybody_done(world, (const char *const[]){"m2", "m3", "m4", "m5", "m6", NULL});

    world_ok(world, "m1", "say", "{\"text\":\"Now I can\"}");
    world_ok(world, "m1", "round.done", "");

    expect_state(world, "m1", "done");
}

static void a_pass_that_is_taken_back_never_was(void **state)
{
    struct world *world = *state;
    to_check_in(world);
    world_ok(world, "m1", "round.pass", "");
    expect_now(world, "m2");

    world_ok(world, "m1", "floor.undo", "");
    expect_now(world, "m1");
    expect_state(world, "m2", "waiting");
    world_ok(world, "m1", "round.pass", "");
    everybody_done(world, (const char *const[]){"m2", "m3", "m4", "m5", "m6", NULL});

    expect_now(world, "m1"); /* asked once more all the same */
}

static void who_loses_the_connection_in_their_turn_is_asked_when_they_are_back(void **state)
{
    struct world *world = *state;
    to_check_in(world);
    world_lose(world, "m1");

    world_pass(world, 8 * SECOND - 1);
    expect_now(world, "m1");
    world_pass(world, 1);
    expect_now(world, "m2");
    expect_state(world, "m1", "away");
    everybody_done(world, (const char *const[]){"m2", "m3", NULL});
    world_come(world, "m1");
    everybody_done(world, (const char *const[]){"m4", "m5", "m6", NULL});

    expect_now(world, "m1");
}

static void who_is_not_connected_is_left_out_until_they_are(void **state)
{
    struct world *world = *state;
    to_check_in(world);
    world_lose(world, "m2");
    world_ok(world, "m1", "round.done", "");
    expect_now(world, "m3");

    world_come(world, "m2");
    world_ok(world, "m3", "round.done", "");

    expect_now(world, "m2");
}

static void a_late_comer_joins_at_the_end(void **state)
{
    struct world *world = *state;
    world_come(world, "f1 m2 m3");
    world_ok(world, "f1", "meeting.open", "");
    world_ok(world, "f1", "meeting.start", "");
    world_to_stage(world, "check_in");
    world_shows(world, "m2", "activity.check_in.order", "m2 m3");

    world_come(world, "m1");

    world_shows(world, "m2", "activity.check_in.order", "m2 m3 m1");
    everybody_done(world, (const char *const[]){"m2", "m3", "m1", NULL});
}

static void next_counts_as_done(void **state)
{
    struct world *world = *state;
    to_check_in(world);

    world_ok(world, "f1", "floor.next", "");

    expect_now(world, "m2");
    expect_state(world, "m1", "done");
    world_no(world, "m2", "floor.next", "", PS_REFUSED_NOT_YOUR_ROLE);
    world_no(world, "m2", "floor.yield", "", PS_REFUSED_NOT_IN_THIS_PHASE);
}

static void nobody_is_cut_short_in_a_round(void **state)
{
    struct world *world = *state;
    to_check_in(world);

    world_pass(world, 20 * MINUTE);

    expect_now(world, "m1");
    assert_int_equal(world->set.now.floor.heard[world_seat("m1")].floor_ms, 0);
}

static void who_is_removed_is_not_waited_for(void **state)
{
    struct world *world = *state;
    to_check_in(world);

    world_ok(world, "f1", "seat.remove", "{\"seat\":\"m1\",\"reason\":\"Left\"}");

    expect_now(world, "m2");
    world_lose(world, "m1");
    everybody_done(world, (const char *const[]){"m2", "m3", "m4", "m5", "m6", NULL});
    expect_now(world, "");
}

static void the_closing_round_is_a_round_too(void **state)
{
    struct world *world = *state;
    world_start(world);

    world_ok(world, "f1", "meeting.close", "");

    assert_string_equal(world_kind(world), "close");
    expect_now(world, "m1");
    world_ok(world, "m1", "say", "{\"text\":\"We listened\"}");
    assert_int_equal(world->set.now.talk.said[0].kind, PS_SAID_PROCESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(the_round_begins_with_the_first_place_in_the_first_meeting,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_next_meeting_begins_with_the_next_place, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(each_speaks_once_and_the_stage_waits_for_a_tap, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_passes_is_asked_once_more_at_the_end, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_passed_may_speak_the_second_time, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_pass_that_is_taken_back_never_was, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(
        who_loses_the_connection_in_their_turn_is_asked_when_they_are_back, world_setup,
        world_teardown),
    cmocka_unit_test_setup_teardown(who_is_not_connected_is_left_out_until_they_are, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_late_comer_joins_at_the_end, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(next_counts_as_done, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(nobody_is_cut_short_in_a_round, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(who_is_removed_is_not_waited_for, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_closing_round_is_a_round_too, world_setup, world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
