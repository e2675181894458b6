/* registry - the activities of the house and everything they bring, in the order of activities.def.
 *
 * One line there is all it takes: methods, events and pictures of the new activity are then known
 * to the wire, the laws, the schema and the sight tables. */
#include <string.h>

#include "core/activity.h"

#define PS_ACTIVITY(name) extern const struct ps_activity ps_activity_##name;
#include "activities/activities.def"
#undef PS_ACTIVITY

#define PS_ACTIVITY(name) &ps_activity_##name,
static const struct ps_activity *const activities[] = {
#include "activities/activities.def"
};
#undef PS_ACTIVITY

static const struct ps_noun *const nouns[] = {
    &ps_noun_founding, &ps_noun_recovery, &ps_noun_reads,      &ps_noun_roster,
    &ps_noun_meeting,  &ps_noun_stage,    &ps_noun_clock,      &ps_noun_floor,
    &ps_noun_hand,     &ps_noun_round,    &ps_noun_talk,       &ps_noun_prompt,
    &ps_noun_rotation, &ps_noun_turn,     &ps_noun_commitment, &ps_noun_recognition,
    &ps_noun_lease,    &ps_noun_help,
};

/* Kinds that may be planned before they are built: open_talk stands in for them (protocol.md). */
struct planned_kind {
    const char *name;
    const char *title;
};
static const struct planned_kind planned[] = {
    {"tour", "Tour of a business"},
    {"commitments", "Commitments"},
    {"process_review", "How we worked"},
    {"corridor", "Corridor"},
};

static bool same(const char *a, const char *b)
{
    size_t length = strlen(a);
    return length == strlen(b) && memcmp(a, b, length) == 0;
}

/* ---- activities ------------------------------------------------------------------------------ */

const struct ps_activity *ps_activity_at(uint8_t kind)
{
    return kind == 0 || kind > PS_COUNT(activities) ? NULL : activities[kind - 1];
}

uint8_t ps_activity_find(const char *name)
{
    for (uint8_t i = 0; i < PS_COUNT(activities); i++) {
        if (same(activities[i]->name, name)) {
            return (uint8_t)(i + 1);
        }
    }
    return 0;
}

uint8_t ps_activity_for(const char *kind)
{
    uint8_t built = ps_activity_find(kind);
    if (built != 0) {
        return built;
    }
    for (size_t i = 0; i < PS_COUNT(planned); i++) {
        if (same(planned[i].name, kind)) {
            return ps_activity_find("open_talk");
        }
    }
    return 0;
}

const char *ps_kind_title(const char *kind)
{
    const struct ps_activity *activity = ps_activity_at(ps_activity_find(kind));
    if (activity != NULL) {
        return activity->title;
    }
    for (size_t i = 0; i < PS_COUNT(planned); i++) {
        if (same(planned[i].name, kind)) {
            return planned[i].title;
        }
    }
    return NULL;
}

/* ---- methods: the nouns' first, then each activity's ----------------------------------------- */

const struct ps_method *ps_method_next(struct ps_method_cursor *cursor)
{
    cursor->index = cursor->begun ? (uint16_t)(cursor->index + 1) : 0;
    cursor->begun = true;
    while (cursor->table < PS_COUNT(nouns) + PS_COUNT(activities)) {
        bool noun = cursor->table < PS_COUNT(nouns);
        size_t kind = noun ? 0 : cursor->table - PS_COUNT(nouns);
        uint8_t count =
            noun ? nouns[cursor->table]->methods_count : activities[kind]->methods_count;
        if (cursor->row < count) {
            cursor->activity = noun ? 0 : (uint8_t)(kind + 1);
            uint8_t row = cursor->row++;
            return noun ? &nouns[cursor->table]->methods[row] : &activities[kind]->methods[row];
        }
        cursor->table += 1;
        cursor->row = 0;
    }
    return NULL;
}

const struct ps_method *ps_method_at(uint16_t index)
{
    for (size_t i = 0; i < PS_COUNT(nouns); i++) {
        if (index < nouns[i]->methods_count) {
            return &nouns[i]->methods[index];
        }
        index = (uint16_t)(index - nouns[i]->methods_count);
    }
    for (size_t i = 0; i < PS_COUNT(activities); i++) {
        if (index < activities[i]->methods_count) {
            return &activities[i]->methods[index];
        }
        index = (uint16_t)(index - activities[i]->methods_count);
    }
    return NULL;
}

uint8_t ps_method_activity(uint16_t index)
{
    for (size_t i = 0; i < PS_COUNT(nouns); i++) {
        if (index < nouns[i]->methods_count) {
            return 0;
        }
        index = (uint16_t)(index - nouns[i]->methods_count);
    }
    for (uint8_t i = 0; i < PS_COUNT(activities); i++) {
        if (index < activities[i]->methods_count) {
            return (uint8_t)(i + 1);
        }
        index = (uint16_t)(index - activities[i]->methods_count);
    }
    return 0;
}

uint16_t ps_method_find(const char *name, size_t count)
{
    for (uint16_t i = 0;; i++) {
        const struct ps_method *method = ps_method_at(i);
        if (method == NULL) {
            return UINT16_MAX;
        }
        if (strlen(method->name) == count && memcmp(method->name, name, count) == 0) {
            return i;
        }
    }
}

const char *ps_method_word(uint16_t index)
{
    const struct ps_method *method = ps_method_at(index);
    return method == NULL ? NULL : method->name;
}

/* ---- events ---------------------------------------------------------------------------------- */

const struct ps_event_kind *ps_event_kind_at(uint16_t index)
{
    for (size_t i = 0; i < PS_COUNT(nouns); i++) {
        if (index < nouns[i]->events_count) {
            return nouns[i]->events[index];
        }
        index = (uint16_t)(index - nouns[i]->events_count);
    }
    for (size_t i = 0; i < PS_COUNT(activities); i++) {
        if (index < activities[i]->events_count) {
            return activities[i]->events[index];
        }
        index = (uint16_t)(index - activities[i]->events_count);
    }
    return NULL;
}

const struct ps_event_kind *ps_event_kind_find(const char *name)
{
    for (uint16_t i = 0;; i++) {
        const struct ps_event_kind *kind = ps_event_kind_at(i);
        if (kind == NULL || same(kind->name, name)) {
            return kind;
        }
    }
}
