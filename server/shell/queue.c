#include "shell/queue.h"

#include <stdlib.h>
#include <string.h>

#include "shell/limits.h"

enum { OPCODE_TEXT = 1, FIN = 0x80 };

static struct ps_frame **slots(struct ps_queue *queue)
{
    return queue->frames != NULL ? queue->frames : queue->inside;
}

static uint32_t slots_count(const struct ps_queue *queue)
{
    return queue->frames != NULL ? queue->room : PS_QUEUE_FRAMES_INSIDE;
}

static struct ps_frame *frame_at(struct ps_queue *queue, uint32_t index)
{
    return slots(queue)[(queue->head + index) & (slots_count(queue) - 1)];
}

static bool grow(struct ps_queue *queue)
{
    const uint32_t room = slots_count(queue) * 2;
    struct ps_frame **frames = malloc(room * sizeof(*frames));
    if (frames == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < queue->count; i++) {
        frames[i] = frame_at(queue, i);
    }
    free(queue->frames);
    queue->frames = frames;
    queue->room = room;
    queue->head = 0;
    return true;
}

bool ps_queue_push(struct ps_queue *queue, struct ps_frame *frame)
{
    if (queue->count == slots_count(queue) && !grow(queue)) {
        return false;
    }
    ps_frame_write_header(frame, OPCODE_TEXT);
    ps_frame_hold(frame);
    slots(queue)[(queue->head + queue->count) & (slots_count(queue) - 1)] = frame;
    queue->count++;
    queue->bytes += (size_t)frame->header + frame->bytes;
    return true;
}

size_t ps_queue_next(struct ps_queue *queue, uint8_t *scratch, size_t room, uint8_t **ret_bytes)
{
    if (queue->count == 0) {
        return 0;
    }
    struct ps_frame *first = frame_at(queue, 0);
    const size_t rest = (size_t)first->header + first->bytes - queue->sent;
    uint8_t *start = ps_frame_payload(first) - first->header + queue->sent;
    if (queue->count == 1 || rest >= room) {
        *ret_bytes = start;
        return rest < room ? rest : room;
    }
    size_t used = 0;
    for (uint32_t i = 0; i < queue->count; i++) {
        struct ps_frame *frame = frame_at(queue, i);
        const size_t skip = i == 0 ? queue->sent : 0;
        const size_t count = (size_t)frame->header + frame->bytes - skip;
        if (used + count > room) {
            break;
        }
        memcpy(scratch + used, ps_frame_payload(frame) - frame->header + skip, count);
        used += count;
    }
    *ret_bytes = scratch;
    return used;
}

void ps_queue_advance(struct ps_queue *queue, size_t count)
{
    ps_assert(count <= queue->bytes);
    queue->bytes -= count;
    while (count > 0) {
        struct ps_frame *first = frame_at(queue, 0);
        const size_t rest = (size_t)first->header + first->bytes - queue->sent;
        if (count < rest) {
            queue->sent += (uint32_t)count;
            return;
        }
        count -= rest;
        queue->sent = 0;
        queue->head = (queue->head + 1) & (slots_count(queue) - 1);
        queue->count--;
        ps_frame_release(first);
    }
    if (queue->count == 0 && queue->frames != NULL) {
        free(queue->frames);
        queue->frames = NULL;
        queue->head = 0;
        queue->room = 0;
    }
}

size_t ps_queue_weight(const struct ps_queue *queue)
{
    return queue->bytes + (size_t)queue->count * PS_QUEUE_FRAME_COST;
}

void ps_queue_finish(struct ps_queue *queue)
{
    while (queue->count > 0) {
        ps_frame_release(frame_at(queue, 0));
        queue->head = (queue->head + 1) & (slots_count(queue) - 1);
        queue->count--;
    }
    free(queue->frames);
    memset(queue, 0, sizeof(*queue));
}

void ps_frame_write_header(struct ps_frame *frame, uint8_t opcode)
{
    if (frame->header != 0) {
        return;
    }
    uint8_t *end = ps_frame_payload(frame);
    const uint32_t bytes = frame->bytes;
    if (bytes < 126) {
        end[-1] = (uint8_t)bytes;
        frame->header = 2;
    } else if (bytes < 65536) {
        end[-1] = (uint8_t)bytes;
        end[-2] = (uint8_t)(bytes >> 8);
        end[-3] = 126;
        frame->header = 4;
    } else {
        for (int i = 1; i <= 8; i++) {
            end[-i] = (uint8_t)(i <= 4 ? bytes >> (8 * (i - 1)) : 0);
        }
        end[-9] = 127;
        frame->header = 10;
    }
    end[-(int)frame->header] = (uint8_t)(FIN | opcode);
}
