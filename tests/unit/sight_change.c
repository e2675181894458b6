#include "sight_change.h"

#include <string.h>

#include "base/text.h"
#include "core/activity.h"

enum { PATH_MAX_BYTES = 160, OTHER_WORD = 0x20000000, SPAN_MS = 1000 };

struct walk {
    struct ps_set other; /* the copy that is changed */
    const struct ps_set *set;
    char path[PATH_MAX_BYTES];
    size_t path_bytes;
    sight_tried tried;
    void *context;
};

/* A field at its place in the copy. */
struct spot {
    const struct ps_shape *shape;
    const struct ps_field *field;
    uint8_t *at;
    size_t size;
    uint8_t owner;
    bool is_key; /* of an array indexed by seat: another key would be no such state */
};

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static size_t push(struct walk *walk, const char *name)
{
    size_t kept = walk->path_bytes;
    struct ps_text text = ps_text_into(walk->path, sizeof(walk->path) - 1);
    text.used = kept;
    ps_text_add_string(&text, kept > 0 && name[0] != '\0' ? "." : "");
    ps_text_add_string(&text, name);
    ps_assert(!text.full);
    walk->path_bytes = text.used;
    walk->path[text.used] = '\0';
    return kept;
}

static void pop(struct walk *walk, size_t kept)
{
    walk->path_bytes = kept;
    walk->path[kept] = '\0';
}

static void try_bytes(struct walk *walk, const struct spot *spot, const void *bytes)
{
    uint8_t kept[64];
    ps_assert(spot->size <= sizeof(kept));
    if (memcmp(spot->at, bytes, spot->size) == 0) {
        return;
    }
    memcpy(kept, spot->at, spot->size);
    memcpy(spot->at, bytes, spot->size);
    walk->tried(walk->context, walk->path, spot->owner, &walk->other);
    memcpy(spot->at, kept, spot->size);
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Integers that are an index or a count: what they may be. most 0: down by one from what it is. */
struct bound {
    const char *shape;
    const char *field;
    int64_t least, most;
};
static const struct bound bounds[] = {
    {"meeting", "state", PS_MEETING_PLANNED, PS_MEETING_ENDED},
    {"clock_state", "state", PS_CLOCK_NONE, PS_CLOCK_PAUSED},
    {"clock_state", "why", PS_PAUSE_NONE, PS_PAUSE_RESTART},
    {"floor_state", "part", PS_PART_NONE, PS_PART_ANSWER},
    {"floor_state", "undo_part", PS_PART_NONE, PS_PART_ANSWER},
    {"round_state", "state", PS_ROUND_WAITING, PS_ROUND_AWAY},
    {"round_state", "count", 0, 0},
    {"roster", "businesses_count", 0, 0},
    {"plan", "stages_count", 0, 0},
    {"rotation", "overridden", PS_OVERRIDE_NONE, PS_OVERRIDE_SWAP},
    {"rotation", "today_count", 0, 0},
    {"rotation", "order_count", 0, 0},
    {"set", "rotation_mode", PS_ROTATION_PLAIN, PS_ROTATION_AGREED},
    {"set", "template_kind", 0, 3},
    {"set", "pace", 1, 2},
};

static struct bound bound_of(const struct walk *walk, const struct spot *spot)
{
    const char *shape = spot->shape->name;
    const char *field = spot->field->name;
    for (size_t i = 0; i < PS_COUNT(bounds); i++) {
        if (same(bounds[i].shape, shape) && same(bounds[i].field, field)) {
            return bounds[i];
        }
    }
    uint8_t businesses = walk->set->roster.businesses_count;
    if (same(shape, "person") && same(field, "business")) {
        return (struct bound){.least = 1, .most = businesses};
    }
    if (same(shape, "running") && same(field, "counted")) {
        return (struct bound){.least = 0, .most = businesses};
    }
    if (same(shape, "running") && same(field, "phase")) {
        const struct ps_activity *activity = ps_activity_at(walk->other.now.running.kind);
        return (struct bound){.least = 0,
                              .most = activity == NULL ? 0 : activity->phases_count - 1};
    }
    return (struct bound){.least = 0, .most = -1};
}

static int64_t read_int(const struct spot *spot)
{
    uint64_t bits = 0;
    memcpy(&bits, spot->at, spot->size); /* little end first, as everywhere this runs */
    return (int64_t)bits;
}

static void try_number(struct walk *walk, const struct spot *spot, int64_t value)
{
    try_bytes(walk, spot, &value);
}

static void try_int(struct walk *walk, const struct spot *spot)
{
    int64_t value = read_int(spot);
    struct bound bound = bound_of(walk, spot);
    if (bound.most > 0) {
        try_number(walk, spot, value >= bound.most ? bound.least : value + 1);
    } else if (bound.most == 0) {
        try_number(walk, spot, value > 0 ? value - 1 : 0);
    } else if (spot->size == sizeof(int64_t)) {
        try_number(walk, spot, value + SPAN_MS);
    } else {
        try_number(walk, spot, value < 200 ? value + 1 : value - 1);
    }
}

/* Another activity at the same place, its state at its beginning. */
static void try_kind(struct walk *walk)
{
    struct ps_running kept = walk->other.now.running;
    struct ps_running *running = &walk->other.now.running;
    uint8_t kind = 1;
    while (ps_activity_at(kind) != NULL &&
           (kind == kept.kind || ps_activity_at(kind)->phases_count <= kept.phase)) {
        kind++;
    }
    if (kept.kind == 0 || ps_activity_at(kind) == NULL) {
        return;
    }
    running->kind = kind;
    memset(running->state, 0, sizeof(running->state));
    walk->tried(walk->context, walk->path, PS_NOBODY, &walk->other);
    walk->other.now.running = kept;
}

/* ---- other values ---------------------------------------------------------------------------- */

static uint8_t other_person(const struct ps_set *set, uint8_t seat)
{
    for (uint8_t n = 1; n < PS_SEAT_SLOTS; n++) {
        uint8_t other = (uint8_t)((seat + n) % PS_SEAT_SLOTS);
        if (ps_is_active(set, other)) {
            return other;
        }
    }
    return PS_NOBODY;
}

static void try_seat(struct walk *walk, const struct spot *spot)
{
    uint8_t nobody = PS_NOBODY;
    uint8_t other = other_person(walk->set, *spot->at);
    try_bytes(walk, spot, &nobody);
    if (!spot->is_key) {
        try_bytes(walk, spot, &other);
    }
}

static void try_words(struct walk *walk, struct spot spot)
{
    struct ps_word word;
    memcpy(&word, spot.at, sizeof(word));
    struct ps_word none = {0};
    struct ps_word other = {.id = word.id ^ OTHER_WORD, .bytes = word.bytes, .owner = word.owner};
    spot.owner = spot.owner != PS_NOBODY ? spot.owner : word.owner;
    spot.size = sizeof(word);
    try_bytes(walk, &spot, &none);
    try_bytes(walk, &spot, &other);
}

static void try_enum(struct walk *walk, const struct spot *spot)
{
    uint8_t other = (uint8_t)(*spot->at + 1);
    if (ps_field_word(spot->field, other) == NULL) {
        other = ps_field_word(spot->field, 0) == NULL ? 1 : 0;
    }
    try_bytes(walk, spot, &other);
}

static void try_chars(struct walk *walk, const struct spot *spot)
{
    char other[64] = "other";
    bool due = same(spot->field->name, "due");
    const char *text = due ? "2027-02-02" : same(spot->field->name, "kind") ? "break" : "other";
    memset(other, 0, sizeof(other));
    memcpy(other, text, strlen(text));
    try_bytes(walk, spot, other);
}

static void try_bool(struct walk *walk, const struct spot *spot)
{
    uint8_t yes = 1;
    if (same(spot->field->name, "ready")) {
        yes = (uint8_t)(walk->other.now.running.phase +
                        1); /* it counts for the phase it was said in */
    }
    uint8_t other = *spot->at != 0 ? 0 : yes;
    try_bytes(walk, spot, &other);
}

static void try_seats(struct walk *walk, struct spot spot)
{
    uint64_t seats = 0;
    memcpy(&seats, spot.at, sizeof(seats));
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (ps_is_active(walk->set, seat)) {
            uint64_t other = seats ^ ps_seat_bit(seat);
            spot.owner = seat;
            try_bytes(walk, &spot, &other);
        }
    }
}

/* ---- the walk -------------------------------------------------------------------------------- */

static void walk_shape(struct walk *walk, const struct ps_shape *shape, uint8_t *object,
                       uint8_t owner, bool indexed);

/* Whose is it? The person who is named in it first, or the one whose place it has. */
static uint8_t owner_of(const struct ps_shape *shape, const uint8_t *object, uint8_t otherwise)
{
    for (uint16_t i = 0; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        bool person =
            same(field->name, "seat") || same(field->name, "by") || same(field->name, "owner");
        if (field->kind == PS_SEAT && person && object[field->at] != PS_NOBODY) {
            return object[field->at];
        }
    }
    return otherwise;
}

static bool is_used(const struct ps_field *map, const uint8_t *item)
{
    uint64_t key = 0;
    memcpy(&key, item + map->shape->fields[0].at, map->shape->fields[0].size);
    return key != 0;
}

static void walk_items(struct walk *walk, const struct spot *spot, size_t count)
{
    const struct ps_field *field = spot->field;
    bool by_seat = ps_field_room(field) == PS_SEAT_SLOTS;
    for (size_t i = 0; i < count; i++) {
        uint8_t *item = spot->at + i * field->shape->size;
        bool person = by_seat && ps_is_active(walk->set, (uint8_t)i);
        bool used = field->kind == PS_MAP ? is_used(field, item) : !by_seat || person;
        if (used) {
            uint8_t owner = owner_of(field->shape, item, by_seat ? (uint8_t)i : spot->owner);
            walk_shape(walk, field->shape, item, owner, by_seat);
        }
    }
}

static void try_spot(struct walk *walk, const struct spot *spot);

/* An order stays an order: two neighbours change places. */
static void try_swap(struct walk *walk, const struct spot *list, size_t i)
{
    struct spot pair = *list;
    pair.at += i;
    pair.size = 2;
    pair.owner = PS_NOBODY;
    uint8_t swapped[] = {pair.at[1], pair.at[0]};
    if (swapped[0] != PS_NOBODY && swapped[1] != PS_NOBODY) {
        try_bytes(walk, &pair, swapped);
    }
}

/* Lists of words and of seats; a round keeps its states in one of these too. */
static void walk_values(struct walk *walk, const struct spot *spot, size_t count)
{
    size_t step = ps_field_step(spot->field);
    bool by_seat = ps_field_room(spot->field) == PS_SEAT_SLOTS;
    bool states = same(spot->shape->name, "round_state") && same(spot->field->name, "state");
    for (size_t i = 0; i < count; i++) {
        struct spot one = *spot;
        one.at += i * step;
        one.size = step;
        one.owner = by_seat ? (uint8_t)i : PS_NOBODY;
        bool person = by_seat && ps_is_active(walk->set, (uint8_t)i);
        if (spot->field->of == PS_WORDS) {
            try_words(walk, one);
        } else if (!by_seat && i + 1 < count) {
            try_swap(walk, spot, i);
        } else if (states && *one.at != PS_ROUND_NONE) {
            try_int(walk, &one);
        } else if (person && !states) {
            try_seat(walk, &one);
        }
    }
}

static void walk_list(struct walk *walk, const struct spot *spot, const uint8_t *object)
{
    size_t count = ps_field_count(spot->field, object);
    if (spot->field->kind == PS_MAP || spot->field->of == PS_OBJECT) {
        walk_items(walk, spot, count);
    } else {
        walk_values(walk, spot, count);
    }
}

static void try_id(struct walk *walk, const struct spot *spot)
{
    int64_t id = read_int(spot);
    try_number(walk, spot, id == 0 ? 0 : id + 1);
}

static void try_spot(struct walk *walk, const struct spot *spot)
{
    switch ((enum ps_field_kind)spot->field->kind) {
    case PS_BOOL:
        try_bool(walk, spot);
        return;
    case PS_INT:
        try_int(walk, spot);
        return;
    case PS_ENUM:
        try_enum(walk, spot);
        return;
    case PS_SEAT:
        try_seat(walk, spot);
        return;
    case PS_ID:
        try_id(walk, spot);
        return;
    case PS_CHARS:
        try_chars(walk, spot);
        return;
    case PS_WORDS:
        try_words(walk, *spot);
        return;
    case PS_SEATS:
        try_seats(walk, *spot);
        return;
    case PS_OBJECT:
    case PS_LIST:
    case PS_MAP:
    case PS_KIND:
    case PS_FLAGS:
    case PS_PHRASE:
        break;
    }
    ps_assert(false);
}

static void walk_kind(struct walk *walk, const struct spot *spot, const uint8_t *object)
{
    uint8_t kind = object[spot->field->count_at];
    const struct ps_shape *shape = ps_activity_state_shape(kind);
    if (shape != NULL) {
        size_t kept = push(walk, ps_activity_at(kind)->name);
        walk_shape(walk, shape, spot->at, PS_NOBODY, false);
        pop(walk, kept);
    }
}

/* A hand that is nobody's is no hand: what its other fields would be means nothing. */
static bool is_nobodys(const struct spot *object)
{
    const struct ps_field *first = &object->field->shape->fields[0];
    return first->kind == PS_SEAT && same(first->name, "seat") &&
           object->at[first->at] == PS_NOBODY;
}

static void walk_field(struct walk *walk, const struct spot *spot, uint8_t *object)
{
    uint8_t kind = spot->field->kind;
    if (kind == PS_OBJECT && is_nobodys(spot)) {
        return;
    }
    if (kind == PS_OBJECT) {
        uint8_t owner = owner_of(spot->field->shape, spot->at, PS_NOBODY);
        walk_shape(walk, spot->field->shape, spot->at, owner, false);
    } else if (kind == PS_KIND) {
        walk_kind(walk, spot, object);
    } else if (kind == PS_LIST || kind == PS_MAP) {
        walk_list(walk, spot, object);
    } else if (object == (uint8_t *)&walk->other.now.running && same(spot->field->name, "kind")) {
        try_kind(walk);
    } else if (same(spot->shape->name, "running") && same(spot->field->name, "kind")) {
        return; /* of the stage before: nothing is drawn from it */
    } else {
        try_spot(walk, spot);
    }
}

/* As deep as the state nests: set, now, floor, hand. */
static void walk_shape(struct walk *walk, const struct ps_shape *shape, uint8_t *object,
                       uint8_t owner, bool indexed)
{
    for (uint16_t i = 0; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        struct spot spot = {.shape = shape,
                            .field = field,
                            .at = object + field->at,
                            .size = field->size,
                            .owner = owner,
                            .is_key = indexed && i == 0};
        size_t kept = push(walk, field->name);
        walk_field(walk, &spot, object);
        pop(walk, kept);
    }
}

void sight_changes(const struct ps_set *set, sight_tried tried, void *context)
{
    static struct walk walk;
    memcpy(&walk.other, set, sizeof(*set));
    walk.set = set;
    walk.tried = tried;
    walk.context = context;
    pop(&walk, 0);
    walk_shape(&walk, &ps_set_shape, (uint8_t *)&walk.other, PS_NOBODY, false);
}
