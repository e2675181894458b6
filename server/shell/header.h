/* header - reading the few HTTP headers this server understands. Pure; takes NUL-terminated values.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which they are preferred. */
enum ps_coding {
    PS_CODING_BR,
    PS_CODING_GZIP,
    PS_CODING_NONE,
    PS_CODINGS_COUNT,
};

/* Copy the value of cookie `name` out of a Cookie header. false: not there, or longer than the
 * room. */
bool ps_header_cookie(const char *header, const char *name, char *ret_value, size_t room);

/* Does an Accept-Encoding header (NULL: none was sent) allow this coding? */
bool ps_header_accepts(const char *accept_encoding, enum ps_coding coding);

/* Is a Content-Type application/json, with or without parameters? */
bool ps_header_is_json(const char *content_type);

/* Does If-None-Match name this entity tag (with its quotes), or `*`? */
bool ps_header_names_tag(const char *if_none_match, const char *tag);

/* A Content-Length: digits alone, at most 15 of them. -1: it is not one. */
int64_t ps_header_length(const char *content_length);

/* The last entry of X-Forwarded-For, which the nearest proxy wrote. false: empty or too long. */
bool ps_header_forwarded(const char *forwarded_for, char *ret_address, size_t room);
