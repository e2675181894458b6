/* founding - a set begins: from a file of the operator to the first events. Pure. */
#pragma once

#include "core/set.h"

struct ps_founder {
    char seat[PS_SEAT_CHARS_MAX];
    char role[12]; /* "facilitator" or "deputy"; empty for members */
    struct ps_word name;
    struct ps_word business;
    struct ps_word sector;
};

struct ps_founding_stage {
    char kind[PS_ID_CHARS_MAX];
    int64_t planned_ms;
};

/* The set file as protocol.md describes it; words are fresh ones into scene->command_text. */
struct ps_founding {
    struct ps_word name, zone, call;
    struct {
        struct ps_word name;
        int64_t meetings, meeting_ms, turns_per_meeting, advice_ms;
    } programme;
    struct ps_founder facilitators[PS_FACILITATOR_SEATS_MAX];
    uint8_t facilitators_count;
    struct ps_founder members[PS_MEMBER_SEATS_MAX];
    uint8_t members_count;
    char template_name[PS_ID_CHARS_MAX];
    struct {
        uint8_t here;
        struct ps_founding_stage stages[PS_STAGES_MAX];
        uint8_t stages_count;
        int64_t planned_ms, bank_ms;
    } meeting;
    uint8_t mode; /* enum ps_rotation_mode */
    char places[PS_MEMBER_SEATS_MAX][PS_SEAT_CHARS_MAX];
    uint8_t places_count;
    uint8_t rehearsal;
    int64_t pace; /* 0: not given */
};

/* The events that found a set on the empty `set` (its id already filled in). chance: a seed for the
 * places when the file names none; it is kept and shown. On a fault in the file returns a sentence
 * for the operator (static), NULL otherwise. */
const char *ps_found(const struct ps_set *set, const struct ps_scene *scene,
                     const struct ps_founding *founding, uint64_t chance, struct ps_outcome *out);

/* One more person, as `peerset seat add` asks. Returns a refusal; *ret_seat is written on success.
 */
enum ps_refusal ps_seat_add(const struct ps_set *set, const struct ps_scene *scene,
                            const struct ps_founder *founder, struct ps_outcome *out,
                            uint8_t *ret_seat);
/* Operator's and facilitator's acts on a seat; out gets the events. */
enum ps_refusal ps_seat_rename(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                               struct ps_word fresh_name, struct ps_outcome *out);
enum ps_refusal ps_seat_remove(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                               uint8_t by, struct ps_word fresh_reason, struct ps_outcome *out);
enum ps_refusal ps_invite_renew(const struct ps_set *set, const struct ps_scene *scene,
                                uint8_t seat, struct ps_outcome *out);
enum ps_refusal ps_invite_revoke(const struct ps_set *set, const struct ps_scene *scene,
                                 uint8_t seat, struct ps_outcome *out);

/* That an export with words was made. */
void ps_export_record(const struct ps_scene *scene, struct ps_outcome *out);
