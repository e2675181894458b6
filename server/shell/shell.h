/* shell - what the files of this floor share: one process, one loop, its sockets.
 *
 *     listen.c   own listening sockets, accepting, limits by address
 *     guest.c    libwebsockets as a guest on the loop (decision 0020)
 *     http.c     requests: session, assets            reply.c   answers and their headers
 *     link.c     WebSocket: upgrade, receiving        write.c   sending, closing
 *     ping.c     who is still there                   control.c the operator's socket
 *     serve.c    start, turn of the loop, stop        port.c    what the hub asks for
 *
 * Inside the floor only. */
#pragma once

#include <libwebsockets.h>
#include <openssl/ssl.h>
#include <uv.h>

#include "base/limits.h"
#include "hub/hub.h"
#include "journal/journal.h"
#include "shell/assets.h"
#include "shell/config.h"
#include "shell/figures.h"
#include "shell/limits.h"
#include "shell/options.h"
#include "shell/origin.h"
#include "shell/peers.h"
#include "shell/queue.h"
#include "shell/tickets.h"

struct ps_shell;
struct ps_socket;
struct ps_exchange;
struct ps_control;

/* A place on a doubly linked list; both NULL and `on` false when on none. */
struct ps_place {
    struct ps_socket *before, *after;
    bool on;
};
struct ps_line {
    struct ps_socket *first, *last;
    size_t count;
};

enum ps_socket_state {
    PS_SOCKET_SHAKING, /* accepted; TLS and the first request are not complete */
    PS_SOCKET_BUSY,    /* a request is being answered */
    PS_SOCKET_RESTING, /* HTTP, between requests */
    PS_SOCKET_LINKED,  /* WebSocket */
    PS_SOCKET_GONE,    /* the guest forgot it, or never took it */
};

/* The WebSocket part of a socket, from the upgrade request on. The hub's `peer`. */
struct ps_link {
    struct ps_socket *socket;
    struct ps_conn *conn; /* NULL before attaching and after detaching */
    struct ps_queue queue;
    size_t unsent;         /* what the guest keeps of the last write */
    struct ps_links *list; /* the one it is on, or NULL */
    struct ps_link *before, *after;
    struct ps_link *ping_before, *ping_after;
    char *ticket;  /* cookie and seat, two strings, until attached */
    char *message; /* pieces of a message that is not whole; PS_COMMAND_BYTES_MAX */
    uint32_t message_bytes, message_pieces;
    char *close_reason;
    uint16_t close_code; /* 0: not closing */
    uint8_t ping_slot, pings_unanswered;
    bool open, cut;
    bool mid_frame; /* was inside a frame when the ping wheel last came by */
};
struct ps_links {
    struct ps_link *first, *last;
};

/* One accepted connection. */
struct ps_socket {
    struct ps_shell *shell;
    struct ps_listener *listener;
    struct lws *wsi;
    struct ps_peer *peer; /* who is charged for it; NULL: a trusted proxy, or no longer counted */
    struct ps_address address; /* of the client, through a trusted proxy where there is one */
    struct ps_place place;     /* among those shaking hands, or resting */
    struct ps_link *link;
    struct ps_exchange *exchange;
    uint64_t since_ms; /* accepted, or resting */
    enum ps_socket_state state;
    bool fresh, slow, adopting, with_session, from_proxy, evicted;
};

struct ps_listener {
    struct ps_shell *shell;
    const struct ps_listen_option *option;
    struct ps_endpoint endpoint; /* as bound */
    uv_poll_t poll;
    int fd;
    bool polling, tls;
    char name[32];
    struct lws_vhost *vhost;
    SSL_CTX *tls_context; /* of the vhost; borrowed */
};

enum { PS_PING_SLOTS = PS_PING_MS / 1000 };

struct ps_shell {
    uv_loop_t loop;
    uv_prepare_t turn;
    uv_timer_t wake, second, closing_soon, accept_again, stop_check;
    uv_async_t journal_done;
    uv_signal_t terminate, interrupt, reload;
    const struct ps_serve_options *options;
    const struct ps_config *config;
    char url[PS_ORIGIN_BYTES_MAX * 2];
    struct ps_origins origins;
    struct ps_assets *assets;
    struct ps_tickets *tickets;
    struct ps_peers *peers;
    struct ps_port port;
    struct ps_hub *hub;
    struct ps_journal *journal;
    struct ps_control *control;

    struct lws_context *guest;
    struct ps_listener *being_made; /* whose vhost is being created */
    struct lws_protocols protocols[3];
    struct ps_listener listeners[PS_LISTENERS_MAX];
    size_t listeners_count;
    int reserve_fd; /* given up for a moment when there are no others */
    uint64_t short_of_fds_until_ms;
    bool accepting_paused;
    struct ps_line shaking, resting;
    size_t fresh_count, sockets_count, links_count, sockets_max;

    struct ps_links changed; /* have something to write or to close */
    struct ps_links
        closing; /* have nothing to write any more; their close frame goes from a timer */
    struct ps_link *ping_slots[PS_PING_SLOTS];
    unsigned ping_slot;
    struct ps_frame *ping_frame;
    uint8_t scratch[LWS_PRE + PS_WRITE_BYTES];

    bool ticked, stopping, over;
    uint64_t stopping_since_ms, second_due_ns, seconds;
    struct ps_figures figures;
};

/* ---- time: serve.c --------------------------------------------------------------------------- */

/* Process time: CLOCK_BOOTTIME, which goes on while the machine sleeps (architecture.md, promise
 * 5). */
uint64_t ps_shell_now_ms(void);
/* Tell the hub the time, once for each turn of the loop. Before anything is handed to the hub. */
void ps_shell_tick(struct ps_shell *shell);
/* SIGTERM, or the second one: at once. */
void ps_shell_stop(struct ps_shell *shell);
