/* Stops, crashes, bad records, idle sets: what a set's life in memory goes through. */
#include "hub_trial.h"

#include <stdio.h>

#include "base/limits.h"

/* Everybody is here, the meeting is live and its first clock runs. */
static size_t start_meeting(struct trial *trial)
{
    static const char *const members[] = {"m1", "m2", "m3", "m4"};
    for (size_t i = 0; i < PS_COUNT(members); i++) {
        trial_come(trial, members[i]);
    }
    size_t fay = trial_come(trial, "f1");
    trial_send(trial, fay, "f:1", "meeting.open", "{}");
    trial_pass(trial, 500);
    trial_send(trial, fay, "f:2", "meeting.start", "{}");
    trial_pass(trial, 500);
    assert_non_null(strstr(trial_last(trial, fay), "\"result\""));
    return fay;
}

static void a_clock_that_ran_is_paused_as_of_the_crash(void **state)
{
    struct trial *trial = *state;
    size_t fay = start_meeting(trial);
    const char *frame = trial_frame(trial, fay, trial_find(trial, fay, 0, "\"ends_at\""));
    int64_t ends_at = trial_number(frame, "ends_at");
    trial_pass(trial, 61000);
    int64_t crashed_at = trial->wall + (int64_t)trial->now;

    trial_crash(trial, 3600000);
    fay = trial_come(trial, "f1");

    const char *picture = trial_frame(trial, fay, trial_find(trial, fay, 0, "\"picture\""));
    assert_non_null(strstr(picture, "\"state\":\"paused\""));
    assert_non_null(strstr(picture, "\"interrupted\":true"));
    int64_t lost = ends_at - crashed_at - trial_number(picture, "remaining_ms");
    assert_in_range(lost + PS_ALIVE_MS, 0, PS_ALIVE_MS + 1000);
}

static void nothing_is_shown_before_the_recovery_is_committed(void **state)
{
    struct trial *trial = *state;
    start_meeting(trial);
    const char *cookie = trial_join(trial, "m1");
    trial_pass(trial, 1000);
    trial_crash(trial, 1000);

    size_t ada = trial_connect(trial, cookie, "m1");
    assert_int_equal(trial->peers[ada].count, 0);
    trial_poll(trial);

    assert_int_equal(trial_count(trial, ada, 0, "\"state\":\"running\""), 0);
    assert_non_null(strstr(trial_frame(trial, ada, 0), "\"welcome\""));
    assert_non_null(strstr(trial_frame(trial, ada, 1), "\"state\":\"paused\""));
}

static void a_recovery_that_is_not_saved_is_tried_again(void **state)
{
    struct trial *trial = *state;
    start_meeting(trial);
    const char *cookie = trial_join(trial, "m1");
    trial_pass(trial, 1000);
    trial_crash(trial, 1000);
    ps_journal_memory_fault(trial->journal, PS_FAULT_FAIL);
    size_t ada = trial_connect(trial, cookie, "m1");
    trial_pass(trial, 3000);
    assert_int_equal(trial->peers[ada].count, 0);

    ps_journal_memory_fault(trial->journal, PS_FAULT_NONE);
    trial_pass(trial, 3000);

    assert_non_null(strstr(trial_frame(trial, ada, 1), "\"state\":\"paused\""));
}

static void a_meeting_is_recovered_though_nobody_comes(void **state)
{
    struct trial *trial = *state;
    start_meeting(trial);
    trial_pass(trial, 6000);
    trial_crash(trial, 1000);
    assert_int_equal(ps_hub_figures(trial->hub).sets_live, 0);

    trial_pass(trial, 10);

    assert_int_equal(ps_hub_figures(trial->hub).sets_live, 1);
    assert_true(ps_hub_figures(trial->hub).events > 0);
}

static void an_orderly_stop_says_bye_and_keeps_what_waits(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t ben = trial_come(trial, "m2");
    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada 1\"}");
    trial_send(trial, ada, "p:2", "you.rename", "{\"name\":\"Ada 2\"}");

    ps_hub_stop(trial->hub);
    assert_non_null(strstr(trial_last(trial, ben), "\"method\":\"bye\""));
    assert_int_equal(trial->peers[ben].closed, 1012);
    trial_close(trial, ada);
    trial_close(trial, ben);
    assert_false(ps_hub_idle(trial->hub));
    trial_poll(trial);
    assert_true(ps_hub_idle(trial->hub));

    trial_crash(trial, 100);
    ben = trial_come(trial, "m2");
    trial_find(trial, ben, 0, "Ada 2");
}

static void nobody_comes_in_while_stopping(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    char seat[64];
    snprintf(seat, sizeof(seat), "%s.m1", trial->set);
    ps_hub_stop(trial->hub);

    assert_int_equal(ps_hub_may_connect(trial->hub, cookie, seat, true), 503);
    size_t answer = trial_post(trial, "10.0.0.1", trial_token(trial, "m1"), NULL);
    assert_int_equal(trial->answers[answer].status, 503);
}

static void a_spoilt_set_is_quarantined_and_others_go_on(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    char seat[64];
    snprintf(seat, sizeof(seat), "%s.m1", trial->set);
    trial_crash(trial, 100);
    ps_journal_memory_spoil(trial->journal, trial->set, 2);

    size_t index = trial->peers_count++;
    assert_int_equal(ps_hub_may_connect(trial->hub, cookie, seat, true), 101);
    trial->peers[index].conn = ps_hub_attach(trial->hub, &trial->peers[index], cookie, seat);

    assert_non_null(trial->peers[index].conn);
    assert_non_null(strstr(trial_last(trial, index), "\"bye\""));
    assert_int_equal(trial->peers[index].closed, 1013);
    assert_int_equal(ps_hub_figures(trial->hub).sets_quarantined, 1);
    trial_close(trial, index);
    size_t check = trial_control(trial, "{\"do\":\"check\"}");
    assert_int_equal(trial->answers[check].status, 500);
    assert_non_null(strstr(trial->answers[check].body, "record 2"));
}

static void a_set_that_nobody_needs_leaves_memory_and_comes_back(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_pass(trial, 1000);
    trial_close(trial, ada);
    assert_int_equal(ps_hub_figures(trial->hub).sets_live, 1);
    trial_pass(trial, 2 * 3600000);
    assert_int_equal(ps_hub_figures(trial->hub).sets_live, 0);

    ada = trial_come(trial, "m1");
    trial_find(trial, ada, 0, "Ada L.");
}

static void the_wall_clock_may_step_back_between_two_starts(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);
    int64_t at = trial_number(trial_frame(trial, ada, trial_find(trial, ada, 2, "Ada L.")), "at");
    trial->wall -= 3600000;

    trial_crash(trial, 1000);
    ada = trial_come(trial, "m1");
    size_t had = trial->peers[ada].count;
    trial_send(trial, ada, "q:1", "you.rename", "{\"name\":\"Ada M.\"}");
    trial_poll(trial);

    const char *frame = trial_frame(trial, ada, trial_find(trial, ada, had, "Ada M."));
    assert_in_range(trial_number(frame, "at"), at + 900, at + 10000);
}

static void a_set_stays_within_its_budget(void **state)
{
    struct trial *trial = *state;
    struct ps_set_memory memory;
    start_meeting(trial);
    assert_int_equal(ps_hub_set_memory(trial->hub, trial->set, &memory), PS_OK);
    assert_in_range(memory.state + memory.other, 1, 72 * 1024);
    assert_int_equal(memory.words, PS_WORDS_BYTES_MIN);
}

/* 900 names of 240 bytes are 211 KiB: most were replaced, so the store is compacted and stays
 * small, while it is filled by commands and again when it is filled by replay. */
static void words_that_nobody_can_see_make_room(void **state)
{
    struct trial *trial = *state;
    struct ps_set_memory memory;
    size_t ada = trial_come(trial, "m1");
    char name[256] = "";
    for (int n = 0; n < 60; n++) {
        strncat(name, "\xF0\x9F\x8E\x89", sizeof(name) - strlen(name) - 1);
    }
    for (int n = 1; n <= 900; n++) {
        char id[16];
        char params[512];
        snprintf(id, sizeof(id), "p:%d", n);
        snprintf(params, sizeof(params), "{\"name\":\"%d%s\"}", n % 10, name + 4);
        trial_send(trial, ada, id, "you.rename", params);
        trial_pass(trial, 100);
        assert_non_null(strstr(trial_last(trial, ada), "\"result\""));
    }

    for (int i = 0; i < 2; i++) {
        assert_int_equal(ps_hub_set_memory(trial->hub, trial->set, &memory), PS_OK);
        assert_int_equal(memory.words, PS_WORDS_BYTES_MIN);
        size_t ben = trial_come(trial, "m2");
        const char *picture = trial_frame(trial, ben, trial_find(trial, ben, 0, "\"picture\""));
        assert_non_null(strstr(picture, name + 4));
        assert_non_null(strstr(picture, "The bakery"));
        trial_crash(trial, 1000);
        trial_come(trial, "m3");
    }
}

/* Somebody else wrote to the set: a record is there that this hub did not hand in. */
static void ignore(void *context, enum ps_journal_result result)
{
    (void)context;
    assert_int_equal(result, PS_JOURNAL_OK);
}

/* Hand in, behind the hub's back, the next record of the set. */
static void write_foreign(struct trial *trial, size_t peer, const char *kind, const char *facts)
{
    uint64_t seq = (uint64_t)trial_number(trial_last(trial, peer), "seq");
    const struct ps_record record = {.seq = seq + 1,
                                     .at_ms = trial->wall + (int64_t)trial->now + 1000,
                                     .cause = "clock",
                                     .kind = kind,
                                     .version = 1,
                                     .facts = facts,
                                     .facts_bytes = strlen(facts),
                                     .words = "",
                                     .words_bytes = 0};
    ps_journal_append(trial->journal, trial->set, seq, &record, 1, ignore, NULL);
    trial_poll(trial);
}

static void a_conflict_reloads_the_set(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    trial_send(trial, ada, "p:1", "presence.away", "{\"on\":true}");
    trial_poll(trial);
    write_foreign(trial, ada, "presence.away", "{\"on\":false,\"seat\":\"m1\"}");
    size_t had = trial->peers[ada].count;

    trial_send(trial, ada, "p:2", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);
    assert_int_equal(trial_count(trial, ada, had, "not_saved"), 1);
    trial_find(trial, ada, had, "\"method\":\"picture\"");
    trial_send(trial, ada, "p:2", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);

    assert_non_null(strstr(trial_last(trial, ada), "\"result\""));
    assert_int_equal(trial_count(trial, ada, 0, "\"method\":\"welcome\""), 1);
}

/* A stage is entered that the plan does not have: apply asserts that it does. */
static void a_failed_assertion_ends_the_set_and_not_the_server(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    trial_send(trial, ada, "p:1", "presence.away", "{\"on\":true}");
    trial_poll(trial);
    write_foreign(trial, ada, "stage.entered", "{\"stage\":\"s999\",\"charged_ms\":0}");

    trial_send(trial, ada, "p:2", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);

    assert_int_equal(ps_hub_figures(trial->hub).sets_quarantined, 1);
    assert_int_equal(ps_hub_figures(trial->hub).sets_live, 0);
    assert_int_equal(trial->peers[ada].closed, 1013);
    trial_close(trial, ada);
    size_t links = trial_control(trial, "{\"do\":\"set.list\"}");
    assert_non_null(strstr(trial->answers[links].body, "stage != NULL"));
}

int main(void)
{
#define TRIAL(name) cmocka_unit_test_setup_teardown(name, trial_setup, trial_teardown)
    const struct CMUnitTest tests[] = {
        TRIAL(a_clock_that_ran_is_paused_as_of_the_crash),
        TRIAL(nothing_is_shown_before_the_recovery_is_committed),
        TRIAL(a_recovery_that_is_not_saved_is_tried_again),
        TRIAL(a_meeting_is_recovered_though_nobody_comes),
        TRIAL(an_orderly_stop_says_bye_and_keeps_what_waits),
        TRIAL(nobody_comes_in_while_stopping),
        TRIAL(a_spoilt_set_is_quarantined_and_others_go_on),
        TRIAL(a_set_that_nobody_needs_leaves_memory_and_comes_back),
        TRIAL(the_wall_clock_may_step_back_between_two_starts),
        TRIAL(a_set_stays_within_its_budget),
        TRIAL(words_that_nobody_can_see_make_room),
        TRIAL(a_conflict_reloads_the_set),
        TRIAL(a_failed_assertion_ends_the_set_and_not_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
