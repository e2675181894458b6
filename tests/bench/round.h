/* round - who got what, and when: receipts at every member, order, and latency. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PS_BENCH_MEMBERS = 12, PS_BENCH_SLOTS = 1024 };

/* One change of one set: its command's scheduled time, and who has it. */
struct ps_slot {
    uint64_t seq;
    uint64_t scheduled; /* 0: not a command's, or not known yet */
    uint64_t last;      /* the latest receipt */
    uint32_t receipts;
};

struct ps_round {
    uint64_t sent, answered, refused, without_change;
    uint64_t deliveries, bytes; /* patches, at every member */
    uint64_t lost, doubled, out_of_order, wholes;
    uint64_t late_max; /* ns: the driver itself, behind its own schedule */
    uint32_t *samples; /* us from the scheduled time to the last receipt */
    size_t samples_count, samples_room;
};

/* A member got the changes from + 1 to seq. */
void ps_round_receipt(struct ps_round *round, struct ps_slot *slots, uint64_t from, uint64_t seq,
                      uint64_t now);
/* The command scheduled at `scheduled` made change `seq`. */
void ps_round_answer(struct ps_round *round, struct ps_slot *slots, uint64_t seq,
                     uint64_t scheduled);
/* At the end: what has not come by now is lost. */
void ps_round_close(struct ps_round *round, const struct ps_slot *slots);
/* Print the figures as one line of JSON. */
void ps_round_print(struct ps_round *round, double seconds);
