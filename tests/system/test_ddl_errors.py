# SPDX-License-Identifier: Apache-2.0
"""Statements that their source has logged with an error: a part of them was done there, and the target does the same part."""

import pymysql
import pytest

DB = "erring"
SIGKILL = -9
USERS = ["err_a", "err_b", "err_c", "err_d"]
CARRY = {"ddl": {"tables": True, "users": True}}

LISTS = ["DROP USER err_a, err_nobody", "CREATE USER err_b, err_c", "RENAME USER err_c TO err_d, err_nobody TO err_c"]
MARIADB = ["CREATE TABLE t (a INT PRIMARY KEY)", "INSERT INTO t VALUES (1)", "CREATE OR REPLACE TABLE t (a INT, a INT)",
           "CREATE TABLE p (a INT)", "CREATE OR REPLACE TABLE p (a INT, FOREIGN KEY (a) REFERENCES nope (b)) ENGINE=InnoDB",
           "CREATE TABLE q (a INT)", "DROP ROLE err_role, err_nobody"]


def clear(*servers):
    for server in servers:
        server.execute(f"DROP DATABASE IF EXISTS {DB}", "DROP DATABASE IF EXISTS dump2db")
        for user in [*USERS, "err_nobody"]:
            if server.value(f"SELECT COUNT(*) FROM mysql.user WHERE user = '{user}'"):
                server.execute(f"DROP USER {user}")
        if server.is_mariadb:
            server.execute("DROP ROLE IF EXISTS err_role")


def fail(source, *statements):
    """At least one of them must fail."""
    failed = 0
    for statement in statements:
        try:
            source.execute(statement, db=DB)
        except pymysql.err.MySQLError:
            failed += 1
    assert failed


def look(server):
    return (server.execute("SELECT user FROM mysql.user WHERE user LIKE 'err!_%' ESCAPE '!' ORDER BY 1"),
            server.execute(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{DB}' ORDER BY 1"))


@pytest.mark.parametrize("source_name, target_name", [
    ("mariadb-10.11", "mariadb-10.11"), ("mariadb-11.8", "mariadb-11.8"), ("mysql-5.6", "mysql-5.6"), ("mysql-5.6", "mariadb-11.8")])
def test_the_same_part_is_done(pool, rowferry, source_name, target_name):
    source, target = pool.get(source_name), pool.get(target_name, "target")
    clear(source, target)
    ferry = rowferry(source, target, [DB], CARRY)
    ferry.run_until("now")
    source.execute(f"CREATE DATABASE {DB}", "CREATE USER err_a, err_b")
    if source.is_mariadb:
        source.execute("CREATE ROLE err_role")
    fail(source, *LISTS, *(MARIADB if source.is_mariadb else []))
    ferry.run_until("now")
    assert look(target) == look(source)
    assert [row[0] for row in look(source)[0]] == ["err_b", "err_d"]
    states = target.execute("SELECT DISTINCT state FROM dump2db.ddl")
    assert states == [("done",)], states
    clear(source, target)


@pytest.mark.parametrize("point", ["ddl_before", "ddl_after"])
def test_killed_in_between(pool, rowferry, point):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    clear(source, target)
    ferry = rowferry(source, target, [DB], CARRY)
    ferry.run_until("now")
    source.execute(f"CREATE DATABASE {DB}", "CREATE USER err_a, err_b", f"CREATE TABLE {DB}.t (a INT)")
    ferry.run_until("now")
    for statement in [*LISTS, MARIADB[2]]:
        fail(source, statement)
        ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": f"{point}:1"})
        assert ferry.wait_for_end() == SIGKILL
        ferry.run_until("now")
        assert look(target) == look(source)
    clear(source, target)


def test_another_outcome_stops(pool, rowferry):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    clear(source, target)
    ferry = rowferry(source, target, [DB], CARRY)
    ferry.run_until("now")
    source.execute(f"CREATE DATABASE {DB}", "CREATE USER err_a")
    ferry.run_until("now")
    target.execute("CREATE USER err_nobody")
    fail(source, LISTS[0])
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert "expected error 1396, with which it ended on the source: it was executed without an error" in ferry.log()
    ferry.run_until("now")  # as a replica does that is started again: it ends with the error now
    assert look(target) == look(source)
    clear(source, target)


def test_a_target_that_would_do_nothing_of_it(pool, rowferry):
    source, target = pool.get("mysql-5.6"), pool.get("mysql-9.7", "target")
    clear(source, target)
    ferry = rowferry(source, target, [DB], CARRY)
    ferry.run_until("now")
    source.execute(f"CREATE DATABASE {DB}", "CREATE USER err_a")
    fail(source, LISTS[0])
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert "the statement ended with error 1396 on the source, and nobody knows what of it was done" in ferry.log()
    clear(source, target)
