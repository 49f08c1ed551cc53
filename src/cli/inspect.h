/* SPDX-License-Identifier: Apache-2.0 */
/* rowferry inspect binlog: a binlog file or a live source as JSON lines or as SQL. */
#ifndef CLI_INSPECT_H
#define CLI_INSPECT_H

#include "cli/command.h"

struct inspect_args {
	struct operands operands; /* files, or the task */
	const char *config;
	const char *host;
	uint64_t port;
	const char *socket;
	const char *user;
	const char *password_file;
	uint64_t server_id; /* to join a source as; 0: one of our own choice */
	bool is_json;
	bool is_sql;
	const char *from; /* OFFSET of the first file; FILE or FILE:OFFSET of a source */
	const char *until; /* sources: "now" or FILE:OFFSET */
	uint64_t limit; /* 0: none */
	const char *database;
	const char *table;
};

/* `args`: struct inspect_args. */
int inspect_binlog_command(const void *args);

#endif
