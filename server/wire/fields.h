/* fields - reading the members of a struct by its shape, for write.c and patch.c. */
#pragma once

#include "core/picture.h"
#include "wire/write.h"

enum { PS_KEY_BYTES_MAX = 32 };

/* Where the member begins. */
const uint8_t *ps_member(const struct ps_field *field, const void *object);
/* An integer of 1, 2, 4 (unsigned) or 8 bytes (signed). */
int64_t ps_int_at(const uint8_t *at, size_t size);
/* Copies, because a member may stand at any address. */
struct ps_word ps_word_at(const uint8_t *at);
struct ps_phrase ps_phrase_at(const uint8_t *at);
/* The kind of a PS_KIND field in this object, and the shape of its picture or state. */
uint8_t ps_kind_of(const struct ps_field *field, const void *object);
const struct ps_shape *ps_kind_shape(const struct ps_writer *writer, uint8_t kind);
/* Is the field there at all? What may be absent is absent when it is zero. */
bool ps_is_present(const struct ps_field *field, const void *object);
/* Bit `index` of a PS_FLAGS field. */
bool ps_flag_at(const struct ps_field *field, const void *object, uint16_t index);
/* The key of an item of a map; false: an empty slot. */
bool ps_item_key(const struct ps_field *map, const uint8_t *item, char ret_key[PS_KEY_BYTES_MAX]);
/* An item whose one field besides the key has no name is that value: {"m1": "done"}. */
bool ps_is_plain_item(const struct ps_shape *shape);
/* The key of a field: its name, or for a PS_KIND the name of the activity. */
const char *ps_field_name(const struct ps_field *field, const void *object);
/* A shape whose one field has no name is that field's value. */
bool ps_is_nameless(const struct ps_shape *shape);

/* Writing, for patches: a quoted ASCII string, one member's value, members from `from` on, an item.
 */
void ps_write_plain(struct ps_text *text, const char *string);
void ps_write_value(const struct ps_writer *writer, const struct ps_field *field,
                    const void *object);
void ps_write_fields(const struct ps_writer *writer, const struct ps_shape *shape, uint16_t from,
                     const void *object);
void ps_write_item(const struct ps_writer *writer, const struct ps_shape *shape,
                   const uint8_t *item);
