/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text for a terminal or a log line.  Names, statements and errors come from servers, so from whoever may write there:
 * what would move the cursor, change colours, answer for the terminal or turn the reading direction is written as \xNN or
 * \uNNNN.  Those are the control characters of ASCII and of Unicode (C0, DEL, C1), line and paragraph separators, the
 * marks that embed, override or isolate a direction, and bytes that are no UTF-8.
 */
#ifndef BASE_VISIBLE_H
#define BASE_VISIBLE_H

#include <stddef.h>

#include "base/buf.h"

/* On one line: tabs and line ends become spaces. */
void visible_put(const char *text, size_t len, struct buf *out);
/* Tabs and line ends stay. */
void visible_put_lines(const char *text, size_t len, struct buf *out);

#endif
