"""Find the operator's copies of shipped templates that are outdated.

`digest init --templates` copies the shipped templates into a working folder. A file beside the
copies records the hash of each original, so that `digest check` can warn when a later version of
the program has another original.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

_RECORD = ".copied.json"  # name -> hash of the shipped file it was copied from


def record_copies(own: Path, shipped: Path, names: Iterable[str]) -> None:
    """Record the hashes of the files in ``shipped`` that were copied to ``own`` just now."""
    hashes = (_recorded_hashes(own) or {}) | {name: _hash(shipped / name) for name in names}
    (own / _RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(hashes)) + b"\n")


def outdated_copies(own: Path, shipped: Path) -> Iterator[str]:
    """Yield a warning for each copy whose shipped file has changed since it was copied.

    A copy that differs and has no recorded original gets a warning as well. A copy that equals
    the shipped file, or extends it, gets none.
    """
    # The working folder may be the checkout itself, where both are one folder.
    if not own.is_dir() or own.samefile(shipped):
        return
    hashes = _recorded_hashes(own)
    if hashes is None:
        yield f"!   {own / _RECORD} is damaged: outdated copies are not found; remove it"
        return
    for file in sorted(path for path in shipped.rglob("*") if path.is_file()):
        name = file.relative_to(shipped).as_posix()
        copy = own / name
        # A file that extends the shipped one gets its changes without being copied again.
        if not copy.is_file() or _hash(copy) == _hash(file) or _extends(copy, name):
            continue
        if name not in hashes:
            yield f"!   {copy} differs from {file}, and no record says which version it began as"
        elif hashes[name] != _hash(file):
            yield f"!   {copy} is outdated: {file} has changed since it was copied"


def _recorded_hashes(own: Path) -> dict[str, str] | None:
    """Return the recorded hashes by name, none without a record; None if it is damaged."""
    file = own / _RECORD
    if not file.is_file():  # a named pipe would never end
        return {}
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except (OSError, RecursionError, UnicodeDecodeError, msgspec.MsgspecError):
        return None


def _extends(file: Path, name: str) -> bool:
    """Return True if a template names the shipped one of the same name, to extend it."""
    return f'"shipped/{name}"' in file.read_text("utf-8", "replace").replace("'", '"')


def _hash(file: Path) -> str:
    return hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest()
