/* Addresses, and whose pages may speak to this server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "shell/address.h"
#include "shell/origin.h"

static void expect_endpoint(const char *text, const char *address, uint16_t port)
{
    struct ps_endpoint endpoint;
    char shown[PS_ADDRESS_TEXT_BYTES];
    assert_true(ps_endpoint_parse(text, &endpoint));
    ps_address_text(&endpoint.address, shown);
    assert_string_equal(shown, address);
    assert_int_equal(endpoint.port, port);
}

static void endpoints_are_read_and_shown(void **state)
{
    (void)state;
    expect_endpoint("127.0.0.1:8080", "127.0.0.1", 8080);
    expect_endpoint("localhost:0", "127.0.0.1", 0);
    expect_endpoint("[::1]:65535", "::1", 65535);
    expect_endpoint("0.0.0.0:443", "0.0.0.0", 443);
}

static void what_is_no_endpoint_is_refused(void **state)
{
    static const char *const wrong[] = {"",       "8080",       ":8080",           "127.0.0.1",
                                        "::1:80", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:8x",
                                        "[::1]",  "example:80", "127.0.0.1:-1",    "127.0.0.1: 80"};
    struct ps_endpoint endpoint;
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(ps_endpoint_parse(wrong[i], &endpoint));
    }
}

static bool holds(const char *network_text, const char *address_text)
{
    struct ps_network network;
    struct ps_address address;
    assert_true(ps_network_parse(network_text, &network));
    assert_true(ps_address_parse(address_text, &address));
    return ps_network_holds(&network, &address);
}

static void networks_hold_what_begins_alike(void **state)
{
    (void)state;
    assert_true(holds("10.0.0.0/8", "10.255.1.2"));
    assert_false(holds("10.0.0.0/8", "11.0.0.1"));
    assert_true(holds("192.168.1.128/25", "192.168.1.200"));
    assert_false(holds("192.168.1.128/25", "192.168.1.100"));
    assert_true(holds("10.0.0.7", "10.0.0.7"));
    assert_false(holds("10.0.0.7", "10.0.0.8"));
    assert_true(holds("2001:db8::/32", "2001:db8:1::9"));
    assert_false(holds("0.0.0.0/0", "2001:db8::1"));
}

static void a_house_with_a_whole_network_is_one_person(void **state)
{
    struct ps_address one;
    struct ps_address other;
    (void)state;
    assert_true(ps_address_parse("2001:db8:1:2:3:4:5:6", &one));
    assert_true(ps_address_parse("2001:db8:1:2:ffff::1", &other));
    one = ps_address_of_person(&one);
    other = ps_address_of_person(&other);
    assert_memory_equal(&one, &other, sizeof(one));
    assert_true(ps_address_parse("10.0.0.1", &one));
    other = ps_address_of_person(&one);
    assert_memory_equal(&one, &other, sizeof(one));
}

static void expect_origin(const char *url, const char *expected)
{
    char origin[PS_ORIGIN_BYTES_MAX];
    assert_true(ps_origin_of_url(url, origin));
    assert_string_equal(origin, expected);
}

static void an_origin_is_written_as_browsers_write_it(void **state)
{
    (void)state;
    expect_origin("https://Sets.Example.ORG", "https://sets.example.org");
    expect_origin("https://sets.example.org:443/", "https://sets.example.org");
    expect_origin("http://sets.example.org:80", "http://sets.example.org");
    expect_origin("https://sets.example.org:8443/path", "https://sets.example.org:8443");
    expect_origin("http://[::1]:8080", "http://[::1]:8080");
}

static void what_is_no_origin_is_refused(void **state)
{
    static const char *const wrong[] = {"sets.example.org", "ftp://x",        "https://",
                                        "https://a b",      "https://u@host", "https://host?x",
                                        "https://host#x",   "https://host:",  "https://host:123456",
                                        "https://[::1",     "javascript:x"};
    char origin[PS_ORIGIN_BYTES_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(ps_origin_of_url(wrong[i], origin));
    }
}

static void only_the_very_same_origin_is_right(void **state)
{
    static const char *const wrong[] = {"null",
                                        "",
                                        "http://sets.example.org",
                                        "https://sets.example.org.evil.net",
                                        "https://evil.sets.example.org",
                                        "https://sets.example.org:8443",
                                        "https://sets.example.org/",
                                        "https://SETS.example.org"};
    static struct ps_origins origins;
    (void)state;
    assert_true(ps_origins_add(&origins, "https://sets.example.org/"));
    assert_true(ps_origins_has(&origins, "https://sets.example.org"));
    assert_false(ps_origins_has(&origins, NULL));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(ps_origins_has(&origins, wrong[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endpoints_are_read_and_shown),
        cmocka_unit_test(what_is_no_endpoint_is_refused),
        cmocka_unit_test(networks_hold_what_begins_alike),
        cmocka_unit_test(a_house_with_a_whole_network_is_one_person),
        cmocka_unit_test(an_origin_is_written_as_browsers_write_it),
        cmocka_unit_test(what_is_no_origin_is_refused),
        cmocka_unit_test(only_the_very_same_origin_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
