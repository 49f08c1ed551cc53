# SPDX-License-Identifier: Apache-2.0
"""The fixtures and hooks of the system tests and of the long runs."""

import os
import signal

import pytest

from .flavour import NAMES
from .pool import Pool
from .process import TimedOut
from .proxy import Proxy
from .runner import Rowferry, prepare_sentinel, task_settings
from .workload import Workload


def pytest_configure(config):
    config.addinivalue_line("markers", "limit(seconds): how long the test may take (default 120)")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Each failure, and whether it was a wait, to the file that ROWFERRY_FAILURES names: for tests/unsteady.py.
    A wait for what a rowferry does that has ended is none."""
    report = (yield).get_result()
    path = os.environ.get("ROWFERRY_FAILURES")
    if report.failed and path:
        is_wait = type(call.excinfo.value) is TimedOut and call.when != "teardown"  # pylint: disable=unidiomatic-typecheck
        kind = "wait" if is_wait and not Rowferry.one_ended_by_itself() else "fault"
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{kind}\t{item.nodeid}\n")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    """A test that hangs is a failed test, not a hanging run."""
    marker = item.get_closest_marker("limit")
    seconds = marker.args[0] if marker else 120

    def on_alarm(_signum, _frame):
        raise AssertionError(f"the test took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def pool():
    pool = Pool()
    yield pool
    pool.close()


@pytest.fixture(autouse=True)
def globals_as_found(request):
    """What a test sets on a shared server ends with the test."""
    yield
    if "pool" in request.fixturenames:
        request.getfixturevalue("pool").restore_globals()


@pytest.fixture
def private_server(pool):
    """private_server("mariadb-10.11", role, option=value, …): a server that ends with the test."""
    servers = []

    def make(name, role="private", **options):
        servers.append(pool.private(name, role, **options))
        return servers[-1]

    yield make
    for server in servers:
        server.destroy()


@pytest.fixture(params=NAMES)
def each_server(request, pool):
    """Every server version in turn."""
    return pool.get(request.param)


@pytest.fixture
def rowferry(tmp_path):
    """rowferry(source, target, databases, changes, …): a Rowferry with one task named "task", not yet started."""
    made = []

    def make(source, target, databases, changes=None, settings=None, env=None, name="task", **ports):
        folder = tmp_path / f"{name}-{len(made)}"
        made.append(Rowferry(folder, {name: task_settings(source, target, databases, changes, **ports)}, settings, env))
        return made[-1]

    yield make
    for ferry in made:
        ferry.destroy()


@pytest.fixture
def tables():
    """tables(database, source, target, …): the same fresh tables of a workload on each server, no stored position."""
    def make(database, *servers):
        for server in servers:
            server.execute("DROP DATABASE IF EXISTS dump2db")
            server.fresh_database(database)
            Workload.setup(server, database)
        prepare_sentinel(database, *servers)
        return servers
    return make


@pytest.fixture
def proxy_to():
    """proxy_to(server): a proxy before it that ends with the test."""
    made = []

    def make(server):
        made.append(Proxy(server.port))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()
