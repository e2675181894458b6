#include "shell/utf8.h"

#include <stdint.h>
#include <string.h>

/* The bytes of one character that is not ASCII; 0: it is not one. RFC 3629, section 4. */
static size_t character(const uint8_t *at, size_t count)
{
    const uint8_t first = at[0];
    uint8_t least = 0x80;
    uint8_t most = 0xbf;
    size_t length = 0;
    if (first >= 0xc2 && first <= 0xdf) {
        length = 2;
    } else if (first >= 0xe0 && first <= 0xef) {
        length = 3;
        least = first == 0xe0 ? 0xa0 : least;
        most = first == 0xed ? 0x9f : most;
    } else if (first >= 0xf0 && first <= 0xf4) {
        length = 4;
        least = first == 0xf0 ? 0x90 : least;
        most = first == 0xf4 ? 0x8f : most;
    }
    if (length == 0 || length > count || at[1] < least || at[1] > most) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

bool ps_utf8_valid(const char *bytes, size_t count)
{
    const uint8_t *at = (const uint8_t *)bytes;
    while (count > 0) {
        uint64_t eight = 0;
        if (count >= sizeof(eight)) {
            memcpy(&eight, at, sizeof(eight));
            if ((eight & 0x8080808080808080ULL) == 0) { /* most of what is sent */
                at += sizeof(eight);
                count -= sizeof(eight);
                continue;
            }
        }
        const size_t length = *at < 0x80 ? 1 : character(at, count);
        if (length == 0) {
            return false;
        }
        at += length;
        count -= length;
    }
    return true;
}
