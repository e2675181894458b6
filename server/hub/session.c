#include "hub/session.h"

#include <stdlib.h>
#include <string.h>

#include "hub/conn.h"
#include "hub/live_set.h"

enum {
    COOKIE_BYTES = 32, /* of chance */
    KEY_CHARS_MAX = 80,
    VALUE_BYTES_MAX = 1024,
};
static const char key_prefix[] = "session/";

static int64_t lifetime(void)
{
    return (int64_t)PS_SESSION_DAYS * PS_DAY_MS;
}

/* ---- the table ------------------------------------------------------------------------------- */

static size_t bucket_of(const uint8_t hash[PS_HASH_BYTES])
{
    uint32_t first = 0;
    memcpy(&first, hash, sizeof(first));
    return first & (PS_SESSION_BUCKETS - 1);
}

static struct ps_session *find_hash(const struct ps_hub *hub, const uint8_t hash[PS_HASH_BYTES])
{
    struct ps_session *session = hub->sessions[bucket_of(hash)];
    while (session != NULL && !ps_seal_equal(session->hash, hash, PS_HASH_BYTES)) {
        session = session->next;
    }
    return session;
}

struct ps_session *ps_session_find(const struct ps_hub *hub, const char *cookie)
{
    size_t count = cookie == NULL ? 0 : strlen(cookie);
    if (count == 0 || count >= PS_COOKIE_CHARS_MAX) {
        return NULL;
    }
    uint8_t hash[PS_HASH_BYTES];
    ps_seal_hash(cookie, count, hash);
    struct ps_session *session = find_hash(hub, hash);
    if (session == NULL || session->ending || session->expires_at <= ps_hub_wall(hub)) {
        return NULL;
    }
    return session;
}

static struct ps_session *insert(struct ps_hub *hub, const uint8_t hash[PS_HASH_BYTES])
{
    if (hub->sessions_count >= PS_SESSIONS_MAX) {
        return NULL;
    }
    struct ps_session *session = calloc(1, sizeof(*session));
    if (session != NULL) {
        memcpy(session->hash, hash, PS_HASH_BYTES);
        session->next = hub->sessions[bucket_of(hash)];
        hub->sessions[bucket_of(hash)] = session;
        hub->sessions_count += 1;
    }
    return session;
}

void ps_session_remove(struct ps_hub *hub, struct ps_session *session)
{
    while (session->conns != NULL) {
        ps_session_leave(session->conns);
    }
    struct ps_session **at = &hub->sessions[bucket_of(session->hash)];
    while (*at != session) {
        at = &(*at)->next;
    }
    *at = session->next;
    hub->sessions_count -= 1;
    free(session);
}

void ps_sessions_finish(struct ps_hub *hub)
{
    for (size_t i = 0; i < PS_SESSION_BUCKETS; i++) {
        while (hub->sessions[i] != NULL) {
            /* It is the head of its own bucket, so removing it moves the head: the analyser does
             * not see that bucket_of gives `i`. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
            ps_session_remove(hub, hub->sessions[i]);
        }
    }
}

struct ps_session *ps_session_create(struct ps_hub *hub, char ret_cookie[PS_COOKIE_CHARS_MAX])
{
    uint8_t chance[COOKIE_BYTES];
    uint8_t hash[PS_HASH_BYTES];
    ps_seal_random(chance, sizeof(chance));
    size_t count = ps_seal_base64url(chance, sizeof(chance), ret_cookie, PS_COOKIE_CHARS_MAX);
    ps_assert(count > 0);
    ps_seal_hash(ret_cookie, count, hash);
    struct ps_session *session = insert(hub, hash);
    if (session != NULL) {
        session->renewed_at = ps_hub_wall(hub);
        session->expires_at = session->renewed_at + lifetime();
    }
    return session;
}

/* ---- seats ----------------------------------------------------------------------------------- */

static bool is_good(const struct ps_session_seat *held)
{
    const struct ps_live_set *live = held->known->live;
    if (live == NULL || !live->ready) {
        return true; /* not in memory: looked at when the set is loaded */
    }
    const struct ps_person *person = ps_person(&live->shown, held->seat);
    return person != NULL && !person->removed && !person->revoked &&
           person->generation == held->generation;
}

bool ps_session_holds(const struct ps_session *session, const struct ps_known *known, uint8_t seat,
                      uint16_t *ret_generation)
{
    for (uint8_t i = 0; i < session->seats_count; i++) {
        const struct ps_session_seat *held = &session->seats[i];
        if (held->known == known && held->seat == seat && is_good(held)) {
            *ret_generation = held->generation;
            return true;
        }
    }
    return false;
}

static struct ps_session_seat *place_for(struct ps_session *session, const struct ps_known *known,
                                         uint8_t seat)
{
    struct ps_session_seat *spoilt = NULL;
    for (uint8_t i = 0; i < session->seats_count; i++) {
        struct ps_session_seat *held = &session->seats[i];
        if (held->known == known && held->seat == seat) {
            return held;
        }
        spoilt = is_good(held) ? spoilt : held;
    }
    if (session->seats_count < PS_SESSION_SEATS_MAX) {
        return &session->seats[session->seats_count++];
    }
    return spoilt;
}

enum ps_err ps_session_add(struct ps_session *session, struct ps_known *known, uint8_t seat,
                           uint16_t generation)
{
    struct ps_session_seat *place = place_for(session, known, seat);
    if (place == NULL) {
        return PS_E_LIMIT;
    }
    *place = (struct ps_session_seat){.known = known, .seat = seat, .generation = generation};
    return PS_OK;
}

void ps_session_give_back(struct ps_session *session, const struct ps_known *known, uint8_t seat)
{
    for (uint8_t i = 0; i < session->seats_count; i++) {
        if (session->seats[i].known == known && session->seats[i].seat == seat) {
            session->seats_count -= 1;
            session->seats[i] = session->seats[session->seats_count];
            return;
        }
    }
}

void ps_session_join(struct ps_session *session, struct ps_conn *conn)
{
    conn->session = session;
    conn->session_before = NULL;
    conn->session_after = session->conns;
    if (session->conns != NULL) {
        session->conns->session_before = conn;
    }
    session->conns = conn;
}

void ps_session_leave(struct ps_conn *conn)
{
    if (conn->session == NULL) {
        return;
    }
    if (conn->session_before == NULL) {
        conn->session->conns = conn->session_after;
    } else {
        conn->session_before->session_after = conn->session_after;
    }
    if (conn->session_after != NULL) {
        conn->session_after->session_before = conn->session_before;
    }
    conn->session = NULL;
}

/* ---- the shelf ------------------------------------------------------------------------------- */

static void write_key(const struct ps_session *session, char key[KEY_CHARS_MAX])
{
    static const char hex[] = "0123456789abcdef";
    struct ps_text text = ps_text_into(key, KEY_CHARS_MAX);
    ps_text_add_string(&text, key_prefix);
    for (size_t i = 0; i < PS_HASH_BYTES; i++) {
        ps_text_add_char(&text, hex[session->hash[i] >> 4]);
        ps_text_add_char(&text, hex[session->hash[i] & 15]);
    }
    ps_text_add_char(&text, '\0');
    ps_assert(!text.full);
}

void ps_session_store(struct ps_hub *hub, const struct ps_session *session, ps_journal_done done,
                      void *context)
{
    char key[KEY_CHARS_MAX];
    char value[VALUE_BYTES_MAX];
    write_key(session, key);
    struct ps_text text = ps_text_into(value, sizeof(value));
    ps_text_add_string(&text, "1 ");
    ps_text_add_int(&text, session->expires_at);
    ps_text_add_char(&text, ' ');
    ps_text_add_int(&text, session->renewed_at);
    for (uint8_t i = 0; i < session->seats_count; i++) {
        const struct ps_session_seat *held = &session->seats[i];
        char seat[PS_SEAT_CHARS_MAX];
        ps_text_add_char(&text, ' ');
        ps_text_add_string(&text, held->known->id);
        ps_text_add_char(&text, '.');
        ps_text_add(&text, seat, ps_seat_write(held->seat, seat));
        ps_text_add_char(&text, '.');
        ps_text_add_int(&text, held->generation);
    }
    ps_assert(!text.full);
    ps_journal_put(hub->journal, key, value, text.used, done, context);
}

void ps_session_unstore(struct ps_hub *hub, const struct ps_session *session, ps_journal_done done,
                        void *context)
{
    char key[KEY_CHARS_MAX];
    write_key(session, key);
    ps_journal_put(hub->journal, key, NULL, 0, done, context);
}

bool ps_session_renew(struct ps_hub *hub, struct ps_session *session)
{
    int64_t now = ps_hub_wall(hub);
    if (now - session->renewed_at < PS_DAY_MS) {
        return false;
    }
    session->renewed_at = now;
    session->expires_at = now + lifetime();
    ps_session_store(hub, session, NULL, NULL);
    return true;
}

/* Reading what ps_session_store wrote. `at` moves on; false: it is not that. */
static bool read_number(const char **at, const char *end, int64_t *ret_number)
{
    int64_t number = 0;
    const char *from = *at;
    while (*at < end && **at >= '0' && **at <= '9' && *at - from < 16) {
        number = number * 10 + (**at - '0');
        *at += 1;
    }
    *ret_number = number;
    return *at > from;
}

static bool read_char(const char **at, const char *end, char c)
{
    if (*at < end && **at == c) {
        *at += 1;
        return true;
    }
    return false;
}

static bool read_seat(struct ps_hub *hub, const char **at, const char *end,
                      struct ps_session *session)
{
    const char *from = *at;
    const char *dot = memchr(from, '.', (size_t)(end - from));
    if (dot == NULL) {
        return false;
    }
    struct ps_known *known = ps_known_find(hub, from, (size_t)(dot - from));
    const char *second = memchr(dot + 1, '.', (size_t)(end - dot - 1));
    if (second == NULL) {
        return false;
    }
    uint8_t seat = ps_seat_read(dot + 1, (size_t)(second - dot - 1));
    int64_t generation = 0;
    *at = second + 1;
    if (!read_number(at, end, &generation) || seat == PS_NOBODY || generation > UINT16_MAX) {
        return false;
    }
    if (known != NULL && session->seats_count < PS_SESSION_SEATS_MAX) {
        session->seats[session->seats_count++] = (struct ps_session_seat){
            .known = known, .seat = seat, .generation = (uint16_t)generation};
    }
    return true;
}

static bool read_hash(const char *hex, uint8_t ret_hash[PS_HASH_BYTES])
{
    if (strlen(hex) != 2 * PS_HASH_BYTES) {
        return false;
    }
    for (size_t i = 0; i < 2 * PS_HASH_BYTES; i++) {
        char c = hex[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) {
            return false;
        }
        ret_hash[i / 2] = (uint8_t)(i % 2 == 0 ? digit * 16 : ret_hash[i / 2] + digit);
    }
    return true;
}

static bool load_one(void *context, const char *key, const void *value, size_t bytes)
{
    struct ps_hub *hub = context;
    struct ps_session read = {0};
    const char *at = value;
    const char *end = at + bytes;
    bool fine = read_hash(key + strlen(key_prefix), read.hash) && read_char(&at, end, '1') &&
                read_char(&at, end, ' ') && read_number(&at, end, &read.expires_at) &&
                read_char(&at, end, ' ') && read_number(&at, end, &read.renewed_at);
    while (fine && at < end) {
        fine = read_char(&at, end, ' ') && read_seat(hub, &at, end, &read);
    }
    if (!fine) {
        ps_hub_log(hub, 'w', "a stored session cannot be read and is left out");
        return true;
    }
    if (read.expires_at <= ps_hub_wall(hub)) {
        ps_journal_put(hub->journal, key, NULL, 0, NULL, NULL);
        return true;
    }
    struct ps_session *session = insert(hub, read.hash);
    if (session != NULL) {
        read.next = session->next;
        *session = read;
    }
    return true;
}

enum ps_err ps_sessions_load(struct ps_hub *hub)
{
    return ps_journal_shelf(hub->journal, key_prefix, load_one, hub);
}
