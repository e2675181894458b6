#include "wire/describe_types.h"

#include <string.h>

#include "base/assert.h"
#include "core/activity.h"
#include "core/commitment.h"
#include "core/floor.h"
#include "core/recognition.h"
#include "core/seat.h"
#include "core/talk.h"
#include "wire/describe_parts.h"

/* ---- names ----------------------------------------------------------------------------------- */

static const struct ps_known_words known[] = {
    {"Role", ps_role_words, NULL, NULL},
    {"HandKind", ps_hand_words, NULL, NULL},
    {"SaidKind", ps_said_kind_words, NULL, NULL},
    {"RecognitionKind", ps_recognition_words, NULL, NULL},
    {"Here", NULL, "person", "here"},
    {"MeetingState", NULL, "meeting", "state"},
    {"RoundState", NULL, "round_state", ""},
};

const struct ps_known_words *ps_types_known_at(size_t index)
{
    return index < PS_COUNT(known) ? &known[index] : NULL;
}

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

const struct ps_known_words *ps_types_known(const struct ps_shape *shape,
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

/* ---- types ----------------------------------------------------------------------------------- */

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
        ps_types_members(text, field->shape);
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
    const struct ps_known_words *words = ps_types_known(shape, field);
    ps_assert(words != NULL || field->word == ps_method_word);
    ps_text_add_string(text, "Partial<Record<");
    ps_text_add_string(text, words != NULL ? words->name : "Method");
    ps_text_add_string(text, ", true>>");
}

static void add_type(struct ps_text *text, const struct ps_shape *shape,
                     const struct ps_field *field)
{
    const struct ps_known_words *words = NULL;
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        ps_text_add_string(text, (field->flags & PS_OPTIONAL) != 0 ? "true" : "boolean");
        return;
    case PS_INT:
        ps_text_add_string(text, number_name(field));
        return;
    case PS_ENUM:
        words = ps_types_known(shape, field);
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

void ps_types_members(struct ps_text *text, const struct ps_shape *shape)
{
    for (uint16_t i = 0; i < shape->fields_count; i++) {
        ps_text_add_string(text, i == 0 ? "" : "; ");
        add_member(text, shape, &shape->fields[i]);
    }
}

/* ---- interfaces, the inner ones first -------------------------------------------------------- */

static bool is_listed(const struct ps_type_shapes *shapes, const struct ps_shape *shape)
{
    for (size_t i = 0; i < shapes->count; i++) {
        if (shapes->list[i] == shape) {
            return true;
        }
        ps_assert(!same(shapes->list[i]->name, shape->name)); /* two interfaces of one name */
    }
    return false;
}

void ps_types_list(struct ps_type_shapes *shapes, const struct ps_shape *shape, uint16_t from)
{
    for (uint16_t i = from; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        if (field->shape != NULL) {
            ps_types_list(shapes, field->shape, field->kind == PS_MAP);
        }
        for (uint8_t kind = 1; field->kind == PS_KIND && ps_activity_at(kind) != NULL; kind++) {
            if (ps_activity_at(kind)->picture != NULL) {
                ps_types_list(shapes, ps_activity_at(kind)->picture, 0);
            }
        }
    }
    bool plain = shape->fields_count == 0 || ps_shape_is_value(shape, from);
    if (!plain && !is_listed(shapes, shape)) {
        ps_assert(shapes->count < PS_TYPE_SHAPES_MAX);
        shapes->from[shapes->count] = from;
        shapes->list[shapes->count++] = shape;
    }
}

/* What stands inside the params of a method; the params themselves are written where they belong.
 */
void ps_types_list_inner(struct ps_type_shapes *shapes, const struct ps_shape *shape)
{
    for (uint16_t i = 0; shape != NULL && i < shape->fields_count; i++) {
        if (shape->fields[i].kind == PS_OBJECT) {
            ps_types_list(shapes, shape->fields[i].shape, 0);
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

void ps_types_interface(struct ps_text *text, const struct ps_shape *shape, size_t from)
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
void ps_types_picture(struct ps_text *text)
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
