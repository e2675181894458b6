/* The door: invites, sessions, guessing. */
#include "hub_trial.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

static size_t ask(struct trial *trial, enum ps_http_method method, const char *cookie)
{
    assert_true(trial->answers_count < REPLIES_MAX);
    size_t index = trial->answers_count++;
    ps_hub_session(trial->hub, &trial->answers[index], method, "10.0.0.1", cookie, true, "", 0);
    trial_poll(trial);
    assert_true(trial->answers[index].given);
    return index;
}

static int may_connect(struct trial *trial, const char *cookie, const char *seat)
{
    char text[64];
    snprintf(text, sizeof(text), "%s.%s", trial->set, seat);
    return ps_hub_may_connect(trial->hub, cookie, text, true);
}

static void a_good_invite_gives_a_session(void **state)
{
    struct trial *trial = *state;
    size_t answer = trial_post(trial, "10.0.0.1", trial_token(trial, "m1"), NULL);
    assert_false(trial->answers[answer].given); /* not before it is durable */
    trial_poll(trial);

    const struct answer *given = &trial->answers[answer];
    assert_int_equal(given->status, 200);
    assert_non_null(strstr(given->body, "\"role\":\"member\""));
    assert_non_null(strstr(given->body, "\"name\":\"Ada\""));
    assert_non_null(strstr(given->body, "\"name\":\"Market Towns\""));
    assert_non_null(strstr(given->body, ".m1\""));
    assert_non_null(strstr(given->set_cookie, "__Host-peerset="));
    assert_non_null(strstr(given->set_cookie, "; Path=/; Secure; HttpOnly; SameSite=Strict; "
                                              "Max-Age=15552000"));
    assert_int_equal(strlen(given->cookie), 43);
    assert_int_equal(may_connect(trial, given->cookie, "m1"), 101);
    assert_int_equal(may_connect(trial, given->cookie, "m2"), 401);
    assert_int_equal(may_connect(trial, "nonsense", "m1"), 401);
    assert_int_equal(may_connect(trial, NULL, "m1"), 401);
}

static void every_changed_token_is_refused_alike(void **state)
{
    struct trial *trial = *state;
    const char *token = trial_token(trial, "m1");
    assert_non_null(token);
    char uniform[512] = "";
    for (size_t i = 0; i <= strlen(token); i++) {
        char changed[128];
        char address[32];
        snprintf(changed, sizeof(changed), "%s", token);
        if (i < strlen(token)) {
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
        } else {
            changed[strlen(token) - 1] = '\0';
        }
        snprintf(address, sizeof(address), "10.0.1.%zu", i);
        size_t answer = trial_post(trial, address, changed, NULL);
        trial_poll(trial);
        assert_int_equal(trial->answers[answer].status, 404);
        if (uniform[0] == '\0') {
            snprintf(uniform, sizeof(uniform), "%s", trial->answers[answer].body);
        }
        assert_string_equal(trial->answers[answer].body, uniform);
        free(trial->answers[answer].body);
        trial->answers[answer] = (struct answer){0};
        trial->answers_count -= 1;
    }
    assert_non_null(strstr(uniform, "\"status\":404"));
    assert_int_equal(ps_hub_figures(trial->hub).join_failures, strlen(token) + 1);
}

static void ten_failures_slow_an_address_down(void **state)
{
    struct trial *trial = *state;
    for (int i = 0; i < 12; i++) {
        size_t answer = trial_post(trial, "10.0.0.9", "AAAA", NULL);
        assert_int_equal(trial->answers[answer].status, i < 10 ? 404 : 429);
        assert_int_equal(trial->answers[answer].retry_after_s > 0, i >= 10);
    }
    size_t other = trial_post(trial, "10.0.0.10", "AAAA", NULL);
    assert_int_equal(trial->answers[other].status, 404);

    trial_pass(trial, 61000);
    size_t again = trial_post(trial, "10.0.0.9", "AAAA", NULL);
    assert_int_equal(trial->answers[again].status, 404);
}

static void good_invites_never_count(void **state)
{
    struct trial *trial = *state;
    for (int i = 0; i < 20; i++) {
        trial_join(trial, "m1");
    }
    assert_int_equal(ps_hub_figures(trial->hub).joins, 20);
}

static void a_session_survives_a_restart_and_only_its_hash_is_kept(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");

    trial_crash(trial, 1000);

    assert_int_equal(may_connect(trial, cookie, "m1"), 101);
    size_t answer = ask(trial, PS_HTTP_GET, cookie);
    assert_non_null(strstr(trial->answers[answer].body, ".m1\""));
    assert_non_null(strstr(trial->answers[answer].body, "\"role\":\"member\""));
    assert_null(strstr(trial->answers[answer].body, cookie));
}

static bool holds_cookie(void *context, const char *key, const void *value, size_t bytes)
{
    assert_null(strstr(key, context));
    assert_null(memmem(value, bytes, context, strlen(context)));
    return true;
}

static void the_shelf_does_not_hold_the_cookie(void **state)
{
    struct trial *trial = *state;
    char cookie[64];
    snprintf(cookie, sizeof(cookie), "%s", trial_join(trial, "m1"));
    assert_int_equal(ps_journal_shelf(trial->journal, "", holds_cookie, cookie), PS_OK);
}

static void one_browser_may_hold_several_seats(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    size_t answer = trial_post(trial, "10.0.0.1", trial_token(trial, "f1"), cookie);
    trial_poll(trial);
    assert_string_equal(trial->answers[answer].cookie, cookie);

    size_t seats = ask(trial, PS_HTTP_GET, cookie);

    assert_non_null(strstr(trial->answers[seats].body, ".m1\""));
    assert_non_null(strstr(trial->answers[seats].body, ".f1\""));
    assert_int_equal(may_connect(trial, cookie, "f1"), 101);
}

static void nobody_has_no_seats(void **state)
{
    struct trial *trial = *state;
    size_t answer = ask(trial, PS_HTTP_GET, NULL);
    assert_int_equal(trial->answers[answer].status, 200);
    assert_string_equal(trial->answers[answer].body, "{\"seats\":[]}");
}

static void signing_out_closes_the_sockets(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    size_t ada = trial_connect(trial, cookie, "m1");
    size_t ben = trial_come(trial, "m2");

    size_t answer = ask(trial, PS_HTTP_DELETE, cookie);

    assert_int_equal(trial->answers[answer].status, 204);
    assert_non_null(strstr(trial->answers[answer].set_cookie, "Max-Age=0"));
    assert_int_equal(trial->peers[ada].closed, 4003);
    assert_int_equal(trial->peers[ben].closed, 0);
    assert_int_equal(may_connect(trial, cookie, "m1"), 401);
    trial_crash(trial, 100);
    assert_int_equal(may_connect(trial, cookie, "m1"), 401);
}

static void a_session_ends_after_half_a_year_unless_it_is_used(void **state)
{
    struct trial *trial = *state;
    const int64_t day = 86400000;
    const char *unused = trial_join(trial, "m1");
    const char *used = trial_join(trial, "m2");
    trial_crash(trial, (uint64_t)(100 * day));
    size_t renewed = ask(trial, PS_HTTP_GET, used);
    assert_string_equal(trial->answers[renewed].cookie, used);
    trial_pass(trial, 2000);
    trial_crash(trial, (uint64_t)(100 * day));

    assert_int_equal(may_connect(trial, unused, "m1"), 401);
    assert_int_equal(may_connect(trial, used, "m2"), 101);
}

static void a_session_that_is_not_saved_is_none(void **state)
{
    struct trial *trial = *state;
    ps_journal_memory_fault(trial->journal, PS_FAULT_FAIL);
    size_t answer = trial_post(trial, "10.0.0.1", trial_token(trial, "m1"), NULL);
    trial_poll(trial);

    assert_int_equal(trial->answers[answer].status, 503);
    assert_string_equal(trial->answers[answer].cookie, "");
}

static void a_foreign_page_is_refused(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    char seat[64];
    snprintf(seat, sizeof(seat), "%s.m1", trial->set);
    size_t index = trial->answers_count++;
    ps_hub_session(trial->hub, &trial->answers[index], PS_HTTP_POST, "10.0.0.1", NULL, false, "{}",
                   2);

    assert_int_equal(trial->answers[index].status, 403);
    assert_int_equal(ps_hub_may_connect(trial->hub, cookie, seat, false), 403);
}

static void a_renewed_invite_ends_the_old_one_at_once(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    size_t ada = trial_connect(trial, cookie, "m1");
    size_t fay = trial_come(trial, "f1");

    trial_send(trial, fay, "f:1", "invite.renew", "{\"seat\":\"m1\"}");
    trial_poll(trial);

    const char *result = trial_frame(trial, fay, trial_find(trial, fay, 0, "\"link\""));
    const char *link = strstr(result, "/#/join/");
    assert_non_null(link);
    assert_int_equal(trial->peers[ada].closed, 4003);
    assert_int_equal(may_connect(trial, cookie, "m1"), 401);
    size_t old = trial_post(trial, "10.0.0.1", trial_token(trial, "m1"), NULL);
    trial_poll(trial);
    assert_int_equal(trial->answers[old].status, 404);

    char token[128];
    snprintf(token, sizeof(token), "%.*s", (int)strcspn(link + 8, "\""), link + 8);
    size_t fresh = trial_post(trial, "10.0.0.1", token, cookie);
    trial_poll(trial);
    assert_int_equal(trial->answers[fresh].status, 200);
    assert_int_equal(may_connect(trial, cookie, "m1"), 101);
}

static void a_removed_person_is_out(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    size_t ada = trial_connect(trial, cookie, "m1");
    size_t fay = trial_come(trial, "f1");

    trial_send(trial, fay, "f:1", "seat.remove", "{\"seat\":\"m1\",\"reason\":\"left\"}");
    trial_poll(trial);

    assert_int_equal(trial->peers[ada].closed, 4003);
    assert_int_equal(may_connect(trial, cookie, "m1"), 401);
    size_t seats = ask(trial, PS_HTTP_GET, cookie);
    assert_string_equal(trial->answers[seats].body, "{\"seats\":[]}");
}

int main(void)
{
#define TRIAL(name) cmocka_unit_test_setup_teardown(name, trial_setup, trial_teardown)
    const struct CMUnitTest tests[] = {
        TRIAL(a_good_invite_gives_a_session),
        TRIAL(every_changed_token_is_refused_alike),
        TRIAL(ten_failures_slow_an_address_down),
        TRIAL(good_invites_never_count),
        TRIAL(a_session_survives_a_restart_and_only_its_hash_is_kept),
        TRIAL(the_shelf_does_not_hold_the_cookie),
        TRIAL(one_browser_may_hold_several_seats),
        TRIAL(nobody_has_no_seats),
        TRIAL(signing_out_closes_the_sockets),
        TRIAL(a_session_ends_after_half_a_year_unless_it_is_used),
        TRIAL(a_session_that_is_not_saved_is_none),
        TRIAL(a_foreign_page_is_refused),
        TRIAL(a_renewed_invite_ends_the_old_one_at_once),
        TRIAL(a_removed_person_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
