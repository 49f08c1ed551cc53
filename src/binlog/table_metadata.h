/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The optional metadata at the end of a TABLE_MAP: fields of u1 type, packed length, value
 * (sql/log_event.cc, Table_map_log_event::init_metadata_fields(); sent under binlog_row_metadata).
 */
#ifndef BINLOG_TABLE_METADATA_H
#define BINLOG_TABLE_METADATA_H

#include "base/err.h"
#include "base/reader.h"
#include "model/table_map.h"

/*
 * Reads all fields into map->columns, whose types are known.  Strings stay in the body (which the map owns),
 * arrays go to its arena.  Fields of unknown types are passed over.  ERR_STOP when a field is shorter or longer
 * than the columns need.  The families count different columns as text.
 */
bool table_metadata_read(struct reader *reader, enum flavour flavour, struct table_map *map, struct err *err);

#endif
