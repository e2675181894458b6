/* journal_fixture - what the tests of the journal share: a folder, records made by number, answers. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/journal.h"

/* ---- a folder of its own ------------------------------------------------------------------------ */

struct place {
    char folder[256]; /* does not exist at first */
    char root[200];
};

static inline int place_remove_one(const char *path, const struct stat *found, int kind,
                                   struct FTW *depth)
{
    (void)found;
    (void)kind;
    (void)depth;
    return remove(path);
}

static inline void place_remove(const char *path)
{
    (void)nftw(path, place_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline int place_setup(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    const char *tmp = getenv("TMPDIR");
    (void)snprintf(place->root, sizeof place->root, "%s/peerset-journal-XXXXXX",
                   tmp == NULL ? "/tmp" : tmp);
    if (mkdtemp(place->root) == NULL) {
        free(place);
        return -1;
    }
    (void)snprintf(place->folder, sizeof place->folder, "%s/data", place->root);
    *state = place;
    return 0;
}

static inline int place_teardown(void **state)
{
    struct place *place = *state;
    place_remove(place->root);
    free(place);
    return 0;
}

/* The path of a file of the folder; the memory is good for four calls. */
static inline const char *place_file(const struct place *place, const char *name)
{
    static char paths[4][512];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", place->folder, name);
    return path;
}

static inline off_t file_bytes(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 ? found.st_size : -1;
}

static inline void file_copy(const char *from, const char *to)
{
    char bytes[65536];
    int in = open(from, O_RDONLY);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(in >= 0);
    assert_true(out >= 0);
    for (ssize_t count = read(in, bytes, sizeof bytes); count > 0;
         count = read(in, bytes, sizeof bytes)) {
        assert_int_equal(write(out, bytes, (size_t)count), count);
    }
    close(in);
    close(out);
}

static inline void file_flip_bit(const char *path, off_t byte, unsigned bit)
{
    uint8_t value = 0;
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &value, 1, byte), 1);
    value = (uint8_t)(value ^ (1U << bit));
    assert_int_equal(pwrite(fd, &value, 1, byte), 1);
    close(fd);
}

static inline struct ps_journal *open_journal(const char *folder)
{
    struct ps_journal *journal = NULL;
    const char *why = "no reason was given";
    enum ps_err err = ps_journal_sqlite_open(folder, NULL, NULL, &journal, &why);
    if (err != PS_OK) {
        print_error("%s\n", why);
    }
    assert_int_equal(err, PS_OK);
    return journal;
}

/* ---- records by number -------------------------------------------------------------------------- */

static inline struct ps_record make_record(uint64_t seq, const char *facts)
{
    return (struct ps_record){
        .seq = seq,
        .at_ms = 1700000000000 + (int64_t)seq,
        .cause = "m1 page:1",
        .kind = "floor.granted",
        .version = 1,
        .facts = facts,
        .facts_bytes = strlen(facts),
        .words = "",
        .words_bytes = 0,
    };
}

/* ---- answers ------------------------------------------------------------------------------------ */

struct answers {
    enum ps_journal_result results[8192];
    size_t count;
};

static inline void take_answer(void *context, enum ps_journal_result result)
{
    struct answers *answers = context;
    assert_in_range(answers->count, 0, PS_COUNT(answers->results) - 1);
    answers->results[answers->count++] = result;
}

/* Hand in `count` records after `expected`, all alike. */
static inline void append_many(struct ps_journal *journal, const char *set, uint64_t expected,
                               size_t count, struct answers *answers)
{
    struct ps_record records[64];
    assert_in_range(count, 1, PS_COUNT(records));
    for (size_t i = 0; i < count; i++) {
        records[i] = make_record(expected + 1 + i, "{\"seat\":\"m1\"}");
    }
    ps_journal_append(journal, set, expected, records, count, take_answer, answers);
}

static inline enum ps_journal_result append_now(struct ps_journal *journal, const char *set,
                                                uint64_t expected, size_t count)
{
    static struct answers answers;
    answers.count = 0;
    append_many(journal, set, expected, count, &answers);
    ps_journal_flush(journal);
    assert_int_equal(answers.count, 1);
    return answers.results[0];
}

/* ---- reading ------------------------------------------------------------------------------------ */

struct reading {
    uint64_t count;
    uint64_t last;
    uint64_t stop_at; /* 0: read to the end */
};

static inline bool count_record(void *context, const struct ps_record *record)
{
    struct reading *reading = context;
    reading->count++;
    if (reading->last != 0) {
        assert_int_equal(record->seq, reading->last + 1);
    }
    reading->last = record->seq;
    return record->seq != reading->stop_at;
}

static inline uint64_t head_of(struct ps_journal *journal, const char *set)
{
    struct reading reading = {0};
    uint64_t bad = 0;
    enum ps_err err = ps_journal_read(journal, set, 1, count_record, &reading, &bad);
    if (err == PS_E_ABSENT) {
        return 0;
    }
    assert_int_equal(err, PS_OK);
    assert_int_equal(reading.count, reading.last);
    return reading.last;
}
