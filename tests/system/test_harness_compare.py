# SPDX-License-Identifier: Apache-2.0
"""The comparison must see every planted difference: a blind one would pass all other tests."""

import pytest

from rowferrylib.compare import Difference, compare

TABLE = """CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci,
    f FLOAT, d DOUBLE, n DECIMAL(30,10), b VARBINARY(20), e ENUM('x','y'), bits BIT(5), at DATETIME(6),
    ts TIMESTAMP(3) NULL, big LONGTEXT, raw BLOB) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"""
ROWS = ["INSERT INTO t VALUES (1, 'a', 1.1, 0.1, 1.5, x'00', 'x', 1, '2026-01-01 00:00:00.000001', "
        "'2026-01-01 00:00:00.001', 'text', x'ff00')",
        "INSERT INTO t VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "INSERT INTO t VALUES (3, '', 3e20, -1e-300, -0.0000000001, '', 'y', 31, '1000-01-01', NULL, '', '')"]
KEYLESS = ["CREATE TABLE keyless (a INT, b VARCHAR(10)) ENGINE=InnoDB",
           "INSERT INTO keyless VALUES (1, 'x'), (1, 'x'), (2, NULL)"]


@pytest.fixture
def twins(pool):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    for server in (source, target):
        server.fresh_database("harness_compare")
        server.execute(TABLE, *ROWS, *KEYLESS, db="harness_compare")
    return source, target


def differences(twins, **options):
    with pytest.raises(Difference) as caught:
        compare(*twins, ["harness_compare"], **options)
    return str(caught.value)


def test_equal_servers_are_equal(twins):
    summary = compare(*twins, ["harness_compare"])
    assert (summary.tables, summary.rows) == (2, 6)


@pytest.mark.parametrize("change", [
    "UPDATE t SET name = 'A' WHERE id = 1",
    "UPDATE t SET name = 'a ' WHERE id = 1",
    "UPDATE t SET name = NULL WHERE id = 3",
    "UPDATE t SET f = 1.1000001 WHERE id = 1",
    "UPDATE t SET d = 0.10000000000000002 WHERE id = 1",
    "UPDATE t SET n = 1.5000000001 WHERE id = 1",
    "UPDATE t SET b = x'0000' WHERE id = 1",
    "UPDATE t SET e = 'y' WHERE id = 1",
    "UPDATE t SET bits = 2 WHERE id = 1",
    "UPDATE t SET at = '2026-01-01 00:00:00.000002' WHERE id = 1",
    "UPDATE t SET ts = '2026-01-01 00:00:00.002' WHERE id = 1",
    "UPDATE t SET big = REPEAT('x', 3000000) WHERE id = 1",
    "UPDATE t SET raw = x'ff01' WHERE id = 1",
    "UPDATE t SET raw = NULL WHERE id = 3",
    "UPDATE t SET id = 4 WHERE id = 3",
    "DELETE FROM t WHERE id = 2",
    "INSERT INTO keyless VALUES (1, 'x')",
    "DELETE FROM keyless WHERE a = 1 LIMIT 1",
    "UPDATE keyless SET b = '' WHERE a = 2",
])
def test_changed_rows_are_seen(twins, change):
    twins[1].execute(change, db="harness_compare")
    told = differences(twins)
    assert f"harness_compare.{'keyless' if 'keyless' in change else 't'}: " in told
    assert "rows are missing or other on the target" in told


def test_the_difference_is_readable(twins):
    twins[1].execute("UPDATE t SET name = 'b' WHERE id = 1", db="harness_compare")
    told = differences(twins)
    assert "1 rows are missing or other on the target, 1 are there only" in told
    assert "source: id=1, name='a', f=1.1" in told
    assert "target: id=1, name='b', f=1.1" in told


def test_duplicates_are_counted(twins):
    twins[1].execute("INSERT INTO keyless VALUES (2, NULL), (2, NULL)", db="harness_compare")
    assert "target: a=2, b=NULL (2 times)" in differences(twins)


@pytest.mark.parametrize("change, told", [
    ("ALTER TABLE t MODIFY name VARCHAR(41) CHARACTER SET utf8mb4", "definitions differ"),
    ("ALTER TABLE t ADD KEY k (name)", "target: KEY `k` (`name`)"),
    ("ALTER TABLE t ADD extra INT", "target: `extra` int(11) DEFAULT NULL"),
    ("CREATE TABLE more (a INT)", "harness_compare.more: on the target only"),
    ("DROP TABLE keyless", "harness_compare.keyless: not on the target as harness_compare.keyless"),
])
def test_other_definitions_are_seen(twins, change, told):
    twins[1].execute(change, db="harness_compare")
    assert told in differences(twins)


def test_nothing_is_not_equal(twins):
    for server in twins:
        server.execute("DELETE FROM t", "DELETE FROM keyless", db="harness_compare")
    assert "nothing was compared: 2 tables, 0 rows" in differences(twins)
    for server in twins:
        server.fresh_database("harness_compare")
    assert "nothing was compared: 0 tables" in differences(twins)


def test_renames_are_followed(twins):
    source, target = twins
    target.fresh_database("harness_other")
    target.execute("RENAME TABLE harness_compare.t TO harness_other.u, harness_compare.keyless TO harness_other.keyless")
    renames = {"harness_compare": "harness_other", "harness_compare.t": "harness_other.u"}
    assert compare(source, target, ["harness_compare"], renames=renames).rows == 6
    target.execute("DELETE FROM u WHERE id = 3", db="harness_other")
    assert "1 rows are missing" in differences(twins, renames=renames)


@pytest.mark.parametrize("names", [("mysql-5.6", "mysql-9.7"), ("mysql-9.7", "mariadb-11.8"),
                                   ("mariadb-11.8", "mariadb-10.11"), ("mysql-5.6", "mariadb-11.8")])
def test_flavours_agree_on_equal_rows(pool, names):
    servers = pool.get(names[0]), pool.get(names[1], "target")
    for server in servers:
        server.fresh_database("harness_compare")
        server.execute(TABLE, *ROWS, *KEYLESS, db="harness_compare")
    assert compare(*servers, ["harness_compare"]).rows == 6
    servers[1].execute("UPDATE t SET f = 3e19 WHERE id = 3", db="harness_compare")
    assert "harness_compare.t: 1 rows are missing" in differences(servers)


def test_json_is_compared_by_value_across_flavours(pool):
    servers = pool.get("mysql-9.7"), pool.get("mariadb-11.8", "target")
    for server, text in zip(servers, ('{"b": 1, "a": [1.5, "x"]}', '{"a":[1.5,"x"],"b":1}')):
        server.fresh_database("harness_compare")
        server.execute("CREATE TABLE j (id INT PRIMARY KEY, doc JSON) ENGINE=InnoDB", f"INSERT INTO j VALUES (1, '{text}')",
                       db="harness_compare")
    compare(*servers, ["harness_compare"])
    servers[1].execute("UPDATE j SET doc = '{\"a\":[1.5,\"y\"],\"b\":1}'", db="harness_compare")
    assert "harness_compare.j: 1 rows are missing" in differences(servers)
