#include "shell/metrics.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

struct figure {
    const char *name; /* without the prefix; may have labels */
    const char *kind; /* NULL: the kind was given with the first of its name */
    uint64_t value;
};

static void write_figures(struct ps_text *text, const struct figure *figures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct figure *figure = &figures[i];
        if (figure->kind != NULL) {
            ps_text_add_string(text, "# TYPE peerset_");
            for (const char *at = figure->name; *at != '\0' && *at != '{'; at++) {
                ps_text_add_char(text, *at);
            }
            ps_text_add_char(text, ' ');
            ps_text_add_string(text, figure->kind);
            ps_text_add_char(text, '\n');
        }
        ps_text_add_string(text, "peerset_");
        ps_text_add_string(text, figure->name);
        ps_text_add_char(text, ' ');
        ps_text_add_int(text, (int64_t)figure->value);
        ps_text_add_char(text, '\n');
    }
}

static uint64_t resident_bytes(void)
{
    char line[128] = "";
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL) {
        return 0;
    }
    const bool read = fgets(line, sizeof(line), file) != NULL;
    fclose(file);
    char *at = line; /* all pages, then the resident ones; 0 where there is no number */
    (void)strtoull(line, &at, 10);
    const uint64_t resident = read ? strtoull(at, NULL, 10) : 0;
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t open_descriptors(void)
{
    uint64_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (folder != NULL) {
        while (readdir(folder) != NULL) {
            count++;
        }
        closedir(folder);
    }
    return count > 3 ? count - 3 : 0; /* ".", ".." and the folder itself */
}

static void write_hub(const struct ps_shell *shell, struct ps_text *text)
{
    const struct ps_hub_figures hub = ps_hub_figures(shell->hub);
    const struct figure figures[] = {
        {"sets{state=\"known\"}", "gauge", hub.sets_known},
        {"sets{state=\"live\"}", NULL, hub.sets_live},
        {"sets{state=\"quarantined\"}", NULL, hub.sets_quarantined},
        {"sets_bytes", "gauge", hub.sets_bytes},
        {"set_bytes_max", "gauge", hub.set_bytes_max},
        {"connections", "gauge", hub.connections},
        {"seats_connected", "gauge", hub.seats_connected},
        {"commands_total", "counter", hub.commands},
        {"refusals_total", "counter", hub.refusals},
        {"events_total", "counter", hub.events},
        {"deliveries_total", "counter", hub.deliveries},
        {"frames_built_total", "counter", hub.frames_built},
        {"sent_bytes_total", "counter", hub.bytes_sent},
        {"pictures_total", "counter", hub.pictures},
        {"patches_total", "counter", hub.patches},
        {"behind_total", "counter", hub.behind},
        {"closed_slow_total", "counter", hub.closed_slow},
        {"joins_total", "counter", hub.joins},
        {"join_failures_total", "counter", hub.join_failures},
        {"append_failures_total", "counter", hub.append_failures},
    };
    write_figures(text, figures, PS_COUNT(figures));
}

static void write_journal(const struct ps_shell *shell, struct ps_text *text)
{
    const struct ps_journal_figures journal = ps_journal_figures(shell->journal);
    const struct figure figures[] = {
        {"journal_commits_total", "counter", journal.commits},
        {"journal_records_total", "counter", journal.records},
        {"journal_failures_total", "counter", journal.failures},
        {"journal_last_commit_microseconds", "gauge", journal.last_commit_us},
        {"journal_waiting", "gauge", journal.waiting},
    };
    write_figures(text, figures, PS_COUNT(figures));
}

static void write_sockets(const struct ps_shell *shell, struct ps_text *text)
{
    const struct ps_figures *own = &shell->figures;
    const struct figure figures[] = {
        {"sockets{state=\"all\"}", "gauge", shell->sockets_count},
        {"sockets{state=\"shaking\"}", NULL, shell->shaking.count},
        {"sockets{state=\"resting\"}", NULL, shell->resting.count},
        {"sockets{state=\"linked\"}", NULL, shell->links_count},
        {"sockets_max", "gauge", shell->sockets_max},
        {"accepting", "gauge", shell->accepting_paused || shell->stopping ? 0 : 1},
        {"accepted_total", "counter", own->accepted},
        {"handshakes_failed_total", "counter", own->handshakes_failed},
        {"refused_total{why=\"proxy\"}", "counter", own->refused[PS_REFUSED_PROXY]},
        {"refused_total{why=\"address\"}", NULL, own->refused[PS_REFUSED_ADDRESS]},
        {"refused_total{why=\"origin\"}", NULL, own->refused[PS_REFUSED_ORIGIN]},
        {"refused_total{why=\"session\"}", NULL, own->refused[PS_REFUSED_SESSION]},
        {"refused_total{why=\"stopping\"}", NULL, own->refused[PS_REFUSED_STOPPING]},
        {"refused_total{why=\"request\"}", NULL, own->refused[PS_REFUSED_REQUEST]},
        {"short_of_descriptors_total", "counter", own->short_of_fds},
        {"requests_total{status=\"2xx\"}", "counter", own->requests[2]},
        {"requests_total{status=\"3xx\"}", NULL, own->requests[3]},
        {"requests_total{status=\"4xx\"}", NULL, own->requests[4]},
        {"requests_total{status=\"5xx\"}", NULL, own->requests[5]},
    };
    write_figures(text, figures, PS_COUNT(figures));
}

static void write_links(struct ps_shell *shell, struct ps_text *text)
{
    const struct ps_figures *own = &shell->figures;
    const struct figure figures[] = {
        {"upgrades_total", "counter", own->upgrades},
        {"messages_total", "counter", own->messages},
        {"writes_total", "counter", own->writes},
        {"writes_partial_total", "counter", own->writes_partial},
        {"written_bytes_total", "counter", own->written_bytes},
        {"closes_total{code=\"1003\"}", "counter", own->closes_1003},
        {"closes_total{code=\"1008\"}", NULL, own->closes_1008},
        {"closes_total{code=\"1009\"}", NULL, own->closes_1009},
        {"closes_total{code=\"other\"}", NULL, own->closes_other},
        {"links_cut_total", "counter", own->cut},
        {"pings_total", "counter", own->pings},
        {"links_silent_total", "counter", own->dropped_silent},
        {"loop_lateness_microseconds_max", "gauge", own->lateness_us_max},
        {"loop_idle_microseconds_total", "counter", uv_metrics_idle_time(&shell->loop) / 1000},
        {"resident_bytes", "gauge", resident_bytes()},
        {"open_descriptors", "gauge", open_descriptors()},
    };
    write_figures(text, figures, PS_COUNT(figures));
}

size_t ps_metrics_write(struct ps_shell *shell, char *ret_page, size_t room)
{
    struct ps_text text = ps_text_into(ret_page, room);
    write_hub(shell, &text);
    write_journal(shell, &text);
    write_sockets(shell, &text);
    write_links(shell, &text);
    ps_assert(!text.full);
    return text.used;
}
