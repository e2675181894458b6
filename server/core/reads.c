/* reads - methods that change nothing in the set: the hub answers them. */
#include "core/activity.h"

struct sync_params {
    int64_t t0;
};
static const struct ps_field sync_fields[] = {PS_SHAPE(struct sync_params, t0, .kind = PS_INT)};
static const struct ps_shape sync_shape = {"time_sync", sizeof(struct sync_params),
                                           PS_COUNT(sync_fields), sync_fields};

static const struct ps_method methods[] = {
    {"picture.get", "Send the whole picture again.", PS_POWER_ANYBODY, PS_NEEDS_OPEN_EARS, NULL,
     NULL, NULL},
    {"time.sync", "What time is it on the server?", PS_POWER_ANYBODY, PS_NEEDS_OPEN_EARS,
     &sync_shape, NULL, NULL},
    {"seat.here", "Use this device for your seat.", PS_POWER_ANYBODY, PS_NEEDS_OPEN_EARS, NULL,
     NULL, NULL},
};
const struct ps_noun ps_noun_reads = {methods, PS_COUNT(methods), NULL, 0};
