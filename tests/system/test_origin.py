# SPDX-License-Identifier: Apache-2.0
"""Whose a statement is, and whether it counts: marks of a connection, temporary tables, groups that were rolled back."""

import pathlib
import uuid

import pytest

from rowferrylib.compare import compare

DB = "origin_db"
SCHEMA = pathlib.Path(__file__).parents[2] / "sql" / "dump2db.sql"
MARIADB = ["mariadb-10.11", "mariadb-11.8"]


def tables(server, database=DB):
    return {row[0] for row in server.execute(f"SHOW TABLES IN {database}")}


def prepare(*servers):
    for server in servers:
        server.execute("DROP DATABASE IF EXISTS dump2db")
        server.fresh_database(DB)


@pytest.fixture
def pair(pool, request):
    name = request.param
    source, target = pool.get(name), pool.get(name if name == "mariadb-11.8" else "mariadb-10.11", "target")
    prepare(source, target)
    yield source, target
    source.execute("DROP DATABASE IF EXISTS dump2db")


def intent(seq, connection):
    return ("INSERT INTO dump2db.ddl (server_id, seq, state, origin, connection_id, class, gtid, file, file_offset, default_db, "
            f"statement_hash, statement, objects) VALUES (77, {seq}, 'started', '', {connection}, 'x', '', '', 0, '', '', '', '')")


@pytest.mark.parametrize("pair", ["mariadb-10.11", "mysql-9.7"], indirect=True)
def test_a_mark_is_of_a_connection_of_one_server(pair, rowferry):
    """A source that is a replica as well holds statements of other servers, whose connections have the same numbers."""
    source, target = pair
    source.script(SCHEMA.read_text())
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    other = uuid.uuid4()

    def foreign(number):
        return ("SET SESSION server_id = 999" if source.is_mariadb else f"SET gtid_next = '{other}:{number}'")

    source.execute(intent(1, 4242), "SET SESSION pseudo_thread_id = 4242", f"CREATE TABLE {DB}.covered (id INT PRIMARY KEY)")
    source.execute("SET SESSION pseudo_thread_id = 4242", foreign(1), f"CREATE TABLE {DB}.lost (id INT PRIMARY KEY)",
                   *([] if source.is_mariadb else ["SET gtid_next = 'AUTOMATIC'"]))
    # The mark is stored with the position, its server with it.
    ferry.run_until("now")
    assert tables(target) == {"lost"}
    source.execute("SET SESSION pseudo_thread_id = 4242", foreign(2), f"CREATE TABLE {DB}.lost_2 (id INT PRIMARY KEY)",
                   *([] if source.is_mariadb else ["SET gtid_next = 'AUTOMATIC'"]))
    source.execute("SET SESSION pseudo_thread_id = 4242", f"CREATE TABLE {DB}.covered_2 (id INT PRIMARY KEY)")
    # Marks that come from another server, as their statements do, belong together.
    source.execute(foreign(3), intent(2, 4343), "SET SESSION pseudo_thread_id = 4343", foreign(4),
                   f"CREATE TABLE {DB}.covered_3 (id INT PRIMARY KEY)", *([] if source.is_mariadb else ["SET gtid_next = 'AUTOMATIC'"]))
    source.execute("SET SESSION pseudo_thread_id = 4343", f"CREATE TABLE {DB}.lost_3 (id INT PRIMARY KEY)")
    ferry.run_until("now")
    assert tables(target) == {"lost", "lost_2", "lost_3"}


FAILED_REPLACEMENTS = {
    "InnoDB": "CREATE OR REPLACE TABLE v1 (id INT PRIMARY KEY) SELECT 1 AS id UNION ALL SELECT 1",
    "MyISAM": "CREATE OR REPLACE TABLE v1 (id INT PRIMARY KEY) ENGINE=MyISAM SELECT 1 AS id UNION ALL SELECT 1",
}


@pytest.mark.parametrize("pair", MARIADB, indirect=True)
def test_a_group_that_is_rolled_back_drops_a_table(pair, rowferry):
    """Rows of such a group do not count, DDL does: what a failed CREATE OR REPLACE ... SELECT leaves."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("CREATE TABLE keep (id INT PRIMARY KEY)", "INSERT INTO keep VALUES (1)", db=DB)
    for statement in FAILED_REPLACEMENTS.values():
        source.execute("CREATE TABLE v1 (id INT)", "INSERT INTO v1 VALUES (1)", db=DB)
        ferry.run_until("now")
        assert tables(target) == {"keep", "v1"}
        with pytest.raises(Exception, match="Duplicate entry"):
            source.execute("BEGIN", "INSERT INTO keep VALUES (2)", "ROLLBACK", statement, db=DB)
        ferry.run_until("now")
        assert tables(target) == tables(source) == {"keep"}
    # Rows that were rolled back together with something that was not: a temporary table.
    source.execute("CREATE TEMPORARY TABLE tmp (id INT)", "BEGIN", "INSERT INTO keep VALUES (3)",
                   "DROP TEMPORARY TABLE tmp", "ROLLBACK", db=DB)
    source.execute("CREATE TEMPORARY TABLE tmp (id INT)", "BEGIN", "INSERT INTO keep VALUES (4)",
                   "CREATE OR REPLACE TEMPORARY TABLE tmp (id INT PRIMARY KEY) SELECT 1 AS id", "ROLLBACK", db=DB)
    source.execute("BEGIN", "INSERT INTO keep VALUES (5)", "CREATE TEMPORARY TABLE tmp (id INT)", "ROLLBACK", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])


TEMPORARY = "CREATE TEMPORARY TABLE pay (id INT)"
HIDDEN = {  # statements of one session that change nothing on the source but temporary tables
    "to another name": (TEMPORARY, "RENAME TABLE pay TO mine"),
    "and back": (TEMPORARY, "RENAME TABLE pay TO mine", "RENAME TABLE mine TO mine_2"),
    "over a permanent one": (TEMPORARY, "RENAME TABLE pay TO perm"),
    "in a list": (TEMPORARY, "RENAME TABLE pay TO mine, mine TO mine_2"),
    "of no permanent one": ("CREATE TEMPORARY TABLE alone (id INT)", "RENAME TABLE alone TO mine"),
    "a sequence": ("CREATE TEMPORARY SEQUENCE pay", "RENAME TABLE pay TO mine"),
    "IF EXISTS": (TEMPORARY, "RENAME TABLE IF EXISTS pay TO mine"),
    "ALTER": (TEMPORARY, "ALTER TABLE pay RENAME TO mine"),
    "ALTER ADD": (TEMPORARY, "ALTER TABLE pay ADD x INT"),
    "indexes": (TEMPORARY, "CREATE INDEX i ON pay (id)", "DROP INDEX i ON pay"),
    "TRUNCATE": (TEMPORARY, "TRUNCATE TABLE pay"),
    "DROP": (TEMPORARY, "DROP TABLE pay"),
    "DROP IF EXISTS": (TEMPORARY, "DROP TABLE IF EXISTS pay, none"),
    "DROP TEMPORARY": (TEMPORARY, "DROP TEMPORARY TABLE pay"),
    "replaced": (TEMPORARY, "CREATE OR REPLACE TEMPORARY TABLE pay (id INT)"),
    "temporary LIKE": ("CREATE TEMPORARY TABLE mine LIKE pay", "DROP TABLE mine"),
    "temporary sequence": ("CREATE TEMPORARY SEQUENCE pay", "DROP SEQUENCE pay"),
}


@pytest.mark.parametrize("pair", MARIADB, indirect=True)
def test_temporary_tables_hide_permanent_ones(pair, rowferry):
    """MariaDB logs RENAME TABLE of a temporary table as that of a permanent one; of others see that nothing comes."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("CREATE TABLE pay (id INT PRIMARY KEY, salary INT)", "INSERT INTO pay VALUES (1, 100)",
                   "CREATE TABLE perm (id INT PRIMARY KEY)", db=DB)
    ferry.run_until("now")
    ferry.start()
    for number, (what, statements) in enumerate(HIDDEN.items()):
        source.execute(*statements, db=DB)
        source.execute(f"INSERT INTO perm VALUES ({number})", db=DB)  # by a session without that temporary table
        ferry.wait(what, lambda number=number: target.value(f"SELECT 1 FROM perm WHERE id = {number}", db=DB))
        assert tables(target) == tables(source) == {"pay", "perm"}, what
    compare(source, target, [DB])
    assert "it is of temporary tables, as the source's catalogue shows" in ferry.log()


@pytest.mark.parametrize("pair", MARIADB[:1], indirect=True)
def test_permanent_tables_are_renamed(pair, rowferry):
    """Whatever temporary tables there are beside them, and what the names are used for later."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    source.execute("CREATE TABLE pay (id INT PRIMARY KEY)", "CREATE TABLE perm (id INT PRIMARY KEY)", db=DB)
    target.execute("CREATE TABLE pay (id INT PRIMARY KEY)", "CREATE TABLE perm (id INT PRIMARY KEY)", db=DB)
    ferry.run_until("now")
    # A temporary table that does not matter; a swap; an online change, whose old table goes at once; a log that is turned.
    source.execute("CREATE TEMPORARY TABLE other (id INT)", "RENAME TABLE pay TO wages", "INSERT INTO wages VALUES (1)",
                   "RENAME TABLE wages TO x, perm TO wages, x TO perm", "INSERT INTO wages VALUES (2)",
                   "CREATE TABLE _new (id INT PRIMARY KEY, v INT)", "RENAME TABLE wages TO _old, _new TO wages",
                   "DROP TABLE _old", "INSERT INTO wages VALUES (3, 3)", "RENAME TABLE perm TO perm_1",
                   "CREATE TABLE perm (id INT PRIMARY KEY)", "INSERT INTO perm VALUES (4)", db=DB)
    ferry.run_until("now")
    assert tables(target) == tables(source) == {"wages", "perm", "perm_1"}
    compare(source, target, [DB])
    # Two online changes of one table, by tools that use the same names again: rows between them tell, not the catalogue of now.
    for i in (5, 6):
        source.execute("CREATE TABLE _new LIKE wages", "INSERT INTO _new SELECT * FROM wages", "RENAME TABLE wages TO _old, _new TO wages",
                       "DROP TABLE IF EXISTS _old", f"INSERT INTO wages VALUES ({i}, {i})", db=DB)
    source.execute("CREATE TEMPORARY TABLE wages (id INT)", "RENAME TABLE wages TO mine", db=DB)
    source.execute("INSERT INTO wages VALUES (7, 7)", "ALTER TABLE wages ADD x INT", "INSERT INTO wages VALUES (8, 8, 8)", db=DB)
    ferry.run_until("now")
    assert tables(target) == tables(source) == {"wages", "perm", "perm_1"}
    assert compare(source, target, [DB]).rows == 7
    # One list with tables of both kinds: an operator's.
    source.execute("CREATE TEMPORARY TABLE perm (id INT)", "RENAME TABLE perm TO mine, wages TO wages_2", db=DB)
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert f"the source's catalogue does not tell whether '{DB}.wages' was renamed, or a temporary table of that name" in ferry.log()
    assert tables(target) == {"wages", "perm", "perm_1"}
