/* laws_params - frames made from field tables: mostly right, now and then wrong, sometimes
 * nonsense. */
#include <stdio.h>

#include "laws.h"

static bool chance(struct walk *walk, uint32_t of)
{
    return walk_below(walk, of) == 0;
}

/* ---- values ---------------------------------------------------------------------------------- */

static void add_quoted(struct ps_text *text, const char *string)
{
    ps_text_add_char(text, '"');
    ps_text_add_json(text, string, strlen(string));
    ps_text_add_char(text, '"');
}

static uint8_t some_seat(struct walk *walk)
{
    const struct ps_set *set = &walk->world->set;
    for (int i = 0; i < 40; i++) {
        uint8_t seat = (uint8_t)(1 + walk_below(walk, PS_SEATS_MAX));
        if (ps_person(set, seat) != NULL) {
            return seat;
        }
    }
    return (uint8_t)(1 + walk_below(walk, PS_SEATS_MAX));
}

static void add_seat(struct walk *walk, struct ps_text *text)
{
    char name[PS_SEAT_CHARS_MAX];
    ps_seat_write(some_seat(walk), name);
    add_quoted(text, name);
}

/* One that asks for this witness, or any. */
static uint32_t commitment_for(struct walk *walk, uint8_t seat)
{
    const struct ps_commitments *all = &walk->world->set.commitments;
    for (uint8_t i = 0; i < all->count; i++) {
        if (all->list[i].witness == seat) {
            return all->list[i].id;
        }
    }
    return all->list[walk_below(walk, all->count)].id;
}

/* An id that is in use, when there is one of this letter. */
static uint32_t some_id(struct walk *walk, char prefix, uint8_t seat)
{
    const struct ps_set *set = &walk->world->set;
    const struct ps_talk *talk = &set->now.talk;
    const struct ps_plan *plan = &set->meeting.plan;
    if (chance(walk, 12)) {
        return 1 + walk_below(walk, 5000);
    }
    if (prefix == 'w' && talk->count > 0) {
        return talk->said[walk_below(walk, talk->count)].id;
    }
    if (prefix == 'c' && set->commitments.count > 0) {
        return commitment_for(walk, seat);
    }
    if (prefix == 'r' && set->board.recognitions_count > 0) {
        return set->board.recognitions[walk_below(walk, set->board.recognitions_count)].id;
    }
    if (prefix == 's' && plan->stages_count > 0) {
        return plan->stages[walk_below(walk, plan->stages_count)].id;
    }
    return prefix == 'q' && set->now.prompt.id != 0 ? set->now.prompt.id : 1;
}

static void add_id(struct walk *walk, struct ps_text *text, char prefix, uint8_t seat)
{
    ps_text_add_char(text, '"');
    ps_text_add_char(text, prefix);
    ps_text_add_int(text, some_id(walk, prefix, seat));
    ps_text_add_char(text, '"');
}

static void add_int(struct walk *walk, struct ps_text *text, const struct ps_field *field)
{
    int64_t least = field->least;
    int64_t most = field->most;
    if (least == 0 && most == 0) {
        most = 100;
    }
    int64_t value = least + (int64_t)(ps_prng_next(&walk->prng) % (uint64_t)(most - least + 1));
    if (chance(walk, 8)) {
        value = chance(walk, 2) ? least : most;
    } else if (chance(walk, 20)) {
        value = chance(walk, 2) ? least - 1 : most + 1;
    }
    if (field->size == 8 && most > 60000 && chance(walk, 2)) {
        value =
            least + (int64_t)walk_below(walk, 60000); /* small extensions leave the bank alive */
    }
    ps_text_add_int(text, value);
}

static void add_enum(struct walk *walk, struct ps_text *text, const struct ps_field *field)
{
    uint16_t count = 0;
    while (count == 0 || ps_field_word(field, count) != NULL) {
        count++;
    }
    const char *word = ps_field_word(field, (uint16_t)walk_below(walk, count));
    add_quoted(text, word == NULL ? "nothing" : word);
}

static void add_chars(struct walk *walk, struct ps_text *text, const struct ps_field *field)
{
    static const char *const planned[] = {"tour", "commitments", "process_review", "corridor"};
    if (strcmp(field->name, "due") == 0) {
        add_quoted(text, chance(walk, 2)   ? "next_meeting"
                         : chance(walk, 6) ? "soon"
                                           : "2027-01-31");
        return;
    }
    const struct ps_activity *activity = ps_activity_at((uint8_t)(1 + walk_below(walk, 10)));
    add_quoted(text, activity != NULL ? activity->name : planned[walk_below(walk, 4)]);
}

/* What people write; where not everybody may see it, the words say whose secret it is. */
static void add_words(struct walk *walk, struct ps_text *text, const struct ps_field *field,
                      uint8_t seat, const char *method)
{
    static const char *const written[] = {
        "Why now?",  "  spaced  ", "caf\xC3\xA9 \xE2\x82\xAC",
        "a\\\"b",    "",           "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
        "two\nlines"};
    bool prompt = strcmp(method, "prompt.answer") == 0;
    bool hand = strcmp(method, "hand.raise") == 0;
    char bytes[512];
    if (prompt || hand || strcmp(method, "help.ask") == 0) {
        char name[PS_SEAT_CHARS_MAX];
        ps_seat_write(seat, name);
        snprintf(bytes, sizeof(bytes), "secret-%s-%s-%u",
                 prompt ? "prompt"
                 : hand ? "hand"
                        : "help",
                 name, ++walk->secrets);
        add_quoted(text, bytes);
        return;
    }
    if (chance(walk, 3)) {
        size_t count = 1 + walk_below(walk, field->chars_max + (chance(walk, 10) ? 2U : 0U));
        count = count < sizeof(bytes) ? count : sizeof(bytes) - 1;
        memset(bytes, 'a' + (int)walk_below(walk, 26), count);
        bytes[count] = '\0';
        add_quoted(text, bytes);
        return;
    }
    add_quoted(text, written[walk_below(walk, PS_COUNT(written))]);
}

static void add_field(struct walk *walk, struct ps_text *text, const struct ps_field *field,
                      uint8_t seat, const char *method);

/* A plan that adds up would be rare by chance: so planned_ms is made to fit, mostly. */
static void add_stages(struct walk *walk, struct ps_text *text, int64_t *ret_sum)
{
    uint32_t count = walk_below(walk, 8) + (chance(walk, 20) ? 0U : 1U);
    ps_text_add_char(text, '[');
    for (uint32_t i = 0; i < count; i++) {
        const struct ps_activity *activity = ps_activity_at((uint8_t)(1 + walk_below(walk, 10)));
        int64_t ms = 60000 * (int64_t)(1 + walk_below(walk, 40));
        ps_text_add_string(text, i > 0 ? ",{\"kind\":" : "{\"kind\":");
        add_quoted(text, activity == NULL ? "tour" : activity->name);
        ps_text_add_string(text, ",\"planned_ms\":");
        ps_text_add_int(text, ms);
        ps_text_add_char(text, '}');
        *ret_sum += ms;
    }
    ps_text_add_char(text, ']');
}

static void add_list(struct walk *walk, struct ps_text *text, const struct ps_field *field)
{
    uint32_t count = walk_below(walk, 6) + (chance(walk, 10) ? 0U : 1U);
    ps_text_add_char(text, '[');
    for (uint32_t i = 0; i < count && field->of == PS_SEAT; i++) {
        ps_text_add(text, ",", i > 0 ? 1 : 0);
        add_seat(walk, text);
    }
    ps_text_add_char(text, ']');
}

static void add_value(struct walk *walk, struct ps_text *text, const struct ps_field *field,
                      uint8_t seat, const char *method)
{
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        ps_text_add_string(text, chance(walk, 2) ? "true" : "false");
        return;
    case PS_INT:
        add_int(walk, text, field);
        return;
    case PS_ENUM:
        add_enum(walk, text, field);
        return;
    case PS_SEAT:
        if (strcmp(field->name, "witness") == 0 && !chance(walk, 6)) {
            ps_text_add_string(text, chance(walk, 2) ? "\"m1\"" : "\"m2\"");
        } else {
            add_seat(walk, text);
        }
        return;
    case PS_ID:
        add_id(walk, text, field->prefix, seat);
        return;
    case PS_CHARS:
        add_chars(walk, text, field);
        return;
    case PS_WORDS:
        add_words(walk, text, field, seat, method);
        return;
    case PS_LIST:
        add_list(walk, text, field);
        return;
    case PS_OBJECT:
        ps_text_add_char(text, '{');
        for (uint16_t i = 0; i < field->shape->fields_count; i++) {
            ps_text_add(text, ",", i > 0 ? 1 : 0);
            add_field(walk, text, &field->shape->fields[i], seat, method);
        }
        ps_text_add_char(text, '}');
        return;
    case PS_SEATS:
    case PS_PHRASE:
    case PS_MAP:
    case PS_FLAGS:
    case PS_KIND:
        ps_text_add_string(text, "[]");
        return;
    }
}

static void add_field(struct walk *walk, struct ps_text *text, const struct ps_field *field,
                      uint8_t seat, const char *method)
{
    add_quoted(text, field->name);
    ps_text_add_char(text, ':');
    add_value(walk, text, field, seat, method);
}

/* ---- frames ---------------------------------------------------------------------------------- */

static void add_expect(struct walk *walk, struct ps_text *text, bool *first)
{
    uint32_t phase_id = walk->world->set.now.running.phase_id;
    if (phase_id == 0 || chance(walk, 25)) {
        return;
    }
    ps_text_add_string(text, *first ? "\"expect\":\"p" : ",\"expect\":\"p");
    ps_text_add_int(text, chance(walk, 25) ? phase_id - 1 : phase_id);
    ps_text_add_char(text, '"');
    *first = false;
}

void walk_write_frame(struct walk *walk, uint8_t seat, uint16_t index)
{
    const struct ps_method *method = ps_method_at(index);
    const struct ps_shape *shape = method->shape;
    struct ps_text text = ps_text_into(walk->frame, LAWS_FRAME_BYTES);
    int64_t sum = 0;
    bool first = true;
    ps_text_add_string(&text, "{\"jsonrpc\":\"2.0\",\"id\":\"law:");
    ps_text_add_int(&text, walk->step + 1);
    ps_text_add_string(&text, "\",\"method\":");
    add_quoted(&text, method->name);
    ps_text_add_string(&text, ",\"params\":{");
    for (uint16_t i = 0; shape != NULL && i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        bool optional = (field->flags & PS_OPTIONAL) != 0;
        if (optional ? chance(walk, 2) : chance(walk, 60)) {
            continue;
        }
        ps_text_add(&text, ",", first ? 0 : 1);
        first = false;
        if (field->kind == PS_LIST && field->of == PS_OBJECT) {
            add_quoted(&text, field->name);
            ps_text_add_char(&text, ':');
            add_stages(walk, &text, &sum);
        } else if (sum > 0 && strcmp(field->name, "planned_ms") == 0) {
            ps_text_add_string(&text, "\"planned_ms\":");
            ps_text_add_int(&text, sum + (chance(walk, 8) ? -1 : 300000));
        } else {
            add_field(walk, &text, field, seat, method->name);
        }
    }
    add_expect(walk, &text, &first);
    ps_text_add_string(&text, "}}");
    assert_false(text.full);
    walk->frame_count = text.used;
}

void walk_spoil_frame(struct walk *walk)
{
    static const char *const pieces[] = {"null",    "\"\"",       "{",   "}",       "[",
                                         "\\u0000", "-1",         "1e9", "\"m99\"", "\"p\"",
                                         "\xFF",    "[[[[[[[[[[", ",",   "true"};
    uint32_t wounds = 1 + walk_below(walk, 3);
    for (uint32_t i = 0; i < wounds && walk->frame_count > 4; i++) {
        size_t at = walk_below(walk, (uint32_t)walk->frame_count);
        size_t cut = walk_below(walk, 6);
        cut = cut < walk->frame_count - at ? cut : walk->frame_count - at;
        const char *piece = chance(walk, 2) ? "" : pieces[walk_below(walk, PS_COUNT(pieces))];
        size_t more = strlen(piece);
        memmove(walk->frame + at + more, walk->frame + at + cut, walk->frame_count - at - cut);
        memcpy(walk->frame + at, piece, more);
        walk->frame_count = walk->frame_count - cut + more;
    }
}
