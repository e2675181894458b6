/* offline - an operator's command carried out here, with a hub of our own over the journal. */
#pragma once

#include <stddef.h>

#include "journal/journal.h"
#include "shell/ask.h"

/* Carry out `json` and print its answer. The journal stays open. Returns the exit status. */
int ps_offline_control(const struct ps_ask *ask, struct ps_journal *journal, const char *json,
                       size_t bytes);

/* Nothing polls the journal here; ps_journal_flush waits for it. */
void ps_offline_journal_wake(void *context);
