/* check_in - a round: how are you, and what became of what you said you would do? */
#include "core/activity.h"
#include "core/round.h"

static const struct ps_phase phases[] = {
    {.name = "round", .mode = PS_FLOOR_ROUND, .say_as = PS_SAID_CHECK_IN},
};

const struct ps_activity ps_activity_check_in = {
    .name = "check_in",
    .title = "Check-in",
    .about = "Each in turn: how are you, and what became of what you said you would do?",
    .version = 1,
    .phases = phases,
    .phases_count = PS_COUNT(phases),
    .picture = &ps_seen_round_shape,
    .open = ps_round_emit_open,
    .see = ps_round_see,
};
