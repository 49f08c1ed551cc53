/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a statement of the source to the statement for the target: whether it is carried at all, names replaced
 * where they stand, lists reduced to their carried members.
 *
 * Three outcomes: carried; left out, with a reason; or ERR_STOP where what the target must do cannot be told
 * from the statement (a table renamed into or out of what the task carries, a partition exchanged with a table
 * that is not carried, a query logged as a statement).
 *
 * Worked example: tables = ["shop.t"], renames shop to store.
 *   RENAME TABLE shop.t TO shop._t_old, shop._t_new TO shop.t
 *     carried: RENAME TABLE `store`.`t` TO `store`.`_t_old`, `store`.`_t_new` TO `store`.`t`
 *   DROP TABLE shop.t, shop.u          carried: DROP TABLE `store`.`t`
 *   RENAME TABLE shop.u TO shop.t      ERR_STOP: the rows of 'shop.u' were never copied
 */
#ifndef ROUTE_DDL_REWRITE_H
#define ROUTE_DDL_REWRITE_H

#include "route/ddl.h"
#include "route/rules.h"

/* Which classes a task carries. */
struct ddl_carry {
	bool tables; /* tables, indexes, databases, sequences */
	bool views, routines, triggers, events, users;
	const struct rename_option *collations; /* names of the source's, and what stands for each on the target */
	size_t n_collations;
};

struct ddl_rewrite_context {
	const struct rules *rules;
	struct ddl_carry carry;
	const struct ddl_context *source; /* what the statement was scanned with */
	enum flavour target_flavour;
	bool fails_alike; /* what ended with an error on the source is done as far, and ends with that, on the target */
	const char *invoker_user, *invoker_host; /* who ran it, as its event says; NULL: it does not */
};

enum ddl_verdict { DDL_CARRIED, DDL_LEFT_OUT };

/* A name of the statement for the target. */
struct ddl_object {
	enum ddl_role role;
	const char *source_db, *source_table; /* table NULL for databases */
	const char *db, *table;               /* on the target */
};

struct ddl_rewritten {
	enum ddl_verdict verdict;
	/*
	 * Why it is left out, or what of it was ("tables 'a.x', 'a.y' are not carried"); "" where it is carried whole.
	 * `is_notable`: operators want to read it, once, in the log.
	 */
	const char *reason;
	bool is_notable;
	bool is_once; /* the same reason comes again and again */

	/* The rest only when carried.  Memory is the arena's, or the original statement's where nothing changed. */
	struct bytes sql;
	const char *charset;    /* that `sql` is in: the session's character_set_client */
	const char *default_db; /* of the session that runs it; "": it needs none and any will do */
	struct ddl_object *objects;
	size_t n_objects;
	unsigned int expected_error; /* the server's number, which is its success; 0: none */
};

bool ddl_rewrite(struct bytes sql, const struct ddl *ddl, const struct ddl_rewrite_context *context,
    struct arena *arena, struct ddl_rewritten *rewritten, struct err *err);

#endif
