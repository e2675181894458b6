/* load - sets of twelve over TLS, and real commands in an open loop.
 *
 *   load PORT FILE        FILE: a line SET.SEAT COOKIE for each person, twelve in a row for a set,
 *                         the facilitator first ("-" for no cookie)
 *
 * It is told what to do by lines on its input, and answers each with a line of JSON:
 *
 *   open A B              open the sockets of the members A to B - 1 of every set
 *   live                  every facilitator opens and starts the meeting
 *   rest MS               only take what comes
 *   round RATE MS         RATE commands a second over all sets, for MS; then the figures
 *
 * A command's time runs from the moment at which the schedule wanted it sent, not from when it was
 * sent, to its receipt at the last of the twelve: a server that stalls is charged for every command
 * that should have gone out meanwhile. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "round.h"
#include "socket.h"

enum {
    SETS_MAX = 1024,
    PENDING_MAX = 16, /* commands of one person that wait for their answer; a power of two */
    EVENTS = 256,
    GRACE_MS = 5000, /* after a round, for what is still on its way */
    LINE_BYTES = 256,
};

struct set;

struct person {
    struct ps_socket socket;
    struct set *set;
    char name[64];
    char cookie[160];
    bool open, raised;
    uint64_t seq; /* what this person's picture shows */
    uint64_t number, answered;
    uint64_t scheduled[PENDING_MAX];
};

struct set {
    struct person people[PS_BENCH_MEMBERS];
    struct ps_slot slots[PS_BENCH_SLOTS];
    int holder; /* of the floor; -1: nobody */
    bool taken;
    unsigned turn;
    unsigned started; /* answers of the facilitator on the way to a live meeting */
};

static struct set *sets;
static size_t sets_count;
static struct ps_round figures;
static bool going_live;
static uint64_t waiting; /* commands without an answer */
static int loop;
static char own[16];
static int port;
static SSL_CTX *context;

/* ---- what comes ---- */

static bool begins(const char **text, const char *with)
{
    size_t count = strlen(with);
    bool same = strncmp(*text, with, count) == 0;
    *text += same ? count : 0;
    return same;
}

static uint64_t number_at(const char **text)
{
    uint64_t number = 0;
    *text += strspn(*text, " ");
    for (; **text >= '0' && **text <= '9'; *text += 1) {
        number = number * 10 + (uint64_t)(**text - '0');
    }
    return number;
}

/* Who holds the floor, as the facilitator's patch tells it. */
static void see_floor(struct set *set, const char *text)
{
    static const char key[] = "\"holder\":";
    const char *at = strstr(text, key);
    if (at == NULL) {
        return;
    }
    at += sizeof(key) - 1;
    set->taken = false;
    if (*at != '"') {
        set->holder = -1;
    } else if (at[1] == 'f') {
        set->holder = 0;
    } else {
        set->holder = (int)strtol(at + 2, NULL, 10);
    }
    if (set->holder >= 0) {
        set->people[set->holder].raised = false;
    }
}

static void on_patch(struct person *person, const char *text, size_t count)
{
    const char *at = text;
    uint64_t from = number_at(&at);
    if (!begins(&at, ",\"seq\":")) {
        ps_bench_die("a patch without seq: %.80s", text);
    }
    uint64_t seq = number_at(&at);
    if (seq > from && seq <= person->seq) {
        figures.doubled += 1;
    } else if (from != person->seq) {
        figures.out_of_order += 1;
    }
    if (seq > from) {
        figures.bytes += count;
        ps_round_receipt(&figures, person->set->slots, from, seq, ps_bench_now());
    }
    person->seq = seq;
    if (person == &person->set->people[0]) {
        see_floor(person->set, at);
    }
}

static void ask(struct person *person, const char *method, uint64_t scheduled);

static void on_answer(struct person *person, const char *text)
{
    static const char result[] = "\",\"result\":{\"seq\":";
    const char *at = text;
    uint64_t number = number_at(&at);
    if (number != person->answered + 1) {
        ps_bench_die("answer %llu of %s after %llu", (unsigned long long)number, person->name,
                     (unsigned long long)person->answered);
    }
    uint64_t scheduled = person->scheduled[number % PENDING_MAX];
    person->answered = number;
    waiting -= 1;
    if (going_live) {
        if (!begins(&at, result)) {
            ps_bench_die("no live meeting: %s", text);
        }
        person->set->started += 1;
        if (person->set->started == 1) {
            ask(person, "meeting.start", ps_bench_now());
        }
    } else if (begins(&at, result)) {
        ps_round_answer(&figures, person->set->slots, number_at(&at), scheduled);
    } else {
        figures.refused += 1;
        person->raised = false;
    }
}

static void on_text(void *whom, const char *bytes, size_t count)
{
    static char text[512 * 1024];
    struct person *person = whom;
    if (count >= sizeof(text)) {
        ps_bench_die("a message of %zu bytes", count);
    }
    memcpy(text, bytes, count);
    text[count] = '\0';
    const char *at = text;
    if (begins(&at, "{\"jsonrpc\":\"2.0\",\"id\":\"")) {
        if (!begins(&at, own)) {
            ps_bench_die("an answer for somebody else: %.80s", text);
        }
        on_answer(person, at);
    } else if (begins(&at, "{\"jsonrpc\":\"2.0\",\"method\":\"patch\",\"params\":{\"from\":")) {
        on_patch(person, at, count);
    } else if (begins(&at, "{\"jsonrpc\":\"2.0\",\"method\":\"picture\",\"params\":{\"seq\":")) {
        person->seq = number_at(&at);
        figures.wholes += 1;
    } else if (!begins(&at, "{\"jsonrpc\":\"2.0\",\"method\":\"welcome\"")) {
        ps_bench_die("an unknown message: %.80s", text);
    }
}

/* Take what comes until `until`, or sooner when `enough` becomes true. */
static void take_until(uint64_t until, const uint64_t *enough)
{
    for (;;) {
        struct epoll_event events[EVENTS];
        uint64_t now = ps_bench_now();
        uint64_t left = now < until ? until - now : 0;
        struct timespec wait = {.tv_sec = (time_t)(left / 1000000000U),
                                .tv_nsec = (long)(left % 1000000000U)};
        int count = epoll_pwait2(loop, events, EVENTS, &wait, NULL);
        for (int i = 0; i < count; i++) {
            struct person *person = events[i].data.ptr;
            ps_socket_receive(&person->socket, on_text, person);
        }
        if ((enough != NULL && *enough == 0) || ps_bench_now() >= until) {
            return;
        }
    }
}

/* ---- what goes ---- */

static void ask(struct person *person, const char *method, uint64_t scheduled)
{
    char text[LINE_BYTES];
    if (person->number - person->answered >= PENDING_MAX) {
        ps_bench_die("%s has %d commands without an answer: the server does not keep up",
                     person->name, PENDING_MAX);
    }
    person->number += 1;
    person->scheduled[person->number % PENDING_MAX] = scheduled;
    int used = snprintf(text, sizeof(text),
                        "{\"jsonrpc\":\"2.0\",\"id\":\"%s%llu\",\"method\":\"%s\",\"params\":{%s}}",
                        own, (unsigned long long)person->number, method,
                        strcmp(method, "hand.raise") == 0 ? "\"kind\":\"question\"" : "");
    ps_socket_send(&person->socket, text, (size_t)used);
    waiting += 1;
}

/* The next in turn does what a person would: speaks with the floor, or moves the hand. */
static void act(struct set *set, uint64_t scheduled)
{
    struct person *person = &set->people[set->turn % PS_BENCH_MEMBERS];
    bool holds = set->holder == (int)(set->turn % PS_BENCH_MEMBERS);
    set->turn += 1;
    figures.sent += 1;
    if (holds && !set->taken) {
        set->taken = true;
        ask(person, "floor.take", scheduled);
    } else if (holds) {
        set->holder = -1;
        ask(person, "floor.yield", scheduled);
    } else {
        person->raised = !person->raised;
        ask(person, person->raised ? "hand.raise" : "hand.lower", scheduled);
    }
}

/* ---- what it is told ---- */

static void open_people(size_t first, size_t end)
{
    for (size_t i = 0; i < sets_count; i++) {
        for (size_t k = first; k < end && k < PS_BENCH_MEMBERS; k++) {
            struct person *person = &sets[i].people[k];
            ps_socket_open(&person->socket, context, port, person->name, person->cookie);
            struct epoll_event event = {.events = EPOLLIN, .data.ptr = person};
            if (epoll_ctl(loop, EPOLL_CTL_ADD, person->socket.fd, &event) != 0) {
                ps_bench_die("no epoll");
            }
            person->open = true;
            ps_socket_receive(&person->socket, on_text, person); /* what came with the upgrade */
            take_until(ps_bench_now(), NULL);
        }
    }
    take_until(ps_bench_now() + 500000000U, NULL);
    printf("{\"opened\":%zu}\n", sets_count * (end - first));
}

static void go_live(void)
{
    going_live = true;
    for (size_t i = 0; i < sets_count; i++) {
        ask(&sets[i].people[0], "meeting.open", ps_bench_now());
    }
    take_until(ps_bench_now() + GRACE_MS * 2000000ULL, &waiting);
    going_live = false;
    for (size_t i = 0; i < sets_count; i++) {
        if (sets[i].started < 2) {
            ps_bench_die("a meeting did not begin");
        }
    }
    take_until(ps_bench_now() + 500000000U, NULL);
    printf("{\"live\":%zu}\n", sets_count);
}

static void begin_round(void)
{
    uint32_t *samples = figures.samples;
    figures = (struct ps_round){.samples = samples, .samples_room = figures.samples_room};
    for (size_t i = 0; i < sets_count; i++) {
        for (size_t k = 0; k < PS_BENCH_SLOTS; k++) {
            sets[i].slots[k].scheduled = 0; /* those of the round before are judged already */
        }
    }
}

static void run_round(uint64_t rate, uint64_t ms)
{
    begin_round();
    const uint64_t began = ps_bench_now() + 1000000U;
    const uint64_t count = rate * ms / 1000;
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t due = began + i * 1000000000U / rate;
        take_until(due, NULL);
        const uint64_t late = ps_bench_now() - due;
        figures.late_max = late > figures.late_max ? late : figures.late_max;
        act(&sets[i % sets_count], due);
    }
    take_until(began + ms * 1000000U, NULL);
    take_until(ps_bench_now() + GRACE_MS * 1000000ULL, &waiting);
    take_until(ps_bench_now() + 200000000U, NULL); /* the last receipts may follow the answer */
    figures.lost += waiting;
    for (size_t i = 0; i < sets_count; i++) {
        ps_round_close(&figures, sets[i].slots);
    }
    ps_round_print(&figures, (double)(ps_bench_now() - began) / 1e9);
}

static void obey(const char *line)
{
    const char *at = line;
    if (begins(&at, "open ")) {
        uint64_t first = number_at(&at);
        open_people(first, number_at(&at));
    } else if (begins(&at, "live")) {
        go_live();
    } else if (begins(&at, "rest ")) {
        take_until(ps_bench_now() + number_at(&at) * 1000000U, NULL);
        printf("{\"rested\":true}\n");
    } else if (begins(&at, "round ")) {
        uint64_t rate = number_at(&at);
        run_round(rate, number_at(&at));
    } else {
        ps_bench_die("unknown: %s", line);
    }
    fflush(stdout);
}

/* One line at a time, and sockets in between: pings want their answer. false: the input ended. */
static bool take_line(void)
{
    static char line[LINE_BYTES];
    struct pollfd ends[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                             {.fd = loop, .events = POLLIN}};
    poll(ends, 2, -1);
    if (ends[1].revents != 0) {
        take_until(ps_bench_now(), NULL);
    }
    if (ends[0].revents == 0) {
        return true;
    }
    ssize_t count = read(STDIN_FILENO, line, sizeof(line) - 1);
    if (count <= 0) {
        return false;
    }
    line[count] = '\0';
    obey(line);
    return true;
}

static void read_people(const char *path)
{
    char line[LINE_BYTES];
    FILE *file = fopen(path, "re");
    sets = calloc(SETS_MAX, sizeof(*sets));
    if (file == NULL || sets == NULL) {
        ps_bench_die("cannot read %s", path);
    }
    size_t count = 0;
    for (; fgets(line, sizeof(line), file) != NULL && count / PS_BENCH_MEMBERS < SETS_MAX;
         count++) {
        struct set *set = &sets[count / PS_BENCH_MEMBERS];
        struct person *person = &set->people[count % PS_BENCH_MEMBERS];
        if (sscanf(line, "%63s %159s", person->name, person->cookie) != 2) {
            ps_bench_die("%s: not a person: %s", path, line);
        }
        if (strcmp(person->cookie, "-") == 0) {
            person->cookie[0] = '\0';
        }
        person->set = set;
        set->holder = -1;
    }
    fclose(file);
    sets_count = count / PS_BENCH_MEMBERS;
}

int main(int count, char **words)
{
    if (count != 3) {
        ps_bench_die("load PORT FILE");
    }
    port = (int)strtol(words[1], NULL, 10);
    read_people(words[2]);
    snprintf(own, sizeof(own), "b%d:", (int)getpid());
    context = SSL_CTX_new(TLS_client_method());
    loop = epoll_create1(EPOLL_CLOEXEC);
    if (context == NULL || loop < 0) {
        ps_bench_die("no TLS or no epoll");
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    while (take_line()) {
    }
    return 0;
}
