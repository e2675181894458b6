/* After a crash: nothing is lost, no time has passed, and it is said openly (domain.md §13). */
#include "core_world.h"

enum { SECOND = 1000, MINUTE = 60000 };

static void a_running_clock_is_paused_as_of_the_crash(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_pass(world, 4 * MINUTE);
    int64_t crashed_at = world->now;
    world->now += 37 * MINUTE;

    world_restart(world, crashed_at);

    assert_int_equal(world->set.now.clock.state, PS_CLOCK_PAUSED);
    assert_int_equal(world->set.now.clock.remaining_ms, 10 * MINUTE);
    world_come(world, "f1 m1");
    world_shows(world, "m1", "clock.paused_why", "restart");
    world_shows(world, "m1", "meeting.interrupted", "true");
    world_ok(world, "f1", "clock.resume", "");
    assert_int_equal(world->set.now.clock.ends_at, world->now + 10 * MINUTE);
    world_shows(world, "m1", "meeting.interrupted", "");
}

static void a_clock_that_stood_stands(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_ok(world, "f1", "clock.pause", "");
    struct ps_clock before = world->set.now.clock;
    world->now += MINUTE;

    world_restart(world, world->now - 30 * SECOND);

    assert_memory_equal(&world->set.now.clock, &before, sizeof(before));
}

static void a_crash_is_never_before_the_last_event(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    int64_t remaining = world->set.now.clock.ends_at - world->set.last_at;
    world->now += MINUTE;

    world_restart(world, world->set.last_at - 5 * MINUTE);

    assert_int_equal(world->set.now.clock.remaining_ms, remaining);
}

static void hands_and_roles_are_kept_for_who_comes_back(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_ok(world, "m3", "hand.raise", "{\"kind\":\"question\"}");
    world_pass(world, SECOND);
    world_ok(world, "m3", "floor.take", "");
    world_ok(world, "m4", "hand.raise", "{\"kind\":\"question\"}");
    int64_t crashed_at = world->now;
    world->now += 10 * SECOND;

    world_restart(world, crashed_at);
    world_come(world, "f1 m1 m3 m4");
    world_ok(world, "f1", "clock.resume", "");

    world_shows(world, "m1", "floor.holder", "m3");
    world_shows(world, "m1", "floor.order", "m4");
    world_shows(world, "m1", "activity.presenter", "m1");
}

static void who_does_not_come_back_has_left_after_a_minute(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    int64_t crashed_at = world->now;
    world->now += MINUTE;
    world_restart(world, crashed_at);
    world_come(world, "f1 m1");
    world_shows(world, "m1", "roster.m2.here", "dropped");

    world_pass(world, 60 * SECOND);

    world_shows(world, "m1", "roster.m2.here", "absent");
}

static void a_meeting_to_which_nobody_comes_back_ends(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    int64_t crashed_at = world->now;
    world->now += MINUTE;

    world_restart(world, crashed_at);
    world_pass(world, 40 * MINUTE);

    assert_int_equal(world->set.meeting.state, PS_MEETING_ENDED);
}

static void two_crashes_cost_no_more_time_than_one(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_pass(world, 4 * MINUTE);
    int64_t crashed_at = world->now;
    world->now += MINUTE;
    world_restart(world, crashed_at);
    world->now += MINUTE;

    world_restart(world, world->now - SECOND);

    assert_int_equal(world->set.now.clock.remaining_ms, 10 * MINUTE);
    world_replay(world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(a_running_clock_is_paused_as_of_the_crash, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_clock_that_stood_stands, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(a_crash_is_never_before_the_last_event, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(hands_and_roles_are_kept_for_who_comes_back, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_does_not_come_back_has_left_after_a_minute, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_meeting_to_which_nobody_comes_back_ends, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(two_crashes_cost_no_more_time_than_one, world_setup,
                                    world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
