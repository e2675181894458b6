/* see_you - what is private to one seat, and what it may do. */
#include "core/activity.h"
#include "core/floor.h"
#include "core/meeting.h"
#include "core/sights.h"
#include "core/talk.h"

#include <string.h>

/* ---- you ------------------------------------------------------------------------------------- */

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
    uint8_t seat, role, primary, say_as, asked_help, resolve_count;
    uint64_t may[2];
    uint64_t hand_kinds;
    int64_t undo_until, follow_until, reopen_until;
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
    PS_SHAPE(struct seen_you, asked_help, .kind = PS_BOOL, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_you, undo_until, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_you, follow_until, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_you, reopen_until, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_you, resolve, .kind = PS_MAP, .shape = &resolve_shape,
             .count_at = offsetof(struct seen_you, resolve_count)),
};
const struct ps_shape ps_seen_you_shape = {"you", sizeof(struct seen_you), PS_COUNT(you_fields),
                                           you_fields};

static void see_own_commitments(const struct ps_set *set, uint8_t seat, struct seen_you *seen)
{
    uint8_t count = ps_is_active(set, seat) ? set->commitments.count : 0;
    for (uint8_t i = 0; i < count && seen->resolve_count < RESOLVE_MAX; i++) {
        const struct ps_commitment *one = &set->commitments.list[i];
        if (one->owner == seat && one->status == PS_COMMITMENT_ACTIVE) {
            seen->resolve[seen->resolve_count++] = (struct seen_resolve){
                .id = one->id, .desire = one->desire, .intention = one->intention};
        }
    }
}

/* The present end of the window in which a step, or a meeting that ended, can be gone back to. */
static int64_t reopen_until(const struct ps_set *set)
{
    if (set->meeting.state == PS_MEETING_ENDED) {
        return set->before_stage == 0 ? 0
                                      : set->meeting.ended_at + ps_paced(set, PS_MEETING_REOPEN_MS);
    }
    return set->reopen_until;
}

/* Windows of time are drawn as open, with their ends beside: so a picture never changes by itself.
 */
void ps_see_you(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                void *ret_seen)
{
    struct seen_you *seen = ret_seen;
    const struct ps_person *person = ps_person(set, viewer.seat);
    if (person == NULL) {
        return;
    }
    struct ps_scene open = *scene;
    open.now = (struct ps_instant){0};
    seen->here = 1;
    seen->seat = viewer.seat;
    seen->role = person->role;
    seen->primary = viewer.primary;
    ps_may_all(set, scene, viewer.seat, seen->may);
    /* An observer, and who was removed, neither raises a hand nor speaks. */
    uint8_t powers = ps_powers(set, viewer.seat);
    if ((powers & (PS_POWER_MEMBER | PS_POWER_LEADER | PS_POWER_DEPUTY)) != 0) {
        seen->hand_kinds = ps_floor_may_raise(set, &open, viewer.seat);
        uint8_t say_as = (uint8_t)ps_floor_say_as(set, viewer.seat);
        bool room = say_as != PS_SAID_NONE && ps_talk_room(set, viewer.seat) == PS_ALLOWED;
        seen->say_as = room ? say_as : PS_SAID_NONE;
    }
    seen->hand_text = set->now.floor.hands[viewer.seat].text;
    seen->asked_help = set->help[viewer.seat].seat != PS_NOBODY;
    seen->undo_until = ps_floor_may_undo(set, viewer.seat) ? set->now.floor.undo_until : 0;
    bool follows = (seen->hand_kinds & PS_HAND_BIT(PS_HAND_FOLLOW_UP)) != 0;
    seen->follow_until = follows ? set->now.floor.follow_until : 0;
    seen->reopen_until = (powers & PS_POWER_LEADER) != 0 ? reopen_until(set) : 0;
    see_own_commitments(set, viewer.seat, seen);
}
