#include "hub/token.h"

#include <string.h>

enum {
    FORMAT = 1,
    HEAD_BYTES = 4,
    MAC_BYTES = 16, /* 128 bits of the MAC: beyond guessing, and the link stays short */
    TOKEN_BYTES_MAX = HEAD_BYTES + PS_ID_CHARS_MAX + MAC_BYTES,
};
static const char key_name[] = "key/invite";

/* The token's bytes; returns how many. */
static size_t make(const struct ps_hub *hub, const char *set, size_t set_bytes, uint8_t seat,
                   uint16_t generation, uint8_t ret_bytes[TOKEN_BYTES_MAX])
{
    uint8_t mac[PS_HASH_BYTES];
    ps_assert(set_bytes > 0 && set_bytes < PS_ID_CHARS_MAX);
    ret_bytes[0] = FORMAT;
    ret_bytes[1] = seat;
    ret_bytes[2] = (uint8_t)(generation >> 8);
    ret_bytes[3] = (uint8_t)(generation & 0xFF);
    memcpy(ret_bytes + HEAD_BYTES, set, set_bytes);
    ps_seal_mac(hub->invite_key, ret_bytes, HEAD_BYTES + set_bytes, mac);
    memcpy(ret_bytes + HEAD_BYTES + set_bytes, mac, MAC_BYTES);
    return HEAD_BYTES + set_bytes + MAC_BYTES;
}

void ps_token_write(const struct ps_hub *hub, const char *set, uint8_t seat, uint16_t generation,
                    char ret_token[PS_TOKEN_CHARS_MAX])
{
    uint8_t bytes[TOKEN_BYTES_MAX];
    size_t count = make(hub, set, strlen(set), seat, generation, bytes);
    size_t written = ps_seal_base64url(bytes, count, ret_token, PS_TOKEN_CHARS_MAX);
    ps_assert(written > 0);
}

static int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* How many bytes `text` stands for; 0: it is not base64url, or too long. */
static size_t decode(const char *text, uint8_t ret_bytes[TOKEN_BYTES_MAX])
{
    uint32_t bits = 0;
    uint32_t held = 0;
    size_t count = 0;
    for (; *text != '\0'; text++) {
        int digit = digit_of(*text);
        if (digit < 0 || count == TOKEN_BYTES_MAX) {
            return 0;
        }
        bits = (bits << 6 | (uint32_t)digit) & 0xFFFF;
        held += 6;
        if (held >= 8) {
            held -= 8;
            ret_bytes[count++] = (uint8_t)(bits >> held);
        }
    }
    return count;
}

bool ps_token_read(const struct ps_hub *hub, const char *token, struct ps_known **ret_known,
                   uint8_t *ret_seat, uint16_t *ret_generation)
{
    uint8_t bytes[TOKEN_BYTES_MAX];
    uint8_t right[TOKEN_BYTES_MAX];
    char text[PS_TOKEN_CHARS_MAX];
    size_t count = decode(token, bytes);
    if (count <= HEAD_BYTES + MAC_BYTES || count - HEAD_BYTES - MAC_BYTES >= PS_ID_CHARS_MAX ||
        bytes[0] != FORMAT) {
        return false;
    }
    const char *set = (const char *)bytes + HEAD_BYTES;
    size_t set_bytes = count - HEAD_BYTES - MAC_BYTES;
    uint16_t generation = (uint16_t)(bytes[2] << 8 | bytes[3]);
    make(hub, set, set_bytes, bytes[1], generation, right);
    /* The text is compared, not the bytes: one invite has one spelling. */
    size_t written = ps_seal_base64url(right, count, text, sizeof(text));
    if (written != strlen(token) || !ps_seal_equal(text, token, written)) {
        return false;
    }
    struct ps_known *known = ps_known_find(hub, set, set_bytes);
    if (known == NULL || known->founding) {
        return false;
    }
    *ret_known = known;
    *ret_seat = bytes[1];
    *ret_generation = generation;
    return true;
}

/* ---- the key --------------------------------------------------------------------------------- */

struct loading {
    struct ps_hub *hub;
    bool found;
};

static bool load_key(void *context, const char *key, const void *value, size_t bytes)
{
    struct loading *loading = context;
    if (strcmp(key, key_name) == 0 && bytes == PS_KEY_BYTES) {
        memcpy(loading->hub->invite_key, value, PS_KEY_BYTES);
        loading->found = true;
    }
    return true;
}

static void stored(void *context, enum ps_journal_result result)
{
    struct ps_hub *hub = context;
    hub->waiting -= 1;
    if (result != PS_JOURNAL_OK) {
        ps_hub_log(hub, 'e',
                   "the key of the invites could not be stored: links given now end "
                   "with this process");
    }
}

/* Links are given only after a later append was durable, and the journal keeps the order. */
enum ps_err ps_token_key_load(struct ps_hub *hub)
{
    struct loading loading = {.hub = hub};
    enum ps_err err = ps_journal_shelf(hub->journal, key_name, load_key, &loading);
    if (err == PS_OK && !loading.found) {
        ps_seal_random(hub->invite_key, PS_KEY_BYTES);
        hub->waiting += 1;
        ps_journal_put(hub->journal, key_name, hub->invite_key, PS_KEY_BYTES, stored, hub);
    }
    return err;
}
