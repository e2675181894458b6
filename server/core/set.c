#include "core/set.h"

#include <string.h>

#include "core/activity.h"
#include "core/picture.h"

/* ---- outcomes -------------------------------------------------------------------------------- */

void ps_outcome_begin(struct ps_outcome *out, const struct ps_set *set)
{
    out->refusal = PS_ALLOWED;
    out->base_seq = set->seq;
    out->events_count = 0;
    out->words_count = 0;
    out->text_used = 0;
}

uint32_t ps_next_seq(const struct ps_outcome *out)
{
    return out->base_seq + out->events_count + 1;
}

void *ps_emit(struct ps_outcome *out, const struct ps_scene *scene,
              const struct ps_event_kind *kind)
{
    ps_assert(out->events_count < PS_EVENTS_MAX);
    ps_assert(out->refusal == PS_ALLOWED);
    struct ps_event *event = &out->events[out->events_count];
    event->kind = kind;
    event->seq = ps_next_seq(out);
    event->at = scene->now;
    memset(event->facts, 0, sizeof(event->facts));
    ps_assert(kind->shape == NULL || kind->shape->size <= sizeof(event->facts));
    out->events_count += 1;
    return event->facts;
}

/* A word's id is made from the sequence of its event: seq * 16 + n. So ids rise, are never used
 * again, and the state needs no counter for them. */
static struct ps_word new_word(struct ps_outcome *out, const char *text, uint16_t bytes,
                               uint8_t owner)
{
    ps_assert(out->events_count > 0 && out->words_count < PS_OUTCOME_WORDS_MAX);
    ps_assert(out->text_used + bytes <= PS_OUTCOME_TEXT_MAX);
    uint32_t first = out->events[out->events_count - 1].seq * 16U;
    uint16_t n = 0;
    for (uint16_t i = 0; i < out->words_count; i++) {
        n = (uint16_t)(n + (out->words[i].word.id >= first ? 1 : 0));
    }
    ps_assert(n < 16);
    struct ps_new_word *made = &out->words[out->words_count++];
    made->word = (struct ps_word){.id = first + n, .bytes = bytes, .owner = owner};
    made->at = out->text_used;
    memcpy(out->text + out->text_used, text, bytes);
    out->text_used += bytes;
    return made->word;
}

struct ps_word ps_emit_word(struct ps_outcome *out, const struct ps_scene *scene,
                            struct ps_word fresh, uint8_t owner)
{
    if (fresh.id == 0 || fresh.bytes == 0) {
        return (struct ps_word){0};
    }
    ps_assert((fresh.id & PS_WORD_FRESH) != 0);
    return new_word(out, scene->command_text + (fresh.id & ~PS_WORD_FRESH), fresh.bytes, owner);
}

struct ps_word ps_emit_word_again(struct ps_outcome *out, const struct ps_scene *scene,
                                  struct ps_word kept)
{
    const char *text = kept.id == 0 ? NULL : ps_words_find(scene->words, kept);
    return text == NULL ? (struct ps_word){0} : new_word(out, text, kept.bytes, kept.owner);
}

struct ps_word ps_emit_phrase(struct ps_outcome *out, const struct ps_scene *scene,
                              const struct ps_phrase *phrase)
{
    char bytes[PS_PHRASE_BYTES_MAX];
    struct ps_text text = ps_text_into(bytes, sizeof(bytes));
    ps_phrase_write(phrase, scene->words, &text);
    ps_assert(!text.full);
    return new_word(out, bytes, (uint16_t)text.used, PS_NOBODY);
}

void ps_refuse(struct ps_outcome *out, enum ps_refusal refusal)
{
    ps_assert(refusal != PS_ALLOWED);
    out->refusal = refusal;
    out->events_count = 0;
    out->words_count = 0;
    out->text_used = 0;
}

/* ---- questions ------------------------------------------------------------------------------- */

int64_t ps_paced(const struct ps_set *set, int64_t ms)
{
    return set->pace > 1 ? ms / set->pace : ms;
}

const struct ps_person *ps_person(const struct ps_set *set, uint8_t seat)
{
    if (seat == PS_NOBODY || seat > PS_SEATS_MAX || set->roster.people[seat].seat != seat) {
        return NULL;
    }
    return &set->roster.people[seat];
}

bool ps_is_active(const struct ps_set *set, uint8_t seat)
{
    const struct ps_person *person = ps_person(set, seat);
    return person != NULL && !person->removed;
}

bool ps_is_connected(const struct ps_scene *scene, uint8_t seat)
{
    return ps_seats_has(scene->live->connected, seat);
}

int64_t ps_lost_since(const struct ps_scene *scene, uint8_t seat)
{
    if (ps_is_connected(scene, seat)) {
        return 0;
    }
    int64_t lost = scene->live->lost_at[seat];
    return lost != 0 ? lost : scene->live->loaded_at;
}

bool ps_is_live(const struct ps_set *set)
{
    return set->meeting.state == PS_MEETING_LIVE || set->meeting.state == PS_MEETING_CLOSING;
}

const struct ps_stage *ps_stage_now(const struct ps_set *set)
{
    const struct ps_plan *plan = &set->meeting.plan;
    for (uint8_t i = 0; set->meeting.stage != 0 && i < plan->stages_count; i++) {
        if (plan->stages[i].id == set->meeting.stage) {
            return &plan->stages[i];
        }
    }
    return NULL;
}

uint8_t ps_facilitator(const struct ps_set *set)
{
    for (uint8_t seat = PS_SEAT_FIRST_FACILITATOR; seat < PS_SEAT_FIRST_OBSERVER; seat++) {
        const struct ps_person *person = ps_person(set, seat);
        if (person != NULL && !person->removed && person->role == PS_ROLE_FACILITATOR) {
            return seat;
        }
    }
    return PS_NOBODY;
}

uint8_t ps_powers(const struct ps_set *set, uint8_t seat)
{
    const struct ps_person *person = ps_person(set, seat);
    if (person == NULL || person->removed) {
        return 0;
    }
    static const uint8_t by_role[] = {
        [PS_ROLE_NONE] = 0,
        [PS_ROLE_MEMBER] = PS_POWER_MEMBER,
        [PS_ROLE_FACILITATOR] = PS_POWER_FACILITATOR | PS_POWER_LEADER,
        [PS_ROLE_DEPUTY] = PS_POWER_DEPUTY,
        [PS_ROLE_OBSERVER] = PS_POWER_OBSERVER,
    };
    uint8_t powers = by_role[person->role];
    if (seat == set->meeting.acting || seat == set->meeting.steward) {
        powers |= PS_POWER_LEADER;
    }
    if (seat == set->now.running.presenter) {
        powers |= PS_POWER_PRESENTER;
    }
    return powers;
}

const struct ps_activity *ps_activity_now(const struct ps_set *set)
{
    return ps_activity_at(set->now.running.kind);
}

const struct ps_phase *ps_phase_now(const struct ps_set *set)
{
    const struct ps_activity *activity = ps_activity_now(set);
    return activity == NULL ? NULL : &activity->phases[set->now.running.phase];
}

const struct ps_shape *ps_activity_state_shape(uint8_t kind)
{
    const struct ps_activity *activity = ps_activity_at(kind);
    return activity == NULL ? NULL : activity->state;
}

/* ---- may ------------------------------------------------------------------------------------- */

static enum ps_refusal may_now(const struct ps_set *set, const struct ps_method *method,
                               uint8_t only)
{
    uint8_t state = set->meeting.state;
    bool open = state >= PS_MEETING_LOBBY && state < PS_MEETING_ENDED;
    if ((method->needs & PS_NEEDS_MEETING) != 0 && !open) {
        return state == PS_MEETING_ENDED ? PS_REFUSED_MEETING_OVER : PS_REFUSED_NO_MEETING;
    }
    if ((method->needs & PS_NEEDS_LIVE) != 0 && (!ps_is_live(set) || set->now.running.kind == 0)) {
        return state == PS_MEETING_ENDED ? PS_REFUSED_MEETING_OVER : PS_REFUSED_NO_MEETING;
    }
    if (only != 0 && (!ps_is_live(set) || set->now.running.kind != only)) {
        return PS_REFUSED_NOT_IN_THIS_STAGE;
    }
    if ((method->needs & PS_NEEDS_CLOCK) != 0 && set->now.clock.state == PS_CLOCK_NONE) {
        return PS_REFUSED_NO_CLOCK;
    }
    return PS_ALLOWED;
}

static enum ps_refusal may(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                           uint8_t powers, const struct ps_method *method, uint8_t only)
{
    if ((powers & method->powers) == 0) {
        return PS_REFUSED_NOT_YOUR_ROLE;
    }
    enum ps_refusal refusal = may_now(set, method, only);
    if (refusal == PS_ALLOWED && method->allowed != NULL) {
        refusal = method->allowed(set, scene, seat);
    }
    return refusal;
}

enum ps_refusal ps_may(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                       uint16_t index)
{
    const struct ps_method *method = ps_method_at(index);
    ps_assert(method != NULL);
    if (!ps_is_active(set, seat)) {
        return PS_REFUSED_REMOVED;
    }
    return may(set, scene, seat, ps_powers(set, seat), method, ps_method_activity(index));
}

void ps_may_all(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                uint64_t ret_may[2])
{
    struct ps_scene open = *scene;
    open.now = (struct ps_instant){0}; /* before the end of every window */
    uint8_t powers = ps_powers(set, seat);
    ret_may[0] = 0;
    ret_may[1] = 0;
    struct ps_method_cursor cursor = {0};
    for (const struct ps_method *method = ps_method_next(&cursor); powers != 0 && method != NULL;
         method = ps_method_next(&cursor)) {
        ps_assert(cursor.index < 128);
        if (may(set, &open, seat, powers, method, cursor.activity) == PS_ALLOWED) {
            ret_may[cursor.index / 64] |= UINT64_C(1) << (cursor.index % 64);
        }
    }
}

/* ---- decide, settle, apply ------------------------------------------------------------------- */

void ps_decide(const struct ps_set *set, const struct ps_scene *scene,
               const struct ps_command *command, struct ps_outcome *out)
{
    ps_outcome_begin(out, set);
    const struct ps_method *method = ps_method_at(command->method);
    ps_assert(method != NULL && method->decide != NULL);
    enum ps_refusal refusal = PS_ALLOWED;
    if (!ps_is_active(set, command->seat)) {
        refusal = PS_REFUSED_REMOVED;
    } else if ((ps_powers(set, command->seat) & method->powers) == 0) {
        refusal = PS_REFUSED_NOT_YOUR_ROLE;
    } else if (command->expect != 0 && command->expect != set->now.running.phase_id) {
        /* Before all other conditions: a second tap must read "moved on", not a riddle. */
        refusal = PS_REFUSED_MOVED_ON;
    } else {
        refusal = ps_may(set, scene, command->seat, command->method);
    }
    if (refusal == PS_ALLOWED && (method->needs & PS_NEEDS_EXPECT) != 0 && command->expect == 0 &&
        set->now.running.phase_id != 0) {
        refusal = PS_REFUSED_EXPECT_MISSING;
    }
    if (refusal != PS_ALLOWED) {
        ps_refuse(out, refusal);
        return;
    }
    method->decide(set, scene, command, out);
}

void ps_apply(struct ps_set *set, const struct ps_event *event)
{
    ps_assert(event->seq == set->seq + 1);
    ps_assert(event->at.ms >= set->last_at);
    event->kind->apply(set, event);
    set->seq = event->seq;
    set->last_at = event->at.ms;
}
