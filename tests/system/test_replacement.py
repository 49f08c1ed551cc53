# SPDX-License-Identifier: Apache-2.0
"""What an operator gives to be run instead: it runs once, in the task's own transaction where it can, and nothing else runs."""

import json
import re

import pytest

from rowferrylib import flavour
from rowferrylib.killer import freeze_at
from rowferrylib.process import wait_for
from rowferrylib.runner import prepare_sentinel

DB = "instead"
SIGKILL = -9


@pytest.fixture
def pair(pool):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dump2db")
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)",
                       "CREATE TABLE n (id INT PRIMARY KEY, v INT)", "INSERT INTO n VALUES (1, 0)",
                       "CREATE TABLE x (id INT)", "INSERT INTO x VALUES (2)",
                       "CREATE TABLE p (id INT) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10))",
                       "INSERT INTO p VALUES (1)", db=DB)
    return source, target


def end_of(ferry, point=None):
    """Status of a run to the end, and what it logged."""
    before = len(ferry.log())
    ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": point} if point else None)
    return ferry.wait_for_end(), ferry.log()[before:]


def last_gtid(source):
    return source.value("SELECT @@gtid_binlog_pos")


def ask(ferry, gtid, replacement=None):
    how = ["--replace", replacement] if replacement else []
    done = ferry.command("skip", "-c", ferry.config, "task", "--gtid", gtid, "--why", "a test", *how)
    assert done.returncode == 0, done.stderr


def take_back(ferry, number):
    assert ferry.command("skip", "-c", ferry.config, "task", "--cancel", number).returncode == 0


def intents(target):
    return [row[0] for row in target.execute("SELECT state FROM dump2db.ddl ORDER BY server_id, seq")]


def requests(target):
    return [row[0] for row in target.execute("SELECT state FROM dump2db.skipped ORDER BY id")]


@pytest.fixture
def undecided(pair, rowferry):
    """run(statement): a task without PROCESS was killed before it ran this, and cannot tell.  Gives ferry and GTID."""
    source, target = pair
    target.execute("CREATE OR REPLACE USER blind@'%' IDENTIFIED BY 'ferry'", f"GRANT ALL ON {DB}.* TO blind@'%'",
                   "GRANT ALL ON dump2db.* TO blind@'%'", "GRANT BINLOG ADMIN, CONNECTION ADMIN ON *.* TO blind@'%'")
    prepare_sentinel(DB, source, target)

    def run(statement):
        ferry = rowferry(source, target, [DB], {"destination": {"user": "blind", "password": flavour.PASSWORD}})
        ferry.run_until("now")
        source.execute(statement, db=DB)
        assert end_of(ferry, "ddl_before:1")[0] == SIGKILL
        status, log = end_of(ferry)
        assert status == 1 and "the target does not tell whether it was executed" in log
        return ferry, last_gtid(source)

    return run


def test_changes_in_place_of_what_cannot_be_told(pair, undecided, rowferry):
    """They are the task's own, and marked: they do not come back.  Killed before the commit, they have not been made."""
    source, target = pair
    ferry, gtid = undecided("TRUNCATE TABLE t")
    ask(ferry, gtid, f"UPDATE {DB}.n SET v = v + 1")
    assert end_of(ferry, "rows_open:1")[0] == SIGKILL
    assert target.value("SELECT v FROM n", db=DB) == 0
    back = rowferry(target, source, [DB])
    back.run_until("now")
    ferry.run_until("now")
    assert target.value("SELECT v FROM n", db=DB) == 1
    assert intents(target) == ["repeated"] and requests(target) == ["used"]
    back.run_until("now")
    assert source.value("SELECT v FROM n", db=DB) == 0


def test_what_cannot_be_told_of_a_replacement_runs_once(pair, undecided):
    source, target = pair
    exchange = f"ALTER TABLE {DB}.p EXCHANGE PARTITION p0 WITH TABLE {DB}.x"
    ferry, gtid = undecided(exchange)
    ask(ferry, gtid, exchange)
    assert end_of(ferry, "ddl_after:1")[0] == SIGKILL
    for _ in range(2):
        status, log = end_of(ferry)
        assert status == 1
        assert "the replacement of request 1), and the target does not tell whether it was executed" in log
        assert "take request 1 back (rowferry skip task --cancel 1), and ask again" in log
        assert target.value("SELECT id FROM p", db=DB) == 2
    take_back(ferry, 1)
    assert end_of(ferry)[0] == 1
    ask(ferry, gtid)
    ferry.run_until("now")
    assert target.value("SELECT id FROM p", db=DB) == source.value("SELECT id FROM p", db=DB) == 2
    assert requests(target) == ["cancelled", "used"] and intents(target) == ["abandoned", "abandoned"]


def test_a_new_request_runs_it_anew(pair, undecided):
    source, target = pair
    exchange = f"ALTER TABLE {DB}.p EXCHANGE PARTITION p0 WITH TABLE {DB}.x"
    ferry, gtid = undecided(exchange)
    ask(ferry, gtid, exchange)
    assert end_of(ferry, "ddl_before:1")[0] == SIGKILL
    assert end_of(ferry)[0] == 1
    take_back(ferry, 1)
    ask(ferry, gtid, exchange)
    ferry.run_until("now")
    assert target.value("SELECT id FROM p", db=DB) == source.value("SELECT id FROM p", db=DB) == 2
    assert requests(target) == ["cancelled", "used"] and intents(target) == ["repeated", "repeated", "done"]


@pytest.mark.parametrize("point", ["", "ddl_before:1"])
def test_a_replacement_that_did_nothing_leaves_the_doubt(pair, undecided, point):
    """Refused, or killed before it ran: the source's own statement does not run by itself."""
    source, target = pair
    ferry, gtid = undecided("TRUNCATE TABLE t")
    ask(ferry, gtid, f"DROP TABLE {DB}.{'n' if point else 'nothing'}")
    assert end_of(ferry, point)[0] == (SIGKILL if point else 1)
    take_back(ferry, 1)
    status, log = end_of(ferry)
    assert status == 1 and "TRUNCATE TABLE 'TRUNCATE TABLE t'" in log, log
    assert "the target does not tell whether it was executed" in log
    assert target.value("SELECT COUNT(*) FROM t", db=DB) == 1
    ask(ferry, gtid, f"TRUNCATE TABLE {DB}.t")
    ferry.run_until("now")
    assert target.value("SELECT COUNT(*) FROM t", db=DB) == 0
    assert "started" not in intents(target)
    assert source.value("SELECT COUNT(*) FROM n", db=DB) == target.value("SELECT COUNT(*) FROM n", db=DB) == 1


@pytest.mark.parametrize("replacement", [
    f"REPLACE INTO {DB}.s VALUES (5)", f"CREATE OR REPLACE TABLE {DB}.s (id INT PRIMARY KEY)", None])
def test_selected_rows_that_are_refused(pair, rowferry, replacement):
    """The statement has run when its rows are refused: by this session, then by an earlier one."""
    source, target = pair
    target.execute("CREATE TABLE s (id INT PRIMARY KEY)", "INSERT INTO s VALUES (5)", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("CREATE TABLE IF NOT EXISTS s (id INT PRIMARY KEY) SELECT 5 AS id", db=DB)
    for _ in range(2):
        status, log = end_of(ferry)
        assert status == 1 and "Duplicate entry" in log and intents(target)[-1] == "started"
    ask(ferry, last_gtid(source), replacement)
    ferry.run_until("now")
    assert target.execute("SELECT id FROM s", db=DB) == [(5,)]
    assert "started" not in intents(target) and requests(target) == ["used"]


def test_selected_rows_that_are_refused_at_once(pair, rowferry):
    source, target = pair
    target.execute("CREATE TABLE s (id INT PRIMARY KEY)", "INSERT INTO s VALUES (5)", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("CREATE TABLE IF NOT EXISTS s (id INT PRIMARY KEY) SELECT 5 AS id", db=DB)
    ask(ferry, last_gtid(source), f"REPLACE INTO {DB}.s VALUES (5)")
    ferry.run_until("now")
    assert intents(target) == ["repeated"] and requests(target) == ["used"]


@pytest.mark.parametrize("replacement", [f"DROP TABLE {DB}.kid, {DB}.n", f"DELETE FROM {DB}.n", None])
def test_the_rest_of_a_statement_is_refused(pair, rowferry, replacement):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("DROP TABLE t, n", db=DB)
    assert end_of(ferry, "ddl_before:1")[0] == SIGKILL
    target.execute("DROP TABLE t", "CREATE TABLE kid (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES n (id))", db=DB)
    status, log = end_of(ferry)
    assert status == 1 and "by its objects it is partly executed" in log
    ask(ferry, last_gtid(source), replacement)
    ferry.run_until("now")
    assert "started" not in intents(target) and requests(target) == ["used"]


@pytest.mark.parametrize("replacement, why", [
    (f"DELETE FROM {DB}.n; DROP TABLE {DB}.t", "is one statement, and this is more than one"),
    (f"DELETE FROM {DB}.n /*!50000 ; COMMIT */", "is one statement, and this is more than one"),
    (f"CALL {DB}.p()", "by CALL, HANDLER or BINLOG is not run"),
    (f"SET STATEMENT max_statement_time = 9 FOR CALL {DB}.p()", "by CALL, HANDLER or BINLOG is not run"),
    (f"HANDLER {DB}.n OPEN", "by CALL, HANDLER or BINLOG is not run"),
    ("/*!50000 COMMIT */", "must not begin, end or lock anything"),
    ("BEGIN NOT ATOMIC COMMIT; END", "is one statement, and this is more than one"),
    (f"LOCK TABLES {DB}.n WRITE", "must not begin, end or lock anything"),
    ("UPDATE `Dump2DB`.marker SET seq = seq + 5", "must leave rowferry's own tables in 'dump2db' alone"),
    ("DROP DATABASE dump2db", "must leave rowferry's own tables in 'dump2db' alone"),
    (f"ANALYZE TABLE {DB}.n", "that changes neither rows nor definitions is not run"),
    ("-- nothing", "of comments only does nothing"),
])
def test_what_is_not_run(pair, rowferry, replacement, why):
    """By the command, nor by the task where somebody has put it into dump2db.skipped all the same."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    target.execute("INSERT INTO t VALUES (7)", db=DB)
    source.execute("INSERT INTO t VALUES (7)", db=DB)
    gtid = last_gtid(source)
    done = ferry.command("skip", "-c", ferry.config, "task", "--gtid", gtid, "--why", "x", "--replace", replacement)
    assert done.returncode == 1 and done.stderr.startswith(f"rowferry: a replacement {why}"), done.stderr
    ask(ferry, gtid, f"DELETE FROM {DB}.n")
    target.execute("UPDATE dump2db.skipped SET replacement = '%s'" % replacement.replace("'", "''"))
    status, log = end_of(ferry)
    assert status == 1 and f"replacement of request 1 in dump2db.skipped: a replacement {why}" in log, log
    assert target.value("SELECT COUNT(*) FROM n", db=DB) == 1 and requests(target) == ["asked"]


def test_what_is_not_run_in_place_of_a_definition(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    target.execute("CREATE TABLE w (a INT)", db=DB)
    source.execute("CREATE TABLE w (a INT PRIMARY KEY)", db=DB)
    ask(ferry, last_gtid(source), f"DELETE FROM {DB}.n")
    target.execute(f"UPDATE dump2db.skipped SET replacement = 'DELETE FROM {DB}.n; SELECT 1; SELECT 2'")
    for _ in range(2):
        status, log = end_of(ferry)
        assert status == 1 and "the replacement: a replacement is one statement, and this is more than one" in log, log
    assert target.value("SELECT COUNT(*) FROM n", db=DB) == 1
    take_back(ferry, 1)
    ask(ferry, last_gtid(source), f"DELETE FROM {DB}.n; ")
    ferry.run_until("now")
    assert target.value("SELECT COUNT(*) FROM n", db=DB) == 0


def test_a_program_is_one_statement(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB], {"ddl": {"routines": True}})
    ferry.run_until("now")
    target.execute("CREATE PROCEDURE pr() SELECT 1", db=DB)
    source.execute("CREATE PROCEDURE pr() SELECT 2", db=DB)
    ask(ferry, last_gtid(source), f"CREATE OR REPLACE PROCEDURE {DB}.pr() BEGIN SELECT 3; SELECT 4; END")
    ferry.run_until("now")
    assert "SELECT 4" in target.execute("SHOW CREATE PROCEDURE pr", db=DB)[0][2]


@pytest.mark.parametrize("replacement", [f"SELECT * FROM {DB}.n", f"DELETE FROM {DB}.n RETURNING id"])
def test_a_replacement_with_a_result(pair, rowferry, replacement):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    target.execute("INSERT INTO t VALUES (7)", db=DB)
    source.execute("INSERT INTO t VALUES (7)", db=DB)
    ask(ferry, last_gtid(source), replacement)
    ferry.run_until("now")
    assert requests(target) == ["used"]


def test_taken_back_just_before_its_changes_commit(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    target.execute("INSERT INTO t VALUES (7)", db=DB)
    source.execute("INSERT INTO t VALUES (7)", db=DB)
    ask(ferry, last_gtid(source), f"DELETE FROM {DB}.n")
    with target.session() as session, session.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE dump2db.skipped SET state = 'cancelled'")
        ferry.start("--until", "now")
        wait_for("the request to be waited for", lambda: target.value(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE "
            "'UPDATE dump2db.skipped SET state = \\'used\\'%'"))
        cursor.execute("COMMIT")
    assert ferry.wait_for_end() == 1
    assert "Duplicate entry" in ferry.log().strip().splitlines()[-1]
    assert target.value("SELECT COUNT(*) FROM n", db=DB) == 1 and requests(target) == ["cancelled"]


def test_taken_back_after_its_definition_ran(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    target.execute("CREATE TABLE w (a INT)", db=DB)
    source.execute("CREATE TABLE w (a INT PRIMARY KEY)", db=DB)
    ask(ferry, last_gtid(source), f"ALTER TABLE {DB}.w ADD PRIMARY KEY (a)")
    freeze_at(ferry, "ddl_after")
    take_back(ferry, 1)
    ferry.thaw()
    assert ferry.wait_for_end() == 1
    assert re.search(r"a session ran ALTER TABLE 'ALTER TABLE \S+ ADD PRIMARY KEY \(a\)' \(dump2db.ddl, seq \d+, "
                     r"the replacement of request 1\) for this transaction, and the request has been taken back since",
                     ferry.log()), ferry.log()
    assert requests(target) == ["cancelled"]
    ask(ferry, last_gtid(source))
    ferry.run_until("now")
    assert requests(target) == ["cancelled", "used"] and "started" not in intents(target)


@pytest.mark.parametrize("by", ["--gtid", "--position"])
def test_a_request_that_was_not_needed(pair, rowferry, by):
    """Its transaction has been passed all the same: the request is not kept for another one of that name."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    target.execute("INSERT INTO t VALUES (7)", db=DB)
    source.execute("INSERT INTO t VALUES (7)", db=DB)
    assert end_of(ferry)[0] == 1
    found = re.search(r"error task: gtid (\S+), (\S+:\d+): ", ferry.log())
    name = found[1 if by == "--gtid" else 2]
    assert ferry.command("skip", "-c", ferry.config, "task", by, name, "--why", "x").returncode == 0
    target.execute("DELETE FROM t WHERE id = 7", db=DB)
    assert end_of(ferry)[0] == 0
    listed = ferry.command("skip", "-c", ferry.config, "task", "--list")
    assert "(its transaction has been passed without it: the next start cancels it)" in listed.stdout
    assert json.loads(ferry.command("skip", "-c", ferry.config, "task", "--list", "--json").stdout)[0]["behind"] is True
    status, log = end_of(ferry)
    assert status == 0
    assert "warning task: request 1 in dump2db.skipped is cancelled: its transaction has been passed without it" in log
    assert requests(target) == ["cancelled"]
    listed = ferry.command("skip", "-c", ferry.config, "task", "--list")
    assert "passed without it" not in listed.stdout


def test_a_request_for_a_file_of_another_source(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    for place in ("binlog.999998:4", "binlog.999999:4"):
        assert ferry.command("skip", "-c", ferry.config, "task", "--position", place, "--why", "x").returncode == 0
    target.execute("UPDATE dump2db.skipped SET source = 'another' WHERE id = 1")
    ferry.run_until("now")
    assert requests(target) == ["cancelled", "asked"]
