/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DDL scanner: which class a statement is of, and where the names of its objects stand.
 *
 * It tokenises as the servers do (comments, version comments, ANSI_QUOTES, backslash escapes or
 * NO_BACKSLASH_ESCAPES, multi-byte client character sets whose second byte can be a backslash or quote),
 * recognises a statement by its leading words, and gives up (ERR_STOP) on anything else rather than guess.
 *
 * Worked example: "ALTER TABLE a.t RENAME TO u", default database "d": class DDL_ALTER_TABLE, names
 * {a.t, role OBJECT}, {d.u, role RENAMED_TO}.
 */
#ifndef ROUTE_DDL_H
#define ROUTE_DDL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/reader.h"
#include "model/flavour.h"

enum ddl_class {
	DDL_CREATE_TABLE,
	DDL_CREATE_TABLE_LIKE,
	DDL_CREATE_TABLE_SELECT, /* the query is in the text: its rows were logged as a statement, not as rows */
	DDL_ALTER_TABLE,
	DDL_DROP_TABLE,
	DDL_RENAME_TABLE,
	DDL_TRUNCATE_TABLE,
	DDL_CREATE_INDEX,
	DDL_DROP_INDEX,
	DDL_CREATE_DATABASE,
	DDL_ALTER_DATABASE,
	DDL_DROP_DATABASE,
	DDL_CREATE_SEQUENCE, /* MariaDB */
	DDL_ALTER_SEQUENCE,
	DDL_DROP_SEQUENCE,
	DDL_VIEW,       /* CREATE, ALTER, DROP of each: left out unless the task says otherwise */
	DDL_ROUTINE,    /* procedures, functions, packages, libraries */
	DDL_TRIGGER,
	DDL_EVENT,
	DDL_USER,       /* users, roles, grants, passwords */
	DDL_ADMIN,      /* ANALYZE, OPTIMIZE, REPAIR, CHECK TABLE, FLUSH: no change of content; left out */
	DDL_SERVER,     /* tablespaces, servers, resource groups, plugins, loadable functions: left out */
	DDL_DML,        /* INSERT, UPDATE, DELETE, REPLACE, LOAD, CALL, SELECT with effects: statement-format rows */
	DDL_TEMPORARY,  /* CREATE, DROP TEMPORARY TABLE: no effect on row events; left out */
	DDL_EMPTY,      /* only comments, or a dummy event */
	DDL_TRANSACTION /* BEGIN, COMMIT, XA ...: not DDL */
};
enum { DDL_N_CLASSES = DDL_TRANSACTION + 1 };

enum ddl_verb { DDL_VERB_OTHER, DDL_VERB_CREATE, DDL_VERB_ALTER, DDL_VERB_DROP };

enum ddl_role {
	DDL_ROLE_OBJECT,     /* what is created, altered, dropped, truncated; source of a rename */
	DDL_ROLE_RENAMED_TO, /* the new name; follows its object in the list */
	DDL_ROLE_REFERENCED, /* a foreign key's parent, a sequence in a default value: may be missing */
	DDL_ROLE_SOURCE,     /* what CREATE TABLE ... LIKE copies, the members of a MERGE table */
	DDL_ROLE_EXCHANGED,  /* ALTER TABLE ... EXCHANGE PARTITION ... WITH TABLE this; CONVERT TABLE or TO TABLE this */
	DDL_ROLE_ON,         /* the table of a trigger */
};

/* Where a name that names no database is looked up. */
enum ddl_scope {
	DDL_SCOPE_DEFAULT, /* in the default database */
	/* in the database of the statement's first name, or of what it is renamed to (foreign keys, triggers) */
	DDL_SCOPE_OBJECT,
};

struct ddl_name {
	enum ddl_role role;
	enum ddl_scope scope;
	const char *db;    /* unquoted, UTF-8; by `scope` where the statement names none, then "" if there is none */
	const char *table; /* unquoted, UTF-8; NULL for databases */
	bool has_db;       /* the statement names the database itself */
	/*
	 * Span in the statement of the whole name as written ("`a` . t"), to be replaced by a rewritten one.  Of
	 * length 0 where a name may be inserted (ALTER DATABASE without a name).
	 */
	size_t at;
	size_t len;
};

/* A column's new type, of ALTER TABLE ... MODIFY and CHANGE. */
struct ddl_change {
	const char *column; /* its name before */
	const char *type;   /* as written: "varchar", "INT"; of several words ("DOUBLE PRECISION") the first */
	uint64_t digits[2]; /* of "(10, 2)" behind it */
	size_t n_digits;
	struct ddl_change *next; /* NULL */
};

struct ddl_span {
	size_t at, len; /* 0, 0: none */
};

struct ddl {
	enum ddl_class class;
	enum ddl_verb verb;
	bool has_if_exists;     /* IF EXISTS or IF NOT EXISTS */
	bool has_or_replace;    /* MariaDB CREATE OR REPLACE */
	bool is_nontransactional_engine; /* names an ENGINE that is not transactional (MyISAM, Aria, MEMORY, ...) */
	bool moves_files;       /* ALTER TABLE ... DISCARD or IMPORT TABLESPACE: the rows come from a file */
	const char *own_value;  /* ALTER TABLE ADD with "UUID()" or its like in a default: each server fills in others; NULL */
	const char *own_column; /* its column, where it is added only IF NOT EXISTS; NULL */
	bool gives_numbers;     /* ALTER TABLE with a column that is to have AUTO_INCREMENT */
	const char *numbered_column; /* the one that gets it, where it is there already or may be; NULL */
	bool is_ignore;         /* ALTER IGNORE TABLE */
	bool adds_unique_key;   /* ALTER TABLE */
	bool changes_columns;   /* ALTER TABLE: MODIFY, CHANGE, CONVERT TO CHARACTER SET */
	struct ddl_change *changes; /* of columns, in no order; NULL */
	bool has_body;          /* a query or a program follows the names: other names stand in it, unseen */
	bool is_global_grant;   /* DDL_USER: no ON, or ON *.* */
	/*
	 * The character set that the text is in.  Servers write some statements anew, in UTF-8, and still log the
	 * client's character set with them (MySQL bug 59124; CREATE TABLE ... SELECT on every server, DROP TABLE
	 * on MySQL 5.6): a session that runs the statement must set this one as character_set_client.
	 */
	const char *charset;
	const char *engine;     /* as named; NULL */
	struct ddl_span set_statement;     /* MariaDB's "SET STATEMENT ... FOR" */
	struct ddl_span start_transaction; /* MySQL's mark of a CREATE TABLE whose rows follow in the binlog */
	struct ddl_span if_not_exists;     /* of CREATE; or of length 0, where it would stand */
	struct ddl_name *names; /* in the arena */
	size_t n_names;
};

struct ddl_context {
	enum flavour flavour;
	unsigned int server_version; /* 101119, 90700: which version comments are executed */
	uint64_t sql_mode;           /* bits of the query event: ANSI_QUOTES 4, NO_BACKSLASH_ESCAPES 1 << 20 */
	const char *charset;         /* client character set's name ("utf8mb4", "gbk"); NULL: utf8mb4 */
	const char *default_db;      /* UTF-8; "" for none */
	/*
	 * The event stands within a transaction, among its rows (behind BEGIN, or a MariaDB GTID that is not
	 * standalone): a CREATE TABLE there was written by the server, or, on MySQL, by a client with START TRANSACTION.
	 */
	bool is_in_transaction;
	bool is_charset_known; /* `charset` is the text's, whoever wrote it: ddl_plain() has found it out */
	uint16_t error_code; /* of the event: what the statement ended with although something of it was done */
};

/* The character set that the text is in: the client's, or that of servers.  NULL, and ERR_STOP: it could be either. */
const char *ddl_text_charset(struct bytes sql, const struct ddl_context *context, struct err *err);

bool ddl_scan(struct bytes sql, const struct ddl_context *context, struct arena *arena, struct ddl *ddl,
    struct err *err);

/* "ALTER TABLE": for messages and the intents table; static storage. */
const char *ddl_class_name(enum ddl_class class);

#endif
