# SPDX-License-Identifier: Apache-2.0
"""DDL, exactly once: killed before a statement, while it runs, and between it and its record."""

import collections
import json

import pytest

from rowferrylib.compare import compare
from rowferrylib.flavour import NAMES
from rowferrylib.runner import REPORT

POINTS = ("ddl_before", "ddl_running", "ddl_after")
SIGKILL = -9

# sql: one DDL. before: rows and the like that come first. executed: what a start finds when it was executed, and
# fresh: when it was not.
Case = collections.namedtuple("Case", "sql before executed fresh", defaults=((), "executed", "not executed"))

AGAIN = "to be run again"


def cases(server):
    """Every class of statement, in an order in which each finds what it needs."""
    made = [
        Case("CREATE TABLE ddlk.a (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20), n INT) ENGINE=InnoDB"),
        Case("CREATE TABLE IF NOT EXISTS ddlk.a (id INT PRIMARY KEY)", ["INSERT INTO ddlk.a (v) VALUES ('1'), ('zwölf')"]),
        Case("CREATE TABLE ddlk.b LIKE ddlk.a"),
        Case("ALTER TABLE ddlk.a ADD COLUMN extra INT NOT NULL DEFAULT 7", ["INSERT INTO ddlk.b (v) VALUES ('b')"],
             fresh=AGAIN),
        Case("ALTER TABLE ddlk.a MODIFY v VARCHAR(50), DROP COLUMN extra", fresh=AGAIN),
        Case("ALTER TABLE ddlk.a ENGINE=InnoDB", ["INSERT INTO ddlk.a (v) VALUES ('2')"], fresh=AGAIN),
        Case("ALTER TABLE ddlk.a AUTO_INCREMENT = 1000", fresh=AGAIN),
        Case("ALTER TABLE ddlk.b ADD KEY (n), RENAME TO ddlk.c", ["INSERT INTO ddlk.a (v) VALUES ('1000')"]),
        Case("CREATE INDEX by_v ON ddlk.a (v)", fresh=AGAIN),
        Case("DROP INDEX by_v ON ddlk.a", fresh=AGAIN),
        Case("RENAME TABLE ddlk.c TO ddlk.b"),
        Case("RENAME TABLE ddlk.a TO ddlk.x, ddlk.b TO ddlk.a, ddlk.x TO ddlk.b"),
        Case("TRUNCATE TABLE ddlk.a", ["INSERT INTO ddlk.b (v) VALUES ('after the swap')"]),
        Case("CREATE TABLE ddlk.p (id INT PRIMARY KEY) ENGINE=InnoDB PARTITION BY RANGE (id) "
             "(PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))",
             ["INSERT INTO ddlk.a (v) VALUES ('after the truncate')"]),
        Case("CREATE TABLE ddlk.`q é-1` (id INT PRIMARY KEY) ENGINE=InnoDB",
             ["INSERT INTO ddlk.p VALUES (1), (2), (11)"]),
        Case("ALTER TABLE ddlk.p EXCHANGE PARTITION p0 WITH TABLE ddlk.`q é-1`", ["INSERT INTO ddlk.`q é-1` VALUES (3)"]),
        Case("ALTER TABLE ddlk.p TRUNCATE PARTITION p1", fresh=AGAIN),
        Case("ALTER TABLE ddlk.p ADD PARTITION (PARTITION p2 VALUES LESS THAN (30))",
             ["INSERT INTO ddlk.p VALUES (12)"], fresh=AGAIN),
        Case("ALTER TABLE ddlk.p DROP PARTITION p1", ["INSERT INTO ddlk.p VALUES (21)"], fresh=AGAIN),
        Case("TRUNCATE TABLE ddlk.`q é-1`"),
        Case("DROP TABLE ddlk.p, ddlk.`q é-1`"),
        Case("DROP TABLE IF EXISTS ddlk.never_was", executed="not executed"),
        Case("CREATE DATABASE ddlk_two DEFAULT CHARACTER SET latin1"),
        Case("ALTER DATABASE ddlk_two DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", fresh=AGAIN),
        Case("CREATE TABLE ddlk_two.t (a INT) ENGINE=InnoDB"),
        Case("DROP DATABASE ddlk_two", ["INSERT INTO ddlk_two.t VALUES (1)"], fresh=AGAIN),
    ]
    if server.name != "mysql-5.6":  # which refuses it under GTIDs
        made.append(Case("CREATE TABLE ddlk.s (PRIMARY KEY (id)) ENGINE=InnoDB AS SELECT id, v FROM ddlk.b",
                         ["INSERT INTO ddlk.b (v) VALUES ('selected')"]))
    if server.is_mariadb:
        made += [
            Case("CREATE OR REPLACE TABLE ddlk.s (id INT PRIMARY KEY) ENGINE=InnoDB"),
            Case("CREATE OR REPLACE TABLE ddlk.s ENGINE=InnoDB AS SELECT id, v FROM ddlk.b",
                 ["INSERT INTO ddlk.s VALUES (5)"]),
            Case("CREATE SEQUENCE ddlk.counter START WITH 10"),
            Case("ALTER SEQUENCE ddlk.counter RESTART 50", ["DO NEXT VALUE FOR ddlk.counter"], fresh=AGAIN),
            Case("DROP SEQUENCE ddlk.counter", ["DO NEXT VALUE FOR ddlk.counter"]),
        ]
    return made


class Duel:
    """A source, a target, and a rowferry that is killed at every statement."""

    def __init__(self, source, target, ferry):
        self.source, self.target, self.ferry = source, target, ferry

    def die_at(self, point, count=1):
        self.ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": f"{point}:{count}"})
        status = self.ferry.wait_for_end()
        assert status == SIGKILL, self.ferry.log()[-3000:]

    def finding(self):
        """What the last start found out about the statement that was left without a record."""
        lines = [line for line in self.ferry.log().splitlines() if "without a record" in line]
        return lines[-1].split("by its objects it is ")[1].split(":")[0] if lines else None

    def records(self):
        return self.target.execute("SELECT seq, state, objects FROM dump2db.ddl WHERE server_id = "
                                   f"{self.ferry.tasks['task']['server_id']} ORDER BY seq")


@pytest.fixture
def duel(pool, rowferry, request):
    source, target = pool.get(request.param, "source"), pool.get(request.param, "target")
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS ddlk_two", "DROP DATABASE IF EXISTS ddlk", "CREATE DATABASE ddlk")
    ferry = rowferry(source, target, ["ddlk", "ddlk_*"])
    ferry.run_until("now")
    return Duel(source, target, ferry)


@pytest.mark.limit(240)
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("duel", NAMES, indirect=True)
def test_killed_at_every_statement(duel, point):
    wrong = []
    for case in cases(duel.source):
        if case.before:
            duel.source.execute(*case.before)
        position = duel.source.binlog_position()
        duel.source.execute(case.sql)
        if duel.source.binlog_position() == position:  # MariaDB does not log what changed nothing
            assert "EXISTS" in case.sql
            continue
        duel.die_at(point)
        duel.ferry.run_until("now")
        found = duel.finding()
        wanted = {"ddl_before": {case.fresh}, "ddl_after": {case.executed}}.get(point, {case.executed, case.fresh})
        if found not in wanted:
            wrong.append((case.sql, found, wanted))
        open_records = [r for r in duel.records() if r[1] == "started"]
        assert not open_records, (case.sql, open_records)
    assert not wrong
    compare(duel.source, duel.target, ["ddlk"])
    assert duel.target.value("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'ddlk_two'") == 0
    assert not REPORT.search(duel.ferry.log())
    assert all(json.loads(row[2])["objects"] for row in duel.records())


# The first commit is the intent's, the second one that of the record with the rows.
SELECT_POINTS = [*((point, 1) for point in POINTS), ("rows_open", 1), ("commit_sent", 1), ("rows_open", 2), ("commit_sent", 2)]

SELECT_FORMS = (
    "CREATE TABLE {} ENGINE=InnoDB AS SELECT * FROM ddlk.base",
    "CREATE TABLE {} (extra INT DEFAULT 3, KEY (v)) COMMENT='it''s START TRANSACTION' ENGINE=InnoDB SELECT id, v FROM ddlk.base",
    "CREATE TABLE {} /* START TRANSACTION */ ENGINE=InnoDB /* and */ SELECT id + 1 AS id, UPPER(v) AS v FROM ddlk.base -- the end",
    "CREATE TABLE IF NOT EXISTS {} (id INT NOT NULL) PARTITION BY HASH (id) PARTITIONS 3 AS SELECT id FROM ddlk.base UNION ALL "
    "SELECT id FROM ddlk.base # START TRANSACTION",
    "CREATE TABLE {} (PRIMARY KEY (v)) REPLACE SELECT LEFT(v, 2) AS v, MAX(id) AS m FROM ddlk.base GROUP BY 1 /* ; */ ;",
    "CREATE TABLE {} SELECT * FROM ddlk.base WHERE FALSE",
)


@pytest.mark.limit(240)
@pytest.mark.parametrize("duel", ["mariadb-10.11", "mysql-9.7"], indirect=True)
def test_create_select_killed_at_every_point(duel):
    """The rows have no key: twice would be seen."""
    rows = ", ".join(f"({i}, 'wört {i}')" for i in range(500))
    duel.source.execute("CREATE TABLE ddlk.base (id INT, v VARCHAR(20))", f"INSERT INTO ddlk.base VALUES {rows}")
    duel.ferry.run_until("now")
    for form, statement in enumerate(SELECT_FORMS):
        for point, count in SELECT_POINTS[form % 2::2]:
            name = f"ddlk.`s{form} {point}{count} START TRANSACTION`"
            duel.source.execute(statement.format(name))
            duel.die_at(point, count)
            # Where the record has not been committed there is no row; the table is there from its statement on.
            if (point, count) != ("commit_sent", 2) and duel.target.execute(f"SHOW TABLES FROM ddlk LIKE 's{form} {point}{count}%'"):
                assert duel.target.value(f"SELECT COUNT(*) FROM {name}") == 0
            duel.ferry.run_until("now")
        duel.source.execute("INSERT INTO ddlk.base VALUES (7, 'more')")
    duel.ferry.run_until("now")
    compare(duel.source, duel.target, ["ddlk"])
    assert all(row[1] != "started" for row in duel.records())
