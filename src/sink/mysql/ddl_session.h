/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session that a query event describes, as SET statements for the target.  Pure: what the target has was
 * looked up before (ddl_target.h).
 *
 * What changes the meaning of the statement and cannot be set on this target is ERR_STOP; what only could have
 * mattered is left out.  Names of servers and versions stand here only where a server's list of variables does
 * not say it.
 */
#ifndef SINK_MYSQL_DDL_SESSION_H
#define SINK_MYSQL_DDL_SESSION_H

#include "route/ddl.h"
#include "sink/mysql/ddl_collate.h"
#include "sink/mysql/ddl_target.h"

/* In flags2 of a query event: OPTION_NO_FOREIGN_KEY_CHECKS. */
enum { DDL_FLAG_NO_FOREIGN_KEYS = 1 << 26 };

struct ddl_session_event {
	const struct query *query;
	uint32_t timestamp; /* of the event, seconds */
	enum flavour source_flavour;
	unsigned int source_version;
	enum tristate source_explicit_defaults; /* the server's setting, for sources that do not log it */
	const struct system_zone *source_zone; /* what SYSTEM means there */
	const char *charset;          /* that the text is in; NULL: the one that the event names */
	enum ddl_class class;
	bool has_body;     /* a query or a program stands in the statement */
	struct bytes text; /* the statement as it will run */
};

/*
 * Appends "SET ..." to `enter`, and to `leave` the SET that puts the server's own settings back.  `defaults`:
 * what no setting of this target can say, so that the statement must (ddl_collate.h).
 */
bool ddl_session_plan(const struct ddl_session_event *event, const struct ddl_target *target, struct buf *enter,
    struct buf *leave, struct ddl_charset_defaults *defaults, struct err *err);

/*
 * The source's sql_mode, as far as the target knows its parts; ERR_STOP for parts that it lacks and that count.
 */
bool ddl_sql_mode(uint64_t mode, enum flavour source, enum flavour target, unsigned int target_version,
    uint64_t *out, struct err *err);

#endif
