/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/check.h"

static bool
is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* With nothing renamed every row would meet itself. */
static void
check_is_elsewhere(struct doc *doc, const struct task_options *task)
{
	const struct conn_options *source = &task->source.conn, *destination = &task->destination.conn;

	if (task->rules.n_renames > 0)
		return;
	if (is_same(source->socket, destination->socket) ||
	    (is_same(source->host, destination->host) && source->port == destination->port))
		doc_mistake(doc, doc_find(doc, "destination"), "destination",
		    "is the source itself: expected another server, or route.rename");
}

static void
check_spool_dir(struct doc *doc, const char *path)
{
	struct stat stat_of;

	if (path == NULL)
		return;
	if (stat(path, &stat_of) != 0)
		doc_mistake(doc, NULL, "limits.spool_dir", "cannot use '%s': %s", path, strerror(errno));
	else if (!S_ISDIR(stat_of.st_mode))
		doc_mistake(doc, NULL, "limits.spool_dir", "cannot use '%s': it is not a directory", path);
	else if (access(path, W_OK | X_OK) != 0)
		doc_mistake(doc, NULL, "limits.spool_dir", "cannot write to '%s': %s", path, strerror(errno));
}

static void
check_region(struct doc *doc, const char *key, const char *region)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

	if (region != NULL && region[strspn(region, allowed)] != '\0')
		doc_mistake(doc, NULL, key,
		    "\"%s\" has other characters than letters, digits, '_', '.' and '-'", region);
}

static void
check_regions(struct doc *doc, struct task_options *task)
{
	check_region(doc, "region", task->region);
	if (task->region == NULL)
		task->region = task->name; /* it has been checked */
	check_region(doc, "destination.region", task->destination.region);
	if (is_same(task->region, task->destination.region))
		doc_mistake(doc, NULL, "destination.region",
		    "\"%s\" is the source's region, too: expected another name", task->region);
	if (task->loop == LOOP_RING && task->destination.region == NULL)
		doc_mistake(doc, doc_find(doc, "loop"), "loop",
		    "in a ring the changes that are back must be known: expected 'destination.region'");
	if (task->destination.region == NULL)
		task->destination.region = "";
}

void
check_task(struct doc *doc, struct task_draft *draft)
{
	struct task_options *task = &draft->options;

	check_regions(doc, task);
	check_server(doc, "source", &draft->source, &task->source.conn);
	check_start(doc, draft);
	if (task->source.conn.io_timeout_s != 0 && task->source.conn.io_timeout_s <= task->source.heartbeat_s)
		doc_mistake(doc, NULL, "source.io_timeout_s",
		    "%u gives up before a heartbeat every %u seconds can come: expected more than that, or 0",
		    task->source.conn.io_timeout_s, task->source.heartbeat_s);
	check_rules(doc, &task->rules);
	check_server(doc, "destination", &draft->destination, &task->destination.conn);
	check_is_elsewhere(doc, task);
	task->has_status = doc_has(doc, "status");
	check_server(doc, "status", &draft->status, &task->status);
	check_spool_dir(doc, task->limits.spool_dir);
	check_secrets(doc, &task_option_table);
}
