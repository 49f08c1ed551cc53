# SPDX-License-Identifier: Apache-2.0
"""A server that sees a small file system of its own, to be filled up.

The mount is made in a mount namespace that the server alone lives in: nobody else sees it, and it ends with the
server. That takes root, or a kernel that lets users make namespaces.
"""

import contextlib
import functools
import os
import pathlib
import subprocess

import pytest

from .server import Server


@functools.cache
def _unshare():
    """The command that makes a namespace in which one may mount."""
    for command in (["unshare", "--mount"], ["unshare", "--mount", "--map-root-user"]):
        done = subprocess.run([*command, "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"],
                              capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return command
    pytest.skip(f"no file system can be mounted here, not even in a namespace: {done.stderr}")


class ServerWithSmallDisk(Server):
    """The data folder lies where it always does; the tables or logs that a test puts into `disk` fill it up."""

    def __init__(self, name, folder, role="small", disk_size="24m", **options):
        super().__init__(name, folder, role, **options)
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        if name == "mysql-9.7":
            self.options["innodb_directories"] = str(self.disk)
        command = self.flavour.command
        mount = f'mount -t tmpfs -o size={disk_size} tmpfs "$0" && exec "$@"'
        self.flavour.command = lambda *arguments: [*_unshare(), "sh", "-c", mount, str(self.disk), *command(*arguments)]

    def _seen_by_server(self):
        return pathlib.Path(f"/proc/{self.process.pid}/root{self.disk}")

    def _free_bytes(self):
        disk = os.statvfs(f"{self._seen_by_server()}/.")
        return disk.f_bavail * disk.f_frsize

    def fill_disk(self):
        """To the last byte, also while the server takes room too."""
        with open(self._seen_by_server() / "filler", "wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(bytes(1 << 16))
        assert self._free_bytes() == 0

    def free_disk(self):
        (self._seen_by_server() / "filler").unlink()
