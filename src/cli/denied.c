/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/denied.h"

#include "apply/literal.h"

/* Error numbers by which servers deny: database, table, column, privilege by name. */
enum { ER_DBACCESS_DENIED = 1044, ER_TABLEACCESS_DENIED = 1142, ER_COLUMNACCESS_DENIED = 1143,
	ER_SPECIFIC_ACCESS_DENIED = 1227 };

#define NO_SUCH_TABLE "rowferry_no_such_table"

const struct attempt denied_rows[] = {
    {"SELECT", "SELECT 1 FROM %s"},
    {"INSERT", "INSERT INTO %s VALUES (1)"},
    {"UPDATE", "UPDATE %s SET `a` = 1 WHERE FALSE"},
    {"DELETE", "DELETE FROM %s WHERE FALSE"},
    {NULL, NULL},
};

const struct attempt denied_ddl[] = {
    {"CREATE", "CREATE TABLE %s (`a` INT, `a` INT)"},
    {"ALTER", "ALTER TABLE %s COMMENT ''"},
    {"DROP", "DROP TABLE %s"},
    {"INDEX", "CREATE INDEX `i` ON %s (`a`)"},
    {NULL, NULL},
};

const struct attempt denied_schema[] = {
    {"CREATE", "CREATE TABLE %s (`a` INT, `a` INT)"},
    {"SELECT", "SELECT 1 FROM %s"},
    {"INSERT", "INSERT INTO %s VALUES (1)"},
    {"UPDATE", "UPDATE %s SET `a` = 1 WHERE FALSE"},
    {"DELETE", "DELETE FROM %s WHERE FALSE"},
    {NULL, NULL},
};

static bool
is_denial(const struct err *err)
{
	return err->code == ER_DBACCESS_DENIED || err->code == ER_TABLEACCESS_DENIED ||
	       err->code == ER_COLUMNACCESS_DENIED || err->code == ER_SPECIFIC_ACCESS_DENIED;
}

/* `format` has one %s; put together by hand, since it is no literal. */
static void
put_statement(const char *format, const char *db, struct buf *sql)
{
	for (; *format != '\0'; format++) {
		if (format[0] != '%' || format[1] != 's') {
			buf_putc(sql, *format);
			continue;
		}
		literal_put_name(db, sql);
		buf_puts(sql, ".`" NO_SUCH_TABLE "`");
		format++;
	}
}

void
denied_add_all(struct conn *conn, const char *db, const struct attempt *attempts, struct names *denied,
    struct err *err)
{
	struct buf sql = {0};

	for (; attempts->privilege != NULL && conn_is_usable(conn); attempts++) {
		struct err refused = {0};
		sql.len = 0;
		put_statement(attempts->format, db, &sql);
		if (conn_exec_len(conn, sql.data, sql.len, NULL, &refused)) {
			(void) err_set(err, ERR_STOP, "a statement succeeded that cannot: %s", buf_text(&sql));
			break;
		}
		if (is_denial(&refused))
			names_add(denied, "%s on %s", attempts->privilege, db);
	}
	buf_release(&sql);
}
