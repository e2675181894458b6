/* write - sending to links, once per turn of the loop. Declared in link.h.
 *
 * Frames are written straight to the kernel, past the library's framing (LWS_WRITE_HTTP is its raw
 * way), several at a time, and never while the library still keeps a part of the last write. Only
 * then is WRITEABLE asked for. The documented way, one write for each WRITEABLE, costs eight times
 * the CPU (performance.md, "What limits libwebsockets", 1 to 3). It rests on behaviour of 4.1.6
 * that tests/integration pins. */
#include <stdlib.h>
#include <string.h>

#include "shell/link.h"

static void list_remove(struct ps_link *link)
{
    struct ps_links *list = link->list;
    if (list == NULL) {
        return;
    }
    *(link->before != NULL ? &link->before->after : &list->first) = link->after;
    *(link->after != NULL ? &link->after->before : &list->last) = link->before;
    link->list = NULL;
    link->before = NULL;
    link->after = NULL;
}

static void list_add(struct ps_links *list, struct ps_link *link)
{
    ps_assert(link->list == NULL);
    link->list = list;
    link->before = list->last;
    link->after = NULL;
    *(list->last != NULL ? &list->last->after : &list->first) = link;
    list->last = link;
}

void ps_link_mark(struct ps_link *link)
{
    if (link->open && !link->cut && link->list == NULL) {
        list_add(&link->socket->shell->changed, link);
    }
}

void ps_link_send(struct ps_link *link, struct ps_frame *frame)
{
    if (!link->open || link->cut || link->close_code != 0) {
        return;
    }
    if (!ps_queue_push(&link->queue, frame)) {
        ps_link_cut(link);
        return;
    }
    ps_link_mark(link);
}

void ps_link_close(struct ps_link *link, uint16_t code, const char *reason)
{
    if (!link->open || link->cut || link->close_code != 0) {
        return;
    }
    link->close_code = code;
    link->close_reason = strdup(reason == NULL ? "" : reason);
    ps_link_mark(link);
    /* A socket that is full never lets the close frame through. */
    lws_set_timeout(link->socket->wsi, PENDING_TIMEOUT_USER_OK, PS_CLOSE_SECONDS);
}

void ps_link_cut(struct ps_link *link)
{
    if (!link->open || link->cut) {
        return;
    }
    link->cut = true;
    link->socket->shell->figures.cut++;
    ps_link_forget(link);
    lws_set_timeout(link->socket->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

void ps_link_forget(struct ps_link *link)
{
    list_remove(link);
    ps_queue_finish(&link->queue);
    link->unsent = 0;
}

static void send_close_frames(uv_timer_t *timer)
{
    struct ps_shell *shell = timer->data;
    for (struct ps_link *link = shell->closing.first; link != NULL; link = shell->closing.first) {
        unsigned char reason[PS_CLOSE_REASON_BYTES_MAX];
        const char *text = link->close_reason == NULL ? "" : link->close_reason;
        size_t count = strlen(text);
        count = count < sizeof(reason) ? count : sizeof(reason);
        memcpy(reason, text, count);
        list_remove(link);
        link->cut = true; /* nothing may be written after it */
        *(link->close_code == 1008 ? &shell->figures.closes_1008 : &shell->figures.closes_other) +=
            1;
        struct lws *wsi = link->socket->wsi;
        lws_close_reason(wsi, (enum lws_close_status)link->close_code, reason, count);
        lws_set_timeout(wsi, PENDING_TIMEOUT_CLOSE_SEND,
                        LWS_TO_KILL_SYNC); /* link may be gone now */
    }
}

/* Write what waits. true: all of it is with the kernel. */
static bool write_queue(struct ps_link *link)
{
    struct ps_shell *shell = link->socket->shell;
    struct lws *wsi = link->socket->wsi;
    uint8_t *bytes = NULL;
    size_t count = 0;
    while (lws_partial_buffered(wsi) == 0) {
        link->unsent = 0;
        count = ps_queue_next(&link->queue, shell->scratch + LWS_PRE, PS_WRITE_BYTES, &bytes);
        if (count == 0) {
            return true;
        }
        if (lws_write(wsi, bytes, count, LWS_WRITE_HTTP) < (int)count) {
            ps_link_cut(link);
            return false;
        }
        shell->figures.writes++;
        shell->figures.written_bytes += count;
        ps_queue_advance(&link->queue, count);
        link->unsent = count; /* kept by the library, if this write was not whole */
    }
    shell->figures.writes_partial++;
    lws_callback_on_writable(wsi);
    return false;
}

void ps_links_flush(struct ps_shell *shell)
{
    for (struct ps_link *link = shell->changed.first; link != NULL; link = shell->changed.first) {
        list_remove(link);
        if (link->cut || !write_queue(link)) {
            continue;
        }
        if (link->close_code != 0) {
            list_add(&shell->closing, link);
            uv_timer_start(&shell->closing_soon, send_close_frames, 0, 0);
        } else if (link->conn != NULL) {
            ps_hub_drained(shell->hub, link->conn);
        }
    }
}
