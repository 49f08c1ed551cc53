/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/loose_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool
loose_rows_is_at(const struct loose_rows *loose, const char *file, uint64_t offset)
{
	return loose->file != NULL && loose->offset == offset && strcmp(loose->file, file) == 0;
}

/* Another server of the same history has it elsewhere. */
static bool
is_of(const struct loose_rows *loose, const struct txn *txn)
{
	char gtid[GTID_TEXT_SIZE];

	if (txn->has_gtid && loose->gtid[0] != '\0')
		return strcmp(loose->gtid, gtid_text(&txn->gtid, gtid)) == 0;
	return loose_rows_is_at(loose, txn->begin.file, txn->begin.offset);
}

void
loose_rows_release(struct loose_rows *loose)
{
	free(loose->file);
	free(loose->last);
	*loose = (struct loose_rows){.server_id = loose->server_id};
}

void
loose_rows_take_up(struct loose_rows *loose, const struct txn *txn)
{
	if (is_of(loose, txn))
		return;
	loose_rows_release(loose);
	loose->file = mem_strdup(txn->begin.file);
	loose->offset = txn->begin.offset;
	if (txn->has_gtid)
		(void) gtid_text(&txn->gtid, loose->gtid);
}

void
loose_rows_add(struct loose_rows *loose, uint64_t n, char *last)
{
	loose->n += n;
	free(loose->last);
	loose->last = last;
}

bool
loose_rows_hint(const struct loose_rows *loose, struct err *err)
{
	return err_hint(err,
	    "Take out what the transaction has written to them, DELETE FROM dump2db.loose WHERE server_id = %" PRIu32
	    " on the destination, and start the task again; or put in there what is missing of the whole transaction, and pass it over "
	    "with rowferry skip.", loose->server_id);
}

bool
loose_rows_blame(const struct loose_rows *loose, bool is_in_doubt, struct err *err)
{
	if (err->kind != ERR_STOP || (loose->n == 0 && !is_in_doubt))
		return false;
	return err_prefix(err, "%" PRIu64 " rows of the transaction are written to tables without transactions and stay, %s: ", loose->n,
	    is_in_doubt ? "and what was being written may be" : "take them out before it is applied again");
}

bool
loose_rows_refuse(const struct loose_rows *loose, const struct txn *txn, struct err *err)
{
	if (loose->n == 0 || !is_of(loose, txn))
		return false;
	(void) err_set(err, ERR_STOP, "%" PRIu64 " rows of the transaction are written to tables without transactions and stay, the "
				      "last of them %s",
	    loose->n, loose->last);
	(void) loose_rows_hint(loose, err);
	return true;
}

bool
loose_rows_refuse_lost(const struct loose_rows *loose, const struct txn *txn, struct err *err)
{
	if (!loose->is_of_lost || !is_of(loose, txn))
		return false;
	if (loose_rows_refuse(loose, txn, err)) {
		(void) err_prefix(err, "the connection was lost before COMMIT was answered: ");
		return true;
	}
	(void) err_set(err, ERR_STOP, "an earlier process may have written rows of the transaction to tables without transactions");
	(void) loose_rows_hint(loose, err);
	return true;
}
