#include "wire/write.h"

#include <string.h>

#include "core/activity.h"
#include "core/picture.h"

enum { PHRASE_BYTES_MAX = 2048, KEY_BYTES_MAX = 32 };

/* ---- reading members -------------------------------------------------------------------------------- */

static const uint8_t *member(const struct ps_field *field, const void *object)
{
    return (const uint8_t *)object + field->at;
}

static int64_t int_at(const uint8_t *at, size_t size)
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
    return int_at(member(field, object), field->size);
}

static struct ps_word word_at(const uint8_t *at)
{
    struct ps_word word;
    memcpy(&word, at, sizeof(word));
    return word;
}

static struct ps_phrase phrase_at(const uint8_t *at)
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

static const struct ps_shape *kind_shape(const struct ps_writer *writer, uint8_t kind)
{
    static const struct ps_shape nothing = {"nothing", 0, 0, NULL};
    const struct ps_activity *activity = ps_activity_at(kind);
    const struct ps_shape *shape = activity == NULL                    ? NULL
                                   : writer->mode == PS_WRITE_STATE ? activity->state
                                                                       : activity->picture;
    return shape == NULL ? &nothing : shape;
}

static uint8_t kind_of(const struct ps_field *field, const void *object)
{
    return ((const uint8_t *)object)[field->count_at];
}

/* Is the field there at all? What may be absent is absent when it is zero. */
static bool is_present(const struct ps_field *field, const void *object)
{
    const uint8_t *at = member(field, object);
    bool optional = (field->flags & PS_OPTIONAL) != 0;
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        return !optional || *at != 0;
    case PS_INT:
        return !optional || int_at(at, field->size) != 0;
    case PS_ENUM:
        return ps_field_word(field, *at) != NULL;
    case PS_SEAT:
        return *at != 0;
    case PS_ID:
        return int_at(at, field->size) != 0;
    case PS_CHARS:
        return !optional || *at != 0;
    case PS_WORDS:
        return !optional || word_at(at).id != 0;
    case PS_PHRASE:
        return phrase_at(at).form != NULL;
    case PS_OBJECT:
        return !optional || *at != 0;
    case PS_KIND:
        return ps_kind_key(kind_of(field, object)) != NULL;
    case PS_LIST:
    case PS_MAP:
    case PS_FLAGS:
    case PS_SEATS:
        return true;
    }
    return false;
}

/* ---- values -------------------------------------------------------------------------------------------- */

static void write_string(struct ps_text *text, const char *bytes, size_t count)
{
    ps_text_add_char(text, '"');
    ps_text_add_json(text, bytes, count);
    ps_text_add_char(text, '"');
}

static void write_plain(struct ps_text *text, const char *string)
{
    ps_text_add_char(text, '"');
    ps_text_add_string(text, string);
    ps_text_add_char(text, '"');
}

static void write_seat(struct ps_text *text, uint8_t seat)
{
    char name[PS_SEAT_CHARS_MAX];
    (void)ps_seat_write(seat, name);
    write_plain(text, name);
}

static void write_id(struct ps_text *text, char prefix, int64_t id)
{
    ps_text_add_char(text, '"');
    ps_text_add_char(text, prefix);
    ps_text_add_int(text, id);
    ps_text_add_char(text, '"');
}

static void write_word(const struct ps_writer *writer, struct ps_word word)
{
    if (writer->mode != PS_WRITE_PICTURE) {
        ps_text_add_char(writer->text, '[');
        ps_text_add_int(writer->text, word.id);
        ps_text_add_char(writer->text, ',');
        ps_text_add_int(writer->text, word.bytes);
        ps_text_add_char(writer->text, ',');
        ps_text_add_int(writer->text, word.owner);
        ps_text_add_char(writer->text, ']');
        return;
    }
    const char *bytes = word.id == 0 ? NULL : ps_words_find(writer->words, word);
    write_string(writer->text, bytes == NULL ? "" : bytes, bytes == NULL ? 0 : word.bytes);
}

static void write_phrase(const struct ps_writer *writer, const struct ps_phrase *phrase)
{
    char plain[PHRASE_BYTES_MAX];
    struct ps_text sentence = ps_text_into(plain, sizeof(plain));
    ps_phrase_write(phrase, writer->words, &sentence);
    ps_assert(!sentence.full);
    write_string(writer->text, plain, sentence.used);
}

static void write_seats(struct ps_text *text, uint64_t seats)
{
    bool first = true;
    ps_text_add_char(text, '[');
    for (uint8_t seat = 1; seat <= PS_SEATS_MAX; seat++) {
        if (ps_seats_has(seats, seat)) {
            if (!first) {
                ps_text_add_char(text, ',');
            }
            write_seat(text, seat);
            first = false;
        }
    }
    ps_text_add_char(text, ']');
}

static bool flag_at(const struct ps_field *field, const void *object, uint16_t index)
{
    uint64_t block;
    memcpy(&block, member(field, object) + (size_t)(index / 64) * 8, sizeof(block));
    return (block >> (index % 64) & 1) != 0;
}

static void write_flags(const struct ps_writer *writer, const struct ps_field *field,
                        const void *object)
{
    bool first = true;
    ps_text_add_char(writer->text, '{');
    for (uint16_t i = 0; i < field->size * 8; i++) {
        if (!flag_at(field, object, i)) {
            continue;
        }
        ps_text_add_string(writer->text, first ? "\"" : ",\"");
        ps_text_add_string(writer->text, ps_field_word(field, i));
        ps_text_add_string(writer->text, "\":true");
        first = false;
    }
    ps_text_add_char(writer->text, '}');
}

static void write_element(const struct ps_writer *writer, const struct ps_field *field,
                          const uint8_t *at)
{
    switch ((enum ps_field_kind)field->of) {
    case PS_SEAT:
        write_seat(writer->text, *at);
        return;
    case PS_ID:
        write_id(writer->text, field->prefix, int_at(at, sizeof(uint32_t)));
        return;
    case PS_WORDS:
        write_word(writer, word_at(at));
        return;
    case PS_OBJECT:
        ps_write_object(writer, field->shape, at);
        return;
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
}

static void write_list(const struct ps_writer *writer, const struct ps_field *field,
                       const void *object)
{
    size_t count = ps_field_count(field, object);
    size_t step = ps_field_step(field);
    ps_text_add_char(writer->text, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            ps_text_add_char(writer->text, ',');
        }
        write_element(writer, field, member(field, object) + i * step);
    }
    ps_text_add_char(writer->text, ']');
}

/* ---- maps: objects keyed by the first field of their items --------------------------------------------- */

static bool item_key(const struct ps_field *map, const uint8_t *item, char ret_key[KEY_BYTES_MAX])
{
    const struct ps_field *key = &map->shape->fields[0];
    int64_t value = ps_read_int(key, item);
    struct ps_text text = ps_text_into(ret_key, KEY_BYTES_MAX - 1);
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

/* Fields from `from` on: an item of a map is written without its key. */
static void write_fields(const struct ps_writer *writer, const struct ps_shape *shape, uint16_t from,
                         const void *object);

/* An item whose one field besides the key has no name is that value: {"m1": "done"}. */
static bool is_plain_item(const struct ps_shape *shape)
{
    return shape->fields_count == 2 && shape->fields[1].name[0] == '\0';
}

static void write_value(const struct ps_writer *writer, const struct ps_field *field,
                        const void *object);

static void write_item(const struct ps_writer *writer, const struct ps_shape *shape,
                       const uint8_t *item)
{
    if (is_plain_item(shape)) {
        write_value(writer, &shape->fields[1], item);
    } else {
        write_fields(writer, shape, 1, item);
    }
}

static void write_map(const struct ps_writer *writer, const struct ps_field *field, const void *object)
{
    size_t count = ps_field_count(field, object);
    bool first = true;
    ps_text_add_char(writer->text, '{');
    for (size_t i = 0; i < count; i++) {
        const uint8_t *item = member(field, object) + i * field->shape->size;
        char key[KEY_BYTES_MAX];
        if (!item_key(field, item, key)) {
            continue;
        }
        if (!first) {
            ps_text_add_char(writer->text, ',');
        }
        first = false;
        write_plain(writer->text, key);
        ps_text_add_char(writer->text, ':');
        write_item(writer, field->shape, item);
    }
    ps_text_add_char(writer->text, '}');
}

static void write_value(const struct ps_writer *writer, const struct ps_field *field,
                        const void *object)
{
    const uint8_t *at = member(field, object);
    struct ps_text *text = writer->text;
    struct ps_phrase phrase;
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        ps_text_add_string(text, *at != 0 ? "true" : "false");
        return;
    case PS_INT:
        ps_text_add_int(text, int_at(at, field->size) - ((field->flags & PS_PLUS_ONE) != 0));
        return;
    case PS_ENUM:
        write_plain(text, ps_field_word(field, *at));
        return;
    case PS_SEAT:
        write_seat(text, *at);
        return;
    case PS_ID:
        write_id(text, field->prefix, int_at(at, field->size));
        return;
    case PS_CHARS:
        write_plain(text, (const char *)at);
        return;
    case PS_WORDS:
        write_word(writer, word_at(at));
        return;
    case PS_PHRASE:
        phrase = phrase_at(at);
        write_phrase(writer, &phrase);
        return;
    case PS_OBJECT:
        ps_write_object(writer, field->shape, at);
        return;
    case PS_LIST:
        write_list(writer, field, object);
        return;
    case PS_MAP:
        write_map(writer, field, object);
        return;
    case PS_FLAGS:
        write_flags(writer, field, object);
        return;
    case PS_SEATS:
        write_seats(text, (uint64_t)int_at(at, sizeof(uint64_t)));
        return;
    case PS_KIND:
        ps_write_object(writer, kind_shape(writer, kind_of(field, object)), at);
        return;
    }
}

static const char *field_name(const struct ps_field *field, const void *object)
{
    return field->kind == PS_KIND ? ps_kind_key(kind_of(field, object)) : field->name;
}

static void write_fields(const struct ps_writer *writer, const struct ps_shape *shape, uint16_t from,
                         const void *object)
{
    bool first = true;
    ps_text_add_char(writer->text, '{');
    for (uint16_t i = from; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        if (!is_present(field, object)) {
            continue;
        }
        if (!first) {
            ps_text_add_char(writer->text, ',');
        }
        first = false;
        write_plain(writer->text, field_name(field, object));
        ps_text_add_char(writer->text, ':');
        write_value(writer, field, object);
    }
    ps_text_add_char(writer->text, '}');
}

static bool is_nameless(const struct ps_shape *shape)
{
    return shape->fields_count == 1 && shape->fields[0].name[0] == '\0';
}

void ps_write_object(const struct ps_writer *writer, const struct ps_shape *shape, const void *object)
{
    if (is_nameless(shape)) {
        write_value(writer, &shape->fields[0], object);
    } else {
        write_fields(writer, shape, 0, object);
    }
}

/* ---- patches ------------------------------------------------------------------------------------------- */

/* An object of a patch opens with its first member; nothing is written when there is none. */
struct opening {
    struct ps_text *text;
    bool open;
};

static void add_key(struct opening *opening, const char *key)
{
    ps_text_add_char(opening->text, opening->open ? ',' : '{');
    write_plain(opening->text, key);
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

static bool patch_fields(const struct ps_writer *writer, const struct ps_shape *shape, uint16_t from,
                         const void *before, const void *after);

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
        const uint8_t *item = member(field, object) + i * field->shape->size;
        char other[KEY_BYTES_MAX];
        if (item_key(field, item, other) && strcmp(key, other) == 0) {
            return item;
        }
    }
    return NULL;
}

/* Are two values the same? Only for what is written whole when it differs. */
static bool same_value(const struct ps_writer *writer, const struct ps_field *field,
                       const void *before, const void *after)
{
    const uint8_t *a = member(field, before);
    const uint8_t *b = member(field, after);
    switch ((enum ps_field_kind)field->kind) {
    case PS_WORDS:
        return word_at(a).id == word_at(b).id;
    case PS_PHRASE: {
        struct ps_phrase one = phrase_at(a);
        struct ps_phrase other = phrase_at(b);
        bool same = one.form == other.form;
        for (size_t i = 0; i < PS_COUNT(one.names); i++) {
            same = same && one.names[i].id == other.names[i].id &&
                   one.numbers[i] == other.numbers[i];
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

static bool patch_map(const struct ps_writer *writer, const struct ps_field *field, const void *before,
                      const void *after)
{
    struct opening opening = {.text = writer->text};
    char key[KEY_BYTES_MAX];
    for (size_t i = 0; i < ps_field_count(field, before); i++) {
        const uint8_t *item = member(field, before) + i * field->shape->size;
        if (item_key(field, item, key) && find_item(field, after, i, key) == NULL) {
            add_key(&opening, key);
            ps_text_add_string(writer->text, "null");
        }
    }
    for (size_t i = 0; i < ps_field_count(field, after); i++) {
        const uint8_t *item = member(field, after) + i * field->shape->size;
        if (!item_key(field, item, key)) {
            continue;
        }
        const uint8_t *old = find_item(field, before, i, key);
        bool plain = is_plain_item(field->shape);
        if (old == NULL || (plain && !same_value(writer, &field->shape->fields[1], old, item))) {
            add_key(&opening, key);
            write_item(writer, field->shape, item);
        } else if (!plain) {
            (void)patch_under(writer, &opening, key, field->shape, 1, old, item);
        }
    }
    return close_opening(&opening);
}

static bool patch_flags(const struct ps_writer *writer, const struct ps_field *field,
                        const void *before, const void *after)
{
    struct opening opening = {.text = writer->text};
    for (uint16_t i = 0; i < field->size * 8; i++) {
        bool now = flag_at(field, after, i);
        if (now != flag_at(field, before, i)) {
            add_key(&opening, ps_field_word(field, i));
            ps_text_add_string(writer->text, now ? "true" : "null");
        }
    }
    return close_opening(&opening);
}

static void patch_kind(const struct ps_writer *writer, struct opening *opening,
                       const struct ps_field *field, const void *before, const void *after)
{
    uint8_t old = kind_of(field, before);
    uint8_t now = kind_of(field, after);
    if (old == now) {
        (void)patch_under(writer, opening, ps_kind_key(now), kind_shape(writer, now), 0,
                          member(field, before), member(field, after));
        return;
    }
    add_key(opening, ps_kind_key(old));
    ps_text_add_string(writer->text, "null");
    add_key(opening, ps_kind_key(now));
    write_value(writer, field, after);
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
        (void)patch_under(writer, opening, field->name, field->shape, 0, member(field, before),
                          member(field, after));
        return;
    }
    if (field->kind == PS_MAP || field->kind == PS_FLAGS) {
        add_key(opening, field->name);
        changed = field->kind == PS_MAP ? patch_map(writer, field, before, after)
                                        : patch_flags(writer, field, before, after);
    } else if (!same_value(writer, field, before, after)) {
        add_key(opening, field->name);
        write_value(writer, field, after);
    }
    if (!changed) {
        *writer->text = kept;
        *opening = opened;
    }
}

static bool patch_fields(const struct ps_writer *writer, const struct ps_shape *shape, uint16_t from,
                         const void *before, const void *after)
{
    struct opening opening = {.text = writer->text};
    for (uint16_t i = from; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        bool was = is_present(field, before);
        bool is = is_present(field, after);
        if (was && is) {
            patch_field(writer, &opening, field, before, after);
        } else if (was) {
            add_key(&opening, field_name(field, before));
            ps_text_add_string(writer->text, "null");
        } else if (is) {
            add_key(&opening, field_name(field, after));
            write_value(writer, field, after);
        }
    }
    return close_opening(&opening);
}

bool ps_write_patch(const struct ps_writer *writer, const struct ps_shape *shape, const void *before,
                    const void *after)
{
    if (is_nameless(shape)) {
        return patch_map(writer, &shape->fields[0], before, after);
    }
    return patch_fields(writer, shape, 0, before, after);
}
