/* write - structs to JSON by their shapes, straight into a bounded text: no tree is ever built. */
#pragma once

#include "base/text.h"
#include "core/shape.h"

enum ps_write_mode {
    PS_WRITE_PICTURE, /* words as text */
    PS_WRITE_FACTS,   /* words as handles: [id, bytes, owner] */
    PS_WRITE_STATE,   /* handles, and the activity's own state */
};

struct ps_writer {
    struct ps_text *text;
    const struct ps_words *words;
    enum ps_write_mode mode;
};

/* `{…}` of `object`; a shape whose only field has no name writes that field's value. */
void ps_write_object(const struct ps_writer *writer, const struct ps_shape *shape,
                     const void *object);

/* The merge patch from `before` to `after`, `{…}`; returns false and writes nothing when they are
 * equal. */
bool ps_write_patch(const struct ps_writer *writer, const struct ps_shape *shape,
                    const void *before, const void *after);

/* A field of a struct as an integer. */
int64_t ps_read_int(const struct ps_field *field, const void *object);

/* The key under which a PS_KIND field stands, or NULL when there is none. */
const char *ps_kind_key(uint8_t kind);
