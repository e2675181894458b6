/* entry - one request between its coming and its answer.
 *
 * A request waits in the inbox of its set until it is decided, and in the set's flight until its
 * events are committed; so answers keep the order of the requests. An entry holds only as much of
 * the request as is used. Entries of usual size are kept for use again. */
#pragma once

#include "hub/live_set.h"

enum {
    PS_INBOX_MAX = 256,        /* whole commands of one set that wait; beyond, "too fast" */
    PS_INBOX_CONN_MAX = 512,   /* of one connection, refusals and all; beyond, it is closed */
    PS_ENTRY_ROOM_BYTES = 768, /* params and words of nearly every command */
    PS_ENTRIES_FREE_MAX = 512, /* kept for use again by the whole hub */
};

enum ps_answer_kind {
    PS_ANSWER_RESULT,  /* seq */
    PS_ANSWER_ERROR,   /* code and refusal */
    PS_ANSWER_PICTURE, /* a picture, then its seq */
    PS_ANSWER_TIME,
    PS_ANSWER_CONTROL, /* to the operator (control.c) */
};

struct ps_entry {
    struct ps_entry *next;
    struct ps_conn *conn;         /* who asked; NULL: gone, or the operator */
    struct ps_operation *control; /* the operator's act; NULL: a person's */
    char id[PS_REQUEST_ID_BYTES];
    char page[PS_REQUEST_PAGE_CHARS_MAX + 1];
    uint64_t number;
    uint8_t seat;
    bool was_primary; /* when the connection went */
    uint16_t method;
    uint32_t expect;

    enum ps_answer_kind answer;
    bool decided;    /* nothing is left to decide: the answer is known */
    bool from_state; /* the answer follows from a state that may not be saved */
    bool saved;      /* a repeat of what is committed: true whatever becomes of this append */
    bool made_events;
    int code; /* of the error */
    enum ps_refusal refusal;
    uint32_t seq;
    uint8_t link_seat; /* the result holds a link for this seat */
    double t0;

    bool kept; /* of usual size */
    size_t params_bytes;
    size_t text_bytes;
    size_t room_bytes;
    _Alignas(8) char room[]; /* params, then text */
};

/* From hub->request, as it was decoded. NULL: no memory. */
struct ps_entry *ps_entry_create(struct ps_hub *hub, struct ps_conn *conn);
/* For an operator's act; takes `control`. */
struct ps_entry *ps_entry_create_control(struct ps_hub *hub, struct ps_operation *control);
void ps_entry_free(struct ps_hub *hub, struct ps_entry *entry);
void ps_entries_finish(struct ps_hub *hub);

/* Its answer is this error. An operator's gets the refusal alone. */
void ps_entry_refuse(struct ps_entry *entry, int code, enum ps_refusal refusal);
/* Its words, for the scene. */
static inline const char *ps_entry_text(const struct ps_entry *entry)
{
    return entry->room + entry->params_bytes;
}

/* At the end of the inbox; the entry is taken. */
void ps_inbox_put_take(struct ps_live_set *live, struct ps_entry *entry);
struct ps_entry *ps_inbox_take(struct ps_live_set *live);
/* Is the answer to this very request on its way already? */
bool ps_flight_repeats(const struct ps_live_set *live, const struct ps_entry *entry,
                       uint32_t *ret_seq);
void ps_flight_put_take(struct ps_live_set *live, struct ps_entry *entry);
struct ps_entry *ps_flight_take(struct ps_live_set *live);
/* The connection goes: what it asked is still done, but nobody waits for the answer. */
void ps_entries_forget(struct ps_live_set *live, const struct ps_conn *conn);

/* Give the answer and free the entry. */
void ps_entry_answer_take(struct ps_live_set *live, struct ps_entry *entry);

/* Find the answer to a read (a method that the core does not decide): picture.get, time.sync,
 * seat.here. */
void ps_entry_read(struct ps_live_set *live, struct ps_entry *entry);

/* A whole message came (conn.c): decode, limit, queue or answer at once. */
void ps_entry_receive(struct ps_conn *conn, const char *bytes, size_t count);
