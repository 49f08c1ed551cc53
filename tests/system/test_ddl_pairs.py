# SPDX-License-Identifier: Apache-2.0
"""DDL between servers of different kinds and versions, killed again and again on its way."""

import itertools

import pytest

from rowferrylib.compare import compare
from rowferrylib.runner import REPORT

M10, M11, OLD, NEW = "mariadb-10.11", "mariadb-11.8", "mysql-5.6", "mysql-9.7"
PAIRS = [(OLD, M11), (OLD, NEW), (M10, M11), (M11, M10), (M11, NEW), (NEW, M11)]
DATABASES = ("dpair", "dpair_two", "dpair_three")
SIGKILL = -9

# Where a start dies, and at which of the statements that it meets.
KILLS = [("ddl_after", 1), ("ddl_running", 2), ("ddl_before", 3), ("ddl_after", 2), ("ddl_running", 3), ("ddl_before", 2)]

STATEMENTS = [
    "CREATE TABLE dpair.a (id INT PRIMARY KEY, v VARCHAR(20), n INT) ENGINE=InnoDB",
    "INSERT INTO dpair.a VALUES (1, 'ä', 5), (2, 'b', 6)",
    "CREATE TABLE dpair.b LIKE dpair.a", "INSERT INTO dpair.b VALUES (3, 'c', 7)",
    # indexes
    "CREATE INDEX by_v ON dpair.a (v)", "CREATE UNIQUE INDEX by_n ON dpair.a (n, v(3))",
    "ALTER TABLE dpair.b ADD KEY k (n), ADD UNIQUE u (v)",
    "DROP INDEX by_v ON dpair.a", "ALTER TABLE dpair.b DROP KEY k, ADD KEY k (v, n)", "UPDATE dpair.a SET n = n + 1",
    # other names
    "RENAME TABLE dpair.b TO dpair.c", "INSERT INTO dpair.c VALUES (4, 'd', 8)",
    "RENAME TABLE dpair.a TO dpair.x, dpair.c TO dpair.a, dpair.x TO dpair.c",
    "UPDATE dpair.a SET v = 'swapped' WHERE id = 3", "CREATE DATABASE dpair_two CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "RENAME TABLE dpair.c TO dpair_two.c", "INSERT INTO dpair_two.c VALUES (9, 'moved', 9)",
    "ALTER TABLE dpair_two.c RENAME TO dpair.c",
    "CREATE TABLE dpair_two.t (a VARCHAR(9)) ENGINE=InnoDB", "INSERT INTO dpair_two.t VALUES ('x'), ('X')",
    "RENAME TABLE dpair.c TO dpair.c1, dpair.a TO dpair.`a é-1`", "DELETE FROM dpair.`a é-1` WHERE id = 4",
    # emptied and dropped
    "TRUNCATE TABLE dpair.c1", "INSERT INTO dpair.c1 VALUES (1, 'again', 1)", "TRUNCATE dpair_two.t",
    "INSERT INTO dpair_two.t VALUES ('y')",
    "CREATE TABLE dpair.d1 (a INT PRIMARY KEY) ENGINE=InnoDB", "CREATE TABLE dpair.d2 (a INT) ENGINE=InnoDB",
    "INSERT INTO dpair.d2 VALUES (1)",
    "CREATE TABLE dpair_two.d3 (a INT) ENGINE=InnoDB", "DROP TABLE dpair.d1, dpair.d2, dpair_two.d3",
    "CREATE TABLE dpair.d2 (a INT) ENGINE=InnoDB",
    "INSERT INTO dpair.d2 VALUES (2)", "DROP TABLE IF EXISTS dpair.never_was, dpair.d2",
    # partitions
    "CREATE TABLE dpair.p (id INT PRIMARY KEY, v INT) ENGINE=InnoDB PARTITION BY RANGE (id) "
    "(PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20), PARTITION p2 VALUES LESS THAN (30))",
    "INSERT INTO dpair.p VALUES (1, 1), (11, 1), (21, 1)", "CREATE TABLE dpair.q (id INT PRIMARY KEY, v INT) ENGINE=InnoDB",
    "INSERT INTO dpair.q VALUES (5, 5), (6, 6)", "ALTER TABLE dpair.p EXCHANGE PARTITION p0 WITH TABLE dpair.q",
    "INSERT INTO dpair.p VALUES (7, 7)",
    "ALTER TABLE dpair.p TRUNCATE PARTITION p1", "INSERT INTO dpair.p VALUES (12, 2)",
    "ALTER TABLE dpair.p ADD PARTITION (PARTITION p3 VALUES LESS THAN (40))", "INSERT INTO dpair.p VALUES (31, 3)",
    "ALTER TABLE dpair.p REORGANIZE PARTITION p2, p3 INTO (PARTITION p4 VALUES LESS THAN (50))",
    "ALTER TABLE dpair.p DROP PARTITION p0",
    "UPDATE dpair.p SET v = v + 1", "ALTER TABLE dpair.q PARTITION BY HASH (id) PARTITIONS 3",
    "INSERT INTO dpair.q VALUES (8, 8)",
    "ALTER TABLE dpair.q COALESCE PARTITION 1", "ALTER TABLE dpair.q REMOVE PARTITIONING",
    "ALTER TABLE dpair.p ADD x INT DEFAULT 3, ADD KEY (v)",
    # databases
    "CREATE DATABASE dpair_three CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "ALTER DATABASE dpair_three CHARACTER SET latin1",
    "CREATE TABLE dpair_three.t (a TEXT) ENGINE=InnoDB",
    "INSERT INTO dpair_three.t VALUES ('ü')", "DROP DATABASE dpair_three",
    "CREATE DATABASE dpair_three CHARACTER SET ucs2 COLLATE ucs2_general_ci",
    "CREATE TABLE dpair_three.u (a VARCHAR(9)) ENGINE=InnoDB", "INSERT INTO dpair_three.u VALUES ('ю')",
    "DROP DATABASE dpair_two",
]


def shape(server):
    """What compare() does not look at: databases, keys, partitions."""
    of = "IN ('dpair', 'dpair_two', 'dpair_three')"
    return [sorted(rows) for rows in (
        server.execute("SELECT schema_name, default_character_set_name FROM information_schema.schemata "
                       f"WHERE schema_name {of}"),
        server.execute("SELECT table_schema, table_name, index_name, seq_in_index, column_name, non_unique, sub_part "
                       f"FROM information_schema.statistics WHERE table_schema {of}"),
        server.execute("SELECT table_schema, table_name, COALESCE(partition_name, ''), COALESCE(partition_method, '') "
                       f"FROM information_schema.partitions WHERE table_schema {of}"))]


@pytest.mark.limit(120)
@pytest.mark.parametrize("pair", PAIRS, ids="-to-".join)
def test_killed_between_servers(pool, rowferry, pair):
    source, target = pool.get(pair[0], "source"), pool.get(pair[1], "target")
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dump2db", *[f"DROP DATABASE IF EXISTS {name}" for name in DATABASES],
                       "CREATE DATABASE dpair CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    ferry = rowferry(source, target, ["dpair", "dpair_*"])
    ferry.run_until("now")
    source.execute(*STATEMENTS)
    kills = 0
    for point, count in itertools.islice(itertools.cycle(KILLS), PAIRS.index(pair), None):
        ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": f"{point}:{count}"})
        status = ferry.wait_for_end()
        if status == 0:
            break
        assert status == SIGKILL, ferry.log()[-3000:]
        kills += 1
    assert kills > 12
    compare(source, target, ["dpair", "dpair_three"])
    assert shape(source) == shape(target)
    assert target.execute("SELECT DISTINCT state FROM dump2db.ddl WHERE state NOT IN ('done', 'repeated')") == []
    assert not REPORT.search(ferry.log())
