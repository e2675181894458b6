#include "sight_inputs.h"

#include "core/activity.h"

enum { LOOKS_MAX = 256 };

/* What each seat saw at each look, as a hash of the whole picture. */
struct views {
    uint64_t of[LOOKS_MAX][PS_SEAT_SLOTS];
};

static uint64_t hash_of(const char *bytes, size_t count)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ (uint8_t)bytes[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

static void keep(struct world *world, struct watch *watch)
{
    struct views *views = watch->looker;
    const struct ps_scene scene = world_scene(world);
    assert_true(watch->looks < LOOKS_MAX);
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (ps_person(&world->set, seat) == NULL) {
            continue;
        }
        struct ps_text text = ps_text_into(world->text, WORLD_TEXT_BYTES);
        ps_wire_picture(&text, &world->set, &scene, (struct ps_viewer){.seat = seat, .primary = 1});
        assert_false(text.full);
        views->of[watch->looks][seat] = hash_of(text.bytes, text.used);
    }
}

/* Who saw another picture, at one look or at any. */
static uint64_t differ_at(const struct views *a, const struct views *b, size_t look)
{
    uint64_t seats = 0;
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        seats |= a->of[look][seat] != b->of[look][seat] ? ps_seat_bit(seat) : 0;
    }
    return seats;
}

static enum sight judge(const struct watch *watch, const struct views *plain,
                        const struct views *other, enum input input)
{
    static const char *const people[] = {"m1", "m2", "m3", "m4", "m5", "f1", "f2", "f3", "o1"};
    uint64_t everyone = 0;
    for (size_t i = 0; i < PS_COUNT(people); i++) {
        everyone |= ps_seat_bit(world_seat(people[i]));
    }
    uint64_t by = ps_seat_bit(watch->given_by[input]);
    uint64_t desk = ps_seat_bit(world_seat("f1")) | ps_seat_bit(world_seat("f2"));
    uint64_t at_once = differ_at(plain, other, watch->given_at[input]);
    uint64_t ever = 0;
    for (size_t look = 0; look < watch->looks; look++) {
        uint64_t seats = differ_at(plain, other, look);
        assert_true(look >= watch->given_at[input] || seats == 0);
        ever |= seats;
    }
    if (ever == 0) {
        return SIGHT_RECORD;
    }
    if (at_once == everyone) {
        return SIGHT_EVERYONE;
    }
    if (at_once == by) {
        return ever == by ? SIGHT_YOU : ever == everyone ? SIGHT_GRANTED : SIGHT_OTHER;
    }
    /* At the first look the deputy may not act yet. */
    return (ever & ~(desk | by)) == 0 && (at_once & desk) != 0 ? SIGHT_DESK : SIGHT_OTHER;
}

enum sight sight_of(enum input input)
{
    static struct views plain;
    static struct views other;
    memset(&plain, 0, sizeof(plain));
    memset(&other, 0, sizeof(other));
    struct watch once = {.lease = true, .look = keep, .looker = &plain};
    struct watch again = {.lease = true, .look = keep, .looker = &other, .other = input};
    sight_meeting(&once);
    sight_meeting(&again);
    assert_int_equal(once.looks, again.looks);

    return judge(&once, &plain, &other, input);
}

/* ---- completeness ---------------------------------------------------------------------------- */

static bool is_input(const char *method, const char *param)
{
    for (size_t i = INPUT_NONE + 1; i < INPUTS_COUNT; i++) {
        if (strcmp(sight_places[i].method, method) == 0 &&
            strcmp(sight_places[i].param, param) == 0) {
            return true;
        }
    }
    return false;
}

const char *sight_inputs_missing(void)
{
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        const struct ps_shape *shape = ps_method_at(i)->shape;
        for (uint16_t n = 0; shape != NULL && n < shape->fields_count; n++) {
            bool words = shape->fields[n].kind == PS_WORDS;
            if (words && !is_input(ps_method_at(i)->name, shape->fields[n].name)) {
                return ps_method_at(i)->name;
            }
        }
    }
    return NULL;
}

/* ---- sight.ts -------------------------------------------------------------------------------- */

static const char *const sight_words[] = {
    [SIGHT_EVERYONE] = "everyone", [SIGHT_GRANTED] = "granted", [SIGHT_YOU] = "you",
    [SIGHT_DESK] = "desk",         [SIGHT_RECORD] = "record",
};

/* The resolve is two numbers of one command; the client gives it a line of its own. */
static const char *name_of(enum input input)
{
    return input == INPUT_RESOLVE ? "commitment.resolve" : sight_places[input].method;
}

void sight_inputs_write(struct ps_text *text)
{
    ps_text_add_string(
        text,
        "/* Who will see what is written, by input.\n"
        " *\n"
        " * Found by experiment (tests/unit/sight_test.c): one meeting is held twice with one\n"
        " * input worded otherwise; whose pictures differ? Do not edit. */\n\n"
        "export type Input =");
    for (size_t i = INPUT_NONE + 1; i < INPUTS_COUNT; i++) {
        ps_text_add_string(text, "\n  | \"");
        ps_text_add_string(text, name_of((enum input)i));
        ps_text_add_char(text, '"');
    }
    ps_text_add_string(
        text,
        ";\n\n"
        "/** everyone: all who are in the set. granted: you, and everyone once the floor is "
        "given.\n"
        " * you: nobody else. desk: whoever runs the meeting. record: nobody in the meeting; it "
        "is\n"
        " * kept in the record. */\n"
        "export type Sight = \"everyone\" | \"granted\" | \"you\" | \"desk\" | \"record\";\n\n"
        "export const sight: Record<Input, Sight> = {\n");
    for (size_t i = INPUT_NONE + 1; i < INPUTS_COUNT; i++) {
        enum sight sight = sight_of((enum input)i);
        if (sight == SIGHT_OTHER) {
            fail_msg("%s is seen by others than any line says", name_of((enum input)i));
        }
        ps_text_add_string(text, "  \"");
        ps_text_add_string(text, name_of((enum input)i));
        ps_text_add_string(text, "\": \"");
        ps_text_add_string(text, sight_words[sight]);
        ps_text_add_string(text, "\",\n");
    }
    ps_text_add_string(text, "};\n");
}
