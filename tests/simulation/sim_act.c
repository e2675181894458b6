/* sim_act - what a screen lets one do: only what `you.may` says, with what else the picture shows.
 *
 * Each possibility has a weight; doing nothing is one of them. */
#include "sim_act.h"

#include <stdarg.h>
#include <string.h>

/* ---- choices --------------------------------------------------------------------------------- */

static bool may(const struct sim_choices *choices, const char *method)
{
    return json_object_get(sim_look(choices->picture, "you.may"), method) != NULL;
}

/* Add one, if the screen shows it. params: inside the braces. */
static struct sim_choice *add(struct sim_choices *choices, uint32_t weight, const char *method,
                              const char *params)
{
    static struct sim_choice nothing;
    if (!may(choices, method) || choices->count == SIM_CHOICES_MAX) {
        return &nothing;
    }
    struct sim_choice *choice = &choices->list[choices->count++];
    choices->weight += weight;
    choice->weight = weight;
    choice->token[0] = '\0';
    snprintf(choice->method, sizeof(choice->method), "%s", method);
    snprintf(choice->params, sizeof(choice->params), "%s", params);
    return choice;
}

/* With words of which one is found nowhere else. */
static void add_words(struct sim_choices *choices, uint32_t weight, const char *method,
                      const char *before, const char *words, const char *after)
{
    struct sim *sim = choices->sim;
    char params[SIM_PARAMS_CHARS];
    char token[24];
    snprintf(token, sizeof(token), "token-%u-", ++sim->tokens);
    snprintf(params, sizeof(params), "%s\"%s\":\"%s %s\"%s", before, words, token,
             sim_once_in(sim, 4) ? "caf\xC3\xA9 \\\"quoted\\\" \xE2\x82\xAC" : "what made it so",
             after);
    struct sim_choice *choice = add(choices, weight, method, params);
    sim_secret_keep(sim, sim->tokens, choices->person, method);
    snprintf(choice->token, sizeof(choice->token), "%s", token);
}

const struct sim_choice *sim_choose(struct sim_choices *choices)
{
    uint32_t idle = choices->sim->hurried ? 2 : 12;
    uint32_t die = sim_below(choices->sim, choices->weight + idle);
    for (uint32_t i = 0; i < choices->count; i++) {
        if (die < choices->list[i].weight) {
            return &choices->list[i];
        }
        die -= choices->list[i].weight;
    }
    return NULL;
}

/* ---- others ---------------------------------------------------------------------------------- */

static const char *somebody(const struct sim_choices *choices)
{
    struct sim *sim = choices->sim;
    return sim->people[sim_below(sim, sim->people_count)].seat;
}

static void with_seat(struct sim_choices *choices, uint32_t weight, const char *method,
                      const char *key, const char *more)
{
    char params[120];
    snprintf(params, sizeof(params), "\"%s\":\"%s\"%s", key, somebody(choices), more);
    add(choices, weight, method, params);
}

/* Some key of an object in the picture, or "". */
static const char *some_key(const struct sim_choices *choices, const char *path)
{
    json_t *object = sim_look(choices->picture, path);
    size_t count = json_object_size(object);
    const char *key = NULL;
    json_t *value = NULL;
    size_t at = count == 0 ? 0 : sim_below(choices->sim, (uint32_t)count);
    json_object_foreach(object, key, value)
    {
        if (at-- == 0) {
            return key;
        }
    }
    return "";
}

static bool is_me(const struct sim_choices *choices, const char *path)
{
    return strcmp(sim_read(choices->picture, path), choices->person->seat) == 0;
}

/* ---- members --------------------------------------------------------------------------------- */

static void speak(struct sim_choices *choices)
{
    bool taken = json_is_true(sim_look(choices->picture, "floor.taken"));
    bool mine = is_me(choices, "floor.holder");
    if (sim_look(choices->picture, "you.say_as") != NULL) {
        add_words(choices, mine ? 14 : 6, "say", "", "text", "");
    }
    if (mine && !taken) {
        add(choices, 20, "floor.take", "");
    }
    add(choices, 12, "floor.yield", "");
    add(choices, 16, "round.done", "");
    add(choices, 3, "round.pass", "");
    add(choices, 1, "floor.undo", "");
}

static void raise(struct sim_choices *choices)
{
    const char *kind = some_key(choices, "you.hand_kinds");
    char before[64];
    if (kind[0] != '\0') {
        snprintf(before, sizeof(before), "\"kind\":\"%s\",", kind);
        add_words(choices, 3, "hand.raise", before, "text", "");
        snprintf(before, sizeof(before), "\"kind\":\"%s\"", kind);
        add(choices, 3, "hand.raise", before);
    }
    add(choices, 1, "hand.lower", "");
}

static void bid(struct sim_choices *choices)
{
    json_t *swaps = sim_look(choices->picture, "activity.agenda.swaps");
    const char *key = NULL;
    json_t *swap = NULL;
    char urgency[40];
    snprintf(urgency, sizeof(urgency), ",\"urgency\":%u", 1 + sim_below(choices->sim, 3));
    add_words(choices, 4, "bid.place", "", "issue", urgency);
    add(choices, 1, "bid.pass", "");
    with_seat(choices, 1, "agenda.swap", "with", "");
    json_object_foreach(swaps, key, swap)
    {
        if (strcmp(sim_read(swap, "with"), choices->person->seat) == 0) {
            char params[40];
            snprintf(params, sizeof(params), "\"with\":\"%s\"", key);
            add(choices, 10, "agenda.swap", params);
        }
    }
}

static void present(struct sim_choices *choices)
{
    char params[80];
    add(choices, 4, "turn.ready", "");
    with_seat(choices, 2, "turn.invite", "seat", "");
    snprintf(params, sizeof(params), "\"said\":\"%s\"", some_key(choices, "activity.said"));
    add(choices, 3, "turn.helped", params);
    if (sim_once_in(choices->sim, 20)) {
        add(choices, 1, "turn.stop", "");
    }
    snprintf(params, sizeof(params), ",\"due\":\"%s\",\"desire\":%u,\"intention\":%u",
             sim_once_in(choices->sim, 2) ? "next_meeting" : "2027-01-31",
             1 + sim_below(choices->sim, 5), 1 + sim_below(choices->sim, 5));
    if (sim_once_in(choices->sim, 2)) {
        size_t used = strlen(params);
        snprintf(params + used, sizeof(params) - used, ",\"witness\":\"%s\"", somebody(choices));
    }
    add_words(choices, 10, "commitment.make", "", "text", params);
}

static void reflect(struct sim_choices *choices)
{
    json_t *commitments = sim_look(choices->picture, "commitments");
    const char *key = NULL;
    json_t *one = NULL;
    char params[120];
    snprintf(params, sizeof(params), "\"prompt\":\"%s\"", sim_read(choices->picture, "prompt.id"));
    add(choices, 3, "prompt.pass", params);
    snprintf(params, sizeof(params), "\"prompt\":\"%s\",", sim_read(choices->picture, "prompt.id"));
    add_words(choices, 10, "prompt.answer", params, "text", "");
    json_object_foreach(commitments, key, one)
    {
        if (strcmp(sim_read(one, "witness"), choices->person->seat) == 0 &&
            strcmp(sim_read(one, "witness_says"), "asked") == 0) {
            snprintf(params, sizeof(params), "\"id\":\"%s\",\"yes\":%s", key,
                     sim_once_in(choices->sim, 3) ? "false" : "true");
            add(choices, 6, "commitment.witness", params);
        }
    }
    static const char *const kinds[] = {"insight_used", "opening_question", "held_silence",
                                        "kept_time", "contact_helped"};
    snprintf(params, sizeof(params), "\"to\":\"%s\",\"kind\":\"%s\",", somebody(choices),
             kinds[sim_below(choices->sim, 5)]);
    add_words(choices, 3, "recognition.give", params, "reason", "");
    snprintf(params, sizeof(params), "\"id\":\"%s\"", some_key(choices, "board.recognitions"));
    if (sim_once_in(choices->sim, 10)) {
        add(choices, 1, "recognition.take_back", params);
    }
}

static void be_around(struct sim_choices *choices)
{
    char name[40];
    switch (sim_below(choices->sim, 40)) {
    case 0:
        add(choices, 4, "presence.away",
            sim_once_in(choices->sim, 2) ? "\"on\":true" : "\"on\":false");
        return;
    case 1:
        add_words(choices, 4, "help.ask", "", "text", "");
        return;
    case 2:
        snprintf(name, sizeof(name), "\"name\":\"Name %u\"", sim_below(choices->sim, 100));
        add(choices, 4, "you.rename", name);
        return;
    case 3:
        add(choices, 8, "lease.take", "");
        return;
    default:
        return;
    }
}

void sim_choices_of_member(struct sim_choices *choices)
{
    speak(choices);
    raise(choices);
    bid(choices);
    present(choices);
    reflect(choices);
    be_around(choices);
}

/* ---- who leads ------------------------------------------------------------------------------- */

static void go_on(struct sim_choices *choices)
{
    const char *method = sim_read(choices->picture, "desk.next.method");
    const char *why = sim_read(choices->picture, "desk.next.why");
    bool waits = strstr(why, "still goes on") != NULL;
    bool paused = strcmp(method, "clock.resume") == 0;
    add(choices, choices->sim->hurried ? 80 : waits ? 1 : paused ? 20 : 5, method, "");
    if (paused && choices->sim->hurried) {
        add(choices, 40, "stage.next", "");
    }
}

static void lead_the_floor(struct sim_choices *choices)
{
    add(choices, 2, "floor.next", "");
    with_seat(choices, 1, "floor.grant", "seat", "");
    add(choices, 1, "clock.pause", "");
    add(choices, 1, "floor.undo", "");
    char params[40];
    snprintf(params, sizeof(params), "\"ms\":%u", 10000 * (1 + sim_below(choices->sim, 12)));
    add(choices, 1, "clock.extend", params);
    const char *seat = some_key(choices, "desk.help");
    if (seat[0] != '\0') {
        snprintf(params, sizeof(params), "\"seat\":\"%s\"", seat);
        add(choices, 6, "help.clear", params);
    }
}

static void lead_the_plan(struct sim_choices *choices)
{
    struct sim *sim = choices->sim;
    char params[160];
    switch (sim_below(sim, 14)) {
    case 0:
        add(choices, 10, "stage.reopen", "");
        return;
    case 1:
        snprintf(params, sizeof(params), "\"at\":%u,\"kind\":\"%s\",\"planned_ms\":60000",
                 (unsigned)json_array_size(sim_look(choices->picture, "meeting.order")),
                 sim_once_in(sim, 2) ? "open_talk" : "break");
        add(choices, 6, "stage.insert", params);
        return;
    case 2:
        snprintf(params, sizeof(params), "\"id\":\"%s\"", some_key(choices, "meeting.stages"));
        add(choices, 3, "stage.remove", params);
        return;
    case 3:
        snprintf(params, sizeof(params), "\"order\":[\"%s\"],\"reason\":\"A burning question\"",
                 somebody(choices));
        add(choices, 5, "agenda.override", params);
        return;
    case 4:
        add(choices, 4, "stage.skip", "");
        return;
    case 5:
        if (sim_once_in(sim, 6)) {
            add(choices, 6, sim_once_in(sim, 2) ? "meeting.close" : "meeting.end", "");
        }
        return;
    default:
        return;
    }
}

static void lead_people(struct sim_choices *choices)
{
    struct sim *sim = choices->sim;
    struct sim_person *last = &sim->people[sim->people_count - 1];
    char params[80];
    if (last->out) {
        snprintf(params, sizeof(params), "\"seat\":\"%s\"", last->seat);
        add(choices, 10, "seat.admit", params);
        add(choices, 10, "invite.renew", params);
        return;
    }
    switch (sim_below(sim, 60)) {
    case 0:
        snprintf(params, sizeof(params), "\"seat\":\"%s\",\"reason\":\"They asked me to\"",
                 last->seat);
        add(choices, 8, "seat.remove", params);
        return;
    case 1:
        snprintf(params, sizeof(params), "\"seat\":\"%s\"", last->seat);
        add(choices, 8, "invite.renew", params);
        return;
    case 2:
        add(choices, 8, "lease.offer", "\"seat\":\"f2\"");
        return;
    case 3:
        add(choices, 8, "lease.take", "");
        return;
    default:
        return;
    }
}

void sim_choices_of_leader(struct sim_choices *choices)
{
    go_on(choices);
    if (!choices->sim->hurried) {
        lead_the_floor(choices);
        lead_the_plan(choices);
        lead_people(choices);
    }
}
