# SPDX-License-Identifier: Apache-2.0
"""Keys of a task file whose effect nothing else shows."""

import pytest

from test_check import check

DB = "options"
M10, M11, NEW = "mariadb-10.11", "mariadb-11.8", "mysql-9.7"


@pytest.fixture
def pair(pool, request):
    source, target = pool.get(getattr(request, "param", M10)), pool.get(getattr(request, "param", M10), "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE k (id INT PRIMARY KEY, v VARBINARY(10000))", db=DB)
    return source, target


@pytest.mark.parametrize("size, commits", [("4M", 1), ("1K", 20), ("40K", 4)])
def test_batch_bytes(pair, rowferry, size, commits):
    """Twenty transactions of 10 kB that wait: what they are put together to."""
    source, target = pair
    ferry = rowferry(source, target, [DB], {"destination": {"batch_bytes": size}})
    ferry.run_until("now")
    source.execute("INSERT INTO k VALUES (0, '')", db=DB)
    blocker = target.connect(db=DB)
    with blocker.cursor() as cursor:
        cursor.execute("LOCK TABLES k READ")
        ferry.start()
        ferry.wait("the first one to be held up", lambda: target.execute(
            "SELECT id FROM information_schema.processlist WHERE state LIKE 'Waiting for table%'"))
        source.execute(*(f"INSERT INTO k VALUES ({i}, REPEAT('x', 10000))" for i in range(1, 21)), db=DB)
        ferry.wait("the others to wait", lambda: int(target.value("SELECT queue_bytes FROM dump2db.progress") or 0) > 200_000)
        before = target.value("SELECT MAX(seq) FROM dump2db.marker")
    blocker.close()
    ferry.wait("the rows", lambda: target.value("SELECT COUNT(*) FROM k", db=DB) == 21)
    ferry.stop()
    made = target.value("SELECT MAX(seq) FROM dump2db.marker") - before - 1
    assert commits <= made <= commits + 1, made


@pytest.mark.parametrize("pair", [M10, NEW], indirect=True)
def test_report_port(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB], {"source": {"report_port": 4711}}).start()
    ferry.wait_for_log("joined source")
    (row,) = source.execute("SHOW SLAVE HOSTS" if source.is_mariadb else "SHOW REPLICAS")
    assert (row[0], int(row[2])) == (ferry.tasks["task"]["server_id"], 4711)
    ferry.stop()


def test_io_timeout_of_the_destination(pair, rowferry):
    """A lock that outlasts it: the session is given up, what became of it is found out, and it is tried again."""
    source, target = pair
    ferry = rowferry(source, target, [DB], {"destination": {"io_timeout_s": 1}})
    ferry.run_until("now")
    source.execute("INSERT INTO k VALUES (1, 'x')", db=DB)
    blocker = target.connect(db=DB)
    with blocker.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("INSERT INTO k VALUES (1, 'y')")
        ferry.start()
        ferry.wait_for_log(r"trying again in")
        blocker.rollback()
    blocker.close()
    ferry.wait("the row", lambda: target.execute("SELECT v FROM k", db=DB) == [(b"x",)])
    ferry.stop()


def test_a_cluster_that_does_nothing_says_so(pair, rowferry):
    ferry = rowferry(*pair, [DB], settings={"cluster": {"driver": "etcd", "servers": ["e1:2379"]}})
    ferry.run_until("now")
    assert "cluster.driver has no effect: this release elects no owner" in ferry.log()


@pytest.mark.parametrize("pair", [NEW], indirect=True)
def test_a_password_that_the_server_has_not_cached(pair, rowferry):
    """caching_sha2_password in full, over a line that is not encrypted: by the server's RSA key."""
    source, target = pair
    for server in pair:
        server.execute("CREATE USER IF NOT EXISTS cold@'%' IDENTIFIED WITH caching_sha2_password BY 'word'",
                       "GRANT ALL ON *.* TO cold@'%'", "FLUSH PRIVILEGES")
    side = {"user": "cold", "password": "word", "tls": {"mode": "off"}}
    ferry = rowferry(source, target, [DB], {"source": side, "destination": side})
    source.execute("INSERT INTO k VALUES (1, 'x')", db=DB)
    ferry.run_until("now")
    for server in pair:
        server.execute("FLUSH PRIVILEGES")
    source.execute("INSERT INTO k VALUES (2, 'x')", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT id FROM k", db=DB) == [(2,)]


def test_the_way_from_one_kind_of_source_to_the_other(pair, pool, rowferry):
    """What the hint says works: another server_id and a start there."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    other = pool.get(NEW)
    other.fresh_database(DB)
    other.execute("CREATE TABLE k (id INT PRIMARY KEY, v VARBINARY(10000))", db=DB)
    task = ferry.tasks["task"]
    task["source"].update(port=other.port, start={"gtid": other.executed_gtids(), "override": True})
    ferry.write_config()
    hint = "Give the task a new server_id, and a position of this source as source.start."
    assert ferry.start("--until", "now").wait_for_end() == 1
    assert "is of a mariadb source, this one is mysql. " + hint in ferry.log()
    assert hint in str(check(ferry, status=1)["source.identity"])
    task["server_id"] += 50_000
    ferry.write_config()
    other.execute("INSERT INTO k VALUES (7, 'x')", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT id FROM k", db=DB) == [(7,)]
