#include "sight_table.h"

#include <stdio.h>
#include <string.h>

#include "core/activity.h"
#include "core/picture.h"
#include "sight_change.h"

/* Who looks. The first two are the person to whom the thing belongs (in a turn of another, in their
 * own); the others are somebody else, one at each moment. */
enum column { OWNER, OWN_TURN, PRESENTER, MEMBER, FACILITATOR, ACTING, DEPUTY, OBSERVER, COLUMNS };
static const char *const column_names[COLUMNS] = {
    "owner", "own_turn", "presenter", "member", "facilitator", "acting", "deputy", "observer"};

enum {
    PATHS_MAX = 400,
    PHASES_MAX = 48,
    PATH_BYTES = 120,
    PHASE_BYTES = 56,
    FRAGMENT_BYTES = 256 * 1024,
    NAME_BYTES = 26,
    STEP_BYTES = 12,
    WHERE_FROM = NAME_BYTES + COLUMNS * STEP_BYTES, /* where the last column begins */
    WIDTH = 220,
};

struct cell {
    uint32_t tried, seen;
};
struct row {
    char path[PATH_BYTES];
    struct cell cells[PHASES_MAX][COLUMNS];
};

static struct row rows[PATHS_MAX];
static size_t rows_count;
static char phases[PHASES_MAX][PHASE_BYTES];
static size_t phases_count;
static size_t tries;

size_t sight_table_tries(void)
{
    return tries;
}

/* ---- looking --------------------------------------------------------------------------------- */

struct viewer {
    uint8_t seat;
    struct ps_seen parts[PS_PARTS_COUNT];
};

/* One moment: the pictures of all who look, as they are. */
struct moment {
    const struct ps_set *set;
    struct ps_scene scene;
    size_t phase;
    struct ps_seen shared[PS_PARTS_COUNT]; /* parts that are the same for everybody */
    struct viewer viewers[PS_SEAT_SLOTS];  /* by seat; drawn when first looked through */
};
static struct moment moment;

static size_t phase_index(const struct ps_set *set)
{
    char name[PHASE_BYTES];
    const struct ps_activity *activity = ps_activity_now(set);
    const char *state = set->meeting.state == PS_MEETING_NONE    ? "before"
                        : set->meeting.state == PS_MEETING_LOBBY ? "lobby"
                                                                 : "ended";
    if (activity != NULL && ps_is_live(set)) {
        (void)snprintf(name, sizeof(name), "%s.%s", activity->name,
                       activity->phases[set->now.running.phase].name);
    } else {
        (void)snprintf(name, sizeof(name), "%s", state);
    }
    for (size_t i = 0; i < phases_count; i++) {
        if (strcmp(phases[i], name) == 0) {
            return i;
        }
    }
    ps_assert(phases_count < PHASES_MAX);
    memcpy(phases[phases_count], name, sizeof(name));
    return phases_count++;
}

/* The stage before has one row for each noun: nothing of it is ever shown. */
static size_t path_bytes(const char *path)
{
    static const char before[] = "before.";
    bool kept = strncmp(path, before, sizeof(before) - 1) == 0;
    return kept ? sizeof(before) - 1 + strcspn(path + sizeof(before) - 1, ".") : strlen(path);
}

static struct row *row_of(const char *path)
{
    size_t bytes = path_bytes(path);
    for (size_t i = 0; i < rows_count; i++) {
        if (strncmp(rows[i].path, path, bytes) == 0 && rows[i].path[bytes] == '\0') {
            return &rows[i];
        }
    }
    ps_assert(rows_count < PATHS_MAX && bytes < PATH_BYTES);
    memcpy(rows[rows_count].path, path, bytes);
    return &rows[rows_count++];
}

/* Is the part another one than before, for this viewer? Told by the patch that would be sent. */
static bool part_changes(const struct ps_set *other, const struct ps_scene *scene,
                         enum ps_part part, uint8_t seat, const struct ps_seen *before)
{
    static struct ps_seen after;
    static char bytes[FRAGMENT_BYTES];
    struct ps_text text = ps_text_into(bytes, sizeof(bytes));
    ps_see(other, scene, part, (struct ps_viewer){.seat = seat, .primary = 1}, &after);
    bool changes = ps_wire_part_patch(&text, part, before, &after, scene->words);
    ps_assert(!text.full);
    return changes;
}

static bool shared_changes(const struct ps_set *other, const struct ps_scene *scene)
{
    bool changes = false;
    for (int part = 0; part < PS_PARTS_COUNT && !changes; part++) {
        changes = ps_part_kinds[part].scope == PS_SCOPE_ALL &&
                  part_changes(other, scene, (enum ps_part)part, PS_NOBODY, &moment.shared[part]);
    }
    return changes;
}

static bool own_changes(const struct ps_set *other, const struct ps_scene *scene, uint8_t seat)
{
    struct viewer *viewer = &moment.viewers[seat];
    bool changes = false;
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        if (viewer->seat != seat && ps_part_kinds[part].scope != PS_SCOPE_ALL) {
            ps_see(moment.set, &moment.scene, (enum ps_part)part,
                   (struct ps_viewer){.seat = seat, .primary = 1}, &viewer->parts[part]);
        }
    }
    viewer->seat = seat;
    for (int part = 0; part < PS_PARTS_COUNT && !changes; part++) {
        changes = ps_part_kinds[part].scope != PS_SCOPE_ALL &&
                  part_changes(other, scene, (enum ps_part)part, seat, &viewer->parts[part]);
    }
    return changes;
}

/* Who stands for a column, somebody else than the owner; PS_NOBODY: there is none now. */
static uint8_t seat_for(enum column column, uint8_t owner)
{
    const struct ps_set *set = moment.set;
    uint8_t presenter = set->now.running.presenter;
    if (column == OWNER || column == OWN_TURN) {
        bool own_turn = owner == presenter;
        return ps_is_active(set, owner) && own_turn == (column == OWN_TURN) ? owner : PS_NOBODY;
    }
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        const struct ps_person *person = ps_person(set, seat);
        if (person == NULL || person->removed || seat == owner) {
            continue;
        }
        bool acts = seat == set->meeting.acting;
        uint8_t role = person->role;
        if ((column == PRESENTER && seat == presenter) ||
            (column == MEMBER && role == PS_ROLE_MEMBER && seat != presenter) ||
            (column == FACILITATOR && role == PS_ROLE_FACILITATOR) || (column == ACTING && acts) ||
            (column == DEPUTY && role == PS_ROLE_DEPUTY && !acts) ||
            (column == OBSERVER && role == PS_ROLE_OBSERVER)) {
            return seat;
        }
    }
    return PS_NOBODY;
}

static void count(const char *path, uint8_t owner, const struct ps_set *other,
                  const struct ps_scene *scene)
{
    struct row *row = row_of(path);
    bool all = shared_changes(other, scene);
    tries++;
    for (int column = 0; column < COLUMNS; column++) {
        uint8_t seat = seat_for((enum column)column, owner);
        if (seat != PS_NOBODY) {
            struct cell *cell = &row->cells[moment.phase][column];
            cell->tried += 1;
            cell->seen += all || own_changes(other, scene, seat);
        }
    }
}

static void tried(void *context, const char *path, uint8_t owner, const struct ps_set *other)
{
    (void)context;
    count(path, owner, other, &moment.scene);
}

/* What is not state: who is connected, since when, and what time it is. */
static void look_at_scene(struct world *world)
{
    struct ps_live live = world->live;
    struct ps_scene scene = moment.scene;
    scene.live = &live;
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (ps_is_active(moment.set, seat)) {
            live.connected ^= ps_seat_bit(seat);
            count("scene.connected", seat, moment.set, &scene);
            live = world->live;
            live.lost_at[seat] += 500;
            count("scene.lost_at", seat, moment.set, &scene);
            live = world->live;
        }
    }
    scene.now.ms += 1;
    count("scene.now", PS_NOBODY, moment.set, &scene);
    scene.now.ms += 1000000;
    count("scene.now", PS_NOBODY, moment.set, &scene);
}

void sight_table_look(struct world *world, struct watch *watch)
{
    (void)watch;
    moment.set = &world->set;
    moment.scene = world_scene(world);
    moment.phase = phase_index(&world->set);
    for (size_t seat = 0; seat < PS_SEAT_SLOTS; seat++) {
        moment.viewers[seat].seat = PS_NOBODY;
    }
    for (int part = 0; part < PS_PARTS_COUNT; part++) {
        ps_see(moment.set, &moment.scene, (enum ps_part)part, (struct ps_viewer){0},
               &moment.shared[part]);
    }
    sight_changes(moment.set, tried, NULL);
    look_at_scene(world);
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* Which path stands in which table, under what name; the first that fits. */
struct table {
    const char *prefix;
    const char *name;
};
static const struct table tables[] = {
    {"before.", "before"},
    {"now.floor.hands.", "hands"},
    {"now.floor.held.", "hands"},
    {"now.floor.undo_hand.", "hands"},
    {"now.floor.", "floor"},
    {"now.clock.", "clock"},
    {"now.round.", "round"},
    {"now.talk.said.", "said"},
    {"now.prompt.", "prompt"},
    {"now.running.", "running"},
    {"roster.", "roster"},
    {"first_plan.", "meeting"},
    {"meeting.", "meeting"},
    {"rotation.", "rotation"},
    {"commitments.list.", "commitments"},
    {"board.recognitions.", "recognitions"},
    {"help.", "help"},
    {"scene.", "scene"},
    {"", "set"},
};

/* The state of an activity has a table of the activity's name. */
static const char own_prefix[] = "now.running.state.";

static const struct table *table_of(const char *path)
{
    static struct table own;
    size_t i = 0;
    if (strncmp(path, own_prefix, sizeof(own_prefix) - 1) == 0) {
        for (uint8_t kind = 1; ps_activity_at(kind) != NULL; kind++) {
            const char *name = ps_activity_at(kind)->name;
            const char *rest = path + sizeof(own_prefix) - 1;
            if (strncmp(rest, name, strlen(name)) == 0 && rest[strlen(name)] == '.') {
                own.name = name;
                own.prefix = path;
                return &own;
            }
        }
    }
    while (strncmp(path, tables[i].prefix, strlen(tables[i].prefix)) != 0) {
        i++;
    }
    return &tables[i];
}

/* The n-th name, each once: the nouns, then the activities that have a state. */
const char *sight_table_name(size_t index)
{
    for (size_t i = 0; i < PS_COUNT(tables); i++) {
        bool again = i > 0 && strcmp(tables[i - 1].name, tables[i].name) == 0;
        if (!again && index-- == 0) {
            return tables[i].name;
        }
    }
    for (uint8_t kind = 1; ps_activity_at(kind) != NULL; kind++) {
        if (ps_activity_state_shape(kind) != NULL && index-- == 0) {
            return ps_activity_at(kind)->name;
        }
    }
    return NULL;
}

static const char *word_of(struct cell cell)
{
    return cell.tried == 0           ? "-"
           : cell.seen == 0          ? "never"
           : cell.seen == cell.tried ? "always"
                                     : "sometimes";
}

static bool is_empty(const struct cell *cells)
{
    bool empty = true;
    for (int column = 0; column < COLUMNS; column++) {
        empty = empty && cells[column].tried == 0;
    }
    return empty;
}

static bool is_owned(const struct cell *cells)
{
    return cells[OWNER].tried + cells[OWN_TURN].tried > 0;
}

/* Two phases stand on one line when nobody sees more in one than in the other. Where there was
 * nobody to look, any line fits. */
static bool fits(const struct cell *line, const struct cell *cells)
{
    if (is_owned(line) != is_owned(cells)) {
        return false;
    }
    for (int column = 0; column < COLUMNS; column++) {
        bool both = line[column].tried > 0 && cells[column].tried > 0;
        if (both && word_of(line[column]) != word_of(cells[column])) {
            return false;
        }
    }
    return true;
}

struct line {
    struct cell cells[COLUMNS];
    bool has[PHASES_MAX];
};

static size_t lines_of(const struct row *row, struct line lines[PHASES_MAX])
{
    size_t lines_count = 0;
    for (size_t phase = 0; phase < phases_count; phase++) {
        size_t n = 0;
        if (is_empty(row->cells[phase])) {
            continue;
        }
        while (n < lines_count && !fits(lines[n].cells, row->cells[phase])) {
            n++;
        }
        if (n == lines_count) {
            memset(&lines[lines_count++], 0, sizeof(*lines));
        }
        lines[n].has[phase] = true;
        for (int column = 0; column < COLUMNS; column++) {
            lines[n].cells[column].tried += row->cells[phase][column].tried;
            lines[n].cells[column].seen += row->cells[phase][column].seen;
        }
    }
    return lines_count;
}

static size_t column_at(const struct ps_text *text)
{
    size_t from = text->used;
    while (from > 0 && text->bytes[from - 1] != '\n') {
        from--;
    }
    return text->used - from;
}

static void pad_to(struct ps_text *text, size_t column)
{
    do {
        ps_text_add_char(text, ' ');
    } while (column_at(text) < column);
}

/* "presenter_turn.silence" is of the kind of "presenter_turn.offer". */
static size_t kind_bytes(const char *phase)
{
    const char *dot = strchr(phase, '.');
    return dot == NULL ? strlen(phase) : (size_t)(dot - phase);
}

static bool same_kind(const char *a, const char *b)
{
    return kind_bytes(a) == kind_bytes(b) && strncmp(a, b, kind_bytes(a)) == 0;
}

static bool has_whole_kind(const struct line *line, size_t phase)
{
    bool whole = true;
    for (size_t i = 0; i < phases_count; i++) {
        whole = whole && (line->has[i] || !same_kind(phases[i], phases[phase]));
    }
    return whole;
}

static bool is_first_of_kind(size_t phase)
{
    return phase == 0 || !same_kind(phases[phase - 1], phases[phase]);
}

/* An activity by its name where the line is for all its phases; else its phases: "turn.silence
 * .offer". */
static void add_where(struct ps_text *text, const struct line *line)
{
    const char *before = "";
    for (size_t phase = 0; phase < phases_count; phase++) {
        const char *name = phases[phase];
        bool whole = has_whole_kind(line, phase);
        if (!line->has[phase] || (whole && !is_first_of_kind(phase))) {
            continue;
        }
        size_t from = !whole && same_kind(before, name) ? kind_bytes(name) : 0;
        size_t bytes = whole ? kind_bytes(name) : strlen(name + from);
        if (column_at(text) + bytes + 1 > WIDTH) {
            ps_text_add_char(text, '\n');
            pad_to(text, WHERE_FROM);
        } else if (column_at(text) > WHERE_FROM) {
            ps_text_add_char(text, ' ');
        }
        ps_text_add(text, name + from, bytes);
        before = name;
    }
}

static void add_line(struct ps_text *text, const char *name, const struct line *line, bool only)
{
    ps_text_add_string(text, name);
    for (size_t column = 0; column < COLUMNS; column++) {
        pad_to(text, NAME_BYTES + column * STEP_BYTES);
        ps_text_add_string(text, word_of(line->cells[column]));
    }
    pad_to(text, WHERE_FROM);
    if (only) {
        ps_text_add_string(text, "wherever it is");
    } else {
        add_where(text, line);
    }
    ps_text_add_char(text, '\n');
}

static void add_head(struct ps_text *text, const char *name)
{
    ps_text_add_string(text, "# ");
    ps_text_add_string(text, name);
    ps_text_add_string(
        text, ": in whose picture does it show when the field changes? Found by experiment\n"
              "# (tests/unit/sight_test.c), not written by hand; protocol/sight/README.md explains "
              "it.\n\n");
    ps_text_add_string(text, "field");
    for (size_t column = 0; column < COLUMNS; column++) {
        pad_to(text, NAME_BYTES + column * STEP_BYTES);
        ps_text_add_string(text, column_names[column]);
    }
    pad_to(text, WHERE_FROM);
    ps_text_add_string(text, "where\n");
}

/* hands: "held.text" and "undo_hand.text" keep what tells them apart; the others lose their prefix.
 */
static const char *short_name(const struct table *table, const char *path)
{
    static const char floor[] = "now.floor.";
    bool hands = strcmp(table->name, "hands") == 0 || strcmp(table->prefix, "first_plan.") == 0;
    if (hands) {
        return strncmp(path, floor, sizeof(floor) - 1) == 0 ? path + sizeof(floor) - 1 : path;
    }
    if (table->prefix == path) {
        return path + sizeof(own_prefix) - 1 + strlen(table->name) + 1;
    }
    return path + strlen(table->prefix);
}

void sight_table_write(size_t index, struct ps_text *text)
{
    static struct line lines[PHASES_MAX];
    const char *name = sight_table_name(index);
    add_head(text, name);
    for (size_t i = 0; i < rows_count; i++) {
        const struct table *table = table_of(rows[i].path);
        if (strcmp(table->name, name) != 0) {
            continue;
        }
        size_t lines_count = lines_of(&rows[i], lines);
        for (size_t n = 0; n < lines_count; n++) {
            add_line(text, short_name(table, rows[i].path), &lines[n], lines_count == 1);
        }
    }
}
