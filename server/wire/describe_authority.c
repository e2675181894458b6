/* describe_authority - who may call what, and when: the table of methods, for people. */
#include <string.h>

#include "base/assert.h"
#include "core/activity.h"
#include "wire/describe_parts.h"

/* ---- who ------------------------------------------------------------------------------------- */

struct power {
    uint8_t bit;
    const char *word;
};

static void add_who(struct ps_text *text, uint8_t powers)
{
    static const struct power words[] = {
        {PS_POWER_MEMBER, "member"}, {PS_POWER_PRESENTER, "presenter"},
        {PS_POWER_LEADER, "leader"}, {PS_POWER_FACILITATOR, "facilitator"},
        {PS_POWER_DEPUTY, "deputy"}, {PS_POWER_OBSERVER, "observer"},
    };
    bool first = true;
    if (powers == PS_POWER_ANYBODY) {
        ps_text_add_string(text, "anybody");
        return;
    }
    for (size_t i = 0; i < PS_COUNT(words); i++) {
        if ((powers & words[i].bit) != 0) {
            ps_text_add_string(text, first ? "" : ", ");
            ps_text_add_string(text, words[i].word);
            first = false;
        }
    }
}

/* ---- when ------------------------------------------------------------------------------------ */

static void add_when(struct ps_text *text, uint16_t index)
{
    const struct ps_method *method = ps_method_at(index);
    const struct ps_activity *only = ps_activity_at(ps_method_activity(index));
    if (only != NULL) {
        ps_text_add_string(text, "during `");
        ps_text_add_string(text, only->name);
        ps_text_add_char(text, '`');
    } else if ((method->needs & PS_NEEDS_LIVE) != 0) {
        ps_text_add_string(text, "a stage runs");
    } else if ((method->needs & PS_NEEDS_MEETING) != 0) {
        ps_text_add_string(text, "a meeting is open");
    } else {
        ps_text_add_string(text, "always");
    }
    if ((method->needs & PS_NEEDS_CLOCK) != 0) {
        ps_text_add_string(text, ", a clock is there");
    }
    if (method->allowed != NULL) {
        ps_text_add_string(text, ", its own rule");
    }
}

/* ---- params ---------------------------------------------------------------------------------- */

static void add_number(struct ps_text *text, int64_t number, const char *after)
{
    ps_text_add_int(text, number);
    ps_text_add_string(text, after);
}

static void add_enum(struct ps_text *text, const struct ps_field *field)
{
    uint16_t cursor = 0;
    const char *word = ps_describe_word(field, &cursor);
    for (bool first = true; word != NULL; first = false) {
        ps_text_add_string(text, first ? "" : " / ");
        ps_text_add_string(text, word);
        word = ps_describe_word(field, &cursor);
    }
}

static void add_params(struct ps_text *text, const struct ps_shape *shape);

static void add_type(struct ps_text *text, const struct ps_field *field)
{
    char prefix[] = {field->prefix, '1', '2', '\0'};
    switch ((enum ps_field_kind)field->kind) {
    case PS_BOOL:
        ps_text_add_string(text, "true or false");
        return;
    case PS_INT:
        if (field->least != 0 || field->most != 0) {
            add_number(text, field->least, " to ");
            add_number(text, field->most, "");
        } else {
            ps_text_add_string(text, "an integer");
        }
        return;
    case PS_ENUM:
        add_enum(text, field);
        return;
    case PS_SEAT:
        ps_text_add_string(text, "a seat");
        return;
    case PS_ID:
        ps_text_add_string(text, "an id like ");
        ps_text_add_string(text, prefix);
        return;
    case PS_CHARS:
        add_number(text, field->chars_max != 0 ? field->chars_max : field->size - 1,
                   " letters, digits, - or _");
        return;
    case PS_WORDS:
        add_number(text, field->chars_max, " characters");
        ps_text_add_string(text, (field->flags & PS_LINES) != 0 ? ", lines allowed" : "");
        return;
    case PS_OBJECT:
        add_params(text, field->shape);
        return;
    case PS_LIST:
        ps_text_add_string(text, "up to ");
        add_number(text, (int64_t)ps_field_room(field), field->of == PS_SEAT ? " seats" : " of ");
        if (field->of == PS_OBJECT) {
            add_params(text, field->shape);
        } else if (field->of == PS_ID) {
            ps_text_add_string(text, prefix);
        }
        return;
    case PS_SEATS:
        ps_text_add_string(text, "seats");
        return;
    case PS_PHRASE:
    case PS_MAP:
    case PS_FLAGS:
    case PS_KIND:
        break; /* pictures only */
    }
    ps_assert(false);
}

/* Params nest two deep (a plan, its stages). */
static void add_params(struct ps_text *text, const struct ps_shape *shape)
{
    for (uint16_t i = 0; i < shape->fields_count; i++) {
        const struct ps_field *field = &shape->fields[i];
        ps_text_add_string(text, i == 0 ? "`" : "; `");
        ps_text_add_string(text, field->name);
        ps_text_add_string(text, (field->flags & PS_OPTIONAL) != 0 ? "`?: " : "`: ");
        bool nested = field->kind == PS_OBJECT || field->of == PS_OBJECT;
        ps_text_add_string(text, nested ? "(" : "");
        add_type(text, field);
        ps_text_add_string(text, nested ? ")" : "");
    }
}

/* ---- the page -------------------------------------------------------------------------------- */

static void add_method(struct ps_text *text, uint16_t index)
{
    const struct ps_method *method = ps_method_at(index);
    ps_text_add_string(text, "| `");
    ps_text_add_string(text, method->name);
    ps_text_add_string(text, "` | ");
    add_who(text, method->powers);
    ps_text_add_string(text, " | ");
    add_when(text, index);
    bool expects = (method->needs & PS_NEEDS_EXPECT) != 0;
    bool live = (method->needs & PS_NEEDS_LIVE) != 0;
    ps_text_add_string(text, !expects ? " | |" : live ? " | yes |" : " | once a step runs |");
    if (method->shape != NULL) {
        ps_text_add_char(text, ' ');
        add_params(text, method->shape);
    }
    ps_text_add_string(text, " | ");
    ps_text_add_string(text, method->about);
    ps_text_add_string(text, " |\n");
}

static const char intro[] =
    "# Who may call what, and when\n\n"
    "Written by `peerset describe` from the tables the server decides with; do not edit. What does "
    "not\n"
    "stand here is refused: an unknown method, an unknown field, a role that is not named, a time "
    "that\n"
    "is not named.\n\n"
    "**Who.** `leader` is whoever runs the meeting: the facilitator, a deputy who acts, a "
    "steward.\n"
    "`facilitator` and `deputy` are the roles themselves. `presenter` presents the turn that "
    "runs.\n"
    "Nobody who was taken out of the set may call anything.\n\n"
    "**When.** *A meeting is open*: from the lobby to the corridor. *A stage runs*: the meeting is "
    "live\n"
    "or closing. *During* an activity: while a stage of that kind runs. *Its own rule*: the state "
    "decides\n"
    "further; `you.may` in the picture says at each moment what is possible.\n\n"
    "**expect.** `params.expect`, the `activity.phase_id` the person was looking at, is required "
    "where it\n"
    "says yes, and accepted everywhere. Where a method is refused for several reasons, the answer "
    "is the\n"
    "first of: removed, not_your_role, moved_on, the meeting, the activity, the clock, its own "
    "rule.\n\n"
    "| Method | Who | When | expect | Params (`?`: may be left out) | What it does |\n"
    "|---|---|---|---|---|---|\n";

static const char refusals_intro[] = "\n## Refusals\n\n"
                                     "`error.data.refusal` is one of these words; `error.message` "
                                     "is the sentence, for the person. With\n"
                                     "code -32000 the set refused; with -32700, -32600, -32601 or "
                                     "-32602 the message itself was refused.\n\n"
                                     "| Word | Sentence |\n"
                                     "|---|---|\n";

void ps_describe_authority(struct ps_text *text)
{
    ps_text_add_string(text, intro);
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        add_method(text, i);
    }
    ps_text_add_string(text, refusals_intro);
    for (int i = PS_ALLOWED + 1; i < PS_REFUSALS_COUNT; i++) {
        ps_text_add_string(text, "| `");
        ps_text_add_string(text, ps_refusal_word((enum ps_refusal)i));
        ps_text_add_string(text, "` | ");
        ps_text_add_string(text, ps_refusal_sentence((enum ps_refusal)i));
        ps_text_add_string(text, " |\n");
    }
}
