/* SPDX-License-Identifier: Apache-2.0 */
/* What concerns several files: @include, the include directory, passwords and who may read them. */
#include "config_files.h"

#include <pwd.h>
#include <unistd.h>

#define SOURCE "source = { host = \"db1\"; user = \"r\"; };\n"
#define DESTINATION "destination = { host = \"db2\"; user = \"w\"; };\n"
#define TASK(id) "server_id = " id ";\n" SOURCE DESTINATION
#define NONE ((const char *const[]){NULL})

/* Lines, relative paths and numbers are those of the file that is included. */
static void
test_include(void **state)
{
	struct folder folder;
	char *path;

	(void) state;
	folder_open(&folder);
	folder_write(&folder, "t.conf",
	    "server_id = 1;\n" SOURCE "destination = {\n\t@include \"sub/server\"\n"
	    "  batch_bytes = \"1M\"; };\n");
	folder_write(&folder, "sub/server", "host = \"db2\"; user = \"w\";\n@include \"deeper\"");
	folder_write(&folder, "sub/deeper", "password_file = \"pw\"; # \"\n");
	folder_write(&folder, "sub/pw", "secret\n");
	if (!folder_load(&folder, "t.conf"))
		fail_msg("%s", folder.err.text);
	path = mem_printf("%s/sub/pw", folder.path);
	assert_string_equal(folder.config->tasks[0].destination.conn.password_file, path);
	assert_int_equal(folder.config->tasks[0].destination.batch_bytes, 1 << 20);
	free(path);
	folder_write(&folder, "sub/deeper", "\n\npassword_file = \"pw\";\nport = 0;");
	assert_false(folder_load(&folder, "t.conf"));
	folder_expect(&folder,
	    (const char *const[]){
		"sub/deeper:4: 'destination.port': 0 is out of range: expected an integer from 1 to 65535",
		NULL});
	folder_write(&folder, "sub/deeper", "password_file = \"pw\";");
	folder_write(&folder, "t.conf",
	    "server_id = 1;\n" SOURCE "destination = {\n\t@include \"sub/server\"\n"
	    "  batch_bytes = \"1\"; };\n");
	assert_false(folder_load(&folder, "t.conf"));
	folder_expect(&folder, (const char *const[]){"t.conf:5: 'destination.batch_bytes': \"1\" is out of "
						     "range: expected a size from \"1K\" to \"1G\"",
				   NULL});
	folder_close(&folder);
}

static void
test_bad_includes(void **state)
{
	struct folder folder;

	(void) state;
	folder_open(&folder);
	folder_write(&folder, "t.conf", TASK("1") "@include \"a\"\n");
	folder_write(&folder, "a", "\n@include \"t.conf\"\n");
	assert_false(folder_load(&folder, "t.conf"));
	folder_expect(&folder, (const char *const[]){"a:2: cannot include 't.conf': it includes itself", NULL});
	folder_write(&folder, "a", "\n\n@include \"b\"\n");
	assert_false(folder_load(&folder, "t.conf"));
	folder_expect(
	    &folder, (const char *const[]){"a:3: cannot include 'b': No such file or directory", NULL});
	folder_write(&folder, "a", "@include \"/dev/zero\"\n");
	assert_false(folder_load(&folder, "t.conf"));
	folder_expect(
	    &folder, (const char *const[]){"a:1: cannot include '/dev/zero': it is not a regular file", NULL});
	folder_write(&folder, "a", "x = { @include b }\n");
	assert_false(folder_load(&folder, "t.conf"));
	folder_expect(
	    &folder, (const char *const[]){"a:1: expected @include \"file\" on a line of its own", NULL});
	folder_close(&folder);
}

static void
test_include_depth_and_length(void **state)
{
	struct folder folder;
	char *text = mem_alloc(200 * 1024 + 1);

	(void) state;
	folder_open(&folder);
	folder_write(&folder, "t.conf", TASK("1") "@include \"1\"\n");
	for (int i = 1; i <= 9; i++) {
		char name[8], line[32];

		(void) snprintf(name, sizeof(name), "%d", i);
		(void) snprintf(line, sizeof(line), "@include \"%d\"\n", i + 1);
		folder_write(&folder, name, line);
	}
	assert_false(folder_load(&folder, "t.conf"));
	folder_expect(&folder, (const char *const[]){"8:1: @include is nested deeper than 8 files", NULL});
	memset(text, ' ', 200 * 1024);
	text[200 * 1024] = '\0';
	folder_write(&folder, "1", text);
	assert_true(folder_load(&folder, "t.conf"));
	folder_write(&folder, "t.conf", TASK("1") "@include \"1\"\n@include \"1\"\n");
	assert_false(folder_load(&folder, "t.conf"));
	folder_expect(&folder,
	    (const char *const[]){
		"t.conf:5: cannot include '1': it is longer than 262144 bytes, included files counted", NULL});
	free(text);
	folder_close(&folder);
}

/* All mistakes of all files, each file's by line; warnings among them. */
static void
test_several_files(void **state)
{
	struct folder folder;

	(void) state;
	folder_open(&folder);
	folder_write(&folder, "rowferry.conf", "node = \"n\";\nlog = { level = \"loud\"; };\n");
	folder_write(&folder, "conf.d/a.conf", TASK("0x2") "region = 1;\nlimit = { };\n");
	folder_write(&folder, "conf.d/b.conf", "\n" TASK("2"));
	folder_write(&folder, "conf.d/c.conf", "server_id = \n");
	folder_write(&folder, "conf.d/d e.conf", TASK("3"));
	assert_false(folder_load(&folder, "rowferry.conf"));
	assert_null(folder.config);
	folder_expect(&folder, (const char *const[]){"rowferry.conf:2: 'log.level': \"loud\" is not known: "
						     "expected \"debug\", \"info\", \"warning\" or \"error\"",
				   "conf.d/a.conf:4: 'region': found an integer: expected a string in double "
				   "quotes, 1 to 64 bytes long",
				   "conf.d/a.conf:5: 'limit': unknown key; did you mean 'limits'?",
				   "conf.d/b.conf:2: 'server_id': 2 is the server_id of task 'a' already "
				   "(conf.d/a.conf:1): expected one of"
				   " its own",
				   "conf.d/c.conf:2: syntax error here or just before: expected key = value; "
				   "with strings in double quotes",
				   "conf.d/d e.conf:1: task name \"d e\" is not usable: expected a file name "
				   "of at most 64 letters, digits,"
				   " '_', '.' and '-'",
				   NULL});
	assert_int_equal(folder.messages.n_mistakes, 6);
	assert_int_equal(folder.err.kind, ERR_STOP);
	assert_non_null(strstr(folder.err.text, "rowferry.conf:2: 'log.level': \"loud\" is not known"));
	assert_non_null(strstr(folder.err.text, " (and 5 more)"));
	assert_string_equal(
	    folder.err.hint, "Correct the configuration; rowferry.conf(5) describes every key.");
	folder_close(&folder);
}

static void
test_nothing_there(void **state)
{
	struct folder folder;

	(void) state;
	folder_open(&folder);
	assert_false(folder_load(&folder, "rowferry.conf"));
	folder_expect(&folder,
	    (const char *const[]){"rowferry.conf: cannot read the file: No such file or directory", NULL});
	folder_write(&folder, "rowferry.conf", "node = \"n\";\n\ninclude = \"none\";");
	assert_false(folder_load(&folder, "rowferry.conf"));
	folder_expect(&folder,
	    (const char *const[]){
		"rowferry.conf:3: 'include': cannot read directory 'none': No such file or directory", NULL});
	folder_write(&folder, "none/x.sample", "");
	assert_true(folder_load(&folder, "rowferry.conf"));
	assert_int_equal(folder.config->n_tasks, 0);
	folder_expect(&folder,
	    (const char *const[]){
		"rowferry.conf:3: 'include': directory 'none' has no *.conf file: there is no task", NULL});
	assert_int_equal(folder.messages.items[0].kind, CONFIG_WARNING);
	folder_close(&folder);
}

/* root may read everything, so another user asks. */
static void
test_not_allowed(void **state)
{
	struct folder folder;
	bool is_root = geteuid() == 0;

	(void) state;
	folder_open(&folder);
	folder_write(&folder, "t.conf", TASK("1"));
	folder_chmod(&folder, "t.conf", 0);
	assert_int_equal(is_root ? seteuid(65534) : 0, 0);
	const struct passwd *user = getpwuid(geteuid());
	char *text = mem_printf("t.conf: cannot read the file: Permission denied: make it readable for user '%s'",
	    user == NULL ? "" : user->pw_name);
	bool done = folder_load(&folder, "t.conf");
	assert_int_equal(is_root ? seteuid(0) : 0, 0);
	assert_false(done);
	assert_non_null(user);
	folder_expect(&folder, (const char *const[]){text, NULL});
	assert_string_equal(folder.err.hint, "");
	free(text);
	folder_close(&folder);
}

static void
test_passwords_others_can_read(void **state)
{
	static const char text[] = "server_id = 1;\n" SOURCE
				   "destination = { host = \"b\"; user = \"u\";\n  password = \"secret\"; };\n";
	struct folder folder;

	(void) state;
	folder_open(&folder);
	folder_write(&folder, "t.conf", text);
	assert_true(folder_load(&folder, "t.conf"));
	folder_expect(&folder, NONE);
	folder_chmod(&folder, "t.conf", 0640);
	assert_true(folder_load(&folder, "t.conf"));
	folder_expect(&folder,
	    (const char *const[]){"t.conf:4: 'destination.password': the file holds a password"
				  " and others may read it (mode 0640): chmod 600 it, or use password_file",
		NULL});
	assert_int_equal(folder.messages.items[0].kind, CONFIG_WARNING);
	assert_int_equal(folder.messages.n_mistakes, 0);
	folder_chmod(&folder, "t.conf", 0602);
	assert_true(folder_load(&folder, "t.conf"));
	folder_expect(&folder,
	    (const char *const[]){"t.conf:4: 'destination.password': the file holds a password"
				  " and others may write it (mode 0602): chmod 600 it, or use password_file",
		NULL});
	folder_write(&folder, "t.conf", TASK("1"));
	folder_chmod(&folder, "t.conf", 0644);
	assert_true(folder_load(&folder, "t.conf"));
	folder_expect(&folder, NONE); /* it holds none */
	folder_close(&folder);
}

static void
test_password_files(void **state)
{
	static const char text[] =
	    "server_id = 1;\n" SOURCE
	    "destination = { host = \"b\"; user = \"u\";\n  password_file = \"pw\"; };\n";
	struct folder folder;

	(void) state;
	folder_open(&folder);
	folder_write(&folder, "t.conf", text);
	assert_false(folder_load(&folder, "t.conf"));
	folder_expect(&folder,
	    (const char *const[]){
		"t.conf:4: 'destination.password_file': cannot read 'pw': No such file or directory", NULL});
	folder_write(&folder, "pw", "");
	assert_false(folder_load(&folder, "t.conf"));
	folder_expect(&folder, (const char *const[]){"t.conf:4: 'destination.password_file': the file is empty:"
						     " expected the password in its first line",
				   NULL});
	folder_write(&folder, "pw", "secret\n");
	assert_true(folder_load(&folder, "t.conf"));
	folder_expect(&folder, NONE);
	folder_chmod(&folder, "pw", 0604);
	assert_true(folder_load(&folder, "t.conf"));
	folder_expect(
	    &folder, (const char *const[]){"t.conf:4: 'destination.password_file': others may read the file"
					   " (mode 0604): chmod 600 it",
			 NULL});
	folder_close(&folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_include),
	    cmocka_unit_test(test_bad_includes),
	    cmocka_unit_test(test_include_depth_and_length),
	    cmocka_unit_test(test_several_files),
	    cmocka_unit_test(test_nothing_there),
	    cmocka_unit_test(test_not_allowed),
	    cmocka_unit_test(test_passwords_others_can_read),
	    cmocka_unit_test(test_password_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
