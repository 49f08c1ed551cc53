/* SPDX-License-Identifier: Apache-2.0 */
#include "task/source_names.h"

static bool
expect(const char *const *row, const struct rules *rules, struct name_claims *claims, struct err *err)
{
	struct name_claim claim = {.source_db = row[0], .source_table = row[1]};
	struct arena arena = {0};
	bool is_carried = rules_table(rules, row[0], row[1], &arena, &claim.db, &claim.table) != RULES_LEFT_OUT;
	bool done = !is_carried || name_claims_expect(claims, &claim, err);

	arena_release(&arena);
	return done;
}

bool
source_names_expect(
    const struct conn_options *source, const struct rules *rules, struct name_claims *claims, struct err *err)
{
	struct result *result = NULL;
	const char *const *row;
	struct conn *conn;
	bool done;

	if (!conn_open(source, &conn, err))
		return err_prefix(err, "source: ");
	done = conn_query(conn,
		   "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE NOT LIKE '%VIEW'",
		   &result, err) ||
	       err_prefix(err, "source: ");
	while (done && (row = result_next(result)) != NULL)
		done = expect(row, rules, claims, err);
	result_free(result);
	conn_close(conn);
	return done;
}
