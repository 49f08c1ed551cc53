/* SPDX-License-Identifier: Apache-2.0 */
/* Statements and what becomes of them on their way to a target. */
#ifndef TESTS_UNIT_DDL_ROUTE_H
#define TESTS_UNIT_DDL_ROUTE_H

#include "base/buf.h"
#include "route/ddl_rewrite.h"

enum { ROUTE_MOST = 4 };

/* A task, as far as routing is concerned; lists end at the first NULL. */
struct ddl_route {
	const char *databases[ROUTE_MOST], *tables[ROUTE_MOST];
	struct rename_option renames[ROUTE_MOST];
	struct ddl_carry carry;
	enum flavour source, target;
	const char *default_db, *charset;
	const char *invoker_user, *invoker_host; /* NULL: the event does not say */
	uint16_t error_code;
	bool fails_alike;
	bool is_case_insensitive;
};

#define ONLY_TABLES {.tables = true}
#define EVERYTHING {.tables = true, .views = true, .routines = true, .triggers = true, .events = true, .users = true}

/* The caller's: rules_free(). */
struct rules *ddl_route_rules(const struct ddl_route *route);
struct ddl_context ddl_route_context(const struct ddl_route *route);

/*
 * "carried: SQL", "[db]" behind it when the session needs that database, "(reason)" when a part was left out;
 * "left out: reason", with an exclamation mark where operators want to read it; "stop: text", " without a hint" behind it
 * when there is none.
 */
void ddl_route_render(const struct ddl_route *route, const struct rules *rules, const char *text, struct buf *out);

struct ddl_route_sample {
	const char *sql;
	const char *expected; /* as rendered */
};

void ddl_route_expect_all(const struct ddl_route *route, const struct ddl_route_sample *samples, size_t n);
#define EXPECT_ALL(route, samples) ddl_route_expect_all(route, samples, sizeof(samples) / sizeof((samples)[0]))

#endif
