/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/error_kind.h"

#include <stddef.h>
#include <string.h>

/* The request may be sent again: nothing about it was wrong. */
static const unsigned int retry_codes[] = {
    1040, /* too many connections */
    1053, /* server shutdown in progress */
    1077, /* normal shutdown */
    1129, /* host blocked for connect errors: an operator unblocks it while we wait */
    1152, 1158, 1159, 1160, 1161, 1184, /* aborted connection, network errors */
    1203, 1226, /* user has too many connections, resource limit */
    1205, /* lock wait timeout */
    1213, /* deadlock */
    1317, /* query interrupted */
    1412, /* table definition has changed, retry the transaction */
    1614, /* XA transaction branch: deadlock */
    1637, /* too many active concurrent transactions */
    1927, /* connection was killed */
    1969, 3024, /* statement time exceeded */
    2002, 2003, 2005, 2006, 2012, 2013, 2055, /* no connection, or lost */
    3058, /* deadlock with a user lock */
    3098, 3100, 3101, /* group replication rolled the transaction back */
    4031, /* disconnected for inactivity */
};

/* The server will do it once something outside has been put right. */
static const unsigned int wait_codes[] = {
    1021, /* disk full */
    1114, /* table is full */
    1290, /* running with --read-only or the like */
    1461, /* max_prepared_stmt_count is reached */
    1836, /* read-only mode */
    3032, /* offline mode */
    3, 14, 1026, /* error on write */
};

static bool
has_code(const unsigned int *codes, size_t n, unsigned int code)
{
	for (size_t i = 0; i < n; i++)
		if (codes[i] == code)
			return true;
	return false;
}

enum err_kind
error_kind(unsigned int code, const char *text)
{
	if (has_code(retry_codes, sizeof(retry_codes) / sizeof(retry_codes[0]), code))
		return ERR_RETRY;
	if (code == 1290 && strstr(text, "read-only") == NULL && strstr(text, "read_only") == NULL)
		return ERR_STOP; /* --secure-file-priv, --skip-grant-tables: no waiting cures those */
	if (has_code(wait_codes, sizeof(wait_codes) / sizeof(wait_codes[0]), code))
		return ERR_WAIT;
	if (code == 1030 && (strstr(text, "error 28") != NULL || strstr(text, "error 122") != NULL ||
				strstr(text, "No space") != NULL))
		return ERR_WAIT;
	if (code == 2026 && strstr(text, "certificate") == NULL && strstr(text, "not support") == NULL &&
	    strstr(text, "unsupported") == NULL && strstr(text, "required") == NULL)
		return ERR_RETRY; /* a handshake cut short by a restart */
	return ERR_STOP;
}
