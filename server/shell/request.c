/* request - reading the headers of a request through the library. Declared in http.h. */
#include <string.h>

#include "shell/header.h"
#include "shell/http.h"
#include "shell/socket.h"

int ps_http_header(struct lws *wsi, enum lws_token_indexes token, char *ret_value, int room)
{
    const int total = lws_hdr_total_length(wsi, token);
    ret_value[0] = '\0';
    if (total <= 0) {
        return 0;
    }
    const int count = lws_hdr_copy(wsi, ret_value, room, token);
    return count > 0 ? count : -1;
}

bool ps_http_origin_ok(struct ps_socket *socket, struct lws *wsi)
{
    char origin[PS_ORIGIN_BYTES_MAX];
    return ps_http_header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof(origin)) > 0 &&
           ps_origins_has(&socket->shell->origins, origin);
}

bool ps_http_cookie(struct lws *wsi, char ret_cookie[PS_COOKIE_BYTES_MAX])
{
    char header[PS_COOKIE_BYTES_MAX];
    ret_cookie[0] = '\0';
    if (ps_http_header(wsi, WSI_TOKEN_HTTP_COOKIE, header, sizeof(header)) < 0) {
        return false;
    }
    if (!ps_header_cookie(header, "__Host-peerset", ret_cookie, PS_COOKIE_BYTES_MAX)) {
        ret_cookie[0] = '\0';
    }
    return true;
}

int ps_http_fault(struct lws *wsi, bool takes_body, int64_t *ret_body_bytes)
{
    char length[24];
    *ret_body_bytes = 0;
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0) {
        return 501; /* never needed for what this server takes, and a way to smuggle requests */
    }
    const int there = ps_http_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, length, sizeof(length));
    if (there == 0) {
        return takes_body ? 411 : 0;
    }
    const int64_t bytes = there < 0 ? -1 : ps_header_length(length);
    if (bytes < 0 || !takes_body) {
        return 400;
    }
    *ret_body_bytes = bytes;
    return bytes > PS_BODY_BYTES_MAX ? 413 : 0;
}

void ps_http_see_through_proxy(struct ps_socket *socket, struct lws *wsi)
{
    char header[PS_COOKIE_BYTES_MAX];
    char text[PS_ADDRESS_TEXT_BYTES];
    struct ps_address address;
    if (!socket->from_proxy ||
        ps_http_header(wsi, WSI_TOKEN_X_FORWARDED_FOR, header, sizeof(header)) <= 0 ||
        !ps_header_forwarded(header, text, sizeof(text)) || !ps_address_parse(text, &address)) {
        return;
    }
    if (memcmp(&address, &socket->address, sizeof(address)) != 0) {
        ps_socket_move_to(socket, &address);
    }
}

bool ps_http_strict_transport(const struct ps_socket *socket, struct lws *wsi)
{
    char host[PS_ORIGIN_BYTES_MAX];
    if (!socket->listener->tls) {
        return false;
    }
    const bool known = ps_http_header(wsi, WSI_TOKEN_HOST, host, sizeof(host)) > 0;
    return !known || strncmp(host, "localhost", 9) != 0;
}
