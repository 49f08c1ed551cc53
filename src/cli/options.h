/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments into a command's struct, by its table. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/command.h"

/*
 * Takes argv[0] to argv[argc - 1] (without the program's and the command's name) into `args`, which is zeroed.
 * "--name VALUE", "--name=VALUE", "-n VALUE", "-nVALUE", "-ab" for switches; "--" ends the options, a
 * lone "-" is an operand.  Options and operands may be mixed; operands are moved to the front of argv.
 * *is_help: -h or --help stood among them, nothing else counts then.  ERR_STOP says which argument is wrong.
 */
bool options_parse(const struct command *command, int argc, char **argv, void *args, bool *is_help,
    struct err *err);

/* "12" from min to max, digits only. */
bool options_number(const char *text, uint64_t min, uint64_t max, uint64_t *number);

#endif
