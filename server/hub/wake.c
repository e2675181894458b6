/* wake - when a set next wants to be called, and what it does then. */
#include "hub/conn.h"
#include "hub/entry.h"

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Nobody is here, nothing runs, and nothing comes within the hour. */
static bool may_leave(const struct ps_live_set *live)
{
    return live->conns == NULL && live->inbox_first == NULL && !live->appending &&
           !ps_live_runs(&live->shown) &&
           (live->settle_at == PS_MONO_NEVER ||
            live->settle_at > live->hub->now.ms + PS_IDLE_UNLOAD_MS);
}

static uint64_t slow_at(const struct ps_live_set *live)
{
    uint64_t at = PS_MONO_NEVER;
    for (const struct ps_conn *conn = live->conns; live->behind_count > 0 && conn != NULL;
         conn = conn->after) {
        at = conn->behind ? earlier(at, conn->behind_since + PS_BEHIND_MS_MAX) : at;
    }
    return at;
}

void ps_live_schedule(struct ps_live_set *live)
{
    uint64_t wake = live->retry_at;
    if (live->ready) {
        wake = earlier(wake, earlier(live->flush_at, live->alive_at));
        wake = earlier(wake, slow_at(live));
        if (!live->appending) {
            wake = earlier(wake, live->settle_at);
            wake = live->inbox_first != NULL ? live->hub->now.ms : wake;
        }
        if (may_leave(live)) {
            wake = earlier(wake, live->alone_since + PS_LINGER_MS);
        }
    }
    ps_known_wake(live->known, wake);
}

static void do_due(void *context)
{
    struct ps_live_set *live = context;
    uint64_t now = live->hub->now.ms;
    if (now >= live->flush_at) {
        ps_presence_flush(live);
    }
    if (now >= live->alive_at) {
        ps_presence_alive(live);
    }
    ps_conns_close_slow(live);
}

void ps_live_wake(struct ps_live_set *live)
{
    struct ps_known *known = live->known;
    uint64_t now = live->hub->now.ms;
    if (!live->ready) {
        if (now >= live->retry_at && ps_live_reload(live)) {
            ps_conns_close_revoked(live);
            ps_live_guard(known, ps_conns_refresh, live);
        }
    } else {
        ps_live_guard(known, do_due, live);
    }
    if (known->live == NULL) {
        return;
    }
    ps_live_advance(live);
    if (known->live == NULL) {
        return;
    }
    if (live->ready && may_leave(live) && now >= live->alone_since + PS_LINGER_MS) {
        ps_live_drop(live);
        return;
    }
    ps_live_schedule(live);
}
