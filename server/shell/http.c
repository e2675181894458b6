#include "shell/http.h"

#include <stdlib.h>
#include <string.h>

#include "shell/header.h"
#include "shell/socket.h"

struct ps_exchange {
    struct ps_request request;
    struct ps_socket *socket; /* NULL: it went while the hub had the request */
    enum ps_http_method method;
    bool head_only, wants_body, asked, ready, close, strict_transport, origin_ok;
    char cookie[PS_COOKIE_BYTES_MAX];
    char body[PS_BODY_BYTES_MAX];
    size_t body_bytes;
    char head[PS_REPLY_HEAD_BYTES];
    size_t head_bytes;
    const uint8_t *content; /* borrowed from the assets, or `owned` */
    uint8_t *owned;
    size_t content_bytes, sent;
    uint64_t since_ms; /* its headers were complete */
};

static void exchange_destroy(struct ps_exchange *exchange)
{
    if (exchange != NULL) {
        free(exchange->owned);
        free(exchange);
    }
}

/* ---- answering ---- */

static void count_status(struct ps_shell *shell, int status)
{
    shell->figures.requests[status >= 100 && status < 600 ? status / 100 : 0]++;
}

/* Make the answer ready; it goes when the connection is writeable. */
static void answer(struct ps_exchange *exchange, struct ps_answer *answer, const uint8_t *content)
{
    struct ps_socket *socket = exchange->socket;
    answer->close = exchange->close;
    answer->strict_transport = exchange->strict_transport;
    exchange->head_bytes = ps_reply_head(answer, exchange->head, sizeof(exchange->head));
    ps_assert(exchange->head_bytes > 0);
    exchange->content = content;
    exchange->content_bytes = exchange->head_only || content == NULL ? 0 : answer->content_bytes;
    exchange->ready = true;
    count_status(socket->shell, answer->status);
    lws_set_timeout(socket->wsi, PENDING_TIMEOUT_HTTP_CONTENT, PS_ANSWER_SECONDS);
    lws_callback_on_writable(socket->wsi);
}

static void answer_problem(struct ps_exchange *exchange, int status, const char *allow)
{
    enum { ROOM = 256 };
    exchange->owned = malloc(ROOM);
    struct ps_answer problem = {
        .status = status, .type = "application/problem+json", .allow = allow};
    if (exchange->owned != NULL) {
        problem.content_bytes = ps_reply_problem(status, NULL, (char *)exchange->owned, ROOM);
    }
    answer(exchange, &problem, exchange->owned);
}

/* The hub's answer, at once or after the journal has written. */
static void answer_from_hub(struct ps_request *request, const struct ps_reply *reply)
{
    struct ps_exchange *exchange = (struct ps_exchange *)request;
    exchange->asked = false;
    if (exchange->socket == NULL) {
        exchange_destroy(exchange);
        return;
    }
    struct ps_answer from_hub = {
        .status = reply->status,
        .type = reply->type,
        .cookie = reply->set_cookie,
        .retry_after_s = reply->retry_after_s,
    };
    if (reply->body_bytes > 0) {
        exchange->owned = malloc(reply->body_bytes);
        if (exchange->owned == NULL) {
            answer_problem(exchange, 503, NULL);
            return;
        }
        memcpy(exchange->owned, reply->body, reply->body_bytes);
        from_hub.content_bytes = reply->body_bytes;
    }
    answer(exchange, &from_hub, exchange->owned);
}

/* Has the library read more than it has given to us? It tells of all connections together: for
 * another one's sake a connection is closed that could have stayed, and nothing else is lost.
 *
 * This matters: when 4.1.6 begins a request with a body while it still holds bytes that were sent
 * ahead, it reads the body from the wrong place, frees what it is reading from, and may never come
 * back. So no connection is kept on which something was sent ahead of an answer. No browser does
 * that. */
static bool sent_ahead(const struct ps_shell *shell)
{
    return lws_service_adjust_timeout(shell->guest, 1, 0) == 0;
}

static int finish(struct ps_socket *socket, struct lws *wsi)
{
    const bool close = socket->exchange->close || sent_ahead(socket->shell);
    exchange_destroy(socket->exchange);
    socket->exchange = NULL;
    ps_socket_rest(socket);
    if (close || lws_http_transaction_completed(wsi) != 0) {
        return -1;
    }
    return 0;
}

static int write_some(struct ps_socket *socket, struct lws *wsi)
{
    struct ps_shell *shell = socket->shell;
    struct ps_exchange *exchange = socket->exchange;
    if (exchange == NULL || !exchange->ready) {
        return 0;
    }
    uint8_t *room = shell->scratch + LWS_PRE;
    const size_t total = exchange->head_bytes + exchange->content_bytes;
    while (exchange->sent < total && !lws_partial_buffered(wsi)) {
        size_t used = 0;
        if (exchange->sent < exchange->head_bytes) {
            used = exchange->head_bytes - exchange->sent;
            memcpy(room, exchange->head + exchange->sent, used);
        }
        const size_t from = exchange->sent + used - exchange->head_bytes;
        size_t count = exchange->content_bytes - from;
        count = count < PS_WRITE_BYTES - used ? count : PS_WRITE_BYTES - used;
        if (count > 0) {
            memcpy(room + used, exchange->content + from, count);
        }
        if (lws_write(wsi, room, used + count, LWS_WRITE_HTTP) < 0) {
            return -1;
        }
        exchange->sent += used + count;
        shell->figures.written_bytes += used + count;
    }
    if (lws_partial_buffered(wsi)) {
        lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, PS_ANSWER_SECONDS);
        lws_callback_on_writable(wsi);
        return 0;
    }
    return finish(socket, wsi);
}

/* ---- asking ---- */

static void ask_hub(struct ps_exchange *exchange)
{
    struct ps_socket *socket = exchange->socket;
    struct ps_shell *shell = socket->shell;
    char address[PS_ADDRESS_TEXT_BYTES];
    const struct ps_address person = ps_address_of_person(&socket->address);
    ps_address_text(&person, address);
    exchange->asked = true;
    lws_set_timeout(socket->wsi, PENDING_TIMEOUT_HTTP_CONTENT, PS_ANSWER_SECONDS);
    ps_shell_tick(shell);
    ps_hub_session(shell->hub, &exchange->request, exchange->method, address,
                   exchange->cookie[0] == '\0' ? NULL : exchange->cookie, exchange->origin_ok,
                   exchange->body, exchange->body_bytes);
}

static void serve_asset(struct ps_exchange *exchange, struct lws *wsi, const char *path)
{
    static const char *const codings[PS_CODINGS_COUNT] = {"br", "gzip", NULL};
    char accepts[256];
    char tags[256];
    const struct ps_asset *asset = ps_assets_find(exchange->socket->shell->assets, path);
    if (asset == NULL) {
        answer_problem(exchange, 404, NULL);
        return;
    }
    const bool told =
        ps_http_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, accepts, sizeof(accepts)) > 0;
    enum ps_coding coding = PS_CODING_NONE;
    const struct ps_asset_coding *chosen = ps_asset_choose(asset, told ? accepts : NULL, &coding);
    struct ps_answer file = {
        .status = 200,
        .type = asset->type,
        .cache = asset->immutable ? "public, max-age=31536000, immutable" : "no-cache",
        .tag = chosen->tag,
        .coding = codings[coding],
        .varies = true,
        .content_bytes = chosen->count,
    };
    if (ps_http_header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, tags, sizeof(tags)) > 0 &&
        ps_header_names_tag(tags, chosen->tag)) {
        file.status = 304;
        file.type = NULL;
        file.coding = NULL;
        file.content_bytes = 0;
    }
    answer(exchange, &file, file.status == 304 ? NULL : chosen->bytes);
}

/* Which of the methods this server knows; -1 for the others. */
static int method_of(struct lws *wsi, bool *ret_head_only)
{
    *ret_head_only = lws_hdr_total_length(wsi, WSI_TOKEN_HEAD_URI) > 0;
    if (*ret_head_only || lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0) {
        return PS_HTTP_GET;
    }
    if (lws_hdr_total_length(wsi, WSI_TOKEN_POST_URI) > 0) {
        return PS_HTTP_POST;
    }
    return lws_hdr_total_length(wsi, WSI_TOKEN_DELETE_URI) > 0 ? PS_HTTP_DELETE : -1;
}

/* The session: a POST waits for its body, the others ask at once. Returns 0, or the status of a
 * refusal. */
static int begin_session(struct ps_exchange *exchange, struct lws *wsi)
{
    char type[128];
    if (!ps_http_cookie(wsi, exchange->cookie)) {
        return 431;
    }
    const bool without = lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) <= 0;
    exchange->origin_ok =
        ps_http_origin_ok(exchange->socket, wsi) || (without && exchange->method == PS_HTTP_GET);
    if (!exchange->origin_ok) {
        exchange->socket->shell->figures.refused[PS_REFUSED_ORIGIN]++;
    }
    if (exchange->method != PS_HTTP_POST) {
        ask_hub(exchange);
        return 0;
    }
    if (ps_http_header(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, type, sizeof(type)) <= 0 ||
        !ps_header_is_json(type)) {
        return 415;
    }
    exchange->wants_body = true;
    return 0;
}

static int route(struct ps_exchange *exchange, struct lws *wsi, const char *path)
{
    if (strcmp(path, "/api/v1/session") == 0) {
        if (exchange->head_only) {
            answer_problem(exchange, 405, "GET, POST, DELETE");
            return 0;
        }
        return begin_session(exchange, wsi);
    }
    if (exchange->method != PS_HTTP_GET) {
        return 405;
    }
    if (strcmp(path, "/ws") == 0) {
        answer_problem(exchange, 426, NULL);
    } else if (strncmp(path, "/api/", 5) == 0) {
        answer_problem(exchange, 404, NULL);
    } else {
        serve_asset(exchange, wsi, path);
    }
    return 0;
}

/* A request whose headers are complete. What is refused here also ends the connection: there may be
 * a body behind it that nobody reads. */
static int begin(struct ps_socket *socket, struct lws *wsi, const char *path)
{
    struct ps_shell *shell = socket->shell;
    bool head_only = false;
    int64_t body_bytes = 0;
    if (socket->exchange != NULL) {
        return -1; /* sent ahead, and not kept waiting by the library */
    }
    ps_http_see_through_proxy(socket, wsi);
    const bool strict = ps_http_strict_transport(socket, wsi);
    const int method = method_of(wsi, &head_only);
    int status = shell->stopping ? 503
                 : method < 0    ? 405
                                 : ps_http_fault(wsi, method == PS_HTTP_POST, &body_bytes);
    struct ps_exchange *exchange = status == 0 ? calloc(1, sizeof(*exchange)) : NULL;
    if (status == 0 && exchange == NULL) {
        status = 503;
    }
    if (exchange != NULL) {
        exchange->request.answer = answer_from_hub;
        exchange->socket = socket;
        exchange->method = (enum ps_http_method)method;
        exchange->head_only = head_only;
        exchange->strict_transport = strict;
        /* After a change there is nothing more to ask here: the WebSocket is a connection of its
         * own. And when half of what an address may have is in use, none is kept for later. */
        exchange->close = method != PS_HTTP_GET ||
                          (socket->peer != NULL &&
                           socket->peer->without_session > shell->config->sockets_no_session / 2);
        exchange->since_ms = ps_shell_now_ms();
        socket->exchange = exchange;
        status = route(exchange, wsi, path);
    }
    if (status == 0) {
        return 0;
    }
    shell->figures.refused[status == 503 ? PS_REFUSED_STOPPING : PS_REFUSED_REQUEST]++;
    count_status(shell, status);
    ps_http_abandon(socket);
    return ps_reply_refuse(wsi, status, NULL, strict);
}

static int take_body(struct ps_socket *socket, const void *bytes, size_t count)
{
    struct ps_exchange *exchange = socket->exchange;
    if (exchange == NULL || !exchange->wants_body ||
        exchange->body_bytes + count > sizeof(exchange->body)) {
        return -1;
    }
    if (ps_shell_now_ms() - exchange->since_ms > PS_BODY_SECONDS * 1000) {
        return -1; /* each byte starts the library's own timeout anew */
    }
    if (count > 0) {
        memcpy(exchange->body + exchange->body_bytes, bytes, count);
    }
    exchange->body_bytes += count;
    return 0;
}

/* What follows a body in the same bytes brings the library here a second time; it would come again
 * and again. */
static int body_complete(struct ps_socket *socket)
{
    struct ps_exchange *exchange = socket->exchange;
    if (exchange == NULL || !exchange->wants_body) {
        return -1;
    }
    exchange->wants_body = false;
    ask_hub(exchange);
    return 0;
}

int ps_http_callback(struct ps_socket *socket, struct lws *wsi, enum lws_callback_reasons reason,
                     void *in, size_t count)
{
    switch ((int)reason) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: /* an upgrade without a subprotocol comes here */
        ps_socket_begin_request(socket);
        socket->shell->figures.refused[PS_REFUSED_REQUEST]++;
        return ps_reply_refuse(wsi, 400, "The subprotocol is peerset.v1.",
                               ps_http_strict_transport(socket, wsi));
    case LWS_CALLBACK_FILTER_HTTP_CONNECTION:
        ps_socket_begin_request(socket);
        return 0;
    case LWS_CALLBACK_HTTP:
        return begin(socket, wsi, in);
    case LWS_CALLBACK_HTTP_BODY:
        return take_body(socket, in, count);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return body_complete(socket);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return write_some(socket, wsi);
    case LWS_CALLBACK_CLOSED_HTTP:
        ps_http_abandon(socket);
        return 0;
    default:
        return 0;
    }
}

void ps_http_abandon(struct ps_socket *socket)
{
    struct ps_exchange *exchange = socket->exchange;
    if (exchange == NULL) {
        return;
    }
    socket->exchange = NULL;
    exchange->socket = NULL;
    if (!exchange->asked) {
        exchange_destroy(exchange);
    }
}
