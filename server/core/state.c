/* state - the field tables of the state itself: for the words that are alive, for the canonical
 * bytes that are hashed, and for the sight tables, which change one field after another and look
 * who sees it. */
#include "core/activity.h"
#include "core/commitment.h"
#include "core/floor.h"
#include "core/plan.h"
#include "core/recognition.h"
#include "core/round.h"
#include "core/talk.h"

#define INT(type, member)     PS_SHAPE(type, member, .kind = PS_INT)
#define FLAG(type, member)    PS_SHAPE(type, member, .kind = PS_BOOL)
#define SEAT(type, member)    PS_SHAPE(type, member, .kind = PS_SEAT)
#define WORD(type, member)    PS_SHAPE(type, member, .kind = PS_WORDS)
#define SUB(type, member, of) PS_SHAPE(type, member, .kind = PS_OBJECT, .shape = &(of))
#define ALL(type, member, of)                                                                      \
    PS_SHAPE(type, member, .kind = PS_MAP, .shape = &(of), .count_at = PS_COUNT_ALL)
#define SEATS_LIST(type, member)                                                                   \
    PS_SHAPE(type, member, .kind = PS_LIST, .of = PS_SEAT, .count_at = PS_COUNT_ALL)
#define TABLE(shape_name, type, rows)                                                              \
    static const struct ps_shape shape_name = {#shape_name, sizeof(type), PS_COUNT(rows), rows}

static const struct ps_field person_rows[] = {
    SEAT(struct ps_person, seat),
    PS_SHAPE(struct ps_person, role, .kind = PS_ENUM, .words = ps_role_words),
    INT(struct ps_person, business),
    FLAG(struct ps_person, removed),
    FLAG(struct ps_person, revoked),
    FLAG(struct ps_person, away),
    INT(struct ps_person, generation),
    WORD(struct ps_person, name),
    INT(struct ps_person, joined_at),
};
TABLE(person, struct ps_person, person_rows);

static const struct ps_field business_rows[] = {
    PS_SHAPE(struct ps_business, id, .kind = PS_ID, .prefix = 'b'),
    INT(struct ps_business, place),
    INT(struct ps_business, turns),
    INT(struct ps_business, last_meeting),
    INT(struct ps_business, passes),
    WORD(struct ps_business, name),
    WORD(struct ps_business, sector),
};
TABLE(business, struct ps_business, business_rows);

static const struct ps_field roster_rows[] = {
    ALL(struct ps_roster, people, person),
    ALL(struct ps_roster, businesses, business),
    INT(struct ps_roster, businesses_count),
    PS_SHAPE(struct ps_roster, present, .kind = PS_SEATS),
    PS_SHAPE(struct ps_roster, ever_present, .kind = PS_SEATS),
};
TABLE(roster, struct ps_roster, roster_rows);

static const struct ps_field stage_rows[] = {
    PS_SHAPE(struct ps_stage, id, .kind = PS_ID, .prefix = 's'),
    FLAG(struct ps_stage, done),
    FLAG(struct ps_stage, entered),
    PS_SHAPE(struct ps_stage, kind, .kind = PS_CHARS),
    INT(struct ps_stage, planned_ms),
};
TABLE(stage, struct ps_stage, stage_rows);

static const struct ps_field plan_rows[] = {
    ALL(struct ps_plan, stages, stage),
    INT(struct ps_plan, stages_count),
    INT(struct ps_plan, planned_ms),
    INT(struct ps_plan, bank_ms),
};
TABLE(plan, struct ps_plan, plan_rows);

static const struct ps_field meeting_rows[] = {
    INT(struct ps_meeting, state),
    INT(struct ps_meeting, number),
    SEAT(struct ps_meeting, acting),
    SEAT(struct ps_meeting, steward),
    FLAG(struct ps_meeting, facilitator_dropped),
    FLAG(struct ps_meeting, interrupted),
    INT(struct ps_meeting, turns_done),
    PS_SHAPE(struct ps_meeting, stage, .kind = PS_ID, .prefix = 's'),
    SUB(struct ps_meeting, plan, plan),
    INT(struct ps_meeting, started_at),
    INT(struct ps_meeting, ended_at),
    INT(struct ps_meeting, opened_at),
};
TABLE(meeting, struct ps_meeting, meeting_rows);

static const struct ps_field clock_rows[] = {
    INT(struct ps_clock, state),      INT(struct ps_clock, why),
    INT(struct ps_clock, ends_at),    INT(struct ps_clock, remaining_ms),
    INT(struct ps_clock, planned_ms), INT(struct ps_clock, extended_ms),
    INT(struct ps_clock, paused_at),  INT(struct ps_clock, resumed_at),
};
TABLE(clock_state, struct ps_clock, clock_rows);

static const struct ps_field hand_rows[] = {
    SEAT(struct ps_hand, seat),
    PS_SHAPE(struct ps_hand, kind, .kind = PS_ENUM, .words = ps_hand_words),
    FLAG(struct ps_hand, parked),
    INT(struct ps_hand, passed_over),
    FLAG(struct ps_hand, invited),
    FLAG(struct ps_hand, restored),
    FLAG(struct ps_hand, late),
    INT(struct ps_hand, raised_seq),
    INT(struct ps_hand, raised_at),
    WORD(struct ps_hand, text),
};
TABLE(hand, struct ps_hand, hand_rows);

static const struct ps_field heard_rows[] = {
    INT(struct ps_heard, grants),
    INT(struct ps_heard, followed),
    INT(struct ps_heard, floor_ms),
};
TABLE(heard, struct ps_heard, heard_rows);

static const struct ps_field floor_rows[] = {
    SEAT(struct ps_floor, holder),
    INT(struct ps_floor, part),
    FLAG(struct ps_floor, taken),
    FLAG(struct ps_floor, asked),
    SEAT(struct ps_floor, invited),
    SEAT(struct ps_floor, last_asker),
    SEAT(struct ps_floor, undo_holder),
    INT(struct ps_floor, undo_part),
    INT(struct ps_floor, question),
    INT(struct ps_floor, undo_question),
    INT(struct ps_floor, granted_at),
    INT(struct ps_floor, part_at),
    INT(struct ps_floor, soft_ends_at),
    INT(struct ps_floor, free_at),
    INT(struct ps_floor, follow_until),
    INT(struct ps_floor, undo_until),
    SUB(struct ps_floor, held, hand),
    SUB(struct ps_floor, undo_hand, hand),
    ALL(struct ps_floor, hands, hand),
    PS_SHAPE(struct ps_floor, heard, .kind = PS_LIST, .of = PS_OBJECT, .shape = &heard,
             .count_at = PS_COUNT_ALL),
};
TABLE(floor_state, struct ps_floor, floor_rows);

static const struct ps_field round_rows[] = {
    SEATS_LIST(struct ps_round, order), INT(struct ps_round, count),
    SEATS_LIST(struct ps_round, state), PS_SHAPE(struct ps_round, passed, .kind = PS_SEATS),
    INT(struct ps_round, each_ms),
};
TABLE(round_state, struct ps_round, round_rows);

static const struct ps_field said_rows[] = {
    PS_SHAPE(struct ps_said, id, .kind = PS_ID, .prefix = 'w'),
    SEAT(struct ps_said, by),
    PS_SHAPE(struct ps_said, kind, .kind = PS_ENUM, .words = ps_said_kind_words),
    FLAG(struct ps_said, helped),
    PS_SHAPE(struct ps_said, to, .kind = PS_ID, .prefix = 'w'),
    WORD(struct ps_said, text),
    INT(struct ps_said, at),
};
TABLE(said, struct ps_said, said_rows);

static const struct ps_field talk_rows[] = {
    PS_SHAPE(struct ps_talk, said, .kind = PS_MAP, .shape = &said,
             .count_at = offsetof(struct ps_talk, count)),
};
TABLE(talk, struct ps_talk, talk_rows);

static const struct ps_field answer_rows[] = {
    SEAT(struct ps_answer, seat),
    FLAG(struct ps_answer, passed),
    WORD(struct ps_answer, text),
};
TABLE(answer, struct ps_answer, answer_rows);

static const struct ps_field prompt_rows[] = {
    PS_SHAPE(struct ps_prompt, id, .kind = PS_ID, .prefix = 'q'),
    FLAG(struct ps_prompt, open),
    INT(struct ps_prompt, ends_at),
    ALL(struct ps_prompt, answers, answer),
};
TABLE(prompt, struct ps_prompt, prompt_rows);

static const struct ps_field running_rows[] = {
    INT(struct ps_running, kind),
    INT(struct ps_running, phase),
    SEAT(struct ps_running, presenter),
    INT(struct ps_running, last_meeting),
    INT(struct ps_running, counted),
    PS_SHAPE(struct ps_running, id, .kind = PS_ID, .prefix = 'a'),
    PS_SHAPE(struct ps_running, phase_id, .kind = PS_ID, .prefix = 'p'),
    INT(struct ps_running, phase_at),
    WORD(struct ps_running, issue),
    PS_SHAPE(struct ps_running, state, .kind = PS_KIND,
             .count_at = offsetof(struct ps_running, kind)),
};
TABLE(running, struct ps_running, running_rows);

static const struct ps_field now_rows[] = {
    SUB(struct ps_now, running, running),   SUB(struct ps_now, clock, clock_state),
    SUB(struct ps_now, floor, floor_state), SUB(struct ps_now, round, round_state),
    SUB(struct ps_now, talk, talk),         SUB(struct ps_now, prompt, prompt),
};
TABLE(now, struct ps_now, now_rows);

static const struct ps_field rotation_rows[] = {
    FLAG(struct ps_rotation, frozen),
    INT(struct ps_rotation, overridden),
    SEATS_LIST(struct ps_rotation, today),
    INT(struct ps_rotation, today_count),
    SEAT(struct ps_rotation, reserve),
    SEATS_LIST(struct ps_rotation, taken),
    SEATS_LIST(struct ps_rotation, order),
    INT(struct ps_rotation, order_count),
    WORD(struct ps_rotation, reason),
    WORD(struct ps_rotation, rule),
    WORD(struct ps_rotation, why),
    PS_SHAPE(struct ps_rotation, issues, .kind = PS_LIST, .of = PS_WORDS, .count_at = PS_COUNT_ALL),
    WORD(struct ps_rotation, reserve_issue),
};
TABLE(rotation, struct ps_rotation, rotation_rows);

static const struct ps_field commitment_rows[] = {
    PS_SHAPE(struct ps_commitment, id, .kind = PS_ID, .prefix = 'c'),
    SEAT(struct ps_commitment, owner),
    SEAT(struct ps_commitment, witness),
    PS_SHAPE(struct ps_commitment, witness_says, .kind = PS_ENUM, .words = ps_witness_words),
    PS_SHAPE(struct ps_commitment, status, .kind = PS_ENUM, .words = ps_commitment_status_words),
    INT(struct ps_commitment, desire),
    INT(struct ps_commitment, intention),
    INT(struct ps_commitment, meeting),
    INT(struct ps_commitment, turn),
    PS_SHAPE(struct ps_commitment, due, .kind = PS_CHARS),
    WORD(struct ps_commitment, text),
    INT(struct ps_commitment, at),
};
TABLE(commitment, struct ps_commitment, commitment_rows);

static const struct ps_field commitments_rows[] = {
    PS_SHAPE(struct ps_commitments, list, .kind = PS_MAP, .shape = &commitment,
             .count_at = offsetof(struct ps_commitments, count)),
};
TABLE(commitments, struct ps_commitments, commitments_rows);

static const struct ps_field recognition_rows[] = {
    PS_SHAPE(struct ps_recognition, id, .kind = PS_ID, .prefix = 'r'),
    SEAT(struct ps_recognition, by),
    SEAT(struct ps_recognition, to),
    PS_SHAPE(struct ps_recognition, kind, .kind = PS_ENUM, .words = ps_recognition_words),
    INT(struct ps_recognition, turn),
    WORD(struct ps_recognition, reason),
    INT(struct ps_recognition, at),
};
TABLE(recognition, struct ps_recognition, recognition_rows);

static const struct ps_field board_rows[] = {
    PS_SHAPE(struct ps_board, recognitions, .kind = PS_MAP, .shape = &recognition,
             .count_at = offsetof(struct ps_board, recognitions_count)),
};
TABLE(board, struct ps_board, board_rows);

static const struct ps_field help_rows[] = {
    SEAT(struct ps_help, seat),
    WORD(struct ps_help, text),
    INT(struct ps_help, at),
};
TABLE(help, struct ps_help, help_rows);

static const struct ps_field set_rows[] = {
    PS_SHAPE(struct ps_set, id, .kind = PS_CHARS),
    INT(struct ps_set, seq),
    INT(struct ps_set, pace),
    FLAG(struct ps_set, rehearsal),
    INT(struct ps_set, rotation_mode),
    INT(struct ps_set, meetings),
    INT(struct ps_set, turns_per_meeting),
    INT(struct ps_set, template_kind),
    FLAG(struct ps_set, first_planned),
    INT(struct ps_set, meeting_ms),
    INT(struct ps_set, advice_ms),
    INT(struct ps_set, last_at),
    INT(struct ps_set, created_at),
    INT(struct ps_set, seed),
    WORD(struct ps_set, name),
    WORD(struct ps_set, zone),
    WORD(struct ps_set, call),
    WORD(struct ps_set, programme),
    SUB(struct ps_set, roster, roster),
    SUB(struct ps_set, first_plan, plan),
    SUB(struct ps_set, meeting, meeting),
    SUB(struct ps_set, now, now),
    SUB(struct ps_set, before, now),
    PS_SHAPE(struct ps_set, before_stage, .kind = PS_ID, .prefix = 's'),
    INT(struct ps_set, before_charged_ms),
    INT(struct ps_set, reopen_until),
    INT(struct ps_set, empty_since),
    SUB(struct ps_set, rotation, rotation),
    SUB(struct ps_set, commitments, commitments),
    SUB(struct ps_set, board, board),
    ALL(struct ps_set, help, help),
};
const struct ps_shape ps_set_shape = {"set", sizeof(struct ps_set), PS_COUNT(set_rows), set_rows};
