#include "hub/live_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub/conn.h"
#include "hub/entry.h"
#include "hub/guard.h"
#include "hub/page.h"

/* ---- time ------------------------------------------------------------------------------------ */

int64_t ps_live_now(const struct ps_live_set *live)
{
    int64_t now = live->base_at + (int64_t)(live->hub->now.ms - live->base_mono);
    return now > live->head.last_at ? now : live->head.last_at;
}

uint64_t ps_live_mono(const struct ps_live_set *live, int64_t at)
{
    if (at == INT64_MAX) {
        return PS_MONO_NEVER;
    }
    int64_t from_base = at - live->base_at;
    if (from_base < 0 && (uint64_t)-from_base > live->base_mono) {
        return 0;
    }
    return live->base_mono + (uint64_t)from_base;
}

/* From here the set's time runs on: never below what is journaled, even when the wall clock was put
 * back while the server was stopped. */
static void start_time(struct ps_live_set *live)
{
    int64_t at = ps_hub_wall(live->hub);
    at = at > live->head.last_at ? at : live->head.last_at;
    live->base_at = at > live->known->alive_at ? at : live->known->alive_at;
    live->base_mono = live->hub->now.ms;
}

bool ps_live_runs(const struct ps_set *set)
{
    return set->now.clock.state == PS_CLOCK_RUNNING ||
           (ps_is_live(set) && set->roster.present != 0);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static struct ps_live_set *create(struct ps_known *known, bool apart)
{
    struct ps_live_set *live = calloc(1, sizeof(*live));
    void *block = malloc(PS_WORDS_BYTES_MIN);
    if (live == NULL || block == NULL) {
        free(live);
        free(block);
        return NULL;
    }
    live->known = known;
    live->hub = known->hub;
    live->words = ps_words_init(block, PS_WORDS_BYTES_MIN);
    live->words_bytes = PS_WORDS_BYTES_MIN;
    live->settle_at = PS_MONO_NEVER;
    live->flush_at = PS_MONO_NEVER;
    live->alive_at = PS_MONO_NEVER;
    live->retry_at = PS_MONO_NEVER;
    live->alone_since = live->hub->now.ms;
    memcpy(live->head.id, known->id, sizeof(live->head.id));
    live->shown = live->head;
    live->apart = apart;
    if (!apart) {
        known->live = live;
        known->hub->figures.sets_live += 1;
    }
    return live;
}

void ps_live_free(struct ps_live_set *live)
{
    if (live == NULL) {
        return;
    }
    struct ps_entry *entry = NULL;
    while ((entry = ps_inbox_take(live)) != NULL || (entry = ps_flight_take(live)) != NULL) {
        ps_entry_free(live->hub, entry);
    }
    for (size_t seat = 0; seat < PS_SEAT_SLOTS; seat++) {
        ps_seat_memory_free(live->seats[seat]);
    }
    if (!live->apart) {
        live->known->live = NULL;
        live->hub->figures.sets_live -= 1;
    }
    free(live->words);
    free(live);
}

void ps_live_drop(struct ps_live_set *live)
{
    ps_assert(live->conns == NULL && !live->appending);
    ps_assert(live->inbox_first == NULL && live->flight_first == NULL);
    struct ps_known *known = live->known;
    uint64_t wake = live->settle_at;
    ps_live_free(live);
    ps_known_wake(known, wake);
}

/* ---- replay ---------------------------------------------------------------------------------- */

struct replay {
    struct ps_live_set *live;
    enum ps_err err;
    uint64_t bad_seq;
    struct ps_event event;
};

/* Read one record; when its words do not fit, make room and read it once more. */
static enum ps_err read_event(struct replay *replay, const struct ps_record *record)
{
    struct ps_live_set *live = replay->live;
    const struct ps_words mark = *live->words;
    enum ps_err err = ps_wire_event(record, &replay->event, live->words);
    if (err == PS_E_LIMIT) {
        *live->words = mark;
        err = ps_live_words_room(live, PS_OUTCOME_WORDS_MAX, record->words_bytes);
        return err == PS_OK ? ps_wire_event(record, &replay->event, live->words) : err;
    }
    return err;
}

static bool replay_record(void *context, const struct ps_record *record)
{
    struct replay *replay = context;
    struct ps_live_set *live = replay->live;
    replay->bad_seq = record->seq;
    replay->err =
        record->seq == (uint64_t)live->head.seq + 1 ? read_event(replay, record) : PS_E_CORRUPT;
    if (replay->err == PS_OK &&
        (replay->event.seq != record->seq || replay->event.at.ms < live->head.last_at)) {
        replay->err = PS_E_CORRUPT;
    }
    if (replay->err != PS_OK) {
        return false;
    }
    ps_apply(&live->head, &replay->event);
    ps_page_replay(live, record->cause, record->seq);
    return true;
}

static void replay_all(void *context)
{
    struct replay *replay = context;
    struct ps_live_set *live = replay->live;
    uint64_t bad_seq = 0;
    enum ps_err err =
        ps_journal_read(live->hub->journal, live->known->id, 1, replay_record, replay, &bad_seq);
    if (replay->err == PS_OK && err != PS_OK) {
        replay->err = err;
        replay->bad_seq = bad_seq;
    }
}

static void forget_state(struct ps_live_set *live)
{
    memset(&live->head, 0, sizeof(live->head));
    memcpy(live->head.id, live->known->id, sizeof(live->head.id));
    live->shown = live->head;
    live->words = ps_words_init(live->words, live->words_bytes);
    for (size_t seat = 0; seat < PS_SEAT_SLOTS; seat++) {
        ps_seat_memory_free(live->seats[seat]);
        live->seats[seat] = NULL;
    }
}

/* Read all into head. On failure `why` is for the operator. PS_E_IO and PS_E_LIMIT may pass. */
static enum ps_err replay_set(struct ps_live_set *live, char *why)
{
    struct replay *replay = calloc(1, sizeof(*replay));
    if (replay == NULL) {
        snprintf(why, PS_WHY_CHARS_MAX, "no memory");
        return PS_E_LIMIT;
    }
    replay->live = live;
    bool whole = ps_guard(replay_all, replay);
    enum ps_err err = whole ? replay->err : PS_E_CORRUPT;
    if (!whole) {
        snprintf(why, PS_WHY_CHARS_MAX, "record %llu: %s", (unsigned long long)replay->bad_seq,
                 ps_guard_what());
    } else if (err != PS_OK) {
        snprintf(why, PS_WHY_CHARS_MAX, "record %llu: %s", (unsigned long long)replay->bad_seq,
                 ps_err_word(err));
    }
    free(replay);
    return err;
}

static void begin_again(struct ps_live_set *live)
{
    bool first = live->base_mono == 0 && live->base_at == 0;
    live->shown = live->head;
    live->known->head_seq = live->head.seq;
    live->retry_at = PS_MONO_NEVER;
    live->ready = true;
    start_time(live);
    live->settle_at = live->hub->now.ms;
    if (first) {
        live->live.loaded_at = live->base_at;
        live->live_shown.loaded_at = live->base_at;
        live->recovering = ps_live_runs(&live->head);
    }
    /* Not before the recovery is committed: it asks the alive instant of the time before. */
    live->alive_at = live->recovering ? PS_MONO_NEVER : live->hub->now.ms;
    for (struct ps_conn *conn = live->conns; conn != NULL; conn = conn->after) {
        conn->whole = conn->greeted && !conn->behind;
    }
}

bool ps_live_reload(struct ps_live_set *live)
{
    char why[PS_WHY_CHARS_MAX];
    live->ready = false;
    forget_state(live);
    enum ps_err err = replay_set(live, why);
    if (err == PS_OK) {
        begin_again(live);
        return true;
    }
    if (err == PS_E_IO || err == PS_E_LIMIT) {
        ps_hub_log(live->hub, 'w', "set %s cannot be read now: %s", live->known->id, why);
        live->retry_at = live->hub->now.ms + PS_RETRY_MS;
        return false;
    }
    ps_live_quarantine(live->known, why);
    return false;
}

enum ps_err ps_live_read_apart(struct ps_known *known, struct ps_live_set **ret_live, char *ret_why)
{
    struct ps_live_set *live = create(known, true);
    if (live == NULL) {
        snprintf(ret_why, PS_WHY_CHARS_MAX, "no memory");
        return PS_E_LIMIT;
    }
    enum ps_err err = replay_set(live, ret_why);
    if (err != PS_OK) {
        ps_live_free(live);
        return err;
    }
    live->shown = live->head;
    *ret_live = live;
    return PS_OK;
}

struct ps_live_set *ps_live_get(struct ps_known *known)
{
    if (known->live != NULL || known->quarantined) {
        return known->live;
    }
    struct ps_live_set *live = create(known, false);
    if (live == NULL) {
        return NULL;
    }
    if (ps_live_reload(live)) {
        ps_live_advance(live);
    } else if (known->live != NULL) {
        ps_live_schedule(live);
    }
    return known->live;
}

struct ps_live_set *ps_live_found(struct ps_known *known)
{
    struct ps_live_set *live = create(known, false);
    if (live != NULL) {
        live->ready = true;
        start_time(live);
        live->live.loaded_at = live->base_at;
        live->live_shown = live->live;
    }
    return live;
}

/* ---- quarantine ------------------------------------------------------------------------------ */

void ps_live_quarantine(struct ps_known *known, const char *why)
{
    struct ps_hub *hub = known->hub;
    ps_assert(!known->quarantined);
    known->quarantined = true;
    snprintf(known->why, sizeof(known->why), "%s", why);
    hub->figures.sets_quarantined += 1;
    ps_hub_log(hub, 'e', "set %s is quarantined: %s", known->id, known->why);
    ps_known_wake(known, PS_MONO_NEVER);
    struct ps_live_set *live = known->live;
    if (live == NULL) {
        return;
    }
    struct ps_entry *entry = live->deciding;
    while (entry != NULL || (entry = ps_flight_take(live)) != NULL ||
           (entry = ps_inbox_take(live)) != NULL) {
        ps_entry_refuse(entry, -32000, PS_REFUSED_QUARANTINED);
        ps_entry_answer_take(live, entry);
        entry = NULL;
    }
    live->deciding = NULL;
    while (live->conns != NULL) {
        ps_conn_bye(live->conns, 1013, "quarantined", PS_LINGER_MS);
    }
    ps_live_free(live);
}

bool ps_live_guard(struct ps_known *known, void (*act)(void *context), void *context)
{
    if (!ps_guard(act, context) && !known->quarantined) {
        ps_live_quarantine(known, ps_guard_what());
    }
    return !known->quarantined;
}
