/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "source/event_offset.h"

static struct event
event_of(uint32_t length, uint32_t log_pos)
{
	return (struct event){.type = EVENT_QUERY, .length = length, .log_pos = log_pos};
}

static void
counts_on_over_4_gib(void **state)
{
	struct event event = event_of(100, 50); /* wrapped: 2^32 - 50 + 100 */

	(void) state;
	assert_true(event_end_offset(&event, 0xffffffce) == 0x100000032);
	event = event_of(100, 150);
	assert_true(event_end_offset(&event, 0x100000032) == 0x100000096);
}

static void
believes_its_own_count_where_none_is_told(void **state)
{
	struct event event = event_of(100, 0);

	(void) state;
	assert_true(event_end_offset(&event, 0x100000032) == 0x100000096);
}

static void
catches_up_with_what_was_left_out(void **state)
{
	struct event event = event_of(100, 5000);

	(void) state;
	assert_true(event_end_offset(&event, 300) == 5000);
	event = event_of(100, 200); /* a count that is ahead goes back, not round */
	assert_true(event_end_offset(&event, 300) == 200);
	event = event_of(100, 0xfffffff0); /* just below a turn, counted just above it */
	assert_true(event_end_offset(&event, 0x100000000) == 0xfffffff0);
	event = event_of(100, 10); /* just above a turn, counted below it */
	assert_true(event_end_offset(&event, 0xffffff00) == 0x10000000a);
}

static void
knows_what_the_server_makes_up(void **state)
{
	struct event event = event_of(100, 200);

	(void) state;
	assert_true(event_is_in_file(&event));
	event.flags = EVENT_FLAG_ARTIFICIAL;
	assert_false(event_is_in_file(&event));
	event = event_of(100, 0);
	event.type = EVENT_FORMAT_DESCRIPTION;
	assert_false(event_is_in_file(&event));
	event.log_pos = 104;
	assert_true(event_is_in_file(&event));
	event.type = EVENT_HEARTBEAT_V2;
	assert_false(event_is_in_file(&event));
}

static void
names_the_transaction_where_an_event_says_nothing(void **state)
{
	struct txn txn = {.begin = {.offset = 1000}};
	struct event silent = event_of(100, 0), told = event_of(100, 1500);

	(void) state;
	assert_true(event_begin_offset(&told, 1500, &txn) == 1400);
	assert_true(event_begin_offset(&silent, 1500, &txn) == 1000);
	assert_true(event_begin_offset(&silent, 1500, NULL) == 1400);
	assert_true(event_begin_offset(&silent, 50, NULL) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_on_over_4_gib),
	    cmocka_unit_test(believes_its_own_count_where_none_is_told),
	    cmocka_unit_test(catches_up_with_what_was_left_out),
	    cmocka_unit_test(knows_what_the_server_makes_up),
	    cmocka_unit_test(names_the_transaction_where_an_event_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
