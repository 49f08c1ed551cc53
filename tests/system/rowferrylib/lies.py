# SPDX-License-Identifier: Apache-2.0
"""What a hostile or broken source could send, event by event, and what a task says to it."""

import struct
import zlib

from . import events
from .events import Event, packed

# Of another name than the real server's files, so that the list of those says nothing against it.
DB, FILE, TABLE, DOMAIN = "hostile", "lies.000777", 99, 7
SHORT, LONG, LONGLONG, VARCHAR, BIT, TIMESTAMP2, JSON, NEWDECIMAL, BLOB, STRING, GEOMETRY = \
    2, 3, 8, 15, 16, 17, 245, 246, 252, 254, 255


class Teller:
    """The events of a source that writes to hostile.t (id INT PRIMARY KEY, v VARCHAR(20))."""

    def __init__(self, server, first_id):
        self.is_mariadb = server.is_mariadb
        self.id = first_id
        real = events.read_file(server.binlog_path(server.binlog_files()[0]))[0]
        self.format = real.copy(flags=0, log_pos=4 + len(real)).patched(52, bytes(4))  # not a server that has just started
        self.insert_kind = events.WRITE_ROWS_V1 if self.is_mariadb else events.WRITE_ROWS
        self.update_kind = self.insert_kind + 1

    def gtid(self, n, **changes):
        event = events.mariadb_gtid(n, DOMAIN) if self.is_mariadb else events.mysql_gtid(b"liar" * 4, n)
        return event.copy(**changes)

    def begin(self, n=2):
        return [self.gtid(n)] + ([] if self.is_mariadb else [events.query("BEGIN")])

    def map(self, **changes):
        return events.table_map(**{"table_id": TABLE, "database": DB, "table": "t", "types": [LONG, VARCHAR],
                                   "metadata": b"\x50\0", **changes})

    def image(self, number, text=b"x"):
        return b"\xfc" + struct.pack("<IB", self.id + number, len(text)) + text

    def rows(self, images, kind=None, columns=2, **changes):
        return events.rows(kind or self.insert_kind, TABLE, columns, images, **changes)

    def insert(self, number):
        return self.rows(self.image(number))

    def transaction(self, n):
        return [*self.begin(n), self.map(), self.insert(n), events.xid(n)]

    def inside(self, *lies):
        return [*self.begin(), *lies]

    def with_map(self, *lies):
        """Rows whose table map is right."""
        return self.inside(self.map(), *lies)

    def of_columns(self, types, metadata=b"", optional=b""):
        return self.inside(self.map(types=types, metadata=metadata, optional=optional))

    def with_optional(self, field, value, types=(LONG, VARCHAR), metadata=b"\x50\0"):
        return self.of_columns(types, metadata, bytes([field]) + packed(len(value)) + value)


def two_row_event(t, cut):
    whole = t.image(2) + t.image(3, b"y" * 9)
    return t.with_map(t.rows(whole[:cut]), events.xid(2))


def compressed_rows(head, data=b""):
    """MariaDB's compressed event: the images' place is taken by a head and a zlib stream."""
    return lambda t: t.with_map(t.rows(head + data, kind=events.WRITE_ROWS_COMPRESSED_V1), events.xid(2))


def compressed_query(head, data=b""):
    def build(t):
        whole = events.query(head + data, DB)
        return t.inside(whole.copy(kind=events.QUERY_COMPRESSED))
    return build


def payload(*fields, data=b"", end=b"\0"):
    """TRANSACTION_PAYLOAD: fields of (type, value)."""
    body = b"".join(packed(kind) + packed(len(value)) + value for kind, value in fields)
    return Event(events.TRANSACTION_PAYLOAD, body + end + data)


def plain_payload(data, claimed=None, size=None):
    return payload((1, packed(len(data) if size is None else size)), (2, packed(255)),
                   (3, packed(len(data) if claimed is None else claimed)), data=data)


def packed_events(*inner):
    return b"".join(e.bytes(has_crc=False) for e in inner)


def of_payload(build):
    """GTID, and a payload of what build(teller) gives."""
    return lambda t: [t.gtid(2), build(t)]


def tagged_gtid(fields, version=1, length=None, must_know=0):
    """GTID_TAGGED of (field, bytes of its value)."""
    def number(n):
        if n < 1 << 7:
            return bytes([n << 1])
        if n < 1 << 14:
            return (n << 2 | 1).to_bytes(2, "little")
        return b"\xff" + n.to_bytes(8, "little")
    body = b"".join(number(field) + (value if isinstance(value, bytes) else number(value)) for field, value in fields)
    head = number(version)
    whole = len(head) + len(body) + len(number(must_know)) + 1
    return Event(events.GTID_TAGGED, head + number(whole if length is None else length) + number(must_know) + body)


UUID = (1, b"\0" * 16)


def json_of_depth(depth):
    """Arrays of one element in each other, in the binary form: u2 count, u2 size, u1 type, u2 offset, the element."""
    value = struct.pack("<HHBH", 1, 7, 4, 0)  # [null], which stands in its entry
    for _ in range(depth - 1):
        value = struct.pack("<HHBH", 1, 7 + len(value), 2, 7) + value
    return b"\x02" + value


def json_row(t, document):
    return t.inside(t.map(table="tj", types=[LONG, JSON], metadata=b"\4"),
                    t.rows(b"\xfc" + struct.pack("<II", t.id, len(document)) + document), events.xid(2))


def user_decimal(precision, scale, data=b"\x80"):
    """A user variable that is a DECIMAL: name, is null, type, charset, length of value, precision, scale, digits."""
    value = bytes([precision, scale]) + data
    return Event(14, struct.pack("<I", 1) + b"d" + b"\0\4" + struct.pack("<II", 33, len(value)) + value)


def short_event(kind, size):
    """A packet of `size` bytes, shorter than the header of an event."""
    return (bytes(4) + bytes([kind]) + bytes(14))[:size]


def cut_format(size):
    return lambda t: [t.format.cut(size).copy(log_pos=0)]


# name: (events from a teller, text of the error, which one of the events it names: the last one if not told)
FRAMING = {
    "length of the header too large": (lambda t: t.inside(t.map().copy(length=200)), "says that it has 200 bytes, but"),
    "length of the header too small": (lambda t: t.inside(t.map().copy(length=19)), "says that it has 19 bytes, but"),
    "length of the header 0": (lambda t: t.inside(t.map().copy(length=0)), "says that it has 0 bytes, but"),
    "a second event behind the first": (
        lambda t: t.inside(t.map().copy(tail=t.insert(2).bytes())), "event 'table_map' (19) says that it has"),
    "no room for the checksum": (
        lambda t: t.inside(Event(events.XID, b"").copy(length=19).bytes()[:19]), "has no room for its checksum"),
    "heartbeat of 13 bytes": (lambda t: [short_event(events.HEARTBEAT, 13)], "an event of 13 bytes is shorter than its header"),
    "heartbeat of 14 bytes": (lambda t: [short_event(events.HEARTBEAT, 14)], "an event of 14 bytes is shorter than its header"),
    "heartbeat of 15 bytes": (lambda t: [short_event(events.HEARTBEAT, 15)], "an event of 15 bytes is shorter than its header"),
    "heartbeat of 16 bytes": (lambda t: [short_event(events.HEARTBEAT, 16)], "an event of 16 bytes is shorter than its header"),
    "heartbeat of 17 bytes": (
        lambda t: [short_event(events.HEARTBEAT_V2, 17)], "an event of 17 bytes is shorter than its header"),
    "unknown type": (
        lambda t: [Event(99, b"what")],
        "event type 99 is not known to this release. Nothing is lost: upgrade rowferry and start again."),
    "rotate without a position": (lambda t: [Event(events.ROTATE, b"1234567")], "event 'rotate' is cut short"),
    "rotate without a name": (lambda t: [events.rotate("")], "names no file"),
    "rotate with 513 bytes": (lambda t: [events.rotate("r" * 513)], "a file name of 513 bytes, more than 512"),
    "rotate with a million bytes": (lambda t: [events.rotate("r" * 1000000)], "a file name of 1000000 bytes, more than 512"),
    "rotate with a NUL": (lambda t: [events.rotate("binlog.\0.000001")], "a file name with a NUL or a slash in it"),
    "rotate with a slash": (lambda t: [events.rotate("../binlog.000001")], "a file name with a NUL or a slash in it"),
    "rotate with what is no text": (lambda t: [events.rotate(b"\xff\xc0\x80.000778")], "a file name that is not UTF-8"),
    "format cut to 0 bytes": (cut_format(0), "event 'format_description'"),
    "format cut to 10 bytes": (cut_format(10), "event 'format_description'"),
    "format cut to 56 bytes": (cut_format(56), "event 'format_description'"),
    "format without types": (lambda t: [Event(15, t.format.body[:57] + b"\1")], "event 'format_description' is cut short"),
    "format of version 3": (
        lambda t: [t.format.copy(log_pos=0).patched(0, b"\3\0")], "binlog version 3 with headers of 19 bytes is not 4"),
    "format with headers of 13": (
        lambda t: [t.format.copy(log_pos=0).patched(56, b"\x0d")], "binlog version 4 with headers of 13 bytes"),
    "format with checksum 7": (
        lambda t: [t.format.copy(log_pos=0).patched(-1, b"\7")], "binlog checksum algorithm 7 is not known"),
    "format of an old server": (
        lambda t: [t.format.copy(log_pos=0).patched(2, b"5.5.1-" + b"z" * 44)], "was written by server '5.5.1-zz"),
}

TABLE_MAPS = {
    "no table id": (lambda t: t.inside(t.map().cut(5)), "has no table id"),
    "name longer than the event": (lambda t: t.inside(t.map(database="d" * 250).cut(100)), "has no whole table name"),
    "name without its NUL": (lambda t: t.inside(t.map().patched(9 + len(DB), b"x")), "has no whole table name"),
    "name with a NUL": (lambda t: t.inside(t.map(database="hos\0ile")), "has no whole table name"),
    "table without a name": (lambda t: t.inside(t.map(table="")), "has no whole table name"),
    "table whose name is no text": (
        lambda t: t.inside(t.map().patched(10 + len(DB) + 1, b"\xff")), "a table name that is not UTF-8"),
    "no columns": (lambda t: t.of_columns([]), "it has 0 columns, which is not between 1 and 4096"),
    "5000 columns": (lambda t: t.of_columns([LONG] * 5000), "it has 5000 columns"),
    "2^63 columns": (lambda t: t.inside(t.map().cut(8 + 2 + len(DB) + 3).copy(
        body=t.map().body[:8 + 2 + len(DB) + 3] + b"\xfe" + bytes(7) + b"\x80" + b"\3" * 20)),
        "it has 9223372036854775808 columns"),
    "fewer types than columns": (
        lambda t: t.inside(t.map(types=[LONG] * 200).cut(-150)), "types, metadata or null bits are cut short"),
    "metadata of 4 GB": (lambda t: t.inside(t.map().patched(8 + 2 + len(DB) + 3 + 3, b"\xfe\0\0\0\0\1\0\0\0")),
                         "types, metadata or null bits are cut short"),
    "metadata shorter than its types need": (lambda t: t.of_columns([LONG, VARCHAR], b"\x50"), "do not reach to column 2"),
    "metadata of fewer columns": (lambda t: t.of_columns([VARCHAR] * 4, b"\x50\0" * 3), "do not reach to column 4"),
    "metadata longer than its types need": (lambda t: t.of_columns([LONG, VARCHAR], b"\x50\0\1"), "belong to no column"),
    "null bits cut": (lambda t: t.inside(t.map(types=[LONG] * 9, metadata=b"", null_bits=b"\0")), "null bits are cut short"),
    "type that does not exist": (lambda t: t.of_columns([99]), "column 1 has type 99"),
    "decimal of 255 digits": (lambda t: t.of_columns([NEWDECIMAL], b"\xff\0"), "column 1 has type 246"),
    "decimal of more fraction than digits": (lambda t: t.of_columns([NEWDECIMAL], b"\5\x1e"), "column 1 has type 246"),
    "bit of 2047": (lambda t: t.of_columns([BIT], b"\xff\xff"), "column 1 has type 16"),
    "blob of 9 length bytes": (lambda t: t.of_columns([BLOB], b"\x09"), "column 1 has type 252"),
    "enum of 5 bytes": (lambda t: t.of_columns([STRING], b"\xf7\5"), "column 1 has type 247"),
    "timestamp of 200 digits": (lambda t: t.of_columns([TIMESTAMP2], b"\xc8"), "column 1 has type 17"),
    "field longer than the event": (
        lambda t: t.of_columns([LONG], optional=b"\1\xfe" + b"\xff" * 8), "optional metadata is cut short"),
    "signs of no column": (lambda t: t.with_optional(1, b""), "field 1 of its optional metadata"),
    "signs of more columns": (lambda t: t.with_optional(1, b"\x80\0"), "field 1 of its optional metadata"),
    "charset of a column that is not": (lambda t: t.with_optional(2, b"\x2d\x07\x2d"), "field 2 of its optional metadata"),
    "charsets backwards": (lambda t: t.with_optional(2, b"\x2d\1\x2d\0\x2d", [VARCHAR] * 2, b"\x50\0" * 2), "field 2 of its"),
    "charset of fewer columns": (lambda t: t.with_optional(3, b"\x2d", [VARCHAR] * 2, b"\x50\0" * 2), "field 3 of its"),
    "charset above 2^32": (lambda t: t.with_optional(3, b"\xfe" + b"\xff" * 8), "field 3 of its optional metadata"),
    "column name of 2^40 bytes": (lambda t: t.with_optional(4, b"\xfe\0\0\0\0\0\1\0\0id\1v"), "field 4 of its optional metadata"),
    "column name with a NUL": (lambda t: t.with_optional(4, b"\2i\0\1v"), "field 4 of its optional metadata"),
    "column name with nothing in it": (lambda t: t.with_optional(4, b"\0\1v"), "field 4 of its optional metadata"),
    "more column names than columns": (lambda t: t.with_optional(4, b"\2id\1v\1w"), "field 4 of its optional metadata"),
    "2^40 set values": (lambda t: t.with_optional(5, b"\xfe\0\0\0\0\0\1\0\0\1a", [STRING], b"\xf8\1"), "field 5 of its"),
    "set value longer than the field": (lambda t: t.with_optional(5, b"\2\1a\xfa", [STRING], b"\xf8\1"), "field 5 of its"),
    "2^40 enum values": (lambda t: t.with_optional(6, b"\xfe\0\0\0\0\0\1\0\0\1a", [STRING], b"\xf7\1"), "field 6 of its"),
    "geometry of no column": (lambda t: t.with_optional(7, b"\1"), "field 7 of its optional metadata"),
    "no geometry": (lambda t: t.with_optional(7, b"", [GEOMETRY], b"\4"), "field 7 of its optional metadata"),
    "key of a column that is not": (lambda t: t.with_optional(8, b"\2"), "field 8 of its optional metadata"),
    "key of column 2^64-1": (lambda t: t.with_optional(8, b"\xfe" + b"\xff" * 8), "field 8 of its optional metadata"),
    "key without its prefix": (lambda t: t.with_optional(9, b"\0"), "field 9 of its optional metadata"),
    "visibility of no column": (lambda t: t.with_optional(12, b""), "field 12 of its optional metadata"),
    "vector of no column": (lambda t: t.with_optional(13, b"\1"), "field 13 of its optional metadata"),
    "table of 255 bytes": (lambda t: t.inside(t.map(table="t" * 255), t.insert(2), events.xid(2)), "tttt' does not exist", 0),
}

ROWS = {
    "rows outside a transaction": (lambda t: [t.map(), t.insert(2)], "rows outside a transaction"),
    "rows without a table map": (
        lambda t: t.inside(t.rows(t.image(2)).patched(0, b"\7")), "rows of table id 7, which no table map"),
    "more columns than the table map": (lambda t: t.with_map(t.rows(t.image(2), columns=3), events.xid(2)),
                                        "3 columns in the rows event, but 2 in the table map", -2),
    "2^63 columns": (lambda t: t.with_map(t.rows(b"").cut(8 if t.is_mariadb else 10).copy(
        body=t.rows(b"").body[:-2] + b"\xfe" + bytes(7) + b"\x80" + t.image(2)), events.xid(2)),
        "9223372036854775808 columns", -2),
    "bitmap shorter than the columns": (
        lambda t: t.inside(t.map(table="wide", types=[LONG] * 30, metadata=b""), t.rows(b"", columns=30).cut(-3), events.xid(2)),
        "the header of the rows event is cut short", -2),
    "images without columns": (lambda t: t.with_map(t.rows(t.image(2)).patched(-len(t.image(2)) - 1, b"\0"), events.xid(2)),
                               "the images have no columns", -2),
    "cut in the first row's null bits": (lambda t: t.with_map(t.rows(b"").cut(-1), events.xid(2)),
                                         "the header of the rows event is cut short", -2),
    "cut in a number": (lambda t: two_row_event(t, 3), "row 1 of the event: the row ends within column 1", -2),
    "cut in the second row": (lambda t: two_row_event(t, -4), "row 2 of the event: the row ends within column 2", -2),
    "no table id": (lambda t: t.inside(t.map(), t.insert(2).cut(4)), "has no table id"),
    "an update without an after image": (
        lambda t: t.with_map(t.rows(t.image(1), kind=t.update_kind), events.xid(2)), "the row ends within its null bits", -2),
    "a value of 4 GB": (
        lambda t: t.inside(t.map(table="tj", types=[LONG, BLOB], metadata=b"\4"),
                           t.rows(b"\xfc" + struct.pack("<II", t.id + 2, 0xffffffff) + b"x" * 100), events.xid(2)),
        "the row ends within column 2", -2),
    "a transaction within another": (
        lambda t: t.with_map(t.insert(2), t.gtid(3)), "a transaction begins inside the one that began"),
    "a BEGIN within a transaction": (
        lambda t: t.with_map(t.insert(2), events.query("BEGIN")), "a transaction begins inside the one that began"),
    "an XA START within a transaction": (
        lambda t: t.with_map(t.insert(2), events.query("XA START 'a'")), "a transaction begins inside the one that began"),
    "a commit of nothing": (lambda t: [events.xid(9)], "a commit outside a transaction"),
    "XA PREPARE of nothing": (lambda t: [Event(events.XA_PREPARE, bytes(13))], "XA PREPARE outside a transaction"),
    "XID longer than it may be": (
        lambda t: t.inside(Event(events.XA_PREPARE, struct.pack("<BIII", 0, 1, 65, 0) + b"x" * 65)),
        "the XID does not fit the event"),
    "XID longer than the event": (
        lambda t: t.inside(Event(events.XA_PREPARE, struct.pack("<BIII", 0, 1, 0xffffffff, 0xffffffff))), "the XID does not fit"),
    "query cut short": (lambda t: t.inside(events.query("BEGIN").cut(9)), "the lengths in its header do not fit"),
    "query with a longer database": (
        lambda t: t.inside(events.query("BEGIN").patched(8, b"\xff")), "lengths in its header do not fit"),
    "query with longer status variables": (
        lambda t: t.inside(events.query("BEGIN").patched(11, b"\xff\xff")), "lengths in its header"),
    "query with an unknown status variable": (lambda t: t.inside(events.query("BEGIN", status=b"\x7e\1")), "status variable 126"),
    "query cut in a status variable": (
        lambda t: t.inside(events.query("BEGIN", status=b"\1\0\0")), "cut short in status variable 1"),
    "names of databases without an end": (lambda t: t.inside(events.query("BEGIN", status=b"\x0b\xff\0")), "status variable 11"),
    "a change as a statement": (
        lambda t: t.inside(events.query("INSERT INTO t VALUES (1, 'x')", DB), events.xid(2)), "were logged as a statement", 0),
    "an incident": (lambda t: t.inside(events.incident()), "the source has logged an incident", 0),
}

MARIADB_LIES = {
    "a transaction that no GTID begins": (
        lambda t: [events.query("BEGIN"), t.map(), t.insert(2), events.xid(2)],
        "the source sends a transaction without a GTID", 0),
    "gtid cut": (lambda t: [t.gtid(2).cut(12)], "with flags 0x00 is cut short"),
    "gtid without its commit id": (lambda t: [events.mariadb_gtid(2, DOMAIN, 2, b"")], "with flags 0x02 is cut short"),
    "gtid without its XID": (lambda t: [events.mariadb_gtid(2, DOMAIN, 0x42, bytes(8))], "with flags 0x42 is cut short"),
    "gtid with an XID longer than it is": (
        lambda t: [events.mariadb_gtid(2, DOMAIN, 0x80, struct.pack("<IBB", 1, 64, 64) + b"x" * 100)],
        "with flags 0x80 is cut short"),
    "gtid with an XID of 255": (
        lambda t: [events.mariadb_gtid(2, DOMAIN, 0x40, struct.pack("<IBB", 1, 255, 0) + b"x" * 255)],
        "with flags 0x40 is cut short"),
    "gtid without its extra flags' numbers": (
        lambda t: [events.mariadb_gtid(2, DOMAIN, 0, b"\x0c")], "with flags 0x00 is cut short"),
    "gtid without its thread": (lambda t: [events.mariadb_gtid(2, DOMAIN, 0, b"\x10")], "with flags 0x00 is cut short"),
    "gtid of number 0": (lambda t: [events.mariadb_gtid(0, DOMAIN)], "sequence number 0"),
    "gtid of another family": (
        lambda t: [events.mysql_gtid(b"liar" * 4, 2), events.query("BEGIN"), events.xid(2)], "a GTID of the MySQL kind", 0),
    "compressed rows of 4 GB": (compressed_rows(b"\x84\xff\xff\xff\xff", zlib.compress(b"x")), "claims to hold 4294967295", -2),
    "compressed rows of 1 GB": (compressed_rows(b"\x84\x3f\xff\xff\xff", zlib.compress(b"x")), "claims to hold 1073741823", -2),
    "compressed rows of 7 length bytes": (compressed_rows(b"\x87" + b"\xff" * 7), "begins with 0x87, which is not known", -2),
    "compressed rows of nothing": (compressed_rows(b""), "begins with 0x00, which is not known", -2),
    "compressed rows cut in their length": (compressed_rows(b"\x84\0\0"), "a compressed event is cut short", -2),
    "compressed rows longer than they say": (compressed_rows(b"\x81\x02", zlib.compress(b"x" * 900)), "is damaged", -2),
    "compressed rows shorter than they say": (compressed_rows(b"\x81\xff", zlib.compress(b"x")), "is damaged", -2),
    "compressed rows that are none": (compressed_rows(b"\x81\x09", b"no zlib"), "is damaged", -2),
    "compressed query of 4 GB": (compressed_query(b"\x84\xff\xff\xff\xff", zlib.compress(b"x")), "claims to hold 4294967295"),
    "compressed query that is none": (compressed_query(b"\x81\x09", b"no zlib"), "is damaged"),
    "partial row data": (lambda t: t.with_map(Event(172, struct.pack("<IIB", 9, 1, 0) + b"x")), "event type 172 is not known"),
}

TERA = 1 << 42
MYSQL_LIES = {
    "two BEGINs of one transaction": (
        lambda t: [t.gtid(2), events.query("BEGIN"), t.map(), t.insert(2), events.query("BEGIN"), t.insert(3), events.xid(2)],
        "a transaction begins inside the one that began", 4),
    "an anonymous transaction": (
        lambda t: [t.gtid(0, kind=events.ANONYMOUS_GTID), events.query("BEGIN"), t.map(), t.insert(2), events.xid(2)],
        "the source sends a transaction without a GTID", 0),
    "an anonymous statement": (
        lambda t: [t.gtid(0, kind=events.ANONYMOUS_GTID), events.query("CREATE TABLE hostile.anonymous (a INT)", DB)],
        "the source sends a transaction without a GTID", 0),
    "a transaction that no GTID begins": (
        lambda t: [events.query("BEGIN"), t.map(), t.insert(2), events.xid(2)],
        "the source sends a transaction without a GTID", 0),
    "gtid cut": (lambda t: [t.gtid(2).cut(24)], "event 'gtid' is cut short"),
    "gtid of number 0": (lambda t: [t.gtid(0)], "transaction number 0, which is not between"),
    "gtid of number -1": (lambda t: [t.gtid(-1)], "transaction number 18446744073709551615"),
    "gtid without its second time": (
        lambda t: [events.mysql_gtid(b"liar" * 4, 2, rest=b"\2" + bytes(16) + b"\xff" * 7)], "event 'gtid' is cut short"),
    "gtid cut in its first time": (
        lambda t: [events.mysql_gtid(b"liar" * 4, 2, rest=b"\2" + bytes(16) + b"\1\1\1")], "event 'gtid' is cut short"),
    "gtid cut in its length": (
        lambda t: [events.mysql_gtid(b"liar" * 4, 2, rest=b"\2" + bytes(16) + bytes(7) + b"\xfe\1")],
        "event 'gtid' is cut short"),
    "gtid of another family": (lambda t: [events.mariadb_gtid(2, DOMAIN), events.xid(2)], "a GTID of the MariaDB kind", 0),
    "tagged gtid cut": (lambda t: [tagged_gtid([UUID, (2, 4)]).cut(9)], "event 'gtid_tagged'"),
    "tagged gtid of another size": (lambda t: [tagged_gtid([UUID, (2, 4)], length=99)], "says that its body has 99 bytes"),
    "tagged gtid of format 2": (lambda t: [tagged_gtid([UUID, (2, 4)], version=2)], "has format 2, not 1"),
    "tagged gtid without a number": (lambda t: [tagged_gtid([UUID])], "holds no whole gtid"),
    "tagged gtid with a long byte": (lambda t: [tagged_gtid([(1, b"\xfd\x0f" * 16), (2, 4)])], "holds no whole gtid"),
    "tagged gtid with a tag of 100": (lambda t: [tagged_gtid([UUID, (2, 4), (3, b"\xc8" + b"t" * 100)])], "holds no whole gtid"),
    "tagged gtid with a tag of 2^60": (
        lambda t: [tagged_gtid([UUID, (2, 4), (3, b"\xff" + b"\x10" * 8)])], "holds no whole gtid"),
    "tagged gtid with a tag of quotes": (lambda t: [tagged_gtid([UUID, (2, 4), (3, b"\x08';--")])], "holds no whole gtid"),
    "tagged gtid with a field that must be known": (
        lambda t: [tagged_gtid([UUID, (2, 4), (99, 1)], must_know=99)], "has field 99, which is not known"),
    "tagged gtid of the year 300000": (
        lambda t: [tagged_gtid([UUID, (2, 4), (6, 1 << 63)]), events.query("BEGIN"), events.xid(2)],
        "event 'gtid_tagged' has a commit time of more than 55 bits", 0),
    "payload without a size": (of_payload(lambda t: payload((2, b"\xff"))), "its header does not fit"),
    "payload without an end": (of_payload(lambda t: payload((1, b"\0"), end=b"")), "its header does not fit"),
    "payload of another size": (of_payload(lambda t: plain_payload(bytes(9), size=8)), "8 bytes announced, 9 there"),
    "payload of terabytes": (of_payload(lambda t: plain_payload(b"", size=TERA)), "4398046511104 bytes announced, 0 there"),
    "payload that holds terabytes": (of_payload(lambda t: plain_payload(packed_events(t.map()), TERA)),
                                     "4398046511104 bytes were announced, but"),
    "payload that holds less": (
        of_payload(lambda t: plain_payload(packed_events(t.map()), 7)), "more comes out than the 7 bytes"),
    "payload field of terabytes": (of_payload(lambda t: Event(40, b"\1" + packed(TERA))), "its header does not fit"),
    "payload of an unknown compression": (
        of_payload(lambda t: payload((1, b"\0"), (2, b"\x07"))), "its compression 7 is not known"),
    "payload that is no zstd": (
        of_payload(lambda t: payload((1, b"\7"), (2, b"\0"), (3, packed(99)), data=b"no zstd")),
        "the compressed data is damaged"),
    "payload of a zstd frame of 128 TB": (
        of_payload(lambda t: payload((1, b"\x0e"), (2, b"\0"), (3, packed(TERA)),
                                     data=b"\x28\xb5\x2f\xfd\xc0\x00" + struct.pack("<Q", 1 << 47))), "transaction payload"),
    "payload in a payload": (
        of_payload(lambda t: plain_payload(packed_events(plain_payload(b"")))), "it holds an event 'transaction_payload'"),
    "payload with a gtid": (of_payload(lambda t: plain_payload(packed_events(t.gtid(3)))), "it holds an event 'gtid' (33)"),
    "payload with a gtid of another family": (
        of_payload(lambda t: plain_payload(packed_events(events.mariadb_gtid(3)))), "it holds an event 'mariadb_gtid' (162)"),
    "payload that ends in a header": (of_payload(lambda t: plain_payload(b"x" * 18)), "it ends within the header of an event"),
    "payload that ends in an event": (
        of_payload(lambda t: plain_payload(packed_events(t.map())[:-2])), "it ends within an event of"),
    "payload with an event of 18 bytes": (
        of_payload(lambda t: plain_payload(t.map().copy(length=18).bytes(False))), "an event in it has 18 bytes"),
    "payload with an event of 4 GB": (
        of_payload(lambda t: plain_payload(t.map().copy(length=0xffffffff).bytes(False))), "an event in it has 4294967295 bytes"),
    "payload with an event of 1 GB": (
        of_payload(lambda t: plain_payload(t.map().copy(length=1 << 30).bytes(False))), "it ends within an event of 1073741824"),
    "payload with two ends": (
        of_payload(lambda t: plain_payload(packed_events(events.query("BEGIN"), events.xid(2), events.xid(3)))),
        "events follow the end of the transaction inside a payload"),
    "json of depth 1000": (lambda t: json_row(t, json_of_depth(1000)), "it is nested more than 100 deep", -2),
    "json that claims 4 GB": (
        lambda t: json_row(t, b"\1" + struct.pack("<II", 1, 0xffffffff) + b"\4\1\0\0\0"),
        "a container claims 4294967295 bytes", -2),
    "json that claims 65535 elements": (lambda t: json_row(t, b"\2\xff\xff\x0c\0" + bytes(8)), "claims 65535 elements", -2),
    "json of nothing but a type": (lambda t: json_row(t, b"\0"), "JSON document is malformed", -2),
    "partial update with unknown options": (
        lambda t: t.with_map(t.rows(t.image(1) + b"\4" + t.image(1), kind=events.PARTIAL_UPDATE_ROWS), events.xid(2)),
        "value options 0x4, of which only 1 is known", -2),
    "extra data of no length": (
        lambda t: t.with_map(t.rows(t.image(2)).patched(8, b"\0\0"), events.xid(2)),
        "the header of the rows event is cut short", -2),
    "extra data of 65535 bytes": (
        lambda t: t.with_map(t.rows(t.image(2)).patched(8, b"\xff\xff"), events.xid(2)),
        "header of the rows event is cut short", -2),
}


# What belongs to nothing that is carried, or says nothing that is believed.
HARMLESS = {
    "unknown type that may be ignored": lambda t: [Event(99, b"what", flags=events.IGNORABLE)],
    "a database of 255 bytes": lambda t: [*t.begin(), t.map(database="d" * 255, table="t" * 255), t.insert(2), events.xid(2)],
    "types of another database that nobody has": lambda t: [
        *t.begin(), t.map(database="other", types=[99] * 3, metadata=b"", optional=b"\1\xff"), t.rows(b"\xff", columns=200),
        events.xid(2)],
    "rows of the dummy table": lambda t: [t.rows(b"").patched(0, b"\xff\xff\xff\0\0\0")],
    "heartbeat without a name": lambda t: [events.heartbeat("", 4)],
    "heartbeat with a long name": lambda t: [events.heartbeat("h" * 100000, 0xffffffff)],
    "heartbeat of version 2 cut short": lambda t: [Event(events.HEARTBEAT_V2, b"\1\xff")],
    "user variable with a decimal of 255 digits": lambda t: t.inside(
        user_decimal(255, 255), user_decimal(0, 0, b""), events.xid(2)),
    "previous GTIDs that lie": lambda t: [Event(events.PREVIOUS_GTIDS, b"\xff" * 7 + b"\0" + b"x" * 40)],
    "a list of 2^28 GTIDs": lambda t: [Event(events.GTID_LIST, b"\xff\xff\xff\x0f")],
    "annotation and checkpoint of nothing": lambda t: [
        Event(events.ANNOTATE_ROWS, b""), Event(events.BINLOG_CHECKPOINT, b"\xff")],
    "rotate to the end of all files": lambda t: [events.rotate("binlog.000778", (1 << 64) - 1)],
    "rotate to a name of 512 bytes": lambda t: [events.rotate("r" * 505 + ".000778")],
    "rotate to a name that speaks to a terminal": lambda t: [events.rotate("b'\\\033[2J\n\" `.000778", is_fake=False)],
    "format of the same server again": lambda t: [t.format],
    "end position of another place": lambda t: [e.copy(log_pos=0xdeadbeef) for e in t.transaction(2)[:-3]] + [events.xid(2)],
}
