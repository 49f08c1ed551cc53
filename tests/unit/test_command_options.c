/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments into a command's struct. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/options.h"

struct args {
	const char *file;
	uint64_t number;
	bool is_loud;
	bool is_late;
	struct operands rest;
};

static const struct command_option table[] = {
    {'f', "file", "FILE", COMMAND_TEXT, offsetof(struct args, file), 0, 0, ""},
    {'n', "number", "N", COMMAND_NUMBER, offsetof(struct args, number), 2, 100, ""},
    {'l', "loud", NULL, COMMAND_SWITCH, offsetof(struct args, is_loud), 0, 0, ""},
    {0, "late", NULL, COMMAND_SWITCH, offsetof(struct args, is_late), 0, 0, ""},
};

static const struct command command = {
    .name = "try",
    .options = table,
    .n_options = 4,
    .most_operands = 3,
    .operands_at = offsetof(struct args, rest),
    .args_size = sizeof(struct args),
};

enum { MOST_WORDS = 16 };

/* One space between words; "_" is an empty one. */
static bool
parse(const char *line, char *words, struct args *args, bool *is_help, struct err *err)
{
	static char *argv[MOST_WORDS];
	int argc = 0;

	strcpy(words, line);
	*args = (struct args){0};
	err_clear(err);
	for (char *rest = NULL, *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		if (strcmp(word, "_") == 0)
			word[0] = '\0';
		argv[argc++] = word;
	}
	return options_parse(&command, argc, argv, args, is_help, err);
}

static void
test_every_way_to_write_an_option(void **state)
{
	static const char *const lines[] = {"--file x --number 7 --loud a b", "--file=x --number=7 a --loud b",
	    "-f x -n 7 -l a b", "-fx -n7 -l a b", "a -lfx b -n 7", "-l -n 7 -f x -- a b", "a b -n 9 -n 7 -f y -f x -l"};
	char words[200];
	struct args args;
	struct err err;
	bool is_help;

	(void) state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (!parse(lines[i], words, &args, &is_help, &err))
			fail_msg("'%s': %s", lines[i], err.text);
		assert_false(is_help);
		assert_string_equal(args.file, "x");
		assert_int_equal(args.number, 7);
		assert_true(args.is_loud);
		assert_false(args.is_late);
		assert_int_equal(args.rest.n, 2);
		assert_string_equal(args.rest.items[0], "a");
		assert_string_equal(args.rest.items[1], "b");
	}
}

static void
test_what_is_behind_two_dashes_is_no_option(void **state)
{
	char words[200];
	struct args args;
	struct err err;
	bool is_help;

	(void) state;
	assert_true(parse("- -- --file -n", words, &args, &is_help, &err));
	assert_int_equal(args.rest.n, 3);
	assert_string_equal(args.rest.items[0], "-");
	assert_string_equal(args.rest.items[1], "--file");
	assert_string_equal(args.rest.items[2], "-n");
	assert_null(args.file);
	assert_true(parse("--file -- x", words, &args, &is_help, &err));
	assert_string_equal(args.file, "--");
	assert_true(parse("--file= x", words, &args, &is_help, &err));
	assert_string_equal(args.file, "");
}

static void
test_help_wins_over_what_is_missing(void **state)
{
	static const char *const lines[] = {"--help", "-h", "a b c d --help", "-lh"};
	char words[200];
	struct args args;
	struct err err;
	bool is_help;

	(void) state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_true(parse(lines[i], words, &args, &is_help, &err));
		assert_true(is_help);
	}
}

static void
test_mistakes_are_named(void **state)
{
	static const struct {
		const char *line, *text;
	} mistakes[] = {
	    {"--fil x", "there is no option '--fil'"},
	    {"--files=x", "there is no option '--files'"},
	    {"-x", "there is no option '-x'"},
	    {"-lx", "there is no option '-x'"},
	    {"--file", "option '--file' needs a value: FILE"},
	    {"a -f", "option '--file' needs a value: FILE"},
	    {"--loud=yes", "option '--loud' takes no value, 'yes' was given"},
	    {"--number 1", "option '--number' wants a number from 2 to 100, not '1'"},
	    {"--number 101", "option '--number' wants a number from 2 to 100, not '101'"},
	    {"-n 5x", "option '--number' wants a number from 2 to 100, not '5x'"},
	    {"-n -5", "option '--number' wants a number from 2 to 100, not '-5'"},
	    {"-n 18446744073709551620", "option '--number' wants a number from 2 to 100, not '18446744073709551620'"},
	    {"-n _", "option '--number' wants a number from 2 to 100, not ''"},
	    {"a b c d", "there is one operand too many: 'd'"},
	};
	char words[200];
	struct args args;
	struct err err;
	bool is_help;

	(void) state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		if (parse(mistakes[i].line, words, &args, &is_help, &err))
			fail_msg("'%s' was taken", mistakes[i].line);
		assert_int_equal(err.kind, ERR_STOP);
		assert_string_equal(err.text, mistakes[i].text);
	}
}

static void
test_numbers_to_the_last(void **state)
{
	uint64_t number;

	(void) state;
	assert_true(options_number("18446744073709551615", 0, UINT64_MAX, &number));
	assert_true(number == UINT64_MAX);
	assert_false(options_number("18446744073709551616", 0, UINT64_MAX, &number));
	assert_false(options_number("99999999999999999999", 0, UINT64_MAX, &number));
	assert_false(options_number("+1", 0, UINT64_MAX, &number));
	assert_false(options_number(" 1", 0, UINT64_MAX, &number));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_way_to_write_an_option),
	    cmocka_unit_test(test_what_is_behind_two_dashes_is_no_option),
	    cmocka_unit_test(test_help_wins_over_what_is_missing),
	    cmocka_unit_test(test_mistakes_are_named),
	    cmocka_unit_test(test_numbers_to_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
