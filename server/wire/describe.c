#include "wire/describe.h"

#include <string.h>

#include "base/assert.h"
#include "wire/describe_parts.h"

struct file {
    const char *name;
    void (*write)(struct ps_text *text);
};
static const struct file files[] = {
    {"schema/picture.json", ps_describe_picture}, {"schema/commands.json", ps_describe_commands},
    {"schema/frames.json", ps_describe_frames},   {"schema/records.json", ps_describe_records},
    {"authority.md", ps_describe_authority},      {"picture.ts", ps_describe_types},
};

const char *ps_describe_name(size_t index)
{
    return index < PS_COUNT(files) ? files[index].name : NULL;
}

void ps_describe_write(size_t index, struct ps_text *text)
{
    ps_assert(index < PS_COUNT(files));
    files[index].write(text);
    ps_assert(!text->full);
}

/* ---- JSON to be read ------------------------------------------------------------------------- */

enum { WIDTH = 100, INDENT = 2, LINE_BYTES = 256 };

static void new_line(struct ps_text *text, size_t indent)
{
    ps_text_add_char(text, '\n');
    for (size_t i = 0; i < indent; i++) {
        ps_text_add_char(text, ' ');
    }
}

static size_t column(const struct ps_text *text)
{
    size_t from = text->used;
    while (from > 0 && text->bytes[from - 1] != '\n') {
        from--;
    }
    return text->used - from;
}

/* The value on the present line; false, and nothing written, when it does not fit there. */
static bool add_short(struct ps_text *text, const json_t *json)
{
    char line[LINE_BYTES];
    size_t length = json_dumpb(json, line, sizeof(line), JSON_ENCODE_ANY);
    bool nested = json_is_object(json) || json_is_array(json);
    ps_assert(length > 0);
    if (length > sizeof(line) || (nested && column(text) + length + 1 > WIDTH)) {
        return false;
    }
    ps_text_add(text, line, length);
    return true;
}

static void add_long_string(struct ps_text *text, const json_t *json)
{
    ps_text_add_char(text, '"');
    ps_text_add_json(text, json_string_value(json), json_string_length(json));
    ps_text_add_char(text, '"');
}

static void add_value(struct ps_text *text, json_t *json, size_t indent);

static void add_object(struct ps_text *text, json_t *json, size_t indent)
{
    const char *key = NULL;
    json_t *value = NULL;
    bool first = true;
    ps_text_add_char(text, '{');
    json_object_foreach(json, key, value)
    {
        if (!first) {
            ps_text_add_char(text, ',');
        }
        first = false;
        new_line(text, indent + INDENT);
        ps_text_add_char(text, '"');
        ps_text_add_json(text, key, strlen(key));
        ps_text_add_string(text, "\": ");
        add_value(text, value, indent + INDENT);
    }
    new_line(text, indent);
    ps_text_add_char(text, '}');
}

/* Plain values fill the lines; objects have a line each. */
static void add_array(struct ps_text *text, const json_t *json, size_t indent)
{
    ps_text_add_char(text, '[');
    for (size_t i = 0; i < json_array_size(json); i++) {
        json_t *value = json_array_get(json, i);
        char line[LINE_BYTES];
        size_t length = json_dumpb(value, line, sizeof(line), JSON_ENCODE_ANY);
        bool nested = json_is_object(value) || json_is_array(value);
        if (i > 0) {
            ps_text_add_char(text, ',');
        }
        if (i == 0 || nested || column(text) + length + 3 > WIDTH) {
            new_line(text, indent + INDENT);
        } else {
            ps_text_add_char(text, ' ');
        }
        add_value(text, value, indent + INDENT);
    }
    new_line(text, indent);
    ps_text_add_char(text, ']');
}

/* Schemas nest as deep as shapes do, with a few levels of their own around each. */
static void add_value(struct ps_text *text, json_t *json, size_t indent)
{
    if (add_short(text, json)) {
        return;
    }
    if (json_is_object(json)) {
        add_object(text, json, indent);
    } else if (json_is_array(json)) {
        add_array(text, json, indent);
    } else {
        add_long_string(text, json);
    }
}

void ps_describe_json_take(struct ps_text *text, json_t *json)
{
    ps_assert(json != NULL);
    add_value(text, json, 0);
    ps_text_add_char(text, '\n');
    json_decref(json);
}
