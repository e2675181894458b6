#include "wire/write.h"

#include <string.h>

#include "core/picture.h"
#include "wire/fields.h"

/* ---- values ---------------------------------------------------------------------------------- */

static void write_string(struct ps_text *text, const char *bytes, size_t count)
{
    ps_text_add_char(text, '"');
    ps_text_add_json(text, bytes, count);
    ps_text_add_char(text, '"');
}

void ps_write_plain(struct ps_text *text, const char *string)
{
    ps_text_add_char(text, '"');
    ps_text_add_string(text, string);
    ps_text_add_char(text, '"');
}

static void write_seat(struct ps_text *text, uint8_t seat)
{
    char name[PS_SEAT_CHARS_MAX];
    (void)ps_seat_write(seat, name);
    ps_write_plain(text, name);
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
    char plain[PS_PHRASE_BYTES_MAX];
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

static void write_flags(const struct ps_writer *writer, const struct ps_field *field,
                        const void *object)
{
    bool first = true;
    ps_text_add_char(writer->text, '{');
    for (uint16_t i = 0; i < field->size * 8; i++) {
        if (!ps_flag_at(field, object, i)) {
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
        write_id(writer->text, field->prefix, ps_int_at(at, sizeof(uint32_t)));
        return;
    case PS_WORDS:
        write_word(writer, ps_word_at(at));
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
        write_element(writer, field, ps_member(field, object) + i * step);
    }
    ps_text_add_char(writer->text, ']');
}

/* ---- maps: objects keyed by the first field of their items ----------------------------------- */

void ps_write_item(const struct ps_writer *writer, const struct ps_shape *shape,
                   const uint8_t *item)
{
    if (ps_is_plain_item(shape)) {
        ps_write_value(writer, &shape->fields[1], item);
    } else {
        ps_write_fields(writer, shape, 1, item);
    }
}

static void write_map(const struct ps_writer *writer, const struct ps_field *field,
                      const void *object)
{
    size_t count = ps_field_count(field, object);
    bool first = true;
    ps_text_add_char(writer->text, '{');
    for (size_t i = 0; i < count; i++) {
        const uint8_t *item = ps_member(field, object) + i * field->shape->size;
        char key[PS_KEY_BYTES_MAX];
        if (!ps_item_key(field, item, key)) {
            continue;
        }
        if (!first) {
            ps_text_add_char(writer->text, ',');
        }
        first = false;
        ps_write_plain(writer->text, key);
        ps_text_add_char(writer->text, ':');
        ps_write_item(writer, field->shape, item);
    }
    ps_text_add_char(writer->text, '}');
}

void ps_write_value(const struct ps_writer *writer, const struct ps_field *field,
                    const void *object)
{
    const uint8_t *at = ps_member(field, object);
    struct ps_text *text = writer->text;
    struct ps_phrase phrase;
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        ps_text_add_string(text, *at != 0 ? "true" : "false");
        return;
    case PS_INT:
        ps_text_add_int(text, ps_int_at(at, field->size) - ((field->flags & PS_PLUS_ONE) != 0));
        return;
    case PS_ENUM:
        ps_write_plain(text, ps_field_word(field, *at));
        return;
    case PS_SEAT:
        write_seat(text, *at);
        return;
    case PS_ID:
        write_id(text, field->prefix, ps_int_at(at, field->size));
        return;
    case PS_CHARS:
        ps_write_plain(text, (const char *)at);
        return;
    case PS_WORDS:
        write_word(writer, ps_word_at(at));
        return;
    case PS_PHRASE:
        phrase = ps_phrase_at(at);
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
        write_seats(text, (uint64_t)ps_int_at(at, sizeof(uint64_t)));
        return;
    case PS_KIND:
        ps_write_object(writer, ps_kind_shape(writer, ps_kind_of(field, object)), at);
        return;
    }
}

void ps_write_fields(const struct ps_writer *writer, const struct ps_shape *shape, uint16_t from,
                     const void *object)
{
    bool first = true;
    ps_text_add_char(writer->text, '{');
    for (uint16_t i = from; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        if (!ps_is_present(field, object)) {
            continue;
        }
        if (!first) {
            ps_text_add_char(writer->text, ',');
        }
        first = false;
        ps_write_plain(writer->text, ps_field_name(field, object));
        ps_text_add_char(writer->text, ':');
        ps_write_value(writer, field, object);
    }
    ps_text_add_char(writer->text, '}');
}

void ps_write_object(const struct ps_writer *writer, const struct ps_shape *shape,
                     const void *object)
{
    if (ps_is_nameless(shape)) {
        ps_write_value(writer, &shape->fields[0], object);
    } else {
        ps_write_fields(writer, shape, 0, object);
    }
}
