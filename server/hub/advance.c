/* advance - the one way: decide on head, hand the records to the journal, show when they are
 * committed. */
#include "hub/live_set.h"

#include <stdio.h>
#include <string.h>

#include "hub/conn.h"
#include "hub/control.h"
#include "hub/entry.h"
#include "hub/page.h"

static struct ps_scene scene_of(const struct ps_live_set *live, const char *command_text)
{
    return (struct ps_scene){
        .now = {.ms = ps_live_now(live)},
        .live = &live->live,
        .words = live->words,
        .command_text = command_text,
    };
}

/* ---- taking events into head ----------------------------------------------------------------- */

enum ps_err ps_live_take(struct ps_live_set *live, const char *cause)
{
    struct ps_hub *hub = live->hub;
    const struct ps_outcome *out = hub->outcome;
    ps_assert(live->batching && !live->appending);
    enum ps_err err = ps_live_words_room(live, out->words_count, out->text_used);
    if (err != PS_OK) {
        return err;
    }
    for (uint16_t i = 0; i < out->words_count; i++) {
        err = ps_words_add(live->words, out->words[i].word, out->text + out->words[i].at);
        ps_assert(err == PS_OK);
    }
    for (uint16_t i = 0; i < out->events_count; i++) {
        const struct ps_event *event = &out->events[i];
        ps_apply(&live->head, event);
        live->flight_mask |= event->kind->parts;
        live->flight_events += 1;
        if (ps_batch_add(&hub->batch, event, out, cause) != PS_OK) {
            live->batch_lost = true;
        }
    }
    return PS_OK;
}

static void settle(struct ps_live_set *live)
{
    struct ps_hub *hub = live->hub;
    const struct ps_scene scene = scene_of(live, NULL);
    enum ps_err err = PS_OK;
    for (int round = 0; round < PS_SETTLE_ROUNDS_MAX && err == PS_OK; round++) {
        ps_outcome_begin(hub->outcome, &live->head);
        ps_settle(&live->head, &scene, hub->outcome);
        if (hub->outcome->events_count == 0 || live->batch_lost) {
            break;
        }
        err = ps_live_take(live, "clock");
    }
    const struct ps_scene after = scene_of(live, NULL);
    uint64_t least = hub->now.ms + (err == PS_OK ? PS_SETTLE_GAP_MS : PS_RETRY_MS);
    uint64_t wake = ps_live_mono(live, ps_wake_at(&live->head, &after));
    live->settle_at = wake > least ? wake : least;
}

static void recover(struct ps_live_set *live)
{
    struct ps_hub *hub = live->hub;
    const struct ps_scene scene = scene_of(live, NULL);
    int64_t crashed_at = live->known->alive_at;
    crashed_at = crashed_at > live->head.last_at ? crashed_at : live->head.last_at;
    ps_outcome_begin(hub->outcome, &live->head);
    ps_recover(&live->head, &scene, (struct ps_instant){.ms = crashed_at}, hub->outcome);
    if (hub->outcome->events_count == 0 || ps_live_take(live, "server") != PS_OK) {
        live->recovering = false;
        return;
    }
    settle(live);
}

/* ---- deciding -------------------------------------------------------------------------------- */

void ps_entry_read(struct ps_live_set *live, struct ps_entry *entry)
{
    struct ps_hub *hub = live->hub;
    entry->decided = true;
    entry->seq = live->shown.seq;
    if (entry->method == hub->method_picture_get) {
        entry->answer = PS_ANSWER_PICTURE;
    } else if (entry->method == hub->method_time_sync) {
        entry->answer = PS_ANSWER_TIME;
    } else if (entry->method == hub->method_seat_here) {
        entry->answer = PS_ANSWER_RESULT;
        if (entry->conn != NULL) {
            ps_conn_make_primary(entry->conn);
            ps_presence_flush(live); /* the patch comes before the result */
        }
    } else {
        ps_entry_refuse(entry, -32601, PS_REFUSED_UNKNOWN_METHOD);
    }
}

static void fill_command(struct ps_hub *hub, const struct ps_entry *entry)
{
    hub->command =
        (struct ps_command){.seat = entry->seat, .method = entry->method, .expect = entry->expect};
    memcpy(hub->command.params, entry->room, entry->params_bytes);
}

/* The person whose new link the answer to invite.renew holds, as the command's field table says. */
static uint8_t link_seat(const struct ps_hub *hub)
{
    const struct ps_shape *shape = ps_method_at(hub->command.method)->shape;
    for (uint16_t i = 0; shape != NULL && i < shape->fields_count; i++) {
        if (shape->fields[i].kind == PS_SEAT && strcmp(shape->fields[i].name, "seat") == 0) {
            return ((const uint8_t *)hub->command.params)[shape->fields[i].at];
        }
    }
    return PS_NOBODY;
}

static void take_command(struct ps_live_set *live, struct ps_entry *entry)
{
    struct ps_hub *hub = live->hub;
    char cause[PS_CAUSE_CHARS_MAX];
    char seat[PS_SEAT_CHARS_MAX];
    ps_seat_write(entry->seat, seat);
    snprintf(cause, sizeof(cause), "%s %s", seat, entry->id);
    entry->seq = hub->outcome->base_seq + hub->outcome->events_count;
    if (ps_live_take(live, cause) != PS_OK) {
        ps_entry_refuse(entry, -32000, PS_REFUSED_FULL);
        return;
    }
    entry->made_events = true;
    if (entry->method == hub->method_invite_renew) {
        entry->link_seat = link_seat(hub);
    }
    settle(live);
}

static void decide_command(struct ps_live_set *live, struct ps_entry *entry)
{
    struct ps_hub *hub = live->hub;
    const struct ps_method *method = ps_method_at(entry->method);
    bool primary = entry->conn != NULL ? entry->conn->primary : entry->was_primary;
    if (method->decide == NULL) {
        ps_entry_read(live, entry);
        return;
    }
    entry->decided = true;
    entry->answer = PS_ANSWER_RESULT;
    if (ps_flight_repeats(live, entry, &entry->seq)) {
        return;
    }
    if (ps_page_repeats(live, entry->seat, entry->page, entry->number, &entry->seq)) {
        entry->saved = true;
        if (entry->method == hub->method_invite_renew) {
            fill_command(hub, entry);
            entry->link_seat = link_seat(hub); /* the same answer again, link and all */
        }
        return;
    }
    if (!primary && (method->needs & PS_NEEDS_OPEN_EARS) == 0) {
        ps_entry_refuse(entry, -32000, PS_REFUSED_OTHER_DEVICE);
        return;
    }
    fill_command(hub, entry);
    const struct ps_scene scene = scene_of(live, ps_entry_text(entry));
    ps_outcome_begin(hub->outcome, &live->head);
    ps_decide(&live->head, &scene, &hub->command, hub->outcome);
    if (hub->outcome->refusal != PS_ALLOWED) {
        ps_entry_refuse(entry, -32000, hub->outcome->refusal);
    } else if (hub->outcome->events_count == 0) {
        entry->seq = live->head.seq;
    } else {
        take_command(live, entry);
    }
}

static void decide(struct ps_live_set *live, struct ps_entry *entry)
{
    bool of_command =
        !entry->decided && (entry->control != NULL || ps_method_at(entry->method)->decide != NULL);
    live->deciding = entry;
    if (entry->control != NULL) {
        ps_operation_decide(live, entry);
    } else if (!entry->decided) {
        decide_command(live, entry);
    }
    live->deciding = NULL;
    /* Once this append has an event, every answer waits for it: so answers keep their order, and
     * none follows from a state that may not be saved. */
    if (live->hub->batch.count > 0 || live->batch_lost) {
        entry->from_state = of_command && !entry->saved;
        ps_flight_put_take(live, entry);
    } else {
        ps_entry_answer_take(live, entry);
    }
}

/* ---- the append ------------------------------------------------------------------------------ */

static void give_up(void *context);
static void appended(void *context, enum ps_journal_result result);

static void advance(void *context)
{
    struct ps_live_set *live = context;
    struct ps_hub *hub = live->hub;
    ps_batch_begin(&hub->batch);
    live->flight_mask = 0;
    live->flight_events = 0;
    live->batch_lost = false;
    live->batching = true;
    if (live->recovering) {
        recover(live);
    }
    while (live->inbox_first != NULL && !ps_batch_is_full(&hub->batch) && !live->batch_lost) {
        decide(live, ps_inbox_take(live));
    }
    if (hub->now.ms >= live->settle_at && !live->batch_lost) {
        settle(live);
    }
    live->batching = false;
    if (live->batch_lost) {
        give_up(live);
    } else if (hub->batch.count > 0) {
        live->appending = true;
        hub->waiting += 1;
        ps_journal_append(hub->journal, live->known->id, live->shown.seq, hub->batch.records,
                          hub->batch.count, appended, live->known);
    }
}

void ps_live_advance(struct ps_live_set *live)
{
    struct ps_known *known = live->known;
    if (live->appending || live->batching) {
        return;
    }
    if (live->ready && !ps_live_guard(known, advance, live)) {
        return;
    }
    ps_live_schedule(live);
}

/* ---- its completion -------------------------------------------------------------------------- */

static void answer_flight(struct ps_live_set *live)
{
    for (struct ps_entry *entry = NULL; (entry = ps_flight_take(live)) != NULL;) {
        if (entry->made_events && entry->control == NULL) {
            ps_page_remember(live, entry->seat, entry->page, entry->number, entry->seq);
        }
        ps_entry_answer_take(live, entry);
    }
}

static void give_back_words(struct ps_live_set *live)
{
    for (size_t bytes = PS_WORDS_BYTES_MIN; bytes <= live->words_bytes; bytes *= 2) {
        if (ps_live_words_compact(live, &live->shown, NULL, bytes) == PS_OK) {
            return;
        }
    }
}

static void commit(void *context)
{
    struct ps_live_set *live = context;
    struct ps_hub *hub = live->hub;
    bool ended = live->head.meeting.state != live->shown.meeting.state &&
                 live->head.meeting.state >= PS_MEETING_CORRIDOR;
    hub->figures.events += live->flight_events;
    ps_fanout_commit(live, live->flight_mask);
    live->shown = live->head;
    ps_fanout_wholes(live);
    live->known->head_seq = live->shown.seq;
    live->known->founding = false;
    if (live->recovering) {
        live->recovering = false;
        ps_conns_refresh(live);
    }
    answer_flight(live);
    ps_conns_close_revoked(live);
    if (ended) {
        give_back_words(live);
    }
    ps_presence_alive(live);
}

/* The append is lost: head is made from shown again, and the people are told. */
static void give_up(void *context)
{
    struct ps_live_set *live = context;
    struct ps_hub *hub = live->hub;
    live->head = live->shown;
    live->settle_at = hub->now.ms + PS_RETRY_MS;
    hub->figures.append_failures += 1;
    for (struct ps_entry *entry = NULL; (entry = ps_flight_take(live)) != NULL;) {
        if (entry->made_events || entry->from_state) {
            ps_entry_refuse(entry, -32000, PS_REFUSED_NOT_SAVED);
        }
        ps_entry_answer_take(live, entry);
    }
    /* Words of lost events must go: the next events have the same sequence, so the same handles. */
    enum ps_err err = ps_live_words_compact(live, &live->shown, NULL, live->words_bytes);
    if (err != PS_OK) {
        live->ready = false;
        live->retry_at = hub->now.ms + PS_RETRY_MS;
    }
}

/* Somebody else wrote to this set: what is in memory is not the truth. */
static void replay_again(struct ps_live_set *live)
{
    struct ps_known *known = live->known;
    if (!ps_live_guard(known, give_up, live) || !ps_live_reload(live)) {
        return;
    }
    ps_live_guard(known, ps_conns_refresh, live);
}

static void finish_append(struct ps_live_set *live, enum ps_journal_result result)
{
    struct ps_known *known = live->known;
    switch (result) {
    case PS_JOURNAL_OK:
        ps_live_guard(known, commit, live);
        return;
    case PS_JOURNAL_IO:
        ps_hub_log(known->hub, 'e', "set %s: not saved after %u", known->id,
                   (unsigned)live->shown.seq);
        ps_live_guard(known, give_up, live);
        return;
    case PS_JOURNAL_CONFLICT:
        ps_hub_log(known->hub, 'e', "set %s: somebody else wrote after %u; loading it again",
                   known->id, (unsigned)live->shown.seq);
        replay_again(live);
        return;
    }
}

static void appended(void *context, enum ps_journal_result result)
{
    struct ps_known *known = context;
    struct ps_hub *hub = known->hub;
    ps_assert(hub->waiting > 0);
    hub->waiting -= 1;
    struct ps_live_set *live = known->live;
    if (live == NULL || !live->appending) {
        ps_hub_leave(hub); /* quarantined in between */
        return;
    }
    live->appending = false;
    finish_append(live, result);
    if (known->live != NULL && known->founding) {
        ps_live_free(known->live); /* it never began */
        ps_known_remove(hub, known);
    } else if (known->live != NULL) {
        ps_live_advance(known->live);
    }
    ps_hub_leave(hub);
}
