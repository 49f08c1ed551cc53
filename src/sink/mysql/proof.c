/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/proof.h"

#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"

enum { UTF8MB3_BIN = 83, NO_SUCH_TABLE = 1146, NO_SUCH_KEY = 1176, OTHER_CHARACTER_SET = 1253, NOT_A_TABLE = 1347 };

/* File, position, Binlog_Do_DB, Binlog_Ignore_DB. */
static bool
read_filters(struct proof *proof, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (conn_server(proof->conn)->flavour != FLAVOUR_MARIADB)
		return true;
	if (!conn_query(proof->conn, "SHOW MASTER STATUS", &result, err)) {
		if (err->kind == ERR_STOP)
			err_clear(err); /* the account may not ask */
		return err->kind == ERR_NONE;
	}
	row = result_columns(result) >= 4 ? result_next(result) : NULL;
	proof->logs_all = row != NULL && row[2] != NULL && row[3] != NULL && row[2][0] == '\0' && row[3][0] == '\0';
	result_free(result);
	return true;
}

bool
proof_open(struct proof *proof, struct conn *conn, struct err *err)
{
	char *collation = NULL;

	/* Servers before MySQL 8.0.30 and MariaDB 10.6 call it utf8_bin. */
	if (!conn_query_one(conn, "SELECT COLLATION_NAME FROM information_schema.COLLATIONS WHERE ID = 83", &collation, err))
		return false;
	if (collation == NULL)
		return err_set(err, ERR_STOP, "server '%s' has no collation %d (utf8mb3_bin)", conn_name(conn), UTF8MB3_BIN);
	*proof = (struct proof){.conn = conn, .collation = collation};
	return read_filters(proof, err);
}

void
proof_close(struct proof *proof)
{
	free(proof->collation);
	*proof = (struct proof){0};
}

void
proof_begin(struct proof *proof)
{
	proof->round++;
	proof->has_head = false;
}

/* The text goes by a variable, whose character set is its own. */
static bool
prepare(struct proof *proof, const char *prefix, unsigned int number, const struct buf *text, struct err *err)
{
	struct err back = {0};
	struct buf sql = {0};
	bool done;

	buf_puts(&sql, "SET @rowferry = _utf8mb4");
	literal_put_string(text->data, text->len, &sql);
	buf_printf(&sql, ", collation_connection = %s", proof->collation);
	done = conn_exec_len(proof->conn, sql.data, sql.len, NULL, err) &&
	       conn_execf(proof->conn, NULL, err, "PREPARE %s%u FROM @rowferry", prefix, number);
	buf_release(&sql);
	if (!conn_is_usable(proof->conn) || conn_exec(proof->conn, "SET NAMES utf8mb4", NULL, &back))
		return done;
	*err = back;
	return false;
}

bool
proof_met_no_table(const struct err *err)
{
	return err->code == NO_SUCH_TABLE || err->code == NO_SUCH_KEY || err->code == NOT_A_TABLE;
}

bool
proof_lock(struct proof *proof, const char *db, const char *name, unsigned int number, struct err *err)
{
	struct buf text = {0};
	bool done;

	buf_printf(&text, "SELECT 'x' COLLATE %s INTO @rowferry FROM ", proof->collation);
	literal_put_name(db, &text);
	buf_putc(&text, '.');
	literal_put_name(name, &text);
	buf_puts(&text, " USE INDEX () WHERE FALSE LIMIT 0 FOR UPDATE");
	done = prepare(proof, "rowferry_", number, &text, err) && conn_execf(proof->conn, NULL, err, "EXECUTE rowferry_%u", number);
	buf_release(&text);
	if (done || err->kind != ERR_STOP || err->code != OTHER_CHARACTER_SET)
		return done;
	err->kind = ERR_RETRY;
	return false;
}

/* A number too large for each trigger.  One table of the catalogue alone: each further one costs as much as the rest. */
static bool
prepare_triggers(struct proof *proof, const struct table_def *def, struct err *err)
{
	const struct target_table *table = def->table;
	struct buf text = {0};
	bool done;

	buf_puts(&text, "SELECT ~0 + LENGTH(t.EVENT_OBJECT_TABLE) INTO @rowferry FROM information_schema.TRIGGERS AS t "
			"WHERE t.EVENT_OBJECT_SCHEMA = ");
	literal_put_string(table->db, strlen(table->db), &text);
	buf_puts(&text, " AND t.EVENT_OBJECT_TABLE = ");
	literal_put_string(table->name, strlen(table->name), &text);
	buf_puts(&text, " AND CAST(t.EVENT_OBJECT_TABLE AS BINARY) = CAST(");
	literal_put_string(table->name, strlen(table->name), &text);
	buf_puts(&text, " AS BINARY)");
	done = prepare(proof, "rowferry_trigger_", def->number, &text, err) &&
	       conn_execf(proof->conn, NULL, err, "SET @rowferry_%u = NULL", def->number);
	buf_release(&text);
	return done;
}

bool
proof_complete(struct proof *proof, struct table_def *def, bool is_trigger_barred, struct err *err)
{
	def->proved_in = proof->round;
	def->is_without_trigger =
	    conn_server(proof->conn)->flavour == FLAVOUR_MARIADB && is_trigger_barred && !def->table->has_triggers;
	return !def->is_without_trigger || prepare_triggers(proof, def, err);
}

bool
proof_holds(const struct proof *proof, const struct table_def *def)
{
	return def->proved_in == proof->round;
}

#define NOBODY_ELSE_WROTE "@@gtid_binlog_pos <=> @@last_gtid AND @@gtid_slave_pos = ''"
#define LAST_NUMBER "CAST(SUBSTRING_INDEX(@@last_gtid, '-', -1) AS UNSIGNED)"

static bool
put_head(struct proof *proof, struct writer *writer, struct err *err)
{
	if (proof->has_head)
		return true;
	proof->has_head = true;
	buf_puts(writer_sql(writer), "SET @rowferry_epoch = IFNULL(@rowferry_epoch, 0) + (NOT (" NOBODY_ELSE_WROTE " AND " LAST_NUMBER
				     " <=> @rowferry_last + 1)), @rowferry_last = " LAST_NUMBER);
	return writer_end_statement(writer, WRITER_ANY_COUNT, CHECK_PROOF, err);
}

static bool
put_triggers(const struct proof *proof, unsigned int number, struct writer *writer, struct err *err)
{
	if (!proof->logs_all)
		buf_printf(writer_sql(writer), "EXECUTE rowferry_trigger_%u", number);
	else
		buf_printf(writer_sql(writer),
		    "IF NOT (@rowferry_%u <=> @rowferry_epoch AND " NOBODY_ELSE_WROTE
		    ") THEN EXECUTE rowferry_trigger_%u; SET @rowferry_%u = @rowferry_epoch; END IF",
		    number, number, number);
	return writer_end_statement(writer, WRITER_ANY_COUNT, CHECK_PROOF, err);
}

bool
proof_put(struct proof *proof, struct table_def *def, struct writer *writer, struct err *err)
{
	def->proved_in = proof->round;
	if (def->is_without_trigger && proof->logs_all && !put_head(proof, writer, err))
		return false;
	buf_printf(writer_sql(writer), "EXECUTE rowferry_%u", def->number);
	return writer_end_statement(writer, WRITER_ANY_COUNT, CHECK_PROOF, err) &&
	       (!def->is_without_trigger || put_triggers(proof, def->number, writer, err));
}
