/* presence - who is connected: gathered for a moment, told as one patch, settled when told.
 *
 * Twelve people who come within 250 ms are one frame for each viewer, and one question to the core
 * what follows from it. */
#include "hub/conn.h"

#include <string.h>

void ps_presence_changed(struct ps_live_set *live)
{
    uint64_t flush_at = live->hub->now.ms + PS_PRESENCE_GATHER_MS;
    live->flush_at = live->flush_at < flush_at ? live->flush_at : flush_at;
}

void ps_presence_flush(struct ps_live_set *live)
{
    live->flush_at = PS_MONO_NEVER;
    live->settle_at = live->settle_at < live->hub->now.ms ? live->settle_at : live->hub->now.ms;
    if (live->ready) {
        ps_fanout_presence(live);
    }
    live->live_shown = live->live;
    for (struct ps_conn *conn = live->conns; conn != NULL; conn = conn->after) {
        conn->fresh = false;
        conn->shown_primary = conn->greeted && !conn->behind ? conn->primary : conn->shown_primary;
    }
    ps_fanout_wholes(live);
}

static void put(struct ps_live_set *live, int64_t at)
{
    char key[8 + PS_ID_CHARS_MAX];
    char digits[24];
    struct ps_text key_text = ps_text_into(key, sizeof(key));
    ps_text_add_string(&key_text, "alive/");
    ps_text_add(&key_text, live->known->id, strlen(live->known->id) + 1);
    struct ps_text value = ps_text_into(digits, sizeof(digits));
    ps_text_add_int(&value, at);
    ps_assert(!key_text.full && !value.full);
    ps_journal_put(live->hub->journal, key, at == 0 ? NULL : digits, at == 0 ? 0 : value.used, NULL,
                   NULL);
    live->known->alive_at = at;
}

void ps_presence_alive(struct ps_live_set *live)
{
    uint64_t now = live->hub->now.ms;
    if (!ps_live_runs(&live->shown)) {
        live->alive_at = PS_MONO_NEVER;
        if (live->known->alive_at != 0) {
            put(live, 0);
        }
        return;
    }
    if (live->alive_at == PS_MONO_NEVER || now >= live->alive_at || live->hub->stopping) {
        live->alive_at = now + PS_ALIVE_MS;
        put(live, ps_live_now(live));
    }
}
