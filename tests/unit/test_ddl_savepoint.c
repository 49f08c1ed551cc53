/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "route/ddl_savepoint.h"

static bool
scan(const char *sql, uint64_t sql_mode, struct arena *arena, bool *is_rollback, const char **name, struct err *err)
{
	const struct ddl_context context = {
	    .flavour = FLAVOUR_MYSQL, .server_version = 90700, .sql_mode = sql_mode, .default_db = ""};

	return ddl_savepoint((struct bytes){(const uint8_t *) sql, strlen(sql)}, &context, arena, is_rollback, name, err);
}

static void
check(const char *sql, bool is_rollback, const char *name)
{
	struct arena arena = {0};
	struct err err = {0};
	const char *got;
	bool got_rollback;

	if (!scan(sql, 4 /* ANSI_QUOTES */, &arena, &got_rollback, &got, &err))
		fail_msg("%s: %s", sql, err.text);
	assert_int_equal(got_rollback, is_rollback);
	assert_string_equal(got, name);
	arena_release(&arena);
}

static void
test_names(void **state)
{
	(void) state;
	check("SAVEPOINT s", false, "s");
	check("savepoint`a``b`", false, "a`b");
	check("SAVEPOINT \"a\"\"`\"", false, "a\"`");
	check("SAVEPOINT savepoint;", false, "savepoint");
	check("  SAVEPOINT /* of the shop */ caf\xc3\xa9 ", false, "caf\xc3\xa9");
	check("ROLLBACK TO s", true, "s");
	check("ROLLBACK TO `s`", true, "s");
	check("rollback work to savepoint s;", true, "s");
	check("ROLLBACK TO savepoint", true, "savepoint");
	check("ROLLBACK TO SAVEPOINT savepoint", true, "savepoint");
}

static void
test_what_is_more(void **state)
{
	static const char *const texts[] = {"SAVEPOINT", "SAVEPOINT ;", "SAVEPOINT a b", "SAVEPOINT a; DROP TABLE t",
	    "SAVEPOINT a;; COMMIT", "SAVEPOINT a /*! ; COMMIT */", "SAVEPOINT a /*!50000 b */", "SAVEPOINT `a", "SAVEPOINT 'a'",
	    "SAVEPOINT 1", "SAVEPOINT a.b", "SAVEPOINT @a", "ROLLBACK", "ROLLBACK a", "ROLLBACK TO", "ROLLBACK TO a; COMMIT",
	    "ROLLBACK TO SAVEPOINT a b", "ROLLBACK TO a b", "COMMIT"};

	(void) state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct arena arena = {0};
		struct err err = {0};
		const char *name;
		bool is_rollback;

		if (scan(texts[i], 0, &arena, &is_rollback, &name, &err))
			fail_msg("'%s' was taken for savepoint '%s'", texts[i], name);
		assert_int_equal(err.kind, ERR_STOP);
		assert_string_not_equal(err.text, "");
		arena_release(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_what_is_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
