/* presenter_turn - one member brings a question, the others help by asking.
 *
 *   present -> clarify -> question -> silence -> offer -> respond -> commit -> process
 *
 * Each arrow is turn.next, the presenter's turn.ready where they hold the floor, or the end of the
 * clock (core/clock.c). Source: domain.md §4. */
#include "core/activity.h"
#include "core/clock.h"
#include "core/commitment.h"
#include "core/floor.h"
#include "core/stage.h"
#include "core/talk.h"
#include "core/turn.h"

enum { PRESENT, CLARIFY, QUESTION, SILENCE, OFFER, RESPOND, COMMIT, PROCESS, PHASES };

enum {
    Q = 1 << PS_HAND_QUESTION,
    F = 1 << PS_HAND_FOLLOW_UP,
    O = 1 << PS_HAND_OFFER,
    P = 1 << PS_HAND_PROCESS,
};

static const struct ps_phase phases[PHASES] = {
    [PRESENT] = {.name = "present",
                 .mode = PS_FLOOR_PRESENTER,
                 .at_end = PS_END_GOES,
                 .raise = Q | P, /* raised, but not granted: the story is not interrupted */
                 .say_as = PS_SAID_STORY,
                 .needs_presenter = true,
                 .needs_presenter_at_once = true},
    [CLARIFY] = {.name = "clarify",
                 .mode = PS_FLOOR_QUEUE,
                 .at_end = PS_END_WAITS,
                 .raise = Q | P,
                 .grant = Q | P,
                 .answers = true,
                 .needs_presenter = true,
                 .skippable = true,
                 .contribution_ms = 20000,
                 .answer_ms = 40000},
    [QUESTION] = {.name = "question",
                  .mode = PS_FLOOR_QUEUE,
                  .at_end = PS_END_WAITS,
                  .raise = Q | F | P,
                  .grant = Q | F | P,
                  .answers = true,
                  .needs_presenter = true,
                  .contribution_ms = 30000,
                  .answer_ms = 60000},
    [SILENCE] = {.name = "silence", .mode = PS_FLOOR_NONE, .at_end = PS_END_GOES, .prompt = true},
    [OFFER] = {.name = "offer",
               .mode = PS_FLOOR_QUEUE,
               .at_end = PS_END_GOES,
               .raise = O | P,
               .grant = O | P,
               .presenter_listens = true,
               .skippable = true,
               .contribution_ms = 45000},
    [RESPOND] = {.name = "respond",
                 .mode = PS_FLOOR_PRESENTER,
                 .at_end = PS_END_WAITS,
                 .say_as = PS_SAID_RESPONSE,
                 .needs_presenter = true,
                 .needs_presenter_at_once = true},
    [COMMIT] = {.name = "commit",
                .mode = PS_FLOOR_PRESENTER,
                .at_end = PS_END_WAITS,
                .say_as = PS_SAID_RESPONSE,
                .commits = true,
                .needs_presenter = true,
                .needs_presenter_at_once = true},
    [PROCESS] = {.name = "process",
                 .mode = PS_FLOOR_WRITTEN,
                 .at_end = PS_END_GOES,
                 .say_as = PS_SAID_PROCESS,
                 .values = true,
                 .skippable = true},
};

#define MINUTES(n) ((n)*60000)

/* Turns of 40, 35 and 30 minutes by the table; any other length in proportion to the first. */
static int64_t planned_ms(int64_t stage_ms, uint8_t phase)
{
    static const int64_t lengths[] = {MINUTES(40), MINUTES(35), MINUTES(30)};
    static const int8_t minutes[][PHASES] = {
        {5, 6, 14, 2, 5, 3, 3, 2},
        {4, 5, 13, 2, 4, 2, 3, 2},
        {4, 4, 11, 1, 4, 2, 3, 1},
    };
    for (size_t i = 0; i < PS_COUNT(lengths); i++) {
        if (stage_ms == lengths[i]) {
            return MINUTES((int64_t)minutes[i][phase]);
        }
    }
    if (phase != QUESTION) {
        return stage_ms * minutes[0][phase] / 40 / 1000 * 1000;
    }
    int64_t others = 0; /* what rounding left over goes to the questions */
    for (uint8_t i = 0; i < PHASES; i++) {
        others += i == QUESTION ? 0 : stage_ms * minutes[0][i] / 40 / 1000 * 1000;
    }
    return stage_ms - others;
}

/* ---- state ----------------------------------------------------------------------------------- */

struct turn {
    uint8_t ready; /* the presenter is ready to move on */
};
static const struct ps_field turn_fields[] = {
    PS_SHAPE(struct turn, ready, .kind = PS_BOOL),
};
static const struct ps_shape turn_shape = {"turn_state", sizeof(struct turn), PS_COUNT(turn_fields),
                                           turn_fields};

static void apply_readied(struct ps_set *set, const struct ps_event *event)
{
    (void)event;
    struct turn *turn = (void *)set->now.running.state;
    turn->ready = (uint8_t)(set->now.running.phase + 1); /* counts for the phase it was said in */
}
static const struct ps_event_kind readied = {
    "turn.readied", 1, PS_PART(PS_SEE_ACTIVITY) | PS_PART(PS_SEE_DESK) | PS_PART(PS_SEE_YOU), NULL,
    apply_readied};
static const struct ps_event_kind *const events[] = {&readied};

static bool is_ready(const struct ps_set *set)
{
    const struct turn *turn = (const void *)set->now.running.state;
    return turn->ready == set->now.running.phase + 1;
}

/* ---- commands -------------------------------------------------------------------------------- */

static enum ps_refusal may_be_ready(const struct ps_set *set, const struct ps_scene *scene,
                                    uint8_t seat)
{
    (void)scene;
    (void)seat;
    uint8_t phase = set->now.running.phase;
    bool holds = ps_phase_now(set)->mode == PS_FLOOR_PRESENTER;
    bool asked = phase == CLARIFY || phase == QUESTION;
    if (!holds && !asked) {
        return PS_REFUSED_NOT_IN_THIS_PHASE;
    }
    return asked && is_ready(set) ? PS_REFUSED_ALREADY_DONE : PS_ALLOWED;
}

/* Where the presenter holds the floor they end the phase; while others ask, they say that they
 * could. */
static void decide_ready(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    if (ps_phase_now(set)->mode == PS_FLOOR_PRESENTER) {
        ps_stage_emit_next_phase(set, scene, out);
    } else {
        (void)ps_emit(out, scene, &readied);
    }
}

static void decide_next(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    ps_stage_emit_next_phase(set, scene, out);
}

struct invite_params {
    uint8_t seat;
};
static const struct ps_field invite_fields[] = {
    PS_SHAPE(struct invite_params, seat, .kind = PS_SEAT)};
static const struct ps_shape invite_shape = {"turn_invite", sizeof(struct invite_params),
                                             PS_COUNT(invite_fields), invite_fields};

static enum ps_refusal may_invite(const struct ps_set *set, const struct ps_scene *scene,
                                  uint8_t seat)
{
    (void)scene;
    (void)seat;
    if (set->now.running.phase != QUESTION) {
        return PS_REFUSED_NOT_IN_THIS_PHASE;
    }
    return set->now.floor.invited != PS_NOBODY ? PS_REFUSED_ALREADY_INVITED : PS_ALLOWED;
}

static void decide_invite(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    const struct invite_params *params = (const void *)command->params;
    if (!ps_is_active(set, params->seat) || params->seat > PS_MEMBER_SEATS_MAX) {
        ps_refuse(out, PS_REFUSED_NO_SUCH_PERSON);
    } else if (params->seat == command->seat) {
        ps_refuse(out, PS_REFUSED_YOURSELF);
    } else if (!ps_is_connected(scene, params->seat)) {
        ps_refuse(out, PS_REFUSED_NOT_HERE);
    } else {
        ps_floor_emit_invited(set, scene, params->seat, out);
    }
}

struct helped_params {
    uint32_t said;
};
static const struct ps_field helped_fields[] = {
    PS_SHAPE(struct helped_params, said, .kind = PS_ID, .prefix = 'w'),
};
static const struct ps_shape helped_shape = {"turn_helped", sizeof(struct helped_params),
                                             PS_COUNT(helped_fields), helped_fields};

static void decide_helped(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    const struct helped_params *params = (const void *)command->params;
    const struct ps_said *said = ps_talk_find(set, params->said);
    if (said == NULL || said->by == command->seat) {
        ps_refuse(out, PS_REFUSED_NO_SUCH_THING);
    } else if (!said->helped) {
        ps_talk_emit_helped(scene, params->said, out);
    }
}

static bool was_completed(const struct ps_set *set)
{
    return set->now.running.phase > QUESTION;
}

/* The presenter stops: at once, no reason needed, not counted against them. */
static void decide_stop(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    (void)command;
    ps_turn_emit_finished(set, scene, PS_TURN_STOPPED, was_completed(set), out);
    ps_stage_emit_move(set, scene, 0, out);
}

enum { TURN_NEEDS = PS_NEEDS_LIVE | PS_NEEDS_EXPECT };
static const struct ps_method methods[] = {
    {"turn.ready", "I am ready to move on.", PS_POWER_PRESENTER, TURN_NEEDS, NULL, may_be_ready,
     decide_ready},
    {"turn.next", "On to the next part of the turn.", PS_POWER_LEADER, TURN_NEEDS, NULL, NULL,
     decide_next},
    {"turn.invite", "Invite one person to ask next.", PS_POWER_PRESENTER, TURN_NEEDS, &invite_shape,
     may_invite, decide_invite},
    {"turn.helped", "That helped. Only you see it.", PS_POWER_PRESENTER, TURN_NEEDS, &helped_shape,
     NULL, decide_helped},
    {"turn.stop", "Stop my turn. No reason is needed.", PS_POWER_PRESENTER, TURN_NEEDS, NULL, NULL,
     decide_stop},
};

/* ---- slots ----------------------------------------------------------------------------------- */

static void open_turn(const struct ps_set *set, const struct ps_scene *scene,
                      struct ps_outcome *out)
{
    (void)ps_turn_emit_started(set, scene, out);
}

static void nudge(const struct ps_set *set, const struct ps_scene *scene, enum ps_nudge nudge_kind,
                  struct ps_outcome *out)
{
    if (nudge_kind == PS_NUDGE_CLOSE && set->now.running.presenter != PS_NOBODY) {
        bool counted = was_completed(set);
        ps_turn_emit_finished(set, scene, counted ? PS_TURN_DONE : PS_TURN_DEFERRED, counted, out);
    }
}

struct seen_turn {
    struct ps_word issue;
    uint8_t number;
    uint8_t asked;
    uint8_t of;
    uint8_t ready;
    uint8_t invited;
    uint8_t made;
};
static const struct ps_field seen_fields[] = {
    PS_SHAPE(struct seen_turn, issue, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_turn, number, .kind = PS_INT),
    PS_SHAPE(struct seen_turn, asked, .kind = PS_INT),
    PS_SHAPE(struct seen_turn, of, .kind = PS_INT),
    PS_SHAPE(struct seen_turn, ready, .kind = PS_BOOL, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_turn, invited, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_turn, made, .kind = PS_INT),
};
static const struct ps_shape seen_shape = {"presenter_turn", sizeof(struct seen_turn),
                                           PS_COUNT(seen_fields), seen_fields};

static void see(const struct ps_set *set, const struct ps_scene *scene, uint8_t viewer,
                void *ret_seen)
{
    (void)scene;
    (void)viewer;
    struct seen_turn *seen = ret_seen;
    seen->issue = ps_turn_issue(set);
    seen->number = set->meeting.turns_done;
    seen->ready = is_ready(set);
    seen->invited = set->now.floor.invited;
    seen->made = ps_commitments_made(set);
    for (uint8_t seat = 1; seat <= PS_MEMBER_SEATS_MAX; seat++) {
        bool counts = ps_seats_has(set->roster.present, seat) && seat != set->now.running.presenter;
        seen->of = (uint8_t)(seen->of + counts);
        seen->asked = (uint8_t)(seen->asked + (counts && set->now.floor.heard[seat].grants > 0));
    }
}

const struct ps_activity ps_activity_presenter_turn = {
    .name = "presenter_turn",
    .title = "Presenter turn",
    .about = "One member brings a question; the others help by asking.",
    .version = 1,
    .phases = phases,
    .phases_count = PHASES,
    .planned_ms = planned_ms,
    .state = &turn_shape,
    .picture = &seen_shape,
    .methods = methods,
    .methods_count = PS_COUNT(methods),
    .events = events,
    .events_count = PS_COUNT(events),
    .has_presenter = true,
    .open = open_turn,
    .nudge = nudge,
    .see = see,
};
