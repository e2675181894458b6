/* A meeting from opening to end: plans, steps, and the way back for a moment. */
#include "core_world.h"

#include <stdio.h>

#include "core/plan.h"

enum { SECOND = 1000, MINUTE = 60000 };

/* ---- plans ----------------------------------------------------------------------------------- */

static void the_stages_and_the_bank_of_each_template_add_up(void **state)
{
    static const int64_t minutes[] = {0, 90, 120, 180};
    (void)state;

    for (uint8_t kind = PS_TEMPLATE_NINETY_MINUTES; kind <= PS_TEMPLATE_THREE_HOURS; kind++) {
        struct ps_plan plan;
        ps_plan_from_template((enum ps_template)kind, &plan);
        assert_int_equal(plan.planned_ms, minutes[kind] * MINUTE);
        assert_int_equal(ps_plan_check(&plan), PS_ALLOWED);
    }
}

static void the_template_is_the_longest_that_fits(void **state)
{
    (void)state;

    assert_int_equal(ps_template_for(200 * MINUTE), PS_TEMPLATE_THREE_HOURS);
    assert_int_equal(ps_template_for(120 * MINUTE), PS_TEMPLATE_TWO_HOURS);
    assert_int_equal(ps_template_for(119 * MINUTE), PS_TEMPLATE_NINETY_MINUTES);
    assert_int_equal(ps_template_for(10 * MINUTE), PS_TEMPLATE_NINETY_MINUTES);
}

static void a_plan_must_add_up_and_know_its_kinds(void **state)
{
    struct world *world = *state;
    world_come_all(world);
    world_ok(world, "f1", "meeting.open", "");

    world_no(world, "f1", "meeting.plan",
             "{\"stages\":[{\"kind\":\"check_in\",\"planned_ms\":600000}],\"planned_ms\":599999}",
             PS_REFUSED_PLAN_DOES_NOT_FIT);
    world_no(world, "f1", "meeting.plan", "{\"stages\":[],\"planned_ms\":600000}",
             PS_REFUSED_PLAN_DOES_NOT_FIT);
    world_no(world, "f1", "meeting.plan",
             "{\"stages\":[{\"kind\":\"seance\",\"planned_ms\":600000}],\"planned_ms\":600000}",
             PS_REFUSED_UNKNOWN_KIND);
    world_ok(world, "f1", "meeting.plan",
             "{\"stages\":[{\"kind\":\"check_in\",\"planned_ms\":600000}],\"planned_ms\":900000}");

    world_shows(world, "m1", "meeting.bank_ms", "300000"); /* what is left over */
}

static void a_meeting_has_four_turns_at_most(void **state)
{
    struct world *world = *state;
    struct ps_plan plan = {.stages_count = 5};
    for (uint8_t i = 0; i < 5; i++) {
        memcpy(plan.stages[i].kind, "presenter_turn", sizeof("presenter_turn"));
        plan.stages[i].planned_ms = 30 * MINUTE;
        plan.planned_ms += 30 * MINUTE;
    }
    assert_int_equal(ps_plan_check(&plan), PS_REFUSED_PLAN_DOES_NOT_FIT);
    world_start(world);

    for (int i = 0; i < 3; i++) {
        world_ok(world, "f1", "stage.insert", "{\"at\":5,\"kind\":\"presenter_turn\"}");
    }

    world_no(world, "f1", "stage.insert", "{\"at\":5,\"kind\":\"presenter_turn\"}",
             PS_REFUSED_FULL);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void nothing_begins_before_the_tap(void **state)
{
    struct world *world = *state;
    world_come_all(world);
    world_no(world, "f1", "meeting.start", "", PS_REFUSED_NO_MEETING);
    world_no(world, "m1", "meeting.open", "", PS_REFUSED_NOT_YOUR_ROLE);
    world_ok(world, "f1", "meeting.open", "");
    world_no(world, "f1", "meeting.open", "", PS_REFUSED_MEETING_OPEN);

    world_pass(world, 60 * MINUTE);
    world_shows(world, "m1", "meeting.state", "lobby");
    world_shows(world, "m1", "clock.state", "none");
    world_ok(world, "f1", "meeting.start", "");

    world_shows(world, "m1", "meeting.state", "live");
    world_no(world, "f1", "meeting.start", "", PS_REFUSED_MEETING_STARTED);
}

static void the_steps_follow_each_other_to_the_end(void **state)
{
    struct world *world = *state;
    static const char *const kinds[] = {"open",      "check_in",  "agenda", "presenter_turn",
                                        "open_talk", "open_talk", "close"};
    world_start(world);

    for (size_t i = 0; i < PS_COUNT(kinds); i++) {
        assert_string_equal(world_kind(world), kinds[i]);
        world_ok(world, "f1", "stage.next", "");
    }

    world_shows(world, "m1", "meeting.state", "ended");
    world_no(world, "f1", "stage.next", "", PS_REFUSED_MEETING_OVER);
    world_ok(world, "f1", "meeting.open", "");
    world_shows(world, "m1", "meeting.number", "2");
}

static void a_planned_kind_that_is_not_built_yet_is_open_talk(void **state)
{
    struct world *world = *state;
    world_start(world);

    world_to_stage(world, "open_talk");

    world_shows(world, "m1", "activity.stands_in_for", "tour");
}

static void closing_goes_straight_to_the_last_step_and_nothing_comes_after_it(void **state)
{
    struct world *world = *state;
    world_start(world);

    world_ok(world, "f1", "meeting.close", "");
    world_shows(world, "m1", "meeting.state", "closing");
    assert_string_equal(world_kind(world), "close");
    world_ok(world, "f1", "stage.next", "");

    world_shows(world, "m1", "meeting.state", "ended");
}

static void steps_are_inserted_and_removed_ahead_not_behind(void **state)
{
    struct world *world = *state;
    char params[60];
    world_start(world);
    uint32_t done = world->set.meeting.stage;
    world_ok(world, "f1", "stage.next", "");

    world_no(world, "f1", "stage.insert", "{\"at\":1,\"kind\":\"break\"}", PS_REFUSED_BAD_VALUE);
    world_no(world, "f1", "stage.insert", "{\"at\":2,\"kind\":\"seance\"}",
             PS_REFUSED_UNKNOWN_KIND);
    world_ok(world, "f1", "stage.insert", "{\"at\":2,\"kind\":\"break\",\"planned_ms\":300000}");
    snprintf(params, sizeof(params), "{\"id\":\"s%u\"}", done);
    world_no(world, "f1", "stage.remove", params, PS_REFUSED_TOO_LATE);
    world_ok(world, "f1", "stage.next", "");
    assert_string_equal(world_kind(world), "break");
    snprintf(params, sizeof(params), "{\"id\":\"s%u\"}", world->set.meeting.plan.stages[3].id);
    world_ok(world, "f1", "stage.remove", params);
    world_no(world, "f1", "stage.remove", params, PS_REFUSED_NO_SUCH_THING);

    world_ok(world, "f1", "stage.next", "");
    assert_string_equal(world_kind(world), "presenter_turn"); /* the agenda was taken out */
}

/* ---- the way back ---------------------------------------------------------------------------- */

static void a_step_left_too_soon_can_be_gone_back_to_for_five_seconds(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_to_stage(world, "check_in");
    world_ok(world, "m1", "say", "{\"text\":\"I am well\"}");
    world_ok(world, "m1", "round.done", "");
    world_ok(world, "f1", "stage.next", "");

    world_pass(world, 5 * SECOND - 1);
    world_ok(world, "f1", "stage.reopen", "");

    assert_string_equal(world_kind(world), "check_in");
    world_shows(world, "m2", "floor.holder", "m2"); /* where it was left */
    assert_int_equal(world->set.now.talk.count, 1);
    world_no(world, "f1", "stage.reopen", "", PS_REFUSED_TOO_LATE);
    world_ok(world, "f1", "stage.next", "");
    world_pass(world, 5 * SECOND);
    world_no(world, "f1", "stage.reopen", "", PS_REFUSED_TOO_LATE);
}

static void a_turn_begun_by_a_slip_has_not_begun(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_to_stage(world, "agenda");
    world_ok(world, "f1", "stage.next", "");
    world_shows(world, "m2", "activity.presenter", "m1");

    world_ok(world, "f1", "stage.reopen", "");
    world_to_stage(world, "presenter_turn");

    world_shows(world, "m2", "activity.presenter", "m1");
    world_shows(world, "m2", "activity.presenter_turn.number", "1");
}

static void a_turn_that_is_gone_back_to_is_not_counted_twice(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "process");
    world_ok(world, "f1", "stage.next", "");
    assert_int_equal(world->set.roster.businesses[0].turns, 1);

    world_ok(world, "f1", "stage.reopen", "");
    assert_int_equal(world->set.roster.businesses[0].turns, 0);
    assert_string_equal(world_phase(world), "process");
    world_ok(world, "f1", "stage.next", "");

    assert_int_equal(world->set.roster.businesses[0].turns, 1);
}

static void the_bank_gets_back_what_a_slip_cost(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_pass_to_end(world, 0);
    world_pass(world, 2 * MINUTE);
    world_ok(world, "f1", "stage.next", "");
    assert_int_equal(world->set.meeting.plan.bank_ms, 3 * MINUTE);

    world_ok(world, "f1", "stage.reopen", "");

    assert_int_equal(world->set.meeting.plan.bank_ms, 5 * MINUTE);
}

static void whoever_was_removed_is_gone_from_a_reopened_step(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_to_stage(world, "check_in");
    world_ok(world, "f1", "stage.next", "");
    world_ok(world, "f1", "seat.remove", "{\"seat\":\"m1\",\"reason\":\"Left\"}");

    world_ok(world, "f1", "stage.reopen", "");

    world_shows(world, "m2", "floor.holder", "m2");
}

static void a_meeting_ended_by_a_slip_goes_on_where_it_was(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_pass(world, 4 * MINUTE);
    world_ok(world, "f1", "meeting.end", "");
    world_pass(world, 3 * MINUTE);

    world_ok(world, "f1", "meeting.reopen", "");

    world_shows(world, "m2", "meeting.state", "live");
    world_shows(world, "m2", "activity.presenter", "m1");
    assert_string_equal(world_phase(world), "question");
    assert_int_equal(world->set.now.clock.ends_at, world->now + 10 * MINUTE);
    world_ok(world, "f1", "meeting.end", "");
    world_pass(world, 5 * MINUTE);
    world_no(world, "f1", "meeting.reopen", "", PS_REFUSED_TOO_LATE);
}

/* ---- ids ------------------------------------------------------------------------------------- */

static void every_phase_has_an_id_of_its_own(void **state)
{
    struct world *world = *state;
    uint32_t seen[64] = {0};
    size_t count = 0;
    world_start(world);

    for (int i = 0; i < 14 && ps_is_live(&world->set); i++) {
        uint32_t id = world->set.now.running.phase_id;
        for (size_t n = 0; n < count; n++) {
            assert_int_not_equal(seen[n], id);
        }
        seen[count++] = id;
        bool turn = strcmp(world_kind(world), "presenter_turn") == 0;
        world_ok(world, "f1", turn ? "turn.next" : "stage.next", "");
        if (i == 2) {
            world_ok(world, "f1", "stage.reopen", "");
        }
    }

    assert_true(count > 10);
}

static void a_command_says_which_phase_it_means(void **state)
{
    struct world *world = *state;
    char frame[] = "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"stage.next\",\"params\":{}}";
    world_start(world);

    enum ps_refusal refusal = world_frame(world, world_seat("f1"), frame, sizeof(frame) - 1);

    assert_int_equal(refusal, PS_REFUSED_EXPECT_MISSING);
    world_no(world, "f1", "stage.next", "{\"expect\":\"p1\"}", PS_REFUSED_MOVED_ON);
    world_no(world, "f1", "stage.next", "{\"expect\":\"yesterday\"}", PS_REFUSED_MOVED_ON);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(the_stages_and_the_bank_of_each_template_add_up, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_template_is_the_longest_that_fits, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_plan_must_add_up_and_know_its_kinds, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_meeting_has_four_turns_at_most, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(nothing_begins_before_the_tap, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_steps_follow_each_other_to_the_end, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_planned_kind_that_is_not_built_yet_is_open_talk, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(
        closing_goes_straight_to_the_last_step_and_nothing_comes_after_it, world_setup,
        world_teardown),
    cmocka_unit_test_setup_teardown(steps_are_inserted_and_removed_ahead_not_behind, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_step_left_too_soon_can_be_gone_back_to_for_five_seconds,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(a_turn_begun_by_a_slip_has_not_begun, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_turn_that_is_gone_back_to_is_not_counted_twice, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_bank_gets_back_what_a_slip_cost, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(whoever_was_removed_is_gone_from_a_reopened_step, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_meeting_ended_by_a_slip_goes_on_where_it_was, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(every_phase_has_an_id_of_its_own, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(a_command_says_which_phase_it_means, world_setup,
                                    world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
