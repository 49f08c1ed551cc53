# SPDX-License-Identifier: Apache-2.0
"""Writers that run the transactions of statements.py against a server, in threads, until told to stop."""

import collections
import contextlib
import os
import threading
import time

import pymysql

from .statements import SETUP, Statements

# What honest clients meet: duplicate and foreign keys, deadlocks, lock timeouts.
EXPECTED = {1022, 1062, 1205, 1213, 1451, 1452, 1761, 1762}
# What they meet besides after a lost connection, when nobody knows whether the last DDL was run.
AFTER_LOSS = {1050, 1051, 1054, 1060, 1061, 1091, 1146, 1017, 1397, 1399, 1136, 1072}
LOST = {2003, 2002, 2006, 2013, 1053, 1077, 1079, 1927, 1317, 1836, 0}


def default_seed():
    """Printed with each workload; ROWFERRY_SEED repeats a run."""
    return int(os.environ.get("ROWFERRY_SEED", "20261"))


class Writer:
    """One thread with one connection."""

    def __init__(self, server, database, statements, limit=None, pause_s=0, survive_restarts=False):
        self.server = server
        self.database = database
        self.statements = statements
        self.limit = limit
        self.pause_s = pause_s
        self.survive_restarts = survive_restarts
        self.connection = None
        self.has_lost = False
        self.committed = 0
        self.rows = 0
        self.kinds = collections.Counter()
        self.refused = collections.Counter()
        self.error = None
        self.stopping = threading.Event()
        self.going = threading.Event()
        self.going.set()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        try:
            while not self.stopping.is_set() and (self.limit is None or self.committed + sum(self.refused.values())
                                                  < self.limit):
                if not self.going.wait(0.1):
                    continue
                self._one(self.statements.next())
                if self.pause_s:
                    self.stopping.wait(self.pause_s)
        except Exception as error:  # told by stop(), on the thread that can fail the test
            self.error = error
        finally:
            self._close()

    def _close(self):
        if self.connection is not None:
            try:
                self.connection.close()
            except pymysql.err.Error:
                pass
            self.connection = None

    def _connect(self):
        while self.connection is None:
            try:
                self.connection = self.server.connect(db=self.database, autocommit=False)
                lane, lanes = self.statements.lane, self.statements.lanes
                with self.connection.cursor() as cursor:
                    cursor.execute("SET SESSION innodb_lock_wait_timeout = 5")
                    cursor.execute("SET SESSION foreign_key_checks = 1, unique_checks = 1")
                    if self.has_lost:
                        self._roll_back_prepared(cursor)
                    if lanes > 1:
                        cursor.execute(f"SET SESSION auto_increment_increment = {lanes}, "
                                       f"auto_increment_offset = {lane or lanes}")
            except pymysql.err.Error as error:
                self._lose(error)

    def _roll_back_prepared(self, cursor):
        """What was prepared on a lost connection would hold its locks for ever."""
        cursor.execute("XA RECOVER")
        for _format, length, _branch, data in cursor.fetchall():
            xid = data.decode() if isinstance(data, bytes) else data
            if xid[:length].startswith(f"w{self.statements.number}_xa"):
                cursor.execute(f"XA ROLLBACK '{xid[:length]}'")

    def _lose(self, error):
        """A lost connection is waited out, if the test restarts its server."""
        self._close()
        if not self.survive_restarts or self.stopping.is_set():
            raise error
        self.has_lost = True
        time.sleep(0.05)

    def _one(self, transaction):
        self._connect()
        rows = 0
        try:
            with self.connection.cursor() as cursor:
                for statement in transaction.statements:
                    rows += max(0, cursor.execute(statement))
            if not transaction.is_ddl:
                self.connection.commit()
        except (pymysql.err.Error, OSError) as error:
            self._judge(transaction, error)
            return
        self.committed += 1
        self.rows += rows
        self.kinds[transaction.kind] += 1

    def _roll_back(self):
        try:
            self.connection.rollback()
        except (pymysql.err.Error, OSError) as error:
            self._lose(error)

    def _judge(self, transaction, error):
        number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        if number in LOST:
            self._lose(error)
        elif number in EXPECTED or (self.has_lost and number in AFTER_LOSS):
            self.refused[number] += 1
            if transaction.kind == "xa":
                self._close()  # ends what is not prepared
            else:
                self._roll_back()
        else:
            raise AssertionError(f"{transaction.kind}: {error}\n" + ";\n".join(transaction.statements)[:2000]) from error


class Workload:
    """A number of writers on one database. With ddl=True each has tables of its own that it redefines."""

    def __init__(self, server, database, seed=None, threads=1, limit=None, pause_s=0, survive_restarts=False,
                 first_number=0, **kinds):
        """first_number: that of the first writer; several workloads on one database need different ones."""
        self.seed = default_seed() if seed is None else seed
        self.server = server
        self.database = database
        print(f"workload on {database}: seed {self.seed}, {threads} threads")
        self.writers = [
            Writer(server, database, Statements(self.seed, number, **kinds), limit, pause_s, survive_restarts)
            for number in range(first_number, first_number + threads)]

    @staticmethod
    def setup(server, database):
        server.execute(*SETUP, db=database)

    def start(self):
        for writer in self.writers:
            writer.thread.start()
        return self

    def stop(self, timeout_s=60):
        """Each writer ends its transaction; raises what a writer died of."""
        for writer in self.writers:
            writer.stopping.set()
        return self.join(timeout_s)

    def join(self, timeout_s=120):
        """Wait until the limit is reached."""
        for writer in self.writers:
            writer.thread.join(timeout_s)
            assert not writer.thread.is_alive(), f"a writer did not end within {timeout_s} s"
        for writer in self.writers:
            if writer.error is not None:
                raise writer.error
        return self

    @contextlib.contextmanager
    def paused(self):
        """No new transactions meanwhile: what is behind can catch up, however slow the machine is today."""
        for writer in self.writers:
            writer.going.clear()
        yield
        for writer in self.writers:
            writer.going.set()

    def is_alive(self):
        return any(w.thread.is_alive() for w in self.writers)

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, _value, _traceback):
        if kind is None:
            self.stop()
        else:
            for writer in self.writers:
                writer.stopping.set()

    @property
    def transactions(self):
        return sum(w.committed for w in self.writers)

    @property
    def rows(self):
        return sum(w.rows for w in self.writers)

    @property
    def kinds(self):
        return sum((w.kinds for w in self.writers), collections.Counter())

    @property
    def refused(self):
        return sum((w.refused for w in self.writers), collections.Counter())

    def wait_for(self, transactions, timeout_s=60):
        """Until so many have been committed."""
        deadline = time.monotonic() + timeout_s
        while self.transactions < transactions:
            assert self.is_alive(), [w.error for w in self.writers]
            assert time.monotonic() < deadline, f"{self.transactions} of {transactions} within {timeout_s} s"
            time.sleep(0.01)
