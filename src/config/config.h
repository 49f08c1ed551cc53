/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration: rowferry.conf and, in its include directory, one file a task.
 *
 *     rowferry.conf           include = "conf.d"; node = "10.0.0.5"; log = { level = "info"; };
 *     conf.d/shop.conf        server_id = 1001; source = { host = "db1"; user = "r"; }; destination = { ... };
 *
 * gives one struct config with one task named "shop".  What may stand in either file is said by the tables in
 * option.h, and nowhere else.  Every mistake of every file is reported in one go; a configuration with a
 * mistake is not handed out.  Nothing is connected to and nothing is written.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "config/messages.h"
#include "task/options.h"

struct log_options {
	const char *file; /* NULL: standard error */
	enum log_level level;
};

enum cluster_driver { CLUSTER_NONE, CLUSTER_ZOOKEEPER, CLUSTER_ETCD, CLUSTER_DATABASE };

/* Who owns a task where several nodes could: read and checked. */
struct cluster_options {
	enum cluster_driver driver;
	const char *const
	    *servers; /* "host:port", "[address]:port"; none for CLUSTER_DATABASE: the status server */
	size_t n_servers;
	const char *root; /* "/rowferry": the node or key prefix below which everything is kept */
	unsigned int session_timeout_s;
	const char *user, *password, *password_file; /* NULL: none */
	enum tls_mode tls;
	const char *tls_ca, *tls_cert, *tls_key;
};

struct config {
	const char *file;    /* rowferry.conf, or the task file that was given in its place */
	const char *include; /* directory of the task files; NULL when a task file was given */
	const char *node;    /* this host's address, as other hosts reach it */
	struct log_options log;
	struct cluster_options cluster;
	bool has_status; /* of the tasks that name no status server of their own; they have it in theirs already
			  */
	struct conn_options status;
	bool status_binlog;
	const struct task_options *tasks; /* by name */
	size_t n_tasks;
	struct arena arena; /* of all the strings and lists */
};

/*
 * Reads `path` and the task files of its include directory.  A task file may be given in place of
 * rowferry.conf: then it is the only task, and everything global has its default.
 *
 * False: *config is NULL, `messages` has all mistakes, `err` (ERR_STOP) the first one and how many more there
 * are. True: `messages` may have warnings, which are the caller's to log.  The caller frees the configuration
 * with config_free() and releases `messages` (zeroed before the call); neither needs the other.
 *
 * (Not config_read(): libconfig has that name.)
 */
bool config_load(const char *path, struct config **config, struct config_messages *messages, struct err *err);
void config_free(struct config *config); /* NULL is fine */

/* NULL when there is none of that name. */
const struct task_options *config_task(const struct config *config, const char *name);

/*
 * Reads one task from memory, as if it stood in `file` (whose directory counts for relative paths).  @include
 * is refused.  For tests; strings live in `arena`.
 */
bool config_parse_task(const char *file, const char *text, size_t len, struct arena *arena,
    struct task_options *task, struct config_messages *messages);

#endif
