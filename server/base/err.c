#include "base/err.h"

const char *ps_err_word(enum ps_err err)
{
    switch (err) {
    case PS_OK:
        return "ok";
    case PS_E_IO:
        return "io";
    case PS_E_LIMIT:
        return "limit";
    case PS_E_CONFLICT:
        return "conflict";
    case PS_E_ABSENT:
        return "absent";
    case PS_E_CORRUPT:
        return "corrupt";
    case PS_E_NEWER:
        return "newer";
    case PS_E_INVALID:
        return "invalid";
    }
    return "unknown";
}
