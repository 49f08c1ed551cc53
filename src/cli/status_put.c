/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/status_put.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/visible.h"
#include "cli/json_text.h"
#include "cli/text_table.h"
#include "cli/value_json.h"

enum { MS_PER_SECOND = 1000, SECONDS_PER_MINUTE = 60, MINUTES_PER_HOUR = 60, US_PER_SECOND = 1000000 };

/* "-", "85ms", "1.2s", "3m05s", "2h10m" */
static void
add_lag(struct text_table *table, int64_t ms)
{
	char text[40] = "-";
	int64_t seconds = ms / MS_PER_SECOND, minutes = seconds / SECONDS_PER_MINUTE;

	if (ms >= 0 && ms < MS_PER_SECOND)
		(void) snprintf(text, sizeof(text), "%" PRId64 "ms", ms);
	else if (ms >= 0 && seconds < SECONDS_PER_MINUTE)
		(void) snprintf(text, sizeof(text), "%.1fs", (double) ms / MS_PER_SECOND);
	else if (ms >= 0 && minutes < MINUTES_PER_HOUR)
		(void) snprintf(text, sizeof(text), "%" PRId64 "m%02" PRId64 "s", minutes, seconds % SECONDS_PER_MINUTE);
	else if (ms >= 0)
		(void) snprintf(text, sizeof(text), "%" PRId64 "h%02" PRId64 "m", minutes / MINUTES_PER_HOUR,
		    minutes % MINUTES_PER_HOUR);
	text_table_add(table, text);
}

static void
add_number(struct text_table *table, bool is_known, uint64_t number)
{
	char text[24] = "-";

	if (is_known)
		(void) snprintf(text, sizeof(text), "%" PRIu64, number);
	text_table_add(table, text);
}

static void
add_rate(struct text_table *table, double rate)
{
	char text[40] = "-";

	if (rate >= 0)
		(void) snprintf(text, sizeof(text), rate < 10 ? "%.1f" : "%.0f", rate);
	text_table_add(table, text);
}

static void
add_position(struct text_table *table, const struct status_look *look)
{
	const struct marker_position *position = &look->stored.position;
	struct buf text = {0};

	if (look->stored.has_position && position->file[0] != '\0')
		buf_printf(&text, "%s:%" PRIu64, position->file, position->offset);
	else
		buf_putc(&text, '-');
	text_table_add(table, buf_text(&text));
	buf_release(&text);
}

static void
add_head(struct text_table *table)
{
	static const char *const heads[] = {"TASK", "STATE", "LAG", "SOURCE", "QUEUE", "APPLY", "TX", "ROWS", "TX/S",
	    "ROWS/S", "POSITION"};

	table->n_columns = sizeof(heads) / sizeof(heads[0]);
	for (size_t i = 0; i < table->n_columns; i++)
		text_table_add(table, heads[i]);
}

/* What a mute task would report if it could. */
static const char *
state_of(const struct status_look *look)
{
	return status_is_mute(look) ? "waiting" : look->report.state;
}

static void
add_task(struct text_table *table, const struct status_look *look)
{
	const struct status_report *report = &look->report;
	bool has = look->has_report, is_silent = status_is_silent(look);
	bool has_lag = status_has_lag(look);

	text_table_add(table, look->task->name);
	text_table_add(table, !has ? "-" : is_silent ? "silent" : state_of(look));
	add_lag(table, has_lag ? report->lag_ms : -1);
	add_lag(table, has_lag ? report->lag_source_ms : -1);
	add_lag(table, has_lag ? report->lag_queue_ms : -1);
	add_lag(table, has_lag ? report->lag_apply_ms : -1);
	add_number(table, has, report->transactions);
	add_number(table, has, report->row_changes);
	add_rate(table, look->transactions_rate);
	add_rate(table, look->rows_rate);
	add_position(table, look);
}

/* One line, also of a text that has more. */
static void
put_line(const char *name, const char *text, struct buf *out)
{
	if (text == NULL || text[0] == '\0')
		return;
	buf_printf(out, "  %s: ", name);
	visible_put(text, strlen(text), out);
	buf_putc(out, '\n');
}

static void
put_gtids(const struct status_look *look, struct buf *out)
{
	struct buf gtids = {0};

	if (look->stored.has_position && look->stored.position.executed != NULL)
		gtid_set_put(look->stored.position.executed, &gtids);
	put_line("gtids", buf_text(&gtids), out);
	buf_release(&gtids);
}

/* What the destination itself tells; a report that says the same is enough. */
static void
put_destination(const struct status_look *look, struct buf *out)
{
	if (look->at_work != NULL)
		buf_printf(out, "  at work for %" PRIu64 " s: %s\n", look->at_work_s, look->at_work);
	if (look->refusal == NULL || (look->has_report && strstr(look->report.reason, look->refusal) != NULL))
		return;
	put_line("destination takes no writes", look->refusal, out);
}

static void
put_details(const struct status_look *look, struct buf *out)
{
	const struct status_report *report = &look->report;

	put_gtids(look, out);
	put_line("no report", look->report_error, out);
	put_line("no position", look->stored_error, out);
	put_destination(look, out);
	if (!look->has_report) {
		if (look->report_error == NULL)
			put_line("no report", "the task has not run yet", out);
		return;
	}
	if (status_is_silent(look) && report->silent_ms < 0)
		buf_printf(out,
		    "  the last report is %" PRId64 " s ahead of the server's clock; it was %s on %s, process %" PRIu64 "\n",
		    -report->silent_ms / MS_PER_SECOND, report->state, report->node, report->pid);
	else if (status_is_silent(look))
		buf_printf(out, "  no report for %" PRId64 " s; it was %s on %s, process %" PRIu64 "\n",
		    report->silent_ms / MS_PER_SECOND, report->state, report->node, report->pid);
	else if (status_is_running(report) && report->silent_ms > STATUS_SILENT_MS && !status_is_mute(look))
		buf_printf(out, "  no report for %" PRId64 " s: nothing has changed, and reports enter the binlog here\n",
		    report->silent_ms / MS_PER_SECOND);
	put_line(strcmp(report->state, "failed") == 0 ? "stopped by" : "because", report->reason, out);
	if (strcmp(report->reason, report->last_error) != 0)
		put_line("last error", report->last_error, out);
}

void
status_put_table(const struct status_look *looks, size_t n, struct buf *out)
{
	struct text_table table = {0};

	add_head(&table);
	for (size_t i = 0; i < n; i++)
		add_task(&table, &looks[i]);
	text_table_put_line(&table, 0, out);
	for (size_t i = 0; i < n; i++) {
		text_table_put_line(&table, i + 1, out);
		put_details(&looks[i], out);
	}
	text_table_release(&table);
}

static void
put_json_text(const char *name, const char *text, struct buf *out)
{
	json_text_name(name, out);
	if (text == NULL)
		buf_puts(out, "null");
	else
		json_text_cstring(text, out);
}

static void
put_json_number(const char *name, uint64_t value, struct buf *out)
{
	json_text_name(name, out);
	buf_put_u64(out, value);
}

static void
put_json_measure(const char *name, int64_t value, struct buf *out)
{
	json_text_name(name, out);
	if (value < 0)
		buf_puts(out, "null");
	else
		buf_put_i64(out, value);
}

static void
put_json_rate(const char *name, double rate, struct buf *out)
{
	json_text_name(name, out);
	if (rate < 0)
		buf_puts(out, "null");
	else
		buf_printf(out, "%.3f", rate);
}

static void
put_json_report(const struct status_look *look, struct buf *out)
{
	const struct status_report *report = &look->report;
	bool has_lag = status_has_lag(look);

	put_json_text("state", state_of(look), out);
	json_text_name("is_silent", out);
	buf_puts(out, status_is_silent(look) ? "true" : "false");
	put_json_measure("silent_ms", report->silent_ms, out);
	json_text_name("has_session", out);
	buf_puts(out, look->has_session ? "true" : "false");
	put_json_text("reason", report->reason, out);
	put_json_text("last_error", report->last_error, out);
	put_json_text("node", report->node, out);
	put_json_number("pid", report->pid, out);
	put_json_number("epoch", report->epoch, out);
	put_json_measure("lag_ms", has_lag ? report->lag_ms : -1, out);
	put_json_measure("lag_source_ms", has_lag ? report->lag_source_ms : -1, out);
	put_json_measure("lag_queue_ms", has_lag ? report->lag_queue_ms : -1, out);
	put_json_measure("lag_apply_ms", has_lag ? report->lag_apply_ms : -1, out);
	put_json_number("queue_bytes", report->queue_bytes, out);
	put_json_number("transactions", report->transactions, out);
	put_json_number("row_changes", report->row_changes, out);
	put_json_number("ddl_statements", report->ddl_statements, out);
	put_json_number("dropped_marked", report->dropped_marked, out);
	put_json_number("retries", report->retries, out);
	put_json_rate("transactions_per_s", look->transactions_rate, out);
	put_json_rate("rows_per_s", look->rows_rate, out);
}

static void
put_json_position(const struct status_look *look, struct buf *out)
{
	const struct stored_position *stored = &look->stored;
	struct buf gtids = {0};

	json_text_name("position", out);
	if (!stored->has_position) {
		buf_puts(out, "null");
		return;
	}
	gtid_set_put(stored->position.executed, &gtids);
	buf_putc(out, '{');
	put_json_text("gtids", buf_text(&gtids), out);
	put_json_text("file", stored->position.file, out);
	put_json_number("offset", stored->position.offset, out);
	put_json_text("follow", stored->position.is_gtid ? "gtid" : "file", out);
	put_json_number("epoch", stored->epoch, out);
	put_json_number("seq", stored->seq, out);
	buf_putc(out, '}');
	buf_release(&gtids);
}

void
status_put_json(const struct status_look *looks, size_t n, struct buf *out)
{
	int64_t now_us = clock_wall_us();

	buf_puts(out, "{\"time\":");
	value_json_put_time(now_us / US_PER_SECOND, (uint32_t) (now_us % US_PER_SECOND), 3, out);
	buf_puts(out, ",\"tasks\":[");
	for (size_t i = 0; i < n; i++) {
		json_text_next(out);
		buf_putc(out, '{');
		put_json_text("task", looks[i].task->name, out);
		put_json_number("server_id", looks[i].task->server_id, out);
		if (looks[i].has_report)
			put_json_report(&looks[i], out);
		else
			put_json_text("state", NULL, out);
		put_json_text("report_error", looks[i].report_error, out);
		put_json_position(&looks[i], out);
		put_json_text("position_error", looks[i].stored_error, out);
		put_json_text("destination_refuses", looks[i].refusal, out);
		put_json_text("at_work", looks[i].at_work, out);
		put_json_measure("at_work_s", looks[i].at_work == NULL ? -1 : (int64_t) looks[i].at_work_s, out);
		buf_putc(out, '}');
	}
	buf_puts(out, "]}\n");
}
