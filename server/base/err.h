/* err - how the world fails. Refusals (a person's answer) are another family: core/refusal.h. */
#pragma once

enum ps_err {
    PS_OK = 0,
    PS_E_IO,       /* a file, a disk or a socket failed */
    PS_E_LIMIT,    /* a named bound of limits.h is reached */
    PS_E_CONFLICT, /* somebody else was first (sequence, lock, name) */
    PS_E_ABSENT,   /* what was asked for does not exist */
    PS_E_CORRUPT,  /* stored bytes are not what was stored */
    PS_E_NEWER,    /* written by a newer version of Peerset */
    PS_E_INVALID,  /* the input does not follow its format */
};

/* A stable word for logs: "io", "limit", ... Never NULL. */
const char *ps_err_word(enum ps_err err);
