# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libconfig_.a
libconfig__a_SOURCES = \
	src/config/check.h \
	src/config/check_global.c \
	src/config/check_rules.c \
	src/config/check_server.c \
	src/config/check_task.c \
	src/config/conf_text.c \
	src/config/conf_text.h \
	src/config/config.c \
	src/config/config.h \
	src/config/doc.c \
	src/config/doc.h \
	src/config/draft.h \
	src/config/fill.c \
	src/config/global_options.c \
	src/config/messages.c \
	src/config/messages.h \
	src/config/option.c \
	src/config/option.h \
	src/config/rows.h \
	src/config/task_options.c

unit_tests += tests/unit/test_config
tests_unit_test_config_SOURCES = tests/unit/test_config.c tests/unit/config_files.h
unit_tests += tests/unit/test_config_files
tests_unit_test_config_files_SOURCES = tests/unit/test_config_files.c tests/unit/config_files.h
unit_tests += tests/unit/test_config_mistakes
tests_unit_test_config_mistakes_SOURCES = tests/unit/test_config_mistakes.c tests/unit/config_files.h
unit_tests += tests/unit/test_config_table
tests_unit_test_config_table_SOURCES = tests/unit/test_config_table.c tests/unit/config_files.h
unit_tests += tests/unit/test_config_manual
tests_unit_test_config_manual_SOURCES = tests/unit/test_config_manual.c tests/unit/config_files.h

check_PROGRAMS += tests/fuzz/replay_config
tests_fuzz_replay_config_SOURCES = tests/fuzz/fuzz_config.c tests/fuzz/replay_main.c
EXTRA_DIST += tests/fuzz/corpus/config
if ENABLE_FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_config
tests_fuzz_fuzz_config_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
endif
