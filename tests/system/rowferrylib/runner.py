# SPDX-License-Identifier: Apache-2.0
"""The rowferry process under test, with a configuration of its own."""

import copy
import itertools
import os
import re
import shutil
import signal
import subprocess
import time
import weakref

from . import flavour, places
from .config_text import to_text
from .process import Process, TimedOut, wait_for

_server_ids = itertools.count(900_001)
_sentinels = itertools.count(1)

REPORT = re.compile(r"(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error: |Assertion .* failed")
SENTINEL = "rowferry_sentinel"


def merged(base, changes):
    """A copy of base with changes laid over it, group by group; None removes a key."""
    out = copy.deepcopy(base)
    for key, value in (changes or {}).items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merged(out[key], value)
        else:
            out[key] = copy.deepcopy(value)
    return out


def server_settings(server, port=None):
    """host, port, user and password; port: that of a proxy in front of the server."""
    return {"host": "127.0.0.1", "port": port or server.port, "user": flavour.USER, "password": flavour.PASSWORD}


def task_settings(source, target, databases, changes=None, source_port=None, target_port=None):
    """A task that carries databases from source to target, with changes laid over it."""
    settings = {
        "server_id": next(_server_ids),
        "source": {**server_settings(source, source_port), "databases": list(databases)},
        "destination": server_settings(target, target_port),
    }
    return merged(settings, changes)


class Rowferry:
    """One configuration folder and the process that runs from it.

    tasks: {name: settings}. env: e.g. ROWFERRY_TEST_POINT. binary: another build than $ROWFERRY.
    """

    made = weakref.WeakSet()

    def __init__(self, folder, tasks, settings=None, env=None, binary=None):
        self.folder = folder
        self.binary = binary or places.rowferry_binary()
        assert self.binary, "ROWFERRY does not name the binary under test: run ./test.sh system"
        self.tasks = tasks
        self.settings = settings or {}
        # The machine's own authorities are no part of a test, and reading them costs 50 ms of each connection.
        self.env = {"SSL_CERT_FILE": "/dev/null", "SSL_CERT_DIR": "/nonexistent",
                    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:exitcode=86",
                    "UBSAN_OPTIONS": "print_stacktrace=1:exitcode=86", **(env or {})}
        self.config = folder / "rowferry.conf"
        self.log_path = folder / "rowferry.log"
        self.process = None
        self.watches_memory = False  # without it, peak_rss_bytes means nothing
        self.peak_rss_bytes = None  # of the last process that ended by itself or by stop()
        self.write_config()
        Rowferry.made.add(self)

    def write_config(self):
        """Call again after a change of self.tasks or self.settings."""
        conf_d = self.folder / "conf.d"
        shutil.rmtree(conf_d, ignore_errors=True)
        conf_d.mkdir(parents=True)
        self._write(self.config, {"include": "conf.d", "node": "127.0.0.1", **self.settings})
        for name, settings in self.tasks.items():
            self._write(conf_d / f"{name}.conf", settings)

    @staticmethod
    def _write(path, settings):
        path.write_text(to_text(settings), encoding="utf-8")
        path.chmod(0o600)

    # --- life

    def start(self, *arguments, env=None):
        assert not self.is_running(), "it runs already"
        self.process = Process([self.binary, "run", "-c", self.config, *arguments], self.log_path,
                               env={**self.env, **(env or {})}, cwd=self.folder, watches_memory=self.watches_memory)
        return self

    def is_running(self):
        return self.process is not None and self.process.is_running()

    @classmethod
    def one_ended_by_itself(cls):
        """Whether a rowferry ended that no test has stopped, killed or awaited the end of."""
        return any(ferry.process is not None and not ferry.process.is_running() for ferry in cls.made)

    def stop(self, timeout_s=60):
        """SIGTERM; it must end in order, with exit status 0."""
        if self.process is None:
            return
        deadline = time.monotonic() + timeout_s
        while self.is_running() and not self.process.catches(signal.SIGTERM) and time.monotonic() < deadline:
            time.sleep(0.01)
        was_running = self.is_running()
        status = self.process.stop(timeout_s) if was_running else self.process.returncode
        self.peak_rss_bytes = self.process.peak_rss_bytes
        self.process = None
        assert status == 0, self._story(f"rowferry ended with {status}" + ("" if was_running else " by itself"))
        self.assert_clean()

    def kill(self):
        """SIGKILL, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process = None
        self.assert_clean()

    def freeze(self):
        self.process.freeze()

    def thaw(self):
        self.process.thaw()

    def wait_for_end(self, timeout_s=60):
        """Until it ends by itself; the exit status."""
        status = self.process.wait(timeout_s)
        self.peak_rss_bytes = self.process.peak_rss_bytes
        self.process = None
        self.assert_clean()
        return status

    def destroy(self):
        """At the end of a test however it went; a sanitizer's report fails it still."""
        if self.process is not None:
            self.process.kill()
            self.process = None
        logs = places.log_folder()
        if logs and self.log_path.exists():
            logs.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.log_path, logs / f"{self.folder.name}.log")
        self.assert_clean()

    # --- commands

    def command(self, *arguments, timeout_s=60, env=None, stdin=None):
        """Another rowferry command with this configuration; the finished process, output as text."""
        done = subprocess.run([str(self.binary), *map(str, arguments)], capture_output=True, text=True,
                              errors="replace", timeout=timeout_s, cwd=self.folder, check=False,
                              env={**os.environ, **self.env, **(env or {})}, input=stdin)
        assert not REPORT.search(done.stderr), f"{arguments}:\n{done.stderr}"
        return done

    def run_until(self, until="now", timeout_s=120, env=None):
        """`run --until`; must end by itself with status 0."""
        self.start("--until", until, env=env)
        status = self.wait_for_end(timeout_s)
        assert status == 0, self._story(f"run --until {until} ended with {status}")

    # --- what it said and did

    def log(self):
        if not self.log_path.exists():
            return ""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def wait_for_log(self, pattern, timeout_s=30):
        """Until a line of the log matches; the match."""
        return self._wait(f"a log line like '{pattern}'", lambda: re.search(pattern, self.log()), timeout_s)

    def assert_clean(self):
        report = REPORT.search(self.log())
        assert not report, self._story(f"a sanitizer spoke: {report.group(0)}", 200)

    def wait_until_synced(self, source, target, database, timeout_s=60, renamed=None):
        """Until everything that the source has committed is on the target: a row written now has arrived there.

        The table must be carried by the task; prepare_sentinel() makes it.
        """
        number = next(_sentinels)
        source.execute(f"INSERT INTO {SENTINEL} VALUES ({number})", db=database)
        self._wait(
            f"row {number} of {SENTINEL} on the target",
            lambda: target.value(f"SELECT 1 FROM `{renamed or database}`.{SENTINEL} WHERE n = {number}"), timeout_s)

    def wait(self, what, condition, timeout_s=30):
        """Until condition() is true; fails at once if rowferry ends meanwhile."""
        return self._wait(what, condition, timeout_s)

    def _wait(self, what, condition, timeout_s):
        def value_or_end():
            value = condition()
            if not value and not self.is_running():
                status = self.process.returncode if self.process else "nothing"
                value = condition()  # it may have done it before it ended
                assert value, self._story(f"rowferry ended ({status}) before: {what}")
            return value

        try:
            return wait_for(what, value_or_end, timeout_s)
        except TimedOut as error:
            raise TimedOut(self._story(str(error))) from None

    def _story(self, text, lines=30):
        return f"{text}\n--- the end of {self.log_path}:\n{places.tail(self.log_path, lines)}"


def prepare_sentinel(database, *servers):
    """The table that wait_until_synced() writes to. Made on each server by hand, not carried as a DDL."""
    for server in servers:
        server.execute(f"CREATE TABLE IF NOT EXISTS `{database}`.{SENTINEL} (n BIGINT PRIMARY KEY) ENGINE=InnoDB")
