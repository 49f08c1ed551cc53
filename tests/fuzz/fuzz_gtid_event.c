/* SPDX-License-Identifier: Apache-2.0 */
/* Input: u1 event type (GTID, GTID_TAGGED, MariaDB's GTID, lists), body. */
#include "fuzz_binlog.h"

#include <string.h>

#include "binlog/gtid_event.h"

/* What is accepted has a text that is read back as the same. */
static void
check_gtid(const struct gtid_event *event)
{
	char text[GTID_TEXT_SIZE];
	struct gtid again;
	struct err err;

	fuzz_touch(event->xid_gtrid);
	fuzz_touch(event->xid_bqual);
	if (!event->has_gtid)
		return;
	fuzz_expect(gtid_parse(gtid_text(&event->gtid, text), event->gtid.flavour, &again, &err));
	fuzz_expect(gtid_is_equal(&again, &event->gtid));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gtid_event gtid;
	struct gtid_set *set;
	struct event event;
	struct err err = {0};

	if (size == 0)
		return 0;
	event = fuzz_event(data[0], (struct bytes){data + 1, size - 1});
	if (event.type == EVENT_PREVIOUS_GTIDS || event.type == EVENT_MARIADB_GTID_LIST) {
		if (!gtid_list_parse(&event, &set, &err))
			fuzz_expect_error(&err);
		gtid_set_free(set);
	} else if (gtid_event_parse(&event, &gtid, &err)) {
		check_gtid(&gtid);
	} else {
		fuzz_expect_error(&err);
	}
	return 0;
}
