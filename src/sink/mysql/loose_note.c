/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/loose_note.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"
#include "base/mem.h"

enum { ER_BAD_DB = 1049, ER_NO_SUCH_TABLE = 1146 };

/* What this process has counted stays known; where it was none, nothing stays. */
static void
take(struct loose_rows *loose, const char *const *row)
{
	uint64_t offset = strtoull(row[2], NULL, 10);
	bool is_known = loose_rows_is_at(loose, row[1], offset);

	if (!is_known) {
		loose_rows_release(loose);
		loose->file = mem_strdup(row[1]);
		loose->offset = offset;
		(void) snprintf(loose->gtid, sizeof(loose->gtid), "%s", row[0]);
	}
	loose->is_noted = true;
	loose->is_of_lost = !is_known || loose->n > 0;
}

bool
loose_note_read(struct applier *applier, struct err *err)
{
	struct loose_rows *loose = applier->options.loose;
	struct result *result;
	const char *const *row;

	loose->server_id = applier->options.server_id;
	loose->wants_note = false;
	if (!conn_queryf(applier->conn, &result, err, "SELECT gtid, file, file_offset FROM dump2db.loose WHERE server_id = %" PRIu32,
		loose->server_id)) {
		if (err->code != ER_BAD_DB && err->code != ER_NO_SUCH_TABLE)
			return false;
		err_clear(err); /* a dry run, or a schema from before there were notes */
		return true;
	}
	row = result_next(result);
	if (row == NULL)
		loose_rows_release(loose);
	else
		take(loose, row);
	result_free(result);
	return true;
}

static bool
put(struct applier *applier, struct err *err)
{
	const struct loose_rows *loose = applier->options.loose;
	struct buf *sql = writer_sql(applier->writer);

	buf_printf(sql, "REPLACE INTO dump2db.loose (server_id, gtid, file_offset, file) VALUES (%" PRIu32 ", '%s', %" PRIu64 ", ",
	    loose->server_id, loose->gtid, loose->offset);
	literal_put_string(loose->file, strlen(loose->file), sql);
	buf_putc(sql, ')');
	return writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err);
}

bool
loose_note_write_wanted(struct applier *applier, struct err *err)
{
	struct loose_rows *loose = applier->options.loose;

	if (!loose->wants_note || err->kind != ERR_RETRY || !conn_is_usable(applier->conn))
		return false;
	loose->wants_note = false;
	err_clear(err);
	if (!applier_begin_fence(applier, NULL, err) || !put(applier, err) || !applier_commit(applier, err)) {
		applier_rollback(applier, err);
		return false;
	}
	loose->is_noted = true;
	return true;
}

bool
loose_note_put_removal(struct applier *applier, struct err *err)
{
	if (!applier->options.loose->is_noted)
		return true;
	buf_printf(writer_sql(applier->writer), "DELETE FROM dump2db.loose WHERE server_id = %" PRIu32, applier->options.server_id);
	return writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err);
}

void
loose_note_take_back(struct applier *applier)
{
	struct loose_rows *loose = applier->options.loose;
	struct err ignored = {0};

	if (!loose->is_noted || loose->is_of_lost || loose->n > 0 || !conn_is_usable(applier->conn))
		return;
	loose->is_noted = !conn_execf(applier->conn, NULL, &ignored, "DELETE FROM dump2db.loose WHERE server_id = %" PRIu32,
	    applier->options.server_id);
}
