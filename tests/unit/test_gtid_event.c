/* SPDX-License-Identifier: Apache-2.0 */
/* The events that open a transaction, of every age, and flags that promise more than there is. */
#include "binlog_wire.h"

#include "binlog/gtid_event.h"

#define UUID "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20"
#define UUID_TEXT "01020304-0506-0708-090a-0b0c0d0e0f10"

/* u8 5 and u8 6 behind the type. */
#define CLOCKS "\2\5\0\0\0\0\0\0\0\6\0\0\0\0\0\0\0"

static struct gtid_event
parse(uint8_t type, struct bytes body)
{
	struct event event = wire_event(type, body);
	struct gtid_event gtid;
	struct err err;

	event.server_id = 12;
	if (!gtid_event_parse(&event, &gtid, &err))
		fail_msg("%s", err.text);
	return gtid;
}

static void
assert_refused(uint8_t type, struct bytes body, const char *text)
{
	struct event event = wire_event(type, body);
	struct gtid_event gtid;
	struct err err;

	assert_false(gtid_event_parse(&event, &gtid, &err));
	wire_assert_error(&err, ERR_STOP, text);
}

static void
assert_text(const struct gtid_event *event, const char *want)
{
	char text[GTID_TEXT_SIZE];

	assert_true(event->has_gtid);
	assert_string_equal(gtid_text(&event->gtid, text), want);
}

static void
test_mysql_ages(void **state)
{
	struct gtid_event gtid = parse(EVENT_GTID, WIRE("\1" UUID "\11\0\0\0\0\0\0\0")); /* 5.6 */

	(void) state;
	assert_text(&gtid, UUID_TEXT ":9");
	assert_int_equal(gtid.immediate_us, 0);
	gtid = parse(EVENT_GTID, WIRE("\1" UUID "\11\0\0\0\0\0\0\0" CLOCKS)); /* 5.7 */
	assert_text(&gtid, UUID_TEXT ":9");
	assert_int_equal(gtid.immediate_us, 0);
	/* 8.0: one commit time, length, version. */
	gtid = parse(EVENT_GTID, WIRE("\1" UUID "\11\0\0\0\0\0\0\0" CLOCKS "\1\0\0\0\0\0\1"
				      "\374\0\1"
				      "\200\70\1\0"));
	assert_int_equal(gtid.immediate_us, 0x01000000000001);
	assert_int_equal(gtid.original_us, 0x01000000000001);
	assert_int_equal(gtid.transaction_length, 256);
	/* Two commit times, and a ticket at the end. */
	gtid = parse(EVENT_GTID, WIRE("\1" UUID "\11\0\0\0\0\0\0\0" CLOCKS "\1\0\0\0\0\0\201"
				      "\7\0\0\0\0\0\0"
				      "\372"
				      "\200\70\1\0????????"));
	assert_int_equal(gtid.immediate_us, 0x01000000000001);
	assert_int_equal(gtid.original_us, 7);
	assert_int_equal(gtid.transaction_length, 250);
	gtid = parse(EVENT_ANONYMOUS_GTID, WIRE("\1" UUID "\0\0\0\0\0\0\0\0" CLOCKS "\1\0\0\0\0\0\0"
						"\1"));
	assert_false(gtid.has_gtid);
	assert_int_equal(gtid.immediate_us, 1);
}

static void
test_mysql_lies(void **state)
{
	(void) state;
	assert_refused(
	    EVENT_GTID, WIRE("\1" UUID "\11\0\0\0\0\0\0"), "event 'gtid' is cut short: its body has 24 bytes");
	assert_refused(
	    EVENT_ANONYMOUS_GTID, WIRE(""), "event 'anonymous_gtid' is cut short: its body has 0 bytes");
	assert_refused(EVENT_GTID, WIRE("\1" UUID "\11\0\0\0\0\0\0\0" CLOCKS "\1\0\0\0\0\0\201\1"),
	    "event 'gtid' is cut short: its body has 50 bytes");
	assert_refused(EVENT_GTID, WIRE("\1" UUID "\11\0\0\0\0\0\0\0" CLOCKS "\1\0\0\0\0\0\1\376\1"),
	    "event 'gtid' is cut short: its body has 51 bytes");
	assert_refused(EVENT_GTID, WIRE("\1" UUID "\0\0\0\0\0\0\0\0"),
	    "event 'gtid' has transaction number 0, which is not between 1 and 2^63-2");
	assert_refused(EVENT_GTID, WIRE("\1" UUID "\377\377\377\377\377\377\377\177"),
	    "event 'gtid' has transaction number 9223372036854775807, which is not between 1 and 2^63-2");
	assert_refused(EVENT_QUERY, WIRE("\1"), "event 'query' (2) holds no gtid");
}

/* Fields: 0 flags, 1 uuid, 2 gno (signed), 3 tag.  Small numbers are shifted by one bit. */
#define TAGGED_UUID "\2\2\4\6\10\12\14\16\20\22\24\26\30\32\34\36\40"

/* Version 1, the length of it all, the last field that must be understood, fields. */
static struct buf
make_tagged(uint8_t must_know, struct bytes fields)
{
	struct buf body = {0};

	buf_putc(&body, 1 << 1);
	buf_putc(&body, (char) ((fields.len + 3) << 1));
	buf_putc(&body, (char) (must_know << 1));
	wire_add(&body, fields);
	return body;
}

static struct gtid_event
parse_tagged(struct bytes fields)
{
	struct buf body = make_tagged(11, fields);
	struct gtid_event gtid = parse(EVENT_GTID_TAGGED, wire_bytes(&body));

	buf_release(&body);
	return gtid;
}

static void
assert_tagged_refused(uint8_t must_know, struct bytes fields, const char *text)
{
	struct buf body = make_tagged(must_know, fields);

	assert_refused(EVENT_GTID_TAGGED, wire_bytes(&body), text);
	buf_release(&body);
}

static void
test_tagged(void **state)
{
	struct gtid_event gtid = parse_tagged(WIRE("\0\2" TAGGED_UUID "\4\44"
						   "\6\6abc"
						   "\14\1\4"
						   "\20\24"));

	(void) state;
	assert_text(&gtid, UUID_TEXT ":abc:9");
	assert_int_equal(gtid.immediate_us, 256);
	assert_int_equal(gtid.original_us, 256);
	assert_int_equal(gtid.transaction_length, 10);
}

/* A number of nine bytes, one of eight, and a byte above 127 in the uuid, which takes two. */
static void
test_tagged_wide(void **state)
{
	struct gtid_event gtid = parse_tagged(WIRE("\2\375\3\4\6\10\12\14\16\20\22\24\26\30\32\34\36\40"
						   "\4\377\4\0\0\0\0\0\0\200"
						   "\6\4_1"
						   "\14\177\1\2\3\4\5\6\7"
						   "\16\6"));

	(void) state;
	assert_text(&gtid, "ff020304-0506-0708-090a-0b0c0d0e0f10:_1:4611686018427387906");
	assert_int_equal(gtid.immediate_us, 0x07060504030201);
	assert_int_equal(gtid.original_us, 3);
}

static void
test_tagged_lies(void **state)
{
	(void) state;
	assert_refused(
	    EVENT_GTID_TAGGED, WIRE(""), "event 'gtid_tagged' with a body of 0 bytes holds no whole gtid");
	assert_refused(EVENT_GTID_TAGGED, WIRE("\4\6\0"), "event 'gtid_tagged' has format 2, not 1");
	assert_refused(EVENT_GTID_TAGGED, WIRE("\2\10\0"),
	    "event 'gtid_tagged' says that its body has 4 bytes, but it has 3");
	assert_tagged_refused(
	    11, WIRE("\4\44"), "event 'gtid_tagged' with a body of 5 bytes holds no whole gtid");
	assert_tagged_refused(
	    11, WIRE(TAGGED_UUID), "event 'gtid_tagged' with a body of 20 bytes holds no whole gtid");
	/* A byte of the uuid that is 256. */
	assert_tagged_refused(11, WIRE("\2\1\4\4\6\10\12\14\16\20\22\24\26\30\32\34\36\40\4\44"),
	    "event 'gtid_tagged' with a body of 23 bytes holds no whole gtid");
	/* Number 0, and a negative one. */
	assert_tagged_refused(11, WIRE(TAGGED_UUID "\4\0"),
	    "event 'gtid_tagged' has transaction number 0, which is not between 1 and 2^63-2");
	assert_tagged_refused(11, WIRE(TAGGED_UUID "\4\2"),
	    "event 'gtid_tagged' has transaction number 18446744073709551615, which is not between 1 and "
	    "2^63-2");
	/* The most that GTID has room for, one more, and what is negative when taken for signed. */
	assert_int_equal(parse_tagged(WIRE(TAGGED_UUID "\4\44\14\177\377\377\377\377\377\377\177")).immediate_us,
	    (INT64_C(1) << 55) - 1);
	assert_tagged_refused(11, WIRE(TAGGED_UUID "\4\44\14\177\0\0\0\0\0\0\200"),
	    "event 'gtid_tagged' has a commit time of more than 55 bits");
	assert_tagged_refused(11, WIRE(TAGGED_UUID "\4\44\16\377\0\0\0\0\0\0\0\200"),
	    "event 'gtid_tagged' has a commit time of more than 55 bits");
}

/* Too long, upper case, a digit first, cut short. */
static void
test_tagged_bad_tags(void **state)
{
	struct buf longest = {0};

	(void) state;
	assert_tagged_refused(11, WIRE(TAGGED_UUID "\4\44\6\2A"),
	    "event 'gtid_tagged' with a body of 25 bytes holds no whole gtid");
	assert_tagged_refused(11, WIRE(TAGGED_UUID "\4\44\6\0021"),
	    "event 'gtid_tagged' with a body of 25 bytes holds no whole gtid");
	assert_tagged_refused(11, WIRE(TAGGED_UUID "\4\44\6\4a"),
	    "event 'gtid_tagged' with a body of 25 bytes holds no whole gtid");
	wire_add(&longest, WIRE(TAGGED_UUID "\4\44\6\102"));
	for (int i = 0; i < 33; i++)
		buf_putc(&longest, 'a');
	assert_tagged_refused(
	    11, wire_bytes(&longest), "event 'gtid_tagged' with a body of 57 bytes holds no whole gtid");
	buf_release(&longest);
}

/* Newer servers may add fields: those above the number in the header may be passed over. */
static void
test_tagged_new_fields(void **state)
{
	struct gtid_event gtid = parse_tagged(WIRE(TAGGED_UUID "\4\44\6\2a\30whatever"));

	(void) state;
	assert_text(&gtid, UUID_TEXT ":a:9");
	assert_tagged_refused(12, WIRE(TAGGED_UUID "\4\44\6\2a\30whatever"),
	    "event 'gtid_tagged' has field 12, which is not known");
}

/* Sequence number 9, domain 3. */
#define SEQ "\11\0\0\0\0\0\0\0\3\0\0\0"

static void
test_mariadb(void **state)
{
	struct gtid_event gtid = parse(EVENT_MARIADB_GTID, WIRE(SEQ "\51\0\0\0\0\0\0"));

	(void) state;
	assert_text(&gtid, "3-12-9");
	assert_true(gtid.is_standalone);
	assert_true(gtid.is_ddl);
	assert_false(gtid.is_xa_prepared);
	assert_int_equal(gtid.alter, ALTER_NONE);
	assert_int_equal(gtid.thread_id, 0);
	/* Commit id and XID may both follow, then engines, the ALTER's start, the thread. */
	gtid = parse(EVENT_MARIADB_GTID, WIRE(SEQ "\102????????\7\0\0\0\2\1ggb\31\2\10\0\0\0\0\0\0\0\5\0\0\0"));
	assert_true(gtid.is_xa_prepared);
	assert_false(gtid.is_xa_completed);
	assert_false(gtid.is_standalone);
	assert_int_equal(gtid.xid_format, 7);
	assert_int_equal(gtid.xid_gtrid.len, 2);
	assert_memory_equal(gtid.xid_gtrid.data, "gg", 2);
	assert_int_equal(gtid.xid_bqual.len, 1);
	assert_int_equal(gtid.alter, ALTER_ROLLBACK);
	assert_int_equal(gtid.alter_seq, 8);
	assert_int_equal(gtid.thread_id, 5);
	gtid = parse(EVENT_MARIADB_GTID, WIRE(SEQ "\200\7\0\0\0\0\0"));
	assert_true(gtid.is_xa_completed);
	gtid = parse(EVENT_MARIADB_GTID, WIRE(SEQ "\1\2"));
	assert_int_equal(gtid.alter, ALTER_START);
	gtid = parse(EVENT_MARIADB_GTID, WIRE(SEQ "\1\4\10\0\0\0\0\0\0\0"));
	assert_int_equal(gtid.alter, ALTER_COMMIT);
	assert_int_equal(gtid.alter_seq, 8);
}

static void
test_mariadb_lies(void **state)
{
	(void) state;
	assert_refused(EVENT_MARIADB_GTID, WIRE(SEQ),
	    "event 'mariadb_gtid' with flags 0x00 is cut short: its body has 12 bytes");
	assert_refused(EVENT_MARIADB_GTID, WIRE(SEQ "\2\0\0\0\0\0\0"),
	    "event 'mariadb_gtid' with flags 0x02 is cut short: its body has 19 bytes");
	assert_refused(EVENT_MARIADB_GTID, WIRE(SEQ "\100\7\0\0\0\2"),
	    "event 'mariadb_gtid' with flags 0x40 is cut short: its body has 18 bytes");
	assert_refused(EVENT_MARIADB_GTID, WIRE(SEQ "\100\7\0\0\0\2\1gg"),
	    "event 'mariadb_gtid' with flags 0x40 is cut short: its body has 21 bytes");
	assert_refused(EVENT_MARIADB_GTID, WIRE(SEQ "\1\1"),
	    "event 'mariadb_gtid' with flags 0x01 is cut short: its body has 14 bytes");
	assert_refused(EVENT_MARIADB_GTID, WIRE(SEQ "\1\10\1\2\3"),
	    "event 'mariadb_gtid' with flags 0x01 is cut short: its body has 17 bytes");
	assert_refused(EVENT_MARIADB_GTID, WIRE(SEQ "\1\20\1\2\3"),
	    "event 'mariadb_gtid' with flags 0x01 is cut short: its body has 17 bytes");
	assert_refused(EVENT_MARIADB_GTID, WIRE("\0\0\0\0\0\0\0\0\3\0\0\0\1\0\0\0\0\0\0"),
	    "event 'mariadb_gtid' has sequence number 0");
}

/* Parts of an XID have 64 bytes at most, whatever the length says. */
static void
test_mariadb_long_xid(void **state)
{
	struct buf body = {0};

	(void) state;
	wire_add(&body, WIRE(SEQ "\100\7\0\0\0\101\0"));
	for (int i = 0; i < 65; i++)
		buf_putc(&body, 'g');
	assert_refused(EVENT_MARIADB_GTID, wire_bytes(&body),
	    "event 'mariadb_gtid' with flags 0x40 is cut short: its body has 84 bytes");
	buf_release(&body);
}

static void
check_list(uint8_t type, struct bytes body, const char *want)
{
	struct event event = wire_event(type, body);
	struct gtid_set *set;
	struct buf text = {0};
	struct err err;

	if (!gtid_list_parse(&event, &set, &err))
		fail_msg("%s", err.text);
	gtid_set_put(set, &text);
	assert_string_equal(buf_text(&text), want);
	buf_release(&text);
	gtid_set_free(set);
}

static void
test_lists(void **state)
{
	(void) state;
	check_list(EVENT_MARIADB_GTID_LIST, WIRE("\0\0\0\0"), "");
	/* Flags above the count; the last one of a domain counts, although its number is lower. */
	check_list(EVENT_MARIADB_GTID_LIST,
	    WIRE("\3\0\0\20\0\0\0\0\2\0\0\0\11\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\7\0\0\0\0\0\0\0\5\0\0\0\1\0\0\0\1"
		 "\0\0\0\0\0\0\0"),
	    "0-1-7,5-1-1");
	check_list(EVENT_PREVIOUS_GTIDS,
	    WIRE("\1\0\0\0\0\0\0\0" UUID "\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\6\0\0\0\0\0\0\0"), UUID_TEXT ":1-5");
}

static void
assert_list_refused(uint8_t type, struct bytes body, const char *text)
{
	struct event event = wire_event(type, body);
	struct gtid_set *set;
	struct err err;

	assert_false(gtid_list_parse(&event, &set, &err));
	assert_null(set);
	assert_int_equal(err.kind, ERR_STOP);
	assert_memory_equal(err.text, text, strlen(text));
}

static void
test_lists_lie(void **state)
{
	(void) state;
	assert_list_refused(EVENT_MARIADB_GTID_LIST, WIRE("\1\0\0"),
	    "event 'gtid_list' says that it has 0 entries, but its body has 3 bytes");
	assert_list_refused(EVENT_MARIADB_GTID_LIST, WIRE("\2\0\0\0\0\0\0\0\2\0\0\0\11\0\0\0\0\0\0\0"),
	    "event 'gtid_list' says that it has 2 entries, but its body has 20 bytes");
	assert_list_refused(EVENT_MARIADB_GTID_LIST, WIRE("\377\377\377\377"),
	    "event 'gtid_list' says that it has 268435455 entries, but its body has 4 bytes");
	assert_list_refused(EVENT_PREVIOUS_GTIDS, WIRE("\1\0\0\0\0\0\0\0"), "event 'previous_gtids': ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mysql_ages),
	    cmocka_unit_test(test_mysql_lies),
	    cmocka_unit_test(test_tagged),
	    cmocka_unit_test(test_tagged_wide),
	    cmocka_unit_test(test_tagged_lies),
	    cmocka_unit_test(test_tagged_bad_tags),
	    cmocka_unit_test(test_tagged_new_fields),
	    cmocka_unit_test(test_mariadb),
	    cmocka_unit_test(test_mariadb_lies),
	    cmocka_unit_test(test_mariadb_long_xid),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_lists_lie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
