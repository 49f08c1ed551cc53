# SPDX-License-Identifier: Apache-2.0
"""Servers that fall silent with the connection left open: each wait has an end, and SIGTERM does not wait for it."""

import re
import time

import pytest

from rowferrylib.compare import compare
from rowferrylib.runner import server_settings

DB = "silence"
SERVERS = ["mariadb-10.11", "mysql-9.7"]
PLAIN = {"tls": {"mode": "off"}}


@pytest.fixture
def pair(pool, tables):
    return tables(DB, pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"))


@pytest.fixture
def make(rowferry, proxy_to, pair):
    """make(side, changes): a task with a proxy before that side, and the proxy."""
    def make(side, **changes):
        servers = dict(zip(("source", "destination"), pair))
        if side == "status":
            servers["status"] = pair[1]
        proxy = proxy_to(servers[side])
        ports = {"source": {"source_port": proxy.port}, "destination": {"target_port": proxy.port}}.get(side, {})
        changes = {**PLAIN, **changes}
        if side == "status":
            changes = {**server_settings(pair[1], proxy.port), **changes}
        # Reports go another way: what is silent is what carries the rows.
        ferry = rowferry(*pair, [DB], {"status": server_settings(pair[1]), side: changes}, **ports)
        ferry.run_until("now")
        return ferry, proxy
    return make


STEPS = {"the greeting": None, "the first answer": "SELECT @@version", "an answer of the start": "SELECT @@global.gtid_binlog_pos",
         "the last answer before the stream": "SELECT TIMESTAMPDIFF"}


def hold(proxy, pattern):
    """Whether the silence has begun."""
    if pattern is None:
        proxy.hold()
        return lambda: proxy.accepted
    return proxy.lose_reply(pattern, "held").happened.is_set


@pytest.mark.parametrize("side, pattern", [
    *[pytest.param("source", p, id=f"source-{name}") for name, p in STEPS.items()],
    pytest.param("destination", None, id="destination-the greeting"),
    pytest.param("destination", "SELECT @@version", id="destination-the first answer")])
def test_silence_ends(make, pair, side, pattern):
    ferry, proxy = make(side, connect_timeout_s=2, io_timeout_s=2, **({"heartbeat_s": 1} if side == "source" else {}))
    is_silent = hold(proxy, pattern)
    ferry.start()
    ferry.wait("the silence", is_silent)
    ferry.wait_for_log("; trying again in", 10)
    proxy.release()
    ferry.wait_until_synced(*pair, DB)
    compare(*pair, [DB])
    ferry.stop()


@pytest.mark.parametrize("side, pattern", [
    pytest.param("source", "SELECT @@global.gtid_binlog_pos", id="source-a statement"),
    *[pytest.param(side, p, id=f"{side}-{name}") for side in ("destination", "status", "source") for name, p in [
        ("the greeting", None), ("the first answer", "SELECT @@version")]],
    *[pytest.param(side, "SET SESSION", id=f"{side}-a statement") for side in ("destination", "status")]])
def test_a_stop_does_not_wait_for_it(make, side, pattern):
    ferry, proxy = make(side)
    is_silent = hold(proxy, pattern)
    ferry.start()
    ferry.wait("the silence", is_silent)
    began = time.monotonic()
    ferry.stop(30)
    assert time.monotonic() - began < 6
    assert "error task" not in ferry.log()


def test_a_status_server_that_falls_silent(make):
    """The task goes on without it, and is stopped without it."""
    ferry, proxy = make("status", io_timeout_s=2)
    ferry.start()
    ferry.wait_for_log("joined source")
    proxy.lose_reply("INSERT INTO dump2db.progress", "held").wait()
    ferry.wait_for_log("warning task: progress cannot be written: server '.*' has not answered for 2 s", 10)
    began = time.monotonic()
    ferry.stop(30)
    assert time.monotonic() - began < 6


@pytest.mark.parametrize("name", SERVERS)
def test_an_answer_of_the_destination_has_its_time(pool, tables, rowferry, name):
    """Only where it is asked for: by default a slow statement is waited for."""
    source, target = tables(DB, pool.get(name), pool.get(name, "target"))
    ferry = rowferry(source, target, [DB], {"destination": {"io_timeout_s": 2}})
    ferry.run_until("now")
    with target.session(db=DB) as session, session.cursor() as blocker:
        blocker.execute("LOCK TABLES w_parent READ")
        source.execute("INSERT INTO w_parent VALUES (1, 1)", db=DB)
        ferry.start()
        ferry.wait_for_log("warning task: .* has not answered for 2 s", 15)
    ferry.wait_until_synced(source, target, DB)
    assert target.execute("SELECT id, v FROM w_parent", db=DB) == [(1, 1)]
    compare(source, target, [DB])
    ferry.stop()


def test_a_stream_has_its_time(make, pair):
    """As given, where that is less than three heartbeats."""
    ferry, proxy = make("source", heartbeat_s=2, io_timeout_s=3)
    ferry.start()
    ferry.wait_until_synced(*pair, DB)
    began = time.monotonic()
    proxy.hold()
    ferry.wait_for_log("warning task: .*reading the binlog", 15)
    assert 1 < time.monotonic() - began < 5.5
    proxy.release()
    ferry.wait_until_synced(*pair, DB)
    ferry.stop()


def test_a_command_has_its_time(make):
    ferry, proxy = make("destination", io_timeout_s=2)
    del ferry.tasks["task"]["status"]
    ferry.write_config()
    held = proxy.lose_reply("SET SESSION", "held")
    began = time.monotonic()
    done = ferry.command("status", "-c", ferry.config)
    assert held.happened.is_set() and time.monotonic() - began < 9
    assert re.search("has not answered for 2 s", done.stdout + done.stderr), done


def test_the_password_file(make, pair, tmp_path):
    word = tmp_path / "word"
    word.write_text("ferry\n", encoding="ascii")
    word.chmod(0o600)
    ferry, proxy = make("source", password=None, password_file=str(word))
    ferry.start()
    ferry.wait_until_synced(*pair, DB)
    word.unlink()  # it is read at every connect
    proxy.cut()
    assert ferry.wait_for_end(30) == 1
    assert f"error task: cannot open password_file '{word}': No such file or directory" in ferry.log()


@pytest.mark.parametrize("name", SERVERS)
def test_a_source_that_loses_patience(pool, rowferry, proxy_to, name):
    """The queue is full for longer than the source waits for its reader: no trouble, nothing lost, nothing twice."""
    source, target = pool.get(name), pool.get("mariadb-10.11", "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT, v LONGBLOB)", "CREATE TABLE gate (id INT PRIMARY KEY)", db=DB)
    rows = 60  # 120 MB: the system's own buffers hold up to 40
    proxy = proxy_to(source)
    proxy.buffer_bytes = 1 << 16
    proxy.rewrites = [(b"net_write_timeout = 604800", b"net_write_timeout = 000001")]
    ferry = rowferry(source, target, [DB], {"source": PLAIN, "limits": {"queue_bytes": 1 << 20}}, source_port=proxy.port)
    ferry.run_until("now")
    before = source.value("SELECT CONNECTION_ID()")  # streams that have ended, and are still listed, are older
    ferry.start()
    ferry.wait_for_log("joined source")
    with target.session(db=DB) as session, session.cursor() as blocker:
        blocker.execute("LOCK TABLES gate READ, t READ")
        source.execute("INSERT INTO gate VALUES (1)",
                       *[f"INSERT INTO t VALUES ({i}, REPEAT('x', 2 << 20))" for i in range(rows)], db=DB)
        dumps = f"SELECT COUNT(*) FROM information_schema.processlist WHERE id > {before} AND command LIKE 'Binlog Dump%'"
        ferry.wait("the source to drop its reader", lambda: source.value(dumps) == 0, 90)
        time.sleep(1)
    ferry.wait("all rows", lambda: target.value("SELECT COUNT(*) FROM t", db=DB) >= rows)
    source.execute("INSERT INTO gate VALUES (2)", db=DB)
    ferry.wait("the last row", lambda: target.value("SELECT COUNT(*) FROM gate", db=DB) == 2)
    assert target.execute("SELECT id, LENGTH(v) FROM t ORDER BY id", db=DB) == [(i, 2 << 20) for i in range(rows)]
    assert re.search("info task: .*, after the queue was full for .* s; joining again", ferry.log()), ferry.log()
    assert "trying again" not in ferry.log() and ferry.log().count("joined source") >= 2
    ferry.stop()
