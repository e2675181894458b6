/* socket - a WebSocket over TLS as the load driver needs it: written from RFC 6455, sharing nothing
 * with the server, so that a fault of its framing cannot hide here. */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ps_socket {
    SSL *ssl;
    int fd;
    char *in; /* what came and is not a whole frame yet */
    size_t in_used, in_room;
};

/* A whole text message; the bytes are borrowed for the call. */
typedef void ps_on_text(void *context, const char *text, size_t count);

/* Connect to 127.0.0.1, shake hands, upgrade; waits. The certificate is not verified: it is made
 * for this run. `cookie` may be empty. Ends the program with a sentence when refused. */
void ps_socket_open(struct ps_socket *socket, SSL_CTX *context, int port, const char *seat,
                    const char *cookie);
void ps_socket_send(struct ps_socket *socket, const char *text, size_t count);
/* Take all that came, without waiting; answers pings. Ends the program when the socket was closed.
 */
void ps_socket_receive(struct ps_socket *socket, ps_on_text *on_text, void *context);
void ps_socket_finish(struct ps_socket *socket);

/* Monotonic time in nanoseconds. */
uint64_t ps_bench_now(void);
/* Say why and end with status 1. */
_Noreturn void ps_bench_die(const char *format, ...) __attribute__((format(printf, 1, 2)));
