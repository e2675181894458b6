/* journal - checks what is handed in, then lets the backend do it.
 *
 * The checks are here once, so that every backend means the same by journal.h and a mistake shows
 * in the simulator as it would in the product. */
#include "journal/journal.h"

#include <string.h>

#include "journal/journal_backend.h"

static void check_record(const struct ps_record *record, uint64_t seq)
{
    ps_assert(record->seq == seq);
    ps_assert(record->cause != NULL);
    ps_assert(strlen(record->cause) <= PS_CAUSE_BYTES_MAX);
    ps_assert(record->kind != NULL);
    ps_assert(strlen(record->kind) <= PS_KIND_BYTES_MAX);
    ps_assert(record->facts != NULL || record->facts_bytes == 0);
    ps_assert(record->words != NULL || record->words_bytes == 0);
}

static void check_set(const char *set)
{
    ps_assert(set[0] != '\0');
    ps_assert(strlen(set) < PS_ID_CHARS_MAX);
}

void ps_journal_append(struct ps_journal *journal, const char *set, uint64_t expected_seq,
                       const struct ps_record *records, size_t count, ps_journal_done done,
                       void *context)
{
    check_set(set);
    ps_assert(done != NULL);
    ps_assert(count > 0);
    ps_assert(count <= PS_RECORDS_PER_APPEND_MAX);
    ps_assert(expected_seq < INT64_MAX - PS_RECORDS_PER_APPEND_MAX);
    for (size_t i = 0; i < count; i++) {
        check_record(&records[i], expected_seq + 1 + i);
    }
    journal->ops->append(journal, set, expected_seq, records, count, done, context);
}

enum ps_err ps_journal_read(struct ps_journal *journal, const char *set, uint64_t from_seq,
                            ps_record_reader reader, void *context, uint64_t *ret_bad_seq)
{
    check_set(set);
    ps_assert(from_seq <= INT64_MAX);
    return journal->ops->read(journal, set, from_seq == 0 ? 1 : from_seq, reader, context,
                              ret_bad_seq);
}

enum ps_err ps_journal_sets(struct ps_journal *journal, ps_set_reader reader, void *context)
{
    return journal->ops->sets(journal, reader, context);
}

void ps_journal_put(struct ps_journal *journal, const char *key, const void *value, size_t bytes,
                    ps_journal_done done, void *context)
{
    ps_assert(key[0] != '\0');
    ps_assert(strlen(key) <= PS_SHELF_KEY_BYTES_MAX);
    ps_assert(bytes <= PS_SHELF_VALUE_BYTES_MAX);
    journal->ops->put(journal, key, value, bytes, done, context);
}

enum ps_err ps_journal_shelf(struct ps_journal *journal, const char *prefix, ps_shelf_reader reader,
                             void *context)
{
    ps_assert(strlen(prefix) <= PS_SHELF_KEY_BYTES_MAX);
    return journal->ops->shelf(journal, prefix, reader, context);
}

void ps_journal_poll(struct ps_journal *journal)
{
    journal->ops->poll(journal);
}

void ps_journal_flush(struct ps_journal *journal)
{
    journal->ops->flush(journal);
}

void ps_journal_close(struct ps_journal *journal)
{
    if (journal != NULL) {
        journal->ops->close(journal);
    }
}

struct ps_journal_figures ps_journal_figures(const struct ps_journal *journal)
{
    return journal->ops->figures(journal);
}
