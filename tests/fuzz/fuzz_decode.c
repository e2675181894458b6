/* fuzz_decode - every decoder that meets bytes from outside. The first byte chooses which.
 *
 * What must hold besides "no sanitizer speaks": a decoder answers fine or not fine, and when fine,
 * with what it promises in its header. */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static void decode_request(const char *text, size_t count)
{
    static struct ps_request request;
    memset(&request, 0xA5, sizeof(request)); /* what is not written must not be read */
    ps_wire_request(text, count, &request);
    ps_assert(memchr(request.id, '\0', sizeof(request.id)) != NULL);
    ps_assert(request.rpc_code == 0 || (request.rpc_code <= -32600 && request.rpc_code >= -32700));
    if (request.rpc_code == 0) {
        ps_assert(request.id[0] != '\0');
        ps_assert(request.page[0] != '\0');
        ps_assert(request.text_bytes <= sizeof(request.text));
        ps_assert(ps_method_at(request.command.method) != NULL);
    }
}

static void decode_control(const char *text, size_t count)
{
    static struct ps_control control;
    const char *why = ps_wire_control(text, count, &control);
    ps_assert(why == NULL || why[0] != '\0');
    ps_assert(why != NULL || memchr(control.verb, '\0', sizeof(control.verb)) != NULL);
}

static void decode_invite(const char *text, size_t count)
{
    char token[64];
    memset(token, 'x', sizeof(token));
    if (ps_wire_invite(text, count, token, sizeof(token))) {
        ps_assert(memchr(token, '\0', sizeof(token)) != NULL);
    }
}

static void check_text(const char *text, size_t count)
{
    size_t from = 0;
    size_t to = 0;
    if (ps_text_check(text, count, PS_SAY_CHARS_MAX, true, &from, &to) != PS_TEXT_FINE) {
        return;
    }
    ps_assert(from <= to && to <= count);
    size_t again_from = 1;
    size_t again_to = 1;
    ps_assert(ps_text_check(text + from, to - from, PS_SAY_CHARS_MAX, true, &again_from,
                            &again_to) == PS_TEXT_FINE);
    ps_assert(again_from == 0 && again_to == to - from);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    if (count == 0) {
        return 0;
    }
    const char *text = (const char *)bytes + 1;
    switch (bytes[0] % 4) {
    case 0:
        decode_request(text, count - 1);
        break;
    case 1:
        decode_control(text, count - 1);
        break;
    case 2:
        decode_invite(text, count - 1);
        break;
    default:
        check_text(text, count - 1);
        break;
    }
    return 0;
}
