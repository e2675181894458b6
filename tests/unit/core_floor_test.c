/* The floor: who speaks, who begins, who ends (protocol.md, "Who holds the floor"). m1 presents. */
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

/* Somebody holds the floor, so that a queue can grow behind them. */
static void busy(struct world *world, const char *seat)
{
    raise(world, seat);
    world_pass(world, SECOND);
    expect_holder(world, seat);
    world_ok(world, seat, "floor.take", "");
}

/* ---- beginning, or not ----------------------------------------------------------------------- */

static void who_does_not_begin_is_asked_and_then_passed_over(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    raise(world, "m2");
    world_pass(world, SECOND);
    raise(world, "m3");

    world_pass(world, 8 * SECOND);
    world_shows(world, "m2", "floor.still_want", "true");
    expect_holder(world, "m2");
    world_pass(world, 7 * SECOND);
    expect_holder(world, "");
    world_pass(world, SECOND);

    expect_holder(world, "m3");
    expect_order(world, "m2"); /* at the end, not deleted */
}

static void who_begins_is_not_asked(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    raise(world, "m2");
    world_pass(world, SECOND);

    world_ok(world, "m2", "floor.take", "");
    world_pass(world, 20 * SECOND);

    world_shows(world, "m2", "floor.still_want", "");
    expect_holder(world, "m2");
}

static void one_who_is_not_at_the_screen_does_not_block_the_others(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_ok(world, "m2", "hand.raise", "{\"kind\":\"process\"}");
    world_pass(world, SECOND);
    raise(world, "m3");
    raise(world, "m4");

    world_pass(world, 16 * SECOND);
    expect_holder(world, "m3");

    expect_order(world, "m4 m2");
    world_shows(world, "m2", "floor.hands.m2.reason",
                "did not begin when it was their turn: goes last");
    world_ok(world, "m2", "hand.raise", "{\"kind\":\"process\"}");
    expect_order(world, "m2 m4"); /* back at the screen */
}

/* ---- question and answer --------------------------------------------------------------------- */

static void a_question_turns_to_the_answer_and_the_answer_ends(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    world_shows(world, "m2", "floor.part", "question");
    world_no(world, "m1", "say", "{\"text\":\"Well\"}", PS_REFUSED_NOT_YOUR_TURN);

    world_ok(world, "m2", "say", "{\"text\":\"What have you tried?\"}");
    world_no(world, "m1", "floor.yield", "", PS_REFUSED_NO_FLOOR);
    world_ok(world, "m2", "floor.yield", "");
    world_shows(world, "m2", "floor.part", "answer");
    expect_holder(world, "m2");
    world_ok(world, "m1", "say", "{\"text\":\"Everything.\"}");
    world_no(world, "m2", "floor.yield", "", PS_REFUSED_NO_FLOOR);
    world_ok(world, "m1", "floor.yield", "");

    expect_holder(world, "");
    const struct ps_talk *talk = &world->set.now.talk;
    assert_int_equal(talk->count, 2);
    assert_int_equal(talk->said[1].kind, PS_SAID_ANSWER);
    assert_int_equal(talk->said[1].to, talk->said[0].id);
}

static void a_question_and_an_answer_end_thirty_seconds_past_their_soft_end(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");

    world_pass(world, (30 + 30) * SECOND - 1);
    world_shows(world, "m2", "floor.part", "question");
    world_pass(world, 1);
    world_shows(world, "m2", "floor.part", "answer");
    world_pass(world, (60 + 30) * SECOND - 1);
    expect_holder(world, "m2");
    world_pass(world, 1);

    expect_holder(world, "");
}

static void an_offer_is_cut_short_only_for_others_who_wait(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "offer");
    world_ok(world, "m2", "hand.raise", "{\"kind\":\"offer\"}");
    world_pass(world, SECOND);
    world_ok(world, "m2", "floor.take", "");

    world_pass(world, 100 * SECOND);
    expect_holder(world, "m2");
    world_ok(world, "m3", "hand.raise", "{\"kind\":\"offer\"}");

    expect_holder(world, "");
    world_pass(world, SECOND);
    expect_holder(world, "m3");
}

static void nobody_is_cut_short_while_the_clock_stands(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    world_pass(world, 10 * SECOND);

    world_ok(world, "f1", "clock.pause", "");
    world_pass(world, 600 * SECOND);
    world_ok(world, "f1", "clock.resume", "");

    world_shows(world, "m2", "floor.part", "question");
    world_pass(world, 49 * SECOND);
    world_shows(world, "m2", "floor.part", "question");
    world_pass(world, SECOND);
    world_shows(world, "m2", "floor.part", "answer");
}

/* ---- who leads ------------------------------------------------------------------------------- */

static void next_ends_a_contribution_and_grants_at_once(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    raise(world, "m3");

    world_ok(world, "f1", "floor.next", "");

    expect_holder(world, "m3");
    world_ok(world, "f1", "floor.next", "");
    expect_holder(world, "");
    world_no(world, "f1", "floor.next", "", PS_REFUSED_NOBODY_WAITING);
}

static void the_floor_can_be_given_out_of_order(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    raise(world, "m3");

    world_ok(world, "f1", "floor.grant", "{\"seat\":\"m5\"}");

    expect_holder(world, "m5");
    expect_order(world, "m3");
    world_no(world, "m3", "floor.grant", "{\"seat\":\"m3\"}", PS_REFUSED_NOT_YOUR_ROLE);
    world_lose(world, "m4");
    world_no(world, "f1", "floor.grant", "{\"seat\":\"m4\"}", PS_REFUSED_NOT_HERE);
    world_no(world, "f1", "floor.grant", "{\"seat\":\"m30\"}", PS_REFUSED_NO_SUCH_PERSON);
}

static void the_floor_can_be_given_back_until_the_next_has_begun(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    raise(world, "m3");
    world_ok(world, "f1", "floor.next", "");
    expect_holder(world, "m3");

    world_ok(world, "m2", "floor.undo", "");

    expect_holder(world, "m2");
    expect_order(world, "m3"); /* keeps the hand */
    assert_int_equal(heard(world, "m3")->grants, 0);
    world_ok(world, "f1", "floor.next", "");
    world_ok(world, "m3", "floor.take", "");
    world_no(world, "m2", "floor.undo", "", PS_REFUSED_FLOOR_TAKEN);
}

static void who_was_given_the_floor_without_a_hand_has_none_afterwards(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    world_ok(world, "f1", "floor.grant", "{\"seat\":\"m5\"}");

    world_ok(world, "f1", "floor.undo", "");

    expect_holder(world, "m2");
    expect_order(world, "");
    assert_int_equal(heard(world, "m5")->grants, 0);
}

static void after_eight_seconds_it_is_too_late_to_give_back(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    world_ok(world, "f1", "floor.next", "");

    world_pass(world, 8 * SECOND);

    world_no(world, "m2", "floor.undo", "", PS_REFUSED_TOO_LATE);
}

static void the_presenter_invites_one_person_who_then_goes_first(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    busy(world, "m2");
    raise(world, "m3");

    world_no(world, "m1", "turn.invite", "{\"seat\":\"m1\"}", PS_REFUSED_YOURSELF);
    world_ok(world, "m1", "turn.invite", "{\"seat\":\"m5\"}");

    expect_order(world, "m5 m3");
    world_shows(world, "m5", "floor.hands.m5.reason", "invited by the presenter");
    world_no(world, "m1", "turn.invite", "{\"seat\":\"m4\"}", PS_REFUSED_ALREADY_INVITED);
    world_no(world, "m3", "turn.invite", "{\"seat\":\"m4\"}", PS_REFUSED_NOT_YOUR_ROLE);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(who_does_not_begin_is_asked_and_then_passed_over, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(who_begins_is_not_asked, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(one_who_is_not_at_the_screen_does_not_block_the_others,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(a_question_turns_to_the_answer_and_the_answer_ends, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_question_and_an_answer_end_thirty_seconds_past_their_soft_end,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(an_offer_is_cut_short_only_for_others_who_wait, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(nobody_is_cut_short_while_the_clock_stands, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(next_ends_a_contribution_and_grants_at_once, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_floor_can_be_given_out_of_order, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_floor_can_be_given_back_until_the_next_has_begun,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(who_was_given_the_floor_without_a_hand_has_none_afterwards,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(after_eight_seconds_it_is_too_late_to_give_back, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_presenter_invites_one_person_who_then_goes_first,
                                    world_setup, world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
