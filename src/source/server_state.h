/* SPDX-License-Identifier: Apache-2.0 */
/* What a source says of its binlog now; the statements differ by flavour and version. */
#ifndef SOURCE_SERVER_STATE_H
#define SOURCE_SERVER_STATE_H

#include <stdatomic.h>

#include "apply/system_zone.h"
#include "model/gtid_set.h"
#include "mysql/conn.h"

struct server_state {
	bool has_binlog;
	bool has_gtids;            /* MariaDB always, MySQL with gtid_mode ON */
	struct gtid_set *executed; /* what stands in the binlog; empty without GTIDs */
	char *file;                /* where the next event will be written */
	uint64_t offset;
	char *binlog_format;
};

bool server_state_read(struct conn *conn, struct server_state *state, struct err *err);
void server_state_release(struct server_state *state);

/* "mysql:UUID" or "mariadb:server_id@host:port": tells a server from another one.  Caller frees. */
char *server_identity(const struct conn *conn);

/* ERR_STOP when the server cannot be a source: no binlog, or binlog_format other than ROW. */
bool server_state_check_source(struct conn *conn, const struct server_state *state, struct err *err);

/*
 * ERR_STOP when another replica has registered under this server_id (one that reports another host or port): two of
 * them would throw each other out for ever.
 */
bool server_check_replica_id(struct conn *conn, uint32_t server_id, const char *report_host, uint32_t report_port,
    struct err *err);

/*
 * ERR_STOP names the transactions that `position` holds and the source has never had.  MySQL serves a replica whose
 * errant transactions are another server's as if nothing were wrong, and cuts its complaint about its own; MariaDB refuses
 * by itself and names the GTID, so it is not asked here.  What has only just been read may take the source a moment to
 * count among its own: `stop` ends that wait; may be NULL.
 */
bool server_check_errant(struct conn *conn, const struct gtid_set *position, const atomic_bool *stop, struct err *err);

/* MariaDB: the GTID position of a place in its files, caller frees; NULL where there is no such place. */
bool server_gtids_at(struct conn *conn, const char *file, uint64_t offset, char **gtids, struct err *err);

/* What the meaning of a DDL, or the value of a generated column, may depend on and events may not carry. */
struct server_ddl_settings {
	enum tristate explicit_defaults; /* explicit_defaults_for_timestamp */
	struct system_zone zone;
	/* Global settings, which sessions begin with. */
	uint64_t sql_mode; /* the bits of server_state.c alone: those that stored values depend on */
	char time_zone[64];
	struct system_zone global_zone; /* what that is */
};

bool server_ddl_settings_read(struct conn *conn, struct server_ddl_settings *settings, struct err *err);

#endif
