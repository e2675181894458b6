/* mark - how far the journal was when it last acknowledged, in a small file of its own.
 *
 * SQLite takes a damaged WAL for the end of the log and says nothing; the mark is the witness
 * (decision 0011). Two slots of one sector each are written in turn, each with its own hash, so
 * that a write torn by a power cut leaves the other. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/files.h"

enum {
    SLOT_BYTES = 512, /* one sector */
    MARK_BYTES = 8 + 5 * 8 + 2 * 4 + PS_HASH_BYTES,
    SLOTS = 2,
};

static const char mark_name[] = "peerset.mark";
static const uint8_t mark_title[8] = {'P', 'S', 'M', 'A', 'R', 'K', 0, PS_JOURNAL_FORMAT};

static void put_bytes(uint8_t *at, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        at[i] = (uint8_t)(number >> (8 * (bytes - 1 - i)));
    }
}

static uint64_t get_bytes(const uint8_t *at, int bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < bytes; i++) {
        number = number << 8 | at[i];
    }
    return number;
}

static void encode(const struct ps_mark *mark, uint8_t slot[SLOT_BYTES])
{
    memset(slot, 0, SLOT_BYTES);
    memcpy(slot, mark_title, sizeof mark_title);
    put_bytes(slot + 8, mark->turn, 8);
    put_bytes(slot + 16, mark->record_id, 8);
    put_bytes(slot + 24, mark->puts, 8);
    put_bytes(slot + 32, mark->frames, 8);
    put_bytes(slot + 40, mark->moved, 8);
    put_bytes(slot + 48, mark->salt[0], 4);
    put_bytes(slot + 52, mark->salt[1], 4);
    memcpy(slot + 56, mark->chain, sizeof mark->chain);
    ps_seal_hash(slot, MARK_BYTES, slot + MARK_BYTES);
}

static bool decode(const uint8_t slot[SLOT_BYTES], struct ps_mark *ret_mark)
{
    uint8_t hash[PS_HASH_BYTES];
    ps_seal_hash(slot, MARK_BYTES, hash);
    if (memcmp(slot, mark_title, sizeof mark_title) != 0 ||
        memcmp(hash, slot + MARK_BYTES, sizeof hash) != 0) {
        return false;
    }
    *ret_mark = (struct ps_mark){
        .turn = get_bytes(slot + 8, 8),
        .record_id = get_bytes(slot + 16, 8),
        .puts = get_bytes(slot + 24, 8),
        .frames = get_bytes(slot + 32, 8),
        .moved = get_bytes(slot + 40, 8),
        .salt = {(uint32_t)get_bytes(slot + 48, 4), (uint32_t)get_bytes(slot + 52, 4)},
    };
    memcpy(ret_mark->chain, slot + 56, sizeof ret_mark->chain);
    return true;
}

/* Made, but never written: the process ended between the two, before anything was acknowledged. */
static bool is_blank(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

enum ps_err ps_mark_read(int dir, struct ps_mark *ret_mark)
{
    int fd = openat(dir, mark_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno == ENOENT ? PS_E_ABSENT : PS_E_IO;
    }
    uint8_t slots[SLOTS][SLOT_BYTES] = {0};
    ssize_t count = pread(fd, slots, sizeof slots, 0);
    close(fd);
    if (count < 0) {
        return PS_E_IO;
    }
    if (is_blank(&slots[0][0], sizeof slots)) {
        return PS_E_ABSENT;
    }
    bool found = false;
    for (int i = 0; i < SLOTS; i++) {
        struct ps_mark mark;
        if (decode(slots[i], &mark) && (!found || mark.turn > ret_mark->turn)) {
            *ret_mark = mark;
            found = true;
        }
    }
    return found ? PS_OK : PS_E_CORRUPT;
}

enum ps_err ps_mark_open(int dir, int *ret_fd)
{
    int fd = openat(dir, mark_name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return PS_E_IO;
    }
    struct stat found;
    const uint8_t blank[SLOTS * SLOT_BYTES] = {0};
    bool ready = fchmod(fd, 0600) == 0 && fstat(fd, &found) == 0 &&
                 (found.st_size >= (off_t)sizeof blank ||
                  pwrite(fd, blank, sizeof blank, 0) == (ssize_t)sizeof blank);
    if (!ready) {
        close(fd);
        return PS_E_IO;
    }
    *ret_fd = fd;
    return PS_OK;
}

enum ps_err ps_mark_write(int fd, struct ps_mark *mark)
{
    uint8_t slot[SLOT_BYTES];
    mark->turn++;
    encode(mark, slot);
    off_t at = (off_t)(mark->turn % SLOTS) * SLOT_BYTES;
    return pwrite(fd, slot, sizeof slot, at) == (ssize_t)sizeof slot ? PS_OK : PS_E_IO;
}

enum ps_err ps_mark_sync(int fd)
{
    return fdatasync(fd) == 0 ? PS_OK : PS_E_IO;
}
