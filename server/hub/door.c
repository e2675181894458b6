/* door - who comes in: invites become sessions, sessions open sockets, guessing is slowed down. */
#include "hub/hub_private.h"

#include <stdlib.h>
#include <string.h>

#include "hub/conn.h"
#include "hub/links.h"
#include "hub/session.h"

static const char closed_door[] = "This link does not open a set. It may have been replaced by a "
                                  "newer one: ask your facilitator.";

/* ---- answers --------------------------------------------------------------------------------- */

static void reply(struct ps_hub *hub, void *request, const struct ps_reply *answer)
{
    hub->port.reply(hub->port.context, request, answer);
}

/* A problem of RFC 9457, with a sentence for the person. */
static void problem(struct ps_hub *hub, void *request, int status, const char *title,
                    const char *detail, int retry_after_s)
{
    char body[512];
    struct ps_text text = ps_text_into(body, sizeof(body));
    ps_text_add_char(&text, '{');
    ps_json_member(&text, "type", "about:blank");
    ps_json_member(&text, "title", title);
    ps_json_number(&text, "status", status);
    ps_json_member(&text, "detail", detail);
    ps_text_add_char(&text, '}');
    ps_assert(!text.full);
    reply(hub, request,
          &(struct ps_reply){.status = status,
                             .type = "application/problem+json",
                             .body = body,
                             .body_bytes = text.used,
                             .retry_after_s = retry_after_s});
}

static void not_now(struct ps_hub *hub, void *request)
{
    problem(hub, request, 503, "Service Unavailable",
            "This could not be saved just now. Please try again in a moment.", 2);
}

enum { SET_COOKIE_CHARS_MAX = 160 };

static void write_cookie(const struct ps_hub *hub, const char *value, int64_t age_s,
                         char ret_text[SET_COOKIE_CHARS_MAX])
{
    struct ps_text text = ps_text_into(ret_text, SET_COOKIE_CHARS_MAX);
    ps_text_add_string(&text, "__Host-peerset=");
    ps_text_add_string(&text, value);
    ps_text_add_string(&text, hub->config.secure_cookies ? "; Path=/; Secure" : "; Path=/");
    ps_text_add_string(&text, "; HttpOnly; SameSite=Strict; Max-Age=");
    ps_text_add_int(&text, age_s);
    ps_text_add_char(&text, '\0');
    ps_assert(!text.full);
}

static int64_t cookie_age(void)
{
    return (int64_t)PS_SESSION_DAYS * (PS_DAY_MS / 1000);
}

/* ---- failed tries ---------------------------------------------------------------------------- */

static struct ps_tries *tries_row(struct ps_hub *hub, const char *address)
{
    uint32_t hash = 2166136261U;
    for (const char *at = address; *at != '\0'; at++) {
        hash = (hash ^ (uint8_t)*at) * 16777619U;
    }
    return hub->tries[hash % PS_TRIES_ROWS];
}

/* One more failure from this address. How many seconds to wait; 0: may go on. */
static int tries_failed(struct ps_hub *hub, const char *address)
{
    enum { WINDOW_MS = PS_RETRY_AFTER_S * 1000 };
    struct ps_tries *row = tries_row(hub, address);
    struct ps_tries *place = &row[0];
    for (size_t i = 0; i < PS_TRIES_WAYS; i++) {
        if (row[i].failures > 0 &&
            strncmp(row[i].address, address, PS_ADDRESS_CHARS_MAX - 1) == 0) {
            place = &row[i];
            break;
        }
        place = row[i].failures == 0 || row[i].since < place->since ? &row[i] : place;
    }
    bool same = strncmp(place->address, address, PS_ADDRESS_CHARS_MAX - 1) == 0;
    if (!same || place->failures == 0 || hub->now.ms - place->since >= WINDOW_MS) {
        *place = (struct ps_tries){.since = hub->now.ms};
        size_t count = strlen(address);
        memcpy(place->address, address,
               count < PS_ADDRESS_CHARS_MAX ? count : PS_ADDRESS_CHARS_MAX - 1);
    }
    place->failures += 1;
    if (place->failures <= PS_JOIN_FAILURES_MAX) {
        return 0;
    }
    return (int)((place->since + WINDOW_MS - hub->now.ms) / 1000) + 1;
}

static void refuse_invite(struct ps_hub *hub, void *request, const char *address)
{
    hub->figures.join_failures += 1;
    int wait_s = tries_failed(hub, address);
    if (wait_s > 0) {
        problem(hub, request, 429, "Too Many Requests",
                "Too many links that do not open a set. Please wait a minute.", wait_s);
    } else {
        problem(hub, request, 404, "Not Found", closed_door, 0);
    }
}

/* ---- POST: an invite becomes a session ------------------------------------------------------- */

struct joining {
    struct ps_hub *hub;
    void *request;
    struct ps_known *known;
    uint8_t seat;
    bool is_new; /* the session began with this invite */
    char cookie[PS_COOKIE_CHARS_MAX];
};

static void welcome_in(struct joining *joining)
{
    struct ps_hub *hub = joining->hub;
    struct ps_live_set *live = ps_live_get(joining->known);
    const struct ps_person *person =
        live == NULL || !live->ready ? NULL : ps_person(&live->shown, joining->seat);
    if (person == NULL) {
        not_now(hub, joining->request);
        return;
    }
    char set_cookie[SET_COOKIE_CHARS_MAX];
    char seat[PS_SEAT_CHARS_MAX];
    write_cookie(hub, joining->cookie, cookie_age(), set_cookie);
    ps_seat_write(joining->seat, seat);
    struct ps_text text = ps_text_into(hub->text, PS_HUB_TEXT_BYTES);
    ps_text_add_string(&text, "{\"seat\":\"");
    ps_text_add_string(&text, joining->known->id);
    ps_text_add_char(&text, '.');
    ps_text_add_string(&text, seat);
    ps_text_add_string(&text, "\",\"set\":{");
    ps_json_member(&text, "id", joining->known->id);
    ps_text_add_string(&text, ",\"name\":\"");
    ps_words_json(&text, live->words, live->shown.name);
    ps_text_add_string(&text, "\"}");
    ps_json_member(&text, "role", ps_role_words[person->role]);
    ps_text_add_string(&text, ",\"name\":\"");
    ps_words_json(&text, live->words, person->name);
    ps_text_add_string(&text, "\"}");
    hub->figures.joins += 1;
    reply(hub, joining->request,
          &(struct ps_reply){.status = 200,
                             .type = "application/json",
                             .body = text.bytes,
                             .body_bytes = text.used,
                             .set_cookie = set_cookie});
}

static void joined(void *context, enum ps_journal_result result)
{
    struct joining *joining = context;
    struct ps_hub *hub = joining->hub;
    hub->waiting -= 1;
    if (result == PS_JOURNAL_OK) {
        welcome_in(joining);
    } else {
        struct ps_session *session = ps_session_find(hub, joining->cookie);
        if (session != NULL && joining->is_new) {
            ps_session_remove(hub, session);
        } else if (session != NULL) {
            ps_session_give_back(session, joining->known, joining->seat);
        }
        not_now(hub, joining->request);
    }
    free(joining);
    ps_hub_leave(hub);
}

/* The invite is good: hold its seat by this browser's session, or by a new one. */
static void join(struct joining *joining, uint16_t generation, const char *cookie)
{
    struct ps_hub *hub = joining->hub;
    struct ps_session *session = ps_session_find(hub, cookie);
    joining->is_new = session == NULL;
    if (session != NULL) {
        memcpy(joining->cookie, cookie, strlen(cookie) + 1);
    } else {
        session = ps_session_create(hub, joining->cookie);
    }
    if (session == NULL) {
        not_now(hub, joining->request);
        free(joining);
        return;
    }
    if (ps_session_add(session, joining->known, joining->seat, generation) != PS_OK) {
        problem(hub, joining->request, 409, "Conflict",
                "This browser holds as many seats as it can. Please sign out of it first.", 0);
        free(joining);
        return;
    }
    session->renewed_at = ps_hub_wall(hub);
    session->expires_at = session->renewed_at + (int64_t)PS_SESSION_DAYS * PS_DAY_MS;
    hub->waiting += 1;
    ps_session_store(hub, session, joined, joining);
}

static void post(struct ps_hub *hub, void *request, const char *address, const char *cookie,
                 const char *body, size_t body_bytes)
{
    char token[PS_TOKEN_CHARS_MAX + 1];
    struct ps_known *known = NULL;
    uint8_t seat = PS_NOBODY;
    uint16_t generation = 0;
    if (!ps_wire_invite(body, body_bytes, token, sizeof(token)) ||
        !ps_token_read(hub, token, &known, &seat, &generation)) {
        refuse_invite(hub, request, address);
        return;
    }
    struct ps_live_set *live = ps_live_get(known);
    if (live == NULL || !live->ready) {
        not_now(hub, request);
        return;
    }
    const struct ps_person *person = ps_person(&live->shown, seat);
    if (person == NULL || person->removed || person->revoked || person->generation != generation) {
        refuse_invite(hub, request, address);
        return;
    }
    struct joining *joining = calloc(1, sizeof(*joining));
    if (joining == NULL) {
        not_now(hub, request);
        return;
    }
    *joining = (struct joining){.hub = hub, .request = request, .known = known, .seat = seat};
    join(joining, generation, cookie);
}

/* ---- GET: which seats does this browser hold? ------------------------------------------------ */

static void add_seat(struct ps_text *text, const struct ps_session *session,
                     const struct ps_session_seat *held)
{
    struct ps_live_set *live = ps_live_get(held->known);
    uint16_t generation = 0;
    if (live == NULL || !live->ready ||
        !ps_session_holds(session, held->known, held->seat, &generation)) {
        return;
    }
    char seat[PS_SEAT_CHARS_MAX];
    ps_seat_write(held->seat, seat);
    const struct ps_person *person = ps_person(&live->shown, held->seat);
    ps_text_add(text, ",", text->bytes[text->used - 1] == '[' ? 0 : 1);
    ps_text_add_string(text, "{\"seat\":\"");
    ps_text_add_string(text, held->known->id);
    ps_text_add_char(text, '.');
    ps_text_add_string(text, seat);
    ps_text_add_string(text, "\",\"set\":{");
    ps_json_member(text, "id", held->known->id);
    ps_text_add_string(text, ",\"name\":\"");
    ps_words_json(text, live->words, live->shown.name);
    ps_text_add_string(text, "\"}");
    ps_json_member(text, "role", ps_role_words[person->role]);
    ps_text_add_string(text, ",\"name\":\"");
    ps_words_json(text, live->words, person->name);
    ps_text_add_string(text, "\"}");
}

static void get(struct ps_hub *hub, void *request, const char *cookie)
{
    struct ps_session *session = ps_session_find(hub, cookie);
    char set_cookie[SET_COOKIE_CHARS_MAX];
    bool renewed = session != NULL && ps_session_renew(hub, session);
    if (renewed) {
        write_cookie(hub, cookie, cookie_age(), set_cookie);
    }
    /* Loading a set may use the scratch of the hub, so all are loaded before the text begins. */
    for (uint8_t i = 0; session != NULL && i < session->seats_count; i++) {
        ps_live_get(session->seats[i].known);
    }
    struct ps_text text = ps_text_into(hub->text, PS_HUB_TEXT_BYTES);
    ps_text_add_string(&text, "{\"seats\":[");
    for (uint8_t i = 0; session != NULL && i < session->seats_count; i++) {
        add_seat(&text, session, &session->seats[i]);
    }
    ps_text_add_string(&text, "]}");
    reply(hub, request,
          &(struct ps_reply){.status = 200,
                             .type = "application/json",
                             .body = text.bytes,
                             .body_bytes = text.used,
                             .set_cookie = renewed ? set_cookie : NULL});
}

/* ---- DELETE: the session ends ---------------------------------------------------------------- */

struct ending {
    struct ps_hub *hub;
    void *request;
    struct ps_session *session; /* `ending` keeps it from everybody else until this is done */
};

static void reply_ended(struct ps_hub *hub, void *request)
{
    char set_cookie[SET_COOKIE_CHARS_MAX];
    write_cookie(hub, "", 0, set_cookie);
    reply(hub, request, &(struct ps_reply){.status = 204, .set_cookie = set_cookie});
}

static void ended(void *context, enum ps_journal_result result)
{
    struct ending *ending = context;
    struct ps_hub *hub = ending->hub;
    hub->waiting -= 1;
    if (result != PS_JOURNAL_OK) {
        ending->session->ending = false;
        not_now(hub, ending->request);
    } else {
        while (ending->session->conns != NULL) {
            struct ps_live_set *live = ending->session->conns->live;
            ps_conn_close(ending->session->conns, 4003, "signed out");
            ps_live_schedule(live);
        }
        ps_session_remove(hub, ending->session);
        reply_ended(hub, ending->request);
    }
    free(ending);
    ps_hub_leave(hub);
}

static void sign_out(struct ps_hub *hub, void *request, const char *cookie)
{
    struct ps_session *session = ps_session_find(hub, cookie);
    if (session == NULL) {
        reply_ended(hub, request);
        return;
    }
    struct ending *ending = calloc(1, sizeof(*ending));
    if (ending == NULL) {
        not_now(hub, request);
        return;
    }
    *ending = (struct ending){.hub = hub, .request = request, .session = session};
    session->ending = true;
    hub->waiting += 1;
    ps_session_unstore(hub, session, ended, ending);
}

/* ---- the ways in ----------------------------------------------------------------------------- */

void ps_hub_session(struct ps_hub *hub, void *request, enum ps_http_method method,
                    const char *address, const char *cookie, bool origin_ok, const char *body,
                    size_t body_bytes)
{
    if (hub->stopping) {
        not_now(hub, request);
    } else if (!origin_ok) {
        problem(hub, request, 403, "Forbidden", "This page is not the one that Peerset serves.", 0);
    } else if (method == PS_HTTP_POST) {
        post(hub, request, address, cookie, body, body_bytes);
    } else if (method == PS_HTTP_DELETE) {
        sign_out(hub, request, cookie);
    } else {
        get(hub, request, cookie);
    }
    ps_hub_leave(hub);
}

int ps_hub_may_connect(struct ps_hub *hub, const char *cookie, const char *seat_text,
                       bool origin_ok)
{
    uint8_t seat = PS_NOBODY;
    uint16_t generation = 0;
    if (hub->stopping || hub->figures.connections >= PS_CONNECTIONS_MAX) {
        return 503;
    }
    if (!origin_ok) {
        return 403;
    }
    struct ps_known *known = ps_known_of_seat(hub, seat_text, &seat);
    struct ps_session *session = ps_session_find(hub, cookie);
    if (known == NULL || session == NULL || !ps_session_holds(session, known, seat, &generation)) {
        return 401;
    }
    ps_live_get(known);
    bool holds = ps_session_holds(session, known, seat, &generation);
    if (holds) {
        ps_session_renew(hub, session);
    }
    ps_hub_leave(hub);
    return holds ? 101 : 401;
}
