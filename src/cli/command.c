/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/output.h"

void
command_complain(const struct err *err)
{
	output_message("%s%s%s", err->text, err->hint[0] == '\0' ? "" : ". ", err->hint);
}

static const struct command *
find_child(const struct command *command, const char *name)
{
	for (const struct command *child = command->children; child->name != NULL; child++)
		if (strcmp(child->name, name) == 0)
			return child;
	return NULL;
}

static bool
print(const struct buf *text, struct err *err)
{
	if (fwrite(text->data, 1, text->len, stdout) == text->len && fflush(stdout) == 0)
		return true;
	return err_set(err, ERR_WAIT, "cannot write to standard output: %s", strerror(errno));
}

static bool
print_help(const struct command *command, const char *path, struct err *err)
{
	struct buf help = {0};
	bool done;

	help_put(command, path, &help);
	done = print(&help, err);
	buf_release(&help);
	return done;
}

static bool
print_version(struct err *err)
{
	struct buf text = {0};
	bool done;

	buf_puts(&text, PACKAGE_NAME " " PACKAGE_VERSION "\n");
	done = print(&text, err);
	buf_release(&text);
	return done;
}

/* *status: of the command that ran, EXIT_DONE for help. */
static bool
run_leaf(const struct command *command, const char *path, int argc, char **argv, int *status, struct err *err)
{
	void *args = mem_zalloc(command->args_size);
	bool is_help = false, done;

	done = options_parse(command, argc, argv, args, &is_help, err);
	if (!done)
		(void) err_hint(err, "See '%s --help'.", path);
	else if (is_help)
		done = print_help(command, path, err);
	else
		*status = command->run(args);
	free(args);
	return done;
}

static bool
is_help_word(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* Walks down the tree: each word before the first option names a child. */
static bool
run_path(int argc, char **argv, struct buf *path, int *status, struct err *err)
{
	const struct command *command = &command_root;
	int at = 1;

	buf_puts(path, command->name);
	while (command->children != NULL) {
		const char *word = at < argc ? argv[at++] : NULL;
		if (word != NULL && is_help_word(word))
			return print_help(command, buf_text(path), err);
		if (word != NULL && command == &command_root && strcmp(word, "--version") == 0)
			return print_version(err);
		const struct command *child = word == NULL ? NULL : find_child(command, word);
		if (child == NULL) {
			if (word == NULL)
				(void) err_set(err, ERR_STOP, "'%s' needs a command", buf_text(path));
			else
				(void) err_set(err, ERR_STOP, "'%s' has no command '%s'", buf_text(path), word);
			return err_hint(err, "See '%s --help'.", buf_text(path));
		}
		command = child;
		buf_printf(path, " %s", command->name);
	}
	return run_leaf(command, buf_text(path), argc - at, argv + at, status, err);
}

int
command_main(int argc, char **argv)
{
	struct buf path = {0};
	struct err err = {0};
	int status = EXIT_DONE;

	if (!run_path(argc, argv, &path, &status, &err)) {
		command_complain(&err);
		status = err.kind == ERR_STOP ? EXIT_USAGE : EXIT_NO;
	}
	buf_release(&path);
	return status;
}
