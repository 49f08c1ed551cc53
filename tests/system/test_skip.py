# SPDX-License-Identifier: Apache-2.0
"""rowferry skip: one transaction passed over or replaced, deliberately, and recorded."""

import json
import os
import pwd
import re
import socket

import pytest

DB = "skip"


@pytest.fixture(params=["mariadb-10.11", "mysql-9.7"])
def stopped(request, pool, rowferry):
    """A task that has stopped at an update whose row is not on the target: rowferry, servers, GTID and place of it."""
    source, target = pool.get(request.param), pool.get(request.param, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b')", db=DB)
    ferry.run_until("now")
    target.execute("DELETE FROM t WHERE id = 1", db=DB)
    source.execute("UPDATE t SET v = 'lost' WHERE id = 1", "INSERT INTO t VALUES (3, 'c')", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    found = re.search(r"error task: gtid (\S+), (\S+:\d+): table 'skip.t', update of row id=1", ferry.log())
    assert found, ferry.log()
    return ferry, source, target, found[1], found[2]


def skip(ferry, *arguments, status=0, env=None, stdin=None):
    done = ferry.command("skip", "-c", ferry.config, "task", *arguments, env=env, stdin=stdin)
    assert done.returncode == status, done.stderr
    return done


def requests(target):
    return target.execute("SELECT state, gtid, file, file_offset, replacement, who, why FROM dump2db.skipped ORDER BY id")


def test_passing_over_by_gtid(stopped):
    ferry, _, target, gtid, _ = stopped
    done = skip(ferry, "--gtid", gtid, "--why", "row 1 was deleted by hand", env={"SUDO_USER": ""})
    assert done.stdout == f"request 1: task 'task' will pass over '{gtid}' when it comes to it\n"
    assert done.stderr == ""
    who = f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"
    assert requests(target) == [("asked", gtid, "", 0, None, who, "row 1 was deleted by hand")]
    ferry.run_until("now")
    assert target.execute("SELECT id, v FROM t ORDER BY id", db=DB) == [(2, "b"), (3, "c")]
    assert requests(target)[0][0] == "used"
    listed = json.loads(skip(ferry, "--list", "--json").stdout)
    assert [(r["id"], r["state"], r["gtid"], r["file"], r["replacement"], r["who"]) for r in listed] == [
        (1, "used", gtid, None, None, who)]
    assert listed[0]["asked_at"] < listed[0]["used_at"]


def test_replacing_by_position(stopped):
    ferry, _, target, _, place = stopped
    done = skip(ferry, "--position", place, "--replace", f"INSERT INTO {DB}.t VALUES (1, 'found')", "--why", "mended",
                env={"SUDO_USER": "anna"})
    assert done.stdout == f"request 1: task 'task' will run the replacement of '{place}' when it comes to it\n"
    file, offset = place.rsplit(":", 1)
    assert requests(target)[0][:5] == ("asked", "", file, int(offset), f"INSERT INTO {DB}.t VALUES (1, 'found')".encode())
    assert requests(target)[0][5] == f"anna@{socket.gethostname()}"
    ferry.run_until("now")
    assert target.execute("SELECT id, v FROM t ORDER BY id", db=DB) == [(1, "found"), (2, "b"), (3, "c")]
    assert re.search(rf"^1  used +{re.escape(place)}  replaced  asked \S+ \S+ by anna@\S+: mended$",
                     skip(ferry, "--list").stdout, re.MULTILINE)


def test_a_replacement_that_commits_by_itself(stopped):
    ferry, _, target, gtid, place = stopped
    skip(ferry, "--gtid", gtid, "--replace", f"CREATE TABLE {DB}.u (id INT)", "--why", "x")
    assert ferry.start("--until", "now").wait_for_end() == 1
    assert (f"gtid {gtid}, {place}: replacement of request 1 in dump2db.skipped: 'CREATE TABLE' would commit by itself and cannot stand in the "
            "place of rows. Run it by hand, then pass the transaction over without a replacement.") in ferry.log()
    assert target.value(f"SHOW TABLES FROM {DB} LIKE 'u'") is None
    assert requests(target)[0][0] == "asked"


@pytest.mark.parametrize("statement, why", [("INSERT INTO t VALUES (1, 'x')", "No database selected"),
                                            (f"INSERT INTO {DB}.t VALUES (2, 'x')", "Duplicate entry")])
def test_a_replacement_that_fails(stopped, statement, why):
    ferry, _, target, gtid, place = stopped
    skip(ferry, "--gtid", gtid, "--replace", statement, "--why", "x")
    assert ferry.start("--until", "now").wait_for_end() == 1
    last = ferry.log().strip().splitlines()[-1]
    assert f"error task: gtid {gtid}, {place}: replacement of request 1 in dump2db.skipped: " in last and why in last
    assert last.endswith("Take it back (rowferry skip task --cancel 1) and ask again with a statement that the destination "
                         "takes; name each table with its database."), last
    assert "replaced by request" not in ferry.log()
    assert requests(target)[0][0] == "asked"


def test_a_replacement_of_a_definition_that_fails(stopped):
    ferry, source, target, gtid, _ = stopped
    assert skip(ferry, "--list").stdout == "task 'task' has no requests\n"
    assert skip(ferry, "--list", "--json").stdout == "[]\n"
    skip(ferry, "--gtid", gtid, "--why", "x")
    ferry.run_until("now")
    target.execute("CREATE TABLE u (id INT)", db=DB)
    source.execute("CREATE TABLE u (id INT PRIMARY KEY)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    gtid = re.findall(r"error task: gtid (\S+), \S+:\d+: the target refuses CREATE TABLE", ferry.log())[-1]
    skip(ferry, "--gtid", gtid, "--replace", f"ALTER TABLE {DB}.v ADD PRIMARY KEY (id)", "--why", "x")
    assert ferry.start("--until", "now").wait_for_end() == 1
    last = ferry.log().strip().splitlines()[-1]
    assert "replacement of request 2 in dump2db.skipped: " in last and "(rowferry skip task --cancel 2)" in last, last
    assert "replaced by request" not in ferry.log()


def test_a_replacement_from_a_file(stopped, tmp_path):
    ferry, _, target, gtid, _ = stopped
    statement = f"INSERT INTO {DB}.t VALUES (1, 'it''s \u00e4 \\\\ test')"
    skip(ferry, "--gtid", gtid, "--replace-file", "-", "--why", "x", stdin=statement + " ;\n")
    assert requests(target)[0][4] == statement.encode()
    (tmp_path / "sql").write_text(statement + "\n", encoding="utf-8")
    skip(ferry, "--cancel", 1)
    skip(ferry, "--gtid", gtid, "--replace-file", tmp_path / "sql", "--why", "x")
    ferry.run_until("now")
    assert target.value("SELECT v FROM t WHERE id = 1", db=DB) == "it's \u00e4 \\ test"


def test_taking_back(stopped):
    ferry, _, target, gtid, place = stopped
    skip(ferry, "--gtid", gtid, "--why", "x")
    twice = skip(ferry, "--gtid", gtid, "--why", "x", status=1)
    assert twice.stderr == ("rowferry: request 1 asks for this transaction already. "
                            "Cancel it first: rowferry skip task --cancel 1.\n")
    assert skip(ferry, "--cancel", 1).stdout == "request 1 of task 'task' is cancelled\n"
    again = skip(ferry, "--cancel", 1, status=1)
    assert again.stderr == ("rowferry: the task has no open request 1. See 'rowferry skip --list': a request that was "
                            "used or cancelled cannot be cancelled.\n")
    assert ferry.start("--until", "now").wait_for_end() == 1  # it stops there as before
    skip(ferry, "--position", place, "--why", "x")
    assert [r[0] for r in requests(target)] == ["cancelled", "asked"]


def test_of_several_requests_the_newest_wins(stopped):
    ferry, _, target, gtid, place = stopped
    skip(ferry, "--gtid", gtid, "--replace", f"INSERT INTO {DB}.t VALUES (1, 'wrnog')", "--why", "x")
    skip(ferry, "--position", place, "--replace", f"INSERT INTO {DB}.t VALUES (1, 'right')", "--why", "corrected")
    ferry.run_until("now")
    assert target.value("SELECT v FROM t WHERE id = 1", db=DB) == "right"
    assert [r[0] for r in requests(target)] == ["cancelled", "used"]


def test_of_several_requests_for_a_definition_the_newest_wins(stopped):
    ferry, source, target, gtid, _ = stopped
    skip(ferry, "--gtid", gtid, "--why", "x")
    ferry.run_until("now")
    target.execute("CREATE TABLE u (id INT)", db=DB)
    source.execute("CREATE TABLE u (id INT PRIMARY KEY)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    gtid, place = re.findall(r"error task: gtid (\S+), (\S+:\d+): the target refuses CREATE TABLE", ferry.log())[-1]
    skip(ferry, "--position", place, "--why", "x")
    skip(ferry, "--gtid", gtid, "--replace", f"CREATE OR REPLACE VIEW {DB}.w AS SELECT 1", "--why", "x")
    skip(ferry, "--cancel", 3)
    skip(ferry, "--gtid", gtid, "--replace", f"ALTER TABLE {DB}.u ADD PRIMARY KEY (id)", "--why", "x")
    ferry.run_until("now")
    assert len(target.execute("SHOW KEYS FROM u", db=DB)) == 1
    assert [r[0] for r in requests(target)] == ["used", "cancelled", "cancelled", "used"]


def test_what_is_not_plausible(stopped):
    ferry, source, _, gtid, place = stopped
    first = re.sub(r"\d+$", "1", gtid)
    done = skip(ferry, "--gtid", first, "--why", "x", status=1)
    assert done.stderr == (f"rowferry: transaction '{first}' lies behind the position of task 'task' already. "
                           "Name the one that the task stopped at; see 'rowferry status'.\n")
    done = skip(ferry, "--gtid", "nonsense", "--why", "x", status=1)
    form = "MariaDB: DOMAIN-SERVER-NUMBER" if source.is_mariadb else "MySQL: UUID:NUMBER"
    assert done.stderr.startswith("rowferry: --gtid: ") and f"The source of task 'task' is {form}.\n" in done.stderr
    file, offset = place.rsplit(":", 1)
    done = skip(ferry, "--position", f"{file}:{int(offset) - 1}", "--why", "x", status=1)
    assert f"'{file}:{int(offset) - 1}' lies behind the position of task 'task' already, which is '{place}'" in done.stderr
    done = skip(ferry, "--position", file, "--why", "x", status=1)
    assert done.stderr == (f"rowferry: --position: '{file}' is no place in a binlog, expected FILE:OFFSET, such as "
                           "binlog.000001:4\n")
    done = skip(ferry, "--gtid", gtid, "--why", "x", "--replace", " ; ", status=1)
    assert done.stderr == ("rowferry: the replacement is empty. To run nothing in its place, leave --replace away.\n")
    number = re.search(r"request (\d+)", skip(ferry, "--gtid", gtid, "--why", "x").stdout).group(1)
    done = skip(ferry, "--gtid", gtid, "--why", "x", status=1)
    assert done.stderr == (f"rowferry: request {number} asks for this transaction already. "
                           f"Cancel it first: rowferry skip task --cancel {number}.\n")
    other = re.sub(r"\d+$", "99999", gtid)
    done = skip(ferry, "--gtid", other, "--why", "x")
    assert done.stderr.startswith(f"rowferry: warning: the task stopped at something else: gtid {gtid}, {place}: ")


def test_a_task_that_never_ran(pool, rowferry):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    ferry = rowferry(source, target, [DB])
    done = skip(ferry, "--gtid", "0-1-1", "--why", "x", status=1)
    assert done.stderr == (f"rowferry: task 'task' has never run against '127.0.0.1:{target.port}': there is nothing to "
                           f"pass over. Is '{ferry.folder}/conf.d/task.conf' its configuration?\n")


@pytest.mark.parametrize("arguments, text", [
    ([], "the transaction is not named. Give --gtid or --position; the error that the task stopped with has both."),
    (["--gtid", "1", "--position", "2"], "options '--gtid' and '--position' exclude each other"),
    (["--gtid", "1", "--replace", "a", "--replace-file", "b", "--why", "x"],
     "options '--replace' and '--replace-file' exclude each other"),
    (["--gtid", "1"], "a reason is needed: --why TEXT. It is stored with the request, for whoever asks later why the "
                      "servers differ."),
    (["--list", "--cancel", "1"], "options '--list' and '--cancel' exclude each other"),
    (["--list", "--gtid", "1"], "'--list' takes no request with it"),
    (["--gtid", "1", "--why", "x", "--json"], "option '--json' goes with '--list' only"),
    (["--cancel", "0"], "option '--cancel' wants a number from 1 to 18446744073709551615, not '0'. "
                        "See 'rowferry skip --help'."),
    (["two"], "there is one operand too many: 'two'. See 'rowferry skip --help'."),
])
def test_wrong_arguments(rowferry, pool, arguments, text):
    ferry = rowferry(pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"), [DB])
    assert skip(ferry, *arguments, status=2).stderr == f"rowferry: {text}\n"


def test_without_a_task_its_usage_is_shown(rowferry, pool):
    ferry = rowferry(pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"), [DB])
    done = ferry.command("skip")
    assert (done.returncode, done.stderr) == (2, (
        "rowferry: the task is not named. Usage: rowferry skip (--gtid GTID|--position FILE:OFFSET) --why TEXT TASK | "
        "(--list|--cancel ID) TASK; see 'rowferry skip --help'.\n"))


def test_it_leaves_the_binlog_alone_where_the_task_does(pool, rowferry):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    ferry = rowferry(source, target, [DB], {"destination": {"binlog": False}})
    ferry.run_until("now")
    before = target.binlog_position()
    skip(ferry, "--position", "binlog.999999:4", "--why", "x")
    assert target.binlog_position() == before
    assert json.loads(skip(ferry, "--list", "--json").stdout)[0]["offset"] == 4


def test_a_replacement_is_run_once(stopped):
    """Its request cannot be marked as used for a while: it is not run until it can."""
    ferry, source, target, gtid, _ = stopped
    skip(ferry, "--gtid", gtid, "--why", "x")
    ferry.run_until("now")
    ferry.tasks["task"]["destination"]["lock_wait_timeout_s"] = 1
    ferry.write_config()
    target.execute("CREATE TABLE u (id INT)", "CREATE TABLE bag (n INT)", db=DB)
    source.execute("CREATE TABLE u (id INT PRIMARY KEY)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    gtid = re.findall(r"error task: gtid (\S+), \S+:\d+: the target refuses CREATE TABLE", ferry.log())[-1]
    skip(ferry, "--gtid", gtid, "--replace", f"INSERT INTO {DB}.bag VALUES (7)", "--why", "x")
    with target.session() as session, session.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT * FROM dump2db.skipped FOR UPDATE")
        ferry.start("--until", "now")
        ferry.wait_for_log(r"Lock wait timeout exceeded.*; trying again")
        assert target.execute("SELECT * FROM bag", db=DB) == []
        cursor.execute("ROLLBACK")
    assert ferry.wait_for_end() == 0, ferry.log()
    assert target.execute("SELECT n FROM bag", db=DB) == [(7,)]
    assert [r[0] for r in requests(target)] == ["used", "used"]
    assert re.search(r"the target refuses CREATE TABLE.*: replaced by request 2 in dump2db\.skipped", ferry.log()), ferry.log()
