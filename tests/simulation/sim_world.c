/* sim_world - time, chance and the trace of one simulated meeting. */
#include "sim.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    BEGAN_AT = 1000,
    STEPS_MAX = 400000, /* of the world; a meeting takes some ten thousand */
    CHECK_EVERY_MS = 45000,

    HURRY_MS = 420000,
    LATE_MS = 900000, /* hurried for this long and still no end */
};

/* ---- chance and trace ------------------------------------------------------------------------ */

uint32_t sim_below(struct sim *sim, uint32_t bound)
{
    return (uint32_t)ps_prng_below(&sim->prng, bound);
}

bool sim_once_in(struct sim *sim, uint32_t of)
{
    return sim_below(sim, of) == 0;
}

void sim_trace(struct sim *sim, const char *format, ...)
{
    char *line = sim->trace[sim->trace_count++ % SIM_TRACE_LINES];
    int head = snprintf(line, SIM_TRACE_CHARS, "%9" PRIu64 " ", sim->now);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + head, SIM_TRACE_CHARS - (size_t)head, format, arguments);
    va_end(arguments);
    for (const char *at = line; *at != '\0'; at++) {
        sim->digest = (sim->digest ^ (uint8_t)*at) * 1099511628211U;
    }
    if (sim->loud) {
        printf("# %s\n", line);
    }
}

void sim_fail(struct sim *sim, const char *format, ...)
{
    if (sim->failed) {
        return;
    }
    sim->failed = true;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sim->why, sizeof(sim->why), format, arguments);
    va_end(arguments);
    sim_trace(sim, "FAILED: %s", sim->why);
}

void sim_print_trace(const struct sim *sim, FILE *to)
{
    uint32_t from = sim->trace_count > SIM_TRACE_LINES ? sim->trace_count - SIM_TRACE_LINES : 0;
    for (uint32_t i = from; i < sim->trace_count; i++) {
        fprintf(to, "# %s\n", sim->trace[i % SIM_TRACE_LINES]);
    }
}

/* ---- secrets --------------------------------------------------------------------------------- */

void sim_secret_keep(struct sim *sim, uint32_t token, const struct sim_person *person,
                     const char *method)
{
    if (token < SIM_SECRETS_MAX) {
        bool own = strcmp(method, "prompt.answer") == 0;
        bool desk = strcmp(method, "help.ask") == 0;
        sim->secrets[token] = (struct sim_secret){.person = person->index,
                                                  .kind = own    ? SIM_SECRET_OWN
                                                          : desk ? SIM_SECRET_DESK
                                                                 : SIM_SECRET_NONE};
    }
}

void sim_secret_check(struct sim *sim, const struct sim_person *person, bool desk, const char *text)
{
    for (const char *at = strstr(text, "token-"); at != NULL; at = strstr(at + 1, "token-")) {
        uint64_t token = strtoull(at + strlen("token-"), NULL, 10);
        const struct sim_secret *secret = &sim->secrets[token % SIM_SECRETS_MAX];
        bool may = secret->kind == SIM_SECRET_NONE || secret->person == person->index ||
                   (secret->kind == SIM_SECRET_DESK && desk);
        if (!may) {
            sim_fail(sim, "%s is sent the secret %.24s of person %u", person->seat, at,
                     secret->person);
        }
    }
}

/* ---- beginning ------------------------------------------------------------------------------- */

static void make_people(struct sim *sim)
{
    uint32_t members = sim_once_in(sim, 3) ? 11 : 3 + sim_below(sim, 5);
    sim->people_count = members + 2;
    for (uint32_t i = 0; i < sim->people_count; i++) {
        struct sim_person *person = &sim->people[i];
        person->sim = sim;
        person->index = (uint8_t)i;
        snprintf(person->seat, sizeof(person->seat), i < 2 ? "f%u" : "m%u",
                 (i < 2 ? i + 1 : i - 1) % 100);
        person->think_at = sim->now + sim_between(sim, 50, 4000);
        for (uint32_t n = 0; n < SIM_DEVICES; n++) {
            struct sim_device *device = &person->devices[n];
            device->person = person;
            device->owned = n == 0 || sim_once_in(sim, 4);
            device->retry_at = device->owned ? sim->now + sim_between(sim, 0, 5000) : SIM_NEVER;
            sim_device_new_page(device);
        }
    }
}

static void begin(struct sim *sim, uint64_t seed, bool loud)
{
    static const uint32_t paces[] = {1, 1, 4, 20, 60};
    memset(sim, 0, sizeof(*sim));
    sim->seed = seed;
    sim->prng = ps_prng_seed(seed);
    sim->loud = loud;
    sim->now = BEGAN_AT;
    sim->digest = 14695981039346656037U;
    sim->wall_skew = 1700000000000;
    sim->pace = paces[sim_below(sim, 5)];
    sim->wake_at = sim->poll_at = sim->start_at = sim->fault_end_at = sim->crash_at = SIM_NEVER;
    sim->fault_at = sim_once_in(sim, 3) ? SIM_NEVER : sim->now + sim_between(sim, 2000, 60000);
    sim->crashes_left = sim_once_in(sim, 2) ? 0 : 1 + sim_below(sim, 3);
    if (sim->crashes_left > 0) {
        sim->crash_at = sim->now + sim_between(sim, 3000, 200000);
    }
    sim->check_at = sim->now + CHECK_EVERY_MS;
    sim->meetings = sim_once_in(sim, 4) ? 2 : 1;
    sim->hurry_at = sim->now + HURRY_MS * sim->meetings;
    sim->late_at = SIM_NEVER;
    sim->journal = ps_journal_memory_create();
    make_people(sim);
}

/* ---- the loop -------------------------------------------------------------------------------- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t next_thing(const struct sim *sim)
{
    uint64_t at = earlier(sim_server_next(sim), sim_links_next(sim));
    at = earlier(at, earlier(sim->check_at, earlier(sim->hurry_at, sim->late_at)));
    at = sim->calm ? earlier(at, sim->calm_until) : at;
    for (uint32_t i = 0; i < sim->people_count; i++) {
        const struct sim_person *person = &sim->people[i];
        for (uint32_t n = 0; n < SIM_DEVICES && !sim->calm; n++) {
            at = earlier(at, earlier(person->think_at, person->devices[n].retry_at));
        }
    }
    return at;
}

static void people_step(struct sim *sim)
{
    for (uint32_t i = 0; i < sim->people_count && !sim->failed && !sim->calm; i++) {
        struct sim_person *person = &sim->people[i];
        for (uint32_t n = 0; n < SIM_DEVICES; n++) {
            if (person->devices[n].retry_at <= sim->now) {
                person->devices[n].retry_at = SIM_NEVER;
                sim_device_connect(&person->devices[n]);
            }
        }
        if (person->think_at <= sim->now) {
            person->think_at = sim->now + sim_between(sim, 200, sim->hurried ? 2500 : 3500);
            sim_person_think(person);
        }
    }
}

/* Now and then everybody keeps still, until what is on its way has arrived; then all are compared.
 */
static void check_step(struct sim *sim)
{
    if ((sim->calm ? sim->calm_until : sim->check_at) > sim->now) {
        return;
    }
    if (!sim->calm) {
        sim_trace(sim, "everybody keeps still");
        sim->calm = true;
        sim->check_at = SIM_NEVER;
        sim->calm_until = sim->now + SIM_CALM_MS;
        sim_server_heal(sim);
        return;
    }
    if (sim->hub != NULL) {
        sim_check_views(sim);
    }
    sim->calm = false;
    sim->check_at = sim->now + sim_between(sim, CHECK_EVERY_MS / 2, CHECK_EVERY_MS * 2);
}

static bool has_ended(struct sim *sim)
{
    uint32_t seeing = 0;
    for (uint32_t i = 0; i < sim->people_count; i++) {
        const struct sim_device *device = &sim->people[i].devices[0];
        if (sim_device_is_open(device) && device->socket->picture != NULL) {
            seeing++;
            json_t *picture = device->socket->picture;
            json_int_t number = json_integer_value(sim_look(picture, "meeting.number"));
            if (strcmp(sim_read(picture, "meeting.state"), "ended") != 0 ||
                number < (json_int_t)sim->meetings) {
                return false;
            }
        }
    }
    return seeing > 0 && sim->hub != NULL;
}

static void hurry_step(struct sim *sim)
{
    if (sim->hurry_at <= sim->now) {
        sim_trace(sim, "it is late: the facilitator ends it");
        sim->hurried = true;
        sim->hurry_at = SIM_NEVER;
        sim->late_at = sim->now + LATE_MS;
    }
    if (sim->late_at <= sim->now) {
        sim_fail(sim, "the meeting does not end");
    }
}

static void live(struct sim *sim)
{
    for (uint32_t steps = 0; !sim->failed && !has_ended(sim); steps++) {
        sim_server_watch_disk(sim);
        uint64_t at = next_thing(sim);
        if (at == SIM_NEVER || steps == STEPS_MAX) {
            sim_fail(sim, "the world does not go on (%u steps)", steps);
            return;
        }
        sim->now = at > sim->now ? at : sim->now;
        sim_server_step(sim);
        sim_links_step(sim);
        people_step(sim);
        check_step(sim);
        hurry_step(sim);
    }
}

/* After the end: everybody keeps still once more, and is compared. */
static void last_check(struct sim *sim)
{
    sim->calm = true;
    sim->calm_until = sim->now + SIM_CALM_MS;
    sim->check_at = sim->hurry_at = sim->late_at = sim->crash_at = sim->fault_at = SIM_NEVER;
    sim_server_heal(sim);
    while (!sim->failed && sim->now < sim->calm_until) {
        sim_server_watch_disk(sim);
        uint64_t at = next_thing(sim);
        sim->now = at > sim->now ? at : sim->now;
        sim_server_step(sim);
        sim_links_step(sim);
        people_step(sim);
    }
    if (!sim->failed) {
        sim_check_views(sim);
    }
    if (!sim->failed) {
        sim_check_journal(sim);
    }
}

bool sim_run(struct sim *sim, uint64_t seed, bool loud)
{
    begin(sim, seed, loud);
    sim_server_start(sim);
    sim_server_found(sim);
    live(sim);
    if (!sim->failed) {
        last_check(sim);
    }
    return !sim->failed;
}

void sim_finish(struct sim *sim)
{
    ps_journal_memory_fault(sim->journal, PS_FAULT_NONE);
    ps_journal_flush(sim->journal);
    ps_hub_destroy(sim->hub);
    sim->hub = NULL;
    sim_links_reset(sim);
    for (uint32_t i = 0; i < sim->people_count; i++) {
        for (uint32_t n = 0; n < SIM_DEVICES; n++) {
            sim->people[i].devices[n].socket = NULL;
        }
    }
    ps_journal_close(sim->journal);
    while (sim->requests != NULL) {
        struct sim_request *request = sim->requests;
        sim->requests = request->next;
        free(request->frame);
        free(request);
    }
}
