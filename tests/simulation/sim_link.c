/* sim_link - sockets: in order each, late by chance, sometimes slow, sometimes cut. */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

/* ---- pipes ----------------------------------------------------------------------------------- */

void sim_pipe_put(struct sim *sim, struct sim_pipe *pipe, const char *text, size_t bytes,
                  uint64_t delay)
{
    struct sim_message *message = calloc(1, sizeof(*message));
    char *copy = malloc(bytes + 1);
    if (message == NULL || copy == NULL) {
        abort();
    }
    memcpy(copy, text, bytes);
    copy[bytes] = '\0';
    uint64_t at = sim->now + delay;
    pipe->last_at = at > pipe->last_at ? at : pipe->last_at;
    *message = (struct sim_message){.at = pipe->last_at, .bytes = bytes, .text = copy};
    if (pipe->last == NULL) {
        pipe->first = message;
    } else {
        pipe->last->next = message;
    }
    pipe->last = message;
    pipe->bytes += bytes;
}

static struct sim_message *take(struct sim_pipe *pipe)
{
    struct sim_message *message = pipe->first;
    pipe->first = message->next;
    pipe->last = message->next == NULL ? NULL : pipe->last;
    pipe->bytes -= message->bytes;
    return message;
}

void sim_pipe_clear(struct sim_pipe *pipe)
{
    while (pipe->first != NULL) {
        struct sim_message *message = take(pipe);
        free(message->text);
        free(message);
    }
}

/* ---- sockets --------------------------------------------------------------------------------- */

struct sim_socket *sim_socket_create(struct sim *sim, struct sim_device *device)
{
    struct sim_socket *socket = calloc(1, sizeof(*socket));
    if (socket == NULL) {
        abort();
    }
    socket->sim = sim;
    socket->device = device;
    socket->serial = ++sim->serial;
    socket->detach_at = SIM_NEVER;
    struct sim_socket **at = &sim->sockets;
    while (*at != NULL) {
        at = &(*at)->next;
    }
    *at = socket; /* at the end: the order of the sockets is that of their coming */
    return socket;
}

static void destroy(struct sim_socket *socket)
{
    struct sim_socket **at = &socket->sim->sockets;
    while (*at != socket) {
        at = &(*at)->next;
    }
    *at = socket->next;
    if (socket->device != NULL && socket->device->socket == socket) {
        socket->device->socket = NULL;
    }
    sim_pipe_clear(&socket->down);
    sim_pipe_clear(&socket->up);
    json_decref(socket->picture);
    json_decref(socket->before);
    free(socket);
}

void sim_socket_send(struct sim_socket *socket, const char *text)
{
    struct sim *sim = socket->sim;
    sim_pipe_put(sim, &socket->up, text, strlen(text),
                 sim_between(sim, 1, sim_once_in(sim, 12) ? 700 : 50));
}

void sim_socket_cut(struct sim_socket *socket)
{
    struct sim *sim = socket->sim;
    struct sim_device *device = socket->device;
    sim->cuts += 1;
    sim_trace(sim, "the link of %s (socket %u) is cut", device->person->seat, socket->serial);
    sim_pipe_clear(&socket->down);
    if (sim_once_in(sim, 2)) {
        sim_pipe_clear(&socket->up); /* else what was sent still arrives */
    }
    socket->device = NULL;
    device->socket = NULL;
    socket->detach_at = sim->now + sim_between(sim, 1, sim_once_in(sim, 2) ? 25000 : 300);
}

void sim_links_reset(struct sim *sim)
{
    while (sim->sockets != NULL) {
        destroy(sim->sockets);
    }
}

/* ---- what is due ----------------------------------------------------------------------------- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t down_at(const struct sim_socket *socket)
{
    uint64_t at = socket->down.first != NULL ? socket->down.first->at
                  : socket->close_code != 0  ? socket->down.last_at
                                             : SIM_NEVER;
    return at == SIM_NEVER || at > socket->stalled_until ? at : socket->stalled_until;
}

uint64_t sim_links_next(const struct sim *sim)
{
    uint64_t at = SIM_NEVER;
    for (const struct sim_socket *socket = sim->sockets; socket != NULL; socket = socket->next) {
        at = earlier(at, earlier(down_at(socket), sim->calm ? SIM_NEVER : socket->detach_at));
        at = socket->up.first != NULL ? earlier(at, socket->up.first->at) : at;
    }
    return at;
}

static void detach(struct sim_socket *socket)
{
    struct sim *sim = socket->sim;
    struct ps_conn *conn = socket->conn;
    sim_trace(sim, "the server sees that socket %u is gone", socket->serial);
    socket->conn = NULL;
    ps_hub_detach(sim->hub, conn);
    destroy(socket);
}

/* The close has arrived: the device knows, and so does the server. */
static void closed(struct sim_socket *socket)
{
    struct sim_device *device = socket->device;
    uint16_t code = socket->close_code;
    if (device != NULL) {
        socket->device = NULL;
        device->socket = NULL;
    }
    detach(socket);
    if (device != NULL) {
        sim_device_closed(device, code);
    }
}

static void deliver_up(struct sim_socket *socket)
{
    struct sim *sim = socket->sim;
    while (socket->up.first != NULL && socket->up.first->at <= sim->now) {
        struct sim_message *message = take(&socket->up);
        if (socket->close_code == 0) {
            ps_hub_receive(sim->hub, socket->conn, message->text, message->bytes);
        }
        free(message->text);
        free(message);
    }
}

static void deliver_down(struct sim_socket *socket)
{
    struct sim *sim = socket->sim;
    bool had = socket->down.first != NULL;
    while (!sim->failed && socket->down.first != NULL && socket->down.first->at <= sim->now) {
        struct sim_message *message = take(&socket->down);
        if (socket->device != NULL) {
            sim_device_receive(socket, message);
        }
        free(message->text);
        free(message);
    }
    if (had && socket->down.first == NULL && socket->close_code == 0) {
        ps_hub_drained(sim->hub, socket->conn);
    }
}

void sim_links_step(struct sim *sim)
{
    struct sim_socket *next = NULL;
    for (struct sim_socket *socket = sim->sockets; socket != NULL && sim->hub != NULL;
         socket = next) {
        next = socket->next;
        if (sim->failed) {
            return;
        }
        deliver_up(socket);
        if (down_at(socket) <= sim->now) {
            deliver_down(socket);
        }
        if (socket->close_code != 0 && down_at(socket) <= sim->now) {
            closed(socket);
        } else if (socket->detach_at <= sim->now && !sim->calm) {
            detach(socket);
        }
    }
}
