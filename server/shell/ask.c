#include "shell/ask.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell/local.h"
#include "shell/offline.h"
#include "shell/sentence.h"

enum { ANSWER_BYTES_MAX = 256 * 1024 * 1024 }; /* an export of a long programme with its words */

int ps_ask_complain(int status, const char *sentence)
{
    fprintf(stderr, "peerset: %s\n", sentence);
    return status;
}

int ps_ask_print(int status, const char *body, size_t count)
{
    if (status >= 200 && status < 300) {
        const bool written = fwrite(body, 1, count, stdout) == count &&
                             (count == 0 || body[count - 1] == '\n' || putchar('\n') != EOF) &&
                             fflush(stdout) == 0;
        return written ? 0 : ps_ask_complain(1, "standard output cannot be written");
    }
    char sentence[1024];
    if (!ps_sentence_of_error(body, count, sentence, sizeof(sentence))) {
        snprintf(sentence, sizeof(sentence), "the server answered with status %d", status);
    }
    return ps_ask_complain(status >= 400 && status < 500 ? 2 : 1, sentence);
}

/* ---- the running server ---- */

static bool write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        const ssize_t written = write(fd, bytes, count);
        if (written <= 0 && errno != EINTR) {
            return false;
        }
        bytes += written > 0 ? written : 0;
        count -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* Everything until the other side closes, with a NUL behind it. NULL: it failed. */
static char *read_all(int fd, size_t *ret_count)
{
    size_t room = 65536;
    size_t used = 0;
    char *bytes = malloc(room);
    while (bytes != NULL) {
        const ssize_t count = read(fd, bytes + used, room - used - 1);
        if (count == 0) {
            bytes[used] = '\0';
            *ret_count = used;
            return bytes;
        }
        if (count < 0 && errno != EINTR) {
            break;
        }
        used += count > 0 ? (size_t)count : 0;
        if (room - used < 2) {
            char *more = room < ANSWER_BYTES_MAX ? realloc(bytes, room * 2) : NULL;
            if (more == NULL) {
                break;
            }
            bytes = more;
            room *= 2;
        }
    }
    free(bytes);
    return NULL;
}

static int ask_server(int fd, const char *path, const char *body, size_t bytes)
{
    char head[128];
    const int used = snprintf(head, sizeof(head), "POST %s HTTP/1.1\r\nContent-Length: %zu\r\n\r\n",
                              path, bytes);
    size_t count = 0;
    int status = 0;
    /* A server that refuses early may close before it has read everything: its answer counts. */
    const bool sent = write_all(fd, head, (size_t)used) && write_all(fd, body, bytes);
    char *answer = read_all(fd, &count);
    const char *content = answer == NULL ? NULL : strstr(answer, "\r\n\r\n");
    static const char version[] = "HTTP/1.1 ";
    if (content != NULL && strncmp(answer, version, sizeof(version) - 1) == 0) {
        status = (int)strtol(answer + sizeof(version) - 1, NULL, 10);
    }
    if (content == NULL || status < 100 || status > 599) {
        free(answer);
        return ps_ask_complain(1, sent ? "the server went away without an answer"
                                       : "the server takes no commands");
    }
    content += 4;
    const int exit_status = ps_ask_print(status, content, count - (size_t)(content - answer));
    free(answer);
    return exit_status;
}

/* ---- which of the two ---- */

/* The control socket's descriptor, or -1 when there is no server; -2: a line was printed. */
static int find_server(const struct ps_ask *ask)
{
    char path[PATH_MAX];
    enum ps_err err = PS_OK;
    if (ask->control != NULL) {
        snprintf(path, sizeof(path), "%s", ask->control);
    } else {
        snprintf(path, sizeof(path), "%s/control.sock", ask->data);
    }
    const int fd = ps_local_connect(path, &err);
    if (fd >= 0 || (err == PS_E_ABSENT && ask->control == NULL) ||
        (err == PS_E_LIMIT && ask->control == NULL)) {
        return fd;
    }
    char sentence[PATH_MAX + 128];
    snprintf(sentence, sizeof(sentence), "no server answers at %s%s", path,
             err == PS_E_LIMIT ? ": the path is too long for a socket" : "");
    ps_ask_complain(2, sentence);
    return -2;
}

static int open_journal(const struct ps_ask *ask, struct ps_journal **ret_journal)
{
    const char *why = "";
    const enum ps_err err =
        ps_journal_sqlite_open(ask->data, ps_offline_journal_wake, NULL, ret_journal, &why);
    if (err == PS_OK) {
        return 0;
    }
    if (err == PS_E_CONFLICT && ask->control == NULL) {
        return ps_ask_complain(
            1, "a server has this data folder and its control socket is elsewhere: say --control");
    }
    return ps_ask_complain(1, why);
}

int ps_ask_control(const struct ps_ask *ask, const char *json, size_t bytes)
{
    const int fd = find_server(ask);
    if (fd == -2) {
        return 2;
    }
    if (fd >= 0) {
        const int status = ask_server(fd, "/control", json, bytes);
        close(fd);
        return status;
    }
    struct ps_journal *journal = NULL;
    int status = open_journal(ask, &journal);
    if (status == 0) {
        status = ps_offline_control(ask, journal, json, bytes);
        ps_journal_close(journal);
    }
    return status;
}

/* A path that means the same to a server that was started elsewhere. */
static bool whole_path(const char *path, char *ret_whole, size_t room)
{
    char here[PATH_MAX];
    if (path[0] == '/') {
        return (size_t)snprintf(ret_whole, room, "%s", path) < room;
    }
    return getcwd(here, sizeof(here)) != NULL &&
           (size_t)snprintf(ret_whole, room, "%s/%s", here, path) < room;
}

int ps_ask_backup(const struct ps_ask *ask, const char *to)
{
    char whole[PATH_MAX * 2];
    const int fd = find_server(ask);
    if (fd == -2) {
        return 2;
    }
    if (!whole_path(to, whole, sizeof(whole))) {
        return ps_ask_complain(2, "--to is too long");
    }
    if (fd >= 0) {
        const int status = ask_server(fd, "/backup", whole, strlen(whole));
        close(fd);
        return status;
    }
    struct ps_journal *journal = NULL;
    const char *why = "";
    const int status = open_journal(ask, &journal);
    if (status != 0) {
        return status;
    }
    const enum ps_err err = ps_journal_sqlite_backup(journal, whole, &why);
    const int exit_status =
        err == PS_OK ? ps_ask_print(200, "{\"backup\":true}", strlen("{\"backup\":true}"))
                     : ps_ask_complain(err == PS_E_CONFLICT ? 2 : 1, why);
    ps_journal_close(journal);
    return exit_status;
}
