#include "shell/serve_command.h"

#include <stdio.h>
#include <string.h>

#include "shell/arguments.h"
#include "shell/serve.h"

#define BIT(option) (1U << PS_OPTION_##option)

static const char *add_listener(struct ps_serve_options *options, const char *value, bool tls)
{
    if (options->listen_count == PS_LISTENERS_MAX) {
        return "is given too often";
    }
    struct ps_listen_option *listener = &options->listen[options->listen_count];
    if (!ps_endpoint_parse(value, &listener->endpoint)) {
        return "needs ADDR:PORT, such as 127.0.0.1:8080 or [::1]:8080";
    }
    listener->tls = tls;
    options->listen_count++;
    return NULL;
}

/* --cert and --key belong to the --listen-tls before them. */
static const char *add_file(struct ps_serve_options *options, const char *value, bool is_key)
{
    if (options->listen_count == 0 || !options->listen[options->listen_count - 1].tls) {
        return "belongs behind a --listen-tls";
    }
    struct ps_listen_option *listener = &options->listen[options->listen_count - 1];
    const char **place = is_key ? &listener->key : &listener->cert;
    if (*place != NULL) {
        return "is given twice for one --listen-tls";
    }
    *place = value;
    return NULL;
}

static const char *take(void *context, enum ps_option option, const char *value)
{
    struct ps_serve_options *options = context;
    switch ((int)option) {
    case PS_OPTION_LISTEN:
        return add_listener(options, value, false);
    case PS_OPTION_LISTEN_TLS:
        return add_listener(options, value, true);
    case PS_OPTION_CERT:
        return add_file(options, value, false);
    case PS_OPTION_KEY:
        return add_file(options, value, true);
    case PS_OPTION_DATA:
        options->data = value;
        return NULL;
    case PS_OPTION_URL:
        options->url = value;
        return NULL;
    case PS_OPTION_CONTROL:
        options->control = value;
        return NULL;
    case PS_OPTION_CONFIG:
        options->config = value;
        return NULL;
    case PS_OPTION_CLIENT:
        options->client = value;
        return NULL;
    default:
        return "does not belong here";
    }
}

/* A listener without a certificate takes that of the first one. Returns NULL, or what is wrong. */
static const char *complete_listeners(struct ps_serve_options *options,
                                      const struct ps_config *config)
{
    const struct ps_listen_option *first = NULL;
    for (size_t i = 0; i < options->listen_count; i++) {
        struct ps_listen_option *listener = &options->listen[i];
        if (!listener->tls) {
            if (!ps_address_is_loopback(&listener->endpoint.address) &&
                config->proxies_count == 0) {
                return "--listen is plain HTTP and takes loopback addresses only; for others use "
                       "--listen-tls, or name a trusted_proxy in the configuration";
            }
            continue;
        }
        if (first != NULL && listener->cert == NULL && listener->key == NULL) {
            listener->cert = first->cert;
            listener->key = first->key;
        }
        if (listener->cert == NULL || listener->key == NULL) {
            return "--listen-tls needs --cert FILE and --key FILE";
        }
        first = first == NULL ? listener : first;
    }
    return NULL;
}

int ps_command_serve(int count, char **words)
{
    struct ps_serve_options options;
    struct ps_config config = ps_config_usual();
    char why[256];
    memset(&options, 0, sizeof(options));
    const unsigned many = BIT(LISTEN) | BIT(LISTEN_TLS) | BIT(CERT) | BIT(KEY);
    if (!ps_arguments_read("serve", count, words,
                           many | BIT(DATA) | BIT(URL) | BIT(CONTROL) | BIT(CONFIG) | BIT(CLIENT),
                           many, take, &options)) {
        return 2;
    }
    if (options.data == NULL) {
        fprintf(stderr, "peerset serve: --data is needed\n");
        return 2;
    }
    if (options.config != NULL &&
        ps_config_read(&config, options.config, why, sizeof(why)) != PS_OK) {
        fprintf(stderr, "peerset serve: %s: %s\n", options.config, why);
        return 2;
    }
    if (options.listen_count == 0) {
        (void)add_listener(&options, "127.0.0.1:8080", false);
    }
    const char *wrong = complete_listeners(&options, &config);
    if (wrong != NULL) {
        fprintf(stderr, "peerset serve: %s\n", wrong);
        return 2;
    }
    return ps_serve(&options, &config);
}
