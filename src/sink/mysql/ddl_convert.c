/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_convert.h"

#include <string.h>
#include <strings.h>

#include "apply/literal.h"
#include "apply/target_table.h"
#include "sink/mysql/ddl_convert_table.h"

enum { MYSQL_CUTS_SINCE = 80000 };

/* Bits of sql_mode. */
#define MODE_STRICT ((uint64_t) 3 << 21) /* STRICT_TRANS_TABLES, STRICT_ALL_TABLES */
#define MODE_MYSQL_CUTS ((uint64_t) 1 << 32)
#define MODE_MARIADB_ROUNDS ((uint64_t) 1 << 34)

struct look {
	struct applier *applier;
	const struct ddl_statement *statement;
	const struct target_table *table;
	struct convert_case pair;
	struct err *err;
};

static bool
cuts_seconds(const struct ddl_statement *statement, const struct server_info *target)
{
	uint64_t mode = statement->query.sql_mode;

	if (target->flavour == FLAVOUR_MARIADB || target->version >= MYSQL_CUTS_SINCE)
		return false;
	return statement->source.flavour == FLAVOUR_MARIADB ? (mode & MODE_MARIADB_ROUNDS) == 0 : (mode & MODE_MYSQL_CUTS) != 0;
}

static struct convert_case
pair_of(const struct ddl_statement *statement, const struct server_info *target)
{
	const struct ddl *ddl = &statement->ddl;

	return (struct convert_case){
	    .source = {statement->source.flavour, statement->source.server_version},
	    .target = {target->flavour, target->version},
	    .is_strict = (statement->query.sql_mode & MODE_STRICT) != 0 && !ddl->is_ignore,
	    .cuts_seconds = cuts_seconds(statement, target),
	};
}

static const struct target_column *
find_column(const struct target_table *table, const char *name)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (strcasecmp(table->columns[i].name, name) == 0)
			return &table->columns[i];
	return NULL;
}

/* Both are of a kind that is in no table, and of the same. */
static bool
is_same_unknown(const struct target_column *column, const struct ddl_change *change)
{
	enum target_type type = target_type_parse(change->type);

	return type != TARGET_UNKNOWN && type == column->type;
}

/* The stored values stay what they are. */
static bool
is_kept(const struct target_column *column, const struct ddl_change *change, enum convert_kind from, enum convert_kind to)
{
	if (column->is_generated || (from == KIND_UNKNOWN && is_same_unknown(column, change)))
		return true;
	return from == to && (from == KIND_TIME_F || from == KIND_DATETIME_F || from == KIND_TIMESTAMP_F) &&
	       change->digits[0] >= column->fraction_digits;
}

static void
put_condition(const char *name, bool is_odd, struct buf *sql)
{
	literal_put_name(name, sql);
	buf_puts(sql, " IS NOT NULL");
	if (!is_odd)
		return;
	buf_puts(sql, " AND (");
	literal_put_name(name, sql);
	buf_puts(sql, " >= '1970-01-02' AND ");
	literal_put_name(name, sql);
	buf_puts(sql, " < '2038-01-18' AND FROM_DAYS(TO_DAYS(");
	literal_put_name(name, sql);
	buf_puts(sql, ")) = DATE(");
	literal_put_name(name, sql);
	buf_puts(sql, ")) IS NOT TRUE");
}

/* Values that are not NULL, or odd dates. */
static bool
has_values(const struct look *look, const struct target_column *column, bool is_odd, bool *has)
{
	struct result *result;
	struct buf sql = {0};
	bool done;

	buf_puts(&sql, "SELECT 1 FROM ");
	literal_put_name(look->table->db, &sql);
	buf_putc(&sql, '.');
	literal_put_name(look->table->name, &sql);
	buf_printf(&sql, "%s WHERE ", look->table->is_versioned ? " FOR SYSTEM_TIME ALL" : "");
	put_condition(column->name, is_odd, &sql);
	buf_puts(&sql, " LIMIT 1");
	done = conn_query(look->applier->conn, buf_text(&sql), &result, look->err);
	if (done) {
		*has = result_rows(result) > 0;
		result_free(result);
	}
	buf_release(&sql);
	return done;
}

static bool
stop(const struct look *look, const struct target_column *column, const char *to)
{
	(void) err_set(look->err, ERR_STOP,
	    "'%s.%s' has values in column '%s' that become %s from %s, and these two servers convert some values to different ones",
	    look->table->db, look->table->name, column->name, to, column->column_type);
	return err_hint(look->err, "Copy the table again and skip this statement; or skip it with a statement as --replace that "
				   "gives the rows what they have on the source.");
}

/* MySQL's JSON is a longtext on MariaDB. */
static enum convert_answer
compare(const struct look *look, const struct target_column *column, enum convert_kind to)
{
	enum convert_answer answer = convert_compare(&look->pair, convert_kind_of_column(column), to);

	if (answer == CONVERT_ALIKE && look->pair.source.flavour != look->pair.target.flavour &&
	    strcasecmp(column->data_type, "longtext") == 0)
		return convert_compare(&look->pair, KIND_JSON, to);
	return answer;
}

static bool
check_change(const struct look *look, const struct ddl_change *change)
{
	const struct target_column *column = find_column(look->table, change->column);
	enum convert_answer answer;
	enum convert_kind to;
	bool has = false;

	if (column == NULL)
		return true;
	to = convert_kind_of_change(change, look->statement->query.sql_mode);
	if (is_kept(column, change, convert_kind_of_column(column), to))
		return true;
	answer = compare(look, column, to);
	if (answer == CONVERT_ALIKE)
		return true;
	if (!has_values(look, column, answer == CONVERT_ODD_DIFFER, &has))
		return false;
	return has ? stop(look, column, change->type) : true;
}

bool
ddl_convert_check(struct applier *applier, const struct ddl_statement *statement, struct err *err)
{
	const struct ddl *ddl = &statement->ddl;
	struct look look = {.applier = applier, .statement = statement, .err = err};
	struct target_table *table;
	bool done;

	if (ddl->class != DDL_ALTER_TABLE || ddl->changes == NULL || statement->n_names == 0)
		return true;
	look.pair = pair_of(statement, conn_server(applier->conn));
	if (!target_table_load(applier->conn, statement->names[0].db, statement->names[0].name, &table, err))
		return false;
	look.table = table;
	done = true;
	for (const struct ddl_change *change = ddl->changes; done && table != NULL && change != NULL; change = change->next)
		done = check_change(&look, change);
	target_table_free(table);
	return done;
}
