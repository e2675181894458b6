/* arguments - the words of a command line, read by a table. Pure but for what it prints. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum ps_option {
    PS_OPTION_DATA,
    PS_OPTION_CONTROL,
    PS_OPTION_SET,
    PS_OPTION_SEAT,
    PS_OPTION_ROLE,
    PS_OPTION_NAME,
    PS_OPTION_BUSINESS,
    PS_OPTION_SECTOR,
    PS_OPTION_URL,
    PS_OPTION_FROM,
    PS_OPTION_TO,
    PS_OPTION_WORDS, /* the one that has no value */
    PS_OPTION_LISTEN,
    PS_OPTION_LISTEN_TLS,
    PS_OPTION_CERT,
    PS_OPTION_KEY,
    PS_OPTION_CONFIG,
    PS_OPTION_CLIENT,
    PS_OPTIONS_COUNT,
};

/* The word of an option, with its dashes. */
const char *ps_option_word(enum ps_option option);

/* Read the options of `command` from words[0 .. count - 1], in their order: `take` is called for
 * each, with its value ("" without one), and returns NULL or what is wrong. allowed: bits by
 * ps_option; those in `many` may be given more than once. false: a line was printed. */
bool ps_arguments_read(const char *command, int count, char **words, unsigned allowed,
                       unsigned many,
                       const char *(*take)(void *context, enum ps_option option, const char *value),
                       void *context);
