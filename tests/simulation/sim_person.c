/* sim_person - somebody in front of one or two screens: looks, decides, taps; and is sometimes
 * gone. */
#include "sim_act.h"

#include <string.h>

/* ---- what befalls people --------------------------------------------------------------------- */

static void come_back_later(struct sim_device *device, uint64_t ms)
{
    device->retry_at = device->person->sim->now + ms;
}

/* Links are cut, phones are slow, pages are loaded again, somebody goes for a walk. */
static bool befalls(struct sim_person *person, struct sim_device *device)
{
    struct sim *sim = person->sim;
    uint32_t die = sim_below(sim, sim->hurried && person->index == 0 ? 2000 : 300);
    if (die < 5) {
        sim_socket_cut(device->socket);
        come_back_later(device, sim_between(sim, 200, sim_once_in(sim, 3) ? 90000 : 9000));
        return true;
    }
    if (die == 5 || (die >= 295 && die < 300)) {
        sim->stalls += 1;
        device->socket->stalled_until =
            sim->now + sim_between(sim, 500, sim_once_in(sim, 4) ? 40000 : 9000);
        sim_trace(sim, "%s is slow until %llu", person->seat,
                  (unsigned long long)device->socket->stalled_until);
        return true;
    }
    if (die == 6) {
        sim_socket_cut(device->socket); /* a reload: what was asked is forgotten */
        sim_device_new_page(device);
        come_back_later(device, sim_between(sim, 100, 3000));
        return true;
    }
    if (die == 7 && person->index > 1) {
        person->back_at = sim->now + sim_between(sim, 5000, 80000);
        sim_trace(sim, "%s leaves the screen", person->seat);
        return true;
    }
    return false;
}

/* ---- nonsense -------------------------------------------------------------------------------- */

static void send_nonsense(struct sim_device *device)
{
    static const char *const frames[] = {
        "",
        "[]",
        "{",
        "null",
        "{\"jsonrpc\":\"2.0\",\"id\":\"x:1\",\"method\":\"say\",\"params\":[]}",
        "{\"jsonrpc\":\"1.0\",\"id\":\"x:1\",\"method\":\"say\",\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"say\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"say\",\"params\":{\"text\":\"no id\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"x:01\",\"method\":\"say\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"x:2\",\"method\":\"door.open\",\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"x:3\",\"method\":\"say\",\"params\":{\"text\":\"a\\u0000b\"}"
        "}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"x:4\",\"method\":\"say\",\"params\":{\"text\":7}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"x:5\",\"method\":\"clock.extend\",\"params\":{\"ms\":1e99}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"x:6\",\"method\":\"floor.grant\",\"params\":{\"seat\":"
        "\"m99\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"x:7\",\"method\":\"say\",\"params\":{\"text\":\"a\"},"
        "\"more\":1}",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}",
        "[{\"jsonrpc\":\"2.0\",\"id\":\"x:8\",\"method\":\"picture.get\"}]",
    };
    struct sim *sim = device->person->sim;
    struct sim_socket *socket = device->socket;
    if (socket->waiting_count >= SIM_WAITING_MAX - 8) {
        return;
    }
    const char *frame = frames[sim_below(sim, PS_COUNT(frames))];
    uint32_t at = (socket->waiting_first + socket->waiting_count++) % SIM_WAITING_MAX;
    snprintf(socket->waiting[at], SIM_ID_CHARS, "*");
    sim_trace(sim, "%s sends nonsense: %.120s", device->person->seat, frame);
    sim_socket_send(socket, frame);
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* The id of the phase on the screen; now and then the one before. */
static const char *expect_of(struct sim_person *person, json_t *picture)
{
    static char expect[24];
    const char *phase = sim_read(picture, "activity.phase_id");
    bool stale = person->old_phase[0] != '\0' && sim_once_in(person->sim, 25);
    snprintf(expect, sizeof(expect), "%s", stale ? person->old_phase : phase);
    if (strcmp(person->old_phase, phase) != 0 && sim_once_in(person->sim, 3)) {
        snprintf(person->old_phase, sizeof(person->old_phase), "%s", phase);
    }
    return expect;
}

static void do_choice(struct sim_device *device, const struct sim_choice *choice)
{
    char params[SIM_PARAMS_CHARS + 64];
    const char *expect = expect_of(device->person, device->socket->picture);
    if (expect[0] == '\0') {
        snprintf(params, sizeof(params), "%s", choice->params);
    } else {
        snprintf(params, sizeof(params), "\"expect\":\"%s\"%s%s", expect,
                 choice->params[0] == '\0' ? "" : ",", choice->params);
    }
    struct sim_request *request = sim_device_ask(device, choice->method, params, choice->token);
    if (sim_once_in(device->person->sim, 40)) {
        device->person->sim->repeats += 1; /* an impatient double tap of the same page */
        sim_device_repeat(device, request);
    } else if (sim_once_in(device->person->sim, 30)) {
        sim_socket_cut(device->socket); /* into a tunnel, before the answer came */
        come_back_later(device, sim_between(device->person->sim, 300, 12000));
    }
}

static void repeat_something(struct sim_device *device)
{
    if (device->number == 0) {
        return;
    }
    uint64_t back =
        sim_below(device->person->sim, device->number < 8 ? (uint32_t)device->number : 8);
    struct sim_request *request = device->requests[(device->number - back) % 512];
    if (request != NULL && request->tries < 6) {
        device->person->sim->repeats += 1;
        sim_device_repeat(device, request);
    }
}

static struct sim_device *screen_of(struct sim_person *person)
{
    struct sim_device *first = &person->devices[0];
    struct sim_device *second = &person->devices[1];
    if (!sim_device_is_open(first) || !sim_device_is_open(second)) {
        return sim_device_is_open(second) ? second : first;
    }
    bool acts = json_is_true(sim_look(second->socket->picture, "you.primary"));
    return acts != sim_once_in(person->sim, 8) ? second : first;
}

void sim_person_think(struct sim_person *person)
{
    static struct sim_choices choices;
    struct sim *sim = person->sim;
    struct sim_device *device = screen_of(person);
    struct sim_socket *socket = device->socket;
    if (socket == NULL || person->back_at > sim->now || socket->picture == NULL ||
        befalls(person, device) || socket->waiting_count > 12) {
        return;
    }
    if (!json_is_true(sim_look(socket->picture, "you.primary")) && sim_once_in(sim, 3)) {
        sim_device_ask(device, "seat.here", "", NULL);
        return;
    }
    uint32_t die = sim_below(sim, 100);
    if (die < 2) {
        send_nonsense(device);
    } else if (die < 4) {
        repeat_something(device);
    } else if (die < 6) {
        bool look = sim_once_in(sim, 2);
        sim_device_ask(device, look ? "picture.get" : "time.sync", look ? "" : "\"t0\":1234.5",
                       NULL);
    } else {
        choices = (struct sim_choices){.sim = sim, .person = person, .picture = socket->picture};
        if (sim_look(socket->picture, "desk") != NULL) {
            sim_choices_of_leader(&choices);
        }
        if (!sim->hurried) {
            sim_choices_of_member(&choices);
        }
        const struct sim_choice *choice = sim_choose(&choices);
        if (choice != NULL) {
            do_choice(device, choice);
        }
    }
}
