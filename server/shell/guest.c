#include "shell/guest.h"

#include <stdio.h>
#include <string.h>

#include "shell/http.h"
#include "shell/link.h"
#include "shell/log.h"
#include "shell/socket.h"
#include "shell/tls.h"

/* One second since a valid ping and no hang-up: this switches the library's timer off, whose sorted
 * list costs O(n) for every connection and every pong. We have our own wheel (ping.c). */
static const lws_retry_bo_t no_validity_timer = {
    .secs_since_valid_ping = 1,
    .secs_since_valid_hangup = 0,
};

static void forget(struct ps_socket *socket)
{
    ps_http_abandon(socket);
    ps_link_destroy(socket);
    ps_socket_gone(socket);
    if (!socket->adopting) {
        ps_socket_free(socket);
    }
}

/* A vhost's context is being made: the library shows it to protocols[0] before it is used. */
static int tune(struct ps_shell *shell, SSL_CTX *context)
{
    if (shell->being_made == NULL || context == NULL) {
        return 0;
    }
    shell->being_made->tls_context = context;
    return ps_tls_tune(context, shell->tickets) == PS_OK ? 0 : 1;
}

/* Only a WebSocket may be upgraded to: h2c on the plain port would be a way past a proxy. The
 * callback's own argument may point to a header table that is gone; the header is read again
 * (stack.md, 1). */
static int confirm_upgrade(struct lws *wsi)
{
    char upgrade[16];
    const int count = lws_hdr_copy(wsi, upgrade, sizeof(upgrade), WSI_TOKEN_UPGRADE);
    return count > 0 && strcasecmp(upgrade, "websocket") == 0 ? 0 : 1;
}

static int on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                   size_t count)
{
    struct ps_socket *socket = NULL;
    switch ((int)reason) {
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
        return tune(lws_context_user(lws_get_context(wsi)), user);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return confirm_upgrade(wsi);
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
    case LWS_CALLBACK_FILTER_HTTP_CONNECTION:
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_HTTP_BODY:
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    case LWS_CALLBACK_HTTP_WRITEABLE:
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_WSI_DESTROY:
        socket = lws_get_opaque_user_data(wsi);
        break;
    default:
        return 0;
    }
    if (socket == NULL) {
        return reason == LWS_CALLBACK_WSI_DESTROY ? 0 : -1;
    }
    if (reason == LWS_CALLBACK_WSI_DESTROY) {
        forget(socket);
        return 0;
    }
    socket->wsi = wsi;
    return ps_http_callback(socket, wsi, reason, in, count);
}

static int on_link(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                   size_t count)
{
    (void)user;
    switch ((int)reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return confirm_upgrade(wsi);
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_CLOSED:
        break;
    default:
        return 0;
    }
    struct ps_socket *socket = lws_get_opaque_user_data(wsi);
    if (socket == NULL) {
        return -1;
    }
    socket->wsi = wsi;
    return ps_link_callback(socket, wsi, reason, in, count);
}

static enum ps_err make_vhost(struct ps_shell *shell, size_t index, char *ret_why, size_t why_room)
{
    struct ps_listener *listener = &shell->listeners[index];
    const struct ps_listen_option *option = listener->option;
    snprintf(listener->name, sizeof(listener->name), "listener-%zu", index);
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof(info));
    info.vhost_name = listener->name; /* not copied: it must live as long as the vhost */
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.protocols = shell->protocols;
    info.alpn = "http/1.1";
    info.keepalive_timeout = PS_HANDSHAKE_SECONDS;
    info.timeout_secs_ah_idle = PS_HANDSHAKE_SECONDS;
    info.retry_and_idle_policy = &no_validity_timer;
    if (listener->tls) {
        if (ps_tls_certificate(NULL, option->cert, option->key, ret_why, why_room) != PS_OK) {
            return PS_E_INVALID;
        }
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.ssl_cert_filepath = option->cert;
        info.ssl_private_key_filepath = option->key;
        info.ssl_cipher_list = PS_TLS12_SUITES;
    }
    shell->being_made = listener;
    listener->vhost = lws_create_vhost(shell->guest, &info);
    shell->being_made = NULL;
    if (listener->vhost == NULL || (listener->tls && listener->tls_context == NULL)) {
        snprintf(ret_why, why_room, "the network library refuses listener %zu", index + 1);
        return PS_E_IO;
    }
    return PS_OK;
}

enum ps_err ps_guest_create(struct ps_shell *shell, char *ret_why, size_t why_room)
{
    static const struct lws_protocols protocols[3] = {
        /* protocols[0] answers HTTP, and hears of every connection */
        {.name = "http",
         .callback = on_http,
         .rx_buffer_size = 0,
         .tx_packet_size = PS_WRITE_BYTES},
        /* small rx_buffer_size: allocated for each connection; larger commands arrive in pieces */
        {.name = "peerset.v1",
         .callback = on_link,
         .rx_buffer_size = 1024,
         .tx_packet_size = PS_WRITE_BYTES},
        {.name = NULL},
    };
    memcpy(shell->protocols, protocols, sizeof(protocols));
    ps_log_guest();
    void *loops[1] = {&shell->loop};
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof(info));
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.foreign_loops = loops;
    info.pcontext = &shell->guest;
    info.user = shell;
    info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.timeout_secs = PS_HANDSHAKE_SECONDS;
    info.max_http_header_data = PS_HEADERS_BYTES_MAX;
    shell->guest = lws_create_context(&info);
    if (shell->guest == NULL) {
        snprintf(ret_why, why_room,
                 "the network library does not start (is the package libwebsockets-evlib-uv "
                 "installed?)");
        return PS_E_IO;
    }
    for (size_t i = 0; i < shell->listeners_count; i++) {
        const enum ps_err err = make_vhost(shell, i, ret_why, why_room);
        if (err != PS_OK) {
            return err;
        }
    }
    return PS_OK;
}

void ps_guest_adopt(struct ps_socket *socket, int fd)
{
    lws_adopt_desc_t adoption;
    memset(&adoption, 0, sizeof(adoption));
    adoption.vh = socket->listener->vhost;
    adoption.type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | LWS_ADOPT_ALLOW_SSL;
    adoption.fd.sockfd = fd;
    adoption.opaque = socket;
    socket->adopting = true;
    struct lws *wsi = lws_adopt_descriptor_vhost_via_info(&adoption);
    socket->adopting = false;
    if (wsi != NULL) {
        socket->wsi = wsi;
        return;
    }
    /* The library has closed fd. It says so by WSI_DESTROY: before this (then nobody else knows of
     * the socket), or later, when its own handle is closed (then it is freed there). */
    if (socket->state == PS_SOCKET_GONE) {
        ps_socket_free(socket);
    } else {
        ps_socket_gone(socket);
    }
}

void ps_guest_reload(struct ps_shell *shell)
{
    char why[PS_LOG_LINE_BYTES];
    for (size_t i = 0; i < shell->listeners_count; i++) {
        struct ps_listener *listener = &shell->listeners[i];
        if (!listener->tls) {
            continue;
        }
        if (ps_tls_certificate(listener->tls_context, listener->option->cert, listener->option->key,
                               why, sizeof(why)) == PS_OK) {
            ps_log('i', "tls", "listener %zu: the certificate was read again", i + 1);
        } else {
            ps_log('e', "tls", "listener %zu keeps its old certificate: %s", i + 1, why);
        }
    }
}

void ps_guest_destroy_begin(struct ps_shell *shell)
{
    if (shell->guest != NULL) {
        lws_context_destroy(shell->guest);
    }
}

void ps_guest_destroy_end(struct ps_shell *shell)
{
    if (shell->guest != NULL) {
        lws_context_destroy(shell->guest);
    }
    ps_assert(shell->guest == NULL);
}
