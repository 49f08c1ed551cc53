# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libsink_mysql.a
libsink_mysql_a_SOURCES = \
	src/sink/mysql/applier.c \
	src/sink/mysql/applier.h \
	src/sink/mysql/applier_private.h \
	src/sink/mysql/ddl_apply.c \
	src/sink/mysql/ddl_apply.h \
	src/sink/mysql/ddl_case_json.c \
	src/sink/mysql/ddl_collate.c \
	src/sink/mysql/ddl_collate.h \
	src/sink/mysql/ddl_collation.c \
	src/sink/mysql/ddl_collation.h \
	src/sink/mysql/ddl_fill.c \
	src/sink/mysql/ddl_fill.h \
	src/sink/mysql/ddl_innodb_name.c \
	src/sink/mysql/ddl_intent.c \
	src/sink/mysql/ddl_intent.h \
	src/sink/mysql/ddl_judge.c \
	src/sink/mysql/ddl_judge.h \
	src/sink/mysql/ddl_judge_rename.c \
	src/sink/mysql/ddl_judge_rename.h \
	src/sink/mysql/ddl_log.c \
	src/sink/mysql/ddl_log.h \
	src/sink/mysql/ddl_recovery.c \
	src/sink/mysql/ddl_recovery.h \
	src/sink/mysql/ddl_run.c \
	src/sink/mysql/ddl_run.h \
	src/sink/mysql/ddl_session.c \
	src/sink/mysql/ddl_session.h \
	src/sink/mysql/ddl_snapshot.c \
	src/sink/mysql/ddl_snapshot.h \
	src/sink/mysql/ddl_sql_mode.c \
	src/sink/mysql/ddl_statement.c \
	src/sink/mysql/ddl_statement.h \
	src/sink/mysql/ddl_target.c \
	src/sink/mysql/ddl_target.h \
	src/sink/mysql/dry_run.c \
	src/sink/mysql/dry_run.h \
	src/sink/mysql/name_claims.c \
	src/sink/mysql/name_claims.h \
	src/sink/mysql/prepared.c \
	src/sink/mysql/prepared.h \
	src/sink/mysql/rows_apply.c \
	src/sink/mysql/skip.c \
	src/sink/mysql/skip.h \
	src/sink/mysql/table_defs.c \
	src/sink/mysql/table_defs.h \
	src/sink/mysql/watchdog.c \
	src/sink/mysql/watchdog.h \
	src/sink/mysql/writer.c \
	src/sink/mysql/writer.h \
	src/sink/mysql/xa_apply.c \
	src/sink/mysql/xa_apply.h
unit_tests += tests/unit/test_ddl_judge tests/unit/test_ddl_log tests/unit/test_ddl_session
