/* SPDX-License-Identifier: Apache-2.0 */
/* Between ddl_rewrite.c, which writes statements, and ddl_plan.c, which decides about them; for these only. */
#ifndef ROUTE_DDL_PLAN_H
#define ROUTE_DDL_PLAN_H

#include "base/buf.h"
#include "route/ddl_rewrite.h"

/* What becomes of one name. */
struct plan_name {
	const struct ddl_name *name;
	bool is_carried;
	bool is_dropped; /* a member of a list that the target's statement leaves out */
	const char *source_db, *source_table; /* as the source stores them; table NULL for databases */
	const char *db, *table;               /* on the target, carried or not */
};

struct plan {
	const struct ddl *ddl;
	const struct ddl_rewrite_context *context;
	struct plan_name *names; /* one for each of the statement's */
	size_t n_names;
	bool add_if_exists; /* the target's statement gets IF [NOT] EXISTS if it has none */
	bool is_reduced;    /* some names are dropped */
	struct arena *arena;
	struct ddl_rewritten *out; /* verdict and reason */
};

/* Decides the verdict, the reason and the flags above.  ERR_STOP where it cannot be sure. */
bool plan_decide(struct plan *plan, struct err *err);
/* The same for RENAME TABLE: follows each table through the list. */
bool plan_rename(struct plan *plan, struct err *err);

/* Sets the verdict to left out; always true.  The format's result goes to the arena. */
bool plan_leave_out(struct plan *plan, bool is_notable, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* In backticks, which every sql_mode takes, doubled within; still UTF-8. */
void plan_quote_name(struct buf *out, const char *name);
/* Two outcomes that several statements share. */
bool plan_stop_renamed_in(const struct plan_name *from, const struct plan_name *to, struct err *err);
bool plan_stop_renamed_out(const struct plan_name *from, const struct plan_name *to, struct err *err);
/* Drops the names that are not carried, and says which in the reason. */
void plan_drop_left_out(struct plan *plan);
void plan_note_dropped(struct plan *plan);

#endif
