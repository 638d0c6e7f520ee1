"""Files in the inbox and in the output, as seen on the disk or recorded in the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from digest.model.results import InputProblem


class SeenFile(NamedTuple):
    """Size, modification time and hash of a file when it was last read."""

    size: int
    modified_ns: int
    content_hash: bytes  # or a stand-in for a file too large to read


class WaitingFile(NamedTuple):
    """A settled file that is new or was changed since it was last read."""

    name: str
    path: Path
    size: int
    modified_ns: int


class InboxScan(NamedTuple):
    """The contents of the inbox.

    ``unsettled`` files were written too recently, or have a time in the future. ``skipped``
    entries are never opened, because they are folders, links or devices.
    """

    waiting: tuple[WaitingFile, ...]
    unsettled: tuple[WaitingFile, ...]
    skipped: tuple[InputProblem, ...]


class PublishedFile(NamedTuple):
    """Size, modification time and hash of a file of the output when it was written."""

    size: int
    modified_ns: int
    hash: bytes


class Page(msgspec.Struct, frozen=True, gc=False):
    """A file of the output tree: its path below ``output/``, and its bytes."""

    path: str
    body: bytes
