/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A binlog file (or a relay log), read event by event without a server.
 *
 * Layout (sql/log.cc, sql/binlog_ostream.cc): magic fe 'b' 'i' 'n', then events back to back, the first a
 * format description.  Encrypted files are refused: MySQL's begin with fd 'b' 'i' 'n', MariaDB's have START_ENCRYPTION
 * behind the format description; the server that wrote them reads them.
 *
 * Every error text begins with "FILE:OFFSET: ".
 */
#ifndef SOURCE_BINLOG_FILE_H
#define SOURCE_BINLOG_FILE_H

#include "base/err.h"
#include "base/reader.h"

struct binlog_file;

/* `path` is copied; "-" is standard input. */
bool binlog_file_open(const char *path, struct binlog_file **file, struct err *err);
void binlog_file_close(struct binlog_file *file); /* NULL is fine */

/*
 * The next event, whole, valid until the next call, and where it begins; {NULL, 0} at the end.  A file that ends inside an
 * event is ERR_STOP: all that was whole has been given before.  An announced length costs no more memory than the file has
 * bytes.
 */
bool binlog_file_next(struct binlog_file *file, struct bytes *packet, uint64_t *offset, struct err *err);

/* Goes forward to the event that begins at `offset`. */
bool binlog_file_skip_to(struct binlog_file *file, uint64_t offset, struct err *err);

/* The name without folders, as the server knows it; "-" for standard input. */
const char *binlog_file_name(const struct binlog_file *file);

#endif
