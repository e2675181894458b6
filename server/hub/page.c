#include "hub/page.h"

#include <stdlib.h>
#include <string.h>

enum { FLOOD_BURSTS = 10 }; /* this many bursts too much, and it is no impatient thumb any more */

struct ps_seat_memory *ps_seat_memory(struct ps_live_set *live, uint8_t seat)
{
    ps_assert(seat != PS_NOBODY && seat < PS_SEAT_SLOTS);
    if (live->seats[seat] == NULL) {
        struct ps_seat_memory *memory = calloc(1, sizeof(*memory));
        if (memory != NULL) {
            memory->tokens_milli = (int64_t)live->hub->config.commands_burst * 1000;
            memory->refilled = live->hub->now.ms;
        }
        live->seats[seat] = memory;
    }
    return live->seats[seat];
}

void ps_seat_memory_free(struct ps_seat_memory *memory)
{
    if (memory == NULL) {
        return;
    }
    for (size_t i = 0; i < PS_REQUEST_PAGES_KEPT; i++) {
        free(memory->pages[i]);
    }
    free(memory);
}

size_t ps_seat_memory_bytes(const struct ps_seat_memory *memory)
{
    size_t bytes = 0;
    if (memory != NULL) {
        bytes = sizeof(*memory);
        for (size_t i = 0; i < PS_REQUEST_PAGES_KEPT; i++) {
            bytes += memory->pages[i] != NULL ? sizeof(*memory->pages[i]) : 0;
        }
    }
    return bytes;
}

static struct ps_page *page_find(const struct ps_seat_memory *memory, const char *name,
                                 size_t *ret_at)
{
    for (size_t i = 0; memory != NULL && i < PS_REQUEST_PAGES_KEPT; i++) {
        if (memory->pages[i] != NULL && strcmp(memory->pages[i]->name, name) == 0) {
            *ret_at = i;
            return memory->pages[i];
        }
    }
    return NULL;
}

/* A ring of the last answers holds N, or N is newer than all it holds, or it fell out of the ring.
 * What fell out was most probably done: saying so again is safe, doing it again is not. But a
 * number between those that the ring holds was refused then, and is decided again. */
bool ps_page_repeats(const struct ps_live_set *live, uint8_t seat, const char *page,
                     uint64_t number, uint32_t *ret_seq)
{
    size_t at = 0;
    const struct ps_page *found = page_find(live->seats[seat], page, &at);
    if (found == NULL || number > found->highest) {
        return false;
    }
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < found->count; i++) {
        if (found->numbers[i] == number) {
            *ret_seq = found->seqs[i];
            return true;
        }
        least = found->numbers[i] < least ? found->numbers[i] : least;
    }
    if (found->count < PS_REQUEST_ANSWERS_KEPT || number > least) {
        return false;
    }
    *ret_seq = live->shown.seq;
    return true;
}

/* The page of this name, moved to the front; the oldest is forgotten for a new one. */
static struct ps_page *page_front(struct ps_seat_memory *memory, const char *name)
{
    size_t at = PS_REQUEST_PAGES_KEPT - 1;
    struct ps_page *page = page_find(memory, name, &at);
    if (page == NULL) {
        page = memory->pages[at];
        if (page == NULL) {
            page = malloc(sizeof(*page));
            if (page == NULL) {
                return NULL;
            }
        }
        *page = (struct ps_page){0};
        size_t count = strlen(name);
        ps_assert(count <= PS_REQUEST_PAGE_CHARS_MAX);
        memcpy(page->name, name, count);
    }
    for (; at > 0; at--) {
        memory->pages[at] = memory->pages[at - 1];
    }
    memory->pages[0] = page;
    return page;
}

void ps_page_remember(struct ps_live_set *live, uint8_t seat, const char *name, uint64_t number,
                      uint32_t seq)
{
    struct ps_seat_memory *memory = ps_seat_memory(live, seat);
    struct ps_page *page = memory == NULL ? NULL : page_front(memory, name);
    if (page == NULL) {
        return; /* no memory: a repeat would be decided again, which is the lesser evil */
    }
    /* A command of several events has one answer: that of its last event. */
    uint8_t last = (uint8_t)((page->next + PS_REQUEST_ANSWERS_KEPT - 1) % PS_REQUEST_ANSWERS_KEPT);
    if (page->count > 0 && page->numbers[last] == number) {
        page->seqs[last] = seq;
        return;
    }
    page->numbers[page->next] = number;
    page->seqs[page->next] = seq;
    page->next = (uint8_t)((page->next + 1) % PS_REQUEST_ANSWERS_KEPT);
    page->count = (uint8_t)(page->count + (page->count < PS_REQUEST_ANSWERS_KEPT ? 1 : 0));
    page->highest = number > page->highest ? number : page->highest;
}

/* "m1 PAGE:N" */
void ps_page_replay(struct ps_live_set *live, const char *cause, uint64_t seq)
{
    const char *space = strchr(cause, ' ');
    const char *colon = strrchr(cause, ':');
    if (space == NULL || colon == NULL || colon <= space) {
        return;
    }
    uint8_t seat = ps_seat_read(cause, (size_t)(space - cause));
    size_t count = (size_t)(colon - space) - 1;
    char *end = NULL;
    uint64_t number = strtoull(colon + 1, &end, 10);
    if (seat == PS_NOBODY || count > PS_REQUEST_PAGE_CHARS_MAX || end == colon + 1 ||
        *end != '\0') {
        return;
    }
    char name[PS_REQUEST_PAGE_CHARS_MAX + 1] = {0};
    memcpy(name, space + 1, count);
    ps_page_remember(live, seat, name, number, (uint32_t)seq);
}

enum ps_rate ps_rate_take(struct ps_live_set *live, uint8_t seat)
{
    const struct ps_hub_config *config = &live->hub->config;
    struct ps_seat_memory *memory = ps_seat_memory(live, seat);
    if (memory == NULL) {
        return PS_RATE_TOO_FAST;
    }
    int64_t full = (int64_t)config->commands_burst * 1000;
    uint64_t passed = live->hub->now.ms - memory->refilled;
    /* Milliseconds times commands a second are thousandths of a command. More than an hour is full.
     */
    int64_t more = passed > 3600000 ? full * (FLOOD_BURSTS + 1)
                                    : (int64_t)passed * (int64_t)config->commands_per_second;
    memory->refilled = live->hub->now.ms;
    memory->tokens_milli += more;
    memory->tokens_milli = memory->tokens_milli > full ? full : memory->tokens_milli;
    memory->refused_milli = memory->refused_milli > more ? memory->refused_milli - more : 0;
    if (memory->tokens_milli >= 1000) {
        memory->tokens_milli -= 1000;
        return PS_RATE_FINE;
    }
    /* A refused command costs nothing: who waits is let in again at once. A flood is counted apart,
     * and forgiven at the same pace. */
    memory->refused_milli += 1000;
    if (memory->refused_milli > full * FLOOD_BURSTS) {
        memory->refused_milli = full * FLOOD_BURSTS;
        return PS_RATE_FLOOD;
    }
    return PS_RATE_TOO_FAST;
}
