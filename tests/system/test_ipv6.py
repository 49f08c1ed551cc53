# SPDX-License-Identifier: Apache-2.0
"""Servers that are reached by IPv6 alone."""

import json

from rowferrylib import flavour
from rowferrylib.process import wait_for
from rowferrylib.runner import prepare_sentinel

DB = "six"


def test_every_command(private_server, rowferry):
    source, target = (private_server(name, bind_address="::1") for name in ("mysql-9.7", "mariadb-10.11"))
    for server in source, target:
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY)", db=DB)
    prepare_sentinel(DB, source, target)
    ferry = rowferry(source, target, [DB], {"source": {"host": "::1"}, "destination": {"host": "::1"}},
                     settings={"node": "::1"})
    found = json.loads(ferry.command("check", "-c", ferry.config, "--json").stdout)["findings"]
    whats = {f["check"]: f["what"] for f in found}
    assert whats["source.connect"].startswith(f"'[::1]:{source.port}' is M")
    assert whats["destination.connect"].startswith(f"'[::1]:{target.port}' is M")
    assert not [f for f in found if f["verdict"] == "FAIL"]
    ferry.start()
    ferry.wait_for_log(rf"joined source '\[::1\]:{source.port}'")
    source.execute("INSERT INTO t VALUES (1)", db=DB)
    ferry.wait_until_synced(source, target, DB)
    assert "::1" in [row[1] for row in source.execute("SHOW REPLICAS")]

    def status():
        return json.loads(ferry.command("status", "-c", ferry.config, "--json").stdout)["tasks"][0]

    ferry.wait("the report", lambda: status()["state"] == "following")
    assert status()["node"] == "::1" and status()["position_error"] is None
    password = ferry.folder / "password"
    password.write_text(flavour.PASSWORD)
    password.chmod(0o600)
    for where in ("-c", ferry.config, "task"), ("--host", "::1", "--port", source.port, "--user", flavour.USER,
                                                "--password-file", password):
        done = ferry.command("inspect", "binlog", *where, "--from", source.binlog_files()[0], "--until", "now", "--table",
                              "t", "--json")
        assert done.returncode == 0 and '"id":1' in done.stdout, done
    source.kill()
    wait_for("the reason", lambda: f"server '[::1]:{source.port}'" in (status()["reason"] or ""))
    target.kill()
    assert f"server '[::1]:{target.port}': " in status()["report_error"]
    ferry.kill()
