/* help - "I'm stuck", seen by the desk alone. */
#include <string.h>

#include "core/activity.h"

enum { HELP_PARTS = PS_PART(PS_SEE_DESK) | PS_PART(PS_SEE_YOU) };

struct asked {
    struct ps_word text;
    uint8_t seat;
};
static const struct ps_field asked_fields[] = {
    PS_SHAPE(struct asked, text, .kind = PS_WORDS, .flags = PS_OPTIONAL,
             .chars_max = PS_REASON_CHARS_MAX),
    PS_SHAPE(struct asked, seat, .kind = PS_SEAT),
};
static const struct ps_shape ask_shape = {"help_ask", sizeof(struct asked), 1, asked_fields};
static const struct ps_shape asked_shape = {"help_asked", sizeof(struct asked),
                                            PS_COUNT(asked_fields), asked_fields};

static void apply_asked(struct ps_set *set, const struct ps_event *event)
{
    const struct asked *facts = ps_facts(event);
    set->help[facts->seat] =
        (struct ps_help){.seat = facts->seat, .text = facts->text, .at = event->at.ms};
}
static const struct ps_event_kind asked = {"help.asked", 1, HELP_PARTS | PS_WORDS_PRIVATE,
                                           &asked_shape, apply_asked};

struct cleared {
    uint8_t seat;
};
static const struct ps_field cleared_fields[] = {PS_SHAPE(struct cleared, seat, .kind = PS_SEAT)};
static const struct ps_shape cleared_shape = {"help_clear", sizeof(struct cleared),
                                              PS_COUNT(cleared_fields), cleared_fields};

static void apply_cleared(struct ps_set *set, const struct ps_event *event)
{
    const struct cleared *facts = ps_facts(event);
    memset(&set->help[facts->seat], 0, sizeof(set->help[0]));
}
static const struct ps_event_kind cleared = {"help.cleared", 1, HELP_PARTS, &cleared_shape,
                                             apply_cleared};

static const struct ps_event_kind *const events[] = {&asked, &cleared};

static void decide_ask(const struct ps_set *set, const struct ps_scene *scene,
                       const struct ps_command *command, struct ps_outcome *out)
{
    const struct asked *params = (const void *)command->params;
    bool again = set->help[command->seat].seat != PS_NOBODY;
    if (!again || params->text.id != 0) {
        struct asked *facts = ps_emit(out, scene, &asked);
        facts->seat = command->seat;
        facts->text = ps_emit_word(out, scene, params->text, command->seat);
    }
}

static void decide_clear(const struct ps_set *set, const struct ps_scene *scene,
                         const struct ps_command *command, struct ps_outcome *out)
{
    const struct cleared *params = (const void *)command->params;
    if (set->help[params->seat].seat != PS_NOBODY) {
        struct cleared *facts = ps_emit(out, scene, &cleared);
        facts->seat = params->seat;
    }
}

static const struct ps_method methods[] = {
    {"help.ask", "Ask the facilitator for help; nobody else sees it.", PS_POWER_MEMBER,
     PS_NEEDS_MEETING, &ask_shape, NULL, decide_ask},
    {"help.clear", "This person has been helped.", PS_POWER_LEADER, PS_NEEDS_MEETING,
     &cleared_shape, NULL, decide_clear},
};
const struct ps_noun ps_noun_help = {methods, PS_COUNT(methods), events, PS_COUNT(events)};
