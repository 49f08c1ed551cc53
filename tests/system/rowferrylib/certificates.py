# SPDX-License-Identifier: Apache-2.0
"""Certificates as an operator makes them: an authority of one's own, and what it signs."""

import subprocess


class Authority:
    """Makes PEM files in a folder; authority.ca is what clients trust."""

    def __init__(self, folder, name="authority"):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.ca = folder / f"{name}.pem"
        self.key = folder / f"{name}.key"
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                      "-keyout", self.key, "-out", self.ca)

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)

    def sign(self, name, alternative):
        """(certificate, key) of a server or client; alternative: "IP:127.0.0.1", "DNS:db1"."""
        certificate, key, request = (self.folder / f"{name}.{end}" for end in ("pem", "key", "request"))
        extensions = self.folder / f"{name}.extensions"
        extensions.write_text(f"subjectAltName={alternative}\n", encoding="ascii")
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-days", "2", "-CA", self.ca, "-CAkey", self.key, "-CAcreateserial",
                      "-extfile", extensions, "-out", certificate)
        return certificate, key
