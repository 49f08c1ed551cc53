/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "route/rules.h"

enum { MOST = 6 };

/* Options as a test writes them: lists end at the first NULL. */
struct setting {
	const char *databases[MOST], *tables[MOST], *working[MOST];
	struct rename_option renames[MOST];
	bool is_case_insensitive;
};

static struct rules_options
options_of(const struct setting *setting)
{
	struct rules_options options = {
	    .databases = setting->databases,
	    .tables = setting->tables,
	    .renames = setting->renames,
	    .is_case_insensitive = setting->is_case_insensitive,
	};

	while (options.n_databases < MOST && setting->databases[options.n_databases] != NULL)
		options.n_databases++;
	while (options.n_tables < MOST && setting->tables[options.n_tables] != NULL)
		options.n_tables++;
	while (options.n_renames < MOST && setting->renames[options.n_renames].from != NULL)
		options.n_renames++;
	while (options.n_working_patterns < MOST && setting->working[options.n_working_patterns] != NULL)
		options.n_working_patterns++;
	if (options.n_working_patterns != 0)
		options.working_patterns = setting->working;
	return options;
}

static struct rules *
rules_of(const struct setting *setting)
{
	struct rules_options options = options_of(setting);
	struct rules *rules = NULL;
	struct err err = {0};

	if (!rules_new(&options, &rules, &err))
		fail_msg("%s", err.text);
	return rules;
}

/* `expected`: "db.table" on the target, with "*" behind it for a working table; "-" when left out. */
static void
expect_table(const struct rules *rules, const char *db, const char *table, const char *expected)
{
	struct arena arena = {0};
	const char *to_db = "?", *to_table = "?";
	enum rules_verdict verdict = rules_table(rules, db, table, &arena, &to_db, &to_table);
	char found[256];

	(void) snprintf(found, sizeof(found), "%s.%s%s", to_db, to_table, verdict == RULES_WORKING ? "*" : "");
	if (verdict == RULES_LEFT_OUT) {
		assert_string_equal(found, "?.?"); /* untouched */
		(void) snprintf(found, sizeof(found), "-");
	}
	if (strcmp(found, expected) != 0)
		fail_msg("%s.%s: expected %s, found %s", db, table, expected, found);
	arena_release(&arena);
}

static void
without_patterns_everything_but_the_servers_own_is_carried(void **state)
{
	static const struct setting setting = {0};
	struct rules *rules = rules_of(&setting);

	(void) state;
	expect_table(rules, "shop", "orders", "shop.orders");
	expect_table(rules, "Shop", "_orders_new", "Shop._orders_new");
	expect_table(rules, "mysql", "user", "-");
	expect_table(rules, "sys", "x", "-");
	expect_table(rules, "performance_schema", "x", "-");
	expect_table(rules, "INFORMATION_SCHEMA", "x", "-");
	expect_table(rules, "dump2db", "marker", "-");
	assert_int_equal(rules_db_scope(rules, "shop"), RULES_ALL_TABLES);
	assert_int_equal(rules_db_scope(rules, "mysql"), RULES_NO_TABLES);
	assert_false(rules_has_renames(rules));
	rules_free(rules);
}

static void
database_patterns(void **state)
{
	static const struct setting setting = {.databases = {"shop", "crm_*", "/^x[0-9]+$/", "`a*b`", "y?"}};
	struct rules *rules = rules_of(&setting);

	(void) state;
	expect_table(rules, "shop", "t", "shop.t");
	expect_table(rules, "shops", "t", "-");
	expect_table(rules, "SHOP", "t", "-");
	expect_table(rules, "crm_", "t", "crm_.t");
	expect_table(rules, "crm_a.b", "t", "crm_a.b.t");
	expect_table(rules, "acrm_", "t", "-");
	expect_table(rules, "x12", "t", "x12.t");
	expect_table(rules, "x12a", "t", "-");
	expect_table(rules, "a*b", "t", "a*b.t");
	expect_table(rules, "aXb", "t", "-");
	expect_table(rules, "yü", "t", "yü.t");
	expect_table(rules, "yzz", "t", "-");
	expect_table(rules, "mysql", "t", "-");
	assert_true(rules_has_db(rules, "crm_1"));
	assert_false(rules_has_db(rules, "other"));
	rules_free(rules);
}

static void
a_regular_expression_matches_whole_names_only(void **state)
{
	static const struct setting setting = {.databases = {"/a|bc/"}};
	struct rules *rules = rules_of(&setting);

	(void) state;
	expect_table(rules, "a", "t", "a.t");
	expect_table(rules, "bc", "t", "bc.t");
	expect_table(rules, "abc", "t", "-");
	expect_table(rules, "ac", "t", "-");
	rules_free(rules);
}

static void
table_patterns(void **state)
{
	static const struct setting setting = {.tables = {"shop.orders", "/crm[.]?/.log_*", "`a.b`.`c``d`", "all.*"}};
	struct rules *rules = rules_of(&setting);

	(void) state;
	expect_table(rules, "shop", "orders", "shop.orders");
	expect_table(rules, "shop", "items", "-");
	expect_table(rules, "crm.", "log_", "crm..log_");
	expect_table(rules, "crm", "log_2020", "crm.log_2020");
	expect_table(rules, "crm", "log", "-");
	expect_table(rules, "a.b", "c`d", "a.b.c`d");
	expect_table(rules, "all", "x", "all.x");
	assert_int_equal(rules_db_scope(rules, "shop"), RULES_SOME_TABLES);
	assert_int_equal(rules_db_scope(rules, "all"), RULES_ALL_TABLES);
	assert_int_equal(rules_db_scope(rules, "none"), RULES_NO_TABLES);
	assert_false(rules_has_db(rules, "shop"));
	rules_free(rules);
}

static void
exclusions_win(void **state)
{
	static const struct setting setting = {
	    .databases = {"shop", "crm", "!old"}, .tables = {"!shop.tmp_*", "!crm.*"}};
	static const struct setting only = {.databases = {"!old"}, .tables = {"!*.tmp_*"}};
	struct rules *rules = rules_of(&setting);

	(void) state;
	expect_table(rules, "shop", "orders", "shop.orders");
	expect_table(rules, "shop", "tmp_1", "-");
	expect_table(rules, "crm", "users", "-");
	assert_int_equal(rules_db_scope(rules, "shop"), RULES_SOME_TABLES);
	assert_int_equal(rules_db_scope(rules, "crm"), RULES_NO_TABLES);
	rules_free(rules);

	rules = rules_of(&only);
	expect_table(rules, "shop", "orders", "shop.orders");
	expect_table(rules, "old", "orders", "-");
	expect_table(rules, "shop", "tmp_1", "-");
	assert_int_equal(rules_db_scope(rules, "old"), RULES_NO_TABLES);
	assert_int_equal(rules_db_scope(rules, "shop"), RULES_SOME_TABLES);
	rules_free(rules);
}

static void
working_tables_go_with_their_base(void **state)
{
	static const struct setting setting = {.tables = {"shop.orders", "shop._x", "!shop._orders_ghc"}};
	struct rules *rules = rules_of(&setting);

	(void) state;
	expect_table(rules, "shop", "_orders_new", "shop._orders_new*");
	expect_table(rules, "shop", "_orders_old", "shop._orders_old*");
	expect_table(rules, "shop", "____orders_old", "shop.____orders_old*");
	expect_table(rules, "shop", "_orders_gho", "shop._orders_gho*");
	expect_table(rules, "shop", "_orders_del", "shop._orders_del*");
	expect_table(rules, "shop", "_orders_20260131120000_del", "shop._orders_20260131120000_del*");
	expect_table(rules, "shop", "__x_new", "shop.__x_new*");
	expect_table(rules, "shop", "_orders_ghc", "-");
	expect_table(rules, "shop", "_items_new", "-");
	expect_table(rules, "shop", "orders_new", "-");
	expect_table(rules, "shop", "_new", "-");
	expect_table(rules, "other", "_orders_new", "-");
	rules_free(rules);
}

static void
working_patterns_can_be_set(void **state)
{
	static const struct setting setting = {.tables = {"shop.orders"}, .working = {"new_(.+)", "(.+)_(a|b)"}};
	struct rules *rules = rules_of(&setting);

	(void) state;
	expect_table(rules, "shop", "new_orders", "shop.new_orders*");
	expect_table(rules, "shop", "orders_b", "shop.orders_b*");
	expect_table(rules, "shop", "_orders_new", "-");
	rules_free(rules);
}

static void
renames(void **state)
{
	static const struct setting setting = {
	    .databases = {"shop", "crm"},
	    .renames = {{"shop", "store"}, {"crm.users", "people.`the.users`"}, {"other", "x"}}};
	struct rules *rules = rules_of(&setting);
	struct arena arena = {0};
	const char *db = NULL, *table = NULL;

	(void) state;
	expect_table(rules, "shop", "orders", "store.orders");
	expect_table(rules, "shop", "_orders_new", "store._orders_new");
	expect_table(rules, "crm", "users", "people.the.users");
	expect_table(rules, "crm", "notes", "crm.notes");
	/* the working tables of a renamed table are called after its new name */
	expect_table(rules, "crm", "_users_new", "people._the.users_new");
	expect_table(rules, "crm", "__users_new", "people.__the.users_new");
	expect_table(rules, "other", "t", "-");
	assert_string_equal(rules_db(rules, "shop", &arena), "store");
	assert_string_equal(rules_db(rules, "crm", &arena), "crm");
	assert_string_equal(rules_db(rules, "other", &arena), "x");
	rules_target_name(rules, "other", "t", &arena, &db, &table);
	assert_string_equal(db, "x");
	assert_string_equal(table, "t");
	assert_true(rules_has_renames(rules));
	arena_release(&arena);
	rules_free(rules);
}

static void
working_tables_are_renamed_with_their_base(void **state)
{
	static const struct setting setting = {.tables = {"shop.orders"}, .renames = {{"shop.orders", "store.bills"}}};
	struct rules *rules = rules_of(&setting);

	(void) state;
	expect_table(rules, "shop", "orders", "store.bills");
	expect_table(rules, "shop", "_orders_new", "store._bills_new*");
	expect_table(rules, "shop", "__orders_old", "store.__bills_old*");
	rules_free(rules);
}

static void
case_counts_or_not(void **state)
{
	struct arena arena = {0};
	static const struct setting setting = {.databases = {"Shop", "/x.*/"},
	    .tables = {"!shop.TMP"},
	    .renames = {{"SHOP.orders", "store.bills"}, {"y", "Y"}},
	    .is_case_insensitive = true};
	struct rules *rules = rules_of(&setting);

	(void) state;
	expect_table(rules, "shop", "ORDERS", "store.bills");
	/* as the source stores them; what is renamed is as the operator wrote it */
	expect_table(rules, "SHOP", "T", "shop.t");
	expect_table(rules, "XY", "ÄÖ", "xy.äö");
	expect_table(rules, "x", "_Ж_ΣȠ_😀\x80", "x._ж_σȠ_😀\x80");
	expect_table(rules, "shop", "_Orders_NEW", "store._bills_new");
	expect_table(rules, "shoP", "tmp", "-");
	assert_string_equal(rules_db(rules, "CRM", &arena), "crm");
	assert_string_equal(rules_db(rules, "Y", &arena), "Y");
	arena_release(&arena);
	rules_free(rules);
}

/* A pattern that runs into PCRE2's limits: the name counts as carried. */
static void
an_unclear_match_carries(void **state)
{
	static const struct setting setting = {.databases = {"/(a+)+[bc]/"}};
	static const struct setting excluding = {.tables = {"!d./(a+)+[bc]/"}};
	static const char name[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
	struct rules *rules = rules_of(&setting);

	(void) state;
	expect_table(rules, name, "t", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!.t");
	rules_free(rules);
	rules = rules_of(&excluding);
	expect_table(rules, "d", name, "d.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
	rules_free(rules);
}

static void
mistakes_are_named(void **state)
{
	static const struct {
		struct setting setting;
		const char *text;
	} mistakes[] = {
		{{.databases = {"/a[/"}}, "database pattern '/a[/': regular expression 'a[' cannot be read: missing "
		    "terminating ] for character class at byte 2"},
		{{.databases = {"/a"}}, "database pattern '/a': pattern '/a' has no closing /"},
		{{.databases = {"`a"}}, "database pattern '`a': pattern '`a' has no closing `"},
		{{.databases = {"`a`b"}}, "database pattern '`a`b': pattern '`a`b' goes on behind the closing `"},
		{{.databases = {"a.b"}}, "database pattern 'a.b': a database has one name, without a dot"},
		{{.databases = {""}}, "database pattern '': an empty name matches nothing"},
		{{.databases = {"//"}}, "database pattern '//': an empty regular expression matches nothing"},
		{{.tables = {"a"}}, "table pattern 'a': a table is written 'database.table'"},
		{{.tables = {"a."}}, "table pattern 'a.': an empty name matches nothing"},
		{{.tables = {"a.b.c"}}, "table pattern 'a.b.c': a table is written 'database.table', with one dot"},
		{{.databases = {"sh*"}, .tables = {"shop.orders"}},
		    "table pattern 'shop.orders' adds nothing: database pattern 'sh*' carries all of 'shop'"},
		{{.renames = {{"a", "b.c"}}}, "rename of 'a' to 'b.c': a database becomes a database, and a table a table"},
		{{.renames = {{"a*", "b"}}},
		    "rename of 'a*' to 'b': 'a*' is a pattern, and only single names can be renamed"},
		{{.renames = {{"a", "mysql"}}}, "rename of 'a' to 'mysql': database 'mysql' belongs to the server"},
		{{.renames = {{"a", "b"}, {"a", "c"}}}, "rename of 'a' to 'c': it is renamed twice"},
		{{.renames = {{"a", "c"}, {"b", "c"}}}, "rename of 'b' to 'c': another one gets that name"},
		{{.renames = {{"a.b.c", "c"}}}, "rename of 'a.b.c' to 'c': 'a.b.c' has more than two parts"},
		{{.working = {"_new"}}, "pattern of working tables: regular expression '_new' has no group"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct rules_options options = options_of(&mistakes[i].setting);
		struct rules *rules = NULL;
		struct err err = {0};

		assert_false(rules_new(&options, &rules, &err));
		assert_null(rules);
		assert_int_equal(err.kind, ERR_STOP);
		assert_string_equal(err.text, mistakes[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_patterns_everything_but_the_servers_own_is_carried),
		cmocka_unit_test(database_patterns),
		cmocka_unit_test(a_regular_expression_matches_whole_names_only),
		cmocka_unit_test(table_patterns),
		cmocka_unit_test(exclusions_win),
		cmocka_unit_test(working_tables_go_with_their_base),
		cmocka_unit_test(working_patterns_can_be_set),
		cmocka_unit_test(renames),
		cmocka_unit_test(working_tables_are_renamed_with_their_base),
		cmocka_unit_test(case_counts_or_not),
		cmocka_unit_test(an_unclear_match_carries),
		cmocka_unit_test(mistakes_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
