/* Who sees what, found by experiment and compared with what is committed in protocol/sight and in
 * the client's sight.ts. PS_WRITE_SIGHT=DIR, the root of a checkout, writes them. */
#include "core_world.h"

#include <stdio.h>
#include <stdlib.h>

#include "sight_inputs.h"
#include "sight_table.h"

enum { TABLE_BYTES = 256 * 1024, PATH_BYTES = 1024 };

static char made[TABLE_BYTES];
static char committed[TABLE_BYTES];

static size_t read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return 0;
    }
    size_t count = fread(committed, 1, sizeof(committed), file);
    (void)fclose(file);
    return count;
}

static void write_file(const char *path, const struct ps_text *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text->bytes, 1, text->used, file), text->used);
    assert_int_equal(fclose(file), 0);
}

/* Say which line is another one, so that a leak can be read in the log. */
static void complain(const char *path, const struct ps_text *text, size_t count)
{
    size_t at = 0;
    while (at < text->used && at < count && text->bytes[at] == committed[at]) {
        at++;
    }
    size_t from = at;
    while (from > 0 && text->bytes[from - 1] != '\n') {
        from--;
    }
    int length = (int)strcspn(text->bytes + from, "\n");
    print_error("%s differs at: %.*s\n(if it should: script/describe writes it)\n", path, length,
                text->bytes + from);
}

static void compare(const char *folder, const char *name, const struct ps_text *text, int *differ)
{
    char path[PATH_BYTES];
    const char *to = getenv("PS_WRITE_SIGHT");
    const char *root = getenv("PEERSET_ROOT");
    if (to != NULL) {
        (void)snprintf(path, sizeof(path), "%s/%s/%s", to, folder, name);
        write_file(path, text);
        return;
    }
    (void)snprintf(path, sizeof(path), "%s/%s/%s", root != NULL ? root : ".", folder, name);
    size_t count = read_file(path);
    if (count != text->used || memcmp(text->bytes, committed, count) != 0) {
        complain(path, text, count);
        *differ += 1;
    }
}

static void the_sight_tables_are_unchanged(void **state)
{
    (void)state;
    int differ = 0;

    for (int lease = 0; lease < 2; lease++) {
        struct watch watch = {.lease = lease != 0, .look = sight_table_look};
        sight_meeting(&watch);
    }

    assert_true(sight_table_tries() > 10000);
    for (size_t i = 0; sight_table_name(i) != NULL; i++) {
        char name[64];
        struct ps_text text = ps_text_into(made, sizeof(made) - 1);
        (void)snprintf(name, sizeof(name), "%s.txt", sight_table_name(i));
        sight_table_write(i, &text);
        assert_false(text.full);
        made[text.used] = '\0';
        compare("protocol/sight", name, &text, &differ);
    }
    assert_int_equal(differ, 0);
}

static void the_line_under_an_input_says_who_will_see_it(void **state)
{
    (void)state;
    int differ = 0;
    struct ps_text text = ps_text_into(made, sizeof(made) - 1);

    sight_inputs_write(&text);

    assert_false(text.full);
    made[text.used] = '\0';
    compare("client-web/src/wire", "sight.ts", &text, &differ);
    assert_int_equal(differ, 0);
}

/* A new command with a text must say who will see it: one line in sight_meeting.c. */
static void every_text_a_person_can_write_is_an_input(void **state)
{
    (void)state;

    const char *missing = sight_inputs_missing();

    assert_string_equal(missing == NULL ? "" : missing, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sight_tables_are_unchanged),
        cmocka_unit_test(the_line_under_an_input_says_who_will_see_it),
        cmocka_unit_test(every_text_a_person_can_write_is_an_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
