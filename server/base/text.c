#include "base/text.h"

#include <string.h>

#include "base/assert.h"

enum { MARKS_RUN_MAX = 4 }; /* Vietnamese and Thai need two or three; more is a prank */

struct ps_text ps_text_into(char *bytes, size_t room)
{
    return (struct ps_text){.bytes = bytes, .used = 0, .room = room, .full = false};
}

void ps_text_add(struct ps_text *text, const char *bytes, size_t count)
{
    if (text->full || text->room - text->used < count) {
        text->full = true;
        return;
    }
    if (count > 0) {
        memcpy(text->bytes + text->used, bytes, count);
    }
    text->used += count;
    ps_assert(text->used <= text->room);
}

void ps_text_add_string(struct ps_text *text, const char *string)
{
    ps_text_add(text, string, strlen(string));
}

void ps_text_add_char(struct ps_text *text, char c)
{
    ps_text_add(text, &c, 1);
}

void ps_text_add_int(struct ps_text *text, int64_t number)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + (char)(rest % 10));
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        digits[--at] = '-';
    }
    ps_text_add(text, digits + at, sizeof(digits) - at);
}

static void add_json_escape(struct ps_text *text, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    switch (c) {
    case '"':
        ps_text_add(text, "\\\"", 2);
        return;
    case '\\':
        ps_text_add(text, "\\\\", 2);
        return;
    case '\n':
        ps_text_add(text, "\\n", 2);
        return;
    case '\t':
        ps_text_add(text, "\\t", 2);
        return;
    default:
        ps_text_add(text, "\\u00", 4);
        ps_text_add_char(text, hex[c >> 4]);
        ps_text_add_char(text, hex[c & 15]);
        return;
    }
}

void ps_text_add_json(struct ps_text *text, const char *bytes, size_t count)
{
    size_t plain_from = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        ps_text_add(text, bytes + plain_from, i - plain_from);
        add_json_escape(text, c);
        plain_from = i + 1;
    }
    ps_text_add(text, bytes + plain_from, count - plain_from);
}

/* Decode one code point at `bytes`; returns its length in bytes, 0 when it is not UTF-8. */
static size_t decode(const char *bytes, size_t count, uint32_t *ret_point)
{
    unsigned char first = (unsigned char)bytes[0];
    size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || length > count) {
        return 0;
    }
    uint32_t point = length == 1 ? first : first & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if ((c & 0xC0) != 0x80) {
            return 0;
        }
        point = point << 6 | (c & 0x3FU);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < least[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
        return 0;
    }
    *ret_point = point;
    return length;
}

static bool is_space(uint32_t p)
{
    return p == ' ' || p == '\n' || p == '\t' || p == 0xA0 || p == 0x3000 ||
           (p >= 0x2000 && p <= 0x200A) || p == 0x200C || p == 0x200D;
}

/* Controls, direction marks and tags: they can make a line show what it does not say. */
static bool is_forbidden(uint32_t p, bool lines)
{
    if (p == '\n' || p == '\t') {
        return !lines;
    }
    return p < 0x20 || (p >= 0x7F && p < 0xA0) || p == 0x61C || p == 0x200E || p == 0x200F ||
           (p >= 0x202A && p <= 0x202E) || (p >= 0x2066 && p <= 0x2069) || p == 0xFEFF ||
           p == 0x200B || (p >= 0x2060 && p <= 0x2065) || p == 0xAD || p == 0x3164 || p == 0x115F ||
           p == 0x1160 || p == 0x180E || p == 0x2028 || p == 0x2029 ||
           (p >= 0xFFF0 && p <= 0xFFFB) || (p & 0xFFFE) == 0xFFFE;
}

static bool is_mark(uint32_t p)
{
    return (p >= 0x300 && p <= 0x36F) || (p >= 0x483 && p <= 0x489) ||
           (p >= 0x1AB0 && p <= 0x1AFF) || (p >= 0x1DC0 && p <= 0x1DFF) ||
           (p >= 0x20D0 && p <= 0x20FF) || (p >= 0xFE20 && p <= 0xFE2F);
}

/* Tags spell out hidden text; only the flags of Wales, Scotland and England are written with them.
 */
static bool is_tag(uint32_t p)
{
    return p >= 0xE0000 && p <= 0xE007F;
}

enum ps_text_fault ps_text_check(const char *bytes, size_t count, size_t chars_max, bool lines,
                                 size_t *ret_from, size_t *ret_to)
{
    size_t from = count;
    size_t to = count;
    size_t chars = 0;
    size_t chars_to_last = 0;
    size_t marks = 0;
    bool flag = false; /* inside the sequence that a black flag begins */
    for (size_t at = 0; at < count;) {
        uint32_t point = 0;
        size_t length = decode(bytes + at, count - at, &point);
        if (length == 0) {
            return PS_TEXT_ENCODING;
        }
        flag = point == 0x1F3F4 || (flag && is_tag(point));
        if (is_forbidden(point, lines) || (is_tag(point) && !flag)) {
            return PS_TEXT_CONTROL;
        }
        marks = is_mark(point) ? marks + 1 : 0;
        if (marks > MARKS_RUN_MAX) {
            return PS_TEXT_MARKS;
        }
        if (!is_space(point)) {
            from = from == count ? at : from;
            to = at + length;
        }
        chars += from == count ? 0 : 1;
        chars_to_last = to == at + length ? chars : chars_to_last;
        at += length;
    }
    if (chars_to_last > chars_max) {
        return PS_TEXT_TOO_LONG;
    }
    *ret_from = from;
    *ret_to = from == count ? count : to;
    return PS_TEXT_FINE;
}
