# SPDX-License-Identifier: Apache-2.0
"""The lying source and the events that it sends."""

import contextlib
import struct
import zlib

import pymysql
import pytest

from rowferrylib import events
from rowferrylib.events import Event
from rowferrylib.fake_source import FakeSource, end_packet, error_packet, event_packet, framed, packets


def test_read_events_are_written_the_same(each_server):
    db = each_server.fresh_database("harness_events")
    each_server.execute("CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(10)) ENGINE=InnoDB", "FLUSH BINARY LOGS",
                        "INSERT INTO t VALUES (1, 'x')", "UPDATE t SET b = 'y'", "DELETE FROM t", db=db)
    with open(each_server.binlog_path(), "rb") as f:  # once: MariaDB may log a checkpoint at any moment behind FLUSH
        data = f.read()
    read = events.read(data)
    kinds = {e.kind for e in read}
    assert {events.FORMAT_DESCRIPTION, events.TABLE_MAP, events.XID} <= kinds
    assert kinds & {events.GTID, events.MARIADB_GTID, events.GTID_TAGGED}
    # The flag that says "in use" is not in the checksum of the format description.
    written = events.MAGIC + b"".join(e.bytes() for e in read)
    after_first = 4 + len(read[0])
    assert written[after_first:] == data[after_first:len(written)] and len(written) == len(data)
    inserted = next(e for e in read if e.kind in (events.WRITE_ROWS, events.WRITE_ROWS_V1))
    assert inserted.body.endswith(b"\x01\0\0\0\x01x")


def test_built_rows_are_those_of_a_server(pool):
    server = pool.get("mariadb-10.11")
    db = server.fresh_database("harness_events")
    server.execute("CREATE TABLE t (a INT NOT NULL) ENGINE=InnoDB", "FLUSH BINARY LOGS", "INSERT INTO t VALUES (7)", db=db)
    real = {e.kind: e for e in events.read_file(server.binlog_path())}
    table_id = int.from_bytes(real[events.TABLE_MAP].body[:6], "little")
    built = events.rows(events.WRITE_ROWS_V1, table_id, 1, b"\xfe" + struct.pack("<i", 7))
    assert built.body == real[events.WRITE_ROWS_V1].body
    built = events.table_map(table_id, db, "t", [3], null_bits=b"\0")
    assert real[events.TABLE_MAP].body.startswith(built.body)
    number = struct.unpack("<Q", real[events.XID].body)[0]
    assert events.xid(number).body == real[events.XID].body


def test_lies_are_as_told():
    event = events.query("BEGIN")
    raw = event.bytes()
    assert struct.unpack("<I", raw[-4:])[0] == zlib.crc32(raw[:-4])
    assert struct.unpack_from("<I", raw, 9)[0] == len(raw)
    assert struct.unpack_from("<I", event.copy(length=7).bytes(), 9)[0] == 7
    assert event.copy(crc=5).bytes()[-4:] == b"\5\0\0\0"
    patched = Event.parse(event.patched(-5, b"XXXXX").bytes())
    assert patched.body.endswith(b"\0XXXXX") and patched.bytes() != raw
    assert event.cut(-1).body == event.body[:-1]
    assert event.copy(tail=b"more").bytes().endswith(b"more")


def test_long_packets_are_split():
    data, sequence = framed(b"x" * 0xffffff, 3)
    assert data[:4] == b"\xff\xff\xff\3" and data[-4:] == b"\0\0\0\4" and sequence == 5
    data, sequence = framed(b"x" * 10, 0)
    assert data == b"\x0a\0\0\0" + b"x" * 10 and sequence == 1


@pytest.fixture
def fake(pool):
    made = []

    def make(*scripts, **options):
        made.append(FakeSource(pool.get("mariadb-10.11").port, *scripts, **options))
        return made[-1]

    yield make
    for source in made:
        source.close()


def connect(source):
    return contextlib.closing(pymysql.connect(host="127.0.0.1", port=source.port, user="rowferry", password="ferry",
                                              read_timeout=60))


def dump(connection):
    """The payloads of a dump up to its end."""
    connection._execute_command(0x12, struct.pack("<IHI", 4, 0, 77) + b"binlog.000001")
    got = []
    while True:
        packet = connection._read_packet()
        got.append(packet._data)
        if packet._data[:1] == b"\xfe":
            return got[:-1]


def test_it_sends_its_script_and_asks_the_server_for_the_rest(fake):
    big = events.query("x" * 17_000_000)
    first, second = packets(events.rotate("binlog.000001"), events.xid(3), big), packets(events.xid(4))
    source = fake([*first, end_packet()], [*second, end_packet()])
    for script in (first, second, second):
        with connect(source) as c:
            with c.cursor() as cursor:
                cursor.execute("SELECT 41 + 1")
                assert cursor.fetchone() == (42,)
            assert dump(c) == script
    assert source.sent.is_set() and len(source.requests) == 3
    assert source.requests[0] == (0x12, struct.pack("<IHI", 4, 0, 77) + b"binlog.000001")
    assert "SELECT 41 + 1" in source.queries


def test_it_answers_in_place_of_the_server(fake):
    source = fake([error_packet(1236, "could not find it")])
    source.answer("SELECT VERSION", ["VERSION()"], [["12.9-liar"], [None]])
    source.refuse_query("SHOW SLAVE HOSTS", 1227, "no")
    with connect(source) as c, c.cursor() as cursor:
        cursor.execute("SELECT VERSION()")
        assert cursor.fetchall() == (("12.9-liar",), (None,))
        with pytest.raises(pymysql.err.MySQLError, match="1227"):
            cursor.execute("SHOW SLAVE HOSTS")
        cursor.execute("SELECT 1")
        assert cursor.fetchall() == ((1,),)
        with pytest.raises(pymysql.err.MySQLError, match="1236"):
            dump(c)


def test_a_raw_payload_is_sent_as_it_is():
    assert event_packet(b"\xff\xff") == b"\0\xff\xff"
