/* SPDX-License-Identifier: Apache-2.0 */
/* binlog_do_db and binlog_ignore_db of a server, which no variable shows before MySQL 8 and MariaDB 11. */
#ifndef CLI_CHECK_FILTERS_H
#define CLI_CHECK_FILTERS_H

#include "mysql/conn.h"

struct binlog_filter {
	bool has_binlog;
	char *only;   /* "a,b"; "" for none */
	char *ignore;
};

bool binlog_filter_read(struct conn *conn, struct binlog_filter *filter, struct err *err);
void binlog_filter_release(struct binlog_filter *filter);
/* Rows of this database do not reach the binlog.  binlog_do_db wins over binlog_ignore_db, as in the server. */
bool binlog_filter_hides(const struct binlog_filter *filter, const char *db);

#endif
