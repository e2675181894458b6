/* laws_parts - which parts of whose picture may move, and what a patch must amount to. */
#include <stdio.h>
#include <stdlib.h>

#include "laws.h"

/* ---- RFC 7396 -------------------------------------------------------------------------------- */

/* Merge `patch` into `target`; both are borrowed, the result is new. */
static json_t *merged(const json_t *target, json_t *patch)
{
    if (!json_is_object(patch)) {
        return json_deep_copy(patch);
    }
    json_t *result = json_is_object(target) ? json_deep_copy(target) : json_object();
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(patch, key, value)
    {
        if (json_is_null(value)) {
            json_object_del(result, key);
        } else {
            json_object_set_new(result, key, merged(json_object_get(result, key), value));
        }
    }
    return result;
}

static bool has_null(json_t *json)
{
    const char *key = NULL;
    json_t *value = NULL;
    bool found = json_is_null(json);
    json_object_foreach(json, key, value)
    {
        found = found || has_null(value);
    }
    for (size_t i = 0; i < json_array_size(json); i++) {
        found = found || has_null(json_array_get(json, i));
    }
    return found;
}

/* ---- drawing --------------------------------------------------------------------------------- */

static json_t *parsed(struct walk *walk, const char *bytes, size_t count)
{
    json_error_t error;
    json_t *json = json_loadb(bytes, count, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        walk_fail(walk, "not JSON: %s at %d in %.*s", error.text, error.position, (int)count,
                  bytes);
    }
    return json;
}

static size_t draw_text(struct walk *walk, const struct ps_set *set, const struct ps_scene *scene,
                        struct ps_viewer viewer, char *ret_text)
{
    struct ps_text text = ps_text_into(ret_text, WORLD_TEXT_BYTES);
    ps_wire_picture(&text, set, scene, viewer);
    if (text.full || text.used > PS_PICTURE_BYTES_MAX) {
        walk_fail(walk, "a picture of %zu bytes", text.used);
    }
    return text.used;
}

static json_t *draw(struct walk *walk, const struct ps_set *set, const struct ps_scene *scene,
                    struct ps_viewer viewer)
{
    static char text[WORLD_TEXT_BYTES];
    size_t count = draw_text(walk, set, scene, viewer, text);
    json_t *whole = parsed(walk, text, count);
    json_t *picture = json_object_get(json_object_get(whole, "params"), "picture");
    json_incref(picture);
    json_decref(whole);
    return picture;
}

/* ---- parts ----------------------------------------------------------------------------------- */

struct sides {
    const struct ps_set *before, *after;
    struct ps_scene scene_before, scene_after;
};

/* The difference of one part for a viewer, written; empty when there is none. */
static size_t part_patch(const struct walk *walk, const struct sides *sides, enum ps_part part,
                         struct ps_viewer viewer, struct ps_text *text)
{
    static struct ps_seen before;
    static struct ps_seen after;
    size_t from = text->used;
    ps_see(sides->before, &sides->scene_before, part, viewer, &before);
    ps_see(sides->after, &sides->scene_after, part, viewer, &after);
    (void)ps_wire_part_patch(text, part, &before, &after, walk->world->words);
    return text->used - from;
}

static void expect_still(struct walk *walk, const struct sides *sides, uint32_t parts,
                         const char *cause)
{
    static char bytes[WORLD_TEXT_BYTES];
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        if ((parts & PS_PART(part)) != 0) {
            continue;
        }
        bool once = ps_part_kinds[part].scope == PS_SCOPE_ALL;
        for (uint8_t seat = 1; seat < (once ? 2 : PS_SEAT_SLOTS); seat++) {
            if (!once && ps_person(sides->after, seat) == NULL) {
                continue;
            }
            struct ps_text text = ps_text_into(bytes, sizeof(bytes));
            struct ps_viewer viewer = {.seat = once ? PS_NOBODY : seat, .primary = 1};
            if (part_patch(walk, sides, (enum ps_part)part, viewer, &text) > 0) {
                walk_fail(walk, "%s moves the part %s of seat %u and does not name it: %.*s", cause,
                          ps_part_kinds[part].name, viewer.seat, (int)text.used, text.bytes);
            }
        }
    }
}

/* The patch that the hub would send, put into the picture from before. */
static void expect_patched(struct walk *walk, const struct sides *sides, uint32_t parts,
                           struct ps_viewer viewer, const char *cause)
{
    static char bytes[WORLD_TEXT_BYTES];
    struct ps_text text = ps_text_into(bytes, sizeof(bytes));
    bool first = true;
    ps_text_add_char(&text, '{');
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        if ((parts & PS_PART(part)) == 0) {
            continue;
        }
        struct ps_text kept = text;
        ps_text_add(&text, ",", first ? 0 : 1);
        if (part_patch(walk, sides, (enum ps_part)part, viewer, &text) == 0) {
            text = kept;
        } else {
            first = false;
        }
    }
    ps_text_add_char(&text, '}');
    json_t *patch = parsed(walk, text.bytes, text.used);
    json_t *before = draw(walk, sides->before, &sides->scene_before, viewer);
    json_t *after = draw(walk, sides->after, &sides->scene_after, viewer);
    json_t *result = merged(before, patch);
    if (has_null(after)) {
        walk_fail(walk, "a picture holds null");
    }
    if (!json_equal(result, after)) {
        char *one = json_dumps(result, JSON_SORT_KEYS | JSON_COMPACT);
        char *other = json_dumps(after, JSON_SORT_KEYS | JSON_COMPACT);
        walk_fail(walk, "after %s the patched picture of seat %u differs:\n%s\n%s\npatch %.*s",
                  cause, viewer.seat, one, other, (int)text.used, text.bytes);
    }
    json_decref(patch);
    json_decref(before);
    json_decref(after);
    json_decref(result);
}

static struct ps_viewer some_viewer(struct walk *walk, const struct ps_set *set)
{
    uint8_t seat = (uint8_t)(1 + walk_below(walk, PS_SEATS_MAX));
    while (ps_person(set, seat) == NULL) {
        seat = (uint8_t)(seat % PS_SEATS_MAX + 1);
    }
    return (struct ps_viewer){.seat = seat, .primary = (uint8_t)walk_below(walk, 2)};
}

void law_parts(struct walk *walk, const struct ps_set *before, const struct ps_event *event)
{
    struct sides sides = {.before = before, .after = &walk->world->set};
    sides.scene_before = world_scene(walk->world);
    sides.scene_after = sides.scene_before;
    expect_still(walk, &sides, event->kind->parts, event->kind->name);
    if (walk_below(walk, 4) == 0) {
        expect_patched(walk, &sides, event->kind->parts, some_viewer(walk, &walk->world->set),
                       event->kind->name);
    }
}

void law_live_parts(struct walk *walk, const struct ps_live *before)
{
    struct sides sides = {.before = &walk->world->set, .after = &walk->world->set};
    sides.scene_before = world_scene(walk->world);
    sides.scene_after = sides.scene_before;
    sides.scene_before.live = before;
    expect_still(walk, &sides, PS_PARTS_LIVE, "a connection");
    expect_patched(walk, &sides, PS_PARTS_LIVE, some_viewer(walk, &walk->world->set),
                   "a connection");
}

/* ---- pictures -------------------------------------------------------------------------------- */

static void expect_timeless(struct walk *walk, struct ps_viewer viewer)
{
    static char texts[2][WORLD_TEXT_BYTES];
    struct world *world = walk->world;
    struct ps_scene scene = world_scene(world);
    size_t count = draw_text(walk, &world->set, &scene, viewer, texts[0]);
    struct ps_live later = world->live;
    for (size_t seat = 0; seat < PS_SEAT_SLOTS; seat++) {
        later.lost_at[seat] += later.lost_at[seat] != 0 ? 12345 : 0;
    }
    later.loaded_at += 777;
    scene.live = &later;
    scene.now.ms += 3600000;
    size_t again = draw_text(walk, &world->set, &scene, viewer, texts[1]);
    if (count != again || memcmp(texts[0], texts[1], count) != 0) {
        walk_fail(walk, "the picture of seat %u changes by itself:\n%.*s\n%.*s", viewer.seat,
                  (int)count, texts[0], (int)again, texts[1]);
    }
}

/* Secrets are words like "secret-prompt-m3-17": of which kind, and whose. What a damaged frame made
 * of them says nothing any more. */
static void expect_secret_kept(struct walk *walk, const char *at, uint8_t viewer, bool said)
{
    static const char *const kinds[] = {"prompt-", "hand-", "help-"};
    const struct ps_set *set = &walk->world->set;
    const char *rest = at + strlen("secret-");
    bool leads = (ps_powers(set, viewer) & PS_POWER_LEADER) != 0;
    for (size_t i = 0; i < PS_COUNT(kinds); i++) {
        size_t count = strlen(kinds[i]);
        if (strncmp(rest, kinds[i], count) != 0) {
            continue;
        }
        uint8_t seat = ps_seat_read(rest + count, strcspn(rest + count, "-"));
        bool may = seat == PS_NOBODY || seat == viewer || (i == 1 && said) || (i == 2 && leads);
        if (!may) {
            walk_fail(walk, "seat %u sees %.40s", viewer, at);
        }
    }
}

static void expect_secrets(struct walk *walk, json_t *picture, uint8_t viewer)
{
    json_t *activity = json_incref(json_object_get(picture, "activity"));
    json_object_del(picture, "activity");
    char *rest = json_dumps(picture, JSON_COMPACT);
    char *said = activity == NULL ? NULL : json_dumps(activity, JSON_COMPACT);
    for (const char *at = strstr(rest, "secret-"); at != NULL; at = strstr(at + 1, "secret-")) {
        expect_secret_kept(walk, at, viewer, false);
    }
    for (const char *at = said == NULL ? NULL : strstr(said, "secret-"); at != NULL;
         at = strstr(at + 1, "secret-")) {
        expect_secret_kept(walk, at, viewer, true);
    }
    bool presents = viewer == walk->world->set.now.running.presenter;
    if (said != NULL && strstr(said, "\"helped\"") != NULL && !presents) {
        walk_fail(walk, "seat %u sees what helped the presenter", viewer);
    }
    json_decref(activity);
    free(rest);
    free(said);
}

/* What the screen offers is what would be allowed. */
static void expect_offers(struct walk *walk, json_t *picture, uint8_t viewer)
{
    const json_t *you = json_object_get(picture, "you");
    const json_t *may = json_object_get(you, "may");
    const json_t *kinds = json_object_get(you, "hand_kinds");
    if (json_object_get(you, "say_as") != NULL && json_object_get(may, "say") == NULL) {
        walk_fail(walk, "seat %u is told what `say` would be and may not say it", viewer);
    }
    if ((json_object_size(kinds) > 0) != (json_object_get(may, "hand.raise") != NULL)) {
        walk_fail(walk, "seat %u: kinds of hand and hand.raise do not agree", viewer);
    }
    const char *key = NULL;
    json_t *value = NULL;
    json_t *own = json_object_get(you, "resolve");
    const json_t *all = json_object_get(picture, "commitments");
    char name[PS_SEAT_CHARS_MAX];
    ps_seat_write(viewer, name);
    json_object_foreach(own, key, value)
    {
        const char *owner = json_string_value(json_object_get(json_object_get(all, key), "owner"));
        if (owner == NULL || strcmp(owner, name) != 0) {
            walk_fail(walk, "seat %u sees the resolve of %s", viewer, key);
        }
    }
}

static void expect_shared(struct walk *walk, enum ps_part part)
{
    static struct ps_seen first[PS_SIGHT_CLASSES];
    static struct ps_seen other;
    static char bytes[WORLD_TEXT_BYTES];
    bool known[PS_SIGHT_CLASSES] = {0};
    const struct ps_set *set = &walk->world->set;
    const struct ps_scene scene = world_scene(walk->world);
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (ps_person(set, seat) == NULL) {
            continue;
        }
        uint8_t class = ps_sight_class(set, seat);
        assert_true(class < PS_SIGHT_CLASSES);
        struct ps_viewer viewer = {.seat = seat, .primary = (uint8_t)(seat % 2)};
        ps_see(set, &scene, part, viewer, known[class] ? &other : &first[class]);
        struct ps_text text = ps_text_into(bytes, sizeof(bytes));
        if (known[class] &&
            ps_wire_part_patch(&text, part, &first[class], &other, walk->world->words)) {
            walk_fail(walk, "class %u does not see one %s: %.*s", class, ps_part_kinds[part].name,
                      (int)text.used, text.bytes);
        }
        known[class] = true;
    }
}

void law_pictures(struct walk *walk)
{
    struct world *world = walk->world;
    expect_timeless(walk, some_viewer(walk, &world->set));
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        if (ps_part_kinds[part].scope == PS_SCOPE_CLASS) {
            expect_shared(walk, (enum ps_part)part);
        }
    }
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (ps_person(&world->set, seat) == NULL || walk_below(walk, 3) != 0) {
            continue;
        }
        const struct ps_scene scene = world_scene(world);
        json_t *picture =
            draw(walk, &world->set, &scene, (struct ps_viewer){.seat = seat, .primary = 1});
        expect_offers(walk, picture, seat);
        expect_secrets(walk, picture, seat);
        json_decref(picture);
    }
}
