# SPDX-License-Identifier: Apache-2.0
"""What a DDL meets besides crashes: other names, a refusal, an operator, a lock, a server that falls over."""

import pytest

from rowferrylib import flavour
from rowferrylib.compare import compare
from rowferrylib.flavour import NAMES
from rowferrylib.process import wait_for

SIGKILL = -9


def clear(*servers):
    for server in servers:
        server.execute("SET foreign_key_checks = 0", *[f"DROP DATABASE IF EXISTS {database}" for database in
                                                       ("dcase", "dcase_2", "dother", "dother_2")])


@pytest.fixture
def pair(pool, request):
    name = getattr(request, "param", "mariadb-10.11")
    source, target = pool.get(name, "source"), pool.get(name, "target")
    clear(source, target)
    source.execute("CREATE DATABASE dcase")
    target.execute("CREATE DATABASE dcase")
    return source, target


def server_id(ferry):
    return ferry.tasks["task"]["server_id"]


def records(target, ferry):
    return target.execute("SELECT state, class, CONVERT(statement USING utf8mb4) FROM dump2db.ddl WHERE server_id = "
                          f"{server_id(ferry)} ORDER BY seq")


def gtid_before(source, n=1):
    """Of the n-th transaction before the last, on a MariaDB source."""
    domain, server, number = source.value("SELECT @@gtid_binlog_pos").split("-")
    return f"{domain}-{server}-{int(number) - n}"


def ask(ferry, gtid, replacement):
    done = ferry.command("skip", "-c", ferry.config, "task", "--gtid", gtid, "--why", "a test", "--replace", replacement)
    assert done.returncode == 0, done.stderr


def blocker_of(target, table):
    """A session whose open transaction keeps DDL from the table."""
    session = target.connect(autocommit=False)
    with session.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
    return session


def is_waiting(target, text):
    return target.value("SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE '%metadata lock%' AND "
                        f"info LIKE '%{text}%'")


@pytest.mark.parametrize("pair", NAMES, indirect=True)
def test_renamed_databases(pair, rowferry):
    source, target = pair
    renames = [{"from": "dcase", "to": "dother"}, {"from": "dcase_2", "to": "dother_2"},
               {"from": "dcase.single", "to": "dother.solo"}]
    source.execute("DROP DATABASE dcase")
    target.execute("DROP DATABASE dcase")
    ferry = rowferry(source, target, ["dcase", "dcase_2"], {"route": {"rename": renames}})
    ferry.run_until("now")
    source.execute(
        "CREATE DATABASE dcase", "CREATE DATABASE dcase_2", "USE dcase",
        "CREATE TABLE parent (id INT PRIMARY KEY) ENGINE=InnoDB",
        "CREATE TABLE child (id INT PRIMARY KEY, p INT, CONSTRAINT f FOREIGN KEY (p) REFERENCES parent (id)) ENGINE=InnoDB",
        "CREATE TABLE dcase_2.far (id INT PRIMARY KEY, p INT, CONSTRAINT f FOREIGN KEY (p) REFERENCES dcase.parent (id)) "
        "ENGINE=InnoDB",
        "CREATE TABLE single LIKE parent", "INSERT INTO parent VALUES (1), (2)", "INSERT INTO child VALUES (1, 2)", "INSERT INTO dcase_2.far VALUES (1, 1)",
        "INSERT INTO single VALUES (7)", "ALTER TABLE single ADD v INT DEFAULT 5", "CREATE INDEX by_v ON dcase.single (v)",
        "RENAME TABLE single TO x, x TO dcase.single", "CREATE TABLE moving (a INT)", "INSERT INTO moving VALUES (1)",
        "USE dcase_2", "RENAME TABLE dcase.moving TO moved", "ALTER TABLE moved ADD b INT, RENAME TO dcase.moving",
        "CREATE TABLE gone (a INT)", "DROP TABLE gone, dcase.moving", "ALTER DATABASE CHARACTER SET latin1",
        "CREATE TABLE late (t TEXT)", "INSERT INTO late VALUES ('ü')", "TRUNCATE late", "INSERT INTO late VALUES ('ä')")
    ferry.run_until("now")
    assert target.value("SELECT referenced_table_schema FROM information_schema.key_column_usage WHERE table_schema = 'dother_2' "
                        "AND table_name = 'far' AND referenced_table_name = 'parent'") == "dother"
    source.execute("DROP TABLE dcase_2.far")
    ferry.run_until("now")
    compare(source, target, ["dcase", "dcase_2"],
            {"dcase": "dother", "dcase_2": "dother_2", "dcase.single": "dother.solo"})
    assert target.value("SELECT table_collation FROM information_schema.tables WHERE table_schema = 'dother_2' AND "
                        "table_name = 'late'") == "latin1_swedish_ci"
    assert target.value("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name LIKE 'dcase%'") == 0
    source.execute("DROP DATABASE dcase_2")
    ferry.run_until("now")
    assert target.value("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'dother_2'") == 0


def test_refused_statement_stops_with_a_choice(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, ["dcase"])
    ferry.run_until("now")
    target.execute("CREATE TABLE dcase.t (other INT)")
    source.execute("CREATE TABLE dcase.t (a INT PRIMARY KEY)", "INSERT INTO dcase.t VALUES (1)")
    for _ in range(2):  # each start says it once, and ends
        ferry.start("--until", "now")
        assert ferry.wait_for_end() == 1
    assert ferry.log().count("the target refuses CREATE TABLE 'CREATE TABLE dcase.t") == 2
    assert "Table 't' already exists (1050)" in ferry.log() and "`rowferry skip`" in ferry.log()
    assert [r[:2] for r in records(target, ferry)] == [("failed", "CREATE TABLE")] * 2
    ask(ferry, gtid_before(source), "ALTER TABLE t CHANGE other a INT PRIMARY KEY")
    ferry.start("--until", "now")  # the source's session had no default database, so there is none to guess
    assert ferry.wait_for_end() == 1
    assert "the target refuses ALTER TABLE 'ALTER TABLE t CHANGE" in ferry.log()
    request = target.value("SELECT MAX(id) FROM dump2db.skipped")
    assert ferry.command("skip", "-c", ferry.config, "task", "--cancel", str(request)).returncode == 0
    ask(ferry, gtid_before(source), "ALTER TABLE dcase.t CHANGE other a INT PRIMARY KEY")
    ferry.run_until("now")
    assert target.execute("SELECT a FROM dcase.t") == [(1,)]
    assert records(target, ferry)[-1] == ("done", "ALTER TABLE", "ALTER TABLE dcase.t CHANGE other a INT PRIMARY KEY")
    assert target.value("SELECT state FROM dump2db.skipped ORDER BY id DESC LIMIT 1") == "used"


def test_column_that_each_server_fills_by_itself(pair, rowferry):
    """MariaDB logs the ALTER as it is; native replicas differ from then on."""
    source, target = pair
    ferry = rowferry(source, target, ["dcase"])
    ferry.run_until("now")
    source.execute("CREATE TABLE dcase.t (a INT PRIMARY KEY)", "INSERT INTO dcase.t VALUES (1)",
                   "ALTER TABLE dcase.t ADD u VARCHAR(36) DEFAULT UUID()")
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert "'dcase.t' gets a column by UUID(), and each server would fill it with other values" in ferry.log()
    made = source.value("SELECT u FROM dcase.t")
    ask(ferry, gtid_before(source, 0), f"ALTER TABLE dcase.t ADD u VARCHAR(36) DEFAULT '{made}'")
    ferry.run_until("now")
    assert target.execute("SELECT * FROM dcase.t") == source.execute("SELECT * FROM dcase.t")


@pytest.mark.parametrize("point", ["ddl_before", "ddl_running", "ddl_after"])
def test_replacement_runs_once(pair, rowferry, point):
    source, target = pair
    ferry = rowferry(source, target, ["dcase"])
    ferry.run_until("now")
    target.execute("CREATE TABLE dcase.t (a INT PRIMARY KEY)")
    source.execute("CREATE TABLE dcase.t (a INT PRIMARY KEY) COMMENT='other'")
    ask(ferry, gtid_before(source, 0), "ALTER TABLE dcase.t ADD KEY (a)")
    # The refused statement passes the first two points as well.
    ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": f"{point}:{1 if point == 'ddl_after' else 2}"})
    assert ferry.wait_for_end() == SIGKILL
    ferry.run_until("now")
    keys = target.execute("SHOW INDEX FROM dcase.t")
    assert len(keys) == 2, keys  # a second run would have added a third
    assert "started" not in {r[0] for r in records(target, ferry)}


def test_programs_are_left_out_unless_asked_for(pair, rowferry):
    source, target = pair
    programs = [
        "CREATE VIEW v AS SELECT * FROM t", "CREATE PROCEDURE p() SELECT 1; ", "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE TRIGGER g BEFORE INSERT ON u FOR EACH ROW SET NEW.a = 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2035-01-01' DO SET @a = 1"]
    ferry = rowferry(source, target, ["dcase"])
    ferry.run_until("now")
    source.execute("USE dcase", "CREATE TABLE t (a INT)", "CREATE TABLE u (a INT)", *programs, "INSERT INTO t VALUES (1)")
    ferry.run_until("now")
    found = {"VIEW": "views", "ROUTINE": "routines", "TRIGGER": "triggers", "EVENT": "events"}
    assert ferry.log().count(" left out") >= 5, ferry.log()[-3000:]
    assert target.execute("SHOW FULL TABLES IN dcase WHERE Table_type = 'VIEW'") == []
    assert target.value("SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = 'dcase'") == 0
    source.execute("DROP DATABASE dcase")
    wide = rowferry(source, target, ["dcase"], {"ddl": {k: True for k in found.values()},
                                                "destination": {"allow_triggers": True}}, name="task")
    ferry.run_until("now")
    wide.run_until("now")
    source.execute("CREATE DATABASE dcase", "USE dcase", "CREATE TABLE t (a INT)", "CREATE TABLE u (a INT)")
    wide.run_until("now")
    for program in programs:
        source.execute(program, db="dcase")
        wide.start("--until", "now", env={"ROWFERRY_TEST_POINT": "ddl_after:1"})
        assert wide.wait_for_end() == SIGKILL
        wide.run_until("now")
    assert wide.log().count("by its objects it is executed") == len(programs), wide.log()[-3000:]
    names = target.execute("SELECT routine_name FROM information_schema.routines WHERE routine_schema = 'dcase' UNION ALL "
                           "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = 'dcase' UNION ALL "
                           "SELECT event_name FROM information_schema.events WHERE event_schema = 'dcase' UNION ALL "
                           "SELECT table_name FROM information_schema.views WHERE table_schema = 'dcase'")
    assert sorted(n[0] for n in names) == ["e", "f", "g", "p", "v"]
    source.execute("DROP EVENT e", "DROP TRIGGER g", "DROP FUNCTION f", "DROP PROCEDURE p", "DROP VIEW v", db="dcase")
    wide.run_until("now")
    assert target.value("SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = 'dcase'") == 0


@pytest.mark.parametrize("pair", NAMES, indirect=True)
def test_killed_while_a_statement_waits(pair, rowferry):
    """The statement outlives the process that sent it; the next start ends it, and finds that it did nothing."""
    source, target = pair
    ferry = rowferry(source, target, ["dcase"])
    ferry.run_until("now")
    source.execute("CREATE TABLE dcase.t (a INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO dcase.t VALUES (1)")
    ferry.run_until("now")
    blocker = blocker_of(target, "dcase.t")
    try:
        source.execute("ALTER TABLE dcase.t ADD b INT DEFAULT 3")
        ferry.start("--until", "now")
        wait_for("the ALTER to wait", lambda: is_waiting(target, "ADD b INT"))
        ferry.kill()
        assert is_waiting(target, "ADD b INT")
        ferry.start("--until", "now")
        ferry.wait_for_log("without a record; by its objects it is to be run again")
        wait_for("the second ALTER to wait", lambda: is_waiting(target, "ADD b INT"))
    finally:
        blocker.close()
    assert ferry.wait_for_end() == 0
    compare(source, target, ["dcase"])


def test_stopped_while_a_statement_waits(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, ["dcase"])
    ferry.run_until("now")
    source.execute("CREATE TABLE dcase.t (a INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO dcase.t VALUES (1)")
    ferry.run_until("now")
    blocker = blocker_of(target, "dcase.t")
    try:
        source.execute("ALTER TABLE dcase.t ADD b INT")
        ferry.start()
        wait_for("the ALTER to wait", lambda: is_waiting(target, "ADD b INT"))
        ferry.stop()  # while the lock is held, which nothing but the end of the test gives free
        assert ferry.log().strip().endswith(" info task: stopped")
        assert [row[0] for row in target.execute("SHOW COLUMNS FROM dcase.t")] == ["a"]
    finally:
        blocker.close()
    ferry.run_until("now")
    compare(source, target, ["dcase"])


@pytest.mark.parametrize("name", NAMES)
def test_target_falls_while_a_statement_runs(pool, private_server, rowferry, name):
    source, target = pool.get(name, "source"), private_server(name, "fragile")
    clear(source)
    source.execute("CREATE DATABASE dcase")
    target.execute("CREATE DATABASE dcase")
    ferry = rowferry(source, target, ["dcase"])
    ferry.run_until("now")
    source.execute("CREATE TABLE dcase.t (a INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO dcase.t VALUES (1)")
    ferry.run_until("now")
    blocker = blocker_of(target, "dcase.t")
    source.execute("RENAME TABLE dcase.t TO dcase.u", "INSERT INTO dcase.u VALUES (2)")
    ferry.start()
    wait_for("the RENAME to wait", lambda: is_waiting(target, "RENAME TABLE"))
    target.kill()
    blocker.close()
    target.start()
    ferry.wait("the row behind the RENAME",
               lambda: target.value("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'dcase' AND "
                                    "table_name = 'u'") and target.value("SELECT COUNT(*) FROM dcase.u") == 2,
               90)  # its tries lie 13 s apart after a slow start of the server
    assert "without a record; by its objects it is not executed" in ferry.log()
    ferry.stop()
    compare(source, target, ["dcase"])


def test_tries_without_progress_slow_down(pair, rowferry):
    """Each try commits a record, which is no progress: the wait grows, and what is wrong is said once."""
    source, target = pair
    ferry = rowferry(source, target, ["dcase"])
    ferry.run_until("now")
    source.execute("CREATE TABLE dcase.t (a INT PRIMARY KEY) ENGINE=InnoDB")
    ferry.run_until("now")
    blocker = blocker_of(target, "dcase.t")
    try:
        source.execute("ALTER TABLE dcase.t ADD b INT")
        ferry.start("--until", "now")
        for _ in range(3):
            waiting = ("SELECT id FROM information_schema.processlist WHERE state LIKE '%metadata lock%' AND "
                       "info LIKE '%ADD b INT%'")
            number = wait_for("the ALTER to wait", lambda: target.value(waiting))
            target.execute(f"KILL {number}")
            wait_for("its end", lambda: target.value(waiting) != number)  # pylint: disable=cell-var-from-loop
    finally:
        blocker.close()
    assert ferry.wait_for_end() == 0
    assert ferry.log().count("trying again in ") == 1, ferry.log()
    assert [row[0] for row in target.execute("SHOW COLUMNS FROM dcase.t")] == ["a", "b"]


def test_no_sign_means_a_stop(pair, rowferry):
    """Without the PROCESS privilege no table numbers can be read: a TRUNCATE leaves nothing to judge by."""
    source, target = pair
    target.execute("CREATE OR REPLACE USER blind@'%' IDENTIFIED BY 'ferry'",
                   "GRANT ALL ON dcase.* TO blind@'%'", "GRANT ALL ON dump2db.* TO blind@'%'",
                   "GRANT BINLOG ADMIN, CONNECTION ADMIN ON *.* TO blind@'%'")
    ferry = rowferry(source, target, ["dcase"], {"destination": {"user": "blind", "password": flavour.PASSWORD}})
    ferry.run_until("now")
    source.execute("CREATE TABLE dcase.t (a INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO dcase.t VALUES (1), (2)")
    ferry.run_until("now")
    # Another writer comes between the TRUNCATE that does not run and the restart; the numbers would tell.
    source.execute("TRUNCATE TABLE dcase.t", "INSERT INTO dcase.t VALUES (3)")
    ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": "ddl_before:1"})
    assert ferry.wait_for_end() == SIGKILL
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert "the target does not tell whether it was executed: table 'dcase.t' has rows and no sign" in ferry.log()
    assert "pass the transaction over with `rowferry skip`" in ferry.log()
    ask(ferry, gtid_before(source), "TRUNCATE TABLE dcase.t")
    ferry.run_until("now")
    compare(source, target, ["dcase"])
    assert [r[0] for r in records(target, ferry)][-2:] == ["repeated", "done"]


def test_old_records_go(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, ["dcase"])
    ferry.run_until("now")
    source.execute("CREATE TABLE dcase.t (a INT)", "INSERT INTO dcase.t VALUES (1)",
                   *[f"ALTER TABLE dcase.t COMMENT='{i}'" for i in range(110)])
    ferry.run_until("now")
    kept = records(target, ferry)
    assert len(kept) in (100, 101), len(kept)
    assert kept[-1][2].endswith("COMMENT='109'") and kept[0][2].endswith(f"COMMENT='{110 - len(kept)}'")


@pytest.mark.parametrize("pair", [n for n in NAMES if n != "mysql-5.6"], indirect=True)
def test_selected_rows_commit_with_the_record(pair, rowferry):
    """More of them than fit into memory; killed on their way, they are there once."""
    source, target = pair
    ferry = rowferry(source, target, ["dcase"], {"limits": {"transaction_memory_bytes": "64K"}})
    ferry.run_until("now")
    source.execute("USE dcase", "CREATE TABLE n (a INT)", "INSERT INTO n VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)",
                   "CREATE TABLE big AS SELECT x.a + 10*y.a + 100*z.a + 1000*w.a AS v, 'some text' AS t "
                   "FROM n x, n y, n z, n w")
    ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": "rows_open:5"})
    assert ferry.wait_for_end() == SIGKILL
    assert target.value("SELECT COUNT(*) FROM dcase.big") == 0  # the table is there, its rows come with the record
    ferry.run_until("now")
    assert compare(source, target, ["dcase"]).rows == 10010
    assert "by its objects it is executed" in ferry.log()


@pytest.mark.parametrize("pair", NAMES, indirect=True)
def test_ddl_does_not_come_back(pair, rowferry):
    """Two tasks in opposite directions: each statement runs once on each server, killed and run again or not."""
    east, west = pair
    regions = {"region": "east", "destination": {"region": "west"}}, {"region": "west", "destination": {"region": "east"}}
    there = rowferry(east, west, ["dcase"], regions[0], name="task")
    back = rowferry(west, east, ["dcase"], regions[1], name="task")
    there.run_until("now")
    back.run_until("now")
    east.execute("CREATE TABLE dcase.a (id INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO dcase.a VALUES (1)",
                 "ALTER TABLE dcase.a ADD x INT", "CREATE TABLE dcase.gone (a INT)", "DROP TABLE dcase.gone")
    west.execute("CREATE TABLE dcase.b (id INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO dcase.b VALUES (1)",
                 "ALTER TABLE dcase.b ADD y INT")
    for point in ("ddl_before:1", "ddl_running:2", "ddl_after:2"):
        there.start("--until", "now", env={"ROWFERRY_TEST_POINT": point})
        assert there.wait_for_end() == SIGKILL
    for ferry in (there, back, there, back):
        ferry.run_until("now")
    compare(east, west, ["dcase"])
    done = [[r for r in records(target, ferry) if r[0] == "done"] for target, ferry in ((west, there), (east, back))]
    assert [len(d) for d in done] == [4, 2], done
    assert not [r for d in done for r in d if "dump2db" in r[2]]
