/* sim - the program.
 *
 *   sim SEED                     one meeting, with its trace when it fails
 *   sim --trace SEED             with its trace in any case
 *   sim --runs N --from S        S, S+1, …, before them the seeds of tests/simulation/seeds.txt
 *
 * Speaks TAP. A failing seed goes into seeds.txt and stays there. */
#include "sim.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"

enum { SEEDS_MAX = 20000, TWICE_EVERY = 25 /* of the seeds are run twice, to the same byte */ };

static struct sim *simulation;

/* An assertion where nothing can catch it: the seed and the trace are what is needed. */
static void died(int number)
{
    printf("not ok - seed %" PRIu64 " died (signal %d)\n", simulation->seed, number);
    sim_print_trace(simulation, stdout);
    fflush(stdout);
    _exit(1);
}

static void tell(const struct sim *sim, const char *verdict)
{
    printf("%s seed %" PRIu64 ": %u people, pace %u, %us, %u asked, %u done, %u refused, "
           "%u patches, %u compared, %u sent again, %u repeated, %u cuts, %u slow, %u restarts\n",
           verdict, sim->seed, sim->people_count, sim->pace, (uint32_t)(sim->now / 1000), sim->sent,
           sim->results, sim->refusals, sim->patches, sim->compared, sim->resent, sim->repeats,
           sim->cuts, sim->stalls, sim->crashes);
}

/* What people asked in all meetings together. */
static struct {
    char name[32];
    uint32_t asked, done, refused;
} methods[128];

static void count_methods(const struct sim *sim)
{
    for (const struct sim_request *one = sim->requests; one != NULL; one = one->next) {
        size_t i = 0;
        while (methods[i].name[0] != '\0' && strcmp(methods[i].name, one->method) != 0) {
            i++;
        }
        snprintf(methods[i].name, sizeof(methods[i].name), "%s", one->method);
        methods[i].asked += 1;
        methods[i].done += one->results > 0 ? 1 : 0;
        methods[i].refused += one->errors > 0 ? 1 : 0;
    }
}

static void tell_methods(void)
{
    for (size_t i = 0; methods[i].name[0] != '\0'; i++) {
        printf("# %-24s asked %6u, done %6u, refused %6u\n", methods[i].name, methods[i].asked,
               methods[i].done, methods[i].refused);
    }
}

static bool run_one(uint64_t seed, bool loud, bool twice, uint32_t number)
{
    char head[40];
    bool fine = sim_run(simulation, seed, loud);
    uint64_t digest = simulation->digest;
    snprintf(head, sizeof(head), "%s %u -", fine ? "ok" : "not ok", number);
    tell(simulation, head);
    if (!fine) {
        sim_print_trace(simulation, stdout);
        printf("# %s\n", simulation->why);
    }
    count_methods(simulation);
    sim_finish(simulation);
    if (fine && twice) {
        fine = sim_run(simulation, seed, false) && simulation->digest == digest;
        sim_finish(simulation);
        if (!fine) {
            printf("# seed %" PRIu64 " does not repeat itself\nnot ok - repeats\n", seed);
        }
    }
    fflush(stdout);
    return fine;
}

/* Seeds that failed once, from the file beside the tests; lines with # are comments. */
static size_t read_seeds(uint64_t *seeds)
{
    const char *root = getenv("PEERSET_ROOT");
    char path[1024];
    char line[256];
    size_t count = 0;
    snprintf(path, sizeof(path), "%s/tests/simulation/seeds.txt", root == NULL ? "." : root);
    FILE *file = fopen(path, "r");
    while (file != NULL && count < SEEDS_MAX && fgets(line, sizeof(line), file) != NULL) {
        char *end = NULL;
        uint64_t seed = strtoull(line, &end, 10);
        if (end != line) {
            seeds[count++] = seed;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return count;
}

static int run_many(uint64_t from, uint64_t runs)
{
    static uint64_t seeds[SEEDS_MAX * 2];
    size_t count = read_seeds(seeds);
    uint32_t failed = 0;
    for (uint64_t i = 0; i < runs && i < SEEDS_MAX; i++) {
        seeds[count++] = from + i;
    }
    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        failed += run_one(seeds[i], false, i % TWICE_EVERY == 0, (uint32_t)(i + 1)) ? 0 : 1;
    }
    tell_methods();
    return failed == 0 ? 0 : 1;
}

int main(int count, char **arguments)
{
    uint64_t runs = 0;
    uint64_t from = 1;
    bool loud = false;
    simulation = calloc(1, sizeof(*simulation));
    if (simulation == NULL) {
        return 1;
    }
    signal(SIGABRT, died);
    signal(SIGSEGV, died);
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--runs") == 0 && i + 1 < count) {
            runs = strtoull(arguments[++i], NULL, 10);
        } else if (strcmp(arguments[i], "--from") == 0 && i + 1 < count) {
            from = strtoull(arguments[++i], NULL, 10);
        } else if (strcmp(arguments[i], "--trace") == 0) {
            loud = true;
        } else {
            from = strtoull(arguments[i], NULL, 10);
        }
    }
    int status = 0;
    if (runs > 0) {
        status = run_many(from, runs);
    } else {
        printf("1..1\n");
        status = run_one(from, loud, true, 1) ? 0 : 1;
    }
    free(simulation);
    return status;
}
