# SPDX-License-Identifier: Apache-2.0
"""Sources that lie: one transaction that is right, then a lie. The task applies the first and ends with one error that
names the place, or carries on where the lie does no harm. It neither crashes nor hangs, nor takes memory for a claim."""

import contextlib
import re
import socket
import struct
import threading
import time
from uuid import UUID

import pytest

from rowferrylib import events
from rowferrylib.events import Event, packed
from rowferrylib.fake_source import Drip, FakeSource, error_packet, event_packet, result_set
from rowferrylib.lies import (DB, FILE, FRAMING, HARMLESS, LONG, LONGLONG, MARIADB_LIES, MYSQL_LIES, ROWS, SHORT, TABLE_MAPS,
                              VARCHAR, Teller)
from rowferrylib.runner import merged, server_settings

MARIADB, MYSQL = "mariadb-10.11", "mysql-9.7"
MOST_RSS_BYTES = 250 << 20  # of a binary with sanitizers, a part of which is what it holds back of freed memory


class Packet(bytes):
    """What is no event: sent without the byte that says so."""


def cases(source, lies):
    return [pytest.param(source, *lie, *([-1] if len(lie) == 2 else []), id=f"{source}-{name}") for name, lie in lies.items()]


@pytest.fixture(scope="module")
def target(pool):
    server = pool.get(MARIADB, "target")
    server.execute("DROP DATABASE IF EXISTS dump2db")
    server.fresh_database(DB)
    server.execute("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20)) ENGINE=InnoDB",
                   "CREATE TABLE tj (id INT PRIMARY KEY, j JSON) ENGINE=InnoDB",
                   f"CREATE TABLE wide (id INT PRIMARY KEY, {', '.join(f'c{i} INT' for i in range(29))}) ENGINE=InnoDB", db=DB)
    return server


@pytest.fixture
def liar(pool, target, rowferry):
    """liar(source): what tells its lies to a rowferry."""
    made = []

    def make(name, **changes):
        made.append(Liar(pool.get(name), target, rowferry, **changes))
        return made[-1]

    yield make
    for one in made:
        one.close()


class Liar:
    count = 0

    def __init__(self, server, target, rowferry, **changes):
        Liar.count += 1
        self.server, self.target = server, target
        self.teller = Teller(server, Liar.count * 1000)
        self.make_ferry, self.changes = rowferry, changes
        self.ferry = self.fake = None
        self.answers = []
        self.answer_with = []

    def tell(self, lies, *later_scripts, behind=(), is_cut=False):
        """Starts a rowferry that reads transaction 1, then `lies`, then `behind`; is_cut: then the connection ends."""
        teller = self.teller
        self.head = [events.rotate(FILE), teller.format, *teller.transaction(1)]
        self.lies = list(lies)
        self.tell_places()
        script = [e if isinstance(e, (Packet, Drip)) or callable(e) else event_packet(e) for e in [*self.head, *self.lies, *behind]]
        self.fake = FakeSource(self.server.port, [*script, self.cut] if is_cut else script, *later_scripts)
        for answer in self.answers:
            self.fake.answer(*answer)
        for answer in self.answer_with:
            self.fake.answer_with(*answer)
        changes = merged({"source": {"tls": {"mode": "off"}}}, self.changes)
        self.ferry = self.make_ferry(self.server, self.target, [DB], changes, source_port=self.fake.port)
        self.ferry.env["ASAN_OPTIONS"] += ":quarantine_size_mb=16"
        self.ferry.watches_memory = True
        self.ferry.start()
        return self.ferry

    def tell_places(self):
        """The end positions of a server, where no lie is told about them."""
        end = 4
        for event in [*self.head[1:], *self.lies]:
            end += len(event)
            if isinstance(event, Event) and event.log_pos == 0 and not event.flags & events.ARTIFICIAL:
                event.log_pos = end

    def cut(self):
        self.fake.cut()

    def place(self, at):
        """FILE:OFFSET where lie number `at` begins."""
        lies = self.lies[:at % len(self.lies)]
        return f"{FILE}:{4 + sum(len(e) for e in self.head[1:] + lies)}"

    def arrived(self):
        """Which transactions' rows are on the target."""
        first = self.teller.id
        rows = self.target.execute(f"SELECT id FROM t WHERE id BETWEEN {first} AND {first + 999} ORDER BY id", db=DB)
        return [row[0] - first for row in rows]

    def position(self):
        """The number of the last transaction in the stored position."""
        server_id = self.ferry.tasks["task"]["server_id"]
        text = self.target.value(f"SELECT gtid FROM dump2db.marker WHERE server_id = {server_id} ORDER BY seq DESC LIMIT 1")
        return int(re.split("[-:]", text)[-1])

    def stops(self, text, place, most_rss_bytes=MOST_RSS_BYTES):
        assert self.ferry.wait_for_end(30) == 1, self.ferry.log()
        log = self.ferry.log()
        errors = re.findall("error task: .*", log)
        assert len(errors) == 1 and "trying again" not in log, log
        assert text in errors[0] and place in errors[0], errors[0]
        assert self.arrived() == [1] and self.position() == 1
        assert 0 < self.ferry.peak_rss_bytes < most_rss_bytes, f"{self.ferry.peak_rss_bytes >> 20} MB"

    def stops_at_once(self):
        began = time.monotonic()
        self.ferry.stop(30)
        assert time.monotonic() - began < 6
        assert "error task: " not in self.ferry.log()

    def carries_on(self, arrived=(1, 3)):
        self.ferry.wait("the transaction behind the lie", lambda: self.arrived() == list(arrived))
        self.ferry.wait("its position", lambda: self.position() == 3)
        self.ferry.stop()
        assert "error task: " not in self.ferry.log()
        assert 0 < self.ferry.peak_rss_bytes < MOST_RSS_BYTES, f"{self.ferry.peak_rss_bytes >> 20} MB"

    def close(self):
        if self.fake:
            self.fake.close()


@pytest.mark.parametrize("source, build, text, at", [
    *cases(MARIADB, FRAMING), *cases(MARIADB, TABLE_MAPS), *cases(MARIADB, ROWS), *cases(MARIADB, MARIADB_LIES),
    *cases(MYSQL, MYSQL_LIES)])
def test_a_lie_stops_the_task(liar, source, build, text, at):
    one = liar(source)
    one.tell(build(one.teller))
    one.stops(text, one.place(at))


@pytest.mark.parametrize("build", [pytest.param(build, id=name) for name, build in HARMLESS.items()])
def test_a_lie_that_does_no_harm(liar, build):
    one = liar(MARIADB)
    one.tell(build(one.teller), behind=one.teller.transaction(3))
    one.carries_on()
    assert "\033" not in one.ferry.log()


def test_a_wrong_checksum_is_read_again(liar):
    one = liar(MARIADB)
    again = [events.rotate(FILE), one.teller.format, *one.teller.transaction(2), *one.teller.transaction(3)]
    lie = one.teller.insert(2).copy(crc=7)
    one.tell(one.teller.with_map(lie), [event_packet(e) for e in again])
    one.carries_on([1, 2, 3])
    warning = re.search("warning task: .*wrong checksum.*", one.ferry.log()).group(0)
    assert "has a wrong checksum" in warning and one.place(-1) in warning and "trying again" in warning, warning


@pytest.mark.parametrize("source", [MARIADB, MYSQL])
def test_a_checksum_that_stays_wrong(liar, source):
    one = liar(source)
    if source == MYSQL:
        # It joins again with the first transaction, which the real server behind the lies does not have.
        one.server.execute("FLUSH TABLES")
        real = one.server.executed_gtids()
        one.changes = merged({"source": {"start": {"gtid": real}}}, one.changes)
        one.answers = [(r"SELECT @@global\.gtid_executed", ["gtids"], [[f"{real},{UUID(bytes=b'liar' * 4)}:1"]])]
    lie = one.teller.insert(2).copy(crc=7)
    head = [events.rotate(FILE), one.teller.format]
    ferry = one.tell(one.teller.with_map(lie), [event_packet(e) for e in [*head, *one.teller.with_map(lie)]])
    assert ferry.wait_for_end(30) == 1, ferry.log()
    errors = re.findall("error task: .*", ferry.log())
    assert len(errors) == 1 and one.arrived() == [1] and one.position() == 1, ferry.log()
    assert re.search(rf"error task: gtid \S+, {FILE}:\d+: event \S+ at {FILE}:\d+: event '\S+' \(\d+\) of \d+ bytes ending at \d+ "
                     r"has a wrong checksum, each of the 3 times it was read\. See whether mysqlbinlog", errors[0]), errors[0]
    assert ferry.log().count("; trying again in") in (2, 3)


NO_EVENTS = {
    "a status without an event": (b"\0", "a packet of 1 bytes that is no binlog event"),
    "another status": (b"\7" + events.xid(2).bytes(), "that is no binlog event"),
    "an error without a number": (b"\xff", "reading the binlog"),
    "another reader under the same number": (
        error_packet(4052, "A replica with the same server_uuid/server_id as this replica has connected to the source"),
        "(4052). Another 'rowferry run' of this task may be running"),
    "an error that trying again does not cure": (error_packet(1236, "log event entry exceeded max_allowed_packet"), "(1236)"),
}


@pytest.mark.parametrize("packet, text", [pytest.param(*case, id=name) for name, case in NO_EVENTS.items()])
def test_a_packet_that_is_no_event(liar, packet, text):
    one = liar(MARIADB)
    one.tell([Packet(packet)])
    one.stops(text, "")


@pytest.mark.parametrize("source", [MARIADB, MYSQL])
def test_a_transaction_that_comes_twice(liar, source):
    one = liar(source)
    one.tell(one.teller.transaction(1))
    one.stops("whose GTID it has sent before", one.place(0))


SMUGGLED = "DELETE FROM hostile.t; COMMIT; SELECT 1"


@pytest.mark.parametrize("statement", [
    f"SAVEPOINT a; {SMUGGLED}", f"SAVEPOINT `a`; {SMUGGLED}", f"SAVEPOINT a /*!; {SMUGGLED} */", f"ROLLBACK TO a; {SMUGGLED}",
    f"SAVEPOINT; {SMUGGLED}", "SAVEPOINT `a", "SAVEPOINT 'a'"])
def test_a_savepoint_that_holds_more(liar, statement):
    one = liar(MARIADB)
    one.tell(one.teller.with_map(one.teller.insert(2), events.query("SAVEPOINT a"), events.query(statement), events.xid(2)))
    one.stops("", one.place(4))


def test_a_view_that_holds_more(liar):
    one = liar(MARIADB, ddl={"views": True})
    one.tell([one.teller.gtid(2, body=one.teller.gtid(2).body[:12] + b"\1" + bytes(6)),
              events.query(f"CREATE DEFINER=root@localhost VIEW smuggler AS SELECT 1; {SMUGGLED}", DB)])
    one.stops("You have an error in your SQL syntax", one.place(0))
    assert one.target.value("SELECT state FROM dump2db.ddl ORDER BY started_at DESC LIMIT 1") == "failed"


def own_table(t, table, types, metadata, kind, image):
    return t.inside(t.map(database="dump2db", table=table, types=types, metadata=metadata),
                    t.rows(image, kind=kind, columns=len(types)), t.map(), t.insert(2), events.xid(2))


def text(value):
    return bytes([len(value)]) + value


@pytest.mark.parametrize("region", [b"x', seq = seq + 1000 -- ", b"x" * 65, b"caf\xe9", b"a\0b"])
def test_a_mark_that_no_rowferry_writes(liar, region):
    one = liar(MARIADB, region="here", loop="ring", destination={"region": "there"})
    image = b"\xe0" + struct.pack("<IHQQ", 1001, 1, 1, 1) + text(b"1:" + region)
    one.tell(own_table(one.teller, "marker", [LONG, SHORT, LONGLONG, LONGLONG, VARCHAR], b"\x78\0", one.teller.update_kind,
                       image * 2))
    one.stops("names a region of", one.place(2))


@pytest.mark.parametrize("region", [b"x', gtid = '7-7-777", b"a;b", b"x" * 65])
def test_a_statement_under_way_that_no_rowferry_runs(liar, region):
    one = liar(MARIADB)
    image = b"\xe0" + struct.pack("<IQ", 1001, 1) + text(b"started") + text(region) + struct.pack("<Q", 5)
    one.tell(own_table(one.teller, "ddl", [LONG, LONGLONG, VARCHAR, VARCHAR, LONGLONG], b"\x10\0\xff\0",
                       one.teller.insert_kind, image))
    one.stops("names a region of", one.place(2))


def test_more_statements_under_way_than_there_are_rowferries(liar):
    one = liar(MARIADB)
    images = b"".join(b"\xe0" + struct.pack("<IQ", 1001, n) + text(b"started") + text(b"x") + struct.pack("<Q", n)
                      for n in range(1001))
    one.tell(own_table(one.teller, "ddl", [LONG, LONGLONG, VARCHAR, VARCHAR, LONGLONG], b"\x10\0\xff\0",
                       one.teller.insert_kind, images))
    one.stops("more than 1000 statements under way", one.place(2))


ANSWERS = {
    "no version": ("SELECT @@version,", ["v", "c", "i", "h", "p", "m"], [[None] * 6], "does not tell its version"),
    "a version alone": ("SELECT @@version,", ["v"], [["10.11.1-MariaDB"]], "does not tell its version"),
    "nothing": ("SELECT @@version,", ["v", "c", "i", "h", "p", "m"], [], "does not tell its version"),
    "no position": ("SHOW MASTER STATUS", ["File"], [["binlog.000001"]], "does not tell its binlog position"),
    "a position of NULL": ("SHOW MASTER STATUS", ["File", "Position"], [[None, None]], "does not tell its binlog position"),
    "no replicas": ("SHOW SLAVE HOSTS", ["Server_id"], [["1"]], "does not tell its replicas"),
    "GTIDs of another kind": ("SELECT @@global.gtid_binlog_pos", ["p"], [["3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5"]],
                              "is malformed"),
}


@pytest.mark.parametrize("pattern, columns, rows, text", [pytest.param(*case, id=name) for name, case in ANSWERS.items()])
def test_an_answer_that_lies(liar, pattern, columns, rows, text):
    one = liar(MARIADB)
    one.answers = [(pattern, columns, rows)]
    one.tell([])
    assert one.ferry.wait_for_end(30) == 1
    errors = re.findall("error task: .*", one.ferry.log())
    assert len(errors) == 1 and text in errors[0], one.ferry.log()


def test_table_maps_without_end(liar):
    """320 MB of them, each for another table id."""
    one = liar(MARIADB)
    big = one.teller.map(optional=b"\xc8" + packed(8_000_000) + bytes(8_000_000))
    one.tell([], behind=[*[lambda n=n: event_packet(big.patched(0, struct.pack("<I", n))) for n in range(1000, 1040)],
                         *one.teller.transaction(3)])
    one.carries_on()


def test_table_maps_without_end_in_a_transaction(liar):
    """Each has a row, so that the transaction holds them, up to the limit of 256 MB."""
    one = liar(MARIADB)
    big = one.teller.map(optional=b"\xc8" + packed(8_000_000) + bytes(8_000_000))
    row = one.teller.insert(2)
    one.tell(one.teller.begin(), behind=[lambda n=n, e=e: event_packet(e.patched(0, struct.pack("<I", n)))
                                         for n in range(1000, 1040) for e in (big, row)])
    one.stops("the table maps of one transaction take more than", "", 400 << 20)


def test_a_transaction_without_end(liar):
    """300 MB that nobody commits, and a lie."""
    one = liar(MARIADB, limits={"transaction_memory_bytes": 1 << 20})
    row = event_packet(one.teller.rows(b"".join(one.teller.image(n, b"x" * 20) for n in range(100_000))))
    one.tell(one.teller.with_map(), behind=[*[lambda: row] * 100, one.teller.insert(2).cut(3)])
    one.stops("has no table id", "")


def test_more_formats_than_a_source_has(liar):
    one = liar(MARIADB)
    one.tell([one.teller.format.patched(2, b"10.11.1-MariaDB-%04d" % n) for n in range(1001)])
    one.stops("the source describes too many formats", "")


@pytest.mark.parametrize("end", ["the table map", "the rows"])
def test_a_transaction_cut_in_the_middle_is_asked_for_again(liar, end):
    """By file and offset, where the server sends what stands there and no more."""
    one = liar(MYSQL, source={"start": {"binlog_file": FILE, "start_position": 4}})
    one.tell(one.teller.with_map(*[one.teller.insert(2)] * (end == "the rows")),
             [event_packet(e) for e in [events.rotate(FILE), one.teller.format.copy(log_pos=0), *one.teller.transaction(2),
                                        *one.teller.transaction(3)]], is_cut=True)
    one.carries_on([1, 2, 3])
    asked = [(struct.unpack_from("<I", payload)[0], payload[10:].decode()) for _, payload in one.fake.requests]
    assert asked == [(4, FILE), (int(one.place(0).split(":")[1]), FILE)]


VERSION, SET, ENDLESS = "SELECT @@version,", "SET @mariadb_slave_capability", 10_000
ROW = result_set(["v"], [["x" * (1 << 20)]])[-2]


def rows(*payloads):
    """An answer with these rows, and no end."""
    return lambda **options: [*result_set(["v"], [], **options)[:-1], *payloads]


def columns(payload, n):
    return lambda **options: [b"\xfd\xff\xff\x0f", *[payload(result_set(["v" * 60_000], [], **options)[1])] * n]


DRIPS_ROW = rows(Drip(b"\xfd\xff\xff\0" + b"x" * 0xffff))


@pytest.mark.parametrize("pattern, payloads", [
    pytest.param(VERSION, rows(*[lambda: ROW] * ENDLESS), id="rows of a question"),
    pytest.param(SET, rows(*[lambda: ROW] * ENDLESS), id="rows of a statement"),
    pytest.param(SET, columns(lambda p: lambda: p, 100 * ENDLESS), id="columns")])
def test_an_answer_without_end(liar, pattern, payloads):
    one = liar(MARIADB)
    one.answer_with = [(pattern, payloads)]
    one.tell([])
    assert one.ferry.wait_for_end(60) == 1
    assert re.search("error task: .*server '.*' gives an answer of more than 268435456 bytes", one.ferry.log()), one.ferry.log()
    assert 0 < one.ferry.peak_rss_bytes < 900 << 20, f"{one.ferry.peak_rss_bytes >> 20} MB"


SLOW = {"a row": (SET, DRIPS_ROW), "columns of a question": (VERSION, columns(Drip, 2)),
        "the end of a statement": (SET, lambda **_: [Drip(b"\0" * 7)])}


@pytest.mark.parametrize("pattern, payloads", [pytest.param(*case, id=name) for name, case in SLOW.items()])
def test_an_answer_that_drips(liar, pattern, payloads, monkeypatch):
    """It has its time, and a stop does not wait for that."""
    monkeypatch.setattr(Drip, "PAUSE_S", 1)
    one = liar(MARIADB, source={"connect_timeout_s": 2, "io_timeout_s": 2, "heartbeat_s": 1})
    one.answer_with = [(pattern, payloads)]
    one.tell([])
    one.ferry.wait_for_log("warning task: .*server '.*' has not ended an answer within 2 s; trying again", 20)
    one.fake.dripped.clear()
    assert one.fake.dripped.wait(20)
    one.stops_at_once()


def test_an_event_that_drips(liar, monkeypatch):
    monkeypatch.setattr(Drip, "PAUSE_S", 1)
    one = liar(MARIADB, source={"heartbeat_s": 1})
    again = [events.rotate(FILE), one.teller.format, *one.teller.transaction(2)]
    one.tell([], [event_packet(e) for e in again[:-1]] + [Drip(event_packet(again[-1]))], behind=[Drip(event_packet(one.teller.format))])
    one.ferry.wait_for_log("warning task: .*server '.*' has sent less than 1000 bytes of an event a second; trying again", 20)
    one.fake.dripped.clear()
    assert one.fake.dripped.wait(20)
    one.stops_at_once()
    assert one.arrived() == [1]


def test_a_destination_that_drips(pool, target, rowferry):
    source = pool.get(MARIADB)
    source.fresh_database(DB)
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))", db=DB)
    fake = FakeSource(target.port, [])
    ferry = rowferry(source, target, [DB], {"destination": {"tls": {"mode": "off"}}, "status": server_settings(target)},
                     target_port=fake.port)
    try:
        ferry.run_until("now")
        ferry.start()
        ferry.wait_for_log("joined source")
        fake.answer_with("COMMIT", DRIPS_ROW)
        source.execute("INSERT INTO t VALUES (7, 'seven')", db=DB)
        ferry.wait("the first byte", fake.dripped.is_set)
        began = time.monotonic()
        ferry.stop(30)
        assert time.monotonic() - began < 6
        assert "error task" not in ferry.log()
        fake.answers.clear()
        ferry.run_until("now")
        assert target.value("SELECT v FROM t WHERE id = 7", db=DB) == "seven"
    finally:
        fake.close()
        target.execute("DELETE FROM t", db=DB)


def test_a_greeting_that_drips(pool, target, rowferry):
    """It has its time, and a stop does not wait for that."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve():
            with contextlib.suppress(OSError):
                while True:
                    client = listener.accept()[0]
                    with contextlib.suppress(OSError), client:
                        for byte in b"\x70\0\0\0\x0a" + b"5" * 100:
                            client.sendall(bytes([byte]))
                            time.sleep(0.5)

        threading.Thread(target=serve, daemon=True).start()
        source = pool.get(MARIADB)
        ferry = rowferry(source, target, [DB], {"source": {"connect_timeout_s": 2}}, source_port=listener.getsockname()[1])
        ferry.start()
        ferry.wait_for_log("warning task: source: server '.*': cannot connect.*; trying again", 20)
        began = time.monotonic()
        ferry.stop(30)
        assert time.monotonic() - began < 6


def test_a_packet_without_end(liar):
    """One of more than 256 MiB, in pieces as the protocol has it."""
    one = liar(MARIADB)
    one.answer_with = [(VERSION, rows(lambda: bytes(300 << 20)))]
    one.tell([])
    one.ferry.wait_for_log("task: source: server '.*(gives an answer of more than 268435456 bytes|Lost connection)", 60)
    process = one.ferry.process
    one.ferry.kill()
    assert 0 < process.peak_rss_bytes < 700 << 20, f"{process.peak_rss_bytes >> 20} MB"
