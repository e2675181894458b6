/* shape - the field tables from which everything else follows.
 *
 * A shape describes a flat struct: one table serves decoding and checking of commands, journal
 * records, pictures and patches, schemas, TypeScript types, sight tables and the fuzzer. The name
 * of a field is the name of its member, in C and on the wire. Pure data. Source: pictures.md,
 * architecture.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/word.h"

enum ps_field_kind {
    PS_BOOL = 1, /* uint8_t: true or false */
    PS_INT,      /* int64_t, or an unsigned integer of 1, 2, 4 bytes; instants and spans too */
    PS_ENUM,     /* uint8_t into words[]; 0 is "none" where words[0] is NULL */
    PS_SEAT,     /* uint8_t: "m1", "f2", "o1"; 0 = nobody */
    PS_ID,       /* uint32_t with its prefix letter: "c12"; 0 = none */
    PS_CHARS,    /* char[size], NUL-terminated ASCII made by the server or checked */
    PS_WORDS,    /* struct ps_word: what a person wrote */
    PS_PHRASE,   /* struct ps_phrase: a sentence made by the server; pictures only */
    PS_OBJECT,   /* a struct with its own shape; absent when its first field, `here`, is 0 */
    PS_LIST,     /* an array of `of`; as many as the uint8_t at count_at says */
    PS_MAP,      /* an array of structs; an object keyed by their first field; key 0 is skipped */
    PS_FLAGS,    /* uint64_t[size/8] over words: {"raise": true} */
    PS_SEATS,    /* uint64_t, bit = seat: ["m1","m4"] */
    PS_KIND,     /* a union; the uint8_t at count_at names the activity, whose name is the key */
};

enum {
    PS_OPTIONAL = 1, /* zero means absent; in a command: may be left out */
    PS_LINES = 2,    /* words may have several lines */
    PS_PLUS_ONE = 4, /* optional, but zero is a value: the member holds it plus one */
};

struct ps_shape;

struct ps_field {
    const char *name;
    uint8_t kind;
    uint8_t flags;
    uint8_t of;         /* PS_LIST: kind of the elements (PS_SEAT, PS_ID, PS_OBJECT) */
    char prefix;        /* PS_ID, and PS_LIST of ids */
    uint16_t at;        /* offset in the struct */
    uint16_t size;      /* of the member in bytes */
    uint16_t count_at;  /* PS_LIST, PS_MAP: offset of the uint8_t count; 0xFFFF: all elements, holes
                           are skipped. PS_KIND: offset of the kind */
    uint16_t chars_max; /* PS_WORDS, PS_CHARS in commands */
    int64_t least,
        most; /* PS_INT in commands; both 0: no bound but that of JavaScript's integers */
    const char *const *words; /* PS_ENUM, PS_FLAGS: NULL-terminated unless `word` is set */
    const char *(*word)(uint16_t index); /* instead of words; NULL past the end */
    const struct ps_shape *shape;        /* PS_OBJECT, PS_MAP, PS_LIST of objects */
};

struct ps_shape {
    const char *name;
    uint16_t size; /* of the struct */
    uint16_t fields_count;
    const struct ps_field *fields;
};

/* One row: the member's name, place and size come from the struct itself. */
#define PS_SHAPE(type, member, ...)                                                                \
    {                                                                                              \
        .name = #member, .at = (uint16_t)offsetof(type, member),                                   \
        .size = (uint16_t)sizeof(((type *)0)->member), __VA_ARGS__                                 \
    }

enum { PS_COUNT_ALL = 0xFFFF };

/* A sentence of the server: `form` is static text in which %1 %2 %3 are names and #1 #2 #3 numbers.
 * All zero: absent. Never part of a state. */
struct ps_phrase {
    const char *form;
    struct ps_word names[3];
    int32_t numbers[3];
    uint32_t pad;
};

/* The word at `index` of a PS_ENUM or PS_FLAGS field, or NULL. */
const char *ps_field_word(const struct ps_field *field, uint16_t index);

/* How many elements a PS_LIST or PS_MAP field may hold, and the size of one. */
size_t ps_field_room(const struct ps_field *field);
size_t ps_field_step(const struct ps_field *field);

/* Elements in use of a PS_LIST or PS_MAP inside `object`. */
size_t ps_field_count(const struct ps_field *field, const void *object);

/* Call `visit` with every kept word inside `object`. `kind_shape` gives the shape of a PS_KIND. */
typedef void (*ps_word_visitor)(void *context, struct ps_word word);
void ps_shape_visit_words(const struct ps_shape *shape, const void *object,
                          const struct ps_shape *(*kind_shape)(uint8_t kind), ps_word_visitor visit,
                          void *context);
