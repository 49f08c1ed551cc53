# SPDX-License-Identifier: Apache-2.0
"""Servers of which one keeps the case of names and the other one does not (lower_case_table_names)."""

import json
import re

import pytest

DB = "Case_Db"
FOLDED = "case_db"
SERVERS = ["mariadb-10.11", "mysql-9.7"]


@pytest.fixture(scope="module")
def folding(pool):
    """folding(name): a server with lower_case_table_names = 1, kept for this file."""
    servers = {}

    def get(name):
        if name not in servers:
            servers[name] = pool.private(name, "folding", lower_case_table_names=1)
        return servers[name]

    yield get
    for server in servers.values():
        server.destroy()


def fresh(source, target):
    target.execute("DROP DATABASE IF EXISTS dump2db", "DROP DATABASE IF EXISTS elsewhere")
    for server in source, target:
        for name in DB, FOLDED:
            server.execute(f"DROP DATABASE IF EXISTS {name}")
    return source, target


@pytest.mark.parametrize("name", SERVERS)
def test_a_target_that_folds(pool, folding, rowferry, name):
    source, target = fresh(pool.get(name), folding(name))
    ferry = rowferry(source, target, [DB], {"source": {"tables": [f"!{DB}.Secret*"]},
                                            "route": {"rename": [{"from": f"{DB}.Moved", "to": "Elsewhere.Moved_Here"}]}})
    target.execute("CREATE DATABASE Elsewhere")
    ferry.run_until("now")
    source.execute(f"CREATE DATABASE {DB}", f"USE {DB}", "CREATE TABLE First (Id INT PRIMARY KEY, V INT)",
                   "CREATE TABLE Second LIKE First", "CREATE TABLE Moved LIKE First", "CREATE TABLE SecretOne LIKE First",
                   "CREATE TABLE secretone LIKE First",
                   *[f"INSERT INTO {t} VALUES (1, 1), (2, 2)" for t in ("First", "Second", "Moved", "SecretOne", "secretone")],
                   "RENAME TABLE First TO Third, Second TO First, Third TO Second", "UPDATE First SET V = 9 WHERE Id = 1",
                   "ALTER TABLE Moved ADD COLUMN W INT DEFAULT 4", "CREATE TABLE Gone (a INT PRIMARY KEY)",
                   "INSERT INTO Gone VALUES (1)", "TRUNCATE TABLE Gone", "INSERT INTO Gone VALUES (2)", "DROP TABLE Gone",
                   "CREATE TABLE gone (a INT PRIMARY KEY)", "INSERT INTO gone VALUES (3)",
                   "CREATE TABLE Child (a INT PRIMARY KEY, f INT, FOREIGN KEY (f) REFERENCES First (Id))",
                   "INSERT INTO Child VALUES (1, 1)", "CREATE INDEX By_V ON Child (f)", "CREATE TABLE `Ärger É` LIKE gone",
                   "INSERT INTO `Ärger É` VALUES (5)", "RENAME TABLE `Ärger É` TO `Ünfug`", "TRUNCATE TABLE `Ünfug`",
                   "INSERT INTO `Ünfug` VALUES (6)")
    ferry.run_until("now")
    tables = {row[0] for row in target.execute(f"SHOW TABLES FROM {FOLDED}")}
    assert tables == {"first", "second", "secretone", "gone", "child", "ünfug"}
    assert target.execute("SELECT * FROM first ORDER BY 1", db=FOLDED) == [(1, 9), (2, 2)]
    assert target.execute("SELECT * FROM moved_here ORDER BY 1", db="elsewhere") == [(1, 1, 4), (2, 2, 4)]
    assert target.execute("SELECT * FROM gone", db=FOLDED) == [(3,)]


@pytest.mark.parametrize("name", SERVERS)
def test_a_source_that_folds(pool, folding, rowferry, name):
    source, target = fresh(folding(name), pool.get(name))
    ferry = rowferry(source, target, ["CASE_DB"], {"source": {"tables": ["!Case_db.SECRET*"]},
                                                   "route": {"rename": [{"from": f"{DB}.Moved", "to": f"{FOLDED}.Moved_Here"}]}})
    ferry.run_until("now")
    source.execute(f"CREATE DATABASE {DB}", f"USE {DB}", "CREATE TABLE First (Id INT PRIMARY KEY, V INT)",
                   "CREATE TABLE SECOND LIKE FIRST", "CREATE TABLE MOVED LIKE first", "CREATE TABLE SecretOne LIKE First",
                   *[f"INSERT INTO {t} VALUES (1, 1), (2, 2)" for t in ("FIRST", "Second", "Moved", "SecretOne")],
                   "RENAME TABLE First TO Third, second TO FIRST, THIRD TO Second", "UPDATE First SET V = 9 WHERE Id = 1",
                   "ALTER TABLE moved ADD COLUMN W INT DEFAULT 4", "CREATE TABLE Gone (a INT PRIMARY KEY)",
                   "INSERT INTO Gone VALUES (1)", "TRUNCATE TABLE GONE", "INSERT INTO Gone VALUES (2)", "DROP TABLE gONE",
                   "CREATE TABLE Child (a INT PRIMARY KEY, f INT, FOREIGN KEY (f) REFERENCES FIRST (Id))",
                   "INSERT INTO Child VALUES (1, 1)", "CREATE INDEX By_V ON CHILD (f)", "CREATE TABLE `Ärger É` LIKE First",
                   "INSERT INTO `ÄRGER É` VALUES (5, 5)", "RENAME TABLE `Ärger É` TO `Ünfug`", "INSERT INTO `ünfug` VALUES (6, 6)")
    ferry.run_until("now")
    tables = {row[0] for row in target.execute(f"SHOW TABLES FROM {FOLDED}")}
    assert tables == {"first", "second", "Moved_Here", "child", "ünfug"}
    assert target.execute("SELECT * FROM first ORDER BY 1", db=FOLDED) == [(1, 9), (2, 2)]
    assert target.execute("SELECT * FROM Moved_Here ORDER BY 1", db=FOLDED) == [(1, 1, 4), (2, 2, 4)]
    source.execute("DROP TABLE Child, SECOND", db=DB)
    ferry.run_until("now")
    assert {row[0] for row in target.execute(f"SHOW TABLES FROM {FOLDED}")} == {"first", "Moved_Here", "ünfug"}


def skip(ferry):
    gtid = re.findall(r"gtid (\S+),", ferry.log().strip().splitlines()[-1])[-1]
    done = ferry.command("skip", "-c", ferry.config, "task", "--gtid", gtid, "--why", "it is of another one")
    assert done.returncode == 0, done


def stopped(ferry, text):
    assert ferry.start("--until", "now").wait_for_end() == 1
    last = ferry.log().strip().splitlines()[-1]
    assert text in last and "lower_case_table_names" in last, last


@pytest.mark.parametrize("name", SERVERS)
def test_two_tables_that_would_be_one(pool, folding, rowferry, name):
    source, target = fresh(pool.get(name), folding(name))
    source.execute(f"CREATE DATABASE {DB}", f"CREATE TABLE {DB}.Two (id INT PRIMARY KEY)")
    target.execute(f"CREATE DATABASE {DB}", f"CREATE TABLE {DB}.Two (id INT PRIMARY KEY)")
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO Two VALUES (1)", "CREATE TABLE IF NOT EXISTS two (id INT PRIMARY KEY)",
                   "INSERT INTO two VALUES (2)", db=DB)
    one = f"'{DB}.Two' and '{DB}.two' of the source are one on the destination, '{FOLDED}.two'"
    stopped(ferry, one)  # by what the source's catalogue says at the start
    found = json.loads(ferry.command("check", "-c", ferry.config, "--json").stdout)["findings"]
    assert [(f["verdict"], f["names"]) for f in found if f["check"] == "tables.merged"] == [("FAIL", [f"{DB}.two ({one})"])]
    source.execute("DROP TABLE Two", db=DB)
    stopped(ferry, f"CREATE TABLE: {one}")  # by what stands in the stream, when that table is long gone
    assert target.execute("SELECT id FROM two", db=FOLDED) == [(1,)]


@pytest.mark.parametrize("name", SERVERS)
def test_statements_on_the_other_one(pool, folding, rowferry, name):
    """A statement that says IF EXISTS, and meets the table whose name differs in case."""
    source, target = fresh(pool.get(name), folding(name))
    for server in source, target:
        server.execute(f"CREATE DATABASE {DB}", f"CREATE TABLE {DB}.Kept (id INT PRIMARY KEY)")
    ferry = rowferry(source, target, [DB, FOLDED]).start()
    ferry.wait_for_log("following from")
    source.execute("INSERT INTO Kept VALUES (1)", "DROP TABLE IF EXISTS kept", db=DB)
    assert ferry.wait_for_end() == 1
    assert f"DROP TABLE: '{DB}.Kept' and '{DB}.kept' of the source" in ferry.log()
    skip(ferry)
    source.execute("INSERT INTO Kept VALUES (2)", f"CREATE DATABASE IF NOT EXISTS {FOLDED}", f"DROP DATABASE {FOLDED}", db=DB)
    for _ in "CREATE", "DROP":
        assert ferry.start("--until", "now").wait_for_end() == 1
        assert ferry.log().strip().splitlines()[-1].partition(" DATABASE: ")[2].startswith(
            f"database '{FOLDED}' is '{FOLDED}' on the destination, where '{DB}.Kept' is, too"), ferry.log()
        skip(ferry)
    ferry.run_until("now")
    assert target.execute("SELECT id FROM kept", db=FOLDED) == [(1,), (2,)]


def test_a_rename_onto_a_carried_table(pool, rowferry):
    source, target = fresh(pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"))
    for server in source, target:
        server.execute(f"CREATE DATABASE {DB}", *[f"CREATE TABLE {DB}.{t} (id INT PRIMARY KEY)" for t in "abAB"])
    ferry = rowferry(source, target, [DB], {"route": {"rename": [{"from": f"{DB}.a", "to": f"{DB}.b"}]}})
    ferry.run_until("now")
    source.execute("INSERT INTO a VALUES (1)", "INSERT INTO A VALUES (1)", "INSERT INTO b VALUES (2)", db=DB)
    stopped(ferry, f"'{DB}.a' and '{DB}.b' of the source are one on the destination, '{DB}.b'")
    found = json.loads(ferry.command("check", "-c", ferry.config, "--json").stdout)["findings"]
    assert [f["verdict"] for f in found if f["check"] == "tables.merged"] == ["FAIL"]
