/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void format_cut(char *to, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void
format_cut(char *to, size_t size, const char *format, va_list args)
{
	int len = vsnprintf(to, size, format, args);

	if (len >= 0 && (size_t) len >= size)
		memcpy(to + size - 4, "...", 4);
}

bool
err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
	va_list args;

	err_clear(err);
	err->kind = kind;
	va_start(args, format);
	format_cut(err->text, sizeof(err->text), format, args);
	va_end(args);
	return false;
}

bool
err_hint(struct err *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	format_cut(err->hint, sizeof(err->hint), format, args);
	va_end(args);
	return false;
}

bool
err_prefix(struct err *err, const char *format, ...)
{
	char old[sizeof(err->text)];
	va_list args;
	size_t len;

	memcpy(old, err->text, sizeof(old));
	va_start(args, format);
	format_cut(err->text, sizeof(err->text), format, args);
	va_end(args);
	len = strlen(err->text);
	if ((size_t) snprintf(err->text + len, sizeof(err->text) - len, "%s", old) >= sizeof(err->text) - len)
		memcpy(err->text + sizeof(err->text) - 4, "...", 4);
	return false;
}

bool
err_suffix(struct err *err, const char *format, ...)
{
	size_t len = strlen(err->text);
	va_list args;

	if (len + 4 >= sizeof(err->text))
		return false;
	va_start(args, format);
	format_cut(err->text + len, sizeof(err->text) - len, format, args);
	va_end(args);
	return false;
}

void
err_clear(struct err *err)
{
	err->kind = ERR_NONE;
	err->code = 0;
	err->sqlstate[0] = '\0';
	err->text[0] = '\0';
	err->hint[0] = '\0';
}
