/* describe - `peerset describe`: the files of protocol/ that follow from the tables. */
#pragma once

/* Write every file of wire/describe.h below `folder`, which must exist. Returns an exit status: 0,
 * or 1 after saying on standard error which file could not be written and why. */
int ps_describe(const char *folder);
