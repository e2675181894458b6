/* command - the command line: what `peerset` is asked to do.
 *
 * Commands act through the running server's control socket when there is one, and on the data
 * folder, exclusively locked, when there is none. Exit status: 0 done, 1 the world failed, 2 the
 * words or the files given are wrong, with one line on standard error (protocol.md, "The set file
 * and the command line"). */
#pragma once

/* Carry out a command line. `describe` writes the protocol's files into a folder and returns an
 * exit status (wire/describe.h, which this floor may not include). */
int ps_command(int argc, char **argv, int (*describe)(const char *folder));
