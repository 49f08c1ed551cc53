# SPDX-License-Identifier: Apache-2.0
"""The runner, with a stand-in for rowferry: it must tell a bad end from a good one."""

import types

import pytest

from rowferrylib.config_text import to_text
from rowferrylib.runner import Rowferry, task_settings

SERVER = types.SimpleNamespace(port=3306)


@pytest.fixture
def stand_in(tmp_path):
    """stand_in(shell text): a Rowferry whose binary is that script."""
    def make(text):
        binary = tmp_path / "rowferry"
        binary.write_text("#!/bin/sh\n" + text + "\n", encoding="utf-8")
        binary.chmod(0o755)
        return Rowferry(tmp_path / "run", {"task": task_settings(SERVER, SERVER, ["db"])}, binary=binary)
    return make


def test_configuration_is_libconfig(tmp_path):
    changes = {"source": {"tables": ["a.b", "c.\"d\\"], "password": None}, "route": {"rename": [{"from": "a", "to": "b"}]},
               "server_id": 4294967295, "filter": {"ignore": []}, "destination": {"binlog": True}}
    text = to_text(task_settings(SERVER, SERVER, ["db"], changes))
    assert "server_id = 4294967295L;\n" in text
    assert '\ttables = ["a.b", "c.\\"d\\\\"];\n' in text
    assert "rename = ({\n" in text and '\t\tfrom = "a";\n' in text
    assert "ignore = [];" in text and "binlog = true;" in text
    assert text.count("password") == 1


def test_orderly_stop(stand_in):
    ferry = stand_in("trap 'echo bye; exit 0' TERM; echo ready \"$@\"; while :; do sleep 0.05; done").start("task")
    ferry.wait_for_log("ready run -c .*rowferry.conf task")
    ferry.stop()
    assert "bye" in ferry.log()
    assert not ferry.is_running()


def test_bad_exit_status_is_told(stand_in):
    ferry = stand_in("trap 'echo the reason; exit 3' TERM; echo ready; while :; do sleep 0.05; done").start()
    ferry.wait_for_log("ready")
    with pytest.raises(AssertionError, match="(?s)ended with 3.*the reason"):
        ferry.stop()


def test_early_end_is_not_waited_out(stand_in):
    ferry = stand_in("echo no config; exit 2").start()
    with pytest.raises(AssertionError, match="(?s)ended .2. before: a log line like 'never'.*no config"):
        ferry.wait_for_log("never", timeout_s=60)


@pytest.mark.parametrize("report", [
    "==1==ERROR: AddressSanitizer: heap-use-after-free", "==1==ERROR: LeakSanitizer: detected memory leaks",
    "src/x.c:1:2: runtime error: signed integer overflow"])
def test_sanitizer_report_fails(stand_in, report):
    ferry = stand_in(f"echo '{report}' >&2; exit 0").start()
    with pytest.raises(AssertionError, match="a sanitizer spoke"):
        ferry.wait_for_end()
    done = stand_in(f"echo '{report}' >&2")
    with pytest.raises(AssertionError, match="status"):
        done.command("status")


def test_run_until_wants_status_0(stand_in):
    stand_in('[ "$4 $5" = "--until now" ]').run_until("now")
    with pytest.raises(AssertionError, match="run --until now ended with 1"):
        stand_in("exit 1").run_until("now")


def test_frozen_process_does_nothing(stand_in):
    ferry = stand_in("i=0; while :; do i=$((i+1)); echo line $i; sleep 0.01; done").start()
    ferry.wait_for_log("line 3")
    ferry.freeze()
    before = ferry.log()
    ferry.thaw()
    ferry.wait("more lines", lambda: len(ferry.log()) > len(before))
    ferry.freeze()
    ferry.kill()
    assert not ferry.is_running()
