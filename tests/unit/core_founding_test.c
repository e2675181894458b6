/* A set begins: what a set file may say, and what is wrong with it in a sentence. */
#include "core_world.h"

#include <stdio.h>
#include <stdlib.h>

static const char good[] =
    "{\"name\":\"Town\",\"zone\":\"Europe/London\",\"programme\":{\"name\":\"S\",\"meetings\":6,"
    "\"meeting_ms\":5400000,\"turns_per_meeting\":1},"
    "\"facilitators\":[{\"seat\":\"f1\",\"name\":\"Fay\",\"role\":\"facilitator\"}],"
    "\"members\":[{\"seat\":\"m1\",\"name\":\"Ada\"},{\"seat\":\"m2\",\"name\":\"Ben\"}]";

/* The good file with one piece replaced and something added. */
static const char *fault_of(const char *from, const char *to, const char *more)
{
    static char file[4096];
    struct world *world = world_create_empty();
    const char *at = from[0] == '\0' ? good : strstr(good, from);
    assert_non_null(at);
    snprintf(file, sizeof(file), "%.*s%s%s%s}", (int)(at - good), good, to, at + strlen(from),
             more);
    const char *fault = world_found(world, file);
    world_destroy(world);
    return fault;
}

static void expect_fault(const char *from, const char *to, const char *more, const char *part)
{
    const char *fault = fault_of(from, to, more);
    if (fault == NULL || strstr(fault, part) == NULL) {
        fail_msg("\"%s\" and not \"%s\"", fault == NULL ? "no fault" : fault, part);
    }
}

static void the_least_file_founds_a_set(void **state)
{
    (void)state;

    assert_null(fault_of("", "", ""));
}

static void numbers_out_of_bounds_are_named(void **state)
{
    (void)state;

    expect_fault("\"meetings\":6", "\"meetings\":0", "", "programme.meetings");
    expect_fault("\"meetings\":6", "\"meetings\":61", "", "programme.meetings");
    expect_fault("\"turns_per_meeting\":1", "\"turns_per_meeting\":5", "", "turns_per_meeting");
    expect_fault("5400000", "-1", "", "meeting_ms");
    expect_fault("", "", ",\"rehearsal\":true,\"pace\":601", "pace must be");
    expect_fault("", "", ",\"pace\":10", "rehearsals only");
}

static void seats_are_given_in_order(void **state)
{
    (void)state;

    expect_fault("\"m2\"", "\"m3\"", "", "m1, m2, m3");
    expect_fault("\"f1\"", "\"f2\"", "", "f1, f2");
    expect_fault("\"facilitator\"", "\"deputy\"", "", "role");
    expect_fault("\"facilitator\"", "\"owner\"", "", "role");
}

static void everybody_has_a_name(void **state)
{
    (void)state;

    expect_fault("\"Ben\"", "\" \"", "", "member needs a name");
    expect_fault("\"Fay\"", "\" \"", "", "facilitator needs a name");
    expect_fault("\"Town\"", "\" \"", "", "name and a zone");
}

static void a_plan_must_add_up(void **state)
{
    (void)state;

    expect_fault("", "",
                 ",\"meeting\":{\"planned_ms\":600000,\"bank_ms\":1,\"stages\":"
                 "[{\"kind\":\"open\",\"planned_ms\":600000}]}",
                 "add up");
    expect_fault("", "",
                 ",\"meeting\":{\"planned_ms\":600000,\"stages\":"
                 "[{\"kind\":\"seance\",\"planned_ms\":600000}]}",
                 "kind that does not exist");
    expect_fault("", "", ",\"template\":\"a_week\"", "template must be");
}

static void places_name_members_each_once(void **state)
{
    (void)state;

    expect_fault("", "", ",\"rotation\":{\"places\":[\"m1\",\"m1\"]}", "each once");
    expect_fault("", "", ",\"rotation\":{\"places\":[\"m1\",\"m9\"]}", "each once");
    assert_null(fault_of("", "", ",\"rotation\":{\"places\":[\"m2\",\"m1\"]}"));
}

static void unknown_fields_are_refused(void **state)
{
    (void)state;

    assert_non_null(fault_of("", "", ",\"colour\":\"green\""));
}

static void add_members(struct ps_text *text, int members, int businesses)
{
    char one[400];
    char name[200];
    memset(name, 'n', sizeof(name));
    for (int i = 1; i <= members; i++) {
        snprintf(one, sizeof(one),
                 "%s{\"seat\":\"m%d\",\"name\":\"%.40s %d\",\"business\":\"%.40s %d\","
                 "\"sector\":\"%.50s\"}",
                 i > 1 ? "," : "", i, name, i, name, i % businesses, name);
        ps_text_add_string(text, one);
    }
}

static const char *found_many(int members, int businesses, uint8_t *ret_businesses)
{
    static char file[32 * 1024];
    struct world *world = world_create_empty();
    struct ps_text text = ps_text_into(file, sizeof(file));
    ps_text_add_string(&text, "{\"name\":\"Town\",\"zone\":\"UTC\",\"programme\":{\"name\":\"S\","
                              "\"meetings\":6,\"meeting_ms\":5400000,\"turns_per_meeting\":1},"
                              "\"facilitators\":[{\"seat\":\"f1\",\"name\":\"Fay\","
                              "\"role\":\"facilitator\"}],\"members\":[");
    add_members(&text, members, businesses);
    ps_text_add(&text, "]}", 3);
    const char *fault = world_found(world, file);
    *ret_businesses = world->set.roster.businesses_count;
    world_destroy(world);
    return fault;
}

static void eleven_businesses_fit_and_not_one_more(void **state)
{
    uint8_t businesses = 0;
    (void)state;

    assert_null(found_many(11, 11, &businesses));
    assert_int_equal(businesses, 11);
    assert_string_equal(found_many(12, 12, &businesses), "a set has at most 11 businesses");
}

static void three_people_of_each_business_fit(void **state)
{
    uint8_t businesses = 0;
    (void)state;

    assert_null(found_many(33, 11, &businesses));

    assert_int_equal(businesses, 11);
}

static void the_events_of_a_founding_are_read_back_as_they_were(void **state)
{
    struct world *world = *state;

    world_replay(world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(the_least_file_founds_a_set, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(numbers_out_of_bounds_are_named, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(seats_are_given_in_order, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(everybody_has_a_name, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(a_plan_must_add_up, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(places_name_members_each_once, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(unknown_fields_are_refused, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(eleven_businesses_fit_and_not_one_more, world_setup,
                                    world_teardown),
    cmocka_unit_test_setup_teardown(three_people_of_each_business_fit, world_setup, world_teardown),
    cmocka_unit_test_setup_teardown(the_events_of_a_founding_are_read_back_as_they_were,
                                    world_setup, world_teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
