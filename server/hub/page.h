/* page - what a seat did lately: its bucket of commands, and which request ids it has used.
 *
 * The same id sent again gets the same answer and does nothing twice, also after a restart: pages
 * are rebuilt from the causes of the journal's records. Bounded: PS_REQUEST_PAGES_KEPT pages of
 * PS_REQUEST_ANSWERS_KEPT answers for each seat. */
#pragma once

#include "hub/live_set.h"

struct ps_page {
    char name[PS_REQUEST_PAGE_CHARS_MAX + 1];
    uint8_t next; /* where the next answer goes in the ring */
    uint8_t count;
    uint64_t highest; /* N of any command that made events */
    uint64_t numbers[PS_REQUEST_ANSWERS_KEPT];
    uint32_t seqs[PS_REQUEST_ANSWERS_KEPT];
};

struct ps_seat_memory {
    int64_t tokens_milli;  /* commands that may still come at once, in thousandths */
    int64_t refused_milli; /* refused in a row, in thousandths, forgiven at the same pace */
    uint64_t refilled;     /* process time */
    struct ps_page *pages[PS_REQUEST_PAGES_KEPT]; /* the latest first */
};

/* Of this seat; made at the first call. NULL: no memory. */
struct ps_seat_memory *ps_seat_memory(struct ps_live_set *live, uint8_t seat);
void ps_seat_memory_free(struct ps_seat_memory *memory);
size_t ps_seat_memory_bytes(const struct ps_seat_memory *memory);

/* Was this request done already? Then *ret_seq is its answer, or the seq of now when the answer
 * itself is too long ago. */
bool ps_page_repeats(const struct ps_live_set *live, uint8_t seat, const char *page,
                     uint64_t number, uint32_t *ret_seq);
/* Remember that the request was done, with its last event at `seq`. */
void ps_page_remember(struct ps_live_set *live, uint8_t seat, const char *page, uint64_t number,
                      uint32_t seq);
/* The same from a record's cause; other causes are ignored. */
void ps_page_replay(struct ps_live_set *live, const char *cause, uint64_t seq);

/* One more command of this seat. How it stands with the limit. */
enum ps_rate { PS_RATE_FINE, PS_RATE_TOO_FAST, PS_RATE_FLOOD };
enum ps_rate ps_rate_take(struct ps_live_set *live, uint8_t seat);
