#include "hub/grow.h"

#include <stdlib.h>

enum ps_err ps_grow(struct ps_text *text, size_t more)
{
    ps_assert(text->used <= text->room && !text->full);
    if (text->bytes != NULL && text->room - text->used >= more) {
        return PS_OK;
    }
    size_t room = text->room == 0 ? PS_GROW_FIRST_BYTES : text->room;
    while (room - text->used < more && room < PS_GROW_BYTES_MAX) {
        room *= 2;
    }
    if (room - text->used < more) {
        return PS_E_LIMIT;
    }
    char *bytes = realloc(text->bytes, room);
    if (bytes == NULL) {
        return PS_E_LIMIT;
    }
    text->bytes = bytes;
    text->room = room;
    return PS_OK;
}

void ps_grow_finish(struct ps_text *text)
{
    free(text->bytes);
    *text = (struct ps_text){0};
}
