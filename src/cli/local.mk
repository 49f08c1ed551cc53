# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libcli.a
libcli_a_SOURCES = \
	src/cli/catalog.c \
	src/cli/catalog.h \
	src/cli/check.c \
	src/cli/check.h \
	src/cli/check_cascades.c \
	src/cli/check_columns.c \
	src/cli/check_databases.c \
	src/cli/check_destination.c \
	src/cli/check_events.c \
	src/cli/check_expressions.c \
	src/cli/check_features.c \
	src/cli/check_filters.c \
	src/cli/check_filters.h \
	src/cli/check_parts.h \
	src/cli/check_position.c \
	src/cli/check_privileges.c \
	src/cli/check_report.c \
	src/cli/check_report.h \
	src/cli/check_source.c \
	src/cli/check_tables.c \
	src/cli/check_tables.h \
	src/cli/command.c \
	src/cli/command.h \
	src/cli/connect.c \
	src/cli/connect.h \
	src/cli/denied.c \
	src/cli/denied.h \
	src/cli/event_json.c \
	src/cli/event_json.h \
	src/cli/event_sql.c \
	src/cli/event_sql.h \
	src/cli/event_walk.c \
	src/cli/event_walk.h \
	src/cli/help.c \
	src/cli/help.h \
	src/cli/inspect.c \
	src/cli/inspect.h \
	src/cli/inspect_source.c \
	src/cli/inspect_source.h \
	src/cli/json_text.c \
	src/cli/json_text.h \
	src/cli/options.c \
	src/cli/options.h \
	src/cli/output.c \
	src/cli/output.h \
	src/cli/place.c \
	src/cli/place.h \
	src/cli/pseudo_table.c \
	src/cli/pseudo_table.h \
	src/cli/run.c \
	src/cli/run.h \
	src/cli/skip.c \
	src/cli/skip.h \
	src/cli/status.c \
	src/cli/status.h \
	src/cli/status_put.c \
	src/cli/status_put.h \
	src/cli/status_read.c \
	src/cli/status_read.h \
	src/cli/tasks.c \
	src/cli/tasks.h \
	src/cli/text_table.c \
	src/cli/text_table.h \
	src/cli/tree.c \
	src/cli/value_json.c \
	src/cli/value_json.h \
	src/cli/variables.c \
	src/cli/variables.h

unit_tests += tests/unit/test_command_manual
unit_tests += tests/unit/test_command_options
unit_tests += tests/unit/test_value_json

check_PROGRAMS += tests/fuzz/replay_inspect
tests_fuzz_replay_inspect_SOURCES = tests/fuzz/fuzz_inspect.c tests/fuzz/replay_main.c
EXTRA_DIST += tests/fuzz/corpus/inspect
if ENABLE_FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_inspect
tests_fuzz_fuzz_inspect_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
endif
