/* main - the one binary. */
#include "shell/command.h"

#ifdef PS_HAVE_DESCRIBE
#include "wire/describe.h"
#else
#include <stdio.h>

static int ps_describe(const char *folder)
{
    fprintf(stderr, "peerset describe: this build cannot write %s\n", folder);
    return 1;
}
#endif

int main(int argc, char **argv)
{
    return ps_command(argc, argv, ps_describe);
}
