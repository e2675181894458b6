/* bare - what the hardware can do: epoll and OpenSSL, and every message to the twelve of its room.
 *
 *   bare PORT CERT KEY BYTES
 *
 * It journals nothing, decides nothing, and checks nothing; it frames a message once and writes
 * once for each socket and turn of the loop, as the server does. It answers in the server's own
 * shapes (patch and result, the patch padded to BYTES), so that the same driver counts both. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "socket.h"

enum { MEMBERS = 12, ROOMS_MAX = 1024, OUT_BYTES = 16384, IN_BYTES = 4096, EVENTS = 256 };

struct room;

struct member {
    struct ps_socket socket;
    struct room *room;
    struct member *next_dirty;
    bool dirty;
    size_t used;
    char out[OUT_BYTES];
    char in[IN_BYTES];
    size_t in_used;
};

struct room {
    struct member *members[MEMBERS];
    size_t count;
    uint64_t seq;
};

static struct room rooms[ROOMS_MAX];
static struct member *dirty;
static size_t patch_bytes;
static char padding[16384];

static SSL_CTX *make_context(const char *cert, const char *key)
{
    static char groups[] = "X25519:P-256:P-384"; /* the macro casts const away */
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL || SSL_CTX_use_certificate_chain_file(context, cert) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_set1_groups_list(context, groups) != 1) {
        ps_bench_die("bare: no certificate");
    }
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    return context;
}

static int listen_at(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 512) != 0) {
        ps_bench_die("bare: port %d is not free", port);
    }
    return fd;
}

static void flush(struct member *member)
{
    if (member->used > 0 &&
        SSL_write(member->socket.ssl, member->out, (int)member->used) != (int)member->used) {
        ps_bench_die("bare: a client does not read");
    }
    member->used = 0;
}

static void put(struct member *member, const char *text, size_t count)
{
    if (member->used + count + 4 > OUT_BYTES) {
        flush(member);
    }
    char *at = member->out + member->used;
    *at++ = (char)0x81;
    if (count < 126) {
        *at++ = (char)count;
    } else {
        *at++ = 126;
        *at++ = (char)(count >> 8);
        *at++ = (char)count;
    }
    memcpy(at, text, count);
    member->used = (size_t)(at - member->out) + count;
    if (!member->dirty) {
        member->dirty = true;
        member->next_dirty = dirty;
        dirty = member;
    }
}

/* A command: the patch to all, and then the result to who asked. */
static void on_command(struct member *from, const char *text, size_t count)
{
    char patch[sizeof(padding) + 256];
    char result[256];
    struct room *room = from->room;
    const char *id = memmem(text, count, "\"id\":\"", 6);
    if (id == NULL) {
        ps_bench_die("bare: a message without an id");
    }
    id += 6;
    const char *id_end = memchr(id, '"', count - (size_t)(id - text));
    room->seq += 1;
    int used = snprintf(patch, sizeof(patch),
                        "{\"jsonrpc\":\"2.0\",\"method\":\"patch\",\"params\":{\"from\":%llu,"
                        "\"seq\":%llu,\"at\":0,\"patch\":{\"pad\":\"",
                        (unsigned long long)room->seq - 1, (unsigned long long)room->seq);
    int rest = (int)patch_bytes - used - 4;
    used += snprintf(patch + used, sizeof(patch) - (size_t)used, "%.*s\"}}}", rest > 0 ? rest : 0,
                     padding);
    for (size_t i = 0; i < room->count; i++) {
        put(room->members[i], patch, (size_t)used);
    }
    used = snprintf(result, sizeof(result),
                    "{\"jsonrpc\":\"2.0\",\"id\":\"%.*s\",\"result\":{\"seq\":%llu}}",
                    id_end == NULL ? 0 : (int)(id_end - id), id, (unsigned long long)room->seq);
    put(from, result, (size_t)used);
}

/* Take the masked frames that are whole. */
static void take_frames(struct member *member)
{
    size_t at = 0;
    for (;;) {
        uint8_t *bytes = (uint8_t *)member->in + at;
        size_t left = member->in_used - at;
        size_t length = left < 2 ? 0 : bytes[1] & 0x7f;
        size_t header = length < 126 ? 6 : 8;
        if (left < header) {
            break;
        }
        length = header == 8 ? (size_t)bytes[2] << 8 | bytes[3] : length;
        if (left < header + length) {
            break;
        }
        for (size_t i = 0; i < length; i++) {
            bytes[header + i] ^= bytes[header - 4 + (i & 3)];
        }
        if ((bytes[0] & 15) == 1) {
            on_command(member, (const char *)bytes + header, length);
        }
        at += header + length;
    }
    memmove(member->in, member->in + at, member->in_used - at);
    member->in_used -= at;
}

/* false: gone, with the driver that ends. */
static bool receive(struct member *member)
{
    for (;;) {
        int count = SSL_read(member->socket.ssl, member->in + member->in_used,
                             (int)(IN_BYTES - member->in_used));
        if (count <= 0) {
            return SSL_get_error(member->socket.ssl, count) == SSL_ERROR_WANT_READ;
        }
        member->in_used += (size_t)count;
        take_frames(member);
    }
}

/* The driver opens one socket after another, so the handshake may wait here. */
static void welcome(int listener, int epoll, SSL_CTX *context)
{
    char head[2048];
    int used = 0;
    int one = 1;
    struct member *member = calloc(1, sizeof(*member));
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (member == NULL || fd < 0) {
        ps_bench_die("bare: cannot accept");
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    member->socket = (struct ps_socket){.fd = fd, .ssl = SSL_new(context)};
    SSL *ssl = member->socket.ssl;
    if (ssl == NULL || SSL_set_fd(ssl, fd) != 1 || SSL_accept(ssl) != 1) {
        ps_bench_die("bare: no TLS");
    }
    while (used < (int)sizeof(head) - 1) {
        int count = SSL_read(ssl, head + used, (int)sizeof(head) - 1 - used);
        if (count <= 0) {
            ps_bench_die("bare: no upgrade");
        }
        used += count;
        head[used] = '\0';
        if (strstr(head, "\r\n\r\n") != NULL) {
            break;
        }
    }
    const char *seat = strstr(head, "seat=b");
    unsigned long number = seat == NULL ? ROOMS_MAX : strtoul(seat + 6, NULL, 10);
    if (number >= ROOMS_MAX || rooms[number].count == MEMBERS) {
        ps_bench_die("bare: no such room");
    }
    member->room = &rooms[number];
    member->room->members[member->room->count++] = member;
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                 "Connection: Upgrade\r\n\r\n";
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = member};
    if (SSL_write(ssl, answer, (int)sizeof(answer) - 1) <= 0 || fcntl(fd, F_SETFL, O_NONBLOCK) ||
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        ps_bench_die("bare: cannot answer");
    }
}

int main(int count, char **words)
{
    if (count != 5) {
        ps_bench_die("bare PORT CERT KEY BYTES");
    }
    patch_bytes = strtoul(words[4], NULL, 10);
    patch_bytes = patch_bytes < sizeof(padding) ? patch_bytes : sizeof(padding);
    memset(padding, 'x', sizeof(padding) - 1);
    SSL_CTX *context = make_context(words[2], words[3]);
    int listener = listen_at((int)strtol(words[1], NULL, 10));
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event own = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &own) != 0) {
        ps_bench_die("bare: no epoll");
    }
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.ptr == NULL) {
                welcome(listener, epoll, context);
            } else if (!receive(events[i].data.ptr)) {
                return 0;
            }
        }
        for (; dirty != NULL; dirty = dirty->next_dirty) {
            dirty->dirty = false;
            flush(dirty);
        }
    }
}
