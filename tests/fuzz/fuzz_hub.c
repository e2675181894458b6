/* fuzz_hub - hostile messages to the real hub: a facilitator and a member who send what they like.
 *
 * The input is lines. The first byte of a line says who sends the rest of it, or that time passes.
 * The hub catches an assertion and puts the set aside (decision 0031), so that is looked for here.
 */
#include "../unit/hub_trial.h"

#include "base/assert.h"

enum { LINES_MAX = 64, PASS_STEP_MS = 250 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static void act(struct trial *trial, const size_t peers[2], const char *line, size_t count)
{
    const uint8_t who = (uint8_t)line[0];
    if (who % 4 == 3) {
        trial_pass(trial, (uint64_t)count * PASS_STEP_MS);
        return;
    }
    struct peer *peer = &trial->peers[peers[who % 2]];
    if (peer->conn != NULL && peer->closed == 0) {
        ps_hub_receive(trial->hub, peer->conn, line + 1, count - 1);
        trial_poll(trial);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    void *state = NULL;
    trial_setup(&state);
    struct trial *trial = state;
    const size_t peers[2] = {trial_come(trial, "f1"), trial_come(trial, "m1")};
    const char *at = (const char *)bytes;
    const char *const end = at + count;
    for (int lines = 0; at < end && lines < LINES_MAX; lines++) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        line_end = line_end == NULL ? end : line_end;
        if (line_end > at) {
            act(trial, peers, at, (size_t)(line_end - at));
        }
        at = line_end + 1;
    }
    ps_assert(ps_hub_figures(trial->hub).sets_quarantined == 0);
    trial_teardown(&state);
    return 0;
}
