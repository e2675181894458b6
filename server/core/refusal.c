#include "core/refusal.h"

#include <stddef.h>

#include "base/assert.h"

struct row {
    const char *word;
    const char *sentence;
};

static const struct row rows[PS_REFUSALS_COUNT] = {
    [PS_ALLOWED] = {"allowed", "This is possible now."},
    [PS_REFUSED_NOT_YOUR_ROLE] = {"not_your_role",
                                  "Only the person who runs the meeting can do this."},
    [PS_REFUSED_NOT_YOUR_TURN] = {"not_your_turn", "It is not your turn to speak."},
    [PS_REFUSED_REMOVED] = {"removed", "This person is no longer in the set."},
    [PS_REFUSED_OTHER_DEVICE] =
        {"other_device", "You are in the meeting on another device. Choose \"Use here\" first."},
    [PS_REFUSED_NO_SUCH_PERSON] = {"no_such_person", "There is no such person in this set."},
    [PS_REFUSED_NOT_HERE] = {"not_here", "This person is not here at the moment."},
    [PS_REFUSED_YOURSELF] = {"yourself", "Please choose somebody else."},
    [PS_REFUSED_MOVED_ON] = {"moved_on", "The meeting has already moved on. Nothing was changed."},
    [PS_REFUSED_EXPECT_MISSING] = {"expect_missing",
                                   "The command does not say which step it was meant for."},
    [PS_REFUSED_NO_MEETING] = {"no_meeting", "No meeting is open yet."},
    [PS_REFUSED_MEETING_OPEN] = {"meeting_open", "A meeting is already open."},
    [PS_REFUSED_MEETING_STARTED] = {"meeting_started", "The meeting has already started."},
    [PS_REFUSED_MEETING_OVER] = {"meeting_over", "The meeting is over."},
    [PS_REFUSED_NOT_IN_THIS_STAGE] = {"not_in_this_stage", "This is not part of the present step."},
    [PS_REFUSED_NOT_IN_THIS_PHASE] = {"not_in_this_phase",
                                      "This is not possible in this part of the turn."},
    [PS_REFUSED_TOO_LATE] = {"too_late", "It is too late to undo this."},
    [PS_REFUSED_NOT_PAUSED] = {"not_paused", "The clock is not paused."},
    [PS_REFUSED_PAUSED] = {"paused", "The clock is paused at the moment."},
    [PS_REFUSED_NO_CLOCK] = {"no_clock", "There is no clock running."},
    [PS_REFUSED_FLOOR_TAKEN] = {"floor_taken", "Somebody else is speaking now."},
    [PS_REFUSED_NO_FLOOR] = {"no_floor", "You do not have the floor."},
    [PS_REFUSED_HAND_KIND] = {"hand_kind", "This kind of contribution is not for now."},
    [PS_REFUSED_NO_HAND] = {"no_hand", "No hand is up."},
    [PS_REFUSED_PRESENTER_LISTENS] = {"presenter_listens",
                                      "In this part the presenter only listens."},
    [PS_REFUSED_NOBODY_WAITING] = {"nobody_waiting", "Nobody is speaking and nobody is waiting."},
    [PS_REFUSED_ALREADY_INVITED] = {"already_invited",
                                    "You have already invited somebody in this part."},
    [PS_REFUSED_NO_SUCH_THING] = {"no_such_thing", "This is no longer there."},
    [PS_REFUSED_NEEDS_TEXT] = {"needs_text", "Please write something first."},
    [PS_REFUSED_FULL] = {"full", "There is no more room for this in the present step."},
    [PS_REFUSED_ALREADY_DONE] = {"already_done", "You have already done this."},
    [PS_REFUSED_TOO_MANY] = {"too_many", "You have reached the most that fits here."},
    [PS_REFUSED_UNKNOWN_KIND] = {"unknown_kind", "There is no such kind of step."},
    [PS_REFUSED_PLAN_DOES_NOT_FIT] =
        {"plan_does_not_fit", "The steps take longer than the planned length of the meeting."},
    [PS_REFUSED_BANK_EMPTY] = {"bank_empty", "There is not enough spare time left for this."},
    [PS_REFUSED_FROZEN] = {"frozen", "Today's order is already agreed."},
    [PS_REFUSED_NOT_PRESENTING] = {"not_presenting", "This person is not presenting today."},
    [PS_REFUSED_CLOSED] = {"closed", "This has closed. Your text is still on your device."},
    [PS_REFUSED_BAD_DATE] = {"bad_date",
                             "Please give a date like 2027-01-31, or the next meeting."},
    [PS_REFUSED_LAST_FACILITATOR] = {"last_facilitator", "The set needs at least one facilitator."},
    [PS_REFUSED_SET_FULL] = {"set_full", "The set is full."},
    [PS_REFUSED_BAD_FRAME] = {"bad_frame", "The server did not understand this message."},
    [PS_REFUSED_UNKNOWN_METHOD] = {"unknown_method", "The server does not know this command."},
    [PS_REFUSED_UNKNOWN_FIELD] = {"unknown_field",
                                  "The command has a field that does not belong to it."},
    [PS_REFUSED_BAD_TYPE] = {"bad_type", "A field of the command has the wrong type."},
    [PS_REFUSED_BAD_VALUE] = {"bad_value",
                              "A field of the command has a value that is not allowed."},
    [PS_REFUSED_MISSING_FIELD] = {"missing_field", "A field of the command is missing."},
    [PS_REFUSED_TEXT_TOO_LONG] = {"text_too_long",
                                  "The text is too long. It is still on your device."},
    [PS_REFUSED_TEXT_CONTROL] = {"text_control", "The text has characters that cannot be shown."},
    [PS_REFUSED_TOO_FAST] = {"too_fast",
                             "That was a lot at once. Please wait a moment and try again."},
    [PS_REFUSED_NOT_SAVED] = {"not_saved", "The server could not save this. Nothing was changed."},
    [PS_REFUSED_QUARANTINED] = {"quarantined",
                                "This set cannot be opened at the moment. Nothing is lost."},
};

const char *ps_refusal_word(enum ps_refusal refusal)
{
    ps_assert(refusal < PS_REFUSALS_COUNT && rows[refusal].word != NULL);
    return rows[refusal].word;
}

const char *ps_refusal_sentence(enum ps_refusal refusal)
{
    ps_assert(refusal < PS_REFUSALS_COUNT && rows[refusal].sentence != NULL);
    return rows[refusal].sentence;
}
