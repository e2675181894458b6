/* Records: what was decided is what is read back, for every kind of event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "wire/wire.h"
#include "wire_random.h"

enum { TEXT_BYTES = 64 * 1024, TRIES = 60, STORE_BYTES = 64 * 1024, SEQ = 4711 };

static char facts_bytes[TEXT_BYTES];
static char words_bytes[TEXT_BYTES];
static uint32_t store[STORE_BYTES / sizeof(uint32_t)];
static struct ps_outcome out;

static struct ps_record record_of(const struct ps_event *event)
{
    struct ps_record record;
    struct ps_text facts = ps_text_into(facts_bytes, sizeof(facts_bytes));
    struct ps_text words = ps_text_into(words_bytes, sizeof(words_bytes));
    ps_wire_record(event, &out, "m1 page:1", &facts, &words, &record);
    assert_false(facts.full || words.full);
    return record;
}

static void begin(struct ps_event *event, const struct ps_event_kind *kind)
{
    memset(event, 0, sizeof(*event));
    memset(&out, 0, offsetof(struct ps_outcome, events));
    event->kind = kind;
    event->seq = SEQ;
    event->at = (struct ps_instant){.ms = INT64_C(1767225600000)};
}

static void every_kind_of_event_is_read_back_as_it_was(void **state)
{
    (void)state;
    for (uint16_t i = 0; ps_event_kind_at(i) != NULL; i++) {
        const struct ps_event_kind *kind = ps_event_kind_at(i);
        struct wire_random random = {.prng = ps_prng_seed(i), .facts = true};
        for (int n = 0; n < TRIES; n++) {
            struct ps_event event;
            struct ps_event read;
            struct ps_words *words = ps_words_init(store, sizeof(store));
            begin(&event, kind);
            if (kind->shape != NULL) {
                wire_random_object(&random, kind->shape, event.facts);
            }

            struct ps_record record = record_of(&event);
            enum ps_err err = ps_wire_event(&record, &read, words);

            if (err != PS_OK) {
                fail_msg("%s cannot be read back: %.*s", kind->name, (int)record.facts_bytes,
                         record.facts);
            }
            assert_ptr_equal(read.kind, kind);
            assert_int_equal(read.seq, event.seq);
            assert_int_equal(read.at.ms, event.at.ms);
            if (memcmp(read.facts, event.facts, sizeof(read.facts)) != 0) {
                fail_msg("%s is another one: %.*s", kind->name, (int)record.facts_bytes,
                         record.facts);
            }
        }
    }
}

static void add_word(uint32_t id, const char *text, uint8_t owner)
{
    struct ps_new_word *made = &out.words[out.words_count++];
    made->at = out.text_used;
    made->word = (struct ps_word){.id = id, .bytes = (uint16_t)strlen(text), .owner = owner};
    memcpy(out.text + out.text_used, text, strlen(text));
    out.text_used += (uint32_t)strlen(text);
}

static void words_stand_beside_the_facts_and_come_back(void **state)
{
    (void)state;
    static const char text[] = "She said \"no\" \\ twice:\n\tZo\xC3\xAB \xF0\x9F\xA7\xB8 </script>";
    struct ps_event event;
    struct ps_event read;
    struct ps_words *words = ps_words_init(store, sizeof(store));
    begin(&event, ps_event_kind_find("help.cleared"));
    add_word(SEQ * 16, text, 3);
    add_word(SEQ * 16 + 1, "second", 0);
    add_word((SEQ + 1) * 16, "of the next event", 0);
    memcpy(event.facts, &(uint8_t){7}, 1);

    struct ps_record record = record_of(&event);

    assert_int_equal(ps_wire_event(&record, &read, words), PS_OK);
    struct ps_word first = out.words[0].word;
    assert_non_null(ps_words_find(words, first));
    assert_memory_equal(ps_words_find(words, first), text, first.bytes);
    assert_non_null(ps_words_find(words, out.words[1].word));
    assert_null(ps_words_find(words, out.words[2].word));
    assert_int_equal(ps_wire_event(&record, &read, words), PS_OK); /* once more, after more room */
}

static void too_little_room_for_words_asks_for_more(void **state)
{
    (void)state;
    struct ps_event event;
    struct ps_event read;
    struct ps_words *words = ps_words_init(store, sizeof(struct ps_words) + 40);
    begin(&event, ps_event_kind_find("help.cleared"));
    add_word(SEQ * 16, "a text that does not fit into so little", 1);
    memcpy(event.facts, &(uint8_t){7}, 1);

    struct ps_record record = record_of(&event);

    assert_int_equal(ps_wire_event(&record, &read, words), PS_E_LIMIT);
    words = ps_words_init(store, sizeof(store));
    assert_int_equal(ps_wire_event(&record, &read, words), PS_OK);
}

static enum ps_err read_facts(const char *kind, uint16_t version, const char *facts,
                              const char *words)
{
    struct ps_event event;
    struct ps_record record = {.seq = 1,
                               .at_ms = 1,
                               .cause = "server",
                               .kind = kind,
                               .version = version,
                               .facts = facts,
                               .facts_bytes = strlen(facts),
                               .words = words,
                               .words_bytes = strlen(words)};
    return ps_wire_event(&record, &event, ps_words_init(store, sizeof(store)));
}

static void a_record_of_a_newer_server_is_told_from_a_broken_one(void **state)
{
    (void)state;
    assert_int_equal(read_facts("help.cleared", 1, "{\"seat\":\"m1\"}", ""), PS_OK);
    assert_int_equal(read_facts("help.imagined", 1, "{}", ""), PS_E_NEWER);
    assert_int_equal(read_facts("help.cleared", 99, "{\"seat\":\"m1\"}", ""), PS_E_NEWER);
    static const char *const broken[] = {
        "",
        "null",
        "[]",
        "{",
        "{\"seat\":\"m1\"",
        "{\"seat\":\"m1\"}{}",
        "{\"seat\":\"m99\"}",
        "{\"seat\":1}",
        "{\"seat\":null}",
        "{\"seat\":\"m1\",\"seat\":\"m2\"}",
        "{\"seat\":\"m1\",\"other\":1}",
    };
    for (size_t i = 0; i < PS_COUNT(broken); i++) {
        assert_int_equal(read_facts("help.cleared", 1, broken[i], ""), PS_E_CORRUPT);
    }
    static const char *const bad_words[] = {
        "{}",
        "[1]",
        "[{\"id\":0,\"owner\":1,\"text\":\"a\"}]",
        "[{\"id\":-1,\"owner\":1,\"text\":\"a\"}]",
        "[{\"id\":2147483648,\"owner\":1,\"text\":\"a\"}]",
        "[{\"id\":17,\"owner\":49,\"text\":\"a\"}]",
        "[{\"id\":17,\"owner\":1}]",
        "[{\"id\":17,\"owner\":1,\"text\":5}]",
        "[",
    };
    for (size_t i = 0; i < PS_COUNT(bad_words); i++) {
        assert_int_equal(read_facts("help.cleared", 1, "{\"seat\":\"m1\"}", bad_words[i]),
                         PS_E_CORRUPT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_event_is_read_back_as_it_was),
        cmocka_unit_test(words_stand_beside_the_facts_and_come_back),
        cmocka_unit_test(too_little_room_for_words_asks_for_more),
        cmocka_unit_test(a_record_of_a_newer_server_is_told_from_a_broken_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
