/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Binary JSON documents, as text and as SQL.  What comes out is bounded by what goes in, and SQL is not made of
 * what text refuses.
 */
#include <stdlib.h>

#include "binlog/json.h"
#include "fuzz.h"

enum { TEXT_GROWTH = 16, SQL_GROWTH = 64, SLACK = 256 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes json = {data, size};
	struct buf text = {0}, sql = {0};
	bool is_text, is_sql;
	struct err err;

	is_text = json_put_text(json, &text, &err);
	is_sql = json_put_sql(json, &sql, &err);
	if (is_sql && !is_text)
		abort();
	if (text.len > TEXT_GROWTH * size + SLACK || sql.len > SQL_GROWTH * size + SLACK)
		abort();
	if ((!is_text && text.len != 0) || (!is_sql && sql.len != 0))
		abort();
	buf_release(&text);
	buf_release(&sql);
	return 0;
}
