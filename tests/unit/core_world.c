#include "core_world.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/settle.h"

/* ---- beginning and end ----------------------------------------------------------------------- */

static void core_failed(const char *what, const char *file, int line)
{
    ps_assert_hook(NULL);
    fail_msg("the core asserts: %s (%s:%d)", what, file, line);
    abort();
}

struct world *world_create_empty(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    void *block = malloc(WORLD_WORDS_BYTES);
    world->text = malloc(WORLD_TEXT_BYTES);
    assert_non_null(block);
    assert_non_null(world->text);
    world->words = ps_words_init(block, WORLD_WORDS_BYTES);
    world->now = WORLD_BEGAN_AT;
    world->live.loaded_at = WORLD_BEGAN_AT;
    memcpy(world->set.id, "market", sizeof("market"));
    ps_assert_hook(core_failed);
    return world;
}

const char *world_found(struct world *world, const char *file)
{
    struct ps_control *control = calloc(1, sizeof(*control));
    assert_non_null(control);
    snprintf(world->text, WORLD_TEXT_BYTES, "{\"do\":\"set.create\",\"file\":%s}", file);
    const char *fault = ps_wire_control(world->text, strlen(world->text), control);
    if (fault == NULL) {
        struct ps_scene scene = world_scene(world);
        scene.command_text = control->text;
        fault = ps_found(&world->set, &scene, &control->file, 42, &world->out);
    }
    if (fault == NULL) {
        world_take(world, "server");
    }
    free(control);
    return fault;
}

struct world *world_create_from(const char *file)
{
    struct world *world = world_create_empty();
    const char *fault = world_found(world, file);
    if (fault != NULL) {
        fail_msg("the set file is not good: %s", fault);
    }
    return world;
}

struct world *world_create(int members, const char *extra)
{
    char file[16 * 1024];
    struct ps_text text = ps_text_into(file, sizeof(file));
    ps_text_add_string(&text,
                       "{\"name\":\"Market Towns\",\"zone\":\"Europe/London\",\"programme\":{"
                       "\"name\":\"Spring\",\"meetings\":6,\"meeting_ms\":5400000,"
                       "\"turns_per_meeting\":2,\"advice_ms\":10800000},\"facilitators\":["
                       "{\"seat\":\"f1\",\"name\":\"Fay\",\"role\":\"facilitator\"},"
                       "{\"seat\":\"f2\",\"name\":\"Dee\",\"role\":\"deputy\"}],\"members\":[");
    for (int i = 1; i <= members; i++) {
        char one[128];
        snprintf(one, sizeof(one),
                 "%s{\"seat\":\"m%d\",\"name\":\"Member %d\",\"business\":\"Shop %d\"}",
                 i > 1 ? "," : "", i, i, i);
        ps_text_add_string(&text, one);
    }
    ps_text_add_string(&text, "]");
    if (strstr(extra, "\"rotation\"") == NULL) {
        ps_text_add_string(&text, ",\"rotation\":{\"places\":[");
        for (int i = 1; i <= members; i++) {
            char one[16];
            snprintf(one, sizeof(one), "%s\"m%d\"", i > 1 ? "," : "", i);
            ps_text_add_string(&text, one);
        }
        ps_text_add_string(&text, "]}");
    }
    ps_text_add_string(&text, extra);
    ps_text_add(&text, "}", 2);
    assert_false(text.full);
    return world_create_from(file);
}

void world_destroy(struct world *world)
{
    if (world == NULL) {
        return;
    }
    for (size_t i = 0; i < world->kept_count; i++) {
        free(world->kept[i].facts);
        free(world->kept[i].words);
    }
    json_decref(world->seen);
    free(world->kept);
    free(world->words);
    free(world->text);
    free(world);
    ps_assert_hook(NULL);
}

int world_setup(void **state)
{
    *state = world_create(6, "");
    return 0;
}

int world_teardown(void **state)
{
    world_destroy(*state);
    return 0;
}

uint8_t world_seat(const char *name)
{
    uint8_t seat = ps_seat_read(name, strlen(name));
    assert_int_not_equal(seat, PS_NOBODY);
    return seat;
}

/* ---- events ---------------------------------------------------------------------------------- */

struct ps_scene world_scene(const struct world *world)
{
    return (struct ps_scene){
        .now = {.ms = world->now}, .live = &world->live, .words = world->words};
}

static char *copy_of(const char *bytes, size_t count)
{
    char *copy = malloc(count + 1);
    assert_non_null(copy);
    memcpy(copy, bytes, count);
    copy[count] = '\0';
    return copy;
}

static void keep(struct world *world, const struct ps_event *event, const char *cause)
{
    static char facts_bytes[64 * 1024];
    static char words_bytes[256 * 1024];
    if (world->kept_count == world->kept_room) {
        world->kept_room = world->kept_room == 0 ? 256 : world->kept_room * 2;
        world->kept = realloc(world->kept, world->kept_room * sizeof(*world->kept));
        assert_non_null(world->kept);
    }
    struct ps_text facts = ps_text_into(facts_bytes, sizeof(facts_bytes));
    struct ps_text words = ps_text_into(words_bytes, sizeof(words_bytes));
    struct kept *kept = &world->kept[world->kept_count++];
    ps_wire_record(event, &world->out, cause, &facts, &words, &kept->record);
    assert_false(facts.full || words.full);
    kept->facts = copy_of(kept->record.facts, kept->record.facts_bytes);
    kept->words = copy_of(kept->record.words, kept->record.words_bytes);
    kept->record.facts = kept->facts;
    kept->record.words = kept->words;
    kept->record.cause = cause;
}

void world_take(struct world *world, const char *cause)
{
    static struct ps_set before;
    const struct ps_outcome *out = &world->out;
    assert_int_equal(out->refusal, PS_ALLOWED);
    for (uint16_t i = 0; i < out->words_count; i++) {
        enum ps_err err =
            ps_words_add(world->words, out->words[i].word, out->text + out->words[i].at);
        assert_int_equal(err, PS_OK);
    }
    for (uint16_t i = 0; i < out->events_count; i++) {
        world->cause = cause;
        keep(world, &out->events[i], cause);
        if (world->watch != NULL) {
            memcpy(&before, &world->set, sizeof(before));
        }
        ps_apply(&world->set, &out->events[i]);
        if (world->watch != NULL) {
            world->watch(world, &before, &out->events[i]);
        }
    }
}

void world_settle(struct world *world)
{
    for (int round = 0; round < PS_SETTLE_ROUNDS_MAX; round++) {
        const struct ps_scene scene = world_scene(world);
        ps_settle(&world->set, &scene, &world->out);
        if (world->out.events_count == 0) {
            if (ps_wake_at(&world->set, &scene) <= world->now) {
                fail_msg("settled, and yet the wake is not in the future");
            }
            return;
        }
        world_take(world, "clock");
    }
    fail_msg("it does not settle in %d rounds (last event %s)", (int)PS_SETTLE_ROUNDS_MAX,
             world->kept[world->kept_count - 1].record.kind);
}

/* ---- time and connections -------------------------------------------------------------------- */

void world_pass(struct world *world, int64_t ms)
{
    int64_t until = world->now + ms;
    for (;;) {
        const struct ps_scene scene = world_scene(world);
        int64_t wake = ps_wake_at(&world->set, &scene);
        if (wake > until) {
            break;
        }
        assert_true(wake >= world->now);
        world->now = wake;
        world_settle(world);
    }
    world->now = until;
    world_settle(world);
}

void world_pass_to_end(struct world *world, int64_t before_ms)
{
    assert_int_equal(world->set.now.clock.state, PS_CLOCK_RUNNING);
    int64_t until = world->set.now.clock.ends_at - before_ms;
    assert_true(until >= world->now);
    world_pass(world, until - world->now);
}

static void each_seat(struct world *world, const char *seats, bool connected)
{
    for (const char *at = seats; *at != '\0';) {
        size_t count = strcspn(at, " ");
        uint8_t seat = ps_seat_read(at, count);
        assert_int_not_equal(seat, PS_NOBODY);
        if (connected) {
            world->live.connected |= ps_seat_bit(seat);
        } else if (ps_seats_has(world->live.connected, seat)) {
            world->live.connected &= ~ps_seat_bit(seat);
            world->live.lost_at[seat] = world->now;
        }
        at += count + (at[count] == ' ');
    }
    world_settle(world);
}

void world_come(struct world *world, const char *seats)
{
    each_seat(world, seats, true);
}

void world_lose(struct world *world, const char *seats)
{
    each_seat(world, seats, false);
}

void world_come_all(struct world *world)
{
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (ps_is_active(&world->set, seat)) {
            world->live.connected |= ps_seat_bit(seat);
        }
    }
    world_settle(world);
}

void world_restart(struct world *world, int64_t crashed_at)
{
    world->live = (struct ps_live){.loaded_at = world->now};
    const struct ps_scene scene = world_scene(world);
    ps_recover(&world->set, &scene, (struct ps_instant){.ms = crashed_at}, &world->out);
    world_take(world, "server");
    world_settle(world);
}

/* ---- asking ---------------------------------------------------------------------------------- */

enum ps_refusal world_frame(struct world *world, uint8_t seat, const char *bytes, size_t count)
{
    ps_wire_request(bytes, count, &world->request);
    world->rpc_code = world->request.rpc_code;
    if (world->rpc_code != 0) {
        assert_int_not_equal(world->request.refusal, PS_ALLOWED);
        return world->request.refusal;
    }
    if (ps_method_at(world->request.command.method)->decide == NULL) {
        return PS_ALLOWED; /* answered above the core */
    }
    world->request.command.seat = seat;
    struct ps_scene scene = world_scene(world);
    scene.command_text = world->request.text;
    ps_decide(&world->set, &scene, &world->request.command, &world->out);
    enum ps_refusal refusal = world->out.refusal;
    if (refusal != PS_ALLOWED) {
        assert_int_equal(world->out.events_count, 0);
        assert_int_equal(world->out.words_count, 0);
        return refusal;
    }
    world_take(world, "someone");
    world_settle(world);
    return PS_ALLOWED;
}

enum ps_refusal world_ask(struct world *world, const char *seat, const char *method,
                          const char *params)
{
    char frame[PS_COMMAND_BYTES_MAX * 2];
    char expect[40] = "";
    const char *rest = params[0] == '{' ? params + 1 : "}";
    if (world->set.now.running.phase_id != 0 && strstr(params, "\"expect\"") == NULL) {
        snprintf(expect, sizeof(expect), "\"expect\":\"p%u\"%s", world->set.now.running.phase_id,
                 rest[0] == '}' ? "" : ",");
    }
    world->asked += 1;
    int count =
        snprintf(frame, sizeof(frame),
                 "{\"jsonrpc\":\"2.0\",\"id\":\"w:%llu\",\"method\":\"%s\",\"params\":{%s%s}",
                 (unsigned long long)world->asked, method, expect, rest);
    assert_true(count > 0 && (size_t)count < sizeof(frame));
    return world_frame(world, world_seat(seat), frame, (size_t)count);
}

void world_ok(struct world *world, const char *seat, const char *method, const char *params)
{
    enum ps_refusal refusal = world_ask(world, seat, method, params);
    if (refusal != PS_ALLOWED) {
        fail_msg("%s of %s (%s) is refused: %s (rpc %d)", method, seat, params,
                 ps_refusal_word(refusal), world->rpc_code);
    }
}

void world_no(struct world *world, const char *seat, const char *method, const char *params,
              enum ps_refusal expected)
{
    uint32_t seq = world->set.seq;
    enum ps_refusal refusal = world_ask(world, seat, method, params);
    if (refusal != expected) {
        fail_msg("%s of %s (%s): \"%s\" and not \"%s\"", method, seat, params,
                 ps_refusal_word(refusal), ps_refusal_word(expected));
    }
    assert_int_equal(world->set.seq, seq);
}

/* ---- the way through a meeting --------------------------------------------------------------- */

const char *world_kind(const struct world *world)
{
    const struct ps_activity *activity = ps_activity_now(&world->set);
    return activity == NULL ? "" : activity->name;
}

const char *world_phase(const struct world *world)
{
    const struct ps_phase *phase = ps_phase_now(&world->set);
    return phase == NULL ? "" : phase->name;
}

void world_start(struct world *world)
{
    world_come_all(world);
    world_ok(world, "f1", "meeting.open", "");
    world_ok(world, "f1", "meeting.start", "");
}

void world_to_stage(struct world *world, const char *kind)
{
    for (int i = 0; i < PS_STAGES_MAX && strcmp(world_kind(world), kind) != 0; i++) {
        world_ok(world, "f1", "stage.next", "");
    }
    assert_string_equal(world_kind(world), kind);
}

void world_to_phase(struct world *world, const char *phase)
{
    for (int i = 0; i < PS_PHASES_MAX && strcmp(world_phase(world), phase) != 0; i++) {
        world_ok(world, "f1", "turn.next", "");
    }
    assert_string_equal(world_phase(world), phase);
}

void world_to_turn(struct world *world, const char *phase)
{
    world_start(world);
    world_to_stage(world, "presenter_turn");
    world_to_phase(world, phase);
}

/* ---- seeing ---------------------------------------------------------------------------------- */

json_t *world_see(struct world *world, const char *seat)
{
    const struct ps_scene scene = world_scene(world);
    struct ps_text text = ps_text_into(world->text, WORLD_TEXT_BYTES);
    ps_wire_picture(&text, &world->set, &scene,
                    (struct ps_viewer){.seat = world_seat(seat), .primary = 1});
    assert_false(text.full);
    json_error_t error;
    json_decref(world->seen);
    world->seen = json_loadb(text.bytes, text.used, JSON_REJECT_DUPLICATES, &error);
    if (world->seen == NULL) {
        fail_msg("the picture is not JSON: %s at %d", error.text, error.position);
    }
    return json_object_get(json_object_get(world->seen, "params"), "picture");
}

json_t *world_look(struct world *world, const char *seat, const char *path)
{
    json_t *at = world_see(world, seat);
    while (at != NULL && *path != '\0') {
        char key[64];
        size_t count = strcspn(path, ".");
        assert_true(count < sizeof(key));
        memcpy(key, path, count);
        key[count] = '\0';
        at = json_object_get(at, key);
        path += count + (path[count] == '.');
    }
    return at;
}

static void add_value(struct ps_text *text, const json_t *value)
{
    if (json_is_string(value)) {
        ps_text_add_string(text, json_string_value(value));
    } else if (json_is_integer(value)) {
        ps_text_add_int(text, json_integer_value(value));
    } else if (json_is_boolean(value)) {
        ps_text_add_string(text, json_is_true(value) ? "true" : "false");
    } else if (json_is_object(value)) {
        ps_text_add_string(text, "{}");
    }
}

const char *world_read(struct world *world, const char *seat, const char *path)
{
    static char read[4096];
    const json_t *value = world_look(world, seat, path);
    struct ps_text text = ps_text_into(read, sizeof(read) - 1);
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            ps_text_add(&text, " ", i > 0 ? 1 : 0);
            add_value(&text, json_array_get(value, i));
        }
    } else if (value != NULL) {
        add_value(&text, value);
    }
    read[text.used] = '\0';
    return read;
}

void world_shows(struct world *world, const char *seat, const char *path, const char *expected)
{
    const char *text = world_read(world, seat, path);
    if (strcmp(text, expected) != 0) {
        fail_msg("%s sees %s = \"%s\", not \"%s\"", seat, path, text, expected);
    }
}

const char *world_events(struct world *world, size_t from)
{
    struct ps_text text = ps_text_into(world->text, WORLD_TEXT_BYTES - 1);
    for (size_t i = from; i < world->kept_count; i++) {
        ps_text_add(&text, " ", i > from ? 1 : 0);
        ps_text_add_string(&text, world->kept[i].record.kind);
    }
    world->text[text.used] = '\0';
    return world->text;
}

/* ---- proof ----------------------------------------------------------------------------------- */

void world_state_text(const struct ps_set *set, struct ps_text *text)
{
    ps_wire_state(text, set);
    assert_false(text->full);
}

static void compare_states(const struct ps_set *one, const struct ps_set *other)
{
    static char bytes[2][WORLD_TEXT_BYTES];
    struct ps_text a = ps_text_into(bytes[0], WORLD_TEXT_BYTES);
    struct ps_text b = ps_text_into(bytes[1], WORLD_TEXT_BYTES);
    world_state_text(one, &a);
    world_state_text(other, &b);
    size_t i = 0;
    while (i < a.used && i < b.used && a.bytes[i] == b.bytes[i]) {
        i++;
    }
    if (a.used != b.used || i < a.used) {
        size_t from = i > 120 ? i - 120 : 0;
        fail_msg("replay differs at %zu: …%.*s… and …%.*s…", i, 200, a.bytes + from, 200,
                 b.bytes + from);
    }
}

void world_replay(struct world *world)
{
    static struct ps_set again;
    static struct ps_event event;
    void *block = malloc(WORLD_WORDS_BYTES);
    assert_non_null(block);
    struct ps_words *words = ps_words_init(block, WORLD_WORDS_BYTES);
    memset(&again, 0, sizeof(again));
    memcpy(again.id, "market", sizeof("market"));
    for (size_t i = 0; i < world->kept_count; i++) {
        enum ps_err err = ps_wire_event(&world->kept[i].record, &event, words);
        if (err != PS_OK) {
            fail_msg("record %zu (%s %s) cannot be read back: %s", i, world->kept[i].record.kind,
                     world->kept[i].facts, ps_err_word(err));
        }
        ps_apply(&again, &event);
    }
    compare_states(&world->set, &again);
    if (memcmp(&world->set, &again, sizeof(again)) != 0) {
        fail_msg("replay gives the same fields and yet other bytes");
    }
    assert_int_equal(words->count, world->words->count);
    assert_int_equal(words->used, world->words->used);
    free(block);
}
