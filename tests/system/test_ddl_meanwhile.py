# SPDX-License-Identifier: Apache-2.0
"""Another session's work on the object of a DDL, between the crash and the next start: never taken for the DDL's own."""

import pytest

from rowferrylib import flavour
from rowferrylib.compare import compare
from rowferrylib.flavour import NAMES

SIGKILL = -9
DIED = {"ROWFERRY_TEST_POINT": "ddl_before:1"}
WIDE = {"ddl": {"users": True}}

# What the source runs, what somebody does on the destination meanwhile, what the start finds.
MEANWHILE = [
    ("TRUNCATE TABLE dmean.t", "OPTIMIZE TABLE dmean.t", "undecided"),
    ("TRUNCATE TABLE dmean.t", "ALTER TABLE dmean.t FORCE", "undecided"),
    ("ALTER TABLE dmean.t ADD COLUMN c INT", "ALTER TABLE dmean.t ADD INDEX (v)", "undecided"),
    ("ALTER TABLE dmean.t ADD COLUMN c INT", "OPTIMIZE TABLE dmean.t", "to be run again"),
    ("CREATE INDEX by_v ON dmean.t (v)", "ALTER TABLE dmean.t COMMENT 'x'", "undecided"),
    ("CREATE TABLE dmean.n (a INT PRIMARY KEY)", "CREATE TABLE dmean.n (b INT PRIMARY KEY)", "undecided"),
    ("CREATE USER dmean_a@localhost", "CREATE USER dmean_b@localhost", "undecided"),
]
REPLACE = ("CREATE OR REPLACE TABLE dmean.t (id INT PRIMARY KEY)", "OPTIMIZE TABLE dmean.t", "undecided")


def fresh(*servers):
    for server in servers:
        for user in ("dmean_a", "dmean_b"):
            if server.value(f"SELECT COUNT(*) FROM mysql.user WHERE user = '{user}'"):
                server.execute(f"DROP USER {user}@localhost")
        server.execute("DROP DATABASE IF EXISTS dump2db")
        server.fresh_database("dmean")
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT) ENGINE=InnoDB",
                       "INSERT INTO t VALUES (1, 1), (2, 2)", db="dmean")


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


@pytest.mark.limit(120)
@pytest.mark.parametrize("pair", NAMES, indirect=True)
def test_not_taken_for_its_own(pair, rowferry):
    source, target = pair
    wrong = []
    for sql, other, expected in MEANWHILE + ([REPLACE] if source.is_mariadb else []):
        fresh(source, target)
        ferry = rowferry(source, target, ["dmean"], WIDE, name="task")
        ferry.run_until("now")
        file, offset = source.binlog_position()[:2]
        source.execute(sql)
        ferry.start("--until", "now", env=DIED)
        assert ferry.wait_for_end() == SIGKILL
        target.execute(other)
        ferry.start("--until", "now")
        status = ferry.wait_for_end()
        if (found(ferry), status) != (expected, 1 if expected == "undecided" else 0):
            wrong.append((sql, other, status, found(ferry)))
        if status == 1:  # the operator's word
            if "dmean.n" in sql:
                target.execute("DROP TABLE dmean.n")
            done = ferry.command("skip", "-c", ferry.config, "task", "--position", f"{file}:{offset}",
                                 "--why", "a test", "--replace", sql)
            assert done.returncode == 0, done.stderr
            ferry.run_until("now")
    assert not wrong


@pytest.mark.parametrize("pair", NAMES, indirect=True)
def test_own_work_is_known_again(pair, rowferry):
    """Executed, and others have worked on the table since: the binlog tells, whatever the table looks like."""
    source, target = pair
    ferry = rowferry(source, target, ["dmean"], WIDE, name="task")
    ferry.run_until("now")
    options = "foreign_key_checks = 0, unique_checks = 0" + (", check_constraint_checks = 0" if source.is_mariadb else "")
    for sql, other in (
            ("CREATE USER dmean_a@localhost IDENTIFIED BY 'x'", "CREATE USER dmean_b@localhost"),
            ("GRANT SELECT, INSERT ON dmean.* TO dmean_a@localhost", "DROP USER dmean_b@localhost"),
            ("TRUNCATE TABLE t", "INSERT INTO dmean.t VALUES (3, 3)"),
            ("ALTER TABLE t ADD COLUMN `é` INT DEFAULT 5 COMMENT 'wört'", "ALTER TABLE dmean.t ADD INDEX (v)")):
        source.execute(f"SET {options}", sql, db="dmean")
        ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": "ddl_after:1"})
        assert ferry.wait_for_end() == SIGKILL
        target.execute("FLUSH BINARY LOGS", other)
        ferry.run_until("now")
        assert found(ferry) == "executed"
    assert target.execute("SELECT * FROM dmean.t") == [(3, 3, 5)]


def test_destination_whose_binlog_may_not_be_read(pair, rowferry):
    source, target = pair
    target.execute("CREATE OR REPLACE USER blind@'%' IDENTIFIED BY 'ferry'", "GRANT ALL ON dmean.* TO blind@'%'",
                   "GRANT ALL ON dump2db.* TO blind@'%'", "GRANT BINLOG ADMIN, PROCESS ON *.* TO blind@'%'")
    ferry = rowferry(source, target, ["dmean"], {"destination": {"user": "blind", "password": flavour.PASSWORD}}, name="task")
    ferry.run_until("now")
    source.execute("TRUNCATE TABLE dmean.t")
    ferry.start("--until", "now", env=DIED)
    assert ferry.wait_for_end() == SIGKILL
    target.execute("OPTIMIZE TABLE dmean.t")
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert "table 'dmean.t' has been made anew, and nothing tells whether this statement did it" in ferry.log()
    target.execute("TRUNCATE TABLE dmean.t")  # and now it looks as the statement leaves it
    ferry.run_until("now")
    assert found(ferry) == "executed" and target.execute("SELECT * FROM dmean.t") == []


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


def test_alter_of_which_only_the_first_half_is_logged(pool, rowferry, private_server):
    """MariaDB's binlog_alter_two_phase writes the text before it runs the ALTER, which is then killed."""
    source, target = pool.get("mariadb-11.8", "source"), private_server("mariadb-11.8", binlog_alter_two_phase="ON")
    fresh(source, target)
    target.execute("INSERT INTO dmean.t VALUES (3, 1)")  # for which the key cannot be made
    ferry = rowferry(source, target, ["dmean"], name="task")
    ferry.run_until("now")
    source.execute("ALTER TABLE dmean.t ADD UNIQUE (v), ALGORITHM = COPY")
    ferry.start("--until", "now", env=DIED)
    assert ferry.wait_for_end() == SIGKILL
    session = target.connect()
    with pytest.raises(Exception, match="Duplicate entry"):
        session.cursor().execute("ALTER TABLE dmean.t ADD UNIQUE (v), ALGORITHM = COPY")
    session.close()
    assert "START ALTER" in str(target.execute("SHOW BINLOG EVENTS"))
    target.execute("DELETE FROM dmean.t WHERE id = 3")
    ferry.run_until("now")
    assert found(ferry) == "to be run again"
    assert len(target.execute("SHOW INDEX FROM dmean.t")) == 2
