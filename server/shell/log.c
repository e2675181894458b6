#include "shell/log.h"

#include <libwebsockets.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "shell/limits.h"

/* A bucket of lines; the only state of this file, because a log has no owner to hand it in. */
struct bucket {
    double lines;
    double lines_max;
    double per_second;
    struct timespec filled;
    unsigned left_out;
};

static struct bucket own = {
    PS_LOG_LINES_BURST, PS_LOG_LINES_BURST, PS_LOG_LINES_PER_SECOND, {0, 0}, 0};
static struct bucket guest = {PS_GUEST_LINES_PER_MINUTE,
                              PS_GUEST_LINES_PER_MINUTE,
                              PS_GUEST_LINES_PER_MINUTE / 60.0,
                              {0, 0},
                              0};

static bool bucket_take(struct bucket *bucket)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const double since = (double)(now.tv_sec - bucket->filled.tv_sec) +
                         (double)(now.tv_nsec - bucket->filled.tv_nsec) / 1e9;
    bucket->filled = now;
    bucket->lines += since * bucket->per_second;
    if (bucket->lines > bucket->lines_max) {
        bucket->lines = bucket->lines_max;
    }
    if (bucket->lines < 1) {
        bucket->left_out++;
        return false;
    }
    bucket->lines -= 1;
    return true;
}

static void add_escaped(struct ps_text *text, const char *from)
{
    static const char hex[] = "0123456789abcdef";
    for (; *from != '\0'; from++) {
        const unsigned char c = (unsigned char)*from;
        if (c >= 0x20 && c < 0x7f && c != '\\') {
            ps_text_add_char(text, (char)c);
        } else {
            const char escape[4] = {'\\', 'x', hex[c >> 4], hex[c & 15]};
            ps_text_add(text, escape, sizeof(escape));
        }
    }
}

static void write_line(char level, const char *area, const char *what)
{
    char line[PS_LOG_LINE_BYTES * 4 + 64];
    char when[32] = "";
    struct tm parts;
    const time_t now = time(NULL);
    if (gmtime_r(&now, &parts) != NULL) {
        strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &parts);
    }
    struct ps_text text = ps_text_into(line, sizeof(line) - 1);
    ps_text_add_string(&text, when);
    ps_text_add_char(&text, ' ');
    ps_text_add_char(&text, level);
    ps_text_add_char(&text, ' ');
    ps_text_add_string(&text, area);
    ps_text_add_string(&text, ": ");
    add_escaped(&text, what);
    line[text.used] = '\n';
    fwrite(line, 1, text.used + 1, stderr);
    fflush(stderr);
}

void ps_log(char level, const char *area, const char *format, ...)
{
    char what[PS_LOG_LINE_BYTES];
    if (!bucket_take(&own)) {
        return;
    }
    if (own.left_out > 0) {
        snprintf(what, sizeof(what), "%u lines were left out", own.left_out);
        own.left_out = 0;
        write_line('w', "log", what);
    }
    va_list values;
    va_start(values, format);
    vsnprintf(what, sizeof(what), format, values);
    va_end(values);
    write_line(level, area, what);
}

static void guest_line(int level, const char *line)
{
    char what[PS_LOG_LINE_BYTES];
    if (!bucket_take(&guest)) {
        return;
    }
    snprintf(what, sizeof(what), "%s", line);
    what[strcspn(what, "\n")] = '\0';
    write_line((level & LLL_ERR) != 0 ? 'e' : 'w', "libwebsockets", what);
}

void ps_log_guest(void)
{
    lws_set_log_level(LLL_ERR, guest_line);
}
