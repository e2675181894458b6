/* queue - what a socket has still to be sent: references to frames, in order.
 *
 * A frame's WebSocket header is written once, into its headroom, so that one buffer serves every
 * viewer (performance.md, "What limits libwebsockets", 3). The queue grows with what waits and
 * gives the memory back when it is empty; its bound is the hub's (PS_QUEUE_BYTES_MAX by
 * ps_queue_weight). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/hub.h"

enum { PS_QUEUE_FRAMES_INSIDE = 4 }; /* usual depth: an effect and a result */

struct ps_queue {
    struct ps_frame *inside[PS_QUEUE_FRAMES_INSIDE];
    struct ps_frame **frames; /* NULL: `inside` */
    uint32_t head;
    uint32_t count;
    uint32_t room; /* of `frames`; a power of two */
    uint32_t sent; /* bytes of the first frame, header and all, that are gone */
    size_t bytes;  /* of all frames, less `sent` */
};

/* Put a frame at the end and take a reference. false: no memory. */
bool ps_queue_push(struct ps_queue *queue, struct ps_frame *frame);

/* The next bytes to write, at most `room`: the rest of one frame in place, or several small frames
 * put together in `scratch`. 0: the queue is empty. */
size_t ps_queue_next(struct ps_queue *queue, uint8_t *scratch, size_t room, uint8_t **ret_bytes);

/* `count` bytes from ps_queue_next are gone. */
void ps_queue_advance(struct ps_queue *queue, size_t count);

/* Bytes waiting, with a share for each frame so that many small ones are bounded too. */
size_t ps_queue_weight(const struct ps_queue *queue);

/* Release everything. A zeroed queue is empty and ready. */
void ps_queue_finish(struct ps_queue *queue);

/* Write the header of a text message before the payload, once. opcode: 1 text, 9 ping. */
void ps_frame_write_header(struct ps_frame *frame, uint8_t opcode);
