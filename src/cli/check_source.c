/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/check_filters.h"
#include "cli/check_parts.h"

enum { SECONDS_PER_DAY = 86400, SECONDS_PER_HOUR = 3600 };

static void
check_log_bin(struct check *check)
{
	const char *name = conn_name(check->source.conn);
	struct err err = {0};

	if (!server_state_read(check->source.conn, &check->state, &err)) {
		report_err(check->report, VERDICT_FAIL, "source.log_bin", &err);
		return;
	}
	check->has_state = true;
	if (check->state.has_binlog)
		report_add(check->report, VERDICT_OK, "source.log_bin", "", "the binlog of '%s' is at '%s:%" PRIu64 "'", name,
		    check->state.file, check->state.offset);
	else
		report_add(check->report, VERDICT_FAIL, "source.log_bin", "Start it with log_bin.",
		    "source '%s' writes no binlog", name);
}

/* A session may have another format than the server; performance_schema shows it, where it is on. */
static void
check_session_formats(struct check *check)
{
	struct err err = {0};
	char *count = NULL;

	if (!conn_query_one(check->source.conn,
		"SELECT COUNT(*) FROM performance_schema.variables_by_thread WHERE VARIABLE_NAME = 'binlog_format' "
		"AND VARIABLE_VALUE <> 'ROW'",
		&count, &err))
		return;
	if (count != NULL && strcmp(count, "0") != 0)
		report_add(check->report, VERDICT_WARN, "source.session_format", "Reconnect those clients.",
		    "sessions of the source with a binlog_format other than ROW: %s", count);
	free(count);
}

static void
check_format(struct check *check)
{
	const char *format = variables_get(&check->source.variables, "binlog_format");

	if (format == NULL || strcasecmp(format, "ROW") == 0) {
		report_add(check->report, VERDICT_OK, "source.binlog_format", "", "binlog_format is ROW");
		check_session_formats(check);
		return;
	}
	report_add(check->report, VERDICT_FAIL, "source.binlog_format",
	    "Set binlog_format = ROW in the server's configuration and with SET GLOBAL, and reconnect its clients.",
	    "binlog_format is %s: changes are logged as statements, which stop the task", format);
}

static void
check_row_image(struct check *check)
{
	const char *image = variables_get(&check->source.variables, "binlog_row_image");

	if (image == NULL || strncasecmp(image, "FULL", 4) == 0)
		report_add(check->report, VERDICT_OK, "source.binlog_row_image", "", "binlog_row_image is %s",
		    image == NULL ? "FULL (the server knows no other)" : image);
	else
		report_add(check->report, VERDICT_WARN, "source.binlog_row_image",
		    "Set binlog_row_image = FULL where a difference between the servers shall be noticed.",
		    "binlog_row_image is %s: an update shows the key and what it changed, no more", image);
}

static void
check_row_metadata(struct check *check)
{
	const char *metadata = variables_get(&check->source.variables, "binlog_row_metadata");

	if (metadata != NULL && strcasecmp(metadata, "FULL") == 0)
		report_add(check->report, VERDICT_OK, "source.binlog_row_metadata", "", "binlog_row_metadata is FULL");
	else if (metadata != NULL)
		report_add(check->report, VERDICT_WARN, "source.binlog_row_metadata",
		    "Set binlog_row_metadata = FULL on the source.",
		    "binlog_row_metadata is %s: columns come without names and are matched by their place", metadata);
	else
		report_add(check->report, VERDICT_WARN, "source.binlog_row_metadata",
		    "Keep the columns of both servers in the same order.",
		    "the source's version logs no column names: columns are matched by their place");
}

static void
check_value_options(struct check *check)
{
	const char *options = variables_get(&check->source.variables, "binlog_row_value_options");
	const char *image = variables_get(&check->source.variables, "binlog_row_image");
	bool is_mariadb = check->destination.conn != NULL && check->destination.server->flavour == FLAVOUR_MARIADB;

	if (options == NULL || options[0] == '\0')
		return;
	if (is_mariadb && image != NULL && strcasecmp(image, "FULL") != 0)
		report_add(check->report, VERDICT_FAIL, "source.binlog_row_value_options",
		    "Set binlog_row_value_options = '' or binlog_row_image = FULL on the source and for its sessions.",
		    "binlog_row_value_options is %s and binlog_row_image %s: MariaDB takes whole documents, and the events hold none",
		    options, image);
	else if (is_mariadb)
		report_add(check->report, VERDICT_OK, "source.binlog_row_value_options", "",
		    "binlog_row_value_options is %s: partial updates of JSON are made whole with the row before them", options);
	else
		report_add(check->report, VERDICT_OK, "source.binlog_row_value_options", "",
		    "binlog_row_value_options is %s: partial updates of JSON are applied as such", options);
}

static void
check_gtids(struct check *check)
{
	const char *mode = variables_get(&check->source.variables, "gtid_mode");
	bool is_mysql = check->source.server->flavour == FLAVOUR_MYSQL;
	bool is_needed = check->task->source.start.kind == START_GTID;

	if (!is_mysql || (mode != NULL && strcasecmp(mode, "ON") == 0)) {
		report_add(check->report, VERDICT_OK, "source.gtid_mode", "", "the source has GTIDs");
		return;
	}
	report_add(check->report, is_needed ? VERDICT_FAIL : VERDICT_WARN, "source.gtid_mode",
	    "Set gtid_mode = ON and enforce_gtid_consistency = ON on the source.",
	    "gtid_mode is %s: the position is a file and offset of this server, and means nothing on another one",
	    mode == NULL ? "not known to this version" : mode);
}

static void
check_server_id(struct check *check)
{
	const struct source_options *source = &check->task->source;
	struct err err = {0};

	if (server_check_replica_id(check->source.conn, check->task->server_id, source->report_host, source->report_port,
		&err))
		report_add(check->report, VERDICT_OK, "source.server_id", "", "server_id %" PRIu32 " is free on the source",
		    check->task->server_id);
	else
		report_err(check->report, VERDICT_FAIL, "source.server_id", &err);
}

/* 0: kept for ever. */
static uint64_t
kept_seconds(const struct variables *variables)
{
	uint64_t seconds = variables_number(variables, "binlog_expire_logs_seconds");
	const char *purge = variables_get(variables, "binlog_expire_logs_auto_purge");
	const char *days = variables_get(variables, "expire_logs_days");

	if (purge != NULL && !variables_is_on(variables, "binlog_expire_logs_auto_purge"))
		return 0;
	if (seconds == 0 && days != NULL)
		seconds = (uint64_t) (strtod(days, NULL) * SECONDS_PER_DAY);
	return seconds;
}

static void
check_expiry(struct check *check)
{
	const struct variables *variables = &check->source.variables;
	uint64_t seconds = kept_seconds(variables), bytes = variables_number(variables, "max_binlog_total_size");

	if (bytes == 0)
		bytes = variables_number(variables, "binlog_space_limit");
	if (seconds != 0 && seconds < SECONDS_PER_DAY)
		report_add(check->report, VERDICT_WARN, "source.binlog_expiry",
		    "Keep them for as long as the task may stand still: set binlog_expire_logs_seconds.",
		    "binlogs are deleted after %.1f hours", (double) seconds / SECONDS_PER_HOUR);
	else if (bytes != 0)
		report_add(check->report, VERDICT_WARN, "source.binlog_expiry",
		    "Be sure that this is more than is written while the task may stand still.",
		    "binlogs are deleted above %" PRIu64 " bytes", bytes);
	else if (seconds == 0)
		report_add(check->report, VERDICT_OK, "source.binlog_expiry", "", "binlogs are not deleted by age");
	else
		report_add(check->report, VERDICT_OK, "source.binlog_expiry", "", "binlogs are kept for %.1f days",
		    (double) seconds / SECONDS_PER_DAY);
}

/* Which of the carried databases the source's own filter keeps out of its binlog. */
static void
check_hidden(struct check *check)
{
	struct names hidden = {.arena = &check->report->arena};
	struct binlog_filter filter = {0};
	struct result *result = NULL;
	const char *const *row;
	struct err err = {0};

	if (!binlog_filter_read(check->source.conn, &filter, &err) ||
	    !conn_query(check->source.conn, "SHOW DATABASES", &result, &err)) {
		report_err(check->report, VERDICT_WARN, "source.binlog_filter", &err);
		binlog_filter_release(&filter);
		return;
	}
	while ((row = result_next(result)) != NULL)
		if (rules_db_scope(check->rules, row[0]) != RULES_NO_TABLES && binlog_filter_hides(&filter, row[0]))
			names_add(&hidden, "%s", row[0]);
	result_free(result);
	report_names(check->report, VERDICT_FAIL, "source.binlog_filter", &hidden,
	    "carried databases that binlog_do_db or binlog_ignore_db keeps out of the source's binlog",
	    "Take them out of that filter, which needs a restart of the source.");
	if (binlog_filter_hides(&filter, "dump2db"))
		report_add(check->report, VERDICT_WARN, "source.binlog_filter_marks",
		    "Let dump2db into the binlog, or be sure that nothing replicates to the source by rowferry.",
		    "dump2db is kept out of the source's binlog: what another rowferry wrote there cannot be recognised");
	else if (hidden.n == 0)
		report_add(check->report, VERDICT_OK, "source.binlog_filter", "", "no filter hides what is carried");
	names_release(&hidden);
	binlog_filter_release(&filter);
}

void
check_source(struct check *check)
{
	if (check->source.conn == NULL)
		return;
	check_log_bin(check);
	check_format(check);
	check_row_image(check);
	check_row_metadata(check);
	check_value_options(check);
	check_gtids(check);
	check_server_id(check);
	check_expiry(check);
	if (check->has_state && check->state.has_binlog)
		check_hidden(check);
}
