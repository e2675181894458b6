#include "shell/socket.h"

#include <stdlib.h>

#include "shell/tcp.h"

static void line_add(struct ps_line *line, struct ps_socket *socket)
{
    ps_assert(!socket->place.on);
    socket->place = (struct ps_place){.before = line->last, .after = NULL, .on = true};
    if (line->last != NULL) {
        line->last->place.after = socket;
    } else {
        line->first = socket;
    }
    line->last = socket;
    line->count++;
}

static void line_remove(struct ps_line *line, struct ps_socket *socket)
{
    ps_assert(socket->place.on);
    if (socket->place.before != NULL) {
        socket->place.before->place.after = socket->place.after;
    } else {
        line->first = socket->place.after;
    }
    if (socket->place.after != NULL) {
        socket->place.after->place.before = socket->place.before;
    } else {
        line->last = socket->place.before;
    }
    socket->place = (struct ps_place){.on = false};
    line->count--;
}

static void uncharge(struct ps_socket *socket)
{
    struct ps_peer *peer = socket->peer;
    if (peer == NULL) {
        return;
    }
    uint32_t *count = socket->with_session ? &peer->with_session : &peer->without_session;
    ps_assert(*count > 0);
    (*count)--;
    socket->peer = NULL;
    ps_peers_put(socket->shell->peers, peer);
}

/* It no longer holds one of the places for fresh handshakes. */
static void grow_old(struct ps_socket *socket)
{
    if (!socket->fresh) {
        return;
    }
    socket->fresh = false;
    socket->shell->fresh_count--;
    if (socket->peer != NULL) {
        socket->slow = true;
        socket->peer->slow++;
    }
}

struct ps_socket *ps_socket_create(struct ps_listener *listener, const struct ps_address *address,
                                   struct ps_peer *peer)
{
    struct ps_shell *shell = listener->shell;
    struct ps_socket *socket = calloc(1, sizeof(*socket));
    if (socket == NULL) {
        return NULL;
    }
    socket->shell = shell;
    socket->listener = listener;
    socket->address = *address;
    socket->peer = peer;
    if (peer != NULL) {
        peer->without_session++;
    }
    socket->since_ms = ps_shell_now_ms();
    socket->state = PS_SOCKET_SHAKING;
    socket->fresh = true;
    line_add(&shell->shaking, socket);
    shell->fresh_count++;
    shell->sockets_count++;
    if (peer != NULL && peer->slow >= shell->config->sockets_no_session / 2) {
        grow_old(socket); /* whoever leaves handshakes lying about keeps no place from others */
    }
    return socket;
}

static void leave_lines(struct ps_socket *socket)
{
    struct ps_shell *shell = socket->shell;
    if (socket->fresh) {
        socket->fresh = false;
        shell->fresh_count--;
    }
    if (socket->slow) {
        ps_assert(socket->peer != NULL && socket->peer->slow > 0);
        socket->slow = false;
        socket->peer->slow--;
    }
    if (socket->place.on) {
        line_remove(socket->state == PS_SOCKET_RESTING ? &shell->resting : &shell->shaking, socket);
    }
}

void ps_socket_begin_request(struct ps_socket *socket)
{
    leave_lines(socket);
    socket->state = PS_SOCKET_BUSY;
}

void ps_socket_rest(struct ps_socket *socket)
{
    leave_lines(socket);
    socket->state = PS_SOCKET_RESTING;
    socket->since_ms = ps_shell_now_ms();
    line_add(&socket->shell->resting, socket);
}

bool ps_socket_become_link(struct ps_socket *socket)
{
    struct ps_peer *peer = socket->peer;
    if (peer != NULL && !socket->with_session) {
        if (peer->with_session >= socket->shell->config->sockets_session) {
            return false;
        }
        peer->without_session--;
        peer->with_session++;
        socket->with_session = true;
    }
    leave_lines(socket);
    socket->state = PS_SOCKET_LINKED;
    return true;
}

void ps_socket_move_to(struct ps_socket *socket, const struct ps_address *address)
{
    uncharge(socket);
    socket->with_session = false;
    socket->address = *address;
    socket->peer = ps_peers_get(socket->shell->peers, address);
    if (socket->peer != NULL) {
        socket->peer->without_session++;
    }
}

void ps_socket_gone(struct ps_socket *socket)
{
    if (socket->state != PS_SOCKET_GONE) {
        if (socket->state == PS_SOCKET_SHAKING) {
            socket->shell->figures.handshakes_failed++;
        }
        leave_lines(socket);
        uncharge(socket);
        socket->state = PS_SOCKET_GONE;
        socket->shell->sockets_count--;
    }
    socket->wsi = NULL;
}

void ps_socket_free(struct ps_socket *socket)
{
    ps_assert(socket->state == PS_SOCKET_GONE);
    ps_assert(socket->link == NULL);
    ps_assert(socket->exchange == NULL);
    free(socket);
}

void ps_sockets_age(struct ps_shell *shell)
{
    const uint64_t now_ms = ps_shell_now_ms();
    for (struct ps_socket *socket = shell->shaking.first; socket != NULL;
         socket = socket->place.after) {
        if (now_ms - socket->since_ms < PS_SHAKING_FRESH_MS) {
            return; /* in the order of accepting: the rest is younger */
        }
        grow_old(socket);
    }
}

static bool may_go(const struct ps_socket *socket, uint64_t now_ms)
{
    const uint64_t age_ms = now_ms - socket->since_ms;
    return socket->state == PS_SOCKET_RESTING || age_ms >= PS_SHAKING_STUCK_MS ||
           (age_ms >= PS_SHAKING_SILENT_MS && ps_tcp_is_silent(lws_get_socket_fd(socket->wsi)));
}

static struct ps_socket *oldest_of(const struct ps_line *line, const struct ps_peer *peer)
{
    const uint64_t now_ms = ps_shell_now_ms();
    for (struct ps_socket *socket = line->first; socket != NULL; socket = socket->place.after) {
        if ((peer == NULL || socket->peer == peer) && !socket->evicted && socket->wsi != NULL &&
            may_go(socket, now_ms)) {
            return socket;
        }
    }
    return NULL;
}

bool ps_sockets_make_room(struct ps_shell *shell, const struct ps_peer *peer)
{
    struct ps_socket *socket = oldest_of(&shell->resting, peer);
    if (socket == NULL) {
        socket = oldest_of(&shell->shaking, peer);
    }
    if (socket == NULL) {
        return false;
    }
    socket->evicted = true;
    lws_set_timeout(socket->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    return true;
}
