/* see_you - what is private to one seat, and what it may do. */
#include "core/activity.h"
#include "core/floor.h"
#include "core/sights.h"
#include "core/talk.h"

#include <string.h>

/* ---- you ---------------------------------------------------------------------------------------
 */

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
const struct ps_shape ps_seen_you_shape = {"you", sizeof(struct seen_you), PS_COUNT(you_fields),
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

/* What goes with a method that may be called: the kinds of hand, and what `say` would be. An
 * observer has neither. */
static void see_offer(const struct ps_set *set, const struct ps_scene *as_of, const char *method,
                      struct seen_you *seen)
{
    static const char raise[] = "hand.raise";
    static const char say[] = "say";
    size_t size = strlen(method) + 1;
    if (size == sizeof(raise) && memcmp(method, raise, sizeof(raise)) == 0) {
        seen->hand_kinds = ps_floor_may_raise(set, as_of, seen->seat);
    } else if (size == sizeof(say) && memcmp(method, say, sizeof(say)) == 0) {
        seen->say_as = (uint8_t)ps_floor_say_as(set, seen->seat);
    }
}

/* What may be done depends on rules that read the time only through windows (follow-up, undo,
 * reopen) whose ends are in the picture or are checked again when it is done; so it is drawn as of
 * the last event, and a picture does not change by itself. A window that has closed is seen with
 * the next event, whatever it is: so every kind of event names PS_SEE_YOU. */
void ps_see_you(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
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
            see_offer(set, &as_of, ps_method_at(i)->name, seen);
        }
    }
    seen->hand_text = set->now.floor.hands[viewer.seat].text;
    seen->undo_until = ps_floor_may_undo(set, viewer.seat) ? set->now.floor.undo_until : 0;
    see_own_commitments(set, viewer.seat, seen);
}
