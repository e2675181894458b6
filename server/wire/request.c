/* request - one frame of a client to one decoded command. */
#include <string.h>

#include "wire/decode.h"
#include "wire/wire.h"

enum { RPC_PARSE = -32700, RPC_REQUEST = -32600, RPC_METHOD = -32601, RPC_PARAMS = -32602 };

static void refuse(struct ps_request *request, int code, enum ps_refusal refusal)
{
    request->rpc_code = code;
    request->refusal = refusal;
}

/* Depth is looked at before the parser sees the text: its own limit is far beyond our need. */
static bool is_shallow(const char *bytes, size_t count)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < count; i++) {
        char c = bytes[i];
        if (quoted) {
            i += c == '\\';
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
        if (depth > PS_JSON_DEPTH_MAX) {
            return false;
        }
    }
    return true;
}

static bool is_page_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* PAGE:N. Returns false when the id is of another form; it is then not echoed. */
static bool take_id(struct ps_request *request, const json_t *json)
{
    if (!json_is_string(json)) {
        return false;
    }
    const char *id = json_string_value(json);
    size_t length = json_string_length(json);
    size_t page = 0;
    while (page < length && is_page_char(id[page])) {
        page++;
    }
    if (page == 0 || page > PS_REQUEST_PAGE_CHARS_MAX || id[page] != ':' || page + 1 == length ||
        length - page - 1 > 15 || id[page + 1] == '0') {
        return false;
    }
    uint64_t number = 0;
    for (size_t i = page + 1; i < length; i++) {
        if (id[i] < '0' || id[i] > '9') {
            return false;
        }
        number = number * 10 + (uint64_t)(id[i] - '0');
    }
    memcpy(request->id, id, length + 1);
    memcpy(request->page, id, page);
    request->page[page] = '\0';
    request->number = number;
    return true;
}

static bool read_expect(struct ps_request *request, json_t *params)
{
    const json_t *expect = json_object_get(params, "expect");
    if (expect == NULL) {
        return true;
    }
    const char *text = json_string_value(expect);
    uint64_t id = 0;
    size_t length = text == NULL ? 0 : json_string_length(expect);
    for (size_t i = 1; i < length && length <= 11; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        id = digit ? id * 10 + (uint64_t)(text[i] - '0') : UINT64_MAX / 16;
    }
    if (text == NULL) {
        return false;
    }
    /* Any string is a phase id to a client; one we never gave is one that has moved on. */
    bool ours = length >= 2 && length <= 11 && text[0] == 'p' && id > 0 && id < UINT32_MAX;
    request->command.expect = ours ? (uint32_t)id : UINT32_MAX;
    (void)json_object_del(params, "expect");
    return true;
}

/* A browser's clock has fractions; everything else counts whole milliseconds. */
static bool take_t0(struct ps_request *request, json_t *params)
{
    json_t *t0 = json_object_get(params, "t0");
    if (!json_is_number(t0)) {
        return t0 == NULL;
    }
    request->t0 = json_number_value(t0);
    if (request->t0 > 1e15 || request->t0 < -1e15) {
        return false;
    }
    return !json_is_real(t0) ||
           json_object_set_new(params, "t0", json_integer((json_int_t)request->t0)) == 0;
}

static void take_params(struct ps_request *request, json_t *params)
{
    const struct ps_method *method = ps_method_at(request->command.method);
    if (!read_expect(request, params)) {
        refuse(request, RPC_PARAMS, PS_REFUSED_BAD_TYPE);
        return;
    }
    if (strcmp(method->name, "time.sync") == 0 && !take_t0(request, params)) {
        refuse(request, RPC_PARAMS, PS_REFUSED_BAD_TYPE);
        return;
    }
    struct ps_decoder decoder = {.text = request->text, .room = sizeof(request->text)};
    static const struct ps_shape nothing = {"nothing", 0, 0, NULL};
    const struct ps_shape *shape = method->shape == NULL ? &nothing : method->shape;
    ps_assert(shape->size <= sizeof(request->command.params));
    enum ps_refusal refusal = ps_decode_object(&decoder, shape, params, request->command.params);
    request->text_bytes = decoder.used;
    if (refusal != PS_ALLOWED) {
        refuse(request, RPC_PARAMS, refusal);
    }
}

static void take_request(struct ps_request *request, json_t *json)
{
    const json_t *version = json_object_get(json, "jsonrpc");
    const json_t *method = json_object_get(json, "method");
    json_t *params = json_object_get(json, "params");
    const char *spoken = json_string_value(version);
    if (!take_id(request, json_object_get(json, "id")) || spoken == NULL ||
        strcmp(spoken, "2.0") != 0 || !json_is_string(method) ||
        (params != NULL && !json_is_object(params))) {
        refuse(request, RPC_REQUEST, PS_REFUSED_BAD_FRAME);
        return;
    }
    if (json_object_size(json) != (params == NULL ? 3 : 4)) {
        refuse(request, RPC_REQUEST, PS_REFUSED_UNKNOWN_FIELD);
        return;
    }
    uint16_t index = ps_method_find(json_string_value(method), json_string_length(method));
    if (index == UINT16_MAX) {
        refuse(request, RPC_METHOD, PS_REFUSED_UNKNOWN_METHOD);
        return;
    }
    request->command.method = index;
    json_t *empty = params == NULL ? json_object() : NULL;
    take_params(request, params == NULL ? empty : params);
    json_decref(empty);
}

void ps_wire_request(const char *bytes, size_t count, struct ps_request *ret_request)
{
    memset(ret_request, 0, offsetof(struct ps_request, text));
    json_t *json = NULL;
    if (count <= PS_COMMAND_BYTES_MAX && is_shallow(bytes, count)) {
        json = json_loadb(bytes, count, JSON_REJECT_DUPLICATES, NULL);
    }
    if (json == NULL) {
        refuse(ret_request, RPC_PARSE, PS_REFUSED_BAD_FRAME);
    } else if (!json_is_object(json)) {
        refuse(ret_request, RPC_REQUEST, PS_REFUSED_BAD_FRAME);
    } else {
        take_request(ret_request, json);
    }
    json_decref(json);
}

bool ps_wire_invite(const char *json_text, size_t count, char *ret_token, size_t room)
{
    json_t *json = is_shallow(json_text, count)
                       ? json_loadb(json_text, count, JSON_REJECT_DUPLICATES, NULL)
                       : NULL;
    const json_t *invite = json_object_get(json, "invite");
    bool good = json_is_object(json) && json_object_size(json) == 1 && json_is_string(invite) &&
                json_string_length(invite) < room;
    if (good) {
        memcpy(ret_token, json_string_value(invite), json_string_length(invite) + 1);
    }
    json_decref(json);
    return good;
}
