# SPDX-License-Identifier: Apache-2.0
"""A destination that changes under a running task, after rows have warmed what it knows of the tables."""

import re
import threading
import time

import pytest

from rowferrylib.process import wait_for

DB, SHOP = "tenant", "shop"
FLAVOURS = ["mariadb-10.11", "mysql-9.7"]
ALL = [*FLAVOURS, "mariadb-11.8", "mysql-5.6"]
TABLE = "CREATE TABLE t (id INT PRIMARY KEY, v INT, e ENUM('a','b','c')) ENGINE=InnoDB"
INVOKER = "CREATE SQL SECURITY INVOKER VIEW {} AS SELECT id, v, e FROM shop.orders"
SPY = ("CREATE FUNCTION spy() RETURNS INT DETERMINISTIC MODIFIES SQL DATA SQL SECURITY INVOKER BEGIN INSERT INTO shop.ran VALUES (1); "
       "RETURN 1; END")


def pair_of(pool, name):
    source, target = pool.get(name), pool.get(name, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db", "SET GLOBAL log_bin_trust_function_creators = 1")
    for server in (source, target):
        server.fresh_database(SHOP)
        server.fresh_database(DB)
        server.execute(TABLE, "CREATE TABLE u (id INT PRIMARY KEY) ENGINE=InnoDB", db=DB)
    target.execute("CREATE TABLE shop.orders LIKE tenant.t", "CREATE TABLE shop.ran (n INT) ENGINE=MyISAM")
    target.execute(SPY, db=DB)
    return source, target


def count(server, table):
    return server.value(f"SELECT COUNT(*) FROM {table}")


def insert(source, number):
    source.execute(f"INSERT INTO t VALUES ({number}, {number}, 'a')", db=DB)


def warm(ferry, source, target):
    ferry.run_until("now")
    ferry.start()
    for number in (1, 2, 3):  # the third finds both tables proved, and the binlog as the second has left it
        source.execute(f"INSERT INTO u VALUES ({number})", db=DB)
        insert(source, number)
        ferry.wait(f"row {number}", lambda number=number: target.value(f"SELECT 1 FROM tenant.t WHERE id = {number}"))


VIEW = r"'tenant\.t' is a view on server"
REFUSED = {
    "a view onto another database": (["RENAME TABLE t TO t_", INVOKER.format("t")], VIEW),
    "a view with a function": (["RENAME TABLE t TO t_", INVOKER.format("t") + " WHERE spy() = 1"], VIEW),
    "a view with a function in a swap": ([INVOKER.format("w") + " WHERE spy() = 1", "RENAME TABLE t TO t_, w TO t"], VIEW),
    "no table": (["DROP TABLE t"], r"table 'tenant\.t' does not exist on the destination"),
    "a trigger": (["CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.v = spy()"],
                  r"table 'tenant\.t' on the destination has triggers, which would run a second time"),
    "a trigger that seems old": (
        ["SET timestamp = 1", "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.v = spy()"],
        r"table 'tenant\.t' on the destination has triggers, which would run a second time"),
    "an engine": (["ALTER TABLE t ENGINE=MyISAM"], r"table 'tenant\.t' on the destination has engine MyISAM, which cannot roll back"),
    "other members": (["ALTER TABLE t MODIFY e ENUM('c','b','a')"], r"'e'"),
    "another type": (["DROP TABLE t", "CREATE TABLE t (id INT PRIMARY KEY, v DATE, e ENUM('a','b','c')) ENGINE=InnoDB"], r"'v'"),
}


@pytest.mark.parametrize("name, case", [
    (name, case) for name in ALL for case in REFUSED
    if name in FLAVOURS or case in ("a view with a function in a swap", "a trigger that seems old", "other members")])
def test_what_must_not_be_written_to(pool, rowferry, name, case):
    changes, text = REFUSED[case]
    source, target = pair_of(pool, name)
    ferry = rowferry(source, target, [DB])
    warm(ferry, source, target)
    before = target.value("SELECT MAX(seq) FROM dump2db.marker")
    target.execute(*changes, db=DB)
    if "seems" not in case:
        source.execute("INSERT INTO u VALUES (4)", db=DB)
    insert(source, 4)
    assert ferry.wait_for_end() == 1
    errors = [line for line in ferry.log().splitlines() if " error task: " in line]
    assert len(errors) == 1 and re.search(text, errors[0]), ferry.log()
    assert (count(target, "shop.orders"), count(target, "shop.ran")) == (0, 0)
    assert target.value("SELECT MAX(seq) FROM dump2db.marker") <= before + 1


def test_a_trigger_under_an_open_transaction(pool, rowferry):
    """It is made while rows of another table wait for a lock, and seems old: the binlog ends with rowferry's commit again."""
    source, target = pair_of(pool, "mariadb-10.11")
    ferry = rowferry(source, target, [DB])
    warm(ferry, source, target)
    with target.session(db=DB) as blocker, blocker.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("INSERT INTO u VALUES (4)")
        source.execute("INSERT INTO u VALUES (4)", db=DB)
        waits = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
        wait_for("the row that waits", lambda: target.value(waits), interval_s=0.3)  # read more often, the table stays as it was
        target.execute(*REFUSED["a trigger that seems old"][0], db=DB)
        cursor.execute("ROLLBACK")
    ferry.wait("the row that waited", lambda: count(target, "tenant.u") == 4)
    insert(source, 4)
    assert ferry.wait_for_end() == 1
    assert re.search(REFUSED["a trigger that seems old"][1], ferry.log()), ferry.log()
    assert count(target, "shop.ran") == 0


@pytest.mark.parametrize("name", FLAVOURS)
def test_what_does_no_harm(pool, rowferry, name):
    """The definition is read again, in one transaction with the rows, and the task goes on."""
    source, target = pair_of(pool, name)
    ferry = rowferry(source, target, [DB])
    warm(ferry, source, target)
    changes = [
        ["ALTER TABLE t ADD KEY (v)"], ["FLUSH TABLES"], ["ALTER TABLE t ADD COLUMN extra INT NULL"],
        ["ALTER TABLE t DROP PRIMARY KEY, ADD UNIQUE (id), ADD KEY (e)"], ["ALTER TABLE t DROP COLUMN extra"],
        ["CREATE TABLE n LIKE t", "INSERT INTO n SELECT * FROM t", "RENAME TABLE t TO o, n TO t", "DROP TABLE o"],
    ]
    for number, statements in enumerate(changes, 10):
        target.execute(*statements, db=DB)
        source.execute(f"INSERT INTO t VALUES ({number}, 1, 'b')", f"UPDATE t SET v = {number} WHERE id = {number}", db=DB)
        ferry.wait(f"after {statements}", lambda number=number: target.value(f"SELECT v FROM tenant.t WHERE id = {number}") == number)
    assert target.execute("SELECT id, v, e FROM tenant.t ORDER BY id") == source.execute("SELECT * FROM tenant.t ORDER BY id")
    ferry.stop()
    ferry.assert_clean()


class Swapper(threading.Thread):
    """A view takes the table's place, and gives it back, again and again."""

    def __init__(self, target):
        super().__init__(daemon=True)
        self.target = target
        self.is_over = threading.Event()
        self.swaps = 0

    def run(self):
        with self.target.session(db=DB) as session, session.cursor() as cursor:
            while not self.is_over.is_set():
                cursor.execute("RENAME TABLE t TO t_, w TO t")
                cursor.execute("RENAME TABLE t TO w, t_ TO t")
                self.swaps += 1
                time.sleep(0.01)


@pytest.mark.limit(180)
@pytest.mark.parametrize("name", FLAVOURS)
def test_a_view_that_comes_and_goes(pool, rowferry, name):
    source, target = pair_of(pool, name)
    ferry = rowferry(source, target, [DB], {"destination": {"batch_transactions": 1}})
    warm(ferry, source, target)
    target.execute(INVOKER.format("w") + " WHERE spy() = 1", db=DB)
    swapper = Swapper(target)
    swapper.start()
    try:
        number = 100
        while number < 1100 or (swapper.swaps < 60 and swapper.is_alive() and number < 20000):
            insert(source, number)
            number += 1
            if number % 10 == 0 and not ferry.is_running():
                ferry.start()
    finally:
        swapper.is_over.set()
        swapper.join()
    assert swapper.swaps >= 60
    if ferry.is_running():
        ferry.process.stop()  # with an error, where it has met the view at this very moment
    ferry.assert_clean()
    ferry.run_until("now")
    assert (count(target, "shop.orders"), count(target, "shop.ran")) == (0, 0)
    assert count(target, "tenant.t") == number - 97


@pytest.mark.parametrize("name", FLAVOURS)
def test_a_statement_that_holds_the_table(pool, rowferry, name):
    """The wait has an end, is tried again, and `status` says it."""
    source, target = pair_of(pool, name)
    ferry = rowferry(source, target, [DB], {"destination": {"lock_wait_timeout_s": 1}})
    warm(ferry, source, target)
    locker = target.connect(db=DB)
    try:
        with locker.cursor() as cursor:
            cursor.execute("LOCK TABLES t WRITE")
        insert(source, 4)
        ferry.wait("another try", lambda: target.value("SELECT retries FROM dump2db.progress") > 0)
        assert "Lock wait timeout exceeded" in target.value("SELECT last_error FROM dump2db.progress")
    finally:
        locker.close()
    wait_for("the row", lambda: target.value("SELECT 1 FROM tenant.t WHERE id = 4"))
    ferry.stop()


@pytest.mark.parametrize("name", FLAVOURS)
def test_prepared_rows(pool, rowferry, name):
    """XA: what was prepared before meets the view at its COMMIT."""
    source, target = pair_of(pool, name)
    ferry = rowferry(source, target, [DB])
    warm(ferry, source, target)
    with source.session(db=DB) as session, session.cursor() as cursor:
        for statement in ("XA START 'x'", "INSERT INTO t VALUES (4, 4, 'c')", "XA END 'x'", "XA PREPARE 'x'"):
            cursor.execute(statement)
        ferry.wait("the rows to wait", lambda: target.value("SELECT COUNT(*) FROM dump2db.prepared"))
        target.execute("RENAME TABLE t TO t_", INVOKER.format("t"), db=DB)
        cursor.execute("XA COMMIT 'x'")
    assert ferry.wait_for_end() == 1
    assert re.search(VIEW, ferry.log())
    assert count(target, "shop.orders") == 0
    target.execute("DROP VIEW t", "RENAME TABLE t_ TO t", db=DB)
    ferry.run_until("now")
    assert target.value("SELECT e FROM tenant.t WHERE id = 4") == "c"


@pytest.mark.parametrize("name", FLAVOURS)
def test_too_many_prepared_statements_are_waited_for(pool, rowferry, name):
    """Each table takes one or two, and all sessions of the server share the number."""
    source, target = pair_of(pool, name)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    target.execute("SET GLOBAL max_prepared_stmt_count = 0")
    ferry.start()
    insert(source, 1)
    ferry.wait_for_log("Can't create more than max_prepared_stmt_count statements")
    assert count(target, "tenant.t") == 0
    target.restore_globals()
    ferry.wait("the row", lambda: count(target, "tenant.t") == 1)
    ferry.stop()


def test_a_trigger_that_the_binlog_leaves_out(private_server, pool, rowferry):
    """The destination's binlog has a filter, by which statements are left out after their default database."""
    source, target = pool.get("mariadb-10.11"), private_server("mariadb-10.11", "filtered", binlog_ignore_db="hidden")
    target.execute("SET GLOBAL log_bin_trust_function_creators = 1", "CREATE DATABASE hidden")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute(TABLE, "CREATE TABLE u (id INT PRIMARY KEY) ENGINE=InnoDB", db=DB)
    ferry = rowferry(source, target, [DB])
    warm(ferry, source, target)
    before = target.binlog_position()
    target.execute("SET timestamp = 1", "CREATE TRIGGER tenant.tr BEFORE INSERT ON tenant.t FOR EACH ROW SET NEW.v = 7", db="hidden")
    assert target.binlog_position() == before
    insert(source, 4)
    assert ferry.wait_for_end() == 1
    assert re.search(REFUSED["a trigger that seems old"][1], ferry.log()), ferry.log()
