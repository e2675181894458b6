#include "shell/arguments.h"

#include <stdio.h>
#include <string.h>

static const char *const words_of_options[PS_OPTIONS_COUNT] = {
    [PS_OPTION_DATA] = "--data",
    [PS_OPTION_CONTROL] = "--control",
    [PS_OPTION_SET] = "--set",
    [PS_OPTION_SEAT] = "--seat",
    [PS_OPTION_ROLE] = "--role",
    [PS_OPTION_NAME] = "--name",
    [PS_OPTION_BUSINESS] = "--business",
    [PS_OPTION_SECTOR] = "--sector",
    [PS_OPTION_URL] = "--url",
    [PS_OPTION_FROM] = "--from",
    [PS_OPTION_TO] = "--to",
    [PS_OPTION_WORDS] = "--words",
    [PS_OPTION_LISTEN] = "--listen",
    [PS_OPTION_LISTEN_TLS] = "--listen-tls",
    [PS_OPTION_CERT] = "--cert",
    [PS_OPTION_KEY] = "--key",
    [PS_OPTION_CONFIG] = "--config",
    [PS_OPTION_CLIENT] = "--client",
};

const char *ps_option_word(enum ps_option option)
{
    return words_of_options[option];
}

/* Which option a word names. PS_OPTIONS_COUNT: none. "--set=x" is the same as "--set x". */
static enum ps_option find(const char *word, const char **ret_value)
{
    const size_t count = strcspn(word, "=");
    *ret_value = word[count] == '=' ? word + count + 1 : NULL;
    for (unsigned i = 0; i < PS_OPTIONS_COUNT; i++) {
        if (strlen(words_of_options[i]) == count &&
            strncmp(words_of_options[i], word, count) == 0) {
            return (enum ps_option)i;
        }
    }
    return PS_OPTIONS_COUNT;
}

bool ps_arguments_read(const char *command, int count, char **words, unsigned allowed,
                       unsigned many,
                       const char *(*take)(void *context, enum ps_option option, const char *value),
                       void *context)
{
    unsigned seen = 0;
    for (int i = 0; i < count; i++) {
        const char *value = NULL;
        const enum ps_option option = find(words[i], &value);
        const char *wrong = NULL;
        if (option == PS_OPTIONS_COUNT || (allowed & (1U << option)) == 0) {
            fprintf(stderr, "peerset %s: unknown option %s (peerset --help lists them)\n", command,
                    words[i]);
            return false;
        }
        if (option == PS_OPTION_WORDS) {
            wrong = value == NULL ? NULL : "takes no value";
            value = "";
        } else if (value == NULL) {
            value = i + 1 < count ? words[++i] : "";
            wrong = *value == '\0' ? "needs a value" : NULL;
        }
        if (wrong == NULL && (seen & ~many & (1U << option)) != 0) {
            wrong = "is given twice";
        }
        seen |= 1U << option;
        wrong = wrong != NULL ? wrong : take(context, option, value);
        if (wrong != NULL) {
            fprintf(stderr, "peerset %s: %s %s\n", command, ps_option_word(option), wrong);
            return false;
        }
    }
    return true;
}
