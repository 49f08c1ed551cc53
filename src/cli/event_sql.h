/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events as SQL, for people: rows as the statements that a task would run on a target with the same columns, statements
 * as they are logged, everything else as comments.  Columns without names are `@1`, `@2`, ...; rows of a table whose
 * key is not known are found by their whole image.
 */
#ifndef CLI_EVENT_SQL_H
#define CLI_EVENT_SQL_H

#include "cli/event_walk.h"

struct event_sql;

/* `context` of the printer. */
struct event_sql *event_sql_new(void);
void event_sql_free(struct event_sql *sql); /* NULL is fine */

extern const struct event_printer event_sql_printer;

#endif
