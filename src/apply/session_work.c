/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/session_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "route/redact.h"

enum { STATEMENT_LONGEST = 80 };

bool
session_work_read(struct conn *conn, uint64_t id, struct session_work *work, struct err *err)
{
	const struct ddl_context context = {.server_version = UINT32_MAX, .default_db = ""};
	struct result *result;
	const char *const *row;
	struct buf text = {0};

	*work = (struct session_work){0};
	if (!conn_queryf(conn, &result, err,
		"SELECT time, LEFT(IFNULL(info, command), %d), IFNULL(state, '') FROM information_schema.processlist "
		"WHERE id = %" PRIu64 " AND command <> 'Sleep'",
		STATEMENT_LONGEST, id))
		return false;
	row = result_next(result);
	if (row != NULL) {
		redact_put((struct bytes){(const uint8_t *) row[1], strlen(row[1])}, &context, sizeof(work->text), &text);
		int len = (int) strcspn(buf_text(&text), "(=\n");
		work->is_at_work = true;
		long long seconds = strtoll(row[0], NULL, 10); /* below 0 when the server's clock has been set back */
		work->seconds = seconds < 0 ? 0 : (uint64_t) seconds;
		(void) snprintf(work->text, sizeof(work->text), row[2][0] == '\0' ? "%.*s" : "%.*s (%s)", len, buf_text(&text), row[2]);
		buf_release(&text);
	}
	result_free(result);
	return true;
}
