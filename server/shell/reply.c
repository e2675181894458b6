#include "shell/reply.h"

#include <string.h>
#include <time.h>

#include "base/text.h"
#include "shell/limits.h"

static const char policies[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types peerset-sw\r\n"
    "Permissions-Policy: camera=(self), microphone=(self), display-capture=(self), "
    "screen-wake-lock=(self), autoplay=(self), geolocation=(), payment=(), usb=()\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Cross-Origin-Embedder-Policy: require-corp\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n";

static const char *title(int status)
{
    static const struct {
        int status;
        const char *title;
    } titles[] = {
        {200, "OK"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {426, "Upgrade Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
    };
    for (size_t i = 0; i < PS_COUNT(titles); i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return "Answer";
}

static void add_header(struct ps_text *text, const char *name, const char *value)
{
    if (value != NULL) {
        ps_text_add_string(text, name);
        ps_text_add_string(text, ": ");
        ps_text_add_string(text, value);
        ps_text_add_string(text, "\r\n");
    }
}

static void add_date(struct ps_text *text)
{
    char date[40];
    struct tm parts;
    const time_t now = time(NULL);
    if (gmtime_r(&now, &parts) != NULL &&
        strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &parts) > 0) {
        add_header(text, "Date", date);
    }
}

size_t ps_reply_head(const struct ps_answer *answer, char *ret_head, size_t room)
{
    struct ps_text text = ps_text_into(ret_head, room);
    ps_text_add_string(&text, "HTTP/1.1 ");
    ps_text_add_int(&text, answer->status);
    ps_text_add_char(&text, ' ');
    ps_text_add_string(&text, title(answer->status));
    ps_text_add_string(&text, "\r\n");
    add_date(&text);
    add_header(&text, "Content-Type", answer->type);
    if (answer->status != 204 && answer->status != 304) {
        ps_text_add_string(&text, "Content-Length: ");
        ps_text_add_int(&text, (int64_t)answer->content_bytes);
        ps_text_add_string(&text, "\r\n");
    }
    add_header(&text, "Content-Encoding", answer->coding);
    add_header(&text, "ETag", answer->tag);
    add_header(&text, "Vary", answer->varies ? "Accept-Encoding" : NULL);
    add_header(&text, "Cache-Control", answer->cache == NULL ? "no-store" : answer->cache);
    add_header(&text, "Set-Cookie", answer->cookie);
    add_header(&text, "Allow", answer->allow);
    add_header(&text, "Upgrade", answer->status == 426 ? "websocket" : NULL);
    if (answer->retry_after_s > 0) {
        ps_text_add_string(&text, "Retry-After: ");
        ps_text_add_int(&text, answer->retry_after_s);
        ps_text_add_string(&text, "\r\n");
    }
    add_header(&text, "Strict-Transport-Security",
               answer->strict_transport ? "max-age=31536000" : NULL);
    add_header(&text, "Connection", answer->close ? "close" : NULL);
    ps_text_add_string(&text, policies);
    ps_text_add_string(&text, "\r\n");
    return text.full ? 0 : text.used;
}

size_t ps_reply_problem(int status, const char *detail, char *ret_content, size_t room)
{
    struct ps_text text = ps_text_into(ret_content, room);
    ps_text_add_string(&text, "{\"type\":\"about:blank\",\"title\":\"");
    ps_text_add_string(&text, title(status));
    ps_text_add_string(&text, "\",\"status\":");
    ps_text_add_int(&text, status);
    if (detail != NULL) {
        ps_text_add_string(&text, ",\"detail\":\"");
        ps_text_add_json(&text, detail, strlen(detail));
        ps_text_add_char(&text, '"');
    }
    ps_text_add_char(&text, '}');
    ps_assert(!text.full);
    return text.used;
}

int ps_reply_refuse(struct lws *wsi, int status, const char *detail, bool strict_transport)
{
    char content[256];
    unsigned char room[LWS_PRE + PS_REPLY_HEAD_BYTES + sizeof(content)];
    struct ps_answer answer = {
        .status = status,
        .type = "application/problem+json",
        .allow = status == 405 ? "GET, HEAD" : NULL,
        .strict_transport = strict_transport,
        .close = true,
    };
    answer.content_bytes = ps_reply_problem(status, detail, content, sizeof(content));
    char *start = (char *)room + LWS_PRE;
    const size_t used = ps_reply_head(&answer, start, PS_REPLY_HEAD_BYTES);
    ps_assert(used > 0);
    memcpy(start + used, content, answer.content_bytes);
    (void)lws_write(wsi, room + LWS_PRE, used + answer.content_bytes, LWS_WRITE_HTTP_HEADERS);
    return -1; /* whether or not it went: the connection ends here */
}
