/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/session_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATEMENT_LONGEST = 80 };

bool
session_work_read(struct conn *conn, uint64_t id, struct session_work *work, struct err *err)
{
	struct result *result;
	const char *const *row;

	*work = (struct session_work){0};
	if (!conn_queryf(conn, &result, err,
		"SELECT time, LEFT(IFNULL(info, command), %d), IFNULL(state, '') FROM information_schema.processlist "
		"WHERE id = %" PRIu64 " AND command <> 'Sleep'",
		STATEMENT_LONGEST, id))
		return false;
	row = result_next(result);
	if (row != NULL) {
		int len = (int) strcspn(row[1], "(=\n");
		work->is_at_work = true;
		long long seconds = strtoll(row[0], NULL, 10); /* below 0 when the server's clock has been set back */
		work->seconds = seconds < 0 ? 0 : (uint64_t) seconds;
		(void) snprintf(work->text, sizeof(work->text), row[2][0] == '\0' ? "%.*s" : "%.*s (%s)", len, row[1], row[2]);
	}
	result_free(result);
	return true;
}
