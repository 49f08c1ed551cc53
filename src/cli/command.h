/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command tree, as data.
 *
 * Each command has a table of options; the same table parses the arguments, makes --help, and is what the tests
 * hold the manual page against.  Values go into a struct of the command's own (run.h, check.h, ...), zeroed
 * before, that `run` gets; strings in it are those of argv.
 *
 * Exit statuses: 0 done; 1 the answer is no, or the work failed; 2 it could not begin (arguments, configuration).
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum exit_status { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2 };

#define COMMAND_CONFIG_PATH SYSCONFDIR "/rowferry/rowferry.conf"

enum command_value {
	COMMAND_SWITCH, /* bool */
	COMMAND_TEXT,   /* const char * */
	COMMAND_NUMBER, /* uint64_t, min to max */
};

struct command_option {
	char letter;          /* 0: none */
	const char *name;     /* behind two dashes */
	const char *argument; /* "FILE"; NULL for switches */
	enum command_value value;
	size_t at;         /* offset of the member in the command's struct */
	uint64_t min, max; /* of numbers */
	const char *help;
};

/* What stands behind the options. */
struct operands {
	const char *const *items;
	size_t n;
};

struct command {
	const char *name;
	const char *summary;     /* one line, for the list of commands */
	const char *synopsis;    /* what may follow the options: "[TASK...]" */
	const char *description; /* paragraphs, lines of 80 columns at most */
	const struct command_option *options;
	size_t n_options;
	size_t most_operands;
	size_t operands_at; /* offset of the struct operands */
	size_t args_size;
	int (*run)(const void *args);    /* NULL where there are children */
	const struct command *children;  /* the last one has no name */
};

/* The root: its children are the commands. */
extern const struct command command_root;

/* Runs the command that the arguments name; the process's exit status. */
int command_main(int argc, char **argv);

/* "rowferry: text. hint" on standard error. */
void command_complain(const struct err *err);

#endif
