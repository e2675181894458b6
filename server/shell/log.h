/* log - one line for each thing an operator should know, to standard error.
 *
 * Ids and reasons only: never what people wrote, never a token, never a whole address of a person.
 * Bytes that are not printable ASCII are escaped, so a line is always one line. More than
 * PS_LOG_LINES_PER_SECOND are counted and left out. Used from the loop's thread. */
#pragma once

/* level: 'i' to know, 'w' to look at, 'e' to act on. area: a word. */
void ps_log(char level, const char *area, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Send the library's own errors here, a few a minute. */
void ps_log_guest(void);
