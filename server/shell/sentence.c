#include "shell/sentence.h"

#include <stdlib.h>
#include <string.h>

/* Write a code point below U+10000 as UTF-8. Returns the bytes written. */
static size_t write_utf8(unsigned point, char *to)
{
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (char)(0xc0 | (point >> 6));
        to[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    to[0] = (char)(0xe0 | (point >> 12));
    to[1] = (char)(0x80 | ((point >> 6) & 0x3f));
    to[2] = (char)(0x80 | (point & 0x3f));
    return 3;
}

/* One escape after its backslash. Returns how many bytes of it there were; 0: it is not one. */
static size_t unescape(const char *from, const char *end, unsigned *ret_point)
{
    if (from < end && *from == 'u' && end - from >= 5) {
        char digits[5] = {from[1], from[2], from[3], from[4], '\0'};
        char *stop = NULL;
        *ret_point = (unsigned)strtoul(digits, &stop, 16);
        return stop == digits + 4 ? 5 : 0;
    }
    if (from == end || *from == '\0') {
        return 0;
    }
    if (strchr("bfnrt", *from) != NULL) {
        *ret_point = ' '; /* the sentence stays one line */
        return 1;
    }
    *ret_point = (unsigned char)*from;
    return strchr("\"\\/", *from) != NULL ? 1 : 0;
}

bool ps_sentence_of_error(const char *json, size_t count, char *ret_sentence, size_t room)
{
    static const char name[] = "\"error\"";
    const char *end = json + count;
    const char *at = memmem(json, count, name, sizeof(name) - 1);
    if (at == NULL) {
        return false;
    }
    at += sizeof(name) - 1;
    while (at < end && (*at == ' ' || *at == ':')) {
        at++;
    }
    if (at == end || *at++ != '"') {
        return false;
    }
    size_t used = 0;
    while (at < end && *at != '"' && used + 4 < room) {
        unsigned point = (unsigned char)*at;
        if (*at == '\\') {
            const size_t escape = unescape(at + 1, end, &point);
            if (escape == 0) {
                return false;
            }
            at += 1 + escape;
            used += write_utf8(point < 0x20 ? ' ' : point, ret_sentence + used);
        } else {
            ret_sentence[used++] = point < 0x20 ? ' ' : *at;
            at++;
        }
    }
    ret_sentence[used] = '\0';
    return used > 0;
}
