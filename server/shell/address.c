#include "shell/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool ps_address_parse(const char *text, struct ps_address *ret_address)
{
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, text, &four) == 1) {
        memcpy(ret_address->bytes, mapped, sizeof(mapped));
        memcpy(ret_address->bytes + sizeof(mapped), &four, 4);
        return true;
    }
    if (inet_pton(AF_INET6, text, &six) == 1) {
        memcpy(ret_address->bytes, &six, 16);
        return true;
    }
    return false;
}

static bool parse_number(const char *text, long most, long *ret_number)
{
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    char *end = NULL;
    const long number = strtol(text, &end, 10);
    if (*end != '\0' || number > most) {
        return false;
    }
    *ret_number = number;
    return true;
}

bool ps_endpoint_parse(const char *text, struct ps_endpoint *ret_endpoint)
{
    const char *colon = strrchr(text, ':');
    char host[PS_ADDRESS_TEXT_BYTES];
    long port = 0;
    if (colon == NULL || (size_t)(colon - text) >= sizeof(host) ||
        !parse_number(colon + 1, 65535, &port)) {
        return false;
    }
    size_t count = (size_t)(colon - text);
    if (count > 2 && text[0] == '[' && text[count - 1] == ']') {
        text++;
        count -= 2;
    } else if (memchr(text, ':', count) != NULL) {
        return false; /* an IPv6 address without brackets: where would the port begin? */
    }
    memcpy(host, text, count);
    host[count] = '\0';
    struct ps_endpoint endpoint = {.port = (uint16_t)port};
    if (!ps_address_parse(strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &endpoint.address)) {
        return false;
    }
    *ret_endpoint = endpoint;
    return true;
}

bool ps_network_parse(const char *text, struct ps_network *ret_network)
{
    char host[PS_ADDRESS_TEXT_BYTES];
    const char *slash = strchr(text, '/');
    const size_t count = slash == NULL ? strlen(text) : (size_t)(slash - text);
    if (count >= sizeof(host)) {
        return false;
    }
    memcpy(host, text, count);
    host[count] = '\0';
    struct ps_network network = {.bits = 128};
    if (!ps_address_parse(host, &network.address)) {
        return false;
    }
    const long most = ps_address_is_ipv4(&network.address) ? 32 : 128;
    long bits = most;
    if (slash != NULL && !parse_number(slash + 1, most, &bits)) {
        return false;
    }
    network.bits = (uint8_t)(bits + 128 - most);
    *ret_network = network;
    return true;
}

bool ps_network_holds(const struct ps_network *network, const struct ps_address *address)
{
    const size_t whole = network->bits / 8;
    const unsigned rest = network->bits % 8;
    if (memcmp(network->address.bytes, address->bytes, whole) != 0) {
        return false;
    }
    if (rest == 0) {
        return true;
    }
    const unsigned differ = (unsigned)(network->address.bytes[whole] ^ address->bytes[whole]);
    return (differ >> (8 - rest)) == 0;
}

bool ps_address_is_ipv4(const struct ps_address *address)
{
    return memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

bool ps_address_is_loopback(const struct ps_address *address)
{
    static const uint8_t one[16] = {[15] = 1};
    return ps_address_is_ipv4(address) ? address->bytes[12] == 127
                                       : memcmp(address->bytes, one, 16) == 0;
}

bool ps_address_is_any(const struct ps_address *address)
{
    static const uint8_t zero[16];
    const size_t from = ps_address_is_ipv4(address) ? sizeof(mapped) : 0;
    return memcmp(address->bytes + from, zero, 16 - from) == 0;
}

struct ps_address ps_address_of_person(const struct ps_address *address)
{
    struct ps_address person = *address;
    if (!ps_address_is_ipv4(address)) {
        memset(person.bytes + 8, 0, 8);
    }
    return person;
}

void ps_address_text(const struct ps_address *address, char ret_text[PS_ADDRESS_TEXT_BYTES])
{
    const bool four = ps_address_is_ipv4(address);
    const char *text = inet_ntop(four ? AF_INET : AF_INET6, address->bytes + (four ? 12 : 0),
                                 ret_text, PS_ADDRESS_TEXT_BYTES);
    if (text == NULL) {
        ret_text[0] = '\0';
    }
}

struct ps_endpoint ps_endpoint_of_socket(const struct sockaddr_storage *from)
{
    struct ps_endpoint endpoint = {.port = 0};
    if (from->ss_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, from, sizeof(four));
        memcpy(endpoint.address.bytes, mapped, sizeof(mapped));
        memcpy(endpoint.address.bytes + sizeof(mapped), &four.sin_addr, 4);
        endpoint.port = ntohs(four.sin_port);
    } else if (from->ss_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, from, sizeof(six));
        memcpy(endpoint.address.bytes, &six.sin6_addr, 16);
        endpoint.port = ntohs(six.sin6_port);
    }
    return endpoint;
}

socklen_t ps_endpoint_to_socket(const struct ps_endpoint *endpoint, struct sockaddr_storage *ret_to)
{
    memset(ret_to, 0, sizeof(*ret_to));
    if (ps_address_is_ipv4(&endpoint->address)) {
        struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(endpoint->port)};
        memcpy(&four.sin_addr, endpoint->address.bytes + sizeof(mapped), 4);
        memcpy(ret_to, &four, sizeof(four));
        return sizeof(four);
    }
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(endpoint->port)};
    memcpy(&six.sin6_addr, endpoint->address.bytes, 16);
    memcpy(ret_to, &six, sizeof(six));
    return sizeof(six);
}
