/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APPLY_DUMP2DB_SQL_H
#define APPLY_DUMP2DB_SQL_H

/* The statements of sql/dump2db.sql in order, NULL behind the last; made at build time. */
extern const char *const dump2db_sql[];

#endif
