/* journal_fixture - what the tests of the journal share: records by number, answers, readings. */
#pragma once

#include "journal_place.h"

#include "journal/journal.h"

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

/* ---- records by number ----------------------------------------------------------------------- */

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

/* ---- answers --------------------------------------------------------------------------------- */

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

/* ---- reading --------------------------------------------------------------------------------- */

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
