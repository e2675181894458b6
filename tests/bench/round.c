#include "round.h"

#include <stdio.h>
#include <stdlib.h>

#include "socket.h"

/* Complete when the command is known and the last of the twelve has it. */
static void look(struct ps_round *round, const struct ps_slot *slot)
{
    if (slot->scheduled == 0 || slot->receipts != PS_BENCH_MEMBERS) {
        return;
    }
    if (round->samples_count == round->samples_room) {
        round->samples_room = round->samples_room * 2 + 1024;
        round->samples = realloc(round->samples, round->samples_room * sizeof(*round->samples));
        if (round->samples == NULL) {
            ps_bench_die("no memory");
        }
    }
    round->samples[round->samples_count++] = (uint32_t)((slot->last - slot->scheduled) / 1000);
}

static void judge(struct ps_round *round, const struct ps_slot *slot)
{
    if (slot->scheduled != 0 && slot->receipts < PS_BENCH_MEMBERS) {
        round->lost += PS_BENCH_MEMBERS - slot->receipts;
    }
}

static struct ps_slot *slot_of(struct ps_round *round, struct ps_slot *slots, uint64_t seq)
{
    struct ps_slot *slot = &slots[seq % PS_BENCH_SLOTS];
    if (slot->seq != seq) {
        judge(round, slot);
        *slot = (struct ps_slot){.seq = seq};
    }
    return slot;
}

void ps_round_receipt(struct ps_round *round, struct ps_slot *slots, uint64_t from, uint64_t seq,
                      uint64_t now)
{
    round->deliveries += 1;
    for (uint64_t each = from + 1; each <= seq; each++) {
        struct ps_slot *slot = slot_of(round, slots, each);
        slot->receipts += 1;
        slot->last = now;
        round->doubled += slot->receipts > PS_BENCH_MEMBERS ? 1 : 0;
        look(round, slot);
    }
}

void ps_round_answer(struct ps_round *round, struct ps_slot *slots, uint64_t seq,
                     uint64_t scheduled)
{
    struct ps_slot *slot = slot_of(round, slots, seq);
    round->answered += 1;
    if (slot->scheduled != 0) {
        round->without_change += 1; /* two commands, one change: the second found it done */
        return;
    }
    slot->scheduled = scheduled;
    look(round, slot);
}

void ps_round_close(struct ps_round *round, const struct ps_slot *slots)
{
    for (size_t i = 0; i < PS_BENCH_SLOTS; i++) {
        judge(round, &slots[i]);
    }
}

static int compare(const void *a, const void *b)
{
    const uint32_t left = *(const uint32_t *)a;
    const uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static uint32_t quantile(const struct ps_round *round, size_t per_mille)
{
    size_t at = round->samples_count * per_mille / 1000;
    at = at < round->samples_count ? at : round->samples_count - 1;
    return round->samples_count == 0 ? 0 : round->samples[at];
}

void ps_round_print(struct ps_round *round, double seconds)
{
    if (round->samples_count > 0) {
        qsort(round->samples, round->samples_count, sizeof(*round->samples), compare);
    }
    printf("{\"seconds\":%.3f,\"sent\":%llu,\"answered\":%llu,\"refused\":%llu,"
           "\"without_change\":%llu,\"measured\":%zu,\"deliveries\":%llu,\"bytes\":%llu,",
           seconds, (unsigned long long)round->sent, (unsigned long long)round->answered,
           (unsigned long long)round->refused, (unsigned long long)round->without_change,
           round->samples_count, (unsigned long long)round->deliveries,
           (unsigned long long)round->bytes);
    printf("\"lost\":%llu,\"doubled\":%llu,\"out_of_order\":%llu,\"wholes\":%llu,",
           (unsigned long long)round->lost, (unsigned long long)round->doubled,
           (unsigned long long)round->out_of_order, (unsigned long long)round->wholes);
    printf("\"p50_us\":%u,\"p90_us\":%u,\"p99_us\":%u,\"max_us\":%u,\"driver_late_us\":%llu}\n",
           quantile(round, 500), quantile(round, 900), quantile(round, 990), quantile(round, 1000),
           (unsigned long long)(round->late_max / 1000));
}
