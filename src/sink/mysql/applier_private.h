/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share; nothing outside includes it. */
#ifndef SINK_MYSQL_APPLIER_PRIVATE_H
#define SINK_MYSQL_APPLIER_PRIVATE_H

#include "base/once.h"
#include "binlog/rows.h"
#include "sink/mysql/applier.h"
#include "sink/mysql/dry_run.h"
#include "sink/mysql/name_claims.h"
#include "sink/mysql/proof.h"
#include "sink/mysql/row_session.h"
#include "sink/mysql/table_defs.h"
#include "sink/mysql/watchdog.h"
#include "sink/mysql/writer.h"

struct ddl_recovery;

struct applier {
	struct applier_options options;
	struct conn *conn;
	struct watchdog *watchdog;
	struct marker *marker;
	enum flavour flavour; /* of the target */
	struct writer *writer;
	struct table_defs *tables;
	struct proof proof;
	struct name_claims *claims;
	bool is_folded; /* the target's lower_case_table_names is not 0 */
	struct rows_cursor rows;
	bool has_foreign_key_checks; /* what the session is set to now */
	bool has_check_constraints;
	struct row_session row_session;
	bool moves_position; /* what is being built, as against an intent */
	bool is_behind_ddl; /* the transaction of rows begins with a statement (CREATE ... SELECT) that ddl_apply() has run */
	struct once said;
	struct dry_run dry;
	struct ddl_recovery *recovery; /* an intent of an earlier owner, judged; NULL for none: ddl_recovery.h */
	struct buf scratch;
};

/* Puts START TRANSACTION and the marker's update for the staged position into the writer. */
bool applier_begin(struct applier *applier, const char *origin, struct err *err);
/* As above without moving the position. */
bool applier_begin_fence(struct applier *applier, const char *origin, struct err *err);
/* Waits for all answers, then COMMIT; ERR_UNCERTAIN when its answer is lost. */
bool applier_commit(struct applier *applier, struct err *err);
/* Rolls back; when even that fails the error becomes ERR_UNCERTAIN. */
void applier_rollback(struct applier *applier, struct err *err);

/* Puts the rows of one transaction into the writer (rows_apply.c). */
bool rows_apply(struct applier *applier, const struct binlog_format *format, struct txn *txn, bool is_exact,
    struct err *err);

/* Sets the session up again after a DDL has had its own settings. */
bool applier_reset_session(struct applier *applier, struct err *err);

/* "gtid 0-1-5, binlog.000002:1234: " in front of the error. */
bool applier_in_txn(const struct txn *txn, struct err *err);

#endif
