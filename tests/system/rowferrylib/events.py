# SPDX-License-Identifier: Apache-2.0
"""Binlog events as bytes: read from a file, changed, or built, right and wrong ones.

An event is 19 bytes of header (u4 timestamp, u1 type, u4 server id, u4 length, u4 end position, u2 flags), a body,
and a CRC32 of all that, as MySQL's libs/mysql/binlog/event/binlog_event.h has it.
"""

import struct
import zlib

MAGIC = b"\xfebin"

QUERY, STOP, ROTATE, FORMAT_DESCRIPTION, XID, TABLE_MAP = 2, 3, 4, 15, 16, 19
WRITE_ROWS_V1, UPDATE_ROWS_V1, DELETE_ROWS_V1 = 23, 24, 25
INCIDENT, HEARTBEAT = 26, 27
WRITE_ROWS, UPDATE_ROWS, DELETE_ROWS, GTID, ANONYMOUS_GTID, PREVIOUS_GTIDS = 30, 31, 32, 33, 34, 35
XA_PREPARE, PARTIAL_UPDATE_ROWS, TRANSACTION_PAYLOAD, HEARTBEAT_V2, GTID_TAGGED = 38, 39, 40, 41, 42
ANNOTATE_ROWS, BINLOG_CHECKPOINT, MARIADB_GTID, GTID_LIST, START_ENCRYPTION = 160, 161, 162, 163, 164
QUERY_COMPRESSED, WRITE_ROWS_COMPRESSED_V1 = 165, 166

V2 = (WRITE_ROWS, UPDATE_ROWS, DELETE_ROWS, PARTIAL_UPDATE_ROWS)

ARTIFICIAL, IGNORABLE = 0x20, 0x80


class Event:
    """A header and a body; bytes() gives it with a right length and CRC, unless they are told to lie."""

    def __init__(self, kind, body, timestamp=1_700_000_000, server_id=1, flags=0, log_pos=0):
        self.kind = kind
        self.body = bytes(body)
        self.timestamp = timestamp
        self.server_id = server_id
        self.flags = flags
        self.log_pos = log_pos
        self.length = None  # a lie about it
        self.crc = None  # another one
        self.tail = b""  # bytes behind the event's end

    @classmethod
    def parse(cls, raw, has_crc=True):
        timestamp, kind, server_id, length, log_pos, flags = struct.unpack_from("<IBIIIH", raw)
        return cls(kind, raw[19:length - 4 if has_crc else length], timestamp, server_id, flags, log_pos)

    def copy(self, **changes):
        other = Event(self.kind, self.body, self.timestamp, self.server_id, self.flags, self.log_pos)
        for name, value in changes.items():
            assert hasattr(other, name), name
            setattr(other, name, value)
        return other

    def patched(self, offset, new):
        """With other bytes at an offset of its body (from its end if negative), the CRC made right again."""
        offset %= len(self.body)
        return self.copy(body=self.body[:offset] + bytes(new) + self.body[offset + len(new):])

    def cut(self, n):
        """With only the first n bytes of its body, or without the last -n."""
        return self.copy(body=self.body[:n])

    def __len__(self):
        return 19 + len(self.body) + 4

    def bytes(self, has_crc=True):
        length = 19 + len(self.body) + (4 if has_crc else 0)
        header = struct.pack("<IBIIIH", self.timestamp, self.kind, self.server_id,
                             length if self.length is None else self.length, self.log_pos & 0xffffffff, self.flags)
        out = header + self.body
        if has_crc:
            out += struct.pack("<I", zlib.crc32(out) if self.crc is None else self.crc)
        return out + self.tail


def read_file(path):
    """The events of a binlog file that was written with binlog_checksum=CRC32."""
    with open(path, "rb") as f:
        return read(f.read())


def read(data):
    """The events of such a file's bytes."""
    assert data[:4] == MAGIC, f"no binlog: it begins with {data[:4]}"
    events, at = [], 4
    while at + 19 <= len(data):
        length = struct.unpack_from("<I", data, at + 9)[0]
        events.append(Event.parse(data[at:at + length]))
        at += length
    return events


def packed(n):
    """A length-encoded integer."""
    if n < 251:
        return bytes([n])
    for mark, size in ((0xfc, 2), (0xfd, 3), (0xfe, 8)):
        if n < 1 << 8 * size:
            return bytes([mark]) + n.to_bytes(size, "little")
    raise ValueError(n)


def rotate(file, position=4, is_fake=True):
    name = file if isinstance(file, bytes) else file.encode()
    return Event(ROTATE, struct.pack("<Q", position) + name, timestamp=0 if is_fake else 1_700_000_000,
                 flags=ARTIFICIAL if is_fake else 0)


def query(sql, database="", thread=1, status=b"", error=0):
    name = database.encode()
    body = struct.pack("<IIBHH", thread, 0, len(name), error, len(status)) + status + name + b"\0"
    return Event(QUERY, body + (sql if isinstance(sql, bytes) else sql.encode()))


def xid(number=1):
    return Event(XID, struct.pack("<Q", number))


def mariadb_gtid(sequence, domain=0, flags=0, extra=b"\0" * 6, server_id=1):
    return Event(MARIADB_GTID, struct.pack("<QIB", sequence, domain, flags) + extra, server_id=server_id)


def mysql_gtid(uuid, number, flags=1, rest=b"", kind=GTID):
    return Event(kind, struct.pack("<B16sq", flags, uuid, number) + rest)


def table_map(table_id, database, table, types, metadata=b"", null_bits=None, flags=1, optional=b""):
    """types: a list of column type numbers; metadata: the block without its length."""
    db, name = database.encode(), table.encode()
    nulls = b"\xff" * ((len(types) + 7) // 8) if null_bits is None else null_bits
    return Event(TABLE_MAP, table_id.to_bytes(6, "little") + struct.pack("<H", flags) + bytes([len(db)]) + db + b"\0"
                 + bytes([len(name)]) + name + b"\0" + packed(len(types)) + bytes(types) + packed(len(metadata))
                 + metadata + nulls + optional)


def rows(kind, table_id, columns, images, flags=1, extra=b""):
    """images: the bytes behind the column bitmaps, NULL bitmaps and values; V2 events carry `extra`."""
    bitmap = ((1 << columns) - 1).to_bytes((columns + 7) // 8, "little")
    head = table_id.to_bytes(6, "little") + struct.pack("<H", flags)
    if kind in V2:
        head += struct.pack("<H", 2 + len(extra)) + extra
    is_update = kind in (UPDATE_ROWS_V1, UPDATE_ROWS, PARTIAL_UPDATE_ROWS)
    return Event(kind, head + packed(columns) + bitmap * (2 if is_update else 1) + images)


def heartbeat(file, log_pos):
    return Event(HEARTBEAT, file.encode(), timestamp=0, log_pos=log_pos)


def incident(number=1, text=b"lost events"):
    return Event(INCIDENT, struct.pack("<H", number) + bytes([len(text)]) + text)
