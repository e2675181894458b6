#include "core/commitment.h"

#include <string.h>

#include "core/activity.h"

const char *const ps_witness_words[] = {NULL, "asked", "yes", "no", NULL};
const char *const ps_commitment_status_words[] = {NULL, "active", NULL};

enum {
    COMMITMENT_PARTS = PS_PART(PS_SEE_COMMITMENTS) | PS_PART(PS_SEE_YOU) | PS_PART(PS_SEE_ACTIVITY)
};

struct made {
    uint8_t owner;
    struct ps_word text;
    char due[13]; /* "next_meeting", "YYYY-MM-DD" */
    int64_t desire;
    int64_t intention;
    uint8_t witness;
};
static const struct ps_field make_fields[] = {
    PS_SHAPE(struct made, text, .kind = PS_WORDS, .flags = PS_LINES,
             .chars_max = PS_COMMITMENT_CHARS_MAX),
    PS_SHAPE(struct made, due, .kind = PS_CHARS, .chars_max = 12),
    PS_SHAPE(struct made, desire, .kind = PS_INT, .least = 1, .most = 5),
    PS_SHAPE(struct made, intention, .kind = PS_INT, .least = 1, .most = 5),
    PS_SHAPE(struct made, witness, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct made, owner, .kind = PS_SEAT),
};
/* The command is the event without its owner, who is the sender. */
static const struct ps_shape make_shape = {"commitment_make", sizeof(struct made), 5, make_fields};
static const struct ps_shape made_shape = {"commitment_made", sizeof(struct made),
                                           PS_COUNT(make_fields), make_fields};

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 1970-01-01 to a date, by years of 365 days and the leap days between. */
static int64_t days_to(int64_t year, int64_t month, int64_t day)
{
    static const int16_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t past = year - 1;
    int64_t leaps = past / 4 - past / 100 + past / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400);
    int64_t leap_day = month > 2 && is_leap(year) ? 1 : 0;
    return (year - 1970) * 365 + leaps + before[month - 1] + leap_day + day - 1;
}

/* A date that exists, and is not over anywhere on earth at `now`. */
static bool is_date(const char *due, struct ps_instant now)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (strlen(due) != 10 || due[4] != '-' || due[7] != '-') {
        return false;
    }
    int64_t number[3] = {0};
    size_t part = 0;
    for (size_t i = 0; i < 10; i++) {
        if (i == 4 || i == 7) {
            part++;
        } else if (due[i] < '0' || due[i] > '9') {
            return false;
        } else {
            number[part] = number[part] * 10 + (due[i] - '0');
        }
    }
    int64_t year = number[0];
    int64_t month = number[1];
    if (year < 1970 || month < 1 || month > 12 || number[2] < 1 ||
        number[2] > days[month - 1] + (month == 2 && is_leap(year))) {
        return false;
    }
    int64_t today = now.ms / INT64_C(86400000);
    return days_to(year, month, number[2]) >= today - 1;
}

static bool is_next_meeting(const char *due)
{
    static const char word[] = "next_meeting";
    return strlen(due) == sizeof(word) - 1 && memcmp(due, word, sizeof(word)) == 0;
}

static void apply_made(struct ps_set *set, const struct ps_event *event)
{
    const struct made *facts = ps_facts(event);
    struct ps_commitments *all = &set->commitments;
    ps_assert(all->count < PS_COMMITMENTS_MAX);
    struct ps_commitment *one = &all->list[all->count++];
    *one = (struct ps_commitment){
        .id = event->seq,
        .owner = facts->owner,
        .witness = facts->witness,
        .witness_says = facts->witness == PS_NOBODY ? PS_WITNESS_NONE : PS_WITNESS_ASKED,
        .status = PS_COMMITMENT_ACTIVE,
        .desire = (uint8_t)facts->desire,
        .intention = (uint8_t)facts->intention,
        .meeting = set->meeting.number,
        .turn = set->meeting.turns_done,
        .text = facts->text,
        .at = event->at.ms,
    };
    if (!is_next_meeting(facts->due)) {
        memcpy(one->due, facts->due, 10);
    }
}
static const struct ps_event_kind made = {"commitment.made", 1, COMMITMENT_PARTS, &made_shape,
                                          apply_made};

struct witnessed {
    uint32_t id;
    uint8_t yes;
};
static const struct ps_field witnessed_fields[] = {
    PS_SHAPE(struct witnessed, id, .kind = PS_ID, .prefix = 'c'),
    PS_SHAPE(struct witnessed, yes, .kind = PS_BOOL),
};
static const struct ps_shape witnessed_shape = {"commitment_witness", sizeof(struct witnessed),
                                                PS_COUNT(witnessed_fields), witnessed_fields};

static const struct ps_commitment *find(const struct ps_set *set, uint32_t id)
{
    for (uint8_t i = 0; i < set->commitments.count; i++) {
        if (set->commitments.list[i].id == id) {
            return &set->commitments.list[i];
        }
    }
    return NULL;
}

static void apply_witnessed(struct ps_set *set, const struct ps_event *event)
{
    const struct witnessed *facts = ps_facts(event);
    for (uint8_t i = 0; i < set->commitments.count; i++) {
        struct ps_commitment *one = &set->commitments.list[i];
        if (one->id == facts->id) {
            one->witness_says = facts->yes ? PS_WITNESS_YES : PS_WITNESS_NO;
        }
    }
}
static const struct ps_event_kind witnessed = {"commitment.witnessed", 1, COMMITMENT_PARTS,
                                               &witnessed_shape, apply_witnessed};

static const struct ps_event_kind *const events[] = {&made, &witnessed};

/* ---- commands -------------------------------------------------------------------------------- */

uint8_t ps_commitments_made(const struct ps_set *set)
{
    uint8_t count = 0;
    for (uint8_t i = 0; i < set->commitments.count; i++) {
        const struct ps_commitment *one = &set->commitments.list[i];
        bool here = one->meeting == set->meeting.number && one->turn == set->meeting.turns_done &&
                    one->owner == set->now.running.presenter;
        count = (uint8_t)(count + here);
    }
    return count;
}

static uint8_t active_of(const struct ps_set *set, uint8_t seat)
{
    uint8_t count = 0;
    for (uint8_t i = 0; i < set->commitments.count; i++) {
        const struct ps_commitment *one = &set->commitments.list[i];
        count = (uint8_t)(count + (one->owner == seat && one->status == PS_COMMITMENT_ACTIVE));
    }
    return count;
}

enum ps_refusal ps_commitment_may_make(const struct ps_set *set, const struct ps_scene *scene,
                                       uint8_t seat)
{
    (void)scene;
    const struct ps_phase *phase = ps_phase_now(set);
    if (!phase->commits || seat != set->now.running.presenter) {
        return PS_REFUSED_NOT_IN_THIS_PHASE;
    }
    if (ps_commitments_made(set) >= PS_COMMITMENTS_PER_TURN_MAX ||
        active_of(set, seat) >= PS_COMMITMENTS_PER_SEAT_MAX) {
        return PS_REFUSED_TOO_MANY;
    }
    return set->commitments.count < PS_COMMITMENTS_MAX ? PS_ALLOWED : PS_REFUSED_FULL;
}

static void decide_make(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    const struct made *params = (const void *)command->params;
    bool witnessed_by_member = params->witness == PS_NOBODY ||
                               (ps_is_active(set, params->witness) &&
                                set->roster.people[params->witness].role == PS_ROLE_MEMBER);
    if (params->text.id == 0) {
        ps_refuse(out, PS_REFUSED_NEEDS_TEXT);
    } else if (!is_next_meeting(params->due) && !is_date(params->due, scene->now)) {
        ps_refuse(out, PS_REFUSED_BAD_DATE);
    } else if (!witnessed_by_member) {
        ps_refuse(out, PS_REFUSED_NO_SUCH_PERSON);
    } else if (params->witness == command->seat) {
        ps_refuse(out, PS_REFUSED_YOURSELF);
    } else {
        struct made *facts = ps_emit(out, scene, &made);
        *facts = *params;
        facts->owner = command->seat;
        facts->text = ps_emit_word(out, scene, params->text, command->seat);
    }
}

static void decide_witness(const struct ps_set *set, const struct ps_scene *scene,
                           const struct ps_command *command, struct ps_outcome *out)
{
    const struct witnessed *params = (const void *)command->params;
    const struct ps_commitment *one = find(set, params->id);
    if (one == NULL) {
        ps_refuse(out, PS_REFUSED_NO_SUCH_THING);
    } else if (one->witness != command->seat) {
        ps_refuse(out, PS_REFUSED_NOT_YOUR_ROLE);
    } else if (one->witness_says != (params->yes ? PS_WITNESS_YES : PS_WITNESS_NO)) {
        struct witnessed *facts = ps_emit(out, scene, &witnessed);
        *facts = *params;
    }
}

static const struct ps_method methods[] = {
    {"commitment.make", "Say what you will do, and by when. How much you want it stays private.",
     PS_POWER_MEMBER, PS_NEEDS_LIVE, &make_shape, ps_commitment_may_make, decide_make},
    {"commitment.witness", "Say yes or no to being a witness.", PS_POWER_MEMBER, 0,
     &witnessed_shape, NULL, decide_witness},
};
const struct ps_noun ps_noun_commitment = {methods, PS_COUNT(methods), events, PS_COUNT(events)};
