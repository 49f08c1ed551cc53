/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/proof.h"

#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"

enum { UTF8MB3_BIN = 83, NO_SUCH_TABLE = 1146, NO_SUCH_KEY = 1176, OTHER_CHARACTER_SET = 1253, NOT_A_TABLE = 1347 };

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
	return true;
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
	done = prepare(proof, "rowferry_trigger_", def->number, &text, err);
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

bool
proof_put(struct proof *proof, struct table_def *def, struct writer *writer, struct err *err)
{
	def->proved_in = proof->round;
	buf_printf(writer_sql(writer), "EXECUTE rowferry_%u", def->number);
	if (!writer_end_statement(writer, WRITER_ANY_COUNT, CHECK_PROOF, err))
		return false;
	if (!def->is_without_trigger)
		return true;
	buf_printf(writer_sql(writer), "EXECUTE rowferry_trigger_%u", def->number);
	return writer_end_statement(writer, WRITER_ANY_COUNT, CHECK_PROOF, err);
}
