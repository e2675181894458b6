#include "wire/fields.h"

#include <string.h>

#include "core/activity.h"
#include "core/seat.h"

/* ---- reading members ------------------------------------------------------------------------- */

const uint8_t *ps_member(const struct ps_field *field, const void *object)
{
    return (const uint8_t *)object + field->at;
}

int64_t ps_int_at(const uint8_t *at, size_t size)
{
    int64_t wide = 0;
    uint32_t word = 0;
    uint16_t half = 0;
    switch (size) {
    case 1:
        return *at;
    case 2:
        memcpy(&half, at, sizeof(half));
        return half;
    case 4:
        memcpy(&word, at, sizeof(word));
        return word;
    default:
        ps_assert(size == 8);
        memcpy(&wide, at, sizeof(wide));
        return wide;
    }
}

int64_t ps_read_int(const struct ps_field *field, const void *object)
{
    return ps_int_at(ps_member(field, object), field->size);
}

struct ps_word ps_word_at(const uint8_t *at)
{
    struct ps_word word;
    memcpy(&word, at, sizeof(word));
    return word;
}

struct ps_phrase ps_phrase_at(const uint8_t *at)
{
    struct ps_phrase phrase;
    memcpy(&phrase, at, sizeof(phrase));
    return phrase;
}

const char *ps_kind_key(uint8_t kind)
{
    const struct ps_activity *activity = ps_activity_at(kind);
    return activity == NULL ? NULL : activity->name;
}

const struct ps_shape *ps_kind_shape(const struct ps_writer *writer, uint8_t kind)
{
    static const struct ps_shape nothing = {"nothing", 0, 0, NULL};
    const struct ps_activity *activity = ps_activity_at(kind);
    const struct ps_shape *shape = activity == NULL                 ? NULL
                                   : writer->mode == PS_WRITE_STATE ? activity->state
                                                                    : activity->picture;
    return shape == NULL ? &nothing : shape;
}

uint8_t ps_kind_of(const struct ps_field *field, const void *object)
{
    return ((const uint8_t *)object)[field->count_at];
}

/* Is the field there at all? What may be absent is absent when it is zero. */
bool ps_is_present(const struct ps_field *field, const void *object)
{
    const uint8_t *at = ps_member(field, object);
    bool optional = (field->flags & PS_OPTIONAL) != 0;
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        return !optional || *at != 0;
    case PS_INT:
        return !optional || ps_int_at(at, field->size) != 0;
    case PS_ENUM:
        return ps_field_word(field, *at) != NULL;
    case PS_SEAT:
        return *at != 0;
    case PS_ID:
        return ps_int_at(at, field->size) != 0;
    case PS_CHARS:
        return !optional || *at != 0;
    case PS_WORDS:
        return !optional || ps_word_at(at).id != 0;
    case PS_PHRASE:
        return ps_phrase_at(at).form != NULL;
    case PS_OBJECT:
        return !optional || *at != 0;
    case PS_KIND:
        return ps_kind_key(ps_kind_of(field, object)) != NULL;
    case PS_LIST:
    case PS_MAP:
    case PS_FLAGS:
    case PS_SEATS:
        return true;
    }
    return false;
}

bool ps_flag_at(const struct ps_field *field, const void *object, uint16_t index)
{
    uint64_t block;
    memcpy(&block, ps_member(field, object) + (size_t)(index / 64) * 8, sizeof(block));
    return (block >> (index % 64) & 1) != 0;
}

bool ps_item_key(const struct ps_field *map, const uint8_t *item, char ret_key[PS_KEY_BYTES_MAX])
{
    const struct ps_field *key = &map->shape->fields[0];
    int64_t value = ps_read_int(key, item);
    struct ps_text text = ps_text_into(ret_key, PS_KEY_BYTES_MAX - 1);
    if (value == 0) {
        return false;
    }
    if (key->kind == PS_SEAT) {
        (void)ps_seat_write((uint8_t)value, ret_key);
        return true;
    }
    ps_assert(key->kind == PS_ID);
    ps_text_add_char(&text, key->prefix);
    ps_text_add_int(&text, value);
    ret_key[text.used] = '\0';
    return true;
}

/* An item whose one field besides the key has no name is that value: {"m1": "done"}. */
bool ps_is_plain_item(const struct ps_shape *shape)
{
    return shape->fields_count == 2 && shape->fields[1].name[0] == '\0';
}

const char *ps_field_name(const struct ps_field *field, const void *object)
{
    return field->kind == PS_KIND ? ps_kind_key(ps_kind_of(field, object)) : field->name;
}

bool ps_is_nameless(const struct ps_shape *shape)
{
    return shape->fields_count == 1 && shape->fields[0].name[0] == '\0';
}
