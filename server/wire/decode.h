/* decode - JSON to structs by their shapes; strict: every field is known, of its type and in its
 * bounds. */
#pragma once

#include <jansson.h>

#include "core/refusal.h"
#include "core/shape.h"

/* Where the words of a decoded command go: fresh handles point into it. */
struct ps_decoder {
    char *text;
    size_t used;
    size_t room;
    bool facts; /* journal records: words are handles [id, bytes, owner] */
};

/* Decode `json` (an object) into `object` (zeroed by the caller, shape->size bytes). */
enum ps_refusal ps_decode_object(struct ps_decoder *decoder, const struct ps_shape *shape,
                                 const json_t *json, void *object);
