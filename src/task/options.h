/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a task was told to do: a const struct, handed over at construction, filled by config/.
 * Strings belong to the configuration that was read and live as long as it.
 */
#ifndef TASK_OPTIONS_H
#define TASK_OPTIONS_H

#include <stdint.h>

#include "mysql/conn.h"
#include "route/ddl_rewrite.h"
#include "route/filter.h"
#include "route/rules.h"

enum start_kind {
	START_STORED,        /* the stored position; where there is none, the source's present position (auto_position) */
	START_GTID,
	START_FILE,
	START_AUTO_POSITION, /* explicitly: the source's present position when none is stored */
};

struct start_options {
	enum start_kind kind;
	const char *gtid;   /* executed set to start behind */
	const char *file;
	uint64_t offset;
	bool is_forced;     /* `override = true`: wins over the stored position */
};

struct source_options {
	struct conn_options conn;
	const char *report_host;  /* this node's address */
	uint32_t report_port;
	unsigned int heartbeat_s; /* default 10 */
	struct start_options start;
};

enum binlog_choice { BINLOG_DEFAULT, BINLOG_ON, BINLOG_OFF }; /* sql_log_bin of the target sessions */

struct destination_options {
	struct conn_options conn;
	const char *region;                  /* changes that came from there are not carried back; "": none */
	enum binlog_choice binlog;
	unsigned int batch_transactions;      /* most source transactions in one target transaction; 1 to 1000, default 100, 1: one to one */
	uint64_t batch_bytes;                 /* default 4 MiB */
	unsigned int lock_wait_timeout_s;     /* default 50 */
	bool allow_nontransactional;          /* tables of other engines, one-way use only */
	bool allow_triggers;
	bool allow_changed_values;           /* columns there that store some values as others */
	bool replay_events;                  /* of tables with triggers there */
};

struct limit_options {
	uint64_t queue_bytes;              /* default 64 MiB */
	uint64_t transaction_memory_bytes; /* a larger transaction is spooled; default 16 MiB */
	const char *spool_dir;             /* default /var/tmp */
};

struct task_options {
	const char *name;
	const char *file;        /* where it was read from */
	uint32_t server_id;      /* 1 to 2^32-1 */
	const char *region;      /* origin of the changes made on the source; default: the task's name */
	enum loop_policy loop;   /* default mesh */
	struct source_options source;
	struct rules_options rules;
	struct filter_options filter;
	struct ddl_carry ddl; /* tables by default, no others */
	struct destination_options destination;
	bool has_status;         /* a status server of its own; otherwise the destination */
	struct conn_options status;
	bool status_binlog;      /* reports go to its binlog; where that cannot be prevented they are seldom */
	struct limit_options limits;
};

#endif
