/* SPDX-License-Identifier: Apache-2.0 */
/* Every error text: what is refused, and that the text has file, line, key and what is allowed. */
#include "config_files.h"

#include "base/buf.h"

#define SERVERS                                                                                                \
	"source = { host = \"a\"; user = \"u\"; };\n"      /* line 2 */                                        \
	"destination = { host = \"b\"; user = \"u\"; };\n" /* line 3 */
#define BASE "server_id = 1;\n" SERVERS                    /* what follows stands in line 4 */
#define SOURCE_WITH(text)                                                                                      \
	"server_id = 1;\ndestination = { host = \"b\"; user = \"u\"; };\nsource = { user = \"u\"; " text " };" \
	"\n"
#define SOURCE_ALSO(text) SOURCE_WITH("host = \"a\";\n" text)

struct mistake {
	const char *text;
	const char *expected[5]; /* without "t.conf:" */
};

static const struct mistake syntax[] = {
    {"server_id = 1\nsource : {{", {"2: '{' is not closed"}},
    {"server_id = ;",
	{"1: syntax error here or just before: expected key = value; with strings in double quotes"}},
    {"a = 1;\n\n b c = 2;",
	{"3: syntax error here or just before: expected key = value; with strings in double quotes"}},
    {"host = db1;",
	{"1: syntax error here or just before: expected key = value; with strings in double quotes"}},
    {"a = 1;\nA = 1;\na = 2;", {"3: a key is given a second time"}},
    {"a = [1, \"x\"];", {"1: the elements of a list in square brackets have different types"}},
    {"\na = \"b\n\n", {"2: a string that begins here is not closed: '\"' is missing"}},
    {"a = \"\\\"", {"1: a string that begins here is not closed: '\"' is missing"}},
    {"\n\n/* a\n * b\n", {"3: a comment that begins here is not closed: '*/' is missing"}},
    {"/*/", {"1: a comment that begins here is not closed: '*/' is missing"}},
    {"a = { b = 1;\n", {"1: '{' is not closed"}},
    {"a = { };\n}", {"2: '}' closes nothing: no '{' is open"}},
    {"a = (\n[ ) ]", {"2: ')' does not close the '[' of line 2"}},
    {"a = 'b';", {"1: strings are written in double quotes: \"...\""}},
    {"\na = 64M;", {"2: 64M is no number: sizes such as \"64M\" are written in double quotes"}},
    {"a = 0x1Z;", {"1: 0x1Z is no number: sizes such as \"64M\" are written in double quotes"}},
    {"a = 9223372036854775808;", {"1: number 9223372036854775808 is too large: at most 9223372036854775807"}},
    {"a = 0x10000000000000000;", {"1: number 0x10000000000000000 is too large: at most 9223372036854775807"}},
    {"@include \"x\"", {"1: @include is nested deeper than 8 files"}},
    {"a = ((((((((((((((((((((((((((((((((\n(", {"2: '(' is nested deeper than 32 levels"}},
};

static const struct mistake keys[] = {
    {BASE "limts = { };", {"4: 'limts': unknown key; did you mean 'limits'?"}},
    {BASE "limits = {\nqueue_byte = 1; };",
	{"5: 'limits.queue_byte': unknown key; did you mean 'queue_bytes'?"}},
    {BASE "limits = { queue = 1; };", {"4: 'limits.queue': unknown key; did you mean 'queue_bytes'?"}},
    {BASE "Region = \"a\";", {"4: 'Region': unknown key; did you mean 'region'?"}},
    {BASE "batch_bytes = 1;", {"4: 'batch_bytes': unknown key; did you mean 'destination.batch_bytes'?"}},
    {BASE "limits = { zzz = 1; };",
	{"4: 'limits.zzz': unknown key: expected queue_bytes, transaction_memory_bytes, spool_dir"}},
    {BASE "route = { rename = ( { from = \"a\"; to = \"b\"; too = 1; } ); };",
	{"4: 'route.rename.too': unknown key; did you mean 'to'?"}},
    {BASE "node = \"a\";",
	{"4: 'node': unknown key: expected server_id, region, loop, source, filter, route, ddl,"
	 " destination, status, limits"}},
    {"\n" SERVERS, {"1: 'server_id': is missing: expected an integer from 1 to 4294967295"}},
    {"server_id = 1;\ndestination = { host = \"b\"; user = \"u\"; };",
	{"1: 'source': is missing: expected a group: { ... }"}},
    {SOURCE_WITH(""), {"3: 'source.host': is missing: expected 'host' or 'socket'"}},
    {SOURCE_ALSO("start = { gtid = \"00000000-0000-0000-0000-000000000001:1-3,\n\"; };"),
	{"4: 'source.start.gtid': ends with a comma: expected the set whole, all of its lines"}},
    {SOURCE_WITH("host = \"a:3307\";"), {"3: 'source.host': \"a:3307\" is no host: expected a name or an address such "
					  "as \"::1\", and the port as 'port'"}},
    {SOURCE_WITH("host = \"[::1]\";"), {"3: 'source.host': \"[::1]\" is no host: expected a name or an address such "
					 "as \"::1\", and the port as 'port'"}},
    {"server_id = 1;\nsource = { host = \"a\"; user = \"u\"; };\ndestination = {\nhost = \"b\"; };",
	{"3: 'destination.user': is missing: expected a string in double quotes, 1 to 255 bytes long"}},
    {BASE "ddl = { collations = ( { from = \"a\"; } ); };",
	{"4: 'ddl.collations.to': is missing: expected a string in double quotes, 1 to 64 bytes long"}},
    {BASE "route = { rename = ( { from = \"a\"; } ); };",
	{"4: 'route.rename.to': is missing: expected a string in double quotes, 1 to 512 bytes long"}},
};

static const struct mistake types[] = {
    {BASE "status = 1;", {"4: 'status': found an integer: expected a group: { ... }"}},
    {BASE "region = 1;",
	{"4: 'region': found an integer: expected a string in double quotes, 1 to 64 bytes long"}},
    {BASE "region = 1.5;", {"4: 'region': found a number with a fraction: expected a string in double quotes, "
			    "1 to 64 bytes long"}},
    {"server_id = \"1\";\n" SERVERS,
	{"1: 'server_id': found a string: expected an integer from 1 to 4294967295"}},
    {BASE "ddl = { views = 1; };", {"4: 'ddl.views': found an integer: expected true or false"}},
    {SOURCE_ALSO("socket = true;"),
	{"4: 'source.socket': found true or false: expected a path in double quotes",
	    "4: 'source.socket': given beside 'host': expected 'host' and 'port', or"
	    " 'socket'"}},
    {BASE "limits = { queue_bytes = [1]; };",
	{"4: 'limits.queue_bytes': found a list: expected a size from \"1M\" to \"64G\""}},
    {BASE "filter = { ignore = \"insert\"; };",
	{"4: 'filter.ignore': found a string: expected a list of \"insert\", \"update\" or \"delete\""}},
    {BASE "filter = { ignore_threads = (1,\n\"2\"); };",
	{"5: 'filter.ignore_threads': found a string: expected a list of integers from 1 to 4294967295"}},
    {BASE "route = { rename = { }; };",
	{"4: 'route.rename': found a group: expected a list of groups: ( { ... }, { ... } )"}},
    {BASE "route = { rename = ( [] ); };",
	{"4: 'route.rename': found a list: expected a list of groups: ( { ... }, { ... } )"}},
    {SOURCE_ALSO("databases = \"a\";"),
	{"4: 'source.databases': found a string: expected a list of strings: [\"...\", \"...\"]"}},
    {SOURCE_ALSO("databases = [1];"),
	{"4: 'source.databases': found an integer: expected a list of strings: [\"...\", \"...\"]"}},
    {SOURCE_ALSO("tls = { mode = true; };"),
	{"4: 'source.tls.mode': found true or false: expected \"off\", \"preferred\" or \"required\""}},
};

static const struct mistake values[] = {
    {"server_id = 0;\n" SERVERS,
	{"1: 'server_id': 0 is out of range: expected an integer from 1 to 4294967295"}},
    {"server_id = -1;\n" SERVERS,
	{"1: 'server_id': -1 is out of range: expected an integer from 1 to 4294967295"}},
    {"server_id = 4294967296;\n" SERVERS,
	{"1: 'server_id': 4294967296 is out of range: expected an integer from 1 to 4294967295"}},
    {"server_id = 4294967297L;\n" SERVERS,
	{"1: 'server_id': 4294967297 is out of range: expected an integer from 1 to 4294967295"}},
    {SOURCE_ALSO("port = 65536;"),
	{"4: 'source.port': 65536 is out of range: expected an integer from 1 to 65535"}},
    {SOURCE_ALSO("user2 = \"a\"; databases = [\"a\",\n\"\"];"),
	{"4: 'source.user2': unknown key; did you mean 'user'?",
	    "5: 'source.databases': too short: expected 1 to 1024 bytes, found 0"}},
    {BASE "limits = { queue_bytes = \"64X\"; };",
	{"4: 'limits.queue_bytes': \"64X\" is no size: expected a size from \"1M\" to \"64G\""}},
    {BASE "limits = { queue_bytes = \"1K\"; };",
	{"4: 'limits.queue_bytes': \"1K\" is out of range: expected a size from \"1M\" to \"64G\""}},
    {BASE "limits = { queue_bytes = \"99999999999G\"; };",
	{"4: 'limits.queue_bytes': \"99999999999G\" is no size: expected a size from \"1M\" to \"64G\""}},
    {BASE "limits = { queue_bytes = 5; };",
	{"4: 'limits.queue_bytes': 5 is out of range: expected a size from \"1M\" to \"64G\""}},
    {BASE "region = \"a b\";",
	{"4: 'region': \"a b\" has other characters than letters, digits, '_', '.' and '-'"}},
    {"server_id = 1;\nsource = { host = \"a\"; user = \"u\"; };\n"
     "destination = { host = \"b\"; user = \"u\"; region = \"a/b\"; };",
	{"3: 'destination.region': \"a/b\" has"
	 " other characters than letters, digits, '_', '.' and '-'"}},
    {BASE "filter = { ignore = [\"deletes\"]; };",
	{"4: 'filter.ignore': \"deletes\" is not known: expected a list of"
	 " \"insert\", \"update\" or \"delete\"; did you mean"
	 " \"delete\"?"}},
    {SOURCE_ALSO("tls = { verify = \"full\"; };"),
	{"4: 'source.tls.verify': \"full\" is not known: expected \"none\", \"ca\" or \"identity\""}},
    {SOURCE_ALSO("start = { start_position = 3; binlog_file = \"a\"; };"),
	{"4: 'source.start.start_position': 3 is"
	 " out of range: expected an integer from 4 to 9223372036854775807"}},
    {BASE "filter = { ignore_threads = [0]; };",
	{"4: 'filter.ignore_threads': 0 is out of range: expected a list of integers from 1 to 4294967295"}},
};

static const struct mistake together[] = {
    {SOURCE_ALSO("socket = \"/s\";"),
	{"4: 'source.socket': given beside 'host': expected 'host' and 'port', or 'socket'"}},
    {SOURCE_WITH("port = 1; socket = \"/s\";"),
	{"3: 'source.socket': given beside 'port': expected 'host' and 'port', or 'socket'"}},
    {SOURCE_ALSO("password = \"a\"; password_file = \"/none\";"),
	{"4: 'source.password_file': given beside 'password': expected one of the two",
	    "4: 'source.password_file': cannot read '/none': No such file or directory"}},
    {SOURCE_ALSO("password_file = \"/none\";"),
	{"4: 'source.password_file': cannot read '/none': No such file or directory"}},
    {SOURCE_ALSO("password_file = \"/tmp\";"),
	{"4: 'source.password_file': cannot read '/tmp': it is not a regular file"}},
    {SOURCE_ALSO("tls = { ca = \"/none\"; cert = \"/none2\"; };"),
	{"4: 'source.tls.ca': cannot read '/none': No such file or directory",
	    "4: 'source.tls.cert': cannot read '/none2': No such file or directory",
	    "4: 'source.tls.key': is missing: a certificate and its key are given together"}},
    {SOURCE_ALSO("tls = { mode = \"preferred\"; verify = \"ca\"; };"),
	{"4: 'source.tls.mode': a server is verified only where encryption is required: expected"
	 " mode = \"required\", or no ca and verify = \"none\""}},
    {SOURCE_ALSO("start = { gtid = \"0-1-1\";\nbinlog_file = \"b.1\"; };"),
	{"5: 'source.start.binlog_file': given beside 'gtid': expected one of the two"}},
    {SOURCE_ALSO("start = { gtid = \"0-1-1\";\nauto_position = true; };"),
	{"5: 'source.start.auto_position': given beside 'gtid': expected one of the two"}},
    {SOURCE_ALSO("start = { binlog_file = \"b.1\";\nauto_position = true; };"),
	{"5: 'source.start.auto_position': given beside 'binlog_file': expected one of the two"}},
    {SOURCE_ALSO("start = {\nstart_position = 4; };"),
	{"5: 'source.start.start_position': given without 'binlog_file'"}},
    {SOURCE_ALSO("start = {\noverride = true; };"),
	{"5: 'source.start.override': there is nothing to start from:"
	 " expected 'gtid', 'binlog_file' or 'auto_position' beside it"}},
    {SOURCE_ALSO("heartbeat_s = 60;"),
	{"3: 'source.io_timeout_s': 60 gives up before a heartbeat every 60 seconds can"
	 " come: expected more than that, or 0"}},
    {"server_id = 1;\nsource = { host = \"a\"; user = \"u\"; };\n"
     "destination = { host = \"b\"; user = \"u\";\nbatch_transactions = 1001; };",
	{"4: 'destination.batch_transactions': 1001 is out of range: expected an integer from 1 to 1000"}},
    {BASE "route = { rename = (\n{ from = \"a\"; to = \"b.c\"; } ); };",
	{"5: 'route.rename': rename of 'a' to 'b.c': a database becomes a database, and a table a table"}},
    {BASE "route = { rename = ( { from = \"a\"; to = \"b\"; },\n{ from = \"a\"; to = \"c\"; } ); };",
	{"5: 'route.rename': rename of 'a' to 'c': it is renamed twice"}},
    {BASE "route = { rename = ( { from = \"a\"; to = \"b\"; },\n{ from = \"c\"; to = \"d\"; },\n"
	  "{ from = \"e\"; to = \"b\"; },\n{ from = \"f\"; to = \"g\"; } ); };",
	{"6: 'route.rename': rename of 'e' to 'b': another one gets that name"}},
    {BASE "route = { rename = ( { from = \"a*\"; to = \"b\"; },\n{ from = \"a.b.c\"; to = \"c.d\"; } ); };",
	{"4: 'route.rename': rename of 'a*' to 'b': 'a*' is a pattern, and only single names can be renamed",
	    "5: 'route.rename': rename of 'a.b.c' to 'c.d': 'a.b.c' has more than two parts"}},
    {SOURCE_ALSO("databases = [\"a\", \"/(b/\",\n\"b.c\"]; tables = [\"d\"];"),
	{"4: 'source.databases': database pattern '/(b/': regular expression '(b' cannot be read: missing "
	 "closing"
	 " parenthesis at byte 2",
	    "5: 'source.databases': database pattern 'b.c': a database has one name, without a dot",
	    "5: 'source.tables': table pattern 'd': a table is written 'database.table'"}},
    {SOURCE_ALSO("databases = [\"a\"];\ntables = [\"!a.b\", \"c.d\",\n\"a.e\",\n\"f.g\"];"),
	{"6: 'source.tables': table pattern 'a.e' adds nothing: database pattern 'a' carries all of 'a'."
	 " Leave the database out of 'databases' to carry only the tables named."}},
    {SOURCE_ALSO("working_tables = [\"^_(.*)_x$\",\n\"_y\", \"(\"];"),
	{"5: 'source.working_tables': pattern of working tables: regular expression '_y' has no group. Group 1 "
	 "must"
	 " hold the name of the base table, as in '_(.+)_new'.",
	    "5: 'source.working_tables': pattern of working tables: regular expression '(' cannot be read: "
	    "missing"
	    " closing parenthesis at byte 1"}},
    {SOURCE_ALSO("start = {\ngtid = \"0-1-\"; };"),
	{"5: 'source.start.gtid': GTID set '0-1-' is malformed at character 1, '0-1-'. A MariaDB position is"
	 " DOMAIN-SERVER-SEQUENCE, one for each domain, separated by commas."}},
    {SOURCE_ALSO("start = {\ngtid = \"3e11fa47-71ca-11e1-9e33-c80aa9429562:5-1\"; };"),
	{"5: 'source.start.gtid': GTID set '3e11fa47-71ca-11e1-9e33-c80aa9429562:5-1' is malformed at "
	 "character 41,"
	 " ''. A MySQL GTID set is UUID:FIRST-LAST[:FIRST-LAST...][:TAG:FIRST-LAST...], separated by commas."}},
    {BASE "loop = \"ring\";",
	{"4: 'loop': in a ring the changes that are back must be known: expected 'destination.region'"}},
    {"region = \"a\"; server_id = 1;\nsource = { host = \"a\"; user = \"u\"; };\n"
     "destination = { host = \"b\"; user = \"u\"; region = \"a\"; };",
	{"3: 'destination.region': \"a\" is the source's region, too: expected another name"}},
    {"server_id = 1;\nsource = { host = \"a\"; user = \"u\"; };\ndestination = { host = \"a\"; user = \"u\"; "
     "};",
	{"3: 'destination': is the source itself: expected another server, or route.rename"}},
    {BASE "limits = { spool_dir = \"/none\"; };",
	{"4: 'limits.spool_dir': cannot use '/none': No such file or directory"}},
    {BASE "limits = { spool_dir = \"/etc/hostname\"; };",
	{"4: 'limits.spool_dir': cannot use '/etc/hostname': it is not a directory"}},
};

static const struct mistake global[] = {
    {"nodes = \"a\";", {"1: 'nodes': unknown key; did you mean 'node'?"}},
    {"log = { level = \"warn\"; };", {"1: 'log.level': \"warn\" is not known: expected \"debug\", \"info\","
				      " \"warning\" or \"error\"; did you mean \"warning\"?"}},
    {"status = { host = \"a\"; };",
	{"1: 'status.user': is missing: expected a string in double quotes, 1 to 255 bytes long"}},
    {"cluster = {\ndriver = \"etcd\"; };",
	{"1: 'cluster.servers': is missing: expected at least one \"host:port\""}},
    {"cluster = {\ndriver = \"zookeeper\"; servers = [\"a:1\", \"b\",\n\"c:0\", \"d:65536\"]; };",
	{"2: 'cluster.servers': \"b\" is no server: expected \"host:port\"",
	    "3: 'cluster.servers': \"c:0\" is no server: expected \"host:port\"",
	    "3: 'cluster.servers': \"d:65536\" is no server: expected \"host:port\""}},
    {"cluster = { driver = \"etcd\"; servers = [\"::1:2379\"]; };",
	{"1: 'cluster.servers': \"::1:2379\" is no server: expected \"host:port\""}},
    {"cluster = { servers = [\"a:1\"]; };", {"1: 'cluster.servers': has no meaning with this driver: expected"
					     " driver = \"zookeeper\" or \"etcd\""}},
    {"cluster = {\ndriver = \"database\"; };", {"2: 'cluster.driver': \"database\" elects on the status server:"
						" expected a group 'status' in this file"}},
    {"cluster = { root = 1; };",
	{"1: 'cluster.root': found an integer: expected a string in double quotes, 1 to 255 bytes long"}},
    {"cluster = { root = \"a\"; };",
	{"1: 'cluster.root': \"a\" is no path: expected one such as \"/rowferry\""}},
    {"cluster = { root = \"/a/\"; };",
	{"1: 'cluster.root': \"/a/\" is no path: expected one such as \"/rowferry\""}},
    {"cluster = {\npassword = \"a\"; };", {"1: 'cluster.user': is missing: a password was given"}},
    {"cluster = { session_timeout_s = 1; };",
	{"1: 'cluster.session_timeout_s': 1 is out of range: expected an integer from 2 to 600"}},
    {"cluster = { tls = { cert = \"/etc/hostname\"; }; };",
	{"1: 'cluster.tls.key': is missing: a certificate and its key are given together"}},
};

static void
check(const struct mistake *mistake, const struct config_messages *messages, const char *name)
{
	size_t n = 0;

	for (; n < messages->n && mistake->expected[n] != NULL; n++) {
		const char *text = messages->items[n].text;

		if (strncmp(text, name, strlen(name)) != 0 ||
		    strcmp(text + strlen(name) + 1, mistake->expected[n]) != 0)
			fail_msg("for \"%s\":\n found    %s\n expected %s:%s", mistake->text, text, name,
			    mistake->expected[n]);
		assert_true(messages->items[n].line > 0);
	}
	if (n < messages->n)
		fail_msg("for \"%s\": unexpected: %s", mistake->text, messages->items[n].text);
	if (mistake->expected[n] != NULL)
		fail_msg("for \"%s\": missing: %s", mistake->text, mistake->expected[n]);
}

static void
check_all(const struct mistake *mistakes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct config_messages messages = {0};
		struct task_options task;
		struct arena arena = {0};

		assert_false(config_parse_task(
		    "t.conf", mistakes[i].text, strlen(mistakes[i].text), &arena, &task, &messages));
		config_messages_sort(&messages);
		check(&mistakes[i], &messages, "t.conf");
		config_messages_release(&messages);
		arena_release(&arena);
	}
}

#define CHECK_ALL(mistakes) check_all(mistakes, sizeof(mistakes) / sizeof((mistakes)[0]))

static void
test_syntax(void **state)
{
	(void) state;
	CHECK_ALL(syntax);
}

static void
test_keys(void **state)
{
	(void) state;
	CHECK_ALL(keys);
}

static void
test_types(void **state)
{
	(void) state;
	CHECK_ALL(types);
}

static void
test_values(void **state)
{
	(void) state;
	CHECK_ALL(values);
}

static void
test_together(void **state)
{
	(void) state;
	CHECK_ALL(together);
}

static void
test_global(void **state)
{
	struct folder folder;
	char *name;

	(void) state;
	folder_open(&folder);
	folder_write(&folder, "conf.d/t.conf", BASE);
	name = mem_printf("%s/rowferry.conf", folder.path);
	for (size_t i = 0; i < sizeof(global) / sizeof(global[0]); i++) {
		folder_write(&folder, "rowferry.conf", global[i].text);
		assert_false(folder_load(&folder, "rowferry.conf"));
		check(&global[i], &folder.messages, name);
	}
	free(name);
	folder_close(&folder);
}

/* A text that is no text, and more mistakes than anybody reads. */
static void
test_hostile(void **state)
{
	static const char zero[] = "a = 1;\n\0";
	static const char terminal[] = BASE "region = \"\x1b[2J\n\";";
	struct config_messages messages = {0};
	struct arena arena = {0};
	struct task_options task;
	struct buf text = {0};

	(void) state;
	assert_false(config_parse_task("t.conf", zero, sizeof(zero), &arena, &task, &messages));
	assert_string_equal(messages.items[0].text, "t.conf:2: a byte of value 0: this is no text file");
	for (int i = 0; i < 300; i++)
		buf_printf(&text, "k%d = 1;\n", i);
	assert_false(config_parse_task("t.conf", text.data, text.len, &arena, &task, &messages));
	assert_int_equal(messages.n, 200);
	assert_int_equal(messages.n_mistakes, 1 + 300 + 3);
	config_messages_release(&messages);
	assert_false(config_parse_task("t.conf", terminal, strlen(terminal), &arena, &task, &messages));
	assert_string_equal(messages.items[0].text,
	    "t.conf:4: 'region': \" [2J \" has other characters than letters, digits, '_', '.' and '-'");
	config_messages_release(&messages);
	arena_release(&arena);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_syntax),
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_together),
	    cmocka_unit_test(test_global),
	    cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
