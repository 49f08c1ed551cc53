# SPDX-License-Identifier: Apache-2.0
"""A running database server of one of the flavours."""

import contextlib
import itertools
import os
import re
import shutil
import time

import pymysql
from pymysql.constants import CLIENT, ER

from . import flavour, places
from .process import Process

_ids = itertools.count(101)

SET_GLOBAL = re.compile(r"\bSET\s+(?:GLOBAL\s+|@@GLOBAL\.)(\w+)", re.IGNORECASE)


def option_arguments(options):
    """{"max_allowed_packet": "1G", "skip_slave_start": None} to --options; the value None gives the bare option."""
    return ["--" + key.replace("_", "-") + ("" if value is None else f"={value}") for key, value in options.items()]


class Server:
    """Made, but not started: start() does that. The data folder survives stop, kill and restart."""

    def __init__(self, name, folder, role="server", **options):
        self.flavour = flavour.flavour(name)
        self.name = name
        self.role = role
        self.server_id = next(_ids)
        self.folder = folder / f"{role}-{self.server_id}"
        self.data = self.folder / "data"
        self.socket = self.folder / "s"
        self.log_path = self.folder / "server.log"
        self.port = places.free_port()
        self.options = {**self.flavour.defaults(), **options}
        self.process = None
        self.found = {}  # global variables that a test has set, as they were
        self.folder.mkdir(parents=True)
        fixed = {key: options[key] for key in self.flavour.fixed_options if key in options}
        places.copy_tree(self.flavour.template(*option_arguments(fixed)), self.data)

    def __repr__(self):
        return f"<{self.name} {self.role} at port {self.port}, log {self.log_path}>"

    @property
    def is_mariadb(self):
        return self.flavour.is_mariadb

    # --- life

    def start(self, timeout_s=120, **options):
        """Start and wait until it answers; options given here hold for this start alone."""
        arguments = {
            "datadir": self.data, "socket": self.socket, "port": self.port, "server_id": self.server_id,
            "pid_file": self.folder / "pid", "tmpdir": self.folder, **self.options, **options,
        }
        if not self.is_mariadb and self.name != "mysql-5.6":
            arguments.setdefault("log_error_verbosity", 2)
        self.socket.unlink(missing_ok=True)
        self.process = Process(
            self.flavour.command(*self.flavour.places(), *option_arguments(arguments)), self.log_path,
            env={**self.flavour.env, "MYSQLD_PARENT_PID": ""}, cwd=self.folder)
        self._wait_until_it_answers(timeout_s)
        return self

    def _wait_until_it_answers(self, timeout_s):
        deadline = time.monotonic() + timeout_s
        while True:
            if not self.process.is_running():
                raise AssertionError(f"{self} ended with {self.process.returncode} as it started:\n"
                                     f"{places.tail(self.log_path)}")
            try:
                self.connect().close()
                return
            except pymysql.err.OperationalError as error:
                if time.monotonic() > deadline:
                    raise AssertionError(f"{self} does not answer: {error}\n{places.tail(self.log_path)}") from error
            time.sleep(0.05)

    def is_running(self):
        return self.process is not None and self.process.is_running()

    def stop(self):
        """An orderly shutdown."""
        if self.is_running():
            status = self.process.stop(120)
            assert status == 0, f"{self} ended with {status}:\n{places.tail(self.log_path)}"

    def kill(self):
        """SIGKILL: what was written stays written, nothing is closed."""
        if self.is_running():
            self.process.kill()

    def restart(self, **options):
        self.stop()
        return self.start(**options)

    def freeze(self):
        self.process.freeze()

    def thaw(self):
        self.process.thaw()

    def destroy(self):
        self.kill()
        logs = places.log_folder()
        if logs and self.log_path.exists():
            logs.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.log_path, logs / f"{self.folder.name}-{self.name}.log")
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- talking to it

    def connect(self, user="root", db=None, password=None, tcp=False, **options):
        """A PyMySQL connection with autocommit on; by socket unless tcp is asked for."""
        if password is None:
            password = flavour.PASSWORD if user == flavour.USER else ""
        where = {"host": "127.0.0.1", "port": self.port} if tcp else {"unix_socket": str(self.socket)}
        settings = {"autocommit": True, "charset": "utf8mb4", "connect_timeout": 10, "read_timeout": 600,
                    "local_infile": True, **options}
        return pymysql.connect(user=user, password=password, database=db, **where, **settings)

    @contextlib.contextmanager
    def session(self, db=None, **options):
        connection = self.connect(db=db, **options)
        try:
            yield connection
        finally:
            with contextlib.suppress(pymysql.err.Error):
                connection.close()

    def execute(self, *statements, db=None):
        """Run statements one after the other on a connection of their own; the rows of the last one."""
        with self.session(db=db) as connection, connection.cursor() as cursor:
            for statement in statements:
                self._remember(cursor, statement)
                cursor.execute(statement)
            return list(cursor.fetchall())

    def _remember(self, cursor, statement):
        for variable in SET_GLOBAL.findall(statement):
            if variable not in self.found:
                cursor.execute(f"SELECT @@GLOBAL.{variable}")
                self.found[variable] = cursor.fetchone()[0]

    def restore_globals(self):
        """The global variables that execute() has set, as they were before: the next test finds the server's own."""
        found, self.found = self.found, {}
        if found and self.is_running():
            with self.session() as connection, connection.cursor() as cursor:
                for variable, value in found.items():
                    cursor.execute(f"SET GLOBAL {variable} = %s", (value,))

    def value(self, statement, db=None):
        """The first field of the first row, None where there is no row."""
        rows = self.execute(statement, db=db)
        return rows[0][0] if rows else None

    def script(self, text, db=None):
        """Many statements in one text."""
        with self.session(db=db, client_flag=CLIENT.MULTI_STATEMENTS) as connection, connection.cursor() as cursor:
            cursor.execute(text)
            while cursor.nextset():
                pass

    def fresh_database(self, name):
        self.execute(f"DROP DATABASE IF EXISTS `{name}`", f"CREATE DATABASE `{name}`")
        return name

    def end_sessions_of(self, user):
        """KILL; one that ended by itself meanwhile is as good."""
        for (session,) in self.execute(f"SELECT id FROM information_schema.processlist WHERE user = '{user}'"):
            try:
                self.execute(f"KILL {session}")
            except pymysql.err.MySQLError as error:
                if error.args[0] != ER.NO_SUCH_THREAD:
                    raise

    # --- positions

    def executed_gtids(self):
        """Everything that this server has executed, in its own notation."""
        if self.is_mariadb:
            return self.value("SELECT @@gtid_binlog_pos")
        return self.value("SELECT @@global.gtid_executed").replace("\n", "")

    def binlog_position(self):
        """(file, offset) of the end of the binlog."""
        for statement in ("SHOW BINARY LOG STATUS", "SHOW MASTER STATUS"):
            try:
                return self.execute(statement)[0][:2]
            except pymysql.err.ProgrammingError:
                continue
        raise AssertionError(f"{self} does not tell its position")

    def binlog_files(self):
        return [row[0] for row in self.execute("SHOW BINARY LOGS")]

    def binlog_bytes(self):
        """Bytes in all binlog files: how much a server has logged."""
        return sum(int(row[1]) for row in self.execute("SHOW BINARY LOGS"))

    def binlog_path(self, file=None):
        return os.path.join(self.data, file or self.binlog_position()[0])

    def flush_binlog(self):
        self.execute("FLUSH BINARY LOGS")
