/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of an answer.  Private to this folder. */
#ifndef MYSQL_RESULT_H
#define MYSQL_RESULT_H

#include "mysql/conn_private.h"

/* `res` is the result's from here on. */
struct result *result_new(MYSQL_RES *res);
/* Reads all rows of the answer that has come.  False: one too large or cut off; the connection is of no use then. */
bool result_read(struct conn *conn, struct result *result, struct err *err);
/* As above, and keeps none. */
bool result_drop(struct conn *conn, MYSQL_RES *res, struct err *err);

#endif
