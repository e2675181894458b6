#include "shell/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "shell/header.h"
#include "shell/http.h"
#include "shell/local.h"
#include "shell/log.h"
#include "shell/metrics.h"

enum { HEAD_BYTES_MAX = 4096, SILENT_MS_MAX = 60000 };

struct client {
    struct ps_request request;
    uv_pipe_t pipe;
    uv_write_t writing;
    uv_work_t backup;
    struct ps_control *control; /* NULL: closed, and waits for the hub or the backup */
    char *bytes;
    size_t used, room;
    size_t head_bytes, body_bytes; /* head_bytes 0: not complete */
    char *reply;
    uint64_t since_ms;
    bool asked, closed;
    enum ps_err backup_err;
    char backup_why[512]; /* copied: the journal keeps its sentence for each thread */
    struct ps_journal *journal;
};

struct ps_control {
    struct ps_shell *shell;
    uv_pipe_t pipe;
    char path[PS_LOCAL_PATH_BYTES];
    struct client *clients[PS_CONTROL_CLIENTS_MAX];
    bool backup_running;
};

static void client_free(struct client *client)
{
    free(client->bytes);
    free(client->reply);
    free(client);
}

static void on_client_closed(uv_handle_t *handle)
{
    struct client *client = handle->data;
    client->closed = true;
    if (!client->asked) {
        client_free(client);
    }
}

static void client_close(struct client *client)
{
    if (client->control == NULL) {
        return;
    }
    for (size_t i = 0; i < PS_CONTROL_CLIENTS_MAX; i++) {
        if (client->control->clients[i] == client) {
            client->control->clients[i] = NULL;
        }
    }
    client->control = NULL;
    uv_close((uv_handle_t *)&client->pipe, on_client_closed);
}

/* ---- answering ---- */

static void on_written(uv_write_t *writing, int status)
{
    (void)status;
    client_close(writing->data);
}

static void reply(struct client *client, int status, const char *type, const char *body,
                  size_t count)
{
    char head[256];
    const int used =
        snprintf(head, sizeof(head),
                 "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                 "Connection: close\r\n\r\n",
                 status, status < 400 ? "OK" : "No", type == NULL ? "text/plain" : type, count);
    client->reply = malloc((size_t)used + count);
    if (client->reply == NULL) {
        client_close(client);
        return;
    }
    memcpy(client->reply, head, (size_t)used);
    if (count > 0) {
        memcpy(client->reply + used, body, count);
    }
    const uv_buf_t piece = uv_buf_init(client->reply, (unsigned)((size_t)used + count));
    client->writing.data = client;
    if (uv_write(&client->writing, (uv_stream_t *)&client->pipe, &piece, 1, on_written) != 0) {
        client_close(client);
    }
}

static void reply_text(struct client *client, int status, const char *text)
{
    reply(client, status, "text/plain; charset=utf-8", text, strlen(text));
}

static void reply_error(struct client *client, int status, const char *sentence)
{
    char body[1024];
    struct ps_text text = ps_text_into(body, sizeof(body));
    ps_text_add_string(&text, "{\"error\":\"");
    ps_text_add_json(&text, sentence, strlen(sentence));
    ps_text_add_string(&text, "\"}");
    reply(client, status, "application/json", body, text.full ? 0 : text.used);
}

/* An answer came for a client that may be gone. false: it is, and its memory too. */
static bool still_there(struct client *client)
{
    client->asked = false;
    if (client->control == NULL) {
        if (client->closed) {
            client_free(client);
        }
        return false;
    }
    return true;
}

static void answer_from_hub(struct ps_request *request, const struct ps_reply *from_hub)
{
    struct client *client = (struct client *)request;
    if (still_there(client)) {
        reply(client, from_hub->status, from_hub->type, from_hub->body, from_hub->body_bytes);
    }
}

/* ---- backup: on a thread of its own, the loop goes on ---- */

static void backup_work(uv_work_t *work)
{
    struct client *client = work->data;
    const char *to = client->bytes + client->head_bytes;
    const char *why = "";
    client->backup_err = ps_journal_sqlite_backup(client->journal, to, &why);
    if (client->backup_err != PS_OK) {
        snprintf(client->backup_why, sizeof(client->backup_why), "%s", why);
    }
}

static void backup_done(uv_work_t *work, int status)
{
    struct client *client = work->data;
    if (client->control != NULL) {
        client->control->backup_running = false;
    }
    const enum ps_err err = status == 0 ? client->backup_err : PS_E_IO;
    const char *why = status == 0 ? client->backup_why : "the server is stopping";
    if (err != PS_OK && err != PS_E_CONFLICT) {
        ps_log('e', "backup", "%s", ps_err_word(err));
    }
    if (!still_there(client)) {
        return;
    }
    if (err == PS_OK) {
        reply(client, 200, "application/json", "{\"backup\":true}", strlen("{\"backup\":true}"));
    } else {
        reply_error(client, err == PS_E_CONFLICT ? 409 : 500, why);
    }
}

static void begin_backup(struct client *client)
{
    const char *to = client->bytes + client->head_bytes;
    if (client->control->backup_running) {
        reply_error(client, 409, "A backup is already being made.");
        return;
    }
    if (to[0] != '/' || strlen(to) != client->body_bytes) {
        reply_error(client, 400, "A backup needs a whole path.");
        return;
    }
    client->asked = true;
    client->journal = client->control->shell->journal;
    client->backup.data = client;
    client->control->backup_running = true;
    if (uv_queue_work(&client->control->shell->loop, &client->backup, backup_work, backup_done) !=
        0) {
        client->asked = false;
        client->control->backup_running = false;
        reply_error(client, 500, "No thread for the backup.");
    }
}

/* ---- asking ---- */

static void route(struct client *client)
{
    struct ps_shell *shell = client->control->shell;
    const char *head = client->bytes;
    if (strncmp(head, "GET /healthz ", 13) == 0) {
        reply_text(client, shell->stopping ? 503 : 200, shell->stopping ? "stopping\n" : "ok\n");
    } else if (strncmp(head, "GET /metrics ", 13) == 0) {
        char *page = malloc(PS_METRICS_BYTES);
        const size_t count = page == NULL ? 0 : ps_metrics_write(shell, page, PS_METRICS_BYTES);
        reply(client, 200, "text/plain; version=0.0.4; charset=utf-8", page, count);
        free(page);
    } else if (strncmp(head, "POST /control ", 14) == 0) {
        client->asked = true;
        ps_shell_tick(shell);
        ps_hub_control(shell->hub, &client->request, client->bytes + client->head_bytes,
                       client->body_bytes);
    } else if (strncmp(head, "POST /backup ", 13) == 0) {
        begin_backup(client);
    } else {
        reply_text(client, 404,
                   "There is GET /healthz, GET /metrics, POST /control and POST /backup.\n");
    }
}

/* The length of the body, from the head alone. -1: it does not make sense. */
static int64_t body_length(const char *head)
{
    static const char name[] = "\r\ncontent-length:";
    const char *at = strcasestr(head, name);
    char digits[20];
    if (at == NULL) {
        return 0;
    }
    at += sizeof(name) - 1;
    at += strspn(at, " \t");
    const size_t count = strcspn(at, "\r \t");
    if (count >= sizeof(digits)) {
        return -1;
    }
    memcpy(digits, at, count);
    digits[count] = '\0';
    const int64_t length = ps_header_length(digits);
    return length <= PS_CONTROL_BYTES_MAX ? length : -1;
}

/* More bytes came: is the request whole? */
static void look(struct client *client)
{
    client->bytes[client->used] = '\0';
    if (client->head_bytes == 0) {
        char *end = strstr(client->bytes, "\r\n\r\n");
        if (end == NULL) {
            if (client->used > HEAD_BYTES_MAX) {
                client_close(client);
            }
            return;
        }
        end[2] = '\0';
        const int64_t length = body_length(client->bytes);
        if (length < 0) {
            reply_error(client, 413, "The request is too long.");
            return;
        }
        client->head_bytes = (size_t)(end - client->bytes) + 4;
        client->body_bytes = (size_t)length;
    }
    if (client->used >= client->head_bytes + client->body_bytes) {
        uv_read_stop((uv_stream_t *)&client->pipe);
        client->bytes[client->head_bytes + client->body_bytes] = '\0';
        route(client);
    }
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_room)
{
    struct client *client = handle->data;
    (void)suggested;
    *ret_room = uv_buf_init(NULL, 0);
    if (client->room - client->used < 4096) {
        const size_t room = client->room * 2 < 16384 ? 16384 : client->room * 2;
        char *bytes = room > 2 * (PS_CONTROL_BYTES_MAX + HEAD_BYTES_MAX)
                          ? NULL
                          : realloc(client->bytes, room);
        if (bytes == NULL) {
            return;
        }
        client->bytes = bytes;
        client->room = room;
    }
    *ret_room =
        uv_buf_init(client->bytes + client->used, (unsigned)(client->room - client->used - 1));
}

static void on_bytes(uv_stream_t *stream, ssize_t count, const uv_buf_t *room)
{
    struct client *client = stream->data;
    (void)room;
    if (count < 0) {
        client_close(client);
    } else if (count > 0) {
        client->used += (size_t)count;
        look(client);
    }
}

static void on_client(uv_stream_t *listener, int status)
{
    struct ps_control *control = listener->data;
    struct client *client = status == 0 ? calloc(1, sizeof(*client)) : NULL;
    if (client == NULL) {
        return;
    }
    client->request.answer = answer_from_hub;
    client->pipe.data = client;
    client->since_ms = ps_shell_now_ms();
    ps_assert(uv_pipe_init(&control->shell->loop, &client->pipe, 0) == 0);
    size_t place = 0;
    while (place < PS_CONTROL_CLIENTS_MAX && control->clients[place] != NULL) {
        place++;
    }
    if (uv_accept(listener, (uv_stream_t *)&client->pipe) != 0 || place == PS_CONTROL_CLIENTS_MAX) {
        uv_close((uv_handle_t *)&client->pipe, on_client_closed);
        return;
    }
    client->control = control;
    control->clients[place] = client;
    if (uv_read_start((uv_stream_t *)&client->pipe, on_room, on_bytes) != 0) {
        client_close(client);
    }
}

void ps_control_turn(struct ps_control *control)
{
    const uint64_t now_ms = ps_shell_now_ms();
    for (size_t i = 0; i < PS_CONTROL_CLIENTS_MAX; i++) {
        struct client *client = control->clients[i];
        if (client != NULL && !client->asked && now_ms - client->since_ms > SILENT_MS_MAX) {
            client_close(client);
        }
    }
}

bool ps_control_busy(const struct ps_control *control)
{
    for (size_t i = 0; i < PS_CONTROL_CLIENTS_MAX; i++) {
        if (control->clients[i] != NULL &&
            (control->clients[i]->asked || control->clients[i]->reply != NULL)) {
            return true;
        }
    }
    return false;
}

/* ---- its life ---- */

enum ps_err ps_control_create(struct ps_shell *shell, const char *path,
                              struct ps_control **ret_control, char *ret_why, size_t why_room)
{
    const int fd = ps_local_listen(path, ret_why, why_room);
    if (fd < 0) {
        return PS_E_IO;
    }
    struct ps_control *control = calloc(1, sizeof(*control));
    if (control == NULL) {
        close(fd);
        snprintf(ret_why, why_room, "no memory");
        return PS_E_LIMIT;
    }
    control->shell = shell;
    memcpy(control->path, path, strlen(path) + 1);
    control->pipe.data = control;
    ps_assert(uv_pipe_init(&shell->loop, &control->pipe, 0) == 0);
    ps_assert(uv_pipe_open(&control->pipe, fd) == 0);
    ps_assert(uv_listen((uv_stream_t *)&control->pipe, PS_CONTROL_CLIENTS_MAX, on_client) == 0);
    *ret_control = control;
    return PS_OK;
}

static void on_control_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void ps_control_close(struct ps_control *control)
{
    if (control == NULL) {
        return;
    }
    for (size_t i = 0; i < PS_CONTROL_CLIENTS_MAX; i++) {
        if (control->clients[i] != NULL) {
            client_close(control->clients[i]);
        }
    }
    unlink(control->path);
    uv_close((uv_handle_t *)&control->pipe, on_control_closed);
}
