/* break - everybody is away, and back at the same time. */
#include "core/activity.h"

static const struct ps_phase phases[] = {{.name = "break", .mode = PS_FLOOR_NONE}};

const struct ps_activity ps_activity_break = {
    .name = "break",
    .title = "Break",
    .about = "Everybody leaves the screen and comes back at the same time.",
    .version = 1,
    .phases = phases,
    .phases_count = PS_COUNT(phases),
};
