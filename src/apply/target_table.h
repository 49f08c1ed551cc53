/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of the target as its catalogue describes it now: what columns may be written, how a row is found.
 *
 * The ordered DDL has brought the target to the very position of the rows being applied, so this is also the
 * definition that the rows were written with, as long as every type of the table map fits it;
 * target_table_fit() says whether.
 *
 * What table maps hold beside the columns that the catalogue lists (tried on MariaDB 10.11 and 11.8): behind
 * them row_start and row_end of a table "with system versioning" that does not name them, and behind those one
 * bigint for each unique key over a whole BLOB or TEXT (DB_ROW_HASH_n).  The former are listed here as columns,
 * the latter are not carried.  MySQL 9.7 sends nothing for the hidden columns of functional indexes; MySQL 8.0
 * sends them last.
 */
#ifndef APPLY_TARGET_TABLE_H
#define APPLY_TARGET_TABLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/table_map.h"
#include "mysql/conn.h"

/* DATA_TYPE of the catalogue as a number.  The order within the integers, texts and blobs is that of their
 * size. */
enum target_type {
	TARGET_UNKNOWN, /* none that rows can be written to */
	TARGET_TINYINT,
	TARGET_SMALLINT,
	TARGET_MEDIUMINT,
	TARGET_INT,
	TARGET_BIGINT,
	TARGET_FLOAT,
	TARGET_DOUBLE,
	TARGET_DECIMAL,
	TARGET_BIT,
	TARGET_YEAR,
	TARGET_DATE,
	TARGET_TIME,
	TARGET_DATETIME,
	TARGET_TIMESTAMP,
	TARGET_CHAR,
	TARGET_VARCHAR,
	TARGET_TEXT, /* tinytext to longtext: octet_length tells */
	TARGET_BINARY,
	TARGET_VARBINARY,
	TARGET_BLOB, /* tinyblob to longblob */
	TARGET_ENUM,
	TARGET_SET,
	TARGET_JSON, /* MySQL; MariaDB's is a longtext */
	TARGET_GEOMETRY,
	TARGET_VECTOR,
	TARGET_UUID, /* these three: MariaDB */
	TARGET_INET4,
	TARGET_INET6,
};

struct target_column {
	const char *name;
	enum target_type type;
	const char *data_type;   /* information_schema DATA_TYPE: "varchar", "bigint", "uuid", ... */
	const char *column_type; /* "int(10) unsigned" */
	const char *charset;     /* NULL for none */
	const char *collation;
	const char
	    *introducer;       /* what goes before a quoted string of stored bytes: "_latin1"; "" for utf8mb4 */
	uint64_t octet_length; /* CHARACTER_OCTET_LENGTH; 0 for none */
	bool is_unsigned;
	bool is_generated; /* virtual or stored: never written */
	bool is_stored;    /* of a generated one: what was computed stays */
	bool is_row_time;  /* MariaDB system versioning: row_start, row_end */
	bool is_nullable;
	bool is_auto_increment;
	bool is_set_on_update;   /* ON UPDATE CURRENT_TIMESTAMP: kept by saying so */
	uint8_t fraction_digits; /* DATETIME_PRECISION */
	uint8_t precision;       /* DECIMAL; bits of BIT; bytes of BINARY; M of FLOAT(M,D) and DOUBLE(M,D), 0: none */
	uint8_t scale;           /* DECIMAL; D */
	uint16_t n_members;      /* ENUM and SET */
	int16_t zone_minutes;    /* TIMESTAMP: of the session's time zone, ahead of UTC; target_table_set_session() */
	const char *default_text;   /* COLUMN_DEFAULT as the server shows it; NULL: none */
	bool is_default_expression; /* MySQL: DEFAULT_GENERATED */
	bool is_default_proved;     /* the source has the same: sink/mysql/default_proof.h */
	bool is_json;            /* MariaDB's JSON, a longtext with a CHECK; column_sense_load_json() tells */
};

struct target_table {
	struct arena arena;
	const char *db;
	const char *name;
	enum flavour flavour; /* of the server */
	const char *engine;
	bool is_transactional;
	bool is_sequence;  /* MariaDB */
	bool is_versioned; /* MariaDB system versioning */
	bool has_triggers; /* any trigger on it */
	bool has_stored;   /* any stored generated column */
	bool is_sensitive; /* generated columns, functional indexes or CHECKs: what is stored may depend on the session */
	bool is_bending;   /* the session that writes to it is lenient: target_table_set_session() */
	size_t n_columns;
	struct target_column *columns; /* in ordinal order */
	size_t n_hidden;               /* columns that table maps may hold behind these (see above) */
	/* The key by which rows are found: primary, else the best unique key without NULLs; n_key 0: none. */
	size_t n_key;
	const size_t *key; /* indexes into columns */
	const char *key_name;
	size_t row_start, row_end; /* of a versioned table: indexes into columns; SIZE_MAX: none */
	size_t n_implicit;         /* 2 when those two are not named by the table's definition */
	const char *end_of_time;   /* row_end of current rows; static storage */
	bool may_change;           /* destination.allow_changed_values */

	/* Set by target_table_fit() for the table map it was last asked about. */
	const struct table_map *fitted; /* a reference of the table's own */
	size_t *column_of;              /* source column -> target column; SIZE_MAX: not carried (hidden) */
	uint8_t *fraction_digits;       /* of source columns, for rows_open(); 0xff: not known */
	size_t changing;                /* the first source column whose values it stores as others; SIZE_MAX: none */
};

/*
 * Reads the definition.  *table NULL without an error: there is no such table.  ERR_STOP for a view.  Caller
 * frees.
 */
bool target_table_load(
    struct conn *conn, const char *db, const char *name, struct target_table **table, struct err *err);
void target_table_free(struct target_table *table); /* NULL is fine */

/*
 * Maps the columns of `map` to those of `table`: by name where the source sends names, else by place; checks
 * that each type on the wire can be held.  ERR_STOP names the column, both types, and what would cure it. Cheap
 * when asked again for the same map.
 */
bool target_table_fit(struct target_table *table, const struct table_map *map, struct err *err);
/*
 * ERR_STOP names the first column whose values the fitted table would store as others without an error: CHAR loses
 * trailing spaces, BINARY gets zero bytes.  Unless that is allowed.
 */
bool target_table_refuse_change(const struct target_table *table, struct err *err);
#define TARGET_CHANGE_HINT                                                                                             \
	"Give the target's column the source's type (ALTER TABLE on the target), or allow it with "                    \
	"destination.allow_changed_values, then start again."
/* Forgets the map. */
void target_table_unfit(struct target_table *table);

/*
 * The session that rows are written in from here on, until it is told again: how far ahead of UTC its time zone is, and
 * whether it bends values that do not fit.  At first it is the one of apply/session.h.
 */
void target_table_set_session(struct target_table *table, int zone_minutes, bool is_bending);

/* What target_table_load() does with one column's text; for it and the tests. */
enum target_type target_type_parse(const char *data_type);
void target_column_parse_type(struct target_column *column);
/* The next member of "enum('a','it''s','back\\\\slash')" from *at on into `member`, as it is; false at the end. */
bool target_column_next_member(const char **at, struct buf *member);

#endif
