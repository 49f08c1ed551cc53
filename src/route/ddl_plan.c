/* SPDX-License-Identifier: Apache-2.0 */
#include "route/ddl_plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

void
plan_quote_name(struct buf *out, const char *name)
{
	buf_putc(out, '`');
	for (; *name != '\0'; name++) {
		if (*name == '`')
			buf_putc(out, '`');
		buf_putc(out, *name);
	}
	buf_putc(out, '`');
}

bool
plan_leave_out(struct plan *plan, bool is_notable, const char *format, ...)
{
	va_list args, again;
	int len;
	char *text;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	text = arena_zalloc(plan->arena, (size_t) (len < 0 ? 0 : len) + 1);
	if (len > 0)
		(void) vsnprintf(text, (size_t) len + 1, format, again);
	va_end(again);
	va_end(args);
	plan->out->verdict = DDL_LEFT_OUT;
	plan->out->reason = text;
	plan->out->is_notable = is_notable;
	return true;
}

static bool
leave_out_name(struct plan *plan, const struct plan_name *name)
{
	bool is_system = rules_is_system_db(name->name->db); /* grants and programs may need what is left out there */

	plan->out->is_once = is_system;
	if (name->name->table == NULL)
		return plan_leave_out(plan, is_system, "database '%s' is not carried", name->name->db);
	return plan_leave_out(plan, is_system, "'%s.%s' is not carried", name->name->db, name->name->table);
}

bool
plan_stop_renamed_in(const struct plan_name *from, const struct plan_name *to, struct err *err)
{
	err_set(err, ERR_STOP, "'%s.%s' is not carried and becomes '%s.%s', which is: its rows were never copied",
	    from->name->db, from->name->table, to->name->db, to->name->table);
	return err_hint(err, "Carry '%s.%s' too, or name it by a pattern of working tables, and copy the table again.",
	    from->name->db, from->name->table);
}

bool
plan_stop_renamed_out(const struct plan_name *from, const struct plan_name *to, struct err *err)
{
	err_set(err, ERR_STOP, "'%s.%s' is carried and becomes '%s.%s', which is not", from->name->db,
	    from->name->table, to->name->db, to->name->table);
	return err_hint(err, "Carry '%s.%s' too, or drop or rename '%s.%s' on the target and skip this statement.",
	    to->name->db, to->name->table, from->db, from->table);
}

/* More names than a line of the log can take are counted. */
enum { NOTED_NAMES = 8 };

void
plan_note_dropped(struct plan *plan)
{
	struct buf text = {0};
	size_t n = 0;

	for (size_t i = 0; i < plan->n_names; i++) {
		const struct ddl_name *name = plan->names[i].name;

		if (!plan->names[i].is_dropped || name->role != DDL_ROLE_OBJECT)
			continue;
		if (n++ < NOTED_NAMES)
			buf_printf(&text, "%s'%s.%s'", n == 1 ? "" : ", ", name->db, name->table);
	}
	if (n > NOTED_NAMES)
		buf_printf(&text, " and %zu more", n - NOTED_NAMES);
	buf_puts(&text, n == 1 ? " is not carried" : " are not carried");
	plan->out->reason = arena_strndup(plan->arena, text.data, text.len);
	buf_release(&text);
}

void
plan_drop_left_out(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_names; i++) {
		if (!plan->names[i].is_carried)
			plan->is_reduced = plan->names[i].is_dropped = true;
	}
	if (plan->is_reduced)
		plan_note_dropped(plan);
}

static bool
has_carried(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_names; i++)
		if (plan->names[i].is_carried)
			return true;
	return false;
}

static const struct plan_name *
find_role(const struct plan *plan, enum ddl_role role)
{
	for (size_t i = 0; i < plan->n_names; i++)
		if (plan->names[i].name->role == role)
			return &plan->names[i];
	return NULL;
}

/* Each source of CREATE ... LIKE, each member of a MERGE table and each exchanged table is carried as the object is. */
static bool
check_partners(const struct plan *plan, const struct plan_name *object, struct err *err)
{
	for (size_t i = 0; i < plan->n_names; i++) {
		const struct plan_name *partner = &plan->names[i];

		if (partner->name->role == DDL_ROLE_EXCHANGED && partner->is_carried != object->is_carried) {
			err_set(err, ERR_STOP, "a partition moves between '%s.%s', which is %scarried, and '%s.%s', which is %s",
			    object->name->db, object->name->table, object->is_carried ? "" : "not ", partner->name->db,
			    partner->name->table, partner->is_carried ? "carried" : "not");
			return err_hint(err, "Carry both tables, or copy the carried one again and skip this statement.");
		}
		if (partner->name->role == DDL_ROLE_SOURCE && object->is_carried && !partner->is_carried) {
			err_set(err, ERR_STOP, "'%s.%s' is made after '%s.%s', which is not carried", object->name->db,
			    object->name->table, partner->name->db, partner->name->table);
			return err_hint(err, "Replace the statement by the full definition of the table.");
		}
	}
	return true;
}

/* CREATE, ALTER, TRUNCATE TABLE; indexes and sequences: one object, perhaps renamed, perhaps with partners. */
static bool
decide_table(struct plan *plan, struct err *err)
{
	const struct plan_name *object = &plan->names[0];
	const struct plan_name *to = find_role(plan, DDL_ROLE_RENAMED_TO);

	if (to != NULL && object->is_carried != to->is_carried)
		return object->is_carried ? plan_stop_renamed_out(object, to, err)
		                          : plan_stop_renamed_in(object, to, err);
	if (!check_partners(plan, object, err))
		return false;
	if (!object->is_carried)
		return leave_out_name(plan, object);
	if (plan->ddl->class == DDL_CREATE_TABLE_SELECT) {
		err_set(err, ERR_STOP, "the rows of '%s.%s' were logged as a statement",
		    object->name->db, object->name->table);
		return err_hint(err, "Set binlog_format=ROW on the source, for every session, and copy the table again.");
	}
	if (plan->ddl->moves_files) {
		err_set(err, ERR_STOP, "'%s.%s' discards or imports a tablespace: its rows come from a file",
		    object->name->db, object->name->table);
		return err_hint(err, "Copy the table again and skip this statement.");
	}
	return true;
}

/*
 * A list of which some were missing: MySQL before 8.0 dropped the others and logged all of them, with the error
 * number; MariaDB does so to this day, without it for tables and sequences, and its replicas put IF EXISTS
 * there (slave_ddl_exec_mode).
 */
static bool
decide_list(struct plan *plan)
{
	const struct ddl_context *source = plan->context->source;

	plan->add_if_exists =
	    source->error_code != 0 || (source->flavour == FLAVOUR_MARIADB && plan->ddl->class != DDL_VIEW);
	plan_drop_left_out(plan);
	if (!has_carried(plan))
		plan->out->verdict = DDL_LEFT_OUT;
	return true;
}

/*
 * Where only some tables of a database are carried, it is created for their sake if the target lacks it, and
 * never dropped: the target's may hold other tables.
 */
static bool
decide_database(struct plan *plan, struct err *err)
{
	const char *db = plan->names[0].name->db;
	bool drops = plan->ddl->class == DDL_DROP_DATABASE || plan->ddl->has_or_replace;

	switch (rules_db_scope(plan->context->rules, db)) {
	case RULES_NO_TABLES:
		return leave_out_name(plan, &plan->names[0]);
	case RULES_SOME_TABLES:
		if (drops) {
			err_set(err, ERR_STOP, "database '%s' is dropped, and only some of its tables are carried", db);
			return err_hint(err, "Drop what has to go on the target and skip this statement.");
		}
		plan->add_if_exists = plan->ddl->class == DDL_CREATE_DATABASE;
		return true;
	case RULES_ALL_TABLES:
		return true;
	}
	return true;
}

/* Names within a query or program are not seen, so they cannot be replaced. */
static bool
check_body(const struct plan *plan, struct err *err)
{
	const struct ddl_name *name = plan->ddl->names;

	if (!plan->ddl->has_body || !rules_has_renames(plan->context->rules))
		return true;
	err_set(err, ERR_STOP, "the names within '%s.%s' cannot be replaced by those on the target", name->db,
	    name->table);
	return err_hint(err, "Replace the statement by one with the target's names, or skip it.");
}

static bool
leave_out_class(struct plan *plan, const char *what)
{
	const struct ddl_name *name = plan->ddl->n_names == 0 ? NULL : plan->ddl->names;

	if (name == NULL)
		return plan_leave_out(plan, true, "%s are not carried", what);
	return plan_leave_out(plan, true, "%s are not carried: '%s.%s'", what, name->db, name->table);
}

static bool
decide_view(struct plan *plan, struct err *err)
{
	if (!has_carried(plan))
		return leave_out_name(plan, &plan->names[0]);
	if (!plan->context->carry.views)
		return leave_out_class(plan, "views");
	return plan->ddl->verb == DDL_VERB_DROP ? decide_list(plan) : check_body(plan, err);
}

/* Routines and events belong to a database, and go where any of its tables goes. */
static bool
decide_program(struct plan *plan, bool is_carried, const char *what, struct err *err)
{
	for (size_t i = 0; i < plan->n_names; i++)
		if (rules_db_scope(plan->context->rules, plan->names[i].name->db) == RULES_NO_TABLES)
			return leave_out_name(plan, &plan->names[i]);
	if (!is_carried)
		return leave_out_class(plan, what);
	return check_body(plan, err);
}

/*
 * pt-online-schema-change copies changes by triggers.  What they did is in the row events: on the target they
 * would do it twice, so they are left out even where triggers are carried.
 */
static bool
decide_trigger(struct plan *plan, struct err *err)
{
	const struct plan_name *table = find_role(plan, DDL_ROLE_ON);
	const struct ddl_name *trigger = plan->ddl->names;

	if (table != NULL && !table->is_carried)
		return leave_out_name(plan, table);
	if (rules_db_scope(plan->context->rules, trigger->db) == RULES_NO_TABLES)
		return leave_out_name(plan, &plan->names[0]);
	if (strncmp(trigger->table, "pt_osc_", 7) == 0)
		return plan_leave_out(plan, false, "trigger '%s' serves an online schema change", trigger->table);
	if (!plan->context->carry.triggers)
		return leave_out_class(plan, "triggers");
	/* a trigger that is dropped does not name its table, which may be one that is not carried */
	plan->add_if_exists = plan->ddl->verb == DDL_VERB_DROP && !rules_has_db(plan->context->rules, trigger->db);
	return check_body(plan, err);
}

static bool
decide_user(struct plan *plan, struct err *err)
{
	if (!plan->context->carry.users)
		return leave_out_class(plan, "users and grants");
	if (plan->ddl->is_global_grant || !rules_has_renames(plan->context->rules))
		return true;
	err_set(err, ERR_STOP, "the names within a grant cannot be replaced by those on the target");
	return err_hint(err, "Replace the statement by one with the target's names, or skip it.");
}

/* Only the server's own tables have no triggers and no readers among the carried ones. */
static bool
decide_dml(struct plan *plan, struct err *err)
{
	const struct ddl_name *name = plan->ddl->n_names == 0 ? NULL : plan->ddl->names;

	if (name != NULL && rules_is_system_db(name->db))
		return leave_out_name(plan, &plan->names[0]);
	if (name == NULL)
		err_set(err, ERR_STOP, "changes of rows were logged as a statement");
	else
		err_set(err, ERR_STOP, "changes to '%s.%s' were logged as a statement", name->db, name->table);
	if (plan->context->source->flavour == FLAVOUR_MARIADB)
		return err_hint(err, "Set binlog_format=ROW on the source, for every session, and copy the tables again; changes of a "
				     "table with history by transactions (BIGINT UNSIGNED AS ROW START) are always logged so, and "
				     "it cannot be carried: leave it out, or make its columns TIMESTAMP(6).");
	return err_hint(err, "Set binlog_format=ROW on the source, for every session, and copy the tables again.");
}

static bool
decide_object(struct plan *plan, struct err *err)
{
	if (!plan->context->carry.tables && (has_carried(plan) || plan->ddl->names[0].table == NULL))
		return plan_leave_out(plan, true, "changes of tables are not carried: %s", ddl_class_name(plan->ddl->class));
	switch (plan->ddl->class) {
	case DDL_CREATE_TABLE:
	case DDL_CREATE_TABLE_LIKE:
	case DDL_CREATE_TABLE_SELECT:
	case DDL_ALTER_TABLE:
	case DDL_TRUNCATE_TABLE:
	case DDL_CREATE_INDEX:
	case DDL_DROP_INDEX:
	case DDL_CREATE_SEQUENCE:
	case DDL_ALTER_SEQUENCE:
		return decide_table(plan, err);
	case DDL_DROP_TABLE:
	case DDL_DROP_SEQUENCE:
		return decide_list(plan);
	case DDL_RENAME_TABLE:
		return plan_rename(plan, err);
	case DDL_CREATE_DATABASE:
	case DDL_ALTER_DATABASE:
	case DDL_DROP_DATABASE:
		return decide_database(plan, err);
	case DDL_VIEW:
	case DDL_ROUTINE:
	case DDL_TRIGGER:
	case DDL_EVENT:
	case DDL_USER:
	case DDL_ADMIN:
	case DDL_SERVER:
	case DDL_DML:
	case DDL_TEMPORARY:
	case DDL_EMPTY:
	case DDL_TRANSACTION:
		break;
	}
	return true;
}

static bool
is_list(const struct plan *plan)
{
	enum ddl_class class = plan->ddl->class;

	return class == DDL_DROP_TABLE || class == DDL_DROP_SEQUENCE ||
	    (class == DDL_VIEW && plan->ddl->verb == DDL_VERB_DROP);
}

static bool
decide_class(struct plan *plan, struct err *err)
{
	const struct ddl_carry *carry = &plan->context->carry;

	switch (plan->ddl->class) {
	case DDL_VIEW:
		return decide_view(plan, err);
	case DDL_ROUTINE:
		return decide_program(plan, carry->routines, "routines", err);
	case DDL_EVENT:
		return decide_program(plan, carry->events, "events", err);
	case DDL_TRIGGER:
		return decide_trigger(plan, err);
	case DDL_USER:
		return decide_user(plan, err);
	case DDL_ADMIN:
		return plan_leave_out(plan, false, "it changes no content");
	case DDL_SERVER:
		return plan_leave_out(plan, true, "it concerns the source server alone");
	case DDL_DML:
		return decide_dml(plan, err);
	case DDL_TEMPORARY:
		return plan_leave_out(plan, false, "temporary tables are not carried");
	case DDL_EMPTY:
	case DDL_TRANSACTION:
		return plan_leave_out(plan, false, "it is no change of definitions");
	case DDL_CREATE_TABLE:
	case DDL_CREATE_TABLE_LIKE:
	case DDL_CREATE_TABLE_SELECT:
	case DDL_ALTER_TABLE:
	case DDL_TRUNCATE_TABLE:
	case DDL_CREATE_INDEX:
	case DDL_DROP_INDEX:
	case DDL_CREATE_SEQUENCE:
	case DDL_ALTER_SEQUENCE:
	case DDL_DROP_TABLE:
	case DDL_DROP_SEQUENCE:
	case DDL_RENAME_TABLE:
	case DDL_CREATE_DATABASE:
	case DDL_ALTER_DATABASE:
	case DDL_DROP_DATABASE:
		return decide_object(plan, err);
	}
	return true;
}

bool
plan_decide(struct plan *plan, struct err *err)
{
	unsigned int error_code = plan->context->source->error_code;

	if (!decide_class(plan, err))
		return false;
	if (error_code == 0 || plan->out->verdict == DDL_LEFT_OUT || is_list(plan))
		return true;
	if (plan->context->fails_alike) {
		plan->out->expected_error = error_code;
		return true;
	}
	err_set(err, ERR_STOP, "the statement ended with error %u on the source, and nobody knows what of it was done",
	    error_code);
	return err_hint(err, "Compare the definitions on both servers, mend the target and skip this statement.");
}
