#include "hub/hub.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub/conn.h"
#include "hub/control.h"
#include "hub/entry.h"
#include "hub/guard.h"
#include "hub/hub_private.h"
#include "hub/page.h"
#include "hub/session.h"
#include "hub/token.h"

/* ---- time, log, wake ------------------------------------------------------------------------- */

int64_t ps_hub_wall(const struct ps_hub *hub)
{
    return hub->wall_began + (int64_t)(hub->now.ms - hub->began.ms);
}

void ps_hub_log(struct ps_hub *hub, char level, const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    struct ps_guard_point *point = ps_guard_pause();
    hub->port.log(hub->port.context, level, line);
    ps_guard_resume(point);
}

void ps_hub_leave(struct ps_hub *hub)
{
    uint64_t wake = hub->heap_count == 0 ? PS_MONO_NEVER : hub->heap[0]->wake;
    wake = hub->jobs != NULL ? hub->now.ms : wake;
    if (wake != hub->wake_told && wake != PS_MONO_NEVER && !hub->stopping) {
        hub->wake_told = wake;
        hub->port.wake(hub->port.context, (struct ps_mono){.ms = wake});
    }
}

/* ---- create, destroy ------------------------------------------------------------------------- */

static uint16_t method_of(const char *name)
{
    return ps_method_find(name, strlen(name));
}

static void take_config(struct ps_hub *hub, const struct ps_hub_config *config)
{
    hub->config = *config;
    snprintf(hub->url, sizeof(hub->url), "%s", config->url);
    hub->config.url = hub->url;
    if (hub->config.commands_per_second == 0) {
        hub->config.commands_per_second = PS_COMMANDS_PER_SECOND;
    }
    if (hub->config.commands_burst == 0) {
        hub->config.commands_burst = PS_COMMANDS_BURST;
    }
    if (hub->config.sockets_per_seat == 0 ||
        hub->config.sockets_per_seat > PS_SOCKETS_PER_SEAT_MAX) {
        hub->config.sockets_per_seat = PS_SOCKETS_PER_SEAT_MAX;
    }
}

static bool take_scratch(struct ps_hub *hub)
{
    hub->outcome = calloc(1, sizeof(*hub->outcome));
    hub->request = calloc(1, sizeof(*hub->request));
    hub->seen_before = calloc(1, sizeof(*hub->seen_before));
    hub->seen_after = calloc(1, sizeof(*hub->seen_after));
    hub->fanout = ps_fanout_create();
    hub->text = malloc(PS_HUB_TEXT_BYTES);
    return ps_batch_init(&hub->batch) == PS_OK && hub->outcome != NULL && hub->request != NULL &&
           hub->seen_before != NULL && hub->seen_after != NULL && hub->fanout != NULL &&
           hub->text != NULL;
}

struct ps_hub *ps_hub_create(const struct ps_hub_config *config, struct ps_journal *journal,
                             const struct ps_port *port, struct ps_mono now, int64_t wall_ms)
{
    struct ps_hub *hub = calloc(1, sizeof(*hub));
    if (hub == NULL) {
        return NULL;
    }
    take_config(hub, config);
    hub->journal = journal;
    hub->port = *port;
    hub->now = now;
    hub->began = now;
    hub->wall_began = wall_ms;
    hub->wake_told = PS_MONO_NEVER;
    hub->method_picture_get = method_of("picture.get");
    hub->method_time_sync = method_of("time.sync");
    hub->method_seat_here = method_of("seat.here");
    hub->method_invite_renew = method_of("invite.renew");
    if (!take_scratch(hub)) {
        ps_hub_destroy(hub);
        return NULL;
    }
    ps_guard_install();
    return hub;
}

static void free_connections(struct ps_hub *hub)
{
    while (hub->conns != NULL) {
        struct ps_conn *conn = hub->conns;
        hub->conns = conn->all_after;
        for (uint32_t i = 0; i < conn->held_count; i++) {
            ps_frame_release(conn->held[i]);
        }
        free(conn->held);
        free(conn);
    }
}

void ps_hub_destroy(struct ps_hub *hub)
{
    if (hub == NULL) {
        return;
    }
    ps_reports_stop(hub);
    while (hub->known_count > 0) {
        struct ps_known *known = hub->known[hub->known_count - 1];
        ps_live_free(known->live);
        ps_known_remove(hub, known);
    }
    ps_sessions_finish(hub);
    free_connections(hub);
    ps_entries_finish(hub);
    ps_batch_finish(&hub->batch);
    ps_fanout_destroy(hub->fanout);
    free(hub->outcome);
    free(hub->request);
    free(hub->seen_before);
    free(hub->seen_after);
    free(hub->text);
    free(hub);
}

/* ---- load ------------------------------------------------------------------------------------ */

static bool load_set(void *context, const char *set, uint64_t head_seq)
{
    struct ps_hub *hub = context;
    struct ps_known *known = NULL;
    if (ps_known_add(hub, set, &known) != PS_OK) {
        ps_hub_log(hub, 'e', "more sets than this node can hold (%d)", (int)PS_SETS_MAX);
        return false;
    }
    known->head_seq = head_seq;
    return true;
}

/* A set with an alive instant was in a meeting when the server stopped: it is loaded without
 * waiting for somebody to come, so that its clock is paused and its ends are kept. */
static bool load_alive(void *context, const char *key, const void *value, size_t bytes)
{
    struct ps_hub *hub = context;
    const char *id = key + strlen("alive/");
    struct ps_known *known = ps_known_find(hub, id, strlen(id));
    const char *digits = value;
    int64_t at = 0;
    for (size_t i = 0; i < bytes && i < 16 && digits[i] >= '0' && digits[i] <= '9'; i++) {
        at = at * 10 + (digits[i] - '0');
    }
    if (known != NULL) {
        known->alive_at = at;
        ps_known_wake(known, hub->now.ms);
    }
    return true;
}

enum ps_err ps_hub_load(struct ps_hub *hub)
{
    enum ps_err err = ps_journal_sets(hub->journal, load_set, hub);
    if (err == PS_OK) {
        err = ps_journal_shelf(hub->journal, "alive/", load_alive, hub);
    }
    if (err == PS_OK) {
        err = ps_token_key_load(hub);
    }
    if (err == PS_OK) {
        err = ps_sessions_load(hub);
    }
    ps_hub_leave(hub);
    return err;
}

/* ---- tick ------------------------------------------------------------------------------------ */

static void wake_due(struct ps_hub *hub)
{
    uint32_t loads = 0;
    /* A set that is due again at once waits for the next turn of the loop, after the others. */
    for (uint32_t turns = hub->heap_count + 1; turns > 0 && hub->heap_count > 0; turns--) {
        struct ps_known *known = hub->heap[0];
        if (known->wake > hub->now.ms) {
            return;
        }
        if (known->live != NULL) {
            ps_live_wake(known->live);
            continue;
        }
        if (loads == PS_LOADS_PER_TICK_MAX) {
            return;
        }
        loads += 1;
        ps_known_wake(known, PS_MONO_NEVER);
        if (ps_live_get(known) == NULL && !known->quarantined) {
            ps_known_wake(known, hub->now.ms + PS_RETRY_MS);
        }
    }
}

void ps_hub_tick(struct ps_hub *hub, struct ps_mono now)
{
    ps_assert(now.ms >= hub->now.ms);
    hub->now = now;
    if (hub->stopping) {
        return;
    }
    hub->wake_told = hub->wake_told <= now.ms ? PS_MONO_NEVER : hub->wake_told;
    wake_due(hub);
    ps_reports_go_on(hub);
    ps_hub_leave(hub);
}

/* ---- figures, stop --------------------------------------------------------------------------- */

/* Of a set that is in memory. */
static struct ps_set_memory memory_of(const struct ps_known *known)
{
    const struct ps_live_set *live = known->live;
    struct ps_set_memory memory = {.state = sizeof(*live), .words = live->words_bytes};
    memory.other = sizeof(*known) + live->conns_count * sizeof(struct ps_conn);
    for (size_t seat = 0; seat < PS_SEAT_SLOTS; seat++) {
        memory.other += ps_seat_memory_bytes(live->seats[seat]);
    }
    for (const struct ps_entry *entry = live->inbox_first; entry != NULL; entry = entry->next) {
        memory.other += sizeof(*entry) + entry->room_bytes;
    }
    for (const struct ps_entry *entry = live->flight_first; entry != NULL; entry = entry->next) {
        memory.other += sizeof(*entry) + entry->room_bytes;
    }
    return memory;
}

struct ps_hub_figures ps_hub_figures(const struct ps_hub *hub)
{
    struct ps_hub_figures figures = hub->figures;
    figures.sets_known = hub->known_count;
    for (uint32_t i = 0; i < hub->known_count; i++) {
        struct ps_set_memory memory = {0};
        if (hub->known[i]->live != NULL) {
            memory = memory_of(hub->known[i]);
        }
        const uint64_t bytes = memory.state + memory.words + memory.other;
        figures.sets_bytes += bytes;
        figures.set_bytes_max = bytes > figures.set_bytes_max ? bytes : figures.set_bytes_max;
    }
    return figures;
}

enum ps_err ps_hub_set_memory(const struct ps_hub *hub, const char *set,
                              struct ps_set_memory *ret_memory)
{
    const struct ps_known *known = ps_known_find(hub, set, strlen(set));
    if (known == NULL || known->live == NULL) {
        return PS_E_ABSENT;
    }
    *ret_memory = memory_of(known);
    return PS_OK;
}

void ps_hub_stop(struct ps_hub *hub)
{
    enum { RETRY_MS = 1000 };
    if (hub->stopping) {
        return;
    }
    hub->stopping = true;
    ps_reports_stop(hub);
    for (uint32_t i = 0; i < hub->known_count; i++) {
        struct ps_live_set *live = hub->known[i]->live;
        if (live == NULL) {
            continue;
        }
        if (live->ready && !live->recovering) {
            ps_presence_alive(live);
        }
        while (live->conns != NULL) {
            ps_conn_bye(live->conns, 1012, "restarting", RETRY_MS);
        }
    }
}

bool ps_hub_idle(const struct ps_hub *hub)
{
    return hub->waiting == 0 && hub->jobs == NULL;
}
