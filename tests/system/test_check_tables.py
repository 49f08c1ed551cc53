# SPDX-License-Identifier: Apache-2.0
"""rowferry check: what it finds in the tables of both sides."""

import pytest

from test_check import check, fresh, ids, the

DB = "checked"


@pytest.fixture
def pair(pool):
    servers = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    fresh(*servers)
    return servers


def across(pool, source, target):
    servers = pool.get(source), pool.get(target, "target")
    fresh(*servers)
    return servers


def test_keys_and_engines(pair, rowferry):
    source, target = pair
    tables = {
        "bare": "(a INT)", "nullable": "(a INT, UNIQUE (a))", "prim": "(a INT PRIMARY KEY)",
        "uniq": "(a INT NOT NULL, b INT, UNIQUE (a), UNIQUE (b))", "half": "(a INT NOT NULL, b INT, UNIQUE (a, b))",
        "isam": "(a INT PRIMARY KEY) ENGINE=MyISAM", "aria": "(a INT PRIMARY KEY) ENGINE=Aria"}
    for name, definition in tables.items():
        source.execute(f"CREATE TABLE {name} {definition}", db=DB)
        target.execute(f"CREATE TABLE {name} {definition}", db=DB)
    target.execute("ALTER TABLE aria ENGINE=InnoDB", "ALTER TABLE prim ENGINE=MEMORY", db=DB)
    found = check(rowferry(source, target, [DB]), status=1)
    assert the(found, "tables", "OK")["what"] == "7 tables are carried"
    assert the(found, "tables.key", "WARN")["names"] == [f"{DB}.bare", f"{DB}.half", f"{DB}.nullable"]
    assert the(found, "tables.source_engine", "WARN")["names"] == [f"{DB}.aria", f"{DB}.isam"]
    finding = the(found, "tables.target_engine", "FAIL")
    assert finding["names"] == [f"{DB}.isam", f"{DB}.prim"]
    assert finding["what"] == (
        f"tables of the destination in an engine without transactions (2): {DB}.isam, {DB}.prim")
    found = check(rowferry(source, target, [DB], {"destination": {"allow_nontransactional": True}}), status=0)
    the(found, "tables.target_engine", "WARN")


def test_an_engine_that_gtid_consistency_refuses(pool, rowferry):
    source, target = across(pool, "mysql-9.7", "mysql-9.7")
    source.execute("CREATE TABLE isam (a INT PRIMARY KEY)", db=DB)
    target.execute("CREATE TABLE isam (a INT PRIMARY KEY) ENGINE=MyISAM", db=DB)
    ferry = rowferry(source, target, [DB], {"destination": {"allow_nontransactional": True}})
    found = check(ferry, status=1)
    assert the(found, "tables.gtid_consistency", "FAIL")["names"] == [f"{DB}.isam"]
    ferry.run_until("now")
    source.execute("INSERT INTO isam VALUES (1)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    last = ferry.log().strip().splitlines()[-1]
    assert "(1785). The destination has enforce_gtid_consistency on: " in last and "ALTER the table to InnoDB" in last, last


def test_missing_tables_and_triggers(pair, rowferry):
    source, target = pair
    for i in range(8):
        source.execute(f"CREATE TABLE t{i} (a INT PRIMARY KEY)", db=DB)
    target.execute("CREATE TABLE t1 (a INT PRIMARY KEY)", "CREATE TABLE t3 (a INT PRIMARY KEY)",
                   "CREATE TRIGGER w BEFORE INSERT ON t3 FOR EACH ROW SET @a = 1", db=DB)
    ferry = rowferry(source, target, [DB])
    found = check(ferry, status=1)
    finding = the(found, "tables.missing", "FAIL")
    assert finding["names"] == [f"{DB}.t{i}" for i in (0, 2, 4, 5, 6, 7)]
    assert finding["what"] == ("carried tables that are not on the destination (6): "
                               + ", ".join(finding["names"][:5]) + " and 1 more")
    assert the(found, "tables.triggers", "FAIL")["names"] == [f"{DB}.t3"]
    start = {"source": {"start": {"gtid": source.executed_gtids()}}, "destination": {"allow_triggers": True}}
    found = check(rowferry(source, target, [DB], start), status=0)
    assert {"tables.missing", "tables.triggers"} <= ids(found, "WARN")


def test_only_what_is_carried_counts(pair, rowferry):
    source, target = pair
    for server in pair:
        server.fresh_database("elsewhere")
    source.execute("CREATE TABLE t (a INT)", "CREATE TABLE elsewhere.u (a INT)", "CREATE TABLE other (a INT)",
                   "CREATE VIEW v AS SELECT 1", db=DB)
    target.execute("CREATE TABLE elsewhere.t (a INT)")
    task = {"source": {"databases": None, "tables": [f"{DB}.t"]}, "route": {"rename": [{"from": DB, "to": "elsewhere"}]}}
    found = check(rowferry(source, target, [], task), status=0)
    assert the(found, "tables", "OK")["what"] == "1 table is carried"
    assert the(found, "tables.key", "WARN")["names"] == [f"{DB}.t"]
    assert "tables.missing" not in found
    assert the(found, "destination.privileges", "OK")["what"] == "the user may change 1 database on the destination"


def test_working_tables(pair, rowferry):
    source, target = pair
    for server in pair:
        for name in ("t", "_t_new", "t_new"):
            server.execute(f"CREATE TABLE {name} (a INT PRIMARY KEY)", db=DB)
    found = check(rowferry(source, target, [], {"source": {"databases": None, "tables": [f"{DB}.t"]}}), status=0)
    assert the(found, "tables.working", "WARN")["names"] == [f"{DB}._t_new"]
    assert the(found, "tables", "OK")["what"] == "2 tables are carried"


def test_columns(pair, rowferry):
    source, target = pair
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, gone INT, small BIGINT, sign INT, sized VARCHAR(20), "
                   "coll VARCHAR(5) COLLATE utf8mb4_bin, e ENUM('a','b'), wide SMALLINT UNSIGNED, grown VARCHAR(5), "
                   "gen INT AS (id + 1)) CHARACTER SET utf8mb4", db=DB)
    target.execute("CREATE TABLE t (id INT PRIMARY KEY, small INT, sign INT UNSIGNED, sized VARCHAR(19), "
                   "coll VARCHAR(5) COLLATE utf8mb4_general_ci, e ENUM('a','c'), wide INT, grown VARCHAR(9), "
                   "gen BIGINT AS (id + 1), must INT NOT NULL, may INT, has INT NOT NULL DEFAULT 1) CHARACTER SET utf8mb4",
                   db=DB)
    found = check(rowferry(source, target, [DB]), status=1)
    table = f"{DB}.t"
    assert the(found, "columns.missing", "FAIL")["names"] == [f"{table}.gone"]
    assert the(found, "columns.demanding", "FAIL")["names"] == [f"{table}.must"]
    assert the(found, "columns.type", "WARN")["names"] == [
        f"{table}.small (bigint(20), there int(11))", f"{table}.sign (int(11), there int(10) unsigned)",
        f"{table}.sized (varchar(20), there varchar(19))", f"{table}.e (enum('a','b'), there enum('a','c'))"]
    assert the(found, "columns.collation", "WARN")["names"] == [
        f"{table}.coll (utf8mb4_bin, there utf8mb4_general_ci)"]
    assert the(found, "columns.order", "OK")["names"][:2] == [f"{table}.small", f"{table}.sign"]


def test_column_order_counts_without_names(pool, rowferry):
    source, target = across(pool, "mysql-5.6", "mysql-9.7")
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT) CHARACTER SET latin1", db=DB)
    target.execute("CREATE TABLE t (id INT PRIMARY KEY, b INT, a INT) CHARACTER SET latin1", db=DB)
    found = check(rowferry(source, target, [DB]), status=1)
    finding = the(found, "columns.order", "FAIL")
    assert finding["names"] == [f"{DB}.t.a", f"{DB}.t.b"]
    assert finding["cure"].startswith("Bring them into the source's order")
    assert "columns.type" not in found  # int(11) and int are one


def test_foreign_keys(pair, rowferry):
    source, target = pair
    for server in pair:
        server.execute("CREATE TABLE p (id INT PRIMARY KEY)", "CREATE TABLE left_out (id INT PRIMARY KEY)", db=DB)
    key = "CREATE TABLE {} (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES {} (id) {})"
    source.execute(key.format("same", "p", "ON DELETE CASCADE"), key.format("lost", "p", "ON UPDATE SET NULL"),
                   key.format("strict", "p", ""), key.format("stray", "left_out", "ON DELETE CASCADE"), db=DB)
    target.execute(key.format("same", "p", "ON DELETE CASCADE"), key.format("lost", "p", ""),
                   key.format("strict", "p", "ON DELETE CASCADE"), key.format("stray", "left_out", "ON DELETE CASCADE"),
                   db=DB)
    ferry = rowferry(source, target, [DB], {"source": {"tables": [f"!{DB}.left_out"]}})
    found = check(ferry, status=1)
    assert the(found, "foreign_keys.missing", "FAIL")["names"] == [f"{DB}.lost (parent {DB}.p)"]
    assert the(found, "foreign_keys.parent", "WARN")["names"] == [f"{DB}.stray (parent {DB}.left_out)"]
    assert the(found, "foreign_keys.extra", "WARN")["names"] == [f"{DB}.strict"]


def test_a_source_that_logs_cascades(pool, rowferry):
    source, target = across(pool, "mysql-9.7", "mysql-9.7")
    for server in (source, target):
        server.execute("CREATE TABLE p (id INT PRIMARY KEY)", db=DB)
    key = "CREATE TABLE c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id) {})"
    source.execute(key.format("ON DELETE CASCADE"), db=DB)
    target.execute(key.format(""), db=DB)
    assert not [name for name in check(rowferry(source, target, [DB]), status=0) if name.startswith("foreign_keys")]


def test_what_mysql_cannot_hold(pool, rowferry):
    source, target = across(pool, "mariadb-11.8", "mysql-9.7")
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, u UUID, i INET6, v VECTOR(3), g POINT, "
                   "c VARCHAR(9) COLLATE utf8mb4_uca1400_ai_ci, d VARCHAR(9) COLLATE utf8mb4_bin)",
                   "CREATE TABLE ver (id INT PRIMARY KEY) WITH SYSTEM VERSIONING", "CREATE SEQUENCE s", db=DB)
    found = check(rowferry(source, target, [DB]), status=1)
    assert the(found, "features.type", "WARN")["names"] == [f"{DB}.t.u (uuid)", f"{DB}.t.i (inet6)"]
    assert the(found, "features.spatial", "WARN")["names"] == [f"{DB}.t.g"]
    assert the(found, "features.collation", "WARN")["names"] == ["utf8mb4_uca1400_ai_ci"]
    assert the(found, "features.versioned", "FAIL")["names"] == [f"{DB}.ver"]
    assert the(found, "features.sequence", "FAIL")["names"] == [f"{DB}.s"]


def test_what_mariadb_cannot_hold(pool, rowferry):
    source, target = across(pool, "mysql-9.7", "mariadb-10.11")
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, j JSON, v VECTOR(3), hid INT INVISIBLE, "
                   "c VARCHAR(9) COLLATE utf8mb4_de_pb_0900_ai_ci, u VARCHAR(9) CHARACTER SET utf8mb3, "
                   "e VARCHAR(9) COLLATE utf8mb4_0900_as_cs)", db=DB)
    target.execute("CREATE TABLE t (id INT PRIMARY KEY, j JSON, v BLOB, hid INT INVISIBLE, "
                   "c VARCHAR(9) COLLATE utf8mb4_general_ci, u VARCHAR(9) CHARACTER SET utf8mb3, "
                   "e VARCHAR(9) COLLATE utf8mb4_uca1400_nopad_as_cs)", db=DB)
    found = check(rowferry(source, target, [DB]), status=0)
    assert the(found, "features.type", "WARN")["names"] == [f"{DB}.t.v (vector)"]
    assert the(found, "features.json", "WARN")["names"] == [f"{DB}.t.j"]
    assert the(found, "features.collation", "WARN")["names"] == ["utf8mb4_de_pb_0900_ai_ci"]
    assert the(found, "columns.type", "WARN")["names"] == [f"{DB}.t.v (vector(3), there blob)"]
    assert the(found, "columns.collation", "WARN")["names"] == [
        f"{DB}.t.c (utf8mb4_de_pb_0900_ai_ci, there utf8mb4_general_ci)"]
    assert "features.invisible" not in found


def test_what_an_old_server_cannot_hold(pool, rowferry):
    source, target = across(pool, "mysql-9.7", "mysql-5.6")
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, j JSON, hid INT INVISIBLE)", db=DB)
    found = check(rowferry(source, target, [DB]), status=1)
    assert the(found, "features.type", "WARN")["names"] == [f"{DB}.t.j (json)"]
    assert the(found, "features.invisible", "WARN")["names"] == [f"{DB}.t.hid"]
    the(found, "tables.missing", "FAIL")


def test_names_of_other_case(pool, private_server, rowferry):
    source = pool.get("mariadb-10.11")
    target = private_server("mariadb-10.11", lower_case_table_names=1)
    fresh(source, target)
    for server in (source, target):
        server.execute("CREATE TABLE Mixed (a INT PRIMARY KEY)", db=DB)
    found = check(rowferry(source, target, [DB]), status=0)
    assert the(found, "names.case", "WARN")["what"] == (
        "lower_case_table_names is 0 on the source and 1 on the destination")
    assert "tables.missing" not in found


def test_events_of_the_destination(pool, private_server, rowferry):
    source, target = pool.get("mariadb-10.11"), private_server("mariadb-10.11", event_scheduler="ON")
    fresh(source, target)
    for server in (source, target):
        server.execute("CREATE TABLE t (a INT PRIMARY KEY)", db=DB)
    event = "CREATE EVENT {} ON SCHEDULE EVERY 1 DAY {} DO DELETE FROM t"
    target.execute(event.format("on_it", ""), event.format("off_it", "DISABLE"), db=DB)
    found = check(rowferry(source, target, [DB]), status=0)
    assert the(found, "tables.events", "WARN")["names"] == [f"{DB}.on_it"]


@pytest.mark.parametrize("source, target", [("mysql-9.7", "mariadb-11.8"), ("mariadb-11.8", "mysql-9.7"), ("mysql-9.7", "mysql-9.7")])
def test_negative_zero(pool, rowferry, source, target):
    """Told where the destination is seen to store another value than the source; rows of it are carried all the same."""
    source, target = across(pool, source, target)
    for server in (source, target):
        server.execute("CREATE TABLE f (id INT PRIMARY KEY, f FLOAT, d DOUBLE, n INT)", db=DB)
    source.execute("CREATE TABLE probe (d DOUBLE)", "INSERT INTO probe VALUES (-1e-300 * 1e-300)", db=DB)
    target.execute("CREATE TABLE probe (d DOUBLE)", "INSERT INTO probe VALUES (-1e-300 * 1e-300)", db=DB)
    here, there = (server.value("SELECT LEFT(d, 1) FROM probe", db=DB) == "-" for server in (source, target))
    found = check(rowferry(source, target, [DB]), status=0)
    if here and not there:
        assert set(the(found, "features.negative_zero", "WARN")["names"]) == {f"{DB}.f.d", f"{DB}.f.f", f"{DB}.probe.d"}
    else:
        assert "features.negative_zero" not in found


EXPRESSIONS = ("(id INT PRIMARY KEY, ts TIMESTAMP NULL, d DATETIME, n INT, g DATE GENERATED ALWAYS AS (DATE(ts)) STORED, "
               "h INT GENERATED ALWAYS AS (n / 3) VIRTUAL, CONSTRAINT small CHECK (n < 100){})")


@pytest.mark.parametrize("here, there", [("mysql-9.7", "mysql-9.7"), ("mysql-9.7", "mariadb-10.11"), ("mariadb-11.8", "mysql-9.7")])
def test_expressions(pool, rowferry, here, there):
    source, target = across(pool, here, there)
    functional = ", INDEX f ((n + 1))" if not source.is_mariadb and not target.is_mariadb else ""
    for server in (source, target):
        server.execute("CREATE TABLE t " + EXPRESSIONS.format(functional), db=DB)
        server.execute("CREATE TABLE plain (id INT PRIMARY KEY, n INT DEFAULT 7)", db=DB)
    if source.is_mariadb:
        source.execute("ALTER TABLE t ADD j JSON", db=DB)
        target.execute("ALTER TABLE t ADD j LONGTEXT, DROP COLUMN h, ADD h INT AFTER g", db=DB)
    found = check(rowferry(source, target, [DB]), status=1 if source.is_mariadb else 0)
    assert the(found, "expressions.session", "WARN")["names"] == [f"{DB}.t.g (ts is a TIMESTAMP)"]
    assert the(found, "expressions.flavour", "OK" if here == there else "WARN")["names"] == [
        f"{DB}.t.{what}" for what in ["check small", "g", "h"] + (["index f"] if functional else [])]
    assert "expressions.sql_mode" not in found
    if source.is_mariadb:
        assert the(found, "expressions.frozen", "FAIL")["names"] == [f"{DB}.t.h"]
    source.execute("SET GLOBAL sql_mode = ''")
    found = check(rowferry(source, target, [DB]))
    assert len(the(found, "expressions.sql_mode", "WARN")["names"]) == (4 if functional else 3)
