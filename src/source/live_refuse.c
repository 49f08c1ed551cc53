/* SPDX-License-Identifier: Apache-2.0 */
#include "source/live_refuse.h"

#include <string.h>

#include "base/buf.h"

enum { NOT_SENT = 1236 };

/* To apply it again would be wrong, to leave it out a guess. */
bool
live_refuse_repeated(const struct txn *txn, struct err *err)
{
	struct buf where = {0};

	txn_describe(txn, &where);
	(void) err_set(err, ERR_STOP, "%s: the source sends a transaction whose GTID it has sent before", buf_text(&where));
	buf_release(&where);
	return err_hint(err, "Look for the GTID in the source's binlogs: either two transactions have it, or what stands "
			     "between the source and this node repeats itself.");
}

/* Its changes would arrive, and again after a restart: the position cannot say that they have. */
bool
live_refuse_anonymous(const struct txn *txn, struct err *err)
{
	struct buf where = {0};

	txn_describe(txn, &where);
	(void) err_set(err, ERR_STOP, "%s: the source sends a transaction without a GTID, the stored position is a GTID set",
	    buf_text(&where));
	buf_release(&where);
	return err_hint(err, "Set gtid_mode = ON on the source; behind what it has written without, start at a GTID set with "
			     "start.override = true.");
}

/* 1236 is what a source says to all that it will not send; the text tells which. */
bool
live_refuse_stream(struct err *err)
{
	static const char *const lost[] = {"purged", "Could not find first log file name", "impossible position",
	    "requested to start", "has more GTIDs than"};

	if (strstr(err->text, "same server_uuid/server_id") != NULL)
		return err_hint(err, "Another 'rowferry run' of this task may be running: stop one of the two. Otherwise give every "
				     "replica, and every task, a server_id of its own.");
	for (size_t i = 0; err->code == NOT_SENT && i < sizeof(lost) / sizeof(lost[0]); i++)
		if (strstr(err->text, lost[i]) != NULL)
			return err_hint(err, "Copy the tables again, and start the task behind the copy with override = true.");
	return false;
}
