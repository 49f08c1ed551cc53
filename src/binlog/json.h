/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MySQL's binary JSON (sql/json_binary.cc) as text, and the diffs of PARTIAL_UPDATE_ROWS (sql/json_diff.cc).
 */
#ifndef BINLOG_JSON_H
#define BINLOG_JSON_H

#include "base/buf.h"
#include "base/err.h"
#include "base/reader.h"

enum { JSON_DEPTH_LIMIT = 100 };

/*
 * Appends the document as JSON text in utf8mb4 such that the server parses it back to an equal document:
 * doubles keep a point or exponent, decimals, dates and other opaque values come as the server prints them
 * in json_dom.cc (strings in quotes, base64:typeNN: for the rest).  Empty input is null.
 */
bool json_put_text(struct bytes json, struct buf *out, struct err *err);

/*
 * Appends an SQL expression that evaluates to the same document, opaque values (dates, decimals) included:
 * CAST('...' AS JSON) where text is enough, JSON_OBJECT / JSON_ARRAY with typed values inside where it is not
 * (json_sql.c has the list).  For MySQL targets; TIMESTAMP, BIT, BINARY and BLOB values need MySQL 8.0.4.
 * Two things are not as they were: a TINYBLOB becomes a BLOB, and decimals are equal but may be stored with more
 * or fewer leading zeros.
 */
bool json_put_sql(struct bytes json, struct buf *out, struct err *err);

enum json_diff_op { JSON_DIFF_REPLACE = 0, JSON_DIFF_INSERT = 1, JSON_DIFF_REMOVE = 2 };

struct json_diff {
	enum json_diff_op op;
	struct bytes path;  /* "$.a[3]" */
	struct bytes value; /* binary JSON; empty for remove */
};

/* Takes the next diff off the list (what stands behind its u4 length); *is_end when it is used up. */
bool json_diff_next(struct reader *list, struct json_diff *diff, bool *is_end, struct err *err);

/*
 * Appends JSON_REMOVE/JSON_REPLACE/JSON_ARRAY_INSERT/JSON_INSERT(...) around `column_sql` such that the
 * whole list is applied in order, with the same meaning as the server's apply_json_diffs().  An empty list
 * gives the column alone.  For MySQL targets only: MariaDB's functions differ and its JSON is text.  Where the
 * server rejects a diff (the place to replace is not there) the functions leave the document as it is.
 */
bool json_diff_put_sql(struct bytes list, struct bytes column_sql, struct buf *out, struct err *err);

/*
 * Appends " AND ..." for each diff: true for a document that the server would not reject it for, false or NULL for others
 * (see above) and for no document at all.
 */
bool json_diff_put_fit(struct bytes list, struct bytes column_sql, struct buf *out, struct err *err);

/*
 * Applies the list to the document of the before image and appends the result as json_put_text() would: for
 * targets whose JSON is text.  ERR_STOP if a diff does not fit the document.
 */
bool json_apply_diffs(struct bytes before, struct bytes list, struct buf *out, struct err *err);

#endif
