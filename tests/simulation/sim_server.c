/* sim_server - the hub, the disk under it, and what befalls both. */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

#include "seal/seal.h"

/* ---- the port -------------------------------------------------------------------------------- */

static bool is_a(const char *text, const char *method)
{
    static const char head[] = "{\"jsonrpc\":\"2.0\",\"method\":\"";
    return strncmp(text, head, sizeof(head) - 1) == 0 &&
           strncmp(text + sizeof(head) - 1, method, strlen(method)) == 0;
}

static void do_send(void *context, void *peer, struct ps_frame *frame)
{
    struct sim *sim = context;
    struct sim_socket *socket = peer;
    if (socket->close_code != 0) {
        sim_fail(sim, "a frame after the close of socket %u", socket->serial);
        return;
    }
    if (socket->device == NULL) {
        return; /* nobody reads it any more */
    }
    sim_pipe_put(sim, &socket->down, (const char *)ps_frame_payload(frame), frame->bytes,
                 sim_between(sim, 1, sim_once_in(sim, 12) ? 900 : 60));
    const char *text = socket->down.last->text;
    if (is_a(text, "picture")) {
        socket->down.last->fresh = socket->behind;
        socket->behind = false;
    } else if (socket->behind && !is_a(text, "bye")) {
        sim_fail(sim, "socket %u is behind and is sent %.200s", socket->serial, text);
    }
}

static size_t do_queued(void *context, void *peer)
{
    const struct sim *sim = context;
    struct sim_socket *socket = peer;
    bool slow = socket->stalled_until > sim->now && socket->down.first != NULL;
    socket->behind = socket->behind || slow;
    return slow ? PS_QUEUE_BYTES_MAX + socket->down.bytes : 0; /* so the frame is left out */
}

static void do_close(void *context, void *peer, uint16_t code, const char *reason)
{
    struct sim *sim = context;
    struct sim_socket *socket = peer;
    sim->calm_until = sim->now + SIM_CALM_MS; /* the others are told in a moment */
    sim_trace(context, "the hub closes socket %u: %u %s", socket->serial, code, reason);
    if (socket->close_code != 0) {
        sim_fail(context, "socket %u is closed twice", socket->serial);
    }
    socket->close_code = code;
}

static void do_wake(void *context, struct ps_mono at)
{
    struct sim *sim = context;
    sim->wake_at = at.ms;
}

/* `request`: the device that posted, or the simulation itself for its control commands. */
static void do_reply(void *context, void *request, const struct ps_reply *reply)
{
    struct sim *sim = context;
    if (request == sim) {
        snprintf(sim->create_answer, sizeof(sim->create_answer), "%.*s", (int)reply->body_bytes,
                 reply->body == NULL ? "" : reply->body);
        return;
    }
    sim_device_joined(request, reply->status, reply->set_cookie);
}

static void do_log(void *context, char level, const char *line)
{
    struct sim *sim = context;
    sim_trace(sim, "log %c %s", level, line);
    if (strstr(line, "quarantined") != NULL || strstr(line, "larger than its limit") != NULL) {
        sim_fail(sim, "%s", line);
    }
}

/* ---- start and end --------------------------------------------------------------------------- */

void sim_server_start(struct sim *sim)
{
    const struct ps_port port = {.context = sim,
                                 .send = do_send,
                                 .queued = do_queued,
                                 .close = do_close,
                                 .wake = do_wake,
                                 .reply = do_reply,
                                 .log = do_log};
    const struct ps_hub_config config = {.url = "https://sets.example",
                                         .secure_cookies = true,
                                         .commands_per_second = 20,
                                         .commands_burst = 60,
                                         .sockets_per_seat = 3};
    ps_seal_fake_seed(sim->seed + sim->crashes * 1000003U);
    sim->start_at = sim->wake_at = SIM_NEVER;
    sim->hub = ps_hub_create(&config, sim->journal, &port, (struct ps_mono){.ms = sim->now},
                             sim->wall_skew + (int64_t)sim->now);
    if (sim->hub == NULL || ps_hub_load(sim->hub) != PS_OK) {
        sim_fail(sim, "the hub does not start");
    }
    sim_trace(sim, "the server runs");
}

static void went_down(struct sim *sim)
{
    ps_hub_destroy(sim->hub);
    sim->hub = NULL;
    sim->wake_at = sim->poll_at = SIM_NEVER;
    sim->crashes += 1;
    sim->start_at = sim->now + sim_between(sim, 200, sim_once_in(sim, 3) ? 60000 : 4000);
    if (sim_once_in(sim, 3)) {
        sim->wall_skew += (int64_t)sim_below(sim, 7200000) - 3600000; /* the wall clock is set */
    }
    for (uint32_t i = 0; i < sim->people_count; i++) {
        for (uint32_t n = 0; n < SIM_DEVICES; n++) {
            struct sim_device *device = &sim->people[i].devices[n];
            bool waited = device->socket != NULL || device->joining;
            device->socket = NULL;
            device->joining = false;
            if (waited && device->retry_at == SIM_NEVER) {
                device->retry_at = sim->now + sim_between(sim, 100, 9000);
            }
        }
    }
    sim_links_reset(sim);
}

void sim_server_crash(struct sim *sim)
{
    sim_trace(sim, "the server crashes");
    ps_journal_memory_crash(sim->journal);
    ps_journal_memory_fault(sim->journal, PS_FAULT_NONE);
    went_down(sim);
}

void sim_server_stop(struct sim *sim)
{
    sim_trace(sim, "the server is stopped");
    ps_journal_memory_fault(sim->journal, PS_FAULT_NONE);
    ps_hub_stop(sim->hub);
    ps_journal_flush(sim->journal);
    if (!ps_hub_idle(sim->hub)) {
        sim_fail(sim, "the hub is not idle after its stop");
    }
    went_down(sim);
}

/* ---- founding -------------------------------------------------------------------------------- */

static void add_people(struct sim *sim, struct ps_text *text)
{
    char one[200];
    ps_text_add_string(text,
                       "\"facilitators\":["
                       "{\"seat\":\"f1\",\"name\":\"Fay\",\"role\":\"facilitator\"},"
                       "{\"seat\":\"f2\",\"name\":\"Dee\",\"role\":\"deputy\"}],\"members\":[");
    bool together = sim_once_in(sim, 3); /* m1 and m2 run one business */
    for (uint32_t i = 2; i < sim->people_count; i++) {
        snprintf(one, sizeof(one),
                 "%s{\"seat\":\"%s\",\"name\":\"Member %u\",\"business\":\"Shop "
                 "%u\",\"sector\":\"Trade\"}",
                 i > 2 ? "," : "", sim->people[i].seat, i, together && i == 3 ? 2U : i);
        ps_text_add_string(text, one);
    }
    ps_text_add_string(text, "]");
}

static void add_meeting(struct sim *sim, struct ps_text *text)
{
    static const char *const plans[] = {
        ",\"template\":\"ninety_minutes\"",
        ",\"template\":\"two_hours\"",
        ",\"meeting\":{\"planned_ms\":5400000,\"stages\":["
        "{\"kind\":\"check_in\",\"planned_ms\":600000},{\"kind\":\"agenda\",\"planned_ms\":120000},"
        "{\"kind\":\"presenter_turn\",\"planned_ms\":2100000},"
        "{\"kind\":\"presenter_turn\",\"planned_ms\":1800000},"
        "{\"kind\":\"close\",\"planned_ms\":300000}]}",
        ",\"meeting\":{\"planned_ms\":3600000,\"stages\":["
        "{\"kind\":\"open\",\"planned_ms\":60000},{\"kind\":\"open_talk\",\"planned_ms\":900000},"
        "{\"kind\":\"agenda\",\"planned_ms\":120000},{\"kind\":\"presenter_turn\",\"planned_ms\":"
        "1800000},"
        "{\"kind\":\"break\",\"planned_ms\":120000},{\"kind\":\"close\",\"planned_ms\":300000}]}",
    };
    static const char *const modes[] = {"rotation", "bid", "agreed"};
    char more[120];
    ps_text_add_string(text, plans[sim_below(sim, 4)]);
    snprintf(more, sizeof(more), ",\"rotation\":{\"mode\":\"%s\"}", modes[sim_below(sim, 3)]);
    ps_text_add_string(text, more);
    if (sim->pace > 1) {
        snprintf(more, sizeof(more), ",\"rehearsal\":true,\"pace\":%u", sim->pace);
        ps_text_add_string(text, more);
    }
}

static void take_links(struct sim *sim)
{
    json_t *answer = json_loads(sim->create_answer, 0, NULL);
    const char *set = json_string_value(json_object_get(answer, "set"));
    const json_t *invites = json_object_get(answer, "invites");
    if (set == NULL || json_array_size(invites) != sim->people_count) {
        sim_fail(sim, "the set is not founded: %.300s", sim->create_answer);
    } else {
        snprintf(sim->set, sizeof(sim->set), "%s", set);
    }
    for (size_t i = 0; i < json_array_size(invites); i++) {
        const json_t *one = json_array_get(invites, i);
        const char *seat = json_string_value(json_object_get(one, "seat"));
        const char *link = json_string_value(json_object_get(one, "link"));
        const char *token = link == NULL ? NULL : strstr(link, "/#/join/");
        for (uint32_t n = 0; seat != NULL && token != NULL && n < sim->people_count; n++) {
            if (strcmp(sim->people[n].seat, seat) == 0) {
                snprintf(sim->people[n].invite, sizeof(sim->people[n].invite), "%s", token + 8);
            }
        }
    }
    json_decref(answer);
}

void sim_server_found(struct sim *sim)
{
    static char file[16 * 1024];
    struct ps_text text = ps_text_into(file, sizeof(file));
    ps_text_add_string(&text, "{\"do\":\"set.create\",\"file\":{\"name\":\"Market Towns\","
                              "\"zone\":\"Europe/London\",\"programme\":{\"name\":\"Spring\","
                              "\"meetings\":6,\"meeting_ms\":5400000,\"turns_per_meeting\":2,"
                              "\"advice_ms\":10800000},");
    add_people(sim, &text);
    add_meeting(sim, &text);
    ps_text_add_string(&text, "}}");
    ps_hub_control(sim->hub, sim, text.bytes, text.used);
    ps_journal_flush(sim->journal);
    take_links(sim);
    sim_trace(sim, "set %s, %u people, pace %u", sim->set, sim->people_count, sim->pace);
}

/* ---- what is due ----------------------------------------------------------------------------- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t sim_server_next(const struct sim *sim)
{
    if (sim->hub == NULL) {
        return sim->start_at;
    }
    uint64_t at = earlier(sim->wake_at, sim->poll_at);
    return sim->calm
               ? at
               : earlier(at, earlier(sim->fault_at, earlier(sim->fault_end_at, sim->crash_at)));
}

void sim_server_heal(struct sim *sim)
{
    ps_journal_memory_fault(sim->journal, PS_FAULT_NONE);
    sim->fault_end_at = SIM_NEVER;
    sim->poll_at = sim->hub == NULL ? SIM_NEVER : sim->now; /* what was held or silent goes on */
}

static void fault_step(struct sim *sim)
{
    static const char *const words[] = {"none", "fail", "hold", "mute"};
    if (sim->fault_end_at <= sim->now) {
        sim_trace(sim, "the disk is well again");
        sim_server_heal(sim);
        sim->fault_at = sim->now + sim_between(sim, 5000, 90000);
    }
    if (sim->fault_at <= sim->now) {
        enum ps_journal_fault fault = (enum ps_journal_fault)(1 + sim_below(sim, 3));
        sim_trace(sim, "the disk: %s", words[fault]);
        ps_journal_memory_fault(sim->journal, fault);
        sim->fault_at = SIM_NEVER;
        sim->fault_end_at = sim->now + sim_between(sim, 20, sim_once_in(sim, 3) ? 8000 : 600);
    }
}

static void crash_step(struct sim *sim)
{
    if (sim->crash_at > sim->now) {
        return;
    }
    sim->crashes_left -= 1;
    sim->crash_at = sim->crashes_left == 0 ? SIM_NEVER : sim->now + sim_between(sim, 500, 200000);
    if (sim_once_in(sim, 4)) {
        sim_server_stop(sim);
    } else {
        sim_server_crash(sim);
    }
}

void sim_server_step(struct sim *sim)
{
    if (sim->hub == NULL && sim->start_at <= sim->now) {
        sim_server_start(sim);
    }
    if (sim->hub == NULL) {
        return;
    }
    if (sim->wake_at <= sim->now) {
        sim->wake_at = SIM_NEVER;
    }
    ps_hub_tick(sim->hub, (struct ps_mono){.ms = sim->now});
    if (sim->poll_at <= sim->now) {
        sim->poll_at = SIM_NEVER;
        ps_journal_poll(sim->journal);
    }
    if (!sim->calm) {
        fault_step(sim);
        crash_step(sim);
    }
}

void sim_server_watch_disk(struct sim *sim)
{
    if (sim->hub != NULL && sim->poll_at == SIM_NEVER &&
        ps_journal_figures(sim->journal).waiting > 0) {
        sim->poll_at = sim->now + sim_between(sim, 1, 25);
    }
}
