/* What is committed in protocol/ and in the client is what the tables say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/activity.h"
#include "wire/describe.h"

static char made[PS_DESCRIBE_BYTES_MAX];
static char again[PS_DESCRIBE_BYTES_MAX];

static size_t write_into(size_t index, char *bytes)
{
    struct ps_text text = ps_text_into(bytes, PS_DESCRIBE_BYTES_MAX);
    ps_describe_write(index, &text);
    return text.used;
}

static bool ends_in(const char *name, const char *end)
{
    return strlen(name) > strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0;
}

static size_t read_committed(const char *name)
{
    char path[1024];
    const char *root = getenv("PEERSET_ROOT");
    (void)snprintf(path, sizeof(path), "%s/%s/%s", root != NULL ? root : ".",
                   ends_in(name, ".ts") ? "client-web/src/wire" : "protocol", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s is not there; run script/describe", path);
    }
    size_t count = fread(again, 1, sizeof(again), file);
    (void)fclose(file);
    return count;
}

static void what_is_committed_is_what_the_tables_say(void **state)
{
    (void)state;
    for (size_t i = 0; ps_describe_name(i) != NULL; i++) {
        size_t count = write_into(i, made);

        size_t committed = read_committed(ps_describe_name(i));

        if (committed != count || memcmp(made, again, count) != 0) {
            fail_msg("%s is not what the tables say; run script/describe", ps_describe_name(i));
        }
    }
}

static void it_is_written_the_same_twice(void **state)
{
    (void)state;
    for (size_t i = 0; ps_describe_name(i) != NULL; i++) {
        size_t count = write_into(i, made);
        assert_int_equal(write_into(i, again), count);
        assert_memory_equal(made, again, count);
    }
}

static json_t *schema_named(const char *name)
{
    for (size_t i = 0; ps_describe_name(i) != NULL; i++) {
        if (strcmp(ps_describe_name(i), name) == 0) {
            size_t count = write_into(i, made);
            return json_loadb(made, count, JSON_REJECT_DUPLICATES, NULL);
        }
    }
    return NULL;
}

/* Every $ref within a file leads somewhere. */
static void follow(const json_t *root, json_t *json, size_t *count)
{
    const char *key = NULL;
    json_t *value = NULL;
    size_t index = 0;
    const char *ref = json_string_value(json_object_get(json, "$ref"));
    if (ref != NULL && ref[0] == '#') {
        const char *name = ref + strlen("#/$defs/");
        assert_non_null(json_object_get(json_object_get(root, "$defs"), name));
        *count += 1;
    }
    json_object_foreach(json, key, value)
    {
        follow(root, value, count);
    }
    json_array_foreach(json, index, value)
    {
        follow(root, value, count);
    }
}

static void schemas_are_json_and_their_references_lead_somewhere(void **state)
{
    (void)state;
    size_t schemas = 0;
    for (size_t i = 0; ps_describe_name(i) != NULL; i++) {
        if (!ends_in(ps_describe_name(i), ".json")) {
            continue;
        }
        size_t count = 0;
        json_t *schema = schema_named(ps_describe_name(i));
        assert_non_null(schema);
        follow(schema, schema, &count);
        assert_true(count > 10);
        json_decref(schema);
        schemas++;
    }
    assert_int_equal(schemas, 4);
}

static void every_method_and_event_has_its_schema(void **state)
{
    (void)state;
    json_t *commands_schema = schema_named("schema/commands.json");
    json_t *records_schema = schema_named("schema/records.json");
    json_t *commands = json_object_get(commands_schema, "$defs");
    json_t *records = json_object_get(records_schema, "$defs");
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        assert_non_null(json_object_get(commands, ps_method_at(i)->name));
    }
    for (uint16_t i = 0; ps_event_kind_at(i) != NULL; i++) {
        assert_non_null(json_object_get(records, ps_event_kind_at(i)->name));
    }
    json_decref(commands_schema);
    json_decref(records_schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_committed_is_what_the_tables_say),
        cmocka_unit_test(it_is_written_the_same_twice),
        cmocka_unit_test(schemas_are_json_and_their_references_lead_somewhere),
        cmocka_unit_test(every_method_and_event_has_its_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
