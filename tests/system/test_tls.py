# SPDX-License-Identifier: Apache-2.0
"""Encrypted connections: what is promised is kept, on each side, or the task stops before it has read or written anything."""

import re
import shutil
import socket
import struct
import threading
import time

import pytest

from rowferrylib.certificates import Authority
from rowferrylib.fake_source import error_packet, framed
from rowferrylib.proxy import Connection, Proxy
from rowferrylib.runner import server_settings

DB = "sealed"
SERVERS = ["mariadb-10.11", "mysql-9.7"]


class Sealed:
    """A server with certificates of an authority of its own, and what its clients need."""

    def __init__(self, pool, name, folder):
        self.authority = Authority(folder / "ours")
        self.other = Authority(folder / "theirs", "stranger")
        self.certificates = {"right": self.authority.sign("server", "IP:127.0.0.1"),
                             "wrong host": self.authority.sign("elsewhere", "DNS:elsewhere.example")}
        self.client = self.authority.sign("client", "DNS:client.example")
        self.in_use = folder / "server.pem", folder / "server.key"
        self.copy("right")
        self.server = pool.private(name, "sealed", ssl_ca=self.authority.ca, ssl_cert=self.in_use[0], ssl_key=self.in_use[1])
        how = "" if self.server.is_mariadb else "WITH caching_sha2_password "
        self.server.execute(*[s for user, need in (("encrypted", "SSL"), ("certified", "X509")) for s in (
            f"CREATE USER {user}@'%' IDENTIFIED {how}BY 'word' REQUIRE {need}", f"GRANT ALL ON *.* TO {user}@'%'")])

    def copy(self, which):
        for path, at in zip(self.certificates[which], self.in_use):
            shutil.copy(path, at)

    def show(self, which):
        self.copy(which)
        self.server.execute("FLUSH SSL" if self.server.is_mariadb else "ALTER INSTANCE RELOAD TLS")

    def task(self, rowferry, user="encrypted", **tls):
        """Carries DB to DB2 on the same server; the three sides connect in the same way."""
        self.server.execute("DROP DATABASE IF EXISTS dump2db", f"DROP DATABASE IF EXISTS {DB}2", f"CREATE DATABASE {DB}2")
        self.server.fresh_database(DB)
        self.server.execute("CREATE TABLE t (id INT PRIMARY KEY)", f"CREATE TABLE {DB}2.t (id INT PRIMARY KEY)", db=DB)
        side = {"user": user, "password": "word", "tls": tls}
        return rowferry(self.server, self.server, [DB], {
            "source": side, "destination": side, "status": {**server_settings(self.server), **side},
            "route": {"rename": [{"from": DB, "to": f"{DB}2"}]}})

    def carries(self, ferry):
        ferry.run_until("now")
        self.server.execute("INSERT INTO t VALUES (1)", db=DB)
        ferry.run_until("now")
        assert self.server.execute("SELECT id FROM t", db=f"{DB}2") == [(1,)]
        assert self.server.value("SELECT state FROM dump2db.progress") == "done"
        assert "warning" not in ferry.log().replace("warning task: no position is stored", "")
        checked = ferry.command("check", "-c", ferry.config).stdout
        assert "cannot connect" not in checked, checked


@pytest.fixture(scope="module", params=SERVERS)
def sealed(request, pool, tmp_path_factory):
    one = Sealed(pool, request.param, tmp_path_factory.mktemp("sealed"))
    yield one
    one.server.destroy()


def stops(ferry, *texts):
    ferry.start()
    assert ferry.wait_for_end(30) == 1, ferry.log()
    errors = re.findall("error task: .*", ferry.log())
    assert len(errors) == 1 and "trying again" not in ferry.log(), ferry.log()
    for text in texts:
        assert text in errors[0], errors[0]


@pytest.mark.parametrize("verify", ["none", "ca", "identity"])
def test_it_is_encrypted(sealed, rowferry, verify):
    """The server lets this user in only so; MySQL asks for the password itself, which goes through the seal."""
    sealed.server.execute("FLUSH PRIVILEGES")  # what caching_sha2_password has cached
    sealed.carries(sealed.task(rowferry, ca=str(sealed.authority.ca) if verify in ("ca", "identity") else None,
                               mode="required", verify=verify))


@pytest.mark.parametrize("verify", ["ca", "identity"])
def test_a_stranger_is_refused(sealed, rowferry, verify):
    stops(sealed.task(rowferry, ca=str(sealed.other.ca), verify=verify), "source: server '127.0.0.1:", "cannot connect", "certificate")


def test_another_host_is_refused(sealed, rowferry):
    sealed.show("wrong host")
    try:
        stops(sealed.task(rowferry, ca=str(sealed.authority.ca)), "source: server '127.0.0.1:", "cannot connect", "certificate")
        sealed.carries(sealed.task(rowferry, mode="required"))
    finally:
        sealed.show("right")


def test_a_server_that_asks_for_a_certificate(sealed, rowferry):
    ours = {"ca": str(sealed.authority.ca), "cert": str(sealed.client[0]), "key": str(sealed.client[1])}
    sealed.carries(sealed.task(rowferry, "certified", **ours))
    stops(sealed.task(rowferry, "certified", ca=ours["ca"]), "Access denied for user 'certified'", "(1045)")


@pytest.mark.parametrize("tls", [None, {"mode": "preferred"}])
def test_it_is_encrypted_where_it_can_be(sealed, rowferry, tls):
    ferry = sealed.task(rowferry, **(tls or {}))
    for side in ("source", "destination", "status"):
        ferry.tasks["task"][side]["tls"] = tls
    ferry.write_config()
    sealed.carries(ferry)


def test_an_idle_stream_stays(sealed, rowferry):
    ferry = sealed.task(rowferry, mode="required")
    ferry.tasks["task"]["source"].update(heartbeat_s=2)
    ferry.write_config()
    ferry.start()
    ferry.wait_for_log("joined source")
    time.sleep(4)
    sealed.server.execute("INSERT INTO t VALUES (1)", db=DB)
    ferry.wait("the row", lambda: sealed.server.execute("SELECT id FROM t", db=f"{DB}2"))
    assert "trying again" not in ferry.log() and ferry.log().count("joined source") == 1
    ferry.stop()


@pytest.fixture(params=SERVERS)
def plain(request, pool, private_server):
    """A server that offers no encryption."""
    if request.param == "mysql-9.7":
        return private_server(request.param, "plain", tls_version="")
    return pool.get(request.param)


NOTHING = "offers no encryption, and tls requires it. Give the server a certificate"


@pytest.mark.parametrize("side", ["source", "destination"])
def test_a_server_without_encryption_is_refused(pool, plain, rowferry, side):
    other = pool.get("mariadb-11.8")
    source, target = (plain, other) if side == "source" else (other, plain)
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("DROP DATABASE IF EXISTS dump2db")
    ferry = rowferry(source, target, [DB], {side: {"tls": {"mode": "required"}}})
    stops(ferry, f"{side}: server '127.0.0.1:{plain.port}'", NOTHING)
    checked = ferry.command("check", "-c", ferry.config)
    assert checked.returncode == 1 and "offers no encryption, and tls requires it" in checked.stdout


class Listener(Connection):
    def judge(self, packet):
        self.proxy.heard += packet
        return super().judge(packet)


class Listening(Proxy):
    connection_class = Listener
    heard = b""


@pytest.mark.parametrize("tls", [{"mode": "preferred"}, {"mode": "required"}, {"cert": True}])
def test_no_password_is_told_in_the_open(pool, private_server, rowferry, tmp_path, tls):
    """caching_sha2_password sends it as it is, where it takes the line for encrypted."""
    source, target = private_server("mysql-9.7", "plain", tls_version=""), pool.get("mariadb-10.11", "target")
    for server in (source, target):
        server.fresh_database(DB)
    target.execute("DROP DATABASE IF EXISTS dump2db")
    if "cert" in tls:
        certificate, key = Authority(tmp_path / "ours").sign("client", "DNS:client.example")
        tls = {"cert": str(certificate), "key": str(key)}
    proxy = Listening(source.port)
    try:
        ferry = rowferry(source, target, [DB], {"source": {"tls": tls}}, source_port=proxy.port)
        if tls.get("mode") == "preferred":
            ferry.run_until("now")
            assert b"rowferry" in proxy.heard
        else:
            stops(ferry, "offers no encryption, and tls requires it")
            assert proxy.heard == b"", "not even who asks"
        assert b"ferry\0" not in proxy.heard.replace(b"rowferry\0", b"")
    finally:
        proxy.close()


def test_a_status_server_without_encryption_is_refused(pool, rowferry):
    status, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    for server in (status, target):
        server.fresh_database(DB)
        server.execute("DROP DATABASE IF EXISTS dump2db")
    ferry = rowferry(status, target, [DB], {"status": {**server_settings(status), "tls": {"mode": "required"}}})
    ferry.run_until("now")
    assert re.search(f"warning task: progress cannot be written: server '127.0.0.1:{status.port}' {NOTHING}", ferry.log())
    assert not status.execute("SHOW DATABASES LIKE 'dump2db'")


class FalseServer:
    """Greets as told, in pieces; lets itself be logged in to, asks for the password as it is, and keeps all that it hears."""

    def __init__(self, *pieces):
        self.pieces, self.heard = pieces, b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.accepted = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client:
                self.accepted.set()
                client.settimeout(5)
                try:
                    self.talk(client)
                except OSError:
                    pass

    def talk(self, client):
        for piece in self.pieces:
            client.sendall(piece)
            time.sleep(0.05)
        self.heard += client.recv(4096)
        client.sendall(framed(b"\xfemysql_clear_password\0", 2)[0])
        self.heard += client.recv(4096)

    def close(self):
        self.listener.close()


def greeting(version="8.0.30", protocol=10, has_tls=False, number=0, plugin=b"mysql_native_password"):
    capabilities = 0x000fa2ff & ~0x820 | (0x800 if has_tls else 0) | 0x80000
    body = (bytes([protocol]) + version.encode() + b"\0" + bytes(4) + b"12345678\0" + struct.pack("<HBHHB", capabilities & 0xffff, 45, 2,
            capabilities >> 16, 21) + bytes(10) + b"123456789012\0" + plugin + b"\0")
    return framed(body, number)[0]


SIX, FALSE = "v" * 600, greeting()
REFUSED = "tls requires"
GREETINGS = {  # what is sent and what is said to it; the kinds: size, pieces, protocol, number, what follows, other packets
    "plain": ([FALSE], REFUSED),
    "of 700 bytes": ([greeting(SIX)], REFUSED),
    "of 64 KB": ([greeting("v" * 65000)], REFUSED),
    "split": ([FALSE[:3], FALSE[3:20], FALSE[20:]], REFUSED),
    "split within 700 bytes": ([greeting(SIX)[:512], greeting(SIX)[512:]], REFUSED),
    "of protocol 9": ([greeting(protocol=9)], REFUSED),
    "of protocol 11": ([greeting(protocol=11)], REFUSED),
    "numbered 1": ([greeting(number=1)], REFUSED),
    "two": ([FALSE + greeting(has_tls=True)], REFUSED),
    "empty, then one": ([bytes(4) + greeting(number=1)], REFUSED),
    "progress, then one": ([framed(b"\xff\xff\xff\1\1\1\0\0\0\1x", 0)[0] + greeting(number=1)], REFUSED),
    "an error": ([framed(error_packet(1130, "Host is not allowed"), 0)[0] + FALSE], "Host is not allowed"),
    "that promises and breaks": ([greeting(has_tls=True)], "cannot connect"),
}


@pytest.mark.parametrize("tls", [{"mode": "required"}, {"verify": "identity"}], ids=["none", "identity"])
@pytest.mark.parametrize("pieces, text", [pytest.param(*case, id=name) for name, case in GREETINGS.items()])
def test_a_false_greeting_gets_no_password(pool, rowferry, tmp_path, pieces, text, tls):
    false = FalseServer(*pieces)
    if "verify" in tls:
        tls = {**tls, "ca": str(Authority(tmp_path / "ours").ca)}
    try:
        ferry = rowferry(pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"), [DB],
                         {"source": {"tls": tls, "connect_timeout_s": 3}}, source_port=false.port)
        checked = ferry.command("check", "-c", ferry.config).stdout
        assert false.accepted.is_set() and text in checked, checked
        assert b"ferry" not in false.heard, "neither name nor password"
    finally:
        false.close()


@pytest.mark.parametrize("mode", ["preferred", "off"])
def test_a_false_server_asks_for_the_password_as_it_is(pool, rowferry, mode):
    false = FalseServer(greeting())
    try:
        ferry = rowferry(pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"), [DB],
                         {"source": {"tls": {"mode": mode}}}, source_port=false.port)
        checked = ferry.command("check", "-c", ferry.config).stdout
        assert "The server asks for the password in a way that is safe on an encrypted connection alone" in checked, checked
        assert b"rowferry\0" in false.heard and b"ferry\0" not in false.heard.replace(b"rowferry\0", b"")
    finally:
        false.close()
