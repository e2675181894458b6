#include "hub/conn.h"

#include <stdlib.h>
#include <string.h>

#include "hub/entry.h"
#include "hub/guard.h"
#include "hub/session.h"

/* ---- sending --------------------------------------------------------------------------------- */

static void send_frame(struct ps_conn *conn, struct ps_frame *frame)
{
    struct ps_hub *hub = conn->hub;
    hub->figures.deliveries += 1;
    hub->figures.bytes_sent += frame->bytes;
    struct ps_guard_point *point = ps_guard_pause();
    hub->port.send(hub->port.context, conn->peer, frame);
    ps_guard_resume(point);
}

/* May `bytes` more be queued? An empty queue takes anything, so a large picture always goes. */
static bool has_room(const struct ps_conn *conn, size_t bytes)
{
    const struct ps_port *port = &conn->hub->port;
    struct ps_guard_point *point = ps_guard_pause();
    size_t queued = port->queued(port->context, conn->peer);
    ps_guard_resume(point);
    return queued == 0 || queued + bytes <= PS_QUEUE_BYTES_MAX;
}

static void fall_behind(struct ps_conn *conn)
{
    conn->whole = false;
    if (conn->behind) {
        return;
    }
    conn->behind = true;
    conn->behind_since = conn->hub->now.ms;
    conn->live->behind_count += 1;
    conn->hub->figures.behind += 1;
}

static void send_text(struct ps_conn *conn, const struct ps_text *text)
{
    ps_assert(!text->full);
    struct ps_frame *frame = ps_frame_create(text->bytes, text->used);
    if (frame == NULL) {
        ps_conn_close(conn, 1013, "no memory");
        return;
    }
    conn->hub->figures.frames_built += 1;
    send_frame(conn, frame);
    ps_frame_release(frame);
}

/* An answer overtaking the picture that holds its effect would confuse the screen, so it waits. */
static void hold(struct ps_conn *conn, const struct ps_text *text)
{
    if (conn->held == NULL) {
        conn->held = calloc(PS_HELD_ANSWERS_MAX, sizeof(struct ps_frame *));
    }
    struct ps_frame *frame = conn->held == NULL || conn->held_count == PS_HELD_ANSWERS_MAX
                                 ? NULL
                                 : ps_frame_create(text->bytes, text->used);
    if (frame == NULL) {
        conn->hub->figures.closed_slow += 1;
        ps_conn_close(conn, 1013, "could not keep up");
        return;
    }
    conn->held[conn->held_count++] = frame;
}

void ps_conn_answer(struct ps_conn *conn, struct ps_text *text)
{
    if (conn->live == NULL) {
        return;
    }
    ps_assert(!text->full);
    if (conn->behind) {
        hold(conn, text);
    } else {
        send_text(conn, text);
    }
}

void ps_conn_patch(struct ps_conn *conn, struct ps_frame *frame, uint64_t seq)
{
    ps_assert(conn->greeted && !conn->behind);
    if (!has_room(conn, frame->bytes)) {
        fall_behind(conn);
        return;
    }
    conn->seq = seq;
    conn->hub->figures.patches += 1;
    send_frame(conn, frame);
}

void ps_conn_shown_live(const struct ps_conn *conn, struct ps_live *ret_live)
{
    *ret_live = conn->live->live_shown;
    if (conn->fresh) {
        ret_live->connected |= ps_seat_bit(conn->seat);
    }
}

void ps_conn_picture(struct ps_conn *conn)
{
    struct ps_live_set *live = conn->live;
    struct ps_hub *hub = conn->hub;
    if (live == NULL || !live->ready || live->recovering) {
        return; /* ps_conns_refresh sends it when there is something to show */
    }
    struct ps_live shown_live;
    ps_conn_shown_live(conn, &shown_live);
    const struct ps_scene scene = {
        .now = {.ms = live->shown.last_at}, .live = &shown_live, .words = live->words};
    struct ps_text text = ps_text_into(hub->text, PS_PICTURE_BYTES_MAX);
    ps_wire_picture(&text, &live->shown, &scene,
                    (struct ps_viewer){.seat = conn->seat, .primary = conn->shown_primary});
    if (text.full) {
        ps_hub_log(hub, 'e', "set %s: a picture is larger than its limit", live->known->id);
        ps_conn_close(conn, 1013, "the picture is too large");
        return;
    }
    if (!has_room(conn, text.used)) {
        fall_behind(conn);
        return;
    }
    conn->whole = false;
    conn->seq = live->shown.seq;
    conn->sight = ps_sight_class(&live->shown, conn->seat);
    hub->figures.pictures += 1;
    send_text(conn, &text);
}

void ps_conn_greet(struct ps_conn *conn)
{
    struct ps_live_set *live = conn->live;
    struct ps_hub *hub = conn->hub;
    if (conn->greeted) {
        return;
    }
    struct ps_text text = ps_text_into(hub->text, PS_HUB_TEXT_BYTES);
    ps_wire_welcome(&text, live->known->id, conn->seat, ps_live_now(live),
                    hub->config.commands_per_second, hub->config.commands_burst,
                    hub->config.sockets_per_seat);
    conn->greeted = true;
    conn->shown_primary = conn->primary;
    send_text(conn, &text);
    ps_conn_picture(conn);
}

void ps_hub_drained(struct ps_hub *hub, struct ps_conn *conn)
{
    struct ps_live_set *live = conn->live;
    if (live == NULL || !conn->behind) {
        return;
    }
    conn->behind = false;
    conn->shown_primary = conn->primary;
    live->behind_count -= 1;
    ps_conn_picture(conn);
    for (uint32_t i = 0; i < conn->held_count; i++) {
        if (conn->live != NULL) {
            send_frame(conn, conn->held[i]);
        }
        ps_frame_release(conn->held[i]);
    }
    conn->held_count = 0;
    ps_hub_leave(hub);
}

/* ---- closing --------------------------------------------------------------------------------- */

/* Out of its set: nothing is sent to it or taken from it any more. */
static void leave(struct ps_conn *conn)
{
    struct ps_live_set *live = conn->live;
    if (live == NULL) {
        return;
    }
    ps_entries_forget(live, conn);
    *(conn->before == NULL ? &live->conns : &conn->before->after) = conn->after;
    *(conn->after == NULL ? &live->conns_last : &conn->after->before) = conn->before;
    conn->before = NULL;
    conn->after = NULL;
    conn->live = NULL;
    live->conns_count -= 1;
    live->behind_count -= conn->behind ? 1 : 0;
    live->hub->figures.connections -= 1;
    live->alone_since = live->conns_count == 0 ? live->hub->now.ms : live->alone_since;
    ps_session_leave(conn);
    struct ps_conn *newest = ps_conn_newest(live, conn->seat);
    if (newest == NULL) {
        live->live.connected &= ~ps_seat_bit(conn->seat);
        live->live.lost_at[conn->seat] = ps_live_now(live);
        live->hub->figures.seats_connected -= 1;
    } else if (conn->primary) {
        newest->primary = true;
    }
    conn->primary = false;
    ps_presence_changed(live);
}

void ps_conn_close(struct ps_conn *conn, uint16_t code, const char *reason)
{
    struct ps_hub *hub = conn->hub;
    leave(conn);
    struct ps_guard_point *point = ps_guard_pause();
    hub->port.close(hub->port.context, conn->peer, code, reason);
    ps_guard_resume(point);
}

void ps_conn_bye(struct ps_conn *conn, uint16_t code, const char *reason, int64_t retry_ms)
{
    struct ps_text text = ps_text_into(conn->hub->text, PS_HUB_TEXT_BYTES);
    ps_wire_bye(&text, reason, retry_ms);
    struct ps_frame *frame = ps_frame_create(text.bytes, text.used);
    if (frame != NULL) {
        send_frame(conn, frame);
        ps_frame_release(frame);
    }
    ps_conn_close(conn, code, reason);
}

void ps_hub_detach(struct ps_hub *hub, struct ps_conn *conn)
{
    if (conn == NULL) {
        return;
    }
    struct ps_live_set *live = conn->live;
    leave(conn);
    *(conn->all_before == NULL ? &hub->conns : &conn->all_before->all_after) = conn->all_after;
    if (conn->all_after != NULL) {
        conn->all_after->all_before = conn->all_before;
    }
    for (uint32_t i = 0; i < conn->held_count; i++) {
        ps_frame_release(conn->held[i]);
    }
    free(conn->held);
    free(conn);
    if (live != NULL) {
        ps_live_schedule(live);
    }
    ps_hub_leave(hub);
}

/* ---- attaching ------------------------------------------------------------------------------- */

struct ps_conn *ps_conn_newest(const struct ps_live_set *live, uint8_t seat)
{
    struct ps_conn *conn = live->conns_last;
    while (conn != NULL && conn->seat != seat) {
        conn = conn->before;
    }
    return conn;
}

/* A fourth device closes the oldest. */
static void make_room(struct ps_live_set *live, uint8_t seat)
{
    uint32_t count = 0;
    struct ps_conn *oldest = NULL;
    for (struct ps_conn *conn = live->conns_last; conn != NULL; conn = conn->before) {
        if (conn->seat == seat) {
            count += 1;
            oldest = conn;
        }
    }
    if (oldest != NULL && count >= live->hub->config.sockets_per_seat) {
        ps_conn_close(oldest, 4001, "too many devices for this seat");
    }
}

void ps_conn_make_primary(struct ps_conn *conn)
{
    if (conn->live == NULL || conn->primary) {
        return;
    }
    for (struct ps_conn *other = conn->live->conns; other != NULL; other = other->after) {
        if (other->seat == conn->seat) {
            other->primary = false;
        }
    }
    conn->primary = true;
    ps_presence_changed(conn->live);
}

static void join(struct ps_live_set *live, struct ps_conn *conn)
{
    conn->live = live;
    conn->before = live->conns_last;
    *(live->conns_last == NULL ? &live->conns : &live->conns_last->after) = conn;
    live->conns_last = conn;
    live->conns_count += 1;
    live->hub->figures.connections += 1;
    live->hub->figures.seats_connected += ps_seats_has(live->live.connected, conn->seat) ? 0 : 1;
    live->live.connected |= ps_seat_bit(conn->seat);
    conn->fresh = !ps_seats_has(live->live_shown.connected, conn->seat);
    ps_conn_make_primary(conn);
    ps_presence_changed(live);
}

static void greet(void *context)
{
    ps_conn_greet(context);
}

static struct ps_conn *create(struct ps_hub *hub, void *peer, uint8_t seat)
{
    struct ps_conn *conn = calloc(1, sizeof(*conn));
    if (conn != NULL) {
        conn->hub = hub;
        conn->peer = peer;
        conn->seat = seat;
        conn->all_after = hub->conns;
        if (hub->conns != NULL) {
            hub->conns->all_before = conn;
        }
        hub->conns = conn;
    }
    return conn;
}

/* The set cannot be shown: say so, and ask the browser to come again later. */
static struct ps_conn *turn_away(struct ps_hub *hub, struct ps_conn *conn,
                                 const struct ps_known *known)
{
    ps_conn_bye(conn, 1013, known->quarantined ? "quarantined" : "no memory", PS_LINGER_MS);
    ps_hub_leave(hub);
    return conn;
}

static void attach(struct ps_session *session, struct ps_live_set *live, struct ps_conn *conn)
{
    make_room(live, conn->seat);
    ps_session_join(session, conn);
    join(live, conn);
    if (!live->ready || live->recovering || ps_live_guard(live->known, greet, conn)) {
        ps_live_schedule(live);
    }
}

struct ps_conn *ps_hub_attach(struct ps_hub *hub, void *peer, const char *cookie,
                              const char *seat_text)
{
    uint8_t seat = PS_NOBODY;
    uint16_t generation = 0;
    struct ps_known *known = ps_known_of_seat(hub, seat_text, &seat);
    struct ps_session *session = ps_session_find(hub, cookie);
    if (hub->stopping || known == NULL || session == NULL ||
        !ps_session_holds(session, known, seat, &generation)) {
        return NULL;
    }
    struct ps_live_set *live = ps_live_get(known);
    if (!ps_session_holds(session, known, seat, &generation)) {
        return NULL; /* with the set in memory, its roster was asked */
    }
    struct ps_conn *conn = create(hub, peer, seat);
    if (conn == NULL) {
        return NULL;
    }
    if (live == NULL) {
        return turn_away(hub, conn, known);
    }
    conn->generation = generation;
    attach(session, live, conn);
    ps_hub_leave(hub);
    return conn;
}

void ps_hub_receive(struct ps_hub *hub, struct ps_conn *conn, const char *bytes, size_t count)
{
    if (conn->live == NULL) {
        return; /* its close is on the way */
    }
    ps_entry_receive(conn, bytes, count);
    ps_hub_leave(hub);
}

/* ---- all of a set ---------------------------------------------------------------------------- */

void ps_conns_refresh(void *context)
{
    struct ps_live_set *live = context;
    struct ps_conn *after = NULL;
    for (struct ps_conn *conn = live->conns; conn != NULL && !live->recovering; conn = after) {
        after = conn->after;
        ps_conn_greet(conn);
    }
    ps_fanout_wholes(live);
}

void ps_conns_close_revoked(struct ps_live_set *live)
{
    struct ps_conn *after = NULL;
    for (struct ps_conn *conn = live->conns; conn != NULL; conn = after) {
        after = conn->after;
        const struct ps_person *person = ps_person(&live->shown, conn->seat);
        if (person == NULL || person->removed || person->revoked ||
            person->generation != conn->generation) {
            ps_conn_close(conn, 4003, "removed or revoked");
        }
    }
}

void ps_conns_close_slow(struct ps_live_set *live)
{
    struct ps_conn *after = NULL;
    for (struct ps_conn *conn = live->conns; conn != NULL; conn = after) {
        after = conn->after;
        if (conn->behind && live->hub->now.ms - conn->behind_since >= PS_BEHIND_MS_MAX) {
            live->hub->figures.closed_slow += 1;
            ps_conn_close(conn, 1013, "could not keep up");
        }
    }
}
