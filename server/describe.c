#include "describe.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "wire/describe.h"

enum { PATH_BYTES_MAX = 4096 };

static int complain(const char *path)
{
    (void)fprintf(stderr, "peerset describe: %s: %s\n", path, strerror(errno));
    return 1;
}

/* The folder of the file, one level below: protocol/ has no deeper ones. */
static bool make_folder(const char *path)
{
    char folder[PATH_BYTES_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = (size_t)(slash - path);
    memcpy(folder, path, length);
    folder[length] = '\0';
    return mkdir(folder, 0777) == 0 || errno == EEXIST;
}

static int write_file(const char *path, const struct ps_text *text)
{
    FILE *file = make_folder(path) ? fopen(path, "wb") : NULL;
    if (file == NULL) {
        return complain(path);
    }
    bool written = fwrite(text->bytes, 1, text->used, file) == text->used;
    bool closed = fclose(file) == 0;
    return written && closed ? 0 : complain(path);
}

int ps_describe(const char *folder)
{
    static char room[PS_DESCRIBE_BYTES_MAX];
    for (size_t i = 0; ps_describe_name(i) != NULL; i++) {
        char path[PATH_BYTES_MAX];
        struct ps_text text = ps_text_into(room, sizeof(room));
        int length = snprintf(path, sizeof(path), "%s/%s", folder, ps_describe_name(i));
        if (length < 0 || (size_t)length >= sizeof(path)) {
            errno = ENAMETOOLONG;
            return complain(folder);
        }
        ps_describe_write(i, &text);
        int status = write_file(path, &text);
        if (status != 0) {
            return status;
        }
    }
    return 0;
}
