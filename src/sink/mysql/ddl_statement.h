/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One DDL of the source on its way to the target: read from its event, scanned, rewritten for the target's
 * names, and the session that it must run in.
 */
#ifndef SINK_MYSQL_DDL_STATEMENT_H
#define SINK_MYSQL_DDL_STATEMENT_H

#include "binlog/query_event.h"
#include "route/ddl_rewrite.h"
#include "sink/mysql/applier_private.h"
#include "sink/mysql/ddl_snapshot.h"

struct ddl_statement {
	struct arena arena;
	struct buf inflated; /* of a compressed event */
	struct txn_cursor cursor;
	struct query query;
	uint32_t timestamp;
	unsigned int server_version; /* that wrote its event: a source may have been upgraded since */
	struct ddl_context source; /* how its text is to be read */
	bool has_rows;             /* CREATE ... SELECT: rows follow in the transaction */

	bool is_left_out;
	const char *reason; /* why it, or a part of it, is left out; "" for none */
	bool is_notable;
	bool is_once; /* then the first time alone */

	/* The rest only when it is carried. */
	bool is_replacement; /* an operator's text, in UTF-8 and for an ordinary session */
	struct ddl ddl;      /* class and options of what runs */
	struct bytes text;
	struct bytes shown; /* the same without what is secret in it */
	bool has_secret;
	const char *default_db; /* "": any will do */
	const char *source_db;  /* of the first name, there; NULL: no name */
	struct ddl_snapshot_name *names;
	size_t n_names;
	unsigned int expected_error; /* what it ends with, as on the source; 0: it must succeed */
	char hash[DIGEST_HEX_SIZE]; /* of what is shown */
	struct buf enter; /* "SET ..." in front of it */
	struct buf leave;
};

/*
 * A zeroed `statement` is filled.  ERR_STOP where the statement, or its session, cannot be had on the target.
 */
bool ddl_statement_load(struct ddl_statement *statement, struct applier *applier,
    const struct binlog_format *format, struct txn *txn, const char *replacement, struct err *err);
/* Its beginning, for messages: without what is secret in it. */
void ddl_statement_put_text(const struct ddl_statement *statement, struct buf *out);
void ddl_statement_release(struct ddl_statement *statement); /* a zeroed one is fine */

#endif
