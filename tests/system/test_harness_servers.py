# SPDX-License-Identifier: Apache-2.0
"""The servers that the other tests stand on."""

import socket

import pytest

from rowferrylib import flavour


def test_server_logs_rows_and_gtids(each_server, request):
    server = each_server
    db = server.fresh_database("harness_servers")
    before = server.executed_gtids()
    server.execute("CREATE TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO t VALUES (1), (2)", db=db)
    assert server.value("SELECT COUNT(*) FROM t", db=db) == 2
    assert server.value("SELECT @@binlog_format") == "ROW"
    assert server.executed_gtids() != before
    file, offset = server.binlog_position()
    assert file in server.binlog_files() and offset > 4
    major, minor = server.value("SELECT VERSION()").split(".")[:2]
    assert server.name in (f"mysql-{major}.{minor}", f"mariadb-{major}.{minor}") or server.name == "mysql-9.7"


def test_task_user_connects_over_tcp(each_server):
    with each_server.session(user=flavour.USER, tcp=True) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_USER()")
        assert cursor.fetchone()[0] == f"{flavour.USER}@%"


@pytest.mark.parametrize("name", flavour.NAMES)
def test_committed_rows_survive_a_kill(private_server, name):
    server = private_server(name)
    db = server.fresh_database("kept")
    server.execute("CREATE TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO t VALUES (1)", db=db)
    port, gtids = server.port, server.executed_gtids()
    server.kill()
    assert not server.is_running()
    server.start()
    assert server.port == port
    assert server.executed_gtids() == gtids
    assert server.value("SELECT COUNT(*) FROM t", db=db) == 1
    server.restart()
    assert server.value("SELECT COUNT(*) FROM t", db=db) == 1


def test_the_port_of_a_server_is_kept_while_it_is_down(private_server):
    server = private_server("mariadb-10.11")
    for end in (server.stop, server.kill):
        end()
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", server.port))
        with socket.socket() as client, pytest.raises(ConnectionRefusedError):
            client.connect(("127.0.0.1", server.port))
        server.start()
        server.connect(tcp=True).close()


def test_the_next_test_finds_the_globals_of_the_server(pool, each_server):
    before = each_server.value("SELECT @@GLOBAL.max_heap_table_size")
    each_server.execute("SET GLOBAL max_heap_table_size = 16384", "SET GLOBAL log_bin_trust_function_creators = ON")
    each_server.execute("set @@global.max_heap_table_size = 32768")
    pool.restore_globals()
    assert each_server.execute("SELECT @@GLOBAL.max_heap_table_size, @@GLOBAL.log_bin_trust_function_creators") == [(before, 0)]


def test_private_servers_differ_in_identity(private_server):
    first, second = private_server("mysql-9.7"), private_server("mysql-9.7", binlog_row_metadata="MINIMAL")
    assert first.value("SELECT @@server_uuid") != second.value("SELECT @@server_uuid")
    assert first.value("SELECT @@server_id") != second.value("SELECT @@server_id")
    assert first.value("SELECT @@binlog_row_metadata") == "FULL"
    assert second.value("SELECT @@binlog_row_metadata") == "MINIMAL"


def test_frozen_server_answers_after_thaw(private_server):
    server = private_server("mariadb-10.11")
    server.freeze()
    assert server.process.state() == "T"
    server.thaw()
    assert server.value("SELECT 1") == 1
