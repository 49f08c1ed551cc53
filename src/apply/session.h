/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The set-up of a session on the target, in one place: literals and statements of apply/ are written for it.
 *
 * What exists differs from server to server (MySQL 5.6 lacks much, MySQL 9 has removed more), so the server is
 * asked which of the variables it has and what they are; only those that differ are set.  Those that change
 * what is stored are required; those for comfort, which may need a privilege, are tried.
 *
 * sql_mode: strict, so that nothing is cut or rounded in silence; zero and invalid dates pass; 0 in an
 * AUTO_INCREMENT column stays 0.
 */
#ifndef APPLY_SESSION_H
#define APPLY_SESSION_H

#include "mysql/conn.h"

#define SESSION_SQL_MODE_LENIENT "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION"
#define SESSION_SQL_MODE "STRICT_ALL_TABLES," SESSION_SQL_MODE_LENIENT

struct session_options {
	int sql_log_bin;                  /* -1: leave, 0: off, 1: on */
	unsigned int lock_wait_timeout_s; /* innodb_lock_wait_timeout, lock_wait_timeout; 0: 50 */
	unsigned int idle_timeout_s;      /* wait_timeout: how long the session may say nothing; 0: a week */
};

/*
 * Sets the session up; after conn_open(), and again when something (a DDL) has had settings of its own.
 * ERR_STOP names the variable that the server refuses and the privilege that would cure it.  unique_checks is
 * on and stays on, whatever the flags of rows say: without it InnoDB may store a second row under a unique key,
 * and the refusal of that row is what shows a target that has drifted.
 */
bool session_setup(struct conn *conn, const struct session_options *options, struct err *err);

#endif
