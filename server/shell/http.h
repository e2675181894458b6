/* http - requests: the session, and the client's files.
 *
 * At most one request of a connection is answered at a time; the next one that was sent ahead waits
 * in the library. A request and its answer are a `ps_exchange`, which outlives its connection while
 * the hub has it (a session is durable before its cookie is sent). */
#pragma once

#include "shell/reply.h"
#include "shell/shell.h"

/* What the hub's port answers: http.c and control.c each have one. First member of theirs. */
struct ps_request {
    void (*answer)(struct ps_request *request, const struct ps_reply *reply);
};

/* A callback of the library for a connection that speaks HTTP. Returns what the library is to be
 * told. */
int ps_http_callback(struct ps_socket *socket, struct lws *wsi, enum lws_callback_reasons reason,
                     void *in, size_t count);

/* The connection is gone. */
void ps_http_abandon(struct ps_socket *socket);

/* ---- reading a request, also for the upgrade ---- */

/* Copy a header. -1: it is there and does not fit, which must mean refused and not absent; 0:
 * absent. */
int ps_http_header(struct lws *wsi, enum lws_token_indexes token, char *ret_value, int room);
/* Is the Origin right? */
bool ps_http_origin_ok(struct ps_socket *socket, struct lws *wsi);
/* The cookie's value, "" without one. false: the header is too long. */
bool ps_http_cookie(struct lws *wsi, char ret_cookie[PS_COOKIE_BYTES_MAX]);
/* What is wrong with how the request is written: 0, or a status. */
int ps_http_fault(struct lws *wsi, bool takes_body, int64_t *ret_body_bytes);
/* Behind a trusted proxy: see who it is for. */
void ps_http_see_through_proxy(struct ps_socket *socket, struct lws *wsi);
/* HSTS belongs on TLS alone, and would lock a developer's localhost to https on every port. */
bool ps_http_strict_transport(const struct ps_socket *socket, struct lws *wsi);
