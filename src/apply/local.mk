# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libapply.a
libapply_a_SOURCES = \
	src/apply/collation.c \
	src/apply/collation.h \
	src/apply/column_default.c \
	src/apply/column_default.h \
	src/apply/column_places.c \
	src/apply/column_places.h \
	src/apply/column_sense.c \
	src/apply/column_sense.h \
	src/apply/dump2db_sql.h \
	src/apply/literal.c \
	src/apply/literal.h \
	src/apply/literal_float.c \
	src/apply/literal_float.h \
	src/apply/literal_temporal.c \
	src/apply/literal_temporal.h \
	src/apply/marker.c \
	src/apply/marker.h \
	src/apply/marker_private.h \
	src/apply/marker_start.c \
	src/apply/schema.c \
	src/apply/schema.h \
	src/apply/session.c \
	src/apply/session.h \
	src/apply/session_lock.c \
	src/apply/session_lock.h \
	src/apply/session_work.c \
	src/apply/session_work.h \
	src/apply/statement.c \
	src/apply/statement.h \
	src/apply/statement_generated.c \
	src/apply/statement_private.h \
	src/apply/statement_versioned.c \
	src/apply/stored_position.c \
	src/apply/stored_position.h \
	src/apply/system_zone.c \
	src/apply/system_zone.h \
	src/apply/target_key.c \
	src/apply/target_key.h \
	src/apply/target_table.c \
	src/apply/target_table.h \
	src/apply/target_table_fit.c
nodist_libapply_a_SOURCES = src/apply/dump2db_sql.c

EXTRA_DIST += sql/dump2db.sql sql/embed.awk
CLEANFILES += src/apply/dump2db_sql.c
src/apply/dump2db_sql.c: $(srcdir)/sql/dump2db.sql $(srcdir)/sql/embed.awk
	$(AM_V_GEN)$(MKDIR_P) src/apply && awk -f $(srcdir)/sql/embed.awk $(srcdir)/sql/dump2db.sql > $@.tmp && mv $@.tmp $@

unit_tests += tests/unit/test_column_default
unit_tests += tests/unit/test_column_sense
unit_tests += tests/unit/test_literal
unit_tests += tests/unit/test_statement
unit_tests += tests/unit/test_target_table_fit
