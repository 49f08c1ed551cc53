/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include <stdio.h>

enum { OPTION_WIDTH = 27, COMMAND_WIDTH = 10 };

static void
put_children(const struct command *command, const char *path, struct buf *out)
{
	buf_printf(out, "usage: %s COMMAND [OPTION...]\n\nCommands:\n", path);
	for (const struct command *child = command->children; child->name != NULL; child++)
		buf_printf(out, "  %-*s%s\n", COMMAND_WIDTH, child->name, child->summary);
	buf_printf(out, "\nOptions:\n  %-*s%s\n", OPTION_WIDTH, "-h, --help", "print this; after a command, its own help");
	if (command == &command_root)
		buf_printf(out, "  %-*s%s\n", OPTION_WIDTH, "    --version", "print the version");
}

static void
put_option(const struct command_option *option, struct buf *out)
{
	struct buf left = {0};

	if (option->letter != 0)
		buf_printf(&left, "-%c, ", option->letter);
	else
		buf_puts(&left, "    ");
	buf_printf(&left, "--%s%s%s", option->name, option->argument == NULL ? "" : " ",
	    option->argument == NULL ? "" : option->argument);
	buf_printf(out, "  %-*s", OPTION_WIDTH, buf_text(&left));
	if (left.len >= OPTION_WIDTH)
		buf_printf(out, "\n  %-*s", OPTION_WIDTH, "");
	buf_printf(out, "%s\n", option->help);
	buf_release(&left);
}

void
help_put(const struct command *command, const char *path, struct buf *out)
{
	if (command->children != NULL) {
		put_children(command, path, out);
		return;
	}
	buf_printf(out, "usage: %s [OPTION...] %s\n\n%s\nOptions:\n", path, command->synopsis, command->description);
	for (size_t i = 0; i < command->n_options; i++)
		put_option(&command->options[i], out);
	buf_printf(out, "  %-*s%s\n", OPTION_WIDTH, "-h, --help", "print this");
}
