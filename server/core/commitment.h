/* commitment - what somebody will do, by when, and who asks after it. Source: domain.md §10. */
#pragma once

#include "core/set.h"

extern const char *const ps_witness_words[];
extern const char *const ps_commitment_status_words[];

/* Commitments made in the turn that runs. */
uint8_t ps_commitments_made(const struct ps_set *set);

/* May this seat make a commitment now: the presenter in a phase that is for it? */
enum ps_refusal ps_commitment_may_make(const struct ps_set *set, const struct ps_scene *scene,
                                       uint8_t seat);
