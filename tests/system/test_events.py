# SPDX-License-Identifier: Apache-2.0
"""Every kind of transaction and event that carries data, and those that must stop the task."""

import json
import re

import pymysql
import pytest

from rowferrylib.compare import compare
from rowferrylib.runner import prepare_sentinel
from rowferrylib.type_cases import M10, M11, NEW, OLD

DB = "events"
PAIRS = [(M10, M10), (M11, M11), (OLD, OLD), (NEW, NEW), (OLD, NEW), (M11, NEW), (NEW, M11), (M10, M11), (M11, M10)]


def fresh(source, target):
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dump2db", f"DROP DATABASE IF EXISTS {DB}",
                       f"CREATE DATABASE {DB} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    prepare_sentinel(DB, source, target)
    return source, target


@pytest.fixture(params=PAIRS, ids="-to-".join)
def pair(request, pool):
    return fresh(pool.get(request.param[0]), pool.get(request.param[1], "target"))


OPTIONS = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"


def family(parent):
    """A parent, children of each kind, a grandchild."""
    child = f"CREATE TABLE {parent}_%s (id INT PRIMARY KEY, p INT, KEY (p), CONSTRAINT {parent}_%s FOREIGN KEY (p) " \
            f"REFERENCES %s (id) %s) {OPTIONS}"
    return [f"CREATE TABLE {parent} (id INT PRIMARY KEY, v INT) {OPTIONS}",
            child % ("c", "c", parent, "ON DELETE CASCADE ON UPDATE CASCADE"),
            child % ("n", "n", parent, "ON DELETE SET NULL ON UPDATE SET NULL"),
            child % ("r", "r", parent, "ON DELETE RESTRICT"),
            f"CREATE TABLE {parent}_g (id INT PRIMARY KEY, p INT, KEY (p), CONSTRAINT {parent}_g FOREIGN KEY (p) REFERENCES "
            f"{parent}_c (id) ON DELETE CASCADE ON UPDATE CASCADE) {OPTIONS}"]


def fill_family(parent):
    rows = range(1, 8)
    return [f"INSERT INTO {parent} VALUES {', '.join(f'({i}, {i})' for i in rows)}",
            f"INSERT INTO {parent}_c VALUES {', '.join(f'({10 * i + k}, {i})' for i in rows for k in (0, 1))}",
            f"INSERT INTO {parent}_n VALUES {', '.join(f'({i}, {i})' for i in rows)}",
            f"INSERT INTO {parent}_r VALUES (1, 7)",
            f"INSERT INTO {parent}_g VALUES {', '.join(f'({i}, {10 * i})' for i in rows)}"]


def change_family(parent):
    return [f"DELETE FROM {parent} WHERE id = 1", f"UPDATE {parent} SET id = 20 WHERE id = 2",
            "BEGIN", f"UPDATE {parent} SET v = 5, id = 30 WHERE id = 3", f"DELETE FROM {parent} WHERE id IN (20, 30)",
            f"INSERT INTO {parent} VALUES (1, 100)", f"UPDATE {parent}_c SET id = 99 WHERE id = 40", "COMMIT",
            f"DELETE FROM {parent}_c WHERE id = 50",
            "SET SESSION foreign_key_checks = 0", f"DELETE FROM {parent} WHERE id = 6", f"UPDATE {parent} SET id = 70 WHERE id = 5",
            f"INSERT INTO {parent}_c VALUES (1000, 12345)", f"DELETE FROM {parent} WHERE id = 7",
            "SET SESSION foreign_key_checks = 1"]


def test_foreign_keys(pair, rowferry):
    source, target = pair
    for batch in (1, 100):
        fresh(source, target)
        ferry = rowferry(source, target, [DB], {"destination": {"batch_transactions": batch}})
        ferry.run_until("now")
        source.execute(*family("p"), *fill_family("p"), *change_family("p"), db=DB)
        ferry.run_until("now")
        compare(source, target, [DB])
    left = source.execute("SELECT id, p FROM p_g ORDER BY id", db=DB)
    assert left == [(4, 99), (6, 60), (7, 70)]
    assert target.execute("SELECT id, p FROM p_g ORDER BY id", db=DB) == left


def test_replace_of_a_referenced_row(pair, rowferry):
    """MySQL 9.6 on leaves the children alone where the new row has the referenced key of the old one."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute(f"CREATE TABLE p (id INT PRIMARY KEY, u INT, UNIQUE KEY (u)) {OPTIONS}",
                   f"CREATE TABLE c (id INT PRIMARY KEY, u INT, KEY (u), CONSTRAINT c FOREIGN KEY (u) REFERENCES p (u) "
                   f"ON DELETE SET NULL ON UPDATE CASCADE) {OPTIONS}",
                   "INSERT INTO p VALUES (1, 1), (2, 2), (3, 3)", "INSERT INTO c VALUES (1, 1), (2, 2), (3, 3)",
                   "REPLACE INTO p VALUES (10, 1), (2, 20), (30, 3)", "REPLACE INTO p VALUES (30, 3)", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])


def transactions(source, folder):
    plain = f"(id INT PRIMARY KEY, v VARCHAR(50)) {OPTIONS}"
    load = folder / "load.txt"
    load.write_text("".join(f"{i}\tline é {i}\n" for i in range(1000, 3000)), encoding="utf-8")
    load.chmod(0o644)
    yield from (f"CREATE TABLE a {plain}", f"CREATE TABLE b {plain}", f"CREATE TABLE k (id INT, v VARCHAR(50)) {OPTIONS}")
    for end in ("COMMIT", "ROLLBACK"):
        xid = f"'x{end}', 'branch', 7"
        yield from (f"XA START {xid}", f"INSERT INTO a VALUES ({len(end)}, '{end}')", f"INSERT INTO k VALUES (1, '{end}')",
                    f"XA END {xid}", f"XA PREPARE {xid}", f"XA {end} {xid}")
    yield from ("XA START 'one'", "INSERT INTO a VALUES (1, 'one phase')", "XA END 'one'", "XA COMMIT 'one' ONE PHASE")
    yield from ("XA START 'none'", "XA END 'none'", "XA PREPARE 'none'", "XA COMMIT 'none'")
    yield from ("BEGIN", "INSERT INTO a VALUES (10, 'kept')", "SAVEPOINT s", "INSERT INTO a VALUES (11, 'undone')",
                "INSERT INTO k VALUES (2, 'undone')", "ROLLBACK TO s", "INSERT INTO a VALUES (12, 'kept too')",
                "SAVEPOINT `t'x`", "DELETE FROM a WHERE id = 10", "RELEASE SAVEPOINT `t'x`", "COMMIT")
    yield from ("BEGIN", "INSERT INTO a VALUES (13, 'rolled back')", "ROLLBACK")
    yield from (f"LOAD DATA INFILE '{load}' INTO TABLE b CHARACTER SET utf8mb4", "FLUSH BINARY LOGS",
                f"LOAD DATA INFILE '{load}' REPLACE INTO TABLE b CHARACTER SET utf8mb4 SET v = CONCAT(v, '!')")
    if source.is_mariadb:
        yield from ("CREATE TABLE s (PRIMARY KEY (id)) ENGINE=InnoDB AS SELECT id, v FROM b WHERE id < 1100",
                    "CREATE TABLE s_empty ENGINE=InnoDB AS SELECT id, v FROM b WHERE id < 0")
    yield from ("UPDATE a JOIN b ON b.id = a.id + 1000 SET a.v = b.v, b.v = 'both'",
                "INSERT INTO k SELECT id, v FROM b WHERE id < 1050", "DELETE a, k FROM a JOIN k ON k.id = a.id + 1000 WHERE a.id = 12",
                "INSERT INTO a VALUES (1, 'dup'), (50, 'new') ON DUPLICATE KEY UPDATE v = 'was there'",
                "REPLACE INTO a VALUES (50, 'replaced'), (51, 'new')", "INSERT IGNORE INTO a VALUES (50, 'ignored'), (52, 'new')",
                "UPDATE a SET id = id + 100 ORDER BY id DESC", "DELETE FROM k ORDER BY id LIMIT 3")
    yield from ("CREATE TEMPORARY TABLE gone (id INT)", "INSERT INTO gone VALUES (1), (2)",
                "INSERT INTO a SELECT id + 900, 'from temporary' FROM gone", "DROP TEMPORARY TABLE gone")
    yield from (f"CREATE TABLE audit (n INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(90)) {OPTIONS}",
                "CREATE TRIGGER watch AFTER UPDATE ON a FOR EACH ROW INSERT INTO audit (what) VALUES (CONCAT(OLD.v, '>', NEW.v))",
                "UPDATE a SET v = CONCAT(v, '+') WHERE id > 105", "FLUSH BINARY LOGS", "UPDATE a SET v = 'last' WHERE id = 101")


@pytest.mark.parametrize("batch", [1, 100])
def test_each_kind_of_transaction(pair, rowferry, tmp_path, batch):
    source, target = pair
    tmp_path.chmod(0o755)
    ferry = rowferry(source, target, [DB], {"destination": {"batch_transactions": batch}})
    ferry.run_until("now")
    source.execute(*transactions(source, tmp_path), db=DB)
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows > 2000
    assert source.value("SELECT COUNT(*) FROM audit", db=DB) > 3


def test_a_backlog_of_rotations(pair, rowferry):
    """Rows right behind a rotation; a prepared transaction that is committed in a later file."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    source.execute(f"CREATE TABLE r (id INT PRIMARY KEY, v INT) {OPTIONS}", db=DB)
    target.execute(f"CREATE TABLE r (id INT PRIMARY KEY, v INT) {OPTIONS}", db=DB)
    ferry.run_until("now")
    statements = []
    for i in range(8):
        statements += [f"INSERT INTO r VALUES ({i}, 1)", "FLUSH BINARY LOGS", f"UPDATE r SET v = v + 1 WHERE id <= {i}"]
    source.execute(*statements, db=DB)
    with source.session(db=DB) as session, session.cursor() as cursor:
        for statement in ("XA START 'far'", "INSERT INTO r VALUES (100, 1)", "XA END 'far'", "XA PREPARE 'far'"):
            cursor.execute(statement)
        source.flush_binlog()
        source.flush_binlog()
        cursor.execute("XA COMMIT 'far'")
    source.flush_binlog()
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows >= 9


def test_a_transaction_larger_than_memory(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB], {"limits": {"transaction_memory_bytes": 65536, "queue_bytes": 1048576}})
    ferry.run_until("now")
    rows = ", ".join(f"({i}, REPEAT('{i % 10}', 2000))" for i in range(1000))
    source.execute(f"CREATE TABLE big (id INT PRIMARY KEY, t TEXT) {OPTIONS}", "BEGIN", f"INSERT INTO big VALUES {rows}",
                   "UPDATE big SET t = CONCAT(t, id)", "DELETE FROM big WHERE id % 3 = 0", "COMMIT",
                   "UPDATE big SET t = REPEAT('é', 1500)", db=DB)
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows == 666


def test_tagged_gtids(pool, rowferry):
    source, target = fresh(pool.get(NEW), pool.get(NEW, "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute(f"CREATE TABLE g (id INT PRIMARY KEY) {OPTIONS}", "SET gtid_next = 'AUTOMATIC:blue'", "INSERT INTO g VALUES (1)",
                   "SET gtid_next = 'AUTOMATIC:a_long_tag_of_thirty_two_chars_'", "INSERT INTO g VALUES (2)",
                   "SET gtid_next = 'AUTOMATIC:blue'", "CREATE TABLE g2 (id INT PRIMARY KEY)", "INSERT INTO g2 VALUES (1)",
                   "SET gtid_next = '11112222-3333-4444-5555-666677778888:red:5000000000'", "INSERT INTO g VALUES (3)",
                   "SET gtid_next = 'AUTOMATIC'", "INSERT INTO g VALUES (4)", db=DB)
    assert ":blue:" in source.executed_gtids()
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows == 5
    source.execute("SET gtid_next = 'AUTOMATIC:blue'", "INSERT INTO g VALUES (5)", "FLUSH BINARY LOGS", "INSERT INTO g VALUES (6)",
                   db=DB)
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows == 7


def test_until_a_tagged_gtid(pool, rowferry):
    source, target = fresh(pool.get(NEW), pool.get(NEW, "target"))
    ferry = rowferry(source, target, [DB])
    source.execute(f"CREATE TABLE g (id INT PRIMARY KEY) {OPTIONS}", db=DB)
    target.execute(f"CREATE TABLE g (id INT PRIMARY KEY) {OPTIONS}", db=DB)
    ferry.run_until("now")
    uuid = source.value("SELECT @@server_uuid")
    places = []
    for i, tag in enumerate(["AUTOMATIC:until_b", "AUTOMATIC", "AUTOMATIC:until_a", "AUTOMATIC:until_b", "AUTOMATIC"]):
        source.execute(f"SET gtid_next = '{tag}'", f"INSERT INTO g VALUES ({i})", "SET gtid_next = 'AUTOMATIC'",
                       *(["FLUSH BINARY LOGS"] if i == 2 else []), db=DB)
        places.append(source.executed_gtids())
    tagged = re.search(r":until_b:(\d+)-(\d+)", places[-1])
    for until, arrived in ((places[0], 1), (f"{uuid}:until_b:{tagged[2]}", 4), (places[4], 5)):
        ferry.run_until(until)
        assert target.value("SELECT COUNT(*) FROM g", db=DB) == arrived, until
    status = json.loads(ferry.command("status", "-c", ferry.config, "--json").stdout)["tasks"][0]
    assert status["position"]["gtids"] == places[4]
    source.execute("SET gtid_next = 'AUTOMATIC:until_a'", "INSERT INTO g VALUES (10), (11)", db=DB)
    for _ in range(2):  # the one is killed behind its COMMIT, the other begins with what is stored
        ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": "commit_sent:1"})
        ferry.wait_for_end()
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows == 7


@pytest.mark.parametrize("name", [M10, M11])
def test_two_phase_alter(pool, rowferry, name):
    source, target = fresh(pool.get(name), pool.get(name, "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute(f"CREATE TABLE t (id INT PRIMARY KEY, v INT) {OPTIONS}", "INSERT INTO t VALUES (1, 1), (2, 1)",
                   "SET SESSION binlog_alter_two_phase = 1", "ALTER TABLE t ADD COLUMN c INT DEFAULT 5",
                   "INSERT INTO t VALUES (3, 1, 3)", "ALTER TABLE t DROP COLUMN c, ALGORITHM=COPY", db=DB)
    with pytest.raises(Exception, match="Duplicate entry"):
        source.execute("SET SESSION binlog_alter_two_phase = 1", "ALTER TABLE t ADD UNIQUE KEY (v), ALGORITHM=COPY", db=DB)
    source.execute("SET SESSION binlog_alter_two_phase = 1", "UPDATE t SET v = id", "ALTER TABLE t ADD UNIQUE KEY (v)",
                   "INSERT INTO t VALUES (4, 4)", db=DB)
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows == 4


@pytest.mark.parametrize("name", [OLD, NEW])
def test_a_source_without_gtids(pool, private_server, rowferry, name):
    source, target = fresh(private_server(name, gtid_mode="OFF", enforce_gtid_consistency="OFF"), pool.get(name, "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute(f"CREATE TABLE t (id INT PRIMARY KEY, v INT) {OPTIONS}", "INSERT INTO t VALUES (1, 1)", "FLUSH BINARY LOGS",
                   "UPDATE t SET v = 2", db=DB)
    ferry.run_until("now")
    source.execute("INSERT INTO t VALUES (2, 1)", "FLUSH BINARY LOGS", "CREATE TABLE c ENGINE=InnoDB AS SELECT * FROM t",
                   "BEGIN", "INSERT INTO t VALUES (3, 1)", "INSERT INTO c VALUES (3, 1)", "COMMIT", db=DB)
    ferry.start()
    ferry.wait_until_synced(source, target, DB)
    assert compare(source, target, [DB]).rows == 7
    ferry.stop()


@pytest.mark.parametrize("name", [M10, M11, OLD, NEW])
def test_a_change_logged_as_a_statement_stops_the_task(pool, rowferry, name):
    source, target = fresh(pool.get(name), pool.get(name, "target"))
    ferry = rowferry(source, target, [DB])
    source.execute(f"CREATE TABLE t (id INT PRIMARY KEY, v INT) {OPTIONS}", "INSERT INTO t VALUES (1, 1)", db=DB)
    target.execute(f"CREATE TABLE t (id INT PRIMARY KEY, v INT) {OPTIONS}", "INSERT INTO t VALUES (1, 1)", db=DB)
    ferry.run_until("now")
    source.execute("SET SESSION binlog_format = 'STATEMENT'", "UPDATE t SET v = v + 41 WHERE id = 1", db=DB)
    for _ in range(2):  # and again at the next start
        ferry.start("--until", "now")
        assert ferry.wait_for_end() == 1
    assert ferry.log().count("were logged as a statement") == 2, ferry.log()
    assert target.value("SELECT v FROM t", db=DB) == 1


def log_an_incident(server):
    """A change of a table without transactions that does not fit the cache for it has happened and cannot be logged.
    The transactions before it matter: MySQL 5.6 hides an incident behind one that the replica has."""
    sizes = "binlog_stmt_cache_size", "max_binlog_stmt_cache_size"
    server.execute("DROP DATABASE IF EXISTS events_other", "CREATE DATABASE events_other",
                   "CREATE TABLE events_other.m (v VARCHAR(5000)) ENGINE=MyISAM",
                   *[f"SET GLOBAL {size} = 4096" for size in sizes])
    with pytest.raises(pymysql.err.Error, match="max_binlog_stmt_cache_size"):
        server.execute("INSERT INTO events_other.m VALUES " + ", ".join(["(REPEAT('x', 3000))"] * 9))
    server.execute(*[f"SET GLOBAL {size} = DEFAULT" for size in sizes])


@pytest.mark.parametrize("name", [M10, M11, OLD, NEW])
def test_an_incident_stops_the_task(pool, rowferry, name):
    source, target = fresh(pool.get(name), pool.get(name, "target"))
    ferry = rowferry(source, target, [DB])
    for server in (source, target):
        server.execute(f"CREATE TABLE t (id INT PRIMARY KEY) {OPTIONS}", db=DB)
    ferry.run_until("now")
    ferry.start()
    ferry.wait_until_synced(source, target, DB)
    log_an_incident(source)
    assert ferry.wait_for_end() == 1
    stop = (r"error task: (?:gtid (\S+), )?(\S+:\d+): the source has logged an incident: changes are missing from its binlog\. "
            r"Compare the tables, repair what differs, then pass over it with rowferry skip\.")
    gtid, place = re.search(stop, ferry.log()).groups()
    source.execute("INSERT INTO t VALUES (1)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    assert len(re.findall(stop, ferry.log())) == 2 and target.value("SELECT COUNT(*) FROM t", db=DB) == 0
    done = ferry.command("skip", "-c", ferry.config, "task", *(["--gtid", gtid] if gtid else ["--position", place]), "--why", "seen")
    assert done.returncode == 0, done.stderr
    for i in range(2, 4):  # MariaDB sends it again at each start from that file
        ferry.run_until("now")
        source.execute(f"INSERT INTO t VALUES ({i})", db=DB)
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows >= 4
    assert target.execute("SELECT state FROM dump2db.skipped") == [("used",)]
    log_an_incident(source)
    source.execute("INSERT INTO t VALUES (9)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1, "a second one is none that was passed over"
