/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ALTER TABLE that makes the server fill in what no event tells: each server would fill in other values (UUID(), a
 * sequence), give its numbers in another order (AUTO_INCREMENT), or keep other rows of those that are there twice (ALTER
 * IGNORE).  InnoDB goes through a table in the order of its primary key, also where the statement drops that key
 * (tried on all servers); without one in that of arrival, which differs from server to server.
 */
#ifndef SINK_MYSQL_DDL_FILL_H
#define SINK_MYSQL_DDL_FILL_H

#include "sink/mysql/ddl_statement.h"

/* ERR_STOP where the rows of the target's table would become others than the source's. */
bool ddl_fill_check(struct applier *applier, const struct ddl_statement *statement, struct err *err);

#endif
