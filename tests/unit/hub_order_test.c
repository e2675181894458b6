/* The one way: nothing is shown or acknowledged before its commit, and answers keep their order. */
#include "hub_trial.h"

#include <stdio.h>

static void nothing_is_shown_before_its_commit(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t ben = trial_come(trial, "m2");
    size_t ada_had = trial->peers[ada].count;
    size_t ben_had = trial->peers[ben].count;

    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");

    assert_int_equal(trial->peers[ada].count, ada_had);
    assert_int_equal(trial->peers[ben].count, ben_had);
    trial_poll(trial);
    trial_find(trial, ben, ben_had, "Ada L.");
    trial_find(trial, ada, ada_had, "\"result\"");
}

static void the_patch_comes_before_the_result(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t had = trial->peers[ada].count;

    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);

    size_t patch = trial_find(trial, ada, had, "\"method\":\"patch\"");
    size_t result = trial_find(trial, ada, had, "\"result\"");
    assert_true(patch < result);
    assert_true(trial_number(trial_frame(trial, ada, patch), "seq") >=
                trial_number(trial_frame(trial, ada, result), "seq"));
}

static void a_repeated_id_is_done_once(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);
    int64_t first = trial_number(trial_last(trial, ada), "seq");
    uint64_t events = ps_hub_figures(trial->hub).events;
    size_t had = trial->peers[ada].count;

    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);

    assert_int_equal(trial->peers[ada].count, had + 1);
    assert_int_equal(trial_number(trial_last(trial, ada), "seq"), first);
    assert_int_equal(ps_hub_figures(trial->hub).events, events);
}

static void an_id_repeated_while_it_waits_is_done_once(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    uint64_t events = ps_hub_figures(trial->hub).events;
    size_t had = trial->peers[ada].count;

    trial_send(trial, ada, "p:1", "presence.away", "{\"on\":true}");
    trial_send(trial, ada, "p:2", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_send(trial, ada, "p:2", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_send(trial, ada, "p:1", "presence.away", "{\"on\":true}");
    trial_poll(trial);

    assert_int_equal(trial_count(trial, ada, had, "\"result\""), 4);
    assert_int_equal(ps_hub_figures(trial->hub).events, events + 2);
}

static void a_repeated_id_is_known_after_a_restart(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    trial_send(trial, ada, "p:7", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);
    int64_t first = trial_number(trial_last(trial, ada), "seq");

    trial_crash(trial, 500);
    ada = trial_come(trial, "m1");
    uint64_t events = ps_hub_figures(trial->hub).events;
    trial_send(trial, ada, "p:7", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);

    assert_int_equal(trial_number(trial_last(trial, ada), "seq"), first);
    assert_int_equal(ps_hub_figures(trial->hub).events, events);
}

static void a_refused_command_is_decided_again(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    trial_send(trial, ada, "p:1", "meeting.open", "{}");
    trial_poll(trial);
    assert_non_null(strstr(trial_last(trial, ada), "not_your_role"));
    trial_send(trial, ada, "p:2", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);

    trial_send(trial, ada, "p:1", "meeting.open", "{}");
    trial_poll(trial);

    assert_non_null(strstr(trial_last(trial, ada), "not_your_role"));
}

static void answers_keep_the_order_of_the_requests(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t had = trial->peers[ada].count;

    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_send(trial, ada, "p:2", "time.sync", "{\"t0\":5}");
    trial_send(trial, ada, "p:3", "meeting.open", "{}");
    trial_send(trial, ada, "p:4", "no.such", "{}");
    trial_send(trial, ada, "p:5", "picture.get", "{}");
    trial_send(trial, ada, "p:6", "you.rename", "{\"name\":\"Ada M.\"}");
    assert_int_equal(trial->peers[ada].count, had);
    trial_poll(trial);

    size_t at = had;
    for (int n = 1; n <= 6; n++) {
        char id[32];
        snprintf(id, sizeof(id), "\"id\":\"p:%d\"", n);
        size_t found = trial_find(trial, ada, at, id);
        assert_true(found >= at);
        at = found + 1;
    }
    assert_int_equal(trial_count(trial, ada, had, "\"method\":\"picture\""), 1);
}

static void a_read_is_answered_while_others_wait_for_the_journal(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t ben = trial_come(trial, "m2");
    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");

    trial_send(trial, ben, "q:1", "time.sync", "{\"t0\":5}");

    assert_non_null(strstr(trial_last(trial, ben), "\"t0\":5"));
}

static void what_waits_goes_out_together(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t ben = trial_come(trial, "m2");
    size_t fay = trial_come(trial, "f1");
    size_t had = trial->peers[fay].count;
    uint64_t commits = ps_journal_figures(trial->journal).commits;

    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada 1\"}");
    trial_send(trial, ada, "p:2", "you.rename", "{\"name\":\"Ada 2\"}");
    trial_send(trial, ben, "q:1", "you.rename", "{\"name\":\"Ben 1\"}");
    trial_send(trial, ada, "p:3", "you.rename", "{\"name\":\"Ada 3\"}");
    trial_poll(trial);

    /* Two appends: the first command alone, the three that waited together; so two patches. */
    assert_in_range(ps_journal_figures(trial->journal).commits - commits, 1, 2);
    assert_int_equal(trial_count(trial, fay, had, "\"method\":\"patch\""), 2);
    assert_non_null(strstr(trial_last(trial, fay), "Ada 3"));
    assert_non_null(strstr(trial_last(trial, fay), "Ben 1"));
    assert_null(strstr(trial_last(trial, fay), "Ada 2"));
}

static void a_failed_append_is_not_saved_and_not_shown(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t ben = trial_come(trial, "m2");
    size_t ben_had = trial->peers[ben].count;
    ps_journal_memory_fault(trial->journal, PS_FAULT_FAIL);

    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada lost\"}");
    trial_poll(trial);

    assert_non_null(strstr(trial_last(trial, ada), "not_saved"));
    assert_int_equal(trial->peers[ben].count, ben_had);

    ps_journal_memory_fault(trial->journal, PS_FAULT_NONE);
    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada kept\"}");
    trial_poll(trial);
    assert_non_null(strstr(trial_last(trial, ada), "\"result\""));
    trial_find(trial, ben, ben_had, "Ada kept");
    assert_int_equal(trial_count(trial, ben, 0, "Ada lost"), 0);
}

static void what_waits_behind_a_failed_append_gets_its_own_answer(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t had = trial->peers[ada].count;
    ps_journal_memory_fault(trial->journal, PS_FAULT_FAIL);
    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada 1\"}");
    trial_send(trial, ada, "p:2", "you.rename", "{\"name\":\"Ada 2\"}");
    trial_poll(trial);
    ps_journal_memory_fault(trial->journal, PS_FAULT_NONE);

    trial_send(trial, ada, "p:2", "you.rename", "{\"name\":\"Ada 2\"}");
    trial_poll(trial);

    assert_int_equal(trial_count(trial, ada, had, "not_saved"), 2);
    assert_true(trial_find(trial, ada, had, "p:1") < trial_find(trial, ada, had, "p:2"));
    assert_non_null(strstr(trial_last(trial, ada), "\"result\""));
    assert_int_equal(ps_hub_figures(trial->hub).append_failures, 2);
}

static void too_many_commands_are_refused_and_a_flood_is_closed(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t had = trial->peers[ada].count;

    for (int n = 1; n <= 400 && trial->peers[ada].closed == 0; n++) {
        char id[16];
        snprintf(id, sizeof(id), "p:%d", n);
        trial_send(trial, ada, id, "time.sync", "{\"t0\":1}");
    }

    assert_int_equal(trial_count(trial, ada, had, "\"t0\":1"), 30);
    assert_int_equal(trial_count(trial, ada, had, "too_fast"), 300);
    assert_int_equal(trial->peers[ada].closed, 1008);
}

static void a_second_allows_ten_more(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    for (int n = 1; n <= 31; n++) {
        trial_send(trial, ada, "p:1", "time.sync", "{\"t0\":1}");
    }
    size_t had = trial->peers[ada].count;

    trial_pass(trial, 1000);
    for (int n = 1; n <= 12; n++) {
        trial_send(trial, ada, "p:1", "time.sync", "{\"t0\":1}");
    }

    assert_int_equal(trial_count(trial, ada, had, "\"t0\":1"), 10);
}

static void what_one_who_left_had_asked_is_still_done(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t ben = trial_come(trial, "m2");
    trial_send(trial, ben, "q:1", "you.rename", "{\"name\":\"Ben 1\"}");
    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");

    trial_close(trial, ada);
    trial_pass(trial, 100);

    trial_find(trial, ben, 0, "Ada L.");
}

static void nonsense_gets_an_answer(void **state)
{
    static const char *const nonsense[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"jsonrpc\":\"2.0\",\"id\":\"p:1\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"say\",\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"p:1\",\"method\":\"say\",\"params\":{\"tex\":\"x\"}}",
        "[{\"jsonrpc\":\"2.0\",\"id\":\"p:1\",\"method\":\"say\",\"params\":{}}]"};
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    for (size_t i = 0; i < PS_COUNT(nonsense); i++) {
        size_t had = trial->peers[ada].count;
        ps_hub_receive(trial->hub, trial->peers[ada].conn, nonsense[i], strlen(nonsense[i]));
        trial_poll(trial);
        assert_int_equal(trial->peers[ada].count, had + 1);
        assert_non_null(strstr(trial_last(trial, ada), "\"error\""));
    }
}

int main(void)
{
#define TRIAL(name) cmocka_unit_test_setup_teardown(name, trial_setup, trial_teardown)
    const struct CMUnitTest tests[] = {
        TRIAL(nothing_is_shown_before_its_commit),
        TRIAL(the_patch_comes_before_the_result),
        TRIAL(a_repeated_id_is_done_once),
        TRIAL(an_id_repeated_while_it_waits_is_done_once),
        TRIAL(a_repeated_id_is_known_after_a_restart),
        TRIAL(a_refused_command_is_decided_again),
        TRIAL(answers_keep_the_order_of_the_requests),
        TRIAL(a_read_is_answered_while_others_wait_for_the_journal),
        TRIAL(what_waits_goes_out_together),
        TRIAL(a_failed_append_is_not_saved_and_not_shown),
        TRIAL(what_waits_behind_a_failed_append_gets_its_own_answer),
        TRIAL(too_many_commands_are_refused_and_a_flood_is_closed),
        TRIAL(a_second_allows_ten_more),
        TRIAL(what_one_who_left_had_asked_is_still_done),
        TRIAL(nonsense_gets_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
