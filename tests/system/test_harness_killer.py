# SPDX-License-Identifier: Apache-2.0
"""The kill harness, with a stand-in that dies at its point as rowferry does."""

import types

import pytest

from rowferrylib.killer import POINTS, KillPlan, freeze_at, kill_at
from rowferrylib.runner import Rowferry, task_settings

SERVER = types.SimpleNamespace(port=3306)
# Dies, or freezes, at the point that it was told if it is the one this script has.
OBEDIENT = """
point=${ROWFERRY_TEST_POINT#stop:}
name=${point%:*}
if [ -n "$point" ] && [ "$name" != "$DEAF_TO" ]; then
	echo $name >> "$ROWFERRY_TEST_POINT_LOG"
	case $ROWFERRY_TEST_POINT in
	stop:*) kill -STOP $$; echo thawed ;;
	*) kill -KILL $$ ;;
	esac
fi
while :; do sleep 0.02; done
"""


@pytest.fixture
def obedient(tmp_path):
    def make(text=OBEDIENT, **env):
        binary = tmp_path / "rowferry"
        binary.write_text("#!/bin/sh\n" + text, encoding="utf-8")
        binary.chmod(0o755)
        ferry = Rowferry(tmp_path / "run", {"task": task_settings(SERVER, SERVER, ["db"])}, binary=binary, env=env)
        made.append(ferry)
        return ferry

    made = []
    yield make
    for ferry in made:
        ferry.destroy()


def test_same_seed_same_plan():
    assert KillPlan(20, 1).kills == KillPlan(20, 1).kills
    assert KillPlan(20, 1).kills != KillPlan(20, 2).kills
    kills = KillPlan(2 * len(POINTS), 1).kills
    assert {k.point for k in kills if k.point} == set(POINTS)
    assert sum(k.point is None for k in kills) == len(POINTS)


def test_every_point_is_hit(obedient):
    calls = []
    plan = KillPlan(2 * len(POINTS), 1, longest_delay_s=0.1).run(obedient(), between=lambda: calls.append(1))
    plan.assert_all_hit()
    assert plan.at_random == len(POINTS) and len(calls) == 2 * len(POINTS)
    assert set(plan.hits) == set(POINTS)


def test_a_point_that_is_never_passed_fails(obedient):
    provoked = []
    plan = KillPlan(4, 1, points={"rotation": 1, "rows_open": 1}, longest_delay_s=0.05,
                    provoke={"rotation": lambda: provoked.append(1)})
    ferry = obedient(DEAF_TO="rotation")
    plan.run(ferry, kills=[kill for kill in plan.kills if kill.point != "rotation"])
    assert not plan.missed and not provoked
    plan.patience_s = 0.5
    plan.run(ferry, kills=[kill for kill in plan.kills if kill.point == "rotation"])
    assert len(plan.missed) == 1 and provoked
    with pytest.raises(AssertionError, match="never killed at: rotation"):
        plan.assert_all_hit()


def test_another_end_is_an_error(obedient):
    with pytest.raises(AssertionError, match="instead of being killed at rows_open, rowferry ended with 1"):
        KillPlan(1, 1, points={"rows_open": 1}).run(obedient("exit 1"))
    with pytest.raises(AssertionError, match="instead of being killed"):
        KillPlan(1, 1, points={"rows_open": 1}).run(obedient("kill -KILL $$"))
    with pytest.raises(AssertionError, match="ended by itself with 0"):
        KillPlan(1, 1, points={}, longest_delay_s=600).run(obedient("exit 0"))


def test_one_kill_and_one_freeze(obedient):
    ferry = obedient()
    kill_at(ferry, "commit_sent")
    freeze_at(ferry, "commit_sent")
    assert ferry.process.state() == "T" and "thawed" not in ferry.log()
    ferry.thaw()
    ferry.wait_for_log("thawed")
