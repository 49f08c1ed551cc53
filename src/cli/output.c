/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/visible.h"

static bool
write_visible(FILE *file, const char *text, size_t len)
{
	struct buf out = {0};
	bool done;

	visible_put_lines(text, len, &out);
	done = fwrite(buf_text(&out), 1, out.len, file) == out.len;
	buf_release(&out);
	return done;
}

bool
output_report(struct buf *text, struct err *err)
{
	if (write_visible(stdout, buf_text(text), text->len) && fflush(stdout) == 0)
		return true;
	return err_set(err, ERR_STOP, "cannot write to standard output: %s", strerror(errno));
}

bool
output_raw(FILE *file, const char *text, size_t len)
{
	return isatty(fileno(file)) ? write_visible(file, text, len) : fwrite(text, 1, len, file) == len;
}

void
output_message(const char *format, ...)
{
	struct buf line = {0};
	va_list args;
	char *text = NULL;

	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return;
	visible_put(text, (size_t) len, &line);
	(void) fflush(stdout);
	(void) fprintf(stderr, "rowferry: %s\n", buf_text(&line));
	buf_release(&line);
	free(text);
}
