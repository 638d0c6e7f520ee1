"""Certificates for test servers: good ones, and those that a client must refuse."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import trustme

PAST = datetime(2020, 1, 1, tzinfo=UTC)


class Certificates:
    """An authority of the tests' own, and contexts of servers by the name of their fault.

    "good", "expired", "wrong name", "unknown authority".
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._authority, self._names = trustme.CA(), tuple(names)
        issue = self._authority.issue_cert
        self._issued = {
            "good": issue(*self._names),
            "expired": issue(*self._names, not_after=PAST, not_before=PAST.replace(year=2019)),
            "wrong name": issue("other.example.net"),
            "unknown authority": trustme.CA().issue_cert(*self._names),
        }
        self._contexts = {name: _context(issued) for name, issued in self._issued.items()}

    def context(self, name: str = "good") -> ssl.SSLContext:
        """Return the context of a server with this certificate."""
        return self._contexts[name]

    def write_authority(self, file: Path) -> Path:
        """Write the authority's certificate, which clients trust, and return the file."""
        self._authority.cert_pem.write_to_path(str(file))
        return file


def _context(issued: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    return context
