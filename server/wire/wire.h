/* wire - shapes to JSON and back: commands, pictures, patches, journal records.
 *
 * The only floor that knows jansson. Everything is written from field tables straight into a
 * bounded text; what does not fit sets text->full and the caller decides. No function here keeps
 * anything. */
#pragma once

#include "base/text.h"
#include "core/founding.h"
#include "core/picture.h"
#include "core/set.h"
#include "journal/journal.h"

/* ---- requests -------------------------------------------------------------------------------- */

enum { PS_REQUEST_ID_BYTES = PS_REQUEST_PAGE_CHARS_MAX + 22 };

/* A decoded request. `id` is empty when the frame had none that can be answered. rpc_code: 0 =
 * fine; -32700 not JSON, -32600 not a request of ours, -32601 unknown method, -32602 bad params;
 * then `refusal` says why. text holds the words of the params (command.params point into it as
 * fresh words). */
struct ps_request {
    char id[PS_REQUEST_ID_BYTES];
    char page[PS_REQUEST_PAGE_CHARS_MAX + 1];
    uint64_t number;
    int rpc_code;
    enum ps_refusal refusal;
    double t0;                 /* of time.sync, as it was sent */
    struct ps_command command; /* seat is filled in by the caller */
    size_t text_bytes;
    char text[PS_COMMAND_BYTES_MAX];
};

/* Decode one text message. Never fails in another way than by rpc_code. */
void ps_wire_request(const char *bytes, size_t count, struct ps_request *ret_request);

/* ---- answers and notifications: each a whole frame payload ----------------------------------- */

/* result {"seq":N}; link: also "link" (invite.renew), NULL for none. */
void ps_wire_result(struct ps_text *text, const char *id, uint64_t seq, const char *link);
/* time.sync's result. */
void ps_wire_time(struct ps_text *text, const char *id, double t0, int64_t server_at);
/* error; code -32000 for a refusal of the core. id "" is written as null. */
void ps_wire_error(struct ps_text *text, const char *id, int code, enum ps_refusal refusal);
/* What welcome says of the limits. */
void ps_wire_welcome(struct ps_text *text, const char *set, uint8_t seat, int64_t server_at,
                     uint32_t commands_per_second, uint32_t commands_burst, uint32_t sockets);
void ps_wire_bye(struct ps_text *text, const char *reason, int64_t retry_ms);

/* A whole picture for one viewer, as a `picture` notification. `server`: who runs the server, or
 * NULL. */
void ps_wire_picture(struct ps_text *text, const struct ps_set *set, const struct ps_scene *scene,
                     struct ps_viewer viewer);

/* One part's difference as `"floor":{…}`; returns false and writes nothing when it is the same. */
bool ps_wire_part_patch(struct ps_text *text, enum ps_part part, const struct ps_seen *before,
                        const struct ps_seen *after, const struct ps_words *words);

/* A `patch` notification around the parts' fragments, already joined by commas. */
void ps_wire_patch(struct ps_text *text, uint64_t from, uint64_t seq, int64_t at,
                   const char *fragments, size_t fragments_bytes);

/* ---- records --------------------------------------------------------------------------------- */

/* Write event's facts and the new words that belong to it (words of out->words whose id was made
 * from event->seq) into the two texts, and fill the record, which borrows from them. */
void ps_wire_record(const struct ps_event *event, const struct ps_outcome *out, const char *cause,
                    struct ps_text *facts, struct ps_text *words, struct ps_record *ret_record);

/* Read a record back: the event, and its words added to `words` (which the caller has made large
 * enough: PS_E_LIMIT means give more room and call again with the same). PS_E_NEWER: unknown kind
 * or version. PS_E_CORRUPT: not what was written. */
PS_MUST_CHECK enum ps_err ps_wire_event(const struct ps_record *record, struct ps_event *ret_event,
                                        struct ps_words *words);

/* ---- operator -------------------------------------------------------------------------------- */

/* A control command (hub.h, ps_hub_control). Strings are empty when not given. */
struct ps_control {
    char verb[24]; /* "set.create" */
    char set[PS_ID_CHARS_MAX];
    char seat[PS_SEAT_CHARS_MAX];
    char role[12];
    char url[PS_URL_CHARS_MAX + 1];
    char name[PS_NAME_CHARS_MAX * 4 + 1];
    char business[PS_NAME_CHARS_MAX * 4 + 1];
    char sector[PS_NAME_CHARS_MAX * 4 + 1];
    bool words;
    bool has_file;
    struct ps_founding file;
    size_t text_bytes;
    char text[PS_COMMAND_BYTES_MAX * 8]; /* words of the file */
};
/* NULL when fine; else a sentence for the operator (valid until the next call). Heap: the caller
 * allocates ps_control, it is large. */
const char *ps_wire_control(const char *json, size_t count, struct ps_control *ret_control);

/* `{"invite": TOKEN}`: copies the token (room bytes with NUL); false when it is not that. */
bool ps_wire_invite(const char *json, size_t count, char *ret_token, size_t room);

/* ---- the state as bytes ---------------------------------------------------------------------- */

/* A hash-ready serialization of the state (facts and handles, no words): canonical JSON from the
 * field tables. For `check`, laws and the simulator. */
void ps_wire_state(struct ps_text *text, const struct ps_set *set);
