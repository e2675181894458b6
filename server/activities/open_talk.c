/* open_talk - talk with the floor by the queue and no phases; it stands in for a planned kind that
 * is not built yet (protocol.md). */
#include "core/activity.h"

enum {
    CONTRIBUTION_MS = 60000, /* a soft length: long enough for a thought, short enough for eleven */
    HANDS = 1 << PS_HAND_QUESTION | 1 << PS_HAND_OFFER | 1 << PS_HAND_PROCESS,
};

static const struct ps_phase phases[] = {
    {.name = "talk",
     .mode = PS_FLOOR_QUEUE,
     .raise = HANDS,
     .grant = HANDS,
     .presenter_queues = true,
     .contribution_ms = CONTRIBUTION_MS},
};

const struct ps_activity ps_activity_open_talk = {
    .name = "open_talk",
    .title = "Open talk",
    .about = "Everybody may raise a hand and speak in turn.",
    .version = 1,
    .phases = phases,
    .phases_count = PS_COUNT(phases),
};
