/* Who is sent what: one difference for all who may see the same, and constant memory for the slow.
 */
#include "hub_trial.h"

#include <stdio.h>

#include "base/limits.h"

static const struct ps_frame *buffer(const struct trial *trial, size_t peer, size_t index)
{
    return trial->peers[peer].buffers[index];
}

static void all_who_see_the_same_share_one_frame(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t ben = trial_come(trial, "m2");
    size_t cleo = trial_come(trial, "m3");
    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada 1\"}");
    trial_pass(trial, 1000);
    size_t ben_had = trial->peers[ben].count;
    size_t cleo_had = trial->peers[cleo].count;
    uint64_t built = ps_hub_figures(trial->hub).frames_built;

    trial_send(trial, ada, "p:2", "you.rename", "{\"name\":\"Ada 2\"}");
    trial_poll(trial);

    size_t of_ben = trial_find(trial, ben, ben_had, "Ada 2");
    size_t of_cleo = trial_find(trial, cleo, cleo_had, "Ada 2");
    assert_ptr_equal(buffer(trial, ben, of_ben), buffer(trial, cleo, of_cleo));
    assert_in_range(ps_hub_figures(trial->hub).frames_built - built, 2, 3); /* and the result */
}

static void who_sees_nothing_of_it_is_sent_nothing(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t ben = trial_come(trial, "m2");
    size_t fay = trial_come(trial, "f1");
    trial_send(trial, fay, "f:1", "meeting.open", "{}");
    trial_pass(trial, 1000);
    size_t ben_had = trial->peers[ben].count;
    size_t fay_had = trial->peers[fay].count;

    trial_send(trial, ada, "p:1", "help.ask", "{\"text\":\"I am lost\"}");
    trial_poll(trial);

    assert_non_null(strstr(trial_last(trial, ada), "\"result\""));
    trial_find(trial, fay, fay_had, "I am lost");
    assert_int_equal(trial->peers[ben].count, ben_had);
}

static void from_is_the_seq_of_the_last_frame(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t ben = trial_come(trial, "m2");
    size_t fay = trial_come(trial, "f1");
    trial_send(trial, fay, "f:1", "meeting.open", "{}");
    trial_send(trial, ada, "p:1", "help.ask", "{\"text\":\"I am lost\"}");
    trial_send(trial, ben, "q:1", "you.rename", "{\"name\":\"Ben 1\"}");
    trial_poll(trial);
    trial_send(trial, ben, "q:2", "you.rename", "{\"name\":\"Ben 2\"}");
    trial_send(trial, ada, "p:2", "help.ask", "{\"text\":\"Still\"}");
    trial_pass(trial, 2000);
    trial_close(trial, ben);
    trial_pass(trial, 2000);

    const size_t all[] = {ada, fay};
    for (size_t n = 0; n < PS_COUNT(all); n++) {
        int64_t seq = -1;
        for (size_t i = 0; i < trial->peers[all[n]].count; i++) {
            const char *frame = trial_frame(trial, all[n], i);
            if (strstr(frame, "\"method\":\"picture\"") != NULL) {
                seq = trial_number(frame, "seq");
            } else if (strstr(frame, "\"method\":\"patch\"") != NULL) {
                assert_int_equal(trial_number(frame, "from"), seq);
                seq = trial_number(frame, "seq");
            }
        }
        assert_true(seq > 0);
    }
}

static void welcome_and_the_whole_picture_come_first(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_connect(trial, trial_join(trial, "m1"), "m1");

    assert_int_equal(trial->peers[ada].count, 2);
    assert_non_null(strstr(trial_frame(trial, ada, 0), "\"method\":\"welcome\""));
    assert_non_null(strstr(trial_frame(trial, ada, 1), "\"method\":\"picture\""));
    assert_non_null(strstr(trial_frame(trial, ada, 1), "\"here\":\"here\""));
}

static void those_who_come_together_are_one_patch(void **state)
{
    struct trial *trial = *state;
    size_t fay = trial_come(trial, "f1");
    const char *cookies[] = {trial_join(trial, "m1"), trial_join(trial, "m2"),
                             trial_join(trial, "m3"), trial_join(trial, "m4")};
    static const char *const seats[] = {"m1", "m2", "m3", "m4"};
    trial_pass(trial, 1000);
    size_t had = trial->peers[fay].count;
    int64_t seq =
        trial_number(trial_frame(trial, fay, trial_find(trial, fay, 0, "picture")), "seq");

    for (size_t i = 0; i < PS_COUNT(seats); i++) {
        trial_connect(trial, cookies[i], seats[i]);
        trial_pass(trial, 20);
    }
    assert_int_equal(trial->peers[fay].count, had);
    trial_pass(trial, PS_PRESENCE_GATHER_MS);

    size_t patch = trial_find(trial, fay, had, "\"method\":\"patch\"");
    const char *frame = trial_frame(trial, fay, patch);
    assert_int_equal(trial_number(frame, "from"), seq);
    assert_int_equal(trial_number(frame, "seq"), seq);
    for (size_t i = 0; i < PS_COUNT(seats); i++) {
        assert_non_null(strstr(frame, seats[i]));
    }
    assert_int_equal(trial_count(trial, fay, had, "\"here\":\"here\""), 1);
}

static void who_came_is_told_only_of_the_others(void **state)
{
    struct trial *trial = *state;
    const char *ada_cookie = trial_join(trial, "m1");
    const char *ben_cookie = trial_join(trial, "m2");
    size_t ada = trial_connect(trial, ada_cookie, "m1");
    trial_pass(trial, 50);
    size_t ben = trial_connect(trial, ben_cookie, "m2");
    trial_pass(trial, PS_PRESENCE_GATHER_MS + 10);

    const char *to_ada = trial_frame(trial, ada, trial_find(trial, ada, 2, "\"patch\""));
    const char *to_ben = trial_frame(trial, ben, trial_find(trial, ben, 2, "\"patch\""));
    assert_non_null(strstr(to_ada, "\"m2\":{\"here\":\"here\"}"));
    assert_null(strstr(to_ada, "\"m1\":{\"here\":\"here\"}"));
    assert_non_null(strstr(to_ben, "\"m1\":{\"here\":\"here\"}"));
    assert_null(strstr(to_ben, "\"m2\":{\"here\":\"here\"}"));
}

static void who_comes_and_goes_at_once_is_no_patch_to_others(void **state)
{
    struct trial *trial = *state;
    size_t fay = trial_come(trial, "f1");
    const char *cookie = trial_join(trial, "m1");
    size_t had = trial->peers[fay].count;

    size_t ada = trial_connect(trial, cookie, "m1");
    trial_pass(trial, 100);
    trial_close(trial, ada);
    trial_pass(trial, 100);
    ada = trial_connect(trial, cookie, "m1");
    trial_pass(trial, 100);

    assert_int_equal(trial_count(trial, fay, had, "\"here\""), 1);
}

static void one_who_is_behind_gets_the_picture_later(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t ben = trial_come(trial, "m2");
    size_t had = trial->peers[ben].count;
    trial->peers[ben].queued = PS_QUEUE_BYTES_MAX;

    for (int n = 1; n <= 5; n++) {
        char id[16];
        char params[64];
        snprintf(id, sizeof(id), "p:%d", n);
        snprintf(params, sizeof(params), "{\"name\":\"Ada %d\"}", n);
        trial_send(trial, ada, id, "you.rename", params);
        trial_poll(trial);
    }
    assert_int_equal(trial->peers[ben].count, had);
    trial->peers[ben].queued = 0;
    ps_hub_drained(trial->hub, trial->peers[ben].conn);

    assert_int_equal(trial->peers[ben].count, had + 1);
    assert_non_null(strstr(trial_last(trial, ben), "\"method\":\"picture\""));
    assert_non_null(strstr(trial_last(trial, ben), "Ada 5"));
    assert_int_equal(ps_hub_figures(trial->hub).behind, 1);
}

static void an_answer_does_not_overtake_the_picture(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t had = trial->peers[ada].count;
    trial->peers[ada].queued = PS_QUEUE_BYTES_MAX;

    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);
    assert_int_equal(trial->peers[ada].count, had);
    trial->peers[ada].queued = 0;
    ps_hub_drained(trial->hub, trial->peers[ada].conn);

    assert_int_equal(trial->peers[ada].count, had + 2);
    assert_non_null(strstr(trial_frame(trial, ada, had), "\"method\":\"picture\""));
    assert_non_null(strstr(trial_frame(trial, ada, had + 1), "\"result\""));
}

static void one_who_stays_behind_is_closed(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t ben = trial_come(trial, "m2");
    trial->peers[ben].queued = PS_QUEUE_BYTES_MAX;
    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");

    trial_pass(trial, PS_BEHIND_MS_MAX - 1000);
    assert_int_equal(trial->peers[ben].closed, 0);
    trial_pass(trial, 2000);

    assert_int_equal(trial->peers[ben].closed, 1013);
    assert_int_equal(ps_hub_figures(trial->hub).closed_slow, 1);
    assert_int_equal(trial->peers[ada].closed, 0);
}

static void the_facilitator_sees_the_desk_and_members_do_not(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    size_t fay = trial_come(trial, "f1");

    assert_int_equal(trial_count(trial, ada, 0, "\"desk\""), 0);
    assert_true(trial_count(trial, fay, 0, "\"desk\"") > 0);
}

int main(void)
{
#define TRIAL(name) cmocka_unit_test_setup_teardown(name, trial_setup, trial_teardown)
    const struct CMUnitTest tests[] = {
        TRIAL(all_who_see_the_same_share_one_frame),
        TRIAL(who_sees_nothing_of_it_is_sent_nothing),
        TRIAL(from_is_the_seq_of_the_last_frame),
        TRIAL(welcome_and_the_whole_picture_come_first),
        TRIAL(those_who_come_together_are_one_patch),
        TRIAL(who_came_is_told_only_of_the_others),
        TRIAL(who_comes_and_goes_at_once_is_no_patch_to_others),
        TRIAL(one_who_is_behind_gets_the_picture_later),
        TRIAL(an_answer_does_not_overtake_the_picture),
        TRIAL(one_who_stays_behind_is_closed),
        TRIAL(the_facilitator_sees_the_desk_and_members_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
