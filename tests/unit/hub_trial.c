#include "hub_trial.h"

#include <stdio.h>
#include <stdlib.h>

#include "seal/seal.h"

static const char set_file[] =
    "{\"do\":\"set.create\",\"file\":{\"name\":\"Market Towns\",\"zone\":\"Europe/London\","
    "\"programme\":{\"name\":\"Spring\",\"meetings\":6,\"meeting_ms\":5400000,"
    "\"turns_per_meeting\":1,\"advice_ms\":10800000},"
    "\"facilitators\":[{\"seat\":\"f1\",\"name\":\"Fay\",\"role\":\"facilitator\"}],"
    "\"members\":["
    "{\"seat\":\"m1\",\"name\":\"Ada\",\"business\":\"The bakery\",\"sector\":\"Food\"},"
    "{\"seat\":\"m2\",\"name\":\"Ben\",\"business\":\"The campsite\",\"sector\":\"Tourism\"},"
    "{\"seat\":\"m3\",\"name\":\"Cleo\",\"business\":\"The bookshop\",\"sector\":\"Retail\"},"
    "{\"seat\":\"m4\",\"name\":\"Dai\",\"business\":\"The inn\",\"sector\":\"Tourism\"}],"
    "\"rotation\":{\"mode\":\"rotation\",\"places\":[\"m1\",\"m2\",\"m3\",\"m4\"]}}}";

/* ---- the port -------------------------------------------------------------------------------- */

static void do_send(void *context, void *peer_pointer, struct ps_frame *frame)
{
    struct peer *peer = peer_pointer;
    (void)context;
    assert_int_equal(peer->closed, 0);
    assert_true(peer->count < FRAMES_MAX);
    char *text = malloc((size_t)frame->bytes + 1);
    assert_non_null(text);
    memcpy(text, ps_frame_payload(frame), frame->bytes);
    text[frame->bytes] = '\0';
    ps_frame_hold(frame);
    peer->buffers[peer->count] = frame;
    peer->frames[peer->count++] = text;
}

static size_t do_queued(void *context, void *peer_pointer)
{
    const struct peer *peer = peer_pointer;
    (void)context;
    return peer->queued;
}

static void do_close(void *context, void *peer_pointer, uint16_t code, const char *reason)
{
    struct peer *peer = peer_pointer;
    (void)context;
    assert_int_equal(peer->closed, 0);
    peer->closed = code;
    snprintf(peer->reason, sizeof(peer->reason), "%s", reason);
}

static void do_wake(void *context, struct ps_mono at)
{
    struct trial *trial = context;
    trial->wake = at.ms;
}

static void do_reply(void *context, void *request, const struct ps_reply *reply)
{
    struct answer *answer = request;
    (void)context;
    assert_false(answer->given);
    answer->given = true;
    answer->status = reply->status;
    answer->retry_after_s = reply->retry_after_s;
    answer->body = calloc(1, reply->body_bytes + 1);
    assert_non_null(answer->body);
    if (reply->body_bytes > 0) {
        memcpy(answer->body, reply->body, reply->body_bytes);
    }
    if (reply->set_cookie != NULL) {
        snprintf(answer->set_cookie, sizeof(answer->set_cookie), "%s", reply->set_cookie);
        const char *value = strchr(reply->set_cookie, '=') + 1;
        snprintf(answer->cookie, sizeof(answer->cookie), "%.*s", (int)strcspn(value, ";"), value);
    }
}

static void do_log(void *context, char level, const char *line)
{
    struct trial *trial = context;
    trial->errors_logged += level == 'e' ? 1 : 0;
    if (getenv("PEERSET_TRIAL_LOG") != NULL) {
        fprintf(stderr, "# %c %s\n", level, line);
    }
}

/* ---- the world ------------------------------------------------------------------------------- */

static void start_hub(struct trial *trial)
{
    const struct ps_port port = {.context = trial,
                                 .send = do_send,
                                 .queued = do_queued,
                                 .close = do_close,
                                 .wake = do_wake,
                                 .reply = do_reply,
                                 .log = do_log};
    const struct ps_hub_config config = {.url = "https://sets.example",
                                         .secure_cookies = true,
                                         .commands_per_second = 10,
                                         .commands_burst = 30,
                                         .sockets_per_seat = 3};
    trial->wake = UINT64_MAX;
    trial->hub = ps_hub_create(&config, trial->journal, &port, (struct ps_mono){.ms = trial->now},
                               trial->wall + (int64_t)trial->now);
    assert_non_null(trial->hub);
    assert_int_equal(ps_hub_load(trial->hub), PS_OK);
    trial_poll(trial);
}

struct trial *trial_create(void)
{
    struct trial *trial = calloc(1, sizeof(*trial));
    assert_non_null(trial);
    ps_seal_fake_seed(7);
    trial->now = 1000;
    trial->wall = 1700000000000;
    trial->journal = ps_journal_memory_create();
    start_hub(trial);
    return trial;
}

void trial_forget_peer(struct trial *trial, size_t index)
{
    struct peer *peer = &trial->peers[index];
    for (size_t n = 0; n < peer->count; n++) {
        struct ps_frame *frame = NULL;
        memcpy(&frame, &peer->buffers[n], sizeof(frame));
        ps_frame_release(frame);
        free(peer->frames[n]);
    }
    peer->count = 0;
    peer->conn = NULL;
    peer->queued = 0;
    peer->closed = 0;
}

static void forget_peers(struct trial *trial)
{
    for (size_t i = 0; i < trial->peers_count; i++) {
        trial_forget_peer(trial, i);
    }
}

void trial_destroy(struct trial *trial)
{
    if (trial->journal != NULL) {
        ps_journal_memory_fault(trial->journal, PS_FAULT_NONE);
        ps_journal_flush(trial->journal);
    }
    ps_hub_destroy(trial->hub);
    ps_journal_close(trial->journal);
    forget_peers(trial);
    for (size_t i = 0; i < trial->answers_count; i++) {
        free(trial->answers[i].body);
    }
    free(trial);
}

void trial_crash(struct trial *trial, uint64_t ms)
{
    ps_journal_memory_crash(trial->journal);
    ps_journal_memory_fault(trial->journal, PS_FAULT_NONE);
    ps_hub_destroy(trial->hub);
    forget_peers(trial);
    trial->peers_count = 0;
    trial->now += ms;
    start_hub(trial);
}

void trial_poll(struct trial *trial)
{
    /* A completion may hand in the next append: until nothing moves any more. */
    for (int i = 0; i < 50; i++) {
        ps_journal_poll(trial->journal);
    }
}

void trial_pass(struct trial *trial, uint64_t ms)
{
    uint64_t until = trial->now + ms;
    trial_poll(trial);
    for (int i = 0; i < 100000 && trial->now < until; i++) {
        uint64_t next = trial->wake < until ? trial->wake : until;
        trial->now = next > trial->now ? next : trial->now;
        trial->wake = trial->wake <= trial->now ? UINT64_MAX : trial->wake;
        ps_hub_tick(trial->hub, (struct ps_mono){.ms = trial->now});
        trial_poll(trial);
    }
    assert_int_equal(trial->now, until);
}

size_t trial_control(struct trial *trial, const char *json)
{
    assert_true(trial->answers_count < REPLIES_MAX);
    size_t index = trial->answers_count++;
    ps_hub_control(trial->hub, &trial->answers[index], json, strlen(json));
    return index;
}

size_t trial_post(struct trial *trial, const char *address, const char *token, const char *cookie)
{
    char body[512];
    assert_true(trial->answers_count < REPLIES_MAX);
    size_t index = trial->answers_count++;
    int count = snprintf(body, sizeof(body), "{\"invite\":\"%s\"}", token);
    ps_hub_session(trial->hub, &trial->answers[index], PS_HTTP_POST, address, cookie, true, body,
                   (size_t)count);
    return index;
}

static void keep_links(struct trial *trial, const char *body)
{
    trial_text(body, "set", trial->set, sizeof(trial->set));
    trial->links_count = 0;
    for (const char *at = strstr(body, "\"seat\":"); at != NULL; at = strstr(at + 1, "\"seat\":")) {
        size_t i = trial->links_count++;
        trial_text(at, "seat", trial->seats[i], sizeof(trial->seats[i]));
        trial_text(at, "link", trial->links[i], sizeof(trial->links[i]));
    }
}

int trial_setup(void **state)
{
    struct trial *trial = trial_create();
    size_t answer = trial_control(trial, set_file);
    trial_poll(trial);
    assert_true(trial->answers[answer].given);
    if (trial->answers[answer].status != 200) {
        print_error("%s\n", trial->answers[answer].body);
    }
    assert_int_equal(trial->answers[answer].status, 200);
    keep_links(trial, trial->answers[answer].body);
    assert_int_equal(trial->links_count, 5);
    *state = trial;
    return 0;
}

int trial_teardown(void **state)
{
    trial_destroy(*state);
    return 0;
}

/* ---- people ---------------------------------------------------------------------------------- */

const char *trial_token(const struct trial *trial, const char *seat)
{
    for (size_t i = 0; i < trial->links_count; i++) {
        if (strcmp(trial->seats[i], seat) == 0) {
            return strstr(trial->links[i], "/#/join/") + strlen("/#/join/");
        }
    }
    fail_msg("no link for %s", seat);
    return NULL;
}

const char *trial_join(struct trial *trial, const char *seat)
{
    size_t answer = trial_post(trial, "10.0.0.1", trial_token(trial, seat), NULL);
    trial_poll(trial);
    assert_int_equal(trial->answers[answer].status, 200);
    return trial->answers[answer].cookie;
}

size_t trial_connect(struct trial *trial, const char *cookie, const char *seat)
{
    char text[64];
    assert_true(trial->peers_count < PEERS_MAX);
    size_t index = trial->peers_count++;
    snprintf(text, sizeof(text), "%s.%s", trial->set, seat);
    assert_int_equal(ps_hub_may_connect(trial->hub, cookie, text, true), 101);
    trial->peers[index].conn = ps_hub_attach(trial->hub, &trial->peers[index], cookie, text);
    assert_non_null(trial->peers[index].conn);
    return index;
}

size_t trial_come(struct trial *trial, const char *seat)
{
    size_t peer = trial_connect(trial, trial_join(trial, seat), seat);
    trial_pass(trial, 1000);
    return peer;
}

void trial_close(struct trial *trial, size_t peer)
{
    ps_hub_detach(trial->hub, trial->peers[peer].conn);
    trial->peers[peer].conn = NULL;
}

void trial_send(struct trial *trial, size_t peer, const char *id, const char *method,
                const char *params)
{
    char text[16 * 1024];
    int count = snprintf(text, sizeof(text),
                         "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"%s\",\"params\":%s}", id,
                         method, params);
    ps_hub_receive(trial->hub, trial->peers[peer].conn, text, (size_t)count);
}

/* ---- frames ---------------------------------------------------------------------------------- */

size_t trial_count(const struct trial *trial, size_t peer, size_t from, const char *part)
{
    size_t count = 0;
    for (size_t i = from; i < trial->peers[peer].count; i++) {
        count += strstr(trial->peers[peer].frames[i], part) != NULL ? 1 : 0;
    }
    return count;
}

size_t trial_find(const struct trial *trial, size_t peer, size_t from, const char *part)
{
    for (size_t i = from; i < trial->peers[peer].count; i++) {
        if (strstr(trial->peers[peer].frames[i], part) != NULL) {
            return i;
        }
    }
    for (size_t i = from; i < trial->peers[peer].count; i++) {
        print_error("frame %zu: %s\n", i, trial->peers[peer].frames[i]);
    }
    fail_msg("no frame holds %s", part);
    return 0;
}

const char *trial_frame(const struct trial *trial, size_t peer, size_t index)
{
    assert_true(index < trial->peers[peer].count);
    return trial->peers[peer].frames[index];
}

const char *trial_last(const struct trial *trial, size_t peer)
{
    assert_true(trial->peers[peer].count > 0);
    return trial->peers[peer].frames[trial->peers[peer].count - 1];
}

int64_t trial_number(const char *frame, const char *name)
{
    char key[64];
    snprintf(key, sizeof(key), "\"%s\":", name);
    const char *at = strstr(frame, key);
    assert_non_null(at);
    return strtoll(at + strlen(key), NULL, 10);
}

void trial_text(const char *frame, const char *name, char *ret, size_t room)
{
    char key[64];
    snprintf(key, sizeof(key), "\"%s\":\"", name);
    const char *at = strstr(frame, key);
    assert_non_null(at);
    at += strlen(key);
    snprintf(ret, room, "%.*s", (int)strcspn(at, "\""), at);
}
