#include "shell/place.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shell/log.h"

bool ps_place_client(char *ret_folder, size_t room)
{
    static const char *const beside[] = {"/../client-web/dist", "/../share/peerset/client"};
    char program[4096];
    const ssize_t count = readlink("/proc/self/exe", program, sizeof(program) - 1);
    if (count <= 0) {
        return false;
    }
    program[count] = '\0';
    const char *folder = dirname(program);
    for (size_t i = 0; i < PS_COUNT(beside); i++) {
        char index[4096 + 64];
        snprintf(index, sizeof(index), "%s%s/index.html", folder, beside[i]);
        if (access(index, R_OK) == 0) {
            const int used = snprintf(ret_folder, room, "%s%s", folder, beside[i]);
            return used > 0 && (size_t)used < room;
        }
    }
    return false;
}

static void write_url(char *to, size_t room, const struct ps_listener *listener, const char *host)
{
    snprintf(to, room, "%s://%s:%u", listener->tls ? "https" : "http", host,
             listener->endpoint.port);
}

/* A loopback listener is reached by its address and as localhost. */
static void add_loopback(struct ps_shell *shell, const struct ps_listener *listener)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost", "[::1]"};
    char url[PS_ORIGIN_BYTES_MAX];
    for (size_t i = 0; i < PS_COUNT(hosts); i++) {
        write_url(url, sizeof(url), listener, hosts[i]);
        ps_assert(ps_origins_add(&shell->origins, url));
    }
}

/* The address itself, as a browser writes it. */
static void url_of(const struct ps_listener *listener, char *to, size_t room)
{
    char address[PS_ADDRESS_TEXT_BYTES];
    char host[PS_ADDRESS_TEXT_BYTES + 2];
    ps_address_text(&listener->endpoint.address, address);
    const bool four = ps_address_is_ipv4(&listener->endpoint.address);
    snprintf(host, sizeof(host), "%s%s%s", four ? "" : "[", address, four ? "" : "]");
    write_url(to, room, listener, host);
}

bool ps_place_url(struct ps_shell *shell, char *ret_why, size_t why_room)
{
    const char *url = shell->options->url;
    for (size_t i = 0; i < shell->listeners_count; i++) {
        if (ps_address_is_loopback(&shell->listeners[i].endpoint.address)) {
            add_loopback(shell, &shell->listeners[i]);
        }
    }
    if (url == NULL) {
        if (ps_address_is_any(&shell->listeners[0].endpoint.address)) {
            ps_log('w', "serve", "no browser can open the address listened on: say --url");
        }
        url_of(&shell->listeners[0], shell->url, sizeof(shell->url));
    } else {
        size_t count = strlen(url);
        while (count > 0 && url[count - 1] == '/') {
            count--;
        }
        if (count >= sizeof(shell->url)) {
            snprintf(ret_why, why_room, "--url is too long");
            return false;
        }
        memcpy(shell->url, url, count);
        shell->url[count] = '\0';
    }
    if (!ps_origins_add(&shell->origins, shell->url)) {
        snprintf(ret_why, why_room, "--url must be an address such as https://sets.example.org");
        return false;
    }
    return true;
}

void ps_place_keep_url(const char *data, const char *url)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/url", data);
    FILE *file = fopen(path, "we");
    if (file == NULL || fprintf(file, "%s\n", url) < 0) {
        ps_log('w', "serve", "the url could not be kept in the data folder");
    }
    if (file != NULL) {
        fclose(file);
    }
}

bool ps_place_kept_url(const char *data, char *ret_url, size_t room)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/url", data);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    const bool read = fgets(ret_url, (int)room, file) != NULL;
    fclose(file);
    if (read) {
        ret_url[strcspn(ret_url, "\n")] = '\0';
    }
    return read && ret_url[0] != '\0';
}
