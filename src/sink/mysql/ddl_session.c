/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply/literal.h"

/*
 * flags2: options of the session (MySQL sql/query_options.h, MariaDB sql/sql_priv.h); from 24 on MariaDB's, but
 * for 26, 27.
 */
enum {
	FLAG_AUTO_IS_NULL = 1 << 14,
	FLAG_NO_CHECK_CONSTRAINTS = 1 << 15, /* MariaDB */
	FLAG_EXPLICIT_DEFAULTS = 1 << 24,    /* MariaDB */
	FLAG_NO_FOREIGN_KEYS = DDL_FLAG_NO_FOREIGN_KEYS,
	FLAG_RELAXED_UNIQUE = 1 << 27,
	FLAG_IF_EXISTS = 1 << 28,      /* MariaDB */
	FLAG_INSERT_HISTORY = 1 << 30, /* MariaDB */
};

/* Since when. */
enum { MARIADB_LOGS_EXPLICIT_DEFAULTS = 100609, MARIADB_11 = 110000, MYSQL_8 = 80000 };
enum { MOST_DEFAULTS = sizeof(((struct ddl_charset_defaults *) 0)->items) / sizeof(struct ddl_charset_default) };

struct plan {
	const struct ddl_session_event *event;
	const struct ddl_target *target;
	struct buf *enter;
	struct buf *leave;
};

/* name = value, and name = DEFAULT afterwards. */
static void
put(struct plan *plan, const char *name, const char *value)
{
	buf_printf(plan->enter, "%s%s = %s", plan->enter->len == 0 ? "SET " : ", ", name, value);
	buf_printf(plan->leave, "%s%s = DEFAULT", plan->leave->len == 0 ? "SET " : ", ", name);
}

static void
put_number(struct plan *plan, const char *name, uint64_t value)
{
	char text[24];

	(void) snprintf(text, sizeof(text), "%" PRIu64, value);
	put(plan, name, text);
}

static void
put_text(struct plan *plan, const char *name, const char *value, size_t len)
{
	struct buf text = {0};

	literal_put_string(value, len, &text);
	put(plan, name, buf_text(&text));
	buf_release(&text);
}

/* For variables that not every server has. */
static bool
target_has(const struct plan *plan, const char *name)
{
	return ddl_target_variable(plan->target, name) != NULL;
}

/* Some variables want a privilege to be set: they are left alone when they are right already. */
static void
put_unless_equal(struct plan *plan, const char *name, const char *value)
{
	const char *now = ddl_target_variable(plan->target, name);

	if (now != NULL && strcasecmp(now, value) != 0)
		put(plan, name, value);
}

static bool
is_word_byte(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       byte == '_' || byte == '$' || byte >= 0x80;
}

/*
 * Does the word stand in the text, wherever?  For "might it matter": strings and comments may say yes for
 * nothing.
 */
static bool
has_word(struct bytes text, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= text.len; i++)
		if ((i == 0 || !is_word_byte(text.data[i - 1])) &&
		    (i + len == text.len || !is_word_byte(text.data[i + len])) &&
		    strncasecmp((const char *) text.data + i, word, len) == 0)
			return true;
	return false;
}

static bool
lacks_collation(uint16_t id, const char *what, struct err *err)
{
	struct buf name = {0};

	ddl_collation_put_name(id, &name);
	(void) err_set(
	    err, ERR_STOP, "%s is collation %s, which the target does not have", what, buf_text(&name));
	buf_release(&name);
	return err_hint(err, "Say in ddl.collations what is to stand for it.");
}

/* Stored with the object, or deciding what a query finds. */
static bool
keeps_collation(const struct ddl_session_event *event)
{
	return event->has_body || event->class == DDL_VIEW || event->class == DDL_ROUTINE ||
	       event->class == DDL_TRIGGER || event->class == DDL_EVENT;
}

static bool
put_collation(
    struct plan *plan, const char *variable, uint16_t id, bool counts, const char *what, struct err *err)
{
	const struct ddl_collation *collation = ddl_collations_resolve(&plan->target->collations, id);

	if (collation == NULL && !counts)
		collation = ddl_collations_find(&plan->target->collations, ddl_collation_of_charset(id));
	if (collation == NULL)
		return lacks_collation(id, what, err);
	put(plan, variable, collation->name);
	return true;
}

/* By name: MariaDB takes the number of an old collation for a character set, but not that of a new one. */
static bool
put_client(struct plan *plan, struct err *err)
{
	const struct ddl_session_event *event = plan->event;
	uint16_t id = event->query->charset_client;
	const struct ddl_collation *collation = ddl_collations_resolve(&plan->target->collations, id);

	if (collation == NULL)
		collation = ddl_collations_find(&plan->target->collations, ddl_collation_of_charset(id));
	if (event->charset == NULL && collation == NULL)
		return lacks_collation(id, "the client's character set", err);
	put(plan, "character_set_client", event->charset == NULL ? collation->charset : event->charset);
	return true;
}

static bool
put_charsets(struct plan *plan, struct err *err)
{
	const struct ddl_session_event *event = plan->event;
	const struct query *query = event->query;
	const struct ddl_collation *server;
	bool is_bare_database;

	if (!query->has_charset)
		return true;
	if (!put_client(plan, err) || !put_collation(plan, "collation_connection", query->collation_connection,
					  keeps_collation(event), "the connection's collation", err))
		return false;
	server = ddl_collations_resolve(&plan->target->collations, query->collation_server);
	is_bare_database = event->class == DDL_CREATE_DATABASE && !has_word(event->text, "COLLATE") &&
			   !has_word(event->text, "CHARSET") && !has_word(event->text, "CHARACTER");
	if (server != NULL)
		put(plan, "collation_server", server->name);
	else if (is_bare_database)
		return lacks_collation(query->collation_server, "the default of the new database", err);
	if (query->has_charset_database && keeps_collation(event))
		return put_collation(
		    plan, "collation_database", query->charset_database, true, "the database's default", err);
	return true;
}

/*
 * What a character set by itself means on the source, where that is not what it meant of old: MySQL 8 on says
 * so for utf8mb4, MariaDB 11.2 on in pairs (u2 collation of old, u2 collation now).
 */
static void
source_defaults(const struct ddl_session_event *event, struct ddl_charset_defaults *defaults)
{
	const struct query *query = event->query;
	struct bytes pairs = query->character_set_collations;

	defaults->n = 0;
	if (query->has_default_collation_utf8mb4 &&
	    query->default_collation_utf8mb4 != COLLATION_UTF8MB4_GENERAL_CI)
		defaults->items[defaults->n++] =
		    (struct ddl_charset_default){"utf8mb4", query->default_collation_utf8mb4, NULL};
	for (size_t i = 0; i + 4 <= pairs.len && defaults->n < MOST_DEFAULTS; i += 4) {
		const char *charset = ddl_collation_charset((uint16_t) bytes_le(pairs.data + i, 2));
		uint16_t wanted = (uint16_t) bytes_le(pairs.data + i + 2, 2);

		if (charset != NULL && wanted != bytes_le(pairs.data + i, 2))
			defaults->items[defaults->n++] = (struct ddl_charset_default){charset, wanted, NULL};
	}
}

/* MariaDB 11.2 on: a list of "charset=collation"; what is not in it has the default of old. */
static void
put_charset_collations(struct plan *plan, const struct ddl_charset_defaults *defaults)
{
	struct buf list = {0};

	for (size_t i = 0; i < defaults->n; i++)
		if (defaults->items[i].collation != NULL)
			buf_printf(&list, "%s%s=%s", list.len == 0 ? "" : ",", defaults->items[i].charset,
			    defaults->items[i].collation->name);
	put_text(plan, "character_set_collations", buf_text(&list), list.len);
	buf_release(&list);
}

/* MySQL 8 on: one setting, of two values.  True when it says what the source means. */
static bool
put_utf8mb4_default(struct plan *plan, const struct ddl_charset_default *utf8mb4)
{
	bool is_0900 = utf8mb4 != NULL && utf8mb4->collation != NULL &&
		       strcasecmp(utf8mb4->collation->name, "utf8mb4_0900_ai_ci") == 0;

	put_unless_equal(
	    plan, "default_collation_for_utf8mb4", is_0900 ? "utf8mb4_0900_ai_ci" : "utf8mb4_general_ci");
	return is_0900;
}

/* Leaves in `defaults` what must be said in the statement. */
static void
put_charset_defaults(struct plan *plan, struct ddl_charset_defaults *defaults)
{
	bool has_list = target_has(plan, "character_set_collations");
	struct ddl_charset_default *utf8mb4 = NULL;
	size_t left = 0;

	source_defaults(plan->event, defaults);
	for (size_t i = 0; i < defaults->n; i++) {
		struct ddl_charset_default *one = &defaults->items[i];

		one->collation = ddl_collations_resolve(&plan->target->collations, one->wanted);
		if (strcmp(one->charset, "utf8mb4") == 0)
			utf8mb4 = one;
	}
	if (has_list)
		put_charset_collations(plan, defaults);
	bool is_set = target_has(plan, "default_collation_for_utf8mb4") && put_utf8mb4_default(plan, utf8mb4);
	for (size_t i = 0; i < defaults->n; i++) {
		struct ddl_charset_default one = defaults->items[i];

		if ((has_list && one.collation != NULL) || (is_set && &defaults->items[i] == utf8mb4))
			continue;
		defaults->items[left++] = one;
	}
	defaults->n = left;
}

static bool
explicit_defaults(const struct ddl_session_event *event, bool *wanted)
{
	if (event->source_flavour == FLAVOUR_MARIADB) {
		*wanted = (event->query->flags2 & FLAG_EXPLICIT_DEFAULTS) != 0;
		return event->query->has_flags2 && event->source_version >= MARIADB_LOGS_EXPLICIT_DEFAULTS;
	}
	*wanted = event->query->has_explicit_defaults_ts ? event->query->explicit_defaults_ts
							 : event->source_explicit_defaults == TRI_YES;
	return event->query->has_explicit_defaults_ts || event->source_explicit_defaults != TRI_UNKNOWN;
}

static bool
put_explicit_defaults(struct plan *plan, struct err *err)
{
	static const char name[] = "explicit_defaults_for_timestamp";
	const char *now = ddl_target_variable(plan->target, name);
	bool wanted;

	if (now == NULL || !explicit_defaults(plan->event, &wanted))
		return true;
	if (strcasecmp(now, wanted ? "ON" : "OFF") == 0)
		return true;
	if (plan->target->flavour == FLAVOUR_MYSQL && plan->target->version < MYSQL_8) {
		if (!has_word(plan->event->text, "TIMESTAMP"))
			return true;
		(void) err_set(err, ERR_STOP,
		    "the source ran the statement with %s = %s, the target has %s and sets it for no "
		    "session",
		    name, wanted ? "ON" : "OFF", now);
		return err_hint(err, "Start the target with %s=%s.", name, wanted ? "ON" : "OFF");
	}
	put(plan, name, wanted ? "ON" : "OFF");
	return true;
}

/*
 * MariaDB 10.11 logs the bit, 11.8 does not: the source has judged its rows, and the target has the same ones.
 */
static bool
checks_constraints(const struct ddl_session_event *event)
{
	if (event->source_flavour == FLAVOUR_MYSQL)
		return true;
	return event->source_version < MARIADB_11 && event->query->has_flags2 &&
	       (event->query->flags2 & FLAG_NO_CHECK_CONSTRAINTS) == 0;
}

static void
put_flags(struct plan *plan)
{
	const struct query *query = plan->event->query;
	bool is_mariadb = plan->event->source_flavour == FLAVOUR_MARIADB;
	uint32_t flags = query->has_flags2 ? query->flags2 : 0;

	put_number(plan, "foreign_key_checks", (flags & FLAG_NO_FOREIGN_KEYS) == 0);
	put_number(plan, "unique_checks", (flags & FLAG_RELAXED_UNIQUE) == 0);
	put_number(plan, "sql_auto_is_null", (flags & FLAG_AUTO_IS_NULL) != 0);
	if (target_has(plan, "check_constraint_checks"))
		put_number(plan, "check_constraint_checks", checks_constraints(plan->event));
	if (target_has(plan, "sql_if_exists"))
		put_number(plan, "sql_if_exists", is_mariadb && (flags & FLAG_IF_EXISTS) != 0);
	if (target_has(plan, "system_versioning_insert_history"))
		put_number(
		    plan, "system_versioning_insert_history", is_mariadb && (flags & FLAG_INSERT_HISTORY) != 0);
}

/* ALTER TABLE ... ADD ... AUTO_INCREMENT numbers the rows that are there.  Not logged means 1 and 1. */
static void
put_auto_increment(struct plan *plan)
{
	const struct query *query = plan->event->query;
	char value[16];

	(void) snprintf(
	    value, sizeof(value), "%u", query->has_auto_increment ? query->auto_increment_increment : 1U);
	put_unless_equal(plan, "auto_increment_increment", value);
	(void) snprintf(
	    value, sizeof(value), "%u", query->has_auto_increment ? query->auto_increment_offset : 1U);
	put_unless_equal(plan, "auto_increment_offset", value);
}

static void
put_time(struct plan *plan)
{
	const struct query *query = plan->event->query;
	char timestamp[32];

	if (plan->event->timestamp != 0) {
		(void) snprintf(timestamp, sizeof(timestamp), "%" PRIu32 ".%06" PRIu32, plan->event->timestamp,
		    query->has_microseconds ? query->microseconds : 0);
		put(plan, "timestamp", timestamp);
	}
	put_number(plan, "lc_time_names", query->has_lc_time_names ? query->lc_time_names : 0);
}

/* Logged only with statements that depend on it.  SYSTEM is the source's machine's, not the target's. */
static bool
put_time_zone(struct plan *plan, struct err *err)
{
	struct bytes zone = plan->event->query->time_zone;
	const struct system_zone *there = plan->event->source_zone, *here = &plan->target->zone;
	char offset[16];

	if (!plan->event->query->has_time_zone || zone.len == 0)
		return true;
	if (ddl_target_is_system_zone(plan->event->query) && system_zone_is_constant(there)) {
		int minutes = there->east_minutes;

		(void) snprintf(offset, sizeof(offset), "'%c%02d:%02d'", minutes < 0 ? '-' : '+', abs(minutes) / 60 % 100,
		    abs(minutes) % 60);
		put(plan, "time_zone", offset);
		return true;
	}
	if (ddl_target_is_system_zone(plan->event->query) && !system_zone_is_equal(there, here)) {
		(void) err_set(err, ERR_STOP,
		    "the statement depends on the source's system time zone, %s; the target's, %s, is another one", there->name,
		    here->name);
		return err_hint(err, "Give the statement with literals of another time zone with `rowferry skip`; a "
				     "default_time_zone other than SYSTEM on the source avoids this.");
	}
	put_text(plan, "time_zone", (const char *) zone.data, zone.len);
	return true;
}

/*
 * What the event does not carry: the target's own settings must not forbid or change what the source has done.
 */
static void
put_policy(struct plan *plan)
{
	put(plan, "lock_wait_timeout", "DEFAULT"); /* a statement that waits for a table is asked whether to go on: ddl_run.c */
	put_unless_equal(plan, "default_storage_engine", "InnoDB");
	put_unless_equal(plan, "sql_require_primary_key", "OFF");
	put_unless_equal(plan, "sql_generate_invisible_primary_key", "OFF");
	if (has_word(plan->event->text, "REFERENCES"))
		put_unless_equal(plan, "restrict_fk_on_non_standard_key", "OFF");
	if (target_has(plan, "system_versioning_alter_history"))
		put(plan, "system_versioning_alter_history", "KEEP");
	if (target_has(plan, "max_statement_time"))
		put(plan, "max_statement_time", "0");
}

bool
ddl_session_plan(const struct ddl_session_event *event, const struct ddl_target *target, struct buf *enter,
    struct buf *leave, struct ddl_charset_defaults *defaults, struct err *err)
{
	struct plan plan = {event, target, enter, leave};
	uint64_t mode;

	if (!ddl_sql_mode(event->query->has_sql_mode ? event->query->sql_mode : 0, event->source_flavour,
		target->flavour, target->version, &mode, err))
		return false;
	put_number(&plan, "sql_mode", mode);
	put_time(&plan);
	put_flags(&plan);
	put_auto_increment(&plan);
	put_policy(&plan);
	put_charset_defaults(&plan, defaults);
	return put_charsets(&plan, err) && put_explicit_defaults(&plan, err) && put_time_zone(&plan, err);
}
