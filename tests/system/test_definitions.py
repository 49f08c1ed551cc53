# SPDX-License-Identifier: Apache-2.0
"""Rows whose events tell no names, signs and character sets are not read by another table's definition."""

import pytest

from test_check import check, the

DB = "defs"
M10, M11, OLD, NEW = "mariadb-10.11", "mariadb-11.8", "mysql-5.6", "mysql-9.7"


@pytest.fixture
def bare(pool):
    """bare(source, target): servers whose source logs as little of a table as it can."""
    def make(name, other=None):
        source, target = pool.get(name), pool.get(other or name, "target")
        target.execute("DROP DATABASE IF EXISTS dump2db")
        for server in (source, target):
            server.fresh_database(DB)
        if name != OLD:
            source.execute(f"SET GLOBAL binlog_row_metadata = {'MINIMAL' if name == NEW else 'NO_LOG'}")
        return source, target

    return make


def make_tables(source, target, here, there):
    source.execute(f"CREATE TABLE s ({here}) ENGINE=InnoDB", db=DB)
    target.execute(f"CREATE TABLE s ({there}) ENGINE=InnoDB", db=DB)


def last_line(ferry):
    return ferry.log().strip().splitlines()[-1]


CASES = {
    "sign": ("id INT PRIMARY KEY, a INT", "id INT PRIMARY KEY, a INT UNSIGNED", "(1, -1)",
             "column 'a': the source has int(11), the target int(10) unsigned, and the source's row events tell no signs"),
    "order": ("id INT PRIMARY KEY, a INT, b INT", "id INT PRIMARY KEY, b INT, a INT", "(1, 2, 3)",
              "column 2 is 'a' on the source and 'b' on the target, and the source's row events tell no names"),
    "charset": ("id INT PRIMARY KEY, c VARCHAR(10) CHARACTER SET latin1",
                "id INT PRIMARY KEY, c VARCHAR(10) CHARACTER SET cp1251", "(1, 'é')",
                "column 'c': the source has varchar(10) in latin1, the target varchar(10) in cp1251, "
                "and the source's row events tell no character sets"),
    "members": ("id INT PRIMARY KEY, e ENUM('a','b')", "id INT PRIMARY KEY, e ENUM('b','a')", "(1, 'a')",
                "the target enum('b','a')"),
}


@pytest.mark.parametrize("name", [M10, OLD])
@pytest.mark.parametrize("case", CASES)
def test_another_definition_stops_before_the_first_row(bare, rowferry, name, case):
    source, target = bare(name)
    here, there, values, text = CASES[case]
    make_tables(source, target, here, there)
    ferry = rowferry(source, target, [DB])
    assert the(check(ferry, status=1), f"columns.{case}", "FAIL")["names"][0].startswith(f"{DB}.s.")
    ferry.run_until("now")
    source.execute(f"INSERT INTO s VALUES {values}", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    last = last_line(ferry)
    assert f"table '{DB}.s'" in last and text in last and "binlog_row_metadata = FULL" in last, last
    assert target.value("SELECT COUNT(*) FROM s", db=DB) == 0
    target.execute("DROP TABLE s", f"CREATE TABLE s ({here}) ENGINE=InnoDB", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT * FROM s", db=DB) == source.execute("SELECT * FROM s", db=DB)


def test_metadata_minimal_tells_signs_and_no_order(bare, rowferry):
    source, target = bare(NEW)
    make_tables(source, target, "id INT PRIMARY KEY, a INT UNSIGNED, b INT UNSIGNED",
                "id INT PRIMARY KEY, a BIGINT, b INT UNSIGNED")
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO s VALUES (1, 4000000000, 2)", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT * FROM s", db=DB) == [(1, 4000000000, 2)]
    target.execute("ALTER TABLE s MODIFY b INT UNSIGNED AFTER id", db=DB)
    source.execute("INSERT INTO s VALUES (2, 3, 4)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    assert "column 2 is 'a' on the source and 'b' on the target" in last_line(ferry)


@pytest.mark.parametrize("case, here, there, text", [
    ("rounded", "d DOUBLE", "d DOUBLE(10,2)", "column 'd': the source has double, the target double(10,2), which rounds"),
    ("generated", "d DOUBLE", "d DOUBLE AS (id + 1)",
     "column 'd': the source has double that is written, the target double that is generated")])
@pytest.mark.parametrize("names", [(NEW, M11), (OLD, NEW)], ids="-to-".join)
def test_what_no_event_tells_is_asked_for(pool, rowferry, names, case, here, there, text):
    """With names as well: a source with binlog_row_metadata = FULL tells neither."""
    source, target = pool.get(names[0]), pool.get(names[1], "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
    make_tables(source, target, f"id INT PRIMARY KEY, {here}", f"id INT PRIMARY KEY, {there}")
    ferry = rowferry(source, target, [DB])
    assert the(check(ferry, status=1), f"columns.{case}", "FAIL")["names"][0].startswith(f"{DB}.s.d")
    ferry.run_until("now")
    source.execute("INSERT INTO s VALUES (1, 0.123456)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    assert text in last_line(ferry) and "(ALTER TABLE on the target), then start again" in last_line(ferry)
    assert target.value("SELECT COUNT(*) FROM s", db=DB) == 0
    target.execute("DROP TABLE s", f"CREATE TABLE s (id INT PRIMARY KEY, {here}) ENGINE=InnoDB", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT * FROM s", db=DB) == [(1, 0.123456)]


@pytest.mark.parametrize("names, here, there, text", [
    ((OLD, NEW), "c VARCHAR(10)", "KEY ((id + 1))", "the source sends 3 columns, the target has 2"),
    ((M11, M11), "c BIGINT", "UNIQUE KEY (b)", "column 3 is 'c' on the source and a hidden one of an index on the target")])
def test_a_column_that_the_target_lacks_is_not_one_of_its_indexes(bare, rowferry, names, here, there, text):
    source, target = bare(*names)
    make_tables(source, target, f"id INT PRIMARY KEY, b TEXT, {here}", f"id INT PRIMARY KEY, b TEXT, {there}")
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO s VALUES (1, 'b', 5)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    assert text in last_line(ferry) and "binlog_row_metadata = FULL" in last_line(ferry)
    assert target.value("SELECT COUNT(*) FROM s", db=DB) == 0


@pytest.mark.parametrize("name", [M10, M11, NEW, OLD])
def test_a_task_that_lags_behind_an_alter_goes_on(bare, rowferry, name):
    """The catalogue is ahead of the rows: what has made it so is still to come."""
    source, target = bare(name)
    make_tables(source, target, "id INT PRIMARY KEY, a INT", "id INT PRIMARY KEY, a INT")
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO s VALUES (1, -1)", "DELETE FROM s", "INSERT INTO s VALUES (2, 5)", "FLUSH LOGS",
                   "ALTER TABLE s MODIFY a INT UNSIGNED", "INSERT INTO s VALUES (3, 4000000000)", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT * FROM s ORDER BY id", db=DB) == [(2, 5), (3, 4000000000)]
    source.execute("ALTER TABLE s ADD b INT UNSIGNED", "INSERT INTO s VALUES (4, 6, 7)",
                   "ALTER TABLE s MODIFY b INT UNSIGNED AFTER id", "INSERT INTO s VALUES (5, 8, 9)", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT * FROM s ORDER BY id", db=DB) == [
        (2, None, 5), (3, None, 4000000000), (4, 7, 6), (5, 8, 9)]


def test_a_statement_that_has_passed_explains_nothing(bare, rowferry):
    """The ALTER is in the binlog, before the rows, and was not carried."""
    source, target = bare(M10)
    make_tables(source, target, "id INT PRIMARY KEY, a INT", "id INT PRIMARY KEY, a INT")
    ferry = rowferry(source, target, [DB], {"ddl": {"tables": False}})
    ferry.run_until("now")
    source.execute("INSERT INTO s VALUES (1, 1)", "ALTER TABLE s MODIFY a INT UNSIGNED",
                   "INSERT INTO s VALUES (2, 4000000000)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    assert "column 'a': the source has int(10) unsigned, the target int(11)" in last_line(ferry)
    assert target.execute("SELECT * FROM s", db=DB) in ([], [(1, 1)])


def test_a_source_that_shows_no_definition_is_said(bare, rowferry):
    source, target = bare(M10)
    make_tables(source, target, "id INT PRIMARY KEY", "id INT PRIMARY KEY")
    source.execute("CREATE OR REPLACE USER bare@'%' IDENTIFIED BY 'x'",
                   "GRANT REPLICATION SLAVE, REPLICATION MASTER ADMIN, BINLOG MONITOR ON *.* TO bare@'%'")
    ferry = rowferry(source, target, [DB], {"source": {"user": "bare", "password": "x"}})
    ferry.run_until("now")
    source.execute("INSERT INTO s VALUES (1)", db=DB)
    ferry.run_until("now")
    assert f"table '{DB}.s': the source shows no definition to compare" in ferry.log()
    assert target.value("SELECT COUNT(*) FROM s", db=DB) == 1


def test_a_source_that_cannot_be_asked_holds_rows_of_a_new_definition_back(bare, rowferry, proxy_to):
    """What was compared before goes on without it."""
    source, target = bare(M10)
    for name in ("seen", "new"):
        source.execute(f"CREATE TABLE {name} (id INT PRIMARY KEY)", db=DB)
        target.execute(f"CREATE TABLE {name} (id INT PRIMARY KEY)", db=DB)
    source.execute("CREATE OR REPLACE USER ask@'%' IDENTIFIED BY 'x'", "GRANT ALL ON *.* TO ask@'%'")
    ferry = rowferry(source, target, [DB], {"source": {"user": "ask", "password": "x"}})
    ferry.run_until("now")
    ferry.start()
    source.execute("INSERT INTO seen VALUES (1)", db=DB)
    ferry.wait("the first row", lambda: target.value("SELECT COUNT(*) FROM seen", db=DB) == 1)
    source.execute("ALTER USER ask@'%' ACCOUNT LOCK")
    for (thread,) in source.execute("SELECT id FROM information_schema.processlist WHERE user = 'ask' AND command = 'Sleep'"):
        source.execute(f"KILL {thread}")
    source.execute("FLUSH TABLES")
    source.execute("INSERT INTO seen VALUES (2)", db=DB)
    ferry.wait("a row of a known definition", lambda: target.value("SELECT COUNT(*) FROM seen", db=DB) == 2)
    source.execute("INSERT INTO new VALUES (1)", db=DB)
    ferry.wait_for_log(f"definition of '{DB}.new' on the source: .*locked")
    assert target.value("SELECT COUNT(*) FROM new", db=DB) == 0
    source.execute("ALTER USER ask@'%' ACCOUNT UNLOCK")
    ferry.wait("the row", lambda: target.value("SELECT COUNT(*) FROM new", db=DB) == 1)
    ferry.stop()


@pytest.mark.parametrize("option, table", [("allow_triggers", "has triggers"), ("allow_nontransactional", "cannot roll back")])
def test_a_table_that_is_refused_stays_refused(pool, rowferry, option, table):
    """The exact path looks at it a second time."""
    source, target = pool.get(M10), pool.get(M10, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
    source.execute("CREATE TABLE r (id INT PRIMARY KEY) ENGINE=InnoDB", db=DB)
    if option == "allow_triggers":
        target.execute("CREATE TABLE r (id INT PRIMARY KEY) ENGINE=InnoDB",
                       "CREATE TRIGGER w BEFORE INSERT ON r FOR EACH ROW SET @a = 1", db=DB)
    else:
        target.execute("CREATE TABLE r (id INT PRIMARY KEY) ENGINE=MyISAM", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO r VALUES (1)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    assert table in last_line(ferry) and option in last_line(ferry)
    assert target.value("SELECT COUNT(*) FROM r", db=DB) == 0
    ferry.tasks["task"]["destination"][option] = True
    ferry.write_config()
    ferry.run_until("now")
    assert target.value("SELECT COUNT(*) FROM r", db=DB) == 1
