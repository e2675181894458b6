/* index - the sets a node knows, by name and by wake.
 *
 * By name: a table of buckets. By wake: a binary heap, so that the price of a command does not grow
 * with the number of sets (performance.md, G8). */
#include "hub/hub_private.h"

#include <stdlib.h>
#include <string.h>

static uint32_t bucket_of(const char *id, size_t count)
{
    uint32_t hash =
        2166136261U; /* FNV-1a; ids are made by the server, so nobody can aim at a bucket */
    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ (uint8_t)id[i]) * 16777619U;
    }
    return hash & (PS_KNOWN_BUCKETS - 1);
}

struct ps_known *ps_known_find(const struct ps_hub *hub, const char *id, size_t count)
{
    if (count == 0 || count >= PS_ID_CHARS_MAX) {
        return NULL;
    }
    struct ps_known *known = hub->buckets[bucket_of(id, count)];
    while (known != NULL && !(memcmp(known->id, id, count) == 0 && known->id[count] == '\0')) {
        known = known->next;
    }
    return known;
}

struct ps_known *ps_known_of_seat(const struct ps_hub *hub, const char *text, uint8_t *ret_seat)
{
    const char *dot = strrchr(text, '.');
    if (dot == NULL) {
        return NULL;
    }
    struct ps_known *known = ps_known_find(hub, text, (size_t)(dot - text));
    uint8_t seat = ps_seat_read(dot + 1, strlen(dot + 1));
    if (known == NULL || seat == PS_NOBODY) {
        return NULL;
    }
    *ret_seat = seat;
    return known;
}

enum ps_err ps_known_add(struct ps_hub *hub, const char *id, struct ps_known **ret_known)
{
    size_t count = strlen(id);
    ps_assert(count > 0 && count < PS_ID_CHARS_MAX);
    if (hub->known_count == PS_SETS_MAX) {
        return PS_E_LIMIT;
    }
    struct ps_known *known = calloc(1, sizeof(*known));
    if (known == NULL) {
        return PS_E_LIMIT;
    }
    memcpy(known->id, id, count + 1);
    known->hub = hub;
    known->wake = PS_MONO_NEVER;
    known->heap_at = UINT32_MAX;
    known->list_at = hub->known_count;
    hub->known[hub->known_count++] = known;
    struct ps_known **bucket = &hub->buckets[bucket_of(id, count)];
    known->next = *bucket;
    *bucket = known;
    *ret_known = known;
    return PS_OK;
}

void ps_known_remove(struct ps_hub *hub, struct ps_known *known)
{
    ps_known_wake(known, PS_MONO_NEVER);
    struct ps_known **at = &hub->buckets[bucket_of(known->id, strlen(known->id))];
    while (*at != known) {
        at = &(*at)->next;
    }
    *at = known->next;
    hub->known_count -= 1;
    struct ps_known *last = hub->known[hub->known_count];
    hub->known[known->list_at] = last;
    last->list_at = known->list_at;
    free(known);
}

/* ---- the heap -------------------------------------------------------------------------------- */

static void place(struct ps_hub *hub, uint32_t at, struct ps_known *known)
{
    hub->heap[at] = known;
    known->heap_at = at;
}

static void rise(struct ps_hub *hub, uint32_t at)
{
    ps_assert(at < hub->heap_count && hub->heap_count <= PS_SETS_MAX);
    struct ps_known *known = hub->heap[at];
    while (at > 0) {
        const uint32_t parent = (at - 1) / 2;
        if (hub->heap[parent]->wake <= known->wake) {
            break;
        }
        place(hub, at, hub->heap[parent]);
        at = parent;
    }
    place(hub, at, known);
}

static void sink(struct ps_hub *hub, uint32_t at)
{
    struct ps_known *known = hub->heap[at];
    for (uint32_t child = 2 * at + 1; child < hub->heap_count; child = 2 * at + 1) {
        if (child + 1 < hub->heap_count && hub->heap[child + 1]->wake < hub->heap[child]->wake) {
            child += 1;
        }
        if (hub->heap[child]->wake >= known->wake) {
            break;
        }
        place(hub, at, hub->heap[child]);
        at = child;
    }
    place(hub, at, known);
}

static void leave_heap(struct ps_hub *hub, struct ps_known *known)
{
    uint32_t at = known->heap_at;
    known->heap_at = UINT32_MAX;
    hub->heap_count -= 1;
    if (at == hub->heap_count) {
        return;
    }
    place(hub, at, hub->heap[hub->heap_count]);
    rise(hub, at);
    sink(hub, hub->heap[at]->heap_at);
}

void ps_known_wake(struct ps_known *known, uint64_t wake)
{
    struct ps_hub *hub = known->hub;
    if (wake == known->wake) {
        return;
    }
    known->wake = wake;
    if (wake == PS_MONO_NEVER) {
        if (known->heap_at != UINT32_MAX) {
            leave_heap(hub, known);
        }
        return;
    }
    if (known->heap_at == UINT32_MAX) {
        place(hub, hub->heap_count++, known);
    }
    rise(hub, known->heap_at);
    sink(hub, known->heap_at);
}
