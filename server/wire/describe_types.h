/* describe_types - shapes as TypeScript: names, types and interfaces, for the file that
 * describe_client.c writes. */
#pragma once

#include "base/text.h"
#include "core/shape.h"

/* Lists of words that stand under a name of their own. Some are known by where they are, the others
 * by the field that has them. */
struct ps_known_words {
    const char *name;
    const char *const *words;
    const char *shape;
    const char *field;
};

/* The n-th of them; NULL past the end. */
const struct ps_known_words *ps_types_known_at(size_t index);
/* The name under which the words of this field stand, or NULL. */
const struct ps_known_words *ps_types_known(const struct ps_shape *shape,
                                            const struct ps_field *field);

/* Shapes that become interfaces, the inner ones first. */
enum { PS_TYPE_SHAPES_MAX = 64 }; /* twice what the picture has today; asserted */
struct ps_type_shapes {
    const struct ps_shape *list[PS_TYPE_SHAPES_MAX];
    size_t from[PS_TYPE_SHAPES_MAX]; /* items of a map leave out their key */
    size_t count;
};

/* Add the shape and what it holds. from: 1 for an item of a map, whose key is left out. */
void ps_types_list(struct ps_type_shapes *shapes, const struct ps_shape *shape, uint16_t from);
/* Add what stands inside the params of a method (shape may be NULL). */
void ps_types_list_inner(struct ps_type_shapes *shapes, const struct ps_shape *shape);

/* Write `export interface …`, the members alone ("a: string; b?: Seat"), and the picture itself. */
void ps_types_interface(struct ps_text *text, const struct ps_shape *shape, size_t from);
void ps_types_members(struct ps_text *text, const struct ps_shape *shape);
void ps_types_picture(struct ps_text *text);
