# SPDX-License-Identifier: Apache-2.0
"""The proxy makes the trouble that it says."""

import concurrent.futures
import contextlib
import socket
import time

import pymysql
import pytest

from rowferrylib.process import wait_for
from rowferrylib.proxy import Proxy


@pytest.fixture
def server(pool):
    server = pool.get("mariadb-10.11")
    server.fresh_database("harness_proxy")
    server.execute("CREATE TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB", db="harness_proxy")
    return server


@pytest.fixture
def proxy(server):
    proxy = Proxy(server.port)
    yield proxy
    proxy.close()


def connect(proxy, **options):
    return pymysql.connect(host="127.0.0.1", port=proxy.port, user="rowferry", password="ferry",
                           database="harness_proxy", **options)


def query(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def rows(server):
    return server.value("SELECT COUNT(*) FROM t", db="harness_proxy")


def test_it_forwards(proxy):
    with contextlib.closing(connect(proxy)) as c:
        assert query(c, "SELECT 1") == ((1,),)
        assert query(c, "SELECT LENGTH(REPEAT('x', 3000000)), REPEAT('x', 300000)")[0][0] == 3000000
        assert query(c, f"SELECT LENGTH('{'y' * 200000}')") == ((200000,),)


def test_cut_and_refuse(proxy):
    c = connect(proxy)
    assert proxy.cut() == 1
    with pytest.raises(pymysql.err.OperationalError):
        query(c, "SELECT 1")
    proxy.refuse()
    with pytest.raises(pymysql.err.OperationalError):
        connect(proxy)
    proxy.accept()
    connect(proxy).close()


def test_held_connection_is_silent_and_open(proxy):
    c = connect(proxy)
    c._read_timeout = 1
    proxy.hold()
    started = time.monotonic()
    with pytest.raises(pymysql.err.OperationalError, match="timed out|Lost connection"):
        query(c, "SELECT 1")
    assert time.monotonic() - started > 0.9
    assert len(proxy.live()) == 1
    proxy.release()
    d = connect(proxy)
    assert query(d, "SELECT 2") == ((2,),)
    d.close()


@pytest.mark.parametrize("when, committed", [("before", 0), ("done", 1), ("held", 1)])
def test_commit_without_an_answer(server, proxy, when, committed):
    c = connect(proxy)
    lost = proxy.lose_reply("COMMIT", when)
    query(c, "INSERT INTO t VALUES (1)")
    assert not lost.happened.is_set()
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        commit = beside.submit(c.commit)
        lost.wait()
        if when == "held":
            with pytest.raises(concurrent.futures.TimeoutError):
                commit.result(1)
            c._sock.shutdown(socket.SHUT_RDWR)
        with pytest.raises(pymysql.err.OperationalError):
            commit.result(60)
    assert rows(server) == committed
    # Held, the server does not hear that the client has gone.
    assert len(proxy.live()) == (1 if when == "held" else 0)


def test_commit_cut_while_the_server_works(server, proxy):
    c = connect(proxy)
    # The commit waits for this lock.
    with server.session() as other:
        query(other, "FLUSH TABLES WITH READ LOCK")
        query(c, "SELECT 1")
        lost = proxy.lose_reply("COMMIT", "sent", skip=1)
        query(c, "COMMIT")
        query(other, "UNLOCK TABLES")
        query(c, "INSERT INTO t VALUES (1)")
        query(other, "FLUSH TABLES WITH READ LOCK")
        with pytest.raises(pymysql.err.OperationalError):
            query(c, "COMMIT")
        lost.wait()
        assert rows(server) == 0
    wait_for("the server to finish either way", lambda: server.value(
        "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'rowferry' AND db = 'harness_proxy'") == 0)
