#include "shell/header.h"

#include <string.h>
#include <strings.h>

static const char *skip_blank(const char *at)
{
    return at + strspn(at, " \t");
}

static size_t trimmed(const char *from, size_t count)
{
    while (count > 0 && (from[count - 1] == ' ' || from[count - 1] == '\t')) {
        count--;
    }
    return count;
}

bool ps_header_cookie(const char *header, const char *name, char *ret_value, size_t room)
{
    const size_t name_count = strlen(name);
    for (const char *at = skip_blank(header); *at != '\0'; at = skip_blank(at)) {
        const size_t count = strcspn(at, ";");
        if (count > name_count && at[name_count] == '=' && strncmp(at, name, name_count) == 0) {
            const char *value = at + name_count + 1;
            const size_t value_count = trimmed(value, count - name_count - 1);
            if (value_count >= room) {
                return false;
            }
            memcpy(ret_value, value, value_count);
            ret_value[value_count] = '\0';
            return true;
        }
        at += count + (at[count] == ';' ? 1 : 0);
    }
    return false;
}

/* Does ";q=0", ";q=0.0" … stand among the parameters of an entry? */
static bool is_refused(const char *parameters, const char *end)
{
    for (const char *at = parameters; at < end; at++) {
        if (*at != ';') {
            continue;
        }
        const char *key = skip_blank(at + 1);
        if (end - key >= 3 && (key[0] == 'q' || key[0] == 'Q') && key[1] == '=') {
            const size_t digits = strspn(key + 2, "0.");
            return digits > 0 && key + 2 + digits >= end - strspn(key + 2 + digits, " \t");
        }
    }
    return false;
}

bool ps_header_accepts(const char *accept_encoding, enum ps_coding coding)
{
    static const char *const names[PS_CODINGS_COUNT] = {"br", "gzip", "identity"};
    const char *name = names[coding];
    bool answer = coding == PS_CODING_NONE;
    for (const char *at = accept_encoding == NULL ? "" : accept_encoding; *at != '\0';) {
        at = skip_blank(at);
        const size_t count = strcspn(at, ",");
        const size_t word = trimmed(at, strcspn(at, ",;"));
        const bool any = word == 1 && *at == '*';
        if (any || (word == strlen(name) && strncasecmp(at, name, word) == 0)) {
            answer = !is_refused(at + word, at + count);
            if (!any) {
                return answer;
            }
        }
        at += count + (at[count] == ',' ? 1 : 0);
    }
    return answer;
}

bool ps_header_is_json(const char *content_type)
{
    static const char json[] = "application/json";
    const char *at = skip_blank(content_type);
    if (strncasecmp(at, json, sizeof(json) - 1) != 0) {
        return false;
    }
    at = skip_blank(at + sizeof(json) - 1);
    return *at == '\0' || *at == ';';
}

bool ps_header_names_tag(const char *if_none_match, const char *tag)
{
    const size_t tag_count = strlen(tag);
    for (const char *at = if_none_match; *at != '\0';) {
        at = skip_blank(at);
        if (*at == '*') {
            return true;
        }
        if (strncmp(at, "W/", 2) == 0) {
            at += 2; /* a weak comparison is right for If-None-Match (RFC 9110, 13.1.2) */
        }
        const size_t count = strcspn(at, ",");
        if (trimmed(at, count) == tag_count && strncmp(at, tag, tag_count) == 0) {
            return true;
        }
        at += count + (at[count] == ',' ? 1 : 0);
    }
    return false;
}

int64_t ps_header_length(const char *content_length)
{
    const size_t digits = strspn(content_length, "0123456789");
    if (digits == 0 || digits > 15 || content_length[digits] != '\0') {
        return -1;
    }
    int64_t length = 0;
    for (size_t i = 0; i < digits; i++) {
        length = length * 10 + (content_length[i] - '0');
    }
    return length;
}

bool ps_header_forwarded(const char *forwarded_for, char *ret_address, size_t room)
{
    const char *comma = strrchr(forwarded_for, ',');
    const char *last = skip_blank(comma == NULL ? forwarded_for : comma + 1);
    const size_t count = trimmed(last, strlen(last));
    if (count == 0 || count >= room) {
        return false;
    }
    memcpy(ret_address, last, count);
    ret_address[count] = '\0';
    return true;
}
