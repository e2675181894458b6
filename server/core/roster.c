#include "core/roster.h"

#include <string.h>

#include "core/activity.h"
#include "core/floor.h"
#include "core/founding.h"
#include "core/settle.h"

enum {
    LEFT_MS = 60000, /* a dropped connection is a person who left after this (domain.md §13) */
    ROSTER_PARTS = PS_PART(PS_SEE_ROSTER) | PS_PART(PS_SEE_YOU) | PS_PART(PS_SEE_ROTATION) |
                   PS_PART(PS_SEE_DESK) | PS_PART(PS_SEE_FLOOR) | PS_PART(PS_SEE_ACTIVITY) |
                   PS_PART(PS_SEE_MEETING),
};

/* ---- questions ------------------------------------------------------------------------------- */

uint8_t ps_roster_free_seat(const struct ps_set *set, enum ps_role role)
{
    bool member = role == PS_ROLE_MEMBER;
    bool observer = role == PS_ROLE_OBSERVER;
    uint8_t first = member ? 1 : observer ? PS_SEAT_FIRST_OBSERVER : PS_SEAT_FIRST_FACILITATOR;
    uint8_t last = member     ? PS_MEMBER_SEATS_MAX
                   : observer ? PS_SEATS_MAX
                              : PS_SEAT_FIRST_OBSERVER - 1;
    for (uint8_t seat = first; seat <= last; seat++) {
        if (set->roster.people[seat].seat == PS_NOBODY) {
            return seat;
        }
    }
    return PS_NOBODY;
}

bool ps_roster_business_is_active(const struct ps_set *set, uint8_t index)
{
    for (uint8_t seat = 1; seat <= PS_MEMBER_SEATS_MAX; seat++) {
        if (ps_is_active(set, seat) && set->roster.people[seat].business == index) {
            return true;
        }
    }
    return false;
}

uint8_t ps_roster_businesses_active(const struct ps_set *set)
{
    uint8_t count = 0;
    for (uint8_t i = 1; i <= set->roster.businesses_count; i++) {
        count = (uint8_t)(count + ps_roster_business_is_active(set, i));
    }
    return count;
}

const struct ps_business *ps_roster_business(const struct ps_set *set, uint8_t seat)
{
    const struct ps_person *person = ps_person(set, seat);
    if (person == NULL || person->business == 0) {
        return NULL;
    }
    return &set->roster.businesses[person->business - 1];
}

uint64_t ps_roster_members(const struct ps_set *set)
{
    uint64_t members = 0;
    for (uint8_t seat = 1; seat <= PS_MEMBER_SEATS_MAX; seat++) {
        members |= ps_is_active(set, seat) ? ps_seat_bit(seat) : 0;
    }
    return members;
}

void ps_roster_forget_removed(struct ps_set *set)
{
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (!set->roster.people[seat].removed) {
            continue;
        }
        if (set->now.round.state[seat] != PS_ROUND_NONE) {
            set->now.round.state[seat] = PS_ROUND_DONE;
        }
        ps_floor_forget(set, seat);
    }
}

/* ---- events ---------------------------------------------------------------------------------- */

static const struct ps_field added_fields[] = {
    PS_SHAPE(struct ps_roster_addition, seat, .kind = PS_SEAT),
    PS_SHAPE(struct ps_roster_addition, role, .kind = PS_ENUM, .words = ps_role_words),
    PS_SHAPE(struct ps_roster_addition, business, .kind = PS_INT),
    PS_SHAPE(struct ps_roster_addition, place, .kind = PS_INT),
    PS_SHAPE(struct ps_roster_addition, turns, .kind = PS_INT),
    PS_SHAPE(struct ps_roster_addition, name, .kind = PS_WORDS),
    PS_SHAPE(struct ps_roster_addition, business_name, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct ps_roster_addition, sector, .kind = PS_WORDS, .flags = PS_OPTIONAL),
};
static const struct ps_shape added_shape = {"seat_added", sizeof(struct ps_roster_addition),
                                            PS_COUNT(added_fields), added_fields};

static void apply_added(struct ps_set *set, const struct ps_event *event)
{
    const struct ps_roster_addition *facts = ps_facts(event);
    struct ps_roster *roster = &set->roster;
    ps_assert(facts->seat != PS_NOBODY && facts->seat <= PS_SEATS_MAX);
    ps_assert(roster->people[facts->seat].seat == PS_NOBODY);
    if (facts->business > roster->businesses_count) {
        ps_assert(facts->business == roster->businesses_count + 1);
        ps_assert(facts->business <= PS_MEMBER_SEATS_MAX);
        roster->businesses[roster->businesses_count++] = (struct ps_business){
            .id = facts->business,
            .place = facts->place,
            .turns = facts->turns,
            .name = facts->business_name,
            .sector = facts->sector,
        };
    }
    roster->people[facts->seat] = (struct ps_person){
        .seat = facts->seat,
        .role = facts->role,
        .business = facts->business,
        .name = facts->name,
        .joined_at = event->at.ms,
    };
}
static const struct ps_event_kind added = {"seat.added", 1, ROSTER_PARTS, &added_shape,
                                           apply_added};

struct renamed {
    uint8_t seat;
    struct ps_word name;
};
static const struct ps_field renamed_fields[] = {
    PS_SHAPE(struct renamed, seat, .kind = PS_SEAT),
    PS_SHAPE(struct renamed, name, .kind = PS_WORDS),
};
static const struct ps_shape renamed_shape = {"seat_renamed", sizeof(struct renamed),
                                              PS_COUNT(renamed_fields), renamed_fields};

static void apply_renamed(struct ps_set *set, const struct ps_event *event)
{
    const struct renamed *facts = ps_facts(event);
    set->roster.people[facts->seat].name = facts->name;
}
static const struct ps_event_kind renamed = {"seat.renamed", 1, ROSTER_PARTS, &renamed_shape,
                                             apply_renamed};

struct removed {
    uint8_t seat;
    uint8_t by;
    struct ps_word reason;
};
static const struct ps_field removed_fields[] = {
    PS_SHAPE(struct removed, seat, .kind = PS_SEAT),
    PS_SHAPE(struct removed, by, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct removed, reason, .kind = PS_WORDS, .flags = PS_OPTIONAL),
};
static const struct ps_shape removed_shape = {"seat_removed", sizeof(struct removed),
                                              PS_COUNT(removed_fields), removed_fields};

static void apply_removed(struct ps_set *set, const struct ps_event *event)
{
    const struct removed *facts = ps_facts(event);
    struct ps_person *person = &set->roster.people[facts->seat];
    person->removed = 1;
    person->generation = (uint16_t)(person->generation + 1);
    set->roster.present &= ~ps_seat_bit(facts->seat);
    ps_roster_forget_removed(set);
    memset(&set->help[facts->seat], 0, sizeof(set->help[0]));
    set->meeting.acting = set->meeting.acting == facts->seat ? PS_NOBODY : set->meeting.acting;
    set->meeting.steward = set->meeting.steward == facts->seat ? PS_NOBODY : set->meeting.steward;
}
static const struct ps_event_kind removed = {
    "seat.removed", 1, ROSTER_PARTS | PS_PART(PS_SEE_COMMITMENTS), &removed_shape, apply_removed};

struct seat_fact {
    uint8_t seat;
};
static const struct ps_field seat_fields[] = {PS_SHAPE(struct seat_fact, seat, .kind = PS_SEAT)};
static const struct ps_shape seat_shape = {"seat", sizeof(struct seat_fact), PS_COUNT(seat_fields),
                                           seat_fields};

static void apply_admitted(struct ps_set *set, const struct ps_event *event)
{
    const struct seat_fact *facts = ps_facts(event);
    set->roster.people[facts->seat].removed = 0;
    set->roster.people[facts->seat].revoked = 0;
}
static const struct ps_event_kind admitted = {
    "seat.admitted", 1, ROSTER_PARTS | PS_PART(PS_SEE_COMMITMENTS), &seat_shape, apply_admitted};

/* An older link, and every session that came of it, is worthless from here on. */
static void apply_invite_renewed(struct ps_set *set, const struct ps_event *event)
{
    const struct seat_fact *facts = ps_facts(event);
    struct ps_person *person = &set->roster.people[facts->seat];
    person->generation = (uint16_t)(person->generation + 1);
    person->revoked = 0;
}
static const struct ps_event_kind invite_renewed = {"invite.renewed", 1, PS_PART(PS_SEE_YOU),
                                                    &seat_shape, apply_invite_renewed};

static void apply_invite_revoked(struct ps_set *set, const struct ps_event *event)
{
    const struct seat_fact *facts = ps_facts(event);
    struct ps_person *person = &set->roster.people[facts->seat];
    person->generation = (uint16_t)(person->generation + 1);
    person->revoked = 1;
}
static const struct ps_event_kind invite_revoked = {"invite.revoked", 1, PS_PART(PS_SEE_YOU),
                                                    &seat_shape, apply_invite_revoked};

struct presence {
    uint64_t came;
    uint64_t left;
};
static const struct ps_field presence_fields[] = {
    PS_SHAPE(struct presence, came, .kind = PS_SEATS),
    PS_SHAPE(struct presence, left, .kind = PS_SEATS),
};
static const struct ps_shape presence_shape = {"presence", sizeof(struct presence),
                                               PS_COUNT(presence_fields), presence_fields};

static void apply_presence(struct ps_set *set, const struct ps_event *event)
{
    const struct presence *facts = ps_facts(event);
    struct ps_roster *roster = &set->roster;
    roster->present = (roster->present | facts->came) & ~facts->left;
    roster->ever_present |= facts->came;
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (ps_seats_has(facts->came | facts->left, seat)) {
            roster->people[seat].away = 0;
        }
    }
    bool empty = roster->present == 0;
    set->empty_since = !empty ? 0 : set->empty_since != 0 ? set->empty_since : event->at.ms;
}
static const struct ps_event_kind presence = {"presence.changed", 1, ROSTER_PARTS, &presence_shape,
                                              apply_presence};

struct away {
    uint8_t seat;
    uint8_t on;
};
static const struct ps_field away_fields[] = {
    PS_SHAPE(struct away, on, .kind = PS_BOOL),
    PS_SHAPE(struct away, seat, .kind = PS_SEAT),
};
static const struct ps_shape away_shape = {"presence_away", sizeof(struct away), 2, away_fields};
static const struct ps_shape away_params_shape = {"presence_away_params", sizeof(struct away), 1,
                                                  away_fields};

static void apply_away(struct ps_set *set, const struct ps_event *event)
{
    const struct away *facts = ps_facts(event);
    set->roster.people[facts->seat].away = facts->on;
}
static const struct ps_event_kind away = {
    "presence.away", 1, PS_PART(PS_SEE_ROSTER) | PS_PART(PS_SEE_YOU), &away_shape, apply_away};

static const struct ps_event_kind *const events[] = {
    &added, &renamed, &removed, &admitted, &invite_renewed, &invite_revoked, &presence, &away};

/* ---- emitting -------------------------------------------------------------------------------- */

void ps_roster_emit_added(const struct ps_scene *scene, const struct ps_roster_addition *addition,
                          struct ps_outcome *out)
{
    struct ps_roster_addition *facts = ps_emit(out, scene, &added);
    *facts = *addition;
    facts->name = ps_emit_word(out, scene, addition->name, addition->seat);
    facts->business_name = ps_emit_word(out, scene, addition->business_name, addition->seat);
    facts->sector = ps_emit_word(out, scene, addition->sector, addition->seat);
}

enum ps_refusal ps_seat_rename(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                               struct ps_word fresh_name, struct ps_outcome *out)
{
    if (ps_person(set, seat) == NULL) {
        return PS_REFUSED_NO_SUCH_PERSON;
    }
    if (fresh_name.id == 0) {
        return PS_REFUSED_NEEDS_TEXT;
    }
    struct renamed *facts = ps_emit(out, scene, &renamed);
    facts->seat = seat;
    facts->name = ps_emit_word(out, scene, fresh_name, seat);
    return PS_ALLOWED;
}

enum ps_refusal ps_seat_remove(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat,
                               uint8_t by, struct ps_word fresh_reason, struct ps_outcome *out)
{
    if (!ps_is_active(set, seat)) {
        return PS_REFUSED_NO_SUCH_PERSON;
    }
    if (seat == by) {
        return PS_REFUSED_YOURSELF;
    }
    uint8_t facilitators = 0;
    for (uint8_t i = PS_SEAT_FIRST_FACILITATOR; i < PS_SEAT_FIRST_OBSERVER; i++) {
        bool one = ps_is_active(set, i) && set->roster.people[i].role == PS_ROLE_FACILITATOR;
        facilitators = (uint8_t)(facilitators + one);
    }
    if (set->roster.people[seat].role == PS_ROLE_FACILITATOR && facilitators == 1) {
        return PS_REFUSED_LAST_FACILITATOR;
    }
    struct removed *facts = ps_emit(out, scene, &removed);
    facts->seat = seat;
    facts->by = by;
    facts->reason = ps_emit_word(out, scene, fresh_reason, by);
    return PS_ALLOWED;
}

static enum ps_refusal emit_seat(const struct ps_set *set, const struct ps_scene *scene,
                                 uint8_t seat, const struct ps_event_kind *kind,
                                 struct ps_outcome *out)
{
    if (ps_person(set, seat) == NULL) {
        return PS_REFUSED_NO_SUCH_PERSON;
    }
    struct seat_fact *facts = ps_emit(out, scene, kind);
    facts->seat = seat;
    return PS_ALLOWED;
}

enum ps_refusal ps_invite_renew(const struct ps_set *set, const struct ps_scene *scene,
                                uint8_t seat, struct ps_outcome *out)
{
    return emit_seat(set, scene, seat, &invite_renewed, out);
}

enum ps_refusal ps_invite_revoke(const struct ps_set *set, const struct ps_scene *scene,
                                 uint8_t seat, struct ps_outcome *out)
{
    return emit_seat(set, scene, seat, &invite_revoked, out);
}

/* ---- commands -------------------------------------------------------------------------------- */

struct rename_params {
    struct ps_word name;
};
static const struct ps_field rename_fields[] = {
    PS_SHAPE(struct rename_params, name, .kind = PS_WORDS, .chars_max = PS_NAME_CHARS_MAX),
};
static const struct ps_shape rename_shape = {"you_rename", sizeof(struct rename_params),
                                             PS_COUNT(rename_fields), rename_fields};

static void finish(enum ps_refusal refusal, struct ps_outcome *out)
{
    if (refusal != PS_ALLOWED) {
        ps_refuse(out, refusal);
    }
}

static void decide_rename(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    const struct rename_params *params = (const void *)command->params;
    finish(ps_seat_rename(set, scene, command->seat, params->name, out), out);
}

struct remove_params {
    uint8_t seat;
    struct ps_word reason;
};
static const struct ps_field remove_fields[] = {
    PS_SHAPE(struct remove_params, seat, .kind = PS_SEAT),
    PS_SHAPE(struct remove_params, reason, .kind = PS_WORDS, .chars_max = PS_REASON_CHARS_MAX),
};
static const struct ps_shape remove_shape = {"seat_remove", sizeof(struct remove_params),
                                             PS_COUNT(remove_fields), remove_fields};

static void decide_remove(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    const struct remove_params *params = (const void *)command->params;
    finish(ps_seat_remove(set, scene, params->seat, command->seat, params->reason, out), out);
}

static void decide_admit(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    const struct seat_fact *params = (const void *)command->params;
    const struct ps_person *person = ps_person(set, params->seat);
    if (person == NULL) {
        ps_refuse(out, PS_REFUSED_NO_SUCH_PERSON);
    } else if (person->removed && person->role == PS_ROLE_MEMBER &&
               !ps_roster_business_is_active(set, person->business) &&
               ps_roster_businesses_active(set) >= PS_BUSINESSES_MAX) {
        ps_refuse(out, PS_REFUSED_SET_FULL);
    } else if (person->removed) {
        finish(emit_seat(set, scene, params->seat, &admitted, out), out);
    }
}

static void decide_renew(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    const struct seat_fact *params = (const void *)command->params;
    bool active = ps_is_active(set, params->seat);
    finish(active ? ps_invite_renew(set, scene, params->seat, out) : PS_REFUSED_NO_SUCH_PERSON,
           out);
}

static void decide_away(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    const struct away *params = (const void *)command->params;
    if (set->roster.people[command->seat].away != params->on) {
        struct away *facts = ps_emit(out, scene, &away);
        facts->seat = command->seat;
        facts->on = params->on;
    }
}

static const struct ps_method methods[] = {
    {"you.rename", "Change your own name.", PS_POWER_ANYBODY, 0, &rename_shape, NULL,
     decide_rename},
    {"seat.remove", "Take a person out of the set.", PS_POWER_LEADER, 0, &remove_shape, NULL,
     decide_remove},
    {"seat.admit", "Let a person back in who was taken out.", PS_POWER_LEADER, 0, &seat_shape, NULL,
     decide_admit},
    {"invite.renew", "Make a new link for a person; the old one stops working.", PS_POWER_LEADER, 0,
     &seat_shape, NULL, decide_renew},
    {"presence.away", "Say that you step away, or that you are back.", PS_POWER_ANYBODY, 0,
     &away_params_shape, NULL, decide_away},
};

const struct ps_noun ps_noun_roster = {methods, PS_COUNT(methods), events, PS_COUNT(events)};

/* ---- rules: who came, who left --------------------------------------------------------------- */

static bool gathers(const struct ps_set *set)
{
    return set->meeting.state == PS_MEETING_LOBBY || ps_is_live(set);
}

static uint64_t newcomers(const struct ps_set *set, const struct ps_scene *scene)
{
    uint64_t came = scene->live->connected & ~set->roster.present;
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        came &= ps_is_active(set, seat) ? ~UINT64_C(0) : ~ps_seat_bit(seat);
    }
    return came;
}

static int64_t left_at(const struct ps_set *set, const struct ps_scene *scene, uint8_t seat)
{
    bool gone = ps_seats_has(set->roster.present, seat) && !ps_is_connected(scene, seat);
    return gone ? ps_lost_since(scene, seat) + ps_paced(set, LEFT_MS) : PS_NEVER;
}

static int64_t due_presence(const struct ps_set *set, const struct ps_scene *scene)
{
    if (!gathers(set)) {
        return PS_NEVER;
    }
    int64_t due = newcomers(set, scene) != 0 ? scene->now.ms : PS_NEVER;
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        due = ps_earlier(due, left_at(set, scene, seat));
    }
    return due;
}

static void act_presence(const struct ps_set *set, const struct ps_scene *scene,
                         struct ps_outcome *out)
{
    struct presence *facts = ps_emit(out, scene, &presence);
    facts->came = newcomers(set, scene);
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        facts->left |= left_at(set, scene, seat) <= scene->now.ms ? ps_seat_bit(seat) : 0;
    }
}

const struct ps_rule ps_rules_roster[] = {{"who is here", due_presence, act_presence}};
const uint8_t ps_rules_roster_count = PS_COUNT(ps_rules_roster);
