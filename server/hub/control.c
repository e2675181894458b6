#include "hub/control.h"

#include <stdlib.h>
#include <string.h>

#include "hub/entry.h"
#include "hub/links.h"

enum { SET_ID_CHARS = 10 }; /* of 32 letters: 50 bits; the id opens nothing, it must only be new */

void ps_operation_free(struct ps_operation *operation)
{
    free(operation);
}

/* ---- answers --------------------------------------------------------------------------------- */

void ps_control_reply(struct ps_hub *hub, void *request, int status, const struct ps_text *body)
{
    if (body->full) {
        ps_control_refuse(hub, request, 422, "The answer is too long.", "too_long");
        return;
    }
    hub->port.reply(hub->port.context, request,
                    &(struct ps_reply){.status = status,
                                       .type = "application/json",
                                       .body = body->bytes,
                                       .body_bytes = body->used});
}

void ps_control_refuse(struct ps_hub *hub, void *request, int status, const char *sentence,
                       const char *word)
{
    char body[1024];
    struct ps_text text = ps_text_into(body, sizeof(body));
    ps_text_add_char(&text, '{');
    ps_json_member(&text, "error", sentence);
    ps_json_member(&text, "refusal", word);
    ps_text_add_char(&text, '}');
    ps_assert(!text.full);
    hub->port.reply(
        hub->port.context, request,
        &(struct ps_reply){
            .status = status, .type = "application/json", .body = body, .body_bytes = text.used});
}

static void refuse(struct ps_hub *hub, void *request, enum ps_refusal refusal)
{
    bool world = refusal == PS_REFUSED_NOT_SAVED || refusal == PS_REFUSED_QUARANTINED;
    ps_control_refuse(hub, request, world ? 503 : 422, ps_refusal_sentence(refusal),
                      ps_refusal_word(refusal));
}

void ps_operation_answer(struct ps_live_set *live, const struct ps_entry *entry)
{
    const struct ps_operation *operation = entry->control;
    const struct ps_control *control = &operation->control;
    struct ps_hub *hub = live->hub;
    if (operation->fault != NULL) {
        ps_control_refuse(hub, operation->request, 422, operation->fault, "bad_value");
        return;
    }
    if (entry->refusal != PS_ALLOWED) {
        refuse(hub, operation->request, entry->refusal);
        return;
    }
    if (strcmp(control->verb, "export") == 0) {
        ps_report_export(operation);
        return;
    }
    struct ps_text text = ps_text_into(hub->text, PS_HUB_TEXT_BYTES);
    if (strcmp(control->verb, "set.create") == 0) {
        ps_links_add(&text, live, control->url);
    } else if (operation->seat != PS_NOBODY && ps_is_active(&live->shown, operation->seat)) {
        ps_link_add(&text, live, operation->seat, control->url);
        text.used -= text.full ? 0 : 1; /* the last brace, to add the set */
        ps_json_member(&text, "set", live->known->id);
        ps_text_add_char(&text, '}');
    } else {
        ps_text_add_char(&text, '{');
        ps_json_member(&text, "set", live->known->id);
        ps_json_member(&text, "seat", control->seat);
        ps_text_add_char(&text, '}');
    }
    ps_hub_log(hub, 'i', "operator: %s in set %s", control->verb, live->known->id);
    ps_control_reply(hub, operation->request, 200, &text);
}

/* ---- deciding -------------------------------------------------------------------------------- */

static enum ps_refusal refusal_of(enum ps_text_fault fault)
{
    return fault == PS_TEXT_TOO_LONG ? PS_REFUSED_TEXT_TOO_LONG : PS_REFUSED_TEXT_CONTROL;
}

/* A name as a fresh word of the operation's text. */
static enum ps_refusal fresh_name(struct ps_control *control, const char *name,
                                  struct ps_word *ret_word)
{
    size_t from = 0;
    size_t to = 0;
    enum ps_text_fault fault =
        ps_text_check(name, strlen(name), PS_NAME_CHARS_MAX, false, &from, &to);
    if (fault != PS_TEXT_FINE) {
        return refusal_of(fault);
    }
    if (sizeof(control->text) - control->text_bytes < to - from) {
        return PS_REFUSED_TEXT_TOO_LONG;
    }
    *ret_word = (struct ps_word){0};
    if (to > from) {
        ret_word->id = PS_WORD_FRESH | (uint32_t)control->text_bytes;
        ret_word->bytes = (uint16_t)(to - from);
        memcpy(control->text + control->text_bytes, name + from, to - from);
        control->text_bytes += to - from;
    }
    return PS_ALLOWED;
}

static enum ps_refusal add_seat(const struct ps_live_set *live, const struct ps_scene *scene,
                                struct ps_operation *operation, struct ps_outcome *out)
{
    struct ps_control *control = &operation->control;
    struct ps_founder founder = {0};
    _Static_assert(sizeof(founder.role) == sizeof(control->role), "a role is copied whole");
    memcpy(founder.seat, control->seat, sizeof(founder.seat));
    memcpy(founder.role, control->role, sizeof(founder.role));
    enum ps_refusal refusal = fresh_name(control, control->name, &founder.name);
    if (refusal == PS_ALLOWED) {
        refusal = fresh_name(control, control->business, &founder.business);
    }
    if (refusal == PS_ALLOWED) {
        refusal = fresh_name(control, control->sector, &founder.sector);
    }
    return refusal != PS_ALLOWED ? refusal
                                 : ps_seat_add(&live->head, scene, &founder, out, &operation->seat);
}

static enum ps_refusal rename_seat(const struct ps_live_set *live, const struct ps_scene *scene,
                                   struct ps_operation *operation, struct ps_outcome *out)
{
    struct ps_word name = {0};
    enum ps_refusal refusal = fresh_name(&operation->control, operation->control.name, &name);
    return refusal != PS_ALLOWED ? refusal
                                 : ps_seat_rename(&live->head, scene, operation->seat, name, out);
}

static enum ps_refusal found_set(const struct ps_live_set *live, const struct ps_scene *scene,
                                 struct ps_operation *operation, struct ps_outcome *out)
{
    uint64_t chance = 0;
    ps_seal_random((uint8_t *)&chance, sizeof(chance));
    operation->fault = ps_found(&live->head, scene, &operation->control.file, chance, out);
    return operation->fault == NULL ? PS_ALLOWED : PS_REFUSED_BAD_VALUE;
}

static enum ps_refusal act(const struct ps_live_set *live, const struct ps_scene *scene,
                           struct ps_operation *operation, struct ps_outcome *out)
{
    const char *verb = operation->control.verb;
    if (strcmp(verb, "set.create") == 0) {
        return found_set(live, scene, operation, out);
    }
    if (strcmp(verb, "seat.add") == 0) {
        return add_seat(live, scene, operation, out);
    }
    if (strcmp(verb, "export") == 0) {
        ps_export_record(scene, out);
        return PS_ALLOWED;
    }
    operation->seat = ps_seat_read(operation->control.seat, strlen(operation->control.seat));
    if (ps_person(&live->head, operation->seat) == NULL) {
        return PS_REFUSED_NO_SUCH_PERSON;
    }
    if (strcmp(verb, "seat.rename") == 0) {
        return rename_seat(live, scene, operation, out);
    }
    if (strcmp(verb, "seat.remove") == 0) {
        return ps_seat_remove(&live->head, scene, operation->seat, PS_NOBODY, (struct ps_word){0},
                              out);
    }
    return strcmp(verb, "invite.renew") == 0
               ? ps_invite_renew(&live->head, scene, operation->seat, out)
               : ps_invite_revoke(&live->head, scene, operation->seat, out);
}

void ps_operation_decide(struct ps_live_set *live, struct ps_entry *entry)
{
    struct ps_operation *operation = entry->control;
    struct ps_outcome *out = live->hub->outcome;
    const struct ps_scene scene = {
        .now = {.ms = ps_live_now(live)},
        .live = &live->live,
        .words = live->words,
        .command_text = operation->control.text,
    };
    entry->decided = true;
    ps_outcome_begin(out, &live->head);
    enum ps_refusal refusal = act(live, &scene, operation, out);
    refusal = refusal == PS_ALLOWED ? out->refusal : refusal;
    if (refusal == PS_ALLOWED && out->events_count > 0) {
        entry->made_events = true;
        if (ps_live_take(live, "operator") != PS_OK) {
            entry->made_events = false;
            refusal = PS_REFUSED_FULL;
        }
    }
    if (refusal != PS_ALLOWED) {
        ps_entry_refuse(entry, -32000, refusal);
    }
}

/* ---- dispatch -------------------------------------------------------------------------------- */

/* Into the inbox of the set, as a person's command would go. */
static void enqueue_take(struct ps_live_set *live, struct ps_operation *operation)
{
    struct ps_hub *hub = live->hub;
    struct ps_entry *entry = ps_entry_create_control(hub, operation);
    if (entry == NULL) {
        refuse(hub, operation->request, PS_REFUSED_NOT_SAVED);
        ps_operation_free(operation);
        return;
    }
    ps_inbox_put_take(live, entry);
    ps_live_advance(live);
}

static void new_set_id(struct ps_hub *hub, char ret_id[SET_ID_CHARS + 1])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    do {
        uint8_t chance[SET_ID_CHARS];
        ps_seal_random(chance, sizeof(chance));
        for (size_t i = 0; i < SET_ID_CHARS; i++) {
            ret_id[i] = letters[chance[i] & 31];
        }
        ret_id[SET_ID_CHARS] = '\0';
    } while (ps_known_find(hub, ret_id, SET_ID_CHARS) != NULL);
}

static void create_set_take(struct ps_operation *operation)
{
    struct ps_hub *hub = operation->hub;
    char id[SET_ID_CHARS + 1];
    struct ps_known *known = NULL;
    new_set_id(hub, id);
    if (!operation->control.has_file || ps_known_add(hub, id, &known) != PS_OK) {
        ps_control_refuse(hub, operation->request, 422,
                          known == NULL && operation->control.has_file
                              ? "This server holds as many sets as it can."
                              : "The set file is missing.",
                          "bad_value");
        ps_operation_free(operation);
        return;
    }
    known->founding = true;
    struct ps_live_set *live = ps_live_found(known);
    if (live == NULL) {
        refuse(hub, operation->request, PS_REFUSED_NOT_SAVED);
        ps_operation_free(operation);
    } else {
        enqueue_take(live, operation);
    }
    /* A fault in the file: no event was made, and the set never was. */
    if (known->live == NULL || !known->live->appending) {
        ps_live_free(known->live);
        ps_known_remove(hub, known);
    }
}

/* An export with words is an act: it is on record before it is given. */
static bool is_act(const struct ps_control *control)
{
    const char *verb = control->verb;
    if (strcmp(verb, "export") == 0) {
        return control->words;
    }
    static const char *const acts[] = {"seat.add", "seat.rename", "seat.remove", "invite.renew",
                                       "invite.revoke"};
    for (size_t i = 0; i < PS_COUNT(acts); i++) {
        if (strcmp(verb, acts[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void reply_links(const struct ps_operation *operation, const struct ps_live_set *live)
{
    struct ps_hub *hub = operation->hub;
    struct ps_text text = ps_text_into(hub->text, PS_HUB_TEXT_BYTES);
    ps_links_add(&text, live, operation->control.url);
    ps_control_reply(hub, operation->request, 200, &text);
}

/* Verbs that name one set which must be in memory. */
static void on_set_take(struct ps_operation *operation)
{
    struct ps_hub *hub = operation->hub;
    const struct ps_control *control = &operation->control;
    struct ps_known *known = ps_known_find(hub, control->set, strlen(control->set));
    struct ps_live_set *live = NULL;
    if (known == NULL || known->founding) {
        ps_control_refuse(hub, operation->request, 422, "There is no such set.", "no_such_thing");
    } else if (known->quarantined) {
        ps_control_refuse(hub, operation->request, 503, known->why, "quarantined");
    } else {
        live = ps_live_get(known);
        if (live == NULL || !live->ready) {
            refuse(hub, operation->request,
                   known->quarantined ? PS_REFUSED_QUARANTINED : PS_REFUSED_NOT_SAVED);
            live = NULL;
        }
    }
    if (live != NULL && is_act(control)) {
        enqueue_take(live, operation);
        return;
    }
    if (live != NULL) {
        reply_links(operation, live);
        ps_live_schedule(live);
    }
    ps_operation_free(operation);
}

static void dispatch_take(struct ps_operation *operation)
{
    const char *verb = operation->control.verb;
    if (strcmp(verb, "set.create") == 0) {
        create_set_take(operation);
    } else if (strcmp(verb, "set.links") == 0 || is_act(&operation->control)) {
        on_set_take(operation);
    } else if (!ps_report_begin_take(operation)) {
        ps_control_refuse(operation->hub, operation->request, 422, "There is no such command.",
                          "unknown_method");
        ps_operation_free(operation);
    }
}

void ps_hub_control(struct ps_hub *hub, void *request, const char *json, size_t bytes)
{
    struct ps_operation *operation = calloc(1, sizeof(*operation));
    if (operation == NULL || hub->stopping) {
        refuse(hub, request, PS_REFUSED_NOT_SAVED);
        ps_operation_free(operation);
        return;
    }
    operation->hub = hub;
    operation->request = request;
    const char *fault = ps_wire_control(json, bytes, &operation->control);
    if (fault != NULL) {
        ps_control_refuse(hub, request, 422, fault, "bad_value");
        ps_operation_free(operation);
    } else {
        dispatch_take(operation);
    }
    ps_hub_leave(hub);
}
