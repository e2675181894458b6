#include "hub/batch.h"

#include <stdlib.h>
#include <string.h>

enum { FACTS_BYTES_MAX = 64 * 1024 }; /* of one record; the rest of a block is for its words */

enum ps_err ps_batch_init(struct ps_batch *batch)
{
    *batch = (struct ps_batch){0};
    batch->records = calloc(PS_RECORDS_PER_APPEND_MAX, sizeof(*batch->records));
    return batch->records == NULL ? PS_E_LIMIT : PS_OK;
}

void ps_batch_finish(struct ps_batch *batch)
{
    for (size_t i = 0; i < PS_BATCH_BLOCKS_MAX; i++) {
        free(batch->blocks[i]);
    }
    free(batch->records);
    *batch = (struct ps_batch){0};
}

void ps_batch_begin(struct ps_batch *batch)
{
    batch->count = 0;
    batch->block = 0;
    batch->used = 0;
}

/* Write the record at the end of the present block; false when it does not fit there. */
static bool write_record(struct ps_batch *batch, const struct ps_event *event,
                         const struct ps_outcome *out, const char *cause)
{
    char **block = &batch->blocks[batch->block];
    if (*block == NULL) {
        *block = malloc(PS_BATCH_BLOCK_BYTES);
        if (*block == NULL) {
            return false;
        }
    }
    size_t cause_bytes = strlen(cause) + 1;
    size_t left = PS_BATCH_BLOCK_BYTES - batch->used;
    if (left < cause_bytes + FACTS_BYTES_MAX) {
        return false;
    }
    char *at = *block + batch->used;
    memcpy(at, cause, cause_bytes);
    struct ps_text facts = ps_text_into(at + cause_bytes, FACTS_BYTES_MAX);
    /* The words follow the facts at their largest; the gap is given back below. */
    struct ps_text words =
        ps_text_into(at + cause_bytes + FACTS_BYTES_MAX, left - cause_bytes - FACTS_BYTES_MAX);
    struct ps_record *record = &batch->records[batch->count];
    ps_wire_record(event, out, at, &facts, &words, record);
    if (facts.full || words.full) {
        return false;
    }
    if (words.used > 0) {
        memmove(facts.bytes + facts.used, words.bytes, words.used);
    }
    record->words = facts.bytes + facts.used;
    batch->used += cause_bytes + facts.used + words.used;
    return true;
}

enum ps_err ps_batch_add(struct ps_batch *batch, const struct ps_event *event,
                         const struct ps_outcome *out, const char *cause)
{
    if (batch->count == PS_RECORDS_PER_APPEND_MAX) {
        return PS_E_LIMIT;
    }
    if (!write_record(batch, event, out, cause)) {
        if (batch->used == 0 || batch->block + 1 == PS_BATCH_BLOCKS_MAX) {
            return PS_E_LIMIT;
        }
        batch->block += 1;
        batch->used = 0;
        if (!write_record(batch, event, out, cause)) {
            return PS_E_LIMIT;
        }
    }
    batch->count += 1;
    return PS_OK;
}

bool ps_batch_is_full(const struct ps_batch *batch)
{
    return batch->count > PS_BATCH_RECORDS_FULL ||
           batch->block * PS_BATCH_BLOCK_BYTES + batch->used > PS_BATCH_BYTES_FULL;
}
