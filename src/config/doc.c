/* SPDX-License-Identifier: Apache-2.0 */
#include "config/doc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
parse(struct doc *doc)
{
	const char *why;

	buf_putc(&doc->text.out, '\0');
	if (config_read_string(&doc->tree, doc->text.out.data) == CONFIG_TRUE)
		return true;
	struct conf_line at = conf_text_line(&doc->text, (unsigned int) config_error_line(&doc->tree));
	why = config_error_text(&doc->tree);
	if (why != NULL && strstr(why, "duplicate") != NULL)
		why = "a key is given a second time";
	else if (why != NULL && strstr(why, "mismatched") != NULL)
		why = "the elements of a list in square brackets have different types";
	else
		why = "syntax error here or just before: expected key = value; with strings in double quotes";
	config_messages_add(doc->messages, CONFIG_MISTAKE, at.file, at.line, NULL, "%s", why);
	return false;
}

static void
init(struct doc *doc, const char *file, struct arena *arena, struct config_messages *messages)
{
	*doc = (struct doc){.file = file, .messages = messages, .arena = arena};
	config_init(&doc->tree);
}

bool
doc_open(struct doc *doc, const char *file, struct arena *arena, struct config_messages *messages)
{
	init(doc, file, arena, messages);
	doc->is_ok = conf_text_read_file(&doc->text, file, messages) && parse(doc);
	return doc->is_ok;
}

bool
doc_open_memory(struct doc *doc, const char *file, const char *data, size_t len, struct arena *arena,
    struct config_messages *messages)
{
	init(doc, file, arena, messages);
	doc->is_ok = conf_text_read_memory(&doc->text, file, data, len, messages) && parse(doc);
	return doc->is_ok;
}

void
doc_close(struct doc *doc)
{
	config_destroy(&doc->tree);
	conf_text_release(&doc->text);
}

const config_setting_t *
doc_member(const config_setting_t *group, const char *name)
{
	return group != NULL && config_setting_is_group(group) ? config_setting_get_member(group, name) : NULL;
}

/* The setting, or with `nearest` the last group on the way to it that is there. */
static const config_setting_t *
walk(const struct doc *doc, const char *path, bool nearest)
{
	const config_setting_t *at = config_root_setting(&doc->tree);

	while (*path != '\0') {
		char name[64];
		size_t len = strcspn(path, ".");
		const config_setting_t *next;

		(void) snprintf(name, sizeof(name), "%.*s", (int) len, path);
		next = doc_member(at, name);
		if (next == NULL)
			return nearest ? at : NULL;
		at = next;
		path += path[len] == '.' ? len + 1 : len;
	}
	return at;
}

const config_setting_t *
doc_find(const struct doc *doc, const char *path)
{
	return walk(doc, path, false);
}

bool
doc_has(const struct doc *doc, const char *path)
{
	return doc_find(doc, path) != NULL;
}

struct conf_line
doc_line(const struct doc *doc, const config_setting_t *setting)
{
	return conf_text_line(&doc->text, setting == NULL ? 1 : config_setting_source_line(setting));
}

static void report(struct doc *doc, enum config_message_kind kind, const config_setting_t *setting,
    const char *path, const char *format, va_list args) __attribute__((format(printf, 5, 0)));

static void
report(struct doc *doc, enum config_message_kind kind, const config_setting_t *setting, const char *path,
    const char *format, va_list args)
{
	struct conf_line at = doc_line(doc, setting != NULL ? setting : walk(doc, path, true));
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	config_messages_add(doc->messages, kind, at.file, at.line, path, "%s", text != NULL ? text : "");
	free(text);
}

void
doc_mistake(struct doc *doc, const config_setting_t *setting, const char *path, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(doc, CONFIG_MISTAKE, setting, path, format, args);
	va_end(args);
	doc->is_ok = false;
}

void
doc_warn(struct doc *doc, const config_setting_t *setting, const char *path, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(doc, CONFIG_WARNING, setting, path, format, args);
	va_end(args);
}
