/* see_people - who the set is and who belongs to it. */
#include "core/sights.h"

#include <string.h>

/* ---- set ------------------------------------------------------------------------------------- */

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
const struct ps_shape ps_seen_set_shape = {"set", sizeof(struct seen_set), PS_COUNT(set_fields),
                                           set_fields};

void ps_see_set(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
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

/* ---- roster ---------------------------------------------------------------------------------- */

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
    {.name = "",
     .kind = PS_MAP,
     .at = offsetof(struct seen_roster, people),
     .size = sizeof(((struct seen_roster *)0)->people),
     .count_at = offsetof(struct seen_roster, people_count),
     .shape = &person_shape},
};
const struct ps_shape ps_seen_roster_shape = {"roster", sizeof(struct seen_roster),
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

void ps_see_roster(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                   void *ret_seen)
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
