/* control - what an operator asks: acts on a set, by the same one way as everybody's commands. */
#pragma once

#include "hub/live_set.h"

struct ps_entry;

/* One request of the control socket, until it is answered. */
struct ps_operation {
    struct ps_hub *hub;
    void *request;
    const char *fault; /* a sentence about the set file; static */
    uint8_t seat;      /* whom it was about */
    struct ps_control control;
};

void ps_operation_free(struct ps_operation *operation); /* NULL is accepted */

/* What follows from the act? Its events go into the batch (advance.c). */
void ps_operation_decide(struct ps_live_set *live, struct ps_entry *entry);
/* Tell the operator, after the commit or after the refusal. */
void ps_operation_answer(struct ps_live_set *live, const struct ps_entry *entry);

/* Answers: a body of JSON, or {"error","refusal"}. */
void ps_control_reply(struct ps_hub *hub, void *request, int status, const struct ps_text *body);
void ps_control_refuse(struct ps_hub *hub, void *request, int status, const char *sentence,
                       const char *word);

/* ---- report.c: requests that read ------------------------------------------------------------ */

/* check, replay, set.list, export. Takes the operation; answers now, or a set at a time at the
 * ticks while people are connected. False: the verb is none of these, nothing was taken. */
bool ps_report_begin_take(struct ps_operation *operation);
/* Answer an export; private words (PS_WORDS_PRIVATE) are in none. Does not take the operation. */
void ps_report_export(const struct ps_operation *operation);
/* One more set for each report that runs. True: there is more to do. */
bool ps_reports_go_on(struct ps_hub *hub);
/* Answer what runs with "stopping", and forget it. */
void ps_reports_stop(struct ps_hub *hub);
