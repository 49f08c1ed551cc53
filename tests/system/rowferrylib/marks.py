# SPDX-License-Identifier: Apache-2.0
"""What a server's binlog holds of rowferry's marks, read from the files themselves and by no code of rowferry's."""

import dataclasses
import struct

from .events import (ANONYMOUS_GTID, DELETE_ROWS, DELETE_ROWS_V1, FORMAT_DESCRIPTION, GTID, GTID_TAGGED, MARIADB_GTID,
                     TABLE_MAP, UPDATE_ROWS, UPDATE_ROWS_V1, WRITE_ROWS, WRITE_ROWS_V1)

BEGINS = (GTID, ANONYMOUS_GTID, GTID_TAGGED, MARIADB_GTID)
UPDATES = (UPDATE_ROWS_V1, UPDATE_ROWS)
ROWS = (WRITE_ROWS_V1, WRITE_ROWS, DELETE_ROWS_V1, DELETE_ROWS, *UPDATES)
MARKER = ("dump2db", "marker")


@dataclasses.dataclass
class Tally:
    """Transactions with rows, by what they hold."""
    marks: int = 0  # update events of the marker
    marked: int = 0  # transactions with rows of the database behind a mark
    unmarked: int = 0  # transactions with rows of the database and no mark

    def take(self, tables, database):
        """tables: (is it an update, its table) of each rows event of one transaction."""
        marks = tables.count((True, MARKER))
        assert marks <= 1, f"a transaction with {marks} marks: {tables}"
        assert not marks or tables[0] == (True, MARKER), f"the mark is not the first row of its transaction: {tables}"
        self.marks += marks
        if any(table[0] == database for _, table in tables):
            self.marked += marks
            self.unmarked += 1 - marks


def events_of(path, offset):
    """(type, body) of each event of a file, from an offset on."""
    with open(path, "rb") as f:
        f.seek(offset)
        data = f.read()
    at = 0
    while at + 19 <= len(data):
        kind, length = data[at + 4], struct.unpack_from("<I", data, at + 9)[0]
        assert length >= 19, f"{path}: no event at {offset + at}"
        yield kind, data[at + 19:at + length]
        at += length


def table_of(body):
    """Table id, and (database, table), of a table map."""
    end = 9 + body[8]
    return body[:6], (body[9:end].decode(), body[end + 2:end + 2 + body[end + 1]].decode())


def tally(server, since, database):
    """What the server has logged since a position, as server.binlog_position() gives it."""
    files = server.binlog_files()
    out, names, tables = Tally(), {}, []
    for file in files[files.index(since[0]):]:
        for kind, body in events_of(server.binlog_path(file), int(since[1]) if file == since[0] else 4):
            if kind in BEGINS or kind == FORMAT_DESCRIPTION:
                out.take(tables, database)
                tables = []
            elif kind == TABLE_MAP:
                table_id, name = table_of(body)
                names[table_id] = name
            elif kind in ROWS:
                tables.append((kind in UPDATES, names[body[:6]]))
    out.take(tables, database)
    return out


def check_binlogs(began_at, database, own):
    """Each binlog has one marker row for each target transaction, and rows once: the server's own, and the others' marked.

    began_at: {server: position from before the first start}; own: transactions with rows at most of its clients.
    """
    for server, position in began_at.items():
        logged = tally(server, position, database)
        # The first start makes the marker's row, each later one raises its epoch by an update without a new seq.
        seq, starts = server.execute(
            "SELECT CAST(SUM(seq) AS SIGNED), CAST(MAX(epoch) - 1 AS SIGNED) FROM dump2db.marker")[0]
        assert logged.marks == seq + starts, (logged, seq, starts)
        others = sum(own.values()) - own[server]
        assert 0 < logged.marked <= min(others, seq), (logged, others, seq)
        assert 0 < logged.unmarked <= own[server], (logged, own[server])
