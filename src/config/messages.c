/* SPDX-License-Identifier: Apache-2.0 */
#include "config/messages.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { MESSAGES_MOST = 200 }; /* the rest is counted only */

static const char *
copy(struct arena *arena, const char *text)
{
	return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

static void put_formatted(struct buf *line, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void
put_formatted(struct buf *line, const char *format, va_list args)
{
	char *text = NULL;
	int len = vasprintf(&text, format, args);

	for (int i = 0; i < len; i++) /* values are quoted in messages; a message is one line all the same */
		buf_putc(line, (unsigned char) text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i]);
	free(text);
}

void
config_messages_add(struct config_messages *messages, enum config_message_kind kind, const char *file,
    unsigned int line, const char *key, const char *format, ...)
{
	struct config_message message = {.kind = kind, .line = line};
	struct buf text = {0};
	va_list args;

	messages->n_mistakes += kind == CONFIG_MISTAKE;
	if (messages->n == MESSAGES_MOST)
		return;
	buf_puts(&text, file);
	if (line != 0)
		buf_printf(&text, ":%u", line);
	buf_puts(&text, ": ");
	if (key != NULL)
		buf_printf(&text, "'%s': ", key);
	va_start(args, format);
	put_formatted(&text, format, args);
	va_end(args);
	message.file = copy(&messages->arena, file);
	message.key = copy(&messages->arena, key);
	message.text = arena_strndup(&messages->arena, text.data, text.len);
	buf_release(&text);
	mem_grow(&messages->items, &messages->cap, messages->n + 1, sizeof(*messages->items));
	messages->items[messages->n++] = message;
}

const char *
config_messages_why(struct config_messages *messages, int number)
{
	const struct passwd *user;
	char *text;
	const char *kept;

	if (number != EACCES)
		return strerror(number);
	messages->n_denied++;
	user = getpwuid(geteuid());
	text = user == NULL ? mem_printf("%s: make it readable for user %ld", strerror(number), (long) geteuid())
			    : mem_printf("%s: make it readable for user '%s'", strerror(number), user->pw_name);
	kept = copy(&messages->arena, text);
	free(text);
	return kept;
}

/* Insertion sort: stable, and there are 200 at most. */
void
config_messages_sort(struct config_messages *messages)
{
	for (size_t i = 1; i < messages->n; i++) {
		struct config_message message = messages->items[i];
		size_t to = i;

		for (size_t j = i; j > 0; j--) {
			const struct config_message *before = &messages->items[j - 1];

			if (strcmp(before->file, message.file) == 0 && before->line > message.line)
				to = j - 1;
		}
		memmove(&messages->items[to + 1], &messages->items[to], (i - to) * sizeof(message));
		messages->items[to] = message;
	}
}

bool
config_messages_fail(const struct config_messages *messages, struct err *err)
{
	for (size_t i = 0; i < messages->n; i++) {
		if (messages->items[i].kind != CONFIG_MISTAKE)
			continue;
		(void) err_set(err, ERR_STOP, "%s", messages->items[i].text);
		break;
	}
	if (messages->n_mistakes > 1)
		(void) err_suffix(err, " (and %zu more)", messages->n_mistakes - 1);
	if (messages->n_denied == messages->n_mistakes)
		return false;
	return err_hint(err, "Correct the configuration; rowferry.conf(5) describes every key.");
}

void
config_messages_release(struct config_messages *messages)
{
	free(messages->items);
	arena_release(&messages->arena);
	*messages = (struct config_messages){0};
}
