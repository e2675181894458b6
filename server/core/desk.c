#include "core/desk.h"

#include <string.h>

#include "core/activity.h"
#include "core/roster.h"
#include "core/round.h"

struct seen_next {
    uint8_t here;
    uint8_t method; /* index + 1 in next_words */
    struct ps_phrase title;
    struct ps_phrase why;
};
enum { NEXT_NONE, NEXT_OPEN, NEXT_START, NEXT_STAGE, NEXT_TURN, NEXT_AGREE, NEXT_RESUME, NEXT_END };
static const char *const next_words[] = {NULL,           "meeting.open", "meeting.start",
                                         "stage.next",   "turn.next",    "agenda.agree",
                                         "clock.resume", "meeting.end",  NULL};
static const struct ps_field next_fields[] = {
    PS_SHAPE(struct seen_next, method, .kind = PS_ENUM, .words = next_words),
    PS_SHAPE(struct seen_next, title, .kind = PS_PHRASE),
    PS_SHAPE(struct seen_next, why, .kind = PS_PHRASE),
};
static const struct ps_shape next_shape = {"next", sizeof(struct seen_next), PS_COUNT(next_fields),
                                           next_fields};

struct seen_help {
    uint8_t seat;
    struct ps_word text;
    int64_t at;
};
static const struct ps_field help_fields[] = {
    PS_SHAPE(struct seen_help, seat, .kind = PS_SEAT),
    PS_SHAPE(struct seen_help, text, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_help, at, .kind = PS_INT),
};
static const struct ps_shape help_shape = {"help", sizeof(struct seen_help), PS_COUNT(help_fields),
                                           help_fields};

struct seen_desk {
    uint8_t here;
    struct seen_next next;
    struct ps_phrase line;
    uint64_t not_heard;
    struct seen_help help[PS_SEAT_SLOTS];
};
static const struct ps_field desk_fields[] = {
    PS_SHAPE(struct seen_desk, next, .kind = PS_OBJECT, .shape = &next_shape),
    PS_SHAPE(struct seen_desk, line, .kind = PS_PHRASE, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_desk, not_heard, .kind = PS_SEATS),
    PS_SHAPE(struct seen_desk, help, .kind = PS_MAP, .shape = &help_shape,
             .count_at = PS_COUNT_ALL),
};
const struct ps_shape ps_seen_desk_shape = {"desk", sizeof(struct seen_desk), PS_COUNT(desk_fields),
                                            desk_fields};
_Static_assert(sizeof(struct seen_desk) <= PS_SEEN_BYTES_MAX, "the desk fits");

/* ---- a line to read out, by activity and phase ----------------------------------------------- */

struct script_line {
    const char *kind;
    const char *phase;
    const char *line;
};
static const struct script_line script[] = {
    {"open", "open", "Welcome. What is said here stays here. We will end on time."},
    {"check_in", "round",
     "Each in turn, about a minute: how are you, and what became of what you said you would do?"},
    {"agenda", "bids", "What would you bring today? Say it in one line, or pass."},
    {"presenter_turn", "present",
     "%1, please tell us your question and what makes it hard. We only listen."},
    {"presenter_turn", "clarify",
     "Are there facts you need to understand the story? Short questions, short answers."},
    {"presenter_turn", "question",
     "Now ask open questions. No advice, and no advice dressed as a question."},
    {"presenter_turn", "silence",
     "Two minutes for yourself. What did you notice? Only you see what you write."},
    {"presenter_turn", "offer",
     "%1, please turn away and listen. The rest of us: what have you lived through that is like "
     "this?"},
    {"presenter_turn", "respond", "%1, what do you take from all this?"},
    {"presenter_turn", "commit",
     "%1, what will you do, and by when? Who would you like as a witness?"},
    {"presenter_turn", "process",
     "How did we work together? Not the question itself: how we asked and listened."},
    {"open_talk", "talk",
     "Raise a hand to speak. Everybody is heard once before anybody is heard twice."},
    {"break", "break", "Please be back when the clock says so. Leave the screen for a while."},
    {"close", "review",
     "Each in turn: one thing about how we worked. And what did you value in somebody today?"},
};

static bool same(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && memcmp(a, b, strlen(a)) == 0;
}

static struct ps_word presenter_name(const struct ps_set *set)
{
    const struct ps_person *person = ps_person(set, set->now.running.presenter);
    return person == NULL ? (struct ps_word){0} : person->name;
}

static struct ps_phrase line_of(const struct ps_set *set)
{
    const struct ps_activity *activity = ps_activity_now(set);
    struct ps_phrase phrase = {0};
    for (size_t i = 0; activity != NULL && i < PS_COUNT(script); i++) {
        if (same(script[i].kind, activity->name) &&
            same(script[i].phase, activity->phases[set->now.running.phase].name)) {
            phrase.form = script[i].line;
            phrase.names[0] = presenter_name(set);
        }
    }
    return phrase;
}

/* ---- what comes next, and why ---------------------------------------------------------------- */

static const char *next_stage_title(const struct ps_set *set)
{
    const struct ps_plan *plan = &set->meeting.plan;
    for (uint8_t i = 0; i < plan->stages_count; i++) {
        if (!plan->stages[i].done && plan->stages[i].id != set->meeting.stage) {
            return ps_kind_title(plan->stages[i].kind);
        }
    }
    return NULL;
}

struct phase_word {
    const char *name;
    const char *title;
};
static const char *phase_title(const char *name)
{
    static const struct phase_word words[] = {
        {"clarify", "Facts first"},
        {"question", "Open questions"},
        {"silence", "Silence"},
        {"offer", "Experience and offers"},
        {"respond", "The presenter responds"},
        {"commit", "Commitments"},
        {"process", "How we worked"},
    };
    for (size_t i = 0; i < PS_COUNT(words); i++) {
        if (same(words[i].name, name)) {
            return words[i].title;
        }
    }
    return name;
}

static bool round_is_through(const struct ps_set *set, const struct ps_scene *scene)
{
    const struct ps_phase *phase = ps_phase_now(set);
    return phase->mode != PS_FLOOR_ROUND ||
           (set->now.floor.holder == PS_NOBODY && ps_round_next(set, scene) == PS_NOBODY);
}

static const char *why_stage(const struct ps_set *set, const struct ps_scene *scene)
{
    const struct ps_phase *phase = ps_phase_now(set);
    if (phase->mode == PS_FLOOR_ROUND) {
        return round_is_through(set, scene)
                   ? "Everybody has had their say."
                   : "The round still goes on; you can move on at any time.";
    }
    if (ps_activity_now(set)->has_presenter && set->now.running.presenter == PS_NOBODY) {
        return "Nobody can present at the moment.";
    }
    return "When you are ready.";
}

static void set_next(struct seen_desk *seen, uint8_t method, const char *title, const char *why)
{
    seen->next.here = 1;
    seen->next.method = method;
    seen->next.title.form = title;
    seen->next.why.form = why;
}

static void see_next_in_stage(const struct ps_set *set, const struct ps_scene *scene,
                              struct seen_desk *seen)
{
    const struct ps_activity *activity = ps_activity_now(set);
    uint8_t next = (uint8_t)(set->now.running.phase + 1);
    const char *stage = next_stage_title(set);
    if (set->now.clock.state == PS_CLOCK_PAUSED) {
        const char *why = set->now.clock.why == PS_PAUSE_RESTART
                              ? "The server stopped in between. Nothing is lost; the clock waited."
                          : set->now.clock.why == PS_PAUSE_PRESENTER
                              ? "The presenter's connection was interrupted."
                              : "You stopped the clock.";
        set_next(seen, NEXT_RESUME, "Let the clock go on", why);
    } else if (activity->has_presenter && set->now.running.presenter != PS_NOBODY &&
               next < activity->phases_count) {
        set_next(seen, NEXT_TURN, phase_title(activity->phases[next].name),
                 ps_phase_now(set)->at_end == PS_END_GOES
                     ? "It goes on by itself when the time is up."
                     : "When there is nothing more to ask or say.");
    } else if (same(activity->name, "agenda") && !set->rotation.frozen) {
        set_next(seen, NEXT_AGREE, "Agree today's order",
                 "When everybody has said what they bring.");
    } else if (stage == NULL) {
        set_next(seen, NEXT_END, "End the meeting", why_stage(set, scene));
    } else {
        set_next(seen, NEXT_STAGE, stage, why_stage(set, scene));
    }
}

static void see_next(const struct ps_set *set, const struct ps_scene *scene, struct seen_desk *seen)
{
    if (set->meeting.state == PS_MEETING_NONE || set->meeting.state == PS_MEETING_ENDED) {
        set_next(seen, NEXT_OPEN, "Open the next meeting", "So that people can gather.");
    } else if (set->meeting.state == PS_MEETING_LOBBY) {
        set_next(seen, NEXT_START, "Start the meeting", "When you see that people are here.");
    } else if (ps_activity_now(set) != NULL && set->now.running.phase_id != 0) {
        see_next_in_stage(set, scene, seen);
    } else {
        set_next(seen, NEXT_END, "End the meeting", "All steps are done.");
    }
}

/* Who has not been heard in this phase, or in this round: names, no numbers. */
static uint64_t not_heard(const struct ps_set *set)
{
    const struct ps_phase *phase = ps_phase_now(set);
    uint64_t quiet = 0;
    if (phase == NULL || !ps_is_live(set)) {
        return 0;
    }
    for (uint8_t seat = 1; seat <= PS_MEMBER_SEATS_MAX; seat++) {
        if (!ps_is_active(set, seat) || !ps_seats_has(set->roster.present, seat) ||
            seat == set->now.running.presenter || set->now.floor.holder == seat) {
            continue;
        }
        uint8_t round = set->now.round.state[seat];
        bool waits =
            phase->mode == PS_FLOOR_ROUND && (round == PS_ROUND_WAITING || round == PS_ROUND_AWAY);
        bool silent = phase->mode == PS_FLOOR_QUEUE && set->now.floor.heard[seat].grants == 0;
        quiet |= waits || silent ? ps_seat_bit(seat) : 0;
    }
    return quiet;
}

void ps_desk_see(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                 void *ret_seen)
{
    struct seen_desk *seen = ret_seen;
    if ((ps_powers(set, viewer.seat) & PS_POWER_LEADER) == 0) {
        return;
    }
    seen->here = 1;
    see_next(set, scene, seen);
    seen->line = line_of(set);
    seen->not_heard = not_heard(set);
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        const struct ps_help *help = &set->help[seat];
        if (help->seat != PS_NOBODY) {
            seen->help[seat] = (struct seen_help){.seat = seat, .text = help->text, .at = help->at};
        }
    }
}
