/* control - what the operator asks: the set file and the small commands, decoded. */
#include <string.h>

#include "core/activity.h"
#include "wire/decode.h"
#include "wire/wire.h"

/* ---- the set file as shapes ------------------------------------------------------------------ */

static const char *const mode_words[] = {"rotation", "bid", "agreed", NULL};
enum { ZONE_CHARS_MAX = 60 };

struct programme_file {
    uint8_t here;
    struct ps_word name;
    int64_t meetings, meeting_ms, turns_per_meeting, advice_ms;
};
static const struct ps_field programme_fields[] = {
    PS_SHAPE(struct programme_file, name, .kind = PS_WORDS, .chars_max = PS_TITLE_CHARS_MAX),
    PS_SHAPE(struct programme_file, meetings, .kind = PS_INT),
    PS_SHAPE(struct programme_file, meeting_ms, .kind = PS_INT),
    PS_SHAPE(struct programme_file, turns_per_meeting, .kind = PS_INT),
    PS_SHAPE(struct programme_file, advice_ms, .kind = PS_INT, .flags = PS_OPTIONAL),
};
static const struct ps_shape programme_shape = {"programme", sizeof(struct programme_file),
                                                PS_COUNT(programme_fields), programme_fields};

static const struct ps_field founder_fields[] = {
    PS_SHAPE(struct ps_founder, seat, .kind = PS_CHARS),
    PS_SHAPE(struct ps_founder, role, .kind = PS_CHARS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct ps_founder, name, .kind = PS_WORDS, .chars_max = PS_NAME_CHARS_MAX),
    PS_SHAPE(struct ps_founder, business, .kind = PS_WORDS, .flags = PS_OPTIONAL,
             .chars_max = PS_NAME_CHARS_MAX),
    PS_SHAPE(struct ps_founder, sector, .kind = PS_WORDS, .flags = PS_OPTIONAL,
             .chars_max = PS_NAME_CHARS_MAX),
};
static const struct ps_shape founder_shape = {"founder", sizeof(struct ps_founder),
                                              PS_COUNT(founder_fields), founder_fields};

static const struct ps_field stage_fields[] = {
    PS_SHAPE(struct ps_founding_stage, kind, .kind = PS_CHARS),
    PS_SHAPE(struct ps_founding_stage, planned_ms, .kind = PS_INT),
};
static const struct ps_shape stage_shape = {"founding_stage", sizeof(struct ps_founding_stage),
                                            PS_COUNT(stage_fields), stage_fields};

struct meeting_file {
    uint8_t here;
    struct ps_founding_stage stages[PS_STAGES_MAX];
    uint8_t stages_count;
    int64_t planned_ms, bank_ms;
};
static const struct ps_field meeting_fields[] = {
    PS_SHAPE(struct meeting_file, stages, .kind = PS_LIST, .of = PS_OBJECT, .shape = &stage_shape,
             .count_at = offsetof(struct meeting_file, stages_count)),
    PS_SHAPE(struct meeting_file, planned_ms, .kind = PS_INT),
    PS_SHAPE(struct meeting_file, bank_ms, .kind = PS_INT, .flags = PS_OPTIONAL),
};
static const struct ps_shape meeting_shape = {"meeting_file", sizeof(struct meeting_file),
                                              PS_COUNT(meeting_fields), meeting_fields};

struct rotation_file {
    uint8_t here;
    uint8_t mode;
    uint8_t places[PS_MEMBER_SEATS_MAX];
    uint8_t places_count;
};
static const struct ps_field rotation_fields[] = {
    PS_SHAPE(struct rotation_file, mode, .kind = PS_ENUM, .flags = PS_OPTIONAL,
             .words = mode_words),
    PS_SHAPE(struct rotation_file, places, .kind = PS_LIST, .of = PS_SEAT, .flags = PS_OPTIONAL,
             .count_at = offsetof(struct rotation_file, places_count)),
};
static const struct ps_shape rotation_shape = {"rotation_file", sizeof(struct rotation_file),
                                               PS_COUNT(rotation_fields), rotation_fields};

struct set_file {
    struct ps_word name, zone, call;
    struct programme_file programme;
    struct ps_founder facilitators[PS_FACILITATOR_SEATS_MAX];
    uint8_t facilitators_count;
    struct ps_founder members[PS_MEMBER_SEATS_MAX];
    uint8_t members_count;
    char template_name[PS_ID_CHARS_MAX];
    struct meeting_file meeting;
    struct rotation_file rotation;
    uint8_t rehearsal;
    int64_t pace;
};
static const struct ps_field file_fields[] = {
    PS_SHAPE(struct set_file, name, .kind = PS_WORDS, .chars_max = PS_TITLE_CHARS_MAX),
    PS_SHAPE(struct set_file, zone, .kind = PS_WORDS, .chars_max = ZONE_CHARS_MAX),
    PS_SHAPE(struct set_file, call, .kind = PS_WORDS, .flags = PS_OPTIONAL,
             .chars_max = PS_URL_CHARS_MAX),
    PS_SHAPE(struct set_file, programme, .kind = PS_OBJECT, .shape = &programme_shape),
    PS_SHAPE(struct set_file, facilitators, .kind = PS_LIST, .of = PS_OBJECT,
             .shape = &founder_shape, .count_at = offsetof(struct set_file, facilitators_count)),
    PS_SHAPE(struct set_file, members, .kind = PS_LIST, .of = PS_OBJECT, .shape = &founder_shape,
             .count_at = offsetof(struct set_file, members_count)),
    {.name = "template",
     .kind = PS_CHARS,
     .flags = PS_OPTIONAL,
     .at = offsetof(struct set_file, template_name),
     .size = PS_ID_CHARS_MAX},
    PS_SHAPE(struct set_file, meeting, .kind = PS_OBJECT, .flags = PS_OPTIONAL,
             .shape = &meeting_shape),
    PS_SHAPE(struct set_file, rotation, .kind = PS_OBJECT, .flags = PS_OPTIONAL,
             .shape = &rotation_shape),
    PS_SHAPE(struct set_file, rehearsal, .kind = PS_BOOL, .flags = PS_OPTIONAL),
    PS_SHAPE(struct set_file, pace, .kind = PS_INT, .flags = PS_OPTIONAL),
};
static const struct ps_shape file_shape = {"set_file", sizeof(struct set_file),
                                           PS_COUNT(file_fields), file_fields};

/* ---- to a founding --------------------------------------------------------------------------- */

static void take_meeting(struct ps_founding *to, const struct meeting_file *from, bool bank_given)
{
    int64_t sum = 0;
    to->meeting.here = from->here;
    memcpy(to->meeting.stages, from->stages, sizeof(to->meeting.stages));
    to->meeting.stages_count = from->stages_count;
    to->meeting.planned_ms = from->planned_ms;
    for (uint8_t i = 0; i < from->stages_count; i++) {
        sum += from->stages[i].planned_ms;
    }
    /* Without a bank, what the stages leave over is the bank. */
    to->meeting.bank_ms = bank_given ? from->bank_ms : from->planned_ms - sum;
}

static void take_file(struct ps_founding *to, const struct set_file *from, bool bank_given)
{
    to->name = from->name;
    to->zone = from->zone;
    to->call = from->call;
    to->programme.name = from->programme.name;
    to->programme.meetings = from->programme.meetings;
    to->programme.meeting_ms = from->programme.meeting_ms;
    to->programme.turns_per_meeting = from->programme.turns_per_meeting;
    to->programme.advice_ms = from->programme.advice_ms;
    memcpy(to->facilitators, from->facilitators, sizeof(to->facilitators));
    to->facilitators_count = from->facilitators_count;
    memcpy(to->members, from->members, sizeof(to->members));
    to->members_count = from->members_count;
    memcpy(to->template_name, from->template_name, sizeof(to->template_name));
    take_meeting(to, &from->meeting, bank_given);
    to->mode = from->rotation.mode;
    for (uint8_t i = 0; i < from->rotation.places_count; i++) {
        (void)ps_seat_write(from->rotation.places[i], to->places[i]);
    }
    to->places_count = from->rotation.places_count;
    to->rehearsal = from->rehearsal;
    to->pace = from->pace;
}

/* `before` and `after` in `sentence`, cut where it is full. */
static const char *compose(char *sentence, size_t room, const char *before, const char *after)
{
    struct ps_text text = ps_text_into(sentence, room - 1);
    ps_text_add_string(&text, before);
    for (const char *at = after; *at != '\0' && !text.full; at++) {
        ps_text_add_char(&text, *at);
    }
    sentence[text.used] = '\0';
    return sentence;
}

/* Name the first field that is not known, so that the operator finds a slip of the pen. */
static const char *unknown_field(const json_t *json)
{
    static char sentence[120];
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < PS_COUNT(file_fields); i++) {
            known = known || strcmp(key, file_fields[i].name) == 0;
        }
        if (!known) {
            return compose(sentence, sizeof(sentence), "the set file has an unknown field: ", key);
        }
    }
    return "the set file has an unknown field inside one of its parts";
}

static const char *why_not(enum ps_refusal refusal, const json_t *json)
{
    static char sentence[160];
    if (refusal == PS_REFUSED_UNKNOWN_FIELD) {
        return unknown_field(json);
    }
    return compose(sentence, sizeof(sentence),
                   "the set file cannot be used: ", ps_refusal_sentence(refusal));
}

/* The form of a name of the time zone database; the browser knows which there are. */
static bool is_zone(const char *name)
{
    size_t letters =
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");
    return letters > 0 && name[letters] == '\0' && name[0] != '/';
}

static const char *take_set_file(json_t *json, struct ps_control *control)
{
    static struct set_file file;
    memset(&file, 0, sizeof(file));
    const json_t *call = json_object_get(json, "call");
    const json_t *pace = json_object_get(json, "pace");
    if (pace != NULL && json_integer_value(pace) < 1) {
        return "pace must be from 1 to 600";
    }
    const json_t *zone = json_object_get(json, "zone");
    if (json_is_string(zone) && !is_zone(json_string_value(zone))) {
        return "zone must be the name of a time zone such as Europe/London";
    }
    if (json_object_get(json, "contract") != NULL) {
        (void)json_object_del(json, "contract"); /* read, and signed once contracts are built */
    }
    if (call != NULL && (!json_is_string(call) ||
                         strncmp(json_string_value(call), "https://", strlen("https://")) != 0)) {
        return "call must be an address that begins with https://";
    }
    struct ps_decoder decoder = {.text = control->text, .room = sizeof(control->text)};
    enum ps_refusal refusal = ps_decode_object(&decoder, &file_shape, json, &file);
    if (refusal != PS_ALLOWED) {
        return why_not(refusal, json);
    }
    control->text_bytes = decoder.used;
    control->has_file = true;
    const json_t *meeting = json_object_get(json, "meeting");
    take_file(&control->file, &file, json_object_get(meeting, "bank_ms") != NULL);
    return NULL;
}

/* ---- the command ----------------------------------------------------------------------------- */

static bool take_string(const json_t *json, const char *key, char *ret_text, size_t room)
{
    const json_t *value = json_object_get(json, key);
    if (value == NULL) {
        return true;
    }
    if (!json_is_string(value) || json_string_length(value) >= room) {
        return false;
    }
    memcpy(ret_text, json_string_value(value), json_string_length(value) + 1);
    return true;
}

static const char *take_control(json_t *json, struct ps_control *control)
{
    bool good = take_string(json, "do", control->verb, sizeof(control->verb)) &&
                take_string(json, "set", control->set, sizeof(control->set)) &&
                take_string(json, "seat", control->seat, sizeof(control->seat)) &&
                take_string(json, "role", control->role, sizeof(control->role)) &&
                take_string(json, "url", control->url, sizeof(control->url)) &&
                take_string(json, "name", control->name, sizeof(control->name)) &&
                take_string(json, "business", control->business, sizeof(control->business)) &&
                take_string(json, "sector", control->sector, sizeof(control->sector));
    control->words = json_is_true(json_object_get(json, "words"));
    if (!good || control->verb[0] == '\0') {
        return "a value is too long or not text";
    }
    json_t *file = json_object_get(json, "file");
    if (file == NULL) {
        return NULL;
    }
    return json_is_object(file) ? take_set_file(file, control)
                                : "the set file is not a JSON object";
}

const char *ps_wire_control(const char *json_text, size_t count, struct ps_control *ret_control)
{
    static char sentence[160];
    json_error_t error;
    memset(ret_control, 0, offsetof(struct ps_control, text));
    json_t *json = json_loadb(json_text, count, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        struct ps_text text = ps_text_into(sentence, sizeof(sentence) - 1);
        ps_text_add_string(&text, "not valid JSON, line ");
        ps_text_add_int(&text, error.line);
        ps_text_add_string(&text, ": ");
        (void)compose(sentence + text.used, sizeof(sentence) - text.used, "", error.text);
        return sentence;
    }
    const char *fault =
        json_is_object(json) ? take_control(json, ret_control) : "not a JSON object";
    json_decref(json);
    return fault;
}
