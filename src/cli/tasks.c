/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tasks.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/output.h"

static void
print_messages(const struct config_messages *messages)
{
	for (size_t i = 0; i < messages->n; i++)
		output_message("%s%s", messages->items[i].kind == CONFIG_WARNING ? "warning: " : "", messages->items[i].text);
}

/* The mistakes stand line by line above; the error need not say the first again. */
static bool
load(const char *path, struct config **config, struct err *err)
{
	struct config_messages messages = {0};
	bool done = config_load(path, config, &messages, err);

	print_messages(&messages);
	if (!done && messages.n_denied > 0 && messages.n_denied == messages.n_mistakes)
		(void) err_set(err, ERR_STOP, "the configuration '%s' may not be read", path);
	else if (!done && messages.n_mistakes > 0)
		(void) err_set(err, ERR_STOP, "the configuration '%s' has %zu mistake%s", path, messages.n_mistakes,
		    messages.n_mistakes == 1 ? "" : "s");
	config_messages_release(&messages);
	return done;
}

static bool
no_such_task(const struct config *config, const char *name, struct err *err)
{
	struct buf names = {0};

	for (size_t i = 0; i < config->n_tasks; i++)
		buf_printf(&names, "%s%s", i == 0 ? "" : ", ", config->tasks[i].name);
	(void) err_set(err, ERR_STOP, "there is no task '%s' in '%s'", name, config->file);
	if (config->n_tasks == 0)
		(void) err_hint(err, "The configuration has no task at all.");
	else
		(void) err_hint(err, "Its tasks are: %s.", buf_text(&names));
	buf_release(&names);
	return false;
}

bool
tasks_load(const char *path, const struct operands *names, struct tasks *tasks, struct err *err)
{
	const struct config *config;
	size_t n;

	*tasks = (struct tasks){0};
	if (!load(path == NULL ? COMMAND_CONFIG_PATH : path, &tasks->config, err))
		return false;
	config = tasks->config;
	if (names->n == 0 && config->n_tasks == 0) {
		(void) err_set(err, ERR_STOP, "'%s' has no task: put one file a task into '%s'", config->file,
		    config->include == NULL ? "" : config->include);
		tasks_release(tasks);
		return false;
	}
	n = names->n == 0 ? config->n_tasks : names->n;
	tasks->items = mem_alloc((n + 1) * sizeof(*tasks->items));
	for (; tasks->n < n; tasks->n++) {
		size_t i = tasks->n;
		tasks->items[i] = names->n == 0 ? &config->tasks[i] : config_task(config, names->items[i]);
		if (tasks->items[i] == NULL) {
			(void) no_such_task(config, names->items[i], err);
			tasks_release(tasks);
			return false;
		}
	}
	return true;
}

void
tasks_release(struct tasks *tasks)
{
	free(tasks->items);
	config_free(tasks->config);
	*tasks = (struct tasks){0};
}
