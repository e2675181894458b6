#include "shell/offline.h"

#include <stdio.h>
#include <time.h>

#include "hub/hub.h"
#include "shell/config.h"
#include "shell/http.h"
#include "shell/place.h"

struct offline {
    struct ps_request request;
    bool answered;
    int exit_status;
};

static void on_answer(struct ps_request *request, const struct ps_reply *reply)
{
    struct offline *offline = (struct offline *)request;
    offline->answered = true;
    offline->exit_status =
        ps_ask_print(reply->status, reply->body == NULL ? "" : reply->body, reply->body_bytes);
}

static void no_send(void *context, void *peer, struct ps_frame *frame)
{
    (void)context;
    (void)peer;
    (void)frame;
}

static size_t no_queue(void *context, void *peer)
{
    (void)context;
    (void)peer;
    return 0;
}

static void no_close(void *context, void *peer, uint16_t code, const char *reason)
{
    (void)context;
    (void)peer;
    (void)code;
    (void)reason;
}

static void no_wake(void *context, struct ps_mono at)
{
    (void)context;
    (void)at;
}

static void do_reply(void *context, void *request, const struct ps_reply *reply)
{
    (void)context;
    struct ps_request *asked = request;
    asked->answer(asked, reply);
}

static void do_log(void *context, char level, const char *line)
{
    (void)context;
    if (level != 'i') {
        fprintf(stderr, "peerset: %s\n", line);
    }
}

void ps_offline_journal_wake(void *context)
{
    (void)context; /* ps_journal_flush waits for it */
}

int ps_offline_control(const struct ps_ask *ask, struct ps_journal *journal, const char *json,
                       size_t bytes)
{
    const struct ps_port port = {.send = no_send,
                                 .queued = no_queue,
                                 .close = no_close,
                                 .wake = no_wake,
                                 .reply = do_reply,
                                 .log = do_log};
    char kept[PS_ORIGIN_BYTES_MAX * 2];
    const char *url = ask->url;
    if (url == NULL) {
        url = ps_place_kept_url(ask->data, kept, sizeof(kept)) ? kept : "http://127.0.0.1:8080";
    }
    const struct ps_config usual = ps_config_usual();
    const struct ps_hub_config config = {
        .url = url,
        .secure_cookies = true,
        .commands_per_second = usual.commands_per_second,
        .commands_burst = usual.commands_burst,
        .sockets_per_seat = usual.sockets_per_seat,
    };
    struct offline offline = {.request = {.answer = on_answer}, .exit_status = 1};
    struct timespec wall;
    ps_assert(clock_gettime(CLOCK_REALTIME, &wall) == 0);
    struct ps_hub *hub =
        ps_hub_create(&config, journal, &port, (struct ps_mono){.ms = ps_shell_now_ms()},
                      (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000);
    if (hub == NULL || ps_hub_load(hub) != PS_OK) {
        ps_hub_destroy(hub);
        return ps_ask_complain(1, "the data folder cannot be loaded");
    }
    ps_hub_control(hub, &offline.request, json, bytes);
    for (int i = 0; i < 100 && (!offline.answered || !ps_hub_idle(hub)); i++) {
        ps_hub_tick(hub, (struct ps_mono){.ms = ps_shell_now_ms()});
        ps_journal_flush(journal);
    }
    if (!offline.answered) {
        offline.exit_status = ps_ask_complain(1, "the command was not carried out");
    }
    ps_hub_destroy(hub);
    return offline.exit_status;
}
