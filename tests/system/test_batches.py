# SPDX-License-Identifier: Apache-2.0
"""Several source transactions in one of the target: what becomes of them when one fails, and of their position."""

import contextlib
import re

import pytest

from rowferrylib.compare import compare

DB = "batches"


@pytest.fixture
def pair(pool, request):
    source, target = pool.get(request.param), pool.get(request.param, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        make_tables(server)
    return source, target


def make_tables(server):
    server.fresh_database(DB)
    server.execute("CREATE TABLE bag (n INT)", "CREATE TABLE k (id INT PRIMARY KEY, n INT)",
                   "INSERT INTO k VALUES (1, 0), (2, 0), (3, 0)", db=DB)


@contextlib.contextmanager
def locked(target, row):
    """The row of k is locked on the target."""
    session = target.connect(db=DB)
    try:
        with session.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"SELECT * FROM k WHERE id = {row} FOR UPDATE")
        yield
    finally:
        session.rollback()
        session.close()


def progress(target, column):
    return target.value(f"SELECT {column} FROM dump2db.progress")


def wait_for_queue(ferry, source, target):
    """Until what the source has committed last is in the task's queue: nothing more comes into it."""
    position = source.binlog_position()
    ferry.wait("the source to have sent it", lambda: "has sent all binlog" in str(source.execute("SHOW PROCESSLIST")))
    seen = [0]

    def is_quiet():
        seen.append(int(progress(target, "queue_bytes")))
        return seen[-1] > 0 and seen[-4:-1] == [seen[-1]] * 3

    ferry.wait("the queue to be full", is_quiet)
    assert source.binlog_position() == position


@pytest.mark.parametrize("pair", ["mariadb-10.11", "mysql-9.7"], indirect=True)
def test_a_lock_behind_one_that_is_passed_over(pair, rowferry):
    """A batch is taken apart since its second transaction fails; its third one waits for a lock: the first comes once."""
    source, target = pair
    ferry = rowferry(source, target, [DB], {"destination": {"lock_wait_timeout_s": 1}})
    ferry.run_until("now")
    target.execute("DELETE FROM k WHERE id = 2", db=DB)
    source.execute("UPDATE k SET n = 5 WHERE id = 2", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    asked = re.findall(r"error task: gtid (\S+), ", ferry.log())[-1]
    assert ferry.command("skip", "-c", ferry.config, "task", "--gtid", asked, "--why", "x").returncode == 0
    ferry.run_until("now")
    ferry.start()
    with locked(target, 1):
        with locked(target, 3):
            source.execute("UPDATE k SET n = n + 1 WHERE id = 3", db=DB)
            ferry.wait_for_log("Lock wait timeout exceeded")
            source.execute("INSERT INTO bag VALUES (42)", db=DB)
            place = "%s:%d" % source.binlog_position()
            source.execute("UPDATE k SET n = 6 WHERE id = 2", "UPDATE k SET n = n + 1 WHERE id = 1", db=DB)
            asked = ferry.command("skip", "-c", ferry.config, "task", "--position", place, "--why", "x")
            assert asked.returncode == 0, asked.stderr
            wait_for_queue(ferry, source, target)
        ferry.wait("the first of the batch to arrive", lambda: target.value("SELECT COUNT(*) FROM bag", db=DB))
        assert target.value("SELECT n FROM k WHERE id = 1", db=DB) == 0, "the third was not in its way"
        retries = progress(target, "retries")
        ferry.wait("it to be tried again", lambda: progress(target, "retries") >= retries + 2)
        assert target.value("SELECT COUNT(*) FROM bag", db=DB) == 1
    ferry.wait("the third to arrive", lambda: target.value("SELECT n FROM k WHERE id = 1", db=DB) == 1)
    ferry.stop()
    ferry.run_until("now")
    assert target.execute("SELECT n FROM bag", db=DB) == [(42,)]
    assert target.execute("SELECT id, n FROM k ORDER BY id", db=DB) == [(1, 1), (3, 1)]
    assert target.execute("SELECT state, COUNT(*) FROM dump2db.skipped GROUP BY state") == [("used", 2)]


def write_with_gaps(source, first, last):
    """Sets that cannot be told shortly: gaps (MySQL), domains (MariaDB)."""
    with source.session(db=DB) as session, session.cursor() as cursor:
        for i in range(first, last + 1):
            if source.is_mariadb:
                cursor.execute(f"SET SESSION gtid_domain_id = {4000000000 + i % 400}")
            else:
                cursor.execute(f"SET gtid_next = '{'ab'[i % 2] * 8}-aaaa-aaaa-aaaa-aaaaaaaaaaaa:{2 * i}'")
            cursor.execute(f"INSERT INTO bag VALUES ({i})")
            cursor.execute("COMMIT")
        if not source.is_mariadb:
            cursor.execute("SET gtid_next = 'AUTOMATIC'")


@pytest.mark.parametrize("batch", [1, 100])
@pytest.mark.parametrize("pair", ["mariadb-10.11", "mysql-9.7"], indirect=True)
def test_a_position_that_grows_long(pair, rowferry, private_server, batch):
    _, target = pair
    source = private_server("mariadb-10.11" if target.is_mariadb else "mysql-9.7", "gaps")
    make_tables(source)
    ferry = rowferry(source, target, [DB], {"destination": {"batch_transactions": batch}})
    ferry.run_until("now")
    write_with_gaps(source, 1, 900)
    ferry.run_until("now")
    assert target.value("SELECT LENGTH(base_gtids) FROM dump2db.task") > 3000
    assert target.value("SELECT LENGTH(gtids) FROM dump2db.marker") <= 3000
    write_with_gaps(source, 901, 1800)
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows == 1803


@pytest.mark.parametrize("pair", ["mariadb-10.11"], indirect=True)
def test_a_start_position_that_is_long(pair, rowferry, private_server):
    _, target = pair
    source = private_server("mariadb-10.11", "gaps")
    make_tables(source)
    write_with_gaps(source, 1, 400)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    assert target.value("SELECT LENGTH(base_gtids) FROM dump2db.task") > 3000
    source.execute("INSERT INTO bag VALUES (1000)", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT n FROM bag", db=DB) == [(1000,)]
    ferry.tasks["task"]["source"]["start"] = {"gtid": source.executed_gtids(), "override": True}
    ferry.write_config()
    source.execute("INSERT INTO bag VALUES (1001)", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT n FROM bag ORDER BY n", db=DB) == [(1000,), (1001,)]
