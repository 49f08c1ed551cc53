/* SPDX-License-Identifier: Apache-2.0 */
/* What a task carries and where it starts: tried on what will read it later. */
#include <string.h>

#include "config/check.h"
#include "model/gtid_set.h"

/* The first line of a set that a server or a dump writes in several. */
static bool
ends_with_comma(const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	return len > 0 && text[len - 1] == ',';
}

/* The server's flavour is not known yet: either will do; only MySQL's sets have colons. */
static void
check_gtid(struct doc *doc, const char *text)
{
	struct gtid_set *set = NULL;
	enum flavour flavour = strchr(text, ':') != NULL ? FLAVOUR_MYSQL : FLAVOUR_MARIADB;
	struct err err;

	if (!gtid_set_parse(text, flavour, &set, &err))
		doc_mistake(doc, NULL, "source.start.gtid", "%s. %s", err.text, err.hint);
	else if (ends_with_comma(text))
		doc_mistake(doc, NULL, "source.start.gtid", "ends with a comma: expected the set whole, all of its lines");
	gtid_set_free(set);
}

/* Makes start.kind of what was given. */
void
check_start(struct doc *doc, struct task_draft *draft)
{
	struct start_options *start = &draft->options.source.start;
	bool has_gtid = doc_has(doc, "source.start.gtid"), has_file = doc_has(doc, "source.start.binlog_file");

	if (has_gtid && has_file)
		doc_mistake(
		    doc, NULL, "source.start.binlog_file", "given beside 'gtid': expected one of the two");
	if (draft->is_auto_position && (has_gtid || has_file))
		doc_mistake(doc, NULL, "source.start.auto_position",
		    "given beside '%s': expected one of the two", has_gtid ? "gtid" : "binlog_file");
	if (doc_has(doc, "source.start.start_position") && !has_file)
		doc_mistake(doc, NULL, "source.start.start_position", "given without 'binlog_file'");
	if (start->is_forced && !has_gtid && !has_file && !draft->is_auto_position)
		doc_mistake(doc, NULL, "source.start.override",
		    "there is nothing to start from: expected 'gtid', 'binlog_file' or 'auto_position' beside "
		    "it");
	if (start->gtid != NULL)
		check_gtid(doc, start->gtid);
	start->kind = has_gtid                  ? START_GTID
		      : has_file                ? START_FILE
		      : draft->is_auto_position ? START_AUTO_POSITION
						: START_STORED;
}

static const char *const no_patterns[1]; /* saves compiling the built-in ones for each rule */

static bool
is_rule(const struct rules_options *options, struct err *err)
{
	struct rules *rules = NULL;
	bool ok = rules_new(options, &rules, err);

	rules_free(rules);
	return ok;
}

/* Tries one rule alone, so that a mistake is reported where it stands. */
static bool
check_rule(struct doc *doc, const struct rules_options *rule, const char *key, size_t i)
{
	struct err err;

	if (is_rule(rule, &err))
		return true;
	doc_mistake(doc, config_setting_get_elem(doc_find(doc, key), (unsigned int) i), key, "%s%s%s", err.text,
	    err.hint[0] != '\0' ? ". " : "", err.hint);
	return false;
}

/* False also where an element has been refused before, and is NULL. */
static bool
check_each_rule(struct doc *doc, const struct rules_options *rules)
{
	struct rules_options one = {.working_patterns = no_patterns};
	bool ok = true;

	for (size_t i = 0; i < rules->n_databases; i++) {
		one = (struct rules_options){
		    .databases = &rules->databases[i], .n_databases = 1, .working_patterns = no_patterns};
		ok &= rules->databases[i] != NULL && check_rule(doc, &one, "source.databases", i);
	}
	for (size_t i = 0; i < rules->n_tables; i++) {
		one = (struct rules_options){
		    .tables = &rules->tables[i], .n_tables = 1, .working_patterns = no_patterns};
		ok &= rules->tables[i] != NULL && check_rule(doc, &one, "source.tables", i);
	}
	for (size_t i = 0; i < rules->n_working_patterns; i++) {
		one = (struct rules_options){
		    .working_patterns = &rules->working_patterns[i], .n_working_patterns = 1};
		ok &= rules->working_patterns[i] != NULL && check_rule(doc, &one, "source.working_tables", i);
	}
	for (size_t i = 0; i < rules->n_renames; i++) {
		one = (struct rules_options){
		    .renames = &rules->renames[i], .n_renames = 1, .working_patterns = no_patterns};
		ok &= rules->renames[i].from != NULL && rules->renames[i].to != NULL &&
		      check_rule(doc, &one, "route.rename", i);
	}
	return ok;
}

/* The first of `n` elements with which the rules fail: `*count` is the member of `options` that counts them. */
static bool
check_first(struct doc *doc, const struct rules_options *options, size_t *count, const char *key)
{
	size_t good = 0, bad = *count;
	struct err err;

	if (is_rule(options, &err))
		return true;
	while (bad - good > 1) {
		*count = good + (bad - good) / 2;
		if (is_rule(options, &err))
			good = *count;
		else
			bad = *count;
	}
	*count = bad;
	return check_rule(doc, options, key, bad - 1);
}

/* Rules that contradict each other are each good alone. */
void
check_rules(struct doc *doc, const struct rules_options *rules)
{
	struct rules_options some = *rules;

	if (!check_each_rule(doc, rules))
		return;
	some.n_renames = 0;
	if (!check_first(doc, &some, &some.n_tables, "source.tables"))
		return;
	some.n_renames = rules->n_renames;
	(void) check_first(doc, &some, &some.n_renames, "route.rename");
}
