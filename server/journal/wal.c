/* wal - what SQLite's recovery will find in peerset.db-wal, seen before SQLite looks.
 *
 * Recovery stops at the first frame whose checksum is wrong and calls that the end. Pages that a
 * checkpoint had already moved then meet older pages from what is left of the WAL, and the file is
 * inconsistent without a word. So the same walk is done here first, and its length is compared with
 * the mark. Format: sqlite.org/fileformat2.html, section 4. Never opens peerset.db or its -shm:
 * closing a descriptor of those would drop SQLite's own locks on them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "journal/files.h"

enum {
    WAL_HEADER_BYTES = 32,
    FRAME_HEADER_BYTES = 24,
    PAGE_BYTES_MIN = 512,
    PAGE_BYTES_MAX = 65536,
};
static const uint32_t wal_magic = 0x377f0682; /* the lowest bit set: checksums are big-endian */
static const uint32_t wal_version = 3007000;
static const char wal_name[] = "peerset.db-wal";

struct sum {
    uint32_t a;
    uint32_t b;
    bool big;
};

static uint32_t word(const uint8_t *at, bool big)
{
    return big ? (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]
               : (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

/* count is a multiple of 8 */
static void add(struct sum *sum, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i += 8) {
        sum->a += word(bytes + i, sum->big) + sum->b;
        sum->b += word(bytes + i + 4, sum->big) + sum->a;
    }
}

static bool sums_to(const struct sum *sum, const uint8_t *stored)
{
    return sum->a == word(stored, true) && sum->b == word(stored + 4, true);
}

/* The page size, 0 if this is not a header. */
static size_t read_header(const uint8_t header[WAL_HEADER_BYTES], struct sum *sum,
                          struct ps_wal *wal)
{
    uint32_t magic = word(header, true);
    uint32_t page_bytes = word(header + 8, true);
    if ((magic & ~1U) != wal_magic || word(header + 4, true) != wal_version ||
        page_bytes < PAGE_BYTES_MIN || page_bytes > PAGE_BYTES_MAX ||
        (page_bytes & (page_bytes - 1)) != 0) {
        return 0;
    }
    *sum = (struct sum){.big = (magic & 1U) != 0};
    add(sum, header, 24);
    wal->salt[0] = word(header + 16, true);
    wal->salt[1] = word(header + 20, true);
    return sums_to(sum, header + 24) ? page_bytes : 0;
}

static void count_frames(int fd, size_t page_bytes, struct sum sum, uint8_t *frame,
                         struct ps_wal *wal)
{
    size_t frame_bytes = FRAME_HEADER_BYTES + page_bytes;
    off_t at = WAL_HEADER_BYTES;
    for (uint64_t i = 1; pread(fd, frame, frame_bytes, at) == (ssize_t)frame_bytes; i++) {
        add(&sum, frame, 8);
        add(&sum, frame + FRAME_HEADER_BYTES, page_bytes);
        if (word(frame, true) == 0 || word(frame + 8, true) != wal->salt[0] ||
            word(frame + 12, true) != wal->salt[1] || !sums_to(&sum, frame + 16)) {
            break;
        }
        if (word(frame + 4, true) !=
            0) { /* the size of the file after a commit: this frame commits */
            wal->frames = i;
        }
        at += (off_t)frame_bytes;
    }
}

enum ps_err ps_wal_scan(int dir, struct ps_wal *ret_wal)
{
    *ret_wal = (struct ps_wal){0};
    int fd = openat(dir, wal_name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? PS_OK : PS_E_IO;
    }
    uint8_t header[WAL_HEADER_BYTES] = {0};
    ssize_t count = pread(fd, header, sizeof header, 0);
    uint8_t *frame = malloc(FRAME_HEADER_BYTES + PAGE_BYTES_MAX);
    enum ps_err err = count < 0 || frame == NULL ? PS_E_IO : PS_OK;
    if (err == PS_OK && count > 0) {
        struct sum sum;
        ret_wal->has_bytes = true;
        size_t page_bytes = read_header(header, &sum, ret_wal);
        ret_wal->sound = page_bytes > 0;
        if (ret_wal->sound) {
            count_frames(fd, page_bytes, sum, frame, ret_wal);
        }
    }
    free(frame);
    close(fd);
    return err;
}

enum ps_err ps_wal_salt(int dir, uint32_t ret_salt[2])
{
    int fd = openat(dir, wal_name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return PS_E_IO;
    }
    uint8_t header[WAL_HEADER_BYTES];
    ssize_t count = pread(fd, header, sizeof header, 0);
    close(fd);
    if (count != (ssize_t)sizeof header) {
        return PS_E_IO;
    }
    ret_salt[0] = word(header + 16, true);
    ret_salt[1] = word(header + 20, true);
    return PS_OK;
}
