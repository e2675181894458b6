/* words_room - the block for a set's words: grown from 64 KiB to 256 KiB, compacted when too full.
 *
 * What is not reachable from the state any more (a text of an earlier stage) is given up at
 * compaction; the journal still has it. Both states are looked at, because viewers may still be
 * shown `shown`. */
#include "hub/live_set.h"

#include <stdlib.h>

enum { ENTRY_BYTES = 16 }; /* of the store's index for one word, generously */

struct ids {
    uint32_t *list;
    size_t count;
    size_t room;
    bool failed;
};

static void visit(void *context, struct ps_word word)
{
    struct ids *ids = context;
    if (word.id == 0 || ids->failed) {
        return;
    }
    if (ids->count == ids->room) {
        size_t room = ids->room == 0 ? 512 : ids->room * 2;
        uint32_t *list = realloc(ids->list, room * sizeof(*list));
        if (list == NULL) {
            ids->failed = true;
            return;
        }
        ids->list = list;
        ids->room = room;
    }
    ids->list[ids->count++] = word.id;
}

static int by_id(const void *a, const void *b)
{
    const uint32_t *first = a;
    const uint32_t *second = b;
    return *first < *second ? -1 : *first > *second;
}

static void sort_once(struct ids *ids)
{
    if (ids->count == 0) {
        return;
    }
    qsort(ids->list, ids->count, sizeof(*ids->list), by_id);
    size_t kept = 1;
    for (size_t i = 1; i < ids->count; i++) {
        if (ids->list[i] != ids->list[kept - 1]) {
            ids->list[kept++] = ids->list[i];
        }
    }
    ids->count = kept;
}

enum ps_err ps_live_words_compact(struct ps_live_set *live, const struct ps_set *first,
                                  const struct ps_set *second, size_t bytes)
{
    struct ids ids = {0};
    enum ps_err err = PS_E_LIMIT;
    void *block = NULL;
    struct ps_words *words = NULL;
    ps_shape_visit_words(&ps_set_shape, first, ps_activity_state_shape, visit, &ids);
    if (second != NULL) {
        ps_shape_visit_words(&ps_set_shape, second, ps_activity_state_shape, visit, &ids);
    }
    sort_once(&ids);
    block = ids.failed ? NULL : malloc(bytes);
    if (block == NULL) {
        goto out;
    }
    words = ps_words_init(block, bytes);
    err = ps_words_copy(words, live->words, ids.list, ids.count);
    if (err != PS_OK) {
        goto out;
    }
    free(live->words);
    live->words = words;
    live->words_bytes = bytes;
    block = NULL;
out:
    free(block);
    free(ids.list);
    return err;
}

static bool fits(const struct ps_live_set *live, size_t count, size_t bytes)
{
    const struct ps_words *words = live->words;
    return words->used + bytes + (words->count + count) * ENTRY_BYTES <= words->room;
}

enum ps_err ps_live_words_room(struct ps_live_set *live, size_t count, size_t bytes)
{
    if (fits(live, count, bytes)) {
        return PS_OK;
    }
    for (size_t size = live->words_bytes; size <= PS_WORDS_BYTES_MAX; size *= 2) {
        enum ps_err err = ps_live_words_compact(live, &live->head, &live->shown, size);
        if (err != PS_OK) {
            return err;
        }
        /* A quarter stays free, or the next command would compact again; at the last size all
         * counts. */
        size_t spare = size < PS_WORDS_BYTES_MAX ? size / 4 : 0;
        if (fits(live, count, bytes + spare)) {
            return PS_OK;
        }
    }
    return PS_E_LIMIT;
}
