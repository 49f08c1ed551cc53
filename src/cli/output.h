/* SPDX-License-Identifier: Apache-2.0 */
/* What commands print.  Nothing that a server made up reaches a terminal as it is: base/visible.h. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

/* A report for people, or JSON (which loses nothing by it), to standard output. */
bool output_report(struct buf *text, struct err *err);
/* What other programs may read, byte by byte: only where `file` is a terminal is it made visible.  False: errno tells. */
bool output_raw(FILE *file, const char *text, size_t len);
/* "rowferry: ...", one line, to standard error. */
void output_message(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
