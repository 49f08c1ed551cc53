/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Was a statement executed?  The rules, as functions of what its objects looked like before and look like now.
 *
 *   class                     not executed             executed                    in between
 *   CREATE TABLE, ...         not there                there                       -
 *     OR REPLACE              same number              -                           gone, empty: run again
 *   ALTER TABLE, ... INDEX    -                        other definition            same definition: run again
 *     with RENAME             old name there           new name there              -
 *     with EXCHANGE           numbers as before        numbers swapped             -
 *   DROP TABLE a, b           all there                none there                  drop the rest
 *   RENAME TABLE a TO b, ...  step 0                   last step                   rename the rest
 *   TRUNCATE                  same numbers             all differ, and empty       some: run again
 *   CREATE, DROP DATABASE     as CREATE, DROP TABLE;   DROP with tables left: run again
 *
 * Where the target's binlog holds the statement, it was executed, whatever its objects look like; where it can be
 * read and does not, what looks executed may be another session's work, and is left to an operator.
 *
 * "Run again" is said only where a second run gives what one run gives.  Numbers that show somebody else's work
 * (a dropped table that is there again under another number) and signs that prove nothing (a TRUNCATE without
 * numbers) are left to an operator.
 */
#ifndef SINK_MYSQL_DDL_JUDGE_H
#define SINK_MYSQL_DDL_JUDGE_H

#include "sink/mysql/ddl_snapshot.h"

enum ddl_finding {
	DDL_NOT_EXECUTED,
	DDL_EXECUTED,
	DDL_RUN_AGAIN, /* either way, running it now gives the wanted result */
	DDL_PARTLY,    /* another statement finishes it */
	DDL_UNDECIDED,
};

/* What must be known of a statement to judge it. */
struct ddl_case {
	enum ddl_class class;
	enum ddl_verb verb;
	bool has_if_exists;
	bool has_or_replace;
	struct ddl_snapshot before;
	const char *log_file; /* where the target's binlog ended; "": not known */
	uint64_t log_offset;
	const char *seal; /* ddl_seal.h: of a text that holds a password; "": the intent has the text itself */
};

/*
 * `finish` receives the statement for DDL_PARTLY, `why` what an operator should look at for DDL_UNDECIDED: one
 * clause, as in an error text.
 */
enum ddl_finding ddl_judge(const struct ddl_case *statement, const struct ddl_snapshot *now, struct buf *finish,
    struct buf *why);

/* For column `objects` of dump2db.ddl: verb, options and what was seen; the class has a column of its own. */
void ddl_case_put_json(const struct ddl_case *statement, struct buf *out);
bool ddl_case_read_json(const char *json, struct arena *arena, struct ddl_case *statement, struct err *err);

/* "executed", "not executed", ...: for logs; static storage. */
const char *ddl_finding_name(enum ddl_finding finding);

#endif
