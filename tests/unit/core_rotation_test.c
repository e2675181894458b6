/* Who presents today: the rule of domain.md §5, key by key, and what people may do about it. */
#include "core_world.h"

#include "core/rotation.h"

static struct ps_business *business_of(struct world *world, const char *seat)
{
    return &world->set.roster.businesses[world->set.roster.people[world_seat(seat)].business - 1];
}

static void had_a_turn(struct world *world, const char *seat, uint8_t turns, uint8_t meeting)
{
    business_of(world, seat)->turns = turns;
    business_of(world, seat)->last_meeting = meeting;
}

static void to_agenda(struct world *world)
{
    world_start(world);
    world_to_stage(world, "agenda");
}

static void expect_today(struct world *world, const char *today, const char *reserve)
{
    world_shows(world, "m5", "rotation.today", today);
    world_shows(world, "m5", "rotation.reserve", reserve);
}

/* ---- the keys -------------------------------------------------------------------------------- */

static void who_had_fewer_turns_goes_first(void **state)
{
    struct world *world = *state;
    had_a_turn(world, "m1", 1, 1);
    had_a_turn(world, "m2", 1, 1);

    to_agenda(world);

    expect_today(world, "m3", "m4");
}

static void then_whose_turn_is_the_longest_ago(void **state)
{
    struct world *world = *state;
    for (const char *const *seat = (const char *const[]){"m1", "m2", "m3", "m4", "m5", "m6", NULL};
         *seat != NULL; seat++) {
        had_a_turn(world, *seat, 1, 5);
    }
    had_a_turn(world, "m4", 1, 2);
    had_a_turn(world, "m6", 1, 3);

    to_agenda(world);

    expect_today(world, "m4", "m6");
}

static void then_the_place_drawn_when_the_set_was_founded(void **state)
{
    struct world *world = *state;

    to_agenda(world);

    expect_today(world, "m1", "m2");
    world_shows(world, "m5", "rotation.why",
                "Shop 1 presents: no turn yet, place 1. (Shop 2 is next, place 2.)");
}

static void urgency_counts_only_where_the_set_bids(void **state)
{
    struct world *world = *state;
    to_agenda(world);

    world_ok(world, "m4", "bid.place", "{\"issue\":\"Cash\",\"urgency\":3}");

    expect_today(world, "m1", "m2");
}

static void urgency_counts_only_among_equals(void **state)
{
    (void)state;
    struct world *world =
        world_create(6, ",\"rotation\":{\"mode\":\"bid\",\"places\":[\"m1\",\"m2\","
                        "\"m3\",\"m4\",\"m5\",\"m6\"]}");
    had_a_turn(world, "m6", 1, 1);
    to_agenda(world);

    world_ok(world, "m6", "bid.place", "{\"issue\":\"Cash\",\"urgency\":3}");
    world_ok(world, "m4", "bid.place", "{\"issue\":\"Staff\",\"urgency\":2}");
    world_ok(world, "m5", "bid.place", "{\"issue\":\"Rent\",\"urgency\":1}");

    expect_today(world, "m4", "m5");
    world_destroy(world);
}

static void the_same_inputs_give_the_same_places(void **state)
{
    (void)state;
    struct world *one = world_create(6, ",\"rotation\":{\"mode\":\"rotation\"}");
    struct world *other = world_create(6, ",\"rotation\":{\"mode\":\"rotation\"}");
    uint64_t places = 0;

    for (uint8_t i = 0; i < 6; i++) {
        assert_int_equal(one->set.roster.businesses[i].place,
                         other->set.roster.businesses[i].place);
        places |= UINT64_C(1) << one->set.roster.businesses[i].place;
    }

    assert_int_equal(places, 0x3F); /* drawn: each place once */
    assert_int_not_equal(one->set.seed, 0);
    world_destroy(one);
    world_destroy(other);
}

/* ---- passing, swapping, overriding ----------------------------------------------------------- */

static void who_passes_keeps_the_place_and_is_not_today(void **state)
{
    struct world *world = *state;
    to_agenda(world);

    world_ok(world, "m1", "bid.pass", "");

    expect_today(world, "m2", "m3");
    assert_int_equal(business_of(world, "m1")->place, 0);
    world_ok(world, "m1", "bid.place", "{\"issue\":\"After all\",\"urgency\":1}");
    expect_today(world, "m1", "m2");
}

static void who_is_absent_is_not_today_and_first_the_next_time(void **state)
{
    struct world *world = *state;
    world_come(world, "f1 m2 m3 m4 m5 m6");
    world_ok(world, "f1", "meeting.open", "");
    world_ok(world, "f1", "meeting.start", "");
    world_to_stage(world, "agenda");
    expect_today(world, "m2", "m3");

    world_ok(world, "f1", "meeting.end", "");
    world_come(world, "m1");
    world_ok(world, "f1", "meeting.open", "");
    world_ok(world, "f1", "meeting.start", "");
    world_to_stage(world, "agenda");

    expect_today(world, "m1", "m2");
}

static void a_swap_needs_two_taps_and_exchanges_today_alone(void **state)
{
    struct world *world = *state;
    to_agenda(world);

    world_ok(world, "m1", "agenda.swap", "{\"with\":\"m4\"}");
    expect_today(world, "m1", "m2");
    world_shows(world, "m4", "activity.agenda.swaps.m1.with", "m4");
    world_ok(world, "m4", "agenda.swap", "{\"with\":\"m1\"}");

    expect_today(world, "m4", "m2");
    assert_int_equal(business_of(world, "m1")->place, 0);
    assert_int_equal(business_of(world, "m4")->place, 3);
    world_no(world, "m5", "agenda.swap", "{\"with\":\"m6\"}", PS_REFUSED_NOT_PRESENTING);
    world_no(world, "m4", "agenda.swap", "{\"with\":\"m4\"}", PS_REFUSED_YOURSELF);
}

static void the_facilitator_may_set_the_order_with_a_reason_for_all(void **state)
{
    struct world *world = *state;
    to_agenda(world);

    world_no(world, "f1", "agenda.override", "{\"order\":[\"m5\"],\"reason\":\" \"}",
             PS_REFUSED_NEEDS_TEXT);
    world_no(world, "f1", "agenda.override", "{\"order\":[],\"reason\":\"So\"}",
             PS_REFUSED_BAD_VALUE);
    world_no(world, "f1", "agenda.override", "{\"order\":[\"m5\",\"m5\"],\"reason\":\"So\"}",
             PS_REFUSED_NO_SUCH_PERSON);
    world_no(world, "m5", "agenda.override", "{\"order\":[\"m5\"],\"reason\":\"So\"}",
             PS_REFUSED_NOT_YOUR_ROLE);
    world_ok(world, "f1", "agenda.override",
             "{\"order\":[\"m5\",\"m3\"],\"reason\":\"The lease ends\"}");

    expect_today(world, "m5", "m3");
    const char *why = world_read(world, "m2", "rotation.why");
    assert_non_null(strstr(why, "The lease ends"));
    assert_non_null(strstr(why, "Shop 1 presents")); /* what the rule would have said */
}

/* ---- frozen ---------------------------------------------------------------------------------- */

static void the_order_is_frozen_when_it_is_agreed(void **state)
{
    struct world *world = *state;
    to_agenda(world);
    world_ok(world, "m1", "bid.place", "{\"issue\":\"Cash\",\"urgency\":2}");

    world_ok(world, "f1", "agenda.agree", "");

    world_shows(world, "m5", "rotation.frozen", "true");
    world_no(world, "m2", "bid.place", "{\"issue\":\"Me\",\"urgency\":3}", PS_REFUSED_FROZEN);
    world_no(world, "m1", "bid.pass", "", PS_REFUSED_FROZEN);
    world_no(world, "m1", "agenda.swap", "{\"with\":\"m2\"}", PS_REFUSED_FROZEN);
    world_no(world, "f1", "agenda.override", "{\"order\":[\"m5\"],\"reason\":\"So\"}",
             PS_REFUSED_FROZEN);
    world_no(world, "f1", "agenda.agree", "", PS_REFUSED_FROZEN);
    world_to_stage(world, "presenter_turn");
    world_shows(world, "m2", "activity.presenter", "m1");
    world_shows(world, "m2", "activity.presenter_turn.issue", "Cash");
}

static void leaving_the_agenda_freezes_the_order_too(void **state)
{
    struct world *world = *state;
    to_agenda(world);

    world_ok(world, "f1", "stage.next", "");

    world_shows(world, "m5", "rotation.frozen", "true");
    expect_today(world, "m1", "m2");
}

static void the_reserve_presents_when_who_was_due_is_gone(void **state)
{
    struct world *world = *state;
    to_agenda(world);
    world_ok(world, "m2", "bid.place", "{\"issue\":\"Staff\",\"urgency\":1}");
    world_ok(world, "f1", "agenda.agree", "");

    world_lose(world, "m1");
    world_pass(world, 60000);
    world_to_stage(world, "presenter_turn");

    world_shows(world, "m3", "activity.presenter", "m2");
    world_shows(world, "m3", "activity.presenter_turn.issue", "Staff");
}

static void each_of_two_turns_has_its_own_presenter(void **state)
{
    (void)state;
    struct world *world = world_create(6, ",\"template\":\"two_hours\"");
    to_agenda(world);
    expect_today(world, "m1 m2", "m3");

    world_to_stage(world, "presenter_turn");
    world_shows(world, "m5", "activity.presenter", "m1");
    world_to_stage(world, "break");
    world_to_stage(world, "presenter_turn");

    world_shows(world, "m5", "activity.presenter", "m2");
    world_shows(world, "m5", "activity.presenter_turn.number", "2");
    world_destroy(world);
}

/* ---- who joins, who leaves ------------------------------------------------------------------- */

static void a_new_member_goes_to_the_end_with_the_least_turns(void **state)
{
    struct world *world = *state;
    static const char text[] = "Newcomer";
    struct ps_founder founder = {.name = {.id = PS_WORD_FRESH, .bytes = sizeof(text) - 1}};
    for (const char *const *seat = (const char *const[]){"m1", "m2", "m3", "m4", "m5", "m6", NULL};
         *seat != NULL; seat++) {
        had_a_turn(world, *seat, 2, 3);
    }
    had_a_turn(world, "m2", 1, 2);
    struct ps_scene scene = world_scene(world);
    scene.command_text = text;
    uint8_t seat = PS_NOBODY;
    ps_outcome_begin(&world->out, &world->set);

    assert_int_equal(ps_seat_add(&world->set, &scene, &founder, &world->out, &seat), PS_ALLOWED);
    world_take(world, "server");

    assert_int_equal(seat, world_seat("m7"));
    assert_int_equal(business_of(world, "m7")->place, 6);
    assert_int_equal(business_of(world, "m7")->turns, 1);
}

static void a_leaver_leaves_a_gap_and_nobody_is_renumbered(void **state)
{
    struct world *world = *state;
    to_agenda(world);

    world_ok(world, "f1", "seat.remove", "{\"seat\":\"m2\",\"reason\":\"Moved away\"}");

    expect_today(world, "m1", "m3");
    assert_int_equal(business_of(world, "m3")->place, 2);
    world_ok(world, "f1", "seat.admit", "{\"seat\":\"m2\"}");
    assert_int_equal(business_of(world, "m2")->place, 1);
}

static void two_passes_in_a_row_are_counted_by_business(void **state)
{
    struct world *world = *state;
    to_agenda(world);
    world_ok(world, "m1", "bid.pass", "");

    world_ok(world, "f1", "agenda.agree", "");

    assert_int_equal(business_of(world, "m1")->passes, 1);
    assert_int_equal(business_of(world, "m2")->passes, 0);
}

static void more_turns_owed_than_left_is_said_at_once(void **state)
{
    (void)state;
    struct world *world = world_create_from(
        "{\"name\":\"Late\",\"zone\":\"Europe/London\",\"programme\":{\"name\":\"S\","
        "\"meetings\":2,\"meeting_ms\":5400000,\"turns_per_meeting\":1},"
        "\"facilitators\":[{\"seat\":\"f1\",\"name\":\"Fay\",\"role\":\"facilitator\"}],"
        "\"members\":[{\"seat\":\"m1\",\"name\":\"A\"},{\"seat\":\"m2\",\"name\":\"B\"},"
        "{\"seat\":\"m3\",\"name\":\"C\"}]}");
    to_agenda(world);

    const char *risk = world_read(world, "m1", "rotation.at_risk");

    assert_non_null(strstr(risk, "3 businesses have had no turn and only 2 turns are left"));
    had_a_turn(world, "m3", 1, 1);
    world_shows(world, "m1", "rotation.at_risk", "");
    world_destroy(world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(who_had_fewer_turns_goes_first, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(then_whose_turn_is_the_longest_ago, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(then_the_place_drawn_when_the_set_was_founded, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(urgency_counts_only_where_the_set_bids, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(urgency_counts_only_among_equals, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_same_inputs_give_the_same_places, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_passes_keeps_the_place_and_is_not_today, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_is_absent_is_not_today_and_first_the_next_time, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_swap_needs_two_taps_and_exchanges_today_alone, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_facilitator_may_set_the_order_with_a_reason_for_all,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_order_is_frozen_when_it_is_agreed, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(leaving_the_agenda_freezes_the_order_too, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_reserve_presents_when_who_was_due_is_gone, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(each_of_two_turns_has_its_own_presenter, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_new_member_goes_to_the_end_with_the_least_turns, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_leaver_leaves_a_gap_and_nobody_is_renumbered, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(two_passes_in_a_row_are_counted_by_business, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(more_turns_owed_than_left_is_said_at_once, world_setup,
                                    world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
