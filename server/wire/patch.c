/* patch - the difference of two structs as a JSON Merge Patch (RFC 7396), straight from their
 * shapes. */
#include <string.h>

#include "wire/fields.h"
#include "wire/write.h"

/* ---- patches --------------------------------------------------------------------------------- */

/* An object of a patch opens with its first member; nothing is written when there is none. */
struct opening {
    struct ps_text *text;
    bool open;
};

static void add_key(struct opening *opening, const char *key)
{
    ps_text_add_char(opening->text, opening->open ? ',' : '{');
    ps_write_plain(opening->text, key);
    ps_text_add_char(opening->text, ':');
    opening->open = true;
}

static bool close_opening(struct opening *opening)
{
    if (opening->open) {
        ps_text_add_char(opening->text, '}');
    }
    return opening->open;
}

static bool patch_fields(const struct ps_writer *writer, const struct ps_shape *shape,
                         uint16_t from, const void *before, const void *after);

/* Take back what a nested patch wrote in front of itself when it turned out to be empty. */
static bool patch_under(const struct ps_writer *writer, struct opening *opening, const char *key,
                        const struct ps_shape *shape, uint16_t from, const void *before,
                        const void *after)
{
    struct ps_text kept = *writer->text;
    struct opening opened = *opening;
    add_key(opening, key);
    if (patch_fields(writer, shape, from, before, after)) {
        return true;
    }
    *writer->text = kept;
    *opening = opened;
    return false;
}

static const uint8_t *find_item(const struct ps_field *field, const void *object, size_t hint,
                                const char *key)
{
    size_t count = ps_field_count(field, object);
    for (size_t n = 0; n < count; n++) {
        size_t i = (hint + n) % count; /* mostly at the same place */
        const uint8_t *item = ps_member(field, object) + i * field->shape->size;
        char other[PS_KEY_BYTES_MAX];
        if (ps_item_key(field, item, other) && strcmp(key, other) == 0) {
            return item;
        }
    }
    return NULL;
}

/* Are two values the same? Only for what is written whole when it differs. */
static bool same_value(const struct ps_writer *writer, const struct ps_field *field,
                       const void *before, const void *after)
{
    const uint8_t *a = ps_member(field, before);
    const uint8_t *b = ps_member(field, after);
    switch ((enum ps_field_kind)field->kind) {
    case PS_WORDS:
        return ps_word_at(a).id == ps_word_at(b).id;
    case PS_PHRASE: {
        struct ps_phrase one = ps_phrase_at(a);
        struct ps_phrase other = ps_phrase_at(b);
        bool same = one.form == other.form;
        for (size_t i = 0; i < PS_COUNT(one.names); i++) {
            same =
                same && one.names[i].id == other.names[i].id && one.numbers[i] == other.numbers[i];
        }
        return same;
    }
    case PS_CHARS:
        return strcmp((const char *)a, (const char *)b) == 0;
    case PS_LIST: {
        size_t count = ps_field_count(field, after);
        ps_assert(field->of != PS_OBJECT && writer->mode == PS_WRITE_PICTURE);
        return count == ps_field_count(field, before) &&
               memcmp(a, b, count * ps_field_step(field)) == 0;
    }
    case PS_BOOL:
    case PS_INT:
    case PS_ENUM:
    case PS_SEAT:
    case PS_ID:
    case PS_SEATS:
        return memcmp(a, b, field->size) == 0;
    case PS_OBJECT:
    case PS_MAP:
    case PS_FLAGS:
    case PS_KIND:
        break;
    }
    ps_assert(false);
    return false;
}

static bool patch_map(const struct ps_writer *writer, const struct ps_field *field,
                      const void *before, const void *after)
{
    struct opening opening = {.text = writer->text};
    char key[PS_KEY_BYTES_MAX];
    for (size_t i = 0; i < ps_field_count(field, before); i++) {
        const uint8_t *item = ps_member(field, before) + i * field->shape->size;
        if (ps_item_key(field, item, key) && find_item(field, after, i, key) == NULL) {
            add_key(&opening, key);
            ps_text_add_string(writer->text, "null");
        }
    }
    for (size_t i = 0; i < ps_field_count(field, after); i++) {
        const uint8_t *item = ps_member(field, after) + i * field->shape->size;
        if (!ps_item_key(field, item, key)) {
            continue;
        }
        const uint8_t *old = find_item(field, before, i, key);
        bool plain = ps_is_plain_item(field->shape);
        if (old == NULL || (plain && !same_value(writer, &field->shape->fields[1], old, item))) {
            add_key(&opening, key);
            ps_write_item(writer, field->shape, item);
        } else if (!plain) {
            (void)patch_under(writer, &opening, key, field->shape, 1, old, item);
        }
    }
    return close_opening(&opening);
}

static bool patch_flags(const struct ps_writer *writer, const struct ps_field *field,
                        const void *before, const void *after)
{
    enum { BLOCK_BYTES = 8 };
    struct opening opening = {.text = writer->text};
    for (uint16_t at = 0; at < field->size; at = (uint16_t)(at + BLOCK_BYTES)) {
        if (memcmp(ps_member(field, before) + at, ps_member(field, after) + at, BLOCK_BYTES) == 0) {
            continue; /* most rights stay as they are, for twelve people at every command */
        }
        for (uint16_t i = (uint16_t)(at * 8); i < (at + BLOCK_BYTES) * 8; i++) {
            bool now = ps_flag_at(field, after, i);
            if (now != ps_flag_at(field, before, i)) {
                add_key(&opening, ps_field_word(field, i));
                ps_text_add_string(writer->text, now ? "true" : "null");
            }
        }
    }
    return close_opening(&opening);
}

static void patch_kind(const struct ps_writer *writer, struct opening *opening,
                       const struct ps_field *field, const void *before, const void *after)
{
    uint8_t old = ps_kind_of(field, before);
    uint8_t now = ps_kind_of(field, after);
    if (old == now) {
        (void)patch_under(writer, opening, ps_kind_key(now), ps_kind_shape(writer, now), 0,
                          ps_member(field, before), ps_member(field, after));
        return;
    }
    add_key(opening, ps_kind_key(old));
    ps_text_add_string(writer->text, "null");
    add_key(opening, ps_kind_key(now));
    ps_write_value(writer, field, after);
}

static void patch_field(const struct ps_writer *writer, struct opening *opening,
                        const struct ps_field *field, const void *before, const void *after)
{
    struct ps_text kept = *writer->text;
    struct opening opened = *opening;
    bool changed = true;
    if (field->kind == PS_KIND) {
        patch_kind(writer, opening, field, before, after);
        return;
    }
    if (field->kind == PS_OBJECT) {
        (void)patch_under(writer, opening, field->name, field->shape, 0, ps_member(field, before),
                          ps_member(field, after));
        return;
    }
    if (field->kind == PS_MAP || field->kind == PS_FLAGS) {
        add_key(opening, field->name);
        changed = field->kind == PS_MAP ? patch_map(writer, field, before, after)
                                        : patch_flags(writer, field, before, after);
    } else if (!same_value(writer, field, before, after)) {
        add_key(opening, field->name);
        ps_write_value(writer, field, after);
    }
    if (!changed) {
        *writer->text = kept;
        *opening = opened;
    }
}

static bool patch_fields(const struct ps_writer *writer, const struct ps_shape *shape,
                         uint16_t from, const void *before, const void *after)
{
    struct opening opening = {.text = writer->text};
    for (uint16_t i = from; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        bool was = ps_is_present(field, before);
        bool is = ps_is_present(field, after);
        if (was && is) {
            patch_field(writer, &opening, field, before, after);
        } else if (was) {
            add_key(&opening, ps_field_name(field, before));
            ps_text_add_string(writer->text, "null");
        } else if (is) {
            add_key(&opening, ps_field_name(field, after));
            ps_write_value(writer, field, after);
        }
    }
    return close_opening(&opening);
}

bool ps_write_patch(const struct ps_writer *writer, const struct ps_shape *shape,
                    const void *before, const void *after)
{
    if (ps_is_nameless(shape)) {
        return patch_map(writer, &shape->fields[0], before, after);
    }
    return patch_fields(writer, shape, 0, before, after);
}
