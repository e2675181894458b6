/* ping - who is still there. Declared in link.h.
 *
 * A wheel with a slot for each second of the interval: one timer for all links, and a link costs
 * nothing between its pings. A ping is a frame in the queue like any other, one for all. Whoever
 * leaves PS_PINGS_MISSED_MAX of them unanswered is cut PS_PING_GRACE_MS after the last: known
 * within 25 s. */
#include "shell/link.h"

static void slot_add(struct ps_link *link, unsigned slot)
{
    struct ps_link **first = &link->socket->shell->ping_slots[slot];
    link->ping_slot = (uint8_t)slot;
    link->ping_before = NULL;
    link->ping_after = *first;
    if (*first != NULL) {
        (*first)->ping_before = link;
    }
    *first = link;
}

static void slot_remove(struct ps_link *link)
{
    struct ps_link **first = &link->socket->shell->ping_slots[link->ping_slot];
    *(link->ping_before != NULL ? &link->ping_before->ping_after : first) = link->ping_after;
    if (link->ping_after != NULL) {
        link->ping_after->ping_before = link->ping_before;
    }
    link->ping_before = NULL;
    link->ping_after = NULL;
}

void ps_ping_begin(struct ps_link *link)
{
    /* The slot just served: a whole interval until the first ping. */
    slot_add(link, link->socket->shell->ping_slot);
}

void ps_ping_end(struct ps_link *link)
{
    slot_remove(link);
}

void ps_ping_heard(struct ps_link *link)
{
    link->pings_unanswered = 0;
}

/* The library tells of a frame only when 1 KiB of it has come, or all. So whoever announces a huge
 * one, or sends one byte by byte, is found here. false: the link is being ended. */
static bool check_frame(struct ps_link *link)
{
    const size_t rest = lws_remaining_packet_payload(link->socket->wsi);
    if (rest > PS_COMMAND_BYTES_MAX) {
        ps_link_close(link, 1009, "command bytes");
        return false;
    }
    if (rest > 0 && link->mid_frame) {
        ps_link_cut(link);
        return false;
    }
    link->mid_frame = rest > 0;
    return true;
}

static void serve(struct ps_link *link)
{
    struct ps_shell *shell = link->socket->shell;
    if (link->cut || link->close_code != 0) {
        return;
    }
    if (!check_frame(link)) {
        return;
    }
    if (link->pings_unanswered >= PS_PINGS_MISSED_MAX) {
        shell->figures.dropped_silent++;
        ps_link_cut(link);
        return;
    }
    link->pings_unanswered++;
    shell->figures.pings++;
    ps_link_send(link, shell->ping_frame);
    if (link->pings_unanswered == PS_PINGS_MISSED_MAX) {
        slot_remove(link);
        slot_add(link, (shell->ping_slot + PS_PING_GRACE_MS / 1000) % PS_PING_SLOTS);
    }
}

void ps_ping_turn(struct ps_shell *shell)
{
    shell->ping_slot = (shell->ping_slot + 1) % PS_PING_SLOTS;
    struct ps_link *next = NULL;
    for (struct ps_link *link = shell->ping_slots[shell->ping_slot]; link != NULL; link = next) {
        next = link->ping_after;
        serve(link);
    }
}
