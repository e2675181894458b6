/* laws - what must hold for every activity, method and kind of event, whatever people do.
 *
 * A driver walks a set at random (laws_driver.c): allowed commands, wrong ones, nonsense, time,
 * connections, crashes. Around every event the parts are compared (laws_parts.c), and after every
 * step the invariants of domain.md §18 (laws_invariants.c). A seed repeats a walk. */
#pragma once

#include "../unit/core_world.h"
#include "base/prng.h"

enum {
    LAWS_METHODS_MAX = 128,
    LAWS_EVENTS_MAX = 128,
    LAWS_KINDS_MAX = 32,
    LAWS_FRAME_BYTES = 64 * 1024,
};

/* What the walks have seen, so that no law holds only because nothing happened. */
struct coverage {
    uint32_t allowed[LAWS_METHODS_MAX];
    uint32_t refused[LAWS_METHODS_MAX];
    uint32_t events[LAWS_EVENTS_MAX];
    uint32_t phases[LAWS_KINDS_MAX][PS_PHASES_MAX]; /* entered */
    uint32_t closed[LAWS_KINDS_MAX][PS_PHASES_MAX]; /* and left by stage.next */
};

struct walk {
    struct world *world;
    struct ps_prng prng;
    uint64_t seed;
    uint32_t step;
    uint32_t secrets; /* words that not everybody may see, numbered */
    struct coverage *coverage;
    char frame[LAWS_FRAME_BYTES];
    size_t frame_count;
};

/* ---- the driver ------------------------------------------------------------------------------ */

/* A walk through a meeting whose plan is made of the activity `kind`. */
void walk_through(struct coverage *coverage, uint8_t kind, uint64_t seed, uint32_t steps);
uint32_t walk_below(struct walk *walk, uint32_t bound);
/* Fails with the seed, the step and the last events. */
#define walk_fail(walk, ...)                                                                       \
    do {                                                                                           \
        walk_tell(walk);                                                                           \
        fail_msg(__VA_ARGS__);                                                                     \
    } while (0)
void walk_tell(const struct walk *walk);

/* A frame of `method` with params made from its field table; now and then a wrong value. */
void walk_write_frame(struct walk *walk, uint8_t seat, uint16_t method);
/* Damage the frame somewhere. */
void walk_spoil_frame(struct walk *walk);

/* ---- laws ------------------------------------------------------------------------------------ */

/* Around an event: no part moves that it does not name; a patched picture equals the whole one. */
void law_parts(struct walk *walk, const struct ps_set *before, const struct ps_event *event);
/* A change of who is connected moves only PS_PARTS_LIVE. */
void law_live_parts(struct walk *walk, const struct ps_live *before);
/* A picture depends on neither the time nor on since when somebody is gone; a shared part is the
 * same for all who share it; secrets are where they belong. */
void law_pictures(struct walk *walk);
/* Deciding, settling and looking change nothing, and twice the same question has one answer. */
void law_untouched(struct walk *walk, uint8_t seat);
/* stage.next and meeting.end end a stage from any phase. */
void law_close(struct walk *walk);

/* Around an event, and after a step that has settled. */
void law_event(struct walk *walk, const struct ps_set *before, const struct ps_event *event);
void law_state(struct walk *walk);
