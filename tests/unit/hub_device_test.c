/* Devices of one person: three at most, one that acts. */
#include "hub_trial.h"

#include <stdio.h>

#include "base/limits.h"

static void a_fourth_device_closes_the_oldest(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    size_t peers[4];
    for (size_t i = 0; i < 4; i++) {
        peers[i] = trial_connect(trial, cookie, "m1");
        trial_pass(trial, 500);
    }

    assert_int_equal(trial->peers[peers[0]].closed, 4001);
    assert_int_equal(trial->peers[peers[1]].closed, 0);
    assert_int_equal(ps_hub_figures(trial->hub).connections, 3);
    assert_int_equal(ps_hub_figures(trial->hub).seats_connected, 1);
}

static void the_newest_device_acts_and_the_other_is_told(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    size_t laptop = trial_connect(trial, cookie, "m1");
    trial_pass(trial, 1000);
    size_t phone = trial_connect(trial, cookie, "m1");
    assert_non_null(strstr(trial_last(trial, phone), "\"primary\":true"));
    size_t had = trial->peers[laptop].count;
    trial_pass(trial, 1000);
    trial_find(trial, laptop, had, "\"primary\":false");

    trial_send(trial, laptop, "a:1", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);
    assert_non_null(strstr(trial_last(trial, laptop), "other_device"));
    trial_send(trial, phone, "b:1", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);
    assert_non_null(strstr(trial_last(trial, phone), "\"result\""));
}

static void seat_here_moves_the_seat_to_this_device(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    size_t laptop = trial_connect(trial, cookie, "m1");
    size_t phone = trial_connect(trial, cookie, "m1");
    trial_pass(trial, 1000);
    size_t had = trial->peers[laptop].count;
    size_t phone_had = trial->peers[phone].count;

    trial_send(trial, laptop, "a:1", "seat.here", "{}");

    size_t patch = trial_find(trial, laptop, had, "\"primary\":true");
    size_t result = trial_find(trial, laptop, had, "\"result\"");
    assert_true(patch < result);
    trial_find(trial, phone, phone_had, "\"primary\":false");
    trial_send(trial, laptop, "a:2", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);
    assert_non_null(strstr(trial_last(trial, laptop), "\"result\""));
}

static void a_command_behind_seat_here_is_from_this_device(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    size_t laptop = trial_connect(trial, cookie, "m1");
    trial_connect(trial, cookie, "m1");
    size_t ben = trial_come(trial, "m2");
    size_t had = trial->peers[laptop].count;

    trial_send(trial, ben, "q:1", "you.rename", "{\"name\":\"Ben 1\"}");
    trial_send(trial, laptop, "a:1", "you.rename", "{\"name\":\"Ada 0\"}");
    trial_send(trial, laptop, "a:2", "seat.here", "{}");
    trial_send(trial, laptop, "a:3", "you.rename", "{\"name\":\"Ada 1\"}");
    trial_poll(trial);

    assert_int_equal(trial_count(trial, laptop, had, "other_device"), 1);
    assert_int_equal(trial_count(trial, laptop, had, "\"result\""), 2);
    assert_true(trial_find(trial, laptop, had, "a:1") < trial_find(trial, laptop, had, "a:2"));
    assert_true(trial_find(trial, laptop, had, "a:2") < trial_find(trial, laptop, had, "a:3"));
}

static void when_the_acting_device_goes_another_acts(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    size_t laptop = trial_connect(trial, cookie, "m1");
    size_t phone = trial_connect(trial, cookie, "m1");
    trial_pass(trial, 1000);
    size_t had = trial->peers[laptop].count;

    trial_close(trial, phone);
    trial_pass(trial, 1000);

    trial_find(trial, laptop, had, "\"primary\":true");
    trial_send(trial, laptop, "a:1", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);
    assert_non_null(strstr(trial_last(trial, laptop), "\"result\""));
    assert_int_equal(ps_hub_figures(trial->hub).seats_connected, 1);
}

static void reads_work_on_a_second_screen(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    size_t laptop = trial_connect(trial, cookie, "m1");
    trial_connect(trial, cookie, "m1");

    trial_send(trial, laptop, "a:1", "picture.get", "{}");

    assert_non_null(strstr(trial_last(trial, laptop), "\"result\""));
}

int main(void)
{
#define TRIAL(name) cmocka_unit_test_setup_teardown(name, trial_setup, trial_teardown)
    const struct CMUnitTest tests[] = {
        TRIAL(a_fourth_device_closes_the_oldest),
        TRIAL(the_newest_device_acts_and_the_other_is_told),
        TRIAL(seat_here_moves_the_seat_to_this_device),
        TRIAL(a_command_behind_seat_here_is_from_this_device),
        TRIAL(when_the_acting_device_goes_another_acts),
        TRIAL(reads_work_on_a_second_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
