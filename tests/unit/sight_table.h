/* sight_table - who sees it when a field changes, counted and written as a table for each noun. */
#pragma once

#include "base/text.h"
#include "sight_meeting.h"

/* Look at this moment of a meeting: change every field, and see for whom a picture changes.
 * `looker` of the watch is not used: the tables are one for the whole program, so that several
 * meetings add up. */
void sight_table_look(struct world *world, struct watch *watch);

/* Tables by name ("hands"), in the order of their names as they stand in the source; NULL past the
 * end. */
const char *sight_table_name(size_t index);
void sight_table_write(size_t index, struct ps_text *text);

/* How many changes were tried, for the test to see that it tried any. */
size_t sight_table_tries(void);
