/* The configuration file: what is taken, what is refused, what is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "shell/config.h"

static void limits_are_read_and_the_rest_is_usual(void **state)
{
    struct ps_config config = ps_config_usual();
    char why[256] = "";
    (void)state;
    assert_int_equal(ps_config_parse(&config,
                                     "# a school\n\n  sockets_no_session = 200 \r\n"
                                     "trusted_proxy=10.0.0.2\ntrusted_proxy = fd00::/8\n"
                                     "server_name =  Peer sets = us \n",
                                     why, sizeof(why)),
                     PS_OK);
    assert_int_equal(config.sockets_no_session, 200);
    assert_int_equal(config.sockets_session, PS_SOCKETS_SESSION_MAX);
    assert_int_equal(config.proxies_count, 2);
    assert_string_equal(config.server_name, "Peer sets = us");
}

static void expect_refused(const char *text, const char *line)
{
    struct ps_config config = ps_config_usual();
    const struct ps_config before = config;
    char why[256] = "";
    assert_int_equal(ps_config_parse(&config, text, why, sizeof(why)), PS_E_INVALID);
    assert_non_null(strstr(why, line));
    assert_memory_equal(&config, &before, sizeof(config));
}

static void what_is_wrong_is_named_by_its_line_and_changes_nothing(void **state)
{
    (void)state;
    expect_refused("commands_burst = 5\nsokets = 3\n", "line 2");
    expect_refused("commands_burst\n", "line 1");
    expect_refused("commands_burst = many\n", "line 1");
    expect_refused("commands_burst = 0\n", "line 1");
    expect_refused("connections = 99999999\n", "line 1");
    expect_refused("\n\ntrusted_proxy = example.org\n", "line 3");
    expect_refused("server_name = a\x1b[31m\n", "line 1");
}

struct lines {
    char text[512];
};

static void add_line(void *context, const char *text)
{
    struct lines *lines = context;
    const size_t used = strlen(lines->text);
    assert_true(used + strlen(text) + 2 < sizeof(lines->text));
    memcpy(lines->text + used, text, strlen(text));
    memcpy(lines->text + used + strlen(text), ";", 2);
}

static void what_differs_is_printed(void **state)
{
    struct ps_config config = ps_config_usual();
    struct lines lines = {""};
    char why[256];
    (void)state;
    ps_config_differences(&config, add_line, &lines);
    assert_string_equal(lines.text, "");
    assert_int_equal(ps_config_parse(&config, "commands_burst = 31\ntrusted_proxy = 10.0.0.0/8\n",
                                     why, sizeof(why)),
                     PS_OK);
    ps_config_differences(&config, add_line, &lines);
    assert_string_equal(lines.text, "commands_burst = 31 (usually 30);trusted_proxy = 10.0.0.0/8;");
}

static void a_proxy_is_trusted_by_its_address_alone(void **state)
{
    struct ps_config config = ps_config_usual();
    struct ps_address address;
    char why[256];
    (void)state;
    assert_int_equal(ps_config_parse(&config, "trusted_proxy = 10.1.0.0/16\n", why, sizeof(why)),
                     PS_OK);
    assert_true(ps_address_parse("10.1.2.3", &address));
    assert_true(ps_config_trusts(&config, &address));
    assert_true(ps_address_parse("10.2.2.3", &address));
    assert_false(ps_config_trusts(&config, &address));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_read_and_the_rest_is_usual),
        cmocka_unit_test(what_is_wrong_is_named_by_its_line_and_changes_nothing),
        cmocka_unit_test(what_differs_is_printed),
        cmocka_unit_test(a_proxy_is_trusted_by_its_address_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
