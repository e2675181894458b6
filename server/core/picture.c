#include "core/picture.h"

#include <string.h>

#include "core/activity.h"
#include "core/clock.h"
#include "core/commitment.h"
#include "core/desk.h"
#include "core/floor.h"
#include "core/founding.h"
#include "core/recognition.h"
#include "core/rotation.h"
#include "core/talk.h"

/* ---- set ------------------------------------------------------------------------------------------------ */

struct seen_set {
    uint8_t here;
    uint8_t rehearsal;
    uint16_t pace;
    char id[PS_ID_CHARS_MAX];
    struct ps_word name, zone, call;
};
static const struct ps_field set_fields[] = {
    PS_SHAPE(struct seen_set, id, .kind = PS_CHARS),
    PS_SHAPE(struct seen_set, name, .kind = PS_WORDS),
    PS_SHAPE(struct seen_set, zone, .kind = PS_WORDS),
    PS_SHAPE(struct seen_set, call, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_set, rehearsal, .kind = PS_BOOL, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_set, pace, .kind = PS_INT, .flags = PS_OPTIONAL),
};
static const struct ps_shape set_shape = {"set", sizeof(struct seen_set), PS_COUNT(set_fields),
                                          set_fields};

static void see_set(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                    void *ret_seen)
{
    (void)scene;
    (void)viewer;
    struct seen_set *seen = ret_seen;
    seen->here = 1;
    memcpy(seen->id, set->id, sizeof(seen->id));
    seen->name = set->name;
    seen->zone = set->zone;
    seen->call = set->call;
    seen->rehearsal = set->rehearsal;
    seen->pace = set->rehearsal ? set->pace : 0;
}

/* ---- roster --------------------------------------------------------------------------------------------- */

static const char *const here_words[] = {"here", "away", "dropped", "absent", NULL};
enum { HERE, AWAY, DROPPED, ABSENT };

struct seen_business {
    uint8_t here;
    uint32_t id;
    struct ps_word name;
};
static const struct ps_field business_fields[] = {
    PS_SHAPE(struct seen_business, id, .kind = PS_ID, .prefix = 'b'),
    PS_SHAPE(struct seen_business, name, .kind = PS_WORDS),
};
static const struct ps_shape business_shape = {"business", sizeof(struct seen_business),
                                               PS_COUNT(business_fields), business_fields};

struct seen_person {
    uint8_t seat;
    uint8_t role;
    uint8_t here;
    uint8_t removed;
    struct seen_business business;
    struct ps_word name;
    struct ps_word sector;
};
static const struct ps_field person_fields[] = {
    PS_SHAPE(struct seen_person, seat, .kind = PS_SEAT),
    PS_SHAPE(struct seen_person, name, .kind = PS_WORDS),
    PS_SHAPE(struct seen_person, business, .kind = PS_OBJECT, .flags = PS_OPTIONAL,
             .shape = &business_shape),
    PS_SHAPE(struct seen_person, sector, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_person, role, .kind = PS_ENUM, .words = ps_role_words),
    PS_SHAPE(struct seen_person, here, .kind = PS_ENUM, .words = here_words),
    PS_SHAPE(struct seen_person, removed, .kind = PS_BOOL, .flags = PS_OPTIONAL),
};
static const struct ps_shape person_shape = {"person", sizeof(struct seen_person),
                                             PS_COUNT(person_fields), person_fields};

struct seen_roster {
    uint8_t here;
    uint8_t people_count;
    struct seen_person people[PS_SEATS_MAX];
};
/* The roster is itself the map: its one field has no name and stands for the whole part. */
static const struct ps_field roster_fields[] = {
    {.name = "", .kind = PS_MAP, .at = offsetof(struct seen_roster, people),
     .size = sizeof(((struct seen_roster *)0)->people),
     .count_at = offsetof(struct seen_roster, people_count), .shape = &person_shape},
};
static const struct ps_shape roster_shape = {"roster", sizeof(struct seen_roster),
                                             PS_COUNT(roster_fields), roster_fields};

static uint8_t here_of(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat)
{
    const struct ps_person *person = ps_person(set, seat);
    if (person->removed) {
        return ABSENT;
    }
    if (ps_is_connected(scene, seat)) {
        return person->away ? AWAY : HERE;
    }
    return ps_seats_has(set->roster.present, seat) ? DROPPED : ABSENT;
}

static void see_roster(const struct ps_set *set, const struct ps_scene *scene,
                       struct ps_viewer viewer, void *ret_seen)
{
    (void)viewer;
    struct seen_roster *seen = ret_seen;
    seen->here = 1;
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        const struct ps_person *person = ps_person(set, seat);
        if (person == NULL) {
            continue;
        }
        struct seen_person *one = &seen->people[seen->people_count++];
        one->seat = seat;
        one->role = person->role;
        one->here = here_of(set, scene, seat);
        one->removed = person->removed;
        one->name = person->name;
        if (person->business != 0) {
            const struct ps_business *business = &set->roster.businesses[person->business - 1];
            one->business.here = 1;
            one->business.id = business->id;
            one->business.name = business->name;
            one->sector = business->sector;
        }
    }
}

/* ---- meeting -------------------------------------------------------------------------------------------- */

static const char *const meeting_words[] = {NULL,      "planned",  "lobby", "live",
                                            "closing", "corridor", "ended", NULL};

struct seen_stage {
    uint32_t id;
    char kind[PS_ID_CHARS_MAX];
    struct ps_phrase title;
    int64_t planned_ms;
    uint8_t done;
};
static const struct ps_field stage_fields[] = {
    PS_SHAPE(struct seen_stage, id, .kind = PS_ID, .prefix = 's'),
    PS_SHAPE(struct seen_stage, kind, .kind = PS_CHARS),
    PS_SHAPE(struct seen_stage, title, .kind = PS_PHRASE),
    PS_SHAPE(struct seen_stage, planned_ms, .kind = PS_INT),
    PS_SHAPE(struct seen_stage, done, .kind = PS_BOOL, .flags = PS_OPTIONAL),
};
static const struct ps_shape stage_shape = {"stage", sizeof(struct seen_stage),
                                            PS_COUNT(stage_fields), stage_fields};

struct seen_forecast {
    uint8_t here;
    uint8_t stands;
    int64_t end_at;
    int64_t left_ms;
};
/* Exactly one of the two is there; left_ms may be zero, so it is kept one higher. */
static const struct ps_field forecast_fields[] = {
    PS_SHAPE(struct seen_forecast, end_at, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_forecast, left_ms, .kind = PS_INT, .flags = PS_OPTIONAL | PS_PLUS_ONE),
};
static const struct ps_shape forecast_shape = {"forecast", sizeof(struct seen_forecast),
                                               PS_COUNT(forecast_fields), forecast_fields};

struct seen_meeting {
    uint8_t here;
    uint8_t number, state, steward, acting, facilitator_dropped, interrupted;
    uint8_t order_count, stages_count;
    uint32_t stage;
    uint32_t order[PS_STAGES_MAX];
    struct seen_stage stages[PS_STAGES_MAX];
    struct seen_forecast forecast;
    int64_t planned_ms, bank_ms, started_at, ended_at;
};
static const struct ps_field meeting_fields[] = {
    PS_SHAPE(struct seen_meeting, number, .kind = PS_INT),
    PS_SHAPE(struct seen_meeting, state, .kind = PS_ENUM, .words = meeting_words),
    PS_SHAPE(struct seen_meeting, stage, .kind = PS_ID, .prefix = 's', .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, order, .kind = PS_LIST, .of = PS_ID, .prefix = 's',
             .count_at = offsetof(struct seen_meeting, order_count)),
    PS_SHAPE(struct seen_meeting, stages, .kind = PS_MAP, .shape = &stage_shape,
             .count_at = offsetof(struct seen_meeting, stages_count)),
    PS_SHAPE(struct seen_meeting, planned_ms, .kind = PS_INT),
    PS_SHAPE(struct seen_meeting, bank_ms, .kind = PS_INT),
    PS_SHAPE(struct seen_meeting, forecast, .kind = PS_OBJECT, .shape = &forecast_shape),
    PS_SHAPE(struct seen_meeting, started_at, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, ended_at, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, steward, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, acting, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, facilitator_dropped, .kind = PS_BOOL, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_meeting, interrupted, .kind = PS_BOOL, .flags = PS_OPTIONAL),
};
static const struct ps_shape meeting_shape = {"meeting", sizeof(struct seen_meeting),
                                              PS_COUNT(meeting_fields), meeting_fields};

static void see_stages(const struct ps_set *set, struct seen_meeting *seen)
{
    const struct ps_plan *plan = &set->meeting.plan;
    for (uint8_t i = 0; i < plan->stages_count; i++) {
        const struct ps_stage *stage = &plan->stages[i];
        seen->order[i] = stage->id;
        seen->stages[i] = (struct seen_stage){
            .id = stage->id,
            .title = {.form = ps_kind_title(stage->kind)},
            .planned_ms = ps_paced(set, stage->planned_ms),
            .done = stage->done,
        };
        memcpy(seen->stages[i].kind, stage->kind, sizeof(stage->kind));
    }
    seen->order_count = plan->stages_count;
    seen->stages_count = plan->stages_count;
}

static void see_meeting(const struct ps_set *set, const struct ps_scene *scene,
                        struct ps_viewer viewer, void *ret_seen)
{
    (void)scene;
    (void)viewer;
    const struct ps_meeting *meeting = &set->meeting;
    struct seen_meeting *seen = ret_seen;
    if (meeting->state == PS_MEETING_NONE) {
        return;
    }
    struct ps_forecast forecast = ps_clock_forecast(set);
    seen->here = 1;
    seen->number = meeting->number;
    seen->state = meeting->state;
    seen->stage = meeting->stage;
    see_stages(set, seen);
    seen->planned_ms = ps_paced(set, meeting->plan.planned_ms);
    seen->bank_ms = ps_paced(set, meeting->plan.bank_ms);
    seen->forecast.here = 1;
    seen->forecast.end_at = forecast.end_at;
    seen->forecast.left_ms = forecast.end_at != 0 ? 0 : forecast.left_ms + 1;
    seen->started_at = meeting->started_at;
    seen->ended_at = meeting->ended_at;
    seen->steward = meeting->steward;
    seen->acting = meeting->acting;
    seen->facilitator_dropped = meeting->facilitator_dropped;
    seen->interrupted = meeting->interrupted;
}

/* ---- activity ------------------------------------------------------------------------------------------- */


struct seen_activity {
    uint8_t here;
    uint8_t kind_index;
    uint8_t presenter;
    uint8_t said_count;
    uint32_t id;
    uint32_t phase_id;
    char kind[PS_ID_CHARS_MAX];
    char phase[PS_ID_CHARS_MAX];
    char stands_in_for[PS_ID_CHARS_MAX];
    struct ps_seen_said said[PS_SAID_MAX];
    uint64_t own[PS_ACTIVITY_BYTES_MAX * 2 / 8];
};
static const struct ps_field activity_fields[] = {
    PS_SHAPE(struct seen_activity, kind, .kind = PS_CHARS),
    PS_SHAPE(struct seen_activity, id, .kind = PS_ID, .prefix = 'a'),
    PS_SHAPE(struct seen_activity, phase, .kind = PS_CHARS),
    PS_SHAPE(struct seen_activity, phase_id, .kind = PS_ID, .prefix = 'p'),
    PS_SHAPE(struct seen_activity, presenter, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_activity, stands_in_for, .kind = PS_CHARS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_activity, said, .kind = PS_MAP, .shape = &ps_seen_said_shape,
             .count_at = offsetof(struct seen_activity, said_count)),
    PS_SHAPE(struct seen_activity, own, .kind = PS_KIND,
             .count_at = offsetof(struct seen_activity, kind_index)),
};
static const struct ps_shape activity_shape = {"activity", sizeof(struct seen_activity),
                                               PS_COUNT(activity_fields), activity_fields};

static void copy_name(char *to, const char *name)
{
    size_t length = strlen(name);
    ps_assert(length < PS_ID_CHARS_MAX);
    memcpy(to, name, length);
}

static void see_activity(const struct ps_set *set, const struct ps_scene *scene,
                         struct ps_viewer viewer, void *ret_seen)
{
    const struct ps_running *running = &set->now.running;
    const struct ps_activity *activity = ps_activity_now(set);
    struct seen_activity *seen = ret_seen;
    if (activity == NULL || running->phase_id == 0) {
        return;
    }
    seen->here = 1;
    seen->kind_index = running->kind;
    seen->presenter = running->presenter;
    seen->id = running->id;
    seen->phase_id = running->phase_id;
    copy_name(seen->kind, activity->name);
    copy_name(seen->phase, activity->phases[running->phase].name);
    const struct ps_stage *stage = ps_stage_now(set);
    if (stage != NULL && ps_activity_find(stage->kind) == 0) {
        copy_name(seen->stands_in_for, stage->kind);
    }
    bool presents = viewer.seat != PS_NOBODY && viewer.seat == running->presenter;
    ps_talk_see(set, presents, seen->said, &seen->said_count);
    if (activity->see != NULL) {
        activity->see(set, scene, viewer.seat, seen->own);
    }
}

/* ---- clock ---------------------------------------------------------------------------------------------- */

static const char *const clock_words[] = {"none", "running", "paused", NULL};
static const char *const why_words[] = {NULL, "asked", "presenter", "restart", NULL};

struct seen_clock {
    uint8_t here;
    uint8_t state;
    uint8_t paused_why;
    int64_t ends_at;
    int64_t remaining_ms;
    int64_t planned_ms;
    int64_t extended_ms;
};
static const struct ps_field clock_fields[] = {
    PS_SHAPE(struct seen_clock, state, .kind = PS_ENUM, .words = clock_words),
    PS_SHAPE(struct seen_clock, ends_at, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_clock, remaining_ms, .kind = PS_INT, .flags = PS_OPTIONAL | PS_PLUS_ONE),
    PS_SHAPE(struct seen_clock, planned_ms, .kind = PS_INT),
    PS_SHAPE(struct seen_clock, extended_ms, .kind = PS_INT),
    PS_SHAPE(struct seen_clock, paused_why, .kind = PS_ENUM, .flags = PS_OPTIONAL,
             .words = why_words),
};
static const struct ps_shape clock_shape = {"clock", sizeof(struct seen_clock),
                                            PS_COUNT(clock_fields), clock_fields};

static void see_clock(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                      void *ret_seen)
{
    (void)scene;
    (void)viewer;
    const struct ps_clock *clock = &set->now.clock;
    struct seen_clock *seen = ret_seen;
    seen->here = 1;
    seen->state = clock->state;
    seen->planned_ms = ps_paced(set, clock->planned_ms);
    seen->extended_ms = ps_paced(set, clock->extended_ms);
    seen->ends_at = clock->state == PS_CLOCK_RUNNING ? clock->ends_at : 0;
    if (clock->state == PS_CLOCK_PAUSED) {
        int64_t left = clock->remaining_ms > 0 ? clock->remaining_ms : 0;
        seen->remaining_ms = left + 1;
        seen->paused_why = clock->why;
    }
}

/* ---- floor ---------------------------------------------------------------------------------------------- */

struct seen_hand {
    uint8_t seat;
    uint8_t kind;
    uint8_t parked;
    struct ps_phrase reason;
};
static const struct ps_field hand_fields[] = {
    PS_SHAPE(struct seen_hand, seat, .kind = PS_SEAT),
    PS_SHAPE(struct seen_hand, kind, .kind = PS_ENUM, .words = ps_hand_words),
    PS_SHAPE(struct seen_hand, reason, .kind = PS_PHRASE),
    PS_SHAPE(struct seen_hand, parked, .kind = PS_BOOL, .flags = PS_OPTIONAL),
};
static const struct ps_shape hand_shape = {"hand", sizeof(struct seen_hand), PS_COUNT(hand_fields),
                                           hand_fields};

struct seen_floor {
    uint8_t here;
    uint8_t holder, part, taken, still_want;
    uint8_t order_count;
    uint8_t order[PS_SEATS_MAX];
    int64_t soft_ends_at;
    struct seen_hand hands[PS_SEAT_SLOTS];
};
static const struct ps_field floor_fields[] = {
    PS_SHAPE(struct seen_floor, holder, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_floor, part, .kind = PS_ENUM, .flags = PS_OPTIONAL,
             .words = ps_floor_part_words),
    PS_SHAPE(struct seen_floor, taken, .kind = PS_BOOL, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_floor, soft_ends_at, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_floor, order, .kind = PS_LIST, .of = PS_SEAT,
             .count_at = offsetof(struct seen_floor, order_count)),
    PS_SHAPE(struct seen_floor, still_want, .kind = PS_BOOL, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_floor, hands, .kind = PS_MAP, .shape = &hand_shape,
             .count_at = PS_COUNT_ALL),
};
static const struct ps_shape floor_shape = {"floor", sizeof(struct seen_floor),
                                            PS_COUNT(floor_fields), floor_fields};

static void see_floor(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                      void *ret_seen)
{
    (void)viewer;
    const struct ps_floor *floor = &set->now.floor;
    struct seen_floor *seen = ret_seen;
    seen->here = 1;
    if (!ps_is_live(set)) {
        return;
    }
    seen->holder = floor->holder;
    seen->part = floor->part;
    seen->taken = floor->holder != PS_NOBODY && floor->taken;
    seen->still_want = floor->asked;
    seen->soft_ends_at = set->now.clock.state == PS_CLOCK_RUNNING ? floor->soft_ends_at : 0;
    seen->order_count = ps_floor_order(set, scene, floor->holder, seen->order);
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        const struct ps_hand *hand = &floor->hands[seat];
        if (hand->seat != PS_NOBODY) {
            seen->hands[seat] = (struct seen_hand){.seat = seat,
                                                   .kind = hand->kind,
                                                   .parked = hand->parked,
                                                   .reason = ps_floor_reason(set, hand)};
        }
    }
}

/* ---- rotation ------------------------------------------------------------------------------------------- */

struct seen_rotation {
    uint8_t here;
    uint8_t today_count, reserve, frozen;
    uint8_t today[PS_TURNS_PER_MEETING_MAX];
    struct ps_phrase why, at_risk;
};
static const struct ps_field rotation_fields[] = {
    PS_SHAPE(struct seen_rotation, today, .kind = PS_LIST, .of = PS_SEAT,
             .count_at = offsetof(struct seen_rotation, today_count)),
    PS_SHAPE(struct seen_rotation, reserve, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_rotation, why, .kind = PS_PHRASE),
    PS_SHAPE(struct seen_rotation, at_risk, .kind = PS_PHRASE, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_rotation, frozen, .kind = PS_BOOL, .flags = PS_OPTIONAL),
};
static const struct ps_shape rotation_shape = {"rotation", sizeof(struct seen_rotation),
                                               PS_COUNT(rotation_fields), rotation_fields};

/* Present from the agenda on (protocol.md). */
static void see_rotation(const struct ps_set *set, const struct ps_scene *scene,
                         struct ps_viewer viewer, void *ret_seen)
{
    (void)scene;
    (void)viewer;
    bool agenda = ps_agenda_bids(set) != NULL && set->now.running.phase_id != 0;
    if (!agenda && !set->rotation.frozen) {
        return;
    }
    struct ps_rotation_today today;
    struct seen_rotation *seen = ret_seen;
    ps_rotation_now(set, &today);
    seen->here = 1;
    memcpy(seen->today, today.today, sizeof(seen->today));
    seen->today_count = today.today_count;
    seen->reserve = today.reserve;
    seen->why = today.why;
    seen->at_risk = today.at_risk;
    seen->frozen = set->rotation.frozen;
}

/* ---- prompt --------------------------------------------------------------------------------------------- */

static const char *const visibility_words[] = {NULL, "private", NULL};
static const char *const prompt_words[] = {NULL, "open", "closed", NULL};

struct seen_prompt {
    uint8_t here;
    uint8_t visibility, state, passed;
    uint32_t id;
    int64_t ends_at;
    struct ps_phrase text;
    struct ps_word answer;
};
static const struct ps_field prompt_fields[] = {
    PS_SHAPE(struct seen_prompt, id, .kind = PS_ID, .prefix = 'q'),
    PS_SHAPE(struct seen_prompt, text, .kind = PS_PHRASE),
    PS_SHAPE(struct seen_prompt, visibility, .kind = PS_ENUM, .words = visibility_words),
    PS_SHAPE(struct seen_prompt, state, .kind = PS_ENUM, .words = prompt_words),
    PS_SHAPE(struct seen_prompt, ends_at, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_prompt, answer, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_prompt, passed, .kind = PS_BOOL, .flags = PS_OPTIONAL),
};
static const struct ps_shape prompt_shape = {"prompt", sizeof(struct seen_prompt),
                                             PS_COUNT(prompt_fields), prompt_fields};

static void see_prompt(const struct ps_set *set, const struct ps_scene *scene,
                       struct ps_viewer viewer, void *ret_seen)
{
    (void)scene;
    const struct ps_prompt *prompt = &set->now.prompt;
    struct seen_prompt *seen = ret_seen;
    if (prompt->id == 0) {
        return;
    }
    seen->here = 1;
    seen->id = prompt->id;
    seen->text.form = "What did you notice?";
    seen->visibility = 1;
    seen->state = prompt->open ? 1 : 2;
    seen->ends_at = prompt->open ? prompt->ends_at : 0;
    if (viewer.seat != PS_NOBODY) {
        seen->answer = prompt->answers[viewer.seat].text;
        seen->passed = prompt->answers[viewer.seat].passed;
    }
}

/* ---- commitments and board ------------------------------------------------------------------------------ */

struct seen_commitment {
    uint32_t id;
    uint8_t owner, witness, witness_says, status;
    uint8_t meeting;
    char due[16];
    struct ps_word text;
    int64_t at;
};
static const struct ps_field commitment_fields[] = {
    PS_SHAPE(struct seen_commitment, id, .kind = PS_ID, .prefix = 'c'),
    PS_SHAPE(struct seen_commitment, owner, .kind = PS_SEAT),
    PS_SHAPE(struct seen_commitment, text, .kind = PS_WORDS),
    PS_SHAPE(struct seen_commitment, due, .kind = PS_CHARS),
    PS_SHAPE(struct seen_commitment, meeting, .kind = PS_INT),
    PS_SHAPE(struct seen_commitment, witness, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_commitment, witness_says, .kind = PS_ENUM, .flags = PS_OPTIONAL,
             .words = ps_witness_words),
    PS_SHAPE(struct seen_commitment, status, .kind = PS_ENUM, .words = ps_commitment_status_words),
    PS_SHAPE(struct seen_commitment, at, .kind = PS_INT),
};
static const struct ps_shape commitment_shape = {"commitment", sizeof(struct seen_commitment),
                                                 PS_COUNT(commitment_fields), commitment_fields};
struct seen_commitments {
    uint8_t here;
    uint8_t count;
    struct seen_commitment list[PS_COMMITMENTS_MAX];
};
static const struct ps_field commitments_fields[] = {
    {.name = "", .kind = PS_MAP, .at = offsetof(struct seen_commitments, list),
     .size = sizeof(((struct seen_commitments *)0)->list),
     .count_at = offsetof(struct seen_commitments, count), .shape = &commitment_shape},
};
static const struct ps_shape commitments_shape = {"commitments", sizeof(struct seen_commitments),
                                                  PS_COUNT(commitments_fields), commitments_fields};

static void see_commitments(const struct ps_set *set, const struct ps_scene *scene,
                            struct ps_viewer viewer, void *ret_seen)
{
    (void)scene;
    (void)viewer;
    struct seen_commitments *seen = ret_seen;
    seen->here = 1;
    for (uint8_t i = 0; i < set->commitments.count; i++) {
        const struct ps_commitment *one = &set->commitments.list[i];
        struct seen_commitment *to = &seen->list[seen->count++];
        *to = (struct seen_commitment){
            .id = one->id,
            .owner = one->owner,
            .witness = one->witness,
            .witness_says = one->witness_says,
            .status = one->status,
            .meeting = one->meeting,
            .text = one->text,
            .at = one->at,
        };
        const char *due = one->due[0] == '\0' ? "next_meeting" : one->due;
        memcpy(to->due, due, strlen(due));
    }
}

struct seen_recognition {
    uint32_t id;
    uint8_t by, to, kind;
    struct ps_word reason;
    int64_t at;
};
static const struct ps_field recognition_fields[] = {
    PS_SHAPE(struct seen_recognition, id, .kind = PS_ID, .prefix = 'r'),
    PS_SHAPE(struct seen_recognition, by, .kind = PS_SEAT),
    PS_SHAPE(struct seen_recognition, to, .kind = PS_SEAT),
    PS_SHAPE(struct seen_recognition, kind, .kind = PS_ENUM, .words = ps_recognition_words),
    PS_SHAPE(struct seen_recognition, reason, .kind = PS_WORDS),
    PS_SHAPE(struct seen_recognition, at, .kind = PS_INT),
};
static const struct ps_shape recognition_shape = {"recognition", sizeof(struct seen_recognition),
                                                  PS_COUNT(recognition_fields), recognition_fields};
static const struct ps_shape nothing_shape = {"nothing", 1, 0, NULL};

struct seen_board {
    uint8_t here;
    uint8_t asks, offers, intros; /* always there, empty until they are built */
    uint8_t recognitions_count;
    struct seen_recognition recognitions[PS_RECOGNITIONS_MAX];
};
static const struct ps_field board_fields[] = {
    PS_SHAPE(struct seen_board, asks, .kind = PS_OBJECT, .shape = &nothing_shape),
    PS_SHAPE(struct seen_board, offers, .kind = PS_OBJECT, .shape = &nothing_shape),
    PS_SHAPE(struct seen_board, intros, .kind = PS_OBJECT, .shape = &nothing_shape),
    PS_SHAPE(struct seen_board, recognitions, .kind = PS_MAP, .shape = &recognition_shape,
             .count_at = offsetof(struct seen_board, recognitions_count)),
};
static const struct ps_shape board_shape = {"board", sizeof(struct seen_board),
                                            PS_COUNT(board_fields), board_fields};

static void see_board(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                      void *ret_seen)
{
    (void)scene;
    (void)viewer;
    struct seen_board *seen = ret_seen;
    seen->here = seen->asks = seen->offers = seen->intros = 1;
    for (uint8_t i = 0; i < set->board.recognitions_count; i++) {
        const struct ps_recognition *one = &set->board.recognitions[i];
        seen->recognitions[seen->recognitions_count++] = (struct seen_recognition){
            .id = one->id,
            .by = one->by,
            .to = one->to,
            .kind = one->kind,
            .reason = one->reason,
            .at = one->at,
        };
    }
}

/* ---- you ------------------------------------------------------------------------------------------------ */

enum { RESOLVE_MAX = PS_COMMITMENTS_PER_SEAT_MAX };
struct seen_resolve {
    uint32_t id;
    uint8_t desire, intention;
};
static const struct ps_field resolve_fields[] = {
    PS_SHAPE(struct seen_resolve, id, .kind = PS_ID, .prefix = 'c'),
    PS_SHAPE(struct seen_resolve, desire, .kind = PS_INT),
    PS_SHAPE(struct seen_resolve, intention, .kind = PS_INT),
};
static const struct ps_shape resolve_shape = {"resolve", sizeof(struct seen_resolve),
                                              PS_COUNT(resolve_fields), resolve_fields};
struct seen_you {
    uint8_t here;
    uint8_t seat, role, primary, say_as, resolve_count;
    uint64_t may[2];
    uint64_t hand_kinds;
    int64_t undo_until;
    struct ps_word hand_text;
    struct seen_resolve resolve[RESOLVE_MAX];
};
static const struct ps_field you_fields[] = {
    PS_SHAPE(struct seen_you, seat, .kind = PS_SEAT),
    PS_SHAPE(struct seen_you, role, .kind = PS_ENUM, .words = ps_role_words),
    PS_SHAPE(struct seen_you, primary, .kind = PS_BOOL),
    PS_SHAPE(struct seen_you, may, .kind = PS_FLAGS, .word = ps_method_word),
    PS_SHAPE(struct seen_you, hand_kinds, .kind = PS_FLAGS, .words = ps_hand_words),
    PS_SHAPE(struct seen_you, say_as, .kind = PS_ENUM, .flags = PS_OPTIONAL,
             .words = ps_said_kind_words),
    PS_SHAPE(struct seen_you, hand_text, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_you, undo_until, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_you, resolve, .kind = PS_MAP, .shape = &resolve_shape,
             .count_at = offsetof(struct seen_you, resolve_count)),
};
static const struct ps_shape you_shape = {"you", sizeof(struct seen_you), PS_COUNT(you_fields),
                                          you_fields};

static void see_own_commitments(const struct ps_set *set, uint8_t seat, struct seen_you *seen)
{
    for (uint8_t i = 0; i < set->commitments.count && seen->resolve_count < RESOLVE_MAX; i++) {
        const struct ps_commitment *one = &set->commitments.list[i];
        if (one->owner == seat && one->status == PS_COMMITMENT_ACTIVE) {
            seen->resolve[seen->resolve_count++] = (struct seen_resolve){
                .id = one->id, .desire = one->desire, .intention = one->intention};
        }
    }
}

/* What may be done depends on rules that read the time only through windows (follow-up, undo, reopen)
 * whose ends are in the picture or are checked again when it is done; so it is drawn as of the last
 * event, and a picture does not change by itself. */
static void see_you(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                    void *ret_seen)
{
    struct seen_you *seen = ret_seen;
    const struct ps_person *person = ps_person(set, viewer.seat);
    if (person == NULL) {
        return;
    }
    struct ps_scene as_of = *scene;
    as_of.now = (struct ps_instant){.ms = set->last_at};
    seen->here = 1;
    seen->seat = viewer.seat;
    seen->role = person->role;
    seen->primary = viewer.primary;
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        ps_assert(i < 128);
        if (ps_may(set, &as_of, viewer.seat, i) == PS_ALLOWED) {
            seen->may[i / 64] |= UINT64_C(1) << (i % 64);
        }
    }
    seen->hand_kinds = person->removed ? 0 : ps_floor_may_raise(set, &as_of, viewer.seat);
    seen->say_as = (uint8_t)ps_floor_say_as(set, viewer.seat);
    seen->hand_text = set->now.floor.hands[viewer.seat].text;
    seen->undo_until = ps_floor_may_undo(set, viewer.seat) ? set->now.floor.undo_until : 0;
    see_own_commitments(set, viewer.seat, seen);
}

/* ---- the parts ------------------------------------------------------------------------------------------ */

const struct ps_part_kind ps_part_kinds[PS_PARTS_COUNT] = {
    [PS_SEE_SET] = {"set", PS_SCOPE_ALL, &set_shape, see_set},
    [PS_SEE_YOU] = {"you", PS_SCOPE_SEAT, &you_shape, see_you},
    [PS_SEE_ROSTER] = {"roster", PS_SCOPE_ALL, &roster_shape, see_roster},
    [PS_SEE_MEETING] = {"meeting", PS_SCOPE_ALL, &meeting_shape, see_meeting},
    [PS_SEE_ACTIVITY] = {"activity", PS_SCOPE_CLASS, &activity_shape, see_activity},
    [PS_SEE_CLOCK] = {"clock", PS_SCOPE_ALL, &clock_shape, see_clock},
    [PS_SEE_FLOOR] = {"floor", PS_SCOPE_ALL, &floor_shape, see_floor},
    [PS_SEE_ROTATION] = {"rotation", PS_SCOPE_ALL, &rotation_shape, see_rotation},
    [PS_SEE_PROMPT] = {"prompt", PS_SCOPE_SEAT, &prompt_shape, see_prompt},
    [PS_SEE_COMMITMENTS] = {"commitments", PS_SCOPE_ALL, &commitments_shape, see_commitments},
    [PS_SEE_BOARD] = {"board", PS_SCOPE_ALL, &board_shape, see_board},
    [PS_SEE_DESK] = {"desk", PS_SCOPE_CLASS, &ps_seen_desk_shape, ps_desk_see},
};

_Static_assert(sizeof(struct seen_activity) <= PS_SEEN_BYTES_MAX, "the activity fits");
_Static_assert(sizeof(struct seen_roster) <= PS_SEEN_BYTES_MAX, "the roster fits");
_Static_assert(sizeof(struct seen_meeting) <= PS_SEEN_BYTES_MAX, "the meeting fits");
_Static_assert(sizeof(struct seen_commitments) <= PS_SEEN_BYTES_MAX, "the commitments fit");

void ps_see(const struct ps_set *set, const struct ps_scene *scene, enum ps_part part,
            struct ps_viewer viewer, struct ps_seen *ret_seen)
{
    const struct ps_part_kind *kind = &ps_part_kinds[part];
    ps_assert(kind->shape->size <= sizeof(*ret_seen));
    memset(ret_seen, 0, kind->shape->size);
    /* A part for everybody is drawn for nobody in particular: it cannot depend on the viewer. */
    if (kind->scope == PS_SCOPE_ALL) {
        viewer = (struct ps_viewer){0};
    }
    kind->see(set, scene, viewer, ret_seen);
}

uint8_t ps_sight_class(const struct ps_set *set, uint8_t seat)
{
    uint8_t powers = ps_powers(set, seat);
    bool presents = (powers & PS_POWER_PRESENTER) != 0;
    bool leads = (powers & PS_POWER_LEADER) != 0;
    return (uint8_t)((presents ? 1 : 0) + (leads ? 2 : 0));
}

/* ---- phrases -------------------------------------------------------------------------------------------- */

void ps_phrase_write(const struct ps_phrase *phrase, const struct ps_words *words,
                     struct ps_text *text)
{
    for (const char *at = phrase->form; *at != '\0'; at++) {
        bool placed = (*at == '%' || *at == '#') && at[1] >= '1' && at[1] <= '3';
        if (!placed) {
            ps_text_add_char(text, *at);
            continue;
        }
        size_t index = (size_t)(at[1] - '1');
        if (*at == '#') {
            ps_text_add_int(text, phrase->numbers[index]);
        } else {
            const char *name = ps_words_find(words, phrase->names[index]);
            ps_text_add(text, name == NULL ? "" : name,
                        name == NULL ? 0 : phrase->names[index].bytes);
        }
        at++;
    }
}
