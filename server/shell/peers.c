#include "shell/peers.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

enum { BUCKETS = 4096 };

struct ps_peers {
    uint64_t seed;
    struct ps_peer *buckets[BUCKETS];
};

static size_t bucket_of(const struct ps_peers *peers, const struct ps_address *address)
{
    uint64_t half[2];
    memcpy(half, address->bytes, sizeof(half));
    uint64_t mixed = peers->seed;
    for (size_t i = 0; i < 2; i++) {
        mixed = (mixed ^ half[i]) * 0x9E3779B97F4A7C15ULL;
        mixed ^= mixed >> 29;
        mixed *= peers->seed | 1;
        mixed ^= mixed >> 32;
    }
    return (size_t)(mixed % BUCKETS);
}

struct ps_peers *ps_peers_create(uint64_t seed)
{
    struct ps_peers *peers = calloc(1, sizeof(*peers));
    if (peers != NULL) {
        peers->seed = seed;
    }
    return peers;
}

void ps_peers_destroy(struct ps_peers *peers)
{
    if (peers == NULL) {
        return;
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct ps_peer *peer = peers->buckets[i]; peer != NULL;) {
            struct ps_peer *next = peer->next;
            free(peer);
            peer = next;
        }
    }
    free(peers);
}

struct ps_peer *ps_peers_get(struct ps_peers *peers, const struct ps_address *address)
{
    const struct ps_address person = ps_address_of_person(address);
    struct ps_peer **bucket = &peers->buckets[bucket_of(peers, &person)];
    for (struct ps_peer *peer = *bucket; peer != NULL; peer = peer->next) {
        if (memcmp(&peer->address, &person, sizeof(person)) == 0) {
            return peer;
        }
    }
    struct ps_peer *peer = calloc(1, sizeof(*peer));
    if (peer != NULL) {
        peer->address = person;
        peer->next = *bucket;
        *bucket = peer;
    }
    return peer;
}

void ps_peers_put(struct ps_peers *peers, struct ps_peer *peer)
{
    if (peer == NULL || peer->without_session + peer->with_session > 0) {
        return;
    }
    struct ps_peer **at = &peers->buckets[bucket_of(peers, &peer->address)];
    while (*at != peer) {
        ps_assert(*at != NULL);
        at = &(*at)->next;
    }
    *at = peer->next;
    free(peer);
}
