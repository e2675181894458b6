#include "core/talk.h"

#include "core/activity.h"
#include "core/floor.h"

const char *const ps_said_kind_words[] = {NULL,    "check_in", "story",   "question", "answer",
                                          "offer", "response", "process", NULL};

enum {
    WRITTEN_EACH_MAX = 3, /* where everybody writes without a floor */
    TALK_PARTS = PS_PART(PS_SEE_ACTIVITY) | PS_PART(PS_SEE_FLOOR) | PS_PART(PS_SEE_YOU),
};

struct said {
    uint8_t by;
    uint8_t kind;
    struct ps_word text;
    uint32_t to;
};
static const struct ps_field said_fields[] = {
    PS_SHAPE(struct said, by, .kind = PS_SEAT),
    PS_SHAPE(struct said, kind, .kind = PS_ENUM, .words = ps_said_kind_words),
    PS_SHAPE(struct said, text, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct said, to, .kind = PS_ID, .prefix = 'w', .flags = PS_OPTIONAL),
};
static const struct ps_shape said_shape = {"said", sizeof(struct said), PS_COUNT(said_fields),
                                           said_fields};

static void apply_said(struct ps_set *set, const struct ps_event *event)
{
    const struct said *facts = ps_facts(event);
    struct ps_talk *talk = &set->now.talk;
    struct ps_floor *floor = &set->now.floor;
    ps_assert(talk->count < PS_SAID_MAX);
    talk->said[talk->count++] = (struct ps_said){
        .id = event->seq,
        .by = facts->by,
        .kind = facts->kind,
        .to = facts->to,
        .text = facts->text,
        .at = event->at.ms,
    };
    if (facts->by == floor->holder && floor->part != PS_PART_ANSWER) {
        floor->question = facts->kind == PS_SAID_QUESTION ? event->seq : floor->question;
        floor->taken = 1; /* who writes has begun */
        floor->asked = 0;
    }
}
static const struct ps_event_kind said = {"said", 1, TALK_PARTS, &said_shape, apply_said};

struct helped {
    uint32_t said;
};
static const struct ps_field helped_fields[] = {
    PS_SHAPE(struct helped, said, .kind = PS_ID, .prefix = 'w'),
};
static const struct ps_shape helped_shape = {"turn_helped", sizeof(struct helped),
                                             PS_COUNT(helped_fields), helped_fields};

static void apply_helped(struct ps_set *set, const struct ps_event *event)
{
    const struct helped *facts = ps_facts(event);
    for (uint8_t i = 0; i < set->now.talk.count; i++) {
        struct ps_said *one = &set->now.talk.said[i];
        one->helped = one->id == facts->said ? 1 : one->helped;
    }
}
static const struct ps_event_kind helped = {
    "turn.helped", 1, PS_PART(PS_SEE_ACTIVITY) | PS_PART(PS_SEE_YOU), &helped_shape, apply_helped};

static const struct ps_event_kind *const events[] = {&said, &helped};

void ps_talk_emit_helped(const struct ps_scene *scene, uint32_t id, struct ps_outcome *out)
{
    struct helped *facts = ps_emit(out, scene, &helped);
    facts->said = id;
}

void ps_talk_emit(const struct ps_set *set, const struct ps_scene *scene, uint8_t by,
                  enum ps_said_kind kind, struct ps_word text, uint32_t to, struct ps_outcome *out)
{
    if (set->now.talk.count >= PS_SAID_MAX) {
        return; /* the grant itself still holds; say answers "full" */
    }
    struct said *facts = ps_emit(out, scene, &said);
    facts->by = by;
    facts->kind = (uint8_t)kind;
    facts->to = to;
    bool fresh = (text.id & PS_WORD_FRESH) != 0;
    facts->text = fresh ? ps_emit_word(out, scene, text, by) : ps_emit_word_again(out, scene, text);
}

const struct ps_said *ps_talk_find(const struct ps_set *set, uint32_t id)
{
    for (uint8_t i = 0; i < set->now.talk.count; i++) {
        if (set->now.talk.said[i].id == id) {
            return &set->now.talk.said[i];
        }
    }
    return NULL;
}

bool ps_talk_spoke_since(const struct ps_set *set, uint8_t seat, int64_t at)
{
    for (uint8_t i = 0; i < set->now.talk.count; i++) {
        const struct ps_said *one = &set->now.talk.said[i];
        if (one->by == seat && one->at >= at) {
            return true;
        }
    }
    return false;
}

/* ---- say ------------------------------------------------------------------------------------- */

struct say_params {
    struct ps_word text;
    uint32_t to;
};
static const struct ps_field say_fields[] = {
    PS_SHAPE(struct say_params, text, .kind = PS_WORDS, .flags = PS_OPTIONAL | PS_LINES,
             .chars_max = PS_SAY_CHARS_MAX),
    PS_SHAPE(struct say_params, to, .kind = PS_ID, .prefix = 'w', .flags = PS_OPTIONAL),
};
static const struct ps_shape say_shape = {"say", sizeof(struct say_params), PS_COUNT(say_fields),
                                          say_fields};

/* In this phase: what was said before it was under other rules. */
static uint8_t said_by(const struct ps_set *set, uint8_t seat)
{
    uint8_t count = 0;
    for (uint8_t i = 0; i < set->now.talk.count; i++) {
        const struct ps_said *one = &set->now.talk.said[i];
        count = (uint8_t)(count + (one->by == seat && one->at >= set->now.running.phase_at));
    }
    return count;
}

enum ps_refusal ps_talk_room(const struct ps_set *set, uint8_t seat)
{
    if (set->now.talk.count >= PS_SAID_MAX) {
        return PS_REFUSED_FULL;
    }
    bool written = ps_phase_now(set)->mode == PS_FLOOR_WRITTEN;
    return written && said_by(set, seat) >= WRITTEN_EACH_MAX ? PS_REFUSED_TOO_MANY : PS_ALLOWED;
}

static enum ps_refusal may_say(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat)
{
    (void)scene;
    if (ps_floor_say_as(set, seat) == PS_SAID_NONE) {
        const struct ps_phase *phase = ps_phase_now(set);
        bool listens = seat == set->now.running.presenter && phase->presenter_listens;
        return listens ? PS_REFUSED_PRESENTER_LISTENS : PS_REFUSED_NOT_YOUR_TURN;
    }
    return ps_talk_room(set, seat);
}

static void decide_say(const struct ps_set *set, const struct ps_scene *scene,
                       const struct ps_command *command, struct ps_outcome *out)
{
    const struct say_params *params = (const void *)command->params;
    enum ps_said_kind kind = ps_floor_say_as(set, command->seat);
    if (params->to != 0 && ps_talk_find(set, params->to) == NULL) {
        ps_refuse(out, PS_REFUSED_NO_SUCH_THING);
        return;
    }
    if (params->text.id == 0 && set->call.id == 0) {
        ps_refuse(out, PS_REFUSED_NEEDS_TEXT); /* without a call there is nothing else to hear */
        return;
    }
    uint32_t to = params->to == 0 && kind == PS_SAID_ANSWER ? set->now.floor.question : params->to;
    ps_talk_emit(set, scene, command->seat, kind, params->text, to, out);
}

static const struct ps_method methods[] = {
    {"say", "The written word of whoever may speak now.",
     PS_POWER_MEMBER | PS_POWER_LEADER | PS_POWER_DEPUTY, PS_NEEDS_LIVE, &say_shape, may_say,
     decide_say},
};

const struct ps_noun ps_noun_talk = {methods, PS_COUNT(methods), events, PS_COUNT(events)};

/* ---- see ------------------------------------------------------------------------------------- */

static const struct ps_field seen_fields[] = {
    PS_SHAPE(struct ps_seen_said, id, .kind = PS_ID, .prefix = 'w'),
    PS_SHAPE(struct ps_seen_said, by, .kind = PS_SEAT),
    PS_SHAPE(struct ps_seen_said, kind, .kind = PS_ENUM, .words = ps_said_kind_words),
    PS_SHAPE(struct ps_seen_said, text, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct ps_seen_said, to, .kind = PS_ID, .prefix = 'w', .flags = PS_OPTIONAL),
    PS_SHAPE(struct ps_seen_said, at, .kind = PS_INT),
    PS_SHAPE(struct ps_seen_said, helped, .kind = PS_BOOL, .flags = PS_OPTIONAL),
};
const struct ps_shape ps_seen_said_shape = {"said", sizeof(struct ps_seen_said),
                                            PS_COUNT(seen_fields), seen_fields};

void ps_talk_see(const struct ps_set *set, bool presenter, struct ps_seen_said *ret_said,
                 uint8_t *ret_count)
{
    for (uint8_t i = 0; i < set->now.talk.count; i++) {
        const struct ps_said *one = &set->now.talk.said[i];
        ret_said[i] = (struct ps_seen_said){
            .id = one->id,
            .by = one->by,
            .kind = one->kind,
            .helped = presenter && one->helped,
            .to = one->to,
            .text = one->text,
            .at = one->at,
        };
    }
    *ret_count = set->now.talk.count;
}
