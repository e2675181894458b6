/* report - what an operator reads of all sets: check, replay, list; and the export of one.
 *
 * A report reads the journal a set at a time. While people are connected it takes one set at each
 * tick, so that a meeting never waits for an operator's curiosity. */
#include "hub/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub/grow.h"
#include "hub/links.h"

enum {
    LINE_BYTES = 4096,             /* of the report for one set */
    STATE_BYTES_MAX = 1024 * 1024, /* a state of 32 KiB as JSON */
};

enum kind { CHECK, REPLAY, LIST };

/* One report that runs. */
struct ps_job {
    struct ps_job *next;
    struct ps_operation *operation;
    enum kind kind;
    uint32_t at;      /* in hub->known */
    uint32_t records; /* read so far */
    uint32_t sets;
    struct ps_text lines;  /* a row for each set */
    struct ps_text faults; /* check: what is wrong */
    uint32_t faults_count;
    char first[PS_ID_CHARS_MAX + PS_WHY_CHARS_MAX + 8]; /* the first of them, as a sentence */
    bool lost;                                          /* a line did not fit */
};

/* ---- one set --------------------------------------------------------------------------------- */

/* SHA-256 of the state, as hex; false: no memory. */
static bool hash_state(const struct ps_set *set, char ret_hex[2 * PS_HASH_BYTES + 1])
{
    static const char digits[] = "0123456789abcdef";
    char *bytes = malloc(STATE_BYTES_MAX);
    if (bytes == NULL) {
        return false;
    }
    struct ps_text text = ps_text_into(bytes, STATE_BYTES_MAX);
    uint8_t hash[PS_HASH_BYTES];
    ps_wire_state(&text, set);
    ps_seal_hash(text.bytes, text.used, hash);
    free(bytes);
    for (size_t i = 0; i < PS_HASH_BYTES; i++) {
        ret_hex[2 * i] = digits[hash[i] >> 4];
        ret_hex[2 * i + 1] = digits[hash[i] & 15];
    }
    ret_hex[2 * PS_HASH_BYTES] = '\0';
    return !text.full;
}

struct reading {
    struct ps_live_set *live; /* NULL: why tells */
    char why[PS_WHY_CHARS_MAX];
    char hash[2 * PS_HASH_BYTES + 1];
};

static void read_set(struct ps_known *known, struct reading *ret_reading)
{
    *ret_reading = (struct reading){0};
    if (ps_live_read_apart(known, &ret_reading->live, ret_reading->why) != PS_OK) {
        ret_reading->live = NULL;
    } else if (!hash_state(&ret_reading->live->head, ret_reading->hash)) {
        static const char why[] = "no memory for the state";
        memcpy(ret_reading->why, why, sizeof(why));
        ps_live_free(ret_reading->live);
        ret_reading->live = NULL;
    }
}

static void add_fault(struct ps_job *job, const struct ps_known *known, const char *what)
{
    if (job->faults_count == 0) {
        snprintf(job->first, sizeof(job->first), "set %s: %s", known->id, what);
    }
    job->faults_count += 1;
    if (ps_grow(&job->faults, LINE_BYTES) != PS_OK) {
        job->lost = true;
        return;
    }
    ps_text_add(&job->faults, ",", job->faults.used == 0 ? 0 : 1);
    ps_text_add_char(&job->faults, '{');
    ps_json_member(&job->faults, "set", known->id);
    ps_json_member(&job->faults, "what", what);
    ps_text_add_char(&job->faults, '}');
}

/* A set's row begins; false: no room. */
static bool begin_row(struct ps_job *job, const struct ps_known *known)
{
    if (ps_grow(&job->lines, LINE_BYTES) != PS_OK) {
        job->lost = true;
        return false;
    }
    ps_text_add(&job->lines, ",", job->lines.used == 0 ? 0 : 1);
    ps_text_add_char(&job->lines, '{');
    ps_json_member(&job->lines, "set", known->id);
    return true;
}

/* Two replays must agree, and what is in memory must agree with them. */
static void compare(struct ps_job *job, struct ps_known *known, const struct reading *first)
{
    struct reading second;
    char shown[2 * PS_HASH_BYTES + 1];
    read_set(known, &second);
    if (second.live == NULL) {
        add_fault(job, known, second.why);
        return;
    }
    if (strcmp(first->hash, second.hash) != 0) {
        add_fault(job, known, "two replays do not give the same state");
    }
    const struct ps_live_set *live = known->live;
    if (live != NULL && live->ready && live->shown.seq == second.live->head.seq &&
        hash_state(&live->shown, shown) && strcmp(shown, second.hash) != 0) {
        add_fault(job, known, "the state in memory is not the replayed one");
    }
    ps_live_free(second.live);
}

static void report_set(struct ps_job *job, struct ps_known *known)
{
    struct reading reading;
    read_set(known, &reading);
    job->sets += 1;
    if (known->quarantined || reading.live == NULL) {
        add_fault(job, known, known->quarantined ? known->why : reading.why);
    }
    if (reading.live == NULL) {
        return;
    }
    if (begin_row(job, known)) {
        struct ps_live_set *live = reading.live;
        if (job->kind == LIST) {
            ps_json_name(&job->lines, "name");
            ps_text_add_char(&job->lines, '"');
            ps_words_json(&job->lines, live->words, live->head.name);
            ps_text_add_char(&job->lines, '"');
            ps_json_number(&job->lines, "connected",
                           known->live == NULL ? 0 : known->live->conns_count);
        } else {
            ps_json_member(&job->lines, "state", reading.hash);
        }
        ps_json_number(&job->lines, "seq", live->head.seq);
        ps_text_add_char(&job->lines, '}');
    }
    job->records += reading.live->head.seq;
    if (job->kind == CHECK) {
        compare(job, known, &reading);
    }
    ps_live_free(reading.live);
}

/* ---- the whole report ------------------------------------------------------------------------ */

static void answer(struct ps_job *job)
{
    struct ps_hub *hub = job->operation->hub;
    struct ps_text text = {0};
    bool right = job->faults_count == 0;
    bool failed = !right && job->kind != LIST; /* a list has done its work all the same */
    if (job->lost || ps_grow(&text, LINE_BYTES + job->lines.used + job->faults.used) != PS_OK) {
        ps_control_refuse(hub, job->operation->request, 503, "The report is too long.", "too_long");
        return;
    }
    ps_text_add_char(&text, '{');
    if (failed) {
        ps_json_member(&text, "error", job->first);
        ps_json_member(&text, "refusal", "corrupt");
    }
    ps_json_name(&text, "ok");
    ps_text_add_string(&text, right ? "true" : "false");
    ps_json_number(&text, "sets_count", job->sets);
    ps_json_number(&text, "records", job->records);
    ps_json_name(&text, "sets");
    ps_text_add_char(&text, '[');
    ps_text_add(&text, job->lines.bytes, job->lines.used);
    ps_text_add_string(&text, "],\"faults\":[");
    ps_text_add(&text, job->faults.bytes, job->faults.used);
    ps_text_add_string(&text, "]}");
    ps_control_reply(hub, job->operation->request, failed ? 500 : 200, &text);
    ps_grow_finish(&text);
}

static void finish_take(struct ps_job *job)
{
    ps_grow_finish(&job->lines);
    ps_grow_finish(&job->faults);
    ps_operation_free(job->operation);
    free(job);
}

/* True: the report is complete. */
static bool step(struct ps_job *job)
{
    const struct ps_hub *hub = job->operation->hub;
    if (job->at < hub->known_count && !hub->known[job->at]->founding) {
        report_set(job, hub->known[job->at]);
    }
    job->at += 1;
    return job->at >= hub->known_count;
}

bool ps_reports_go_on(struct ps_hub *hub)
{
    for (struct ps_job **at = &hub->jobs; *at != NULL;) {
        struct ps_job *job = *at;
        if (step(job)) {
            *at = job->next;
            answer(job);
            finish_take(job);
        } else {
            at = &job->next;
        }
    }
    return hub->jobs != NULL;
}

void ps_reports_stop(struct ps_hub *hub)
{
    while (hub->jobs != NULL) {
        struct ps_job *job = hub->jobs;
        hub->jobs = job->next;
        ps_control_refuse(hub, job->operation->request, 503, "The server is stopping.",
                          "not_saved");
        finish_take(job);
    }
}

static void begin_take(struct ps_operation *operation, enum kind kind)
{
    struct ps_hub *hub = operation->hub;
    const struct ps_control *control = &operation->control;
    struct ps_known *known = ps_known_find(hub, control->set, strlen(control->set));
    struct ps_job *job = calloc(1, sizeof(*job));
    if (job == NULL || (control->set[0] != '\0' && known == NULL)) {
        ps_control_refuse(hub, operation->request, 422, "There is no such set.", "no_such_thing");
        free(job);
        ps_operation_free(operation);
        return;
    }
    *job = (struct ps_job){.operation = operation, .kind = kind, .next = hub->jobs};
    if (known != NULL) {
        report_set(job, known);
        answer(job);
        finish_take(job);
        return;
    }
    hub->jobs = job;
    while (hub->figures.connections == 0 && ps_reports_go_on(hub)) {
        /* nobody waits: all at once, also for the command line without a running server */
    }
}

/* ---- export ---------------------------------------------------------------------------------- */

struct export
{
    struct ps_text text;
    bool words;
    bool lost;
};

static bool export_record(void *context, const struct ps_record *record)
{
    struct export *export = context;
    struct ps_text *text = &export->text;
    if (ps_grow(text, LINE_BYTES + record->facts_bytes + record->words_bytes) != PS_OK) {
        export->lost = true;
        return false;
    }
    ps_text_add(text, ",", text->bytes[text->used - 1] == '[' ? 0 : 1);
    ps_text_add_char(text, '{');
    ps_json_number(text, "seq", (int64_t)record->seq);
    ps_json_number(text, "at", record->at_ms);
    ps_json_member(text, "cause", record->cause);
    ps_json_member(text, "kind", record->kind);
    ps_json_number(text, "version", record->version);
    ps_json_name(text, "facts");
    ps_text_add(text, record->facts, record->facts_bytes);
    const struct ps_event_kind *kind = ps_event_kind_find(record->kind);
    bool private = kind == NULL || (kind->parts & PS_WORDS_PRIVATE) != 0;
    if (export->words && !private && record->words_bytes > 0) {
        ps_json_name(text, "words");
        ps_text_add(text, record->words, record->words_bytes);
    }
    ps_text_add_char(text, '}');
    return true;
}

void ps_report_export(const struct ps_operation *operation)
{
    struct ps_hub *hub = operation->hub;
    const struct ps_control *control = &operation->control;
    const struct ps_known *known = ps_known_find(hub, control->set, strlen(control->set));
    struct export export = {.words = control->words};
    uint64_t bad_seq = 0;
    enum ps_err err = known == NULL ? PS_E_ABSENT : ps_grow(&export.text, LINE_BYTES);
    if (err == PS_OK) {
        ps_text_add_char(&export.text, '{');
        ps_json_member(&export.text, "set", known->id);
        ps_text_add_string(&export.text, ",\"records\":[");
        err = ps_journal_read(hub->journal, known->id, 1, export_record, &export, &bad_seq);
    }
    if (err == PS_E_ABSENT) {
        ps_control_refuse(hub, operation->request, 422, "There is no such set.", "no_such_thing");
    } else if (err != PS_OK || export.lost || ps_grow(&export.text, LINE_BYTES) != PS_OK) {
        ps_control_refuse(hub, operation->request, 503, "The set cannot be read whole.",
                          ps_err_word(err == PS_OK ? PS_E_LIMIT : err));
    } else {
        ps_text_add_string(&export.text, "]}");
        ps_hub_log(hub, 'i', "operator: export of set %s%s", known->id,
                   control->words ? " with its words" : "");
        ps_control_reply(hub, operation->request, 200, &export.text);
    }
    ps_grow_finish(&export.text);
}

bool ps_report_begin_take(struct ps_operation *operation)
{
    const char *verb = operation->control.verb;
    if (strcmp(verb, "export") == 0) {
        ps_report_export(operation);
        ps_operation_free(operation);
    } else if (strcmp(verb, "check") == 0) {
        begin_take(operation, CHECK);
    } else if (strcmp(verb, "replay") == 0) {
        begin_take(operation, REPLAY);
    } else if (strcmp(verb, "set.list") == 0) {
        begin_take(operation, LIST);
    } else {
        return false;
    }
    return true;
}
