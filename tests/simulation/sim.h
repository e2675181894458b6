/* sim - the real hub in an invented world: people, links and a disk, all by seed, in virtual time.
 *
 * Nothing here sleeps or asks a clock: the world jumps from one thing that is due to the next. What
 * a person does follows from what their screen shows (the patched picture of their device); what
 * the links, the disk and the server do follows from chance. A seed repeats a day to the byte. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/prng.h"
#include "base/text.h"
#include "hub/hub.h"
#include "journal/journal.h"
#include "sim_client.h"

enum {
    SIM_PEOPLE_MAX = 13, /* facilitator, deputy, eleven members */
    SIM_TRACE_LINES = 800,
    SIM_TRACE_CHARS = 360,
    SIM_TEXT_BYTES = 512 * 1024,
    SIM_CALM_MS = 1500, /* all that is on its way arrives, and presence is told */
    SIM_SECRETS_MAX = 65536,
};

/* Words that not everybody may see. */
struct sim_secret {
    uint8_t person; /* index */
    uint8_t kind;   /* enum sim_secret_kind */
};
enum sim_secret_kind { SIM_SECRET_NONE, SIM_SECRET_OWN, SIM_SECRET_DESK };

/* ---- the world ------------------------------------------------------------------------------- */

struct sim {
    uint64_t seed;
    struct ps_prng prng;
    uint64_t now;      /* process time; goes on through restarts of the server */
    int64_t wall_skew; /* wall clock minus process time; steps at restarts */

    struct ps_journal *journal;
    struct ps_hub *hub; /* NULL: the server is down */
    uint64_t wake_at, poll_at, start_at, fault_at, fault_end_at, crash_at, check_at;
    uint32_t crashes_left;
    uint32_t crashes;
    bool calm;    /* no faults, no new commands: everybody is compared */
    bool hurried; /* the facilitator wants to end it */
    uint64_t hurry_at, late_at;
    uint64_t calm_until; /* of `calm`: then everybody is compared */

    char set[PS_ID_CHARS_MAX];
    uint32_t pace;
    struct sim_person people[SIM_PEOPLE_MAX];
    uint32_t people_count;
    struct sim_socket *sockets;
    uint32_t serial;
    uint32_t tokens;
    struct sim_secret secrets[SIM_SECRETS_MAX]; /* by token */
    uint32_t meetings;                          /* that are held before it is over */
    struct sim_request *requests, *requests_last;
    char create_answer[16 * 1024];

    /* What has happened, for the last line. */
    uint32_t sent, results, refusals, compared, wholes, patches, resent, repeats, stalls, cuts;

    bool failed;
    char why[2048];
    bool loud; /* print the trace as it goes */
    uint32_t trace_count;
    uint64_t digest;
    char trace[SIM_TRACE_LINES][SIM_TRACE_CHARS];
    char text[SIM_TEXT_BYTES]; /* scratch */
};

/* One meeting from seed to end. False: something is wrong; sim->why says what. */
bool sim_run(struct sim *sim, uint64_t seed, bool loud);
void sim_finish(struct sim *sim);
void sim_print_trace(const struct sim *sim, FILE *to);

/* Remember a line; part of the digest. */
void sim_trace(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The first failure counts. */
void sim_fail(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint32_t sim_below(struct sim *sim, uint32_t bound);
/* True once in `of`. */
bool sim_once_in(struct sim *sim, uint32_t of);
static inline uint64_t sim_between(struct sim *sim, uint32_t least, uint32_t most)
{
    return least + sim_below(sim, most - least + 1);
}

/* ---- sim_server.c: the hub and its port ------------------------------------------------------ */

void sim_server_start(struct sim *sim);
/* Found the set and give everybody their link. */
void sim_server_found(struct sim *sim);
void sim_server_crash(struct sim *sim);
void sim_server_stop(struct sim *sim); /* orderly */
void sim_server_step(struct sim *sim); /* what of the server and the disk is due */
void sim_server_heal(struct sim *sim); /* the disk is well again */
/* What was handed to the disk will be done in a moment. */
void sim_server_watch_disk(struct sim *sim);
uint64_t sim_server_next(const struct sim *sim);

/* Token number `token` is of a text of this person, for this method. */
void sim_secret_keep(struct sim *sim, uint32_t token, const struct sim_person *person,
                     const char *method);
/* Does the frame hold words that this person may not see? */
void sim_secret_check(struct sim *sim, const struct sim_person *person, bool desk,
                      const char *text);

/* ---- sim_check.c ----------------------------------------------------------------------------- */

/* Everybody is calm: all who are connected see the same. */
void sim_check_views(struct sim *sim);
/* After the run: the journal against what was acknowledged, shown and promised. */
void sim_check_journal(struct sim *sim);
