/* SPDX-License-Identifier: Apache-2.0 */
#include "model/column.h"

/* By number, as the servers' manuals name them; unused numbers are NULL. */
static const char *const names[256] = {
    [TYPE_DECIMAL] = "old decimal",
    [TYPE_TINY] = "tinyint",
    [TYPE_SHORT] = "smallint",
    [TYPE_LONG] = "int",
    [TYPE_FLOAT] = "float",
    [TYPE_DOUBLE] = "double",
    [TYPE_NULL] = "null",
    [TYPE_TIMESTAMP] = "old timestamp",
    [TYPE_LONGLONG] = "bigint",
    [TYPE_INT24] = "mediumint",
    [TYPE_DATE] = "date",
    [TYPE_TIME] = "old time",
    [TYPE_DATETIME] = "old datetime",
    [TYPE_YEAR] = "year",
    [TYPE_NEWDATE] = "date",
    [TYPE_VARCHAR] = "varchar",
    [TYPE_BIT] = "bit",
    [TYPE_TIMESTAMP2] = "timestamp",
    [TYPE_DATETIME2] = "datetime",
    [TYPE_TIME2] = "time",
    [TYPE_TYPED_ARRAY] = "typed array",
    [TYPE_BLOB_COMPRESSED] = "compressed blob",
    [TYPE_VARCHAR_COMPRESSED] = "compressed varchar",
    [TYPE_VECTOR] = "vector",
    [TYPE_JSON] = "json",
    [TYPE_NEWDECIMAL] = "decimal",
    [TYPE_ENUM] = "enum",
    [TYPE_SET] = "set",
    [TYPE_TINY_BLOB] = "tinyblob",
    [TYPE_MEDIUM_BLOB] = "mediumblob",
    [TYPE_LONG_BLOB] = "longblob",
    [TYPE_BLOB] = "blob",
    [TYPE_VAR_STRING] = "varchar",
    [TYPE_STRING] = "char",
    [TYPE_GEOMETRY] = "geometry",
};

const char *
column_type_name(uint8_t type)
{
	return names[type] == NULL ? "unknown" : names[type];
}
