/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_judge.h"

#include <string.h>

#include "apply/literal.h"
#include "sink/mysql/ddl_judge_rename.h"

/* Two looks at one object. */
struct pair {
	const struct ddl_seen *before, *now;
};

const char *
ddl_finding_name(enum ddl_finding finding)
{
	static const char *const names[] = {
	    "not executed", "executed", "to be run again", "partly executed", "undecided"};

	return names[finding];
}

static enum ddl_finding
undecided(const struct ddl_seen *seen, const char *what, struct buf *why)
{
	buf_printf(why, "%s '%s%s%s' %s", seen->name == NULL ? "database" : "table", seen->db,
	    seen->name == NULL ? "" : ".", seen->name == NULL ? "" : seen->name, what);
	return DDL_UNDECIDED;
}

enum comparison { IDS_UNKNOWN, IDS_EQUAL, IDS_ALL_DIFFER, IDS_SOME_DIFFER };

static bool
has_id(const struct ddl_seen *seen, uint64_t id)
{
	for (size_t i = 0; i < seen->n_ids; i++)
		if (seen->ids[i].id == id)
			return true;
	return false;
}

static enum comparison
compare_ids(const struct pair *pair)
{
	size_t kept = 0;

	if (!pair->before->has_ids || !pair->now->has_ids)
		return IDS_UNKNOWN;
	for (size_t i = 0; i < pair->before->n_ids; i++)
		kept += has_id(pair->now, pair->before->ids[i].id);
	if (kept == 0)
		return IDS_ALL_DIFFER;
	return kept == pair->before->n_ids && kept == pair->now->n_ids ? IDS_EQUAL : IDS_SOME_DIFFER;
}

static bool
has_other_definition(const struct pair *pair)
{
	return strcmp(pair->before->definition, pair->now->definition) != 0 &&
	       pair->before->definition[0] != '\0' && pair->now->definition[0] != '\0';
}

static bool
has_other_time(const struct pair *pair)
{
	return strcmp(pair->before->created, pair->now->created) != 0;
}

/*
 * CREATE OR REPLACE of a table that was there, and TRUNCATE: the table is new, empty at first.  OPTIMIZE and ALTER
 * ... FORCE make it new as well, with all its rows.
 */
static enum ddl_finding
judge_renewed(const struct ddl_case *statement, const struct pair *pair, struct buf *why)
{
	enum comparison ids = compare_ids(pair);
	bool is_new = ids == IDS_ALL_DIFFER || (ids == IDS_UNKNOWN && (has_other_definition(pair) || has_other_time(pair)));

	if (ids == IDS_EQUAL)
		return DDL_NOT_EXECUTED;
	if (ids == IDS_SOME_DIFFER)
		return DDL_RUN_AGAIN; /* partition after partition */
	if (pair->now->is_empty == TRI_YES)
		return is_new && statement->class == DDL_TRUNCATE_TABLE ? DDL_EXECUTED : DDL_RUN_AGAIN;
	return undecided(pair->now,
	    is_new ? "has been made anew, and nothing tells whether this statement did it"
		   : "has rows and no sign that tells whether it was emptied before they came",
	    why);
}

static enum ddl_finding
judge_create(const struct ddl_case *statement, const struct pair *pair, struct buf *why)
{
	if (!pair->before->exists)
		return pair->now->exists ? DDL_EXECUTED : DDL_NOT_EXECUTED;
	if (!statement->has_or_replace)
		return DDL_NOT_EXECUTED; /* it changes nothing, or fails once more */
	if (!pair->now->exists)
		return DDL_RUN_AGAIN;
	return judge_renewed(statement, pair, why);
}

static enum ddl_finding
judge_exchange(const struct pair *table, const struct pair *other, struct buf *why)
{
	if (!other->before->exists && other->now->exists)
		return DDL_EXECUTED; /* CONVERT PARTITION ... TO TABLE */
	if (other->before->exists && !other->now->exists)
		return DDL_EXECUTED; /* CONVERT TABLE ... TO PARTITION */
	if (!table->before->has_ids || !other->before->has_ids || !table->now->has_ids ||
	    !other->now->has_ids || other->before->n_ids != 1 || other->now->n_ids != 1)
		return undecided(
		    table->now, "has no partition numbers that tell whether one was exchanged", why);
	if (has_id(table->now, other->before->ids[0].id) && has_id(table->before, other->now->ids[0].id))
		return DDL_EXECUTED;
	if (compare_ids(table) == IDS_EQUAL && compare_ids(other) == IDS_EQUAL)
		return DDL_NOT_EXECUTED;
	return undecided(table->now, "has other partitions than both before and after the exchange", why);
}

static bool
has_partitions(const struct ddl_seen *seen)
{
	return seen->n_ids > 0 && seen->ids[0].part[0] != '\0';
}

/* ALTER TABLE, CREATE and DROP INDEX. */
static enum ddl_finding
judge_alter(const struct pair *table, const struct pair *renamed, const struct pair *exchanged,
    enum tristate is_logged, struct buf *why)
{
	if (renamed != NULL && !renamed->before->exists) {
		if (!table->now->exists && renamed->now->exists)
			return DDL_EXECUTED;
		if (table->now->exists && !renamed->now->exists)
			return DDL_NOT_EXECUTED;
		return undecided(table->now,
		    table->now->exists ? "is there under its old and its new name"
				       : "is there under neither its old nor its new name",
		    why);
	}
	if (exchanged != NULL)
		return judge_exchange(table, exchanged, why);
	if (!table->before->exists)
		return DDL_NOT_EXECUTED;
	if (!table->now->exists)
		return undecided(table->now, "was there before the statement and is gone", why);
	if (has_other_definition(table))
		return DDL_EXECUTED;
	/* A rebuild, by whomever; of partitions also their TRUNCATE, which must not run when rows have come since. */
	if (compare_ids(table) == IDS_ALL_DIFFER && has_partitions(table->now) && is_logged != TRI_NO)
		return DDL_EXECUTED;
	return DDL_RUN_AGAIN;
}

static const char *
drop_words(enum ddl_class class)
{
	return class == DDL_VIEW            ? "DROP VIEW IF EXISTS "
	       : class == DDL_DROP_SEQUENCE ? "DROP SEQUENCE IF EXISTS "
					    : "DROP TABLE IF EXISTS ";
}

static enum ddl_finding
judge_drop(
    const struct ddl_case *statement, const struct ddl_snapshot *now, struct buf *finish, struct buf *why)
{
	size_t there = 0, gone = 0;

	for (size_t i = 0; i < now->n; i++) {
		struct pair pair = {&statement->before.items[i], &now->items[i]};

		if (!pair.before->exists)
			continue;
		if (!pair.now->exists) {
			gone++;
			continue;
		}
		if (compare_ids(&pair) == IDS_ALL_DIFFER)
			return undecided(pair.now, "is there, but not as the one that was to be dropped", why);
		buf_puts(finish, there++ == 0 ? drop_words(statement->class) : ", ");
		literal_put_name(pair.now->db, finish);
		buf_putc(finish, '.');
		literal_put_name(pair.now->name, finish);
	}
	if (gone == 0)
		return DDL_NOT_EXECUTED; /* there was nothing to drop, or all of it is there */
	return there == 0 ? DDL_EXECUTED : DDL_PARTLY;
}

static bool
is_subset(const struct pair *database)
{
	for (size_t i = 0; i < database->now->n_ids; i++)
		if (!has_id(database->before, database->now->ids[i].id))
			return false;
	return true;
}

static enum ddl_finding
judge_drop_database(const struct pair *pair, struct buf *why)
{
	if (!pair->before->exists)
		return DDL_NOT_EXECUTED;
	if (!pair->now->exists)
		return DDL_EXECUTED;
	/* Tables go one by one on servers before MySQL 8; what is left goes with the second run. */
	if (!pair->before->has_ids || !pair->now->has_ids)
		return undecided(pair->now, "is there, and nothing tells whether it was made again", why);
	if (!is_subset(pair))
		return undecided(pair->now, "has tables that were not there before the statement", why);
	if (pair->before->n_ids > 0 || !has_other_definition(pair))
		return DDL_RUN_AGAIN;
	return undecided(pair->now, "is there with other defaults than before", why);
}

static enum ddl_finding
judge_database(const struct ddl_case *statement, const struct pair *pair, struct buf *why)
{
	if (statement->class == DDL_DROP_DATABASE)
		return judge_drop_database(pair, why);
	if (statement->class == DDL_ALTER_DATABASE)
		return has_other_definition(pair) ? DDL_EXECUTED : DDL_RUN_AGAIN;
	if (!pair->before->exists)
		return pair->now->exists ? DDL_EXECUTED : DDL_NOT_EXECUTED;
	if (!statement->has_or_replace)
		return DDL_NOT_EXECUTED;
	/* MariaDB's CREATE OR REPLACE DATABASE drops it first. */
	if (!pair->now->exists)
		return DDL_RUN_AGAIN;
	if (pair->before->has_ids && pair->now->has_ids && pair->before->n_ids > 0 && pair->now->n_ids == 0)
		return DDL_EXECUTED;
	if (pair->before->has_ids && pair->now->has_ids && is_subset(pair))
		return DDL_RUN_AGAIN;
	return undecided(pair->now, "was to be replaced, and nothing tells whether it was", why);
}

/* Programs and sequences, by verb. */
static enum ddl_finding
judge_program(const struct ddl_case *statement, const struct pair *pair, struct buf *why)
{
	bool is_changed = strcmp(pair->before->kind, pair->now->kind) != 0;

	switch (statement->verb) {
	case DDL_VERB_CREATE:
		/* A function and a procedure may share a name: it is the list of kinds that grows. */
		if (is_changed || (statement->has_or_replace && has_other_definition(pair)))
			return DDL_EXECUTED;
		return statement->has_or_replace ? DDL_RUN_AGAIN : DDL_NOT_EXECUTED;
	case DDL_VERB_DROP:
		return is_changed ? DDL_EXECUTED : DDL_NOT_EXECUTED;
	case DDL_VERB_ALTER:
	case DDL_VERB_OTHER:
		break;
	}
	if (pair->before->exists && !pair->now->exists)
		return undecided(pair->now, "was there before the statement and is gone", why);
	return has_other_definition(pair) ? DDL_EXECUTED : DDL_RUN_AGAIN;
}

static enum ddl_finding
judge_grants(const struct pair *pair, struct buf *why)
{
	if (pair->before->definition[0] == '\0' || pair->now->definition[0] == '\0') {
		buf_puts(why, "the tables of users and grants cannot be read");
		return DDL_UNDECIDED;
	}
	if (!has_other_definition(pair))
		return DDL_NOT_EXECUTED;
	buf_puts(why, "the users and grants have changed, and nothing tells whether this statement did it");
	return DDL_UNDECIDED;
}

static const struct pair *
find_role(
    const struct ddl_case *statement, const struct ddl_snapshot *now, enum ddl_role role, struct pair *pair)
{
	for (size_t i = 0; i < now->n; i++) {
		if (now->items[i].role != role)
			continue;
		*pair = (struct pair){&statement->before.items[i], &now->items[i]};
		return pair;
	}
	return NULL;
}

static enum ddl_finding
judge_by_class(
    const struct ddl_case *statement, const struct ddl_snapshot *now, struct buf *finish, struct buf *why)
{
	struct pair object, renamed_pair, exchanged_pair;
	const struct pair *renamed = find_role(statement, now, DDL_ROLE_RENAMED_TO, &renamed_pair);
	const struct pair *exchanged = find_role(statement, now, DDL_ROLE_EXCHANGED, &exchanged_pair);

	if (find_role(statement, now, DDL_ROLE_OBJECT, &object) == NULL) {
		buf_puts(why, "it names nothing that could be looked at");
		return DDL_UNDECIDED;
	}
	switch (statement->class) {
	case DDL_CREATE_TABLE:
	case DDL_CREATE_TABLE_LIKE:
	case DDL_CREATE_TABLE_SELECT:
	case DDL_CREATE_SEQUENCE:
		return judge_create(statement, &object, why);
	case DDL_ALTER_TABLE:
	case DDL_CREATE_INDEX:
	case DDL_DROP_INDEX:
	case DDL_ALTER_SEQUENCE:
		return judge_alter(&object, renamed, exchanged, now->is_logged, why);
	case DDL_DROP_TABLE:
	case DDL_DROP_SEQUENCE:
		return judge_drop(statement, now, finish, why);
	case DDL_RENAME_TABLE:
		return ddl_judge_rename(&statement->before, now, finish, why);
	case DDL_TRUNCATE_TABLE:
		if (!object.now->exists)
			return undecided(object.now, "was there before the statement and is gone", why);
		return judge_renewed(statement, &object, why);
	case DDL_CREATE_DATABASE:
	case DDL_ALTER_DATABASE:
	case DDL_DROP_DATABASE:
		return judge_database(statement, &object, why);
	case DDL_VIEW:
		if (statement->verb == DDL_VERB_DROP)
			return judge_drop(statement, now, finish, why);
		return judge_program(statement, &object, why);
	case DDL_ROUTINE:
	case DDL_TRIGGER:
		return judge_program(statement, &object, why);
	case DDL_EVENT:
		return renamed != NULL ? judge_alter(&object, renamed, NULL, TRI_UNKNOWN, why)
				       : judge_program(statement, &object, why);
	case DDL_USER:
		return judge_grants(&object, why);
	case DDL_ADMIN:
	case DDL_SERVER:
	case DDL_DML:
	case DDL_TEMPORARY:
	case DDL_EMPTY:
	case DDL_TRANSACTION:
		break;
	}
	buf_puts(why, "no rule covers statements of its class");
	return DDL_UNDECIDED;
}

enum ddl_finding
ddl_judge(const struct ddl_case *statement, const struct ddl_snapshot *now, struct buf *finish, struct buf *why)
{
	enum ddl_finding finding;

	if (now->n != statement->before.n) {
		buf_puts(why, "what was noted about its objects is not complete");
		return DDL_UNDECIDED;
	}
	if (now->is_logged == TRI_YES)
		return DDL_EXECUTED;
	finding = judge_by_class(statement, now, finish, why);
	if (finding != DDL_EXECUTED || now->is_logged != TRI_NO)
		return finding;
	return undecided(&now->items[0],
	    "has changed, but the target's binlog does not hold the statement: another session may have changed it", why);
}
