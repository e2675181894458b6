/* sim_check - what must be true of the whole: all see the same, and the journal tells the same
 * story as the answers that people were given. */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

#include "core/activity.h"
#include "core/clock.h"
#include "core/settle.h"
#include "wire/wire.h"

/* ---- the journal, read back ------------------------------------------------------------------ */

struct told {
    uint64_t seq;
    int64_t at;
    char cause[96];
    char kind[48];
    char *words;
};

struct story {
    struct sim *sim;
    struct ps_set set;
    struct ps_event event;
    struct ps_words *words;
    struct told *told;
    size_t count, room;
};

enum {
    WORDS_BYTES = 2 * 1024 * 1024,
    DISK_MS = 12000, /* the longest that a disk keeps the set from going on, with its retries */
};

static void take_record(struct story *story, const struct ps_record *record)
{
    if (story->count == story->room) {
        story->room = story->room == 0 ? 1024 : story->room * 2;
        story->told = realloc(story->told, story->room * sizeof(*story->told));
        if (story->told == NULL) {
            abort();
        }
    }
    struct told *told = &story->told[story->count++];
    *told = (struct told){.seq = record->seq, .at = record->at_ms};
    snprintf(told->cause, sizeof(told->cause), "%s", record->cause);
    snprintf(told->kind, sizeof(told->kind), "%s", record->kind);
    told->words = strndup(record->words == NULL ? "" : record->words, record->words_bytes);
}

/* Nobody's turn lasts for ever: by the time of the next event, what was due long ago has been done.
 * `before`: the state that this event meets. */
static void expect_moved_on(struct story *story, const struct ps_record *record)
{
    const struct ps_set *set = &story->set;
    const struct ps_floor *floor = &set->now.floor;
    const struct ps_phase *phase = ps_phase_now(set);
    if (phase == NULL || set->now.clock.state != PS_CLOCK_RUNNING || !ps_is_live(set) ||
        strcmp(record->kind, "recovered") == 0) {
        return;
    }
    int64_t grace = ps_paced(set, 60000) + DISK_MS;
    bool parts = phase->mode == PS_FLOOR_QUEUE && floor->holder != PS_NOBODY &&
                 floor->part != PS_PART_NONE && floor->soft_ends_at != 0;
    if (parts && record->at_ms > floor->soft_ends_at + grace) {
        sim_fail(story->sim, "seat %u had the floor until %lld, and at %lld still has it",
                 floor->holder, (long long)floor->soft_ends_at, (long long)record->at_ms);
    }
    bool last = set->now.running.phase + 1 == ps_activity_now(set)->phases_count;
    if (phase->at_end != PS_END_STAYS && !last && record->at_ms > set->now.clock.ends_at + grace) {
        sim_fail(story->sim, "%s ended at %lld, and at %lld it still goes on", phase->name,
                 (long long)set->now.clock.ends_at, (long long)record->at_ms);
    }
}

static bool read_record(void *context, const struct ps_record *record)
{
    struct story *story = context;
    struct sim *sim = story->sim;
    if (record->seq != story->count + 1) {
        sim_fail(sim, "record %llu comes after %zu", (unsigned long long)record->seq, story->count);
        return false;
    }
    if (ps_wire_event(record, &story->event, story->words) != PS_OK) {
        sim_fail(sim, "record %llu (%s) cannot be read", (unsigned long long)record->seq,
                 record->kind);
        return false;
    }
    take_record(story, record);
    if (record->at_ms < story->set.last_at) {
        sim_fail(sim, "record %llu goes back in time", (unsigned long long)record->seq);
        return false;
    }
    expect_moved_on(story, record);
    ps_apply(&story->set, &story->event);
    if (story->set.meeting.plan.bank_ms < 0) {
        sim_fail(sim, "the bank is overdrawn at %llu", (unsigned long long)record->seq);
    }
    return !sim->failed;
}

static struct story *read_story(struct sim *sim)
{
    struct story *story = calloc(1, sizeof(*story));
    void *block = malloc(WORDS_BYTES);
    uint64_t bad = 0;
    if (story == NULL || block == NULL) {
        abort();
    }
    story->sim = sim;
    story->words = ps_words_init(block, WORDS_BYTES);
    memcpy(story->set.id, sim->set, sizeof(story->set.id));
    if (ps_journal_read(sim->journal, sim->set, 1, read_record, story, &bad) != PS_OK) {
        sim_fail(sim, "the journal cannot be read at %llu", (unsigned long long)bad);
    }
    return story;
}

static void free_story(struct story *story)
{
    for (size_t i = 0; i < story->count; i++) {
        free(story->told[i].words);
    }
    free(story->told);
    free(story->words);
    free(story);
}

/* ---- requests against records ---------------------------------------------------------------- */

/* What was acknowledged is there once, in one piece; what was refused is not there. */
static void check_request(struct story *story, const struct sim_request *request)
{
    struct sim *sim = story->sim;
    char cause[96];
    size_t first = 0;
    size_t records = 0;
    size_t said = 0;
    snprintf(cause, sizeof(cause), "%s %s", request->seat, request->id);
    for (size_t i = 0; i < story->count; i++) {
        const struct told *told = &story->told[i];
        if (strcmp(told->cause, cause) == 0) {
            first = records == 0 ? i : first;
            records += 1;
            if (i != first + records - 1) {
                sim_fail(sim, "%s was done twice, at %zu and %zu", request->id, first + 1, i + 1);
            }
        }
        bool theirs = request->token[0] != '\0' && strstr(told->words, request->token) != NULL;
        /* What was in a hand is said once more when the floor is granted. */
        said += theirs && (strcmp(request->method, "hand.raise") != 0 ||
                           strcmp(told->kind, "hand.raised") == 0);
    }
    bool worded = request->token[0] != '\0';
    /* Of a try whose answer was lost nothing is known: a refused request may be allowed later. */
    if (request->errors == request->tries && records > 0) {
        sim_fail(sim, "%s was refused (%s) and is in the journal", request->id, request->refusal);
    }
    if (worded && (said > 1 || (request->results > 0 && said != 1))) {
        sim_fail(sim,
                 "%s (%s) of %s is acknowledged %u times; its words are %zu times in the journal",
                 request->id, request->method, request->seat, request->results, said);
    }
    for (uint32_t i = 0; records > 0 && i < request->results && i < 8; i++) {
        int64_t last = (int64_t)(first + records);
        if (request->seqs[i] != last && request->seqs[i] > (int64_t)first) {
            sim_fail(sim, "%s is acknowledged with %lld, and is at %lld", request->id,
                     (long long)request->seqs[i], (long long)last);
        }
    }
}

/* ---- views ----------------------------------------------------------------------------------- */

static json_t *view_of(struct sim *sim, const struct story *story, const struct ps_live *live,
                       const struct sim_socket *socket)
{
    const struct ps_scene scene = {
        .now = {.ms = story->set.last_at}, .live = live, .words = story->words};
    const char *seat = socket->device->person->seat;
    struct ps_text text = ps_text_into(sim->text, SIM_TEXT_BYTES);
    bool primary = json_is_true(sim_look(socket->picture, "you.primary"));
    ps_wire_picture(
        &text, &story->set, &scene,
        (struct ps_viewer){.seat = ps_seat_read(seat, strlen(seat)), .primary = primary});
    json_t *whole = json_loadb(text.bytes, text.used, 0, NULL);
    json_t *picture = json_incref(sim_look(whole, "params.picture"));
    json_decref(whole);
    json_object_del(json_object_get(picture, "set"), "server");
    return picture;
}

static void expect_same(struct sim *sim, json_t *one, json_t *other, const char *what,
                        const char *seat)
{
    sim->compared += 1;
    if (json_equal(one, other)) {
        return;
    }
    char *a = json_dumps(one, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
    char *b = json_dumps(other, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
    size_t at = 0;
    while (a != NULL && b != NULL && a[at] != '\0' && a[at] == b[at]) {
        at++;
    }
    at = at > 200 ? at - 200 : 0;
    sim_fail(sim, "%s sees another %s: …%.500s… and not …%.500s…", seat, what,
             a == NULL ? "nothing" : a + at, b == NULL ? "nothing" : b + at);
    free(a);
    free(b);
}

/* The hub's own idea of who is connected: a link that was cut may not be noticed yet. */
static struct ps_live live_of(const struct sim *sim)
{
    struct ps_live live = {0};
    for (const struct sim_socket *socket = sim->sockets; socket != NULL; socket = socket->next) {
        const char *end = strrchr(socket->seat, '.');
        if (socket->conn != NULL && socket->close_code == 0 && end != NULL) {
            live.connected |= ps_seat_bit(ps_seat_read(end + 1, strlen(end + 1)));
        }
    }
    return live;
}

static bool may_be_compared(const struct sim *sim, const struct sim_socket *socket)
{
    return socket->device != NULL && socket->conn != NULL && socket->close_code == 0 &&
           socket->picture != NULL && socket->down.first == NULL && socket->up.first == NULL &&
           socket->stalled_until <= sim->now && !socket->behind;
}

void sim_check_views(struct sim *sim)
{
    const struct ps_live live = live_of(sim);
    struct story *story = read_story(sim);
    uint32_t seen = 0;
    for (struct sim_socket *socket = sim->sockets; socket != NULL; socket = socket->next) {
        if (sim->failed || !may_be_compared(sim, socket)) {
            continue;
        }
        json_t *whole = view_of(sim, story, &live, socket);
        expect_same(sim, socket->picture, whole, "set than the journal tells",
                    socket->device->person->seat);
        json_decref(whole);
        seen++;
    }
    sim_trace(sim, "%u screens show what the journal tells (%zu records)", seen, story->count);
    free_story(story);
}

void sim_check_journal(struct sim *sim)
{
    struct story *story = read_story(sim);
    for (const struct sim_request *request = sim->requests; request != NULL && !sim->failed;
         request = request->next) {
        check_request(story, request);
    }
    uint32_t ends = 0;
    for (size_t i = 0; i < story->count; i++) {
        ends += strcmp(story->told[i].kind, "meeting.ended") == 0 ? 1 : 0;
    }
    if (ends < sim->meetings) {
        sim_fail(sim, "the journal does not tell of the end");
    }
    free_story(story);
}
