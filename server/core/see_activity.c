/* see_activity - what runs, who speaks, who presents. */
#include "core/activity.h"
#include "core/floor.h"
#include "core/rotation.h"
#include "core/sights.h"
#include "core/talk.h"

#include <string.h>

/* ---- activity -------------------------------------------------------------------------------- */

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
const struct ps_shape ps_seen_activity_shape = {"activity", sizeof(struct seen_activity),
                                                PS_COUNT(activity_fields), activity_fields};

static void copy_name(char *to, const char *name)
{
    size_t length = strlen(name);
    ps_assert(length < PS_ID_CHARS_MAX);
    memcpy(to, name, length);
}

void ps_see_activity(const struct ps_set *set, const struct ps_scene *scene,
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
    bool presents = (ps_powers(set, viewer.seat) & PS_POWER_PRESENTER) != 0;
    ps_talk_see(set, presents, seen->said, &seen->said_count);
    if (activity->see != NULL) {
        activity->see(set, scene, viewer.seat, seen->own);
    }
}

/* ---- floor ----------------------------------------------------------------------------------- */

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
const struct ps_shape ps_seen_floor_shape = {"floor", sizeof(struct seen_floor),
                                             PS_COUNT(floor_fields), floor_fields};

void ps_see_floor(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
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

/* ---- rotation -------------------------------------------------------------------------------- */

struct seen_rotation {
    uint8_t here;
    uint8_t today_count, reserve, frozen;
    uint8_t today[PS_TURNS_PER_MEETING_MAX];
    struct ps_phrase why, at_risk;
    int64_t seed;
};
static const struct ps_field rotation_fields[] = {
    PS_SHAPE(struct seen_rotation, today, .kind = PS_LIST, .of = PS_SEAT,
             .count_at = offsetof(struct seen_rotation, today_count)),
    PS_SHAPE(struct seen_rotation, reserve, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_rotation, why, .kind = PS_PHRASE),
    PS_SHAPE(struct seen_rotation, at_risk, .kind = PS_PHRASE, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_rotation, frozen, .kind = PS_BOOL, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_rotation, seed, .kind = PS_INT, .flags = PS_OPTIONAL),
};
const struct ps_shape ps_seen_rotation_shape = {"rotation", sizeof(struct seen_rotation),
                                                PS_COUNT(rotation_fields), rotation_fields};

/* Present from the agenda on (protocol.md). */
void ps_see_rotation(const struct ps_set *set, const struct ps_scene *scene,
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
    seen->seed = set->seed;
}
