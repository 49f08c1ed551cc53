# SPDX-License-Identifier: Apache-2.0
"""One server for each version and role, started when first asked for and kept to the end of the run."""

import shutil

import pytest

from . import flavour, places
from .process import remove_at_end
from .server import Server


class Pool:
    def __init__(self):
        self.folder = places.run_folder()
        remove_at_end(self.folder)
        self.unavailable = places.unavailable_servers()
        self.shared = {}
        self.servers = []

    def need(self, name):
        """Skips the test if the server could not be downloaded today; fails it if it is missing otherwise."""
        if name in self.unavailable:
            pytest.skip(f"{name} cannot be had today: {self.unavailable[name]}")
        if not flavour.flavour(name).is_installed():
            pytest.fail(f"{name} is not installed; ./test.sh fetches it", pytrace=False)

    def get(self, name, role="source"):
        """The shared server of that version and role, running. Tests take fresh databases on it; one that
        restarts or breaks its server takes a private one instead."""
        self.need(name)
        server = self.shared.get((name, role))
        if server is not None and not server.is_running():
            server.destroy()
            server = None
        if server is None:
            server = self.private(name, role)
            self.shared[name, role] = server
        return server

    def private(self, name, role="private", **options):
        """A new server of one's own, running; it ends with the run, or by destroy()."""
        self.need(name)
        server = Server(name, self.folder, role, **options)
        self.servers.append(server)
        return server.start()

    def restore_globals(self):
        for server in self.shared.values():
            server.restore_globals()

    def close(self):
        for server in self.servers:
            server.destroy()
        shutil.rmtree(self.folder, ignore_errors=True)
