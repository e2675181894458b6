/* close - a round on how we worked together, and what we valued in each other. */
#include "core/activity.h"
#include "core/round.h"

static const struct ps_phase phases[] = {
    {.name = "review", .mode = PS_FLOOR_ROUND, .say_as = PS_SAID_PROCESS, .values = true},
};

const struct ps_activity ps_activity_close = {
    .name = "close",
    .title = "Review and close",
    .about = "Each in turn: how did we work together? And what did you value in somebody?",
    .version = 1,
    .phases = phases,
    .phases_count = PS_COUNT(phases),
    .picture = &ps_seen_round_shape,
    .open = ps_round_emit_open,
    .see = ps_round_see,
};
