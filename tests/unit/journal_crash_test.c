/* The journal on a bad day: killed between any two writes, a disk that fails, a disk that is full.
 * Faults 1, 2, 5 and 6 of the catalogue of faults.
 *
 * The writing calls of libc are defined here, so that SQLite's and our own come by: each is a step,
 * and a chosen step kills the process, tears the write in two, or fails. */
#include "journal_fixture.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "base/prng.h"
#include "journal/sqlite_parts.h"

/* ---- steps ----------------------------------------------------------------------------------- */

enum mishap { NONE, KILL, TEAR, FAIL_ONCE, FAIL_FROM, FAIL_SYNC };

static _Atomic enum mishap mishap;
static atomic_long steps;
static atomic_long chosen;
static atomic_int failure; /* errno of a failing step */
static atomic_long syncs;

static void arm(enum mishap what, long at)
{
    steps = 0;
    chosen = at;
    mishap = what;
}

/* True: this step is to fail. A step that kills does not return. */
static bool step(void)
{
    enum mishap now = mishap;
    if (now == NONE) {
        return false;
    }
    long at = ++steps;
    if (now == KILL && at == chosen) {
        kill(getpid(), SIGKILL);
    }
    errno = failure;
    return (now == FAIL_ONCE && at == chosen) || (now == FAIL_FROM && at >= chosen);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at)
{
    if (step()) {
        return -1;
    }
    if (mishap == TEAR && steps == chosen) {
        (void)syscall(SYS_pwrite64, fd, bytes, count / 2, at);
        kill(getpid(), SIGKILL);
    }
    return syscall(SYS_pwrite64, fd, bytes, count, at);
}

int fdatasync(int fd)
{
    syncs++;
    if (mishap == FAIL_SYNC) {
        mishap = NONE; /* once: the frames of the commit are in the file, and remain */
        errno = EIO;
        return -1;
    }
    return step() ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    syncs++;
    return step() ? -1 : (int)syscall(SYS_fsync, fd);
}

int ftruncate(int fd, off_t bytes)
{
    return step() ? -1 : (int)syscall(SYS_ftruncate, fd, bytes);
}

/* ---- a script that both a child and a test can follow ---------------------------------------- */

/* What was acknowledged. */
struct acked {
    uint64_t alpha;
    uint64_t beta;
    uint64_t value;
};

enum { ROUNDS = 5 };

/* Checkpoints come after a few commits already, so that mishaps find them too. */
static void checkpoint_often(struct ps_journal *journal)
{
    struct ps_sqlite *sqlite = (struct ps_sqlite *)journal;
    pthread_mutex_lock(&sqlite->lock);
    sqlite->writer.frames_max = 10;
    pthread_mutex_unlock(&sqlite->lock);
}

static enum ps_journal_result put_now(struct ps_journal *journal, uint64_t value)
{
    static struct answers answers;
    char text[24];
    answers.count = 0;
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    ps_journal_put(journal, "value", text, strlen(text), take_answer, &answers);
    ps_journal_flush(journal);
    assert_int_equal(answers.count, 1);
    return answers.results[0];
}

/* Open, write, close, telling each acknowledgement to `tell`. */
static void follow_script(const char *folder, struct acked acked, int tell)
{
    struct ps_journal *journal = NULL;
    const char *why = "";
    if (ps_journal_sqlite_open(folder, NULL, NULL, &journal, &why) != PS_OK) {
        (void)fprintf(stderr, "# %s\n", why);
        _exit(3);
    }
    checkpoint_often(journal);
    for (int i = 0; i < ROUNDS; i++) {
        if (append_now(journal, "alpha", acked.alpha, 3) == PS_JOURNAL_OK) {
            acked.alpha += 3;
        }
        assert_int_equal(write(tell, &acked, sizeof acked), sizeof acked);
        if (append_now(journal, "beta", acked.beta, 1) == PS_JOURNAL_OK) {
            acked.beta += 1;
        }
        if (put_now(journal, acked.value + 1) == PS_JOURNAL_OK) {
            acked.value += 1;
        }
        assert_int_equal(write(tell, &acked, sizeof acked), sizeof acked);
    }
    ps_journal_close(journal);
}

/* Let a child follow the script until it ends or is killed. False: it came to its end. */
static bool child_follows(const char *folder, enum mishap what, long at, struct acked *acked)
{
    int pipes[2];
    int status = 0;
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(pipes[0]);
        arm(what, at);
        follow_script(folder, *acked, pipes[1]);
        _exit(0);
    }
    close(pipes[1]);
    while (read(pipes[0], acked, sizeof *acked) == (ssize_t)sizeof *acked) {
    }
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
}

static bool take_number(void *context, const char *key, const void *value, size_t bytes)
{
    char text[24] = "";
    (void)key;
    assert_in_range(bytes, 1, sizeof text - 1);
    memcpy(text, value, bytes);
    *(uint64_t *)context = strtoull(text, NULL, 10);
    return true;
}

static struct acked what_is_there(struct ps_journal *journal)
{
    struct acked there = {.alpha = head_of(journal, "alpha"), .beta = head_of(journal, "beta")};
    assert_int_equal(ps_journal_shelf(journal, "value", take_number, &there.value), PS_OK);
    return there;
}

/* All that was acknowledged, and at most the one thing that was on its way, whole. */
static void assert_nothing_lost(const struct place *place, struct acked *acked)
{
    struct ps_journal *journal = open_journal(place->folder);
    struct acked there = what_is_there(journal);
    assert_true(there.alpha == acked->alpha || there.alpha == acked->alpha + 3);
    assert_true(there.beta == acked->beta || there.beta == acked->beta + 1);
    assert_true(there.value == acked->value || there.value == acked->value + 1);
    assert_int_equal(append_now(journal, "alpha", there.alpha, 3), PS_JOURNAL_OK);
    *acked = (struct acked){.alpha = there.alpha + 3, .beta = there.beta, .value = there.value};
    ps_journal_close(journal);
}

/* ---- killed ---------------------------------------------------------------------------------- */

/* From the first write into an empty folder to the last of a clean stop. */
static void killed_at_any_step_nothing_acknowledged_is_lost(void **state)
{
    const struct place *place = *state;
    bool killed = true;
    long at = 0;
    while (killed) {
        struct acked acked = {0};
        place_remove(place->folder);
        killed = child_follows(place->folder, KILL, ++at, &acked);
        assert_nothing_lost(place, &acked);
    }
    print_message("# killed at each of %ld steps\n", at - 1);
    assert_true(at > 60); /* the steps are really seen */
}

static void killed_in_the_middle_of_any_write_nothing_acknowledged_is_lost(void **state)
{
    const struct place *place = *state;
    long at = 0;
    for (bool ended = false; !ended;) {
        struct acked acked = {0};
        place_remove(place->folder);
        ended = !child_follows(place->folder, TEAR, ++at, &acked) && at > 200;
        assert_nothing_lost(place, &acked);
    }
}

/* Opening after a kill moves the WAL into the file: killed there too, again and again. */
static void killed_while_opening_after_a_kill_nothing_acknowledged_is_lost(void **state)
{
    const struct place *place = *state;
    char kept[300];
    struct acked before = {0};
    (void)snprintf(kept, sizeof kept, "%s/kept.db", place->root);
    assert_true(child_follows(place->folder, KILL, 70, &before));
    assert_true(before.alpha > 0);
    static const char *const names[] = {"peerset.db", "peerset.db-wal", "peerset.mark"};
    for (size_t i = 0; i < PS_COUNT(names); i++) {
        (void)snprintf(kept, sizeof kept, "%s/kept%zu", place->root, i);
        file_copy(place_file(place, names[i]), kept);
    }

    for (long at = 1; at < 40; at++) {
        struct acked acked = before;
        place_remove(place->folder);
        assert_int_equal(mkdir(place->folder, 0700), 0);
        for (size_t i = 0; i < PS_COUNT(names); i++) {
            (void)snprintf(kept, sizeof kept, "%s/kept%zu", place->root, i);
            file_copy(kept, place_file(place, names[i]));
        }
        assert_true(child_follows(place->folder, at % 2 == 0 ? KILL : TEAR, at, &acked) ||
                    at % 2 != 0);
        assert_nothing_lost(place, &acked);
    }
}

/* A child that writes as fast as it can, many sets at once; killed from outside at any moment. */
static void write_for_ever(const char *folder, uint64_t head, int tell)
{
    static struct answers answers;
    struct ps_journal *journal = open_journal(folder);
    char set[16];
    for (;; head += 2) {
        answers.count = 0;
        for (int i = 0; i < 20; i++) {
            (void)snprintf(set, sizeof set, "set%d", i);
            append_many(journal, set, head, 2, &answers);
        }
        ps_journal_flush(journal);
        for (size_t i = 0; i < 20; i++) {
            if (answers.results[i] != PS_JOURNAL_OK) {
                _exit(4);
            }
        }
        uint64_t told = head + 2;
        if (write(tell, &told, sizeof told) != (ssize_t)sizeof told) {
            _exit(5);
        }
    }
}

static void killed_from_outside_no_acknowledged_record_is_lost(void **state)
{
    const struct place *place = *state;
    struct ps_prng prng = ps_prng_seed(7);
    uint64_t head = 0;
    char set[16];

    for (int round = 0; round < 20; round++) {
        int pipes[2];
        int status = 0;
        uint64_t told = head;
        assert_int_equal(pipe(pipes), 0);
        pid_t child = fork();
        if (child == 0) {
            write_for_ever(place->folder, head, pipes[1]);
        }
        close(pipes[1]);
        for (uint64_t n = ps_prng_below(&prng, 120) + 1; n > 0; n--) {
            assert_int_equal(read(pipes[0], &told, sizeof told), sizeof told);
        }
        kill(child, SIGKILL);
        while (read(pipes[0], &told, sizeof told) == (ssize_t)sizeof told) {
        }
        close(pipes[0]);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));

        struct ps_journal *journal = open_journal(place->folder);
        head = head_of(journal, "set0");
        assert_true(head == told || head == told + 2);
        for (int i = 1; i < 20; i++) { /* one group: all sets or none */
            (void)snprintf(set, sizeof set, "set%d", i);
            assert_int_equal(head_of(journal, set), head);
        }
        ps_journal_close(journal);
    }
    print_message("# %llu records in each of 20 sets after 20 kills\n", (unsigned long long)head);
}

/* ---- a disk that fails ----------------------------------------------------------------------- */

/* Write with a failure at one step. What was answered with IO is not there, now or later. */
static bool write_with_failure(const struct place *place, enum mishap what, long at)
{
    place_remove(place->folder);
    struct ps_journal *journal = open_journal(place->folder);
    struct acked acked = {0};
    bool failed = false;
    checkpoint_often(journal);

    arm(what, at);
    for (int i = 0; i < ROUNDS; i++) {
        bool ok = append_now(journal, "alpha", acked.alpha, 3) == PS_JOURNAL_OK;
        acked.alpha += ok ? 3 : 0;
        failed = failed || !ok;
        ok = put_now(journal, acked.value + 1) == PS_JOURNAL_OK;
        acked.value += ok ? 1 : 0;
        failed = failed || !ok;
        struct acked there = what_is_there(journal);
        assert_int_equal(there.alpha, acked.alpha);
        assert_int_equal(there.value, acked.value);
    }
    arm(NONE, 0);
    assert_int_equal(append_now(journal, "alpha", acked.alpha, 3), PS_JOURNAL_OK);
    assert_int_equal(ps_journal_figures(journal).failures > 0, failed);
    ps_journal_close(journal);

    journal = open_journal(place->folder);
    struct acked there = what_is_there(journal);
    assert_int_equal(there.alpha, acked.alpha + 3);
    assert_int_equal(there.value, acked.value);
    ps_journal_close(journal);
    return failed;
}

static void a_write_or_sync_that_fails_once_is_answered_with_io_and_leaves_nothing(void **state)
{
    unsigned failed = 0;
    failure = EIO;
    for (long at = 1; at <= 60; at++) {
        failed += write_with_failure(*state, FAIL_ONCE, at);
    }
    print_message("# %u of 60 steps failed an append or a put\n", failed);
    assert_true(failed > 20);
}

static void a_disk_that_stays_bad_acknowledges_nothing_and_heals_with_the_disk(void **state)
{
    failure = ENOSPC;
    for (long at = 1; at <= 40; at++) {
        assert_true(write_with_failure(*state, FAIL_FROM, at));
    }
}

static void a_failed_commit_that_reached_the_file_is_not_there_after_a_kill(void **state)
{
    const struct place *place = *state;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct ps_journal *journal = open_journal(place->folder);
        (void)append_now(journal, "alpha", 0, 1);
        arm(FAIL_SYNC, 0);
        enum ps_journal_result failed = append_now(journal, "alpha", 1, 1);
        uint64_t head = head_of(journal, "alpha");
        /* Mended by this, and nothing is written over what was left. */
        enum ps_journal_result conflict = append_now(journal, "alpha", 999, 1);
        _exit(failed == PS_JOURNAL_IO && conflict == PS_JOURNAL_CONFLICT ? (int)head : 101);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);

    struct ps_journal *journal = open_journal(place->folder);
    assert_int_equal(head_of(journal, "alpha"), 1);
    ps_journal_close(journal);
}

static void a_close_that_fails_loses_nothing(void **state)
{
    const struct place *place = *state;
    failure = EIO;
    for (long at = 1; at <= 30; at++) {
        place_remove(place->folder);
        struct ps_journal *journal = open_journal(place->folder);
        struct answers answers = {.count = 0};
        for (uint64_t head = 0; head < 10; head++) {
            assert_int_equal(append_now(journal, "alpha", head, 1), PS_JOURNAL_OK);
        }
        arm(at % 2 == 0 ? FAIL_ONCE : FAIL_FROM, at / 2 + 1);
        append_many(journal, "alpha", 10, 1, &answers);
        ps_journal_close(journal);
        arm(NONE, 0);

        assert_int_equal(answers.count, 1);
        journal = open_journal(place->folder);
        uint64_t head = head_of(journal, "alpha");
        /* With IO as the answer and no commit after it, the process ended before it was mended. */
        assert_true(head == 11 || (head == 10 && answers.results[0] == PS_JOURNAL_IO));
        ps_journal_close(journal);
    }
}

static void an_open_that_fails_says_so_and_can_be_tried_again(void **state)
{
    const struct place *place = *state;
    failure = ENOSPC;
    long at = 0;
    for (enum ps_err err = PS_E_IO; err != PS_OK;) {
        struct ps_journal *journal = NULL;
        const char *why = "";
        place_remove(place->folder);
        arm(FAIL_FROM, ++at);
        err = ps_journal_sqlite_open(place->folder, NULL, NULL, &journal, &why);
        arm(NONE, 0);
        if (err != PS_OK) {
            assert_int_equal(err, PS_E_IO);
            assert_true(strlen(why) > 20);
            journal = open_journal(place->folder);
        }
        assert_int_equal(append_now(journal, "alpha", 0, 1), PS_JOURNAL_OK);
        ps_journal_close(journal);
    }
    assert_true(at > 10);
}

/* ---- what is synced -------------------------------------------------------------------------- */

static void every_answer_has_a_sync_behind_it_and_a_quiet_put_has_none(void **state)
{
    const struct place *place = *state;
    struct ps_journal *journal = open_journal(place->folder);
    assert_int_equal(append_now(journal, "alpha", 0, 1), PS_JOURNAL_OK); /* makes the WAL */

    for (uint64_t head = 1; head < 20; head++) {
        long before = syncs;
        assert_int_equal(append_now(journal, "alpha", head, 1), PS_JOURNAL_OK);
        assert_int_equal(syncs, before + 1);
        assert_int_equal(put_now(journal, head), PS_JOURNAL_OK);
        assert_int_equal(syncs, before + 2);
    }
    long before = syncs;
    ps_journal_put(journal, "value", "77", 2, NULL, NULL);
    struct acked there = {0};
    for (int i = 0; i < 300 && there.value != 77; i++) {
        const struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};
        nanosleep(&moment, NULL);
        there = what_is_there(journal);
    }
    assert_int_equal(there.value, 77);
    assert_int_equal(syncs, before);
    assert_int_equal(append_now(journal, "alpha", 20, 1), PS_JOURNAL_OK);
    assert_int_equal(syncs, before + 1);
    ps_journal_close(journal);
}

/* ---- a disk that is full --------------------------------------------------------------------- */

static void fill_disk(const char *path, const char *bytes, size_t count)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    while (count > 0) {
        if (write(fd, bytes, count) <= 0) {
            count /= 2;
        }
    }
    close(fd);
}

static void a_full_disk_acknowledges_nothing_and_heals_when_there_is_room(void **state)
{
    const struct place *place = *state;
    if (geteuid() != 0 || mount("peerset-test", place->root, "tmpfs", 0, "size=1m,mode=700") != 0) {
        print_message("# skipped: mounting a small tmpfs needs root (%s)\n", strerror(errno));
        skip();
    }
    static char zeros[65536];
    char filler[300];
    (void)snprintf(filler, sizeof filler, "%s/filler", place->root);
    struct ps_journal *journal = open_journal(place->folder);
    uint64_t head = 0;
    for (; head < 40; head++) {
        assert_int_equal(append_now(journal, "alpha", head, 1), PS_JOURNAL_OK);
    }

    fill_disk(filler, zeros, sizeof zeros);
    unsigned refused = 0;
    for (int i = 0; i < 20; i++) {
        if (append_now(journal, "alpha", head, 60) == PS_JOURNAL_OK) {
            head += 60;
        } else {
            refused++;
        }
    }
    assert_true(refused > 0);
    assert_int_equal(head_of(journal, "alpha"), head);
    assert_int_equal(unlink(filler), 0);
    assert_int_equal(append_now(journal, "alpha", head, 1), PS_JOURNAL_OK);
    ps_journal_close(journal);

    journal = open_journal(place->folder);
    assert_int_equal(head_of(journal, "alpha"), head + 1);
    ps_journal_close(journal);
    assert_int_equal(umount(place->root), 0);
}

int main(void)
{
    place_in_memory();
    struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_any_step_nothing_acknowledged_is_lost),
        cmocka_unit_test(killed_in_the_middle_of_any_write_nothing_acknowledged_is_lost),
        cmocka_unit_test(killed_while_opening_after_a_kill_nothing_acknowledged_is_lost),
        cmocka_unit_test(killed_from_outside_no_acknowledged_record_is_lost),
        cmocka_unit_test(a_write_or_sync_that_fails_once_is_answered_with_io_and_leaves_nothing),
        cmocka_unit_test(a_disk_that_stays_bad_acknowledges_nothing_and_heals_with_the_disk),
        cmocka_unit_test(a_failed_commit_that_reached_the_file_is_not_there_after_a_kill),
        cmocka_unit_test(a_close_that_fails_loses_nothing),
        cmocka_unit_test(an_open_that_fails_says_so_and_can_be_tried_again),
        cmocka_unit_test(every_answer_has_a_sync_behind_it_and_a_quiet_put_has_none),
        cmocka_unit_test(a_full_disk_acknowledges_nothing_and_heals_when_there_is_room),
    };
    return place_run(tests, PS_COUNT(tests), NULL, NULL);
}
