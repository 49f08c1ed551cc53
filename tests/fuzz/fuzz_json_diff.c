/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diffs of JSON: u1 length of a document, the document, the diffs.  They are made into SQL, and applied to the
 * document.
 */
#include <stdlib.h>

#include "binlog/json.h"
#include "fuzz.h"

enum { GROWTH = 64, SLACK = 256 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct bytes column = {(const uint8_t *) "`j`", 3};
	struct buf text = {0}, sql = {0}, fit = {0};
	struct bytes before, list;
	struct err err;

	if (size == 0 || data[0] > size - 1)
		return 0;
	before = (struct bytes){data + 1, data[0]};
	list = (struct bytes){data + 1 + data[0], size - 1 - data[0]};
	(void) json_diff_put_sql(list, column, &sql, &err);
	(void) json_diff_put_fit(list, column, &fit, &err);
	(void) json_apply_diffs(before, list, &text, &err);
	if (text.len > GROWTH * size + SLACK || sql.len > GROWTH * size + SLACK)
		abort();
	buf_release(&text);
	buf_release(&sql);
	buf_release(&fit);
	return 0;
}
