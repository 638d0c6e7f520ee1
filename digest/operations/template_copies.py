"""Own templates beside the shipped ones: what they were copied from, and which lag behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

_RECORD = ".copied.json"  # name -> hash of the shipped file it was copied from


def record(own: Path, shipped: Path, names: Iterable[str]) -> None:
    """Remembers which shipped files these were copied from just now."""
    copied = _copied(own) | {name: _hash(shipped / name) for name in names}
    (own / _RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(copied)) + b"\n")


def outdated(own: Path, shipped: Path) -> Iterator[str]:
    """A line on each own file whose shipped one is not the one it was copied from.

    A file that extends the shipped one does not lag: it takes what is new from there.
    """
    if not own.is_dir() or own.samefile(shipped):
        return
    copied = _copied(own)
    for file in sorted(path for path in shipped.rglob("*") if path.is_file()):
        name = file.relative_to(shipped).as_posix()
        mine = own / name
        if not mine.is_file() or _hash(mine) == _hash(file) or _extends(mine, name):
            continue
        if name not in copied:
            yield f"!   {mine} is not the shipped one, and nothing tells which one it began as"
        elif copied[name] != _hash(file):
            yield f"!   {mine} lags behind: {file} has changed since it was copied"


def _copied(own: Path) -> dict[str, str]:
    file = own / _RECORD
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str]) if file.is_file() else {}


def _extends(file: Path, name: str) -> bool:
    return f'"shipped/{name}"' in file.read_text("utf-8", "replace").replace("'", '"')


def _hash(file: Path) -> str:
    return hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest()
