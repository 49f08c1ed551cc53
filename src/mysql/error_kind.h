/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MYSQL_ERROR_KIND_H
#define MYSQL_ERROR_KIND_H

#include "base/err.h"

/*
 * What may be done about a server's or the client library's error.  Numbers: MySQL's and MariaDB's error
 * references.  `text` tells apart what shares a number (1030 wraps the storage engine's errno).
 */
enum err_kind error_kind(unsigned int code, const char *text);

#endif
