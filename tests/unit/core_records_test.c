/* What stays: private answers, commitments, recognition, calls for help (domain.md §7, §10, §12).
 */
#include "core_world.h"

#include <stdio.h>

enum { SECOND = 1000, MINUTE = 60000 };

/* ---- the prompt of the silence --------------------------------------------------------------- */

static const char *prompt_params(const struct world *world, const char *more)
{
    static char params[200];
    snprintf(params, sizeof(params), "{\"prompt\":\"q%u\"%s}", world->set.now.prompt.id, more);
    return params;
}

static void the_silence_opens_a_private_prompt(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "silence");

    world_shows(world, "m2", "prompt.text", "What did you notice?");
    world_shows(world, "m2", "prompt.visibility", "private");
    world_ok(world, "m2", "prompt.answer", prompt_params(world, ",\"text\":\"He never said no\""));

    world_shows(world, "m2", "prompt.answer", "He never said no");
    world_shows(world, "m3", "prompt.answer", "");
    world_shows(world, "m1", "prompt.answer", "");
    world_shows(world, "f1", "prompt.answer", "");
}

static void each_answers_once_or_passes(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "silence");
    world_no(world, "m2", "prompt.answer", prompt_params(world, ",\"text\":\"  \""),
             PS_REFUSED_NEEDS_TEXT);
    world_ok(world, "m2", "prompt.answer", prompt_params(world, ",\"text\":\"One\""));
    world_no(world, "m2", "prompt.answer", prompt_params(world, ",\"text\":\"Two\""),
             PS_REFUSED_ALREADY_DONE);

    world_ok(world, "m3", "prompt.pass", prompt_params(world, ""));

    world_shows(world, "m3", "prompt.passed", "true");
    world_shows(world, "m2", "prompt.passed", "");
    world_no(world, "f1", "prompt.answer", prompt_params(world, ",\"text\":\"I\""),
             PS_REFUSED_NOT_YOUR_ROLE);
}

static void who_is_still_writing_has_ten_seconds(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "silence");
    world_to_phase(world, "offer");

    world_pass(world, 10 * SECOND - 1);
    world_shows(world, "m2", "prompt.state", "open");
    world_ok(world, "m2", "prompt.answer", prompt_params(world, ",\"text\":\"Just\""));
    world_pass(world, 1);

    world_shows(world, "m2", "prompt.state", "closed");
    world_shows(world, "m2", "prompt.answer", "Just");
    world_no(world, "m3", "prompt.answer", prompt_params(world, ",\"text\":\"Late\""),
             PS_REFUSED_CLOSED);
}

/* ---- commitments ----------------------------------------------------------------------------- */

static const char call[] =
    "{\"text\":\"Call the bank\",\"due\":\"next_meeting\",\"desire\":4,\"intention\":5}";

static void the_presenter_makes_up_to_three_commitments(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "commit");
    world_no(world, "m2", "commitment.make", call, PS_REFUSED_NOT_IN_THIS_PHASE);

    world_ok(world, "m1", "commitment.make", call);
    world_ok(world, "m1", "commitment.make", call);
    world_ok(world, "m1", "commitment.make", call);

    world_no(world, "m1", "commitment.make", call, PS_REFUSED_TOO_MANY);
    world_shows(world, "m2", "activity.presenter_turn.made", "3");
}

static void a_commitment_is_made_in_its_own_phase_alone(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "respond");

    world_no(world, "m1", "commitment.make", call, PS_REFUSED_NOT_IN_THIS_PHASE);
}

static void nobody_has_more_than_five_active(void **state)
{
    struct world *world = *state;
    struct ps_commitments *all = &world->set.commitments;
    for (uint8_t i = 0; i < 4; i++) { /* of earlier meetings */
        all->list[all->count++] = (struct ps_commitment){
            .id = i + 1U, .owner = world_seat("m1"), .status = PS_COMMITMENT_ACTIVE};
    }
    world_to_turn(world, "commit");

    world_ok(world, "m1", "commitment.make", call);

    world_no(world, "m1", "commitment.make", call, PS_REFUSED_TOO_MANY);
}

static void how_much_one_wants_it_stays_private(void **state)
{
    struct world *world = *state;
    char path[60];
    world_to_turn(world, "commit");

    world_ok(world, "m1", "commitment.make", call);
    uint32_t id = world->set.commitments.list[0].id;

    snprintf(path, sizeof(path), "you.resolve.c%u.intention", id);
    world_shows(world, "m1", path, "5");
    world_shows(world, "m2", path, "");
    world_shows(world, "f1", path, "");
    snprintf(path, sizeof(path), "commitments.c%u.text", id);
    world_shows(world, "m2", path, "Call the bank");
    snprintf(path, sizeof(path), "commitments.c%u.intention", id);
    world_shows(world, "f1", path, "");
}

static void a_due_date_is_a_date_to_come_or_the_next_meeting(void **state)
{
    struct world *world = *state;
    static const char *const wrong[] = {"soon",       "2027-02-29", "2027-13-01", "2027-00-10",
                                        "2027-04-31", "20270101",   "1969-01-01"};
    char params[160];
    world_to_turn(world, "commit");

    for (size_t i = 0; i < PS_COUNT(wrong); i++) {
        snprintf(params, sizeof(params),
                 "{\"text\":\"Call\",\"due\":\"%s\",\"desire\":1,\"intention\":1}", wrong[i]);
        world_no(world, "m1", "commitment.make", params, PS_REFUSED_BAD_DATE);
    }

    world_ok(world, "m1", "commitment.make",
             "{\"text\":\"Call\",\"due\":\"2028-02-29\",\"desire\":1,\"intention\":1}");
}

static void a_witness_says_yes_or_no_and_is_a_member(void **state)
{
    struct world *world = *state;
    char params[60];
    char path[60];
    world_to_turn(world, "commit");
    static const char asked[] = "{\"text\":\"Call\",\"due\":\"next_meeting\",\"desire\":1,"
                                "\"intention\":1,\"witness\":\"m3\"}";
    world_no(world, "m1", "commitment.make",
             "{\"text\":\"Call\",\"due\":\"next_meeting\",\"desire\":1,\"intention\":1,"
             "\"witness\":\"m1\"}",
             PS_REFUSED_YOURSELF);
    world_no(world, "m1", "commitment.make",
             "{\"text\":\"Call\",\"due\":\"next_meeting\",\"desire\":1,\"intention\":1,"
             "\"witness\":\"f1\"}",
             PS_REFUSED_NO_SUCH_PERSON);
    world_ok(world, "m1", "commitment.make", asked);
    uint32_t id = world->set.commitments.list[0].id;
    snprintf(path, sizeof(path), "commitments.c%u.witness_says", id);
    world_shows(world, "m2", path, "asked");

    snprintf(params, sizeof(params), "{\"id\":\"c%u\",\"yes\":true}", id);
    world_no(world, "m2", "commitment.witness", params, PS_REFUSED_NOT_YOUR_ROLE);
    world_ok(world, "m3", "commitment.witness", params);
    world_shows(world, "m2", path, "yes");
    snprintf(params, sizeof(params), "{\"id\":\"c%u\",\"yes\":false}", id);
    world_ok(world, "m3", "commitment.witness", params);

    world_shows(world, "m2", path, "no");
    world_no(world, "m3", "commitment.witness", "{\"id\":\"c9999\",\"yes\":true}",
             PS_REFUSED_NO_SUCH_THING);
}

/* ---- recognition ----------------------------------------------------------------------------- */

static const char thanks[] =
    "{\"to\":\"m3\",\"kind\":\"opening_question\",\"reason\":\"It opened\"}";

static void each_gives_one_of_content_and_one_of_process_for_a_turn(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "question");
    world_no(world, "m2", "recognition.give", thanks, PS_REFUSED_NOT_IN_THIS_PHASE);
    world_to_phase(world, "process");

    world_ok(world, "m2", "recognition.give", thanks);
    world_no(world, "m2", "recognition.give",
             "{\"to\":\"m4\",\"kind\":\"held_silence\",\"reason\":\"Two minutes\"}",
             PS_REFUSED_TOO_MANY);
    world_ok(world, "m2", "recognition.give",
             "{\"to\":\"m4\",\"kind\":\"insight_used\",\"reason\":\"The figures\"}");

    assert_int_equal(json_object_size(world_look(world, "m5", "board.recognitions")), 2);
}

static void the_closing_round_has_two_of_its_own(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "process");
    world_ok(world, "m2", "recognition.give", thanks);
    world_ok(world, "f1", "meeting.close", "");

    world_ok(world, "m2", "recognition.give", thanks);

    world_no(world, "m2", "recognition.give", thanks, PS_REFUSED_TOO_MANY);
}

static void not_to_oneself_and_not_without_a_reason(void **state)
{
    struct world *world = *state;
    world_to_turn(world, "process");

    world_no(world, "m3", "recognition.give", thanks, PS_REFUSED_YOURSELF);
    world_no(world, "m2", "recognition.give",
             "{\"to\":\"m3\",\"kind\":\"kept_time\",\"reason\":\"\"}", PS_REFUSED_NEEDS_TEXT);
    world_no(world, "m2", "recognition.give",
             "{\"to\":\"m30\",\"kind\":\"kept_time\",\"reason\":\"So\"}",
             PS_REFUSED_NO_SUCH_PERSON);
    world_no(world, "f1", "recognition.give", thanks, PS_REFUSED_NOT_YOUR_ROLE);
}

static void it_can_be_taken_back_within_ten_minutes(void **state)
{
    struct world *world = *state;
    char params[40];
    world_to_turn(world, "process");
    world_ok(world, "m2", "recognition.give", thanks);
    snprintf(params, sizeof(params), "{\"id\":\"r%u\"}", world->set.board.recognitions[0].id);

    world_no(world, "m4", "recognition.take_back", params, PS_REFUSED_NO_SUCH_THING);
    world_pass(world, 9 * MINUTE);
    world_ok(world, "m2", "recognition.take_back", params);

    assert_int_equal(world->set.board.recognitions_count, 0);
    world_no(world, "m2", "recognition.take_back", params, PS_REFUSED_NO_SUCH_THING);
}

static void after_ten_minutes_it_stays(void **state)
{
    struct world *world = *state;
    char params[40];
    world_to_turn(world, "process");
    world_ok(world, "m2", "recognition.give", thanks);
    snprintf(params, sizeof(params), "{\"id\":\"r%u\"}", world->set.board.recognitions[0].id);

    world_pass(world, 10 * MINUTE);

    world_no(world, "m2", "recognition.take_back", params, PS_REFUSED_TOO_LATE);
}

/* ---- words ----------------------------------------------------------------------------------- */

static void an_activity_holds_ninety_six_contributions(void **state)
{
    struct world *world = *state;
    world_start(world);
    world_to_stage(world, "check_in");

    for (int i = 0; i < PS_SAID_MAX; i++) {
        world_ok(world, "m1", "say", "{\"text\":\"More\"}");
    }

    world_no(world, "m1", "say", "{\"text\":\"Too much\"}", PS_REFUSED_FULL);
    world_shows(world, "m1", "you.say_as", "");
}

static void a_text_has_six_hundred_characters_and_no_control_among_them(void **state)
{
    struct world *world = *state;
    char params[PS_SAY_CHARS_MAX * 2 + 40];
    world_start(world);
    world_to_stage(world, "check_in");
    size_t head = (size_t)snprintf(params, sizeof(params), "{\"text\":\"");
    for (size_t i = 0; i < PS_SAY_CHARS_MAX; i++) {
        memcpy(params + head + 2 * i, "\xC3\xA9", 2);
    }
    memcpy(params + head + 2 * PS_SAY_CHARS_MAX, "\"}", 3);

    world_ok(world, "m1", "say", params);
    memcpy(params + head + 2 * PS_SAY_CHARS_MAX, "x\"}", 4);
    world_no(world, "m1", "say", params, PS_REFUSED_TEXT_TOO_LONG);
    world_no(world, "m1", "say", "{\"text\":\"bell \\u0007\"}", PS_REFUSED_TEXT_CONTROL);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(the_silence_opens_a_private_prompt, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(each_answers_once_or_passes, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(who_is_still_writing_has_ten_seconds, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(the_presenter_makes_up_to_three_commitments, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_commitment_is_made_in_its_own_phase_alone, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(nobody_has_more_than_five_active, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(how_much_one_wants_it_stays_private, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_due_date_is_a_date_to_come_or_the_next_meeting, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_witness_says_yes_or_no_and_is_a_member, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(each_gives_one_of_content_and_one_of_process_for_a_turn,
                                    world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_closing_round_has_two_of_its_own, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(not_to_oneself_and_not_without_a_reason, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(it_can_be_taken_back_within_ten_minutes, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(after_ten_minutes_it_stays, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(an_activity_holds_ninety_six_contributions, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(a_text_has_six_hundred_characters_and_no_control_among_them,
                                    world_setup, world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
