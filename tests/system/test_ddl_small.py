# SPDX-License-Identifier: Apache-2.0
"""Statements that the source's own replica runs, and that met an obstacle of rowferry's own."""

import pytest

from rowferrylib.flavour import NAMES

DB = "small"
CARRY = {"ddl": {name: True for name in ("tables", "views", "users")}}


@pytest.fixture
def pair(pool, request):
    name = getattr(request, "param", "mariadb-10.11")
    source, target = pool.get(name), pool.get(name, "target")
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dump2db", "DROP DATABASE IF EXISTS small_tools")
        server.fresh_database(DB)
    return source, target


def tables(server):
    return server.execute(f"SHOW FULL TABLES IN {DB}")


@pytest.mark.parametrize("pair", NAMES, indirect=True)
def test_a_client_in_swe7(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("SET NAMES swe7", "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9) COMMENT 'x}y') COMMENT='{'", "CREATE TABLE gone (a INT)",
                   "ALTER TABLE t ADD w INT", "DROP TABLE gone", db=DB)
    ferry.run_until("now")
    assert tables(target) == tables(source) == [("t", "BASE TABLE")]
    comment = f"SELECT column_comment FROM information_schema.columns WHERE table_schema = '{DB}' AND column_name = 'v'"
    assert target.value(comment) == source.value(comment) == "xåy"
    source.execute("SET NAMES swe7", "CREATE TABLE [ (id INT)", db=DB)
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert "is not understood: a name expected" in ferry.log()


@pytest.mark.parametrize("pair", NAMES, indirect=True)
def test_a_default_database_that_the_target_lacks(pair, rowferry):
    source, target = pair
    source.execute("CREATE DATABASE small_tools")
    ferry = rowferry(source, target, [DB, "small_tools"], CARRY)
    ferry.run_until("now")
    source.execute(f"CREATE VIEW {DB}.v AS SELECT 1 AS a", f"CREATE TABLE {DB}.t (a INT)", db="small_tools")
    ferry.run_until("now")
    assert tables(target) == tables(source)
    source.execute("CREATE VIEW w AS SELECT 1 AS a", db="small_tools")
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert "The statement's default database must be on the target" in ferry.log()


def test_a_table_that_is_left_out_of_the_server_s_own(pair, rowferry):
    """What follows it may stop: the log says why."""
    source, target = pair
    ferry = rowferry(source, target, [DB], CARRY)
    ferry.run_until("now")
    source.execute("CREATE TABLE mysql.small_p (a INT)", "INSERT INTO mysql.small_p VALUES (1)", "INSERT INTO mysql.small_p VALUES (2)",
                   "CREATE USER small_u", "GRANT SELECT ON mysql.small_p TO small_u")
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    log = ferry.log()
    assert "CREATE TABLE left out: 'mysql.small_p' is not carried" in log
    assert log.count("rows of 'mysql.small_p' are left out: tables of the server itself are not carried") == 1
    assert "the target refuses USER 'GRANT SELECT ON mysql.small_p" in log
    source.execute("DROP TABLE mysql.small_p", "DROP USER small_u")
    target.execute("DROP USER small_u")


def test_history_by_transactions(pair, rowferry):
    """MariaDB logs statements of such a table, whatever binlog_format is."""
    source, target = pair
    table = ("CREATE TABLE h (a INT, s BIGINT UNSIGNED GENERATED ALWAYS AS ROW START, e BIGINT UNSIGNED GENERATED ALWAYS AS ROW END, "
             "PERIOD FOR SYSTEM_TIME (s, e)) ENGINE=InnoDB WITH SYSTEM VERSIONING")
    for server in (source, target):
        server.execute(table, db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO h (a) VALUES (1)", db=DB)
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert f"changes to '{DB}.h' were logged as a statement" in ferry.log()
    assert "history by transactions (BIGINT UNSIGNED AS ROW START)" in ferry.log()


@pytest.mark.parametrize("pair", ["mariadb-10.11"], indirect=True)
def test_a_memory_table_that_is_full(pair, rowferry):
    """No waiting cures that."""
    source, target = pair
    for server in (source, target):
        server.execute("CREATE TABLE m (id INT PRIMARY KEY, v CHAR(200)) ENGINE=MEMORY", db=DB)
    target.execute("SET max_heap_table_size = 16384", "ALTER TABLE m ENGINE=MEMORY", db=DB)
    target.execute("SET GLOBAL max_heap_table_size = 16384")
    ferry = rowferry(source, target, [DB], {"destination": {"allow_nontransactional": True}})
    ferry.run_until("now")
    source.execute("INSERT INTO m VALUES " + ", ".join(f"({i}, 'x')" for i in range(3000)), db=DB)
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert "The table 'm' is full (1114)" in ferry.log() and "It is a MEMORY table" in ferry.log()


@pytest.mark.parametrize("pair", NAMES, indirect=True)
def test_a_float_at_its_limit(pair, rowferry):
    """FLOAT(10,2) stores its largest value, 99999999.99, as 100000000, which it does not take."""
    source, target = pair
    for server in (source, target):
        server.execute("CREATE TABLE f (id INT PRIMARY KEY, a FLOAT(10,2), b FLOAT(5,2), c FLOAT(8,0), d DOUBLE(20,4))",
                       "CREATE TABLE g (a FLOAT(10,2), b FLOAT(5,2))", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO f VALUES (1, 99999999.99, 999.99, 99999999, 9999999999999999.9999), "
                   "(2, -99999999.99, -999.99, -99999999, -9999999999999999.9999), (3, 1, 1, 1, 1)",
                   "UPDATE f SET a = 99999999.99, b = 999.99 WHERE id = 3",
                   "INSERT INTO g VALUES (99999999.99, 999.99), (-99999999.99, 1)", "UPDATE g SET b = 2 WHERE b > 5",
                   "DELETE FROM g WHERE b = 1", db=DB)
    ferry.run_until("now")
    for rows in ("SELECT id, a + 0e0, b + 0e0, c + 0e0, d + 0e0 FROM f ORDER BY id", "SELECT a + 0e0, b + 0e0 FROM g"):
        assert target.execute(rows, db=DB) == source.execute(rows, db=DB)
    assert target.value("SELECT a + 0e0 FROM f WHERE id = 3", db=DB) == 100000000.0


@pytest.mark.parametrize("pair", NAMES, indirect=True)
def test_what_a_lenient_innodb_was_told(pair, rowferry):
    """With innodb_strict_mode OFF the source's InnoDB passes over options that it does not take; the target's is strict."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    target.execute("SET GLOBAL innodb_strict_mode = ON")
    source.execute("SET innodb_strict_mode = OFF", "CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=3",
                   "CREATE TABLE u (id INT PRIMARY KEY) ENGINE=InnoDB ROW_FORMAT=FIXED", "ALTER TABLE u KEY_BLOCK_SIZE=5", db=DB)
    ferry.run_until("now")
    for table in ("t", "u"):
        assert target.execute(f"SHOW CREATE TABLE {table}", db=DB) == source.execute(f"SHOW CREATE TABLE {table}", db=DB)
    with pytest.raises(Exception, match="create option|storage engine|KEY_BLOCK_SIZE"):  # the target itself does not take it
        target.execute("CREATE TABLE other (id INT PRIMARY KEY) ENGINE=InnoDB ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=3", db=DB)
