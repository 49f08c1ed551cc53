/* SPDX-License-Identifier: Apache-2.0 */
#include "config/conf_text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	TEXT_LONGEST = 256 * 1024, /* all files together; libconfig's time grows with the square of it */
	NESTING_DEEPEST = 32,      /* of braces, brackets and parentheses; libconfig recurses */
	INCLUDE_DEEPEST = 8,
};

/* One file, read from left to right. */
struct scan {
	struct conf_text *text;
	struct config_messages *messages;
	const struct scan *parent; /* the file that includes this one */
	unsigned int depth;        /* of includes; INCLUDE_DEEPEST where none is allowed */
	struct stat stat;          /* tells the file from those that include it */
	const char *file;
	const char *at;
	const char *end;
	unsigned int line;
	size_t n_open;
	struct {
		char c;
		unsigned int line;
	} open[NESTING_DEEPEST];
};

static const char too_long[] = "it is longer than 262144 bytes, included files counted";

static bool scan_all(struct scan *scan);

static bool mistake(const struct scan *scan, unsigned int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool
mistake(const struct scan *scan, unsigned int line, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	config_messages_add(
	    scan->messages, CONFIG_MISTAKE, scan->file, line, NULL, "%s", text != NULL ? text : "");
	free(text);
	return false;
}

static void
begin_line(struct scan *scan)
{
	struct conf_text *text = scan->text;

	mem_grow(&text->lines, &text->cap_lines, text->n_lines + 1, sizeof(*text->lines));
	text->lines[text->n_lines++] = (struct conf_line){.file = scan->file, .line = scan->line};
}

/* Copies up to `to`, counting lines. */
static void
copy_to(struct scan *scan, const char *to)
{
	for (; scan->at < to; scan->at++) {
		buf_putc(&scan->text->out, *scan->at);
		if (*scan->at == '\n') {
			scan->line++;
			begin_line(scan);
		}
	}
}

static bool
starts_with(const struct scan *scan, const char *word)
{
	size_t len = strlen(word);

	return (size_t) (scan->end - scan->at) >= len && memcmp(scan->at, word, len) == 0;
}

static const char *
find_end_of_line(const struct scan *scan)
{
	const char *end = memchr(scan->at, '\n', (size_t) (scan->end - scan->at));

	return end != NULL ? end : scan->end;
}

static bool
scan_comment(struct scan *scan)
{
	static const char close[] = "*/";
	unsigned int line = scan->line;

	if (!starts_with(scan, "/*")) {
		copy_to(scan, find_end_of_line(scan));
		return true;
	}
	const char *end = memmem(scan->at + 2, (size_t) (scan->end - scan->at) - 2, close, 2);
	if (end == NULL)
		return mistake(scan, line, "a comment that begins here is not closed: '*/' is missing");
	copy_to(scan, end + 2);
	return true;
}

static bool
scan_string(struct scan *scan)
{
	const char *end = scan->at + 1;

	while (end < scan->end && *end != '"')
		end += *end == '\\' && end + 1 < scan->end ? 2 : 1;
	if (end >= scan->end)
		return mistake(scan, scan->line, "a string that begins here is not closed: '\"' is missing");
	copy_to(scan, end + 1);
	return true;
}

static bool
is_name_char(char c)
{
	return isalnum((unsigned char) c) || c == '_' || c == '-' || c == '*';
}

static void
scan_name(struct scan *scan)
{
	const char *end = scan->at;

	while (end < scan->end && is_name_char(*end))
		end++;
	copy_to(scan, end);
}

static bool
is_float_char(char c)
{
	return isdigit((unsigned char) c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
}

static void
scan_float(struct scan *scan)
{
	const char *end = scan->at;

	while (end < scan->end && is_float_char(*end))
		end++;
	copy_to(scan, end);
}

/* `from` to `to` as a number that fits 64 bits with a sign. */
static bool
is_int64(const char *from, const char *to, long long *value)
{
	char digits[32] = "";
	size_t len = (size_t) (to - from);

	if (len >= sizeof(digits))
		return false;
	memcpy(digits, from, len);
	errno = 0;
	*value = strtoll(digits, NULL, len > 1 && (digits[1] == 'x' || digits[1] == 'X') ? 16 : 10);
	return errno == 0;
}

/*
 * Integers end in L from here on, whether they did before or not, and are decimal: libconfig 1.8 takes 0xFFFFFFFFL
 * for -1.
 */
static bool
scan_number(struct scan *scan)
{
	const char *from = scan->at, *end = scan->at + (isdigit((unsigned char) *scan->at) ? 0 : 1);
	bool is_hex = end == from && (starts_with(scan, "0x") || starts_with(scan, "0X"));
	long long value = 0;

	end += is_hex ? 2 : 0;
	while (end < scan->end && (is_hex ? isxdigit((unsigned char) *end) : isdigit((unsigned char) *end)))
		end++;
	if (!is_hex && end < scan->end && (*end == '.' || *end == 'e' || *end == 'E')) {
		scan_float(scan);
		return true;
	}
	if (!is_int64(from, end, &value))
		return mistake(scan, scan->line, "number %.*s is too large: at most 9223372036854775807",
		    (int) (end - from < 40 ? end - from : 40), from);
	if (is_hex)
		buf_printf(&scan->text->out, "%lld", value);
	else
		copy_to(scan, end);
	scan->at = end;
	buf_putc(&scan->text->out, 'L');
	for (int i = 0; i < 2 && scan->at < scan->end && *scan->at == 'L'; i++)
		scan->at++;
	if (scan->at < scan->end && is_name_char(*scan->at)) {
		for (end = scan->at; end < scan->end && is_name_char(*end) && end - from < 40;)
			end++;
		return mistake(scan, scan->line,
		    "%.*s is no number: sizes such as \"64M\" are written in double"
		    " quotes",
		    (int) (end - from), from);
	}
	return true;
}

static bool
scan_open(struct scan *scan)
{
	if (scan->n_open == NESTING_DEEPEST)
		return mistake(
		    scan, scan->line, "'%c' is nested deeper than %d levels", *scan->at, NESTING_DEEPEST);
	scan->open[scan->n_open].c = *scan->at;
	scan->open[scan->n_open++].line = scan->line;
	copy_to(scan, scan->at + 1);
	return true;
}

static bool
scan_close(struct scan *scan)
{
	char opened = *scan->at == '}' ? '{' : *scan->at == ']' ? '[' : '(';

	if (scan->n_open == 0)
		return mistake(scan, scan->line, "'%c' closes nothing: no '%c' is open", *scan->at, opened);
	scan->n_open--;
	if (scan->open[scan->n_open].c != opened)
		return mistake(scan, scan->line, "'%c' does not close the '%c' of line %u", *scan->at,
		    scan->open[scan->n_open].c, scan->open[scan->n_open].line);
	copy_to(scan, scan->at + 1);
	return true;
}

/* A file that cannot be read is the mistake of the line that includes it. */
static bool
refuse_file(const struct scan *scan, const char *why)
{
	if (scan->parent != NULL)
		return mistake(scan->parent, scan->parent->line, "cannot include '%s': %s", scan->file, why);
	return mistake(scan, 0, "cannot read the file: %s", why);
}

static bool
read_descriptor(struct scan *scan, int fd, struct buf *content)
{
	size_t room = TEXT_LONGEST - scan->text->out.len;
	ssize_t n;

	if (fstat(fd, &scan->stat) != 0)
		return refuse_file(scan, config_messages_why(scan->messages, errno));
	if (!S_ISREG(scan->stat.st_mode))
		return refuse_file(scan, "it is not a regular file");
	for (const struct scan *up = scan->parent; up != NULL; up = up->parent) {
		if (up->stat.st_dev == scan->stat.st_dev && up->stat.st_ino == scan->stat.st_ino)
			return refuse_file(scan, "it includes itself");
	}
	do {
		buf_reserve(content, 64 * 1024);
		n = read(fd, content->data + content->len, content->cap - content->len);
		if (n < 0)
			return refuse_file(scan, config_messages_why(scan->messages, errno));
		content->len += (size_t) n;
	} while (n > 0 && content->len <= room);
	if (content->len > room)
		return refuse_file(scan, too_long);
	return true;
}

static bool
scan_file(struct scan *scan)
{
	struct buf content = {0};
	/* not to wait for the other end of a FIFO */
	int fd = open(scan->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return refuse_file(scan, config_messages_why(scan->messages, errno));
	bool ok = read_descriptor(scan, fd, &content);
	(void) close(fd);
	if (ok) {
		scan->at = content.data;
		scan->end = content.data + content.len;
		ok = scan_all(scan);
	}
	buf_release(&content);
	return ok;
}

/* The line that includes becomes: an empty line, the file's lines, an empty line. */
static bool
scan_include(struct scan *scan)
{
	const char *end = find_end_of_line(scan);
	const char *open = memchr(scan->at, '"', (size_t) (end - scan->at));
	const char *close = open == NULL ? NULL : memchr(open + 1, '"', (size_t) (end - open) - 1);
	struct scan child = {.text = scan->text,
	    .messages = scan->messages,
	    .parent = scan,
	    .depth = scan->depth + 1,
	    .line = 1};

	if (!starts_with(scan, "@include") || close == NULL || close == open + 1)
		return mistake(scan, scan->line, "expected @include \"file\" on a line of its own");
	if (scan->depth == INCLUDE_DEEPEST)
		return mistake(scan, scan->line, "@include is nested deeper than %d files", INCLUDE_DEEPEST);
	char *name = mem_strndup(open + 1, (size_t) (close - open) - 1);
	child.file = conf_path(scan->file, name, &scan->text->arena);
	free(name);
	buf_putc(&scan->text->out, '\n');
	begin_line(&child);
	if (!scan_file(&child))
		return false;
	buf_putc(&scan->text->out, '\n');
	begin_line(scan);
	scan->at = close + 1;
	return true;
}

static bool
scan_token(struct scan *scan)
{
	char c = *scan->at;
	bool has_next = scan->at + 1 < scan->end;

	if (c == '#' || starts_with(scan, "//") || starts_with(scan, "/*"))
		return scan_comment(scan);
	if (c == '"')
		return scan_string(scan);
	if (c == '\'')
		return mistake(scan, scan->line, "strings are written in double quotes: \"...\"");
	if (c == '@')
		return scan_include(scan);
	if (c == '{' || c == '[' || c == '(')
		return scan_open(scan);
	if (c == '}' || c == ']' || c == ')')
		return scan_close(scan);
	if (c == '\0')
		return mistake(scan, scan->line, "a byte of value 0: this is no text file");
	if (isdigit((unsigned char) c) ||
	    ((c == '-' || c == '+') && has_next && isdigit((unsigned char) scan->at[1])))
		return scan_number(scan);
	if (is_name_char(c))
		scan_name(scan);
	else if (c == '.')
		scan_float(scan);
	else
		copy_to(scan, scan->at + 1);
	return true;
}

static bool
scan_all(struct scan *scan)
{
	while (scan->at < scan->end) {
		if (!scan_token(scan))
			return false; /* what follows an open quote or brace would be misread */
	}
	if (scan->n_open > 0)
		return mistake(scan, scan->open[scan->n_open - 1].line, "'%c' is not closed",
		    scan->open[scan->n_open - 1].c);
	return true;
}

bool
conf_text_read_file(struct conf_text *text, const char *path, struct config_messages *messages)
{
	struct scan scan = {.text = text, .messages = messages, .line = 1};

	scan.file = arena_strndup(&text->arena, path, strlen(path));
	begin_line(&scan);
	return scan_file(&scan);
}

bool
conf_text_read_memory(
    struct conf_text *text, const char *name, const char *data, size_t len, struct config_messages *messages)
{
	struct scan scan = {.text = text, .messages = messages, .depth = INCLUDE_DEEPEST, .line = 1};

	scan.file = arena_strndup(&text->arena, name, strlen(name));
	scan.at = data;
	scan.end = data + len;
	begin_line(&scan);
	if (len > TEXT_LONGEST)
		return refuse_file(&scan, too_long);
	return scan_all(&scan);
}

struct conf_line
conf_text_line(const struct conf_text *text, unsigned int line)
{
	size_t at = line == 0 ? 0 : line - 1;

	return text->lines[at < text->n_lines ? at : text->n_lines - 1];
}

void
conf_text_release(struct conf_text *text)
{
	buf_release(&text->out);
	free(text->lines);
	arena_release(&text->arena);
	*text = (struct conf_text){0};
}

const char *
conf_path(const char *file, const char *name, struct arena *arena)
{
	const char *slash = strrchr(file, '/');
	size_t folder = slash == NULL || name[0] == '/' ? 0 : (size_t) (slash - file) + 1;
	char *path = arena_alloc(arena, folder + strlen(name) + 1);

	memcpy(path, file, folder);
	strcpy(path + folder, name);
	return path;
}
