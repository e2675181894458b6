/* A walk without a plan: people come, go, speak, repeat, hang behind; the disk fails, the server
 * dies. What a browser holds after its patches must equal the whole picture, at every moment
 * somebody looks. */
#include "hub_trial.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/limits.h"
#include "base/prng.h"
#include "base/text.h"

enum { STEPS = 1500, BROWSERS = 12 };

struct browser {
    bool open;
    size_t peer;
    size_t read; /* frames of the peer that were taken in */
    json_t *picture;
    int64_t seq;
    int requests; /* N of the last request */
    int page;
    const char *seat;
    char cookie[128];
};

struct walk {
    struct trial *trial;
    struct ps_prng prng;
    struct browser browsers[BROWSERS];
    size_t compared;
    bool comparing; /* nobody is behind, nothing is on its way */
    size_t results;
    size_t patches;
};

static const char *const seats[] = {"f1", "m1", "m2", "m3", "m4", "f1",
                                    "m1", "m2", "m3", "m4", "f1", "m1"};

/* RFC 7396: changes `target` (an object). */
static void merge(json_t *target, json_t *patch)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(patch, key, value)
    {
        if (json_is_null(value)) {
            json_object_del(target, key);
        } else if (json_is_object(value)) {
            json_t *under = json_object_get(target, key);
            if (!json_is_object(under)) {
                json_object_set_new(target, key, json_object());
                under = json_object_get(target, key);
            }
            merge(under, value);
        } else {
            json_object_set(target, key, value);
        }
    }
}

static void print_part(const char *what, const char *part, const json_t *json)
{
    char *text = json_dumps(json, JSON_SORT_KEYS);
    print_error("%s %s: %s\n", what, part, text == NULL ? "nothing" : text);
    free(text);
}

static void expect_equal(const struct browser *browser, json_t *held, json_t *whole)
{
    if (json_equal(held, whole)) {
        return;
    }
    print_error("seat %s at %lld\n", browser->seat, (long long)browser->seq);
    const char *part = NULL;
    json_t *right = NULL;
    json_object_foreach(whole, part, right)
    {
        if (!json_equal(right, json_object_get(held, part))) {
            print_part("held ", part, json_object_get(held, part));
            print_part("right", part, right);
        }
    }
    json_object_foreach(held, part, right)
    {
        if (json_object_get(whole, part) == NULL) {
            print_part("held, and should not", part, right);
        }
    }
    fail();
}

/* Take in one frame as a browser would. */
static void take(struct walk *walk, struct browser *browser, const char *text)
{
    json_t *frame = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(frame);
    const char *method = json_string_value(json_object_get(frame, "method"));
    json_t *params = json_object_get(frame, "params");
    if (method != NULL && strcmp(method, "picture") == 0) {
        json_t *whole = json_object_get(params, "picture");
        int64_t seq = json_integer_value(json_object_get(params, "seq"));
        /* What was not sent since changes nothing in this viewer's picture: equal at a higher seq
         * too. */
        if (browser->picture != NULL && walk->comparing) {
            json_t *held = json_deep_copy(browser->picture);
            json_t *right = json_deep_copy(whole);
            expect_equal(browser, held, right);
            json_decref(held);
            json_decref(right);
            walk->compared += 1;
        }
        json_decref(browser->picture);
        browser->picture = json_deep_copy(whole);
        browser->seq = seq;
    } else if (method != NULL && strcmp(method, "patch") == 0) {
        assert_int_equal(json_integer_value(json_object_get(params, "from")), browser->seq);
        assert_true(json_object_size(json_object_get(params, "patch")) > 0);
        merge(browser->picture, json_object_get(params, "patch"));
        browser->seq = json_integer_value(json_object_get(params, "seq"));
        walk->patches += 1;
    } else if (json_object_get(frame, "result") != NULL) {
        walk->results += 1;
        int64_t seq = json_integer_value(json_object_get(json_object_get(frame, "result"), "seq"));
        (void)seq;
    }
    json_decref(frame);
}

static void read_all(struct walk *walk)
{
    for (size_t i = 0; i < BROWSERS; i++) {
        struct browser *browser = &walk->browsers[i];
        const struct peer *peer = &walk->trial->peers[browser->peer];
        for (; browser->open && browser->read < peer->count; browser->read++) {
            take(walk, browser, peer->frames[browser->read]);
        }
        if (browser->open && peer->closed != 0) {
            trial_close(walk->trial, browser->peer);
            browser->open = false;
        }
    }
}

static void close_browser(struct walk *walk, struct browser *browser)
{
    if (browser->open) {
        trial_close(walk->trial, browser->peer);
        browser->open = false;
    }
}

/* A slot of a peer that is not connected any more, emptied. */
static size_t free_peer(struct trial *trial)
{
    for (size_t i = 0; i < trial->peers_count; i++) {
        struct peer *peer = &trial->peers[i];
        if (peer->conn == NULL) {
            trial_forget_peer(trial, i);
            return i;
        }
    }
    assert_true(trial->peers_count < PEERS_MAX);
    return trial->peers_count++;
}

static void open_browser(struct walk *walk, struct browser *browser)
{
    char text[64];
    struct trial *trial = walk->trial;
    snprintf(text, sizeof(text), "%s.%s", trial->set, browser->seat);
    browser->peer = free_peer(trial);
    struct peer *peer = &trial->peers[browser->peer];
    peer->conn = ps_hub_attach(trial->hub, peer, browser->cookie, text);
    if (peer->conn == NULL) {
        return; /* removed from the set */
    }
    browser->open = true;
    browser->read = 0;
    browser->page += 1;
    browser->requests = 0;
    json_decref(browser->picture);
    browser->picture = NULL;
    browser->seq = -1;
}

/* Something to ask; %p is the phase that is seen, %s a seat. */
static const char *const requests[][2] = {
    {"meeting.open", "{}"},
    {"meeting.start", "{}"},
    {"meeting.start", "{}"},
    {"stage.next", "{\"expect\":\"%p\"}"},
    {"stage.next", "{\"expect\":\"%p\"}"},
    {"turn.next", "{\"expect\":\"%p\"}"},
    {"turn.next", "{\"expect\":\"%p\"}"},
    {"turn.ready", "{\"expect\":\"%p\"}"},
    {"say", "{\"text\":\"What would happen if you did not?\"}"},
    {"say", "{\"text\":\"\xC3\xA7\xC3\xA0 va \xF0\x9F\x8E\x89 \\\"quoted\\\"\"}"},
    {"round.done", "{\"expect\":\"%p\"}"},
    {"round.pass", "{\"expect\":\"%p\"}"},
    {"floor.next", "{\"expect\":\"%p\"}"},
    {"floor.take", "{}"},
    {"floor.yield", "{}"},
    {"floor.undo", "{}"},
    {"floor.grant", "{\"seat\":\"%s\",\"expect\":\"%p\"}"},
    {"hand.raise", "{\"kind\":\"question\",\"text\":\"Why?\"}"},
    {"hand.raise", "{\"kind\":\"offer\"}"},
    {"hand.raise", "{\"kind\":\"process\"}"},
    {"hand.lower", "{}"},
    {"clock.pause", "{\"expect\":\"%p\"}"},
    {"clock.resume", "{\"expect\":\"%p\"}"},
    {"clock.extend", "{\"ms\":60000,\"expect\":\"%p\"}"},
    {"bid.place", "{\"issue\":\"Do I close the second shop?\",\"urgency\":3}"},
    {"bid.pass", "{}"},
    {"agenda.agree", "{\"expect\":\"%p\"}"},
    {"commitment.make", "{\"text\":\"I ring the bank\",\"due\":\"next_meeting\",\"desire\":4,"
                        "\"intention\":5,\"witness\":\"%s\"}"},
    {"recognition.give", "{\"to\":\"%s\",\"kind\":\"deep_listening\",\"reason\":\"You heard it\"}"},
    {"lease.offer", "{\"seat\":\"%s\"}"},
    {"lease.take", "{}"},
    {"help.ask", "{\"text\":\"I am lost\"}"},
    {"help.clear", "{\"seat\":\"%s\"}"},
    {"you.rename", "{\"name\":\"Somebody\"}"},
    {"you.rename", "{\"name\":\"Nobody else\"}"},
    {"presence.away", "{\"on\":true}"},
    {"presence.away", "{\"on\":false}"},
    {"seat.here", "{}"},
    {"picture.get", "{}"},
    {"picture.get", "{}"},
    {"time.sync", "{\"t0\":3}"},
    {"turn.stop", "{\"expect\":\"%p\"}"},
    {"stage.reopen", "{\"expect\":\"%p\"}"},
    {"meeting.close", "{}"},
    {"meeting.reopen", "{}"},
};

static void fill_in(const char *form, const char *phase, const char *seat, char *ret, size_t room)
{
    struct ps_text text = ps_text_into(ret, room);
    for (const char *at = form; *at != '\0'; at++) {
        if (at[0] == '%') {
            at += 1;
            ps_text_add_string(&text, *at == 'p' ? phase : seat);
        } else {
            ps_text_add_char(&text, *at);
        }
    }
    ps_text_add_char(&text, '\0');
    assert_false(text.full);
}

/* Mostly something that the screen offers; sometimes anything. */
static size_t choose(struct walk *walk, const struct browser *browser)
{
    const json_t *may = json_object_get(json_object_get(browser->picture, "you"), "may");
    size_t which = ps_prng_below(&walk->prng, PS_COUNT(requests));
    for (int tries = 0; tries < 40 && ps_prng_below(&walk->prng, 20) > 0; tries++) {
        if (json_object_get(may, requests[which][0]) != NULL) {
            return which;
        }
        which = ps_prng_below(&walk->prng, PS_COUNT(requests));
    }
    return which;
}

static void ask(struct walk *walk, struct browser *browser)
{
    size_t which = choose(walk, browser);
    const char *phase = json_string_value(
        json_object_get(json_object_get(browser->picture, "activity"), "phase_id"));
    char params[512];
    char id[32];
    fill_in(requests[which][1], phase == NULL ? "p1" : phase,
            seats[ps_prng_below(&walk->prng, PS_COUNT(seats))], params, sizeof(params));
    browser->requests += ps_prng_below(&walk->prng, 20) == 0 && browser->requests > 0 ? 0 : 1;
    snprintf(id, sizeof(id), "w%zu-%d:%d", (size_t)(browser - walk->browsers), browser->page,
             browser->requests);
    trial_send(walk->trial, browser->peer, id, requests[which][0], params);
}

static void crash(struct walk *walk)
{
    for (size_t i = 0; i < BROWSERS; i++) {
        walk->browsers[i].open = false;
    }
    trial_crash(walk->trial, 1 + ps_prng_below(&walk->prng, 5000));
}

static void step(struct walk *walk)
{
    struct browser *browser = &walk->browsers[ps_prng_below(&walk->prng, BROWSERS)];
    struct trial *trial = walk->trial;
    uint64_t what = ps_prng_below(&walk->prng, 1000);
    if (what < 3) {
        crash(walk);
    } else if (what < 10) {
        ps_journal_memory_fault(trial->journal, PS_FAULT_FAIL);
        if (browser->open) {
            ask(walk, browser);
        }
        trial_pass(trial, 50);
        ps_journal_memory_fault(trial->journal, PS_FAULT_NONE);
    } else if (what < 30 && browser->open) {
        close_browser(walk, browser);
    } else if (what < 60 && browser->open) {
        trial->peers[browser->peer].queued = PS_QUEUE_BYTES_MAX;
    } else if (what < 120 && browser->open) {
        trial->peers[browser->peer].queued = 0;
        ps_hub_drained(trial->hub, trial->peers[browser->peer].conn);
    } else if (what < 250) {
        trial_pass(trial, ps_prng_below(&walk->prng, 4000));
    } else if (what < 260) {
        trial_pass(trial, ps_prng_below(&walk->prng, 120000));
    } else if (browser->open) {
        ask(walk, browser);
    } else {
        open_browser(walk, browser);
    }
    if (ps_prng_below(&walk->prng, 3) > 0) {
        trial_poll(trial);
    }
    read_all(walk);
}

/* Everybody catches up and asks for the whole picture: it must be what they hold. */
static void compare_all(struct walk *walk)
{
    trial_pass(walk->trial, 5000);
    read_all(walk);
    size_t open = 0;
    for (size_t i = 0; i < BROWSERS; i++) {
        struct browser *browser = &walk->browsers[i];
        if (browser->open) {
            walk->trial->peers[browser->peer].queued = 0;
            ps_hub_drained(walk->trial->hub, walk->trial->peers[browser->peer].conn);
        }
    }
    read_all(walk);
    for (size_t i = 0; i < BROWSERS; i++) {
        struct browser *browser = &walk->browsers[i];
        if (!browser->open) {
            continue;
        }
        open += 1;
        char id[32];
        snprintf(id, sizeof(id), "w%zu-%d:%d", i, browser->page, ++browser->requests);
        trial_send(walk->trial, browser->peer, id, "picture.get", "{}");
    }
    size_t compared = walk->compared;
    walk->comparing = true;
    read_all(walk);
    walk->comparing = false;
    assert_int_equal(walk->compared - compared, open);
}

static void walk_seed(uint64_t seed)
{
    void *state = NULL;
    trial_setup(&state);
    struct walk *walk = calloc(1, sizeof(*walk));
    assert_non_null(walk);
    walk->trial = state;
    walk->prng = ps_prng_seed(seed);
    for (size_t i = 0; i < BROWSERS; i++) {
        walk->browsers[i].seat = seats[i];
        snprintf(walk->browsers[i].cookie, sizeof(walk->browsers[i].cookie), "%s",
                 trial_join(walk->trial, seats[i]));
    }
    for (int i = 0; i < STEPS; i++) {
        step(walk);
        if (i % 10 == 9) {
            compare_all(walk);
        }
    }
    size_t check = trial_control(walk->trial, "{\"do\":\"check\"}");
    trial_pass(walk->trial, 100);
    if (walk->trial->answers[check].status != 200) {
        print_error("%s\n", walk->trial->answers[check].body);
    }
    assert_int_equal(walk->trial->answers[check].status, 200);
    assert_int_equal(ps_hub_figures(walk->trial->hub).sets_quarantined, 0);
    assert_true(walk->compared > 20 && walk->results > 100 && walk->patches > 100);
    for (size_t i = 0; i < BROWSERS; i++) {
        json_decref(walk->browsers[i].picture);
    }
    free(walk);
    trial_teardown(&state);
}

static void patched_equals_whole_whatever_happens(void **state)
{
    (void)state;
    const char *given = getenv("PEERSET_WALK_SEED");
    if (given != NULL) {
        walk_seed(strtoull(given, NULL, 10));
        return;
    }
    for (uint64_t seed = 1; seed <= 12; seed++) {
        print_message("# seed %u\n", (unsigned)seed);
        walk_seed(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patched_equals_whole_whatever_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
