#include "shell/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "shell/guest.h"
#include "shell/log.h"
#include "shell/socket.h"

static void set_flag(int fd, int level, int name, int value)
{
    if (setsockopt(fd, level, name, &value, sizeof(value)) != 0) {
        ps_log('w', "listen", "a socket option was refused: %s", strerror(errno));
    }
}

static enum ps_err open_one(struct ps_listener *listener, char *ret_why, size_t why_room)
{
    struct sockaddr_storage address;
    const struct ps_endpoint *wanted = &listener->option->endpoint;
    socklen_t count = ps_endpoint_to_socket(wanted, &address);
    char text[PS_ADDRESS_TEXT_BYTES];
    ps_address_text(&wanted->address, text);
    listener->fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->fd < 0) {
        snprintf(ret_why, why_room, "no socket for %s: %s", text, strerror(errno));
        return PS_E_IO;
    }
    set_flag(listener->fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (bind(listener->fd, (const struct sockaddr *)&address, count) != 0 ||
        listen(listener->fd, PS_BACKLOG) != 0) {
        if (errno == EADDRINUSE) {
            snprintf(
                ret_why, why_room,
                "port %u of %s is taken by another program: stop that one, or choose another port "
                "with %s",
                wanted->port, text, listener->tls ? "--listen-tls" : "--listen");
        } else {
            snprintf(ret_why, why_room, "cannot listen on port %u of %s: %s", wanted->port, text,
                     strerror(errno));
        }
        return PS_E_IO;
    }
    count = sizeof(address);
    if (getsockname(listener->fd, (struct sockaddr *)&address, &count) != 0) {
        snprintf(ret_why, why_room, "cannot learn the port: %s", strerror(errno));
        return PS_E_IO;
    }
    listener->endpoint = ps_endpoint_of_socket(&address);
    return PS_OK;
}

/* As many sockets as the limits and the descriptors allow, of which files need some too. */
static size_t sockets_allowed(const struct ps_config *config)
{
    struct rlimit limit;
    size_t allowed = config->connections;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return allowed;
    }
    /* The guest library keeps tables of this size, so it is raised to what is needed and no
     * further. */
    const rlim_t wanted = (rlim_t)config->connections * 5 / 4 + 64;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
            ps_log('w', "listen", "the limit of descriptors stays: %s", strerror(errno));
            ps_assert(getrlimit(RLIMIT_NOFILE, &limit) == 0);
        }
    }
    const size_t descriptors = (size_t)limit.rlim_cur;
    const size_t kept =
        descriptors / 5 < PS_DESCRIPTORS_KEPT ? PS_DESCRIPTORS_KEPT : descriptors / 5;
    const size_t of_descriptors = descriptors > 2 * kept ? descriptors - kept : descriptors / 2;
    return allowed < of_descriptors ? allowed : of_descriptors;
}

enum ps_err ps_listen_open(struct ps_shell *shell, char *ret_why, size_t why_room)
{
    shell->sockets_max = sockets_allowed(shell->config);
    shell->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (size_t i = 0; i < shell->options->listen_count; i++) {
        struct ps_listener *listener = &shell->listeners[i];
        listener->shell = shell;
        listener->option = &shell->options->listen[i];
        listener->tls = listener->option->tls;
        listener->fd = -1;
        shell->listeners_count = i + 1;
        const enum ps_err err = open_one(listener, ret_why, why_room);
        if (err != PS_OK) {
            return err;
        }
    }
    return PS_OK;
}

static void pause_accepting(struct ps_shell *shell);

/* Is there a place for one more? Makes one, where a slow handshake holds it. */
static bool may_accept(struct ps_shell *shell)
{
    if (shell->stopping || shell->sockets_count >= shell->sockets_max ||
        ps_shell_now_ms() < shell->short_of_fds_until_ms) {
        return false;
    }
    if (shell->fresh_count >= PS_SHAKING_FRESH_MAX) {
        ps_sockets_age(shell);
    }
    if (shell->shaking.count >= PS_SHAKING_MAX && !ps_sockets_make_room(shell, NULL)) {
        return false;
    }
    return shell->fresh_count < PS_SHAKING_FRESH_MAX;
}

/* No descriptor is left: tell the one who waits by closing on it with the one kept for this, and
 * pause. */
static void short_of_fds(struct ps_listener *listener)
{
    struct ps_shell *shell = listener->shell;
    if (shell->reserve_fd >= 0) {
        close(shell->reserve_fd);
        const int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) {
            close(fd);
        }
        shell->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
    if (shell->figures.short_of_fds++ % 60 == 0) {
        ps_log('w', "listen", "out of descriptors with %zu sockets: accepting pauses",
               shell->sockets_count);
    }
    shell->short_of_fds_until_ms = ps_shell_now_ms() + PS_SHORT_OF_FDS_MS;
}

static void take(struct ps_listener *listener, int fd, const struct ps_address *address)
{
    struct ps_shell *shell = listener->shell;
    const bool from_proxy = ps_config_trusts(shell->config, address);
    if (!listener->tls && !from_proxy && !ps_address_is_loopback(&listener->endpoint.address)) {
        shell->figures.refused[PS_REFUSED_PROXY]++;
        close(fd);
        return;
    }
    struct ps_peer *peer = from_proxy ? NULL : ps_peers_get(shell->peers, address);
    if (peer != NULL && peer->without_session >= shell->config->sockets_no_session &&
        !ps_sockets_make_room(shell, peer)) {
        shell->figures.refused[PS_REFUSED_ADDRESS]++;
        close(fd);
        return;
    }
    set_flag(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_flag(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, PS_UNSENT_BYTES);
    struct ps_socket *socket = ps_socket_create(listener, address, peer);
    if (socket == NULL) {
        ps_peers_put(shell->peers, peer);
        close(fd);
        return;
    }
    socket->from_proxy = from_proxy;
    shell->figures.accepted++;
    ps_guest_adopt(socket, fd);
}

/* Take who waits at this listener, until nobody does or there is no place. */
static void accept_some(struct ps_listener *listener)
{
    for (int i = 0; i < PS_ACCEPTS_PER_TURN; i++) {
        if (!may_accept(listener->shell)) {
            pause_accepting(listener->shell);
            return;
        }
        struct sockaddr_storage from;
        socklen_t count = sizeof(from);
        const int fd =
            accept4(listener->fd, (struct sockaddr *)&from, &count, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            const struct ps_endpoint endpoint = ps_endpoint_of_socket(&from);
            take(listener, fd, &endpoint.address);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            short_of_fds(listener);
        }
        /* Anything else is the end of a connection that had not begun. */
    }
}

static void on_waiting(uv_poll_t *poll, int status, int events)
{
    (void)events;
    if (status == 0) {
        accept_some(poll->data);
    }
}

static void on_accept_again(uv_timer_t *timer)
{
    (void)timer; /* ps_listen_turn looks at the end of this turn */
}

static void pause_accepting(struct ps_shell *shell)
{
    for (size_t i = 0; i < shell->listeners_count; i++) {
        if (shell->listeners[i].polling) {
            uv_poll_stop(&shell->listeners[i].poll);
            shell->listeners[i].polling = false;
        }
    }
    if (!shell->accepting_paused) {
        shell->accepting_paused = true;
        uv_timer_start(&shell->accept_again, on_accept_again, PS_ACCEPT_AGAIN_MS,
                       PS_ACCEPT_AGAIN_MS);
    }
}

void ps_listen_start(struct ps_shell *shell)
{
    for (size_t i = 0; i < shell->listeners_count; i++) {
        struct ps_listener *listener = &shell->listeners[i];
        ps_assert(uv_poll_init(&shell->loop, &listener->poll, listener->fd) == 0);
        listener->poll.data = listener;
        ps_assert(uv_poll_start(&listener->poll, UV_READABLE, on_waiting) == 0);
        listener->polling = true;
    }
}

void ps_listen_turn(struct ps_shell *shell)
{
    if (!shell->accepting_paused || shell->stopping || !may_accept(shell)) {
        return;
    }
    shell->accepting_paused = false;
    for (size_t i = 0; i < shell->listeners_count; i++) {
        accept_some(&shell->listeners[i]);
    }
    if (shell->accepting_paused) {
        return; /* the places are full again: polling stays stopped */
    }
    uv_timer_stop(&shell->accept_again);
    for (size_t i = 0; i < shell->listeners_count; i++) {
        ps_assert(uv_poll_start(&shell->listeners[i].poll, UV_READABLE, on_waiting) == 0);
        shell->listeners[i].polling = true;
    }
}

void ps_listen_stop(struct ps_shell *shell)
{
    for (size_t i = 0; i < shell->listeners_count; i++) {
        struct ps_listener *listener = &shell->listeners[i];
        if (listener->poll.loop != NULL && !uv_is_closing((uv_handle_t *)&listener->poll)) {
            uv_close((uv_handle_t *)&listener->poll, NULL);
            listener->polling = false;
        }
        if (listener->fd >= 0) {
            close(listener->fd);
            listener->fd = -1;
        }
    }
    if (shell->reserve_fd >= 0) {
        close(shell->reserve_fd);
        shell->reserve_fd = -1;
    }
}
