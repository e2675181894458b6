#include "wire_random.h"

#include <string.h>

#include "core/activity.h"

#define INTEGER_MAX INT64_C(9007199254740991)

static uint64_t below(struct wire_random *random, uint64_t bound)
{
    return ps_prng_below(&random->prng, bound);
}

static bool one_in(struct wire_random *random, uint64_t count)
{
    return below(random, count) == 0;
}

struct ps_words *wire_random_words(void)
{
    static uint32_t store[WIRE_WORDS_BYTES / sizeof(uint32_t)];
    static const char *const texts[] = {"Ann",        "Zo\xC3\xAB's \"Toys\" \\ Books",
                                        "two\nlines", "\xF0\x9F\xA7\xB8",
                                        "</script>",  "tab\there"};
    struct ps_words *words = ps_words_init(store, sizeof(store));
    for (uint32_t id = 1; id <= WIRE_WORDS; id++) {
        const char *text = texts[id % PS_COUNT(texts)];
        struct ps_word word = {.id = id, .bytes = (uint16_t)strlen(text)};
        ps_assert(ps_words_add(words, word, text) == PS_OK);
    }
    return words;
}

/* ---- values ---------------------------------------------------------------------------------- */

static void put(void *at, const void *value, size_t size)
{
    memcpy(at, value, size); /* little end first, as everywhere this runs */
}

static void random_int(struct wire_random *random, const struct ps_field *field, uint8_t *at)
{
    bool bounded = field->least != 0 || field->most != 0;
    uint64_t most =
        field->size == 8 ? (uint64_t)INTEGER_MAX : (UINT64_C(1) << (8 * field->size)) - 1;
    int64_t value = (int64_t)below(random, one_in(random, 2) ? 4 : most);
    if (bounded) {
        value = field->least + (int64_t)below(random, (uint64_t)(field->most - field->least + 1));
    } else if (field->size == 8 && one_in(random, 4)) {
        value = -value;
    }
    value = (field->flags & PS_PLUS_ONE) != 0 && value < 0 ? 0 : value;
    put(at, &value, field->size);
}

/* A word of the list; also none, where that is how nothing is said. */
static void random_enum(struct wire_random *random, const struct ps_field *field, uint8_t *at)
{
    uint8_t count = 1;
    while (ps_field_word(field, count) != NULL) {
        count++;
    }
    bool none = ps_field_word(field, 0) == NULL;
    bool may_be_none = (field->flags & PS_OPTIONAL) != 0 || random->facts;
    uint8_t first = none && !may_be_none ? 1 : 0;
    *at = (uint8_t)(first + below(random, (uint64_t)(count - first)));
}

static void random_word(struct wire_random *random, const struct ps_field *field, uint8_t *at)
{
    const struct ps_words *words = wire_random_words();
    struct ps_word word = {.id = 1 + (uint32_t)below(random, WIRE_WORDS)};
    if (random->facts) {
        word.id = 1 + (uint32_t)below(random, PS_WORD_FRESH - 1);
        word.bytes = (uint16_t)below(random, UINT16_MAX);
        word.owner = (uint8_t)below(random, PS_SEATS_MAX + 1);
    }
    for (uint16_t bytes = 1; !random->facts && bytes < 64; bytes++) {
        struct ps_word kept = {.id = word.id, .bytes = bytes};
        word.bytes = ps_words_find(words, kept) != NULL ? bytes : word.bytes;
    }
    if ((field->flags & PS_OPTIONAL) == 0 || !one_in(random, 3)) {
        put(at, &word, sizeof(word));
    }
}

static void random_phrase(struct wire_random *random, const struct ps_field *field, uint8_t *at)
{
    static const char *const forms[] = {"Plain.", "%1 and %2.", "#1 of #2, with %3", "100 % of #3"};
    struct ps_phrase phrase = {.form = forms[below(random, PS_COUNT(forms))]};
    for (size_t i = 0; i < PS_COUNT(phrase.names); i++) {
        uint8_t word[sizeof(struct ps_word)] = {0};
        random_word(random, field, word);
        memcpy(&phrase.names[i], word, sizeof(word));
        phrase.numbers[i] = (int32_t)below(random, 3);
    }
    if ((field->flags & PS_OPTIONAL) == 0 || !one_in(random, 3)) {
        put(at, &phrase, sizeof(phrase));
    }
}

static void random_chars(struct wire_random *random, const struct ps_field *field, uint8_t *at)
{
    static const char letters[] = "abcXYZ019_-";
    size_t most = field->chars_max != 0 && field->chars_max < field->size ? field->chars_max
                                                                          : field->size - 1U;
    size_t length = 1 + below(random, most);
    for (size_t i = 0; i < length; i++) {
        at[i] = (uint8_t)letters[below(random, sizeof(letters) - 1)];
    }
}

static void random_flags(struct wire_random *random, const struct ps_field *field, uint8_t *at)
{
    for (uint16_t i = 0; i < field->size * 8; i++) {
        const char *word = ps_field_word(field, i);
        if (word == NULL && i > 0) {
            break;
        }
        if (word != NULL && one_in(random, 2)) {
            at[i / 8] = (uint8_t)(at[i / 8] | 1U << (i % 8));
        }
    }
}

/* ---- what holds others ----------------------------------------------------------------------- */

static void random_key(const struct ps_field *map, uint8_t *item, uint32_t key)
{
    put(item + map->shape->fields[0].at, &key, map->shape->fields[0].size);
}

static void random_item(struct wire_random *random, const struct ps_field *map, uint8_t *item,
                        uint32_t key)
{
    memset(item, 0, map->shape->size);
    wire_random_object(random, map->shape, item);
    random_key(map, item, key);
}

static void random_map(struct wire_random *random, const struct ps_field *field, uint8_t *object)
{
    uint8_t *first = object + field->at;
    size_t room = ps_field_room(field);
    if (field->count_at == PS_COUNT_ALL) {
        for (uint32_t i = 1; i < room; i++) {
            if (one_in(random, 4)) {
                random_item(random, field, first + i * field->shape->size, i);
            }
        }
        return;
    }
    size_t count = below(random, one_in(random, 8) ? room + 1 : 6);
    count = count > room ? room : count;
    uint32_t from = 1 + (uint32_t)below(random, PS_SEATS_MAX - (count < 48 ? count : 47));
    for (size_t i = 0; i < count; i++) {
        random_item(random, field, first + i * field->shape->size, from + (uint32_t)i);
    }
    object[field->count_at] = (uint8_t)count;
}

static void random_list(struct wire_random *random, const struct ps_field *field, uint8_t *object)
{
    size_t step = ps_field_step(field);
    size_t count = below(random, ps_field_room(field) + 1);
    for (size_t i = 0; i < count; i++) {
        uint8_t *at = object + field->at + i * step;
        uint32_t value = 1 + (uint32_t)below(random, PS_SEATS_MAX);
        if (field->of == PS_OBJECT) {
            wire_random_object(random, field->shape, at);
        } else {
            put(at, &value, step);
        }
    }
    object[field->count_at] = (uint8_t)count;
}

static void random_kind(struct wire_random *random, const struct ps_field *field, uint8_t *object)
{
    uint8_t count = 0;
    while (ps_activity_at((uint8_t)(count + 1)) != NULL) {
        count++;
    }
    uint8_t kind = (uint8_t)(1 + below(random, count));
    const struct ps_shape *shape = ps_activity_at(kind)->picture;
    object[field->count_at] = kind;
    if (shape != NULL) {
        wire_random_object(random, shape, object + field->at);
    }
}

static void random_field(struct wire_random *random, const struct ps_field *field, uint8_t *object)
{
    uint8_t *at = object + field->at;
    bool optional = (field->flags & PS_OPTIONAL) != 0;
    uint32_t id = (uint32_t)below(random, optional ? 3 : 4000000000U);
    uint64_t seats = (ps_prng_next(&random->prng) & ps_prng_next(&random->prng)) << 1;
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        *at = (uint8_t)below(random, 2);
        return;
    case PS_INT:
        if (!optional || !one_in(random, 3)) {
            random_int(random, field, at);
        }
        return;
    case PS_ENUM:
        random_enum(random, field, at);
        return;
    case PS_SEAT:
        *at = (uint8_t)below(random, PS_SEATS_MAX + 1);
        return;
    case PS_ID:
        put(at, &id, field->size);
        return;
    case PS_CHARS:
        if (!optional || !one_in(random, 3)) {
            random_chars(random, field, at);
        }
        return;
    case PS_WORDS:
        random_word(random, field, at);
        return;
    case PS_PHRASE:
        random_phrase(random, field, at);
        return;
    case PS_OBJECT:
        if (!optional || !one_in(random, 3)) {
            *at = 1;
            wire_random_object(random, field->shape, at);
        }
        return;
    case PS_LIST:
        random_list(random, field, object);
        return;
    case PS_MAP:
        random_map(random, field, object);
        return;
    case PS_FLAGS:
        random_flags(random, field, at);
        return;
    case PS_SEATS:
        seats &= (UINT64_C(1) << (PS_SEATS_MAX + 1)) - 1;
        put(at, &seats, sizeof(seats));
        return;
    case PS_KIND:
        random_kind(random, field, object);
        return;
    }
}

/* Shapes nest three deep. */
void wire_random_object(struct wire_random *random, const struct ps_shape *shape, void *object)
{
    for (uint16_t i = 0; i < shape->fields_count; i++) {
        random_field(random, &shape->fields[i], object);
    }
}

/* ---- changes --------------------------------------------------------------------------------- */

static void clear_field(const struct ps_field *field, uint8_t *object)
{
    memset(object + field->at, 0, field->size);
    bool counted = field->kind == PS_LIST || field->kind == PS_MAP || field->kind == PS_KIND;
    if (counted && field->count_at != PS_COUNT_ALL) {
        object[field->count_at] = 0;
    }
}

/* Change one item, take one away, or let two change places: none of these moves another's key. */
static void change_map(struct wire_random *random, const struct ps_field *field, uint8_t *object)
{
    size_t size = field->shape->size;
    size_t count = ps_field_count(field, object);
    uint8_t *first = object + field->at;
    if (count < 2) {
        return;
    }
    size_t place = 1 + below(random, count - 1);
    uint8_t *item = first + place * size;
    uint32_t key = 0;
    memcpy(&key, item + field->shape->fields[0].at, field->shape->fields[0].size);
    if (key != 0 && one_in(random, 2)) {
        wire_random_change(random, field->shape, item);
        random_key(field, item, key);
    } else if (field->count_at == PS_COUNT_ALL) {
        memset(item, 0, size);
    } else {
        memmove(item, first + (count - 1) * size, size);
        memset(first + (count - 1) * size, 0, size);
        object[field->count_at] = (uint8_t)(count - 1);
    }
}

void wire_random_change(struct wire_random *random, const struct ps_shape *shape, void *object)
{
    for (uint16_t i = 0; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        if (field->kind == PS_MAP && !one_in(random, 3)) {
            change_map(random, field, object);
        } else if (field->kind == PS_OBJECT && *((uint8_t *)object + field->at) != 0) {
            wire_random_change(random, field->shape, (uint8_t *)object + field->at);
        } else if (one_in(random, 4)) {
            clear_field(field, object);
            random_field(random, field, object);
        }
    }
}
