/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/told.h"

#include <inttypes.h>

#include "base/log.h"
#include "sink/mysql/ddl_recovery.h"
#include "sink/mysql/loose_note.h"
#include "sink/mysql/xa_apply.h"

bool
applier_drop_requests(struct applier *applier, struct err *err)
{
	const struct applier_options *options = &applier->options;

	return dry_run_is_on(&applier->dry) ||
	       skip_drop_behind(applier->conn, options->server_id, options->task, marker_committed_position(applier->marker),
		   options->source_flavour, options->source_identity, err);
}

bool
told_find(struct applier *applier, const struct txn *txn, struct skip *skip, struct err *err)
{
	*skip = (struct skip){0};
	return applier_drop_requests(applier, err) && skip_find(applier->conn, applier->options.server_id, txn, skip, err);
}

bool
told_to_skip(struct applier *applier, struct txn *txn, struct err *err)
{
	struct err asked = {0};
	struct skip skip;
	bool is_of_intent, done;

	if (err->kind != ERR_STOP || !conn_is_usable(applier->conn) || dry_run_is_on(&applier->dry))
		return false;
	if (!told_find(applier, txn, &skip, &asked) || skip.id == 0) {
		skip_release(&skip);
		return false;
	}
	asked = *err;
	err_clear(err);
	marker_stage(applier->marker, txn);
	is_of_intent = applier->recovery != NULL && ddl_recovery_is_of(applier->recovery, txn);
	done = applier_begin(applier, txn->mark.is_marked ? txn->mark.origin : NULL, err) &&
	       (!is_of_intent || ddl_intent_put_all_closed(applier, "abandoned", err)) && xa_forget(applier, txn, err) &&
	       loose_note_put_removal(applier, err) &&
	       skip_put_replacement(&skip, applier->options.task, applier->conn, applier->writer, err);
	done = done && skip_put_used(&skip, applier->options.server_id, txn, applier->writer, err) &&
	       applier_commit(applier, err);
	if (done && is_of_intent)
		ddl_recovery_drop(applier);
	if (done)
		log_line(LOG_WARN, applier->options.task, "%s: %s by request %" PRIu64 " in dump2db.skipped", asked.text,
		    skip.replacement == NULL ? "passed over" : "replaced", skip.id);
	else
		applier_rollback(applier, err);
	skip_release(&skip);
	return done || applier_in_txn(txn, err);
}
