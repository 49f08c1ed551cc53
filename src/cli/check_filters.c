/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/check_filters.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum { BINARY_LOG_STATUS_SINCE = 80200 };

static const char *
field(struct result *result, const char *const *row, const char *name)
{
	for (unsigned int i = 0; i < result_columns(result); i++)
		if (strcasecmp(result_column_name(result, i), name) == 0)
			return row[i] == NULL ? "" : row[i];
	return "";
}

bool
binlog_filter_read(struct conn *conn, struct binlog_filter *filter, struct err *err)
{
	const struct server_info *server = conn_server(conn);
	bool is_new = server->flavour == FLAVOUR_MYSQL && server->version >= BINARY_LOG_STATUS_SINCE;
	struct result *result;
	const char *const *row;

	*filter = (struct binlog_filter){0};
	if (!conn_query(conn, is_new ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS", &result, err))
		return false;
	row = result_next(result);
	filter->has_binlog = row != NULL;
	filter->only = mem_strdup(row == NULL ? "" : field(result, row, "Binlog_Do_DB"));
	filter->ignore = mem_strdup(row == NULL ? "" : field(result, row, "Binlog_Ignore_DB"));
	result_free(result);
	return true;
}

void
binlog_filter_release(struct binlog_filter *filter)
{
	free(filter->only);
	free(filter->ignore);
	*filter = (struct binlog_filter){0};
}

/* Is `db` a member of "a,b,c"? */
static bool
is_listed(const char *list, const char *db)
{
	size_t len = strlen(db);

	for (const char *at = list; *at != '\0';) {
		size_t part = strcspn(at, ",");
		if (part == len && strncasecmp(at, db, len) == 0)
			return true;
		at += part;
		at += *at == ',';
	}
	return false;
}

bool
binlog_filter_hides(const struct binlog_filter *filter, const char *db)
{
	if (filter->only != NULL && filter->only[0] != '\0')
		return !is_listed(filter->only, db);
	return filter->ignore != NULL && is_listed(filter->ignore, db);
}
