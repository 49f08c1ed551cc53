/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sql_mode across servers (sql/sql_class.h of MariaDB, sql/system_variables.h of MySQL: MODE_*).  The low 32
 * bits are common, but MySQL 8 has dropped some of them, MySQL never used bit 4, and above 31 the two have
 * different ones.
 */
#include <inttypes.h>

#include "sink/mysql/ddl_session.h"

#define BIT(n) ((uint64_t) 1 << (n))

/* Bit numbers. */
enum {
	MODE_UNUSED_OR_BAD_OPTIONS = 4, /* MariaDB: IGNORE_BAD_TABLE_OPTIONS */
	MODE_ORACLE = 9,
	MODE_TIME_TRUNCATE = 32, /* MySQL */
	MODE_EMPTY_IS_NULL = 32, /* MariaDB, as the next two */
	MODE_SIMULTANEOUS = 33,
	MODE_TIME_ROUND = 34,
};

/*
 * POSTGRESQL, ORACLE, MSSQL, DB2, MAXDB; NO_KEY_, NO_TABLE_, NO_FIELD_OPTIONS; MYSQL323, MYSQL40;
 * NO_AUTO_CREATE_USER.
 */
static const uint64_t gone_in_mysql_8 =
    BIT(8) | BIT(9) | BIT(10) | BIT(11) | BIT(12) | BIT(13) | BIT(14) | BIT(15) | BIT(16) | BIT(17) | BIT(28);
/*
 * The first five and MYSQL323, MYSQL40: their parts are set beside them, and MariaDB gives some a meaning of
 * their own.
 */
static const uint64_t combinations = BIT(8) | BIT(9) | BIT(10) | BIT(11) | BIT(12) | BIT(16) | BIT(17);
static const uint64_t common = BIT(32) - 1 - BIT(MODE_UNUSED_OR_BAD_OPTIONS);

static uint64_t
known_to(enum flavour target, unsigned int version)
{
	if (target == FLAVOUR_MARIADB)
		return common | BIT(MODE_UNUSED_OR_BAD_OPTIONS) |
		       (version >= 100300 ? BIT(MODE_EMPTY_IS_NULL) | BIT(MODE_SIMULTANEOUS) : 0) |
		       (version >= 100401 ? BIT(MODE_TIME_ROUND) : 0);
	return version < 80000 ? common : (common & ~gone_in_mysql_8) | BIT(MODE_TIME_TRUNCATE);
}

bool
ddl_sql_mode(uint64_t mode, enum flavour source, enum flavour target, unsigned int target_version,
    uint64_t *out, struct err *err)
{
	uint64_t known = known_to(target, target_version);

	if (source == target) {
		*out = mode & known;
		return true;
	}
	if (source == FLAVOUR_MARIADB && (mode & (BIT(MODE_ORACLE) | BIT(MODE_EMPTY_IS_NULL))) != 0)
		return err_set(err, ERR_STOP,
		    "the statement ran in sql_mode %s, which changes its meaning and which the target "
		    "does not have",
		    (mode & BIT(MODE_ORACLE)) != 0 ? "ORACLE" : "EMPTY_STRING_IS_NULL");
	*out = mode & known & common & ~combinations;
	/* MySQL rounds fractions of seconds away unless told to cut them off, MariaDB the other way round. */
	if (source == FLAVOUR_MYSQL && (mode & BIT(MODE_TIME_TRUNCATE)) == 0)
		*out |= BIT(MODE_TIME_ROUND) & known;
	if (source == FLAVOUR_MARIADB && (mode & BIT(MODE_TIME_ROUND)) == 0)
		*out |= BIT(MODE_TIME_TRUNCATE) & known;
	return true;
}
