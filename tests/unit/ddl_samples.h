/* SPDX-License-Identifier: Apache-2.0 */
/* Statements and what the DDL scanner finds in them. */
#ifndef TESTS_UNIT_DDL_SAMPLES_H
#define TESTS_UNIT_DDL_SAMPLES_H

#include "route/ddl.h"

#define DDL_CONTEXT(flavour_, version, ...) \
	{.flavour = (flavour_), .server_version = (version), __VA_ARGS__}

/* The default database is "d", but for on_nowhere. */
extern const struct ddl_context on_mysql, on_mysql56, on_mariadb, on_nowhere, on_ansi, on_no_escapes;

struct ddl_sample {
	const char *sql;
	const char *expected; /* one line: "ALTER TABLE O(a.t) R(~d.u) if-exists", or "error: text" */
};

/* Fails the test unless the scan finds just that, and each name's span is that name. */
void ddl_expect_in(const struct ddl_context *context, struct bytes sql, const char *expected);
void ddl_expect_all(const struct ddl_context *context, const struct ddl_sample *samples, size_t n);
#define EXPECT_ALL(context, samples) ddl_expect_all(context, samples, sizeof(samples) / sizeof((samples)[0]))

#endif
