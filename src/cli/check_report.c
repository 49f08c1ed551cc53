/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/check_report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/json_text.h"
#include "cli/text_table.h"

enum { NAMES_SHOWN = 5 };

static const char *format_in(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static const char *
format_in(struct arena *arena, const char *format, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text = arena_alloc(arena, (size_t) (len < 0 ? 0 : len) + 1);
	text[0] = '\0';
	if (len > 0)
		(void) vsnprintf(text, (size_t) len + 1, format, args);
	return text;
}

void
names_add(struct names *names, const char *format, ...)
{
	va_list args;

	mem_grow(&names->items, &names->cap, names->n + 1, sizeof(*names->items));
	va_start(args, format);
	names->items[names->n++] = format_in(names->arena, format, args);
	va_end(args);
}

void
names_release(struct names *names)
{
	free(names->items);
	names->items = NULL;
	names->n = names->cap = 0;
}

static struct finding *
add(struct check_report *report, enum verdict verdict, const char *id, const char *cure)
{
	struct finding *finding;

	mem_grow(&report->items, &report->cap, report->n + 1, sizeof(*report->items));
	finding = &report->items[report->n++];
	*finding = (struct finding){
	    .task = report->task,
	    .verdict = verdict,
	    .id = id,
	    .cure = arena_strndup(&report->arena, cure, strlen(cure)),
	};
	return finding;
}

void
report_add(struct check_report *report, enum verdict verdict, const char *id, const char *cure, const char *format, ...)
{
	struct finding *finding = add(report, verdict, id, cure);
	va_list args;

	va_start(args, format);
	finding->what = format_in(&report->arena, format, args);
	va_end(args);
}

void
report_err(struct check_report *report, enum verdict verdict, const char *id, const struct err *err)
{
	report_add(report, verdict, id, err->hint, "%s", err->text);
}

static void
put_some(const struct names *names, struct buf *out)
{
	for (size_t i = 0; i < names->n && i < NAMES_SHOWN; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : ", ", names->items[i]);
	if (names->n > NAMES_SHOWN)
		buf_printf(out, " and %zu more", names->n - NAMES_SHOWN);
}

void
report_names(struct check_report *report, enum verdict verdict, const char *id, const struct names *names,
    const char *what, const char *cure)
{
	struct finding *finding;
	struct buf some = {0};

	if (names->n == 0)
		return;
	put_some(names, &some);
	report_add(report, verdict, id, cure, "%s (%zu): %s", what, names->n, buf_text(&some));
	buf_release(&some);
	finding = &report->items[report->n - 1];
	finding->names = arena_dup(&report->arena, names->items, names->n * sizeof(*names->items));
	finding->n_names = names->n;
	for (size_t i = 0; i < names->n; i++)
		finding->names[i] = arena_strndup(&report->arena, names->items[i], strlen(names->items[i]));
}

size_t
report_count(const struct check_report *report, enum verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++)
		n += report->items[i].verdict == verdict;
	return n;
}

static const char *
verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_OK:
		return "OK";
	case VERDICT_WARN:
		return "WARN";
	case VERDICT_FAIL:
		return "FAIL";
	}
	return "?";
}

static bool
has_many_tasks(const struct check_report *report)
{
	for (size_t i = 1; i < report->n; i++)
		if (report->items[i].task != report->items[0].task)
			return true;
	return false;
}

static void
add_line(struct text_table *table, const struct finding *finding, bool has_task)
{
	struct buf text = {0};

	text_table_add(table, verdict_name(finding->verdict));
	if (has_task)
		text_table_add(table, finding->task == NULL ? "-" : finding->task);
	text_table_add(table, finding->id);
	buf_printf(&text, "%s%s%s", finding->what, finding->cure[0] == '\0' ? "" : ". ", finding->cure);
	text_table_add(table, buf_text(&text));
	buf_release(&text);
}

void
report_put_table(const struct check_report *report, struct buf *out)
{
	bool has_task = has_many_tasks(report);
	struct text_table table = {.n_columns = has_task ? 4 : 3};

	for (size_t i = 0; i < report->n; i++)
		add_line(&table, &report->items[i], has_task);
	for (size_t i = 0; i < text_table_lines(&table); i++)
		text_table_put_line(&table, i, out);
	text_table_release(&table);
	buf_printf(out, "%zu OK, %zu WARN, %zu FAIL\n", report_count(report, VERDICT_OK),
	    report_count(report, VERDICT_WARN), report_count(report, VERDICT_FAIL));
}

static void
put_json_finding(const struct finding *finding, struct buf *out)
{
	json_text_next(out);
	buf_puts(out, "{\"task\":");
	if (finding->task == NULL)
		buf_puts(out, "null");
	else
		json_text_cstring(finding->task, out);
	json_text_name("verdict", out);
	json_text_cstring(verdict_name(finding->verdict), out);
	json_text_name("check", out);
	json_text_cstring(finding->id, out);
	json_text_name("what", out);
	json_text_cstring(finding->what, out);
	json_text_name("cure", out);
	json_text_cstring(finding->cure, out);
	json_text_name("names", out);
	buf_putc(out, '[');
	for (size_t i = 0; i < finding->n_names; i++) {
		json_text_next(out);
		json_text_cstring(finding->names[i], out);
	}
	buf_puts(out, "]}");
}

void
report_put_json(const struct check_report *report, struct buf *out)
{
	buf_puts(out, "{\"findings\":[");
	for (size_t i = 0; i < report->n; i++)
		put_json_finding(&report->items[i], out);
	buf_printf(out, "],\"ok\":%zu,\"warn\":%zu,\"fail\":%zu}\n", report_count(report, VERDICT_OK),
	    report_count(report, VERDICT_WARN), report_count(report, VERDICT_FAIL));
}

void
report_release(struct check_report *report)
{
	free(report->items);
	arena_release(&report->arena);
	*report = (struct check_report){0};
}
