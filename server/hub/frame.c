/* frame - one message for one or many sockets, counted. */
#include "hub/hub.h"

#include <stdlib.h>
#include <string.h>

struct ps_frame *ps_frame_create(const char *payload, size_t bytes)
{
    ps_assert(bytes <= UINT32_MAX); /* a ping has no payload */
    struct ps_frame *frame = malloc(sizeof(*frame) + PS_FRAME_HEADROOM + bytes);
    if (frame == NULL) {
        return NULL;
    }
    *frame = (struct ps_frame){.refs = 1, .bytes = (uint32_t)bytes};
    memset(frame->room, 0, PS_FRAME_HEADROOM);
    memcpy(ps_frame_payload(frame), payload, bytes);
    return frame;
}

void ps_frame_hold(struct ps_frame *frame)
{
    ps_assert(frame->refs > 0 && frame->refs < UINT32_MAX);
    frame->refs += 1;
}

void ps_frame_release(struct ps_frame *frame)
{
    if (frame == NULL) {
        return;
    }
    ps_assert(frame->refs > 0);
    frame->refs -= 1;
    if (frame->refs == 0) {
        free(frame);
    }
}
