/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE_MAP (19).  Layout (sql/log_event.cc, Table_map_log_event): table id (6 bytes, 4 when the format says a
 * post-header of 6), u2 flags; u1 length + database + NUL; u1 length + name + NUL; packed column count; types;
 * packed length of metadata; metadata; NULL bits; optional metadata as (u1 type, packed length, value).
 */
#ifndef BINLOG_TABLE_MAP_EVENT_H
#define BINLOG_TABLE_MAP_EVENT_H

#include "binlog/event.h"
#include "model/table_map.h"

/* TABLE_ID_DUMMY: of an empty rows event that only ends a statement; there is no table map to it. */
enum { TABLE_MAP_MOST_COLUMNS = 4096, TABLE_MAP_LIMIT_BYTES = 8 << 20, TABLE_ID_DUMMY = 0xffffff };

/* *map has one reference, owned by the caller; its body is a copy. */
bool table_map_parse(const struct event *event, const struct binlog_format *format, struct table_map **map,
    struct err *err);

/*
 * Database and name alone, in the event: for tables that are not carried, whose columns may be of a type that
 * cannot be read.
 */
bool table_map_name_parse(const struct event *event, const struct binlog_format *format, struct bytes *db,
    struct bytes *name, struct err *err);

/* The table id alone, also of rows events: for look-up before anything is parsed. */
bool table_id_parse(const struct event *event, const struct binlog_format *format, uint64_t *table_id,
    struct err *err);

#endif
