/* SPDX-License-Identifier: Apache-2.0 */
/* rowferry.conf(5) against the option tables: keys, defaults, ranges, choices. */
#include <ctype.h>
#include <inttypes.h>

#include "config_files.h"

#include "config/option.h"

static const struct option_table *const tables[] = {&global_option_table, &task_option_table};

/* One .It line and what follows up to the next one. */
struct item {
	const struct option_table *table;
	char *keys; /* "source.port destination.port " */
	char *text; /* all lines joined by spaces; NULL: that of the next item */
};

struct page {
	struct item *items;
	size_t n, cap;
};

static bool
has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
		bool begins = at == text || strchr(" (", at[-1]) != NULL;

		if (begins && (at[len] == '\0' || strchr(" ,.;)", at[len]) != NULL))
			return true;
	}
	return false;
}

static void
join(char **text, const char *more)
{
	char *joined = mem_printf("%s%s ", *text != NULL ? *text : "", more);

	free(*text);
	*text = joined;
}

/* Adds the words of a macro line that are keys: all but types and punctuation. */
static void
join_keys(char **keys, const char *line)
{
	char *copy = mem_strdup(line), *rest = NULL;

	for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		if (strcmp(word, "Vt") == 0)
			break;
		if (islower((unsigned char) word[0]))
			join(keys, word);
	}
	free(copy);
}

static void
add_line(struct page *page, const char *line, const struct option_table *table)
{
	struct item *item = page->n > 0 ? &page->items[page->n - 1] : NULL;

	if (strncmp(line, ".It Ic ", 7) == 0) {
		mem_grow(&page->items, &page->cap, page->n + 1, sizeof(*page->items));
		item = &page->items[page->n++];
		*item = (struct item){.table = table};
		join_keys(&item->keys, line + 7);
	} else if (item != NULL && table == item->table) {
		join(&item->text, strncmp(line, ".Ql ", 4) == 0 ? line + 4 : line);
	}
}

static struct page
read_page(void)
{
	struct page page = {0};
	const struct option_table *table = NULL;
	char *text = read_source("man/rowferry.conf.5"), *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		if (strcmp(line, ".Sh KEYS OF ROWFERRY.CONF") == 0)
			table = &global_option_table;
		else if (strcmp(line, ".Sh KEYS OF A TASK FILE") == 0)
			table = &task_option_table;
		else if (strncmp(line, ".Sh ", 4) == 0)
			table = NULL;
		else if (table != NULL && strncmp(line, ".\\\"", 3) != 0)
			add_line(&page, line, table);
	}
	free(text);
	return page;
}

static void
free_page(struct page *page)
{
	for (size_t i = 0; i < page->n; i++) {
		free(page->items[i].keys);
		free(page->items[i].text);
	}
	free(page->items);
}

static const struct item *
find_item(const struct page *page, const struct option_table *table, const char *key)
{
	for (size_t i = 0; i < page->n; i++) {
		if (page->items[i].table == table && has_word(page->items[i].keys, key))
			return &page->items[i];
	}
	return NULL;
}

static void
expect_word(const struct item *item, const struct option *option, const char *word)
{
	if (!has_word(item->text, word))
		fail_msg("the manual page does not say '%s' of '%s': %s", word, option->path, item->text);
}

static void
expect_range(const struct item *item, const struct option *option)
{
	struct buf range = {0};

	if (option->type == OPTION_SIZE) {
		option_put_size(option->min, &range);
		buf_puts(&range, " to ");
		option_put_size(option->max, &range);
	} else {
		buf_printf(&range, "%" PRIu64 " to %" PRIu64, option->min, option->max);
	}
	expect_word(item, option, buf_text(&range));
	buf_release(&range);
}

static void
check_documented(const struct page *page, const struct option_table *table, const struct option *option)
{
	const struct item *item = find_item(page, table, option->path);
	char *fallback;

	if (item == NULL)
		fail_msg("the manual page lacks '%s' (%s)", option->path, table->name);
	while (item->text == NULL && item + 1 < page->items + page->n)
		item++;
	if (strncmp(item->text, "As in ", 6) == 0)
		return; /* another key's item has it */
	if (option->is_required)
		expect_word(item, option, "Required");
	if (option->type == OPTION_INTEGER || option->type == OPTION_SIZE || option->type == OPTION_INTEGERS)
		expect_range(item, option);
	for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL; i++)
		expect_word(item, option, option->choices[i]);
	if (option->fallback == NULL)
		return;
	fallback = mem_printf("Default: %s", option->fallback);
	expect_word(item, option, fallback);
	free(fallback);
}

static void
test_manual_has_every_key(void **state)
{
	struct page page = read_page();

	(void) state;
	for (size_t t = 0; t < 2; t++) {
		for (size_t i = 0; i < tables[t]->n; i++)
			check_documented(&page, tables[t], &tables[t]->options[i]);
	}
	free_page(&page);
}

static void
test_manual_has_no_other_key(void **state)
{
	struct page page = read_page();

	(void) state;
	assert_true(page.n > 60);
	for (size_t i = 0; i < page.n; i++) {
		char *rest = NULL;

		for (char *key = strtok_r(page.items[i].keys, " ", &rest); key != NULL;
		     key = strtok_r(NULL, " ", &rest)) {
			if (option_find(page.items[i].table, key) == NULL)
				fail_msg("the manual page describes '%s', which %s does not have", key,
				    page.items[i].table->name);
		}
	}
	free_page(&page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_manual_has_every_key),
	    cmocka_unit_test(test_manual_has_no_other_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
