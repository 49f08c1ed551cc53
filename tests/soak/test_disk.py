# SPDX-License-Identifier: Apache-2.0
"""A disk without room for the target's binlog: the server itself waits, up to a minute longer than it has to."""

import json

import pytest

from rowferrylib.compare import compare
from rowferrylib.small_disk import ServerWithSmallDisk
from rowferrylib.runner import prepare_sentinel
from rowferrylib.workload import Workload

DB = "disk"


@pytest.mark.limit(400)
@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_no_room_for_the_binlog(pool, rowferry, name):
    source, target = pool.get(name), ServerWithSmallDisk(name, pool.folder, disk_size="64m")
    pool.servers.append(target)
    target.options["log_bin"] = target.disk / "binlog"
    target.start()
    for server in (source, target):
        server.fresh_database(DB)
        Workload.setup(server, DB)
    prepare_sentinel(DB, source, target)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    ferry.start()
    with Workload(source, DB, threads=2) as load:
        load.wait_for(100)
        target.fill_disk()
        load.wait_for(load.transactions + 200)

    def at_work():
        task = json.loads(ferry.command("status", "-c", ferry.config, "--json").stdout)["tasks"][0]
        return task["at_work"] if task["at_work_s"] and task["at_work_s"] > 10 else None

    assert ferry.wait("the hanging COMMIT to be told", at_work).startswith("COMMIT (")
    ferry.wait_for_log(r"session \d+ on .* has been at work for \d+ s: COMMIT \(")
    target.free_disk()
    ferry.wait_until_synced(source, target, DB, 150)
    assert compare(source, target, [DB]).rows > 100
    ferry.stop()
    target.destroy()
