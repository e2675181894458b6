/* describe_schema - a shape as JSON Schema 2020-12. */
#include <string.h>

#include "base/assert.h"
#include "core/activity.h"
#include "core/seat.h"
#include "wire/describe_parts.h"

#define INTEGER_MAX                                                                                \
    INT64_C(9007199254740991) /* as decode.c: the largest a browser keeps exactly                  \
                               */

enum { PATTERN_BYTES_MAX = 64 };

/* ---- questions of shapes --------------------------------------------------------------------- */

bool ps_shape_is_choice(const struct ps_shape *shape)
{
    return strcmp(shape->name, "forecast") == 0;
}

bool ps_shape_is_value(const struct ps_shape *shape, uint16_t from)
{
    return shape->fields_count == from + 1 && shape->fields[from].name[0] == '\0';
}

static bool is_picture(enum ps_schema_use use)
{
    return use == PS_SCHEMA_PICTURE || use == PS_SCHEMA_PATCH;
}

/* May the field be absent? In facts and pictures nobody and nothing are not written at all. */
static bool may_be_absent(const struct ps_field *field, enum ps_schema_use use)
{
    bool unwritten = field->kind == PS_SEAT || field->kind == PS_ID || field->kind == PS_ENUM;
    return (field->flags & PS_OPTIONAL) != 0 || (use == PS_SCHEMA_FACTS && unwritten);
}

/* ---- values ---------------------------------------------------------------------------------- */

const char *ps_describe_word(const struct ps_field *field, uint16_t *cursor)
{
    for (; *cursor < UINT8_MAX; *cursor += 1) {
        const char *word = ps_field_word(field, *cursor);
        bool again = false;
        for (uint16_t i = 0; word != NULL && i < *cursor; i++) {
            const char *earlier = ps_field_word(field, i);
            again = again || (earlier != NULL && strcmp(earlier, word) == 0);
        }
        if (word == NULL && *cursor > 0) {
            return NULL;
        }
        if (word != NULL && !again) {
            *cursor += 1;
            return word;
        }
    }
    return NULL;
}

static json_t *words_of(const struct ps_field *field)
{
    json_t *words = json_array();
    uint16_t cursor = 0;
    const char *word = NULL;
    while ((word = ps_describe_word(field, &cursor)) != NULL) {
        (void)json_array_append_new(words, json_string(word)); /* takes the string */
    }
    return words;
}

static json_t *of_pattern(const char *before, char prefix, const char *after)
{
    char pattern[PATTERN_BYTES_MAX];
    struct ps_text text = ps_text_into(pattern, sizeof(pattern) - 1);
    ps_text_add_string(&text, before);
    ps_text_add_char(&text, prefix);
    ps_text_add_string(&text, after);
    ps_assert(!text.full);
    return json_pack("{s:s, s:s#}", "type", "string", "pattern", pattern, (int)text.used);
}

static json_t *of_id(char prefix)
{
    return of_pattern("^", prefix, "[1-9][0-9]{0,9}$");
}

static json_t *of_chars(const struct ps_field *field)
{
    size_t most = field->chars_max != 0 && field->chars_max < field->size ? field->chars_max
                                                                          : field->size - 1U;
    return json_pack("{s:s, s:s, s:i, s:i}", "type", "string", "pattern", "^[A-Za-z0-9_-]+$",
                     "minLength", 1, "maxLength", (int)most);
}

static json_t *of_int(const struct ps_field *field, enum ps_schema_use use)
{
    bool bounded = field->least != 0 || field->most != 0;
    if (bounded) {
        return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", (json_int_t)field->least,
                         "maximum", (json_int_t)field->most);
    }
    if (is_picture(use)) {
        return json_pack("{s:s}", "type", "integer");
    }
    int64_t most = field->size == 8 ? INTEGER_MAX : (INT64_C(1) << (8 * field->size)) - 1;
    return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum",
                     (json_int_t)(field->size == 8 ? -INTEGER_MAX : 0), "maximum",
                     (json_int_t)most);
}

static json_t *of_words(const struct ps_field *field, enum ps_schema_use use)
{
    if (use == PS_SCHEMA_FACTS) {
        return json_pack("{s:s}", "$ref", "#/$defs/word");
    }
    if (use == PS_SCHEMA_PARAMS) {
        return json_pack("{s:s, s:i}", "type", "string", "maxLength", (int)field->chars_max);
    }
    return json_pack("{s:s}", "type", "string");
}

static json_t *of_flags(const struct ps_field *field, enum ps_schema_use use)
{
    json_t *value =
        use == PS_SCHEMA_PATCH ? json_pack("{s:[b,n]}", "enum", 1) : json_pack("{s:b}", "const", 1);
    json_t *names = field->word == ps_method_word ? json_pack("{s:s}", "$ref", "#/$defs/method")
                                                  : json_pack("{s:o}", "enum", words_of(field));
    return json_pack("{s:s, s:o, s:o}", "type", "object", "propertyNames", names,
                     "additionalProperties", value); /* takes both */
}

/* ---- what holds others ----------------------------------------------------------------------- */

static json_t *of_field(const struct ps_field *field, enum ps_schema_use use);
static json_t *of_fields(const struct ps_shape *shape, uint16_t from, enum ps_schema_use use);

/* The same, or null. */
static json_t *nullable_take(json_t *schema)
{
    json_t *words = json_object_get(schema, "enum");
    if (words != NULL) {
        (void)json_array_append_new(words, json_null());
        return schema;
    }
    return json_pack("{s:[o,{s:s}]}", "anyOf", schema, "type", "null"); /* takes schema */
}

static json_t *of_element(const struct ps_field *field, enum ps_schema_use use)
{
    switch ((enum ps_field_kind)field->of) {
    case PS_SEAT:
        return json_pack("{s:s}", "$ref", "#/$defs/seat");
    case PS_ID:
        return of_id(field->prefix);
    case PS_WORDS:
        return of_words(field, use);
    case PS_OBJECT:
        return ps_schema_of(field->shape, use);
    case PS_BOOL:
    case PS_INT:
    case PS_ENUM:
    case PS_CHARS:
    case PS_PHRASE:
    case PS_LIST:
    case PS_MAP:
    case PS_FLAGS:
    case PS_SEATS:
    case PS_KIND:
        break;
    }
    ps_assert(false);
    return NULL;
}

static json_t *of_map(const struct ps_field *field, enum ps_schema_use use)
{
    const struct ps_field *key = &field->shape->fields[0];
    json_t *item = ps_shape_is_value(field->shape, 1) ? of_field(&field->shape->fields[1], use)
                                                      : of_fields(field->shape, 1, use);
    if (use == PS_SCHEMA_PATCH) {
        item = nullable_take(item);
    }
    if (key->kind == PS_SEAT) {
        return json_pack("{s:s, s:{s:s}, s:o}", "type", "object", "propertyNames", "$ref",
                         "#/$defs/seat", "additionalProperties", item); /* takes item */
    }
    return json_pack("{s:s, s:o, s:o}", "type", "object", "propertyNames", of_id(key->prefix),
                     "additionalProperties", item);
}

static json_t *of_field(const struct ps_field *field, enum ps_schema_use use)
{
    bool only_true = (field->flags & PS_OPTIONAL) != 0 && use != PS_SCHEMA_PARAMS;
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        return only_true ? json_pack("{s:[b]}", "enum", 1) : json_pack("{s:s}", "type", "boolean");
    case PS_INT:
        return of_int(field, use);
    case PS_ENUM:
        return json_pack("{s:o}", "enum", words_of(field));
    case PS_SEAT:
        return json_pack("{s:s}", "$ref", "#/$defs/seat");
    case PS_ID:
        return of_id(field->prefix);
    case PS_CHARS:
        return of_chars(field);
    case PS_WORDS:
        return of_words(field, use);
    case PS_PHRASE:
        return json_pack("{s:s}", "type", "string");
    case PS_OBJECT:
        return ps_schema_of(field->shape, use);
    case PS_LIST:
        return json_pack("{s:s, s:o, s:i}", "type", "array", "items", of_element(field, use),
                         "maxItems", (int)ps_field_room(field));
    case PS_MAP:
        return of_map(field, use);
    case PS_FLAGS:
        return of_flags(field, use);
    case PS_SEATS:
        return json_pack("{s:s, s:{s:s}, s:i}", "type", "array", "items", "$ref", "#/$defs/seat",
                         "maxItems", PS_SEATS_MAX);
    case PS_KIND:
        break; /* many properties, not one: of_fields */
    }
    ps_assert(false);
    return NULL;
}

/* One property for each activity, of which one is there: the one whose name is the kind. Returns
 * "exactly one of these". */
static json_t *add_kinds(json_t *properties, enum ps_schema_use use)
{
    static const struct ps_shape nothing = {"nothing", 0, 0, NULL};
    json_t *one_of = json_array();
    for (uint8_t kind = 1; ps_activity_at(kind) != NULL; kind++) {
        const struct ps_activity *activity = ps_activity_at(kind);
        json_t *own = ps_schema_of(activity->picture != NULL ? activity->picture : &nothing, use);
        own = use == PS_SCHEMA_PATCH ? nullable_take(own) : own;
        (void)json_object_set_new(properties, activity->name, own);
        (void)json_array_append_new(one_of, json_pack("{s:[s]}", "required", activity->name));
    }
    return one_of;
}

/* Adds what can be said of a whole object, and not of its members one by one. */
static json_t *object_take(json_t *properties, json_t *required, json_t *one_of)
{
    json_t *object = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties,
                               "additionalProperties", 0);
    if (json_array_size(required) > 0) {
        (void)json_object_set(object, "required", required);
    }
    if (one_of != NULL) {
        (void)json_object_set(object, "oneOf", one_of);
    }
    json_decref(required);
    json_decref(one_of);
    return object;
}

static json_t *of_fields(const struct ps_shape *shape, uint16_t from, enum ps_schema_use use)
{
    json_t *properties = json_object();
    json_t *required = json_array();
    json_t *one_of = NULL;
    for (uint16_t i = from; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        if (field->kind == PS_KIND) {
            one_of = add_kinds(properties, use);
            continue;
        }
        json_t *schema = of_field(field, use);
        bool optional = may_be_absent(field, use);
        if (optional && use == PS_SCHEMA_PATCH) {
            schema = nullable_take(schema);
        }
        (void)json_object_set_new(properties, field->name, schema);
        if (!optional && use != PS_SCHEMA_PATCH) {
            (void)json_array_append_new(required, json_string(field->name));
        }
    }
    if (use == PS_SCHEMA_PATCH) {
        json_decref(one_of);
        one_of = NULL;
    }
    json_t *object = object_take(properties, required, one_of);
    if (ps_shape_is_choice(shape) && use == PS_SCHEMA_PICTURE) {
        (void)json_object_set_new(object, "minProperties", json_integer(1));
        (void)json_object_set_new(object, "maxProperties", json_integer(1));
    }
    return object;
}

json_t *ps_schema_of(const struct ps_shape *shape, enum ps_schema_use use)
{
    return ps_shape_is_value(shape, 0) ? of_field(&shape->fields[0], use)
                                       : of_fields(shape, 0, use);
}

json_t *ps_schema_picture(enum ps_schema_use use)
{
    json_t *properties = json_object();
    json_t *required = json_array();
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        const struct ps_part_kind *kind = &ps_part_kinds[part];
        json_t *schema = ps_schema_of(kind->shape, use);
        bool always = (PS_PARTS_ALWAYS & PS_PART(part)) != 0;
        if (!always && use == PS_SCHEMA_PATCH) {
            schema = nullable_take(schema);
        }
        (void)json_object_set_new(properties, kind->name, schema);
        if (always && use == PS_SCHEMA_PICTURE) {
            (void)json_array_append_new(required, json_string(kind->name));
        }
    }
    return object_take(properties, required, NULL);
}

/* ---- shared definitions ---------------------------------------------------------------------- */

static json_t *seat_def(void)
{
    json_t *seats = json_array();
    for (uint8_t seat = 1; seat <= PS_SEATS_MAX; seat++) {
        char name[PS_SEAT_CHARS_MAX];
        (void)ps_seat_write(seat, name);
        (void)json_array_append_new(seats, json_string(name));
    }
    return json_pack("{s:s, s:o}", "description",
                     "A person: member, facilitator or deputy, observer. Never given to another.",
                     "enum", seats);
}

static json_t *method_def(void)
{
    json_t *methods = json_array();
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        (void)json_array_append_new(methods, json_string(ps_method_at(i)->name));
    }
    return json_pack("{s:o}", "enum", methods);
}

static json_t *word_def(void)
{
    return json_pack("{s:s, s:s, s:[{s:s,s:i},{s:s,s:i},{s:s,s:i,s:i}], s:b, s:i}", "description",
                     "A text that somebody wrote: its id, its length in bytes, the number of its "
                     "owner's seat. The text itself stands beside the facts. Id 0: no words.",
                     "type", "array", "prefixItems", "type", "integer", "minimum", 0, "type",
                     "integer", "minimum", 0, "type", "integer", "minimum", 0, "maximum",
                     PS_SEATS_MAX, "items", 0, "minItems", 3);
}

json_t *ps_schema_defs(enum ps_schema_use use)
{
    json_t *defs = json_pack("{s:o}", "seat", seat_def());
    if (is_picture(use)) {
        (void)json_object_set_new(defs, "method", method_def());
    }
    if (use == PS_SCHEMA_FACTS) {
        (void)json_object_set_new(defs, "word", word_def());
    }
    return defs;
}

/* ---- examples -------------------------------------------------------------------------------- */

static json_t *example_of(const struct ps_field *field);

static json_t *example_id(char prefix)
{
    const char text[] = {prefix, '1', '2', '\0'};
    return json_string(text);
}

static json_t *example_list(const struct ps_field *field)
{
    json_t *value = field->of == PS_SEAT ? json_string("m1")
                    : field->of == PS_ID ? example_id(field->prefix)
                                         : ps_schema_example(field->shape);
    return json_pack("[o]", value);
}

/* Names and dates by what the field is called; anything else by its type and bounds. */
static json_t *example_chars(const struct ps_field *field)
{
    bool due = strcmp(field->name, "due") == 0;
    bool kind = strcmp(field->name, "kind") == 0;
    return json_string(due ? "next_meeting" : kind ? "break" : "x");
}

static json_t *example_of(const struct ps_field *field)
{
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        return json_true();
    case PS_INT:
        return json_integer(field->least != 0 ? field->least : 1);
    case PS_ENUM:
        return json_string(ps_field_word(field, ps_field_word(field, 0) == NULL ? 1 : 0));
    case PS_SEAT:
        return json_string("m1");
    case PS_ID:
        return example_id(field->prefix);
    case PS_CHARS:
        return example_chars(field);
    case PS_WORDS:
        return json_string("Words that a person wrote.");
    case PS_OBJECT:
        return ps_schema_example(field->shape);
    case PS_LIST:
        return example_list(field);
    case PS_SEATS:
        return json_pack("[s,s]", "m1", "m4");
    case PS_PHRASE:
    case PS_MAP:
    case PS_FLAGS:
    case PS_KIND:
        break; /* pictures only */
    }
    ps_assert(false);
    return NULL;
}

json_t *ps_schema_example(const struct ps_shape *shape)
{
    json_t *object = json_object();
    for (uint16_t i = 0; i < shape->fields_count; i++) {
        (void)json_object_set_new(object, shape->fields[i].name, example_of(&shape->fields[i]));
    }
    return object;
}
