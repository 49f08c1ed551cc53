/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/session.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "apply/literal.h"

enum { LOCK_WAIT_TIMEOUT_S = 50, IDLE_TIMEOUT_S = 7 * 24 * 60 * 60, ER_SPECIFIC_ACCESS_DENIED = 1227 };

struct setting {
	const char *name;
	const char *value; /* as SHOW VARIABLES prints it; NULL: from the options */
	bool is_required;  /* changes what is stored, or whether it can be */
};

static const struct setting settings[] = {
    {"sql_mode", SESSION_SQL_MODE, true},
    {"time_zone", "+00:00", true},
    {"autocommit", "ON", true},
    {"completion_type", "NO_CHAIN", true},
    {"foreign_key_checks", "ON", true},
    {"unique_checks", "ON", true},
    {"sql_safe_updates", "OFF", true},
    {"sql_auto_is_null", "OFF", true},
    {"sql_log_bin", NULL, true},
    {"binlog_format", "ROW", true}, /* the marker must be a row event for a reader of this server's binlog */
    {"innodb_lock_wait_timeout", NULL, true},
    {"lock_wait_timeout", NULL, true}, /* for a table that somebody alters */
    {"wait_timeout", NULL, true},
    {"net_read_timeout", "600", true},
    {"net_write_timeout", "600", true},
    /* MariaDB */
    {"check_constraint_checks", "ON", true},
    {"system_versioning_insert_history", "ON", true},
    {"system_versioning_alter_history", "KEEP", false},
    {"max_statement_time", "0.000000", true},
    {"idle_transaction_timeout", "0", false},
    {"idle_write_transaction_timeout", "0", false},
    {"sql_if_exists", "OFF", false},
    {"binlog_annotate_row_events", "OFF", false}, /* our SQL text beside each row would double the binlog */
    /* MySQL */
    {"sql_require_primary_key", "OFF", false},
    {"sql_generate_invisible_primary_key", "OFF", false},
    {"binlog_rows_query_log_events", "OFF", false},
    /* both */
    {"explicit_defaults_for_timestamp", "ON", false},
    {"innodb_strict_mode", "OFF", false}, /* what the source's DDL was allowed to say */
    {"sql_big_selects", "ON", false},
};

enum { N_SETTINGS = sizeof(settings) / sizeof(settings[0]) };

/* The wanted value of setting `i` in `text` of `size` bytes where it is a number; NULL: leave it alone. */
static const char *
wanted_value(size_t i, const struct session_options *options, char *text, size_t size)
{
	unsigned int number = 0;

	if (settings[i].value != NULL)
		return settings[i].value;
	if (strcmp(settings[i].name, "sql_log_bin") == 0)
		return options->sql_log_bin < 0 ? NULL : options->sql_log_bin == 0 ? "OFF" : "ON";
	if (strcmp(settings[i].name, "innodb_lock_wait_timeout") == 0 || strcmp(settings[i].name, "lock_wait_timeout") == 0)
		number = options->lock_wait_timeout_s == 0 ? LOCK_WAIT_TIMEOUT_S : options->lock_wait_timeout_s;
	if (strcmp(settings[i].name, "wait_timeout") == 0)
		number = options->idle_timeout_s == 0 ? IDLE_TIMEOUT_S : options->idle_timeout_s;
	(void) snprintf(text, size, "%u", number);
	return text;
}

/* The order in which a server prints the members of sql_mode is its own. */
static bool
is_same_value(const char *name, const char *now, const char *wanted)
{
	return strcmp(name, "sql_mode") != 0 && strcasecmp(now, wanted) == 0;
}

static void
put_assignment(const char *name, const char *value, struct buf *out)
{
	bool is_number = value[0] != '\0' && value[strspn(value, "0123456789.")] == '\0';

	buf_puts(out, name);
	buf_putc(out, '=');
	if (is_number)
		buf_puts(out, value);
	else
		literal_put_string(value, strlen(value), out);
}

static bool
set_one(struct conn *conn, const struct setting *setting, const char *value, struct err *err)
{
	struct buf sql = {0};
	struct err failed = {0};
	bool is_done;

	buf_puts(&sql, "SET SESSION ");
	put_assignment(setting->name, value, &sql);
	is_done = conn_exec(conn, buf_text(&sql), NULL, &failed);
	buf_release(&sql);
	if (is_done || (!setting->is_required && conn_is_usable(conn)))
		return true;
	*err = failed;
	(void) err_prefix(err, "cannot set %s to '%s': ", setting->name, value);
	if (failed.code != ER_SPECIFIC_ACCESS_DENIED)
		return false;
	(void) err_hint(err,
	    "Grant the destination user BINLOG ADMIN (MariaDB), SYSTEM_VARIABLES_ADMIN (MySQL 8 on) or "
	    "SUPER, or %s.",
	    strcmp(setting->name, "sql_log_bin") == 0 ? "leave binlog out of the task file"
						      : "set it in the server's configuration");
	return false;
}

static bool
set_variables(struct conn *conn, const struct session_options *options, struct err *err)
{
	struct buf sql = {0};
	struct result *result = NULL;
	const char *const *row;
	bool is_done = false;

	buf_puts(&sql, "SHOW SESSION VARIABLES WHERE Variable_name IN (");
	for (size_t i = 0; i < N_SETTINGS; i++)
		buf_printf(&sql, "%s'%s'", i == 0 ? "" : ",", settings[i].name);
	buf_puts(&sql, ") AND (@@log_bin OR Variable_name <> 'binlog_format')");
	if (!conn_query(conn, buf_text(&sql), &result, err))
		goto out;
	while ((row = result_next(result)) != NULL) {
		for (size_t i = 0; i < N_SETTINGS; i++) {
			char text[16];
			const char *value = wanted_value(i, options, text, sizeof(text));

			if (strcasecmp(row[0], settings[i].name) != 0 || value == NULL ||
			    is_same_value(row[0], row[1], value))
				continue;
			if (!set_one(conn, &settings[i], value, err))
				goto out;
		}
	}
	is_done = true;
out:
	result_free(result);
	buf_release(&sql);
	return is_done;
}

bool
session_setup(struct conn *conn, const struct session_options *options, struct err *err)
{
	return conn_exec(conn, "SET NAMES utf8mb4", NULL, err) && set_variables(conn, options, err) &&
	       conn_exec(conn, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE", NULL, err);
}
