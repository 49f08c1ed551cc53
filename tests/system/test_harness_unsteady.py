# SPDX-License-Identifier: Apache-2.0
"""A test that failed by a wait alone is repeated once; one that failed by anything else is not."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
CONFTEST = f"""
import sys
sys.path.insert(0, {str(HERE)!r})
from rowferrylib.fixtures import pytest_configure, pytest_runtest_makereport
"""
TESTS = """
import pathlib

import pytest

from rowferrylib.process import TimedOut, wait_for
from rowferrylib.runner import Rowferry

HERE = pathlib.Path(__file__).parent


def times(name):
    path = HERE / name
    path.write_text(path.read_text() + "x" if path.exists() else "x")
    return len(path.read_text())


@pytest.fixture
def reporting():
    yield
    raise AssertionError("a sanitizer spoke")


def test_steady():
    times("steady")


def test_late_once():
    wait_for("the second time", lambda n=times("once"): n > 1, 0.01)


def test_late_always():
    times("always")
    wait_for("never", lambda: False, 0.01)


def test_differs():
    times("differs")
    assert 1 == 2


def test_late_then_skipped():
    if times("skipped") > 1:
        pytest.skip("no server")
    wait_for("never", lambda: False, 0.01)


def test_late_as_rowferry_has_ended(tmp_path):
    times("ended")
    ferry = Rowferry(tmp_path / "it", {}, binary="/bin/false").start()
    ferry.process.wait(10)
    wait_for("what it would do", lambda: False, 0.01)


def test_late_and_a_report(reporting):
    times("report")
    wait_for("never", lambda: False, 0.01)
"""


def run(folder, tests):
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    failures = folder / "failures"
    subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(folder), "-q", str(folder)],
                   env={**os.environ, "ROWFERRY_FAILURES": str(failures)}, stdout=subprocess.DEVNULL, check=False)
    done = subprocess.run([sys.executable, str(HERE.parent / "unsteady.py"), str(failures), str(folder)], capture_output=True,
                          text=True, check=True)
    return done.stdout.splitlines()


def test_what_is_repeated(tmp_path):
    assert run(tmp_path, TESTS) == ["unsteady: test_it.py::test_late_once", "failed again: test_it.py::test_late_always",
                                    "failed again: test_it.py::test_late_then_skipped"]
    ran = {name: len((tmp_path / name).read_text())
           for name in ("steady", "once", "always", "skipped", "differs", "ended", "report")}
    assert ran == {"steady": 1, "once": 2, "always": 2, "skipped": 2, "differs": 1, "ended": 1, "report": 1}


def test_many_are_no_accident(tmp_path):
    late = "\n".join(f"def test_{n}():\n    wait_for('never', lambda: False, 0.01)\n" for n in range(4))
    assert run(tmp_path, "from rowferrylib.process import wait_for\n" + late) == [
        "4 tests waited in vain, more than 3: none is repeated"]


def test_nothing_failed(tmp_path):
    assert run(tmp_path, "def test_it():\n    pass\n") == []
