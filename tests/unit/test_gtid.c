/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/gtid.h"

#define UUID "eca2ac73-e518-11f1-9c6f-02fc00000001"

static void
check(enum flavour flavour, const char *text, const char *expected)
{
	char out[GTID_TEXT_SIZE];
	struct gtid gtid, again;
	struct err err;

	assert_true(gtid_parse(text, flavour, &gtid, &err));
	assert_string_equal(gtid_text(&gtid, out), expected);
	assert_true(gtid_parse(out, flavour, &again, &err));
	assert_true(gtid_is_equal(&gtid, &again));
}

static void
refuse(enum flavour flavour, const char *text)
{
	struct gtid gtid;
	struct err err = {0};

	if (gtid_parse(text, flavour, &gtid, &err))
		fail_msg("'%s' was accepted", text);
	assert_int_equal(err.kind, ERR_STOP);
	assert_non_null(strstr(err.text, "is malformed"));
	assert_non_null(strstr(err.hint, flavour == FLAVOUR_MYSQL ? "UUID:NUMBER" : "DOMAIN-SERVER-SEQUENCE"));
}

static void
test_mysql(void **state)
{
	struct gtid gtid;
	struct err err;

	(void) state;
	check(FLAVOUR_MYSQL, UUID ":1", UUID ":1");
	check(FLAVOUR_MYSQL, " ECA2AC73-E518-11F1-9C6F-02FC00000001 : 23 ", UUID ":23");
	check(FLAVOUR_MYSQL, UUID ":9223372036854775806", UUID ":9223372036854775806");
	check(FLAVOUR_MYSQL, UUID ":Back_up1:7", UUID ":back_up1:7");
	check(FLAVOUR_MYSQL, UUID ":a2345678901234567890123456789012:9223372036854775806",
	    UUID ":a2345678901234567890123456789012:9223372036854775806");

	assert_true(gtid_parse(UUID ":_x:5", FLAVOUR_MYSQL, &gtid, &err));
	assert_int_equal(gtid.flavour, FLAVOUR_MYSQL);
	assert_memory_equal(gtid.mysql.uuid, "\xec\xa2\xac\x73\xe5\x18\x11\xf1\x9c\x6f\x02\xfc\x00\x00\x00\x01", 16);
	assert_string_equal(gtid.mysql.tag, "_x");
	assert_int_equal(gtid.mysql.gno, 5);
}

static void
test_mysql_malformed(void **state)
{
	(void) state;
	refuse(FLAVOUR_MYSQL, "");
	refuse(FLAVOUR_MYSQL, UUID);
	refuse(FLAVOUR_MYSQL, UUID ":");
	refuse(FLAVOUR_MYSQL, UUID ":0");
	refuse(FLAVOUR_MYSQL, UUID ":-1");
	refuse(FLAVOUR_MYSQL, UUID ":0x5");
	refuse(FLAVOUR_MYSQL, UUID ":1-2");
	refuse(FLAVOUR_MYSQL, UUID ":tag");
	refuse(FLAVOUR_MYSQL, UUID ":tag:");
	refuse(FLAVOUR_MYSQL, UUID ":1tag:1");
	refuse(FLAVOUR_MYSQL, UUID ":a23456789012345678901234567890123:1");
	refuse(FLAVOUR_MYSQL, UUID ":9223372036854775807");
	refuse(FLAVOUR_MYSQL, UUID ":18446744073709551617");
	refuse(FLAVOUR_MYSQL, "eca2ac73e51811f19c6f02fc00000001:1");
	refuse(FLAVOUR_MYSQL, "eca2ac73-e518-11f1-9c6f-02fc0000000:1");
	refuse(FLAVOUR_MYSQL, "gca2ac73-e518-11f1-9c6f-02fc00000001:1");
	refuse(FLAVOUR_MYSQL, "0-1-5");
}

static void
test_mariadb(void **state)
{
	struct gtid gtid;
	struct err err;

	(void) state;
	check(FLAVOUR_MARIADB, "0-1-55", "0-1-55");
	check(FLAVOUR_MARIADB, " 4294967295-4294967295-18446744073709551615\n",
	    "4294967295-4294967295-18446744073709551615");
	assert_true(gtid_parse("7-2-9", FLAVOUR_MARIADB, &gtid, &err));
	assert_int_equal(gtid.mariadb.domain, 7);
	assert_int_equal(gtid.mariadb.server_id, 2);
	assert_int_equal(gtid.mariadb.seq, 9);
	refuse(FLAVOUR_MARIADB, "");
	refuse(FLAVOUR_MARIADB, "0-1");
	refuse(FLAVOUR_MARIADB, "0-1-");
	refuse(FLAVOUR_MARIADB, "0-1-5-6");
	refuse(FLAVOUR_MARIADB, "0-1-5,1-1-1");
	refuse(FLAVOUR_MARIADB, "4294967296-1-5");
	refuse(FLAVOUR_MARIADB, "0-4294967296-5");
	refuse(FLAVOUR_MARIADB, "0-1-18446744073709551616");
	refuse(FLAVOUR_MARIADB, UUID ":1");
}

static void
test_equal(void **state)
{
	static const char *const texts[] = {UUID ":1", UUID ":2", UUID ":t:1", UUID ":u:1",
	    "00000000-e518-11f1-9c6f-02fc00000001:1", "0-1-1", "1-1-1", "0-2-1", "0-1-2"};
	enum { N = sizeof(texts) / sizeof(texts[0]), MARIADB_FROM = 5 };
	struct gtid gtids[N];
	struct err err;

	(void) state;
	for (size_t i = 0; i < N; i++)
		assert_true(gtid_parse(texts[i], i < MARIADB_FROM ? FLAVOUR_MYSQL : FLAVOUR_MARIADB, &gtids[i], &err));
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < N; j++)
			assert_int_equal(gtid_is_equal(&gtids[i], &gtids[j]), i == j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mysql),
	    cmocka_unit_test(test_mysql_malformed),
	    cmocka_unit_test(test_mariadb),
	    cmocka_unit_test(test_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
