# SPDX-License-Identifier: Apache-2.0
"""A child process that can be stopped, killed, frozen, and that never outlives the test run."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time

# Reads "+PID", "-PID" and "/FOLDER" lines; at the end of its input, which is the end of the test run however it
# came, it kills what is left and removes the folders. PR_SET_PDEATHSIG would not do: it fires when the *thread* that
# started the child ends.
_REAPER = """
import os, shutil, signal, sys, time
alive, folders = set(), []
for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(signum, signal.SIG_IGN)
for line in sys.stdin:
    if line[0] == "/":
        folders.append(line.strip())
        continue
    (alive.add if line[0] == "+" else alive.discard)(int(line[1:]))
for pid in alive:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
time.sleep(1 if alive else 0)
for folder in folders:
    shutil.rmtree(folder, ignore_errors=True)
"""


class _Reaper:
    def __init__(self):
        self.lock = threading.Lock()
        self.child = None

    def tell(self, line):
        with self.lock:
            if self.child is None:
                self.child = subprocess.Popen([sys.executable, "-c", _REAPER], stdin=subprocess.PIPE, text=True,
                                              start_new_session=True)
            self.child.stdin.write(line + "\n")
            self.child.stdin.flush()


_reaper = _Reaper()


def remove_at_end(folder):
    """Also when the run is killed."""
    _reaper.tell(str(folder))


class Process:
    """argv run in the background, its stdout and stderr appended to log_path."""

    def __init__(self, argv, log_path, env=None, cwd=None, stdin=None, watches_memory=False):
        self.argv = [str(a) for a in argv]
        self.log_path = log_path
        with open(log_path, "ab") as log:
            self.child = subprocess.Popen(self.argv, stdin=stdin or subprocess.DEVNULL, stdout=log, stderr=log,
                                          env={**os.environ, **(env or {})}, cwd=cwd)
        self.is_frozen = False
        self.peak_rss_bytes = None  # the most there ever was, once it has ended
        self.lock = threading.Lock()
        self.sampled_rss_bytes = 0
        if watches_memory:
            threading.Thread(target=self._sample, daemon=True).start()
        _reaper.tell(f"+{self.pid}")

    def _sample(self):
        """wait4() counts what the parent held when it forked: where that is more, the last look has to do."""
        with contextlib.suppress(OSError, AssertionError):  # it has ended
            while True:
                self.sampled_rss_bytes = max(self.sampled_rss_bytes, self.rss_bytes("VmHWM"))
                time.sleep(0.005)

    @property
    def pid(self):
        return self.child.pid

    def catches(self, signum):
        """Whether a handler is set: before that, the signal simply ends the process."""
        try:
            with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
                caught = next(line for line in status if line.startswith("SigCgt:"))
        except (OSError, StopIteration):
            return False
        return bool(int(caught.split()[1], 16) >> (signum - 1) & 1)

    @property
    def returncode(self):
        """None while it runs, minus the signal's number if one ended it."""
        with self.lock:
            if self.child.returncode is None:
                pid, status, usage = os.wait4(self.pid, os.WNOHANG)
                if pid == self.pid:
                    self.child.returncode = os.waitstatus_to_exitcode(status)
                    is_own = usage.ru_maxrss > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                    self.peak_rss_bytes = usage.ru_maxrss * 1024 if is_own else self.sampled_rss_bytes
                    _reaper.tell(f"-{self.pid}")
            return self.child.returncode

    def is_running(self):
        return self.returncode is None

    def signal(self, number):
        if self.is_running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def freeze(self):
        """SIGSTOP, and wait until the kernel has stopped it: after this it does nothing more."""
        self.signal(signal.SIGSTOP)
        self.is_frozen = True
        deadline = time.monotonic() + 60
        while self.is_running() and not self.is_stopped():
            if time.monotonic() > deadline:
                raise AssertionError(f"process {self.pid} did not stop within 60 s")
            time.sleep(0.001)

    def is_stopped(self):
        """Every thread of it: on a busy machine one may still be in a system call when the first has stopped."""
        try:
            states = [self._state(f"/proc/{self.pid}/task/{thread}/stat") for thread in os.listdir(f"/proc/{self.pid}/task")]
        except (FileNotFoundError, ProcessLookupError):  # a thread, or all of it, has ended meanwhile
            return False
        return all(state in "Tt" for state in states)

    def thaw(self):
        self.signal(signal.SIGCONT)
        self.is_frozen = False

    def kill(self):
        """SIGKILL; works on a frozen process too."""
        self.signal(signal.SIGKILL)
        self.is_frozen = False
        return self.wait(30)

    def stop(self, timeout_s=60):
        """SIGTERM and wait; the exit status."""
        if self.is_frozen:
            self.thaw()
        self.signal(signal.SIGTERM)
        return self.wait(timeout_s)

    def wait(self, timeout_s):
        deadline = time.monotonic() + timeout_s
        while self.is_running():
            if time.monotonic() > deadline:
                raise TimedOut(f"'{self.argv[0]}' (process {self.pid}) did not end within {timeout_s} s, "
                               f"log: {self.log_path}")
            time.sleep(0.005)
        return self.returncode

    def state(self):
        return self._state(f"/proc/{self.pid}/stat")

    @staticmethod
    def _state(path):
        with open(path, encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0]

    def rss_bytes(self, field="VmRSS"):
        """Resident memory now; field VmHWM: the most there ever was."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) * 1024
        raise AssertionError(f"process {self.pid} reports no {field}")

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class TimedOut(AssertionError):
    """A state did not come in time.  A test that fails by this alone is repeated once (tests/unsteady.py)."""


def wait_for(what, condition, timeout_s=30, interval_s=0.05):
    """Poll until condition() is true and return what it returned; says what was waited for if it never is."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimedOut(f"waited {timeout_s} s in vain for: {what}")
        time.sleep(interval_s)
