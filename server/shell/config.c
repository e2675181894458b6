#include "shell/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "shell/header.h"

enum { CONFIG_BYTES_MAX = 64 * 1024, LINE_BYTES_MAX = 512 };

static const struct {
    const char *key;
    size_t offset;
    uint32_t least, most, usual;
} limits[] = {
    {"commands_per_second", offsetof(struct ps_config, commands_per_second), 1, 10000,
     PS_COMMANDS_PER_SECOND},
    {"commands_burst", offsetof(struct ps_config, commands_burst), 1, 10000, PS_COMMANDS_BURST},
    {"sockets_per_seat", offsetof(struct ps_config, sockets_per_seat), 1, 16,
     PS_SOCKETS_PER_SEAT_MAX},
    {"sockets_no_session", offsetof(struct ps_config, sockets_no_session), 1, PS_CONNECTIONS_MAX,
     PS_SOCKETS_NO_SESSION_MAX},
    {"sockets_session", offsetof(struct ps_config, sockets_session), 1, PS_CONNECTIONS_MAX,
     PS_SOCKETS_SESSION_MAX},
    {"connections", offsetof(struct ps_config, connections), 1, PS_CONNECTIONS_MAX,
     PS_CONNECTIONS_MAX},
};

static uint32_t limit_get(const struct ps_config *config, size_t i)
{
    uint32_t value;
    memcpy(&value, (const char *)config + limits[i].offset, sizeof(value));
    return value;
}

static void limit_set(struct ps_config *config, size_t i, uint32_t value)
{
    memcpy((char *)config + limits[i].offset, &value, sizeof(value));
}

struct ps_config ps_config_usual(void)
{
    struct ps_config config;
    memset(&config, 0, sizeof(config));
    for (size_t i = 0; i < PS_COUNT(limits); i++) {
        limit_set(&config, i, limits[i].usual);
    }
    return config;
}

/* Set `key` to `value`. Returns NULL, or what is wrong. */
static const char *set_value(struct ps_config *config, const char *key, const char *value)
{
    for (size_t i = 0; i < PS_COUNT(limits); i++) {
        if (strcmp(key, limits[i].key) == 0) {
            const int64_t number = ps_header_length(value);
            if (number < limits[i].least || number > limits[i].most) {
                return "the value is not a number in the allowed range";
            }
            limit_set(config, i, (uint32_t)number);
            return NULL;
        }
    }
    if (strcmp(key, "trusted_proxy") == 0) {
        if (config->proxies_count == PS_PROXIES_MAX) {
            return "there are too many trusted proxies";
        }
        if (!ps_network_parse(value, &config->proxies[config->proxies_count])) {
            return "a trusted proxy is an address, or a network such as 10.0.0.0/8";
        }
        config->proxies_count++;
        return NULL;
    }
    if (strcmp(key, "server_name") == 0) {
        size_t from = 0;
        size_t to = 0;
        if (ps_text_check(value, strlen(value), PS_NAME_CHARS_MAX, false, &from, &to) !=
            PS_TEXT_FINE) {
            return "a server name has at most 60 ordinary characters";
        }
        memcpy(config->server_name, value + from, to - from);
        config->server_name[to - from] = '\0';
        return NULL;
    }
    return "the key is not known";
}

/* One line: blank, a comment, or key = value. Cuts `line`. Returns NULL, or what is wrong. */
static const char *read_line(struct ps_config *config, char *line)
{
    static const char blank[] = " \t\r";
    char *key = line + strspn(line, blank);
    if (*key == '\0' || *key == '#') {
        return NULL;
    }
    char *equals = strchr(key, '=');
    if (equals == NULL) {
        return "it is not key = value";
    }
    char *key_end = equals;
    while (key_end > key && strchr(blank, key_end[-1]) != NULL) {
        key_end--;
    }
    *key_end = '\0';
    char *value = equals + 1 + strspn(equals + 1, blank);
    char *value_end = value + strlen(value);
    while (value_end > value && strchr(blank, value_end[-1]) != NULL) {
        value_end--;
    }
    *value_end = '\0';
    return set_value(config, key, value);
}

enum ps_err ps_config_parse(struct ps_config *config, const char *text, char *ret_why,
                            size_t why_room)
{
    struct ps_config read = *config;
    unsigned number = 0;
    while (*text != '\0') {
        char line[LINE_BYTES_MAX];
        const size_t count = strcspn(text, "\n");
        const char *wrong = "the line is too long";
        number++;
        if (count < sizeof(line)) {
            memcpy(line, text, count);
            line[count] = '\0';
            wrong = read_line(&read, line);
        }
        if (wrong != NULL) {
            snprintf(ret_why, why_room, "line %u: %s", number, wrong);
            return PS_E_INVALID;
        }
        text += count + (text[count] == '\n' ? 1 : 0);
    }
    *config = read;
    return PS_OK;
}

enum ps_err ps_config_read(struct ps_config *config, const char *path, char *ret_why,
                           size_t why_room)
{
    static char text[CONFIG_BYTES_MAX + 1]; /* read once, at start */
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        snprintf(ret_why, why_room, "%s", strerror(errno));
        return PS_E_IO;
    }
    const size_t count = fread(text, 1, CONFIG_BYTES_MAX, file);
    const bool failed = ferror(file) != 0;
    const bool whole = feof(file) != 0 || fgetc(file) == EOF;
    fclose(file);
    if (failed || !whole || memchr(text, '\0', count) != NULL) {
        snprintf(ret_why, why_room, "%s",
                 failed ? "it cannot be read" : "it is not a small text file");
        return PS_E_IO;
    }
    text[count] = '\0';
    return ps_config_parse(config, text, ret_why, why_room);
}

void ps_config_differences(const struct ps_config *config,
                           void (*line)(void *context, const char *text), void *context)
{
    char text[LINE_BYTES_MAX];
    for (size_t i = 0; i < PS_COUNT(limits); i++) {
        const uint32_t value = limit_get(config, i);
        if (value != limits[i].usual) {
            snprintf(text, sizeof(text), "%s = %u (usually %u)", limits[i].key, value,
                     limits[i].usual);
            line(context, text);
        }
    }
    for (size_t i = 0; i < config->proxies_count; i++) {
        char address[PS_ADDRESS_TEXT_BYTES];
        ps_address_text(&config->proxies[i].address, address);
        const unsigned extra = ps_address_is_ipv4(&config->proxies[i].address) ? 96 : 0;
        snprintf(text, sizeof(text), "trusted_proxy = %s/%u", address,
                 config->proxies[i].bits - extra);
        line(context, text);
    }
}

bool ps_config_trusts(const struct ps_config *config, const struct ps_address *address)
{
    for (size_t i = 0; i < config->proxies_count; i++) {
        if (ps_network_holds(&config->proxies[i], address)) {
            return true;
        }
    }
    return false;
}
