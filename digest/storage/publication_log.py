"""The publication log: the path and the hash of each file that was written to the output.

It lies beside the ledger, and a restored ledger does not take it back. So the files that were
published after the backup are still known as ours. A line is added before a file gets its place,
so the log may name files that a killed run never placed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from digest.storage import staging

FILE = "published.jsonl"


def append(state: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    """Add the paths and hashes of files to the log; return the log's path, not synced yet."""
    path = state / FILE
    descriptor = staging.open_or_create(path, os.O_WRONLY | os.O_APPEND)
    with os.fdopen(descriptor, "ab") as log:
        # Begins with a line end: the last line may be torn.
        log.write(b"\n" + _encode(files))
    return path


def load(state: Path) -> dict[str, set[bytes]]:
    """Return all hashes of each path; empty without a log. Lines that are torn are skipped."""
    hashes: dict[str, set[bytes]] = {}
    try:
        with staging.open_regular(state / FILE) as log:
            for line in log:
                try:
                    path, content_hash = msgspec.json.decode(line, type=tuple[str, str])
                    hashes.setdefault(path, set()).add(bytes.fromhex(content_hash))
                except (msgspec.DecodeError, ValueError):
                    continue
    except OSError:
        return {}
    return hashes


def exists(state: Path) -> bool:
    """Return whether there is a log."""
    return os.path.lexists(state / FILE)


def rewrite(state: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Replace the log by these paths and hashes, which are all there are. Raises `OSError`."""
    staging.replace_file(state / FILE, _encode(files), state)


def _encode(files: Iterable[tuple[str, bytes]]) -> bytes:
    return b"".join(
        msgspec.json.encode((path, content_hash.hex())) + b"\n" for path, content_hash in files
    )
