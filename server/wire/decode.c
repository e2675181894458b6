#include "wire/decode.h"

#include <string.h>

#include "base/text.h"
#include "core/seat.h"

#define INTEGER_MAX INT64_C(9007199254740991) /* the largest a browser keeps exactly */

static void store_int(const struct ps_field *field, void *object, int64_t value)
{
    uint8_t *at = (uint8_t *)object + field->at;
    uint8_t byte = (uint8_t)value;
    uint16_t half = (uint16_t)value;
    uint32_t word = (uint32_t)value;
    switch (field->size) {
    case 1:
        memcpy(at, &byte, sizeof(byte));
        return;
    case 2:
        memcpy(at, &half, sizeof(half));
        return;
    case 4:
        memcpy(at, &word, sizeof(word));
        return;
    default:
        memcpy(at, &value, sizeof(value));
        return;
    }
}

static bool fits(size_t size, int64_t value)
{
    return size == 8 || (value >= 0 && value < INT64_C(1) << (8 * size));
}

static enum ps_refusal decode_int(const struct ps_field *field, const json_t *json, void *object)
{
    if (!json_is_integer(json)) {
        return PS_REFUSED_BAD_TYPE;
    }
    int64_t value = json_integer_value(json);
    bool bounded = field->least != 0 || field->most != 0;
    if (value > INTEGER_MAX || value < -INTEGER_MAX || !fits(field->size, value) ||
        (bounded && (value < field->least || value > field->most))) {
        return PS_REFUSED_BAD_VALUE;
    }
    store_int(field, object, value + ((field->flags & PS_PLUS_ONE) != 0));
    return PS_ALLOWED;
}

static enum ps_refusal decode_enum(const struct ps_field *field, const json_t *json, void *object)
{
    if (!json_is_string(json)) {
        return PS_REFUSED_BAD_TYPE;
    }
    for (uint16_t i = 0; i < UINT8_MAX; i++) {
        const char *word = ps_field_word(field, i);
        if (word != NULL && strcmp(word, json_string_value(json)) == 0) {
            store_int(field, object, i);
            return PS_ALLOWED;
        }
        if (word == NULL && i > 0) {
            break;
        }
    }
    return PS_REFUSED_BAD_VALUE;
}

static enum ps_refusal read_id(char prefix, const json_t *json, uint32_t *ret_id)
{
    if (!json_is_string(json)) {
        return PS_REFUSED_BAD_TYPE;
    }
    const char *text = json_string_value(json);
    size_t length = json_string_length(json);
    uint64_t id = 0;
    if (length < 2 || length > 11 || text[0] != prefix || text[1] == '0') {
        return PS_REFUSED_BAD_VALUE;
    }
    for (size_t i = 1; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return PS_REFUSED_BAD_VALUE;
        }
        id = id * 10 + (uint64_t)(text[i] - '0');
    }
    *ret_id = (uint32_t)id;
    return id <= UINT32_MAX ? PS_ALLOWED : PS_REFUSED_BAD_VALUE;
}

static enum ps_refusal read_seat(const json_t *json, uint8_t *ret_seat)
{
    if (!json_is_string(json)) {
        return PS_REFUSED_BAD_TYPE;
    }
    *ret_seat = ps_seat_read(json_string_value(json), json_string_length(json));
    return *ret_seat == PS_NOBODY ? PS_REFUSED_BAD_VALUE : PS_ALLOWED;
}

/* Short ids and kinds: letters, digits and a few signs; never what a person writes freely. */
static enum ps_refusal decode_chars(const struct ps_field *field, const json_t *json, void *object)
{
    if (!json_is_string(json)) {
        return PS_REFUSED_BAD_TYPE;
    }
    const char *text = json_string_value(json);
    size_t length = json_string_length(json);
    size_t most = field->chars_max != 0 && field->chars_max < field->size ? field->chars_max
                                                                          : field->size - 1U;
    if (length > most || length == 0) {
        return PS_REFUSED_BAD_VALUE;
    }
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || c == '-';
        if (!good) {
            return PS_REFUSED_BAD_VALUE;
        }
    }
    memcpy((char *)object + field->at, text, length);
    return PS_ALLOWED;
}

/* ---- words ----------------------------------------------------------------------------------- */

static enum ps_refusal decode_handle(const json_t *json, struct ps_word *ret_word)
{
    if (!json_is_array(json) || json_array_size(json) != 3) {
        return PS_REFUSED_BAD_TYPE;
    }
    json_int_t id = json_integer_value(json_array_get(json, 0));
    json_int_t bytes = json_integer_value(json_array_get(json, 1));
    json_int_t owner = json_integer_value(json_array_get(json, 2));
    if (id < 0 || id >= PS_WORD_FRESH || bytes < 0 || bytes > UINT16_MAX || owner < 0 ||
        owner > PS_SEATS_MAX) {
        return PS_REFUSED_BAD_VALUE;
    }
    *ret_word =
        (struct ps_word){.id = (uint32_t)id, .bytes = (uint16_t)bytes, .owner = (uint8_t)owner};
    return PS_ALLOWED;
}

static enum ps_refusal decode_text(struct ps_decoder *decoder, const struct ps_field *field,
                                   const json_t *json, struct ps_word *ret_word)
{
    if (!json_is_string(json)) {
        return PS_REFUSED_BAD_TYPE;
    }
    size_t from = 0;
    size_t to = 0;
    const char *text = json_string_value(json);
    enum ps_text_fault fault = ps_text_check(text, json_string_length(json), field->chars_max,
                                             (field->flags & PS_LINES) != 0, &from, &to);
    if (fault == PS_TEXT_TOO_LONG) {
        return PS_REFUSED_TEXT_TOO_LONG;
    }
    if (fault != PS_TEXT_FINE) {
        return PS_REFUSED_TEXT_CONTROL;
    }
    if (to == from) {
        return PS_ALLOWED; /* nothing but white space: no words */
    }
    if (decoder->room - decoder->used < to - from) {
        return PS_REFUSED_TEXT_TOO_LONG;
    }
    *ret_word = (struct ps_word){.id = PS_WORD_FRESH | (uint32_t)decoder->used,
                                 .bytes = (uint16_t)(to - from)};
    memcpy(decoder->text + decoder->used, text + from, to - from);
    decoder->used += to - from;
    return PS_ALLOWED;
}

static enum ps_refusal decode_words(struct ps_decoder *decoder, const struct ps_field *field,
                                    const json_t *json, void *object)
{
    struct ps_word word = {0};
    enum ps_refusal refusal =
        decoder->facts ? decode_handle(json, &word) : decode_text(decoder, field, json, &word);
    if (refusal == PS_ALLOWED) {
        memcpy((uint8_t *)object + field->at, &word, sizeof(word));
    }
    return refusal;
}

/* ---- lists and objects ----------------------------------------------------------------------- */

static enum ps_refusal decode_element(struct ps_decoder *decoder, const struct ps_field *field,
                                      const json_t *json, uint8_t *at)
{
    if (field->of == PS_SEAT) {
        return read_seat(json, at);
    }
    if (field->of == PS_ID) {
        uint32_t id = 0;
        enum ps_refusal refusal = read_id(field->prefix, json, &id);
        memcpy(at, &id, sizeof(id));
        return refusal;
    }
    ps_assert(field->of == PS_OBJECT);
    return ps_decode_object(decoder, field->shape, json, at);
}

static enum ps_refusal decode_list(struct ps_decoder *decoder, const struct ps_field *field,
                                   const json_t *json, void *object)
{
    if (!json_is_array(json)) {
        return PS_REFUSED_BAD_TYPE;
    }
    size_t count = json_array_size(json);
    if (count > ps_field_room(field)) {
        return PS_REFUSED_TOO_MANY;
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t *at = (uint8_t *)object + field->at + i * ps_field_step(field);
        enum ps_refusal refusal = decode_element(decoder, field, json_array_get(json, i), at);
        if (refusal != PS_ALLOWED) {
            return refusal;
        }
    }
    ((uint8_t *)object)[field->count_at] = (uint8_t)count;
    return PS_ALLOWED;
}

static enum ps_refusal decode_seats(const struct ps_field *field, const json_t *json, void *object)
{
    uint64_t seats = 0;
    if (!json_is_array(json) || json_array_size(json) > PS_SEATS_MAX) {
        return PS_REFUSED_BAD_TYPE;
    }
    for (size_t i = 0; i < json_array_size(json); i++) {
        uint8_t seat = PS_NOBODY;
        enum ps_refusal refusal = read_seat(json_array_get(json, i), &seat);
        if (refusal != PS_ALLOWED) {
            return refusal;
        }
        seats |= ps_seat_bit(seat);
    }
    memcpy((uint8_t *)object + field->at, &seats, sizeof(seats));
    return PS_ALLOWED;
}

static enum ps_refusal decode_field(struct ps_decoder *decoder, const struct ps_field *field,
                                    const json_t *json, void *object)
{
    uint8_t *at = (uint8_t *)object + field->at;
    uint32_t id = 0;
    enum ps_refusal refusal = PS_ALLOWED;
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        *at = json_is_true(json);
        return json_is_boolean(json) ? PS_ALLOWED : PS_REFUSED_BAD_TYPE;
    case PS_INT:
        return decode_int(field, json, object);
    case PS_ENUM:
        return decode_enum(field, json, object);
    case PS_SEAT:
        return read_seat(json, at);
    case PS_ID:
        refusal = read_id(field->prefix, json, &id);
        memcpy(at, &id, sizeof(id));
        return refusal;
    case PS_CHARS:
        return decode_chars(field, json, object);
    case PS_WORDS:
        return decode_words(decoder, field, json, object);
    case PS_OBJECT:
        *at = 1; /* here */
        return ps_decode_object(decoder, field->shape, json, at);
    case PS_LIST:
        return decode_list(decoder, field, json, object);
    case PS_SEATS:
        return decode_seats(field, json, object);
    case PS_MAP:
    case PS_FLAGS:
    case PS_PHRASE:
    case PS_KIND:
        break; /* pictures only */
    }
    ps_assert(false);
    return PS_REFUSED_BAD_TYPE;
}

static bool may_be_left_out(const struct ps_decoder *decoder, const struct ps_field *field)
{
    if ((field->flags & PS_OPTIONAL) != 0) {
        return true;
    }
    /* In facts a seat, an id or a word of an enum that is nobody or nothing is not written at all.
     */
    return decoder->facts &&
           (field->kind == PS_SEAT || field->kind == PS_ID || field->kind == PS_ENUM);
}

/* Objects nest three deep at most: the shapes are finite, and JSON deeper than a shape is unknown
 * to it. */
enum ps_refusal ps_decode_object(struct ps_decoder *decoder, const struct ps_shape *shape,
                                 const json_t *json, void *object)
{
    size_t known = 0;
    if (!json_is_object(json)) {
        return PS_REFUSED_BAD_TYPE;
    }
    for (uint16_t i = 0; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        const json_t *value = json_object_get(json, field->name);
        if (value == NULL) {
            if (!may_be_left_out(decoder, field)) {
                return PS_REFUSED_MISSING_FIELD;
            }
            continue;
        }
        known++;
        enum ps_refusal refusal = decode_field(decoder, field, value, object);
        if (refusal != PS_ALLOWED) {
            return refusal;
        }
    }
    return known == json_object_size(json) ? PS_ALLOWED : PS_REFUSED_UNKNOWN_FIELD;
}
