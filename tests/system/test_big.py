# SPDX-License-Identifier: Apache-2.0
"""A row of 60 MB, and a transaction larger than memory with a lock in its way; tests/soak/ has the giants."""

import contextlib
import os

import pytest

from rowferrylib.compare import compare

DB = "big"
PAIRS = ["mariadb-10.11", "mysql-9.7"]


@pytest.fixture(params=PAIRS)
def pair(request, pool):
    source, target = pool.get(request.param), pool.get(request.param, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, n INT, v LONGBLOB)", "CREATE TABLE k (n INT)",
                       "CREATE TABLE last (id INT PRIMARY KEY, n INT)", "INSERT INTO last VALUES (0, 0)", db=DB)
    yield source, target
    for server in (source, target):
        server.execute(f"DROP DATABASE {DB}")  # they are others' too


def test_a_row_of_60_mb(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO t VALUES (1, 0, REPEAT(UNHEX('00275C0A'), 15 * 1024 * 1024))", "INSERT INTO k VALUES (1)",
                   db=DB)
    ferry.run_until("now")
    summary = "SELECT id, LENGTH(v), SHA2(v, 256) FROM t"
    assert target.execute(summary, db=DB) == source.execute(summary, db=DB)
    assert target.value("SELECT LENGTH(v) FROM t", db=DB) == 60 << 20


def test_a_spooled_transaction_that_meets_a_lock(pair, rowferry, tmp_path):
    """The lock's row comes last: by then most of it has been applied, and all of it has to be read a second time."""
    source, target = pair
    spool = tmp_path / "spool"
    spool.mkdir()
    ferry = rowferry(source, target, [DB], {"limits": {"transaction_memory_bytes": "1M", "spool_dir": str(spool)},
                                            "destination": {"lock_wait_timeout_s": 1}})
    ferry.run_until("now")
    rows = ", ".join(f"({i}, 0, REPEAT('{i % 10}', 10000))" for i in range(1000))
    source.execute("BEGIN", f"INSERT INTO t VALUES {rows}", "INSERT INTO k VALUES (1), (1)", "UPDATE t SET n = n + 1",
                   "DELETE FROM t WHERE id % 2 = 0", "UPDATE last SET n = n + 1", "COMMIT", db=DB)
    before = target.value("SELECT MAX(seq) FROM dump2db.marker")
    blocker = target.connect(db=DB)
    with blocker.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT * FROM last FOR UPDATE")
    ferry.start("--until", "now")

    def spooled():
        """The spool file has no name any more."""
        folder = f"/proc/{ferry.process.pid}/fd"
        for fd in os.listdir(folder):
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                if os.readlink(f"{folder}/{fd}").startswith(str(spool)):
                    return True
        return False

    ferry.wait("the spool", spooled)
    ferry.wait("a lock wait timeout", lambda: target.value("SELECT retries FROM dump2db.progress") >= 2)
    assert target.value("SELECT COUNT(*) FROM t", db=DB) == 0
    blocker.rollback()
    blocker.close()
    assert ferry.wait_for_end() == 0, ferry.log()
    assert compare(source, target, [DB]).rows == 503
    assert target.value("SELECT n FROM last", db=DB) == 1
    assert target.value("SELECT MAX(seq) FROM dump2db.marker") == before + 1
