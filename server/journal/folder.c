/* folder - the folder of the journal: 0700, and one process at a time.
 *
 * The lock is a flock on peerset.lock, taken before any other file is touched and given up by the
 * kernel however the process ends. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/files.h"

const char *ps_why(const char *format, ...)
{
    static _Thread_local char why[PS_WHY_BYTES_MAX + PS_PATH_BYTES_MAX];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(why, sizeof why, format, values);
    va_end(values);
    return why;
}

/* Nothing in it that is not ours: then its mode is ours to set, and is not that of /tmp or of a
 * home. */
static bool holds_only_ours(int dir)
{
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy < 0 ? NULL : fdopendir(copy);
    if (list == NULL) {
        if (copy >= 0) {
            close(copy);
        }
        return false;
    }
    bool only_ours = true;
    for (struct dirent *entry = readdir(list); entry != NULL && only_ours; entry = readdir(list)) {
        only_ours = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                    strncmp(entry->d_name, "peerset.", strlen("peerset.")) == 0;
    }
    closedir(list);
    return only_ours;
}

static enum ps_err tighten(int dir, const char *path, const char **ret_why)
{
    struct stat found;
    if (fstat(dir, &found) != 0) {
        *ret_why = ps_why("The folder %s cannot be looked at: %s.", path, strerror(errno));
        return PS_E_IO;
    }
    if ((found.st_mode & 077) == 0) {
        return PS_OK;
    }
    if (found.st_uid == geteuid() && holds_only_ours(dir) && fchmod(dir, 0700) == 0) {
        return PS_OK;
    }
    *ret_why =
        ps_why("Others may look into the folder %s (mode %04o), and it holds more than Peerset's "
               "files: name an empty folder, or run chmod 700 on this one.",
               path, (unsigned)found.st_mode & 07777U);
    return PS_E_INVALID;
}

static enum ps_err enter(const char *path, int *ret_dir, const char **ret_why)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        *ret_why = ps_why("The folder %s cannot be made: %s.", path, strerror(errno));
        return PS_E_IO;
    }
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) {
        bool not_a_folder = errno == ENOTDIR;
        *ret_why = not_a_folder
                       ? ps_why("%s is not a folder.", path)
                       : ps_why("The folder %s cannot be opened: %s.", path, strerror(errno));
        return not_a_folder ? PS_E_INVALID : PS_E_IO;
    }
    enum ps_err err = tighten(dir, path, ret_why);
    if (err != PS_OK) {
        close(dir);
        return err;
    }
    *ret_dir = dir;
    return PS_OK;
}

/* Who has it, as the file says; a number for people only. */
static long holder(int lock)
{
    char text[24] = {0};
    ssize_t count = pread(lock, text, sizeof text - 1, 0);
    return count <= 0 ? 0 : strtol(text, NULL, 10);
}

static enum ps_err take_lock(int dir, const char *path, int *ret_lock, const char **ret_why)
{
    int lock = openat(dir, "peerset.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0 || fchmod(lock, 0600) != 0) {
        *ret_why = ps_why("Nothing can be written in the folder %s: %s.", path, strerror(errno));
        if (lock >= 0) {
            close(lock);
        }
        return PS_E_IO;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        *ret_why =
            ps_why("Another Peerset (process %ld) is using the folder %s: stop it first, or name "
                   "another folder.",
                   holder(lock), path);
        close(lock);
        return PS_E_CONFLICT;
    }
    char text[24];
    int count = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)count, 0) != count) {
        errno = 0; /* a second opener reads "process 0": no reason to refuse the first */
    }
    *ret_lock = lock;
    return PS_OK;
}

enum ps_err ps_folder_open(const char *path, struct ps_folder *ret_folder, const char **ret_why)
{
    struct ps_folder folder = {.dir = -1, .lock = -1};
    enum ps_err err = enter(path, &folder.dir, ret_why);
    if (err != PS_OK) {
        return err;
    }
    /* SQLite opens by name, also later: the name must not depend on where the process stands. */
    char *whole = realpath(path, NULL);
    if (whole == NULL || strlen(whole) >= sizeof folder.path) {
        *ret_why = ps_why("The path of the folder %s is too long or cannot be followed.", path);
        free(whole);
        close(folder.dir);
        return PS_E_INVALID;
    }
    memcpy(folder.path, whole, strlen(whole) + 1);
    (void)snprintf(folder.db_path, sizeof folder.db_path, "%s/peerset.db", whole);
    free(whole);
    err = take_lock(folder.dir, folder.path, &folder.lock, ret_why);
    if (err != PS_OK) {
        close(folder.dir);
        return err;
    }
    *ret_folder = folder;
    return PS_OK;
}

void ps_folder_close(struct ps_folder *folder)
{
    close(folder->lock);
    close(folder->dir);
    folder->lock = -1;
    folder->dir = -1;
}
