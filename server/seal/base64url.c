/* base64url - RFC 4648, section 5, without padding: safe in URLs, cookies and file names. Pure. */
#include "seal/seal.h"

size_t ps_seal_base64url(const uint8_t *bytes, size_t count, char *ret_text, size_t room)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if (count > SIZE_MAX / 2) {
        return 0;
    }
    size_t length = count / 3 * 4 + (count % 3 == 0 ? 0 : count % 3 + 1);
    if (length >= room) {
        return 0;
    }
    uint32_t bits = 0;
    unsigned held = 0; /* bits not yet written: always below 6 after a byte is taken up */
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        bits = bits << 8 | bytes[i];
        held += 8;
        while (held >= 6) {
            held -= 6;
            ret_text[at++] = letters[bits >> held & 63U];
        }
    }
    if (held > 0) {
        ret_text[at++] = letters[bits << (6 - held) & 63U];
    }
    ret_text[at] = '\0';
    return at;
}
