#include "shell/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/ask.h"
#include "shell/limits.h"
#include "shell/place.h"
#include "shell/serve_command.h"
#include "shell/usage.h"

enum { FIELDS_BYTES_MAX = 8192 }; /* of a command's JSON besides the set file */

#define BIT(option) (1U << PS_OPTION_##option)

/* The operator's commands that are one JSON object to the hub. */
static const struct command {
    const char *words;
    const char *does;
    unsigned needed;
    unsigned also;
} commands[] = {
    {"set create", "set.create", BIT(FROM), BIT(URL)},
    {"set list", "set.list", 0, 0},
    {"seat add", "seat.add", BIT(SET) | BIT(NAME),
     BIT(SEAT) | BIT(ROLE) | BIT(BUSINESS) | BIT(SECTOR)},
    {"seat rename", "seat.rename", BIT(SET) | BIT(SEAT) | BIT(NAME), 0},
    {"seat remove", "seat.remove", BIT(SET) | BIT(SEAT), 0},
    {"invite renew", "invite.renew", BIT(SET) | BIT(SEAT), BIT(URL)},
    {"invite revoke", "invite.revoke", BIT(SET) | BIT(SEAT), 0},
    {"links", "set.links", BIT(SET), BIT(URL)},
    {"check", "check", 0, BIT(SET)},
    {"export", "export", BIT(SET), BIT(WORDS)},
    {"replay", "replay", 0, BIT(SET)},
    {"backup", NULL, BIT(TO), 0},
};

struct values {
    const char *of[PS_OPTIONS_COUNT];
};

static const char *take(void *context, enum ps_option option, const char *value)
{
    struct values *values = context;
    size_t from = 0;
    size_t to = 0;
    if (ps_text_check(value, strlen(value), FIELDS_BYTES_MAX / 8, false, &from, &to) !=
        PS_TEXT_FINE) {
        return "is too long, or has characters that do not belong there";
    }
    values->of[option] = value;
    return NULL;
}

/* The whole file, with a NUL. NULL: a line was printed. */
static char *read_set_file(const char *path, size_t *ret_count)
{
    FILE *file = fopen(path, "re");
    char *bytes = file == NULL ? NULL : malloc(PS_CONTROL_BYTES_MAX);
    if (bytes == NULL) {
        fprintf(stderr, "peerset set create: %s: %s\n", path, strerror(errno));
        if (file != NULL) {
            fclose(file);
        }
        return NULL;
    }
    errno = 0;
    const size_t count = fread(bytes, 1, PS_CONTROL_BYTES_MAX - FIELDS_BYTES_MAX, file);
    const char *wrong = ferror(file) != 0                    ? strerror(errno)
                        : feof(file) == 0                    ? "it is longer than a set file can be"
                        : count == 0                         ? "it is empty"
                        : memchr(bytes, '\0', count) != NULL ? "it is not JSON text"
                                                             : NULL;
    fclose(file);
    if (wrong != NULL) {
        fprintf(stderr, "peerset set create: %s: %s\n", path, wrong);
        free(bytes);
        return NULL;
    }
    *ret_count = count;
    return bytes;
}

static void add_field(struct ps_text *json, const char *name, const char *value)
{
    if (value != NULL) {
        ps_text_add_string(json, ",\"");
        ps_text_add_string(json, name);
        ps_text_add_string(json, "\":\"");
        ps_text_add_json(json, value, strlen(value));
        ps_text_add_char(json, '"');
    }
}

/* The command as JSON. The set file goes in as it is: the hub reads it as JSON and refuses what is
 * not. */
static void write_json(struct ps_text *json, const struct command *command,
                       const struct values *values, const char *url, const char *file,
                       size_t file_count)
{
    static const struct {
        enum ps_option option;
        const char *name;
    } fields[] = {
        {PS_OPTION_SET, "set"},   {PS_OPTION_SEAT, "seat"},         {PS_OPTION_ROLE, "role"},
        {PS_OPTION_NAME, "name"}, {PS_OPTION_BUSINESS, "business"}, {PS_OPTION_SECTOR, "sector"},
    };
    ps_text_add_string(json, "{\"do\":\"");
    ps_text_add_string(json, command->does);
    ps_text_add_char(json, '"');
    for (size_t i = 0; i < PS_COUNT(fields); i++) {
        add_field(json, fields[i].name, values->of[fields[i].option]);
    }
    add_field(json, "url", url);
    if ((command->also & BIT(WORDS)) != 0) {
        ps_text_add_string(json, values->of[PS_OPTION_WORDS] == NULL ? ",\"words\":false"
                                                                     : ",\"words\":true");
    }
    if (file != NULL) {
        ps_text_add_string(json, ",\"file\":");
        ps_text_add(json, file, file_count);
    }
    ps_text_add_char(json, '}');
}

static int ask(const struct command *command, const struct values *values,
               const struct ps_ask *whom)
{
    char kept[PS_ORIGIN_BYTES_MAX * 2];
    size_t file_count = 0;
    char *file = NULL;
    const char *url = NULL;
    if ((command->also & BIT(URL)) != 0) {
        url = values->of[PS_OPTION_URL];
        url = url == NULL && ps_place_kept_url(whom->data, kept, sizeof(kept)) ? kept : url;
    }
    if ((command->needed & BIT(FROM)) != 0) {
        file = read_set_file(values->of[PS_OPTION_FROM], &file_count);
        if (file == NULL) {
            return 2;
        }
    }
    char *bytes = malloc(file_count + FIELDS_BYTES_MAX);
    if (bytes == NULL) {
        free(file);
        return 1;
    }
    struct ps_text json = ps_text_into(bytes, file_count + FIELDS_BYTES_MAX);
    write_json(&json, command, values, url, file, file_count);
    const int status = json.full ? ps_ask_complain(2, "the command is too long")
                                 : ps_ask_control(whom, json.bytes, json.used);
    free(bytes);
    free(file);
    return status;
}

static int run(const struct command *command, int count, char **words)
{
    struct values values = {0};
    const unsigned always = BIT(DATA) | BIT(CONTROL);
    if (!ps_arguments_read(command->words, count, words, always | command->needed | command->also,
                           0, take, &values)) {
        return 2;
    }
    for (unsigned i = 0; i < PS_OPTIONS_COUNT; i++) {
        if (((command->needed | BIT(DATA)) & (1U << i)) != 0 && values.of[i] == NULL) {
            fprintf(stderr, "peerset %s: %s is needed\n", command->words,
                    ps_option_word((enum ps_option)i));
            return 2;
        }
    }
    const char *data = values.of[PS_OPTION_DATA];
    struct stat there;
    if ((command->needed & BIT(FROM)) == 0 &&
        (stat(data, &there) != 0 || !S_ISDIR(there.st_mode))) {
        fprintf(stderr, "peerset %s: there is no data folder %s\n", command->words, data);
        return 2;
    }
    const struct ps_ask whom = {
        .data = data,
        .control = values.of[PS_OPTION_CONTROL],
        .url = values.of[PS_OPTION_URL],
    };
    return command->does == NULL ? ps_ask_backup(&whom, values.of[PS_OPTION_TO])
                                 : ask(command, &values, &whom);
}

static int run_describe(int count, char **words, int (*describe)(const char *folder))
{
    struct values values = {0};
    if (!ps_arguments_read("describe", count, words, BIT(TO), 0, take, &values)) {
        return 2;
    }
    if (values.of[PS_OPTION_TO] == NULL) {
        fprintf(stderr, "peerset describe: --to is needed\n");
        return 2;
    }
    return describe(values.of[PS_OPTION_TO]);
}

/* How many of the words on the line name this command; 0: another one. */
static int words_matching(const char *words, int count, char **line)
{
    int matched = 0;
    while (*words != '\0') {
        const size_t length = strcspn(words, " ");
        if (matched == count || strlen(line[matched]) != length ||
            strncmp(line[matched], words, length) != 0) {
            return 0;
        }
        matched++;
        words += length + (words[length] == ' ' ? 1 : 0);
    }
    return matched;
}

int ps_command(int argc, char **argv, int (*describe)(const char *folder))
{
    const int count = argc - 1;
    char **words = argv + 1;
    umask(0077); /* whatever is written is its owner's alone */
    if (count == 0 || strcmp(words[0], "--help") == 0 || strcmp(words[0], "help") == 0) {
        fputs(ps_usage, count == 0 ? stderr : stdout);
        return count == 0 ? 2 : 0;
    }
    if (strcmp(words[0], "--version") == 0) {
        puts("peerset " PS_VERSION);
        return 0;
    }
    if (strcmp(words[0], "serve") == 0) {
        return ps_command_serve(count - 1, words + 1);
    }
    if (strcmp(words[0], "describe") == 0) {
        return run_describe(count - 1, words + 1, describe);
    }
    for (size_t i = 0; i < PS_COUNT(commands); i++) {
        const int matched = words_matching(commands[i].words, count, words);
        if (matched > 0) {
            return run(&commands[i], count - matched, words + matched);
        }
    }
    fprintf(stderr, "peerset: there is no command %s (peerset --help lists them)\n", words[0]);
    return 2;
}
