# SPDX-License-Identifier: Apache-2.0
"""What befalls a task in long: restarts of its servers, broken and half-broken connections. By a seed, like all."""

import collections
import random
import time

from .workload import default_seed


def settings_for_proxies():
    """Sealed connections hide the commands that a proxy looks for; short deadlines make half-open ones end soon."""
    return {"source": {"tls": {"mode": "off"}, "heartbeat_s": 1, "connect_timeout_s": 3},
            "destination": {"tls": {"mode": "off"}, "connect_timeout_s": 3}}


def assert_same_process(ferry, pid):
    assert ferry.is_running() and ferry.process.pid == pid, \
        f"rowferry did not live through it: {ferry.process.returncode}\n{ferry.log()[-3000:]}"


def restart_repeatedly(ferry, server, times, go_on, seed=None):
    """Restarts a server, by turns killed and stopped in order. go_on(): waits until rowferry works again."""
    chance = random.Random(f"restart-{default_seed() if seed is None else seed}")
    pid = ferry.process.pid
    for i in range(times):
        time.sleep(chance.uniform(0, 1))
        if i % 2:
            server.stop()
        else:
            server.kill()
        time.sleep(chance.choice([0, 0, 0.5, 2]))  # down for a while
        server.start()
        go_on()
        assert_same_process(ferry, pid)


class ConnectionTrouble:
    """Rounds of trouble at the proxies of a task's source and target; counts what it did."""

    def __init__(self, ferry, source_proxy, target_proxy, go_on, seed=None, longest_hold_s=6):
        self.ferry = ferry
        self.proxies = {"source": source_proxy, "target": target_proxy}
        self.go_on = go_on
        self.longest_hold_s = longest_hold_s
        self.chance = random.Random(f"trouble-{default_seed() if seed is None else seed}")
        self.done = collections.Counter()

    def run(self, rounds):
        pid = self.ferry.process.pid
        kinds = [self.cut, self.hold, self.refuse, self.slow, self.lose_commit, self.hold_commit]
        for i in range(rounds):
            side = ("source", "target")[i % 2]
            # In turns, so that a short run sees each of them.
            kind = kinds[i // 2 % len(kinds)]
            kind(side, self.proxies[side])
            self.done[side, kind.__name__] += 1
            self.go_on()
            assert_same_process(self.ferry, pid)
        return self

    def cut(self, _side, proxy):
        time.sleep(self.chance.uniform(0, 0.5))
        assert proxy.cut() > 0

    def hold(self, _side, proxy):
        proxy.hold()
        time.sleep(self.chance.uniform(0.1, self.longest_hold_s))
        if self.chance.random() < 0.5:
            proxy.cut()
        proxy.release()

    def refuse(self, _side, proxy):
        proxy.refuse()
        proxy.cut()
        time.sleep(self.chance.uniform(0.1, 2))
        proxy.accept()

    def slow(self, _side, proxy):
        proxy.slow(0.02)
        time.sleep(self.chance.uniform(0.1, 1))
        proxy.slow(0)

    def lose_commit(self, _side, _proxy):
        self._lose(self.chance.choice(["before", "sent", "done"]))

    def hold_commit(self, _side, _proxy):
        self._lose("held")

    def _lose(self, when):
        """Commits go to the target alone."""
        self.proxies["target"].lose_reply("COMMIT", when, skip=self.chance.randrange(5)).wait(60)
