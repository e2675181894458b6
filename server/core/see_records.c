/* see_records - what is written down: the private prompt, commitments, recognition. */
#include "core/commitment.h"
#include "core/recognition.h"
#include "core/sights.h"

#include <string.h>

/* ---- prompt ---------------------------------------------------------------------------------- */

static const char *const visibility_words[] = {NULL, "private", NULL};
static const char *const prompt_words[] = {NULL, "open", "closed", NULL};

struct seen_prompt {
    uint8_t here;
    uint8_t visibility, state, passed;
    uint32_t id;
    int64_t ends_at;
    struct ps_phrase text;
    struct ps_word answer;
};
static const struct ps_field prompt_fields[] = {
    PS_SHAPE(struct seen_prompt, id, .kind = PS_ID, .prefix = 'q'),
    PS_SHAPE(struct seen_prompt, text, .kind = PS_PHRASE),
    PS_SHAPE(struct seen_prompt, visibility, .kind = PS_ENUM, .words = visibility_words),
    PS_SHAPE(struct seen_prompt, state, .kind = PS_ENUM, .words = prompt_words),
    PS_SHAPE(struct seen_prompt, ends_at, .kind = PS_INT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_prompt, answer, .kind = PS_WORDS, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_prompt, passed, .kind = PS_BOOL, .flags = PS_OPTIONAL),
};
const struct ps_shape ps_seen_prompt_shape = {"prompt", sizeof(struct seen_prompt),
                                              PS_COUNT(prompt_fields), prompt_fields};

void ps_see_prompt(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                   void *ret_seen)
{
    (void)scene;
    const struct ps_prompt *prompt = &set->now.prompt;
    struct seen_prompt *seen = ret_seen;
    if (prompt->id == 0) {
        return;
    }
    seen->here = 1;
    seen->id = prompt->id;
    seen->text.form = "What did you notice?";
    seen->visibility = 1;
    seen->state = prompt->open ? 1 : 2;
    bool runs = prompt->ends_at == 0 && set->now.clock.state == PS_CLOCK_RUNNING;
    seen->ends_at = !prompt->open ? 0 : runs ? set->now.clock.ends_at : prompt->ends_at;
    if (viewer.seat != PS_NOBODY) {
        seen->answer = prompt->answers[viewer.seat].text;
        seen->passed = prompt->answers[viewer.seat].passed;
    }
}

/* ---- commitments and board ------------------------------------------------------------------- */

struct seen_commitment {
    uint32_t id;
    uint8_t owner, witness, witness_says, status;
    uint8_t meeting;
    char due[16];
    struct ps_word text;
    int64_t at;
};
static const struct ps_field commitment_fields[] = {
    PS_SHAPE(struct seen_commitment, id, .kind = PS_ID, .prefix = 'c'),
    PS_SHAPE(struct seen_commitment, owner, .kind = PS_SEAT),
    PS_SHAPE(struct seen_commitment, text, .kind = PS_WORDS),
    PS_SHAPE(struct seen_commitment, due, .kind = PS_CHARS),
    PS_SHAPE(struct seen_commitment, meeting, .kind = PS_INT),
    PS_SHAPE(struct seen_commitment, witness, .kind = PS_SEAT, .flags = PS_OPTIONAL),
    PS_SHAPE(struct seen_commitment, witness_says, .kind = PS_ENUM, .flags = PS_OPTIONAL,
             .words = ps_witness_words),
    PS_SHAPE(struct seen_commitment, status, .kind = PS_ENUM, .words = ps_commitment_status_words),
    PS_SHAPE(struct seen_commitment, at, .kind = PS_INT),
};
static const struct ps_shape commitment_shape = {"commitment", sizeof(struct seen_commitment),
                                                 PS_COUNT(commitment_fields), commitment_fields};
struct seen_commitments {
    uint8_t here;
    uint8_t count;
    struct seen_commitment list[PS_COMMITMENTS_MAX];
};
static const struct ps_field commitments_fields[] = {
    {.name = "",
     .kind = PS_MAP,
     .at = offsetof(struct seen_commitments, list),
     .size = sizeof(((struct seen_commitments *)0)->list),
     .count_at = offsetof(struct seen_commitments, count),
     .shape = &commitment_shape},
};
const struct ps_shape ps_seen_commitments_shape = {"commitments", sizeof(struct seen_commitments),
                                                   PS_COUNT(commitments_fields),
                                                   commitments_fields};

void ps_see_commitments(const struct ps_set *set, const struct ps_scene *scene,
                        struct ps_viewer viewer, void *ret_seen)
{
    (void)scene;
    (void)viewer;
    struct seen_commitments *seen = ret_seen;
    seen->here = 1;
    for (uint8_t i = 0; i < set->commitments.count; i++) {
        const struct ps_commitment *one = &set->commitments.list[i];
        if (!ps_is_active(set, one->owner)) {
            continue; /* who left took theirs along (domain.md, 10) */
        }
        struct seen_commitment *to = &seen->list[seen->count++];
        *to = (struct seen_commitment){
            .id = one->id,
            .owner = one->owner,
            .witness = one->witness,
            .witness_says = one->witness_says,
            .status = one->status,
            .meeting = one->meeting,
            .text = one->text,
            .at = one->at,
        };
        const char *due = one->due[0] == '\0' ? "next_meeting" : one->due;
        memcpy(to->due, due, strlen(due));
    }
}

struct seen_recognition {
    uint32_t id;
    uint8_t by, to, kind;
    struct ps_word reason;
    int64_t at;
};
static const struct ps_field recognition_fields[] = {
    PS_SHAPE(struct seen_recognition, id, .kind = PS_ID, .prefix = 'r'),
    PS_SHAPE(struct seen_recognition, by, .kind = PS_SEAT),
    PS_SHAPE(struct seen_recognition, to, .kind = PS_SEAT),
    PS_SHAPE(struct seen_recognition, kind, .kind = PS_ENUM, .words = ps_recognition_words),
    PS_SHAPE(struct seen_recognition, reason, .kind = PS_WORDS),
    PS_SHAPE(struct seen_recognition, at, .kind = PS_INT),
};
static const struct ps_shape recognition_shape = {"recognition", sizeof(struct seen_recognition),
                                                  PS_COUNT(recognition_fields), recognition_fields};
static const struct ps_shape nothing_shape = {"nothing", 1, 0, NULL};

struct seen_board {
    uint8_t here;
    uint8_t asks, offers, intros; /* always there, empty until they are built */
    uint8_t recognitions_count;
    struct seen_recognition recognitions[PS_RECOGNITIONS_MAX];
};
static const struct ps_field board_fields[] = {
    PS_SHAPE(struct seen_board, asks, .kind = PS_OBJECT, .shape = &nothing_shape),
    PS_SHAPE(struct seen_board, offers, .kind = PS_OBJECT, .shape = &nothing_shape),
    PS_SHAPE(struct seen_board, intros, .kind = PS_OBJECT, .shape = &nothing_shape),
    PS_SHAPE(struct seen_board, recognitions, .kind = PS_MAP, .shape = &recognition_shape,
             .count_at = offsetof(struct seen_board, recognitions_count)),
};
const struct ps_shape ps_seen_board_shape = {"board", sizeof(struct seen_board),
                                             PS_COUNT(board_fields), board_fields};

void ps_see_board(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                  void *ret_seen)
{
    (void)scene;
    (void)viewer;
    struct seen_board *seen = ret_seen;
    seen->here = seen->asks = seen->offers = seen->intros = 1;
    for (uint8_t i = 0; i < set->board.recognitions_count; i++) {
        const struct ps_recognition *one = &set->board.recognitions[i];
        seen->recognitions[seen->recognitions_count++] = (struct seen_recognition){
            .id = one->id,
            .by = one->by,
            .to = one->to,
            .kind = one->kind,
            .reason = one->reason,
            .at = one->at,
        };
    }
}
