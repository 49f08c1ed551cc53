# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libbinlog.a
libbinlog_a_SOURCES = \
	src/binlog/decimal.c \
	src/binlog/decimal.h \
	src/binlog/event.c \
	src/binlog/event.h \
	src/binlog/event_put.c \
	src/binlog/event_put.h \
	src/binlog/gtid_event.c \
	src/binlog/gtid_event.h \
	src/binlog/gtid_tagged.c \
	src/binlog/gtid_tagged.h \
	src/binlog/inflate.c \
	src/binlog/inflate.h \
	src/binlog/json.h \
	src/binlog/json_apply.c \
	src/binlog/json_diff.c \
	src/binlog/json_fit.c \
	src/binlog/json_path.c \
	src/binlog/json_path.h \
	src/binlog/json_scalar.c \
	src/binlog/json_scalar.h \
	src/binlog/json_sql.c \
	src/binlog/json_sql.h \
	src/binlog/json_text.c \
	src/binlog/json_text.h \
	src/binlog/json_view.c \
	src/binlog/json_view.h \
	src/binlog/payload.c \
	src/binlog/payload.h \
	src/binlog/query_event.c \
	src/binlog/query_event.h \
	src/binlog/query_status.c \
	src/binlog/query_status.h \
	src/binlog/rows.c \
	src/binlog/rows.h \
	src/binlog/table_map_event.c \
	src/binlog/table_map_event.h \
	src/binlog/table_metadata.c \
	src/binlog/table_metadata.h \
	src/binlog/temporal.c \
	src/binlog/temporal.h \
	src/binlog/values.c \
	src/binlog/values.h

unit_tests += tests/unit/test_binlog_files
tests_unit_test_binlog_files_SOURCES = tests/unit/test_binlog_files.c tests/unit/binlog_text.c tests/unit/binlog_text.h
unit_tests += tests/unit/test_decimal
unit_tests += tests/unit/test_event
tests_unit_test_event_SOURCES = tests/unit/test_event.c tests/unit/binlog_wire.h
unit_tests += tests/unit/test_event_put
tests_unit_test_event_put_SOURCES = tests/unit/test_event_put.c tests/unit/binlog_wire.h
unit_tests += tests/unit/test_gtid_event
tests_unit_test_gtid_event_SOURCES = tests/unit/test_gtid_event.c tests/unit/binlog_wire.h
unit_tests += tests/unit/test_inflate
tests_unit_test_inflate_SOURCES = tests/unit/test_inflate.c tests/unit/binlog_wire.h
unit_tests += tests/unit/test_json
tests_unit_test_json_SOURCES = tests/unit/test_json.c tests/unit/hex.h
unit_tests += tests/unit/test_json_diff
tests_unit_test_json_diff_SOURCES = tests/unit/test_json_diff.c tests/unit/hex.h
unit_tests += tests/unit/test_payload
tests_unit_test_payload_SOURCES = tests/unit/test_payload.c tests/unit/binlog_wire.h
unit_tests += tests/unit/test_query_event
tests_unit_test_query_event_SOURCES = tests/unit/test_query_event.c tests/unit/binlog_wire.h
unit_tests += tests/unit/test_rows
tests_unit_test_rows_SOURCES = tests/unit/test_rows.c tests/unit/binlog_wire.h
unit_tests += tests/unit/test_table_map
tests_unit_test_table_map_SOURCES = tests/unit/test_table_map.c tests/unit/binlog_wire.h
unit_tests += tests/unit/test_values
tests_unit_test_values_SOURCES = tests/unit/test_values.c tests/unit/binlog_text.c tests/unit/binlog_text.h \
	tests/unit/binlog_wire.h
EXTRA_DIST += tests/data/binlog

check_PROGRAMS += tests/fuzz/replay_decimal
tests_fuzz_replay_decimal_SOURCES = tests/fuzz/fuzz_decimal.c tests/fuzz/replay_main.c
check_PROGRAMS += tests/fuzz/replay_framing
tests_fuzz_replay_framing_SOURCES = tests/fuzz/fuzz_framing.c tests/fuzz/replay_main.c tests/fuzz/fuzz_binlog.h tests/unit/binlog_text.c
check_PROGRAMS += tests/fuzz/replay_gtid_event
tests_fuzz_replay_gtid_event_SOURCES = tests/fuzz/fuzz_gtid_event.c tests/fuzz/replay_main.c tests/fuzz/fuzz_binlog.h
check_PROGRAMS += tests/fuzz/replay_inflate
tests_fuzz_replay_inflate_SOURCES = tests/fuzz/fuzz_inflate.c tests/fuzz/replay_main.c tests/fuzz/fuzz_binlog.h
check_PROGRAMS += tests/fuzz/replay_json
tests_fuzz_replay_json_SOURCES = tests/fuzz/fuzz_json.c tests/fuzz/replay_main.c
check_PROGRAMS += tests/fuzz/replay_json_diff
tests_fuzz_replay_json_diff_SOURCES = tests/fuzz/fuzz_json_diff.c tests/fuzz/replay_main.c
check_PROGRAMS += tests/fuzz/replay_payload
tests_fuzz_replay_payload_SOURCES = tests/fuzz/fuzz_payload.c tests/fuzz/replay_main.c tests/fuzz/fuzz_binlog.h
check_PROGRAMS += tests/fuzz/replay_query
tests_fuzz_replay_query_SOURCES = tests/fuzz/fuzz_query.c tests/fuzz/replay_main.c tests/fuzz/fuzz_binlog.h
check_PROGRAMS += tests/fuzz/replay_rows
tests_fuzz_replay_rows_SOURCES = tests/fuzz/fuzz_rows.c tests/fuzz/replay_main.c tests/fuzz/fuzz_binlog.h
check_PROGRAMS += tests/fuzz/replay_table_map
tests_fuzz_replay_table_map_SOURCES = tests/fuzz/fuzz_table_map.c tests/fuzz/replay_main.c tests/fuzz/fuzz_binlog.h
check_PROGRAMS += tests/fuzz/replay_values
tests_fuzz_replay_values_SOURCES = tests/fuzz/fuzz_values.c tests/fuzz/replay_main.c tests/fuzz/fuzz_binlog.h
EXTRA_DIST += \
	tests/fuzz/corpus/decimal \
	tests/fuzz/corpus/framing \
	tests/fuzz/corpus/gtid_event \
	tests/fuzz/corpus/inflate \
	tests/fuzz/corpus/json \
	tests/fuzz/corpus/json_diff \
	tests/fuzz/corpus/payload \
	tests/fuzz/corpus/query \
	tests/fuzz/corpus/rows \
	tests/fuzz/corpus/table_map \
	tests/fuzz/corpus/values
if ENABLE_FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_decimal
tests_fuzz_fuzz_decimal_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_framing
tests_fuzz_fuzz_framing_SOURCES = tests/fuzz/fuzz_framing.c tests/unit/binlog_text.c
tests_fuzz_fuzz_framing_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_gtid_event
tests_fuzz_fuzz_gtid_event_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_inflate
tests_fuzz_fuzz_inflate_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_json
tests_fuzz_fuzz_json_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_json_diff
tests_fuzz_fuzz_json_diff_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_payload
tests_fuzz_fuzz_payload_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_query
tests_fuzz_fuzz_query_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_rows
tests_fuzz_fuzz_rows_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_table_map
tests_fuzz_fuzz_table_map_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_values
tests_fuzz_fuzz_values_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
endif
