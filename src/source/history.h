/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is what the source has in its binlog still what was followed?
 *
 * A GTID is a number that a server counts up, and so is an offset: after a reset, a crash that took the end of a file, or
 * an older copy, the server comes to the same numbers again, with other transactions behind them.  A file is only ever
 * added to, by one run of one server, and each run and each reset begins new ones.  So a file that has the name, the time
 * when it was begun and at least the length that it had holds what was read from it, and all files before it do.
 *
 *   file listed, begun then, long enough      proved
 *   file listed, begun at another time        another history: reset and grown, or an older copy that went on
 *   file listed, too short                    its end is lost
 *   file not listed, its number is to come    reset, or an older copy
 *   file not listed, its number has passed    purged: nothing can be told, the GTIDs alone count
 *
 * Times are in seconds: a file that was begun anew within the same second is taken for the one that was read, if it is
 * long enough.  Where the time is not known (a position by an operator's word), MariaDB tells the GTID at the offset.
 *
 * For the server that the file is of; the files of another one tell nothing.
 */
#ifndef SOURCE_HISTORY_H
#define SOURCE_HISTORY_H

#include <stdatomic.h>

#include "model/gtid_set.h"
#include "mysql/conn.h"

struct history_place {
	const char *file; /* "": not known, nothing to prove */
	uint64_t offset;
	uint32_t begun;   /* seconds since 1970, when the server began the file; 0: not known */
	const struct gtid_set *executed; /* that were read up to here; NULL: without GTIDs */
};

/* What the list of the source's files tells, ERR_STOP for another history; and whether the source has written on. */
bool history_look(struct conn *conn, const struct history_place *place, bool *is_ahead, struct err *err);
/* All of the above; `options`: for a second connection, which reads when the file was begun. */
bool history_check(struct conn *conn, const struct conn_options *options, const struct history_place *place,
    struct err *err);

/* "begun 1764547000;": how the time is stored beside the open marks of DDL; nothing where it is not known. */
void history_put_begun(uint32_t begun, struct buf *out);
/* 0: not told. */
uint32_t history_parse_begun(const char *text);

#endif
