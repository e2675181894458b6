/* What the operator asks. */
#include "hub_trial.h"

#include <stdio.h>

#include "base/limits.h"

/* Ask about the trial's set: {"do":verb,"set":…, rest}. */
static const struct answer *ask(struct trial *trial, const char *verb, const char *rest)
{
    char json[1024];
    snprintf(json, sizeof(json), "{\"do\":\"%s\",\"set\":\"%s\"%s}", verb, trial->set, rest);
    size_t index = trial_control(trial, json);
    trial_poll(trial);
    assert_true(trial->answers[index].given);
    return &trial->answers[index];
}

static void a_new_set_has_a_link_for_everybody(void **state)
{
    const struct trial *trial = *state;
    assert_int_equal(strlen(trial->set), 10);
    assert_string_equal(trial->seats[0], "m1");
    assert_string_equal(trial->seats[4], "f1");
    for (size_t i = 0; i < trial->links_count; i++) {
        assert_non_null(strstr(trial->links[i], "https://sets.example/#/join/"));
        for (size_t other = 0; other < i; other++) {
            assert_string_not_equal(trial->links[i], trial->links[other]);
        }
    }
}

static void the_same_links_are_shown_again(void **state)
{
    struct trial *trial = *state;
    const struct answer *answer = ask(trial, "set.links", "");
    assert_int_equal(answer->status, 200);
    for (size_t i = 0; i < trial->links_count; i++) {
        assert_non_null(strstr(answer->body, trial->links[i]));
    }
    const struct answer *other = ask(trial, "set.links", ",\"url\":\"https://other.example/\"");
    assert_non_null(strstr(other->body, "\"https://other.example/#/join/"));
}

static void a_faulty_file_makes_no_set(void **state)
{
    struct trial *trial = *state;
    static const char *const faulty[] = {
        "{\"do\":\"set.create\"}",
        "{\"do\":\"set.create\",\"file\":{}}",
        "{\"do\":\"set.create\",\"file\":{\"name\":\"X\",\"zone\":\"Europe/London\"}}",
        "{\"do\":\"no.such\"}",
        "{\"do\":",
    };
    for (size_t i = 0; i < PS_COUNT(faulty); i++) {
        size_t index = trial_control(trial, faulty[i]);
        trial_poll(trial);
        assert_true(trial->answers[index].given);
        assert_int_equal(trial->answers[index].status, 422);
        assert_non_null(strstr(trial->answers[index].body, "\"error\":\""));
        assert_non_null(strstr(trial->answers[index].body, "\"refusal\":\""));
    }
    assert_int_equal(ps_hub_figures(trial->hub).sets_known, 1);
}

static void a_set_that_is_not_saved_is_none(void **state)
{
    struct trial *trial = *state;
    ps_journal_memory_fault(trial->journal, PS_FAULT_FAIL);
    size_t index = trial_control(
        trial, "{\"do\":\"set.create\",\"file\":{\"name\":\"Two\",\"zone\":\"Europe/London\","
               "\"programme\":{\"name\":\"S\",\"meetings\":6,\"meeting_ms\":5400000,"
               "\"turns_per_meeting\":1,\"advice_ms\":0},"
               "\"facilitators\":[{\"seat\":\"f1\",\"name\":\"F\",\"role\":\"facilitator\"}],"
               "\"members\":[{\"seat\":\"m1\",\"name\":\"A\",\"business\":\"B\","
               "\"sector\":\"C\"}]}}");
    trial_poll(trial);
    assert_int_equal(trial->answers[index].status, 503);
    assert_int_equal(ps_hub_figures(trial->hub).sets_known, 1);
    assert_int_equal(ps_hub_figures(trial->hub).sets_live, 1);
}

static void people_are_added_renamed_and_removed(void **state)
{
    struct trial *trial = *state;
    size_t fay = trial_come(trial, "f1");
    const struct answer *added = ask(
        trial, "seat.add",
        ",\"role\":\"member\",\"name\":\"Eve\",\"business\":\"The forge\",\"sector\":\"Craft\"");
    assert_int_equal(added->status, 200);
    assert_non_null(strstr(added->body, "\"seat\":\"m5\""));
    assert_non_null(strstr(added->body, "/#/join/"));
    trial_find(trial, fay, 0, "Eve");

    const struct answer *renamed = ask(trial, "seat.rename", ",\"seat\":\"m5\",\"name\":\"Eva\"");
    assert_int_equal(renamed->status, 200);
    trial_find(trial, fay, 0, "Eva");

    const struct answer *removed = ask(trial, "seat.remove", ",\"seat\":\"m5\"");
    assert_int_equal(removed->status, 200);
    assert_null(strstr(ask(trial, "set.links", "")->body, "m5"));

    const struct answer *nobody = ask(trial, "seat.rename", ",\"seat\":\"m9\",\"name\":\"X\"");
    assert_int_equal(nobody->status, 422);
    assert_non_null(strstr(nobody->body, "no_such_person"));
}

static void an_invite_is_renewed_or_revoked(void **state)
{
    struct trial *trial = *state;
    const char *cookie = trial_join(trial, "m1");
    size_t ada = trial_connect(trial, cookie, "m1");
    const struct answer *renewed = ask(trial, "invite.renew", ",\"seat\":\"m1\"");
    assert_int_equal(renewed->status, 200);
    assert_non_null(strstr(renewed->body, "/#/join/"));
    assert_null(strstr(renewed->body, trial_token(trial, "m1")));
    assert_int_equal(trial->peers[ada].closed, 4003);

    const struct answer *revoked = ask(trial, "invite.revoke", ",\"seat\":\"m2\"");
    assert_int_equal(revoked->status, 200);
    assert_null(strstr(revoked->body, "/#/join/"));
    size_t old = trial_post(trial, "10.0.0.1", trial_token(trial, "m2"), NULL);
    trial_poll(trial);
    assert_int_equal(trial->answers[old].status, 404);
}

static void an_export_holds_no_words_unless_asked(void **state)
{
    struct trial *trial = *state;
    const struct answer *facts = ask(trial, "export", "");
    assert_int_equal(facts->status, 200);
    assert_null(strstr(facts->body, "Ada"));
    assert_null(strstr(facts->body, "bakery"));
    const struct answer *all = ask(trial, "export", ",\"words\":true");
    assert_non_null(strstr(all->body, "Ada"));
}

static void check_replay_and_list_agree(void **state)
{
    struct trial *trial = *state;
    size_t ada = trial_come(trial, "m1");
    trial_send(trial, ada, "p:1", "you.rename", "{\"name\":\"Ada L.\"}");
    trial_poll(trial);
    char first[80];
    char second[80];

    const struct answer *check = ask(trial, "check", "");
    assert_int_equal(check->status, 200);
    assert_non_null(strstr(check->body, "\"ok\":true"));
    trial_text(check->body, "state", first, sizeof(first));
    trial_text(ask(trial, "replay", "")->body, "state", second, sizeof(second));
    assert_string_equal(first, second);

    size_t list = trial_control(trial, "{\"do\":\"set.list\"}");
    assert_false(trial->answers[list].given); /* people are connected: a set at each tick */
    trial_pass(trial, 10);
    assert_true(trial->answers[list].given);
    assert_non_null(strstr(trial->answers[list].body, "Market Towns"));
}

static void check_finds_what_was_changed(void **state)
{
    struct trial *trial = *state;
    ps_journal_memory_spoil(trial->journal, trial->set, 3);
    const struct answer *check = ask(trial, "check", "");
    assert_int_equal(check->status, 500);
    assert_non_null(strstr(check->body, "\"ok\":false"));
    assert_non_null(strstr(check->body, "record 3"));
}

int main(void)
{
#define TRIAL(name) cmocka_unit_test_setup_teardown(name, trial_setup, trial_teardown)
    const struct CMUnitTest tests[] = {
        TRIAL(a_new_set_has_a_link_for_everybody),
        TRIAL(the_same_links_are_shown_again),
        TRIAL(a_faulty_file_makes_no_set),
        TRIAL(a_set_that_is_not_saved_is_none),
        TRIAL(people_are_added_renamed_and_removed),
        TRIAL(an_invite_is_renewed_or_revoked),
        TRIAL(an_export_holds_no_words_unless_asked),
        TRIAL(check_replay_and_list_agree),
        TRIAL(check_finds_what_was_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
