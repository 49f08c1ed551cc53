/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ALTER TABLE that converts the values of a column (MODIFY, CHANGE).  What comes out is in no event,
 * and each server converts by rules of its own: '2020-01-01T10:00:00+05:00' becomes another DATETIME on MySQL 5.6 than on
 * 9.7, 7e-11 another text on MariaDB than on MySQL.  What can differ was measured (ddl_convert_table.h).
 *
 * The target's rows are the source's at this position: where it has no such values, the source had none.
 */
#ifndef SINK_MYSQL_DDL_CONVERT_H
#define SINK_MYSQL_DDL_CONVERT_H

#include "sink/mysql/ddl_statement.h"

/* ERR_STOP where values of the target's table could become others than the source's. */
bool ddl_convert_check(struct applier *applier, const struct ddl_statement *statement, struct err *err);

#endif
