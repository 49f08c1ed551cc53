/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/denied.h"

#include <string.h>

#include "apply/literal.h"

/* Error numbers by which servers deny: database, grant, table, column, privilege by name, routine, function that is logged. */
enum { ER_DBACCESS_DENIED = 1044, ER_ACCESS_DENIED = 1045, ER_TABLEACCESS_DENIED = 1142, ER_COLUMNACCESS_DENIED = 1143,
	ER_SPECIFIC_ACCESS_DENIED = 1227, ER_PROCACCESS_DENIED = 1370, ER_NEEDS_SUPER = 1419,
	ER_ACCESS_DENIED_NO_PASSWORD = 1698 };

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

#define NOBODY "`rowferry_nobody`@`rowferry.invalid`"

const struct attempt denied_definer[] = {
    {"SET USER (MariaDB), SET_ANY_DEFINER and ALLOW_NONEXISTENT_DEFINER (MySQL), or SUPER",
	"CREATE DEFINER=" NOBODY " EVENT %s ON SCHEDULE EVERY 0 SECOND DO SELECT 1"},
    {NULL, NULL},
};

const struct attempt denied_views[] = {
    {"CREATE VIEW", "CREATE VIEW %s AS SELECT * FROM %s"},
    {NULL, NULL},
};

const struct attempt denied_routines[] = {
    {"ALTER ROUTINE", "DROP PROCEDURE %s"},
    {NULL, NULL},
};

const struct attempt denied_triggers[] = {
    {"TRIGGER, with SUPER or log_bin_trust_function_creators",
	"CREATE TRIGGER %s BEFORE INSERT ON %s FOR EACH ROW SET @a = 1"},
    {NULL, NULL},
};

const struct attempt denied_events[] = {
    {"EVENT", "DROP EVENT %s"},
    {NULL, NULL},
};

const struct attempt denied_users[] = {
    {"CREATE USER on *.*", "DROP USER " NOBODY},
    {"GRANT OPTION on *.*", "REVOKE SELECT ON *.* FROM " NOBODY},
    {"PROXY ON ''@'%' WITH GRANT OPTION", "REVOKE PROXY ON " NOBODY " FROM " NOBODY},
    {NULL, NULL},
};

static bool
is_denial(const struct err *err)
{
	return err->code == ER_DBACCESS_DENIED || err->code == ER_ACCESS_DENIED || err->code == ER_TABLEACCESS_DENIED ||
	       err->code == ER_COLUMNACCESS_DENIED || err->code == ER_SPECIFIC_ACCESS_DENIED ||
	       err->code == ER_PROCACCESS_DENIED || err->code == ER_NEEDS_SUPER ||
	       err->code == ER_ACCESS_DENIED_NO_PASSWORD;
}

/* Put together by hand, since it is no literal. */
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
		if (!is_denial(&refused))
			continue;
		if (strstr(attempts->format, "%s") == NULL)
			names_add(denied, "%s", attempts->privilege);
		else
			names_add(denied, "%s on %s", attempts->privilege, db);
	}
	buf_release(&sql);
}
