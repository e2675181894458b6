/* options - the words after `peerset serve`. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shell/address.h"
#include "shell/limits.h"

struct ps_listen_option {
    struct ps_endpoint endpoint;
    bool tls;
    const char *cert, *key; /* with tls */
};

struct ps_serve_options {
    const char *data;
    struct ps_listen_option listen[PS_LISTENERS_MAX];
    size_t listen_count;
    const char *url;     /* NULL: the first listener */
    const char *control; /* NULL: control.sock in the data folder */
    const char *config;  /* NULL: none */
    const char *client;  /* NULL: where the build or the installation puts it */
};
