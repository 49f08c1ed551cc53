/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/loose_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool
is_of(const struct loose_rows *loose, const struct txn *txn)
{
	return loose->file != NULL && loose->offset == txn->begin.offset && strcmp(loose->file, txn->begin.file) == 0;
}

void
loose_rows_release(struct loose_rows *loose)
{
	free(loose->file);
	free(loose->last);
	*loose = (struct loose_rows){0};
}

void
loose_rows_take_up(struct loose_rows *loose, const struct txn *txn)
{
	if (is_of(loose, txn))
		return;
	loose_rows_release(loose);
	loose->file = mem_strdup(txn->begin.file);
	loose->offset = txn->begin.offset;
}

void
loose_rows_add(struct loose_rows *loose, uint64_t n, char *last)
{
	loose->n += n;
	free(loose->last);
	loose->last = last;
}

bool
loose_rows_hint(struct err *err)
{
	return err_hint(err, "Take the rows out that the transaction has written there, or put in what is missing of it everywhere "
			     "and pass it over with rowferry skip; then start the task again.");
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
	(void) loose_rows_hint(err);
	return true;
}

bool
loose_rows_refuse_lost(const struct loose_rows *loose, const struct txn *txn, struct err *err)
{
	if (!loose->is_of_lost || !loose_rows_refuse(loose, txn, err))
		return false;
	(void) err_prefix(err, "the connection was lost before COMMIT was answered: ");
	return true;
}
