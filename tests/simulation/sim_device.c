/* sim_device - a browser as it ought to be: it believes only what it was sent, in order, and is
 * strict about what the protocol promises. */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

/* ---- JSON ------------------------------------------------------------------------------------ */

json_t *sim_look(json_t *picture, const char *path)
{
    json_t *at = picture;
    while (at != NULL && *path != '\0') {
        char key[64];
        size_t count = strcspn(path, ".");
        snprintf(key, sizeof(key), "%.*s", (int)count, path);
        at = json_object_get(at, key);
        path += count + (path[count] == '.');
    }
    return at;
}

const char *sim_read(json_t *picture, const char *path)
{
    const char *text = json_string_value(sim_look(picture, path));
    return text == NULL ? "" : text;
}

/* RFC 7396, in place. */
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
            json_object_set_new(target, key, json_deep_copy(value));
        }
    }
}

/* ---- coming in ------------------------------------------------------------------------------- */

bool sim_device_is_open(const struct sim_device *device)
{
    return device->socket != NULL;
}

void sim_device_new_page(struct sim_device *device)
{
    device->pages += 1;
    device->number = 0;
    memset(device->requests, 0, sizeof(device->requests));
    snprintf(device->page, sizeof(device->page), "p%u-%u-%u", device->person->index,
             (unsigned)(device - device->person->devices), device->pages % 10000);
}

static void post_invite(struct sim_device *device)
{
    struct sim *sim = device->person->sim;
    char body[256];
    int count = snprintf(body, sizeof(body), "{\"invite\":\"%s\"}", device->person->invite);
    device->joining = true;
    ps_hub_session(sim->hub, device, PS_HTTP_POST, "10.0.0.1",
                   device->cookie[0] == '\0' ? NULL : device->cookie, true, body, (size_t)count);
}

void sim_device_joined(struct sim_device *device, int status, const char *set_cookie)
{
    struct sim *sim = device->person->sim;
    device->joining = false;
    sim_trace(sim, "%s is answered %d at the door", device->person->seat, status);
    if (status == 404) {
        device->person->out = true; /* waits for a new link */
        return;
    }
    if (status == 200 && set_cookie != NULL) {
        const char *value = strchr(set_cookie, '=') + 1;
        snprintf(device->cookie, sizeof(device->cookie), "%.*s", (int)strcspn(value, ";"), value);
    }
    if (status != 200 && status != 503) {
        sim_fail(sim, "%s is answered %d at the door", device->person->seat, status);
    }
    device->retry_at = sim->now + sim_between(sim, 1, status == 200 ? 300 : 3000);
}

static void attach(struct sim_device *device, const char *seat)
{
    struct sim *sim = device->person->sim;
    struct sim_socket *socket = sim_socket_create(sim, device);
    device->socket = socket;
    snprintf(socket->seat, sizeof(socket->seat), "%s", seat);
    socket->conn = ps_hub_attach(sim->hub, socket, device->cookie, seat);
    sim_trace(sim, "%s comes (socket %u, page %s)", device->person->seat, socket->serial,
              device->page);
    if (socket->conn == NULL) {
        sim_fail(sim, "%s may connect and cannot attach", device->person->seat);
    }
}

void sim_device_connect(struct sim_device *device)
{
    struct sim *sim = device->person->sim;
    char seat[64];
    if (device->socket != NULL || device->joining || device->person->out) {
        return;
    }
    if (sim->hub == NULL) {
        device->retry_at = sim->now + sim_between(sim, 500, 5000);
        return;
    }
    if (device->cookie[0] == '\0') {
        post_invite(device);
        return;
    }
    snprintf(seat, sizeof(seat), "%s.%s", sim->set, device->person->seat);
    int status = ps_hub_may_connect(sim->hub, device->cookie, seat, true);
    if (status == 101) {
        attach(device, seat);
    } else if (status == 401) {
        post_invite(device); /* the session is over: the link may still be good */
    } else {
        sim_fail(sim, "%s is answered %d at the socket", device->person->seat, status);
    }
}

void sim_device_closed(struct sim_device *device, uint16_t code)
{
    struct sim *sim = device->person->sim;
    switch (code) {
    case 1012:
    case 1013:
        device->retry_at = sim->now + sim_between(sim, 200, 6000);
        return;
    case 4001: /* another device of ours is newer */
        device->retry_at = sim->now + sim_between(sim, 20000, 90000);
        return;
    case 4003:
        device->retry_at = sim->now + sim_between(sim, 500, 4000);
        return;
    default:
        sim_fail(sim, "%s is closed with %u", device->person->seat, code);
    }
}

/* ---- asking ---------------------------------------------------------------------------------- */

static void wait_for(struct sim_socket *socket, const char *id)
{
    if (socket->waiting_count == SIM_WAITING_MAX) {
        sim_fail(socket->sim, "%u answers are missing", socket->waiting_count);
        return;
    }
    uint32_t at = (socket->waiting_first + socket->waiting_count++) % SIM_WAITING_MAX;
    snprintf(socket->waiting[at], SIM_ID_CHARS, "%s", id);
}

void sim_device_repeat(struct sim_device *device, struct sim_request *request)
{
    struct sim *sim = device->person->sim;
    request->tries += 1;
    sim->sent += 1;
    sim_trace(sim, "%s asks %.200s%s", device->person->seat, request->frame,
              request->tries > 1 ? " (again)" : "");
    wait_for(device->socket, request->id);
    sim_socket_send(device->socket, request->frame);
}

struct sim_request *sim_device_ask(struct sim_device *device, const char *method,
                                   const char *params, const char *token)
{
    struct sim *sim = device->person->sim;
    char frame[PS_COMMAND_BYTES_MAX + 512];
    struct sim_request *request = calloc(1, sizeof(*request));
    if (request == NULL) {
        abort();
    }
    device->number += 1;
    snprintf(request->id, sizeof(request->id), "%s:%llu", device->page,
             (unsigned long long)device->number);
    snprintf(request->seat, sizeof(request->seat), "%s", device->person->seat);
    snprintf(request->method, sizeof(request->method), "%s", method);
    snprintf(request->token, sizeof(request->token), "%s", token == NULL ? "" : token);
    request->read = strcmp(method, "picture.get") == 0 || strcmp(method, "time.sync") == 0 ||
                    strcmp(method, "seat.here") == 0;
    snprintf(frame, sizeof(frame),
             "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"%s\",\"params\":{%s}}", request->id,
             method, params);
    request->frame = strdup(frame);
    device->requests[device->number % 512] = request;
    if (sim->requests_last == NULL) {
        sim->requests = request;
    } else {
        sim->requests_last->next = request;
    }
    sim->requests_last = request;
    sim_device_repeat(device, request);
    return request;
}

/* After a new connection: whatever was not answered is sent again with its id. */
static void send_again(struct sim_device *device)
{
    uint64_t first = device->number > 40 ? device->number - 40 : 1;
    for (uint64_t n = first; n <= device->number; n++) {
        struct sim_request *request = device->requests[n % 512];
        if (request != NULL && request->results + request->errors == 0) {
            device->person->sim->resent += 1;
            sim_device_repeat(device, request);
        }
    }
}

/* ---- receiving ------------------------------------------------------------------------------- */

static void take_picture(struct sim_socket *socket, json_t *params, bool fresh)
{
    json_t *picture = json_object_get(params, "picture");
    int64_t seq = json_integer_value(json_object_get(params, "seq"));
    bool first = socket->picture == NULL;
    if (!socket->welcomed || !json_is_object(picture) || seq < socket->seq) {
        sim_fail(socket->sim, "a picture at %lld after %lld", (long long)seq,
                 (long long)socket->seq);
        return;
    }
    json_decref(socket->before);
    socket->before = fresh ? NULL : socket->picture;
    if (fresh) {
        json_decref(socket->picture);
    }
    socket->picture = json_incref(picture);
    socket->seq = seq;
    socket->sim->wholes += 1;
    if (first) {
        send_again(socket->device);
    }
}

static void take_patch(struct sim_socket *socket, json_t *params)
{
    int64_t from = json_integer_value(json_object_get(params, "from"));
    int64_t seq = json_integer_value(json_object_get(params, "seq"));
    if (socket->picture == NULL || from != socket->seq || seq < from) {
        sim_fail(socket->sim, "socket %u of %s is at %lld and gets a patch from %lld to %lld",
                 socket->serial, socket->device->person->seat, (long long)socket->seq,
                 (long long)from, (long long)seq);
        return;
    }
    merge(socket->picture, json_object_get(params, "patch"));
    socket->seq = seq;
    socket->sim->patches += 1;
}

/* The whole picture that was asked for must be the one that the patches had made. */
static void compare_whole(struct sim_socket *socket)
{
    struct sim *sim = socket->sim;
    if (socket->before == NULL) {
        return;
    }
    sim->compared += 1;
    if (!json_equal(socket->before, socket->picture)) {
        char *one = json_dumps(socket->before, JSON_SORT_KEYS | JSON_COMPACT);
        char *other = json_dumps(socket->picture, JSON_SORT_KEYS | JSON_COMPACT);
        size_t at = 0;
        while (one[at] != '\0' && one[at] == other[at]) {
            at++;
        }
        at = at > 150 ? at - 150 : 0;
        sim_fail(sim, "the patched picture of %s (socket %u) differs: …%.500s… whole: …%.500s…",
                 socket->device->person->seat, socket->serial, one + at, other + at);
        free(one);
        free(other);
    }
}

static struct sim_request *request_of(struct sim_device *device, const char *id)
{
    const char *colon = strrchr(id, ':');
    if (colon == NULL || strncmp(id, device->page, (size_t)(colon - id)) != 0) {
        return NULL;
    }
    return device->requests[strtoull(colon + 1, NULL, 10) % 512];
}

/* What was said is in the picture by the time it is acknowledged, unless its stage is over. */
static void expect_effect(struct sim_socket *socket, const struct sim_request *request)
{
    char stage[40];
    json_t *said = sim_look(socket->picture, "activity.said");
    const char *key = NULL;
    json_t *one = NULL;
    if (strcmp(request->method, "say") != 0 || request->token[0] == '\0' || request->tries > 1) {
        return;
    }
    snprintf(stage, sizeof(stage), "\"%s\"", sim_read(socket->picture, "activity.phase_id"));
    if (strstr(request->frame, stage) == NULL) {
        return;
    }
    json_object_foreach(said, key, one)
    {
        const char *text = json_string_value(json_object_get(one, "text"));
        if (text != NULL && strstr(text, request->token) != NULL) {
            return;
        }
    }
    sim_fail(socket->sim, "%s of %s is acknowledged and not in the picture", request->id,
             request->seat);
}

static void take_result(struct sim_socket *socket, struct sim_request *request, json_t *result)
{
    struct sim *sim = socket->sim;
    json_t *seq = json_object_get(result, "seq");
    sim->results += 1;
    if (request->results < 8) {
        request->seqs[request->results] = json_integer_value(seq);
    }
    request->results += 1;
    if (strcmp(request->method, "picture.get") == 0) {
        compare_whole(socket);
    }
    expect_effect(socket, request);
    const char *link = json_string_value(json_object_get(result, "link"));
    const char *token = link == NULL ? NULL : strstr(link, "/#/join/");
    const char *seat = strstr(request->frame, "\"seat\":\"");
    for (uint32_t i = 0; token != NULL && seat != NULL && i < sim->people_count; i++) {
        struct sim_person *person = &sim->people[i];
        size_t count = strlen(person->seat);
        if (strncmp(seat + 8, person->seat, count) == 0 && seat[8 + count] == '"') {
            sim_trace(sim, "%s is given a new link", person->seat);
            snprintf(person->invite, sizeof(person->invite), "%s", token + 8);
            person->out = false;
            for (uint32_t n = 0; n < SIM_DEVICES; n++) {
                struct sim_device *device = &person->devices[n];
                if (device->owned && device->socket == NULL) {
                    device->retry_at = sim->now + sim_between(sim, 1000, 9000);
                }
            }
        }
    }
}

static void take_answer(struct sim_socket *socket, json_t *frame, const char *text)
{
    struct sim *sim = socket->sim;
    const char *id = json_string_value(json_object_get(frame, "id"));
    json_t *error = json_object_get(frame, "error");
    if (socket->waiting_count == 0) {
        sim_fail(sim, "an answer to no question: %.300s", text);
        return;
    }
    const char *expected = socket->waiting[socket->waiting_first];
    socket->waiting_first = (socket->waiting_first + 1) % SIM_WAITING_MAX;
    socket->waiting_count -= 1;
    if (strcmp(expected, "*") == 0) {
        return; /* to nonsense */
    }
    struct sim_request *request = id == NULL ? NULL : request_of(socket->device, id);
    if (id == NULL || strcmp(expected, id) != 0 || request == NULL) {
        sim_fail(sim, "the answer to %s was due, and came: %.300s", expected, text);
    } else if (error != NULL) {
        request->errors += 1;
        sim->refusals += 1;
        snprintf(request->refusal, sizeof(request->refusal), "%s", sim_read(error, "data.refusal"));
        if (request->refusal[0] == '\0') {
            sim_fail(sim, "an error without a refusal: %.300s", text);
        }
    } else {
        take_result(socket, request, json_object_get(frame, "result"));
    }
}

void sim_device_receive(struct sim_socket *socket, const struct sim_message *message)
{
    struct sim *sim = socket->sim;
    const char *text = message->text;
    size_t bytes = message->bytes;
    json_t *frame = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL);
    const char *method = sim_read(frame, "method");
    json_t *params = json_object_get(frame, "params");
    sim_trace(sim, "%s <- %.*s", socket->device->person->seat, (int)(bytes < 260 ? bytes : 260),
              text);
    bool desk = sim_look(socket->picture, "desk") != NULL || strstr(text, "\"desk\":") != NULL;
    sim_secret_check(sim, socket->device->person, desk, text);
    if (!json_is_object(frame)) {
        sim_fail(sim, "not JSON: %.300s", text);
    } else if (strcmp(method, "welcome") == 0) {
        if (socket->welcomed) {
            sim_fail(sim, "welcomed twice");
        }
        socket->welcomed = true;
    } else if (strcmp(method, "picture") == 0) {
        take_picture(socket, params, message->fresh);
    } else if (strcmp(method, "patch") == 0) {
        take_patch(socket, params);
    } else if (strcmp(method, "bye") != 0) {
        take_answer(socket, frame, text);
    }
    json_decref(frame);
}
