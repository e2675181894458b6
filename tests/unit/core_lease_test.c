/* Who leads while the facilitator is gone, and who counts as here (domain.md §13). */
#include "core_world.h"

enum { SECOND = 1000, MINUTE = 60000 };

/* ---- the lease ------------------------------------------------------------------------------- */

static void the_set_is_told_after_ten_seconds(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_lose(world, "f1");

    world_pass(world, 10 * SECOND - 1);
    world_shows(world, "m1", "meeting.facilitator_dropped", "");
    world_pass(world, 1);
    world_shows(world, "m1", "meeting.facilitator_dropped", "true");
    world_shows(world, "m1", "clock.state", "running"); /* the clock carries on */
    world_come(world, "f1");

    world_shows(world, "m1", "meeting.facilitator_dropped", "");
}

static void the_first_deputy_acts_after_a_minute(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_lose(world, "f1");
    world_no(world, "f2", "stage.next", "", PS_REFUSED_NOT_YOUR_ROLE);

    world_pass(world, 60 * SECOND - 1);
    world_shows(world, "m1", "meeting.acting", "");
    world_pass(world, 1);

    world_shows(world, "m1", "meeting.acting", "f2");
    world_ok(world, "f2", "clock.pause", "");
    world_ok(world, "f2", "clock.resume", "");
    world_ok(world, "f2", "stage.next", "");
}

static void a_deputy_may_take_over_once_the_set_was_told(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_no(world, "f2", "lease.take", "", PS_REFUSED_NOT_YOUR_ROLE);
    world_lose(world, "f1");
    world_pass(world, 10 * SECOND);

    world_ok(world, "f2", "lease.take", "");

    world_shows(world, "m1", "meeting.acting", "f2");
    assert_non_null(world_look(world, "f2", "desk"));
}

static void a_deputy_who_comes_later_acts_at_once(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_lose(world, "f1 f2");
    world_pass(world, 5 * MINUTE);
    world_shows(world, "m1", "meeting.acting", "");

    world_come(world, "f2");

    world_shows(world, "m1", "meeting.acting", "f2");
}

static void the_facilitator_takes_back_with_one_tap(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_lose(world, "f1");
    world_pass(world, 60 * SECOND);
    world_come(world, "f1");
    world_shows(world, "m1", "meeting.acting", "f2"); /* nothing is taken from anybody unasked */

    world_ok(world, "f1", "lease.take", "");

    world_shows(world, "m1", "meeting.acting", "");
    world_no(world, "f2", "stage.next", "", PS_REFUSED_NOT_YOUR_ROLE);
}

static void the_lease_ends_at_the_next_stage_when_the_facilitator_is_back(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_lose(world, "f1");
    world_pass(world, 60 * SECOND);
    world_ok(world, "f2", "stage.next", "");
    world_shows(world, "m1", "meeting.acting", "f2"); /* the facilitator is still gone */
    world_come(world, "f1");

    world_ok(world, "f2", "stage.next", "");

    world_shows(world, "m1", "meeting.acting", "");
}

static void the_facilitator_may_let_a_deputy_act(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_no(world, "f1", "lease.offer", "{\"seat\":\"m1\"}", PS_REFUSED_NO_SUCH_PERSON);
    world_no(world, "f2", "lease.offer", "{\"seat\":\"f2\"}", PS_REFUSED_NOT_YOUR_ROLE);

    world_ok(world, "f1", "lease.offer", "{\"seat\":\"f2\"}");
    world_shows(world, "m1", "meeting.acting", "f2");
    world_ok(world, "f2", "lease.return", "");

    world_shows(world, "m1", "meeting.acting", "");
    world_lose(world, "f2");
    world_no(world, "f1", "lease.offer", "{\"seat\":\"f2\"}", PS_REFUSED_NOT_HERE);
}

static void help_is_seen_by_whoever_leads_and_nobody_else(void **state)
{
    struct world *world = *state;
    world_start(world);

    world_ok(world, "m3", "help.ask", "{\"text\":\"I am lost\"}");

    world_shows(world, "f1", "desk.help.m3.text", "I am lost");
    assert_null(world_look(world, "f2", "desk"));
    assert_null(world_look(world, "m2", "desk"));
    world_ok(world, "f1", "lease.offer", "{\"seat\":\"f2\"}");
    world_shows(world, "f2", "desk.help.m3.text", "I am lost");
    world_ok(world, "f2", "help.clear", "{\"seat\":\"m3\"}");
    world_shows(world, "f1", "desk.help.m3.text", "");
}

/* ---- presence -------------------------------------------------------------------------------- */

static void a_lost_connection_is_a_person_who_left_after_a_minute(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_shows(world, "m1", "roster.m4.here", "here");
    world_lose(world, "m4");
    world_shows(world, "m1", "roster.m4.here", "dropped");

    world_pass(world, 60 * SECOND - 1);
    world_shows(world, "m1", "roster.m4.here", "dropped");
    world_pass(world, 1);

    world_shows(world, "m1", "roster.m4.here", "absent");
    world_come(world, "m4");
    world_shows(world, "m1", "roster.m4.here", "here");
}

static void away_is_what_people_say_themselves(void **state)
{
    struct world *world = *state;
    world_start(world);

    world_ok(world, "m4", "presence.away", "{\"on\":true}");
    world_shows(world, "m1", "roster.m4.here", "away");
    world_ok(world, "m4", "presence.away", "{\"on\":false}");

    world_shows(world, "m1", "roster.m4.here", "here");
}

static void a_hand_is_kept_for_a_minute_without_a_connection(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "present");
    world_ok(world, "m4", "hand.raise", "{\"kind\":\"question\"}");
    world_lose(world, "m4");

    world_pass(world, 60 * SECOND - 1);
    world_shows(world, "m1", "floor.hands.m4.kind", "question");
    world_pass(world, 1);

    world_shows(world, "m1", "floor.hands.m4.kind", "");
}

static void a_holder_who_is_gone_for_eight_seconds_lets_the_next_speak(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_ok(world, "m3", "hand.raise", "{\"kind\":\"question\"}");
    world_pass(world, SECOND);
    world_ok(world, "m3", "floor.take", "");
    world_ok(world, "m4", "hand.raise", "{\"kind\":\"question\"}");
    world_lose(world, "m3");

    world_pass(world, 8 * SECOND - 1);
    world_shows(world, "m1", "floor.holder", "m3");
    world_pass(world, 1);
    world_shows(world, "m1", "floor.holder", "");
    world_pass(world, SECOND);

    world_shows(world, "m1", "floor.holder", "m4");
}

static void who_is_back_within_a_minute_is_at_the_head_of_the_queue(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_ok(world, "m3", "hand.raise", "{\"kind\":\"question\"}");
    world_pass(world, SECOND);
    world_ok(world, "m3", "floor.take", "");
    world_ok(world, "m4", "hand.raise", "{\"kind\":\"question\"}");
    world_ok(world, "m5", "hand.raise", "{\"kind\":\"question\"}");
    world_lose(world, "m3");
    world_pass(world, 10 * SECOND);
    world_shows(world, "m1", "floor.holder", "m4");

    world_come(world, "m3");

    world_shows(world, "m1", "floor.order", "m3 m5");
    world_shows(world, "m1", "floor.hands.m3.reason",
                "lost the connection while speaking: goes first");
    assert_int_equal(world->set.now.floor.heard[world_seat("m3")].grants, 0);
}

static void an_empty_meeting_ends_by_itself_after_half_an_hour(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_lose(world, "f1 f2 m1 m2 m3 m4 m5 m6");
    world_pass(world, 60 * SECOND);

    world_pass(world, 30 * MINUTE - 1);
    assert_int_equal(world->set.meeting.state, PS_MEETING_LIVE);
    world_pass(world, 1);

    assert_int_equal(world->set.meeting.state, PS_MEETING_ENDED);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(the_set_is_told_after_ten_seconds, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_first_deputy_acts_after_a_minute, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_deputy_may_take_over_once_the_set_was_told, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_deputy_who_comes_later_acts_at_once, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_facilitator_takes_back_with_one_tap, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_lease_ends_at_the_next_stage_when_the_facilitator_is_back,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_facilitator_may_let_a_deputy_act, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(help_is_seen_by_whoever_leads_and_nobody_else, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_lost_connection_is_a_person_who_left_after_a_minute,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(away_is_what_people_say_themselves, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_hand_is_kept_for_a_minute_without_a_connection, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_holder_who_is_gone_for_eight_seconds_lets_the_next_speak,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(who_is_back_within_a_minute_is_at_the_head_of_the_queue,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(an_empty_meeting_ends_by_itself_after_half_an_hour, world_setup,
                                    world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
