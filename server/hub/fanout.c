/* fanout - one difference, seen once for all who may see the same.
 *
 * For each part that may have moved: a part for everybody is seen once, a part for a sight class
 * once a class, a private part once a seat and device. Equal texts of one part are one fragment;
 * viewers with equal fragments and equal `from` share one frame (pictures.md, "The way"). */
#include "hub/conn.h"

#include <stdlib.h>
#include <string.h>

enum {
    TEXT_BYTES = 1024 * 1024,
    FRAGMENTS_MAX = PS_PARTS_COUNT * PS_SEATS_MAX * PS_SOCKETS_PER_SEAT_MAX,
    FRAMES_MAX = PS_SEATS_MAX * PS_SOCKETS_PER_SEAT_MAX,
    NO_TEXT = 0x7FFFFFFF,  /* the part is the same as before */
    TOO_LONG = 0x7FFFFFFE, /* more than a patch may hold */
};

/* Who sees it: what is not in the part's scope is zero. */
struct key {
    uint8_t seat, sight, primary_before, primary_after;
    uint8_t fresh; /* the seat whose own arrival is known to it already; else 0 */
};

struct fragment {
    struct key key;
    uint32_t next; /* of the same part; index + 1 */
    uint32_t at;   /* in text, or NO_TEXT, TOO_LONG */
    uint32_t bytes;
};

struct body {
    uint64_t from;
    uint32_t at[PS_PARTS_COUNT];
    struct ps_frame *frame;
};

struct ps_fanout {
    struct fragment fragments[FRAGMENTS_MAX];
    uint32_t first[PS_PARTS_COUNT]; /* index + 1 */
    struct body bodies[FRAMES_MAX];
    uint32_t fragments_count;
    uint32_t bodies_count;
    uint32_t text_used;
    char text[TEXT_BYTES];
};

/* What changes: states and volatile parts before and after. */
struct change {
    struct ps_live_set *live;
    const struct ps_set *before, *after;
    const struct ps_live *live_before, *live_after;
    uint32_t mask;
    bool presence; /* seq does not move */
};

struct ps_fanout *ps_fanout_create(void)
{
    return calloc(1, sizeof(struct ps_fanout));
}

void ps_fanout_destroy(struct ps_fanout *fanout)
{
    free(fanout);
}

static void end(struct ps_fanout *fanout)
{
    for (uint32_t i = 0; i < fanout->bodies_count; i++) {
        ps_frame_release(fanout->bodies[i].frame);
    }
    fanout->bodies_count = 0;
}

static void begin(struct ps_fanout *fanout)
{
    end(fanout); /* what a set left that was quarantined in the middle */
    memset(fanout->first, 0, sizeof(fanout->first));
    fanout->fragments_count = 0;
    fanout->text_used = 0;
}

static struct key key_of(const struct ps_conn *conn, enum ps_part part, bool presence)
{
    uint8_t scope = ps_part_kinds[part].scope;
    struct key key = {.fresh = conn->fresh ? conn->seat : 0};
    if (scope == PS_SCOPE_CLASS) {
        key.sight = conn->sight;
    } else if (scope == PS_SCOPE_SEAT) {
        key.seat = conn->seat;
        key.primary_before = conn->shown_primary;
        key.primary_after = presence ? conn->primary : conn->shown_primary;
    }
    return key;
}

/* Write what changed of the part for this viewer. */
static void write_fragment(const struct change *change, const struct ps_conn *conn,
                           enum ps_part part, struct fragment *fragment)
{
    struct ps_hub *hub = change->live->hub;
    struct ps_fanout *fanout = hub->fanout;
    struct ps_live before = *change->live_before;
    struct ps_live after = *change->live_after;
    if (conn->fresh) {
        before.connected |= ps_seat_bit(conn->seat);
        after.connected |= change->presence ? 0 : ps_seat_bit(conn->seat);
    }
    struct ps_scene scene = {
        .now = {.ms = change->before->last_at}, .live = &before, .words = change->live->words};
    ps_see(change->before, &scene, part,
           (struct ps_viewer){.seat = conn->seat, .primary = conn->shown_primary},
           hub->seen_before);
    scene.now.ms = change->after->last_at;
    scene.live = &after;
    ps_see(change->after, &scene, part,
           (struct ps_viewer){.seat = conn->seat,
                              .primary = change->presence ? conn->primary : conn->shown_primary},
           hub->seen_after);
    size_t left = TEXT_BYTES - fanout->text_used;
    struct ps_text text = ps_text_into(fanout->text + fanout->text_used,
                                       left < PS_PATCH_BYTES_MAX ? left : PS_PATCH_BYTES_MAX);
    bool moved =
        ps_wire_part_patch(&text, part, hub->seen_before, hub->seen_after, change->live->words);
    fragment->at = text.full ? TOO_LONG : moved ? fanout->text_used : NO_TEXT;
    fragment->bytes = moved && !text.full ? (uint32_t)text.used : 0;
}

/* The same text was written for others: one copy serves both. */
static void share_text(struct ps_fanout *fanout, enum ps_part part, struct fragment *fragment)
{
    for (uint32_t i = fanout->first[part]; i != 0; i = fanout->fragments[i - 1].next) {
        const struct fragment *other = &fanout->fragments[i - 1];
        if (other->at < TEXT_BYTES && other->bytes == fragment->bytes &&
            memcmp(fanout->text + other->at, fanout->text + fragment->at, other->bytes) == 0) {
            fragment->at = other->at;
            return;
        }
    }
    fanout->text_used += fragment->bytes;
}

static const struct fragment *fragment_for(const struct change *change, const struct ps_conn *conn,
                                           enum ps_part part)
{
    struct ps_fanout *fanout = change->live->hub->fanout;
    const struct key key = key_of(conn, part, change->presence);
    for (uint32_t i = fanout->first[part]; i != 0; i = fanout->fragments[i - 1].next) {
        if (memcmp(&fanout->fragments[i - 1].key, &key, sizeof(key)) == 0) {
            return &fanout->fragments[i - 1];
        }
    }
    ps_assert(fanout->fragments_count < FRAGMENTS_MAX);
    struct fragment *fragment = &fanout->fragments[fanout->fragments_count++];
    *fragment = (struct fragment){.key = key};
    write_fragment(change, conn, part, fragment);
    if (fragment->at < TOO_LONG) {
        share_text(fanout, part, fragment);
    }
    fragment->next = fanout->first[part];
    fanout->first[part] = fanout->fragments_count;
    return fragment;
}

/* ---- frames ---------------------------------------------------------------------------------- */

/* Join the fragments into one patch. NULL: too long, or no memory: a whole picture serves as well.
 */
static struct ps_frame *write_frame(const struct change *change, const struct body *body,
                                    uint64_t seq, const struct fragment *const *parts)
{
    struct ps_hub *hub = change->live->hub;
    struct ps_fanout *fanout = hub->fanout;
    size_t left = TEXT_BYTES - fanout->text_used;
    struct ps_text joined = ps_text_into(fanout->text + fanout->text_used, left);
    for (size_t part = 0; part < PS_PARTS_COUNT; part++) {
        if (body->at[part] != NO_TEXT) {
            ps_text_add(&joined, ",", joined.used > 0 ? 1 : 0);
            ps_text_add(&joined, fanout->text + body->at[part], parts[part]->bytes);
        }
    }
    int64_t at = change->presence ? ps_live_now(change->live) : change->after->last_at;
    struct ps_text text = ps_text_into(hub->text, PS_PATCH_BYTES_MAX);
    ps_wire_patch(&text, body->from, seq, at, joined.bytes, joined.used);
    if (joined.full || text.full) {
        return NULL;
    }
    hub->figures.frames_built += 1;
    return ps_frame_create(text.bytes, text.used);
}

/* The frame for this connection: NULL when a whole picture must go. Borrowed until end(). */
static struct ps_frame *frame_for(const struct change *change, const struct ps_conn *conn,
                                  uint64_t seq, const struct fragment *const *parts)
{
    struct ps_fanout *fanout = change->live->hub->fanout;
    ps_assert(fanout->bodies_count < FRAMES_MAX);
    struct body *body = &fanout->bodies[fanout->bodies_count];
    *body = (struct body){.from = conn->seq};
    for (size_t part = 0; part < PS_PARTS_COUNT; part++) {
        body->at[part] = parts[part] == NULL ? (uint32_t)NO_TEXT : parts[part]->at;
    }
    for (uint32_t i = 0; i < fanout->bodies_count; i++) {
        const struct body *other = &fanout->bodies[i];
        if (other->from == body->from && memcmp(other->at, body->at, sizeof(body->at)) == 0) {
            return other->frame;
        }
    }
    body->frame = write_frame(change, body, seq, parts);
    fanout->bodies_count += 1;
    return body->frame;
}

static void show(const struct change *change, struct ps_conn *conn)
{
    const struct fragment *parts[PS_PARTS_COUNT] = {0};
    bool moved = false;
    for (size_t part = 0; part < PS_PARTS_COUNT; part++) {
        if ((change->mask & PS_PART(part)) == 0) {
            continue;
        }
        parts[part] = fragment_for(change, conn, (enum ps_part)part);
        if (parts[part]->at == TOO_LONG) {
            conn->whole = true;
            return;
        }
        moved = moved || parts[part]->at != NO_TEXT;
    }
    if (!moved) {
        return;
    }
    uint64_t seq = change->presence ? conn->seq : change->after->seq;
    struct ps_frame *frame = frame_for(change, conn, seq, parts);
    if (frame == NULL) {
        conn->whole = true;
        return;
    }
    ps_conn_patch(conn, frame, seq);
}

static void show_all(const struct change *change)
{
    struct ps_live_set *live = change->live;
    struct ps_conn *after = NULL;
    begin(live->hub->fanout);
    for (struct ps_conn *conn = live->conns; conn != NULL; conn = after) {
        after = conn->after;
        if (!conn->greeted || conn->behind) {
            continue;
        }
        if (ps_sight_class(change->after, conn->seat) != conn->sight) {
            conn->whole =
                true; /* another class sees other parts: a whole picture, after shown moved */
        } else {
            show(change, conn);
        }
    }
    end(live->hub->fanout);
}

void ps_fanout_commit(struct ps_live_set *live, uint32_t mask)
{
    const struct change change = {
        .live = live,
        .before = &live->shown,
        .after = &live->head,
        .live_before = &live->live_shown,
        .live_after = &live->live_shown,
        .mask = mask,
    };
    show_all(&change);
}

void ps_fanout_presence(struct ps_live_set *live)
{
    const struct change change = {
        .live = live,
        .before = &live->shown,
        .after = &live->shown,
        .live_before = &live->live_shown,
        .live_after = &live->live,
        .mask = PS_PARTS_LIVE,
        .presence = true,
    };
    show_all(&change);
}

void ps_fanout_wholes(struct ps_live_set *live)
{
    struct ps_conn *after = NULL;
    for (struct ps_conn *conn = live->conns; conn != NULL; conn = after) {
        after = conn->after;
        if (conn->whole) {
            conn->whole = false;
            ps_conn_picture(conn);
        }
    }
}
