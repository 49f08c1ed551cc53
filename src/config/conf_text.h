/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration's text on its way to libconfig, and where each line of it came from.
 *
 * libconfig 1.5 reads 4294967297 as 1 and an unclosed quote as an error of the last line, gives up at the tenth
 * @include without saying which, and knows no limits.  So the text goes through here first: @include lines are
 * replaced by the files they name, every integer gets the L suffix that makes it 64 bits wide (and is refused
 * where that is not enough), what is left open is reported with the line that opened it.
 */
#ifndef CONFIG_CONF_TEXT_H
#define CONFIG_CONF_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "config/messages.h"

struct conf_line {
	const char *file;
	unsigned int line;
};

/* A zeroed one is empty and ready. */
struct conf_text {
	struct buf out;          /* for libconfig */
	struct conf_line *lines; /* of `out`, the first one at 0 */
	size_t n_lines;
	size_t cap_lines;
	struct arena arena; /* file names */
};

/* False: the mistakes are in `messages`. */
bool conf_text_read_file(struct conf_text *text, const char *path, struct config_messages *messages);
/* From memory; @include is refused. */
bool conf_text_read_memory(
    struct conf_text *text, const char *name, const char *data, size_t len, struct config_messages *messages);
/* Where a line that libconfig counted (from 1) came from. */
struct conf_line conf_text_line(const struct conf_text *text, unsigned int line);
void conf_text_release(struct conf_text *text);

/* "/etc/rowferry/conf.d/x" of "x" named in "/etc/rowferry/conf.d/shop.conf"; in the arena. */
const char *conf_path(const char *file, const char *name, struct arena *arena);

#endif
