/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "CHARACTER SET utf8mb4" by itself means a collation that differs from server to server and is a setting on
 * some.  Where the target cannot be set to mean the source's, the statement is given the collation by name.
 */
#ifndef SINK_MYSQL_DDL_COLLATE_H
#define SINK_MYSQL_DDL_COLLATE_H

#include "base/arena.h"
#include "route/ddl.h"
#include "sink/mysql/ddl_collation.h"

struct ddl_charset_default {
	const char *charset; /* "utf8mb4" */
	uint16_t wanted;     /* what the source means */
	/* That, on the target; NULL: it has none that could stand for it. */
	const struct ddl_collation *collation;
};

/* Those that the target would take for something else. */
struct ddl_charset_defaults {
	struct ddl_charset_default items[8];
	size_t n;
};

/*
 * Puts COLLATE behind each of these character sets that stands without one, and the target's name in place of each
 * collation that has another one there; *out is `sql` itself where there is neither.
 * Worked example, utf8mb4 being utf8mb4_uca1400_ai_ci: "ALTER TABLE t ADD a TEXT CHARSET utf8mb4, ADD b
 * TEXT CHARSET utf8mb4 COLLATE utf8mb4_bin" has it put behind the first only.
 * ERR_STOP when the target has no collation to put there.
 */
bool ddl_collate(struct bytes sql, const struct ddl_context *context, enum ddl_class class,
    const struct ddl_charset_defaults *defaults, const struct ddl_collations *collations, struct arena *arena,
    struct bytes *out, struct err *err);

#endif
