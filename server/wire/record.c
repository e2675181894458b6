/* record - events to journal records and back. Facts hold no words: they stand beside, each with
 * its owner. */
#include <string.h>

#include "wire/decode.h"
#include "wire/wire.h"
#include "wire/write.h"

static void write_words(struct ps_text *text, const struct ps_event *event,
                        const struct ps_outcome *out)
{
    bool first = true;
    for (uint16_t i = 0; i < out->words_count; i++) {
        const struct ps_new_word *word = &out->words[i];
        if (word->word.id / 16 != event->seq) {
            continue;
        }
        ps_text_add_string(text, first ? "[{\"id\":" : ",{\"id\":");
        first = false;
        ps_text_add_int(text, word->word.id);
        ps_text_add_string(text, ",\"owner\":");
        ps_text_add_int(text, word->word.owner);
        ps_text_add_string(text, ",\"text\":\"");
        ps_text_add_json(text, out->text + word->at, word->word.bytes);
        ps_text_add_string(text, "\"}");
    }
    if (!first) {
        ps_text_add_char(text, ']');
    }
}

void ps_wire_record(const struct ps_event *event, const struct ps_outcome *out, const char *cause,
                    struct ps_text *facts, struct ps_text *words, struct ps_record *ret_record)
{
    struct ps_writer writer = {.text = facts, .mode = PS_WRITE_FACTS};
    size_t facts_from = facts->used;
    size_t words_from = words->used;
    if (event->kind->shape == NULL) {
        ps_text_add_string(facts, "{}");
    } else {
        ps_write_object(&writer, event->kind->shape, event->facts);
    }
    write_words(words, event, out);
    *ret_record = (struct ps_record){
        .seq = event->seq,
        .at_ms = event->at.ms,
        .cause = cause,
        .kind = event->kind->name,
        .version = event->kind->version,
        .facts = facts->bytes + facts_from,
        .facts_bytes = facts->used - facts_from,
        .words = words->bytes + words_from,
        .words_bytes = words->used - words_from,
    };
}

static enum ps_err read_facts(const struct ps_record *record, struct ps_event *event)
{
    static const struct ps_shape nothing = {"nothing", 0, 0, NULL};
    const struct ps_shape *shape = event->kind->shape == NULL ? &nothing : event->kind->shape;
    struct ps_decoder decoder = {.facts = true};
    json_t *json = json_loadb(record->facts, record->facts_bytes, JSON_REJECT_DUPLICATES, NULL);
    enum ps_refusal refusal =
        json == NULL ? PS_REFUSED_BAD_FRAME : ps_decode_object(&decoder, shape, json, event->facts);
    json_decref(json);
    return refusal == PS_ALLOWED ? PS_OK : PS_E_CORRUPT;
}

static enum ps_err read_word(const json_t *json, struct ps_words *words)
{
    const json_t *text = json_object_get(json, "text");
    json_int_t id = json_integer_value(json_object_get(json, "id"));
    json_int_t owner = json_integer_value(json_object_get(json, "owner"));
    size_t bytes = json_string_length(text);
    if (!json_is_string(text) || id <= 0 || id >= PS_WORD_FRESH || owner < 0 ||
        owner > PS_SEATS_MAX || bytes > UINT16_MAX) {
        return PS_E_CORRUPT;
    }
    struct ps_word word = {.id = (uint32_t)id, .bytes = (uint16_t)bytes, .owner = (uint8_t)owner};
    if (ps_words_find(words, word) != NULL) {
        return PS_OK; /* a second try after more room was given */
    }
    if (word.id <= ps_words_last(words)) {
        return PS_E_CORRUPT; /* ids rise: this was not written by us */
    }
    return ps_words_add(words, word, json_string_value(text));
}

static enum ps_err read_words(const struct ps_record *record, struct ps_words *words)
{
    if (record->words_bytes == 0) {
        return PS_OK;
    }
    json_t *json = json_loadb(record->words, record->words_bytes, JSON_REJECT_DUPLICATES, NULL);
    enum ps_err err = json_is_array(json) ? PS_OK : PS_E_CORRUPT;
    for (size_t i = 0; err == PS_OK && i < json_array_size(json); i++) {
        err = read_word(json_array_get(json, i), words);
    }
    json_decref(json);
    return err;
}

enum ps_err ps_wire_event(const struct ps_record *record, struct ps_event *ret_event,
                          struct ps_words *words)
{
    const struct ps_event_kind *kind = ps_event_kind_find(record->kind);
    if (kind == NULL || record->version > kind->version) {
        return PS_E_NEWER;
    }
    memset(ret_event, 0, sizeof(*ret_event));
    ret_event->kind = kind;
    ret_event->seq = (uint32_t)record->seq;
    ret_event->at = (struct ps_instant){.ms = record->at_ms};
    enum ps_err err = read_facts(record, ret_event);
    return err == PS_OK ? read_words(record, words) : err;
}
