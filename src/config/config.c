/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/check.h"

static const char suffix[] = ".conf";

/* What has been read so far. */
struct load {
	struct config *config;
	struct arena *arena; /* of the configuration */
	struct config_messages *messages;
	struct task_options *tasks;
	struct conf_line *server_id_lines; /* of each task */
	size_t n, cap, cap_lines;
};

static const char *
keep(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

/* "shop" of "/etc/rowferry/conf.d/shop.conf"; in the arena. */
static const char *
task_name(const char *file, struct arena *arena)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash == NULL ? file : slash + 1;
	size_t len = strlen(base);

	if (len > strlen(suffix) && strcmp(base + len - strlen(suffix), suffix) == 0)
		len -= strlen(suffix);
	return arena_strndup(arena, base, len);
}

/* It becomes a task's default region, and part of what operators type. */
static void
check_name(struct doc *doc, const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

	if (name[strspn(name, allowed)] == '\0' && strlen(name) <= 64)
		return;
	doc->is_ok = false;
	config_messages_add(doc->messages, CONFIG_MISTAKE, doc->file, 1, NULL,
	    "task name \"%s\" is not usable: expected a file name of at most 64 letters, digits, '_', '.' and "
	    "'-'",
	    name);
}

/* From an open document. */
static void
read_task(struct doc *doc, struct task_options *task)
{
	struct task_draft draft = {0};

	draft.options.file = keep(doc->arena, doc->file);
	draft.options.name = task_name(doc->file, doc->arena);
	check_name(doc, draft.options.name);
	doc_fill(doc, &task_option_table, &draft);
	check_task(doc, &draft);
	*task = draft.options;
}

bool
config_parse_task(const char *file, const char *text, size_t len, struct arena *arena,
    struct task_options *task, struct config_messages *messages)
{
	struct doc doc;

	if (doc_open_memory(&doc, file, text, len, arena, messages))
		read_task(&doc, task);
	doc_close(&doc);
	return doc.is_ok;
}

static void
check_server_id(const struct load *load, const struct task_options *task, struct conf_line at)
{
	for (size_t i = 0; i < load->n; i++) {
		if (task->server_id == 0 || load->tasks[i].server_id != task->server_id)
			continue;
		config_messages_add(load->messages, CONFIG_MISTAKE, at.file, at.line, "server_id",
		    "%u is the server_id of task '%s' already (%s:%u): expected one of its own",
		    task->server_id, load->tasks[i].name, load->server_id_lines[i].file,
		    load->server_id_lines[i].line);
		return;
	}
}

static void
add_task(struct load *load, struct doc *doc)
{
	struct task_options task;
	struct conf_line at;

	read_task(doc, &task);
	at = doc_line(doc, doc_find(doc, "server_id"));
	at.file = keep(load->arena, at.file);
	check_server_id(load, &task, at);
	mem_grow(&load->tasks, &load->cap, load->n + 1, sizeof(*load->tasks));
	mem_grow(&load->server_id_lines, &load->cap_lines, load->n + 1, sizeof(*load->server_id_lines));
	load->server_id_lines[load->n] = at;
	load->tasks[load->n++] = task;
}

static void
load_task_file(struct load *load, const char *file)
{
	struct doc doc;

	if (doc_open(&doc, file, load->arena, load->messages))
		add_task(load, &doc);
	doc_close(&doc);
}

static int
is_task_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > strlen(suffix) &&
	       strcmp(entry->d_name + len - strlen(suffix), suffix) == 0;
}

static int
compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name); /* alphasort() would ask the locale */
}

static void
load_folder(struct load *load, struct doc *doc)
{
	const char *folder = load->config->include;
	struct dirent **entries = NULL;

	if (folder == NULL)
		return; /* it had the wrong type */
	int n = scandir(folder, &entries, is_task_file, compare_names);
	if (n < 0) {
		doc_mistake(doc, NULL, "include", "cannot read directory '%s': %s", folder,
		    config_messages_why(doc->messages, errno));
		return;
	}
	if (n == 0)
		doc_warn(
		    doc, NULL, "include", "directory '%s' has no *%s file: there is no task", folder, suffix);
	for (int i = 0; i < n; i++) {
		char *file = mem_printf("%s/%s", folder, entries[i]->d_name);

		load_task_file(load, file);
		free(file);
		free(entries[i]);
	}
	free(entries);
}

static void
load_global(struct load *load, struct doc *doc)
{
	struct config_draft draft = {0};

	doc_fill(doc, &global_option_table, &draft);
	check_global(doc, &draft);
	draft.config.arena = load->config->arena;
	*load->config = draft.config;
	load_folder(load, doc);
}

/* Everything global has its default: what an empty rowferry.conf would say. */
static void
load_single(struct load *load, struct doc *doc)
{
	struct config_draft draft = {0};
	struct doc empty;

	(void) doc_open_memory(&empty, doc->file, "", 0, load->arena, load->messages);
	doc_fill(&empty, &global_option_table, &draft);
	check_global(&empty, &draft);
	doc_close(&empty);
	draft.config.arena = load->config->arena;
	draft.config.include = NULL;
	*load->config = draft.config;
	add_task(load, doc);
}

static bool
is_task(const struct doc *doc)
{
	bool has_task_key = doc_has(doc, "server_id") || doc_has(doc, "source") || doc_has(doc, "destination");
	bool has_global_key =
	    doc_has(doc, "include") || doc_has(doc, "node") || doc_has(doc, "log") || doc_has(doc, "cluster");

	return has_task_key && !has_global_key;
}

/* What a task takes from the global file. */
static void
finish(struct load *load, const char *path)
{
	struct config *config = load->config;
	struct task_options *tasks;

	config->file = keep(load->arena, path);
	tasks = arena_dup(load->arena, load->tasks, load->n * sizeof(*load->tasks));
	for (size_t i = 0; i < load->n; i++) {
		tasks[i].source.report_host = config->node;
		if (tasks[i].has_status || !config->has_status)
			continue;
		tasks[i].has_status = true;
		tasks[i].status = config->status;
		tasks[i].status_binlog = config->status_binlog;
	}
	config->tasks = tasks;
	config->n_tasks = load->n;
}

bool
config_load(const char *path, struct config **out, struct config_messages *messages, struct err *err)
{
	struct load load = {.messages = messages};
	struct doc doc;

	*out = NULL;
	load.config = mem_zalloc(sizeof(*load.config));
	load.arena = &load.config->arena;
	if (doc_open(&doc, path, load.arena, messages)) {
		if (is_task(&doc))
			load_single(&load, &doc);
		else
			load_global(&load, &doc);
		finish(&load, path);
	}
	doc_close(&doc);
	free(load.tasks);
	free(load.server_id_lines);
	config_messages_sort(messages);
	if (messages->n_mistakes > 0) {
		config_free(load.config);
		return config_messages_fail(messages, err);
	}
	*out = load.config;
	return true;
}

void
config_free(struct config *config)
{
	if (config == NULL)
		return;
	struct arena arena = config->arena;
	free(config);
	arena_release(&arena);
}

const struct task_options *
config_task(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_tasks; i++) {
		if (strcmp(config->tasks[i].name, name) == 0)
			return &config->tasks[i];
	}
	return NULL;
}
