# SPDX-License-Identifier: Apache-2.0
"""What has become of a DDL whose session ended, or which was refused, where the objects' names alone do not tell."""

import pytest

from rowferrylib.compare import compare
from rowferrylib.flavour import NAMES

SIGKILL = -9


def fresh(*servers):
    for server in servers:
        for user in ("dmean_a", "dmean_b"):
            if server.value(f"SELECT COUNT(*) FROM mysql.user WHERE user = '{user}'"):
                server.execute(f"DROP USER {user}@localhost")
        server.fresh_database("dmean")
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT) ENGINE=InnoDB", "INSERT INTO t VALUES (1, 1), (2, 2)", db="dmean")


def states(target, ferry):
    return [row[0] for row in target.execute(
        f"SELECT state FROM dump2db.ddl WHERE server_id = {ferry.tasks['task']['server_id']} ORDER BY seq")]


def found(ferry):
    return ferry.log().split("by its objects it is ")[-1].split("\n")[0].split(":")[0]


@pytest.fixture
def pair(pool, request):
    name = getattr(request, "param", "mariadb-10.11")
    source, target = pool.get(name, "source"), pool.get(name, "target")
    fresh(source, target)
    yield source, target
    fresh(source, target)


@pytest.mark.parametrize("pair", NAMES, indirect=True)
def test_drop_that_is_refused_in_the_middle(pair, rowferry):
    """MySQL 5.6 and MariaDB drop t, then refuse p."""
    source, target = pair
    for server in pair:
        server.execute("CREATE TABLE p (id INT PRIMARY KEY) ENGINE=InnoDB", db="dmean")
    target.execute("CREATE TABLE child (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES p (id)) ENGINE=InnoDB", db="dmean")
    ferry = rowferry(source, target, ["dmean"], name="task")
    ferry.run_until("now")
    source.execute("DROP TABLE dmean.t, dmean.p")
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    is_partly = not target.execute("SHOW TABLES FROM dmean LIKE 't'")
    assert is_partly or "mysql-9" in target.name, "a server that refuses it as a whole"
    assert states(target, ferry) == ["started" if is_partly else "failed"]
    target.execute("DROP TABLE dmean.child")
    ferry.run_until("now")
    assert target.execute("SHOW TABLES FROM dmean") == source.execute("SHOW TABLES FROM dmean")
    assert states(target, ferry) == (["repeated", "done"] if is_partly else ["failed", "done"])


def test_rename_that_changes_nothing(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, ["dmean"], name="task")
    ferry.run_until("now")
    for point in ("ddl_before:1", "ddl_after:1"):
        source.execute("RENAME TABLE t TO t9, t9 TO t", db="dmean")
        ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": point})
        assert ferry.wait_for_end() == SIGKILL
        ferry.run_until("now")
        assert found(ferry) == "to be run again"
    compare(source, target, ["dmean"])
