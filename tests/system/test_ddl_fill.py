# SPDX-License-Identifier: Apache-2.0
"""ALTER TABLE that makes the server fill in what no event tells: it stops where the target's rows would become others
than the source's, and only there."""

import re

import pytest

from rowferrylib.compare import compare
from rowferrylib.flavour import NAMES

DB = "dfill"
M10, M11, OLD, NEW = "mariadb-10.11", "mariadb-11.8", "mysql-5.6", "mysql-9.7"
NUMBERS = "gets numbers by AUTO_INCREMENT, and each server would give them in the order of its own rows"
LOSS = "may lose rows by ALTER IGNORE, and each server would keep the first in the order of its own rows"
OTHER = "and each server would fill it with other values"


def fresh(*servers):
    for server in servers:
        server.execute("DROP DATABASE IF EXISTS dump2db")
        server.fresh_database(DB)
    return servers


def put_in_two_orders(source, table, *rows):
    """What comes first on the source is committed last."""
    sessions = [source.connect(db=DB, autocommit=False) for _ in rows]
    for session, row in zip(sessions, rows):
        with session.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} VALUES ({row})")
    for session in reversed(sessions):
        session.commit()
        session.close()


def stops(ferry, text, replacement=None):
    """The next statement stops the task, with this error; it is passed over or replaced."""
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1, ferry.log()[-2000:]
    error = ferry.log().splitlines()[-1]
    assert text in error and "Copy the table again and skip this statement" in error, error
    gtid = re.search("error task: gtid ([^,]+),", error).group(1)
    how = ["--replace", replacement] if replacement else []
    done = ferry.command("skip", "-c", ferry.config, "task", "--gtid", gtid, "--why", "a test", *how)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_numbers_in_the_order_of_arrival(pool, rowferry, name):
    source, target = fresh(pool.get(name, "source"), pool.get(name, "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("CREATE TABLE t (a INT) ENGINE=InnoDB", "CREATE TABLE u (a INT, n INT) ENGINE=InnoDB", db=DB)
    put_in_two_orders(source, "t", "1", "2")
    put_in_two_orders(source, "u", "1, 0", "2, 0")
    source.execute("ALTER TABLE t ADD id INT AUTO_INCREMENT PRIMARY KEY", db=DB)
    stops(ferry, f"'{DB}.t' {NUMBERS}", f"ALTER TABLE {DB}.t ADD id INT PRIMARY KEY AUTO_INCREMENT")
    source.execute("SET sql_mode = ''", "ALTER TABLE u MODIFY n INT NOT NULL AUTO_INCREMENT, ADD KEY (n)", db=DB)
    stops(ferry, f"'{DB}.u' {NUMBERS}")
    ferry.run_until("now")
    assert target.execute("SELECT n FROM u", db=DB) == [(0,), (0,)]
    assert source.execute("SELECT a, id FROM t ORDER BY a", db=DB) == [(1, 1), (2, 2)]
    assert target.execute("SELECT a, id FROM t ORDER BY a", db=DB) == [(1, 2), (2, 1)]  # by the operator's word


@pytest.mark.parametrize("pair", [(M10, M10), (OLD, OLD), (NEW, NEW), (OLD, M11), (OLD, NEW), (M11, NEW)], ids="-to-".join)
def test_what_every_server_does_alike(pool, rowferry, pair):
    source, target = fresh(pool.get(pair[0], "source"), pool.get(pair[1], "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute(
        "SET sql_mode = ''",
        "CREATE TABLE none (a INT) ENGINE=InnoDB", "ALTER TABLE none ADD id INT AUTO_INCREMENT PRIMARY KEY",
        "INSERT INTO none (a) VALUES (7), (8)",
        "CREATE TABLE single (a INT) ENGINE=InnoDB", "INSERT INTO single VALUES (7)", "ALTER TABLE single ADD id SERIAL",
        "CREATE TABLE keyed (a INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO keyed VALUES (3)", "INSERT INTO keyed VALUES (1)",
        "ALTER TABLE keyed ADD id INT AUTO_INCREMENT, ADD KEY (id)",
        "CREATE TABLE other (a INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO other VALUES (3)", "INSERT INTO other VALUES (1)",
        "ALTER TABLE other DROP PRIMARY KEY, ADD id INT AUTO_INCREMENT PRIMARY KEY",
        "CREATE TABLE dump (id INT NOT NULL) ENGINE=InnoDB", "INSERT INTO dump VALUES (9), (3)",
        "ALTER TABLE dump ADD PRIMARY KEY (id)", "ALTER TABLE dump MODIFY id INT NOT NULL AUTO_INCREMENT, AUTO_INCREMENT = 20",
        "CREATE TABLE both_ways (id INT NOT NULL, n INT AUTO_INCREMENT, KEY (n)) ENGINE=InnoDB",
        "INSERT INTO both_ways (id) VALUES (9), (3)", "ALTER TABLE both_ways MODIFY n BIGINT AUTO_INCREMENT, ADD x INT",
        "CREATE TABLE at_once (id INT NOT NULL) ENGINE=InnoDB", "INSERT INTO at_once VALUES (9), (3)",
        "ALTER TABLE at_once MODIFY id INT NOT NULL AUTO_INCREMENT PRIMARY KEY", db=DB)
    if source.is_mariadb and target.is_mariadb:
        source.execute(
            "CREATE TABLE own (a INT PRIMARY KEY)", "CREATE SEQUENCE s", "ALTER TABLE own ADD u VARCHAR(36) DEFAULT UUID()",
            "ALTER TABLE own ADD n BIGINT DEFAULT NEXTVAL(s), ADD i INT DEFAULT (@@server_id)",
            "INSERT INTO own (a) VALUES (1), (2)", "ALTER TABLE own ADD COLUMN IF NOT EXISTS u VARCHAR(36) DEFAULT UUID()", db=DB)
    if (source.is_mariadb or source.name == OLD) and source.name == target.name:
        source.execute("CREATE TABLE twice (id INT PRIMARY KEY, a INT) ENGINE=InnoDB",
                       "INSERT INTO twice VALUES (3, 7)", "INSERT INTO twice VALUES (1, 7)",
                       "ALTER IGNORE TABLE twice ADD UNIQUE (a)",
                       "CREATE TABLE shortened (a VARCHAR(9)) ENGINE=InnoDB", "INSERT INTO shortened VALUES ('aaa'), ('ab')",
                       "SET sql_mode = ''", "ALTER IGNORE TABLE shortened MODIFY a VARCHAR(1)", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])


@pytest.mark.parametrize("name", [M10, OLD])
def test_rows_that_are_there_twice(pool, rowferry, name):
    source, target = fresh(pool.get(name, "source"), pool.get(name, "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("CREATE TABLE t (a INT, b INT) ENGINE=InnoDB",
                   "CREATE TABLE u (a VARCHAR(9), b INT, UNIQUE (a)) ENGINE=InnoDB", db=DB)
    put_in_two_orders(source, "t", "7, 1", "7, 2")
    put_in_two_orders(source, "u", "'aa', 1", "'ab', 2")
    source.execute("ALTER IGNORE TABLE t ADD UNIQUE (a)", db=DB)
    stops(ferry, f"'{DB}.t' {LOSS}", f"ALTER TABLE {DB}.t ADD KEY (a)")
    source.execute("SET sql_mode = ''", "ALTER IGNORE TABLE u MODIFY a VARCHAR(1)", db=DB)
    stops(ferry, f"'{DB}.u' {LOSS}")
    ferry.run_until("now")
    assert target.execute("SELECT COUNT(*) FROM t", db=DB) == target.execute("SELECT COUNT(*) FROM u", db=DB) == [(2,)]


@pytest.mark.parametrize("name, value", [
    (M10, "NEXTVAL(s)"), (M11, "NEXT VALUE FOR s"), (M10, "PREVIOUS VALUE FOR s"), (M10, "SETVAL(s, 50)"), (M11, "(@@server_id)"),
    (M10, "(@a)"), (M11, "CONNECTION_ID()"), (M10, "CURRENT_USER"), (M10, "DATABASE()"), (NEW, "(CONNECTION_ID())")])
def test_values_that_each_server_has_its_own_of(pool, rowferry, name, value):
    source, target = fresh(pool.get(name, "source"), pool.get(name, "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    if source.is_mariadb:
        source.execute("CREATE SEQUENCE s", "DO NEXTVAL(s)", db=DB)
    source.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)", "SET @a = 5",
                   f"ALTER TABLE t ADD c VARCHAR(99) DEFAULT {value}", "INSERT INTO t (id) VALUES (2)", db=DB)
    filled = source.value("SELECT c FROM t WHERE id = 1", db=DB)
    filled = "NULL" if filled is None else f"'{filled}'"
    stops(ferry, f"'{DB}.t' gets a column by ", f"ALTER TABLE {DB}.t ADD c VARCHAR(99) DEFAULT {filled}")
    assert OTHER in ferry.log()
    ferry.run_until("now")
    assert target.execute("SELECT * FROM t ORDER BY id", db=DB) == source.execute("SELECT * FROM t ORDER BY id", db=DB)


def test_partitions_that_servers_go_through_in_another_order(pool, rowferry):
    """MySQL 5.6 numbers by the key alone, 9.7 partition by partition."""
    source, target = fresh(pool.get(OLD, "source"), pool.get(NEW, "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("CREATE TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB PARTITION BY HASH (a) PARTITIONS 2",
                   "INSERT INTO t VALUES (1), (2), (3)", "ALTER TABLE t ADD id INT AUTO_INCREMENT, ADD KEY (id)", db=DB)
    stops(ferry, f"'{DB}.t' {NUMBERS}")


@pytest.mark.parametrize("name", [M10, NEW])
def test_what_has_been_executed_is_not_asked_about_again(pool, rowferry, name):
    """The key that fixed the order is gone by then."""
    source, target = fresh(pool.get(name, "source"), pool.get(name, "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("CREATE TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO t VALUES (3)", "INSERT INTO t VALUES (1)",
                   db=DB)
    ferry.run_until("now")
    source.execute("ALTER TABLE t DROP PRIMARY KEY, ADD id INT AUTO_INCREMENT, ADD KEY (id)", db=DB)
    ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": "ddl_after:1"})
    assert ferry.wait_for_end() == -9
    ferry.run_until("now")
    compare(source, target, [DB])
