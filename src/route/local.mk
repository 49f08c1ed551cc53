# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libroute.a
libroute_a_SOURCES = \
	src/route/table_route.c \
	src/route/table_route.h \
	src/route/charset.c \
	src/route/charset.h \
	src/route/ddl.c \
	src/route/ddl.h \
	src/route/ddl_change.c \
	src/route/ddl_fill.c \
	src/route/ddl_invoker.c \
	src/route/ddl_invoker.h \
	src/route/ddl_names.c \
	src/route/ddl_object.c \
	src/route/ddl_plain.c \
	src/route/ddl_plain.h \
	src/route/ddl_plan.c \
	src/route/ddl_plan.h \
	src/route/ddl_rename.c \
	src/route/ddl_rewrite.c \
	src/route/ddl_rewrite.h \
	src/route/ddl_savepoint.c \
	src/route/ddl_savepoint.h \
	src/route/ddl_scan.c \
	src/route/ddl_scan.h \
	src/route/ddl_table.c \
	src/route/fold.c \
	src/route/fold.h \
	src/route/filter.h \
	src/route/lexer.c \
	src/route/lexer.h \
	src/route/pattern.c \
	src/route/pattern.h \
	src/route/redact.c \
	src/route/redact.h \
	src/route/renames.c \
	src/route/renames.h \
	src/route/rules.c \
	src/route/rules.h \
	src/route/tokens.c \
	src/route/tokens.h
unit_tests += tests/unit/test_rules tests/unit/test_ddl tests/unit/test_ddl_plain tests/unit/test_ddl_text tests/unit/test_ddl_savepoint \
	tests/unit/test_ddl_rewrite tests/unit/test_ddl_rewrite_names tests/unit/test_ddl_invoker tests/unit/test_redact
tests_unit_test_ddl_SOURCES = tests/unit/test_ddl.c tests/unit/ddl_samples.c tests/unit/ddl_samples.h
tests_unit_test_ddl_text_SOURCES = tests/unit/test_ddl_text.c tests/unit/ddl_samples.c tests/unit/ddl_samples.h
tests_unit_test_ddl_rewrite_SOURCES = tests/unit/test_ddl_rewrite.c tests/unit/ddl_route.c tests/unit/ddl_route.h
tests_unit_test_ddl_invoker_SOURCES = tests/unit/test_ddl_invoker.c tests/unit/ddl_route.c tests/unit/ddl_route.h
tests_unit_test_ddl_rewrite_names_SOURCES = tests/unit/test_ddl_rewrite_names.c tests/unit/ddl_route.c tests/unit/ddl_route.h

check_PROGRAMS += tests/fuzz/replay_ddl_scan tests/fuzz/replay_ddl_rewrite
tests_fuzz_replay_ddl_scan_SOURCES = tests/fuzz/fuzz_ddl_scan.c tests/fuzz/replay_main.c
tests_fuzz_replay_ddl_rewrite_SOURCES = tests/fuzz/fuzz_ddl_rewrite.c tests/fuzz/replay_main.c
EXTRA_DIST += tests/fuzz/corpus/ddl_scan tests/fuzz/corpus/ddl_rewrite
if ENABLE_FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_ddl_scan tests/fuzz/fuzz_ddl_rewrite
tests_fuzz_fuzz_ddl_scan_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_ddl_rewrite_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
endif
