/* token - what an invite link holds: set, seat and generation under a MAC.
 *
 * base64url of (format, seat, generation, set id, MAC): nothing is stored for it, it cannot be
 * guessed, and a new generation in the roster makes it worthless. The key is on the shelf at
 * key/invite. */
#pragma once

#include "hub/hub_private.h"

enum {
    PS_TOKEN_CHARS_MAX = 64,
    PS_LINK_CHARS_MAX = PS_URL_CHARS_MAX + PS_TOKEN_CHARS_MAX + 16,
};

/* The invite of a seat in its present generation. */
void ps_token_write(const struct ps_hub *hub, const char *set, uint8_t seat, uint16_t generation,
                    char ret_token[PS_TOKEN_CHARS_MAX]);
/* The set, seat and generation of a token made by this server; false: it is none. Whether the
 * generation is the present one is the caller's question. */
bool ps_token_read(const struct ps_hub *hub, const char *token, struct ps_known **ret_known,
                   uint8_t *ret_seat, uint16_t *ret_generation);

/* Read the key, or make it. */
PS_MUST_CHECK enum ps_err ps_token_key_load(struct ps_hub *hub);
