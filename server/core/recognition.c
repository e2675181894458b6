#include "core/recognition.h"

#include "core/activity.h"

enum {
    TAKE_BACK_MS = 600000, /* ten minutes */
    CONTENT_KINDS = 5,     /* the first five are about content, the others about how we worked */
    RECOGNITION_PARTS = PS_PART(PS_SEE_BOARD) | PS_PART(PS_SEE_YOU),
};

const char *const ps_recognition_words[] = {NULL,
                                            "insight_used",
                                            "practice_shared",
                                            "resource_shared",
                                            "contact_helped",
                                            "tour_insight",
                                            "opening_question",
                                            "deep_listening",
                                            "held_silence",
                                            "honest_challenge",
                                            "hosted_meeting",
                                            "hosted_tour",
                                            "kept_time",
                                            "helped_with_tech",
                                            "kept_commitment",
                                            "learned_from_not_done",
                                            NULL};

static bool is_content(uint8_t kind)
{
    return kind <= CONTENT_KINDS;
}

struct given {
    uint8_t to;
    uint8_t kind;
    struct ps_word reason;
    uint8_t by;
};
static const struct ps_field given_fields[] = {
    PS_SHAPE(struct given, to, .kind = PS_SEAT),
    PS_SHAPE(struct given, kind, .kind = PS_ENUM, .words = ps_recognition_words),
    PS_SHAPE(struct given, reason, .kind = PS_WORDS, .chars_max = PS_REASON_CHARS_MAX),
    PS_SHAPE(struct given, by, .kind = PS_SEAT),
};
static const struct ps_shape give_shape = {"recognition_give", sizeof(struct given), 3,
                                           given_fields};
static const struct ps_shape given_shape = {"recognition_given", sizeof(struct given),
                                            PS_COUNT(given_fields), given_fields};

/* The turn that runs; 0 outside of one: the closing round has its own two. */
static uint8_t turn_now(const struct ps_set *set)
{
    return set->now.running.presenter == PS_NOBODY ? 0 : set->meeting.turns_done;
}

static void apply_given(struct ps_set *set, const struct ps_event *event)
{
    const struct given *facts = ps_facts(event);
    struct ps_board *board = &set->board;
    ps_assert(board->recognitions_count < PS_RECOGNITIONS_MAX);
    board->recognitions[board->recognitions_count++] = (struct ps_recognition){
        .id = event->seq,
        .by = facts->by,
        .to = facts->to,
        .kind = facts->kind,
        .turn = turn_now(set),
        .reason = facts->reason,
        .at = event->at.ms,
    };
}
static const struct ps_event_kind given = {"recognition.given", 1, RECOGNITION_PARTS, &given_shape,
                                           apply_given};

struct taken_back {
    uint32_t id;
};
static const struct ps_field back_fields[] = {
    PS_SHAPE(struct taken_back, id, .kind = PS_ID, .prefix = 'r'),
};
static const struct ps_shape back_shape = {"recognition_take_back", sizeof(struct taken_back),
                                           PS_COUNT(back_fields), back_fields};

static void apply_taken_back(struct ps_set *set, const struct ps_event *event)
{
    const struct taken_back *facts = ps_facts(event);
    struct ps_board *board = &set->board;
    uint8_t kept = 0;
    for (uint8_t i = 0; i < board->recognitions_count; i++) {
        if (board->recognitions[i].id != facts->id) {
            board->recognitions[kept++] = board->recognitions[i];
        }
    }
    for (uint8_t i = kept; i < board->recognitions_count; i++) {
        board->recognitions[i] = (struct ps_recognition){0};
    }
    board->recognitions_count = kept;
}
static const struct ps_event_kind taken_back = {"recognition.taken_back", 1, RECOGNITION_PARTS,
                                                &back_shape, apply_taken_back};

static const struct ps_event_kind *const events[] = {&given, &taken_back};

/* ---- commands -------------------------------------------------------------------------------- */

static enum ps_refusal may_give(const struct ps_set *set, const struct ps_scene *scene,
                                uint8_t seat)
{
    (void)scene;
    (void)seat;
    if (!ps_phase_now(set)->values) {
        return PS_REFUSED_NOT_IN_THIS_PHASE;
    }
    return set->board.recognitions_count < PS_RECOGNITIONS_MAX ? PS_ALLOWED : PS_REFUSED_FULL;
}

/* One for content and one for how we worked, for each turn. */
static bool has_given(const struct ps_set *set, uint8_t by, uint8_t kind)
{
    for (uint8_t i = 0; i < set->board.recognitions_count; i++) {
        const struct ps_recognition *one = &set->board.recognitions[i];
        if (one->by == by && one->turn == turn_now(set) &&
            is_content(one->kind) == is_content(kind)) {
            return true;
        }
    }
    return false;
}

static void decide_give(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    const struct given *params = (const void *)command->params;
    if (!ps_is_active(set, params->to)) {
        ps_refuse(out, PS_REFUSED_NO_SUCH_PERSON);
    } else if (params->to == command->seat) {
        ps_refuse(out, PS_REFUSED_YOURSELF);
    } else if (params->reason.id == 0) {
        ps_refuse(out, PS_REFUSED_NEEDS_TEXT);
    } else if (has_given(set, command->seat, params->kind)) {
        ps_refuse(out, PS_REFUSED_TOO_MANY);
    } else {
        struct given *facts = ps_emit(out, scene, &given);
        *facts = *params;
        facts->by = command->seat;
        facts->reason = ps_emit_word(out, scene, params->reason, command->seat);
    }
}

static void decide_take_back(const struct ps_set *set, const struct ps_scene *scene,
                             const struct ps_command *command, struct ps_outcome *out)
{
    const struct taken_back *params = (const void *)command->params;
    for (uint8_t i = 0; i < set->board.recognitions_count; i++) {
        const struct ps_recognition *one = &set->board.recognitions[i];
        if (one->id != params->id || one->by != command->seat) {
            continue;
        }
        if (scene->now.ms >= one->at + ps_paced(set, TAKE_BACK_MS)) {
            ps_refuse(out, PS_REFUSED_TOO_LATE);
            return;
        }
        struct taken_back *facts = ps_emit(out, scene, &taken_back);
        facts->id = params->id;
        return;
    }
    ps_refuse(out, PS_REFUSED_NO_SUCH_THING);
}

static const struct ps_method methods[] = {
    {"recognition.give", "Say what you valued in somebody, and why.", PS_POWER_MEMBER,
     PS_NEEDS_LIVE, &give_shape, may_give, decide_give},
    {"recognition.take_back", "Take it back, within ten minutes.", PS_POWER_MEMBER, 0, &back_shape,
     NULL, decide_take_back},
};
const struct ps_noun ps_noun_recognition = {methods, PS_COUNT(methods), events, PS_COUNT(events)};
