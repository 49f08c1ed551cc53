/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Not getopt_long(): it prints its own texts, keeps its place in globals, and takes abbreviations that a later
 * release's option can make ambiguous in somebody's script.
 */
#include "cli/options.h"

#include <inttypes.h>
#include <string.h>

struct parse {
	const struct command *command;
	int argc;
	char **argv;
	int at; /* the next argument */
	void *args;
	bool is_help;
};

bool
options_number(const char *text, uint64_t min, uint64_t max, uint64_t *number)
{
	uint64_t value = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		unsigned int digit = (unsigned int) (*text - '0');
		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return value >= min && value <= max;
}

static const struct command_option *
find_name(const struct command *command, const char *name, size_t len)
{
	for (size_t i = 0; i < command->n_options; i++)
		if (strlen(command->options[i].name) == len && memcmp(command->options[i].name, name, len) == 0)
			return &command->options[i];
	return NULL;
}

static const struct command_option *
find_letter(const struct command *command, char letter)
{
	for (size_t i = 0; i < command->n_options; i++)
		if (command->options[i].letter == letter)
			return &command->options[i];
	return NULL;
}

static bool
store(struct parse *parse, const struct command_option *option, const char *value, struct err *err)
{
	char *member = (char *) parse->args + option->at;
	const bool yes = true;
	uint64_t number;

	switch (option->value) {
	case COMMAND_SWITCH:
		memcpy(member, &yes, sizeof(yes));
		return true;
	case COMMAND_TEXT:
		memcpy(member, &value, sizeof(value));
		return true;
	case COMMAND_NUMBER:
		if (!options_number(value, option->min, option->max, &number))
			return err_set(err, ERR_STOP, "option '--%s' wants a number from %" PRIu64 " to %" PRIu64 ", not '%s'",
			    option->name, option->min, option->max, value);
		memcpy(member, &number, sizeof(number));
		return true;
	}
	return true;
}

/* `value` is what was joined to the option, NULL for nothing: then the next argument is it. */
static bool
take(struct parse *parse, const struct command_option *option, const char *value, struct err *err)
{
	if (option->value == COMMAND_SWITCH) {
		if (value != NULL)
			return err_set(err, ERR_STOP, "option '--%s' takes no value, '%s' was given", option->name, value);
		return store(parse, option, NULL, err);
	}
	if (value == NULL && parse->at < parse->argc)
		value = parse->argv[parse->at++];
	if (value == NULL)
		return err_set(err, ERR_STOP, "option '--%s' needs a value: %s", option->name, option->argument);
	return store(parse, option, value, err);
}

static bool
take_long(struct parse *parse, const char *name, struct err *err)
{
	size_t len = strcspn(name, "=");
	const struct command_option *option = find_name(parse->command, name, len);

	if (option != NULL)
		return take(parse, option, name[len] == '=' ? name + len + 1 : NULL, err);
	if (strcmp(name, "help") == 0) {
		parse->is_help = true;
		return true;
	}
	return err_set(err, ERR_STOP, "there is no option '--%.*s'", (int) len, name);
}

static bool
take_letters(struct parse *parse, const char *letters, struct err *err)
{
	for (; *letters != '\0'; letters++) {
		const struct command_option *option = find_letter(parse->command, *letters);
		if (option == NULL && *letters == 'h') {
			parse->is_help = true;
			continue;
		}
		if (option == NULL)
			return err_set(err, ERR_STOP, "there is no option '-%c'", *letters);
		if (option->value != COMMAND_SWITCH)
			return take(parse, option, letters[1] == '\0' ? NULL : letters + 1, err);
		if (!take(parse, option, NULL, err))
			return false;
	}
	return true;
}

bool
options_parse(const struct command *command, int argc, char **argv, void *args, bool *is_help, struct err *err)
{
	struct parse parse = {.command = command, .argc = argc, .argv = argv, .args = args};
	struct operands operands = {.items = (const char *const *) argv};
	bool has_ended = false, done = true;

	while (done && parse.at < argc) {
		char *arg = argv[parse.at++];
		if (has_ended || arg[0] != '-' || arg[1] == '\0')
			argv[operands.n++] = arg;
		else if (strcmp(arg, "--") == 0)
			has_ended = true;
		else
			done = arg[1] == '-' ? take_long(&parse, arg + 2, err) : take_letters(&parse, arg + 1, err);
	}
	*is_help = parse.is_help;
	if (!done || parse.is_help)
		return done;
	if (operands.n > command->most_operands)
		return err_set(err, ERR_STOP, "there is one operand too many: '%s'", operands.items[command->most_operands]);
	memcpy((char *) args + command->operands_at, &operands, sizeof(operands));
	return true;
}
