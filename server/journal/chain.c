/* chain - each record's hash holds the hash before it, so nothing can be changed, left out or moved
 * without breaking what follows. Pure; decision 0011. */
#include <string.h>

#include "journal/journal_backend.h"

static void put_number(uint8_t *bytes, uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(number >> (56 - 8 * i));
    }
}

struct ps_chain ps_chain_begin(const char *set)
{
    static const char title[] = "peerset journal 1";
    struct ps_chain chain;
    const void *pieces[] = {title, set};
    size_t sizes[] = {sizeof title, strlen(set)};
    ps_seal_hash_pieces(pieces, sizes, PS_COUNT(pieces), chain.hash);
    return chain;
}

struct ps_chain ps_chain_next(const struct ps_chain *before, const struct ps_record *record)
{
    size_t cause_bytes = strlen(record->cause);
    size_t kind_bytes = strlen(record->kind);
    const uint64_t numbers[] = {
        record->seq, (uint64_t)record->at_ms, record->version,     cause_bytes,
        kind_bytes,  record->facts_bytes,     record->words_bytes,
    };
    uint8_t head[8 * PS_COUNT(numbers)];
    for (size_t i = 0; i < PS_COUNT(numbers); i++) {
        put_number(head + 8 * i, numbers[i]);
    }
    const void *pieces[] = {
        before->hash, head, record->cause, record->kind, record->facts, record->words,
    };
    const size_t sizes[] = {
        sizeof before->hash, sizeof head,         cause_bytes,
        kind_bytes,          record->facts_bytes, record->words_bytes,
    };
    struct ps_chain chain;
    ps_seal_hash_pieces(pieces, sizes, PS_COUNT(pieces), chain.hash);
    return chain;
}
