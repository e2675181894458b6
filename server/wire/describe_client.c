/* describe_client - the file of the browser client: types of the picture, the methods with their
 * params, and the few numbers a client must know. Types cost a browser nothing. */
#include <string.h>

#include "base/assert.h"
#include "core/activity.h"
#include "wire/describe_parts.h"
#include "wire/describe_types.h"

enum { WIDTH = 100 };

/* ---- lists of words -------------------------------------------------------------------------- */

/* "a" | "b" | …, in lines; the words come one by one. */
struct listing {
    struct ps_text *text;
    size_t line_from; /* where the present line began */
    const char *between;
};

static void add_listed(struct listing *listing, const char *word)
{
    size_t length = strlen(word) + strlen(listing->between) + 3;
    if (listing->text->used - listing->line_from + length > WIDTH) {
        ps_text_add_char(listing->text, '\n');
        listing->line_from = listing->text->used;
        ps_text_add_char(listing->text, ' ');
    }
    ps_text_add_string(listing->text, listing->between);
    ps_text_add_char(listing->text, '"');
    ps_text_add_string(listing->text, word);
    ps_text_add_char(listing->text, '"');
}

static struct listing begin_type(struct ps_text *text, const char *name)
{
    ps_text_add_string(text, "export type ");
    ps_text_add_string(text, name);
    ps_text_add_string(text, " =\n");
    struct listing listing = {.text = text, .line_from = text->used, .between = " | "};
    ps_text_add_char(text, ' ');
    return listing;
}

static void add_known(struct ps_text *text, const struct ps_known_words *words,
                      const struct ps_shape *shape)
{
    for (uint16_t n = 0; n < shape->fields_count; n++) {
        const struct ps_field *field = &shape->fields[n];
        bool has_words = field->kind == PS_ENUM || field->kind == PS_FLAGS;
        if (!has_words || ps_types_known(shape, field) != words) {
            continue;
        }
        struct listing listing = begin_type(text, words->name);
        uint16_t cursor = 0;
        const char *word = NULL;
        while ((word = ps_describe_word(field, &cursor)) != NULL) {
            add_listed(&listing, word);
        }
        ps_text_add_string(text, ";\n");
        return;
    }
}

static bool has_known(const struct ps_known_words *words, const struct ps_shape *shape)
{
    for (uint16_t n = 0; n < shape->fields_count; n++) {
        uint8_t kind = shape->fields[n].kind;
        if ((kind == PS_ENUM || kind == PS_FLAGS) &&
            ps_types_known(shape, &shape->fields[n]) == words) {
            return true;
        }
    }
    return false;
}

/* A round's states stand in a shape that is a value: it is looked for inside the others too. */
static const struct ps_shape *shape_with(const struct ps_known_words *words,
                                         const struct ps_type_shapes *shapes)
{
    for (size_t i = 0; i < shapes->count; i++) {
        const struct ps_shape *shape = shapes->list[i];
        if (has_known(words, shape)) {
            return shape;
        }
        for (uint16_t n = 0; n < shape->fields_count; n++) {
            const struct ps_shape *inner = shape->fields[n].shape;
            if (inner != NULL && has_known(words, inner)) {
                return inner;
            }
        }
    }
    return NULL;
}

static void add_words(struct ps_text *text, const struct ps_type_shapes *shapes)
{
    for (size_t i = 0; ps_types_known_at(i) != NULL; i++) {
        const struct ps_shape *shape = shape_with(ps_types_known_at(i), shapes);
        ps_assert(shape != NULL); /* a name without words: the table above is out of date */
        add_known(text, ps_types_known_at(i), shape);
    }
    uint8_t turn = ps_activity_find("presenter_turn");
    struct listing phases = begin_type(text, "TurnPhase");
    for (uint8_t i = 0; turn != 0 && i < ps_activity_at(turn)->phases_count; i++) {
        add_listed(&phases, ps_activity_at(turn)->phases[i].name);
    }
    ps_text_add_string(text, ";\n");
    struct listing methods = begin_type(text, "Method");
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        add_listed(&methods, ps_method_at(i)->name);
    }
    ps_text_add_string(text, ";\n");
}

/* ---- methods and numbers --------------------------------------------------------------------- */

static void add_params(struct ps_text *text)
{
    ps_text_add_string(text, "\n/** What each method takes, besides `expect`. */\n"
                             "export interface Params {\n");
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        const struct ps_method *method = ps_method_at(i);
        ps_text_add_string(text, "  \"");
        ps_text_add_string(text, method->name);
        ps_text_add_string(text, method->shape == NULL ? "\": object" : "\": { ");
        if (method->shape != NULL) {
            ps_types_members(text, method->shape);
            ps_text_add_string(text, " }");
        }
        ps_text_add_string(text, ";\n");
    }
    ps_text_add_string(text, "}\n");
}

static void add_list(struct ps_text *text, const char *about, const char *name,
                     const char *(*word)(uint16_t index), uint16_t count)
{
    ps_text_add_string(text, "\n/** ");
    ps_text_add_string(text, about);
    ps_text_add_string(text, " */\nexport const ");
    ps_text_add_string(text, name);
    ps_text_add_string(text, ": readonly string[] = [\n");
    struct listing listing = {.text = text, .line_from = text->used, .between = " "};
    ps_text_add_char(text, ' ');
    for (uint16_t i = 0; i < count; i++) {
        if (word(i) != NULL) {
            add_listed(&listing, word(i));
            ps_text_add_char(text, ',');
        }
    }
    ps_text_add_string(text, "\n];\n");
}

static const char *expected_word(uint16_t index)
{
    const struct ps_method *method = ps_method_at(index);
    return (method->needs & PS_NEEDS_EXPECT) != 0 ? method->name : NULL;
}

/* Kinds that may be planned before they are built; those that are built stand among the activities,
 * and one that is no kind any more is left out. */
static const char *stage_word(uint16_t index)
{
    static const char *const planned[] = {"tour", "commitments", "process_review", "corridor"};
    uint16_t count = 0;
    while (ps_activity_at((uint8_t)(count + 1)) != NULL) {
        count++;
    }
    if (index < count) {
        return ps_activity_at((uint8_t)(index + 1))->name;
    }
    const char *kind = index - count < (int)PS_COUNT(planned) ? planned[index - count] : NULL;
    return kind != NULL && ps_activity_find(kind) == 0 && ps_kind_title(kind) != NULL ? kind : NULL;
}

struct limit {
    const char *name;
    int64_t most;
};
static const struct limit limits[] = {
    {"say", PS_SAY_CHARS_MAX},
    {"name", PS_NAME_CHARS_MAX},
    {"title", PS_TITLE_CHARS_MAX},
    {"reason", PS_REASON_CHARS_MAX},
    {"issue", PS_ISSUE_CHARS_MAX},
    {"commitment", PS_COMMITMENT_CHARS_MAX},
    {"commitments_per_turn", PS_COMMITMENTS_PER_TURN_MAX},
    {"stages", PS_STAGES_MAX},
};

static void add_limits(struct ps_text *text)
{
    ps_text_add_string(text, "\n/** Lengths in characters (code points), and how many. */\n"
                             "export const limits = {\n");
    for (size_t i = 0; i < PS_COUNT(limits); i++) {
        ps_text_add_string(text, "  ");
        ps_text_add_string(text, limits[i].name);
        ps_text_add_string(text, ": ");
        ps_text_add_int(text, limits[i].most);
        ps_text_add_string(text, ",\n");
    }
    ps_text_add_string(text, "} as const;\n");
}

static const char head[] = "/* The picture and the names of the protocol, as types.\n"
                           " *\n"
                           " * Written by `peerset describe` from the tables that the server "
                           "decodes with; do not edit. */\n\n"
                           "export type Seat = string;\n"
                           "export type StageId = string;\n"
                           "export type SaidId = string;\n"
                           "export type CommitmentId = string;\n"
                           "export type Id = string;\n"
                           "/** Milliseconds since 1970, in the set's own time. */\n"
                           "export type Instant = number;\n"
                           "/** A length of time in milliseconds. */\n"
                           "export type Span = number;\n\n";

static const char frames[] =
    "\nexport type Frame =\n"
    "  | { method: \"welcome\"; params: { protocol: string; seat: string; limits: Record<string, "
    "number>; server_at: Instant } }\n"
    "  | { method: \"picture\"; params: { seq: number; at: Instant; picture: Picture } }\n"
    "  | { method: \"patch\"; params: { from: number; seq: number; at: Instant; patch: unknown } "
    "}\n"
    "  | { method: \"bye\"; params: { reason?: string; retry_ms?: number } };\n\n"
    "export interface Answer { seq?: number; link?: string; t0?: number; server_at?: Instant }\n";

void ps_describe_types(struct ps_text *text)
{
    struct ps_type_shapes shapes = {.count = 0};
    uint16_t methods = 0;
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        ps_types_list(&shapes, ps_part_kinds[part].shape, 0);
    }
    for (; ps_method_at(methods) != NULL; methods++) {
        ps_types_list_inner(&shapes, ps_method_at(methods)->shape);
    }
    ps_text_add_string(text, head);
    add_words(text, &shapes);
    ps_text_add_char(text, '\n');
    for (size_t i = 0; i < shapes.count; i++) {
        ps_types_interface(text, shapes.list[i], shapes.from[i]);
    }
    ps_types_picture(text);
    add_params(text);
    add_list(text,
             "Commands whose `params.expect` (the phase the person was looking at) is required.",
             "expected", expected_word, methods);
    add_limits(text);
    add_list(text, "Kinds of stage that can be planned; one without an activity runs as open talk.",
             "stageKinds", stage_word, UINT8_MAX);
    ps_text_add_string(text, frames);
}
