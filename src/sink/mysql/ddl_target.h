/* SPDX-License-Identifier: Apache-2.0 */
/* What the settings of a DDL's session depend on at the target; looked up anew for each statement. */
#ifndef SINK_MYSQL_DDL_TARGET_H
#define SINK_MYSQL_DDL_TARGET_H

#include "apply/system_zone.h"
#include "base/arena.h"
#include "binlog/query_event.h"
#include "mysql/conn.h"
#include "route/ddl_rewrite.h"
#include "sink/mysql/ddl_collation.h"

struct ddl_variable {
	const char *name; /* lower case */
	const char *value;
};

struct ddl_target {
	struct arena arena;
	enum flavour flavour;
	unsigned int version;
	struct ddl_variable *variables; /* of those that a DDL's session may set: the ones this server has */
	size_t n_variables;
	struct ddl_collations collations;
	struct system_zone zone; /* not known where the statement does not depend on it */
};

/*
 * A zeroed `target` is filled.  `carry`: what stands for collations that the target may lack; ERR_STOP where it lacks
 * that too.
 */
bool ddl_target_load(struct conn *conn, const struct query *query, const struct ddl_carry *carry,
    struct ddl_target *target, struct err *err);
void ddl_target_release(struct ddl_target *target); /* a zeroed one is fine */

/* The statement depends on what SYSTEM means. */
bool ddl_target_is_system_zone(const struct query *query);

/* The variable's value in this session, NULL when the server has no such variable. */
const char *ddl_target_variable(const struct ddl_target *target, const char *name);

#endif
