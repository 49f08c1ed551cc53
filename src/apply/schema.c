/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/schema.h"

#include <stdlib.h>
#include <string.h>

#include "apply/dump2db_sql.h"

enum { ER_BAD_DB_ERROR = 1049, ER_NO_SUCH_TABLE = 1146 };

bool
schema_version(struct conn *conn, unsigned int *version, struct err *err)
{
	char *text = NULL;

	*version = 0;
	if (!conn_query_one(conn, "SELECT MAX(version) FROM dump2db.version", &text, err)) {
		if (err->code != ER_BAD_DB_ERROR && err->code != ER_NO_SUCH_TABLE)
			return false;
		err_clear(err);
		return true;
	}
	*version = text == NULL ? 0 : (unsigned int) strtoul(text, NULL, 10);
	free(text);
	return true;
}

bool
schema_ensure(struct conn *conn, struct err *err)
{
	unsigned int version;

	if (!schema_version(conn, &version, err))
		return false;
	if (version > SCHEMA_VERSION) {
		(void) err_set(err, ERR_STOP, "server '%s': schema dump2db has version %u, this release knows %d",
		    conn_name(conn), version, (int) SCHEMA_VERSION);
		return err_hint(err, "Use the newer rowferry that made it, on every node.");
	}
	if (version == SCHEMA_VERSION)
		return true;
	for (const char *const *statement = dump2db_sql; *statement != NULL; statement++) {
		if (conn_exec(conn, *statement, NULL, err))
			continue;
		(void) err_prefix(err, "cannot create schema dump2db: ");
		return err->kind == ERR_STOP
			   ? err_hint(err, "Grant the destination user CREATE on dump2db.*, or run sql/dump2db.sql by hand.")
			   : false;
	}
	return true;
}
