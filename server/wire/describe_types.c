/* describe_types - the same tables as TypeScript: one interface for each shape of the picture, the
 * methods with their params, and the few numbers a client must know. Types cost a browser nothing.
 */
#include <string.h>

#include "base/assert.h"
#include "core/activity.h"
#include "core/commitment.h"
#include "core/floor.h"
#include "core/recognition.h"
#include "core/seat.h"
#include "core/talk.h"
#include "wire/describe_parts.h"

enum { SHAPES_MAX = 64, WIDTH = 100, UNION_BYTES = 2048 };

/* ---- names
 * -------------------------------------------------------------------------------------------------
 */

/* Lists of words that stand under a name of their own. Some are known by where they are, the others
 * by the field that has them. */
struct known_words {
    const char *name;
    const char *const *words;
    const char *shape;
    const char *field;
};
static const struct known_words known[] = {
    {"Role", ps_role_words, NULL, NULL},
    {"HandKind", ps_hand_words, NULL, NULL},
    {"SaidKind", ps_said_kind_words, NULL, NULL},
    {"RecognitionKind", ps_recognition_words, NULL, NULL},
    {"Here", NULL, "person", "here"},
    {"MeetingState", NULL, "meeting", "state"},
    {"RoundState", NULL, "round_state", ""},
};

/* Names that TypeScript has already, or that say more than the shape's. */
struct other_name {
    const char *shape;
    const char *name;
};
static const struct other_name other_names[] = {{"set", "SetPart"}, {"help", "HelpAsked"}};

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static const struct known_words *known_of(const struct ps_shape *shape,
                                          const struct ps_field *field)
{
    for (size_t i = 0; i < PS_COUNT(known); i++) {
        bool here = known[i].words != NULL
                        ? field->words == known[i].words
                        : same(known[i].shape, shape->name) && same(known[i].field, field->name);
        if (here) {
            return &known[i];
        }
    }
    return NULL;
}

/* "presenter_turn" -> PresenterTurn */
static void add_name(struct ps_text *text, const char *name)
{
    bool upper = true;
    for (size_t i = 0; i < PS_COUNT(other_names); i++) {
        if (same(other_names[i].shape, name)) {
            ps_text_add_string(text, other_names[i].name);
            return;
        }
    }
    for (; *name != '\0'; name++) {
        if (*name == '_') {
            upper = true;
            continue;
        }
        bool letter = *name >= 'a' && *name <= 'z';
        ps_text_add_char(text, upper && letter ? (char)(*name - 'a' + 'A') : *name);
        upper = false;
    }
}

static const char *id_name(char prefix)
{
    return prefix == 's'   ? "StageId"
           : prefix == 'w' ? "SaidId"
           : prefix == 'c' ? "CommitmentId"
                           : "Id";
}

static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name);
    return length >= strlen(end) && same(name + length - strlen(end), end);
}

/* Instants and spans are told by their names (protocol/README.md); a place in a list is called `at`
 * too, and is bounded. */
static const char *number_name(const struct ps_field *field)
{
    const char *name = field->name;
    bool bounded = field->least != 0 || field->most != 0;
    bool instant =
        !bounded && (same(name, "at") || ends_in(name, "_at") || ends_in(name, "_until"));
    return instant ? "Instant" : same(name, "ms") || ends_in(name, "_ms") ? "Span" : "number";
}

/* ---- types
 * ---------------------------------------------------------------------------------------------------
 */

static void add_union(struct ps_text *text, const struct ps_field *field)
{
    uint16_t cursor = 0;
    const char *word = ps_describe_word(field, &cursor);
    for (bool first = true; word != NULL; first = false) {
        ps_text_add_string(text, first ? "\"" : " | \"");
        ps_text_add_string(text, word);
        ps_text_add_char(text, '"');
        word = ps_describe_word(field, &cursor);
    }
}

static void add_members(struct ps_text *text, const struct ps_shape *shape);

static void add_shape_type(struct ps_text *text, const struct ps_shape *shape)
{
    if (shape->fields_count == 0) {
        ps_text_add_string(text, "object");
    } else {
        add_name(text, shape->name);
    }
}

static void add_type(struct ps_text *text, const struct ps_shape *shape,
                     const struct ps_field *field);

static void add_record(struct ps_text *text, const struct ps_field *field)
{
    const struct ps_field *key = &field->shape->fields[0];
    ps_text_add_string(text, "Record<");
    ps_text_add_string(text, key->kind == PS_SEAT ? "Seat" : id_name(key->prefix));
    ps_text_add_string(text, ", ");
    if (ps_shape_is_value(field->shape, 1)) {
        add_type(text, field->shape, &field->shape->fields[1]);
    } else {
        add_shape_type(text, field->shape);
    }
    ps_text_add_char(text, '>');
}

static void add_element(struct ps_text *text, const struct ps_field *field)
{
    if (field->of == PS_OBJECT) {
        ps_text_add_string(text, "{ ");
        add_members(text, field->shape);
        ps_text_add_string(text, " }[]");
        return;
    }
    ps_assert(field->of == PS_SEAT || field->of == PS_ID);
    ps_text_add_string(text, field->of == PS_SEAT ? "Seat" : id_name(field->prefix));
    ps_text_add_string(text, "[]");
}

static void add_flags(struct ps_text *text, const struct ps_shape *shape,
                      const struct ps_field *field)
{
    const struct known_words *words = known_of(shape, field);
    ps_assert(words != NULL || field->word == ps_method_word);
    ps_text_add_string(text, "Partial<Record<");
    ps_text_add_string(text, words != NULL ? words->name : "Method");
    ps_text_add_string(text, ", true>>");
}

static void add_type(struct ps_text *text, const struct ps_shape *shape,
                     const struct ps_field *field)
{
    const struct known_words *words = NULL;
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        ps_text_add_string(text, (field->flags & PS_OPTIONAL) != 0 ? "true" : "boolean");
        return;
    case PS_INT:
        ps_text_add_string(text, number_name(field));
        return;
    case PS_ENUM:
        words = known_of(shape, field);
        if (words != NULL) {
            ps_text_add_string(text, words->name);
        } else {
            add_union(text, field);
        }
        return;
    case PS_SEAT:
        ps_text_add_string(text, "Seat");
        return;
    case PS_ID:
        ps_text_add_string(text, id_name(field->prefix));
        return;
    case PS_CHARS:
    case PS_WORDS:
    case PS_PHRASE:
        ps_text_add_string(text, "string");
        return;
    case PS_OBJECT:
        add_shape_type(text, field->shape);
        return;
    case PS_LIST:
        add_element(text, field);
        return;
    case PS_MAP:
        add_record(text, field);
        return;
    case PS_FLAGS:
        add_flags(text, shape, field);
        return;
    case PS_SEATS:
        ps_text_add_string(text, "Seat[]");
        return;
    case PS_KIND:
        break; /* many members, not one: add_kinds */
    }
    ps_assert(false);
}

static void add_member(struct ps_text *text, const struct ps_shape *shape,
                       const struct ps_field *field)
{
    ps_text_add_string(text, field->name);
    ps_text_add_string(text, (field->flags & PS_OPTIONAL) != 0 ? "?: " : ": ");
    add_type(text, shape, field);
}

static void add_members(struct ps_text *text, const struct ps_shape *shape)
{
    for (uint16_t i = 0; i < shape->fields_count; i++) {
        ps_text_add_string(text, i == 0 ? "" : "; ");
        add_member(text, shape, &shape->fields[i]);
    }
}

/* ---- interfaces, the inner ones first
 * ----------------------------------------------------------------------- */

struct shapes {
    const struct ps_shape *list[SHAPES_MAX];
    size_t from[SHAPES_MAX]; /* items of a map leave out their key */
    size_t count;
};

static bool is_listed(const struct shapes *shapes, const struct ps_shape *shape)
{
    for (size_t i = 0; i < shapes->count; i++) {
        if (shapes->list[i] == shape) {
            return true;
        }
        ps_assert(!same(shapes->list[i]->name, shape->name)); /* two interfaces of one name */
    }
    return false;
}

static void list_shape(struct shapes *shapes, const struct ps_shape *shape, uint16_t from)
{
    for (uint16_t i = from; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        if (field->shape != NULL) {
            list_shape(shapes, field->shape, field->kind == PS_MAP);
        }
        for (uint8_t kind = 1; field->kind == PS_KIND && ps_activity_at(kind) != NULL; kind++) {
            if (ps_activity_at(kind)->picture != NULL) {
                list_shape(shapes, ps_activity_at(kind)->picture, 0);
            }
        }
    }
    bool plain = shape->fields_count == 0 || ps_shape_is_value(shape, from);
    if (!plain && !is_listed(shapes, shape)) {
        ps_assert(shapes->count < SHAPES_MAX);
        shapes->from[shapes->count] = from;
        shapes->list[shapes->count++] = shape;
    }
}

/* What stands inside the params of a method; the params themselves are written where they belong.
 */
static void list_inner(struct shapes *shapes, const struct ps_shape *shape)
{
    for (uint16_t i = 0; shape != NULL && i < shape->fields_count; i++) {
        if (shape->fields[i].kind == PS_OBJECT) {
            list_shape(shapes, shape->fields[i].shape, 0);
        }
    }
}

static void add_kinds(struct ps_text *text)
{
    for (uint8_t kind = 1; ps_activity_at(kind) != NULL; kind++) {
        const struct ps_activity *activity = ps_activity_at(kind);
        ps_text_add_string(text, "  ");
        ps_text_add_string(text, activity->name);
        ps_text_add_string(text, "?: ");
        if (activity->picture == NULL) {
            ps_text_add_string(text, "object");
        } else {
            add_shape_type(text, activity->picture);
        }
        ps_text_add_string(text, ";\n");
    }
}

/* Exactly one of the members is there. */
static void add_choice(struct ps_text *text, const struct ps_shape *shape)
{
    ps_text_add_string(text, "export type ");
    add_name(text, shape->name);
    ps_text_add_string(text, " = ");
    for (uint16_t i = 0; i < shape->fields_count; i++) {
        ps_text_add_string(text, i == 0 ? "{ " : " | { ");
        ps_text_add_string(text, shape->fields[i].name);
        ps_text_add_string(text, ": ");
        add_type(text, shape, &shape->fields[i]);
        ps_text_add_string(text, " }");
    }
    ps_text_add_string(text, ";\n");
}

static void add_interface(struct ps_text *text, const struct ps_shape *shape, size_t from)
{
    if (ps_shape_is_choice(shape)) {
        add_choice(text, shape);
        return;
    }
    ps_text_add_string(text, "export interface ");
    add_name(text, shape->name);
    ps_text_add_string(text, " {\n");
    for (size_t i = from; i < shape->fields_count; i++) {
        if (shape->fields[i].kind == PS_KIND) {
            add_kinds(text);
            continue;
        }
        ps_text_add_string(text, "  ");
        add_member(text, shape, &shape->fields[i]);
        ps_text_add_string(text, ";\n");
    }
    ps_text_add_string(text, "}\n");
}

/* A part whose shape has one field without a name is the value of that field. */
static void add_picture(struct ps_text *text)
{
    ps_text_add_string(text, "export interface Picture {\n");
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        const struct ps_part_kind *kind = &ps_part_kinds[part];
        ps_text_add_string(text, "  ");
        ps_text_add_string(text, kind->name);
        ps_text_add_string(text, (PS_PARTS_ALWAYS & PS_PART(part)) != 0 ? ": " : "?: ");
        if (ps_shape_is_value(kind->shape, 0)) {
            add_type(text, kind->shape, &kind->shape->fields[0]);
        } else {
            add_name(text, kind->shape->name);
        }
        ps_text_add_string(text, ";\n");
    }
    ps_text_add_string(text, "}\n");
}

/* ---- lists of words
 * ------------------------------------------------------------------------------------------- */

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

static void add_known(struct ps_text *text, const struct known_words *words,
                      const struct ps_shape *shape)
{
    for (uint16_t n = 0; n < shape->fields_count; n++) {
        const struct ps_field *field = &shape->fields[n];
        bool has_words = field->kind == PS_ENUM || field->kind == PS_FLAGS;
        if (!has_words || known_of(shape, field) != words) {
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

static bool has_known(const struct known_words *words, const struct ps_shape *shape)
{
    for (uint16_t n = 0; n < shape->fields_count; n++) {
        uint8_t kind = shape->fields[n].kind;
        if ((kind == PS_ENUM || kind == PS_FLAGS) && known_of(shape, &shape->fields[n]) == words) {
            return true;
        }
    }
    return false;
}

/* A round's states stand in a shape that is a value: it is looked for inside the others too. */
static const struct ps_shape *shape_with(const struct known_words *words,
                                         const struct shapes *shapes)
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

static void add_words(struct ps_text *text, const struct shapes *shapes)
{
    for (size_t i = 0; i < PS_COUNT(known); i++) {
        const struct ps_shape *shape = shape_with(&known[i], shapes);
        ps_assert(shape != NULL); /* a name without words: the table above is out of date */
        add_known(text, &known[i], shape);
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

/* ---- methods and numbers
 * -------------------------------------------------------------------------------------- */

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
            add_members(text, method->shape);
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
    struct shapes shapes = {.count = 0};
    uint16_t methods = 0;
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        list_shape(&shapes, ps_part_kinds[part].shape, 0);
    }
    for (; ps_method_at(methods) != NULL; methods++) {
        list_inner(&shapes, ps_method_at(methods)->shape);
    }
    ps_text_add_string(text, head);
    add_words(text, &shapes);
    ps_text_add_char(text, '\n');
    for (size_t i = 0; i < shapes.count; i++) {
        add_interface(text, shapes.list[i], shapes.from[i]);
    }
    add_picture(text);
    add_params(text);
    add_list(text,
             "Commands whose `params.expect` (the phase the person was looking at) is required.",
             "expected", expected_word, methods);
    add_limits(text);
    add_list(text, "Kinds of stage that can be planned; one without an activity runs as open talk.",
             "stageKinds", stage_word, UINT8_MAX);
    ps_text_add_string(text, frames);
}
