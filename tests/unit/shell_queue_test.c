/* The send queue: order, shared frames, headers, and what is held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shell/limits.h"
#include "shell/queue.h"

static struct ps_frame *frame_of(size_t bytes)
{
    char *payload = malloc(bytes + 1);
    assert_non_null(payload);
    for (size_t i = 0; i < bytes; i++) {
        payload[i] = (char)('a' + i % 26);
    }
    struct ps_frame *frame = ps_frame_create(payload, bytes);
    free(payload);
    assert_non_null(frame);
    return frame;
}

static void headers_follow_the_length(void **state)
{
    static const struct {
        size_t bytes;
        uint8_t header[10];
        uint32_t count;
    } rows[] = {
        {0, {0x81, 0}, 2},
        {125, {0x81, 125}, 2},
        {126, {0x81, 126, 0, 126}, 4},
        {65535, {0x81, 126, 0xff, 0xff}, 4},
        {65536, {0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0}, 10},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ps_frame *frame = frame_of(rows[i].bytes);
        ps_frame_write_header(frame, 1);
        assert_int_equal(frame->header, rows[i].count);
        assert_memory_equal(ps_frame_payload(frame) - frame->header, rows[i].header, rows[i].count);
        ps_frame_release(frame);
    }
}

/* Take everything out in writes of at most `room` and put it together. */
static size_t drain(struct ps_queue *queue, size_t room, uint8_t *all)
{
    static uint8_t scratch[PS_WRITE_BYTES];
    uint8_t *bytes = NULL;
    size_t used = 0;
    for (size_t count = ps_queue_next(queue, scratch, room, &bytes); count > 0;
         count = ps_queue_next(queue, scratch, room, &bytes)) {
        assert_true(count <= room);
        memcpy(all + used, bytes, count);
        used += count;
        ps_queue_advance(queue, count);
    }
    return used;
}

static void every_byte_goes_once_and_in_order(void **state)
{
    enum { FRAMES = 40 };
    static uint8_t expected[200000];
    static uint8_t all[200000];
    struct ps_queue queue = {0};
    size_t used = 0;
    (void)state;
    for (size_t room = 16; room <= PS_WRITE_BYTES; room *= 4) {
        used = 0;
        for (size_t i = 0; i < FRAMES; i++) {
            struct ps_frame *frame = frame_of(i * i * 3 % 5000);
            assert_true(ps_queue_push(&queue, frame));
            const size_t bytes = (size_t)frame->header + frame->bytes;
            memcpy(expected + used, ps_frame_payload(frame) - frame->header, bytes);
            used += bytes;
            ps_frame_release(frame);
        }
        assert_int_equal(queue.bytes, used);
        assert_int_equal(drain(&queue, room, all), used);
        assert_memory_equal(all, expected, used);
        assert_int_equal(ps_queue_weight(&queue), 0);
        assert_null(queue.frames);
    }
}

static void small_frames_go_in_one_write(void **state)
{
    static uint8_t scratch[PS_WRITE_BYTES];
    struct ps_queue queue = {0};
    struct ps_frame *frame = frame_of(100);
    uint8_t *bytes = NULL;
    (void)state;
    assert_true(ps_queue_push(&queue, frame));
    assert_int_equal(ps_queue_next(&queue, scratch, sizeof(scratch), &bytes), 102);
    assert_ptr_equal(bytes, ps_frame_payload(frame) - 2); /* one alone is not copied */
    assert_true(ps_queue_push(&queue, frame));
    assert_true(ps_queue_push(&queue, frame));
    assert_int_equal(ps_queue_next(&queue, scratch, sizeof(scratch), &bytes), 306);
    assert_ptr_equal(bytes, scratch);
    ps_queue_finish(&queue);
    assert_int_equal(frame->refs, 1);
    ps_frame_release(frame);
}

static void one_frame_is_held_by_each_queue_until_it_is_gone(void **state)
{
    static uint8_t all[4096];
    struct ps_queue one = {0};
    struct ps_queue other = {0};
    struct ps_frame *frame = frame_of(300);
    (void)state;
    assert_true(ps_queue_push(&one, frame));
    assert_true(ps_queue_push(&other, frame));
    assert_int_equal(frame->refs, 3);
    assert_int_equal(drain(&one, 64, all), 304);
    assert_int_equal(frame->refs, 2);
    ps_queue_finish(&other);
    assert_int_equal(frame->refs, 1);
    ps_frame_release(frame);
}

static void many_small_frames_weigh_more_than_their_bytes(void **state)
{
    struct ps_queue queue = {0};
    struct ps_frame *frame = frame_of(10);
    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_true(ps_queue_push(&queue, frame));
    }
    assert_int_equal(ps_queue_weight(&queue), 1000 * (12 + PS_QUEUE_FRAME_COST));
    ps_queue_finish(&queue);
    ps_frame_release(frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_follow_the_length),
        cmocka_unit_test(every_byte_goes_once_and_in_order),
        cmocka_unit_test(small_frames_go_in_one_write),
        cmocka_unit_test(one_frame_is_held_by_each_queue_until_it_is_gone),
        cmocka_unit_test(many_small_frames_weigh_more_than_their_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
