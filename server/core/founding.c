#include "core/founding.h"

#include <string.h>

#include "base/prng.h"
#include "core/activity.h"
#include "core/plan.h"
#include "core/roster.h"
#include "core/stage.h"

struct created {
    char id[PS_ID_CHARS_MAX];
    struct ps_word name, zone, call, programme;
    uint8_t rehearsal, mode, template_kind, turns_per_meeting, meetings;
    uint16_t pace;
    int64_t meeting_ms, advice_ms;
    struct ps_stage_fact stages[PS_STAGES_MAX];
    uint8_t stages_count;
    int64_t planned_ms, bank_ms;
    int64_t seed; /* of the drawn places; 0: they were given */
};
static const char *const mode_words[] = {"rotation", "bid", "agreed", NULL};
static const struct ps_field created_fields[] = {
    PS_SHAPE(struct created, id, .kind = PS_CHARS),
    PS_SHAPE(struct created, name, .kind = PS_WORDS),
    PS_SHAPE(struct created, zone, .kind = PS_WORDS),
    PS_SHAPE(struct created, call, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct created, programme, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct created, rehearsal, .kind = PS_BOOL),
    PS_SHAPE(struct created, mode, .kind = PS_ENUM, .words = mode_words),
    PS_SHAPE(struct created, template_kind, .kind = PS_ENUM, .words = ps_template_words),
    PS_SHAPE(struct created, turns_per_meeting, .kind = PS_INT),
    PS_SHAPE(struct created, meetings, .kind = PS_INT),
    PS_SHAPE(struct created, pace, .kind = PS_INT),
    PS_SHAPE(struct created, meeting_ms, .kind = PS_INT),
    PS_SHAPE(struct created, advice_ms, .kind = PS_INT),
    PS_SHAPE(struct created, stages, .kind = PS_LIST, .of = PS_OBJECT,
             .shape = &ps_stage_fact_shape, .count_at = offsetof(struct created, stages_count)),
    PS_SHAPE(struct created, planned_ms, .kind = PS_INT),
    PS_SHAPE(struct created, bank_ms, .kind = PS_INT),
    PS_SHAPE(struct created, seed, .kind = PS_INT),
};
static const struct ps_shape created_shape = {"set_created", sizeof(struct created),
                                              PS_COUNT(created_fields), created_fields};

static void apply_created(struct ps_set *set, const struct ps_event *event)
{
    const struct created *facts = ps_facts(event);
    memcpy(set->id, facts->id, sizeof(set->id));
    set->name = facts->name;
    set->zone = facts->zone;
    set->call = facts->call;
    set->programme = facts->programme;
    set->rehearsal = facts->rehearsal;
    set->rotation_mode = facts->mode;
    set->template_kind = facts->template_kind;
    set->turns_per_meeting = facts->turns_per_meeting;
    set->meetings = facts->meetings;
    set->pace = facts->pace;
    set->meeting_ms = facts->meeting_ms;
    set->advice_ms = facts->advice_ms;
    set->created_at = event->at.ms;
    set->seed = facts->seed;
    ps_plan_take(&set->first_plan, event->seq, facts->stages, facts->stages_count, 0);
    set->first_plan.planned_ms = facts->planned_ms;
    set->first_plan.bank_ms = facts->bank_ms;
    set->first_planned = facts->stages_count > 0;
}
static const struct ps_event_kind created = {"set.created", 1, PS_PARTS_ALL, &created_shape,
                                             apply_created};
static const struct ps_event_kind *const events[] = {&created};
const struct ps_noun ps_noun_founding = {NULL, 0, events, PS_COUNT(events)};

/* ---- checking the file ----------------------------------------------------------------------- */

static const char *check(const struct ps_founding *f)
{
    if (f->name.id == 0 || f->zone.id == 0) {
        return "the set file needs a name and a zone";
    }
    if (f->members_count == 0 || f->facilitators_count == 0) {
        return "the set file needs at least one facilitator and one member";
    }
    if (f->programme.meetings < 1 || f->programme.meetings > PS_MEETINGS_MAX) {
        return "programme.meetings must be from 1 to 60";
    }
    if (f->programme.turns_per_meeting < 1 ||
        f->programme.turns_per_meeting > PS_TURNS_PER_MEETING_MAX) {
        return "programme.turns_per_meeting must be from 1 to 4";
    }
    if (f->programme.meeting_ms < 0 || f->programme.advice_ms < 0) {
        return "programme.meeting_ms and advice_ms must not be below zero";
    }
    if (f->pace != 0 && !f->rehearsal) {
        return "pace is for rehearsals only: add \"rehearsal\": true or leave it out";
    }
    if (f->pace < 0 || f->pace > PS_PACE_MAX) {
        return "pace must be from 1 to 600";
    }
    if (f->template_name[0] != '\0' && ps_template_find(f->template_name) == PS_TEMPLATE_NONE) {
        return "template must be ninety_minutes, two_hours or three_hours";
    }
    return NULL;
}

/* Places name members, each once. */
static const char *check_places(const struct ps_founding *f)
{
    uint64_t named = 0;
    for (uint8_t i = 0; i < f->places_count; i++) {
        uint8_t seat = ps_seat_read(f->places[i], strlen(f->places[i]));
        if (seat == PS_NOBODY || seat > f->members_count || ps_seats_has(named, seat)) {
            return "rotation.places must name members of the set, each once";
        }
        named |= ps_seat_bit(seat);
    }
    return NULL;
}

static bool is_word(const char *text, const char *word)
{
    return strlen(text) == strlen(word) && memcmp(text, word, strlen(word)) == 0;
}

static const char *check_roles(const struct ps_founding *f)
{
    for (uint8_t i = 0; i < f->facilitators_count; i++) {
        const char *role = f->facilitators[i].role;
        if (!is_word(role, "facilitator") && !is_word(role, "deputy")) {
            return "the role of a facilitator must be \"facilitator\" or \"deputy\"";
        }
    }
    return NULL;
}

static const char *take_plan(const struct ps_founding *f, struct created *facts)
{
    if (!f->meeting.here) {
        return NULL;
    }
    struct ps_plan plan = {.planned_ms = f->meeting.planned_ms, .bank_ms = f->meeting.bank_ms};
    for (uint8_t i = 0; i < f->meeting.stages_count; i++) {
        memcpy(facts->stages[i].kind, f->meeting.stages[i].kind, sizeof(facts->stages[i].kind));
        facts->stages[i].planned_ms = f->meeting.stages[i].planned_ms;
    }
    facts->stages_count = f->meeting.stages_count;
    facts->planned_ms = f->meeting.planned_ms;
    facts->bank_ms = f->meeting.bank_ms;
    ps_plan_take(&plan, 1, facts->stages, facts->stages_count, 0);
    enum ps_refusal refusal = ps_plan_check(&plan);
    if (refusal == PS_REFUSED_UNKNOWN_KIND) {
        return "meeting.stages has a kind that does not exist";
    }
    return refusal == PS_ALLOWED ? NULL
                                 : "meeting: the stages and bank_ms must add up to planned_ms";
}

static const char *create(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_founding *f, uint64_t seed, struct ps_outcome *out)
{
    struct created *facts = ps_emit(out, scene, &created);
    memcpy(facts->id, set->id, sizeof(facts->id));
    facts->name = ps_emit_word(out, scene, f->name, PS_NOBODY);
    facts->zone = ps_emit_word(out, scene, f->zone, PS_NOBODY);
    facts->call = ps_emit_word(out, scene, f->call, PS_NOBODY);
    facts->programme = ps_emit_word(out, scene, f->programme.name, PS_NOBODY);
    facts->rehearsal = f->rehearsal;
    facts->mode = f->mode;
    facts->pace = (uint16_t)(f->pace == 0 ? 1 : f->pace);
    facts->meetings = (uint8_t)f->programme.meetings;
    facts->turns_per_meeting = (uint8_t)f->programme.turns_per_meeting;
    facts->meeting_ms = f->programme.meeting_ms;
    facts->advice_ms = f->programme.advice_ms;
    enum ps_template named =
        f->template_name[0] == '\0' ? PS_TEMPLATE_NONE : ps_template_find(f->template_name);
    facts->template_kind =
        (uint8_t)(named == PS_TEMPLATE_NONE ? ps_template_for(f->programme.meeting_ms) : named);
    facts->seed = (int64_t)(seed & INT32_MAX);
    return take_plan(f, facts);
}

/* ---- seats ----------------------------------------------------------------------------------- */

static bool same_text(const struct ps_scene *scene, struct ps_word a, struct ps_word b)
{
    return a.bytes == b.bytes &&
           memcmp(scene->command_text + (a.id & ~PS_WORD_FRESH),
                  scene->command_text + (b.id & ~PS_WORD_FRESH), a.bytes) == 0;
}

static uint8_t place_in_file(const struct ps_founding *f, const char *seat)
{
    for (uint8_t i = 0; i < f->places_count; i++) {
        if (strlen(f->places[i]) == strlen(seat) && memcmp(f->places[i], seat, strlen(seat)) == 0) {
            return i;
        }
    }
    return UINT8_MAX;
}

/* Draw the places 0..count-1 from the seed. */
static void draw(uint64_t seed, uint8_t count, uint8_t ret_places[PS_MEMBER_SEATS_MAX])
{
    struct ps_prng prng = ps_prng_seed(seed);
    for (uint8_t i = 0; i < count; i++) {
        uint8_t other = (uint8_t)ps_prng_below(&prng, (uint64_t)i + 1);
        ret_places[i] = ret_places[other];
        ret_places[other] = i;
    }
}

/* The business of member i: that of an earlier member with the same name, or a new one. */
static uint8_t business_of(const struct ps_scene *scene, const struct ps_founding *f, uint8_t i,
                           const uint8_t *earlier, uint8_t *count)
{
    for (uint8_t n = 0; n < i; n++) {
        if (f->members[i].business.id != 0 &&
            same_text(scene, f->members[i].business, f->members[n].business)) {
            return earlier[n];
        }
    }
    *count = (uint8_t)(*count + 1);
    return *count;
}

static const char *add_members(const struct ps_scene *scene, const struct ps_founding *f,
                               uint64_t seed, struct ps_outcome *out)
{
    uint8_t business[PS_MEMBER_SEATS_MAX] = {0};
    uint8_t drawn[PS_MEMBER_SEATS_MAX] = {0};
    uint8_t count = 0;
    draw(seed, f->members_count, drawn);
    for (uint8_t i = 0; i < f->members_count; i++) {
        const struct ps_founder *member = &f->members[i];
        uint8_t place = f->places_count > 0 ? place_in_file(f, member->seat) : drawn[i];
        struct ps_roster_addition addition = {
            .seat = ps_seat_read(member->seat, strlen(member->seat)),
            .role = PS_ROLE_MEMBER,
            .business = business_of(scene, f, i, business, &count),
            .place = place == UINT8_MAX ? (uint8_t)(f->places_count + i) : place,
            .name = member->name,
            .business_name = member->business.id != 0 ? member->business : member->name,
            .sector = member->sector,
        };
        business[i] = addition.business;
        if (addition.seat != i + 1) {
            return "members must have the seats m1, m2, m3 ... in order";
        }
        if (member->name.id == 0) {
            return "every member needs a name";
        }
        ps_roster_emit_added(scene, &addition, out);
    }
    return count <= PS_BUSINESSES_MAX ? NULL : "a set has at most 11 businesses";
}

static const char *add_facilitators(const struct ps_scene *scene, const struct ps_founding *f,
                                    struct ps_outcome *out)
{
    bool one = false;
    for (uint8_t i = 0; i < f->facilitators_count; i++) {
        const struct ps_founder *person = &f->facilitators[i];
        bool deputy = is_word(person->role, "deputy");
        struct ps_roster_addition addition = {
            .seat = ps_seat_read(person->seat, strlen(person->seat)),
            .role = deputy ? PS_ROLE_DEPUTY : PS_ROLE_FACILITATOR,
            .name = person->name,
        };
        if (addition.seat != PS_SEAT_FIRST_FACILITATOR + i) {
            return "facilitators must have the seats f1, f2 ... in order";
        }
        if (person->name.id == 0) {
            return "every facilitator needs a name";
        }
        one = one || !deputy;
        ps_roster_emit_added(scene, &addition, out);
    }
    return one ? NULL : "one of the facilitators must have the role \"facilitator\"";
}

const char *ps_found(const struct ps_set *set, const struct ps_scene *scene,
                     const struct ps_founding *founding, uint64_t chance, struct ps_outcome *out)
{
    ps_outcome_begin(out, set);
    uint64_t seed = founding->places_count > 0 ? 0 : chance | 1;
    const char *fault = check(founding);
    fault = fault != NULL ? fault : check_places(founding);
    fault = fault != NULL ? fault : check_roles(founding);
    fault = fault != NULL ? fault : create(set, scene, founding, seed, out);
    fault = fault != NULL ? fault : add_members(scene, founding, seed & INT32_MAX, out);
    return fault != NULL ? fault : add_facilitators(scene, founding, out);
}

/* ---- one more -------------------------------------------------------------------------------- */

static uint8_t business_named(const struct ps_set *set, const struct ps_scene *scene,
                              struct ps_word fresh)
{
    const char *text = scene->command_text + (fresh.id & ~PS_WORD_FRESH);
    for (uint8_t i = 0; i < set->roster.businesses_count; i++) {
        struct ps_word name = set->roster.businesses[i].name;
        const char *known = ps_words_find(scene->words, name);
        if (known != NULL && name.bytes == fresh.bytes && memcmp(known, text, fresh.bytes) == 0) {
            return (uint8_t)(i + 1);
        }
    }
    return (uint8_t)(set->roster.businesses_count + 1);
}

static enum ps_role role_named(const char *role)
{
    for (uint8_t i = PS_ROLE_MEMBER; i <= PS_ROLE_OBSERVER; i++) {
        size_t length = strlen(ps_role_words[i]);
        if (strlen(role) == length && memcmp(role, ps_role_words[i], length) == 0) {
            return (enum ps_role)i;
        }
    }
    return role[0] == '\0' ? PS_ROLE_MEMBER : PS_ROLE_NONE;
}

/* Without a role the letter of the seat says it; without both it is a member. */
static enum ps_role role_for(const char *role, uint8_t seat)
{
    if (role[0] != '\0' || seat == PS_NOBODY) {
        return role_named(role);
    }
    return seat >= PS_SEAT_FIRST_OBSERVER      ? PS_ROLE_OBSERVER
           : seat >= PS_SEAT_FIRST_FACILITATOR ? PS_ROLE_DEPUTY
                                               : PS_ROLE_MEMBER;
}

/* A new business goes to the end of the places, with as many turns as the one with the least, so
 * that it neither jumps the queue nor waits for ever (domain.md §5). */
static void join_business(const struct ps_set *set, struct ps_roster_addition *addition)
{
    uint8_t least = UINT8_MAX;
    uint8_t last_place = 0;
    for (uint8_t i = 1; i <= set->roster.businesses_count; i++) {
        const struct ps_business *business = &set->roster.businesses[i - 1];
        last_place = business->place >= last_place ? (uint8_t)(business->place + 1) : last_place;
        if (ps_roster_business_is_active(set, i) && business->turns < least) {
            least = business->turns;
        }
    }
    addition->place = last_place;
    addition->turns = least == UINT8_MAX ? 0 : least;
}

enum ps_refusal ps_seat_add(const struct ps_set *set, const struct ps_scene *scene,
                            const struct ps_founder *founder, struct ps_outcome *out,
                            uint8_t *ret_seat)
{
    uint8_t asked = ps_seat_read(founder->seat, strlen(founder->seat));
    enum ps_role role = role_for(founder->role, asked);
    if (role == PS_ROLE_NONE || (founder->seat[0] != '\0' && asked == PS_NOBODY)) {
        return PS_REFUSED_BAD_VALUE;
    }
    if (founder->name.id == 0) {
        return PS_REFUSED_NEEDS_TEXT;
    }
    struct ps_roster_addition addition = {
        .seat = ps_roster_free_seat(set, role),
        .role = (uint8_t)role,
        .name = founder->name,
    };
    if (addition.seat == PS_NOBODY) {
        return PS_REFUSED_SET_FULL;
    }
    if (asked != PS_NOBODY && asked != addition.seat) {
        return PS_REFUSED_BAD_VALUE; /* seats are given in order, and never again */
    }
    if (role == PS_ROLE_MEMBER) {
        struct ps_word name = founder->business.id != 0 ? founder->business : founder->name;
        addition.business = business_named(set, scene, name);
        addition.business_name = name;
        addition.sector = founder->sector;
        bool active = ps_roster_business_is_active(set, addition.business);
        if (!active && ps_roster_businesses_active(set) >= PS_BUSINESSES_MAX) {
            return PS_REFUSED_SET_FULL;
        }
        join_business(set, &addition);
    }
    ps_roster_emit_added(scene, &addition, out);
    *ret_seat = addition.seat;
    return PS_ALLOWED;
}
