/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/rows_fault.h"

#include <inttypes.h>
#include <stdlib.h>

#include "apply/statement.h"
#include "base/mem.h"

enum { GTID_UNSAFE_ENGINE = 1785 };

static const char *
kind_name(enum rows_kind kind)
{
	return kind == ROWS_INSERT ? "insert" : kind == ROWS_UPDATE ? "update" : "delete";
}

/* Rows are missing, or in the way: what the server's codes for keys and foreign keys mean. */
static bool
is_difference(const struct applier *applier, const struct err *err)
{
	static const unsigned int codes[] = {1022, 1032, 1062, 1169, 1216, 1217, 1451, 1452, 1557, 1586, 1761, 1762};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (err->code == codes[i])
			return true;
	return err->code == 0 && writer_failed_on_count(applier->writer);
}

void
rows_fault_hint_engine(struct err *err)
{
	if (err->code == GTID_UNSAFE_ENGINE)
		(void) err_hint(err, "The destination has enforce_gtid_consistency on: it changes no nontransactional table in one "
				     "transaction with the position, whatever destination.allow_nontransactional says. ALTER the table "
				     "to InnoDB, or turn gtid_mode and enforce_gtid_consistency off there.");
}

char *
rows_fault_row(const struct applier *applier, const struct txn *txn, const struct target_table *table, uint64_t offset)
{
	struct buf key = {0};
	char *text;

	statement_put_key(&applier->rows, table, &key);
	text = mem_printf("table '%s.%s', %s of row %s, event at %s:%" PRIu64, table->db, table->name,
	    kind_name(applier->rows.kind), buf_text(&key), txn->begin.file, offset);
	buf_release(&key);
	return text;
}

bool
rows_fault_name(const struct applier *applier, const struct txn *txn, const struct target_table *table, uint64_t offset,
    struct err *err)
{
	char *row;

	if (err->kind != ERR_STOP)
		return false;
	rows_fault_hint_engine(err);
	if (err->hint[0] == '\0' && writer_failed_on_fence(applier->writer))
		return err_hint(err, "The position cannot be written. Bring dump2db back on the destination as it was, with its rows, "
				     "and start the task again.");
	row = rows_fault_row(applier, txn, table, offset);
	(void) err_prefix(err, "%s: ", row);
	free(row);
	if (err->hint[0] != '\0')
		return false;
	if (!is_difference(applier, err))
		return err->code != 0 && err_hint(err, "Compare the destination's definition of the table with the source's, put right "
						       "what the destination refuses, and start the task again, or pass the "
						       "transaction over with rowferry skip.");
	return err_hint(err, "Source and destination differ in this row. Repair it on the destination and start the task "
			     "again, or pass the transaction over with rowferry skip.");
}
