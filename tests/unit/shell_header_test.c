/* The headers this server understands, and the text of messages and errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "shell/header.h"
#include "shell/sentence.h"
#include "shell/utf8.h"

static void expect_cookie(const char *header, const char *expected)
{
    char value[64];
    assert_true(ps_header_cookie(header, "__Host-peerset", value, sizeof(value)));
    assert_string_equal(value, expected);
}

static void the_cookie_is_found_among_others(void **state)
{
    char value[8];
    (void)state;
    expect_cookie("__Host-peerset=abc", "abc");
    expect_cookie("a=b; __Host-peerset=abc; c=d", "abc");
    expect_cookie("a=__Host-peerset=no;__Host-peerset= abc ", " abc");
    assert_false(ps_header_cookie("x__Host-peerset=abc", "__Host-peerset", value, sizeof(value)));
    assert_false(ps_header_cookie("__Host-peersetx=abc", "__Host-peerset", value, sizeof(value)));
    assert_false(ps_header_cookie("", "__Host-peerset", value, sizeof(value)));
}

static void a_cookie_that_does_not_fit_is_not_cut(void **state)
{
    char value[4] = "";
    (void)state;
    assert_false(ps_header_cookie("__Host-peerset=abcd", "__Host-peerset", value, sizeof(value)));
    assert_true(ps_header_cookie("__Host-peerset=abc", "__Host-peerset", value, sizeof(value)));
}

static void codings_are_taken_as_accepted(void **state)
{
    (void)state;
    assert_true(ps_header_accepts("gzip, deflate, br", PS_CODING_BR));
    assert_true(ps_header_accepts("GZIP", PS_CODING_GZIP));
    assert_true(ps_header_accepts("*", PS_CODING_BR));
    assert_true(ps_header_accepts("br;q=0.5", PS_CODING_BR));
    assert_true(ps_header_accepts(NULL, PS_CODING_NONE));
    assert_false(ps_header_accepts(NULL, PS_CODING_GZIP));
    assert_false(ps_header_accepts("gzip;q=0", PS_CODING_GZIP));
    assert_false(ps_header_accepts("*, br; q=0.000", PS_CODING_BR));
    assert_false(ps_header_accepts("brotli, xbr", PS_CODING_BR));
}

static void only_json_is_json(void **state)
{
    (void)state;
    assert_true(ps_header_is_json("application/json"));
    assert_true(ps_header_is_json("Application/JSON; charset=utf-8"));
    assert_false(ps_header_is_json("application/jsonp"));
    assert_false(ps_header_is_json("text/plain; application/json"));
}

static void entity_tags_are_compared_whole(void **state)
{
    (void)state;
    assert_true(ps_header_names_tag("\"a\", \"b\"", "\"b\""));
    assert_true(ps_header_names_tag("W/\"b\"", "\"b\""));
    assert_true(ps_header_names_tag("*", "\"b\""));
    assert_false(ps_header_names_tag("\"b-br\"", "\"b\""));
    assert_false(ps_header_names_tag("b", "\"b\""));
}

static void a_length_is_digits_alone(void **state)
{
    (void)state;
    assert_int_equal(ps_header_length("0"), 0);
    assert_int_equal(ps_header_length("4096"), 4096);
    assert_int_equal(ps_header_length("-1"), -1);
    assert_int_equal(ps_header_length("+1"), -1);
    assert_int_equal(ps_header_length("1, 1"), -1);
    assert_int_equal(ps_header_length(""), -1);
    assert_int_equal(ps_header_length("0x10"), -1);
    assert_int_equal(ps_header_length("9999999999999999"), -1);
}

static void the_nearest_proxy_is_believed(void **state)
{
    char address[16];
    (void)state;
    assert_true(ps_header_forwarded("6.6.6.6, 10.0.0.9 ", address, sizeof(address)));
    assert_string_equal(address, "10.0.0.9");
    assert_false(ps_header_forwarded("6.6.6.6, ", address, sizeof(address)));
}

static void text_is_utf8_or_it_is_not(void **state)
{
    static const char *const wrong[] = {"\x80",         "\xc0\xaf",         "\xe0\x80\xaf",
                                        "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                                        "abcdefgh\xc3", "abcdefg\xc3(",     "\xf0\x9f\xa7"};
    static const char fine[] = "abcdefgh Zo\xc3\xab \xe2\x82\xac \xf0\x9f\xa7\xb8 \xf4\x8f\xbf\xbf";
    (void)state;
    assert_true(ps_utf8_valid("", 0));
    assert_true(ps_utf8_valid(fine, strlen(fine)));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(ps_utf8_valid(wrong[i], strlen(wrong[i])));
    }
}

static void an_error_is_one_line_for_the_operator(void **state)
{
    static const char json[] =
        "{\"error\":\"There is \\\"no\\\" seat\\nof \\u00e9lan.\",\"refusal\":\"x\"}";
    char sentence[64];
    (void)state;
    assert_true(ps_sentence_of_error(json, strlen(json), sentence, sizeof(sentence)));
    assert_string_equal(sentence, "There is \"no\" seat of \xc3\xa9lan.");
    assert_false(ps_sentence_of_error("{}", 2, sentence, sizeof(sentence)));
    assert_false(ps_sentence_of_error("{\"error\":\"a\\", 12, sentence, sizeof(sentence)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cookie_is_found_among_others),
        cmocka_unit_test(a_cookie_that_does_not_fit_is_not_cut),
        cmocka_unit_test(codings_are_taken_as_accepted),
        cmocka_unit_test(only_json_is_json),
        cmocka_unit_test(entity_tags_are_compared_whole),
        cmocka_unit_test(a_length_is_digits_alone),
        cmocka_unit_test(the_nearest_proxy_is_believed),
        cmocka_unit_test(text_is_utf8_or_it_is_not),
        cmocka_unit_test(an_error_is_one_line_for_the_operator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
