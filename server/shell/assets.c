#include "shell/assets.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shell/limits.h"

struct ps_assets {
    struct ps_asset list[PS_ASSETS_MAX];
    size_t count;
    size_t bytes;
};

static const struct {
    const char *ending;
    const char *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
};

static bool ends_with(const char *text, const char *ending)
{
    const size_t count = strlen(text);
    const size_t ending_count = strlen(ending);
    return count >= ending_count && strcmp(text + count - ending_count, ending) == 0;
}

static const char *type_of(const char *path)
{
    for (size_t i = 0; i < PS_COUNT(types); i++) {
        if (ends_with(path, types[i].ending)) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

/* A build puts the hash of the bytes at the end of the name: /assets/app-9f8e7d6c.js. */
static bool has_hash(const char *path)
{
    if (strncmp(path, "/assets/", 8) != 0) {
        return false;
    }
    const char *name = strrchr(path, '/') + 1;
    const char *dot = strrchr(name, '.');
    if (dot == NULL) {
        return false;
    }
    const char *from = dot;
    while (from > name && from[-1] != '-' && from[-1] != '.') {
        from--;
    }
    return from > name && dot - from >= 8;
}

/* Read a whole file. NULL: it cannot be read, or it would pass `most`. */
static uint8_t *read_file(int folder, const char *name, size_t most, size_t *ret_count)
{
    const int file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return NULL;
    }
    struct stat stat_of_file;
    uint8_t *bytes = NULL;
    if (fstat(file, &stat_of_file) == 0 && S_ISREG(stat_of_file.st_mode) &&
        (size_t)stat_of_file.st_size <= most) {
        const size_t size = (size_t)stat_of_file.st_size;
        size_t count = 0;
        bytes = malloc(size + 1);
        while (bytes != NULL && count < size) {
            const ssize_t got = read(file, bytes + count, size - count);
            if (got <= 0) {
                free(bytes);
                bytes = NULL;
            } else {
                count += (size_t)got;
            }
        }
        *ret_count = count;
    }
    close(file);
    return bytes;
}

static void tag_of(const uint8_t *bytes, size_t count, enum ps_coding coding,
                   char ret_tag[PS_TAG_BYTES])
{
    static const char *const endings[PS_CODINGS_COUNT] = {"-br", "-gz", ""};
    uint8_t hash[EVP_MAX_MD_SIZE] = {0};
    ps_assert(EVP_Digest(bytes, count, hash, NULL, EVP_sha256(), NULL) == 1);
    snprintf(ret_tag, PS_TAG_BYTES, "\"%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x%s\"", hash[0],
             hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7], hash[8], hash[9],
             endings[coding]);
}

static struct ps_asset *asset_for(struct ps_assets *assets, const char *path)
{
    for (size_t i = 0; i < assets->count; i++) {
        if (strcmp(assets->list[i].path, path) == 0) {
            return &assets->list[i];
        }
    }
    if (assets->count == PS_ASSETS_MAX) {
        return NULL;
    }
    char *copy = strdup(path);
    if (copy == NULL) {
        return NULL;
    }
    struct ps_asset *asset = &assets->list[assets->count++];
    asset->path = copy;
    asset->type = type_of(path);
    asset->immutable = has_hash(path);
    return asset;
}

static enum ps_err add_file(struct ps_assets *assets, int folder, const char *name,
                            const char *prefix)
{
    char path[PS_ASSET_PATH_MAX];
    const int used = snprintf(path, sizeof(path), "%s/%s", prefix, name);
    if (used < 0 || (size_t)used >= sizeof(path)) {
        return PS_E_LIMIT;
    }
    enum ps_coding coding = PS_CODING_NONE;
    if (ends_with(path, ".br") || ends_with(path, ".gz")) {
        coding = ends_with(path, ".br") ? PS_CODING_BR : PS_CODING_GZIP;
        path[used - 3] = '\0';
    }
    struct ps_asset *asset = asset_for(assets, path);
    if (asset == NULL) {
        return PS_E_LIMIT;
    }
    struct ps_asset_coding *place = &asset->codings[coding];
    place->bytes = read_file(folder, name, PS_ASSETS_BYTES_MAX - assets->bytes, &place->count);
    if (place->bytes == NULL) {
        return PS_E_IO;
    }
    assets->bytes += place->count;
    tag_of(place->bytes, place->count, coding, place->tag);
    return PS_OK;
}

/* One level: its files now, its folders named in `ret_below` (at most `room`). Takes `folder`. */
static enum ps_err add_level(struct ps_assets *assets, int folder, const char *prefix,
                             char (*ret_below)[PS_ASSET_PATH_MAX], size_t room, size_t *below_count)
{
    DIR *stream = fdopendir(folder);
    if (stream == NULL) {
        close(folder);
        return PS_E_IO;
    }
    enum ps_err err = PS_OK;
    for (struct dirent *entry = readdir(stream); entry != NULL && err == PS_OK;
         entry = readdir(stream)) {
        struct stat of;
        if (entry->d_name[0] == '.' ||
            fstatat(dirfd(stream), entry->d_name, &of, AT_SYMLINK_NOFOLLOW) != 0) {
            continue;
        }
        if (S_ISREG(of.st_mode)) {
            err = add_file(assets, dirfd(stream), entry->d_name, prefix);
        } else if (S_ISDIR(of.st_mode)) {
            if (*below_count == room) {
                err = PS_E_LIMIT;
                break;
            }
            const int used = snprintf(ret_below[*below_count], PS_ASSET_PATH_MAX, "%s/%s", prefix,
                                      entry->d_name);
            err = used >= PS_ASSET_PATH_MAX ? PS_E_LIMIT : PS_OK;
            (*below_count)++;
        }
    }
    closedir(stream);
    return err;
}

/* The folders one after another, in a list instead of by recursion. */
static enum ps_err add_folders(struct ps_assets *assets, const char *folder)
{
    enum { FOLDERS_MAX = 64 };
    char(*prefixes)[PS_ASSET_PATH_MAX] = calloc(FOLDERS_MAX, sizeof(*prefixes));
    if (prefixes == NULL) {
        return PS_E_LIMIT;
    }
    size_t count = 1;
    enum ps_err err = PS_OK;
    for (size_t i = 0; i < count && err == PS_OK; i++) {
        char path[4096];
        const int used = snprintf(path, sizeof(path), "%s%s", folder, prefixes[i]);
        const int opened = used < 0 || (size_t)used >= sizeof(path)
                               ? -1
                               : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (opened < 0) {
            err = i == 0 ? PS_E_ABSENT : PS_E_IO;
            break;
        }
        err = add_level(assets, opened, prefixes[i], prefixes, FOLDERS_MAX, &count);
    }
    free(prefixes);
    return err;
}

static int compare(const void *a, const void *b)
{
    const struct ps_asset *left = a;
    const struct ps_asset *right = b;
    return strcmp(left->path, right->path);
}

enum ps_err ps_assets_create(const char *folder, struct ps_assets **ret_assets)
{
    struct ps_assets *assets = calloc(1, sizeof(*assets));
    if (assets == NULL) {
        return PS_E_LIMIT;
    }
    const enum ps_err err = add_folders(assets, folder);
    if (err != PS_OK) {
        ps_assets_destroy(assets);
        return err;
    }
    qsort(assets->list, assets->count, sizeof(assets->list[0]), compare);
    *ret_assets = assets;
    return PS_OK;
}

void ps_assets_destroy(struct ps_assets *assets)
{
    if (assets == NULL) {
        return;
    }
    for (size_t i = 0; i < assets->count; i++) {
        for (size_t c = 0; c < PS_CODINGS_COUNT; c++) {
            free(assets->list[i].codings[c].bytes);
        }
        free(assets->list[i].path);
    }
    free(assets);
}

static int compare_path(const void *path, const void *asset)
{
    return strcmp(path, ((const struct ps_asset *)asset)->path);
}

const struct ps_asset *ps_assets_find(const struct ps_assets *assets, const char *path)
{
    const char *name = strcmp(path, "/") == 0 ? "/index.html" : path;
    if (assets == NULL) {
        return NULL;
    }
    const struct ps_asset *asset =
        bsearch(name, assets->list, assets->count, sizeof(assets->list[0]), compare_path);
    return asset != NULL && asset->codings[PS_CODING_NONE].bytes != NULL ? asset : NULL;
}

const struct ps_asset_coding *ps_asset_choose(const struct ps_asset *asset,
                                              const char *accept_encoding,
                                              enum ps_coding *ret_coding)
{
    for (enum ps_coding coding = PS_CODING_BR; coding < PS_CODING_NONE; coding++) {
        if (asset->codings[coding].bytes != NULL && ps_header_accepts(accept_encoding, coding)) {
            *ret_coding = coding;
            return &asset->codings[coding];
        }
    }
    *ret_coding = PS_CODING_NONE;
    return &asset->codings[PS_CODING_NONE];
}

size_t ps_assets_count(const struct ps_assets *assets)
{
    return assets == NULL ? 0 : assets->count;
}
