/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The paths of JSON diffs: members and cells, no wildcards (sql-common/json_path.cc).
 *
 *	$.name  $."any \"text\""  $[3]  $[last]  $[last-2]
 */
#ifndef BINLOG_JSON_PATH_H
#define BINLOG_JSON_PATH_H

#include "base/arena.h"
#include "base/err.h"
#include "base/reader.h"

struct json_leg {
	bool is_cell;
	bool is_from_end;  /* "last-2": 2 before the last one */
	uint64_t index;    /* cell */
	struct bytes name; /* member, unescaped */
};

/* Behind the '$' of a path.  Takes the next leg off; *is_end when there is none.  Names may be in the arena. */
bool json_path_next(struct reader *path, struct arena *arena, struct json_leg *leg, bool *is_end, struct err *err);

#endif
