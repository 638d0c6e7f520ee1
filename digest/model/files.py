"""Files as the inbox shows them and as the ledger remembers them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class SeenFile(NamedTuple):
    """A file as it was when it was last read."""

    size: int
    modified_ns: int
    content: bytes  # the hash of its bytes


class WaitingFile(NamedTuple):
    """A settled file that was not read yet, or has changed since."""

    name: str
    path: Path
    size: int
    modified_ns: int


class InboxScan(NamedTuple):
    """What one look into the inbox found.

    ``unsettled`` were written too recently, or claim to have been written in the future;
    ``skipped`` are never opened, each with the reason.
    """

    waiting: tuple[WaitingFile, ...]
    unsettled: tuple[WaitingFile, ...]
    skipped: tuple[tuple[str, str], ...]


class PublishedFile(NamedTuple):
    """A file of the output as it was when we wrote it."""

    size: int
    modified_ns: int
    hash: bytes
