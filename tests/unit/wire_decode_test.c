/* Decoding is strict: a field is known, of its type and within its bounds, or the command is
 * refused with a word that says why. Most of it is tried for every method, from the tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "core/activity.h"
#include "wire/describe_parts.h"
#include "wire/wire.h"

enum { PARSE = -32700, REQUEST = -32600, METHOD = -32601, PARAMS = -32602, FRAME_BYTES = 32768 };

static struct ps_request request;

static void decode(const char *bytes, size_t count)
{
    memset(&request, 0xA5, sizeof(request)); /* nothing of what was there before may remain */
    ps_wire_request(bytes, count, &request);
}

static void expect(const char *frame, int code, enum ps_refusal refusal)
{
    decode(frame, strlen(frame));
    if (request.rpc_code != code || (code != 0 && request.refusal != refusal)) {
        fail_msg("%s: %d %s", frame, request.rpc_code,
                 request.rpc_code == 0 ? "" : ps_refusal_word(request.refusal));
    }
}

/* A frame of this method with these params, which are taken. */
static void expect_params(const char *method, json_t *params, enum ps_refusal refusal)
{
    static char frame[FRAME_BYTES];
    json_t *json = json_pack("{s:s, s:s, s:s, s:o}", "jsonrpc", "2.0", "id", "page:1", "method",
                             method, "params", params);
    assert_non_null(json);
    size_t count = json_dumpb(json, frame, sizeof(frame) - 1, JSON_COMPACT);
    assert_true(count < sizeof(frame));
    frame[count] = '\0';
    json_decref(json);
    expect(frame, refusal == PS_ALLOWED ? 0 : PARAMS, refusal);
}

static json_t *example(const struct ps_method *method)
{
    return method->shape == NULL ? json_object() : ps_schema_example(method->shape);
}

/* ---- the frame ------------------------------------------------------------------------------- */

#define SAY "\"method\":\"say\",\"params\":{}}"

static void a_frame_is_a_request_and_nothing_else(void **state)
{
    (void)state;
    expect("{\"jsonrpc\":\"2.0\",\"id\":\"a:1\"," SAY, 0, PS_ALLOWED);
    assert_string_equal(request.id, "a:1");
    assert_string_equal(request.page, "a");
    assert_int_equal(request.number, 1);
    expect("{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"round.pass\"}", 0, PS_ALLOWED);

    expect("", PARSE, PS_REFUSED_BAD_FRAME);
    expect("{", PARSE, PS_REFUSED_BAD_FRAME);
    expect("{} {}", PARSE, PS_REFUSED_BAD_FRAME);
    expect("{\"jsonrpc\":\"2.0\",}", PARSE, PS_REFUSED_BAD_FRAME);
    expect("[]", REQUEST, PS_REFUSED_BAD_FRAME);
    expect("[{\"jsonrpc\":\"2.0\",\"id\":\"a:1\"," SAY "]", REQUEST, PS_REFUSED_BAD_FRAME);
    expect("{\"jsonrpc\":\"2.0\"," SAY, REQUEST, PS_REFUSED_BAD_FRAME);
    expect("{\"jsonrpc\":\"1.0\",\"id\":\"a:1\"," SAY, REQUEST, PS_REFUSED_BAD_FRAME);
    expect("{\"id\":\"a:1\"," SAY, REQUEST, PS_REFUSED_BAD_FRAME);
    expect("{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":5}", REQUEST, PS_REFUSED_BAD_FRAME);
    expect("{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"say\",\"params\":[]}", REQUEST,
           PS_REFUSED_BAD_FRAME);
    expect("{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"say\",\"params\":null}", REQUEST,
           PS_REFUSED_BAD_FRAME);
    expect("{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"more\":1," SAY, REQUEST,
           PS_REFUSED_UNKNOWN_FIELD);
    expect("{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"says\"}", METHOD,
           PS_REFUSED_UNKNOWN_METHOD);
    expect("{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"\"}", METHOD,
           PS_REFUSED_UNKNOWN_METHOD);
}

static void an_id_is_a_page_and_a_number(void **state)
{
    (void)state;
    static const char *const bad[] = {"5",
                                      "null",
                                      "\"\"",
                                      "\"a\"",
                                      "\"a:\"",
                                      "\":1\"",
                                      "\"a:0\"",
                                      "\"a:01\"",
                                      "\"a:-1\"",
                                      "\"a:1.5\"",
                                      "\"a:1 \"",
                                      "\"a b:1\"",
                                      "\"\xC3\xA4:1\"",
                                      "\"a:1:2\"",
                                      "\"a:1\\u0009\"",
                                      "\"a:1234567890123456\"",
                                      "\"abcdefghijklmnopqrstuvwxyz0123456:1\""};
    for (size_t i = 0; i < PS_COUNT(bad); i++) {
        char frame[256];
        (void)snprintf(frame, sizeof(frame), "{\"jsonrpc\":\"2.0\",\"id\":%s," SAY, bad[i]);
        expect(frame, REQUEST, PS_REFUSED_BAD_FRAME);
        assert_string_equal(request.id, ""); /* what is no id of ours is not sent back */
    }
    expect("{\"jsonrpc\":\"2.0\",\"id\":\"abcdefghijklmnopqrstuvwxyz-_0123:999999999999999\"," SAY,
           0, PS_ALLOWED);
}

static void json_that_two_readers_would_read_differently_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"id\":\"a:2\"," SAY,
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"say\",\"params\":{\"text\":\"a\","
        "\"text\":\"b\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"say\",\"params\":{\"text\":\"\\u0000\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"say\",\"params\":{\"text\":\"\\ud800\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"say\",\"params\":{\"text\":\"\xC0\xAF\"}"
        "}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"say\",\"params\":{\"text\":"
        "\"\xED\xA0\x80\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"say\",\"params\":{\"text\":\"\xFF\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"say\",\"params\":{\"text\":\"a\nb\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"clock.extend\",\"params\":{\"ms\":1e400}"
        "}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"clock.extend\",\"params\":{\"ms\":0123}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"clock.extend\",\"params\":{\"ms\":NaN}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"clock.extend\",\"params\":{\"ms\":"
        "99999999999999999999}}",
        "\xEF\xBB\xBF{\"jsonrpc\":\"2.0\",\"id\":\"a:1\"," SAY,
        "/**/{\"jsonrpc\":\"2.0\",\"id\":\"a:1\"," SAY,
    };
    for (size_t i = 0; i < PS_COUNT(bad); i++) {
        expect(bad[i], PARSE, PS_REFUSED_BAD_FRAME);
    }
    static const char with_nul[] = "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\"," SAY "\0";
    decode(with_nul, sizeof(with_nul) - 1);
    assert_int_equal(request.rpc_code, PARSE);
}

static void depth_and_size_are_bounded_before_the_text_is_read(void **state)
{
    (void)state;
    static char frame[PS_COMMAND_BYTES_MAX + 2];
    for (size_t depth = 1; depth < 4000; depth = depth * 3 + 1) {
        size_t used = 0;
        for (size_t i = 0; i < depth && used < sizeof(frame); i++) {
            frame[used++] = i % 2 == 0 ? '[' : '{';
        }
        decode(frame, used);
        assert_int_equal(request.rpc_code, PARSE);
    }
    /* Brackets within a text are no depth. */
    expect("{\"jsonrpc\":\"2.0\",\"id\":\"a:1\",\"method\":\"say\","
           "\"params\":{\"text\":\"[[[[[[[[[[[[{{{{{\\\"[[[[\"}}",
           0, PS_ALLOWED);

    const char *head = "{\"jsonrpc\":\"2.0\",\"id\":\"a:1\"," SAY;
    memset(frame, ' ', sizeof(frame));
    memcpy(frame, head, strlen(head));
    decode(frame, PS_COMMAND_BYTES_MAX);
    assert_int_equal(request.rpc_code, 0);
    decode(frame, PS_COMMAND_BYTES_MAX + 1);
    assert_int_equal(request.rpc_code, PARSE);
}

/* ---- every method, from its table ------------------------------------------------------------ */

static void every_method_takes_the_example_of_its_schema(void **state)
{
    (void)state;
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        const struct ps_method *method = ps_method_at(i);
        expect_params(method->name, example(method), PS_ALLOWED);
        assert_int_equal(request.command.method, i);
        json_t *params = example(method);
        (void)json_object_set_new(params, "expect", json_string("p12"));
        expect_params(method->name, params, PS_ALLOWED);
        assert_int_equal(request.command.expect, 12);
    }
}

static void a_field_that_does_not_belong_is_refused(void **state)
{
    (void)state;
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        json_t *params = example(ps_method_at(i));
        (void)json_object_set_new(params, "surprise", json_true());
        expect_params(ps_method_at(i)->name, params, PS_REFUSED_UNKNOWN_FIELD);
        params = example(ps_method_at(i));
        (void)json_object_set_new(params, "seq", json_null());
        expect_params(ps_method_at(i)->name, params, PS_REFUSED_UNKNOWN_FIELD);
    }
}

static void a_field_may_be_left_out_only_where_the_table_says(void **state)
{
    (void)state;
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        const struct ps_method *method = ps_method_at(i);
        for (uint16_t n = 0; method->shape != NULL && n < method->shape->fields_count; n++) {
            const struct ps_field *field = &method->shape->fields[n];
            json_t *params = example(method);
            (void)json_object_del(params, field->name);
            expect_params(method->name, params,
                          (field->flags & PS_OPTIONAL) != 0 ? PS_ALLOWED
                                                            : PS_REFUSED_MISSING_FIELD);
        }
    }
}

static bool is_of_type(const struct ps_method *method, const struct ps_field *field,
                       const json_t *value)
{
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        return json_is_boolean(value);
    case PS_INT:
        /* A browser's clock has fractions. */
        return json_is_integer(value) ||
               (json_is_real(value) && strcmp(method->name, "time.sync") == 0);
    case PS_OBJECT:
        return json_is_object(value);
    case PS_LIST:
    case PS_SEATS:
        return json_is_array(value);
    case PS_ENUM:
    case PS_SEAT:
    case PS_ID:
    case PS_CHARS:
    case PS_WORDS:
    case PS_PHRASE:
    case PS_MAP:
    case PS_FLAGS:
    case PS_KIND:
        break;
    }
    return json_is_string(value);
}

static void a_value_of_another_type_is_refused(void **state)
{
    (void)state;
    static const char *const values[] = {"null", "true",       "17",        "1.5", "\"text\"",
                                         "[]",   "[[\"m1\"]]", "{\"a\":1}", "{}"};
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        const struct ps_method *method = ps_method_at(i);
        for (uint16_t n = 0; method->shape != NULL && n < method->shape->fields_count; n++) {
            for (size_t v = 0; v < PS_COUNT(values); v++) {
                json_t *value = json_loads(values[v], JSON_DECODE_ANY, NULL);
                assert_non_null(value);
                bool fine = is_of_type(method, &method->shape->fields[n], value);
                json_t *params = example(method);
                (void)json_object_set_new(params, method->shape->fields[n].name, value);
                if (fine) {
                    json_decref(params);
                } else {
                    expect_params(method->name, params, PS_REFUSED_BAD_TYPE);
                }
            }
        }
    }
}

static void try_value(const struct ps_method *method, const struct ps_field *field, json_t *value,
                      enum ps_refusal refusal)
{
    json_t *params = example(method);
    (void)json_object_set_new(params, field->name, value); /* takes value */
    expect_params(method->name, params, refusal);
}

static void numbers_words_and_lists_have_their_bounds(void **state)
{
    (void)state;
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        const struct ps_method *method = ps_method_at(i);
        for (uint16_t n = 0; method->shape != NULL && n < method->shape->fields_count; n++) {
            const struct ps_field *field = &method->shape->fields[n];
            if (field->kind == PS_INT && field->most != 0) {
                try_value(method, field, json_integer(field->least), PS_ALLOWED);
                try_value(method, field, json_integer(field->most), PS_ALLOWED);
                try_value(method, field, json_integer(field->most + 1), PS_REFUSED_BAD_VALUE);
                try_value(method, field, json_integer(field->least - 1), PS_REFUSED_BAD_VALUE);
                try_value(method, field, json_integer(INT64_MAX), PS_REFUSED_BAD_VALUE);
                try_value(method, field, json_integer(INT64_MIN), PS_REFUSED_BAD_VALUE);
            } else if (field->kind == PS_ENUM) {
                try_value(method, field, json_string("no such word"), PS_REFUSED_BAD_VALUE);
                try_value(method, field, json_string(""), PS_REFUSED_BAD_VALUE);
            } else if (field->kind == PS_LIST) {
                json_t *many = json_array();
                json_t *whole = example(method);
                json_t *one = json_array_get(json_object_get(whole, field->name), 0);
                for (size_t k = 0; k <= ps_field_room(field); k++) {
                    (void)json_array_append(many, one);
                }
                try_value(method, field, many, PS_REFUSED_TOO_MANY);
                json_decref(whole);
            } else if (field->kind == PS_CHARS) {
                char longer[600];
                memset(longer, 'a', sizeof(longer));
                longer[sizeof(longer) - 1] = '\0';
                try_value(method, field, json_string(longer), PS_REFUSED_BAD_VALUE);
                try_value(method, field, json_string(""), PS_REFUSED_BAD_VALUE);
                try_value(method, field, json_string("a b"), PS_REFUSED_BAD_VALUE);
                try_value(method, field, json_string("\xC3\xA4"), PS_REFUSED_BAD_VALUE);
            }
        }
    }
}

static void seats_and_ids_are_spelled_in_one_way(void **state)
{
    (void)state;
    static const char *const seats[] = {"",   "m",  "m0", "m34", "m01", "m1 ", " m1", "M1",
                                        "f9", "o8", "x1", "m1m", "m-1", "f0",  "mm1", "m1000"};
    static const char *const ids[] = {"",     "c",    "c0",        "c01",           "c-1",
                                      "c1 ",  "C1",   "x1",        "c4294967296",   "c99999999999",
                                      "c1.0", "c1e3", "\303\2441", "c123456789012", "cc1"};
    const struct ps_method *grant = ps_method_at(ps_method_find("floor.grant", 11));
    const struct ps_method *witness = ps_method_at(ps_method_find("commitment.witness", 18));
    for (size_t i = 0; i < PS_COUNT(seats); i++) {
        try_value(grant, &grant->shape->fields[0], json_string(seats[i]), PS_REFUSED_BAD_VALUE);
    }
    for (size_t i = 0; i < PS_COUNT(ids); i++) {
        try_value(witness, &witness->shape->fields[0], json_string(ids[i]), PS_REFUSED_BAD_VALUE);
    }
    try_value(grant, &grant->shape->fields[0], json_string("m33"), PS_ALLOWED);
    try_value(witness, &witness->shape->fields[0], json_string("c4294967295"), PS_ALLOWED);
}

/* ---- words ----------------------------------------------------------------------------------- */

/* `unit` as often as said. */
static json_t *repeated(const char *unit, size_t count)
{
    static char text[PS_COMMAND_BYTES_MAX * 2];
    size_t bytes = strlen(unit);
    assert_true(bytes * count < sizeof(text));
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * bytes, unit, bytes);
    }
    return json_stringn(text, bytes * count);
}

/* Every field of words, with what it is tried with. */
static void for_each_words(void (*each)(const struct ps_method *method,
                                        const struct ps_field *field))
{
    size_t count = 0;
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        const struct ps_method *method = ps_method_at(i);
        for (uint16_t n = 0; method->shape != NULL && n < method->shape->fields_count; n++) {
            if (method->shape->fields[n].kind == PS_WORDS) {
                each(method, &method->shape->fields[n]);
                count++;
            }
        }
    }
    assert_true(count > 5);
}

static void try_lengths(const struct ps_method *method, const struct ps_field *field)
{
    static const char teddy[] = "\xF0\x9F\xA7\xB8"; /* one code point, four bytes */
    size_t most = field->chars_max;
    assert_true(most > 0);
    try_value(method, field, repeated("a", most), PS_ALLOWED);
    try_value(method, field, repeated("a", most + 1), PS_REFUSED_TEXT_TOO_LONG);
    try_value(method, field, repeated(teddy, most), PS_ALLOWED);
    assert_int_equal(request.text_bytes, strlen(teddy) * most);
    try_value(method, field, repeated(teddy, most + 1), PS_REFUSED_TEXT_TOO_LONG);
    try_value(method, field, repeated(" ", most * 2), PS_ALLOWED); /* no words at all */
    assert_int_equal(request.text_bytes, 0);
}

static void words_are_counted_in_code_points(void **state)
{
    (void)state;
    for_each_words(try_lengths);
}

static void try_signs(const struct ps_method *method, const struct ps_field *field)
{
    static const char *const controls[] = {"a\x01"
                                           "b",
                                           "a\x7F"
                                           "b",
                                           "a\r\nb",
                                           "a\xC2\x85"
                                           "b",
                                           "a\xE2\x80\xAE"
                                           "b",
                                           "a\xE2\x80\xAA"
                                           "b",
                                           "a\xE2\x81\xA6"
                                           "b",
                                           "a\xE2\x80\xA8"
                                           "b",
                                           "a\xF3\xA0\x80\x81"
                                           "b"};
    for (size_t i = 0; i < PS_COUNT(controls); i++) {
        try_value(method, field, json_string(controls[i]), PS_REFUSED_TEXT_CONTROL);
    }
    enum ps_refusal lines = (field->flags & PS_LINES) != 0 ? PS_ALLOWED : PS_REFUSED_TEXT_CONTROL;
    try_value(method, field, json_string("a\nb"), lines);
    try_value(method, field, json_string("a\tb"), lines);
    /* Four marks on one letter are a language; a pile is a prank. */
    try_value(method, field, json_string("e\xCC\x81\xCC\x82\xCC\x83\xCC\x84"), PS_ALLOWED);
    try_value(method, field, json_string("e\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85"),
              PS_REFUSED_TEXT_CONTROL);
    /* A family is one sign of several code points, joined by a character that is let through. */
    try_value(
        method, field,
        json_string("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"),
        PS_ALLOWED);
    try_value(method, field, json_string("\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D"), PS_ALLOWED);
}

static void signs_that_hide_or_turn_the_text_are_refused(void **state)
{
    (void)state;
    for_each_words(try_signs);
}

static void words_come_without_the_white_space_around_them(void **state)
{
    (void)state;
    json_t *params = json_pack("{s:s}", "text", "  two words \n ");
    expect_params("say", params, PS_ALLOWED);
    struct ps_word word;
    memcpy(&word, request.command.params, sizeof(word));
    assert_true((word.id & PS_WORD_FRESH) != 0);
    assert_int_equal(word.bytes, strlen("two words"));
    assert_memory_equal(request.text + (word.id & ~PS_WORD_FRESH), "two words", word.bytes);
}

static void expect_is_any_text_but_only_ours_can_be_right(void **state)
{
    (void)state;
    static const char *const others[] = {"",     "p",    "p0",          "x12",          "12",
                                         "p12x", "p 12", "p4294967295", "p99999999999", "PHASE"};
    for (size_t i = 0; i < PS_COUNT(others); i++) {
        expect_params("say", json_pack("{s:s}", "expect", others[i]), PS_ALLOWED);
        assert_int_equal(request.command.expect, UINT32_MAX);
    }
    expect_params("say", json_pack("{s:s}", "expect", "p7"), PS_ALLOWED);
    assert_int_equal(request.command.expect, 7);
    expect_params("say", json_pack("{s:i}", "expect", 7), PS_REFUSED_BAD_TYPE);
    expect_params("say", json_object(), PS_ALLOWED);
    assert_int_equal(request.command.expect, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_a_request_and_nothing_else),
        cmocka_unit_test(an_id_is_a_page_and_a_number),
        cmocka_unit_test(json_that_two_readers_would_read_differently_is_refused),
        cmocka_unit_test(depth_and_size_are_bounded_before_the_text_is_read),
        cmocka_unit_test(every_method_takes_the_example_of_its_schema),
        cmocka_unit_test(a_field_that_does_not_belong_is_refused),
        cmocka_unit_test(a_field_may_be_left_out_only_where_the_table_says),
        cmocka_unit_test(a_value_of_another_type_is_refused),
        cmocka_unit_test(numbers_words_and_lists_have_their_bounds),
        cmocka_unit_test(seats_and_ids_are_spelled_in_one_way),
        cmocka_unit_test(words_are_counted_in_code_points),
        cmocka_unit_test(signs_that_hide_or_turn_the_text_are_refused),
        cmocka_unit_test(words_come_without_the_white_space_around_them),
        cmocka_unit_test(expect_is_any_text_but_only_ours_can_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
