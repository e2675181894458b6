/* The law of patches: what was seen before, patched, is what is seen now. For every part of a
 * picture, with pictures made by chance; the merge is a plain reading of RFC 7396, so that a fault
 * of ours is not repeated by ourselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <string.h>

#include "core/picture.h"
#include "wire/wire.h"
#include "wire/write.h"
#include "wire_random.h"

enum { TEXT_BYTES = 512 * 1024, PAIRS = 300 };

static char text_bytes[TEXT_BYTES];

/* ---- RFC 7396 -------------------------------------------------------------------------------- */

static json_t *merged(json_t *target, json_t *patch)
{
    const char *key = NULL;
    json_t *value = NULL;
    if (!json_is_object(patch)) {
        return json_incref(patch);
    }
    json_t *result = json_is_object(target) ? json_copy(target) : json_object();
    json_object_foreach(patch, key, value)
    {
        if (json_is_null(value)) {
            (void)json_object_del(result, key);
        } else {
            (void)json_object_set_new(result, key, merged(json_object_get(result, key), value));
        }
    }
    return result;
}

static json_t *parsed(const struct ps_text *text)
{
    json_error_t error;
    assert_false(text->full);
    json_t *json = json_loadb(text->bytes, text->used, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        fail_msg("not JSON: %s at %d", error.text, error.position);
    }
    return json;
}

static json_t *whole(const struct ps_shape *shape, const void *object)
{
    struct ps_text text = ps_text_into(text_bytes, sizeof(text_bytes));
    struct ps_writer writer = {
        .text = &text, .words = wire_random_words(), .mode = PS_WRITE_PICTURE};
    ps_write_object(&writer, shape, object);
    return parsed(&text);
}

static bool has_null(json_t *json)
{
    const char *key = NULL;
    json_t *value = NULL;
    bool found = json_is_null(json);
    json_object_foreach(json, key, value)
    {
        found = found || has_null(value);
    }
    return found;
}

/* ---- the law --------------------------------------------------------------------------------- */

static void check_pair(enum ps_part part, const struct ps_seen *before, const struct ps_seen *after)
{
    const struct ps_part_kind *kind = &ps_part_kinds[part];
    json_t *was = whole(kind->shape, before->bytes);
    json_t *is = whole(kind->shape, after->bytes);
    struct ps_text text = ps_text_into(text_bytes, sizeof(text_bytes));
    ps_text_add_char(&text, '{');
    bool changed = ps_wire_part_patch(&text, part, before, after, wire_random_words());
    ps_text_add_char(&text, '}');
    json_t *patch = parsed(&text);
    json_t *old = json_pack("{s:o}", kind->name, was);
    json_t *now = json_pack("{s:o}", kind->name, is);
    json_t *patched = merged(old, patch);

    assert_false(has_null(now));
    assert_true(json_equal(patched, now));
    assert_int_equal(json_object_size(patch), changed ? 1 : 0);
    assert_true(changed || json_equal(old, now));

    json_decref(patched);
    json_decref(patch);
    json_decref(old);
    json_decref(now);
}

static void a_patched_part_equals_the_whole_one(void **state)
{
    (void)state;
    static struct ps_seen before;
    static struct ps_seen after;
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        const struct ps_shape *shape = ps_part_kinds[part].shape;
        struct wire_random random = {.prng = ps_prng_seed((uint64_t)part)};
        for (int pair = 0; pair < PAIRS; pair++) {
            memset(&before, 0, sizeof(before));
            *(uint8_t *)before.bytes = 1;
            wire_random_object(&random, shape, before.bytes);
            memcpy(&after, &before, sizeof(after));
            if (pair % 3 == 0) {
                memset(&after, 0, sizeof(after));
                *(uint8_t *)after.bytes = 1;
                wire_random_object(&random, shape, after.bytes);
            } else {
                wire_random_change(&random, shape, after.bytes);
            }

            check_pair((enum ps_part)part, &before, &after);
        }
    }
}

static void a_part_that_is_the_same_sends_nothing(void **state)
{
    (void)state;
    static struct ps_seen before;
    static struct ps_seen after;
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        struct wire_random random = {.prng = ps_prng_seed(77)};
        memset(&before, 0, sizeof(before));
        *(uint8_t *)before.bytes = 1;
        wire_random_object(&random, ps_part_kinds[part].shape, before.bytes);
        memcpy(&after, &before, sizeof(after));
        struct ps_text text = ps_text_into(text_bytes, sizeof(text_bytes));

        bool changed =
            ps_wire_part_patch(&text, (enum ps_part)part, &before, &after, wire_random_words());

        assert_false(changed);
        assert_int_equal(text.used, 0);
    }
}

static void a_part_that_goes_is_null_and_one_that_comes_is_whole(void **state)
{
    (void)state;
    static struct ps_seen gone;
    static struct ps_seen here;
    struct wire_random random = {.prng = ps_prng_seed(5)};
    const struct ps_shape *shape = ps_part_kinds[PS_SEE_PROMPT].shape;
    memset(&gone, 0, sizeof(gone));
    memset(&here, 0, sizeof(here));
    *(uint8_t *)here.bytes = 1;
    wire_random_object(&random, shape, here.bytes);
    json_t *wanted = whole(shape, here.bytes);

    struct ps_text text = ps_text_into(text_bytes, sizeof(text_bytes));
    assert_true(ps_wire_part_patch(&text, PS_SEE_PROMPT, &here, &gone, wire_random_words()));
    assert_int_equal(text.used, strlen("\"prompt\":null"));
    assert_memory_equal(text.bytes, "\"prompt\":null", text.used);

    text = ps_text_into(text_bytes, sizeof(text_bytes));
    ps_text_add_char(&text, '{');
    assert_true(ps_wire_part_patch(&text, PS_SEE_PROMPT, &gone, &here, wire_random_words()));
    ps_text_add_char(&text, '}');
    json_t *patch = parsed(&text);
    assert_true(json_equal(json_object_get(patch, "prompt"), wanted));
    json_decref(patch);
    json_decref(wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_patched_part_equals_the_whole_one),
        cmocka_unit_test(a_part_that_is_the_same_sends_nothing),
        cmocka_unit_test(a_part_that_goes_is_null_and_one_that_comes_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
