/* SPDX-License-Identifier: Apache-2.0 */
/* A live source, read as a replica of its own that leaves no trace but its name in SHOW REPLICAS. */
#ifndef CLI_INSPECT_SOURCE_H
#define CLI_INSPECT_SOURCE_H

#include "cli/event_walk.h"
#include "mysql/conn.h"

struct inspect_source_options {
	struct conn_options conn;
	uint32_t server_id; /* 0: one at random, so that no task's is taken away from it */
	const char *from;   /* FILE or FILE:OFFSET; NULL: where the source writes now */
	const char *until;  /* "now" or FILE:OFFSET; NULL: never */
};

/* Until the walk is full or `until` is reached. */
bool inspect_source(const struct inspect_source_options *options, struct event_walk *walk, struct err *err);

#endif
