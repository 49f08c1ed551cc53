# SPDX-License-Identifier: Apache-2.0
"""Kills rowferry at random moments and at the named points of base/testpoint.h, by a plan that a seed repeats."""

import collections
import random
import signal
import time

from .process import wait_for
from .workload import default_seed

# name: the highest pass at which the plan kills; rare events have low ones.
POINTS = {"rows_open": 20, "commit_sent": 20, "ddl_before": 3, "ddl_running": 3, "ddl_after": 3, "xa_between": 3,
          "rotation": 2}

Kill = collections.namedtuple("Kill", "point count delay_s")  # point None: after delay_s


class KillPlan:
    """n kills; every second one at a named point, the points in turn so that each comes at least once if n allows.

    provoke: {point: function} is called now and then while that point is waited for, e.g. to rotate the binlog.
    """

    def __init__(self, n, seed=None, points=POINTS, longest_delay_s=1.5, patience_s=60, provoke=None):
        self.seed = default_seed() if seed is None else seed
        self.patience_s = patience_s
        self.provoke = provoke or {}
        self.points = dict(points)
        chance = random.Random(f"kill-{self.seed}")
        names = list(self.points)
        chance.shuffle(names)
        self.kills = []
        for i in range(n):
            if i % 2 == 0 and names:
                name = names[i // 2 % len(names)]
                self.kills.append(Kill(name, chance.randint(1, self.points[name]), None))
            else:
                self.kills.append(Kill(None, None, chance.uniform(0.02, longest_delay_s)))
        self.hits = collections.Counter()
        self.at_random = 0
        self.missed = []
        print(f"kill plan: seed {self.seed}, {n} kills")

    def run(self, ferry, between=None, kills=None):
        """Starts ferry, kills it, and so on; ends with it dead. between() is called after each kill. kills: some of
        the plan's, for a caller that has more to do in between."""
        for kill in self.kills if kills is None else kills:
            if kill.point is None:
                self._kill_at_random(ferry, kill)
            else:
                self._kill_at_point(ferry, kill)
            ferry.assert_clean()
            if between:
                between()
        return self

    def _kill_at_random(self, ferry, kill):
        ferry.start()
        deadline = time.monotonic() + kill.delay_s
        while ferry.is_running() and time.monotonic() < deadline:
            time.sleep(0.005)
        assert ferry.is_running(), f"rowferry ended by itself with {ferry.process.returncode}:\n{ferry.log()[-3000:]}"
        ferry.kill()
        self.at_random += 1

    def _kill_at_point(self, ferry, kill):
        path = ferry.folder / "points"
        path.unlink(missing_ok=True)
        ferry.start(env={"ROWFERRY_TEST_POINT": f"{kill.point}:{kill.count}", "ROWFERRY_TEST_POINT_LOG": str(path)})
        deadline = time.monotonic() + self.patience_s
        provoked = 0
        while ferry.is_running() and time.monotonic() < deadline:
            if kill.point in self.provoke and time.monotonic() > provoked + 0.2:
                self.provoke[kill.point]()
                provoked = time.monotonic()
            time.sleep(0.01)
        if ferry.is_running():
            self.missed.append(kill)
            ferry.kill()
            return
        status = ferry.process.returncode
        ferry.process = None
        # Ended by our signal, at our point: anything else is an error of rowferry's.
        assert status == -signal.SIGKILL and path.exists() and path.read_text(encoding="utf-8").split() == [kill.point], \
            f"instead of being killed at {kill.point}, rowferry ended with {status}:\n{ferry.log()[-3000:]}"
        self.hits[kill.point] += 1

    def assert_all_hit(self):
        never = [name for name in self.points if not self.hits[name]]
        assert not never, f"never killed at: {', '.join(never)} (seed {self.seed}, hits {dict(self.hits)}, " \
                          f"missed {self.missed})"


def freeze_at(ferry, point, count=1, timeout_s=60):
    """Starts ferry so that it freezes at the point; returns when it has stopped there. thaw() lets it go on."""
    path = ferry.folder / "points"
    path.unlink(missing_ok=True)
    ferry.start(env={"ROWFERRY_TEST_POINT": f"stop:{point}:{count}", "ROWFERRY_TEST_POINT_LOG": str(path)})

    def is_stopped():
        assert ferry.is_running(), f"rowferry ended before it came to {point}:\n{ferry.log()[-3000:]}"
        return path.exists() and ferry.process.is_stopped()

    wait_for(f"rowferry to freeze at {point}", is_stopped, timeout_s, 0.01)
    ferry.process.is_frozen = True


def kill_at(ferry, point, count=1, timeout_s=60):
    """One kill at the point; returns when the process is gone."""
    plan = KillPlan(0, points={point: count}, patience_s=timeout_s)
    plan._kill_at_point(ferry, Kill(point, count, None))
    plan.assert_all_hit()
