#include "shell/port.h"

#include "shell/http.h"
#include "shell/link.h"
#include "shell/log.h"

static void port_send(void *context, void *peer, struct ps_frame *frame)
{
    (void)context;
    ps_link_send(peer, frame);
}

static size_t port_queued(void *context, void *peer)
{
    (void)context;
    const struct ps_link *link = peer;
    return ps_queue_weight(&link->queue) + link->unsent;
}

static void port_close(void *context, void *peer, uint16_t code, const char *reason)
{
    (void)context;
    ps_link_close(peer, code, reason);
}

static void on_wake(uv_timer_t *timer)
{
    struct ps_shell *shell = timer->data;
    shell->ticked = false; /* a time has come that the last tick had not seen */
    ps_shell_tick(shell);
}

static void port_wake(void *context, struct ps_mono at)
{
    struct ps_shell *shell = context;
    const uint64_t now_ms = ps_shell_now_ms();
    const uint64_t hour_ms = 3600 * 1000; /* nothing to do until then is looked at again then */
    const uint64_t in_ms = at.ms <= now_ms ? 0 : at.ms - now_ms + 1; /* never before it */
    uv_update_time(&shell->loop);
    uv_timer_start(&shell->wake, on_wake, in_ms < hour_ms ? in_ms : hour_ms, 0);
}

static void port_reply(void *context, void *request, const struct ps_reply *reply)
{
    (void)context;
    struct ps_request *asked = request;
    asked->answer(asked, reply);
}

static void port_log(void *context, char level, const char *line)
{
    (void)context;
    ps_log(level, "hub", "%s", line);
}

void ps_port_init(struct ps_shell *shell)
{
    shell->port = (struct ps_port){
        .context = shell,
        .send = port_send,
        .queued = port_queued,
        .close = port_close,
        .wake = port_wake,
        .reply = port_reply,
        .log = port_log,
    };
}
