/* open - the meeting begins: who is here, what we agreed, when we will end. */
#include "core/activity.h"

static const struct ps_phase phases[] = {{.name = "open", .mode = PS_FLOOR_NONE}};

const struct ps_activity ps_activity_open = {
    .name = "open",
    .title = "Welcome",
    .about = "Who is here, what we agreed, when we will end.",
    .version = 1,
    .phases = phases,
    .phases_count = PS_COUNT(phases),
};
