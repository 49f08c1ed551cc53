# SPDX-License-Identifier: Apache-2.0
"""Transactions larger than memory, rows of 60 MB, and what an idle process takes."""

import threading
import time

import pytest

MB = 1 << 20
DB = "large"
BIG = {"max_allowed_packet": "1G", "innodb_log_file_size": "2G", "innodb_buffer_pool_size": "512M",
       "max_binlog_size": "1G", "innodb_lock_wait_timeout": 50}


class Watch:
    """The highest resident size of a process, sampled."""

    def __init__(self, ferry):
        self.ferry = ferry
        self.highest = 0
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.done.wait(0.05):
            process = self.ferry.process
            if process is not None and process.is_running():
                self.highest = max(self.highest, process.rss_bytes("VmHWM"))

    def stop(self):
        self.done.set()
        self.thread.join()
        return self.highest


@pytest.fixture(params=["mariadb-10.11", "mysql-9.7"])
def pair(request, private_server):
    options = dict(BIG)
    if request.param.startswith("mysql"):
        options.pop("innodb_log_file_size")
        options["innodb_redo_log_capacity"] = "4G"
    source, target = (private_server(request.param, role, **options) for role in ("source", "target"))
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, v LONGBLOB) ENGINE=InnoDB",
                       "CREATE TABLE last (id INT PRIMARY KEY, v INT) ENGINE=InnoDB", "INSERT INTO last VALUES (0, 0)", db=DB)
    return source, target


@pytest.mark.limit(1800)
def test_a_transaction_of_1_5_gb_with_a_lock_in_its_way(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB], {"destination": {"lock_wait_timeout_s": 3}})
    ferry.run_until("now")
    rows, size = 1500, 1000
    with source.session(db=DB) as session, session.cursor() as cursor:
        cursor.execute("BEGIN")
        for n in range(rows):
            cursor.execute("INSERT INTO t VALUES " + ",".join(
                f"({n * 1000 + i}, REPEAT('{chr(97 + i % 26)}', {size}))" for i in range(1000)))
        cursor.execute("UPDATE last SET v = 1")
        session.commit()
    before = target.value("SELECT seq FROM dump2db.marker")
    blocker = target.connect(db=DB)
    with blocker.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT * FROM last FOR UPDATE")
    watch = Watch(ferry)
    ferry.start("--until", "now")
    ferry.wait("the lock to be in its way", lambda: target.execute(
        "SELECT id FROM information_schema.processlist WHERE info LIKE 'UPDATE %last%' AND user = 'rowferry'"), 600)
    time.sleep(5)  # longer than the lock wait: the whole transaction must come a second time
    blocker.rollback()
    blocker.close()
    assert ferry.wait_for_end(900) == 0, ferry.log()
    highest = watch.stop()
    print(f"1.5 GB in one transaction, applied again after a lock wait: highest resident size {highest / MB:.0f} MB")
    assert target.value("SELECT COUNT(*) FROM t", db=DB) == rows * 1000
    assert target.value("SELECT v FROM last", db=DB) == 1
    assert target.value("SELECT seq FROM dump2db.marker") == before + 1
    assert highest < 256 * MB


@pytest.mark.limit(900)
def test_rows_of_60_mb(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    with source.session(db=DB, max_allowed_packet=1 << 30) as session, session.cursor() as cursor:
        for n in range(3):
            cursor.execute("INSERT INTO t VALUES (%s, REPEAT(UNHEX('00275C0A'), 15 * 1024 * 1024))", (n,))
            session.commit()
        cursor.execute("UPDATE t SET v = CONCAT('x', v) WHERE id = 1")
        cursor.execute("DELETE FROM t WHERE id = 2")
        session.commit()
    watch = Watch(ferry)
    ferry.run_until("now", timeout_s=600)
    highest = watch.stop()
    print(f"rows of 60 MB: highest resident size {highest / MB:.0f} MB")
    sums = "SELECT id, LENGTH(v), SHA2(v, 256) FROM t ORDER BY id"
    assert len(source.execute(sums, db=DB)) == 2
    assert target.execute(sums, db=DB) == source.execute(sums, db=DB)
    assert highest < (256 + 4 * 60) * MB


@pytest.mark.limit(200)
def test_what_an_idle_process_takes(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    time.sleep(5)
    before = ferry.process.cpu_seconds()
    time.sleep(60)
    used, resident = ferry.process.cpu_seconds() - before, ferry.process.rss_bytes()
    print(f"idle: {resident / MB:.1f} MB resident, {used / 60 * 100:.2f}% of a core")
    ferry.stop()
    assert resident < 30 * MB
    assert used / 60 < 0.005
