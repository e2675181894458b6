/* describe_parts - what the files of describe share: a schema from a shape, and JSON laid out to be
 * read. */
#pragma once

#include <jansson.h>

#include "base/text.h"
#include "core/picture.h"
#include "core/shape.h"

/* What the described JSON is for: the same field is written differently in each. */
enum ps_schema_use {
    PS_SCHEMA_PICTURE, /* words are text; what is zero and optional is absent */
    PS_SCHEMA_PATCH,   /* any part of a picture; null takes away what may be absent */
    PS_SCHEMA_PARAMS,  /* of a command: bounds, and what may be left out */
    PS_SCHEMA_FACTS,   /* of a journal record: words are handles */
};

/* A schema of the shape; the caller owns it. refers to #/$defs/seat, method and word. */
json_t *ps_schema_of(const struct ps_shape *shape, enum ps_schema_use use);

/* The whole picture, or a merge patch of one, as a schema without $defs. */
json_t *ps_schema_picture(enum ps_schema_use use);

/* The $defs a schema made by ps_schema_of may refer to. */
json_t *ps_schema_defs(enum ps_schema_use use);

/* A value that the shape accepts, for examples. */
json_t *ps_schema_example(const struct ps_shape *shape);

/* The words of a PS_ENUM or PS_FLAGS field, each once, one at each call; NULL after the last.
 * *cursor begins at 0. (Two states may be shown by one word: a round's "passed".) */
const char *ps_describe_word(const struct ps_field *field, uint16_t *cursor);

/* Parts that every picture has. The others are there when there is something to see. */
enum {
    PS_PARTS_ALWAYS = PS_PART(PS_SEE_SET) | PS_PART(PS_SEE_YOU) | PS_PART(PS_SEE_ROSTER) |
                      PS_PART(PS_SEE_CLOCK) | PS_PART(PS_SEE_FLOOR) | PS_PART(PS_SEE_COMMITMENTS) |
                      PS_PART(PS_SEE_BOARD),
};

/* Is this the shape of an object of which exactly one member is there? The tables cannot say so. */
bool ps_shape_is_choice(const struct ps_shape *shape);

/* Does the shape stand for the value of its one field, which has no name? `from`: as in an item of
 * a map, whose first field is the key. */
bool ps_shape_is_value(const struct ps_shape *shape, uint16_t from);

/* Write `json` so that a person can read it and a difference is a line; takes the reference. */
void ps_describe_json_take(struct ps_text *text, json_t *json);

/* Each writes one file. */
void ps_describe_picture(struct ps_text *text);
void ps_describe_commands(struct ps_text *text);
void ps_describe_frames(struct ps_text *text);
void ps_describe_records(struct ps_text *text);
void ps_describe_authority(struct ps_text *text);
void ps_describe_types(struct ps_text *text);
