#include "core/word.h"

#include <string.h>

struct entry {
    uint32_t id;
    uint32_t at;
    uint32_t bytes;
};

static char *block(struct ps_words *words)
{
    return (char *)(words + 1);
}

static const char *block_const(const struct ps_words *words)
{
    return (const char *)(words + 1);
}

/* Entry i counts from the end of the block; entries are copied because the end may be unaligned. */
static struct entry entry_at(const struct ps_words *words, uint32_t i)
{
    struct entry entry;
    memcpy(&entry, block_const(words) + words->room - (i + 1) * sizeof(entry), sizeof(entry));
    return entry;
}

struct ps_words *ps_words_init(void *memory, size_t bytes)
{
    ps_assert(bytes > sizeof(struct ps_words));
    struct ps_words *words = memory;
    *words = (struct ps_words){.room = (uint32_t)(bytes - sizeof(*words))};
    return words;
}

uint32_t ps_words_last(const struct ps_words *words)
{
    return words->count == 0 ? 0 : entry_at(words, words->count - 1).id;
}

enum ps_err ps_words_add(struct ps_words *words, struct ps_word word, const char *text)
{
    ps_assert(word.id != 0 && (word.id & PS_WORD_FRESH) == 0);
    ps_assert(ps_words_last(words) < word.id);
    size_t index_bytes = (words->count + 1) * sizeof(struct entry);
    if (words->used + word.bytes + index_bytes > words->room) {
        return PS_E_LIMIT;
    }
    struct entry entry = {.id = word.id, .at = words->used, .bytes = word.bytes};
    memcpy(block(words) + words->used, text, word.bytes);
    memcpy(block(words) + words->room - index_bytes, &entry, sizeof(entry));
    words->used += word.bytes;
    words->count += 1;
    return PS_OK;
}

const char *ps_words_find(const struct ps_words *words, struct ps_word word)
{
    uint32_t low = 0;
    uint32_t high = words->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct entry entry = entry_at(words, middle);
        if (entry.id == word.id) {
            return entry.bytes == word.bytes ? block_const(words) + entry.at : NULL;
        }
        if (entry.id < word.id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

enum ps_err ps_words_copy(struct ps_words *to, const struct ps_words *from, const uint32_t *ids,
                          size_t count)
{
    size_t next = 0;
    for (uint32_t i = 0; i < from->count && next < count; i++) {
        struct entry entry = entry_at(from, i);
        while (next < count && ids[next] < entry.id) {
            next++;
        }
        if (next == count || ids[next] != entry.id) {
            continue;
        }
        struct ps_word word = {.id = entry.id, .bytes = (uint16_t)entry.bytes};
        enum ps_err err = ps_words_add(to, word, block_const(from) + entry.at);
        if (err != PS_OK) {
            return err;
        }
    }
    return PS_OK;
}

enum ps_err ps_words_copy_all(struct ps_words *to, const struct ps_words *from)
{
    for (uint32_t i = 0; i < from->count; i++) {
        struct entry entry = entry_at(from, i);
        struct ps_word word = {.id = entry.id, .bytes = (uint16_t)entry.bytes};
        enum ps_err err = ps_words_add(to, word, block_const(from) + entry.at);
        if (err != PS_OK) {
            return err;
        }
    }
    return PS_OK;
}
