/* reply - an HTTP answer: its status, headers and content.
 *
 * Every answer carries the same strict policies (client.md, 5): nothing third-party, no framing, no
 * sniffing, no referrer, since join links carry secrets. */
#pragma once

#include <libwebsockets.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/hub.h"

struct ps_answer {
    int status;
    const char *type;   /* NULL: no content */
    const char *cache;  /* Cache-Control; NULL: no-store */
    const char *tag;    /* ETag, or NULL */
    const char *coding; /* Content-Encoding, or NULL */
    const char *cookie; /* Set-Cookie, or NULL */
    const char *allow;  /* Allow, with 405 */
    int retry_after_s;
    bool varies; /* by Accept-Encoding */
    bool strict_transport;
    bool close; /* the connection ends after it */
    size_t content_bytes;
};

/* Write status line and headers, with the empty line. Returns the bytes written; 0: they do not
 * fit. */
size_t ps_reply_head(const struct ps_answer *answer, char *ret_head, size_t room);

/* The content of a problem (RFC 9457) of this status. Returns the bytes written. */
size_t ps_reply_problem(int status, const char *detail, char *ret_content, size_t room);

/* Answer at once with a problem and end the connection: for what cannot be queued because the
 * request is refused before it has a place. Returns -1, for the library's callback to return. */
int ps_reply_refuse(struct lws *wsi, int status, const char *detail, bool strict_transport);
