#include "core/prompt.h"

#include <string.h>

#include "core/activity.h"
#include "core/settle.h"

enum {
    GRACE_MS = 10000, /* after the close, for who is still writing (domain.md §7) */
    PROMPT_PARTS = PS_PART(PS_SEE_PROMPT) | PS_PART(PS_SEE_YOU),
};

void ps_prompt_open(struct ps_set *set, uint32_t seq)
{
    memset(&set->now.prompt, 0, sizeof(set->now.prompt));
    set->now.prompt.id = seq;
    set->now.prompt.open = 1;
}

void ps_prompt_leave(struct ps_set *set, int64_t at)
{
    struct ps_prompt *prompt = &set->now.prompt;
    if (prompt->open && prompt->ends_at == 0) {
        prompt->ends_at = at + ps_paced(set, GRACE_MS);
    }
}

struct answered {
    uint8_t seat;
    uint8_t passed;
    struct ps_word text;
};
static const struct ps_field answered_fields[] = {
    PS_SHAPE(struct answered, seat, .kind = PS_SEAT),
    PS_SHAPE(struct answered, passed, .kind = PS_BOOL),
    PS_SHAPE(struct answered, text, .kind = PS_WORDS, .flags = PS_OPTIONAL),
};
static const struct ps_shape answered_shape = {"prompt_answered", sizeof(struct answered),
                                               PS_COUNT(answered_fields), answered_fields};

static void apply_answered(struct ps_set *set, const struct ps_event *event)
{
    const struct answered *facts = ps_facts(event);
    set->now.prompt.answers[facts->seat] =
        (struct ps_answer){.seat = facts->seat, .passed = facts->passed, .text = facts->text};
}
static const struct ps_event_kind answered = {"prompt.answered", 1, PROMPT_PARTS | PS_WORDS_PRIVATE,
                                              &answered_shape, apply_answered};

static void apply_closed(struct ps_set *set, const struct ps_event *event)
{
    (void)event;
    set->now.prompt.open = 0;
}
static const struct ps_event_kind closed = {"prompt.closed", 1, PROMPT_PARTS, NULL, apply_closed};

static const struct ps_event_kind *const events[] = {&answered, &closed};

struct answer_params {
    uint32_t prompt;
    struct ps_word text;
};
static const struct ps_field answer_fields[] = {
    PS_SHAPE(struct answer_params, prompt, .kind = PS_ID, .prefix = 'q'),
    PS_SHAPE(struct answer_params, text, .kind = PS_WORDS, .flags = PS_LINES,
             .chars_max = PS_SAY_CHARS_MAX),
};
static const struct ps_shape answer_shape = {"prompt_answer", sizeof(struct answer_params),
                                             PS_COUNT(answer_fields), answer_fields};
static const struct ps_shape pass_shape = {"prompt_pass", sizeof(struct answer_params), 1,
                                           answer_fields};

static enum ps_refusal may_answer(const struct ps_set *set, const struct ps_scene *scene,
                                  uint8_t seat)
{
    (void)scene;
    const struct ps_prompt *prompt = &set->now.prompt;
    if (prompt->id == 0 || !prompt->open) {
        return PS_REFUSED_CLOSED;
    }
    return prompt->answers[seat].seat != PS_NOBODY ? PS_REFUSED_ALREADY_DONE : PS_ALLOWED;
}

static void answer(const struct ps_set *set, const struct ps_scene *scene,
                   const struct ps_command *command, bool pass, struct ps_outcome *out)
{
    const struct answer_params *params = (const void *)command->params;
    if (params->prompt != set->now.prompt.id) {
        ps_refuse(out, PS_REFUSED_CLOSED);
        return;
    }
    if (!pass && params->text.id == 0) {
        ps_refuse(out, PS_REFUSED_NEEDS_TEXT);
        return;
    }
    struct answered *facts = ps_emit(out, scene, &answered);
    facts->seat = command->seat;
    facts->passed = pass;
    facts->text =
        pass ? (struct ps_word){0} : ps_emit_word(out, scene, params->text, command->seat);
}

static void decide_answer(const struct ps_set *set, const struct ps_scene *scene,
                          const struct ps_command *command, struct ps_outcome *out)
{
    answer(set, scene, command, false, out);
}

static void decide_pass(const struct ps_set *set, const struct ps_scene *scene,
                        const struct ps_command *command, struct ps_outcome *out)
{
    answer(set, scene, command, true, out);
}

static const struct ps_method methods[] = {
    {"prompt.answer", "Answer the prompt. Only you can see a private answer.", PS_POWER_MEMBER,
     PS_NEEDS_LIVE, &answer_shape, may_answer, decide_answer},
    {"prompt.pass", "Leave the prompt unanswered.", PS_POWER_MEMBER, PS_NEEDS_LIVE, &pass_shape,
     may_answer, decide_pass},
};

const struct ps_noun ps_noun_prompt = {methods, PS_COUNT(methods), events, PS_COUNT(events)};

static int64_t due_close(const struct ps_set *set, const struct ps_scene *scene)
{
    (void)scene;
    const struct ps_prompt *prompt = &set->now.prompt;
    return prompt->open && prompt->ends_at != 0 ? prompt->ends_at : PS_NEVER;
}

static void act_close(const struct ps_set *set, const struct ps_scene *scene,
                      struct ps_outcome *out)
{
    (void)set;
    (void)ps_emit(out, scene, &closed);
}

const struct ps_rule ps_rules_prompt[] = {{"a prompt closes", due_close, act_close}};
const uint8_t ps_rules_prompt_count = PS_COUNT(ps_rules_prompt);
