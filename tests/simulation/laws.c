/* laws - the program: each activity is walked through with many seeds, then it is asked whether
 * everything that can happen has happened. */
#include <stdio.h>
#include <stdlib.h>

#include "laws.h"

enum { SEEDS = 14, STEPS = 350, STEPS_PER_PHASE = 150, MORE_SEEDS = 40, NAME_CHARS = 80 };

static struct coverage coverage;

static void walk_activity(void **state)
{
    const uint8_t *kind = *state;
    const char *more = getenv("PEERSET_LAWS_SEEDS"); /* for a long night */
    uint64_t seeds = more == NULL ? SEEDS : strtoull(more, NULL, 10);
    uint32_t steps = STEPS + (uint32_t)STEPS_PER_PHASE * ps_activity_at(*kind)->phases_count;

    for (uint64_t seed = 1; seed <= seeds; seed++) {
        walk_through(&coverage, *kind, seed, steps);
    }
}

/* ---- what was seen --------------------------------------------------------------------------- */

static char missing[160];

/* Each of these says what has not been seen yet, or NULL. */
static const char *missing_method(void)
{
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        const struct ps_method *method = ps_method_at(i);
        if (coverage.allowed[i] == 0 || (coverage.refused[i] == 0 && method->decide != NULL)) {
            snprintf(missing, sizeof(missing), "%s: allowed %u times, refused %u times",
                     method->name, coverage.allowed[i], coverage.refused[i]);
            return missing;
        }
    }
    return NULL;
}

static const char *missing_event(void)
{
    for (uint16_t i = 0; ps_event_kind_at(i) != NULL; i++) {
        const char *name = ps_event_kind_at(i)->name;
        if (coverage.events[i] == 0 && strcmp(name, "set.created") != 0) {
            snprintf(missing, sizeof(missing), "%s never happened", name);
            return missing;
        }
    }
    return NULL;
}

static const char *missing_phase(void)
{
    for (uint8_t kind = 1; ps_activity_at(kind) != NULL; kind++) {
        const struct ps_activity *activity = ps_activity_at(kind);
        for (uint8_t phase = 0; phase < activity->phases_count; phase++) {
            if (coverage.phases[kind][phase] == 0 || coverage.closed[kind][phase] == 0) {
                snprintf(missing, sizeof(missing), "%s/%s: entered %u times, closed %u times",
                         activity->name, activity->phases[phase].name, coverage.phases[kind][phase],
                         coverage.closed[kind][phase]);
                return missing;
            }
        }
    }
    return NULL;
}

/* A law that held because nothing happened has proved nothing: so the walks go on until everything
 * has been seen, and it is a failure only when that takes far too long. */
static void walk_on_until_seen(const char *(*missing_one)(void))
{
    for (uint64_t seed = 1000; missing_one() != NULL && seed < 1000 + MORE_SEEDS; seed++) {
        for (uint8_t kind = 1; ps_activity_at(kind) != NULL; kind++) {
            walk_through(&coverage, kind, seed, STEPS);
        }
    }
    if (missing_one() != NULL) {
        fail_msg("%s", missing_one());
    }
}

static void every_method_was_allowed_and_refused(void **state)
{
    (void)state;
    walk_on_until_seen(missing_method);
}

static void every_kind_of_event_happened(void **state)
{
    (void)state;
    walk_on_until_seen(missing_event);
}

static void every_phase_was_entered_and_closed(void **state)
{
    (void)state;
    walk_on_until_seen(missing_phase);
}

/* For whoever wonders what the walks see: PEERSET_LAWS_TELL=1. */
static void tell(void)
{
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        print_message("# %-24s allowed %6u refused %6u\n", ps_method_at(i)->name,
                      coverage.allowed[i], coverage.refused[i]);
    }
    for (uint16_t i = 0; ps_event_kind_at(i) != NULL; i++) {
        print_message("# %-24s %6u\n", ps_event_kind_at(i)->name, coverage.events[i]);
    }
}

int main(void)
{
    static uint8_t kinds[LAWS_KINDS_MAX];
    static char names[LAWS_KINDS_MAX][NAME_CHARS];
    static struct CMUnitTest tests[LAWS_KINDS_MAX + 3];
    size_t count = 0;
    for (uint8_t kind = 1; ps_activity_at(kind) != NULL && kind < LAWS_KINDS_MAX; kind++) {
        kinds[count] = kind;
        snprintf(names[count], NAME_CHARS, "the_laws_hold_through_%s", ps_activity_at(kind)->name);
        tests[count] = (struct CMUnitTest){names[count], walk_activity, NULL, NULL, &kinds[count]};
        count++;
    }
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(every_method_was_allowed_and_refused);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(every_kind_of_event_happened);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(every_phase_was_entered_and_closed);
    int failed = _cmocka_run_group_tests("laws", tests, count, NULL, NULL);
    if (getenv("PEERSET_LAWS_TELL") != NULL) {
        tell();
    }
    return failed;
}
