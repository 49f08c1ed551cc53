/* SPDX-License-Identifier: Apache-2.0 */
/* What a good configuration becomes. */
#include "config_files.h"

#define SOURCE "source = { host = \"db1\"; user = \"r\"; };\n"
#define DESTINATION "destination = { host = \"db2\"; user = \"w\"; };\n"
#define TASK(id) "server_id = " id ";\n" SOURCE DESTINATION
#define NONE ((const char *const[]){NULL})

static const struct task_options *
load_one(struct folder *folder, const char *text)
{
	folder_write(folder, "t.conf", text);
	if (!folder_load(folder, "t.conf"))
		fail_msg("%s", folder->err.text);
	assert_int_equal(folder->config->n_tasks, 1);
	return &folder->config->tasks[0];
}

static void
test_defaults(void **state)
{
	struct folder folder;
	char *file;

	(void) state;
	folder_open(&folder);
	const struct task_options *task = load_one(&folder, TASK("7"));
	file = mem_printf("%s/t.conf", folder.path);
	assert_string_equal(task->name, "t");
	assert_string_equal(task->file, file);
	assert_string_equal(task->region, "t");
	assert_int_equal(task->loop, LOOP_MESH);
	assert_string_equal(task->destination.region, "");
	assert_int_equal(task->server_id, 7);
	assert_string_equal(task->source.conn.host, "db1");
	assert_int_equal(task->source.conn.port, 3306);
	assert_null(task->source.conn.password);
	assert_int_equal(task->source.conn.tls, TLS_PREFERRED);
	assert_int_equal(task->source.conn.connect_timeout_s, 10);
	assert_int_equal(task->source.conn.io_timeout_s, 60);
	assert_int_equal(task->destination.conn.io_timeout_s, 0);
	assert_int_equal(task->source.start.kind, START_STORED);
	assert_int_equal(task->source.heartbeat_s, 10);
	assert_null(task->rules.working_patterns);
	assert_true(task->ddl.tables);
	assert_false(task->ddl.views);
	assert_int_equal(task->destination.binlog, BINLOG_DEFAULT);
	assert_int_equal(task->destination.batch_transactions, 100);
	assert_int_equal(task->destination.batch_bytes, 4 << 20);
	assert_int_equal(task->limits.queue_bytes, 64 << 20);
	assert_string_equal(task->limits.spool_dir, "/var/tmp");
	assert_false(task->has_status);
	assert_string_equal(folder.config->file, file);
	assert_null(folder.config->include);
	assert_int_equal(folder.config->log.level, LOG_INFO);
	assert_int_equal(folder.config->cluster.driver, CLUSTER_NONE);
	assert_true(strlen(folder.config->node) > 0);
	assert_string_equal(task->source.report_host, folder.config->node);
	folder_expect(&folder, NONE);
	free(file);
	folder_close(&folder);
}

static const char all_values[] =
    "server_id = 1001; region = \"east\"; loop = \"ring\";\n"
    "source = { host = \"::1\"; port = 3307; user = \"r\"; password = \"p\\\"w\";\n"
    "  databases = [\"a\", \"b_*\"]; tables = (\"c.d\", \"!a.x\"); working_tables = [\"^_(.*)_new$\"];\n"
    "  heartbeat_s = 3; report_port = 99; connect_timeout_s = 4; io_timeout_s = 0;\n"
    "  start = { binlog_file = \"b.000007\"; start_position = 5000000000; override = true; }; };\n"
    "filter = { ignore = [\"delete\", \"insert\"]; ignore_threads = [1, 4294967295, 0x10]; };\n"
    "route = { rename = ( { from = \"a\"; to = \"z\"; }, { from = \"c.d\"; to = \"c.e\"; } ); };\n"
    "ddl = { tables = false; views = true; routines = true; triggers = true; events = true; users = true; };\n"
    "destination = { socket = \"/run/x.sock\"; user = \"w\"; region = \"west\"; binlog = false; "
    "batch_transactions = 1;\n"
    "  batch_bytes = \"1 MiB\"; lock_wait_timeout_s = 5; allow_nontransactional = true; allow_triggers = true; "
    "allow_changed_values = true; replay_events = true; "
    "};\n"
    "status = { host = \"s\"; user = \"u\"; binlog = true; };\n"
    "limits = { queue_bytes = 2097152; transaction_memory_bytes = \"128k\"; spool_dir = \"/tmp\"; };\n";

static void
check_rules(const struct rules_options *rules)
{
	assert_int_equal(rules->n_databases, 2);
	assert_string_equal(rules->databases[1], "b_*");
	assert_int_equal(rules->n_tables, 2);
	assert_string_equal(rules->tables[1], "!a.x");
	assert_int_equal(rules->n_working_patterns, 1);
	assert_string_equal(rules->working_patterns[0], "^_(.*)_new$");
	assert_int_equal(rules->n_renames, 2);
	assert_string_equal(rules->renames[0].from, "a");
	assert_string_equal(rules->renames[1].to, "c.e");
}

static void
check_source(const struct source_options *source)
{
	assert_string_equal(source->conn.host, "::1");
	assert_int_equal(source->conn.port, 3307);
	assert_string_equal(source->conn.password, "p\"w");
	assert_int_equal(source->conn.connect_timeout_s, 4);
	assert_int_equal(source->conn.io_timeout_s, 0);
	assert_int_equal(source->heartbeat_s, 3);
	assert_int_equal(source->report_port, 99);
	assert_int_equal(source->start.kind, START_FILE);
	assert_string_equal(source->start.file, "b.000007");
	assert_true(source->start.offset == UINT64_C(5000000000));
	assert_true(source->start.is_forced);
}

static void
check_destination(const struct destination_options *destination)
{
	assert_null(destination->conn.host);
	assert_string_equal(destination->conn.socket, "/run/x.sock");
	assert_int_equal(destination->binlog, BINLOG_OFF);
	assert_int_equal(destination->batch_transactions, 1);
	assert_int_equal(destination->batch_bytes, 1 << 20);
	assert_int_equal(destination->lock_wait_timeout_s, 5);
	assert_true(destination->allow_nontransactional);
	assert_true(destination->allow_triggers);
	assert_true(destination->allow_changed_values);
	assert_true(destination->replay_events);
}

static void
test_values(void **state)
{
	struct folder folder;

	(void) state;
	folder_open(&folder);
	const struct task_options *task = load_one(&folder, all_values);
	assert_string_equal(task->region, "east");
	assert_int_equal(task->loop, LOOP_RING);
	assert_string_equal(task->destination.region, "west");
	check_source(&task->source);
	check_rules(&task->rules);
	check_destination(&task->destination);
	assert_true(task->filter.ignore_insert);
	assert_false(task->filter.ignore_update);
	assert_true(task->filter.ignore_delete);
	assert_int_equal(task->filter.n_ignore_threads, 3);
	assert_true(task->filter.ignore_threads[1] == UINT32_MAX);
	assert_int_equal(task->filter.ignore_threads[2], 16);
	assert_false(task->ddl.tables);
	assert_true(task->ddl.views && task->ddl.routines && task->ddl.triggers);
	assert_true(task->ddl.events && task->ddl.users);
	assert_true(task->has_status);
	assert_string_equal(task->status.host, "s");
	assert_true(task->status_binlog);
	assert_int_equal(task->limits.queue_bytes, 2 << 20);
	assert_int_equal(task->limits.transaction_memory_bytes, 128 << 10);
	assert_string_equal(task->limits.spool_dir, "/tmp");
	folder_expect(&folder, NONE);
	folder_close(&folder);
}

static void
test_server_id_as_written(void **state)
{
	static const char *const texts[] = {TASK("4294967295"), TASK("4294967295L"), TASK("4294967295LL"),
	    TASK("0xFFFFFFFF"), TASK("0xffffffffL"), TASK("+4294967295"),
	    TASK("\n  4294967295 // the highest\n")};
	struct folder folder;

	(void) state;
	folder_open(&folder);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(load_one(&folder, texts[i])->server_id == UINT32_MAX);
	folder_close(&folder);
}

static void
test_start_kinds(void **state)
{
	static const struct {
		const char *start;
		enum start_kind kind;
	} cases[] = {
	    {"", START_STORED},
	    {"gtid = \"0-1-55\";", START_GTID},
	    {"binlog_file = \"b.1\";", START_FILE},
	    {"auto_position = true;", START_AUTO_POSITION},
	    {"auto_position = false;", START_STORED},
	};
	struct folder folder;

	(void) state;
	folder_open(&folder);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = mem_printf(
		    "server_id = 1; source = { host = \"a\"; user = \"u\"; start = { %s }; };\n" DESTINATION,
		    cases[i].start);
		const struct task_options *task = load_one(&folder, text);

		assert_int_equal(task->source.start.kind, cases[i].kind);
		assert_int_equal(task->source.start.offset, 4);
		free(text);
	}
	folder_close(&folder);
}

static void
test_tls(void **state)
{
	static const struct {
		const char *tls;
		enum tls_mode mode;
	} cases[] = {
	    {"", TLS_PREFERRED},
	    {"tls = { };", TLS_REQUIRED},
	    {"tls = { mode = \"off\"; };", TLS_OFF},
	    {"tls = { mode = \"preferred\"; };", TLS_PREFERRED},
	    {"tls = { mode = \"required\"; };", TLS_REQUIRED},
	    {"tls = { verify = \"ca\"; };", TLS_VERIFY_CA},
	    {"tls = { verify = \"identity\"; };", TLS_VERIFY_IDENTITY},
	    {"tls = { ca = \"t.conf\"; };", TLS_VERIFY_IDENTITY},
	    {"tls = { ca = \"t.conf\"; verify = \"ca\"; };", TLS_VERIFY_CA},
	    {"tls = { mode = \"off\"; ca = \"t.conf\"; verify = \"none\"; };", TLS_OFF},
	    {"tls = { ca = \"t.conf\"; verify = \"none\"; cert = \"t.conf\"; key = \"t.conf\"; };",
		TLS_REQUIRED},
	};
	struct folder folder;
	char *ca;

	(void) state;
	folder_open(&folder);
	ca = mem_printf("%s/t.conf", folder.path);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text =
		    mem_printf("server_id = 1;" DESTINATION "source = { host = \"a\"; user = \"u\"; %s };\n",
			cases[i].tls);
		const struct task_options *task = load_one(&folder, text);

		assert_int_equal(task->source.conn.tls, cases[i].mode);
		if (strstr(cases[i].tls, "ca =") != NULL)
			assert_string_equal(task->source.conn.tls_ca, ca);
		free(text);
	}
	free(ca);
	folder_close(&folder);
}

static void
test_folder(void **state)
{
	struct folder folder;
	char *path;

	(void) state;
	folder_open(&folder);
	folder_write(&folder, "rowferry.conf",
	    "include = \"tasks\"; node = \"10.0.0.5\";\n"
	    "log = { file = \"r.log\"; level = \"warning\"; };\n"
	    "status = { host = \"s\"; user = \"u\"; binlog = false; };\n"
	    "cluster = { driver = \"etcd\"; servers = [\"e1:2379\", \"[::1]:2379\"]; root = \"/a/b\"; user = "
	    "\"x\";\n"
	    "  password_file = \"rowferry.conf\"; session_timeout_s = 30; tls = { }; };\n");
	folder_write(&folder, "tasks/b.conf", TASK("2"));
	folder_write(&folder, "tasks/a-1.conf", TASK("1") "status = { host = \"own\"; user = \"u\"; };");
	folder_write(&folder, "tasks/c.conf.sample", "not read");
	folder_write(&folder, "tasks/.d.conf", "not read");
	if (!folder_load(&folder, "rowferry.conf"))
		fail_msg("%s", folder.err.text);
	path = mem_printf("%s/tasks", folder.path);
	assert_string_equal(folder.config->include, path);
	free(path);
	path = mem_printf("%s/r.log", folder.path);
	assert_string_equal(folder.config->log.file, path);
	free(path);
	assert_int_equal(folder.config->log.level, LOG_WARN);
	assert_int_equal(folder.config->cluster.driver, CLUSTER_ETCD);
	assert_int_equal(folder.config->cluster.n_servers, 2);
	assert_string_equal(folder.config->cluster.servers[1], "[::1]:2379");
	assert_string_equal(folder.config->cluster.root, "/a/b");
	assert_int_equal(folder.config->cluster.session_timeout_s, 30);
	assert_int_equal(folder.config->cluster.tls, TLS_REQUIRED);
	assert_int_equal(folder.config->n_tasks, 2);
	assert_string_equal(folder.config->tasks[0].name, "a-1");
	assert_string_equal(folder.config->tasks[1].name, "b");
	assert_ptr_equal(config_task(folder.config, "b"), &folder.config->tasks[1]);
	assert_null(config_task(folder.config, "c"));
	assert_string_equal(folder.config->tasks[0].status.host, "own");
	assert_string_equal(folder.config->tasks[1].status.host, "s");
	assert_false(folder.config->tasks[1].status_binlog);
	assert_true(folder.config->tasks[1].has_status);
	assert_string_equal(folder.config->tasks[1].source.report_host, "10.0.0.5");
	folder_expect(&folder, NONE);
	folder_close(&folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_server_id_as_written),
	    cmocka_unit_test(test_start_kinds),
	    cmocka_unit_test(test_tls),
	    cmocka_unit_test(test_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
