/* main - the one binary. */
#include "describe.h"
#include "shell/command.h"

int main(int argc, char **argv)
{
    return ps_command(argc, argv, ps_describe);
}
