/* journal_place - a folder for each test of the journal, and what may be done to its files. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
    char folder[256]; /* does not exist at first */
    char root[200];
};

static inline int place_remove_one(const char *path, const struct stat *found, int kind,
                                   struct FTW *depth)
{
    (void)found;
    (void)kind;
    (void)depth;
    return remove(path);
}

static inline void place_remove(const char *path)
{
    (void)nftw(path, place_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline int place_setup(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    const char *tmp = getenv("TMPDIR");
    (void)snprintf(place->root, sizeof place->root, "%s/peerset-journal-XXXXXX",
                   tmp == NULL ? "/tmp" : tmp);
    if (mkdtemp(place->root) == NULL) {
        free(place);
        return -1;
    }
    (void)snprintf(place->folder, sizeof place->folder, "%s/data", place->root);
    *state = place;
    return 0;
}

static inline int place_teardown(void **state)
{
    struct place *place = *state;
    (void)umount2(place->root, MNT_DETACH); /* left by the test of the full disk when it failed */
    place_remove(place->root);
    free(place);
    return 0;
}

/* Killed processes and flipped bits need no disk, and there are some hundred of them: memory is
 * quicker where there is some. */
static inline void place_in_memory(void)
{
    if (access("/dev/shm", W_OK | X_OK) == 0) {
        (void)setenv("TMPDIR", "/dev/shm", 0);
    }
}

/* Run tests, each with a place of its own. */
static inline int place_run(struct CMUnitTest *tests, size_t count, CMFixtureFunction before,
                            CMFixtureFunction after)
{
    for (size_t i = 0; i < count; i++) {
        tests[i].setup_func = place_setup;
        tests[i].teardown_func = place_teardown;
    }
    return _cmocka_run_group_tests("tests", tests, count, before, after);
}

/* The path of a file of the folder; the memory is good for four calls. */
static inline const char *place_file(const struct place *place, const char *name)
{
    static char paths[4][512];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", place->folder, name);
    return path;
}

static inline off_t file_bytes(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 ? found.st_size : -1;
}

static inline void file_copy(const char *from, const char *to)
{
    char bytes[65536];
    int in = open(from, O_RDONLY);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(in >= 0);
    assert_true(out >= 0);
    for (ssize_t count = read(in, bytes, sizeof bytes); count > 0;
         count = read(in, bytes, sizeof bytes)) {
        assert_int_equal(write(out, bytes, (size_t)count), count);
    }
    close(in);
    close(out);
}

static inline void file_flip_bit(const char *path, off_t byte, unsigned bit)
{
    uint8_t value = 0;
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &value, 1, byte), 1);
    value = (uint8_t)(value ^ (1U << bit));
    assert_int_equal(pwrite(fd, &value, 1, byte), 1);
    close(fd);
}
