/* The transcripts of protocol/transcripts are what the hub says: played on the real hub in a small
 * world whose time and chance repeat, and compared to the letter.
 *
 * PS_WRITE_TRANSCRIPTS=DIR, the root of a checkout, writes them. */
#include "hub_trial.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "wire/describe_parts.h"

enum { TEXT_BYTES = 256 * 1024, PEOPLE_MAX = 4 };

/* One step: somebody comes, says something, or time passes. params NULL: they come. */
struct step {
    const char *as;
    const char *id;
    const char *method;
    const char *params;
    uint64_t passes_ms;
};

struct transcript {
    const char *name;
    const char *note;
    const struct step *before; /* played, and not written down */
    const struct step *steps;
};

static char made[TEXT_BYTES];
static char committed[TEXT_BYTES];

/* ---- the world ------------------------------------------------------------------------------- */

struct play {
    struct trial *trial;
    json_t *entries;
    struct {
        const char *seat;
        size_t peer;
        size_t told; /* frames written down */
        bool gone;
    } people[PEOPLE_MAX];
    size_t people_count;
};

static size_t person(struct play *play, const char *seat)
{
    for (size_t i = 0; i < play->people_count; i++) {
        if (strcmp(play->people[i].seat, seat) == 0) {
            return i;
        }
    }
    assert_true(play->people_count < PEOPLE_MAX);
    size_t index = play->people_count++;
    play->people[index].seat = seat;
    play->people[index].peer = trial_connect(play->trial, trial_join(play->trial, seat), seat);
    return index;
}

static void add(struct play *play, const char *as, const char *key, json_t *value)
{
    json_t *entry = json_object();
    if (as != NULL) {
        (void)json_object_set_new(entry, "as", json_string(as));
    }
    (void)json_object_set_new(entry, key, value);
    (void)json_array_append_new(play->entries, entry);
}

static void tell(struct play *play)
{
    for (size_t i = 0; i < play->people_count; i++) {
        const struct peer *peer = &play->trial->peers[play->people[i].peer];
        for (; play->people[i].told < peer->count; play->people[i].told++) {
            json_t *frame = json_loads(peer->frames[play->people[i].told], 0, NULL);
            assert_non_null(frame);
            add(play, play->people[i].seat, "server", frame);
        }
        if (peer->closed != 0 && !play->people[i].gone) {
            play->people[i].gone = true;
            add(play, play->people[i].seat, "closed", json_integer(peer->closed));
        }
    }
}

static void say(struct play *play, const struct step *step)
{
    char frame[2048];
    int count = snprintf(frame, sizeof(frame),
                         "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"%s\",\"params\":%s}",
                         step->id, step->method, step->params);
    assert_true(count > 0 && (size_t)count < sizeof(frame));
    size_t index = person(play, step->as);
    json_t *json = json_loadb(frame, (size_t)count, 0, NULL);
    assert_non_null(json);
    add(play, step->as, "client", json);
    ps_hub_receive(play->trial->hub, play->trial->peers[play->people[index].peer].conn, frame,
                   (size_t)count);
    trial_pass(play->trial, 1);
}

static void walk(struct play *play, const struct step *steps)
{
    for (; steps->as != NULL || steps->passes_ms != 0; steps++) {
        if (steps->passes_ms != 0) {
            add(play, NULL, "passes_ms", json_integer((json_int_t)steps->passes_ms));
            trial_pass(play->trial, steps->passes_ms);
        } else if (steps->method == NULL) {
            (void)person(play, steps->as);
            trial_pass(play->trial, 300);
        } else {
            say(play, steps);
        }
        tell(play);
    }
}

/* ---- the transcripts ------------------------------------------------------------------------- */

static const struct step join_steps[] = {{.as = "m1"},
                                         {"m1", "page-1:1", "time.sync", "{\"t0\":1234.5}", 0},
                                         {"m1", "page-1:2", "picture.get", "{}", 0},
                                         {0}};

static const struct step talk_before[] = {
    {.as = "f1"},
    {.as = "m1"},
    {.as = "m2"},
    {"f1", "page-f:1", "meeting.open", "{}", 0},
    {"f1", "page-f:2", "stage.insert", "{\"at\":0,\"kind\":\"open_talk\"}", 0},
    {"f1", "page-f:3", "meeting.start", "{}", 0},
    {.passes_ms = 2000},
    {0}};
static const struct step hand_steps[] = {
    {"m1", "page-1:1", "hand.raise", "{\"kind\":\"question\",\"text\":\"What do you hope for?\"}",
     0},
    {"m2", "page-2:1", "hand.raise", "{\"kind\":\"question\",\"text\":\"What do you fear?\"}", 0},
    {.passes_ms = 1500},
    {"m1", "page-1:2", "floor.take", "{}", 0},
    {"m1", "page-1:3", "floor.yield", "{}", 0},
    {.passes_ms = 1500},
    {0}};

static const struct step repeat_before[] = {{.as = "m1"}, {.passes_ms = 1000}, {0}};
static const struct step repeat_steps[] = {
    {"m1", "page-1:1", "you.rename", "{\"name\":\"Annie\"}", 0},
    {"m1", "page-1:1", "you.rename", "{\"name\":\"Annie\"}", 0},
    {0}};

static const struct step refusal_steps[] = {
    {"m1", "page-1:1", "stage.next", "{\"expect\":\"p1\"}", 0},
    {"f1", "page-f:4", "stage.next", "{\"expect\":\"p1\"}", 0},
    {"f1", "page-f:5", "stage.next", "{}", 0},
    {"m1", "page-1:2", "hand.raise", "{\"kind\":\"shout\"}", 0},
    {"m1", "page-1:3", "hand.raise", "{\"kind\":\"question\",\"loud\":true}", 0},
    {"m1", "page-1:4", "hand.shout", "{}", 0},
    {0}};

static const struct step removed_before[] = {{.as = "f1"}, {.as = "m2"}, {.passes_ms = 1000}, {0}};
static const struct step removed_steps[] = {
    {"f1", "page-f:1", "seat.remove", "{\"seat\":\"m2\",\"reason\":\"Moved away.\"}", 0}, {0}};

static const struct transcript transcripts[] = {
    {"join",
     "Somebody joins: welcome, then the whole picture. Clocks are compared; a client that lost "
     "its place asks for the picture again.",
     NULL, join_steps},
    {"hand", "Two hands in an open talk. Only the owner has the text, until the floor is granted.",
     talk_before, hand_steps},
    {"repeat", "The same id sent twice does nothing twice: the second answer is the first.",
     repeat_before, repeat_steps},
    {"refusal", "Refusals of the set (-32000) and of the message itself, each with its word.",
     talk_before, refusal_steps},
    {"removed",
     "A person is taken out of the set: everybody sees it, and their connection is closed.",
     removed_before, removed_steps},
};

/* ---- compared to the letter ------------------------------------------------------------------ */

static void play_one(const struct transcript *transcript, struct ps_text *text)
{
    void *state = NULL;
    assert_int_equal(trial_setup(&state), 0);
    struct play play = {.trial = state, .entries = json_array()};
    if (transcript->before != NULL) {
        walk(&play, transcript->before);
    }
    (void)json_array_clear(play.entries);
    (void)json_array_append_new(play.entries, json_pack("{s:s}", "note", transcript->note));
    walk(&play, transcript->steps);
    ps_describe_json_take(text, play.entries);
    assert_int_equal(trial_teardown(&state), 0);
}

static void path_of(const char *root, const char *name, char path[1024])
{
    int count = snprintf(path, 1024, "%s/protocol/transcripts/%s.json", root, name);
    assert_true(count > 0 && count < 1024);
}

static void write_file(const char *path, const struct ps_text *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text->bytes, 1, text->used, file), text->used);
    assert_int_equal(fclose(file), 0);
}

static bool is_committed(const char *path, const struct ps_text *text)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    size_t count = fread(committed, 1, sizeof(committed), file);
    (void)fclose(file);
    return count == text->used && memcmp(committed, text->bytes, count) == 0;
}

static void the_hub_says_what_the_transcripts_say(void **state)
{
    (void)state;
    const char *to = getenv("PS_WRITE_TRANSCRIPTS");
    const char *root = getenv("PEERSET_ROOT");
    for (size_t i = 0; i < PS_COUNT(transcripts); i++) {
        char path[1024];
        struct ps_text text = ps_text_into(made, sizeof(made));
        play_one(&transcripts[i], &text);
        assert_false(text.full);
        path_of(to != NULL ? to : root != NULL ? root : ".", transcripts[i].name, path);
        if (to != NULL) {
            write_file(path, &text);
        } else if (!is_committed(path, &text)) {
            fail_msg("%s is not what the hub says; run script/describe", path);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hub_says_what_the_transcripts_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
