/* batch - the records of one append, on their way to the journal.
 *
 * Scratch of the hub: filled while a set decides, handed to the journal (which copies), then empty.
 * The blocks stay allocated, so after the first busy minute nothing is allocated for a command. */
#pragma once

#include "wire/wire.h"

enum {
    PS_BATCH_BLOCK_BYTES = 512 * 1024, /* any one record fits: its text is below 100 KiB escaped */
    PS_BATCH_BLOCKS_MAX = 16,
    PS_BATCH_RECORDS_FULL =
        900, /* beyond: the next command waits, so that one command and its settle
                (64 rounds of PS_EVENTS_MAX at the very most) always fit */
    PS_BATCH_BYTES_FULL = 2 * 1024 * 1024,
};

struct ps_batch {
    struct ps_record *records; /* PS_RECORDS_PER_APPEND_MAX */
    size_t count;
    char *blocks[PS_BATCH_BLOCKS_MAX];
    size_t block; /* in use */
    size_t used;  /* of it */
};

/* Allocates; PS_E_LIMIT: no memory. */
PS_MUST_CHECK enum ps_err ps_batch_init(struct ps_batch *batch);
/* Accepts a zeroed one. */
void ps_batch_finish(struct ps_batch *batch);

/* Forget all records; the memory stays. */
void ps_batch_begin(struct ps_batch *batch);
/* Add one event of `out`. PS_E_LIMIT: no room; the append must be given up. */
PS_MUST_CHECK enum ps_err ps_batch_add(struct ps_batch *batch, const struct ps_event *event,
                                       const struct ps_outcome *out, const char *cause);
/* Should the next command wait for the next append? */
bool ps_batch_is_full(const struct ps_batch *batch);
