#include "shell/link.h"

#include <stdlib.h>
#include <string.h>

#include "shell/http.h"
#include "shell/socket.h"
#include "shell/utf8.h"

enum {
    CODE_NOT_TEXT = 1003,
    CODE_NOT_UTF8 = 1007,
    CODE_POLICY = 1008,
    CODE_TOO_BIG = 1009,
    CODE_REVOKED = 4003
};

/* ---- the upgrade ---- */

static int refuse(struct ps_socket *socket, struct lws *wsi, int status, enum ps_refused_why why,
                  const char *detail)
{
    socket->shell->figures.refused[why]++;
    return ps_reply_refuse(wsi, status, detail, ps_http_strict_transport(socket, wsi));
}

/* Keep cookie and seat until the link is open: the library drops the headers before that. */
static struct ps_link *link_create(struct ps_socket *socket, const char *cookie, const char *seat)
{
    const size_t cookie_room = strlen(cookie) + 1;
    const size_t seat_room = strlen(seat) + 1;
    struct ps_link *link = calloc(1, sizeof(*link));
    char *ticket = malloc(cookie_room + seat_room);
    if (link == NULL || ticket == NULL) {
        free(link);
        free(ticket);
        return NULL;
    }
    memcpy(ticket, cookie, cookie_room);
    memcpy(ticket + cookie_room, seat, seat_room);
    link->ticket = ticket;
    link->socket = socket;
    return link;
}

static int ask(struct ps_socket *socket, struct lws *wsi)
{
    struct ps_shell *shell = socket->shell;
    char path[16];
    char cookie[PS_COOKIE_BYTES_MAX];
    char seat_room[PS_SEAT_BYTES_MAX];
    int64_t body_bytes = 0;
    ps_socket_begin_request(socket);
    ps_http_see_through_proxy(socket, wsi);
    if (socket->link != NULL || ps_http_fault(wsi, false, &body_bytes) != 0) {
        return refuse(socket, wsi, 400, PS_REFUSED_REQUEST, NULL);
    }
    if (ps_http_header(wsi, WSI_TOKEN_GET_URI, path, sizeof(path)) <= 0 ||
        strcmp(path, "/ws") != 0) {
        return refuse(socket, wsi, 404, PS_REFUSED_REQUEST, NULL);
    }
    const char *seat = lws_get_urlarg_by_name(wsi, "seat=", seat_room, sizeof(seat_room));
    if (seat == NULL || *seat == '\0' || !ps_http_cookie(wsi, cookie)) {
        return refuse(socket, wsi, 400, PS_REFUSED_REQUEST,
                      "A seat and a short cookie are needed.");
    }
    ps_shell_tick(shell);
    const int status = ps_hub_may_connect(shell->hub, cookie[0] == '\0' ? NULL : cookie, seat,
                                          ps_http_origin_ok(socket, wsi));
    if (status != 101) {
        return refuse(socket, wsi, status,
                      status == 403   ? PS_REFUSED_ORIGIN
                      : status == 503 ? PS_REFUSED_STOPPING
                                      : PS_REFUSED_SESSION,
                      NULL);
    }
    socket->link = link_create(socket, cookie, seat);
    if (socket->link == NULL) {
        return refuse(socket, wsi, 503, PS_REFUSED_REQUEST, NULL);
    }
    if (!ps_socket_become_link(socket)) {
        return refuse(socket, wsi, 429, PS_REFUSED_ADDRESS,
                      "Too many connections from this address.");
    }
    return 0;
}

static void open_link(struct ps_socket *socket)
{
    struct ps_shell *shell = socket->shell;
    struct ps_link *link = socket->link;
    const char *cookie = link->ticket;
    const char *seat = cookie + strlen(cookie) + 1;
    link->open = true;
    shell->links_count++;
    shell->figures.upgrades++;
    ps_ping_begin(link);
    ps_shell_tick(shell);
    link->conn = ps_hub_attach(shell->hub, link, cookie[0] == '\0' ? NULL : cookie, seat);
    free(link->ticket);
    link->ticket = NULL;
    if (link->conn == NULL) {
        ps_link_close(link, CODE_REVOKED, "the session has ended");
    }
}

/* ---- what comes in ---- */

/* Close from the library's RECEIVE, where the reason and -1 do send a close frame (stack.md, 2). */
static int refuse_message(struct ps_link *link, struct lws *wsi, uint16_t code, const char *reason)
{
    struct ps_figures *figures = &link->socket->shell->figures;
    unsigned char text[PS_CLOSE_REASON_BYTES_MAX];
    const size_t count = strlen(reason);
    ps_assert(count <= sizeof(text));
    memcpy(text, reason, count);
    lws_close_reason(wsi, (enum lws_close_status)code, text, count);
    *(code == CODE_NOT_UTF8   ? &figures->closes_other
      : code == CODE_NOT_TEXT ? &figures->closes_1003
      : code == CODE_POLICY   ? &figures->closes_1008
                              : &figures->closes_1009) += 1;
    link->cut = true;
    return -1;
}

/* Put a piece with those before it. false: no memory. */
static bool gather(struct ps_link *link, struct lws *wsi, const void *bytes, size_t count)
{
    if (link->message == NULL) {
        link->message = malloc(PS_COMMAND_BYTES_MAX);
        if (link->message == NULL) {
            return false;
        }
        lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, PS_MESSAGE_SECONDS_MAX);
    }
    ps_assert(link->message_bytes + count <= PS_COMMAND_BYTES_MAX);
    if (count > 0) {
        memcpy(link->message + link->message_bytes, bytes, count);
    }
    link->message_bytes += (uint32_t)count;
    return true;
}

static void message_end(struct ps_link *link)
{
    free(link->message);
    link->message = NULL;
    link->message_bytes = 0;
    link->message_pieces = 0;
}

static int hand_over(struct ps_link *link, struct lws *wsi, const char *bytes, size_t count)
{
    struct ps_shell *shell = link->socket->shell;
    link->message_pieces = 0;
    link->mid_frame = false;
    if (!ps_utf8_valid(bytes, count)) {
        return refuse_message(link, wsi, CODE_NOT_UTF8, "not UTF-8");
    }
    shell->figures.messages++;
    ps_shell_tick(shell);
    ps_hub_receive(shell->hub, link->conn, bytes, count);
    return 0;
}

static int receive(struct ps_link *link, struct lws *wsi, const void *bytes, size_t count)
{
    if (link->conn == NULL || link->close_code != 0 || link->cut) {
        return 0; /* it is closing: nothing more is taken */
    }
    ps_ping_heard(link);
    const size_t rest = lws_remaining_packet_payload(wsi);
    const bool whole = lws_is_final_fragment(wsi) != 0 && rest == 0;
    if (lws_frame_is_binary(wsi) != 0) {
        return refuse_message(link, wsi, CODE_NOT_TEXT, "text frames only");
    }
    if (rest > PS_COMMAND_BYTES_MAX || link->message_bytes + count + rest > PS_COMMAND_BYTES_MAX) {
        return refuse_message(link, wsi, CODE_TOO_BIG, "command bytes");
    }
    if (rest == 0 && ++link->message_pieces > PS_FRAGMENTS_MAX) {
        return refuse_message(link, wsi, CODE_POLICY, "fragments of a message");
    }
    if (whole && link->message == NULL) {
        return hand_over(link, wsi, bytes, count);
    }
    if (!gather(link, wsi, bytes, count)) {
        return -1;
    }
    if (!whole) {
        return 0;
    }
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    const int result = hand_over(link, wsi, link->message, link->message_bytes);
    message_end(link);
    return result;
}

/* ---- the end ---- */

static void close_link(struct ps_link *link)
{
    struct ps_shell *shell = link->socket->shell;
    if (!link->open) {
        return; /* an upgrade that was refused: CLOSED comes without ESTABLISHED */
    }
    link->open = false;
    shell->links_count--;
    ps_ping_end(link);
    ps_link_forget(link);
    message_end(link);
    struct ps_conn *conn = link->conn;
    link->conn = NULL;
    ps_shell_tick(shell);
    ps_hub_detach(shell->hub, conn);
}

void ps_link_destroy(struct ps_socket *socket)
{
    struct ps_link *link = socket->link;
    if (link == NULL) {
        return;
    }
    close_link(link);
    ps_link_forget(link);
    free(link->ticket);
    free(link->close_reason);
    free(link);
    socket->link = NULL;
}

int ps_link_callback(struct ps_socket *socket, struct lws *wsi, enum lws_callback_reasons reason,
                     const void *bytes, size_t count)
{
    if (reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION) {
        return ask(socket, wsi);
    }
    struct ps_link *link = socket->link;
    if (link == NULL) {
        return reason == LWS_CALLBACK_CLOSED ? 0 : -1;
    }
    switch ((int)reason) {
    case LWS_CALLBACK_ESTABLISHED:
        open_link(socket);
        return 0;
    case LWS_CALLBACK_RECEIVE:
        return receive(link, wsi, bytes, count);
    case LWS_CALLBACK_RECEIVE_PONG:
        ps_ping_heard(link);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        ps_link_mark(link);
        return 0;
    case LWS_CALLBACK_CLOSED:
        close_link(link);
        return 0;
    default:
        return 0;
    }
}
