# SPDX-License-Identifier: Apache-2.0
"""Tables of the destination whose engine cannot roll back (destination.allow_nontransactional): tries do not write twice."""

import contextlib
import signal

import pytest

from rowferrylib.process import wait_for

DB = "loose"
LOOSE = {"destination": {"allow_nontransactional": True, "lock_wait_timeout_s": 1}}
WAITING = "SELECT id FROM information_schema.processlist WHERE state = 'User lock' AND info LIKE '%loose%'"
TABLES = ["CREATE TABLE acc (a INT PRIMARY KEY, b INT) ENGINE=InnoDB", "INSERT INTO acc VALUES (1, 1)"]


def pair_of(pool, name, here, there):
    """The table `log1` in the engine `here` on the source and `there` on the destination."""
    source, target = pool.get(name), pool.get(name, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server, engine in ((source, here), (target, there)):
        server.fresh_database(DB)
        server.execute(*TABLES, f"CREATE TABLE log1 (msg VARCHAR(20)) ENGINE={engine}", db=DB)
    return source, target


def commit(source, *statements):
    source.execute("SET autocommit = 0", *statements, "COMMIT", db=DB)


def lines(server):
    return sorted(m for (m,) in server.execute("SELECT msg FROM log1", db=DB))


@contextlib.contextmanager
def held(target):
    """While a session holds acc's row."""
    with target.session(db=DB, autocommit=False) as session, session.cursor() as cursor:
        cursor.execute("SELECT * FROM acc FOR UPDATE")
        yield


@pytest.mark.parametrize("name", ["mariadb-10.11", "mariadb-11.8"])
@pytest.mark.parametrize("here", ["MyISAM", "InnoDB"])
def test_a_lock_in_the_way(pool, rowferry, name, here):
    """Own transactions in the binlog where the source's table cannot roll back either; rows among others where it can."""
    source, target = pair_of(pool, name, here, "MyISAM")
    ferry = rowferry(source, target, [DB], LOOSE)
    ferry.run_until("now")
    with held(target):
        commit(source, "INSERT INTO log1 VALUES ('one')", "INSERT INTO log1 VALUES ('two')", "UPDATE acc SET b = 2",
               "INSERT INTO log1 VALUES ('three')")
        source.execute("INSERT INTO log1 VALUES ('four')", db=DB)
        ferry.start("--until", "now")
        ferry.wait_for_log("Lock wait timeout exceeded.*trying again", timeout_s=60)
    assert ferry.wait_for_end() == 0
    assert lines(target) == lines(source) == ["four", "one", "three", "two"]
    assert target.value("SELECT b FROM acc", db=DB) == 2


@pytest.mark.parametrize("name", ["mariadb-10.11", "mariadb-11.8"])
def test_a_lock_between_such_tables(pool, rowferry, name):
    """A trigger of the second waits after the first has been written: the next try goes on where this one stood."""
    source, target = pair_of(pool, name, "InnoDB", "MyISAM")
    for server, engine in ((source, "InnoDB"), (target, "MyISAM")):
        server.execute(f"CREATE TABLE log2 (msg VARCHAR(20), UNIQUE (msg)) ENGINE={engine}", db=DB)
    target.execute("CREATE TRIGGER tr BEFORE INSERT ON log2 FOR EACH ROW SET @got = GET_LOCK('loose', 100)", db=DB)
    ferry = rowferry(source, target, [DB], {"destination": {**LOOSE["destination"], "allow_triggers": True}})
    ferry.run_until("now")
    locker = target.connect(db=DB)
    try:
        with locker.cursor() as cursor:
            cursor.execute("SELECT GET_LOCK('loose', 0)")
        commit(source, "INSERT INTO log1 VALUES ('one')", "INSERT INTO log1 VALUES ('two')", "INSERT INTO log2 VALUES ('x')",
               "UPDATE acc SET b = 3")
        ferry.start("--until", "now")
        wait_for("both rows to be written", lambda: lines(target) == ["one", "two"])
        wait_for("the trigger to wait", lambda: target.value(WAITING))
        target.execute(f"KILL QUERY {target.value(WAITING)}")
        ferry.wait("another try", lambda: target.value("SELECT retries FROM dump2db.progress") > 0)
    finally:
        locker.close()
    assert ferry.wait_for_end() == 0
    assert lines(target) == ["one", "two"]
    assert target.execute("SELECT msg FROM log2", db=DB) == [("x",)]
    assert target.value("SELECT b FROM acc", db=DB) == 3


def test_a_later_transaction_stops(pool, rowferry):
    source, target = pair_of(pool, "mariadb-10.11", "InnoDB", "MyISAM")
    ferry = rowferry(source, target, [DB], LOOSE)
    ferry.run_until("now")
    target.execute("DELETE FROM acc", db=DB)
    for i in range(5):
        source.execute(f"INSERT INTO log1 VALUES ('{i}')", db=DB)
    commit(source, "INSERT INTO log1 VALUES ('with it')", "UPDATE acc SET b = 9")
    for _ in range(2):
        assert ferry.start("--until", "now").wait_for_end() == 1
        assert lines(target) == list("01234")
    target.execute("INSERT INTO acc VALUES (1, 1)", db=DB)
    ferry.run_until("now")
    assert lines(target) == [*"01234", "with it"]


def test_a_row_of_theirs_is_refused(pool, rowferry):
    """What cannot be taken back is said."""
    source, target = pair_of(pool, "mariadb-10.11", "InnoDB", "MyISAM")
    target.execute("ALTER TABLE log1 ADD UNIQUE (msg)", "INSERT INTO log1 VALUES ('two')", db=DB)
    ferry = rowferry(source, target, [DB], LOOSE)
    ferry.run_until("now")
    commit(source, "UPDATE acc SET b = 5", "INSERT INTO log1 VALUES ('one')", "INSERT INTO log1 VALUES ('two')")
    assert ferry.start("--until", "now").wait_for_end() == 1
    ferry.wait_for_log(f"1 rows of the transaction are written to tables without transactions and stay, take them out before it is "
                       f"applied again: table '{DB}.log1', insert of row .*Duplicate entry 'two'")
    assert target.value("SELECT b FROM acc", db=DB) == 1
    assert lines(target) == ["one", "two"]


STAY = r"rows of the transaction are written to tables without transactions and stay"


@contextlib.contextmanager
def at_log2(pool, rowferry):
    """A task that has written the two rows of log1, and waits in a trigger of log2; (ferry, source, target, its session)."""
    source, target = pair_of(pool, "mariadb-10.11", "InnoDB", "MyISAM")
    for server, engine in ((source, "InnoDB"), (target, "MyISAM")):
        server.execute(f"CREATE TABLE log2 (msg VARCHAR(20), UNIQUE (msg)) ENGINE={engine}", db=DB)
    target.execute("CREATE TRIGGER tr BEFORE INSERT ON log2 FOR EACH ROW SET @got = GET_LOCK('loose', 100)", db=DB)
    ferry = rowferry(source, target, [DB], {"destination": {**LOOSE["destination"], "allow_triggers": True}})
    ferry.run_until("now")
    with target.session(db=DB) as locker, locker.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK('loose', 0)")
        commit(source, "INSERT INTO log1 VALUES ('one')", "INSERT INTO log1 VALUES ('two')", "INSERT INTO log2 VALUES ('x')",
               "UPDATE acc SET b = 3")
        ferry.start("--until", "now")
        wait_for("the trigger to wait", lambda: target.value(WAITING))
        yield ferry, source, target, target.value(WAITING)


def mend_and_go_on(ferry, source, target):
    """Another start changes nothing before that."""
    before = lines(target)
    assert ferry.start("--until", "now").wait_for_end() == 1
    assert lines(target) == before and target.value("SELECT b FROM acc", db=DB) == 1
    target.execute("DELETE FROM log1", "DELETE FROM log2", "DELETE FROM dump2db.loose", db=DB)
    ferry.run_until("now")
    assert lines(target) == lines(source)
    assert target.execute("SELECT msg FROM log2", db=DB) == source.execute("SELECT msg FROM log2", db=DB)
    assert target.value("SELECT b FROM acc", db=DB) == 3
    assert target.value("SELECT COUNT(*) FROM dump2db.loose") == 0


def test_a_crash_between_such_rows(pool, rowferry):
    """The next process is told, until the operator has mended it, or passes the transaction over."""
    with at_log2(pool, rowferry) as (ferry, source, target, _):
        ferry.kill()
        assert ferry.start("--until", "now").wait_for_end() == 1
        ferry.wait_for_log("error task: gtid .*: an earlier process may have written rows of the transaction to tables without "
                           "transactions. Take out what the transaction has written to them, DELETE FROM dump2db.loose WHERE")
    mend_and_go_on(ferry, source, target)
    with at_log2(pool, rowferry) as (ferry, source, target, _):
        ferry.kill()
        assert ferry.start("--until", "now").wait_for_end() == 1
    gtid = target.value("SELECT gtid FROM dump2db.loose")
    done = ferry.command("skip", "-c", ferry.config, "task", "--gtid", gtid, "--why", "put right by hand")
    assert done.returncode == 0, done.stderr
    ferry.run_until("now")
    assert lines(target) == ["one", "two"] and target.value("SELECT COUNT(*) FROM dump2db.loose") == 0


def test_nothing_written_is_no_note(pool, rowferry):
    """What waits for locks before such a row is applied by the next start as ever."""
    source, target = pair_of(pool, "mariadb-10.11", "InnoDB", "MyISAM")
    ferry = rowferry(source, target, [DB], LOOSE)
    ferry.run_until("now")
    target.execute("ALTER TABLE log1 ADD UNIQUE (msg)", "INSERT INTO log1 VALUES ('one')", db=DB)
    commit(source, "INSERT INTO log1 VALUES ('one')", "UPDATE acc SET b = 2")
    assert ferry.start("--until", "now").wait_for_end() == 1
    ferry.wait_for_log("error task: gtid .*: table 'loose.log1', insert of row .*Duplicate entry 'one'")
    assert target.value("SELECT COUNT(*) FROM dump2db.loose") == 0
    target.execute("DELETE FROM log1", db=DB)
    ferry.run_until("now")
    assert lines(target) == ["one"] and target.value("SELECT b FROM acc", db=DB) == 2


def test_a_table_made_with_such_rows(pool, rowferry):
    source, target = pair_of(pool, "mariadb-10.11", "InnoDB", "MyISAM")
    ferry = rowferry(source, target, [DB], LOOSE)
    ferry.run_until("now")
    source.execute("CREATE TABLE made ENGINE=MyISAM SELECT 1 AS a UNION ALL SELECT 2", "INSERT INTO made VALUES (3)",
                   "XA START 'x'", "INSERT INTO log1 VALUES ('x')", "XA END 'x'", "XA PREPARE 'x'", "XA COMMIT 'x'", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT a FROM made ORDER BY a", db=DB) == [(1,), (2,), (3,)]
    assert lines(target) == ["x"] and target.value("SELECT COUNT(*) FROM dump2db.loose") == 0


def test_a_session_lost_between_such_rows(pool, rowferry):
    with at_log2(pool, rowferry) as (ferry, source, target, session):
        target.execute(f"KILL {session}")
        assert ferry.wait_for_end() == 1
        ferry.wait_for_log(rf"error task: gtid \S+, \S+: 2 {STAY}, and what was being written may be: table '{DB}.log2', insert of row "
                           r".*'x'.*\. Take out what the transaction has written to them, DELETE FROM dump2db.loose WHERE server_id = \d+ on")
        assert lines(target) == ["one", "two"] and target.value("SELECT b FROM acc", db=DB) == 1
    mend_and_go_on(ferry, source, target)


def test_a_stop_while_such_a_row_waits(pool, rowferry):
    with at_log2(pool, rowferry) as (ferry, source, target, _):
        ferry.process.signal(signal.SIGTERM)
        assert ferry.wait_for_end() == 1
        ferry.wait_for_log(f"error task: .*2 {STAY}, and what was being written may be: ")
    mend_and_go_on(ferry, source, target)


def test_a_stop_between_the_tries(pool, rowferry):
    with at_log2(pool, rowferry) as (ferry, source, target, session):
        for _ in range(6):  # until it sleeps for long enough between two of them to be met there
            wait_for("the trigger to wait", lambda: target.value(WAITING))
            target.execute(f"KILL QUERY {session}")
            wait_for("its end", lambda: not target.value(WAITING))
        ferry.process.signal(signal.SIGTERM)
        assert ferry.wait_for_end() == 1
        ferry.wait_for_log(rf"error task: stopped in the middle of gtid \S+, \S+: 2 {STAY}, the last of them table '{DB}.log1', insert of "
                           r"row .*'two'")
    mend_and_go_on(ferry, source, target)


@pytest.mark.parametrize("when, of", [("before", "rows"), ("done", "rows"), ("done", "note")])
def test_a_commit_without_an_answer(pool, rowferry, proxy_to, when, of):
    """Committed: nothing is written again.  Not committed: nobody guesses."""
    source, target = pair_of(pool, "mariadb-10.11", "InnoDB", "MyISAM")
    for server in (source, target):
        server.execute("CREATE TABLE log2 (msg VARCHAR(20))", db=DB)
    proxy = proxy_to(target)
    ferry = rowferry(source, target, [DB], {"destination": {**LOOSE["destination"], "tls": {"mode": "off"}}}, target_port=proxy.port)
    ferry.run_until("now")
    commit(source, "INSERT INTO log1 VALUES ('one')", "INSERT INTO log1 VALUES ('two')", "UPDATE acc SET b = 3")
    with held(target):
        ferry.start("--until", "now")
        ferry.wait_for_log("Lock wait timeout exceeded.*trying again", timeout_s=60)
        lost = proxy.lose_reply("COMMIT", when, skip=int(of == "rows"))
    lost.wait()
    status = ferry.wait_for_end()
    if when == "before":
        assert status == 1
        ferry.wait_for_log(rf"error task: .*the connection was lost before COMMIT was answered: 2 {STAY}, the last of them table "
                           rf"'{DB}.log1', insert of row .*two")
        mend_and_go_on(ferry, source, target)
    else:
        assert status == 0 and target.value("SELECT COUNT(*) FROM dump2db.loose") == 0
    assert lines(target) == ["one", "two"]
    assert target.value("SELECT b FROM acc", db=DB) == 3
