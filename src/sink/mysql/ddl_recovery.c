/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_recovery.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sink/mysql/ddl_apply.h"
#include "sink/mysql/ddl_log.h"

void
ddl_recovery_free(struct ddl_recovery *recovery)
{
	if (recovery == NULL)
		return;
	buf_release(&recovery->finish);
	buf_release(&recovery->why);
	arena_release(&recovery->arena);
	free(recovery);
}

void
ddl_recovery_drop(struct applier *applier)
{
	ddl_recovery_free(applier->recovery);
	applier->recovery = NULL;
}

void
ddl_recovery_note(struct applier *applier, const struct ddl_intent *intent)
{
	struct ddl_recovery *recovery = mem_zalloc(sizeof(*recovery));

	recovery->finding = DDL_EXECUTED;
	recovery->intent = (struct ddl_intent){
	    .seq = intent->seq,
	    .offset = intent->offset,
	    .gtid = arena_strndup(&recovery->arena, intent->gtid, strlen(intent->gtid)),
	    .file = arena_strndup(&recovery->arena, intent->file, strlen(intent->file)),
	    .hash = arena_strndup(&recovery->arena, intent->hash, strlen(intent->hash)),
	    .statement = arena_strndup(&recovery->arena, intent->statement, strlen(intent->statement)),
	    .request = intent->request,
	    .recorded.class = intent->recorded.class,
	};
	ddl_recovery_drop(applier);
	applier->recovery = recovery;
}

/* GTIDs survive a change of the source; files do not. */
bool
ddl_recovery_is_of(const struct ddl_recovery *recovery, const struct txn *txn)
{
	const struct ddl_intent *intent = &recovery->intent;
	char text[GTID_TEXT_SIZE];

	if (txn->has_gtid && intent->gtid[0] != '\0')
		return strcmp(gtid_text(&txn->gtid, text), intent->gtid) == 0;
	return strcmp(txn->begin.file, intent->file) == 0 && txn->begin.offset == intent->offset;
}

void
ddl_recovery_describe(const struct ddl_recovery *recovery, struct buf *out)
{
	buf_printf(out, "%s '%s' (dump2db.ddl, seq %" PRIu64, ddl_class_name(recovery->intent.recorded.class),
	    recovery->intent.statement, recovery->intent.seq);
	if (recovery->intent.request != 0)
		buf_printf(out, ", the replacement of request %" PRIu64, recovery->intent.request);
	buf_putc(out, ')');
}

static bool
judge(struct applier *applier, struct ddl_recovery *recovery, struct err *err)
{
	const struct ddl_case *recorded = &recovery->intent.recorded;
	struct ddl_snapshot now;
	struct buf what = {0};

	if (!ddl_snapshot_again(applier->conn, recorded->class, &recorded->before, &recovery->arena, &now, err))
		return false;
	if (!ddl_log_search(applier, &recovery->intent, &now.is_logged, err))
		return false;
	recovery->finding = ddl_judge(recorded, &now, &recovery->finish, &recovery->why);
	ddl_recovery_describe(recovery, &what);
	log_line(recovery->finding == DDL_UNDECIDED ? LOG_WARN : LOG_INFO, applier->options.task,
	    "the last session left %s without a record; by its objects it is %s%s%s", buf_text(&what),
	    ddl_finding_name(recovery->finding), recovery->why.len == 0 ? "" : ": ", buf_text(&recovery->why));
	buf_release(&what);
	return true;
}

/* MySQL before 8 and MariaDB take the objects of a list one by one, and refuse it in the middle. */
static bool
may_be_refused_partly(const struct ddl_case *statement)
{
	return statement->class == DDL_DROP_TABLE || statement->class == DDL_DROP_SEQUENCE ||
	       statement->class == DDL_RENAME_TABLE ||
	       (statement->class == DDL_VIEW && statement->verb == DDL_VERB_DROP);
}

bool
ddl_refused_partly(struct applier *applier, const struct ddl_intent *intent, struct arena *arena,
    bool *is_partly, struct err *err)
{
	const struct ddl_case *recorded = &intent->recorded;
	struct buf finish = {0}, why = {0};
	struct ddl_snapshot now;
	enum ddl_finding finding;

	*is_partly = false;
	if (!may_be_refused_partly(recorded) || recorded->before.n < 2)
		return true;
	if (!ddl_snapshot_again(applier->conn, recorded->class, &recorded->before, arena, &now, err))
		return false;
	finding = ddl_judge(recorded, &now, &finish, &why);
	*is_partly = finding == DDL_PARTLY || finding == DDL_EXECUTED;
	buf_release(&finish);
	buf_release(&why);
	return true;
}

bool
ddl_recover(struct applier *applier, struct err *err)
{
	struct ddl_recovery *recovery;
	bool is_found, done;

	if (dry_run_is_on(&applier->dry))
		return true;
	recovery = mem_zalloc(sizeof(*recovery));
	done = ddl_intent_find_open(applier, &recovery->arena, &recovery->intent, &is_found, err);
	if (done && is_found) {
		done = judge(applier, recovery, err);
		applier->recovery = recovery;
		return done;
	}
	ddl_recovery_free(recovery);
	return done;
}
