/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_fill.h"

#include <string.h>
#include <strings.h>

#include "apply/literal.h"
#include "apply/target_table.h"

enum { SQL_MODE_NO_AUTO_VALUE_ON_ZERO = 1 << 19 };

struct look {
	struct applier *applier;
	const struct ddl_statement *statement;
	const struct target_table *table;
	struct err *err;
};

/* How many rows "SELECT 1 FROM the table `rest`" finds; SIZE_MAX on error. */
static size_t
count(const struct look *look, const char *rest)
{
	struct result *result;
	struct buf sql = {0};
	size_t n = SIZE_MAX;

	buf_puts(&sql, "SELECT 1 FROM ");
	literal_put_name(look->table->db, &sql);
	buf_putc(&sql, '.');
	literal_put_name(look->table->name, &sql);
	buf_printf(&sql, "%s %s", look->table->is_versioned ? " FOR SYSTEM_TIME ALL" : "", rest);
	if (conn_query(look->applier->conn, buf_text(&sql), &result, look->err)) {
		n = result_rows(result);
		result_free(result);
	}
	buf_release(&sql);
	return n;
}

static bool
has_unique_key(const struct look *look, bool *has_some)
{
	struct result *result;
	struct buf sql = {0};
	bool done;

	buf_puts(&sql, "SHOW INDEX FROM ");
	literal_put_name(look->table->db, &sql);
	buf_putc(&sql, '.');
	literal_put_name(look->table->name, &sql);
	buf_puts(&sql, " WHERE Non_unique = 0");
	done = conn_query(look->applier->conn, buf_text(&sql), &result, look->err);
	if (done) {
		*has_some = result_rows(result) > 0;
		result_free(result);
	}
	buf_release(&sql);
	return done;
}

/* Servers of two kinds order some texts differently, under collations that stand for each other. */
static bool
is_ordered_alike(const struct look *look, const struct target_column *column)
{
	if (look->applier->flavour == look->applier->options.source_flavour || column->collation == NULL)
		return true;
	return look->applier->options.ddl.n_collations == 0 && strstr(column->collation, "0900") == NULL &&
	    strstr(column->collation, "uca1400") == NULL;
}

/* MySQL 5.6 goes through all partitions at once, in the order of the key, later ones through one after the other. */
static bool
is_gone_through_alike(const struct look *look, bool *is)
{
	const struct applier *applier = look->applier;
	struct result *result;
	struct buf sql = {0};
	bool done;

	*is = applier->flavour == applier->options.source_flavour &&
	      conn_server(applier->conn)->version / 100 == applier->options.source_version / 100;
	if (*is)
		return true;
	buf_puts(&sql, "SELECT 1 FROM information_schema.partitions WHERE partition_name IS NOT NULL AND table_schema = ");
	literal_put_string(look->table->db, strlen(look->table->db), &sql);
	buf_puts(&sql, " AND table_name = ");
	literal_put_string(look->table->name, strlen(look->table->name), &sql);
	done = conn_query(applier->conn, buf_text(&sql), &result, look->err);
	if (done) {
		*is = result_rows(result) == 0;
		result_free(result);
	}
	buf_release(&sql);
	return done;
}

static bool
is_order_fixed(const struct look *look, bool *is)
{
	const struct target_table *table = look->table;

	*is = false;
	if (table->n_key == 0 || strcmp(table->key_name, "PRIMARY") != 0 || table->engine == NULL ||
	    strcasecmp(table->engine, "InnoDB") != 0)
		return true;
	for (size_t i = 0; i < table->n_key; i++)
		if (!is_ordered_alike(look, &table->columns[table->key[i]]))
			return true;
	return is_gone_through_alike(look, is);
}

static const struct target_column *
find_column(const struct target_table *table, const char *name)
{
	for (size_t i = 0; name != NULL && i < table->n_columns; i++)
		if (strcasecmp(table->columns[i].name, name) == 0)
			return &table->columns[i];
	return NULL;
}

/* A column that is there keeps its numbers; only NULL, and 0 in most modes, becomes another one. */
static bool
is_numbered(const struct look *look, bool *is)
{
	const struct target_column *column = find_column(look->table, look->statement->ddl.numbered_column);
	struct buf rest = {0};
	size_t n;

	*is = true;
	if (column == NULL)
		return true;
	*is = false;
	if (column->is_auto_increment)
		return true;
	buf_puts(&rest, "WHERE ");
	literal_put_name(column->name, &rest);
	buf_puts(&rest, " IS NULL");
	if ((look->statement->query.sql_mode & SQL_MODE_NO_AUTO_VALUE_ON_ZERO) == 0) {
		buf_puts(&rest, " OR ABS(");
		literal_put_name(column->name, &rest);
		buf_puts(&rest, ") < 1");
	}
	buf_puts(&rest, " LIMIT 1");
	n = count(look, buf_text(&rest));
	buf_release(&rest);
	*is = n == 1;
	return n != SIZE_MAX;
}

static bool
stop(const struct look *look, const char *what, const char *by, const char *why)
{
	(void) err_set(look->err, ERR_STOP, "'%s.%s' %s%s, %s", look->table->db, look->table->name, what, by, why);
	return err_hint(look->err, "Copy the table again and skip this statement; or skip it with a statement as --replace that "
				   "gives the rows what they have on the source.");
}

/* `n`: rows of the table, 2 for more. */
static bool
check_order(const struct look *look, size_t n)
{
	const struct ddl *ddl = &look->statement->ddl;
	bool is = false;

	if (n < 2 || (!ddl->gives_numbers && !ddl->is_ignore))
		return true;
	if (!is_order_fixed(look, &is))
		return false;
	if (is)
		return true;
	if (ddl->gives_numbers && !is_numbered(look, &is))
		return false;
	if (is)
		return stop(look, "gets numbers by ", "AUTO_INCREMENT",
		    "and each server would give them in the order of its own rows, which no primary key fixes");
	is = ddl->adds_unique_key;
	if (ddl->is_ignore && !is && ddl->changes_columns && !has_unique_key(look, &is))
		return false;
	if (ddl->is_ignore && is)
		return stop(look, "may lose rows by ", "ALTER IGNORE",
		    "and each server would keep the first in the order of its own rows, which no primary key fixes");
	return true;
}

static bool
check_table(const struct look *look)
{
	const struct ddl *ddl = &look->statement->ddl;
	size_t n = count(look, "LIMIT 2");

	if (n == SIZE_MAX)
		return false;
	if (n > 0 && ddl->own_value != NULL && find_column(look->table, ddl->own_column) == NULL)
		return stop(look, "gets a column by ", ddl->own_value, "and each server would fill it with other values");
	return check_order(look, n);
}

bool
ddl_fill_check(struct applier *applier, const struct ddl_statement *statement, struct err *err)
{
	const struct ddl *ddl = &statement->ddl;
	struct look look = {.applier = applier, .statement = statement, .err = err};
	struct target_table *table;
	bool done;

	if (ddl->class != DDL_ALTER_TABLE || statement->n_names == 0)
		return true;
	if (ddl->own_value == NULL && !ddl->gives_numbers && !ddl->is_ignore)
		return true;
	if (!target_table_load(applier->conn, statement->names[0].db, statement->names[0].name, &table, err))
		return false;
	look.table = table;
	done = table == NULL || check_table(&look);
	target_table_free(table);
	return done;
}
