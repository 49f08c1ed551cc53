/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status variables of a QUERY event: u1 code, value of a length that only the code tells
 * (Query_event_status_vars in MySQL's statement_events.h; Query_log_event in MariaDB's log_event.cc).
 */
#ifndef BINLOG_QUERY_STATUS_H
#define BINLOG_QUERY_STATUS_H

#include "binlog/query_event.h"

bool query_status_read(struct bytes vars, enum flavour flavour, struct query *query, struct err *err);

#endif
