/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A task file as anybody may write it: refused with a message that names file and line, or read into options
 * that stay within their limits.  @include is refused here, so that no other file is read.
 */
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "fuzz.h"

/* libconfig 1.5 forgets the string that it was reading when a syntax error came. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libconfig.so";
}

static void
expect(bool holds)
{
	if (!holds)
		abort();
}

static void
check_task_options(const struct task_options *task)
{
	expect(task->server_id != 0);
	expect(task->source.conn.user != NULL && task->destination.conn.user != NULL);
	expect(task->source.conn.host != NULL || task->source.conn.socket != NULL);
	expect(task->source.conn.port >= 1 && task->source.conn.port <= 65535);
	expect(task->destination.batch_transactions >= 1 && task->destination.batch_bytes >= 1024);
	expect(task->region[0] != '\0' && strlen(task->region) <= 64);
	for (size_t i = 0; i < task->rules.n_databases; i++)
		expect(task->rules.databases[i] != NULL);
	for (size_t i = 0; i < task->rules.n_tables; i++)
		expect(task->rules.tables[i] != NULL);
	for (size_t i = 0; i < task->rules.n_renames; i++)
		expect(task->rules.renames[i].from != NULL && task->rules.renames[i].to != NULL);
	for (size_t i = 0; i < task->filter.n_ignore_threads; i++)
		expect(task->filter.ignore_threads[i] != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_messages messages = {0};
	struct arena arena = {0};
	struct task_options task = {0};

	if (config_parse_task("t.conf", (const char *) data, size, &arena, &task, &messages))
		check_task_options(&task);
	else
		expect(messages.n_mistakes > 0);
	for (size_t i = 0; i < messages.n; i++)
		expect(strncmp(messages.items[i].text, "t.conf:", 7) == 0 &&
		       strchr(messages.items[i].text, '\n') == NULL);
	config_messages_release(&messages);
	arena_release(&arena);
	return 0;
}
