/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"
#include "base/mem.h"

enum {
	ER_NO_SUCH_TABLE = 1146,
	MYSQL_8 = 80000,
	MOST_IDS = 20000, /* tables of a database: above, only its existence counts */
};

struct look {
	struct conn *conn;
	enum ddl_class class;
	bool is_case_insensitive; /* lower_case_table_names is not 0: the server keeps names in lower case */
	struct arena *arena;
};

void
ddl_definition_hash(const char *text, size_t len, char hash[DIGEST_HEX_SIZE])
{
	static const char options[] = "\n) ", counter[] = " AUTO_INCREMENT=";
	struct buf stripped = {0};
	const char *at;
	size_t cut;

	buf_add(&stripped, text, len);
	at = strstr(buf_text(&stripped), options);
	at = at == NULL ? NULL : strstr(at, counter);
	if (at != NULL) {
		cut = strlen(counter) + strspn(at + strlen(counter), "0123456789");
		buf_splice(&stripped, (size_t) (at - stripped.data), cut, "", 0);
	}
	digest_hex(stripped.data, stripped.len, hash);
	buf_release(&stripped);
}

static void
put_text(struct buf *sql, const char *text)
{
	literal_put_string(text, strlen(text), sql);
}

static const char *
keep(const struct look *look, const char *text)
{
	return text == NULL ? "" : arena_strndup(look->arena, text, strlen(text));
}

static bool
is_name(const struct look *look, const char *found, const char *wanted)
{
	/* Servers that fold case find one at most, whatever the catalogue's collation makes of it. */
	return look->is_case_insensitive || strcmp(found, wanted) == 0;
}

static bool
run(const struct look *look, struct buf *sql, struct result **result, struct err *err)
{
	bool done = conn_query(look->conn, buf_text(sql), result, err);

	buf_release(sql);
	return done;
}

static bool
look_definition(const struct look *look, struct ddl_seen *seen, struct err *err)
{
	char hash[DIGEST_HEX_SIZE];
	struct buf sql = {0};
	struct result *result;
	const char *const *row;

	buf_puts(&sql, "SHOW CREATE TABLE ");
	literal_put_name(seen->db, &sql);
	buf_putc(&sql, '.');
	literal_put_name(seen->name, &sql);
	if (!run(look, &sql, &result, err)) {
		if (err->kind != ERR_STOP)
			return false;
		/* A view on what is gone, a table that is broken: the other signs must do. */
		seen->exists = err->code != ER_NO_SUCH_TABLE;
		err_clear(err);
		return true;
	}
	row = result_next(result);
	if (row != NULL && row[1] != NULL) {
		ddl_definition_hash(row[1], result_lengths(result)[1], hash);
		seen->definition = keep(look, hash);
	}
	result_free(result);
	return true;
}

/*
 * For LIKE: what stands before the first character that is encoded in a way we do not know; false when there is
 * one.
 */
static bool
put_name_prefix(const char *name, struct buf *out)
{
	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char) *name;

		if (c >= 0x80)
			return false;
		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			buf_putc(out, (char) c);
		else if (c == '_')
			buf_puts(out, "\\\\_");
		else
			buf_printf(out, "@00%02x", c);
	}
	return true;
}

static int
compare_ids(const void *a, const void *b)
{
	const struct ddl_id *left = a, *right = b;

	return strcmp(left->part, right->part);
}

/* Two tables that both could be the one (letters beyond ASCII) tell nothing. */
static bool
is_ambiguous(const struct ddl_seen *seen)
{
	for (size_t i = 1; i < seen->n_ids; i++)
		if (strcmp(seen->ids[i - 1].part, seen->ids[i].part) == 0)
			return true;
	return false;
}

static bool
look_ids(const struct look *look, struct ddl_seen *seen, struct err *err)
{
	const struct server_info *server = conn_server(look->conn);
	bool is_new = server->flavour == FLAVOUR_MYSQL && server->version >= MYSQL_8;
	struct buf sql = {0};
	struct result *result;
	const char *const *row;
	const char *part;

	buf_printf(&sql, "SELECT NAME, TABLE_ID FROM information_schema.%s WHERE NAME LIKE '",
	    is_new ? "INNODB_TABLES" : "INNODB_SYS_TABLES");
	if (put_name_prefix(seen->db, &sql)) {
		buf_putc(&sql, '/');
		(void) put_name_prefix(seen->name == NULL ? "" : seen->name, &sql);
	}
	buf_printf(&sql, "%%' LIMIT %d", MOST_IDS + 1);
	if (!run(look, &sql, &result, err)) {
		if (err->kind != ERR_STOP)
			return false;
		err_clear(err); /* no PROCESS privilege, or no InnoDB */
		return true;
	}
	seen->has_ids = result_rows(result) <= MOST_IDS;
	seen->ids = arena_alloc(look->arena, (result_rows(result) + 1) * sizeof(*seen->ids));
	while (seen->has_ids && (row = result_next(result)) != NULL)
		if (ddl_innodb_name_is(row[0], seen->db, seen->name, &part))
			seen->ids[seen->n_ids++] =
			    (struct ddl_id){keep(look, part), strtoull(row[1], NULL, 10)};
	result_free(result);
	qsort(seen->ids, seen->n_ids, sizeof(*seen->ids), compare_ids);
	/* A table of another engine has none. */
	if (seen->name != NULL && (seen->n_ids == 0 || is_ambiguous(seen)))
		seen->has_ids = false;
	return true;
}

static bool
look_empty(const struct look *look, struct ddl_seen *seen, struct err *err)
{
	struct buf sql = {0};
	struct result *result;

	if (look->class != DDL_TRUNCATE_TABLE && look->class != DDL_CREATE_TABLE &&
	    look->class != DDL_CREATE_TABLE_LIKE)
		return true;
	buf_puts(&sql, "SELECT 1 FROM ");
	literal_put_name(seen->db, &sql);
	buf_putc(&sql, '.');
	literal_put_name(seen->name, &sql);
	buf_puts(&sql, " LIMIT 1");
	if (!run(look, &sql, &result, err)) {
		if (err->kind != ERR_STOP)
			return false;
		err_clear(err);
		return true;
	}
	seen->is_empty = result_rows(result) == 0 ? TRI_YES : TRI_NO;
	result_free(result);
	return true;
}

static bool
look_table(const struct look *look, struct ddl_seen *seen, struct err *err)
{
	struct buf sql = {0};
	struct result *result;
	const char *const *row;

	buf_puts(&sql,
	    "SELECT TABLE_NAME, TABLE_TYPE, CREATE_TIME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ");
	put_text(&sql, seen->db);
	buf_puts(&sql, " AND TABLE_NAME = ");
	put_text(&sql, seen->name);
	if (!run(look, &sql, &result, err))
		return false;
	while ((row = result_next(result)) != NULL) {
		if (!is_name(look, row[0], seen->name))
			continue;
		seen->exists = true;
		seen->kind = keep(look, row[1]);
		seen->created = keep(look, row[2]);
	}
	result_free(result);
	if (!seen->exists)
		return true;
	return look_definition(look, seen, err) &&
	       (strcmp(seen->kind, "VIEW") == 0 || (look_ids(look, seen, err) && look_empty(look, seen, err)));
}

static bool
look_database(const struct look *look, struct ddl_seen *seen, struct err *err)
{
	struct buf sql = {0};
	struct result *result;
	const char *const *row;
	char hash[DIGEST_HEX_SIZE];
	char *options;

	buf_puts(&sql, "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM "
		       "information_schema.SCHEMATA WHERE SCHEMA_NAME = ");
	put_text(&sql, seen->db);
	if (!run(look, &sql, &result, err))
		return false;
	while ((row = result_next(result)) != NULL) {
		if (!is_name(look, row[0], seen->db))
			continue;
		seen->exists = true;
		seen->kind = "DATABASE";
		options = mem_printf("%s %s", row[1] == NULL ? "" : row[1], row[2] == NULL ? "" : row[2]);
		digest_hex(options, strlen(options), hash);
		seen->definition = keep(look, hash);
		free(options);
	}
	result_free(result);
	return !seen->exists || look_ids(look, seen, err);
}

static void
put_program_query(enum ddl_class class, const struct ddl_seen *seen, struct buf *sql)
{
	static const char trigger[] =
	    "SELECT TRIGGER_NAME, 'TRIGGER', CONCAT_WS(' ', EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, "
	    "ACTION_ORDER, DEFINER, ACTION_STATEMENT, CREATED) FROM information_schema.TRIGGERS WHERE "
	    "TRIGGER_NAME = ";
	static const char event[] =
	    "SELECT EVENT_NAME, 'EVENT', CONCAT_WS(' ', EVENT_DEFINITION, STATUS, ON_COMPLETION, CREATED, "
	    "LAST_ALTERED) FROM information_schema.EVENTS WHERE EVENT_NAME = ";
	static const char routine[] =
	    "SELECT ROUTINE_NAME, ROUTINE_TYPE, CONCAT_WS(' ', ROUTINE_DEFINITION, ROUTINE_COMMENT, SECURITY_TYPE, "
	    "DEFINER, CREATED, LAST_ALTERED) FROM information_schema.ROUTINES WHERE ROUTINE_NAME = ";

	buf_puts(sql, class == DDL_TRIGGER ? trigger : class == DDL_EVENT ? event : routine);
	put_text(sql, seen->name);
	buf_puts(sql, class == DDL_TRIGGER ? " AND TRIGGER_SCHEMA = "
		      : class == DDL_EVENT ? " AND EVENT_SCHEMA = "
					   : " AND ROUTINE_SCHEMA = ");
	put_text(sql, seen->db);
	buf_puts(sql, " ORDER BY 2");
}

static bool
look_program(const struct look *look, struct ddl_seen *seen, struct err *err)
{
	struct buf sql = {0}, kinds = {0}, texts = {0};
	struct result *result;
	const char *const *row;
	char hash[DIGEST_HEX_SIZE];

	put_program_query(look->class, seen, &sql);
	if (!run(look, &sql, &result, err))
		return false;
	while ((row = result_next(result)) != NULL) {
		seen->exists = true;
		buf_printf(&kinds, "%s%s", kinds.len == 0 ? "" : ",", row[1]);
		if (row[2] != NULL)
			buf_add(&texts, row[2], result_lengths(result)[2]);
	}
	result_free(result);
	digest_hex(buf_text(&texts), texts.len, hash);
	seen->definition = keep(look, hash);
	seen->kind = keep(look, buf_text(&kinds));
	buf_release(&kinds);
	buf_release(&texts);
	return true;
}

/* Users, roles and grants are judged as a whole: any change of the tables that hold them. */
static bool
look_grants(const struct look *look, struct ddl_seen *seen, struct err *err)
{
	static const char sql_text[] = "CHECKSUM TABLE mysql.user, mysql.global_priv, mysql.db, "
				       "mysql.tables_priv, mysql.columns_priv, mysql.procs_priv, "
				       "mysql.proxies_priv, mysql.roles_mapping, mysql.role_edges, "
				       "mysql.default_roles, mysql.global_grants";
	struct buf texts = {0};
	struct result *result;
	const char *const *row;
	char hash[DIGEST_HEX_SIZE];

	if (!conn_query(look->conn, sql_text, &result, err)) {
		if (err->kind != ERR_STOP)
			return false;
		err_clear(err); /* not permitted: no definition, and nothing can be told */
		return true;
	}
	while ((row = result_next(result)) != NULL)
		buf_printf(&texts, "%s=%s\n", row[0], row[1] == NULL ? "" : row[1]);
	result_free(result);
	digest_hex(buf_text(&texts), texts.len, hash);
	seen->definition = keep(look, hash);
	buf_release(&texts);
	return true;
}

static bool
look_at(const struct look *look, struct ddl_seen *seen, struct err *err)
{
	if (look->class == DDL_USER)
		return look_grants(look, seen, err);
	if (seen->name == NULL)
		return look_database(look, seen, err);
	if (look->class == DDL_ROUTINE || look->class == DDL_TRIGGER || look->class == DDL_EVENT)
		return look_program(look, seen, err);
	return look_table(look, seen, err);
}

static bool
open_look(struct look *look, struct err *err)
{
	char *value = NULL;

	if (!conn_query_one(look->conn, "SELECT @@lower_case_table_names", &value, err))
		return false;
	look->is_case_insensitive = value != NULL && strcmp(value, "0") != 0;
	free(value);
	return true;
}

static void
fold_case(char *name)
{
	for (; *name != '\0'; name++)
		if (*name >= 'A' && *name <= 'Z')
			*name = (char) (*name - 'A' + 'a');
}

static struct ddl_seen
unseen(const struct look *look, enum ddl_role role, const char *db, const char *name)
{
	char *own_db = arena_strndup(look->arena, db, strlen(db));
	char *own_name = name == NULL ? NULL : arena_strndup(look->arena, name, strlen(name));

	if (look->is_case_insensitive) {
		fold_case(own_db);
		if (own_name != NULL)
			fold_case(own_name);
	}
	return (struct ddl_seen){
	    .role = role, .db = own_db, .name = own_name, .kind = "", .definition = "", .created = ""};
}

static bool
is_changed(enum ddl_role role)
{
	return role == DDL_ROLE_OBJECT || role == DDL_ROLE_RENAMED_TO || role == DDL_ROLE_EXCHANGED;
}

bool
ddl_snapshot_take(struct conn *conn, enum ddl_class class, const struct ddl_snapshot_name *names, size_t n,
    struct arena *arena, struct ddl_snapshot *snapshot, struct err *err)
{
	struct look look = {.conn = conn, .class = class, .arena = arena};

	*snapshot = (struct ddl_snapshot){.items = arena_zalloc(arena, (n + 1) * sizeof(*snapshot->items))};
	if (!open_look(&look, err))
		return false;
	if (class == DDL_USER)
		snapshot->items[snapshot->n++] = unseen(&look, DDL_ROLE_OBJECT, "mysql", "");
	for (size_t i = 0; class != DDL_USER && i < n; i++)
		if (is_changed(names[i].role))
			snapshot->items[snapshot->n++] =
			    unseen(&look, names[i].role, names[i].db, names[i].name);
	for (size_t i = 0; i < snapshot->n; i++)
		if (!look_at(&look, &snapshot->items[i], err))
			return false;
	return true;
}

bool
ddl_snapshot_again(struct conn *conn, enum ddl_class class, const struct ddl_snapshot *before,
    struct arena *arena, struct ddl_snapshot *now, struct err *err)
{
	struct ddl_snapshot_name *names = arena_alloc(arena, (before->n + 1) * sizeof(*names));

	for (size_t i = 0; i < before->n; i++)
		names[i] = (struct ddl_snapshot_name){
		    before->items[i].role, before->items[i].db, before->items[i].name};
	return ddl_snapshot_take(conn, class, names, before->n, arena, now, err);
}
