/* Edge cases that a naive implementation gets wrong: domain.md §16, by number. Those that are not
 * the core's business (media, attendance, contracts, exports) are proved where they live. */
#include "core_world.h"

#include <stdio.h>
#include <stdlib.h>

enum { SECOND = 1000, MINUTE = 60000 };

static struct ps_business *business_of(struct world *world, const char *seat)
{
    return &world->set.roster.businesses[world->set.roster.people[world_seat(seat)].business - 1];
}

static void raise(struct world *world, const char *seat)
{
    world_ok(world, seat, "hand.raise", "{\"kind\":\"question\"}");
}

/* `seat` asks something of no length. */
static void ask(struct world *world, const char *seat)
{
    raise(world, seat);
    world_pass(world, SECOND);
    world_shows(world, "m1", "floor.holder", seat);
    world_ok(world, seat, "floor.yield", "");
    world_ok(world, "m1", "floor.yield", "");
}

static void edge_01_two_taps_on_next_move_one_phase(void **state)
{
    struct world *world = *state;
    char expect[40];
    world_to_turn(world, "clarify");
    snprintf(expect, sizeof(expect), "{\"expect\":\"p%u\"}", world->set.now.running.phase_id);

    world_ok(world, "f1", "turn.next", expect);
    world_no(world, "f1", "turn.next", expect, PS_REFUSED_MOVED_ON);

    assert_string_equal(world_phase(world), "question");
}

static void edge_02_an_extension_never_lands_on_the_next_phase(void **state)
{
    struct world *world = *state;
    char params[60];
    world_to_turn(world, "silence");
    snprintf(params, sizeof(params), "{\"ms\":60000,\"expect\":\"p%u\"}",
             world->set.now.running.phase_id);
    world_pass_to_end(world, 0);
    assert_string_equal(world_phase(world), "offer");

    world_no(world, "f1", "clock.extend", params, PS_REFUSED_MOVED_ON);

    assert_int_equal(world->set.now.clock.extended_ms, 0);
}

static void edge_03_a_pause_outlives_the_facilitator_not_the_meeting(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_ok(world, "f1", "clock.pause", "");
    world_lose(world, "f1");

    world_pass(world, 60 * SECOND);
    world_ok(world, "f2", "clock.resume", "");

    world_shows(world, "m1", "clock.state", "running");
}

static void edge_05_an_answer_to_a_closed_prompt_is_refused(void **state)
{
    struct world *world = *state;
    char late[80];
    world_to_turn(world, "silence");
    snprintf(late, sizeof(late), "{\"prompt\":\"q%u\",\"text\":\"Slept\"}",
             world->set.now.prompt.id);
    world_pass(world, 20 * MINUTE);

    world_no(world, "m2", "prompt.answer", late, PS_REFUSED_CLOSED);
}

static void edge_06_the_silence_of_a_page_is_not_an_absence(void **state)
{
    struct world *world = *state;
    world_start(world);

    world_pass(world, 45 * MINUTE);

    world_shows(world, "m1", "roster.m4.here", "here");
}

static void edge_09_a_hand_raised_again_is_one_hand_in_its_place(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "present");
    raise(world, "m3");
    raise(world, "m2");

    world_lose(world, "m3");
    world_come(world, "m3");
    raise(world, "m3");
    world_to_phase(world, "clarify");

    world_shows(world, "m1", "floor.order", "m3 m2");
}

static void edge_10_a_question_in_the_offers_is_parked_and_may_become_an_offer(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "present");
    raise(world, "m2");
    world_to_phase(world, "offer");

    world_shows(world, "m2", "floor.hands.m2.parked", "true");
    world_shows(world, "m2", "floor.hands.m2.reason", "waiting: this kind is not for now");
    world_shows(world, "m2", "floor.order", "");
    world_ok(world, "m2", "hand.raise", "{\"kind\":\"offer\"}");
    world_shows(world, "m2", "floor.hands.m2.parked", "");
    world_pass(world, SECOND);

    world_shows(world, "m2", "floor.holder", "m2");
}

static void edge_11_a_long_check_in_costs_nobody_their_place(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_to_stage(world, "check_in");
    world_ok(world, "m1", "round.done", "");
    world_pass(world, 10 * MINUTE); /* m2 speaks */
    world_ok(world, "m2", "round.done", "");
    world_to_stage(world, "presenter_turn");
    world_to_phase(world, "present");
    raise(world, "m2");
    raise(world, "m3");

    world_to_phase(world, "question");

    world_shows(world, "m1", "floor.order", "m2 m3");
}

static void edge_12_many_short_turns_do_not_dominate(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    ask(world, "m2");
    ask(world, "m2");
    world_ok(world, "f1", "floor.grant", "{\"seat\":\"m6\"}");
    world_ok(world, "m6", "floor.take", "");

    raise(world, "m2");
    raise(world, "m3");

    world_shows(world, "m1", "floor.order", "m3 m2");
}

static void edge_13_ones_own_turn_does_not_silence_one_afterwards(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "present");
    world_pass(world, 4 * MINUTE);
    world_to_phase(world, "question");
    ask(world, "m2");
    world_to_stage(world, "open_talk");
    raise(world, "m6");
    world_pass(world, SECOND);
    world_ok(world, "m6", "floor.take", "");

    raise(world, "m1");
    raise(world, "m3");

    assert_int_equal(world->set.now.floor.heard[world_seat("m1")].floor_ms, 0);
    world_shows(world, "m1", "floor.order", "m1 m3");
}

static void edge_14_a_lost_connection_does_not_keep_the_floor(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    raise(world, "m2");
    world_pass(world, SECOND);
    world_ok(world, "m2", "floor.take", "");
    world_lose(world, "m2");

    world_pass(world, 8 * SECOND);

    world_shows(world, "m1", "floor.holder", "");
}

static void edge_15_places_are_never_renumbered(void **state)
{
    struct world *world = *state;
    world_start(world);

    world_ok(world, "f1", "seat.remove", "{\"seat\":\"m1\",\"reason\":\"Left\"}");
    world_ok(world, "f1", "seat.remove", "{\"seat\":\"m3\",\"reason\":\"Left\"}");
    world_to_stage(world, "agenda");

    assert_int_equal(business_of(world, "m2")->place, 1);
    assert_int_equal(business_of(world, "m4")->place, 3);
    world_shows(world, "m2", "rotation.today", "m2");
    world_shows(world, "m2", "rotation.reserve", "m4");
}

static void edge_16_a_late_arrival_displaces_nobody(void **state)
{
    struct world *world = *state;
    business_of(world, "m2")->turns = 1;
    business_of(world, "m3")->turns = 1;
    world_come(world, "f1 m2 m3");
    world_ok(world, "f1", "meeting.open", "");
    world_ok(world, "f1", "meeting.start", "");
    world_to_stage(world, "agenda");
    world_ok(world, "f1", "agenda.agree", "");
    world_shows(world, "m3", "rotation.today", "m2");

    world_come(world, "m1"); /* no turn yet, place 1 */
    world_to_stage(world, "presenter_turn");

    world_shows(world, "m3", "rotation.today", "m2");
    world_shows(world, "m3", "activity.presenter", "m2");
}

static void edge_17_a_presenter_who_drops_in_minute_three_is_first_next_time(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "present");
    world_pass(world, 3 * MINUTE);
    world_lose(world, "m1");

    world_ok(world, "f1", "stage.next", "");
    world_ok(world, "f1", "meeting.end", "");
    world_come(world, "m1");
    world_to_turn(world, "present");

    world_shows(world, "m2", "activity.presenter", "m1");
}

static void edge_18_nobody_is_left_without_a_turn_unnoticed(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_to_stage(world, "agenda");
    world_shows(world, "m2", "rotation.at_risk", "");

    world->set.meetings = 1; /* the others were cancelled */

    assert_non_null(strstr(world_read(world, "m2", "rotation.at_risk"), "6 businesses"));
}

static void edge_19_a_swap_is_worthless_once_the_order_is_agreed(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_to_stage(world, "agenda");
    world_ok(world, "m1", "agenda.swap", "{\"with\":\"m3\"}");
    world_ok(world, "f1", "agenda.agree", "");

    world_no(world, "m3", "agenda.swap", "{\"with\":\"m1\"}", PS_REFUSED_FROZEN);

    world_shows(world, "m2", "rotation.today", "m1");
}

static void edge_20_one_person_has_one_answer_and_one_hand(void **state)
{
    struct world *world = *state;
    char params[60];
    world_to_turn(world, "silence");
    snprintf(params, sizeof(params), "{\"prompt\":\"q%u\",\"text\":\"From the phone\"}",
             world->set.now.prompt.id);

    world_ok(world, "m2", "prompt.answer", params);

    world_no(world, "m2", "prompt.answer", params, PS_REFUSED_ALREADY_DONE);
}

static const char together[] =
    "{\"name\":\"Town\",\"zone\":\"UTC\",\"programme\":{\"name\":\"S\",\"meetings\":6,"
    "\"meeting_ms\":7200000,\"turns_per_meeting\":2},"
    "\"facilitators\":[{\"seat\":\"f1\",\"name\":\"Fay\",\"role\":\"facilitator\"}],"
    "\"members\":[{\"seat\":\"m1\",\"name\":\"Ada\",\"business\":\"The bakery\"},"
    "{\"seat\":\"m2\",\"name\":\"Ben\",\"business\":\"The bakery\"},"
    "{\"seat\":\"m3\",\"name\":\"Ben\",\"business\":\"The inn\"}],"
    "\"rotation\":{\"places\":[\"m1\",\"m2\",\"m3\"]}}";

static void edge_21_two_people_of_one_business_have_one_turn_between_them(void **state)
{
    (void)state;
    struct world *world = world_create_from(together);
    assert_int_equal(world->set.roster.businesses_count, 2);
    world_start(world);
    world_to_stage(world, "agenda");
    world_shows(world, "m3", "rotation.today", "m1 m3");

    world_ok(world, "m2", "bid.place", "{\"issue\":\"Flour\",\"urgency\":2}");
    world_shows(world, "m3", "rotation.today", "m2 m3"); /* the one who bids speaks for both */
    world_to_stage(world, "presenter_turn");
    world_to_phase(world, "silence");
    world_ok(world, "f1", "stage.next", "");

    assert_int_equal(business_of(world, "m1")->turns, 1);
    world_to_stage(world, "presenter_turn");
    world_shows(world, "m1", "activity.presenter", "m3");
    world_destroy(world);
}

static void edge_21_a_business_passes_only_when_all_its_people_do(void **state)
{
    (void)state;
    struct world *world = world_create_from(together);
    world_start(world);
    world_to_stage(world, "agenda");

    world_ok(world, "m1", "bid.pass", "");
    world_shows(world, "m3", "rotation.today", "m2 m3");
    world_ok(world, "m2", "bid.pass", "");
    world_shows(world, "m3", "rotation.today", "m3");
    world_ok(world, "f1", "agenda.agree", "");

    assert_int_equal(business_of(world, "m1")->passes, 1);
    world_destroy(world);
}

static void edge_22_two_people_of_one_name_are_two_people(void **state)
{
    (void)state;
    struct world *world = world_create_from(together);
    world_start(world);

    world_ok(world, "m2", "you.rename", "{\"name\":\"Benjamin\"}");

    world_shows(world, "m1", "roster.m2.name", "Benjamin");
    world_shows(world, "m1", "roster.m3.name", "Ben");
    world_destroy(world);
}

static void edge_28_text_sent_just_after_the_end_is_taken(void **state)
{
    struct world *world = *state;
    char params[80];
    world_to_turn(world, "silence");
    world_pass_to_end(world, 0);
    assert_string_equal(world_phase(world), "offer");

    snprintf(params, sizeof(params), "{\"prompt\":\"q%u\",\"text\":\"On a phone\"}",
             world->set.now.prompt.id);
    world_pass(world, 9 * SECOND);
    world_ok(world, "m2", "prompt.answer", params);

    world_shows(world, "m2", "prompt.answer", "On a phone");
}

static void edge_30_nobody_is_sent_an_answer_of_another(void **state)
{
    struct world *world = *state;
    char params[80];
    world_to_turn(world, "silence");
    snprintf(params, sizeof(params), "{\"prompt\":\"q%u\",\"text\":\"A secret thought\"}",
             world->set.now.prompt.id);
    world_ok(world, "m2", "prompt.answer", params);

    static const char *const others[] = {"f1", "f2", "m1", "m3", "m4", "m5", "m6"};
    for (size_t i = 0; i < PS_COUNT(others); i++) {
        char *picture = json_dumps(world_see(world, others[i]), JSON_COMPACT);
        assert_null(strstr(picture, "secret thought"));
        free(picture);
    }
}

static void edge_43_a_frame_that_is_too_long_is_not_even_read(void **state)
{
    struct world *world = *state;
    static char frame[PS_COMMAND_BYTES_MAX + 2];
    world_start(world);
    memset(frame, ' ', sizeof(frame));
    static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"picture.get\"}";
    memcpy(frame, head, sizeof(head) - 1);

    world_frame(world, world_seat("m1"), frame, PS_COMMAND_BYTES_MAX);
    assert_int_equal(world->rpc_code, 0);
    world_frame(world, world_seat("m1"), frame, PS_COMMAND_BYTES_MAX + 1);

    assert_int_equal(world->rpc_code, -32700);
}

static void edge_47_more_time_comes_out_of_the_bank_not_of_the_second_turn(void **state)
{
    (void)state;
    struct world *world = world_create(6, ",\"template\":\"two_hours\"");
    world_to_turn(world, "question");
    struct ps_plan before = world->set.meeting.plan;

    world_ok(world, "f1", "clock.extend", "{\"ms\":420000}");
    world_no(world, "f1", "clock.extend", "{\"ms\":60000}", PS_REFUSED_BANK_EMPTY);

    assert_int_equal(world->set.meeting.plan.bank_ms, 0);
    assert_memory_equal(world->set.meeting.plan.stages, before.stages, sizeof(before.stages));
    world_destroy(world);
}

static void edge_49_no_clock_runs_before_the_tap_and_the_forecast_shows_the_cost(void **state)
{
    struct world *world = *state;
    world_come(world, "f1 m1");
    world_ok(world, "f1", "meeting.open", "");
    world_shows(world, "m1", "meeting.forecast.left_ms", "5100000");

    world_pass(world, 12 * MINUTE);
    world_shows(world, "m1", "meeting.forecast.left_ms", "5100000");
    world_ok(world, "f1", "meeting.start", "");

    char end[32];
    snprintf(end, sizeof(end), "%lld", (long long)(world->now + 85 * MINUTE));
    world_shows(world, "m1", "meeting.forecast.end_at", end);
}

static void edge_50_when_everybody_passes_the_earliest_in_the_rotation_is_asked(void **state)
{
    struct world *world = *state;
    static const char *const all[] = {"m1", "m2", "m3", "m4", "m5", "m6"};
    world_start(world);
    world_to_stage(world, "agenda");
    for (size_t i = 0; i < PS_COUNT(all); i++) {
        world_ok(world, all[i], "bid.pass", "");
    }
    assert_non_null(strstr(world_read(world, "m1", "rotation.why"), "Nobody can present yet"));

    world_ok(world, "f1", "agenda.agree", "");
    world_to_stage(world, "presenter_turn");

    world_shows(world, "m2", "activity.presenter", "m1");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(edge_01_two_taps_on_next_move_one_phase, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_02_an_extension_never_lands_on_the_next_phase, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_03_a_pause_outlives_the_facilitator_not_the_meeting,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(edge_05_an_answer_to_a_closed_prompt_is_refused, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_06_the_silence_of_a_page_is_not_an_absence, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_09_a_hand_raised_again_is_one_hand_in_its_place,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(
        edge_10_a_question_in_the_offers_is_parked_and_may_become_an_offer, world_setup,
        world_teardown),
    cmocka_unit_test_setup_teardown(edge_11_a_long_check_in_costs_nobody_their_place, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_12_many_short_turns_do_not_dominate, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_13_ones_own_turn_does_not_silence_one_afterwards,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(edge_14_a_lost_connection_does_not_keep_the_floor, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_15_places_are_never_renumbered, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_16_a_late_arrival_displaces_nobody, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(
        edge_17_a_presenter_who_drops_in_minute_three_is_first_next_time, world_setup,
        world_teardown),
    cmocka_unit_test_setup_teardown(edge_18_nobody_is_left_without_a_turn_unnoticed, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_19_a_swap_is_worthless_once_the_order_is_agreed,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(edge_20_one_person_has_one_answer_and_one_hand, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_21_two_people_of_one_business_have_one_turn_between_them,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(edge_21_a_business_passes_only_when_all_its_people_do,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(edge_22_two_people_of_one_name_are_two_people, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_28_text_sent_just_after_the_end_is_taken, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_30_nobody_is_sent_an_answer_of_another, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_43_a_frame_that_is_too_long_is_not_even_read, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(edge_47_more_time_comes_out_of_the_bank_not_of_the_second_turn,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(
        edge_49_no_clock_runs_before_the_tap_and_the_forecast_shows_the_cost, world_setup,
        world_teardown),
    cmocka_unit_test_setup_teardown(
        edge_50_when_everybody_passes_the_earliest_in_the_rotation_is_asked, world_setup,
        world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
