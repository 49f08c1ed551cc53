/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "sink/mysql/ddl_judge.h"

/* In the order of enum ddl_role. */
static const char *const role_names[] = {"object", "renamed to", "referenced", "source", "exchanged", "on"};

/* In the order of enum ddl_verb. */
static const char *const verb_names[] = {"other", "create", "alter", "drop"};

enum {
	N_VERBS = sizeof(verb_names) / sizeof(verb_names[0]),
	N_ROLES = sizeof(role_names) / sizeof(role_names[0])
};

static json_t *
ids_json(const struct ddl_seen *seen)
{
	json_t *ids = json_object();

	/* As text: a number of JSON is a double to some readers. */
	for (size_t i = 0; i < seen->n_ids; i++)
		(void) json_object_set_new_nocheck(
		    ids, seen->ids[i].part, json_sprintf("%" PRIu64, seen->ids[i].id));
	return ids;
}

static json_t *
seen_json(const struct ddl_seen *seen)
{
	json_t *json = json_object();

	(void) json_object_set_new(json, "role", json_string(role_names[seen->role]));
	(void) json_object_set_new(json, "db", json_string(seen->db));
	if (seen->name != NULL)
		(void) json_object_set_new(json, "name", json_string(seen->name));
	(void) json_object_set_new(json, "exists", json_boolean(seen->exists));
	(void) json_object_set_new(json, "kind", json_string(seen->kind));
	(void) json_object_set_new(json, "definition", json_string(seen->definition));
	(void) json_object_set_new(json, "created", json_string(seen->created));
	if (seen->is_empty != TRI_UNKNOWN)
		(void) json_object_set_new(json, "empty", json_boolean(seen->is_empty == TRI_YES));
	if (seen->has_ids)
		(void) json_object_set_new(json, "ids", ids_json(seen));
	return json;
}

void
ddl_case_put_json(const struct ddl_case *statement, struct buf *out)
{
	json_t *json = json_object(), *list = json_array();
	char *text;

	for (size_t i = 0; i < statement->before.n; i++)
		(void) json_array_append_new(list, seen_json(&statement->before.items[i]));
	(void) json_object_set_new(json, "verb", json_string(verb_names[statement->verb]));
	(void) json_object_set_new(json, "if_exists", json_boolean(statement->has_if_exists));
	(void) json_object_set_new(json, "or_replace", json_boolean(statement->has_or_replace));
	(void) json_object_set_new(json, "objects", list);
	if (statement->log_file != NULL && statement->log_file[0] != '\0')
		(void) json_object_set_new(
		    json, "binlog", json_sprintf("%s:%" PRIu64, statement->log_file, statement->log_offset));
	if (statement->seal != NULL && statement->seal[0] != '\0')
		(void) json_object_set_new(json, "seal", json_string(statement->seal));
	text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	buf_puts(out, text == NULL ? "{}" : text);
	free(text);
	json_decref(json);
}

static const char *
text_of(const json_t *json, const char *key, struct arena *arena)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text == NULL ? "" : arena_strndup(arena, text, strlen(text));
}

static int
compare_ids(const void *a, const void *b)
{
	const struct ddl_id *left = a, *right = b;

	return strcmp(left->part, right->part);
}

static void
read_ids(json_t *json, struct arena *arena, struct ddl_seen *seen)
{
	const char *part;
	json_t *id;

	seen->has_ids = json_is_object(json);
	if (!seen->has_ids)
		return;
	seen->ids = arena_alloc(arena, (json_object_size(json) + 1) * sizeof(*seen->ids));
	json_object_foreach (json, part, id) {
		if (!json_is_string(id))
			continue;
		seen->ids[seen->n_ids++] = (struct ddl_id){
		    .part = arena_strndup(arena, part, strlen(part)),
		    .id = strtoull(json_string_value(id), NULL, 10),
		};
	}
	qsort(seen->ids, seen->n_ids, sizeof(*seen->ids), compare_ids);
}

/* The place of `name` in the list; `n` when it is not there. */
static size_t
number_of(const char *name, const char *const *names, size_t n)
{
	size_t i = 0;

	while (i < n && (name == NULL || strcmp(name, names[i]) != 0))
		i++;
	return i;
}

static bool
read_seen(json_t *json, struct arena *arena, struct ddl_seen *seen)
{
	size_t role = number_of(json_string_value(json_object_get(json, "role")), role_names, N_ROLES);
	json_t *empty = json_object_get(json, "empty");

	if (role == N_ROLES || !json_is_boolean(json_object_get(json, "exists")))
		return false;
	*seen = (struct ddl_seen){
	    .role = (enum ddl_role) role,
	    .db = text_of(json, "db", arena),
	    .name = json_object_get(json, "name") == NULL ? NULL : text_of(json, "name", arena),
	    .exists = json_is_true(json_object_get(json, "exists")),
	    .kind = text_of(json, "kind", arena),
	    .definition = text_of(json, "definition", arena),
	    .created = text_of(json, "created", arena),
	    .is_empty = empty == NULL         ? TRI_UNKNOWN
			: json_is_true(empty) ? TRI_YES
					      : TRI_NO,
	};
	read_ids(json_object_get(json, "ids"), arena, seen);
	return true;
}

static bool
read_objects(json_t *list, struct arena *arena, struct ddl_snapshot *snapshot)
{
	*snapshot = (struct ddl_snapshot){0};
	if (!json_is_array(list))
		return false;
	snapshot->items = arena_zalloc(arena, (json_array_size(list) + 1) * sizeof(*snapshot->items));
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!read_seen(json_array_get(list, i), arena, &snapshot->items[snapshot->n++]))
			return false;
	return true;
}

/* "binlog.000007:1234"; an intent of an earlier release has none. */
static void
read_log_place(const json_t *json, struct arena *arena, struct ddl_case *statement)
{
	char *file = arena_strndup(arena, json == NULL ? "" : json_string_value(json),
	    json == NULL ? 0 : json_string_length(json));
	char *colon = strrchr(file, ':');

	statement->log_file = colon == NULL ? "" : file;
	statement->log_offset = colon == NULL ? 0 : strtoull(colon + 1, NULL, 10);
	if (colon != NULL)
		*colon = '\0';
}

bool
ddl_case_read_json(const char *text, struct arena *arena, struct ddl_case *statement, struct err *err)
{
	json_t *json = json_loads(text, 0, NULL);
	size_t verb = number_of(json_string_value(json_object_get(json, "verb")), verb_names, N_VERBS);
	bool done = verb < N_VERBS && read_objects(json_object_get(json, "objects"), arena, &statement->before);

	if (done) {
		json_t *place = json_object_get(json, "binlog");

		read_log_place(json_is_string(place) ? place : NULL, arena, statement);
		statement->seal = text_of(json, "seal", arena);
		statement->verb = (enum ddl_verb) verb;
		statement->has_if_exists = json_is_true(json_object_get(json, "if_exists"));
		statement->has_or_replace = json_is_true(json_object_get(json, "or_replace"));
	}
	json_decref(json);
	return done || err_set(err, ERR_STOP, "column 'objects' of dump2db.ddl cannot be read");
}
