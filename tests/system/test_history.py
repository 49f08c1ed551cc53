# SPDX-License-Identifier: Apache-2.0
"""A source whose history is no longer the one that was followed: reset, cut, restored; joined, and joined again."""

import os
import shutil

import pytest

from rowferrylib import places
from rowferrylib.process import wait_for
from test_check import check, the

DB = "history"
# Flavour, and whether by GTID.
SOURCES = {"mariadb": ("mariadb-10.11", {}), "mysql": ("mysql-9.7", {}),
           "mysql-files": ("mysql-9.7", {"gtid_mode": "OFF", "enforce_gtid_consistency": "OFF"})}
OTHER = "has another history than the one that was followed: "
LACKS = "lacks transactions that the position holds: "


@pytest.fixture(scope="module")
def source(request, pool):
    name, options = SOURCES[request.param]
    server = pool.private(name, "history", **options)
    server.is_by_gtid = request.param != "mysql-files"
    yield server
    server.destroy()


@pytest.fixture
def target(pool):
    return pool.get("mariadb-10.11", "target")


@pytest.fixture
def ferry(source, target, rowferry):
    """A task that has carried twenty rows of the source's present history."""
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT)", db=DB)
    ferry = rowferry(source, target, [DB], {"source": {"heartbeat_s": 1}})
    ferry.run_until("now")
    insert(source, 20)
    ferry.run_until("now")
    assert rows(target) == 20
    return ferry


def insert(source, n):
    source.execute(*["INSERT INTO t (v) VALUES (1)"] * n, db=DB)


def rows(server):
    return server.value("SELECT COUNT(*) FROM t", db=DB)


def reset(source):
    """In another second than the file was begun in, as the manual says."""
    begun = source.value("SELECT UNIX_TIMESTAMP()")
    wait_for("the next second", lambda: source.value("SELECT UNIX_TIMESTAMP()") > begun)
    source.execute("RESET MASTER" if source.is_mariadb else "RESET BINARY LOGS AND GTIDS")


def stops(ferry, target, *texts, start=True):
    """The task ends with one of the texts, and the destination is as it was."""
    if start:
        ferry.start("--until", "now")
    assert ferry.wait_for_end(60) == 1
    assert any(text in ferry.log() for text in texts), ferry.log()
    assert rows(target) == 20


@pytest.mark.parametrize("source", list(SOURCES), indirect=True)
@pytest.mark.parametrize("flushes, n", [(0, 22), (2, 60)])
def test_reset_between_two_runs(source, target, ferry, flushes, n):
    """As many transactions as before and of the same size; more of them, and more files."""
    reset(source)
    for _ in range(flushes):
        source.flush_binlog()
    insert(source, n)
    stops(ferry, target, OTHER, LACKS)
    finding = the(check(ferry, status=1), "source.position", "FAIL")
    assert OTHER in finding["what"] or LACKS in finding["what"], finding


@pytest.mark.parametrize("source", ["mariadb", "mysql"], indirect=True)
def test_reset_under_a_running_task(source, target, ferry):
    ferry.start()
    ferry.wait("it to join", lambda: ferry.log().count("joined source") == 2)
    reset(source)
    insert(source, 60)
    # MySQL may tell by itself that the file is gone.
    stops(ferry, target, OTHER, LACKS, "(1236)", start=False)
    stops(ferry, target, OTHER, LACKS)


@pytest.mark.parametrize("source", ["mariadb", "mysql-files"], indirect=True)
def test_a_lost_tail(source, target, ferry):
    """As after a crash with sync_binlog = 0: the last transactions are in the tables and not in the file."""
    path, size = source.binlog_path(), source.binlog_position()[1]
    source.stop()
    os.truncate(path, int(size) - 500)
    source.start()
    insert(source, 40)
    stops(ferry, target, OTHER, LACKS)


@pytest.mark.parametrize("source", ["mariadb", "mysql-files"], indirect=True)
def test_an_older_copy_that_has_grown(source, target, ferry, tmp_path):
    source.stop()
    copy = tmp_path / "copy"
    places.copy_tree(source.data, copy)
    source.start()
    insert(source, 1)
    source.flush_binlog()
    ferry.run_until("now")
    target.execute(f"DELETE FROM {DB}.t WHERE id > 20")  # for the count
    source.stop()
    shutil.rmtree(source.data)
    places.copy_tree(copy, source.data)
    source.start()
    source.flush_binlog()
    insert(source, 40)
    stops(ferry, target, OTHER, LACKS)


@pytest.mark.parametrize("source", ["mariadb", "mysql"], indirect=True)
def test_a_purge_and_a_restart_are_no_faults(source, target, ferry):
    source.restart()
    insert(source, 1)
    ferry.run_until("now")
    source.flush_binlog()
    file = source.binlog_position()[0]
    if source.is_by_gtid:
        source.execute(f"PURGE BINARY LOGS TO '{file}'")
    insert(source, 1)
    ferry.run_until("now")
    assert rows(target) == 22
    joined = ferry.log().count("joined source")
    ferry.start()
    ferry.wait("it to join", lambda: ferry.log().count("joined source") > joined)
    source.restart()
    insert(source, 1)
    wait_for("the row", lambda: rows(target) == 23)
    ferry.stop()
    assert OTHER not in ferry.log()


@pytest.mark.parametrize("source", ["mysql"], indirect=True)
def test_another_server_under_a_running_task(source, target, ferry):
    """Taken up by its GTIDs; from then on the files that are stored are its own, and are stored as that."""
    ferry.start()
    ferry.wait("it to join", lambda: ferry.log().count("joined source") == 2)
    source.stop()
    (source.data / "auto.cnf").unlink()  # its identity
    source.start()
    insert(source, 1)
    wait_for("the row", lambda: rows(target) == 21)
    ferry.stop()
    assert "the source is another server than at the last start" in ferry.log()
    assert target.value("SELECT source_identity FROM dump2db.task") == "mysql:" + source.value("SELECT @@server_uuid")
    insert(source, 1)
    ferry.run_until("now")
    assert rows(target) == 22
    assert OTHER not in ferry.log()
