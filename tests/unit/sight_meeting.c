#include "sight_meeting.h"

#include <stdio.h>

const struct input_place sight_places[INPUTS_COUNT] = {
    [INPUT_NONE] = {"", ""},
    [INPUT_SAY] = {"say", "text"},
    [INPUT_HAND] = {"hand.raise", "text"},
    [INPUT_BID] = {"bid.place", "issue"},
    [INPUT_PROMPT] = {"prompt.answer", "text"},
    [INPUT_COMMITMENT] = {"commitment.make", "text"},
    [INPUT_RESOLVE] = {"commitment.make", "desire"},
    [INPUT_RECOGNITION] = {"recognition.give", "reason"},
    [INPUT_HELP] = {"help.ask", "text"},
    [INPUT_HELPED] = {"turn.helped", "said"},
    [INPUT_RENAME] = {"you.rename", "name"},
    [INPUT_OVERRIDE] = {"agenda.override", "reason"},
    [INPUT_REMOVE] = {"seat.remove", "reason"},
};

static const char set_file[] =
    "{\"name\":\"Market Towns\",\"zone\":\"Europe/London\",\"call\":\"https://call.example/room\","
    "\"programme\":{\"name\":\"Spring\",\"meetings\":6,\"meeting_ms\":10800000,"
    "\"turns_per_meeting\":2,\"advice_ms\":10800000},"
    "\"facilitators\":[{\"seat\":\"f1\",\"name\":\"Fay\",\"role\":\"facilitator\"},"
    "{\"seat\":\"f2\",\"name\":\"Dee\",\"role\":\"deputy\"},"
    "{\"seat\":\"f3\",\"name\":\"Dan\",\"role\":\"deputy\"}],"
    "\"members\":[{\"seat\":\"m1\",\"name\":\"Ann\",\"business\":\"Bakery\",\"sector\":\"food\"},"
    "{\"seat\":\"m2\",\"name\":\"Bob\",\"business\":\"Bookshop\",\"sector\":\"retail\"},"
    "{\"seat\":\"m3\",\"name\":\"Cat\",\"business\":\"Garage\"},"
    "{\"seat\":\"m4\",\"name\":\"Don\",\"business\":\"Florist\"},"
    "{\"seat\":\"m5\",\"name\":\"Eve\",\"business\":\"Florist\"}],"
    "\"meeting\":{\"planned_ms\":10800000,\"stages\":["
    "{\"kind\":\"open\",\"planned_ms\":300000},{\"kind\":\"check_in\",\"planned_ms\":900000},"
    "{\"kind\":\"agenda\",\"planned_ms\":600000},"
    "{\"kind\":\"presenter_turn\",\"planned_ms\":2400000},"
    "{\"kind\":\"break\",\"planned_ms\":600000},{\"kind\":\"tour\",\"planned_ms\":900000},"
    "{\"kind\":\"presenter_turn\",\"planned_ms\":2400000},"
    "{\"kind\":\"close\",\"planned_ms\":900000}]},"
    "\"rotation\":{\"places\":[\"m1\",\"m2\",\"m3\",\"m4\",\"m5\"]}}";

/* ---- steps ----------------------------------------------------------------------------------- */

static void look(struct world *world, struct watch *watch)
{
    if (watch->look != NULL) {
        watch->look(world, watch);
    }
    watch->looks += 1;
}

static const char *name_of(uint8_t seat)
{
    static char names[4][PS_SEAT_CHARS_MAX];
    static size_t next;
    char *name = names[next++ % 4];
    (void)ps_seat_write(seat, name);
    return name;
}

static void ask(struct world *world, uint8_t seat, const char *method, const char *params)
{
    world_ok(world, name_of(seat), method, params);
}

static void led(struct world *world, const char *method, const char *params)
{
    world_ok(world, "f1", method, params);
}

/* A command with what the person puts in, or with the other wording of it; %s in `form` is its
 * place. */
static void give(struct world *world, struct watch *watch, enum input input, uint8_t seat,
                 const char *form, const char *plain, const char *other)
{
    char params[1024];
    bool first =
        watch->given_by[input] == PS_NOBODY; /* later turns are the same in both meetings */
    const char *worded = first && watch->other == input ? other : plain;
    assert_int_equal(strlen(plain), strlen(other)); /* nothing else may differ */
    const char *place = strstr(form, "%s");
    assert_non_null(place);
    struct ps_text text = ps_text_into(params, sizeof(params) - 1);
    ps_text_add(&text, form, (size_t)(place - form));
    ps_text_add_string(&text, worded);
    ps_text_add_string(&text, place + 2);
    assert_false(text.full);
    params[text.used] = '\0';
    if (first) {
        watch->given_at[input] = watch->looks;
        watch->given_by[input] = seat;
    }
    ask(world, seat, sight_places[input].method, params);
}

static void say(struct world *world, uint8_t seat, const char *params)
{
    ask(world, seat, "say", params);
}

static uint8_t presenter(const struct world *world)
{
    return world->set.now.running.presenter;
}

/* The n-th member who does not present, from 1. */
static uint8_t helper(const struct world *world, uint8_t n)
{
    uint8_t seat = 0;
    while (n > 0) {
        seat++;
        n = (uint8_t)(n - (seat != presenter(world)));
    }
    assert_true(seat <= 5);
    return seat;
}

static void next_phase(struct world *world, const char *phase)
{
    led(world, "turn.next", "");
    assert_string_equal(world_phase(world), phase);
}

/* A lease ends where a stage does, so it is given again. */
static void next_stage(struct world *world, const struct watch *watch, const char *kind)
{
    led(world, "stage.next", "");
    assert_string_equal(world_kind(world), kind);
    if (watch->lease) {
        led(world, "lease.offer", "{\"seat\":\"f2\"}");
        assert_int_equal(world->set.meeting.acting, world_seat("f2"));
    }
}

/* ---- before the first turn ------------------------------------------------------------------- */

static void add_observer(struct world *world)
{
    static const char name[] = "Olive";
    uint8_t seat = PS_NOBODY;
    struct ps_scene scene = world_scene(world);
    struct ps_founder founder = {.role = "observer",
                                 .name = {.id = PS_WORD_FRESH, .bytes = sizeof(name) - 1}};
    scene.command_text = name;
    ps_outcome_begin(&world->out, &world->set);
    assert_int_equal(ps_seat_add(&world->set, &scene, &founder, &world->out, &seat), PS_ALLOWED);
    world_take(world, "server");
    world_settle(world);
    assert_int_equal(seat, PS_SEAT_FIRST_OBSERVER);
}

static void gather(struct world *world, struct watch *watch)
{
    add_observer(world);
    look(world, watch);
    world_come(world, "f1 f2 f3 m1 m2 m3 m4 o1");
    led(world, "meeting.open", "");
    world_come(world, "m5");
    look(world, watch);
    give(world, watch, INPUT_HELP, 3, "{\"text\":\"%s\"}", "I cannot hear you.",
         "I cannot see you..");
    look(world, watch);
    give(world, watch, INPUT_RENAME, 2, "{\"name\":\"%s\"}", "Robert", "Rupert");
    look(world, watch);
    ask(world, 4, "presence.away", "{\"on\":true}");
    if (watch->lease) {
        led(world, "lease.offer", "{\"seat\":\"f2\"}");
    }
    look(world, watch);
}

static void check_in(struct world *world, struct watch *watch)
{
    next_stage(world, watch, "check_in");
    look(world, watch);
    world_pass(world, 1500);
    uint8_t first = world->set.now.floor.holder;
    assert_int_not_equal(first, PS_NOBODY);
    say(world, first, "{\"text\":\"I slept well.\"}");
    look(world, watch);
    ask(world, first, "round.done", "");
    world_pass(world, 1500);
    uint8_t second = world->set.now.floor.holder;
    ask(world, second, "round.pass", "");
    look(world, watch);
    world_pass(world, 1500);
    led(world, "floor.next", "");
    world_lose(world, name_of(world->set.now.floor.holder));
    world_pass(world, 10000);
    look(world, watch);
    world_come_all(world);
}

static void agenda(struct world *world, struct watch *watch)
{
    next_stage(world, watch, "agenda");
    look(world, watch);
    give(world, watch, INPUT_BID, 1, "{\"issue\":\"%s\",\"urgency\":2}", "Should I hire?",
         "Should I sell?");
    look(world, watch);
    ask(world, 2, "bid.place", "{\"issue\":\"A second shop?\",\"urgency\":3}");
    ask(world, 3, "bid.place", "{\"issue\":\"My brother.\",\"urgency\":1}");
    ask(world, 4, "bid.pass", "");
    ask(world, 1, "agenda.swap", "{\"with\":\"m3\"}");
    look(world, watch);
    give(world, watch, INPUT_OVERRIDE, 34, "{\"order\":[\"m3\",\"m2\",\"m1\"],\"reason\":\"%s\"}",
         "It cannot wait.", "It should wait.");
    look(world, watch);
    led(world, "agenda.agree", "");
    look(world, watch);
}

/* ---- a turn ---------------------------------------------------------------------------------- */

static void present(struct world *world, struct watch *watch)
{
    assert_string_equal(world_phase(world), "present");
    assert_int_not_equal(presenter(world), PS_NOBODY);
    look(world, watch);
    give(world, watch, INPUT_SAY, presenter(world), "{\"text\":\"%s\"}", "I have two jobs.",
         "I have two sons.");
    look(world, watch);
    give(world, watch, INPUT_HAND, helper(world, 1), "{\"kind\":\"question\",\"text\":\"%s\"}",
         "Since when?", "What for...");
    ask(world, helper(world, 2), "hand.raise",
        "{\"kind\":\"process\",\"text\":\"Can we go slower?\"}");
    look(world, watch);
    led(world, "clock.pause", "");
    look(world, watch);
    led(world, "clock.resume", "");
}

/* Whoever is granted the floor asks; returns who. */
static uint8_t ask_and_answer(struct world *world, struct watch *watch, const char *answer)
{
    world_pass(world, 1500);
    uint8_t asker = world->set.now.floor.holder;
    assert_int_not_equal(asker, PS_NOBODY);
    look(world, watch);
    ask(world, asker, "floor.take", "");
    ask(world, asker, "floor.yield", "");
    if (world->set.now.floor.part == PS_PART_ANSWER) {
        look(world, watch);
        say(world, presenter(world), answer);
        look(world, watch);
        ask(world, presenter(world), "floor.yield", "");
    }
    return asker;
}

static void clarify(struct world *world, struct watch *watch)
{
    next_phase(world, "clarify");
    look(world, watch);
    (void)ask_and_answer(world, watch, "{\"text\":\"Nothing to add.\"}");
    (void)ask_and_answer(world, watch, "{\"text\":\"Since May.\"}");
    ask(world, presenter(world), "turn.ready", "");
    look(world, watch);
}

static void mark_helped(struct world *world, struct watch *watch)
{
    char ids[2][16];
    uint8_t found = 0;
    const struct ps_talk *talk = &world->set.now.talk;
    for (uint8_t i = talk->count; i > 0 && found < 2; i--) {
        if (talk->said[i - 1].by != presenter(world)) {
            (void)snprintf(ids[found++], sizeof(ids[0]), "w%u", talk->said[i - 1].id);
        }
    }
    assert_int_equal(found, 2);
    give(world, watch, INPUT_HELPED, presenter(world), "{\"said\":\"%s\"}", ids[0], ids[1]);
    look(world, watch);
}

static void question(struct world *world, struct watch *watch)
{
    next_phase(world, "question");
    ask(world, helper(world, 1), "hand.raise",
        "{\"kind\":\"question\",\"text\":\"What do you fear?\"}");
    ask(world, helper(world, 2), "hand.raise",
        "{\"kind\":\"question\",\"text\":\"What do you hope?\"}");
    ask(world, helper(world, 3), "hand.raise", "{\"kind\":\"question\"}");
    look(world, watch);
    uint8_t asker = ask_and_answer(world, watch, "{\"text\":\"To be alone.\"}");
    ask(world, asker, "hand.raise", "{\"kind\":\"follow_up\",\"text\":\"And at night?\"}");
    char params[64];
    (void)snprintf(params, sizeof(params), "{\"seat\":\"%s\"}", name_of(helper(world, 4)));
    ask(world, presenter(world), "turn.invite", params);
    look(world, watch);
    (void)ask_and_answer(world, watch, "{\"text\":\"At night most.\"}");
    world_pass(world, 1500);
    world_pass(world, 9000); /* granted, and not begun: "still want to speak?" */
    look(world, watch);
    world_pass(world, 10000);
    led(world, "clock.extend", "{\"ms\":60000}");
    mark_helped(world, watch);
}

static void silence(struct world *world, struct watch *watch)
{
    char params[256];
    char form[64];
    next_phase(world, "silence");
    look(world, watch);
    (void)snprintf(form, sizeof(form), "{\"prompt\":\"q%u\",\"text\":\"%%s\"}",
                   world->set.now.prompt.id);
    give(world, watch, INPUT_PROMPT, helper(world, 1), form, "I was angry.", "I was afraid");
    look(world, watch);
    (void)snprintf(params, sizeof(params), "{\"prompt\":\"q%u\",\"text\":\"I saw myself.\"}",
                   world->set.now.prompt.id);
    ask(world, presenter(world), "prompt.answer", params);
    (void)snprintf(params, sizeof(params), "{\"prompt\":\"q%u\"}", world->set.now.prompt.id);
    ask(world, helper(world, 2), "prompt.pass", params);
    look(world, watch);
}

static void offer_and_respond(struct world *world, struct watch *watch)
{
    next_phase(world, "offer");
    look(world, watch); /* the prompt is open for ten seconds more */
    ask(world, helper(world, 1), "hand.raise",
        "{\"kind\":\"offer\",\"text\":\"I hired my sister.\"}");
    ask(world, helper(world, 2), "hand.raise",
        "{\"kind\":\"offer\",\"text\":\"I know somebody.\"}");
    world_pass(world, 12000);
    look(world, watch);
    next_phase(world, "respond");
    say(world, presenter(world), "{\"text\":\"I will think about it.\"}");
    look(world, watch);
}

static void commit(struct world *world, struct watch *watch)
{
    char params[256];
    char form[256];
    uint8_t witness = helper(world, 2);
    next_phase(world, "commit");
    (void)snprintf(form, sizeof(form),
                   "{\"text\":\"%%s\",\"due\":\"next_meeting\",\"desire\":4,\"intention\":5,"
                   "\"witness\":\"%s\"}",
                   name_of(witness));
    give(world, watch, INPUT_COMMITMENT, presenter(world), form, "I will call Jo.",
         "I will call Al.");
    look(world, watch);
    give(world, watch, INPUT_RESOLVE, presenter(world),
         "{\"text\":\"I will sleep more.\",\"due\":\"2027-01-31\",%s}",
         "\"desire\":1,\"intention\":2", "\"desire\":3,\"intention\":5");
    look(world, watch);
    (void)snprintf(params, sizeof(params), "{\"id\":\"c%u\",\"yes\":true}",
                   world->set.commitments.list[0].id);
    if (world->set.commitments.list[0].witness == witness) {
        ask(world, witness, "commitment.witness", params);
    }
    look(world, watch);
}

static void process(struct world *world, struct watch *watch)
{
    char form[128];
    next_phase(world, "process");
    look(world, watch);
    say(world, helper(world, 3), "{\"text\":\"We listened well.\"}");
    (void)snprintf(form, sizeof(form),
                   "{\"to\":\"%s\",\"kind\":\"deep_listening\",\"reason\":\"%%s\"}",
                   name_of(presenter(world)));
    give(world, watch, INPUT_RECOGNITION, helper(world, 1), form, "You waited.", "You dared..");
    look(world, watch);
}

static void turn(struct world *world, struct watch *watch)
{
    next_stage(world, watch, "presenter_turn");
    present(world, watch);
    clarify(world, watch);
    question(world, watch);
    silence(world, watch);
    offer_and_respond(world, watch);
    commit(world, watch);
    process(world, watch);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void pause_and_talk(struct world *world, struct watch *watch)
{
    next_stage(world, watch, "break");
    look(world, watch);
    next_stage(world, watch, "open_talk"); /* it stands in for the tour */
    ask(world, 1, "hand.raise", "{\"kind\":\"offer\",\"text\":\"Look at my shop.\"}");
    ask(world, 2, "hand.raise", "{\"kind\":\"question\",\"text\":\"May we touch it?\"}");
    look(world, watch);
    world_pass(world, 1500);
    ask(world, world->set.now.floor.holder, "floor.take", "");
    look(world, watch);
    ask(world, world->set.now.floor.holder, "floor.yield", "");
    look(world, watch); /* it can be undone for a moment */
}

static void end(struct world *world, struct watch *watch)
{
    next_stage(world, watch, "close");
    look(world, watch);
    give(world, watch, INPUT_REMOVE, 34, "{\"seat\":\"m5\",\"reason\":\"%s\"}", "She moved away.",
         "She was absent.");
    world_pass(world, 1500);
    look(world, watch);
    led(world, "meeting.end", "");
    look(world, watch);
}

void sight_meeting(struct watch *watch)
{
    struct world *world = world_create_from(set_file);
    gather(world, watch);
    led(world, "meeting.start", "");
    look(world, watch);
    check_in(world, watch);
    agenda(world, watch);
    turn(world, watch);
    pause_and_talk(world, watch);
    turn(world, watch);
    end(world, watch);
    world_destroy(world);
}
