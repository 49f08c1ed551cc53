# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libsource.a
libsource_a_SOURCES = \
	src/source/assembler.c \
	src/source/assembler.h \
	src/source/assembler_file.c \
	src/source/assembler_payload.c \
	src/source/assembler_private.h \
	src/source/assembler_query.c \
	src/source/assembler_refuse.c \
	src/source/binlog_file.c \
	src/source/binlog_file.h \
	src/source/ddl_ahead.c \
	src/source/ddl_ahead.h \
	src/source/ddl_marks.c \
	src/source/ddl_marks.h \
	src/source/event_offset.c \
	src/source/event_offset.h \
	src/source/formats.c \
	src/source/formats.h \
	src/source/history.c \
	src/source/history.h \
	src/source/live.c \
	src/source/live.h \
	src/source/live_progress.c \
	src/source/live_refuse.c \
	src/source/live_refuse.h \
	src/source/marker_row.c \
	src/source/marker_row.h \
	src/source/origin.c \
	src/source/origin.h \
	src/source/own_id.c \
	src/source/own_id.h \
	src/source/server_state.c \
	src/source/server_state.h \
	src/source/source_clock.c \
	src/source/source_clock.h \
	src/source/table_cache.c \
	src/source/table_cache.h \
	src/source/until.c \
	src/source/xid.c \
	src/source/xid.h

unit_tests += tests/unit/test_ddl_ahead tests/unit/test_ddl_marks tests/unit/test_event_offset tests/unit/test_table_cache
check_PROGRAMS += tests/fuzz/replay_assembler
tests_fuzz_replay_assembler_SOURCES = tests/fuzz/fuzz_assembler.c tests/fuzz/replay_main.c
EXTRA_DIST += tests/fuzz/corpus/assembler
if ENABLE_FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_assembler
tests_fuzz_fuzz_assembler_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
endif

unit_tests += tests/unit/test_binlog_file
