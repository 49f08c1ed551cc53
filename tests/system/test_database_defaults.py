# SPDX-License-Identifier: Apache-2.0
"""A statement that leaves the character set to its database gets that of the source's, also where the target's is another."""

import json

import pytest

DB = "defaulted"


def prepare(source, target, there, here):
    for server, default in (source, there), (target, here):
        server.execute("DROP DATABASE IF EXISTS dump2db", f"DROP DATABASE IF EXISTS {DB}",
                       f"CREATE DATABASE {DB} {default}")


def collations(server):
    def name(text):
        return text and text.replace("utf8mb3_", "utf8_")
    return [[name(field) for field in row] for row in server.execute(
        "SELECT t.table_name, t.table_collation, c.column_name, c.collation_name FROM information_schema.tables t JOIN "
        "information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name WHERE "
        f"t.table_schema = '{DB}' ORDER BY 1, 3")]


STATEMENTS = [
    "CREATE TABLE t (id VARCHAR(9) PRIMARY KEY)", "INSERT INTO t VALUES ('a'), ('A')",
    "CREATE TABLE e (e ENUM('ä','ö','日')) COMMENT='CHARSET' ENGINE=InnoDB", "INSERT INTO e VALUES ('日')",
    "CREATE TABLE k (a VARCHAR(9), b VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_bin) ENGINE=InnoDB "
    "PARTITION BY KEY (a) PARTITIONS 2", "CREATE TABLE named (a VARCHAR(9)) DEFAULT CHARSET=latin1",
    "CREATE TABLE l LIKE t", "ALTER TABLE t ADD w VARCHAR(9)",
    "CREATE TABLE c (a VARCHAR(9)) DEFAULT CHARSET=latin1", "ALTER TABLE c CONVERT TO CHARACTER SET DEFAULT",
]
# What each server makes of it is something else; MySQL has it no more.
BY_NAME = ["CREATE TABLE d (a VARCHAR(9)) CHARACTER SET = DEFAULT", "ALTER TABLE c CHARACTER SET DEFAULT"]


@pytest.mark.parametrize("source_name, target_name, there, here", [
    ("mariadb-10.11", "mariadb-10.11", "COLLATE utf8mb4_bin", "COLLATE utf8mb4_general_ci"),
    ("mariadb-10.11", "mysql-9.7", "COLLATE utf8mb4_bin", "CHARACTER SET latin1"),
    ("mysql-9.7", "mysql-9.7", "COLLATE utf8mb4_0900_as_cs", "CHARACTER SET latin1"),
    ("mysql-5.6", "mysql-9.7", "COLLATE utf8_bin", "COLLATE utf8mb4_0900_ai_ci"),
])
def test_the_source_s_is_named(pool, rowferry, source_name, target_name, there, here):
    source, target = pool.get(source_name), pool.get(target_name, "target")
    prepare(source, target, there, here)
    ferry = rowferry(source, target, [DB])
    done = ferry.command("check", "-c", ferry.config, "--json")
    assert [f for f in json.loads(done.stdout)["findings"] if "default collation" in f["what"] and DB in f["what"]], done.stdout
    ferry.run_until("now")
    source.execute(*STATEMENTS, *(BY_NAME if source_name != "mysql-9.7" else []), db=DB)
    ferry.run_until("now")
    assert collations(target) == collations(source)
    assert sorted(target.execute("SELECT id FROM t", db=DB)) == [("A",), ("a",)]
    assert target.value("SELECT e FROM e", db=DB) == "日"


def test_one_that_is_changed_on_the_way(pool, rowferry):
    """What the source's database has now is not what it had then: the target's follows."""
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    prepare(source, target, "COLLATE utf8mb4_bin", "COLLATE utf8mb4_bin")
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("CREATE TABLE t (a VARCHAR(9))", "ALTER DATABASE CHARACTER SET latin1", "CREATE TABLE u (a VARCHAR(9))",
                   f"ALTER DATABASE {DB} COLLATE utf8mb4_general_ci", "CREATE TABLE v (a VARCHAR(9))", db=DB)
    ferry.run_until("now")
    assert collations(target) == collations(source)
    assert len({row[1] for row in collations(target)}) == 3
