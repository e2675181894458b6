/* session - a browser that showed a good invite: a random cookie, of which only the hash is kept.
 *
 * A session holds seats, each with the generation of the invite it came by; a renewed invite makes
 * it worthless at once. On the shelf: key session/HEX of the hash, value "1 EXPIRES RENEWED
 * SET.SEAT.GENERATION …" (milliseconds). */
#pragma once

#include "hub/hub_private.h"

struct ps_session_seat {
    struct ps_known *known;
    uint8_t seat;
    uint16_t generation;
};

struct ps_session {
    struct ps_session *next; /* in its bucket */
    uint8_t hash[PS_HASH_BYTES];
    int64_t expires_at; /* wall time */
    int64_t renewed_at;
    struct ps_conn *conns;
    uint8_t seats_count;
    bool ending; /* its end is on the way to the journal: it opens nothing any more */
    struct ps_session_seat seats[PS_SESSION_SEATS_MAX];
};

enum { PS_COOKIE_CHARS_MAX = 48 }; /* 43 of base64url and the NUL */

/* The session of this cookie value; NULL: none, or over. NULL is accepted. */
struct ps_session *ps_session_find(const struct ps_hub *hub, const char *cookie);
/* Does it hold the seat, by an invite that is still good as far as is in memory? */
bool ps_session_holds(const struct ps_session *session, const struct ps_known *known, uint8_t seat,
                      uint16_t *ret_generation);
/* A new one with its cookie. NULL: the table is full, or no memory. */
struct ps_session *ps_session_create(struct ps_hub *hub, char ret_cookie[PS_COOKIE_CHARS_MAX]);
/* Hold one more seat. PS_E_LIMIT: PS_SESSION_SEATS_MAX, and all of them good. */
PS_MUST_CHECK enum ps_err ps_session_add(struct ps_session *session, struct ps_known *known,
                                         uint8_t seat, uint16_t generation);
/* Hold it no more. */
void ps_session_give_back(struct ps_session *session, const struct ps_known *known, uint8_t seat);
/* Out of the table, freed; its connections stay, without a session. */
void ps_session_remove(struct ps_hub *hub, struct ps_session *session);
void ps_session_store(struct ps_hub *hub, const struct ps_session *session, ps_journal_done done,
                      void *context);
/* Forget it on the shelf. */
void ps_session_unstore(struct ps_hub *hub, const struct ps_session *session, ps_journal_done done,
                        void *context);
/* Used: expires later, at most once a day. True: it was renewed, the cookie should be too. */
bool ps_session_renew(struct ps_hub *hub, struct ps_session *session);
/* Read all from the shelf. */
PS_MUST_CHECK enum ps_err ps_sessions_load(struct ps_hub *hub);
void ps_sessions_finish(struct ps_hub *hub);

/* Which connections came by it. */
void ps_session_join(struct ps_session *session, struct ps_conn *conn);
void ps_session_leave(struct ps_conn *conn);
