/* SPDX-License-Identifier: Apache-2.0 */
/* --help, from the command tree. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/buf.h"
#include "cli/command.h"

/* `path`: how the command was reached, "rowferry inspect binlog". */
void help_put(const struct command *command, const char *path, struct buf *out);

#endif
