/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/row_session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply/session.h"
#include "sink/mysql/applier_private.h"
#include "sink/mysql/ddl_session.h"
#include "sink/mysql/replay.h"

enum { WEST_LIMIT = -(12 * 60 + 59), EAST_LIMIT = 13 * 60 }; /* of MariaDB, and of MySQL before 8.0.19 */

#define BIT(n) ((uint64_t) 1 << (n))

/* Numbers as in ddl_sql_mode.c. */
static const uint64_t strict = BIT(21) | BIT(22); /* STRICT_TRANS_TABLES, STRICT_ALL_TABLES */
static const uint64_t dates = BIT(23) | BIT(24) | BIT(25); /* NO_ZERO_IN_DATE, NO_ZERO_DATE, ALLOW_INVALID_DATES */
/*
 * TIME_TRUNCATE_FRACTIONAL of MySQL, TIME_ROUND_FRACTIONAL of MariaDB.  NO_UNSIGNED_SUBTRACTION counts as the table is opened,
 * by whichever session that is, there as here.
 */
static const uint64_t silent_of_mysql = BIT(32), silent_of_mariadb = BIT(34);
static const uint64_t lenient = BIT(19) | BIT(30); /* NO_AUTO_VALUE_ON_ZERO, NO_ENGINE_SUBSTITUTION */
static const uint64_t plain = BIT(22) | BIT(19) | BIT(25) | BIT(30); /* SESSION_SQL_MODE */

static void
choose_mode(const struct applier *applier, uint64_t there, const struct target_table *table, struct row_session *out)
{
	const struct server_info *server = conn_server(applier->conn);
	uint64_t silent = server->flavour == FLAVOUR_MYSQL ? silent_of_mysql : silent_of_mariadb, mode;
	struct err ignored = {0};

	if (!ddl_sql_mode(there, applier->options.source_flavour, server->flavour, server->version, &mode, &ignored))
		return;
	bool is_replayed = replay_is_for(applier, table); /* row values are stored as they are */
	bool is_lenient = (mode & strict) == 0 && (is_replayed || (table->n_key != 0 && !table->is_versioned));
	out->is_bending = is_lenient && !is_replayed;
	if (is_lenient)
		out->sql_mode = lenient | (mode & (silent | dates));
	else if ((mode & silent) != 0)
		out->sql_mode = plain | (mode & silent);
}

static bool
is_settable(int minutes)
{
	return minutes >= WEST_LIMIT && minutes <= EAST_LIMIT;
}

/* "+05:30" */
static bool
read_offset(const char *zone, int *minutes)
{
	bool is_west = zone[0] == '-';
	char *colon;
	long hours, rest;

	if (zone[0] != '+' && !is_west)
		return false;
	hours = strtol(zone + 1, &colon, 10);
	if (*colon != ':')
		return false;
	rest = strtol(colon + 1, NULL, 10);
	*minutes = (int) (hours * 60 + rest) * (is_west ? -1 : 1);
	return is_settable(*minutes);
}

/* How far ahead of UTC it always is; 0 for any other. */
static int
zone_minutes(const struct applier *applier, const char *zone)
{
	const struct applier_options *options = &applier->options;
	int minutes = 0;

	if (options->source_session.is_known && strcasecmp(zone, options->source_session.time_zone) == 0 &&
	    system_zone_is_constant(&options->source_global_zone) && strchr(zone, ':') == NULL)
		return is_settable(options->source_global_zone.east_minutes) ? options->source_global_zone.east_minutes : 0;
	if (strcasecmp(zone, "SYSTEM") == 0 && system_zone_is_constant(&options->source_zone))
		return is_settable(options->source_zone.east_minutes) ? options->source_zone.east_minutes : 0;
	return read_offset(zone, &minutes) ? minutes : 0;
}

static const struct txn_session *
session_of(const struct applier *applier, const struct txn *txn)
{
	return txn->session.is_known ? &txn->session : &applier->options.source_session;
}

struct row_session
row_session_for(const struct applier *applier, const struct txn *txn, struct target_table *table)
{
	const struct txn_session *there = session_of(applier, txn);
	struct row_session session = {0};

	if (!table->is_sensitive)
		return session;
	if (there->is_known)
		choose_mode(applier, there->sql_mode, table, &session);
	if (there->is_known && !table->is_versioned)
		session.zone_minutes = zone_minutes(applier, there->time_zone);
	target_table_set_session(table, session.zone_minutes, session.is_bending);
	return session;
}

/* A value does not fit, is cut, is no number or no date, also in a functional index (3751, 3752, 3907) or CHECK (3819, 4025). */
static bool
is_of_strict_mode(const struct err *err)
{
	static const unsigned int codes[] = {1264, 1265, 1292, 1366, 1406, 1411, 1525, 3751, 3752, 3819, 3907, 4025};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (err->kind == ERR_STOP && err->code == codes[i])
			return true;
	return false;
}

bool
row_session_bend(const struct applier *applier, const struct txn *txn, struct target_table *table, const struct err *why,
    struct row_session *session)
{
	const struct txn_session *there = session_of(applier, txn);

	if (!is_of_strict_mode(why) || !table->is_sensitive || !table->is_transactional || session->is_bending)
		return false;
	choose_mode(applier, there->sql_mode & ~strict, table, session);
	target_table_set_session(table, session->zone_minutes, session->is_bending);
	return session->is_bending;
}

bool
row_session_is_equal(const struct row_session *a, const struct row_session *b)
{
	return a->sql_mode == b->sql_mode && a->zone_minutes == b->zone_minutes && a->is_bending == b->is_bending;
}

bool
row_session_put(struct applier *applier, const struct row_session *session, struct err *err)
{
	struct buf *sql = writer_sql(applier->writer);
	int minutes = abs(session->zone_minutes);

	if (session->sql_mode == 0)
		buf_puts(sql, "SET SESSION sql_mode='" SESSION_SQL_MODE "'");
	else
		buf_printf(sql, "SET SESSION sql_mode=%" PRIu64, session->sql_mode);
	buf_printf(sql, ",time_zone='%c%02d:%02d'", session->zone_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
	applier->row_session = *session;
	return writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err);
}
