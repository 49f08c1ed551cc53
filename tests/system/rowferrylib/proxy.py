# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy before a server that makes the trouble networks make, and knows where a MySQL command begins.

    proxy = Proxy(target.port)              # rowferry connects to proxy.port, tls off if commands are watched
    proxy.cut()                             # every connection is reset
    proxy.refuse() / proxy.accept()         # new connections are reset / served again
    proxy.hold() / proxy.release()          # half-open: nothing is forwarded, nothing is closed
    proxy.slow(0.01)                        # each piece waits so long
    lost = proxy.lose_reply("COMMIT")       # see LostReply
"""

import re
import select
import socket
import struct
import threading
import time

COM_QUERY = 3
PASS, SWALLOW, CUT = "pass", "swallow", "cut"


class LostReply:
    """The next COM_QUERY that matches a pattern loses its reply.

    when: "before": the connection is cut before the command reaches the server
          "sent":   it is cut as soon as the command has been passed on, the server may be at work still
          "done":   it is cut when the server has answered; the answer is thrown away
          "held":   the server's answer never comes, and the connection stays open
    happened is set once it has happened.
    """

    def __init__(self, pattern, when, skip):
        assert when in ("before", "sent", "done", "held")
        self.pattern = re.compile(rf"\s*{pattern}".encode(), re.IGNORECASE)
        self.when = when
        self.skip = skip
        self.happened = threading.Event()
        self.is_armed = True

    def fits(self, sql):
        if not self.is_armed or not self.pattern.match(sql):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.is_armed = False
        return True

    def wait(self, timeout_s=30):
        assert self.happened.wait(timeout_s), f"no {self.pattern.pattern!r} passed the proxy within {timeout_s} s"


class Connection:
    def __init__(self, proxy, client):
        self.proxy = proxy
        self.client = client
        self.server = socket.create_connection(("127.0.0.1", proxy.server_port))
        if proxy.buffer_bytes:
            self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, proxy.buffer_bytes)
        self.losing = None
        self.is_held = False  # this one alone; not even its end is passed on
        self.closed = threading.Event()
        self.threads = [threading.Thread(target=f, daemon=True) for f in (self.upstream, self.downstream)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def cut(self):
        """Reset, not closed in order: the other end sees what a crash looks like."""
        if self.closed.is_set():
            return
        self.closed.set()
        for s in (self.client, self.server):
            try:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                s.shutdown(socket.SHUT_RDWR) if s is self.server else None
            except OSError:
                pass
            s.close()

    def receive(self, s):
        """Bytes, or b"" at the end. Waits while the proxy holds."""
        while not self.closed.is_set():
            try:
                if self.is_held:
                    self.closed.wait(0.05)
                elif select.select([s], [], [], 0.05)[0] and self.proxy.gate.wait(0.05) and not self.is_held:
                    data = s.recv(65536)
                    if data and self.proxy.delay_s:
                        time.sleep(self.proxy.delay_s)
                    return data
            except (OSError, ValueError):
                break
        return b""

    def upstream(self):
        """Whole packets where they can be seen, so that a command can be stopped before it is sent."""
        pending = b""
        is_opaque = False
        while True:
            data = self.receive(self.client)
            if not data:
                break
            pending += data
            out = b""
            while pending:
                if is_opaque:
                    out, pending = out + pending, b""
                    break
                length = int.from_bytes(pending[:3], "little")
                if len(pending) < 4 or len(pending) < 4 + length:
                    break
                packet, pending = pending[:4 + length], pending[4 + length:]
                # An SSLRequest: what follows is sealed.
                if packet[3] == 1 and length == 32 and packet[5] & 0x08:
                    is_opaque = True
                verdict = self.judge(packet)
                if verdict is CUT:
                    self.cut()
                    return
                if verdict is PASS:
                    for old, new in self.proxy.rewrites:
                        packet = packet.replace(old, new)
                    out += packet
            try:
                self.server.sendall(out)
            except OSError:
                break
            if self.losing and self.losing.when == "sent":
                self.losing.happened.set()
                break
        self.cut()

    def judge(self, packet):
        """What becomes of a packet of the client's."""
        if packet[3] != 0 or len(packet) < 5:
            return PASS
        self.proxy.commands += 1
        if packet[4] != COM_QUERY:
            return self.on_command(packet)
        # Connector/C may put query attributes before the text; they are empty here.
        sql = packet[5:].lstrip(b"\0\1")
        with self.proxy.lock:
            lost = next((lost for lost in self.proxy.lost if lost.fits(sql)), None)
        if lost is None:
            return self.on_command(packet)
        if lost.when == "before":
            lost.happened.set()
            return CUT
        self.losing = lost
        return PASS

    def on_command(self, _packet):
        """For those who build on this class."""
        return PASS

    def downstream(self):
        while True:
            data = self.receive(self.server)
            if not data:
                break
            if self.losing and self.losing.when in ("done", "held"):
                self.is_held = self.losing.when == "held"
                self.losing.happened.set()
                if self.is_held:
                    continue
                break
            try:
                self.client.sendall(data)
            except OSError:
                break
        self.cut()


class Proxy:
    connection_class = Connection

    def __init__(self, server_port):
        self.server_port = server_port
        self.lock = threading.Lock()
        self.gate = threading.Event()
        self.gate.set()
        self.delay_s = 0
        self.is_refusing = False
        self.lost = []
        self.buffer_bytes = None  # of what the server may say ahead; else as the system has it: 32 MB and more
        self.rewrites = []  # (bytes, as many others) in what the client says
        self.connections = []
        self.accepted = 0
        self.commands = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.is_refusing:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.close()
                continue
            try:
                connection = self.connection_class(self, client)
            except OSError:  # the server is down
                client.close()
                continue
            with self.lock:
                self.accepted += 1
                self.connections = [c for c in self.connections if not c.closed.is_set()] + [connection]
            connection.start()

    def live(self):
        with self.lock:
            return [c for c in self.connections if not c.closed.is_set()]

    def cut(self):
        """The number of connections that were cut."""
        live = self.live()
        for connection in live:
            connection.cut()
        return len(live)

    def refuse(self):
        self.is_refusing = True

    def accept(self):
        self.is_refusing = False

    def hold(self):
        self.gate.clear()

    def release(self):
        self.gate.set()

    def slow(self, delay_s):
        self.delay_s = delay_s

    def lose_reply(self, pattern, when="done", skip=0):
        """skip: so many matches are let through first."""
        lost = LostReply(pattern, when, skip)
        with self.lock:
            self.lost.append(lost)
        return lost

    def close(self):
        self.listener.close()
        self.gate.set()
        self.cut()
