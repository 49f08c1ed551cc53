# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libmodel.a
libmodel_a_SOURCES = \
	src/model/column.c \
	src/model/column.h \
	src/model/flavour.h \
	src/model/gtid.c \
	src/model/gtid.h \
	src/model/gtid_private.h \
	src/model/gtid_set.c \
	src/model/gtid_set.h \
	src/model/gtid_set_text.c \
	src/model/gtid_set_wire.c \
	src/model/interval.c \
	src/model/interval.h \
	src/model/table_map.c \
	src/model/table_map.h \
	src/model/txn.c \
	src/model/txn.h \
	src/model/value.h

unit_tests += tests/unit/test_gtid
unit_tests += tests/unit/test_gtid_set
unit_tests += tests/unit/test_txn

check_PROGRAMS += tests/fuzz/replay_gtid_set
tests_fuzz_replay_gtid_set_SOURCES = tests/fuzz/fuzz_gtid_set.c tests/fuzz/replay_main.c
EXTRA_DIST += tests/fuzz/corpus/gtid_set
if ENABLE_FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_gtid_set
tests_fuzz_fuzz_gtid_set_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
endif
