/* SPDX-License-Identifier: Apache-2.0 */
#include "route/ddl_savepoint.h"

#include "route/ddl_scan.h"

bool
ddl_savepoint(struct bytes sql, const struct ddl_context *context, struct arena *arena, bool *is_rollback,
    const char **name, struct err *err)
{
	struct ddl ddl = {.class = DDL_TRANSACTION, .charset = context->charset == NULL ? "utf8mb4" : context->charset};
	struct scan scan;

	if (!scan_init(&scan, sql, context, arena, &ddl, err))
		return false;
	*is_rollback = scan_take(&scan, "ROLLBACK");
	if (*is_rollback) {
		(void) scan_take(&scan, "WORK");
		if (!scan_take(&scan, "TO"))
			scan_unclear(&scan, "TO");
	}
	/* A savepoint may itself have the name "savepoint". */
	if (!*is_rollback || scan.next.kind == LEX_WORD || scan.next.kind == LEX_QUOTED)
		if (!scan_take(&scan, "SAVEPOINT"))
			scan_unclear(&scan, "SAVEPOINT");
	if (!scan_is_identifier(&scan))
		scan_unclear(&scan, "a name");
	*name = scan_identifier_text(&scan, &scan.token);
	scan_advance(&scan);
	scan_expect_end(&scan);
	return !scan.failed;
}
