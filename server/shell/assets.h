/* assets - the browser client's files, read into memory once at start.
 *
 * A small single-page client is a few dozen files: serving them from memory is less code than
 * working round a file server that knows no compressed variants (stack.md, 1). Beside `name` the
 * build may have put `name.br` and `name.gz`; they are served as codings of `name` and not under
 * names of their own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/assert.h"
#include "base/err.h"
#include "shell/header.h"

enum { PS_TAG_BYTES = 40 };

struct ps_asset_coding {
    uint8_t *bytes; /* NULL: this coding does not exist */
    size_t count;
    char tag[PS_TAG_BYTES]; /* strong entity tag with its quotes */
};

struct ps_asset {
    char *path; /* as in a URL: begins with a slash */
    const char *type;
    bool immutable; /* its name holds a hash of its bytes */
    struct ps_asset_coding codings[PS_CODINGS_COUNT];
};

struct ps_assets;

/* Read `folder` and what is below it. Hidden files and links out of the folder are left out.
 * PS_E_ABSENT: no such folder. PS_E_LIMIT: more than PS_ASSETS_MAX files or PS_ASSETS_BYTES_MAX
 * bytes. */
PS_MUST_CHECK enum ps_err ps_assets_create(const char *folder, struct ps_assets **ret_assets);
void ps_assets_destroy(struct ps_assets *assets); /* NULL is accepted */

/* The asset at this path ("/" is "/index.html"); NULL when there is none. Borrowed. */
const struct ps_asset *ps_assets_find(const struct ps_assets *assets, const char *path);

/* The coding to send to somebody with this Accept-Encoding (NULL without one). */
const struct ps_asset_coding *ps_asset_choose(const struct ps_asset *asset,
                                              const char *accept_encoding,
                                              enum ps_coding *ret_coding);

/* How many there are; NULL has none. */
size_t ps_assets_count(const struct ps_assets *assets);
