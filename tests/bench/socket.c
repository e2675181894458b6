#include "socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    OP_TEXT = 1,
    OP_CLOSE = 8,
    OP_PING = 9,
    OP_PONG = 10,
    READ_BYTES = 16384,
    SEND_BYTES_MAX = 1024, /* the driver's commands are short */
};

uint64_t ps_bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

void ps_bench_die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "bench: ");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static int connect_to(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
        ps_bench_die("cannot connect to port %d", port);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return fd;
}

static void room_for(struct ps_socket *socket, size_t more)
{
    if (socket->in_room - socket->in_used >= more) {
        return;
    }
    socket->in_room = socket->in_used + more;
    socket->in = realloc(socket->in, socket->in_room);
    if (socket->in == NULL) {
        ps_bench_die("no memory");
    }
}

/* Read the answer to the upgrade; what follows it stays in `in`. */
static void read_upgrade(struct ps_socket *socket, const char *seat)
{
    for (;;) {
        room_for(socket, READ_BYTES + 1);
        int count = SSL_read(socket->ssl, socket->in + socket->in_used, READ_BYTES);
        if (count <= 0) {
            ps_bench_die("the upgrade of %s was cut off", seat);
        }
        socket->in_used += (size_t)count;
        socket->in[socket->in_used] = '\0';
        char *end = strstr(socket->in, "\r\n\r\n");
        if (end == NULL) {
            continue;
        }
        if (strncmp(socket->in, "HTTP/1.1 101", 12) != 0) {
            ps_bench_die("the upgrade of %s was refused: %.40s", seat, socket->in);
        }
        size_t head = (size_t)(end - socket->in) + 4;
        memmove(socket->in, socket->in + head, socket->in_used - head);
        socket->in_used -= head;
        return;
    }
}

void ps_socket_open(struct ps_socket *socket, SSL_CTX *context, int port, const char *seat,
                    const char *cookie)
{
    char request[1024];
    *socket = (struct ps_socket){.fd = connect_to(port), .ssl = SSL_new(context)};
    if (socket->ssl == NULL || SSL_set_fd(socket->ssl, socket->fd) != 1 ||
        SSL_connect(socket->ssl) != 1) {
        ps_bench_die("no TLS with port %d", port);
    }
    int used = snprintf(request, sizeof(request),
                        "GET /ws?seat=%s HTTP/1.1\r\nHost: localhost:%d\r\n"
                        "Origin: https://localhost:%d\r\nConnection: Upgrade\r\n"
                        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                        "Sec-WebSocket-Protocol: peerset.v1\r\n%s%s%s\r\n",
                        seat, port, port, cookie[0] != '\0' ? "Cookie: " : "", cookie,
                        cookie[0] != '\0' ? "\r\n" : "");
    if (used < 0 || used >= (int)sizeof(request) || SSL_write(socket->ssl, request, used) != used) {
        ps_bench_die("cannot ask for %s", seat);
    }
    read_upgrade(socket, seat);
    if (fcntl(socket->fd, F_SETFL, O_NONBLOCK) != 0) {
        ps_bench_die("a socket stays blocking");
    }
}

/* A masked frame. The mask is a constant: nobody between us and the server needs protecting. */
static void send_frame(struct ps_socket *socket, uint8_t opcode, const char *bytes, size_t count)
{
    static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    uint8_t frame[SEND_BYTES_MAX + 8];
    size_t used = 0;
    if (count > SEND_BYTES_MAX) {
        ps_bench_die("a frame of %zu bytes is too long", count);
    }
    frame[used++] = (uint8_t)(0x80 | opcode);
    if (count < 126) {
        frame[used++] = (uint8_t)(0x80 | count);
    } else {
        frame[used++] = 0x80 | 126;
        frame[used++] = (uint8_t)(count >> 8);
        frame[used++] = (uint8_t)count;
    }
    memcpy(frame + used, mask, sizeof(mask));
    used += sizeof(mask);
    for (size_t i = 0; i < count; i++) {
        frame[used++] = (uint8_t)((uint8_t)bytes[i] ^ mask[i & 3]);
    }
    if (SSL_write(socket->ssl, frame, (int)used) != (int)used) {
        ps_bench_die("the server does not read");
    }
}

void ps_socket_send(struct ps_socket *socket, const char *text, size_t count)
{
    send_frame(socket, OP_TEXT, text, count);
}

/* Bytes of the first frame of `in`; 0: not whole yet. */
static size_t frame_length(const struct ps_socket *socket, size_t at, size_t *ret_header)
{
    const uint8_t *bytes = (const uint8_t *)socket->in + at;
    size_t left = socket->in_used - at;
    if (left < 2) {
        return 0;
    }
    size_t length = bytes[1] & 0x7f;
    size_t header = length < 126 ? 2 : length == 126 ? 4 : 10;
    if ((bytes[1] & 0x80) != 0 || (bytes[0] & 0x70) != 0) {
        ps_bench_die("the server sent a frame with a mask or an extension");
    }
    if (left < header) {
        return 0;
    }
    if (header > 2) {
        length = 0;
        for (size_t i = 2; i < header; i++) {
            length = length << 8 | bytes[i];
        }
    }
    *ret_header = header;
    return left < header + length ? 0 : header + length;
}

static void take_frames(struct ps_socket *socket, ps_on_text *on_text, void *context)
{
    size_t at = 0;
    size_t header = 0;
    for (size_t length = 0; (length = frame_length(socket, at, &header)) != 0; at += length) {
        const char *bytes = socket->in + at + header;
        const uint8_t first = (uint8_t)socket->in[at];
        if (first == (0x80 | OP_TEXT)) {
            on_text(context, bytes, length - header);
        } else if (first == (0x80 | OP_PING)) {
            send_frame(socket, OP_PONG, bytes, length - header);
        } else if (first == (0x80 | OP_CLOSE)) {
            int code = length - header >= 2 ? (uint8_t)bytes[0] << 8 | (uint8_t)bytes[1] : 0;
            ps_bench_die("the server closed a socket: %d", code);
        } else {
            ps_bench_die("the server sent a frame of kind 0x%02x", first);
        }
    }
    memmove(socket->in, socket->in + at, socket->in_used - at);
    socket->in_used -= at;
}

void ps_socket_receive(struct ps_socket *socket, ps_on_text *on_text, void *context)
{
    for (;;) {
        take_frames(socket, on_text, context);
        room_for(socket, READ_BYTES);
        int count = SSL_read(socket->ssl, socket->in + socket->in_used, READ_BYTES);
        if (count <= 0) {
            int why = SSL_get_error(socket->ssl, count);
            if (why != SSL_ERROR_WANT_READ) {
                ps_bench_die("the server cut a socket");
            }
            return;
        }
        socket->in_used += (size_t)count;
    }
}

void ps_socket_finish(struct ps_socket *socket)
{
    SSL_free(socket->ssl);
    close(socket->fd);
    free(socket->in);
    *socket = (struct ps_socket){.fd = -1};
}
