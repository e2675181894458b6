#include "shell/local.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool address_of(const char *path, struct sockaddr_un *ret_address)
{
    static_assert(sizeof(ret_address->sun_path) == PS_LOCAL_PATH_BYTES, "the system's own bound");
    memset(ret_address, 0, sizeof(*ret_address));
    ret_address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof(ret_address->sun_path)) {
        return false;
    }
    memcpy(ret_address->sun_path, path, strlen(path) + 1);
    return true;
}

int ps_local_connect(const char *path, enum ps_err *ret_err)
{
    struct sockaddr_un address;
    if (!address_of(path, &address)) {
        *ret_err = PS_E_LIMIT;
        return -1;
    }
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0) {
        return fd;
    }
    *ret_err = errno == ENOENT || errno == ECONNREFUSED ? PS_E_ABSENT : PS_E_IO;
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

int ps_local_listen(const char *path, char *ret_why, size_t why_room)
{
    struct sockaddr_un address;
    enum ps_err err = PS_OK;
    if (!address_of(path, &address)) {
        snprintf(ret_why, why_room,
                 "the path of the control socket has %zu bytes and the system takes %zu: choose a "
                 "shorter "
                 "one with --control",
                 strlen(path), sizeof(address.sun_path) - 1);
        return -1;
    }
    const int other = ps_local_connect(path, &err);
    if (other >= 0) {
        close(other);
        snprintf(ret_why, why_room, "another server answers at %s", path);
        return -1;
    }
    struct stat there;
    if (lstat(path, &there) == 0) {
        if (!S_ISSOCK(there.st_mode)) {
            snprintf(ret_why, why_room, "%s is there and is not a socket", path);
            return -1;
        }
        unlink(path);
    }
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const mode_t mask = umask(0177);
    const bool bound = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
    const int error = errno;
    umask(mask);
    if (!bound) {
        snprintf(ret_why, why_room, "no control socket at %s: %s", path, strerror(error));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}
