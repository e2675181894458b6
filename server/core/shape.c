#include "core/shape.h"

#include <string.h>

const char *ps_field_word(const struct ps_field *field, uint16_t index)
{
    if (field->word != NULL) {
        return field->word(index);
    }
    for (uint16_t i = 0; i <= index; i++) {
        if (i > 0 && field->words[i] == NULL) {
            return NULL;
        }
    }
    return field->words[index];
}

size_t ps_field_step(const struct ps_field *field)
{
    if (field->kind == PS_MAP || field->of == PS_OBJECT) {
        return field->shape->size;
    }
    return field->of == PS_SEAT    ? sizeof(uint8_t)
           : field->of == PS_WORDS ? sizeof(struct ps_word)
                                   : sizeof(uint32_t);
}

size_t ps_field_room(const struct ps_field *field)
{
    return field->size / ps_field_step(field);
}

size_t ps_field_count(const struct ps_field *field, const void *object)
{
    if (field->count_at == PS_COUNT_ALL) {
        return ps_field_room(field);
    }
    size_t count = ((const uint8_t *)object)[field->count_at];
    ps_assert(count <= ps_field_room(field));
    return count;
}

/* Shapes nest three deep at most (set, noun, item), so this descent is bounded by the tables. */
void ps_shape_visit_words(const struct ps_shape *shape, const void *object,
                          const struct ps_shape *(*kind_shape)(uint8_t kind), ps_word_visitor visit,
                          void *context)
{
    for (uint16_t i = 0; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        const uint8_t *member = (const uint8_t *)object + field->at;
        if (field->kind == PS_WORDS || field->of == PS_WORDS) {
            for (size_t n = 0; n * sizeof(struct ps_word) < field->size; n++) {
                struct ps_word word;
                memcpy(&word, member + n * sizeof(word), sizeof(word));
                if (word.id != 0) {
                    visit(context, word);
                }
            }
        } else if (field->kind == PS_OBJECT) {
            ps_shape_visit_words(field->shape, member, kind_shape, visit, context);
        } else if (field->kind == PS_KIND) {
            const struct ps_shape *sub = kind_shape(((const uint8_t *)object)[field->count_at]);
            if (sub != NULL) {
                ps_shape_visit_words(sub, member, kind_shape, visit, context);
            }
        } else if (field->kind == PS_MAP || (field->kind == PS_LIST && field->of == PS_OBJECT)) {
            size_t count = ps_field_count(field, object);
            for (size_t n = 0; n < count; n++) {
                ps_shape_visit_words(field->shape, member + n * field->shape->size, kind_shape,
                                     visit, context);
            }
        }
    }
}
