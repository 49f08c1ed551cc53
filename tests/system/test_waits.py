# SPDX-License-Identifier: Apache-2.0
"""What the target does not let a task do for a while: it waits, says why, goes on, and each transaction arrives once."""

import json
import re
import signal
import time

import pytest

from rowferrylib.compare import compare
from rowferrylib.flavour import NAMES
from rowferrylib.killer import freeze_at
from rowferrylib.process import wait_for
from rowferrylib.runner import prepare_sentinel, server_settings
from rowferrylib.small_disk import ServerWithSmallDisk
from rowferrylib.workload import Workload

DB = "waits"


def status_of(ferry):
    """(what --json says of the task, what people see)"""
    answers = [ferry.command("status", "-c", ferry.config, *more).stdout for more in (["--json"], [])]
    return json.loads(answers[0])["tasks"][0], answers[1]


def wait_for_status(ferry, what, is_right, timeout_s=60):
    """is_right(task, text). The two are looks of their own: of a state that does not last, both have to be caught."""
    def look():
        seen = status_of(ferry)
        return seen if is_right(*seen) else None

    return ferry.wait(what, look, timeout_s)


def is_waiting(task, text):
    return task["state"] == "waiting" and re.search(r"^task +waiting", text, re.MULTILINE)


# --- a target that takes no writes


@pytest.fixture
def read_only(private_server):
    """read_only(target, is_read_only), for a user that may not write all the same."""
    def switch(target, is_on):
        target.execute(f"SET GLOBAL {'read_only' if target.is_mariadb else 'super_read_only'} = {int(is_on)}")
        if not is_on:
            target.execute("SET GLOBAL read_only = 0")

    return switch


def plain_user(target):
    """As README wants the destination's user, and no more."""
    target.execute("CREATE USER plain@'%' IDENTIFIED BY 'word'", f"GRANT ALL ON {DB}.* TO plain@'%'",
                   "GRANT ALL ON dump2db.* TO plain@'%'", "GRANT PROCESS ON *.* TO plain@'%'")
    return {"destination": {"user": "plain", "password": "word", "tls": {"mode": "off"}}}  # status is asked often


@pytest.mark.limit(300)
@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_a_target_that_becomes_read_only(pool, private_server, tables, rowferry, read_only, name):
    source, target = tables(DB, pool.get(name), private_server(name, "target"))
    ferry = rowferry(source, target, [DB], plain_user(target))
    ferry.run_until("now")
    ferry.start()
    with Workload(source, DB, threads=2, ddl=True, pause_s=0.01) as load:
        for _ in range(2):
            load.wait_for(load.transactions + 50)
            read_only(target, True)
            # The report itself cannot be written: the destination holds it.
            task, text = wait_for_status(ferry, "to be told", is_waiting)
            assert "read-only" in task["destination_refuses"] and "(1290)" in task["destination_refuses"]
            assert "  destination takes no writes: server" in text
            load.wait_for(load.transactions + 50)
            assert ferry.is_running()
            read_only(target, False)
            with load.paused():
                ferry.wait_until_synced(source, target, DB)
                task, text = wait_for_status(ferry, "it to follow", lambda task, _: task["state"] == "following")
    ferry.wait_until_synced(source, target, DB)  # the load went on after the last pause
    assert task["destination_refuses"] is None and "takes no writes" not in text
    assert compare(source, target, [DB]).rows > 50
    assert ferry.log().count("; trying again") < 10, "the same line again and again"
    ferry.stop()


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_a_commit_that_is_refused(pool, private_server, tables, rowferry, read_only, name):
    """Read-only as from between the rows and their COMMIT; and a start on a target that is read-only."""
    source, target = tables(DB, pool.get(name), private_server(name, "target"))
    status_server = pool.get("mariadb-11.8", "status")
    status_server.execute("DROP DATABASE IF EXISTS dump2db")
    ferry = rowferry(source, target, [DB], {**plain_user(target), "status": server_settings(status_server)})
    ferry.run_until("now")
    source.execute("INSERT INTO w_parent VALUES (1, 1), (2, 2)", db=DB)
    freeze_at(ferry, "rows_open")
    read_only(target, True)
    ferry.thaw()
    task, text = wait_for_status(ferry, "the report of it", is_waiting)
    assert "(1290)" in task["reason"] and "  because: " in text and "takes no writes" not in text
    ferry.stop()
    source.execute("UPDATE w_parent SET v = v + 40", db=DB)
    ferry.start()
    wait_for_status(ferry, "the report of it", lambda task, text: is_waiting(task, text) and "(1290)" in task["reason"])
    assert target.execute("SELECT * FROM w_parent", db=DB) == []
    read_only(target, False)
    ferry.wait_until_synced(source, target, DB)
    assert sorted(target.execute("SELECT id, v FROM w_parent", db=DB)) == [(1, 41), (2, 42)]
    compare(source, target, [DB])
    ferry.stop()


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_a_start_that_waits(pool, private_server, tables, rowferry, read_only, name):
    """A target that is read-only from the start, and holds the last report: at no moment does the task look gone, or as before."""
    source, target = tables(DB, pool.get(name), private_server(name, "target"))
    ferry = rowferry(source, target, [DB], plain_user(target))
    ferry.run_until("now")
    source.execute("INSERT INTO w_parent VALUES (1, 1)", db=DB)
    read_only(target, True)
    ferry.start()
    wait_for_status(ferry, "to be told", is_waiting)
    deadline = time.monotonic() + 6  # three tries of the task's
    looks = 0
    while looks < 4 or time.monotonic() < deadline:
        task, text = status_of(ferry)
        assert task["has_session"] and task["state"] == "waiting" and task["lag_ms"] is None, task
        assert "  destination takes no writes: server" in text and re.search(r"^task +waiting", text, re.MULTILINE), text
        looks += 1
    read_only(target, False)
    ferry.wait_until_synced(source, target, DB)
    assert "goes on after" in ferry.log() and ferry.log().count("; trying again") == 1
    assert target.execute("SELECT id, v FROM w_parent", db=DB) == [(1, 1)]
    compare(source, target, [DB])
    ferry.stop()


@pytest.mark.limit(120)
def test_a_commit_that_hangs(pool, tables, rowferry):
    """What the session is at is shown, and a stop does not wait for it for ever."""
    source, target = tables(DB, pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO w_parent VALUES (1, 1)", db=DB)
    freeze_at(ferry, "rows_open")
    with target.session() as session, session.cursor() as blocker:
        blocker.execute("FLUSH TABLES WITH READ LOCK")
        ferry.thaw()
        task, text = wait_for_status(ferry, "to be told", lambda task, _: task["at_work"])
        assert task["at_work"].startswith("COMMIT (") and task["at_work_s"] >= 3
        assert re.search(r"^  at work for \d+ s: COMMIT \(", text, re.MULTILINE)
        began = time.monotonic()
        ferry.stop(60)
        # The lock is held still, and holds up the report of the end, too.
        assert 3.5 < time.monotonic() - began < 6 and "told to stop while session" in ferry.log()
    ferry.run_until("now")
    assert target.execute("SELECT id, v FROM w_parent", db=DB) == [(1, 1)]


def test_a_stop_lets_a_commit_end(pool, tables, rowferry):
    source, target = tables(DB, pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO w_parent VALUES (1, 1)", db=DB)
    freeze_at(ferry, "rows_open")
    with target.session() as session, session.cursor() as blocker:
        blocker.execute("FLUSH TABLES WITH READ LOCK")
        ferry.thaw()
        committing = "SELECT 1 FROM information_schema.processlist WHERE info = 'COMMIT'"
        ferry.wait("COMMIT to wait", lambda: target.value(committing))
        ferry.process.signal(signal.SIGTERM)
        time.sleep(2.5)
        blocker.execute("UNLOCK TABLES")
        assert ferry.wait_for_end() == 0
    assert target.execute("SELECT id, v FROM w_parent", db=DB) == [(1, 1)]
    assert "told to stop while" not in ferry.log() and re.search("info task: stopped", ferry.log()), ferry.log()


# --- a full disk


@pytest.fixture
def small_disk(pool):
    """small_disk(name): a target whose `disk` can be filled up."""
    made = []

    def make(name, **options):
        pool.need(name)
        made.append(ServerWithSmallDisk(name, pool.folder, **options).start())
        return made[-1]

    yield make
    for server in made:
        server.destroy()


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_a_full_disk(pool, small_disk, rowferry, name):
    source, target = pool.get(name), small_disk(name)
    for server in (source, target):
        server.fresh_database(DB)
        where = f"DATA DIRECTORY = '{target.disk}'" if server is target else ""
        # VARCHAR: MariaDB's InnoDB gives up (abort) when a BLOB finds no room.
        server.execute(f"CREATE TABLE t (id INT PRIMARY KEY, n INT, v VARCHAR(5000)) {where}",
                       "CREATE TABLE k (n INT)", db=DB)
    prepare_sentinel(DB, source, target)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    target.fill_disk()
    ferry.start()
    for i in range(40):
        source.execute("BEGIN", f"INSERT INTO t VALUES ({i}, 0, REPEAT('{i % 10}', 5000))", f"INSERT INTO k VALUES ({i})", "COMMIT",
                       f"UPDATE t SET n = n + 1 WHERE id <= {i}", db=DB)
    # Between two tries it follows for a moment.
    task, text = wait_for_status(ferry, "to be told", lambda task, text: is_waiting(task, text) and "  because: " in text)
    full = "The table 't' is full (1114)"
    assert full in task["reason"] and full in text.partition("  because: ")[2]
    retries = task["retries"]
    wait_for_status(ferry, "it to try again", lambda task, _: task["state"] == "waiting" and task["retries"] > retries)
    target.free_disk()
    ferry.wait_until_synced(source, target, DB)
    for rows in ("SELECT id, n, SHA2(v, 256) FROM t ORDER BY id", "SELECT n FROM k ORDER BY n"):
        assert target.execute(rows, db=DB) == source.execute(rows, db=DB)
    assert target.value("SELECT COUNT(*) FROM k", db=DB) == 40
    assert "goes on after" in ferry.log()
    ferry.stop()


# --- a deadlock


def waiting_sessions(target):
    """Those that wait for a row lock. (information_schema.innodb_trx is a cache, which looking keeps stale.)"""
    report = target.execute("SHOW ENGINE INNODB STATUS")[0][2].partition("LIST OF TRANSACTIONS")[2]
    return [int(session) for session in re.findall(r"^LOCK WAIT .*\n(?:.* )?thread id (\d+),", report, re.MULTILINE)]


def deadlocked_sessions(target):
    """Of the latest deadlock that InnoDB found."""
    report = target.execute("SHOW ENGINE INNODB STATUS")[0][2]
    found = report.partition("LATEST DETECTED DEADLOCK")[2].partition("TRANSACTIONS\n")[0]
    assert "*** WE ROLL BACK TRANSACTION" in found, report
    return {int(session) for session in re.findall(r"^(?:.* )?thread id (\d+),", found, re.MULTILINE)}


@pytest.mark.parametrize("name", NAMES)
def test_a_deadlock(pool, rowferry, name):
    source, target = pool.get(name), pool.get(name, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT)", "INSERT INTO t VALUES (1, 0), (2, 0)",
                       "CREATE TABLE k (n INT)", "CREATE TABLE heavy (id INT PRIMARY KEY)",
                       "INSERT INTO heavy VALUES " + ",".join(f"({i})" for i in range(500)), db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    before = target.value("SELECT MAX(seq) FROM dump2db.marker")
    blocker = target.connect(db=DB)
    with blocker.cursor() as cursor:
        cursor.execute("BEGIN")
        # The lighter one of two transactions is rolled back: that is not this one.
        cursor.execute("DELETE FROM heavy")
        cursor.execute("SELECT * FROM t WHERE id = 2 FOR UPDATE")
        source.execute("BEGIN", "INSERT INTO k VALUES (7)", "UPDATE t SET v = v + 1 WHERE id = 1",
                       "UPDATE t SET v = v + 1 WHERE id = 2", "COMMIT", db=DB)
        ferry.start("--until", "now")
        session, = ferry.wait("its session to wait for row 2", lambda: waiting_sessions(target))
        cursor.execute("SELECT * FROM t WHERE id = 1 FOR UPDATE")
        cursor.execute("SELECT CONNECTION_ID()")
        assert deadlocked_sessions(target) == {session, cursor.fetchone()[0]}
        ferry.wait("the second try to wait", lambda: waiting_sessions(target) == [session])
    blocker.rollback()
    blocker.close()
    assert ferry.wait_for_end() == 0, ferry.log()
    assert target.execute("SELECT id, v FROM t ORDER BY id", db=DB) == [(1, 1), (2, 1)]
    assert target.execute("SELECT n FROM k", db=DB) == [(7,)]
    assert target.value("SELECT MAX(seq) FROM dump2db.marker") == before + 1
    assert target.value("SELECT retries FROM dump2db.progress") == 1
