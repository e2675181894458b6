#include "shell/serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shell/control.h"
#include "shell/guest.h"
#include "shell/link.h"
#include "shell/listen.h"
#include "shell/log.h"
#include "shell/place.h"
#include "shell/port.h"
#include "shell/shell.h"

/* ---- time ---- */

/* Not uv_now: that stands still while the machine sleeps, and a clock of a meeting must not. */
uint64_t ps_shell_now_ms(void)
{
    struct timespec now;
    ps_assert(clock_gettime(CLOCK_BOOTTIME, &now) == 0);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void ps_shell_tick(struct ps_shell *shell)
{
    if (!shell->ticked) {
        shell->ticked = true;
        ps_hub_tick(shell->hub, (struct ps_mono){.ms = ps_shell_now_ms()});
    }
}

/* ---- the turns of the loop ---- */

/* Before the loop waits: everything of this turn goes out. What is sent here may itself cause
 * something (somebody who was behind gets a picture), which ps_links_flush takes along. */
static void on_turn(uv_prepare_t *turn)
{
    struct ps_shell *shell = turn->data;
    ps_links_flush(shell);
    ps_listen_turn(shell);
    shell->ticked = false;
}

static void on_journal_done(uv_async_t *async)
{
    struct ps_shell *shell = async->data;
    ps_shell_tick(shell);
    ps_journal_poll(shell->journal);
}

/* From the journal's thread. */
static void wake_for_journal(void *context)
{
    struct ps_shell *shell = context;
    uv_async_send(&shell->journal_done);
}

static void on_second(uv_timer_t *timer)
{
    struct ps_shell *shell = timer->data;
    const uint64_t now_ns = uv_hrtime();
    if (shell->second_due_ns != 0 && now_ns > shell->second_due_ns) {
        const uint64_t late_us = (now_ns - shell->second_due_ns) / 1000;
        if (late_us > shell->figures.lateness_us_max || shell->seconds % 60 == 0) {
            shell->figures.lateness_us_max = late_us;
        }
    }
    shell->second_due_ns = now_ns + 1000000000;
    shell->ticked =
        false; /* timers of libuv stop while the machine sleeps; this one makes up for it */
    ps_shell_tick(shell);
    ps_ping_turn(shell);
    ps_control_turn(shell->control);
    if (++shell->seconds % 3600 == 0 && ps_tickets_rotate(shell->tickets) != PS_OK) {
        ps_log('w', "tls", "the ticket keys could not be written");
    }
}

/* ---- stopping ---- */

static void close_handle(uv_handle_t *handle)
{
    if (handle->loop != NULL && !uv_is_closing(handle)) {
        uv_close(handle, NULL);
    }
}

/* Everything but the journal's handle goes: its thread may still use that one. */
static void close_all(struct ps_shell *shell)
{
    if (shell->over) {
        return;
    }
    shell->over = true;
    ps_listen_stop(shell);
    ps_control_close(shell->control);
    shell->control = NULL;
    close_handle((uv_handle_t *)&shell->wake);
    close_handle((uv_handle_t *)&shell->second);
    close_handle((uv_handle_t *)&shell->closing_soon);
    close_handle((uv_handle_t *)&shell->accept_again);
    close_handle((uv_handle_t *)&shell->stop_check);
    close_handle((uv_handle_t *)&shell->terminate);
    close_handle((uv_handle_t *)&shell->interrupt);
    close_handle((uv_handle_t *)&shell->reload);
    close_handle((uv_handle_t *)&shell->turn);
    if (shell->journal_done.loop != NULL) {
        uv_unref((uv_handle_t *)&shell->journal_done);
    }
    ps_guest_destroy_begin(shell);
}

static void on_stop_check(uv_timer_t *timer)
{
    struct ps_shell *shell = timer->data;
    const bool late = ps_shell_now_ms() - shell->stopping_since_ms >= PS_STOP_MS_MAX;
    const bool empty =
        shell->links_count == 0 && ps_hub_idle(shell->hub) && !ps_control_busy(shell->control);
    if (late) {
        ps_log('w', "serve", "%zu connections did not go in time and are cut", shell->links_count);
    }
    if (empty || late) {
        close_all(shell);
    }
}

void ps_shell_stop(struct ps_shell *shell)
{
    if (shell->stopping) {
        ps_log('w', "serve", "told to stop again: at once");
        close_all(shell);
        return;
    }
    ps_log('i', "serve", "stopping: %zu connections are told to come back", shell->links_count);
    shell->stopping = true;
    shell->stopping_since_ms = ps_shell_now_ms();
    alarm(PS_STOP_MS_MAX / 1000 + 5); /* whatever hangs then is ended by the system */
    ps_listen_stop(shell);
    ps_shell_tick(shell);
    ps_hub_stop(shell->hub);
    uv_timer_start(&shell->stop_check, on_stop_check, PS_STOP_CHECK_MS, PS_STOP_CHECK_MS);
}

static void on_stop_signal(uv_signal_t *signal, int number)
{
    (void)number;
    ps_shell_stop(signal->data);
}

static void on_reload_signal(uv_signal_t *signal, int number)
{
    (void)number;
    ps_guest_reload(signal->data);
}

/* ---- starting ---- */

static enum ps_err init_loop(struct ps_shell *shell)
{
    if (uv_loop_init(&shell->loop) != 0) {
        return PS_E_IO;
    }
    (void)uv_loop_configure(&shell->loop, UV_METRICS_IDLE_TIME);
    uv_timer_t *const timers[] = {&shell->wake, &shell->second, &shell->closing_soon,
                                  &shell->accept_again, &shell->stop_check};
    for (size_t i = 0; i < PS_COUNT(timers); i++) {
        uv_timer_init(&shell->loop, timers[i]);
        timers[i]->data = shell;
    }
    uv_prepare_init(&shell->loop, &shell->turn);
    shell->turn.data = shell;
    uv_signal_t *const signals[] = {&shell->terminate, &shell->interrupt, &shell->reload};
    for (size_t i = 0; i < PS_COUNT(signals); i++) {
        uv_signal_init(&shell->loop, signals[i]);
        signals[i]->data = shell;
    }
    if (uv_async_init(&shell->loop, &shell->journal_done, on_journal_done) != 0) {
        return PS_E_IO;
    }
    shell->journal_done.data = shell;
    return PS_OK;
}

static void start_handles(struct ps_shell *shell)
{
    uv_prepare_start(&shell->turn, on_turn);
    uv_timer_start(&shell->second, on_second, 1000, 1000);
    uv_signal_start(&shell->terminate, on_stop_signal, SIGTERM);
    uv_signal_start(&shell->interrupt, on_stop_signal, SIGINT);
    uv_signal_start(&shell->reload, on_reload_signal, SIGHUP);
    ps_listen_start(shell);
}

/* With a payload: the library keeps a pong without one to itself. */
static struct ps_frame *ping_frame(void)
{
    struct ps_frame *frame = ps_frame_create("?", 1);
    if (frame != NULL) {
        ps_frame_write_header(frame, 9);
    }
    return frame;
}

static int fail(int status, const char *why)
{
    fprintf(stderr, "peerset serve: %s\n", why);
    return status;
}

static void print_difference(void *context, const char *text)
{
    (void)context;
    ps_log('i', "limits", "%s", text);
}

/* What can be wrong with the options is looked at before the journal is opened. Returns an exit
 * status. */
static int prepare(struct ps_shell *shell, char *why, size_t why_room)
{
    uint64_t seed = 0;
    ps_assert(getrandom(&seed, sizeof(seed), 0) == (ssize_t)sizeof(seed));
    shell->peers = ps_peers_create(seed);
    shell->ping_frame = ping_frame();
    if (shell->peers == NULL || shell->ping_frame == NULL) {
        return fail(1, "no memory to begin with");
    }
    if (ps_listen_open(shell, why, why_room) != PS_OK) {
        return fail(1, why); /* the world: the port is another's, or not to be had */
    }
    if (!ps_place_url(shell, why, why_room)) {
        return fail(2, why);
    }
    const char *client = shell->options->client;
    char found[4096];
    if (client == NULL && ps_place_client(found, sizeof(found))) {
        client = found;
    }
    if (client != NULL && ps_assets_create(client, &shell->assets) != PS_OK) {
        snprintf(why, why_room, "the client's files in %.512s cannot be read", client);
        return fail(2, why);
    }
    if (ps_assets_count(shell->assets) == 0) {
        ps_log('w', "serve",
               "there are no files of the browser client: build it, or say --client DIR");
    }
    ps_config_differences(shell->config, print_difference, NULL);
    return 0;
}

static int open_data(struct ps_shell *shell, char *why, size_t why_room)
{
    const char *reason = "";
    const struct ps_config *config = shell->config;
    if (ps_journal_sqlite_open(shell->options->data, wake_for_journal, shell, &shell->journal,
                               &reason) != PS_OK) {
        return fail(1, reason);
    }
    if (ps_tickets_create(shell->options->data, &shell->tickets) != PS_OK) {
        return fail(1, "tickets.key in the data folder cannot be written");
    }
    ps_port_init(shell);
    const struct ps_hub_config of_hub = {
        .url = shell->url,
        .server_name = config->server_name[0] == '\0' ? NULL : config->server_name,
        .secure_cookies = true,
        .commands_per_second = config->commands_per_second,
        .commands_burst = config->commands_burst,
        .sockets_per_seat = config->sockets_per_seat,
    };
    const struct ps_mono now = {.ms = ps_shell_now_ms()};
    struct timespec wall;
    ps_assert(clock_gettime(CLOCK_REALTIME, &wall) == 0);
    const int64_t wall_ms = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000;
    shell->hub = ps_hub_create(&of_hub, shell->journal, &shell->port, now, wall_ms);
    if (shell->hub == NULL || ps_hub_load(shell->hub) != PS_OK) {
        return fail(1, "the data folder cannot be loaded");
    }
    char control[4096];
    if (shell->options->control == NULL) {
        snprintf(control, sizeof(control), "%s/control.sock", shell->options->data);
    } else {
        snprintf(control, sizeof(control), "%s", shell->options->control);
    }
    if (ps_control_create(shell, control, &shell->control, why, why_room) != PS_OK) {
        return fail(2, why);
    }
    ps_place_keep_url(shell->options->data, shell->url);
    return 0;
}

static void print_listeners(const struct ps_shell *shell)
{
    for (size_t i = 0; i < shell->listeners_count; i++) {
        char address[PS_ADDRESS_TEXT_BYTES];
        const struct ps_listener *listener = &shell->listeners[i];
        ps_address_text(&listener->endpoint.address, address);
        const bool four = ps_address_is_ipv4(&listener->endpoint.address);
        ps_log('i', "serve", "listening on %s://%s%s%s:%u", listener->tls ? "https" : "http",
               four ? "" : "[", address, four ? "" : "]", listener->endpoint.port);
    }
    ps_log('i', "serve", "links begin with %s", shell->url);
}

/* What is left after the loop has emptied, in the order in which it may go. */
static void finish(struct ps_shell *shell)
{
    if (!shell->over) {
        close_all(shell);
    }
    uv_run(&shell->loop, UV_RUN_DEFAULT);
    ps_guest_destroy_end(shell);
    if (shell->journal != NULL) {
        ps_journal_flush(shell->journal);
    }
    ps_hub_destroy(shell->hub);
    ps_journal_close(shell->journal);
    close_handle((uv_handle_t *)&shell->journal_done);
    uv_run(&shell->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&shell->loop) != 0) {
        ps_log('e', "serve", "the loop has handles left");
    }
    ps_tickets_destroy(shell->tickets);
    ps_assets_destroy(shell->assets);
    ps_peers_destroy(shell->peers);
    ps_frame_release(shell->ping_frame);
    alarm(0);
}

int ps_serve(const struct ps_serve_options *options, const struct ps_config *config)
{
    char why[1024] = "";
    struct ps_shell *shell = calloc(1, sizeof(*shell));
    if (shell == NULL || init_loop(shell) != PS_OK) {
        free(shell);
        return fail(1, "no memory, or no descriptors, to begin with");
    }
    shell->options = options;
    shell->config = config;
    shell->reserve_fd = -1;
    signal(SIGPIPE, SIG_IGN);
    int status = prepare(shell, why, sizeof(why));
    if (status == 0) {
        status = open_data(shell, why, sizeof(why));
    }
    if (status == 0 && ps_guest_create(shell, why, sizeof(why)) != PS_OK) {
        status = fail(2, why);
    }
    if (status == 0) {
        start_handles(shell);
        print_listeners(shell);
        uv_run(&shell->loop, UV_RUN_DEFAULT);
    }
    finish(shell);
    free(shell);
    if (status == 0) {
        ps_log('i', "serve", "stopped");
    }
    return status;
}
