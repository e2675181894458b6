/* Bounded building of text and JSON escaping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/text.h"

enum { ROOM = 256 };

static void expect_escaped(const char *bytes, size_t count, const char *expected)
{
    char room[ROOM];
    struct ps_text text = ps_text_into(room, sizeof(room));

    ps_text_add_json(&text, bytes, count);

    assert_false(text.full);
    assert_int_equal(text.used, strlen(expected));
    assert_memory_equal(room, expected, text.used);
}

static void json_leaves_plain_words_alone(void **state)
{
    (void)state;
    expect_escaped("Siân pays £4", 14, "Siân pays £4");
    expect_escaped("", 0, "");
}

static void json_escapes_quotes_and_backslashes(void **state)
{
    (void)state;
    expect_escaped("say \"no\"", 8, "say \\\"no\\\"");
    expect_escaped("C:\\x", 4, "C:\\\\x");
}

static void json_escapes_every_control_character(void **state)
{
    (void)state;
    expect_escaped("a\nb\tc", 5, "a\\nb\\tc");
    expect_escaped("\x00\x01\x1f", 3, "\\u0000\\u0001\\u001f");
    for (int c = 0; c < 0x20; c++) {
        char room[ROOM];
        struct ps_text text = ps_text_into(room, sizeof(room));
        char byte = (char)c;

        ps_text_add_json(&text, &byte, 1);

        assert_true(text.used == 2 || text.used == 6);
        assert_int_equal(room[0], '\\');
    }
}

static void json_keeps_emoji_and_line_separators_as_they_are(void **state)
{
    (void)state;
    const char *party = "live!! \xF0\x9F\x8E\x89";
    expect_escaped(party, strlen(party), party);
}

static void integers_are_written_at_both_ends_of_their_range(void **state)
{
    (void)state;
    const struct {
        int64_t number;
        const char *written;
    } rows[] = {
        {0, "0"},
        {-1, "-1"},
        {1234567890123, "1234567890123"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char room[ROOM];
        struct ps_text text = ps_text_into(room, sizeof(room));

        ps_text_add_int(&text, rows[i].number);

        assert_int_equal(text.used, strlen(rows[i].written));
        assert_memory_equal(room, rows[i].written, text.used);
    }
}

static void what_does_not_fit_marks_full_and_writes_nothing(void **state)
{
    (void)state;
    char room[8] = "........";
    struct ps_text text = ps_text_into(room, 4);

    ps_text_add_string(&text, "abc");
    ps_text_add_string(&text, "de");

    assert_true(text.full);
    assert_int_equal(text.used, 3);
    assert_memory_equal(room, "abc.....", 8);
}

static void once_full_nothing_more_is_added(void **state)
{
    (void)state;
    char room[4];
    struct ps_text text = ps_text_into(room, sizeof(room));

    ps_text_add_string(&text, "too long");
    ps_text_add_char(&text, 'x');

    assert_true(text.full);
    assert_int_equal(text.used, 0);
}

static void a_text_may_fill_its_room_to_the_last_byte(void **state)
{
    (void)state;
    char room[4];
    struct ps_text text = ps_text_into(room, sizeof(room));

    ps_text_add_string(&text, "abcd");

    assert_false(text.full);
    assert_int_equal(text.used, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_leaves_plain_words_alone),
        cmocka_unit_test(json_escapes_quotes_and_backslashes),
        cmocka_unit_test(json_escapes_every_control_character),
        cmocka_unit_test(json_keeps_emoji_and_line_separators_as_they_are),
        cmocka_unit_test(integers_are_written_at_both_ends_of_their_range),
        cmocka_unit_test(what_does_not_fit_marks_full_and_writes_nothing),
        cmocka_unit_test(once_full_nothing_more_is_added),
        cmocka_unit_test(a_text_may_fill_its_room_to_the_last_byte),
    };
    return cmocka_run_group_tests_name("base_json", tests, NULL, NULL);
}
