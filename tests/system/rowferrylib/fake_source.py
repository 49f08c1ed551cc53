# SPDX-License-Identifier: Apache-2.0
"""A source that lies. It stands before a real server, which answers every question truly up to the request for the
binlog; from there on it sends what a script says.

    fake = FakeSource(server.port, packets(rotate("binlog.000001"), *events))
    … rowferry reads from fake.port, with tls = { mode = "off" } …

Answers to questions can be replaced as well: fake.answer("SHOW MASTER STATUS", ["File", …], [["binlog.9", …]]), or by
payloads: fake.answer_with("SET", lambda **options: [Drip(…)]).
"""

import re
import struct
import threading

from .events import Event, packed
from .proxy import COM_QUERY, CUT, PASS, SWALLOW, Connection, Proxy

COM_BINLOG_DUMP, COM_BINLOG_DUMP_GTID = 0x12, 0x1e
MOST = 0xffffff


class Drip(bytes):
    """A payload that comes byte by byte, one every 0.3 s."""
    PAUSE_S = 0.3


def event_packet(event, has_crc=True):
    """What a dump sends for an event: status 0, then its bytes."""
    return b"\0" + (event.bytes(has_crc) if isinstance(event, Event) else bytes(event))


def packets(*events):
    return [event_packet(e) for e in events]


def end_packet():
    """The end of a dump that was asked not to wait."""
    return b"\xfe\0\0\2\0"


def error_packet(number, text, state="HY000"):
    return b"\xff" + struct.pack("<H", number) + b"#" + state.encode() + text.encode()


def framed(payload, sequence):
    """A payload in packets of at most 2^24-1 bytes, and the sequence number that comes next."""
    out = []
    for at in range(0, len(payload) + 1, MOST):
        piece = payload[at:at + MOST]
        out += [len(piece).to_bytes(3, "little") + bytes([sequence & 0xff]), piece]
        sequence += 1
    return b"".join(out), sequence


def _text(value):
    raw = value.encode()
    return packed(len(raw)) + raw


def result_set(columns, rows, has_extended_metadata=False, has_eof=True):
    """The packets of a text result with column names and rows of str or None; the last two as the client asked for."""
    def column(name):
        extended = b"\0" if has_extended_metadata else b""
        return (_text("def") + _text("") * 3 + _text(name) + _text(name) + extended + b"\x0c"
                + struct.pack("<HIBHBH", 45, 1024, 253, 0, 0, 0))

    end = b"\xfe\0\0\2\0"
    return [bytes([len(columns)]), *map(column, columns), *([end] if has_eof else []),
            *(b"".join(b"\xfb" if v is None else _text(str(v)) for v in row) for row in rows),
            end if has_eof else b"\xfe\0\0\2\0\0\0"]


class _Connection(Connection):
    options = {}  # of result_set()

    def judge(self, packet):
        if packet[3] == 1 and not self.options and len(packet) >= 36:
            flags, = struct.unpack_from("<I", packet, 4)
            more, = struct.unpack_from("<I", packet, 32)  # MariaDB's own, where CLIENT_MYSQL is not set
            self.options = {"has_eof": not flags & 1 << 24, "has_extended_metadata": not flags & 1 and bool(more & 1 << 3)}
        return super().judge(packet)

    def on_command(self, packet):
        command, payload = packet[4], packet[5:]
        if command == COM_QUERY:
            return self.on_query(payload.lstrip(b"\0\1").decode(errors="replace"))
        if command in (COM_BINLOG_DUMP, COM_BINLOG_DUMP_GTID):
            self.proxy.requests.append((command, payload))
            self.send_script()
            # What the client sends after this is not for the server.
            return CUT if self.closed.is_set() else SWALLOW
        return PASS

    def on_query(self, sql):
        self.proxy.queries.append(sql)
        for pattern, answer in self.proxy.answers:
            if pattern.search(sql):
                try:
                    self.write(answer if isinstance(answer, list) else answer(**self.options) if callable(answer)
                               else result_set(*answer, **self.options))
                except OSError:  # the client has had enough
                    return CUT
                return SWALLOW
        return PASS

    def write(self, payloads, sequence=1):
        for payload in payloads:
            payload = payload() if callable(payload) else payload
            data, sequence = framed(payload, sequence)
            if not isinstance(payload, Drip):
                self.client.sendall(data)
                continue
            for byte in data:
                self.client.sendall(bytes([byte]))
                self.proxy.dripped.set()
                if self.closed.wait(Drip.PAUSE_S):
                    break
        return sequence

    def send_script(self):
        script = self.proxy.next_script()
        try:
            sequence = 1
            for payload in script:
                if callable(payload):  # a step of the test: waits for something, or makes what is too much to keep
                    payload = payload()
                if payload is None:
                    continue
                sequence = self.write([payload], sequence)
            self.proxy.sent.set()
            if not self.proxy.stay_open:
                self.client.shutdown(1)
        except OSError:
            self.proxy.sent.set()  # the client has had enough


class FakeSource(Proxy):
    """scripts: what each dump request gets, a list of payloads; the last one is for all that follow."""

    connection_class = _Connection

    def __init__(self, server_port, *scripts, stay_open=True):
        self.scripts = [list(s) for s in scripts]
        self.requests = []  # (command, payload) of each dump
        self.queries = []
        self.answers = []
        self.stay_open = stay_open
        self.sent = threading.Event()
        self.dripped = threading.Event()
        super().__init__(server_port)

    def next_script(self):
        with self.lock:
            return self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]

    def answer(self, pattern, columns, rows):
        """Questions that match get this result instead of the server's."""
        self.answers.append((re.compile(pattern, re.IGNORECASE), (columns, rows)))

    def answer_with(self, pattern, make):
        """make(): the payloads, for a client with these options of result_set(); what is callable among them makes one."""
        self.answers.append((re.compile(pattern, re.IGNORECASE), make))

    def refuse_query(self, pattern, number, text):
        self.answers.append((re.compile(pattern, re.IGNORECASE), [error_packet(number, text)]))
