/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sink/mysql/ddl_judge.h"

/*
 * A look in one line: objects separated by ';', each "role db.name signs", signs being "-" (not there), "#5" (its
 * number), "p0#5" (a partition's), "=abc" (its definition), "@noon" (CREATE_TIME), "empty", "rows", "kind:F,P".  "db." is
 * a database, whose numbers are those of its tables: "t1#5".  In front of the list: "logged;" or "unlogged;".
 */
static enum ddl_role
role_of(const char *word)
{
	if (strcmp(word, "to") == 0)
		return DDL_ROLE_RENAMED_TO;
	return strcmp(word, "with") == 0 ? DDL_ROLE_EXCHANGED : DDL_ROLE_OBJECT;
}

static void
take_sign(struct arena *arena, struct ddl_seen *seen, const char *sign)
{
	const char *number = strchr(sign, '#');

	if (strcmp(sign, "-") == 0) {
		seen->exists = false;
	} else if (strcmp(sign, "empty") == 0 || strcmp(sign, "rows") == 0) {
		seen->is_empty = sign[0] == 'e' ? TRI_YES : TRI_NO;
	} else if (strcmp(sign, "ids") == 0) {
		seen->has_ids = true;
	} else if (sign[0] == '=') {
		seen->definition = arena_strndup(arena, sign + 1, strlen(sign + 1));
	} else if (sign[0] == '@') {
		seen->created = arena_strndup(arena, sign + 1, strlen(sign + 1));
	} else if (strncmp(sign, "kind:", 5) == 0) {
		seen->kind = arena_strndup(arena, sign + 5, strlen(sign + 5));
	} else {
		assert_non_null(number);
		seen->has_ids = true;
		seen->ids[seen->n_ids++] = (struct ddl_id){arena_strndup(arena, sign, (size_t) (number - sign)),
		    strtoull(number + 1, NULL, 10)};
	}
}

static struct ddl_seen
seen_of(struct arena *arena, char *text)
{
	struct ddl_seen seen = {.exists = true, .kind = "", .definition = "", .created = ""};
	char *save = NULL, *name, *word = strtok_r(text, " ", &save);

	seen.ids = arena_zalloc(arena, 16 * sizeof(*seen.ids));
	seen.role = role_of(word);
	name = seen.role == DDL_ROLE_OBJECT ? word : strtok_r(NULL, " ", &save);
	seen.db = arena_strndup(arena, name, strcspn(name, "."));
	name += strcspn(name, ".") + 1;
	seen.name = *name == '\0' ? NULL : arena_strndup(arena, name, strlen(name));
	while ((word = strtok_r(NULL, " ", &save)) != NULL)
		take_sign(arena, &seen, word);
	return seen;
}

static struct ddl_snapshot
look(struct arena *arena, const char *text)
{
	struct ddl_snapshot snapshot = {.items = arena_zalloc(arena, 16 * sizeof(struct ddl_seen))};
	char *copy = arena_strndup(arena, text, strlen(text)), *save = NULL;

	if (strncmp(copy, "logged;", 7) == 0 || strncmp(copy, "unlogged;", 9) == 0) {
		snapshot.is_logged = copy[0] == 'l' ? TRI_YES : TRI_NO;
		copy = strchr(copy, ';') + 1;
	}
	for (char *part = strtok_r(copy, ";", &save); part != NULL; part = strtok_r(NULL, ";", &save))
		snapshot.items[snapshot.n++] = seen_of(arena, part);
	return snapshot;
}

struct example {
	enum ddl_class class;
	enum ddl_verb verb;
	const char *options; /* "if exists", "or replace", "" */
	const char *before, *now;
	const char *expected; /* the finding, and behind ": " the statement that finishes, or what to look at */
};

static void
check(const struct example *example)
{
	struct arena arena = {0};
	struct buf finish = {0}, why = {0}, text = {0};
	struct ddl_case statement = {
	    .class = example->class,
	    .verb = example->verb,
	    .has_if_exists = strstr(example->options, "if exists") != NULL,
	    .has_or_replace = strstr(example->options, "or replace") != NULL,
	    .before = look(&arena, example->before),
	};
	struct ddl_snapshot now = look(&arena, example->now);
	enum ddl_finding finding = ddl_judge(&statement, &now, &finish, &why);
	const struct buf *more = finding == DDL_PARTLY ? &finish : &why;

	buf_puts(&text, ddl_finding_name(finding));
	if (more->len > 0)
		buf_printf(&text, ": %.*s", (int) more->len, more->data);
	if (strcmp(buf_text(&text), example->expected) != 0)
		fail_msg("%s, '%s' -> '%s':\n  %s\n  expected %s", ddl_class_name(example->class), example->before, example->now,
		    buf_text(&text), example->expected);
	buf_release(&finish);
	buf_release(&why);
	buf_release(&text);
	arena_release(&arena);
}

static void
check_all(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check(&examples[i]);
}

#define CHECK(examples) check_all(examples, sizeof(examples) / sizeof((examples)[0]))

static void
creates(void **state)
{
	static const struct example examples[] = {
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "", "d.t -", "d.t -", "not executed"},
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "", "d.t -", "d.t #7", "executed"},
	    {DDL_CREATE_TABLE_LIKE, DDL_VERB_CREATE, "", "d.t -", "d.t", "executed"},
	    {DDL_CREATE_SEQUENCE, DDL_VERB_CREATE, "", "d.s -", "d.s #3", "executed"},
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "if exists", "d.t #7", "d.t #7", "not executed"},
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "or replace", "d.t #7 =a", "d.t #7 =a", "not executed"},
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "or replace", "d.t #7 =a", "logged;d.t #8 =a rows", "executed"},
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "", "d.t -", "unlogged;d.t #8 =a rows",
		"undecided: table 'd.t' has changed, but the target's binlog does not hold the statement: another session may "
		"have changed it"},
	    /* OPTIMIZE gives it a number as well; of an empty one a second run takes nothing away */
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "or replace", "d.t #7 =a", "d.t #8 =a rows",
		"undecided: table 'd.t' has been made anew, and nothing tells whether this statement did it"},
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "or replace", "d.t #7 =a", "d.t #8 =a empty", "to be run again"},
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "or replace", "d.t #7 =a", "d.t -", "to be run again"},
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "or replace", "d.t =a @1", "d.t =b @1 empty", "to be run again"},
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "or replace", "d.t =a @1", "d.t =a @2 rows",
		"undecided: table 'd.t' has been made anew, and nothing tells whether this statement did it"},
	    {DDL_CREATE_TABLE_SELECT, DDL_VERB_CREATE, "or replace", "d.t #7 =a", "d.t #8 =b",
		"undecided: table 'd.t' has been made anew, and nothing tells whether this statement did it"},
	    {DDL_CREATE_TABLE_SELECT, DDL_VERB_CREATE, "or replace", "d.t #7 =a", "logged;d.t #8 =b", "executed"},
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "or replace", "d.t =a @1 rows", "d.t =a @1 empty", "to be run again"},
	    {DDL_CREATE_TABLE, DDL_VERB_CREATE, "or replace", "d.t =a @1 rows", "d.t =a @1 rows",
		"undecided: table 'd.t' has rows and no sign that tells whether it was emptied before they came"},
	};

	(void) state;
	CHECK(examples);
}

static void
alters(void **state)
{
	static const struct example examples[] = {
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t #7 =a", "d.t #7 =b", "executed"}, /* instant: the number stays */
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t #7 =a", "unlogged;d.t #7 =b",
		"undecided: table 'd.t' has changed, but the target's binlog does not hold the statement: another session may "
		"have changed it"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t #7 =a", "logged;d.t #7 =a", "executed"}, /* and taken back */
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t #7 =a", "d.t #8 =a", "to be run again"}, /* a mere rebuild, by either */
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t p0#7 =a", "d.t p0#8 =a", "executed"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t p0#7 =a", "unlogged;d.t p0#8 =a", "to be run again"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t #7 =a", "d.t #7 =a", "to be run again"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t =a", "d.t =a", "to be run again"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t p0#7 p1#8 =a", "d.t p0#9 p1#8 =a", "to be run again"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t #7 =a", "d.t -",
		"undecided: table 'd.t' was there before the statement and is gone"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t -", "d.t -", "not executed"}, /* it will be refused again */
	    {DDL_CREATE_INDEX, DDL_VERB_CREATE, "", "d.t #7 =a", "d.t #7 =b", "executed"},
	    {DDL_DROP_INDEX, DDL_VERB_DROP, "", "d.t #7 =a", "d.t #7 =a", "to be run again"},
	    {DDL_ALTER_SEQUENCE, DDL_VERB_ALTER, "", "d.s #7 =a", "d.s #7 =a", "to be run again"},
	};

	(void) state;
	CHECK(examples);
}

static void
alters_with_rename(void **state)
{
	static const struct example examples[] = {
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t #7 =a;to d.u -", "d.t -;to d.u #7 =b", "executed"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t #7 =a;to d.u -", "d.t #7 =a;to d.u -", "not executed"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t #7 =a;to d.u -", "d.t -;to d.u -",
		"undecided: table 'd.t' is there under neither its old nor its new name"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t #7 =a;to d.u -", "d.t #7;to d.u #9",
		"undecided: table 'd.t' is there under its old and its new name"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t #7 =a;to d.t #7 =a", "d.t #7 =b;to d.t #7 =b", "executed"},
	    {DDL_EVENT, DDL_VERB_ALTER, "", "d.e kind:EVENT;to d.f -", "d.e -;to d.f kind:EVENT", "executed"},
	};

	(void) state;
	CHECK(examples);
}

static void
exchanges_of_partitions(void **state)
{
	static const struct example examples[] = {
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t p0#7 p1#8 =a;with d.x #9 =b", "d.t p0#9 p1#8 =a;with d.x #7 =b", "executed"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t p0#7 p1#8 =a;with d.x #9 =b", "d.t p0#7 p1#8 =a;with d.x #9 =b",
		"not executed"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t =a;with d.x =b", "d.t =a;with d.x =b",
		"undecided: table 'd.t' has no partition numbers that tell whether one was exchanged"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t p0#7 p1#8;with d.x #9", "d.t p0#7 p1#8;with d.x #11",
		"undecided: table 'd.t' has other partitions than both before and after the exchange"},
	    /* CONVERT PARTITION p0 TO TABLE x, and back */
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t p0#7 p1#8 =a;with d.x -", "d.t p1#8 =b;with d.x #7", "executed"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "d.t p1#8 =b;with d.x #7", "d.t p0#7 p1#8 =a;with d.x -", "executed"},
	};

	(void) state;
	CHECK(examples);
}

static void
drops(void **state)
{
	static const struct example examples[] = {
	    {DDL_DROP_TABLE, DDL_VERB_DROP, "", "d.a #1;d.b #2", "d.a #1;d.b #2", "not executed"},
	    {DDL_DROP_TABLE, DDL_VERB_DROP, "", "d.a #1;d.b #2", "d.a -;d.b -", "executed"},
	    {DDL_DROP_TABLE, DDL_VERB_DROP, "", "d.a #1;d.b #2;d.c #3", "d.a -;d.b #2;d.c #3",
		"partly executed: DROP TABLE IF EXISTS `d`.`b`, `d`.`c`"},
	    {DDL_DROP_TABLE, DDL_VERB_DROP, "if exists", "d.a -;d.b #2", "d.a -;d.b #2", "not executed"},
	    {DDL_DROP_TABLE, DDL_VERB_DROP, "if exists", "d.a -;d.b #2", "d.a -;d.b -", "executed"},
	    {DDL_DROP_TABLE, DDL_VERB_DROP, "if exists", "d.a -", "d.a -", "not executed"},
	    {DDL_DROP_TABLE, DDL_VERB_DROP, "", "d.a #1", "d.a #9",
		"undecided: table 'd.a' is there, but not as the one that was to be dropped"},
	    {DDL_DROP_SEQUENCE, DDL_VERB_DROP, "", "d.`a #1;d.b #2", "d.`a #1;d.b -",
		"partly executed: DROP SEQUENCE IF EXISTS `d`.```a`"},
	    {DDL_VIEW, DDL_VERB_DROP, "", "d.v kind:VIEW;d.w kind:VIEW", "d.v -;d.w kind:VIEW",
		"partly executed: DROP VIEW IF EXISTS `d`.`w`"},
	};

	(void) state;
	CHECK(examples);
}

static void
renames(void **state)
{
	static const struct example examples[] = {
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.a #1;to d.b -", "d.a #1;to d.b -", "not executed"},
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.a #1;to d.b -", "d.a -;to d.b #1", "executed"},
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.a;to d.b -", "d.a -;to d.b", "executed"}, /* names suffice here */
	    /* pt-online-schema-change: t to _t_old, _t_new to t */
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.t #1;to d._t_old -;d._t_new #2;to d.t #1",
		"d.t #2;to d._t_old #1;d._t_new -;to d.t #2", "executed"},
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.t #1;to d._t_old -;d._t_new #2;to d.t #1",
		"d.t #1;to d._t_old -;d._t_new #2;to d.t #1", "not executed"},
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.t #1;to d._t_old -;d._t_new #2;to d.t #1",
		"d.t -;to d._t_old #1;d._t_new #2;to d.t -", "partly executed: RENAME TABLE `d`.`_t_new` TO `d`.`t`"},
	    /* a swap, where every name is there before and after */
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.a #1;to d.x -;d.b #2;to d.a #1;d.x -;to d.b #2",
		"d.a #2;to d.x -;d.b #1;to d.a #2;d.x -;to d.b #1", "executed"},
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.a #1;to d.x -;d.b #2;to d.a #1;d.x -;to d.b #2",
		"d.a #1;to d.x -;d.b #2;to d.a #1;d.x -;to d.b #2", "not executed"},
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.a #1;to d.x -;d.b #2;to d.a #1;d.x -;to d.b #2",
		"d.a #2;to d.x #1;d.b -;to d.a #2;d.x #1;to d.b -", "partly executed: RENAME TABLE `d`.`x` TO `d`.`b`"},
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.a;to d.x -;d.b;to d.a;d.x -;to d.b", "d.a;to d.x -;d.b;to d.a;d.x -;to d.b",
		"undecided: the tables do not tell how many of its 3 renames were made"},
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "if exists", "d.a -;to d.b -", "d.a -;to d.b -", "to be run again"},
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.a #1;to d.x -;d.x -;to d.a #1", "d.a #1;to d.x -;d.x -;to d.a #1",
		"to be run again"},
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "if exists", "d.a -;to d.b #1;d.c #2;to d.e -", "d.a -;to d.b #1;d.c -;to d.e #2",
		"executed"},
	    {DDL_RENAME_TABLE, DDL_VERB_OTHER, "", "d.a #1;to d.b -", "d.a #3;to d.b -",
		"undecided: the tables stand as after no number of its 1 renames"},
	};

	(void) state;
	CHECK(examples);
}

static void
truncates(void **state)
{
	static const struct example examples[] = {
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t #7 =a rows", "d.t #7 =a empty", "not executed"}, /* rows went otherwise */
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t #7 =a rows", "d.t #8 =a rows",
		"undecided: table 'd.t' has been made anew, and nothing tells whether this statement did it"},
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t #7 =a rows", "d.t #8 =a empty", "executed"},
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t #7 =a rows", "logged;d.t #8 =a rows", "executed"},
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t #7 =a rows", "unlogged;d.t #8 =a rows",
		"undecided: table 'd.t' has been made anew, and nothing tells whether this statement did it"},
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t p0#7 p1#8", "d.t p0#9 p1#10 empty", "executed"},
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t p0#7 p1#8", "d.t p0#9 p1#8", "to be run again"},
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t =a @1 rows", "d.t =a @1 empty", "to be run again"},
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t =a @1 rows", "d.t =a @2 empty", "executed"},
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t =a @1 rows", "d.t =a @2 rows",
		"undecided: table 'd.t' has been made anew, and nothing tells whether this statement did it"},
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t =a @1 rows", "d.t =a @1 rows",
		"undecided: table 'd.t' has rows and no sign that tells whether it was emptied before they came"},
	    {DDL_TRUNCATE_TABLE, DDL_VERB_OTHER, "", "d.t #7", "d.t -",
		"undecided: table 'd.t' was there before the statement and is gone"},
	};

	(void) state;
	CHECK(examples);
}

static void
databases(void **state)
{
	static const struct example examples[] = {
	    {DDL_CREATE_DATABASE, DDL_VERB_CREATE, "", "d. -", "d. ids =a", "executed"},
	    {DDL_CREATE_DATABASE, DDL_VERB_CREATE, "", "d. -", "d. -", "not executed"},
	    {DDL_CREATE_DATABASE, DDL_VERB_CREATE, "if exists", "d. ids =a", "d. ids =a", "not executed"},
	    {DDL_CREATE_DATABASE, DDL_VERB_CREATE, "or replace", "d. t#5 =a", "d. ids =a", "executed"},
	    {DDL_CREATE_DATABASE, DDL_VERB_CREATE, "or replace", "d. t#5 u#6 =a", "d. u#6 =a", "to be run again"},
	    {DDL_CREATE_DATABASE, DDL_VERB_CREATE, "or replace", "d. t#5 =a", "d. t#9 =a",
		"undecided: database 'd' was to be replaced, and nothing tells whether it was"},
	    {DDL_ALTER_DATABASE, DDL_VERB_ALTER, "", "d. =a", "d. =b", "executed"},
	    {DDL_ALTER_DATABASE, DDL_VERB_ALTER, "", "d. =a", "d. =a", "to be run again"},
	    {DDL_DROP_DATABASE, DDL_VERB_DROP, "", "d. t#5 =a", "d. -", "executed"},
	    {DDL_DROP_DATABASE, DDL_VERB_DROP, "", "d. t#5 u#6 =a", "d. u#6 =a", "to be run again"},
	    {DDL_DROP_DATABASE, DDL_VERB_DROP, "", "d. t#5 =a", "d. t#9 =a",
		"undecided: database 'd' has tables that were not there before the statement"},
	    {DDL_DROP_DATABASE, DDL_VERB_DROP, "", "d. =a", "d. =a",
		"undecided: database 'd' is there, and nothing tells whether it was made again"},
	    {DDL_DROP_DATABASE, DDL_VERB_DROP, "if exists", "d. -", "d. -", "not executed"},
	};

	(void) state;
	CHECK(examples);
}

static void
programs_and_users(void **state)
{
	static const struct example examples[] = {
	    {DDL_ROUTINE, DDL_VERB_CREATE, "", "d.f kind:FUNCTION =a", "d.f kind:FUNCTION,PROCEDURE =b", "executed"},
	    {DDL_ROUTINE, DDL_VERB_CREATE, "", "d.f -", "d.f -", "not executed"},
	    {DDL_ROUTINE, DDL_VERB_CREATE, "or replace", "d.f kind:FUNCTION =a", "d.f kind:FUNCTION =b", "executed"},
	    {DDL_ROUTINE, DDL_VERB_CREATE, "or replace", "d.f kind:FUNCTION =a", "d.f kind:FUNCTION =a", "to be run again"},
	    {DDL_TRIGGER, DDL_VERB_DROP, "", "d.g kind:TRIGGER", "d.g -", "executed"},
	    {DDL_TRIGGER, DDL_VERB_DROP, "", "d.g kind:TRIGGER", "d.g kind:TRIGGER", "not executed"},
	    {DDL_VIEW, DDL_VERB_ALTER, "", "d.v kind:VIEW =a", "d.v kind:VIEW =b", "executed"},
	    {DDL_VIEW, DDL_VERB_ALTER, "", "d.v kind:VIEW =a", "d.v kind:VIEW =a", "to be run again"},
	    {DDL_VIEW, DDL_VERB_ALTER, "", "d.v kind:VIEW =a", "d.v -",
		"undecided: table 'd.v' was there before the statement and is gone"},
	    {DDL_USER, DDL_VERB_CREATE, "", "mysql.users =a", "logged;mysql.users =b", "executed"},
	    {DDL_USER, DDL_VERB_CREATE, "", "mysql.users =a", "mysql.users =b",
		"undecided: the users and grants have changed, and nothing tells whether this statement did it"},
	    {DDL_USER, DDL_VERB_CREATE, "", "mysql.users =a", "mysql.users =a", "not executed"},
	    {DDL_USER, DDL_VERB_CREATE, "", "mysql.users", "mysql.users",
		"undecided: the tables of users and grants cannot be read"},
	    {DDL_SERVER, DDL_VERB_CREATE, "", "d.t", "d.t", "undecided: no rule covers statements of its class"},
	    {DDL_ALTER_TABLE, DDL_VERB_ALTER, "", "", "", "undecided: it names nothing that could be looked at"},
	};

	(void) state;
	CHECK(examples);
}

/* What is stored with an intent is what is judged after a crash. */
static void
cases_survive_their_text(void **state)
{
	struct arena arena = {0};
	struct buf first = {0}, second = {0};
	struct ddl_case read = {0}, statement = {
	    .class = DDL_DROP_TABLE, .verb = DDL_VERB_DROP, .has_if_exists = true,
	    .log_file = "a:binlog.000007", .log_offset = UINT64_MAX,
	    .before = look(&arena, "d.t p1#8 p0#18446744073709551615 =a @1 rows;to d.ä -;with d.x ids;d."),
	};
	struct err err = {0};

	(void) state;
	ddl_case_put_json(&statement, &first);
	assert_true(ddl_case_read_json(buf_text(&first), &arena, &read, &err));
	ddl_case_put_json(&read, &second);
	assert_string_equal(buf_text(&first), buf_text(&second));
	assert_int_equal(read.before.n, 4);
	assert_string_equal(read.log_file, "a:binlog.000007");
	assert_true(read.log_offset == UINT64_MAX);
	assert_true(read.has_if_exists && !read.has_or_replace && read.verb == DDL_VERB_DROP);
	assert_string_equal(read.before.items[0].ids[0].part, "p0"); /* in order, whatever order they were read in */
	assert_true(read.before.items[0].ids[0].id == UINT64_MAX);
	assert_true(read.before.items[0].is_empty == TRI_NO && read.before.items[1].is_empty == TRI_UNKNOWN);
	assert_string_equal(read.before.items[1].name, "ä");
	assert_true(read.before.items[2].has_ids && read.before.items[2].n_ids == 0 && !read.before.items[1].has_ids);
	assert_null(read.before.items[3].name);
	assert_false(ddl_case_read_json("{\"verb\":\"drop\",\"objects\":[{\"role\":\"nobody\"}]}", &arena, &read, &err));
	assert_string_equal(err.text, "column 'objects' of dump2db.ddl cannot be read");
	assert_false(ddl_case_read_json("[", &arena, &read, &err));
	buf_release(&first);
	buf_release(&second);
	arena_release(&arena);
}

static void
definitions_do_not_count_the_counter(void **state)
{
	static const char counted[] = "CREATE TABLE `t` (\n  `a` int NOT NULL AUTO_INCREMENT,\n  `b` int COMMENT 'AUTO_INCREMENT=5'\n) "
				      "ENGINE=InnoDB AUTO_INCREMENT=17 DEFAULT CHARSET=utf8mb4";
	static const char fresh[] = "CREATE TABLE `t` (\n  `a` int NOT NULL AUTO_INCREMENT,\n  `b` int COMMENT 'AUTO_INCREMENT=5'\n) "
				    "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";
	static const char other[] = "CREATE TABLE `t` (\n  `a` int NOT NULL AUTO_INCREMENT,\n  `b` int COMMENT 'AUTO_INCREMENT=6'\n) "
				    "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";
	char a[DIGEST_HEX_SIZE], b[DIGEST_HEX_SIZE], c[DIGEST_HEX_SIZE];

	(void) state;
	ddl_definition_hash(counted, strlen(counted), a);
	ddl_definition_hash(fresh, strlen(fresh), b);
	ddl_definition_hash(other, strlen(other), c);
	assert_string_equal(a, b);
	assert_string_not_equal(a, c);
	assert_int_equal(strlen(a), 32);
}

static void
dictionary_names(void **state)
{
	static const struct {
		const char *name, *db, *table, *part; /* part NULL: another table */
	} examples[] = {
	    {"d/t", "d", "t", ""},
	    {"d/t", "d", "T", NULL},
	    {"d/tt", "d", "t", NULL},
	    {"dd/t", "d", "t", NULL},
	    {"d@002d1/t", "d-1", "t", ""},
	    {"d/t#P#p0", "d", "t", "p0"},
	    {"d/t#p#p0#sp#s1", "d", "t", "p0#sp#s1"},
	    {"d/t#P#p0", "d", "t#P#p0", NULL}, /* that one would be written t@0023P@0023p0 */
	    {"d/t@0023P@0023p0", "d", "t#P#p0", ""},
	    {"d/T@0020@0p@002ex#P#p1", "d", "T é.x", "p1"},
	    {"d/@6c49@5b57", "d", "汉字", ""},
	    {"d/@6c49@5b57x", "d", "汉字", NULL},
	    {"d/t", "d", NULL, "t"},
	    {"e/t", "d", NULL, NULL},
	    {"d", "d", "t", NULL},
	    {"", "d", "t", NULL},
	};
	const char *part;

	(void) state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		bool is_it = ddl_innodb_name_is(examples[i].name, examples[i].db, examples[i].table, &part);

		if (is_it != (examples[i].part != NULL) || (is_it && strcmp(part, examples[i].part) != 0))
			fail_msg("'%s' as '%s'.'%s': %s", examples[i].name, examples[i].db,
			    examples[i].table == NULL ? "*" : examples[i].table, is_it ? part : "no");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(creates),
	    cmocka_unit_test(alters),
	    cmocka_unit_test(alters_with_rename),
	    cmocka_unit_test(exchanges_of_partitions),
	    cmocka_unit_test(drops),
	    cmocka_unit_test(renames),
	    cmocka_unit_test(truncates),
	    cmocka_unit_test(databases),
	    cmocka_unit_test(programs_and_users),
	    cmocka_unit_test(cases_survive_their_text),
	    cmocka_unit_test(definitions_do_not_count_the_counter),
	    cmocka_unit_test(dictionary_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
