/* The queue: whose hand is next, and why (domain.md §6). m1 presents. */
#include "core_world.h"

enum { SECOND = 1000 };

static const struct ps_heard *heard(const struct world *world, const char *seat)
{
    return &world->set.now.floor.heard[world_seat(seat)];
}

static void raise(struct world *world, const char *seat)
{
    world_ok(world, seat, "hand.raise", "{\"kind\":\"question\"}");
}

static void expect_holder(struct world *world, const char *seat)
{
    world_shows(world, "m6", "floor.holder", seat);
}

static void expect_order(struct world *world, const char *order)
{
    world_shows(world, "m6", "floor.order", order);
}

/* The floor comes to `seat`, who asks for `ms`; m1 answers at once. */
static void ask(struct world *world, const char *seat, int64_t ms)
{
    raise(world, seat);
    world_pass(world, SECOND);
    expect_holder(world, seat);
    world_ok(world, seat, "floor.take", "");
    world_pass(world, ms);
    world_ok(world, seat, "floor.yield", "");
    world_ok(world, "m1", "floor.yield", "");
}

/* Somebody holds the floor, so that a queue can grow behind them. */
static void busy(struct world *world, const char *seat)
{
    raise(world, seat);
    world_pass(world, SECOND);
    expect_holder(world, seat);
    world_ok(world, seat, "floor.take", "");
}

/* ---- the order ------------------------------------------------------------------------------- */

static void a_free_floor_goes_to_the_head_after_one_second(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");

    raise(world, "m3");
    world_pass(world, SECOND - 1);
    expect_holder(world, "");
    world_pass(world, 1);

    expect_holder(world, "m3");
}

static void who_raised_first_is_first_among_equals(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");

    raise(world, "m5");
    raise(world, "m3");
    raise(world, "m4");

    expect_order(world, "m5 m3 m4");
}

static void who_was_granted_less_often_in_this_phase_goes_first(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    ask(world, "m3", SECOND);
    busy(world, "m2");

    raise(world, "m3");
    raise(world, "m4");

    expect_order(world, "m4 m3");
    world_shows(world, "m4", "floor.hands.m4.reason", "has not spoken in this part yet");
    world_shows(world, "m4", "floor.hands.m3.reason", "has spoken once in this part");
}

static void grants_are_counted_anew_in_each_phase(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "clarify");
    ask(world, "m3", SECOND);

    world_to_phase(world, "question");

    assert_int_equal(heard(world, "m3")->grants, 0);
}

static void who_was_heard_for_less_time_goes_first(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "clarify");
    ask(world, "m3", 31 * SECOND);
    world_to_phase(world, "question");
    busy(world, "m2");

    raise(world, "m3");
    raise(world, "m4");

    expect_order(world, "m4 m3");
}

static void less_than_fifteen_seconds_do_not_change_the_order(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "clarify");
    ask(world, "m3", 14 * SECOND);
    world_to_phase(world, "question");
    busy(world, "m2");

    raise(world, "m3");
    raise(world, "m4");

    expect_order(world, "m3 m4");
}

static void speech_that_the_end_of_a_phase_cuts_off_is_counted(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "clarify");
    busy(world, "m3");

    world_pass(world, 20 * SECOND);
    world_ok(world, "f1", "turn.next", "");

    assert_int_equal(heard(world, "m3")->floor_ms, 20 * SECOND);
}

static void speech_is_not_counted_while_the_clock_stands(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "clarify");
    busy(world, "m3");

    world_pass(world, 5 * SECOND);
    world_ok(world, "f1", "clock.pause", "");
    world_pass(world, 60 * SECOND);
    world_ok(world, "f1", "floor.next", "");

    assert_int_equal(heard(world, "m3")->floor_ms, 5 * SECOND);
}

static void about_how_we_work_goes_first_and_interrupts_nobody(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    raise(world, "m3");

    world_ok(world, "m4", "hand.raise", "{\"kind\":\"process\"}");

    expect_holder(world, "m2");
    expect_order(world, "m4 m3");
    world_shows(world, "m2", "floor.hands.m4.reason", "about how we work: goes first");
}

static void a_process_hand_is_not_counted_as_being_heard(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");

    world_ok(world, "m4", "hand.raise", "{\"kind\":\"process\"}");
    world_pass(world, SECOND);
    expect_holder(world, "m4");
    world_ok(world, "m4", "floor.yield", "");

    assert_int_equal(heard(world, "m4")->grants, 0);
}

static void passed_over_three_times_a_hand_goes_first_within_its_level(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "clarify");
    ask(world, "m2", 40 * SECOND); /* heard long, so others go before */
    world_to_phase(world, "question");
    world_ok(world, "f1", "floor.grant", "{\"seat\":\"m6\"}");
    world_ok(world, "m6", "floor.take", "");

    raise(world, "m2");
    raise(world, "m3");
    raise(world, "m4");
    raise(world, "m5");
    expect_order(world, "m3 m4 m5 m2");
    world_ok(world, "f1", "floor.next", "");
    world_ok(world, "f1", "floor.next", "");
    expect_order(world, "m5 m2");
    world_ok(world, "f1", "floor.next", "");

    assert_int_equal(world->set.now.floor.hands[world_seat("m2")].passed_over, 3);
    world_shows(world, "m3", "floor.hands.m2.reason", "has waited through several turns");
}

static void ageing_never_breaks_one_question_each(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    ask(world, "m2", SECOND);
    world_ok(world, "f1", "floor.grant", "{\"seat\":\"m6\"}");
    world_ok(world, "m6", "floor.take", "");
    raise(world, "m2");
    raise(world, "m3");
    raise(world, "m4");
    raise(world, "m5");

    world_ok(world, "f1", "floor.next", "");
    world_ok(world, "f1", "floor.next", "");
    world_ok(world, "f1", "floor.next", "");

    expect_holder(world, "m5");
    expect_order(world, "m2");
    assert_int_equal(world->set.now.floor.hands[world_seat("m2")].passed_over, 0);
}

static void everybody_sees_the_same_order(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    raise(world, "m4");
    raise(world, "m3");

    for (const char *const *seat = (const char *const[]){"f1", "f2", "m1", "m5", NULL};
         *seat != NULL; seat++) {
        world_shows(world, *seat, "floor.order", "m4 m3");
    }
}

static void who_is_not_connected_is_skipped_and_keeps_the_hand(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    raise(world, "m3");
    raise(world, "m4");

    world_lose(world, "m3");

    expect_order(world, "m4");
    world_shows(world, "m4", "floor.hands.m3.kind", "question");
    world_come(world, "m3");
    expect_order(world, "m3 m4");
}

/* ---- hands ----------------------------------------------------------------------------------- */

static void raising_twice_keeps_the_place_also_with_other_words(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    raise(world, "m3");
    raise(world, "m4");
    uint32_t seq = world->set.seq;

    raise(world, "m3");
    assert_int_equal(world->set.seq, seq);
    world_ok(world, "m3", "hand.raise", "{\"kind\":\"question\",\"text\":\"And why?\"}");

    expect_order(world, "m3 m4");
    world_shows(world, "m3", "you.hand_text", "And why?");
}

static void a_hand_comes_down_at_once(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    raise(world, "m3");

    world_ok(world, "m3", "hand.lower", "");

    expect_order(world, "");
    world_no(world, "m3", "hand.lower", "", PS_REFUSED_NO_HAND);
}

static void the_words_of_a_hand_are_shown_with_the_grant_not_before(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");

    world_ok(world, "m3", "hand.raise", "{\"kind\":\"question\",\"text\":\"What frightens you?\"}");
    world_shows(world, "m3", "you.hand_text", "What frightens you?");
    world_shows(world, "m4", "you.hand_text", "");
    world_shows(world, "m4", "activity.said", "{}");
    assert_int_equal(json_object_size(world_look(world, "m4", "activity.said")), 0);
    world_ok(world, "f1", "floor.next", "");

    json_t *said = world_look(world, "m4", "activity.said");
    assert_int_equal(json_object_size(said), 1);
    const char *text =
        json_string_value(json_object_get(json_object_iter_value(json_object_iter(said)), "text"));
    assert_string_equal(text, "What frightens you?");
    world_shows(world, "m4", "floor.taken", "true");
}

static void only_the_kinds_of_the_phase_may_be_raised(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "present");

    world_no(world, "m2", "hand.raise", "{\"kind\":\"offer\"}", PS_REFUSED_HAND_KIND);
    raise(world, "m2");
    world_pass(world, 10 * SECOND);
    expect_holder(world, "m1"); /* raised, not granted: the story is not interrupted */
    world_to_phase(world, "silence");
    world_no(world, "m3", "hand.raise", "{\"kind\":\"question\"}", PS_REFUSED_NOT_IN_THIS_PHASE);
    world_to_phase(world, "offer");
    world_no(world, "m3", "hand.raise", "{\"kind\":\"question\"}", PS_REFUSED_HAND_KIND);
}

static void a_parked_hand_outlives_a_grant_out_of_order(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "present");
    world_ok(world, "m3", "hand.raise", "{\"kind\":\"question\",\"text\":\"Why now?\"}");
    world_to_phase(world, "offer");

    world_ok(world, "f1", "floor.grant", "{\"seat\":\"m3\"}");

    expect_holder(world, "m3");
    world_shows(world, "m3", "floor.hands.m3.parked", "true");
    world_shows(world, "m3", "you.hand_text", "Why now?");
    world_shows(world, "m4", "activity.said", "{}");
}

static void a_follow_up_is_for_the_one_just_answered_once_and_soon(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_no(world, "m2", "hand.raise", "{\"kind\":\"follow_up\"}", PS_REFUSED_HAND_KIND);
    raise(world, "m2");
    raise(world, "m3");
    raise(world, "m4");
    world_pass(world, SECOND);
    world_ok(world, "m2", "floor.yield", "");
    world_ok(world, "m1", "floor.yield", "");

    world_no(world, "m3", "hand.raise", "{\"kind\":\"follow_up\"}", PS_REFUSED_HAND_KIND);
    world_ok(world, "m2", "hand.raise", "{\"kind\":\"follow_up\"}");
    expect_order(world, "m2 m3 m4");
    world_pass(world, SECOND);
    expect_holder(world, "m2");
    assert_int_equal(heard(world, "m2")->grants, 1);
    world_ok(world, "m2", "floor.yield", "");
    world_ok(world, "m1", "floor.yield", "");

    world_no(world, "m2", "hand.raise", "{\"kind\":\"follow_up\"}", PS_REFUSED_HAND_KIND);
}

static void a_follow_up_is_too_late_after_fifteen_seconds(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    ask(world, "m2", SECOND);

    world_pass(world, 15 * SECOND);

    world_no(world, "m2", "hand.raise", "{\"kind\":\"follow_up\"}", PS_REFUSED_HAND_KIND);
}

static void another_question_may_be_followed_up_once_again(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    ask(world, "m2", SECOND);
    world_ok(world, "m2", "hand.raise", "{\"kind\":\"follow_up\"}");
    world_pass(world, SECOND);
    world_ok(world, "m2", "floor.yield", "");
    world_ok(world, "m1", "floor.yield", "");

    ask(world, "m2", SECOND);

    world_ok(world, "m2", "hand.raise", "{\"kind\":\"follow_up\"}");
}

static void the_presenter_has_no_hand_of_their_own(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_no(world, "m1", "hand.raise", "{\"kind\":\"question\"}", PS_REFUSED_PRESENTER_LISTENS);
    world_to_phase(world, "offer");

    world_no(world, "m1", "hand.raise", "{\"kind\":\"offer\"}", PS_REFUSED_PRESENTER_LISTENS);
    world_no(world, "f1", "floor.grant", "{\"seat\":\"m1\"}", PS_REFUSED_PRESENTER_LISTENS);
    world_no(world, "m1", "say", "{\"text\":\"But\"}", PS_REFUSED_PRESENTER_LISTENS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(a_free_floor_goes_to_the_head_after_one_second, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_raised_first_is_first_among_equals, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_was_granted_less_often_in_this_phase_goes_first,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(grants_are_counted_anew_in_each_phase, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_was_heard_for_less_time_goes_first, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(less_than_fifteen_seconds_do_not_change_the_order, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(speech_that_the_end_of_a_phase_cuts_off_is_counted, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(speech_is_not_counted_while_the_clock_stands, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(about_how_we_work_goes_first_and_interrupts_nobody, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_process_hand_is_not_counted_as_being_heard, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(passed_over_three_times_a_hand_goes_first_within_its_level,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(ageing_never_breaks_one_question_each, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(everybody_sees_the_same_order, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(who_is_not_connected_is_skipped_and_keeps_the_hand, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(raising_twice_keeps_the_place_also_with_other_words,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(a_hand_comes_down_at_once, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_words_of_a_hand_are_shown_with_the_grant_not_before,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(only_the_kinds_of_the_phase_may_be_raised, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_parked_hand_outlives_a_grant_out_of_order, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_follow_up_is_for_the_one_just_answered_once_and_soon,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(a_follow_up_is_too_late_after_fifteen_seconds, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(another_question_may_be_followed_up_once_again, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_presenter_has_no_hand_of_their_own, world_setup,
                                    world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
