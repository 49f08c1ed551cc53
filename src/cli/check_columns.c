/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply/column_default.h"
#include "apply/column_sense.h"
#include "cli/check_tables.h"
#include "sink/mysql/ddl_collation.h"

/* What the looks at columns have found. */
struct differences {
	const struct ddl_carry *carry;
	bool may_change; /* destination.allow_changed_values */
	struct names missing;   /* on the destination */
	struct names demanding; /* only there, and an insert must give a value */
	struct names misplaced; /* at another place */
	struct names types;
	struct names collations;
	/* Of another meaning, where the events do not tell. */
	bool has_signs, has_charsets, has_members;
	struct names signs, charsets, members;
	struct names generated, rounded; /* there, which no event tells */
	struct names changed; /* by being stored there */
	/* Taken there where the row image of an INSERT leaves the column out. */
	bool can_miss, can_miss_blobs; /* binlog_row_image */
	enum flavour from_flavour, to_flavour;
	struct names defaults;
};

static struct target_column
parsed(const struct catalog_column *column, char *charset, size_t size)
{
	struct target_column out = {.name = column->name, .data_type = column->data_type, .column_type = column->column_type};

	out.is_generated = catalog_is_generated(column);
	out.is_json = column->is_json;
	out.is_nullable = column->is_nullable;
	out.is_auto_increment = strcasestr(column->extra, "auto_increment") != NULL;
	out.default_text = column->default_text;
	out.is_default_expression = strcasestr(column->extra, "DEFAULT_GENERATED") != NULL;
	(void) snprintf(charset, size, "%.*s", (int) strcspn(column->collation, "_"), column->collation);
	out.charset = charset[0] == '\0' ? NULL : charset;
	target_column_parse_type(&out);
	return out;
}

/* The events tell members in the column's own character set: the task compares those of ASCII alone. */
static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char) *text > 0x7e)
			return false;
	return true;
}

/* True when it has been reported. */
static bool
compare_sense(const struct carried *item, const struct catalog_column *from, const struct catalog_column *to,
    struct differences *found)
{
	char from_charset[64], to_charset[64];
	struct target_column a = parsed(from, from_charset, sizeof(from_charset));
	struct target_column b = parsed(to, to_charset, sizeof(to_charset));
	struct names *names = NULL;

	switch (column_sense_compare(&a, &b)) {
	case SENSE_SIGN:
		names = found->has_signs ? NULL : &found->signs;
		break;
	case SENSE_CHARSET:
		names = found->has_charsets ? NULL : &found->charsets;
		break;
	case SENSE_MEMBERS:
		names = found->has_members && is_ascii(from->column_type) ? NULL : &found->members;
		break;
	case SENSE_GENERATED:
		names = &found->generated;
		break;
	case SENSE_ROUNDED:
		names = &found->rounded;
		break;
	case SENSE_CHANGED:
		names = found->may_change ? NULL : &found->changed;
		break;
	case SENSE_SAME:
		break;
	}
	if (names == NULL)
		return false;
	names_add(names, "%s.%s.%s (%s%s%s, there %s%s%s)", item->target_db, item->target_name, from->name, from->column_type,
	    a.charset == NULL ? "" : " in ", a.charset == NULL ? "" : a.charset, to->column_type, b.charset == NULL ? "" : " in ",
	    b.charset == NULL ? "" : b.charset);
	return true;
}

static void
trim_width(const char *type, char *out, size_t size)
{
	size_t n = 0;

	/* "int(11) unsigned" and "int unsigned" are one type: display widths are gone since MySQL 8.0.19. */
	for (; *type != '\0' && n + 1 < size; type++) {
		if (*type == '(') {
			const char *end = strchr(type, ')');
			type = end == NULL ? type : end;
			continue;
		}
		out[n++] = *type;
	}
	out[n] = '\0';
}

static int
integer_rank(const char *data_type)
{
	static const char *const ranks[] = {"tinyint", "smallint", "mediumint", "int", "bigint"};

	for (int i = 0; i < (int) (sizeof(ranks) / sizeof(ranks[0])); i++)
		if (strcasecmp(data_type, ranks[i]) == 0)
			return i + 1;
	return 0;
}

/* Every value of the one has its place in the other, as far as the names of the types tell. */
static bool
is_fitting(const struct catalog_column *from, const struct catalog_column *to)
{
	char from_type[64], to_type[64];
	int from_rank = integer_rank(from->data_type), to_rank = integer_rank(to->data_type);

	if (strcasecmp(from->column_type, to->column_type) == 0)
		return true;
	if (from_rank > 0 && to_rank > 0) {
		bool is_unsigned = strcasestr(from->column_type, "unsigned") != NULL;
		bool wants_unsigned = strcasestr(to->column_type, "unsigned") != NULL;
		return is_unsigned == wants_unsigned ? to_rank >= from_rank : is_unsigned && to_rank > from_rank;
	}
	if (strcasecmp(from->data_type, "year") == 0) {
		trim_width(from->column_type, from_type, sizeof(from_type));
		trim_width(to->column_type, to_type, sizeof(to_type));
		return strcasecmp(from_type, to_type) == 0;
	}
	/* MariaDB's JSON is a longtext with a check; MySQL's takes its text. */
	if (strcasecmp(from->data_type, "json") == 0 || strcasecmp(to->data_type, "json") == 0)
		return strcasecmp(from->data_type, "longtext") == 0 || strcasecmp(to->data_type, "longtext") == 0;
	if ((strcasecmp(from->data_type, "varchar") == 0 || strcasecmp(from->data_type, "varbinary") == 0) &&
	    strcasecmp(from->data_type, to->data_type) == 0)
		return strtoul(strchr(to->column_type, '(') + 1, NULL, 10) >=
		       strtoul(strchr(from->column_type, '(') + 1, NULL, 10);
	return false;
}

/* utf8 and utf8mb3 are two names of one. */
static const char *
modern(const char *collation, char *out, size_t size)
{
	if (strncmp(collation, "utf8_", 5) != 0)
		return collation;
	(void) snprintf(out, size, "utf8mb3_%s", collation + 5);
	return out;
}

static bool
is_same_collation(const char *a, const char *b)
{
	char a_text[80], b_text[80];

	return strcasecmp(modern(a, a_text, sizeof(a_text)), modern(b, b_text, sizeof(b_text))) == 0;
}

static void
compare_default(const struct carried *item, const struct catalog_column *from, const struct catalog_column *to,
    struct differences *out)
{
	char from_charset[64], to_charset[64];
	struct target_column a = parsed(from, from_charset, sizeof(from_charset));
	struct target_column b = parsed(to, to_charset, sizeof(to_charset));
	bool is_blob = a.type == TARGET_TEXT || a.type == TARGET_BLOB || a.type == TARGET_JSON || a.type == TARGET_GEOMETRY;

	if (!out->can_miss && !(out->can_miss_blobs && is_blob))
		return;
	if (!column_default_is_same(&a, out->from_flavour, &b, out->to_flavour))
		names_add(&out->defaults, "%s.%s.%s (%s, there %s)", item->target_db, item->target_name, from->name,
		    from->default_text == NULL ? "none" : from->default_text, to->default_text == NULL ? "none" : to->default_text);
}

static void
compare_column(const struct carried *item, size_t place, struct differences *out)
{
	const struct catalog_column *from = &item->source->columns[place];
	const struct catalog_column *to = catalog_find_column(item->target, from->name);

	if (to == NULL) {
		names_add(&out->missing, "%s.%s.%s", item->target_db, item->target_name, from->name);
		return;
	}
	if (to != &item->target->columns[place])
		names_add(&out->misplaced, "%s.%s.%s", item->target_db, item->target_name, from->name);
	if (!catalog_is_generated(from) && !catalog_is_generated(to))
		compare_default(item, from, to, out);
	if (compare_sense(item, from, to, out) || catalog_is_generated(from) || catalog_is_generated(to))
		return;
	if (!is_fitting(from, to))
		names_add(&out->types, "%s.%s.%s (%s, there %s)", item->target_db, item->target_name, from->name,
		    from->column_type, to->column_type);
	if (from->collation[0] != '\0' && to->collation[0] != '\0' && !is_same_collation(from->collation, to->collation) &&
	    !is_same_collation(ddl_collation_stand_in(out->carry, from->collation), to->collation))
		names_add(&out->collations, "%s.%s.%s (%s, there %s)", item->target_db, item->target_name, from->name,
		    from->collation, to->collation);
}

static bool
needs_value(const struct catalog_column *column)
{
	return !column->is_nullable && !column->has_default && !catalog_is_generated(column) &&
	       strcasestr(column->extra, "auto_increment") == NULL;
}

static void
compare_table(const struct carried *item, struct differences *out)
{
	for (size_t i = 0; i < item->source->n_columns; i++)
		compare_column(item, i, out);
	for (size_t i = 0; i < item->target->n_columns; i++) {
		const struct catalog_column *column = &item->target->columns[i];
		if (catalog_find_column(item->source, column->name) == NULL && needs_value(column))
			names_add(&out->demanding, "%s.%s.%s", item->target_db, item->target_name, column->name);
	}
}

/* `has_names`: the events tell which column is which. */
static void
report(struct check_report *to, const struct differences *found, bool has_names)
{
	report_names(to, VERDICT_FAIL, "columns.missing", &found->missing,
	    "columns that are not on the destination", "Add them there.");
	report_names(to, VERDICT_FAIL, "columns.demanding", &found->demanding,
	    "columns that are on the destination only and must be given a value", "Give them a default there.");
	report_names(to, has_names ? VERDICT_OK : VERDICT_FAIL, "columns.order", &found->misplaced,
	    "columns at another place on the destination",
	    has_names ? "" : "Bring them into the source's order, or set binlog_row_metadata = FULL on the source.");
	report_names(to, VERDICT_WARN, "columns.type", &found->types, "columns of another type on the destination",
	    "Make them alike: rows of a table stop the task where a column is narrower there, or of another kind.");
	report_names(to, VERDICT_FAIL, "columns.sign", &found->signs,
	    "columns of another sign on the destination, which the source's events do not tell",
	    "Make them alike, or set binlog_row_metadata = FULL on the source: the task stops at their tables' first row.");
	report_names(to, VERDICT_FAIL, "columns.charset", &found->charsets,
	    "columns of another character set on the destination, which the source's events do not tell",
	    "Make them alike, or set binlog_row_metadata = FULL on the source: the task stops at their tables' first row.");
	report_names(to, VERDICT_FAIL, "columns.members", &found->members,
	    "columns of other members on the destination, which the source's events do not tell",
	    "Make them alike: values travel by number, and the task stops at their tables' first row.");
	report_names(to, VERDICT_FAIL, "columns.generated", &found->generated,
	    "columns that are generated on the destination and written on the source",
	    "Make them alike: the source's values would be lost, and the task stops at their tables' first row.");
	report_names(to, VERDICT_FAIL, "columns.rounded", &found->rounded,
	    "columns that round to another number of digits on the destination",
	    "Make them alike: FLOAT(M,D) rounds without an error, and the task stops at their tables' first row.");
	report_names(to, VERDICT_FAIL, "columns.changed", &found->changed,
	    "columns whose values the destination would store as others, without an error",
	    "Make them alike, or allow it with destination.allow_changed_values: the task stops at their tables' first row.");
	report_names(to, VERDICT_FAIL, "columns.defaults", &found->defaults,
	    "columns of another default on the destination, which the row images of the source may leave out",
	    "Make them alike, or set binlog_row_image = FULL on the source: the task stops at the first row that takes them.");
	report_names(to, VERDICT_WARN, "columns.collation", &found->collations,
	    "columns of another collation on the destination",
	    "Make them alike: values that the source tells apart may be one there, in unique keys above all.");
}

void
check_columns(struct check *check, const struct carried_tables *tables)
{
	struct arena *arena = &check->report->arena;
	const char *metadata = variables_get(&check->source.variables, "binlog_row_metadata");
	const char *image = variables_get(&check->source.variables, "binlog_row_image");
	bool has_names = metadata != NULL && strcasecmp(metadata, "FULL") == 0;
	bool has_some = metadata != NULL && strcasecmp(metadata, "NO_LOG") != 0;
	struct differences found = {
	    .carry = &check->task->ddl,
	    .may_change = check->task->destination.allow_changed_values,
	    .changed = {.arena = arena},
	    .can_miss = image != NULL && strcasecmp(image, "MINIMAL") == 0,
	    .can_miss_blobs = image != NULL && strcasecmp(image, "NOBLOB") == 0,
	    .from_flavour = tables->source_catalog.flavour,
	    .to_flavour = tables->target_catalog.flavour,
	    .defaults = {.arena = arena},
	    .missing = {.arena = arena},
	    .demanding = {.arena = arena},
	    .misplaced = {.arena = arena},
	    .types = {.arena = arena},
	    .collations = {.arena = arena},
	    .has_signs = has_some,
	    .has_charsets = has_some,
	    .has_members = has_names,
	    .signs = {.arena = arena},
	    .charsets = {.arena = arena},
	    .members = {.arena = arena},
	    .generated = {.arena = arena},
	    .rounded = {.arena = arena},
	};

	for (size_t i = 0; i < tables->n; i++)
		if (tables->items[i].target != NULL)
			compare_table(&tables->items[i], &found);
	report(check->report, &found, has_names);
	names_release(&found.missing);
	names_release(&found.demanding);
	names_release(&found.misplaced);
	names_release(&found.types);
	names_release(&found.collations);
	names_release(&found.signs);
	names_release(&found.charsets);
	names_release(&found.members);
	names_release(&found.generated);
	names_release(&found.rounded);
	names_release(&found.changed);
	names_release(&found.defaults);
}
