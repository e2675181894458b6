/* address - internet addresses as this server uses them: to listen, to count people, to trust a
 * proxy.
 *
 * One form for both families: 16 bytes, IPv4 as ::ffff:a.b.c.d. Pure. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { PS_ADDRESS_TEXT_BYTES = 64 };

struct ps_address {
    uint8_t bytes[16];
};

struct ps_endpoint {
    struct ps_address address;
    uint16_t port;
};

/* Addresses that begin with the same `bits` (of 128) as `address`. */
struct ps_network {
    struct ps_address address;
    uint8_t bits;
};

/* An IPv4 or IPv6 address as people write it; a name is not one. */
bool ps_address_parse(const char *text, struct ps_address *ret_address);
/* "127.0.0.1:8080", "[::1]:8080" or "localhost:8080". Port 0 asks the system for one. */
bool ps_endpoint_parse(const char *text, struct ps_endpoint *ret_endpoint);
/* "10.0.0.7" or "10.0.0.0/8". */
bool ps_network_parse(const char *text, struct ps_network *ret_network);

/* Does `address` begin as the network does? */
bool ps_network_holds(const struct ps_network *network, const struct ps_address *address);
/* Of the IPv4 family, in its ::ffff:0:0/96 form here. */
bool ps_address_is_ipv4(const struct ps_address *address);
/* 127.0.0.0/8 or ::1: only this machine reaches it. */
bool ps_address_is_loopback(const struct ps_address *address);
/* 0.0.0.0 or ::, which no browser can open. */
bool ps_address_is_any(const struct ps_address *address);

/* Whom an address stands for: a house has a whole IPv6 /64, and may use each of its addresses. */
struct ps_address ps_address_of_person(const struct ps_address *address);

/* Write the address as people write it. */
void ps_address_text(const struct ps_address *address, char ret_text[PS_ADDRESS_TEXT_BYTES]);

/* From and to what the system calls take. The family is IPv4 for an IPv4 address. */
struct ps_endpoint ps_endpoint_of_socket(const struct sockaddr_storage *from);
socklen_t ps_endpoint_to_socket(const struct ps_endpoint *endpoint,
                                struct sockaddr_storage *ret_to);
