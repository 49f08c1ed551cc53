/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of rowferry.conf. */
#include "config/rows.h"

static const char *const log_levels[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warning", [LOG_ERROR] = "error", NULL};
static const char *const cluster_drivers[] = {[CLUSTER_NONE] = "none",
    [CLUSTER_ZOOKEEPER] = "zookeeper",
    [CLUSTER_ETCD] = "etcd",
    [CLUSTER_DATABASE] = "database",
    NULL};

#define DRAFT struct config_draft

static const struct option options[] = {
    {.path = "include",
	.type = OPTION_PATH,
	.fallback = "conf.d",
	MEMBER(DRAFT, config.include),
	.help = "the directory of the task files: every *.conf in it is one task"},
    {.path = "node",
	.type = OPTION_STRING,
	.min = 1,
	.max = HOST_LONGEST,
	MEMBER(DRAFT, config.node),
	.help = "this host's name or address as others reach it; default: its host name"},

    {.path = "log", .type = OPTION_GROUP, .help = "where messages go"},
    {.path = "log.file",
	.type = OPTION_PATH,
	MEMBER(DRAFT, config.log.file),
	.help = "appended to, and opened again at SIGHUP; default: standard error"},
    {.path = "log.level",
	.type = OPTION_CHOICE,
	.choices = log_levels,
	.fallback = "info",
	MEMBER(DRAFT, config.log.level),
	.help = "the least important messages that are kept"},

    {.path = "status",
	.type = OPTION_GROUP,
	.help = "the status server of tasks that name none of their own; default: each task's destination"},
    SERVER_ROWS("status", DRAFT, config.status, status, "the status server", "60"),
    {.path = "status.binlog",
	.type = OPTION_BOOL,
	.fallback = "false",
	MEMBER(DRAFT, config.status_binlog),
	.help = "whether reports go to its binary log"},

    {.path = "cluster", .type = OPTION_GROUP, .help = "who runs a task where several nodes could"},
    {.path = "cluster.driver",
	.type = OPTION_CHOICE,
	.choices = cluster_drivers,
	.fallback = "none",
	MEMBER(DRAFT, config.cluster.driver),
	.help = "the service that elects a task's owner"},
    {.path = "cluster.servers",
	.type = OPTION_STRINGS,
	.min = 1,
	.max = HOST_LONGEST + 8,
	COUNTED(DRAFT, config.cluster.servers, config.cluster.n_servers),
	.help = "its servers, each \"host:port\"; zookeeper and etcd need at least one"},
    {.path = "cluster.root",
	.type = OPTION_STRING,
	.min = 1,
	.max = 255,
	.fallback = "/rowferry",
	MEMBER(DRAFT, config.cluster.root),
	.help = "the path below which everything is kept there"},
    {.path = "cluster.session_timeout_s",
	.type = OPTION_INTEGER,
	.min = 2,
	.max = 600,
	.fallback = "15",
	MEMBER(DRAFT, config.cluster.session_timeout_s),
	.help = "seconds after which a silent node loses its tasks"},
    {.path = "cluster.user",
	.type = OPTION_STRING,
	.min = 1,
	.max = USER_LONGEST,
	MEMBER(DRAFT, config.cluster.user),
	.help = "the account, where the service wants one"},
    PASSWORD_ROWS("cluster", DRAFT, config.cluster),
    TLS_ROWS("cluster", DRAFT, cluster, config.cluster),
};

const struct option_table global_option_table = {
    .name = "rowferry.conf", .options = options, .n = sizeof(options) / sizeof(options[0])};
