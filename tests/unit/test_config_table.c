/* SPDX-License-Identifier: Apache-2.0 */
/* The option tables against themselves and the samples. */
#include <ctype.h>
#include <dirent.h>

#include "config_files.h"

#include "config/doc.h"
#include "config/draft.h"

static const struct option_table *const tables[] = {&global_option_table, &task_option_table};

/* "" of "port", "source" of "source.port". */
static char *
parent_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	return mem_strndup(path, dot == NULL ? 0 : (size_t) (dot - path));
}

static void
check_row(const struct option_table *table, const struct option *option)
{
	char *parent = parent_of(option->path);
	uint64_t value;

	if (option_find(table, option->path) != option)
		fail_msg("'%s' stands twice in the table", option->path);
	if (parent[0] != '\0' && option_find(table, parent) == NULL)
		fail_msg("'%s' is in no group", option->path);
	if (option->help == NULL || option->help[0] == '\0' || option->help[strlen(option->help) - 1] == '.')
		fail_msg("'%s' has no help, or one that ends in a full stop", option->path);
	if (option->is_required && option->fallback != NULL)
		fail_msg("'%s' is required and has a default", option->path);
	if (option->fallback != NULL && (option->type == OPTION_INTEGER || option->type == OPTION_SIZE)) {
		assert_true(option_parse_size(option->fallback, &value));
		if (value < option->min || value > option->max)
			fail_msg("'%s': the default %s is out of range", option->path, option->fallback);
	}
	if (option->fallback != NULL && option->type == OPTION_CHOICE &&
	    option->choices[option_choice(option, option->fallback)] == NULL)
		fail_msg("'%s': the default '%s' is no choice", option->path, option->fallback);
	if (option->fallback != NULL && option->type == OPTION_BOOL)
		assert_true(strcmp(option->fallback, "true") == 0 || strcmp(option->fallback, "false") == 0);
	free(parent);
}

static size_t
width_of(enum option_type type)
{
	switch (type) {
	case OPTION_BOOL:
	case OPTION_FLAGS:
		return sizeof(bool);
	case OPTION_SWITCH:
	case OPTION_CHOICE:
		return sizeof(enum binlog_choice);
	case OPTION_SIZE:
		return sizeof(uint64_t);
	case OPTION_STRING:
	case OPTION_PATH:
	case OPTION_STRINGS:
	case OPTION_INTEGERS:
	case OPTION_GROUPS:
		return sizeof(void *);
	case OPTION_GROUP:
		return 0;
	case OPTION_INTEGER:
		break;
	}
	return SIZE_MAX;
}

/* What is stored must fit the member; a text has to have a limit. */
static void
check_member(const struct option *option)
{
	size_t width = width_of(option->type);

	if (option->type == OPTION_INTEGER)
		width = option->max > UINT32_MAX ? sizeof(uint64_t) : sizeof(uint32_t);
	if (option->width != width)
		fail_msg("'%s' is %zu bytes wide, its member %zu", option->path, width, option->width);
	if (option->type == OPTION_STRING || option->type == OPTION_STRINGS || option->type == OPTION_INTEGER ||
	    option->type == OPTION_SIZE || option->type == OPTION_INTEGERS)
		assert_true(option->max > option->min);
	if (option->type == OPTION_STRINGS || option->type == OPTION_INTEGERS || option->type == OPTION_GROUPS)
		assert_int_equal(option->count_at, option->at + sizeof(void *));
}

static void
test_rows(void **state)
{
	(void) state;
	for (size_t t = 0; t < 2; t++) {
		for (size_t i = 0; i < tables[t]->n; i++) {
			check_row(tables[t], &tables[t]->options[i]);
			check_member(&tables[t]->options[i]);
		}
	}
}

static void
test_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {{"0", 0}, {"1", 1}, {"1k", 1024}, {"64M", 64 << 20}, {"64MB", 64 << 20},
	    {"64 MiB", 64 << 20}, {"2g", UINT64_C(2) << 30}, {"16777215T", UINT64_C(16777215) << 40},
	    {"18446744073709551615", UINT64_MAX}};
	static const char *const bad[] = {"", "M", "-1", "1.5M", "1 2", "1KK", "1KiBs", "1iB", "16777216T",
	    " 1", "18446744073709551616", "1  M"};
	struct buf text = {0};
	uint64_t bytes;

	(void) state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!option_parse_size(good[i].text, &bytes) || bytes != good[i].bytes)
			fail_msg("'%s'", good[i].text);
		buf_reset(&text, 64);
		option_put_size(bytes, &text);
		assert_true(option_parse_size(buf_text(&text), &bytes) && bytes == good[i].bytes);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (option_parse_size(bad[i], &bytes))
			fail_msg("'%s' was accepted", bad[i]);
	}
	buf_release(&text);
}

static void
test_nearest(void **state)
{
	static const struct {
		const char *prefix, *name, *nearest;
	} cases[] = {
	    {"source", "prot", "port"},
	    {"source", "HOST", "host"},
	    {"source", "pasword", "password"},
	    {"source", "heartbeat", "heartbeat_s"},
	    {"source.start", "position", NULL},
	    {"source.start", "start_pos", "start_position"},
	    {"", "sever_id", "server_id"},
	    {"", "sources", "source"},
	    {"", "views", "ddl.views"},
	    {"source", "binlog", "destination.binlog"},
	    {"source", "xyzzy", NULL},
	    {"", "a_name_that_is_longer_than_any_key_and_than_what_is_compared_at_all_x", NULL},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *nearest = option_nearest_key(&task_option_table, cases[i].prefix, cases[i].name);

		if (cases[i].nearest == NULL && nearest != NULL)
			fail_msg("'%s': '%s'", cases[i].name, nearest);
		if (cases[i].nearest != NULL && (nearest == NULL || strcmp(nearest, cases[i].nearest) != 0))
			fail_msg("'%s': '%s'", cases[i].name, nearest != NULL ? nearest : "none");
	}
}

/* "# key = value;" or a commented group's brace: what may be uncommented.  Prose has no '=' behind its first
 * word. */
static bool
is_commented_setting(const char *at)
{
	at += strspn(at, "# \t");
	const char *word = at;

	while (islower((unsigned char) *at) || *at == '_')
		at++;
	return (at > word && strncmp(at, " = ", 3) == 0) || strncmp(word, "};", 2) == 0;
}

static char *
uncommented(const char *text)
{
	char *copy = mem_strdup(text);

	for (char *line = copy; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		char *at = line + strspn(line, " \t");

		if (*at != '#' || !is_commented_setting(at))
			continue;
		for (; strchr("# \t", *at) != NULL; at++)
			*at = ' ';
	}
	return copy;
}

/* The value, as the default would have put it; the path's folder is that of the file. */
static void
check_shows_default(const struct option *option, const void *base, const void *defaults)
{
	const char *a = (const char *) base + option->at, *b = (const char *) defaults + option->at;
	const char *text_a, *text_b;

	if (option->fallback == NULL)
		return;
	if (option->type != OPTION_STRING && option->type != OPTION_PATH) {
		if (memcmp(a, b, option->width) != 0)
			fail_msg("the sample's value of '%s' is not the default, %s", option->path,
			    option->fallback);
		return;
	}
	memcpy(&text_a, a, sizeof(text_a));
	memcpy(&text_b, b, sizeof(text_b));
	assert_string_equal(text_a, text_b);
}

static void
fill(const char *name, const char *text, const struct option_table *table, struct doc *doc, struct arena *arena,
    void *base)
{
	struct config_messages *messages = doc->messages;

	if (!doc_open_memory(doc, name, text, strlen(text), arena, messages))
		fail_msg("%s", messages->items[0].text);
	doc_fill(doc, table, base);
}

/* A member of one group of a list; only the list has a place of its own in the document. */
static bool
is_in_list(const struct option_table *table, const struct option *option)
{
	for (size_t i = 0; i < table->n; i++) {
		size_t len = strlen(table->options[i].path);

		if (table->options[i].type == OPTION_GROUPS && strncmp(option->path, table->options[i].path, len) == 0 &&
		    option->path[len] == '.')
			return true;
	}
	return false;
}

/* Every key, with its default where it has one; nothing else is checked, since some keys exclude each other. */
static void
check_full_sample(const char *name, const struct option_table *table, void *base, void *defaults)
{
	char *text = read_source(name), *all = uncommented(text);
	struct config_messages messages = {0}, ignored = {0};
	struct doc doc = {.messages = &messages}, empty = {.messages = &ignored};
	struct arena arena = {0};

	fill(name, all, table, &doc, &arena, base);
	fill(name, "", table, &empty, &arena, defaults);
	if (messages.n_mistakes > 0)
		fail_msg("%s", messages.items[0].text);
	for (size_t i = 0; i < table->n; i++) {
		const struct option *option = &table->options[i];

		if (!is_in_list(table, option) && !doc_has(&doc, option->path))
			fail_msg("%s lacks '%s'", name, option->path);
		check_shows_default(option, base, defaults);
	}
	doc_close(&doc);
	doc_close(&empty);
	config_messages_release(&messages);
	config_messages_release(&ignored);
	arena_release(&arena);
	free(all);
	free(text);
}

static void
test_full_samples(void **state)
{
	struct config_draft global = {0}, global_defaults = {0};
	struct task_draft task = {0}, task_defaults = {0};

	(void) state;
	check_full_sample("conf.d/rowferry.conf", &global_option_table, &global, &global_defaults);
	check_full_sample("conf.d/full.conf.sample", &task_option_table, &task, &task_defaults);
}

static int
is_sample(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot != NULL && strcmp(dot, ".sample") == 0;
}

/* All that there are, as they are installed, and renamed as they say. */
static void
test_samples_load(void **state)
{
	const char *top = getenv("srcdir");
	char *where = mem_printf("%s/conf.d", top == NULL ? "." : top);
	struct dirent **samples = NULL;
	struct folder folder;
	char *text = read_source("conf.d/rowferry.conf");
	int n = scandir(where, &samples, is_sample, alphasort);

	(void) state;
	folder_open(&folder);
	folder_write(&folder, "rowferry.conf", text);
	free(text);
	folder_write(&folder, "conf.d/empty", "");
	for (int i = 0; i < n; i++) {
		char *from = mem_printf("conf.d/%s", samples[i]->d_name);
		char *to = mem_strndup(from, strlen(from) - strlen(".sample"));

		text = read_source(from);
		if (strcmp(samples[i]->d_name, "full.conf.sample") == 0)
			memcpy(strstr(text, "1001"), "1009", 4); /* the minimal one has that number, too */
		folder_write(&folder, to, text);
		free(text);
		free(from);
		free(to);
		free(samples[i]);
	}
	free(samples);
	free(where);
	if (!folder_load(&folder, "rowferry.conf"))
		fail_msg("%s", folder.err.text);
	folder_expect(&folder, (const char *const[]){NULL});
	assert_true(n >= 4);
	assert_int_equal(folder.config->n_tasks, n);
	assert_string_equal(config_task(folder.config, "west-to-east")->region, "west");
	folder_close(&folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_nearest),
	    cmocka_unit_test(test_full_samples),
	    cmocka_unit_test(test_samples_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
