/* SPDX-License-Identifier: Apache-2.0 */
/* doc_fill(): from libconfig's tree, by the option table, into a struct. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/doc.h"

enum { LIST_LONGEST = 100000 };

struct fill {
	struct doc *doc;
	const struct option_table *table;
};

/* Where a value goes. */
struct target {
	const struct option *option;
	uint8_t *base; /* of the struct */
};

static void fill_group(const struct fill *fill, const char *prefix, const config_setting_t *group, void *base);

static const char *
type_name(const config_setting_t *setting)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return "an integer";
	case CONFIG_TYPE_FLOAT:
		return "a number with a fraction";
	case CONFIG_TYPE_STRING:
		return "a string";
	case CONFIG_TYPE_BOOL:
		return "true or false";
	case CONFIG_TYPE_GROUP:
		return "a group";
	default:
		return "a list";
	}
}

/* "<what>: expected <what is allowed>; did you mean "<nearest>"?", the last where there is one. */
static void
refuse_near(const struct fill *fill, const config_setting_t *setting, const struct option *option,
    const char *what, const char *nearest)
{
	struct buf allowed = {0};

	option_put_allowed(option, &allowed);
	if (nearest != NULL)
		buf_printf(&allowed, "; did you mean \"%s\"?", nearest);
	doc_mistake(fill->doc, setting, option->path, "%s: expected %s", what, buf_text(&allowed));
	buf_release(&allowed);
}

static void
refuse(const struct fill *fill, const config_setting_t *setting, const struct option *option, const char *what)
{
	refuse_near(fill, setting, option, what, NULL);
}

static void
refuse_type(const struct fill *fill, const config_setting_t *setting, const struct option *option)
{
	char what[64];

	(void) snprintf(what, sizeof(what), "found %s", type_name(setting));
	refuse(fill, setting, option, what);
}

static void
refuse_value(
    const struct fill *fill, const config_setting_t *setting, const struct option *option, int64_t value)
{
	char what[64];

	(void) snprintf(what, sizeof(what), "%" PRId64 " is out of range", value);
	refuse(fill, setting, option, what);
}

static void
put_number(const struct target *target, uint64_t value)
{
	uint8_t *at = target->base + target->option->at;
	uint32_t narrow = (uint32_t) value;
	bool flag = value != 0;

	if (target->option->width == sizeof(value))
		memcpy(at, &value, sizeof(value));
	else if (target->option->width == sizeof(narrow))
		memcpy(at, &narrow, sizeof(narrow));
	else
		memcpy(at, &flag, sizeof(flag));
}

static void
put_pointer(const struct target *target, const void *pointer)
{
	memcpy(target->base + target->option->at, &pointer, sizeof(pointer));
}

static void
put_list(const struct target *target, const void *items, size_t n)
{
	put_pointer(target, items);
	memcpy(target->base + target->option->count_at, &n, sizeof(n));
}

static bool
is_integer(const config_setting_t *setting)
{
	return config_setting_type(setting) == CONFIG_TYPE_INT ||
	       config_setting_type(setting) == CONFIG_TYPE_INT64;
}

static bool
is_in_range(const struct option *option, int64_t value)
{
	return value >= 0 && (uint64_t) value >= option->min && (uint64_t) value <= option->max;
}

static bool
read_integer(
    const struct fill *fill, const config_setting_t *setting, const struct option *option, uint64_t *value)
{
	if (!is_integer(setting)) {
		refuse_type(fill, setting, option);
		return false;
	}
	int64_t number = config_setting_get_int64(setting);
	if (!is_in_range(option, number)) {
		refuse_value(fill, setting, option, number);
		return false;
	}
	*value = (uint64_t) number;
	return true;
}

static void
fill_integer(const struct fill *fill, const config_setting_t *setting, const struct target *target)
{
	uint64_t value;

	if (read_integer(fill, setting, target->option, &value))
		put_number(target, value);
}

static void
fill_size(const struct fill *fill, const config_setting_t *setting, const struct target *target)
{
	const struct option *option = target->option;
	uint64_t bytes;

	if (config_setting_type(setting) != CONFIG_TYPE_STRING) {
		fill_integer(fill, setting, target);
		return;
	}
	const char *text = config_setting_get_string(setting);
	if (option_parse_size(text, &bytes) && bytes >= option->min && bytes <= option->max) {
		put_number(target, bytes);
		return;
	}
	char *what =
	    mem_printf("\"%.40s\" is %s", text, option_parse_size(text, &bytes) ? "out of range" : "no size");
	refuse(fill, setting, option, what);
	free(what);
}

static bool
read_string(
    const struct fill *fill, const config_setting_t *setting, const struct option *option, const char **value)
{
	if (config_setting_type(setting) != CONFIG_TYPE_STRING) {
		refuse_type(fill, setting, option);
		return false;
	}
	const char *text = config_setting_get_string(setting);
	size_t len = strlen(text), most = option->max != 0 ? option->max : 4095; /* a path */
	if (len < option->min || len > most) {
		/* not the text: it may be a password */
		doc_mistake(fill->doc, setting, option->path,
		    "%s: expected %" PRIu64 " to %zu bytes, found %zu",
		    len < option->min ? "too short" : "too long", option->min, most, len);
		return false;
	}
	*value = arena_strndup(fill->doc->arena, text, len);
	return true;
}

static void
fill_string(const struct fill *fill, const config_setting_t *setting, const struct target *target)
{
	const char *text;

	if (!read_string(fill, setting, target->option, &text))
		return;
	if (target->option->type == OPTION_PATH)
		text = conf_path(doc_line(fill->doc, setting).file, text, fill->doc->arena);
	put_pointer(target, text);
}

static bool
read_choice(
    const struct fill *fill, const config_setting_t *setting, const struct option *option, size_t *choice)
{
	if (config_setting_type(setting) != CONFIG_TYPE_STRING) {
		refuse_type(fill, setting, option);
		return false;
	}
	const char *text = config_setting_get_string(setting);
	*choice = option_choice(option, text);
	if (option->choices[*choice] != NULL)
		return true;
	char *what = mem_printf("\"%.40s\" is not known", text);
	refuse_near(fill, setting, option, what, option_nearest_choice(option, text));
	free(what);
	return false;
}

static void
fill_choice(const struct fill *fill, const config_setting_t *setting, const struct target *target)
{
	size_t choice;

	if (read_choice(fill, setting, target->option, &choice))
		put_number(target, choice);
}

static void
fill_bool(const struct fill *fill, const config_setting_t *setting, const struct target *target)
{
	if (config_setting_type(setting) != CONFIG_TYPE_BOOL) {
		refuse_type(fill, setting, target->option);
		return;
	}
	bool value = config_setting_get_bool(setting);
	put_number(target, target->option->type == OPTION_BOOL ? value : value ? 1 : 2);
}

/* Lists may be written [ ] or ( ); false where it is none. */
static bool
read_list(const struct fill *fill, const config_setting_t *setting, const struct option *option, size_t *n)
{
	char what[64];

	if (!config_setting_is_array(setting) && !config_setting_is_list(setting)) {
		refuse_type(fill, setting, option);
		return false;
	}
	*n = (size_t) config_setting_length(setting);
	if (*n <= LIST_LONGEST)
		return true;
	(void) snprintf(what, sizeof(what), "%zu elements, at most %d are allowed", *n, LIST_LONGEST);
	refuse(fill, setting, option, what);
	return false;
}

static void
fill_flags(const struct fill *fill, const config_setting_t *setting, const struct target *target)
{
	size_t n, choice;

	if (!read_list(fill, setting, target->option, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		if (read_choice(
			fill, config_setting_get_elem(setting, (unsigned int) i), target->option, &choice))
			*(bool *) (target->base + target->option->at + choice) = true;
	}
}

static void
fill_strings(const struct fill *fill, const config_setting_t *setting, const struct target *target)
{
	size_t n;

	if (!read_list(fill, setting, target->option, &n))
		return;
	const char **items = arena_zalloc(fill->doc->arena, (n + 1) * sizeof(*items));
	for (size_t i = 0; i < n; i++)
		(void) read_string(
		    fill, config_setting_get_elem(setting, (unsigned int) i), target->option, &items[i]);
	put_list(target, items, n);
}

static void
fill_integers(const struct fill *fill, const config_setting_t *setting, const struct target *target)
{
	size_t n;

	if (!read_list(fill, setting, target->option, &n))
		return;
	uint32_t *items = arena_zalloc(fill->doc->arena, (n + 1) * sizeof(*items));
	for (size_t i = 0; i < n; i++) {
		uint64_t value = 0;

		(void) read_integer(
		    fill, config_setting_get_elem(setting, (unsigned int) i), target->option, &value);
		items[i] = (uint32_t) value;
	}
	put_list(target, items, n);
}

static void
fill_groups(const struct fill *fill, const config_setting_t *setting, const struct target *target)
{
	size_t n, size = target->option->min;

	if (!read_list(fill, setting, target->option, &n))
		return;
	uint8_t *items = arena_zalloc(fill->doc->arena, (n + 1) * size);
	for (size_t i = 0; i < n; i++) {
		const config_setting_t *element = config_setting_get_elem(setting, (unsigned int) i);

		if (config_setting_is_group(element))
			fill_group(fill, target->option->path, element, items + i * size);
		else
			refuse_type(fill, element, target->option);
	}
	put_list(target, items, n);
}

static void
fill_setting(const struct fill *fill, const config_setting_t *setting, const struct target *target)
{
	switch (target->option->type) {
	case OPTION_BOOL:
	case OPTION_SWITCH:
		fill_bool(fill, setting, target);
		break;
	case OPTION_INTEGER:
		fill_integer(fill, setting, target);
		break;
	case OPTION_SIZE:
		fill_size(fill, setting, target);
		break;
	case OPTION_STRING:
	case OPTION_PATH:
		fill_string(fill, setting, target);
		break;
	case OPTION_CHOICE:
		fill_choice(fill, setting, target);
		break;
	case OPTION_FLAGS:
		fill_flags(fill, setting, target);
		break;
	case OPTION_STRINGS:
		fill_strings(fill, setting, target);
		break;
	case OPTION_INTEGERS:
		fill_integers(fill, setting, target);
		break;
	case OPTION_GROUPS:
		fill_groups(fill, setting, target);
		break;
	case OPTION_GROUP:
		if (!config_setting_is_group(setting))
			refuse_type(fill, setting, target->option);
		fill_group(fill, target->option->path, config_setting_is_group(setting) ? setting : NULL,
		    target->base);
		break;
	}
}

static void
fill_default(const struct fill *fill, const struct target *target)
{
	const char *text = target->option->fallback;
	uint64_t value = 0;

	if (target->option->type == OPTION_GROUP)
		fill_group(fill, target->option->path, NULL, target->base);
	if (text == NULL)
		return;
	switch (target->option->type) {
	case OPTION_BOOL:
		put_number(target, strcmp(text, "true") == 0);
		break;
	case OPTION_INTEGER:
	case OPTION_SIZE:
		(void) option_parse_size(text, &value);
		put_number(target, value);
		break;
	case OPTION_STRING:
		put_pointer(target, text);
		break;
	case OPTION_PATH:
		put_pointer(target, conf_path(fill->doc->file, text, fill->doc->arena));
		break;
	case OPTION_CHOICE:
		put_number(target, option_choice(target->option, text));
		break;
	case OPTION_SWITCH:
	case OPTION_FLAGS:
	case OPTION_STRINGS:
	case OPTION_INTEGERS:
	case OPTION_GROUP:
	case OPTION_GROUPS:
		break; /* not said, or none: what zeroes say */
	}
}

static void
put_keys(const struct fill *fill, const char *prefix, struct buf *out)
{
	for (size_t i = 0; i < fill->table->n; i++) {
		const struct option *option = &fill->table->options[i];

		if (option_is_in(option, prefix))
			buf_printf(out, "%s%s", out->len == 0 ? "" : ", ", option_leaf(option));
	}
}

static void
refuse_unknown(const struct fill *fill, const char *prefix, const config_setting_t *setting)
{
	const char *name = config_setting_name(setting);
	const char *nearest = option_nearest_key(fill->table, prefix, name);
	char *path = mem_printf("%s%s%s", prefix, prefix[0] != '\0' ? "." : "", name);
	struct buf keys = {0};

	if (nearest != NULL) {
		doc_mistake(fill->doc, setting, path, "unknown key; did you mean '%s'?", nearest);
	} else {
		put_keys(fill, prefix, &keys);
		doc_mistake(fill->doc, setting, path, "unknown key: expected %s", buf_text(&keys));
	}
	buf_release(&keys);
	free(path);
}

static bool
is_known(const struct fill *fill, const char *prefix, const char *name)
{
	for (size_t i = 0; i < fill->table->n; i++) {
		if (option_is_in(&fill->table->options[i], prefix) &&
		    strcmp(option_leaf(&fill->table->options[i]), name) == 0)
			return true;
	}
	return false;
}

/* `group` NULL: it is not there; only defaults count. */
static void
fill_group(const struct fill *fill, const char *prefix, const config_setting_t *group, void *base)
{
	for (int i = 0; group != NULL && i < config_setting_length(group); i++) {
		const config_setting_t *setting = config_setting_get_elem(group, (unsigned int) i);

		if (!is_known(fill, prefix, config_setting_name(setting)))
			refuse_unknown(fill, prefix, setting);
	}
	for (size_t i = 0; i < fill->table->n; i++) {
		const struct target target = {.option = &fill->table->options[i], .base = base};

		if (!option_is_in(target.option, prefix))
			continue;
		const config_setting_t *setting = doc_member(group, option_leaf(target.option));
		if (setting != NULL) {
			fill_setting(fill, setting, &target);
			continue;
		}
		if (target.option->is_required && group != NULL)
			refuse(fill, group, target.option, "is missing");
		fill_default(fill, &target);
	}
}

void
doc_fill(struct doc *doc, const struct option_table *table, void *base)
{
	const struct fill fill = {.doc = doc, .table = table};

	fill_group(&fill, "", config_root_setting(&doc->tree), base);
}
