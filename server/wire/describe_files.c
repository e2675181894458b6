/* describe_files - the four schemas: the picture, what a client may send, what the server sends,
 * and the facts of journal records. */
#include <string.h>

#include "base/assert.h"
#include "core/activity.h"
#include "wire/describe_parts.h"

#define DRAFT      "https://json-schema.org/draft/2020-12/schema"
#define REQUEST_ID "^[A-Za-z0-9_-]{1,32}:[1-9][0-9]{0,14}$"

static json_t *head(const char *id, const char *title, const char *about)
{
    return json_pack("{s:s, s:s, s:s, s:s}", "$schema", DRAFT, "$id", id, "title", title,
                     "description", about);
}

/* ---- the picture ----------------------------------------------------------------------------- */

void ps_describe_picture(struct ps_text *text)
{
    json_t *schema =
        head("picture.json", "Picture",
             "What one viewer sees of a set. Never null: what is not there is absent.");
    json_t *picture = ps_schema_picture(PS_SCHEMA_PICTURE);
    (void)json_object_update(schema, picture);
    json_decref(picture);
    (void)json_object_set_new(schema, "$defs", ps_schema_defs(PS_SCHEMA_PICTURE));
    ps_describe_json_take(text, schema);
}

/* ---- commands -------------------------------------------------------------------------------- */

/* `expect` stands in the params of every method; for some it must. */
static json_t *params_of(const struct ps_method *method)
{
    static const struct ps_shape nothing = {"nothing", 0, 0, NULL};
    json_t *params =
        ps_schema_of(method->shape != NULL ? method->shape : &nothing, PS_SCHEMA_PARAMS);
    json_t *expect = json_pack("{s:s}", "$ref", "#/$defs/expect");
    (void)json_object_set_new(json_object_get(params, "properties"), "expect", expect);
    /* A method that works in the lobby too cannot always name a phase. */
    if ((method->needs & PS_NEEDS_EXPECT) != 0 && (method->needs & PS_NEEDS_LIVE) != 0) {
        json_t *required = json_object_get(params, "required");
        if (required == NULL) {
            required = json_array();
            (void)json_object_set_new(params, "required", required);
        }
        (void)json_array_append_new(required, json_string("expect"));
    }
    return params;
}

static json_t *example_frame(const struct ps_method *method)
{
    json_t *params = method->shape != NULL ? ps_schema_example(method->shape) : json_object();
    if ((method->needs & PS_NEEDS_EXPECT) != 0) {
        (void)json_object_set_new(params, "expect", json_string("p12"));
    }
    return json_pack("{s:s, s:s, s:s, s:o}", "jsonrpc", "2.0", "id", "page-1:1", "method",
                     method->name, "params", params);
}

static json_t *command_of(const struct ps_method *method)
{
    json_t *params = params_of(method);
    bool needed = json_object_get(params, "required") != NULL;
    json_t *required = json_pack("[s,s,s]", "jsonrpc", "id", "method");
    if (needed) {
        (void)json_array_append_new(required, json_string("params"));
    }
    /* time.sync is sent a browser's own clock, which has fractions. */
    if (strcmp(method->name, "time.sync") == 0) {
        json_t *t0 =
            json_pack("{s:s, s:f, s:f}", "type", "number", "minimum", -1e15, "maximum", 1e15);
        (void)json_object_set_new(json_object_get(params, "properties"), "t0", t0);
    }
    return json_pack("{s:s, s:s, s:{s:{s:s}, s:{s:s}, s:{s:s}, s:o}, s:o, s:b, s:[o]}",
                     "description", method->about, "type", "object", "properties", "jsonrpc",
                     "const", "2.0", "id", "$ref", "#/$defs/id", "method", "const", method->name,
                     "params", params, "required", required, "additionalProperties", 0, "examples",
                     example_frame(method));
}

static json_t *ref_to(const char *name)
{
    char path[64];
    struct ps_text text = ps_text_into(path, sizeof(path) - 1);
    ps_text_add_string(&text, "#/$defs/");
    ps_text_add_string(&text, name);
    ps_assert(!text.full);
    return json_pack("{s:s#}", "$ref", path, (int)text.used);
}

void ps_describe_commands(struct ps_text *text)
{
    json_t *schema =
        head("commands.json", "Command",
             "One text message of a client: a JSON-RPC request. Lengths are in code points.");
    json_t *one_of = json_array();
    json_t *defs = ps_schema_defs(PS_SCHEMA_PARAMS);
    (void)json_object_set_new(defs, "id",
                              json_pack("{s:s, s:s, s:s}", "description",
                                        "PAGE:N. The same id again gets the same answer and does "
                                        "nothing twice.",
                                        "type", "string", "pattern", REQUEST_ID));
    (void)json_object_set_new(
        defs, "expect",
        json_pack("{s:s, s:s}", "description",
                  "The activity.phase_id the person was looking at; if it has "
                  "moved on, the answer is the refusal moved_on.",
                  "type", "string"));
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        const struct ps_method *method = ps_method_at(i);
        (void)json_array_append_new(one_of, ref_to(method->name));
        (void)json_object_set_new(defs, method->name, command_of(method));
    }
    (void)json_object_set_new(schema, "oneOf", one_of);
    (void)json_object_set_new(schema, "$defs", defs);
    ps_describe_json_take(text, schema);
}

/* ---- frames of the server -------------------------------------------------------------------- */

static json_t *closed(json_t *properties, json_t *required)
{
    return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties, "required",
                     required, "additionalProperties", 0);
}

static json_t *integer(void)
{
    return json_pack("{s:s}", "type", "integer");
}

static json_t *result_frame(void)
{
    json_t *done = closed(json_pack("{s:o, s:{s:s, s:s}}", "seq", integer(), "link", "description",
                                    "invite.renew: the new link, shown once.", "type", "string"),
                          json_pack("[s]", "seq"));
    json_t *sync =
        closed(json_pack("{s:{s:s}, s:o}", "t0", "type", "number", "server_at", integer()),
               json_pack("[s,s]", "t0", "server_at"));
    return closed(json_pack("{s:{s:s}, s:{s:s, s:s}, s:{s:[o,o]}}", "jsonrpc", "const", "2.0", "id",
                            "type", "string", "pattern", REQUEST_ID, "result", "anyOf", done, sync),
                  json_pack("[s,s,s]", "jsonrpc", "id", "result"));
}

static json_t *refusal_words(void)
{
    json_t *words = json_array();
    for (int i = PS_ALLOWED + 1; i < PS_REFUSALS_COUNT; i++) {
        (void)json_array_append_new(words, json_string(ps_refusal_word((enum ps_refusal)i)));
    }
    return words;
}

static json_t *error_frame(void)
{
    json_t *facts = closed(json_pack("{s:{s:o}}", "refusal", "enum", refusal_words()),
                           json_pack("[s]", "refusal"));
    json_t *error =
        closed(json_pack("{s:{s:[i,i,i,i,i]}, s:{s:s, s:s}, s:o}", "code", "enum", -32700, -32600,
                         -32601, -32602, -32000, "message", "description",
                         "A sentence for the person.", "type", "string", "data", facts),
               json_pack("[s,s,s]", "code", "message", "data"));
    return closed(json_pack("{s:{s:s}, s:{s:[{s:s, s:s}, {s:s}]}, s:o}", "jsonrpc", "const", "2.0",
                            "id", "anyOf", "type", "string", "pattern", REQUEST_ID, "type", "null",
                            "error", error),
                  json_pack("[s,s,s]", "jsonrpc", "id", "error"));
}

static json_t *notification(const char *method, json_t *params)
{
    return closed(json_pack("{s:{s:s}, s:{s:s}, s:o}", "jsonrpc", "const", "2.0", "method", "const",
                            method, "params", params),
                  json_pack("[s,s,s]", "jsonrpc", "method", "params"));
}

static json_t *welcome_frame(void)
{
    static const char *const limits[] = {"command_bytes",  "commands_per_second",
                                         "commands_burst", "sockets_per_seat",
                                         "say_chars",      "ping_ms"};
    json_t *properties = json_object();
    json_t *required = json_array();
    for (size_t i = 0; i < PS_COUNT(limits); i++) {
        (void)json_object_set_new(properties, limits[i], integer());
        (void)json_array_append_new(required, json_string(limits[i]));
    }
    json_t *params =
        closed(json_pack("{s:{s:s}, s:{s:s, s:s}, s:o, s:o}", "protocol", "const", "peerset.v1",
                         "seat", "description", "SET.SEAT", "type", "string", "limits",
                         closed(properties, required), "server_at", integer()),
               json_pack("[s,s,s,s]", "protocol", "seat", "limits", "server_at"));
    return notification("welcome", params);
}

static json_t *picture_frame(void)
{
    return notification("picture", closed(json_pack("{s:o, s:o, s:{s:s}}", "seq", integer(), "at",
                                                    integer(), "picture", "$ref", "picture.json"),
                                          json_pack("[s,s,s]", "seq", "at", "picture")));
}

static json_t *patch_frame(void)
{
    return notification(
        "patch", closed(json_pack("{s:o, s:o, s:o, s:{s:s}}", "from", integer(), "seq", integer(),
                                  "at", integer(), "patch", "$ref", "#/$defs/merge_patch"),
                        json_pack("[s,s,s,s]", "from", "seq", "at", "patch")));
}

static json_t *bye_frame(void)
{
    return notification("bye", closed(json_pack("{s:{s:s}, s:o}", "reason", "type", "string",
                                                "retry_ms", integer()),
                                      json_pack("[s,s]", "reason", "retry_ms")));
}

void ps_describe_frames(struct ps_text *text)
{
    json_t *schema = head("frames.json", "Frame", "One text message of the server.");
    json_t *defs = json_object();
    (void)json_object_set_new(defs, "result", result_frame());
    (void)json_object_set_new(defs, "error", error_frame());
    (void)json_object_set_new(defs, "welcome", welcome_frame());
    (void)json_object_set_new(defs, "picture", picture_frame());
    (void)json_object_set_new(defs, "patch", patch_frame());
    (void)json_object_set_new(defs, "bye", bye_frame());
    json_t *one_of = json_array();
    const char *name = NULL;
    json_t *frame = NULL;
    json_object_foreach(defs, name, frame)
    {
        (void)json_array_append_new(one_of, ref_to(name));
    }
    json_t *patch = ps_schema_picture(PS_SCHEMA_PATCH);
    (void)json_object_set_new(
        patch, "description",
        json_string("A merge patch (RFC 7396) of the picture: null takes away."));
    (void)json_object_set_new(defs, "merge_patch", patch);
    json_t *shared = ps_schema_defs(PS_SCHEMA_PATCH);
    (void)json_object_update(defs, shared);
    json_decref(shared);
    (void)json_object_set_new(schema, "oneOf", one_of);
    (void)json_object_set_new(schema, "$defs", defs);
    ps_describe_json_take(text, schema);
}

/* ---- records --------------------------------------------------------------------------------- */

static json_t *parts_of(uint32_t parts)
{
    json_t *names = json_array();
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        if ((parts & PS_PART(part)) != 0) {
            (void)json_array_append_new(names, json_string(ps_part_kinds[part].name));
        }
    }
    return names;
}

/* The parts are a note for readers, not a rule for validators. */
static json_t *record_of(const struct ps_event_kind *kind)
{
    static const struct ps_shape nothing = {"nothing", 0, 0, NULL};
    json_t *facts = ps_schema_of(kind->shape != NULL ? kind->shape : &nothing, PS_SCHEMA_FACTS);
    json_t *record = closed(json_pack("{s:{s:s}, s:{s:i}, s:o}", "kind", "const", kind->name,
                                      "version", "const", (int)kind->version, "facts", facts),
                            json_pack("[s,s,s]", "kind", "version", "facts"));
    (void)json_object_set_new(record, "x-parts", parts_of(kind->parts));
    return record;
}

void ps_describe_records(struct ps_text *text)
{
    json_t *schema =
        head("records.json", "Record",
             "Kind, version and facts of a journal record. x-parts: the parts of a picture "
             "that the event may touch.");
    json_t *one_of = json_array();
    json_t *defs = ps_schema_defs(PS_SCHEMA_FACTS);
    for (uint16_t i = 0; ps_event_kind_at(i) != NULL; i++) {
        const struct ps_event_kind *kind = ps_event_kind_at(i);
        (void)json_array_append_new(one_of, ref_to(kind->name));
        (void)json_object_set_new(defs, kind->name, record_of(kind));
    }
    (void)json_object_set_new(schema, "oneOf", one_of);
    (void)json_object_set_new(schema, "$defs", defs);
    ps_describe_json_take(text, schema);
}
