/* The policy for what people write: what is let through, what is refused, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/assert.h"
#include "base/err.h"
#include "base/text.h"

static enum ps_text_fault check(const char *bytes, size_t count, size_t chars_max, bool lines)
{
    size_t from = 0;
    size_t to = 0;
    return ps_text_check(bytes, count, chars_max, lines, &from, &to);
}

static enum ps_text_fault check_line(const char *string)
{
    return check(string, strlen(string), 60, false);
}

static void expect_trimmed(const char *string, const char *expected)
{
    size_t from = 0;
    size_t to = 0;
    assert_int_equal(ps_text_check(string, strlen(string), 60, true, &from, &to), PS_TEXT_FINE);
    assert_true(from <= to && to <= strlen(string));
    assert_int_equal(to - from, strlen(expected));
    assert_memory_equal(string + from, expected, to - from);
}

static void accents_emoji_and_other_scripts_are_fine(void **state)
{
    (void)state;
    assert_int_equal(check_line("Tŷ Gwyn Bed & Breakfast"), PS_TEXT_FINE);
    assert_int_equal(check_line("Zoë's Toys 🧸"), PS_TEXT_FINE);
    assert_int_equal(check_line("مقهى"), PS_TEXT_FINE);
    assert_int_equal(check_line("👩‍🌾"),
                     PS_TEXT_FINE); /* joined by U+200D, which emoji need */
}

static void white_space_at_both_ends_is_not_counted(void **state)
{
    (void)state;
    expect_trimmed("  hello \n", "hello");
    expect_trimmed("\xC2\xA0 a b \xE3\x80\x80", "a b");
    expect_trimmed("x", "x");
}

static void a_text_of_nothing_but_space_is_empty(void **state)
{
    (void)state;
    expect_trimmed("", "");
    expect_trimmed(" \t\n ", "");
}

static void length_is_counted_in_characters_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(check("££££", 8, 4, false), PS_TEXT_FINE);
    assert_int_equal(check("£££££", 10, 4, false), PS_TEXT_TOO_LONG);
    assert_int_equal(check("🎉🎉", 8, 2, false), PS_TEXT_FINE);
    assert_int_equal(check("🎉🎉", 8, 1, false), PS_TEXT_TOO_LONG);
}

static void space_at_the_ends_does_not_make_a_text_too_long(void **state)
{
    (void)state;
    assert_int_equal(check("   abcd   ", 10, 4, false), PS_TEXT_FINE);
    assert_int_equal(check("ab c d", 6, 4, false), PS_TEXT_TOO_LONG);
}

static void new_lines_only_where_lines_are_allowed(void **state)
{
    (void)state;
    assert_int_equal(check("a\nb", 3, 60, true), PS_TEXT_FINE);
    assert_int_equal(check("a\tb", 3, 60, true), PS_TEXT_FINE);
    assert_int_equal(check("a\nb", 3, 60, false), PS_TEXT_CONTROL);
    assert_int_equal(check("a\rb", 3, 60, true), PS_TEXT_CONTROL);
}

static void characters_that_turn_the_writing_round_are_refused(void **state)
{
    (void)state;
    assert_int_equal(check_line("paid\u202Edlos"), PS_TEXT_CONTROL);
    assert_int_equal(check_line("\u2066x\u2069"), PS_TEXT_CONTROL);
    assert_int_equal(check_line("\u200Fx"), PS_TEXT_CONTROL);
    assert_int_equal(check_line("\u061Cx"), PS_TEXT_CONTROL);
    assert_int_equal(check_line("\uFEFFx"), PS_TEXT_CONTROL);
}

static void control_characters_are_refused(void **state)
{
    (void)state;
    assert_int_equal(check("a\0b", 3, 60, true), PS_TEXT_CONTROL);
    assert_int_equal(check_line("\x1B[31mred"), PS_TEXT_CONTROL);
    assert_int_equal(check_line("\x7F"), PS_TEXT_CONTROL);
    assert_int_equal(check_line("\xC2\x85"), PS_TEXT_CONTROL);
    assert_int_equal(check_line("\u2028"), PS_TEXT_CONTROL);
    assert_int_equal(check_line("\xEF\xBF\xBF"), PS_TEXT_CONTROL);
}

static void hidden_tags_are_refused_but_the_flag_of_wales_is_fine(void **state)
{
    (void)state;
    assert_int_equal(check_line("yes\U000E0041\U000E0042"), PS_TEXT_CONTROL);
    assert_int_equal(check_line("\U0001F3F4\U000E0067\U000E0062\U000E0077\U000E006C\U000E0073"
                                "\U000E007F"),
                     PS_TEXT_FINE);
    assert_int_equal(check_line("\U0001F3F4x\U000E0067"), PS_TEXT_CONTROL);
}

static void a_pile_of_combining_marks_is_refused(void **state)
{
    (void)state;
    assert_int_equal(check_line("a\u0301\u0302\u0303\u0304"), PS_TEXT_FINE);
    assert_int_equal(check_line("a\u0301\u0302\u0303\u0304\u0305"), PS_TEXT_MARKS);
}

static void bytes_that_are_not_utf8_are_refused(void **state)
{
    (void)state;
    const struct {
        const char *bytes;
        size_t count;
        const char *what;
    } rows[] = {
        {"\x80", 1, "a continuation alone"},
        {"\xC0\xAF", 2, "overlong slash"},
        {"\xE0\x80\xAF", 3, "overlong in three"},
        {"\xF0\x80\x80\xAF", 4, "overlong in four"},
        {"\xED\xA0\x80", 3, "a surrogate"},
        {"\xF4\x90\x80\x80", 4, "beyond the last character"},
        {"\xF8\x88\x80\x80\x80", 5, "five bytes"},
        {"\xC3", 1, "cut short"},
        {"\xE2\x82", 2, "cut short in three"},
        {"\xF0\x9F\x8E", 3, "cut short in four"},
        {"a\xC3(", 3, "a broken second byte"},
        {"\xFF", 1, "never a byte"},
    };
    for (size_t i = 0; i < PS_COUNT(rows); i++) {
        if (check(rows[i].bytes, rows[i].count, 60, true) != PS_TEXT_ENCODING) {
            fail_msg("%s was let through", rows[i].what);
        }
    }
}

static void a_refusal_leaves_the_outputs_untouched(void **state)
{
    (void)state;
    size_t from = 17;
    size_t to = 19;

    assert_int_equal(ps_text_check("\xFF", 1, 60, true, &from, &to), PS_TEXT_ENCODING);

    assert_int_equal(from, 17);
    assert_int_equal(to, 19);
}

static void every_world_error_has_its_own_word(void **state)
{
    (void)state;
    for (int left = PS_OK; left <= PS_E_INVALID; left++) {
        assert_string_not_equal(ps_err_word((enum ps_err)left), "unknown");
        for (int right = PS_OK; right < left; right++) {
            assert_string_not_equal(ps_err_word((enum ps_err)left),
                                    ps_err_word((enum ps_err)right));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accents_emoji_and_other_scripts_are_fine),
        cmocka_unit_test(white_space_at_both_ends_is_not_counted),
        cmocka_unit_test(a_text_of_nothing_but_space_is_empty),
        cmocka_unit_test(length_is_counted_in_characters_not_bytes),
        cmocka_unit_test(space_at_the_ends_does_not_make_a_text_too_long),
        cmocka_unit_test(new_lines_only_where_lines_are_allowed),
        cmocka_unit_test(characters_that_turn_the_writing_round_are_refused),
        cmocka_unit_test(control_characters_are_refused),
        cmocka_unit_test(hidden_tags_are_refused_but_the_flag_of_wales_is_fine),
        cmocka_unit_test(a_pile_of_combining_marks_is_refused),
        cmocka_unit_test(bytes_that_are_not_utf8_are_refused),
        cmocka_unit_test(a_refusal_leaves_the_outputs_untouched),
        cmocka_unit_test(every_world_error_has_its_own_word),
    };
    return cmocka_run_group_tests_name("base_text", tests, NULL, NULL);
}
