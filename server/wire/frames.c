/* frames - answers and notifications, each a whole payload. */
#include <jansson.h>
#include <string.h>

#include "core/activity.h"
#include "wire/wire.h"
#include "wire/write.h"

static void begin_answer(struct ps_text *text, const char *id)
{
    ps_text_add_string(text, "{\"jsonrpc\":\"2.0\",\"id\":");
    if (id[0] == '\0') {
        ps_text_add_string(text, "null");
    } else {
        ps_text_add_char(text, '"');
        ps_text_add_json(text, id, strlen(id));
        ps_text_add_char(text, '"');
    }
}

static void begin_notification(struct ps_text *text, const char *method)
{
    ps_text_add_string(text, "{\"jsonrpc\":\"2.0\",\"method\":\"");
    ps_text_add_string(text, method);
    ps_text_add_string(text, "\",\"params\":{");
}

static void add_number(struct ps_text *text, const char *key, int64_t number)
{
    ps_text_add_char(text, '"');
    ps_text_add_string(text, key);
    ps_text_add_string(text, "\":");
    ps_text_add_int(text, number);
}

void ps_wire_result(struct ps_text *text, const char *id, uint64_t seq, const char *link)
{
    begin_answer(text, id);
    ps_text_add_string(text, ",\"result\":{");
    add_number(text, "seq", (int64_t)seq);
    if (link != NULL) {
        ps_text_add_string(text, ",\"link\":\"");
        ps_text_add_json(text, link, strlen(link));
        ps_text_add_char(text, '"');
    }
    ps_text_add_string(text, "}}");
}

/* t0 comes back as it was sent, to the last bit: a client may look it up among those it sent. */
static void add_t0(struct ps_text *text, double t0)
{
    char digits[40];
    size_t count = 0;
    if (t0 != (double)(int64_t)t0) {
        json_t *real = json_real(t0);
        count = real == NULL ? 0 : json_dumpb(real, digits, sizeof(digits), JSON_ENCODE_ANY);
        json_decref(real);
    }
    if (count == 0 || count > sizeof(digits)) {
        add_number(text, "t0", (int64_t)t0);
        return;
    }
    ps_text_add_string(text, "\"t0\":");
    ps_text_add(text, digits, count);
}

void ps_wire_time(struct ps_text *text, const char *id, double t0, int64_t server_at)
{
    begin_answer(text, id);
    ps_text_add_string(text, ",\"result\":{");
    add_t0(text, t0);
    ps_text_add_char(text, ',');
    add_number(text, "server_at", server_at);
    ps_text_add_string(text, "}}");
}

void ps_wire_error(struct ps_text *text, const char *id, int code, enum ps_refusal refusal)
{
    const char *sentence = ps_refusal_sentence(refusal);
    begin_answer(text, id);
    ps_text_add_string(text, ",\"error\":{");
    add_number(text, "code", code);
    ps_text_add_string(text, ",\"message\":\"");
    ps_text_add_json(text, sentence, strlen(sentence));
    ps_text_add_string(text, "\",\"data\":{\"refusal\":\"");
    ps_text_add_string(text, ps_refusal_word(refusal));
    ps_text_add_string(text, "\"}}}");
}

static void add_seat_name(struct ps_text *text, const char *set, uint8_t seat)
{
    char name[PS_SEAT_CHARS_MAX];
    (void)ps_seat_write(seat, name);
    ps_text_add_string(text, set);
    ps_text_add_char(text, '.');
    ps_text_add_string(text, name);
}

void ps_wire_welcome(struct ps_text *text, const char *set, uint8_t seat, int64_t server_at,
                     uint32_t commands_per_second, uint32_t commands_burst, uint32_t sockets)
{
    begin_notification(text, "welcome");
    ps_text_add_string(text, "\"protocol\":\"peerset.v1\",\"seat\":\"");
    add_seat_name(text, set, seat);
    ps_text_add_string(text, "\",\"limits\":{");
    add_number(text, "command_bytes", PS_COMMAND_BYTES_MAX);
    ps_text_add_char(text, ',');
    add_number(text, "commands_per_second", commands_per_second);
    ps_text_add_char(text, ',');
    add_number(text, "commands_burst", commands_burst);
    ps_text_add_char(text, ',');
    add_number(text, "sockets_per_seat", sockets);
    ps_text_add_char(text, ',');
    add_number(text, "say_chars", PS_SAY_CHARS_MAX);
    ps_text_add_char(text, ',');
    add_number(text, "ping_ms", PS_PING_MS);
    ps_text_add_string(text, "},");
    add_number(text, "server_at", server_at);
    ps_text_add_string(text, "}}");
}

void ps_wire_bye(struct ps_text *text, const char *reason, int64_t retry_ms)
{
    begin_notification(text, "bye");
    ps_text_add_string(text, "\"reason\":\"");
    ps_text_add_json(text, reason, strlen(reason));
    ps_text_add_string(text, "\",");
    add_number(text, "retry_ms", retry_ms);
    ps_text_add_string(text, "}}");
}

void ps_wire_picture(struct ps_text *text, const struct ps_set *set, const struct ps_scene *scene,
                     struct ps_viewer viewer)
{
    struct ps_seen seen;
    struct ps_writer writer = {.text = text, .words = scene->words, .mode = PS_WRITE_PICTURE};
    bool first = true;
    begin_notification(text, "picture");
    add_number(text, "seq", set->seq);
    ps_text_add_char(text, ',');
    add_number(text, "at", set->last_at);
    ps_text_add_string(text, ",\"picture\":{");
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        ps_see(set, scene, (enum ps_part)part, viewer, &seen);
        if (*(const uint8_t *)seen.bytes == 0) {
            continue;
        }
        ps_text_add_string(text, first ? "\"" : ",\"");
        first = false;
        ps_text_add_string(text, ps_part_kinds[part].name);
        ps_text_add_string(text, "\":");
        ps_write_object(&writer, ps_part_kinds[part].shape, seen.bytes);
    }
    ps_text_add_string(text, "}}}");
}

bool ps_wire_part_patch(struct ps_text *text, enum ps_part part, const struct ps_seen *before,
                        const struct ps_seen *after, const struct ps_words *words)
{
    const struct ps_part_kind *kind = &ps_part_kinds[part];
    struct ps_writer writer = {.text = text, .words = words, .mode = PS_WRITE_PICTURE};
    struct ps_text kept = *text;
    bool was = *(const uint8_t *)before->bytes != 0;
    bool is = *(const uint8_t *)after->bytes != 0;
    ps_text_add_char(text, '"');
    ps_text_add_string(text, kind->name);
    ps_text_add_string(text, "\":");
    bool changed = was != is;
    if (was && is) {
        changed = ps_write_patch(&writer, kind->shape, before->bytes, after->bytes);
    } else if (is) {
        ps_write_object(&writer, kind->shape, after->bytes);
    } else {
        ps_text_add_string(text, "null");
    }
    if (!changed) {
        *text = kept;
    }
    return changed;
}

void ps_wire_patch(struct ps_text *text, uint64_t from, uint64_t seq, int64_t at,
                   const char *fragments, size_t fragments_bytes)
{
    begin_notification(text, "patch");
    add_number(text, "from", (int64_t)from);
    ps_text_add_char(text, ',');
    add_number(text, "seq", (int64_t)seq);
    ps_text_add_char(text, ',');
    add_number(text, "at", at);
    ps_text_add_string(text, ",\"patch\":{");
    ps_text_add(text, fragments, fragments_bytes);
    ps_text_add_string(text, "}}}");
}

void ps_wire_state(struct ps_text *text, const struct ps_set *set)
{
    struct ps_writer writer = {.text = text, .mode = PS_WRITE_STATE};
    ps_write_object(&writer, &ps_set_shape, set);
}
