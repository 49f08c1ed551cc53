/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the objects of a DDL look like at one moment: taken before the statement and stored with its intent
 * (dump2db.ddl.objects, JSON), taken again after a crash, and compared by ddl_judge.h.
 *
 * Existence alone proves little: a table dropped and made again looks the same.  InnoDB gives each table (each
 * partition) a number that no later one gets again, that a RENAME keeps and that TRUNCATE and a rebuild change.
 * Reading them takes the PROCESS privilege; without it, or for other engines, there are the definition and
 * CREATE_TIME, which prove a change but not its absence.
 */
#ifndef SINK_MYSQL_DDL_SNAPSHOT_H
#define SINK_MYSQL_DDL_SNAPSHOT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "mysql/conn.h"
#include "route/ddl.h"

/* A number of a table, of its partition `part` ("" for none), or of table `part` in a database. */
struct ddl_id {
	const char *part;
	uint64_t id;
};

struct ddl_seen {
	enum ddl_role role;
	const char *db;
	const char *name; /* NULL for a database; "" for the grants as a whole */
	bool exists;
	const char *kind;       /* "BASE TABLE", "VIEW", "SEQUENCE"; of programs "FUNCTION,PROCEDURE": all of the name */
	const char *definition; /* 32 hexadecimal digits; "" when it cannot be read */
	const char *created;    /* CREATE_TIME; "" for none */
	enum tristate is_empty; /* asked only where a statement empties the table */
	bool has_ids;
	struct ddl_id *ids; /* in order of `part` */
	size_t n_ids;
};

/* Memory is the arena's that it was made with. */
struct ddl_snapshot {
	struct ddl_seen *items;
	size_t n;
	enum tristate is_logged; /* does the target's binlog hold the statement?  (ddl_log.h) */
};

struct ddl_snapshot_name {
	enum ddl_role role;
	const char *db, *name;
};

/* The names that a statement may change: what is only read is left out. */
bool ddl_snapshot_take(struct conn *conn, enum ddl_class class, const struct ddl_snapshot_name *names, size_t n,
    struct arena *arena, struct ddl_snapshot *snapshot, struct err *err);

/* The same objects as in `before`, as they are now. */
bool ddl_snapshot_again(struct conn *conn, enum ddl_class class, const struct ddl_snapshot *before,
    struct arena *arena, struct ddl_snapshot *now, struct err *err);

/* A SHOW CREATE text without what changes by itself: AUTO_INCREMENT=n of the table. */
void ddl_definition_hash(const char *text, size_t len, char hash[DIGEST_HEX_SIZE]);

/*
 * Is `name` of InnoDB's dictionary ("d@002d1/t#P#p0", strings in the file system's encoding) table `table` of
 * `db`, or a partition of it?  *part then points behind the partition mark, "" for none; `table` NULL asks for
 * any table of the database, *part is then its name.  Characters beyond ASCII match whatever stands encoded in
 * their place.
 */
bool ddl_innodb_name_is(const char *name, const char *db, const char *table, const char **part);

#endif
