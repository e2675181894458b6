#include "hub/entry.h"

#include <stdlib.h>
#include <string.h>

#include "hub/conn.h"
#include "hub/control.h"
#include "hub/links.h"
#include "hub/page.h"

/* ---- memory ---------------------------------------------------------------------------------- */

static struct ps_entry *take_memory(struct ps_hub *hub, size_t room)
{
    bool usual = room <= PS_ENTRY_ROOM_BYTES;
    size_t bytes = usual ? PS_ENTRY_ROOM_BYTES : room;
    struct ps_entry *entry = usual ? hub->entries_free : NULL;
    if (entry != NULL) {
        hub->entries_free = entry->next;
        hub->entries_free_count -= 1;
    } else {
        entry = malloc(sizeof(*entry) + bytes);
        if (entry == NULL) {
            return NULL;
        }
    }
    memset(entry, 0, sizeof(*entry));
    entry->kept = usual;
    entry->room_bytes = bytes;
    return entry;
}

void ps_entry_free(struct ps_hub *hub, struct ps_entry *entry)
{
    ps_operation_free(entry->control);
    if (!entry->kept || hub->entries_free_count >= PS_ENTRIES_FREE_MAX) {
        free(entry);
        return;
    }
    entry->control = NULL;
    entry->next = hub->entries_free;
    hub->entries_free = entry;
    hub->entries_free_count += 1;
}

void ps_entries_finish(struct ps_hub *hub)
{
    while (hub->entries_free != NULL) {
        struct ps_entry *entry = hub->entries_free;
        hub->entries_free = entry->next;
        free(entry);
    }
}

struct ps_entry *ps_entry_create(struct ps_hub *hub, struct ps_conn *conn)
{
    const struct ps_request *request = hub->request;
    bool fine = request->rpc_code == 0;
    const struct ps_method *method = fine ? ps_method_at(request->command.method) : NULL;
    size_t params = method != NULL && method->shape != NULL ? method->shape->size : 0;
    size_t text = fine ? request->text_bytes : 0;
    ps_assert(params <= sizeof(request->command.params) && text <= sizeof(request->text));
    struct ps_entry *entry = take_memory(hub, params + text);
    if (entry == NULL) {
        return NULL;
    }
    entry->conn = conn;
    entry->seat = conn->seat;
    memcpy(entry->id, request->id, sizeof(entry->id));
    memcpy(entry->page, request->page, sizeof(entry->page));
    entry->number = request->number;
    if (!fine) {
        ps_entry_refuse(entry, request->rpc_code, request->refusal);
        return entry;
    }
    entry->method = request->command.method;
    entry->expect = request->command.expect;
    entry->params_bytes = params;
    entry->text_bytes = text;
    memcpy(entry->room, request->command.params, params);
    memcpy(entry->room + params, request->text, text);
    if (entry->method == hub->method_time_sync) {
        entry->t0 = request->t0;
    }
    return entry;
}

struct ps_entry *ps_entry_create_control(struct ps_hub *hub, struct ps_operation *control)
{
    struct ps_entry *entry = take_memory(hub, 0);
    if (entry != NULL) {
        entry->control = control;
        entry->answer = PS_ANSWER_CONTROL;
    }
    return entry;
}

void ps_entry_refuse(struct ps_entry *entry, int code, enum ps_refusal refusal)
{
    entry->decided = true;
    entry->code = code;
    entry->refusal = refusal;
    if (entry->answer != PS_ANSWER_CONTROL) {
        entry->answer = PS_ANSWER_ERROR;
    }
}

/* ---- queues ---------------------------------------------------------------------------------- */

static void put(struct ps_entry **first, struct ps_entry **last, struct ps_entry *entry)
{
    entry->next = NULL;
    if (*last == NULL) {
        *first = entry;
    } else {
        (*last)->next = entry;
    }
    *last = entry;
}

static struct ps_entry *take(struct ps_entry **first, struct ps_entry **last)
{
    struct ps_entry *entry = *first;
    if (entry != NULL) {
        *first = entry->next;
        *last = entry->next == NULL ? NULL : *last;
        entry->next = NULL;
    }
    return entry;
}

static void waits(struct ps_entry *entry)
{
    if (entry->conn != NULL) {
        entry->conn->waiting += 1;
    }
}

static struct ps_entry *waits_no_more(struct ps_entry *entry)
{
    if (entry != NULL && entry->conn != NULL) {
        ps_assert(entry->conn->waiting > 0);
        entry->conn->waiting -= 1;
    }
    return entry;
}

void ps_inbox_put_take(struct ps_live_set *live, struct ps_entry *entry)
{
    waits(entry);
    put(&live->inbox_first, &live->inbox_last, entry);
    live->inbox_count += 1;
}

struct ps_entry *ps_inbox_take(struct ps_live_set *live)
{
    struct ps_entry *entry = take(&live->inbox_first, &live->inbox_last);
    live->inbox_count -= entry != NULL ? 1 : 0;
    return waits_no_more(entry);
}

void ps_flight_put_take(struct ps_live_set *live, struct ps_entry *entry)
{
    waits(entry);
    put(&live->flight_first, &live->flight_last, entry);
}

struct ps_entry *ps_flight_take(struct ps_live_set *live)
{
    return waits_no_more(take(&live->flight_first, &live->flight_last));
}

bool ps_flight_repeats(const struct ps_live_set *live, const struct ps_entry *entry,
                       uint32_t *ret_seq)
{
    for (const struct ps_entry *at = live->flight_first; at != NULL; at = at->next) {
        if (at->made_events && at->seat == entry->seat && at->number == entry->number &&
            strcmp(at->page, entry->page) == 0) {
            *ret_seq = at->seq;
            return true;
        }
    }
    return false;
}

static void forget(struct ps_entry *entry, const struct ps_conn *conn)
{
    for (; entry != NULL; entry = entry->next) {
        if (entry->conn == conn) {
            entry->conn = NULL;
            entry->was_primary = conn->primary;
        }
    }
}

void ps_entries_forget(struct ps_live_set *live, const struct ps_conn *conn)
{
    forget(live->inbox_first, conn);
    forget(live->flight_first, conn);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void write_result(struct ps_live_set *live, const struct ps_entry *entry,
                         struct ps_text *text)
{
    char link[PS_LINK_CHARS_MAX];
    const char *shown = NULL;
    if (entry->link_seat != PS_NOBODY &&
        ps_link_write(live->hub, &live->shown, entry->link_seat, NULL, link)) {
        shown = link;
    }
    ps_wire_result(text, entry->id, entry->seq, shown);
}

static void answer_person(struct ps_live_set *live, const struct ps_entry *entry)
{
    struct ps_conn *conn = entry->conn;
    struct ps_text text = ps_text_into(live->hub->text, PS_HUB_TEXT_BYTES);
    switch (entry->answer) {
    case PS_ANSWER_RESULT:
        write_result(live, entry, &text);
        break;
    case PS_ANSWER_ERROR:
        ps_wire_error(&text, entry->id, entry->code, entry->refusal);
        break;
    case PS_ANSWER_PICTURE:
        if (!conn->behind) { /* who is behind gets one anyhow, before this answer */
            ps_conn_picture(conn);
        }
        text = ps_text_into(live->hub->text, PS_HUB_TEXT_BYTES);
        ps_wire_result(&text, entry->id, live->shown.seq, NULL);
        break;
    case PS_ANSWER_TIME:
        ps_wire_time(&text, entry->id, entry->t0, ps_live_now(live));
        break;
    case PS_ANSWER_CONTROL:
        break;
    }
    ps_conn_answer(conn, &text);
}

void ps_entry_answer_take(struct ps_live_set *live, struct ps_entry *entry)
{
    struct ps_hub *hub = live->hub;
    if (entry->answer == PS_ANSWER_ERROR) {
        hub->figures.refusals += 1;
    }
    if (entry->control != NULL) {
        ps_operation_answer(live, entry);
    } else if (entry->conn != NULL && entry->conn->live != NULL) {
        answer_person(live, entry);
    }
    ps_entry_free(hub, entry);
}

/* ---- receiving ------------------------------------------------------------------------------- */

/* Does the answer need nothing but what is in memory now? */
static bool is_read(const struct ps_entry *entry)
{
    return entry->decided || ps_method_at(entry->method)->decide == NULL;
}

static void queue(void *context)
{
    struct ps_entry *entry = context;
    struct ps_conn *conn = entry->conn;
    struct ps_live_set *live = conn->live;
    if (live->inbox_count >= PS_INBOX_MAX && !entry->decided) {
        ps_entry_refuse(entry, -32000, PS_REFUSED_TOO_FAST);
    }
    if ((!live->ready || !conn->greeted) && !entry->decided) {
        ps_entry_refuse(entry, -32000, PS_REFUSED_NOT_SAVED);
    }
    if (conn->waiting >= PS_INBOX_CONN_MAX) {
        ps_entry_free(live->hub, entry);
        ps_conn_close(conn, 1008, "too many requests are waiting");
        return;
    }
    if (conn->waiting == 0 && is_read(entry)) {
        if (!entry->decided) {
            ps_entry_read(live, entry);
        }
        ps_entry_answer_take(live, entry);
        return;
    }
    ps_inbox_put_take(live, entry);
    ps_live_advance(live);
}

void ps_entry_receive(struct ps_conn *conn, const char *bytes, size_t count)
{
    struct ps_hub *hub = conn->hub;
    struct ps_live_set *live = conn->live;
    hub->figures.commands += 1;
    enum ps_rate rate = ps_rate_take(live, conn->seat);
    if (rate == PS_RATE_FLOOD) {
        ps_conn_close(conn, 1008, "too many commands in a second");
        ps_live_schedule(live);
        return;
    }
    ps_wire_request(bytes, count, hub->request);
    if (rate == PS_RATE_TOO_FAST && hub->request->rpc_code == 0) {
        hub->request->rpc_code = -32000;
        hub->request->refusal = PS_REFUSED_TOO_FAST;
    }
    struct ps_entry *entry = ps_entry_create(hub, conn);
    if (entry == NULL) {
        ps_conn_close(conn, 1013, "no memory");
        return;
    }
    ps_live_guard(live->known, queue, entry);
}
