#include "shell/origin.h"

#include <string.h>

static bool is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Copy the host: a name, an IPv4 address, or an IPv6 address in brackets. Returns what follows, or
 * NULL. */
static const char *copy_host(const char *from, char *to, const char *to_end)
{
    const bool six = *from == '[';
    const char *start = to;
    for (; *from != '\0' && *from != '/' && (six || *from != ':'); from++) {
        const char c = lower(*from);
        const bool fits =
            six ? is_host_char(c) || c == ':' || c == '[' || c == ']' : is_host_char(c);
        if (!fits || to + 1 >= to_end) {
            return NULL;
        }
        *to++ = c;
        if (c == ']') {
            from++;
            break;
        }
    }
    if (to == start || (six && to[-1] != ']')) {
        return NULL;
    }
    *to = '\0';
    return from;
}

bool ps_origin_of_url(const char *url, char ret_origin[PS_ORIGIN_BYTES_MAX])
{
    char origin[PS_ORIGIN_BYTES_MAX];
    const bool secure = strncmp(url, "https://", 8) == 0;
    if (!secure && strncmp(url, "http://", 7) != 0) {
        return false;
    }
    const size_t scheme = secure ? 8 : 7;
    memcpy(origin, url, scheme);
    const char *rest = copy_host(url + scheme, origin + scheme, origin + sizeof(origin));
    if (rest == NULL) {
        return false;
    }
    if (*rest == ':') {
        const size_t digits = strspn(rest + 1, "0123456789");
        const char *usual = secure ? ":443" : ":80";
        const bool is_usual = digits + 1 == strlen(usual) && strncmp(rest, usual, digits + 1) == 0;
        const size_t used = strlen(origin);
        if (digits == 0 || digits > 5 || used + digits + 2 > sizeof(origin)) {
            return false;
        }
        if (!is_usual) {
            memcpy(origin + used, rest, digits + 1);
            origin[used + digits + 1] = '\0';
        }
        rest += digits + 1;
    }
    if ((*rest != '\0' && *rest != '/') || strpbrk(rest, "?#@\\ \"<>") != NULL) {
        return false;
    }
    memcpy(ret_origin, origin, strlen(origin) + 1);
    return true;
}

bool ps_origins_add(struct ps_origins *origins, const char *url)
{
    char origin[PS_ORIGIN_BYTES_MAX];
    if (!ps_origin_of_url(url, origin)) {
        return false;
    }
    if (ps_origins_has(origins, origin)) {
        return true;
    }
    if (origins->count == PS_ORIGINS_MAX) {
        return false;
    }
    memcpy(origins->list[origins->count], origin, strlen(origin) + 1);
    origins->count++;
    return true;
}

bool ps_origins_has(const struct ps_origins *origins, const char *origin)
{
    if (origin == NULL) {
        return false;
    }
    for (size_t i = 0; i < origins->count; i++) {
        if (strcmp(origins->list[i], origin) == 0) {
            return true;
        }
    }
    return false;
}
