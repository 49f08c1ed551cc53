/* SPDX-License-Identifier: Apache-2.0 */
#include "ddl_route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

struct rules *
ddl_route_rules(const struct ddl_route *route)
{
	struct rules_options options = {
	    .databases = route->databases, .tables = route->tables, .renames = route->renames,
	    .is_case_insensitive = route->is_case_insensitive};
	struct rules *rules = NULL;
	struct err err = {0};

	while (options.n_databases < ROUTE_MOST && route->databases[options.n_databases] != NULL)
		options.n_databases++;
	while (options.n_tables < ROUTE_MOST && route->tables[options.n_tables] != NULL)
		options.n_tables++;
	while (options.n_renames < ROUTE_MOST && route->renames[options.n_renames].from != NULL)
		options.n_renames++;
	if (!rules_new(&options, &rules, &err))
		fail_msg("%s", err.text);
	return rules;
}

struct ddl_context
ddl_route_context(const struct ddl_route *route)
{
	return (struct ddl_context){
	    .flavour = route->source,
	    .server_version = route->source == FLAVOUR_MYSQL ? 90700 : 110806,
	    .charset = route->charset,
	    .default_db = route->default_db == NULL ? "shop" : route->default_db,
	    .error_code = route->error_code,
	};
}

void
ddl_route_render(const struct ddl_route *route, const struct rules *rules, const char *text, struct buf *out)
{
	struct arena arena = {0};
	struct ddl_context source = ddl_route_context(route);
	struct ddl_rewrite_context context = {
	    .rules = rules, .carry = route->carry, .source = &source, .target_flavour = route->target,
	    .fails_alike = route->fails_alike,
	    .invoker_user = route->invoker_user, .invoker_host = route->invoker_host};
	struct bytes sql = {(const uint8_t *) text, strlen(text)};
	struct ddl ddl;
	struct ddl_rewritten result;
	struct err err = {0};

	if (!ddl_scan(sql, &source, &arena, &ddl, &err)) {
		buf_printf(out, "not scanned: %s", err.text);
	} else if (!ddl_rewrite(sql, &ddl, &context, &arena, &result, &err)) {
		assert_int_equal(err.kind, ERR_STOP);
		buf_printf(out, "stop: %s", err.text);
		if (err.hint[0] == '\0')
			buf_puts(out, " without a hint");
	} else if (result.verdict == DDL_LEFT_OUT) {
		buf_printf(out, "left out%s: %s", result.is_notable ? "!" : "", result.reason);
		assert_int_not_equal(strlen(result.reason), 0);
	} else {
		buf_printf(out, "carried: %.*s", (int) result.sql.len, (const char *) result.sql.data);
		if (result.expected_error != 0)
			buf_printf(out, " -> %u", result.expected_error);
		if (result.default_db[0] != '\0')
			buf_printf(out, " [%s]", result.default_db);
		if (result.reason[0] != '\0')
			buf_printf(out, " (%s)", result.reason);
	}
	arena_release(&arena);
}

void
ddl_route_expect_all(const struct ddl_route *route, const struct ddl_route_sample *samples, size_t n)
{
	struct rules *rules = ddl_route_rules(route);

	for (size_t i = 0; i < n; i++) {
		struct buf found = {0};

		ddl_route_render(route, rules, samples[i].sql, &found);
		if (strcmp(buf_text(&found), samples[i].expected) != 0)
			fail_msg("%s\n  expected: %s\n  found:    %s", samples[i].sql, samples[i].expected, found.data);
		buf_release(&found);
	}
	rules_free(rules);
}
