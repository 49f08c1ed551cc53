/* SPDX-License-Identifier: Apache-2.0 */
/* Input: u1 flavour (1: MariaDB, 2: compressed), body of a query event: status variables above all. */
#include "fuzz_binlog.h"

#include "binlog/query_event.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct binlog_format format;
	struct buf scratch = {0};
	struct query query;
	struct event event;
	struct err err = {0};

	if (size == 0)
		return 0;
	format = fuzz_format((data[0] & 1) != 0);
	event = fuzz_event((data[0] & 2) != 0 ? EVENT_MARIADB_QUERY_COMPRESSED : EVENT_QUERY,
	    (struct bytes){data + 1, size - 1});
	if (query_parse(&event, &format, &scratch, &query, &err)) {
		fuzz_touch(query.db);
		fuzz_touch(query.sql);
		fuzz_touch(query.time_zone);
		fuzz_touch(query.invoker_user);
		fuzz_touch(query.invoker_host);
		fuzz_touch(query.character_set_collations);
		(void) query_classify(query.sql);
	} else {
		fuzz_expect_error(&err);
	}
	buf_release(&scratch);
	return 0;
}
