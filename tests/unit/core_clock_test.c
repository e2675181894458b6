/* The one clock of a set and the bank it is charged to. */
#include "core_world.h"

#include "core/clock.h"

enum { SECOND = 1000, MINUTE = 60000 };

static int64_t bank(const struct world *world)
{
    return world->set.meeting.plan.bank_ms;
}

static const struct ps_clock *clock_of(const struct world *world)
{
    return &world->set.now.clock;
}

static void overrun_is_charged_to_the_bank(void **state)
{
    struct world *world = *state;
    world_start(world); /* welcome: 3 minutes, waits for a tap; the bank holds 5 */
    world_pass_to_end(world, 0);

    world_pass(world, 2 * MINUTE);
    world_ok(world, "f1", "stage.next", "");

    assert_int_equal(bank(world), 3 * MINUTE);
}

static void an_empty_bank_is_not_overdrawn(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_pass_to_end(world, 0);

    world_pass(world, 30 * MINUTE);
    world_ok(world, "f1", "stage.next", "");

    assert_int_equal(bank(world), 0);
    world_no(world, "f1", "clock.extend", "{\"ms\":60000}", PS_REFUSED_BANK_EMPTY);
}

static void an_extension_comes_out_of_the_bank(void **state)
{
    struct world *world = *state;
    world_start(world);
    int64_t ends_at = clock_of(world)->ends_at;

    world_ok(world, "f1", "clock.extend", "{\"ms\":120000}");

    assert_int_equal(clock_of(world)->ends_at, ends_at + 2 * MINUTE);
    assert_int_equal(bank(world), 3 * MINUTE);
    world_shows(world, "m1", "clock.extended_ms", "120000");
    world_no(world, "f1", "clock.extend", "{\"ms\":180001}", PS_REFUSED_BANK_EMPTY);
    world_no(world, "m1", "clock.extend", "{\"ms\":60000}", PS_REFUSED_NOT_YOUR_ROLE);
}

static void a_paused_clock_keeps_what_is_left(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_pass(world, MINUTE);

    world_ok(world, "f1", "clock.pause", "");
    world_pass(world, 20 * MINUTE);
    world_shows(world, "m1", "clock.state", "paused");
    world_shows(world, "m1", "clock.remaining_ms", "120000");
    world_no(world, "f1", "clock.pause", "", PS_REFUSED_PAUSED);
    world_ok(world, "f1", "clock.resume", "");

    assert_int_equal(clock_of(world)->ends_at, world->now + 2 * MINUTE);
    world_no(world, "f1", "clock.resume", "", PS_REFUSED_NOT_PAUSED);
    assert_int_equal(bank(world), 5 * MINUTE);
}

static void the_presenters_absence_stops_the_clock_of_the_story_at_once(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "present");

    world_lose(world, "m1");

    world_shows(world, "m2", "clock.state", "paused");
    world_shows(world, "m2", "clock.paused_why", "presenter");
}

static void in_the_questions_the_set_goes_on_for_ten_seconds(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_lose(world, "m1");

    world_pass(world, 10 * SECOND - 1);
    world_shows(world, "m2", "clock.state", "running");
    world_pass(world, 1);

    world_shows(world, "m2", "clock.state", "paused");
}

static void a_presenter_who_is_back_in_time_stops_nothing(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_lose(world, "m1");
    world_pass(world, 9 * SECOND);

    world_come(world, "m1");
    world_pass(world, 20 * SECOND);

    world_shows(world, "m2", "clock.state", "running");
}

static void the_offers_do_not_wait_for_the_presenter(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "offer");

    world_lose(world, "m1");
    world_pass(world, 30 * SECOND);

    world_shows(world, "m2", "clock.state", "running");
}

static void who_is_back_may_start_their_own_clock_again(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "present");
    world_lose(world, "m1");
    world_no(world, "m2", "clock.resume", "", PS_REFUSED_NOT_YOUR_ROLE);
    world_come(world, "m1");
    world_shows(world, "m2", "clock.state", "paused"); /* it waits for a tap */

    world_ok(world, "m1", "clock.resume", "");

    world_shows(world, "m2", "clock.state", "running");
    world_ok(world, "f1", "clock.pause", "");
    world_no(world, "m1", "clock.resume", "", PS_REFUSED_NOT_YOUR_ROLE);
}

static void a_set_that_goes_on_knowingly_is_not_stopped_again(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_lose(world, "m1");
    world_pass(world, 10 * SECOND);

    world_ok(world, "f1", "clock.resume", "");
    world_pass(world, 5 * MINUTE);

    world_shows(world, "m2", "clock.state", "running"); /* by phone, perhaps */
    world_come(world, "m1");
    world_lose(world, "m1");
    world_pass(world, 10 * SECOND);
    world_shows(world, "m2", "clock.state", "paused"); /* another loss is another question */
}

static void the_forecast_is_an_instant_while_it_runs_and_a_span_while_it_stands(void **state)
{
    struct world *world = *state;
    world_start(world);
    int64_t stages = 85 * MINUTE; /* 90 less the bank */
    assert_int_equal(ps_clock_forecast(&world->set).end_at, world->now + stages);

    world_pass(world, MINUTE);
    world_ok(world, "f1", "clock.pause", "");

    assert_int_equal(ps_clock_forecast(&world->set).end_at, 0);
    assert_int_equal(ps_clock_forecast(&world->set).left_ms, stages - MINUTE);
    world_shows(world, "m1", "meeting.forecast.left_ms", "5040000");
    world_shows(world, "m1", "meeting.forecast.end_at", "");
}

static void in_a_rehearsal_planned_lengths_are_divided_and_instants_are_real(void **state)
{
    (void)state;
    struct world *world = world_create(6, ",\"rehearsal\":true,\"pace\":60");
    world_start(world);

    assert_int_equal(clock_of(world)->ends_at, world->now + 3 * SECOND);
    world_pass(world, 5 * SECOND);
    world_ok(world, "f1", "stage.next", "");

    assert_int_equal(bank(world), 3 * MINUTE); /* two seconds over are two planned minutes */
    world_shows(world, "m1", "meeting.bank_ms", "3000");
    world_destroy(world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(overrun_is_charged_to_the_bank, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(an_empty_bank_is_not_overdrawn, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(an_extension_comes_out_of_the_bank, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_paused_clock_keeps_what_is_left, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_presenters_absence_stops_the_clock_of_the_story_at_once,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(in_the_questions_the_set_goes_on_for_ten_seconds, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_presenter_who_is_back_in_time_stops_nothing, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_offers_do_not_wait_for_the_presenter, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_is_back_may_start_their_own_clock_again, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_set_that_goes_on_knowingly_is_not_stopped_again, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(
        the_forecast_is_an_instant_while_it_runs_and_a_span_while_it_stands, world_setup,
        world_teardown),
    cmocka_unit_test_setup_teardown(
        in_a_rehearsal_planned_lengths_are_divided_and_instants_are_real, world_setup,
        world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
