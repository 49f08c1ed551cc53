/* SPDX-License-Identifier: Apache-2.0 */
/* rowferry(1) and --help against the command tree: commands, options, their letters and arguments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cli/help.h"

enum { PAGE_BYTES = 256 * 1024 };

/* automake exports srcdir to tests */
static char *
read_page(void)
{
	const char *srcdir = getenv("srcdir");
	char *path = mem_printf("%s/man/rowferry.1", srcdir != NULL ? srcdir : ".");
	char *text = mem_zalloc(PAGE_BYTES);
	FILE *file = fopen(path, "r");

	if (file == NULL)
		fail_msg("cannot open %s", path);
	assert_true(fread(text, 1, PAGE_BYTES - 1, file) > 0);
	(void) fclose(file);
	free(path);
	return text;
}

/* The lines of a section ".Ss rowferry check", up to the next one; NULL: there is none.  Caller frees. */
static char *
section(const char *page, const char *path)
{
	char *head = mem_printf("\n.Ss %s\n", path);
	const char *begin = strstr(page, head), *end, *sh;
	char *text = NULL;

	if (begin != NULL) {
		begin += strlen(head);
		end = strstr(begin, "\n.Ss ");
		sh = strstr(begin, "\n.Sh ");
		end = end == NULL || (sh != NULL && sh < end) ? sh : end;
		assert_non_null(end);
		text = mem_strndup(begin, (size_t) (end - begin + 1));
	}
	free(head);
	return text;
}

/* ".It Fl c Ar FILE , Fl Fl config Ar FILE" */
static char *
item_of(const struct command_option *option)
{
	const char *ar = option->argument == NULL ? "" : " Ar ";
	const char *argument = option->argument == NULL ? "" : option->argument;

	if (option->letter == 0)
		return mem_printf(".It Fl Fl %s%s%s\n", option->name, ar, argument);
	return mem_printf(".It Fl %c%s%s , Fl Fl %s%s%s\n", option->letter, ar, argument, option->name, ar, argument);
}

static size_t
count_items(const char *text)
{
	size_t n = 0;

	for (const char *at = strstr(text, ".It "); at != NULL; at = strstr(at + 1, ".It "))
		n++;
	return n;
}

static void
check_manual(const char *page, const struct command *command, const char *path)
{
	char *text = section(page, path);

	if (text == NULL)
		fail_msg("the manual page has no section '.Ss %s'", path);
	for (size_t i = 0; i < command->n_options; i++) {
		char *item = item_of(&command->options[i]);
		if (strstr(text, item) == NULL)
			fail_msg("the manual page does not have, under '%s': %s", path, item);
		free(item);
	}
	if (count_items(text) != command->n_options)
		fail_msg("the manual page has %zu options of '%s', which has %zu", count_items(text), path,
		    command->n_options);
	free(text);
}

static void
check_help(const struct command *command, const char *path)
{
	struct buf help = {0};

	help_put(command, path, &help);
	assert_non_null(strstr(buf_text(&help), path));
	for (size_t i = 0; i < command->n_options; i++) {
		const struct command_option *option = &command->options[i];
		char *line = mem_printf("--%s%s%s", option->name, option->argument == NULL ? "" : " ",
		    option->argument == NULL ? "" : option->argument);
		if (strstr(buf_text(&help), line) == NULL || strstr(buf_text(&help), option->help) == NULL)
			fail_msg("the help of '%s' lacks %s", path, line);
		free(line);
	}
	for (const char *line = buf_text(&help); line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		/* How long the default path is was the packager's choice. */
		if (strcspn(line, "\n") > 100 && strstr(line, "(default " COMMAND_CONFIG_PATH) == NULL)
			fail_msg("a line of the help of '%s' is too long: %.60s", path, line);
	}
	buf_release(&help);
}

static void
check_tree(const char *page, const struct command *command, const char *path)
{
	check_help(command, path);
	if (command->children == NULL) {
		assert_non_null(command->run);
		check_manual(page, command, path);
		return;
	}
	for (const struct command *child = command->children; child->name != NULL; child++) {
		char *child_path = mem_printf("%s %s", path, child->name);
		check_tree(page, child, child_path);
		free(child_path);
	}
}

static void
test_manual_and_help_have_every_option(void **state)
{
	char *page = read_page();

	(void) state;
	check_tree(page, &command_root, command_root.name);
	free(page);
}

static void
test_no_letter_or_name_is_there_twice(void **state)
{
	(void) state;
	for (const struct command *command = command_root.children; command->name != NULL; command++) {
		const struct command *leaf = command->children != NULL ? command->children : command;
		for (size_t i = 0; i < leaf->n_options; i++) {
			assert_true(leaf->options[i].letter != 'h');
			assert_string_not_equal(leaf->options[i].name, "help");
			for (size_t k = i + 1; k < leaf->n_options; k++) {
				assert_string_not_equal(leaf->options[i].name, leaf->options[k].name);
				assert_true(leaf->options[i].letter == 0 || leaf->options[i].letter != leaf->options[k].letter);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_manual_and_help_have_every_option),
	    cmocka_unit_test(test_no_letter_or_name_is_there_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
