/* SPDX-License-Identifier: Apache-2.0 */
#include "source/assembler_private.h"

/* What cannot be carried out stops the task when this transaction's turn comes. */
static void
refuse(struct assembler *assembler, const struct err *why)
{
	struct txn *txn = assembler->txn;

	if (txn->refusal == NULL)
		txn->refusal = arena_dup(&txn->arena, why, sizeof(*why));
}

void
assembler_refuse_thread(struct assembler *assembler)
{
	struct err why;

	(void) err_set(&why, ERR_STOP, "the source logs no connection id with its transactions, so ignore_threads cannot be "
				       "followed");
	(void) err_hint(&why, "Remove filter.ignore_threads, or read from MySQL or MariaDB 11.5 or later.");
	refuse(assembler, &why);
}

/*
 * An event that belongs to no transaction is sent again by MariaDB whenever it looks for a GTID behind it in the same
 * file, or in an earlier one.
 */
static bool
is_behind(const struct assembler *assembler)
{
	const struct file_position here = {assembler->file, assembler->event_offset};
	const struct file_position joined = {assembler->joined_file, assembler->joined_offset};

	return assembler->txn == NULL && joined.file[0] != '\0' && file_position_compare(&here, &joined) < 0;
}

/* Statement-format changes, incidents: the transaction is refused as a whole. */
void
assembler_take_refused(struct assembler *assembler, const struct event *event, struct txn **out)
{
	struct err why;

	if (is_behind(assembler))
		return;
	if (assembler->txn == NULL)
		assembler_open(assembler, event);
	if (event->type == EVENT_INCIDENT) {
		(void) err_set(&why, ERR_STOP, "the source has logged an incident: changes are missing from its binlog");
		(void) err_hint(&why, "Compare the tables, repair what differs, then pass over it with rowferry skip.");
		refuse(assembler, &why);
		assembler_finish(assembler, event, out);
		return;
	}
	(void) err_set(&why, ERR_STOP, "the source has logged a change as a statement (%s)", event_type_name(event->type));
	(void) err_hint(&why, "Set binlog_format = ROW on the source and for its sessions.");
	refuse(assembler, &why);
	if (event->type == EVENT_EXECUTE_LOAD_QUERY && !assembler->has_begun)
		assembler_finish(assembler, event, out);
}
