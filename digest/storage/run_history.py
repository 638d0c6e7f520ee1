"""What the working folder remembers beside the ledger: its last runs, and notices sent.

`runs.jsonl` holds a line for each run; runs that follow each other and find nothing share
one, so that a folder looked after every minute grows no faster than what happens in it. It
is no part of the ledger, because a run that failed on the ledger is worth remembering most,
and because a wake that finds nothing must not wait for the disk. Losing either file loses
no paper; a line that a power cut tore is passed over.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from digest.model.status import RunRecord

RUNS = "runs.jsonl"
NOTICES = "notices.json"
MOST = 4 << 20  # bytes of the journal before its older half goes: 400 days of 30 lines
_ROOM = 1024  # bytes, more than all kinds of notices need
_TAIL = 16 << 10  # bytes in which the last run is looked for

_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(RunRecord).decode


def remember(folder: Path, ran: RunRecord) -> None:
    """Adds a run to the journal; the caller holds the folder's lock. Raises `OSError`."""
    with (folder / RUNS).open("ab+") as file:
        size = file.seek(0, os.SEEK_END)
        line, at, torn = _last(file.fileno(), size)
        if (joined := _joined(line, ran)) or torn:
            file.truncate(at)
        file.write(_ENCODE(joined or ran) + b"\n")
    if size > MOST:
        _halve(folder)


def runs(folder: Path, limit: int) -> list[RunRecord]:
    """The last runs, newest first."""
    found: list[RunRecord] = []
    for line in _backwards(folder / RUNS):
        if len(found) == limit:
            break
        with suppress(msgspec.DecodeError):
            found.append(_DECODE(line))
    return found


def notices(folder: Path) -> dict[str, str]:
    """What is wrong and was told of, each with the moment: kind to moment."""
    try:
        return msgspec.json.decode((folder / NOTICES).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}


def set_notices(folder: Path, told: dict[str, str]) -> None:
    """Remembers what was told of, over what was there. Raises `OSError`.

    A full disk is worth a notice, but not one a minute: it has no room for another file,
    and room in this one.
    """
    descriptor = os.open(folder / NOTICES, os.O_WRONLY | os.O_CREAT, 0o666)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - opened without emptying it
        file.write(_ENCODE(told).ljust(_ROOM))


def _last(file: int, size: int) -> tuple[bytes, int, bool]:
    """The last line of an open file, where it begins, and whether its end is missing."""
    start = max(0, size - _TAIL)
    tail = os.pread(file, size - start, start)
    at = tail.rstrip(b"\n").rfind(b"\n") + 1
    return tail[at:].strip(b"\n"), start + at, bool(tail) and not tail.endswith(b"\n")


def _joined(line: bytes, ran: RunRecord) -> RunRecord | None:
    """The last run and this one as one, where neither found anything and they ended alike."""
    try:
        last = _DECODE(line)
    except msgspec.DecodeError:
        return None
    alike = (last.verdict, last.exit_status) == (ran.verdict, ran.exit_status)
    if not (alike and last.is_idle and ran.is_idle) and not _fails_again(last, ran):
        return None
    return msgspec.structs.replace(
        last, times=last.times + 1, until=ran.moment, seconds=ran.seconds
    )


def _fails_again(last: RunRecord, ran: RunRecord) -> bool:
    return last.error is not None and last.error == ran.error


def _backwards(path: Path) -> Iterator[bytes]:
    """The whole lines of the journal's end, last first."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            start = file.seek(max(0, size - 4 * _TAIL))
            lines: Sequence[bytes] = file.read().split(b"\n")
    except OSError:
        return
    yield from reversed(lines[1:] if start else lines)


def _halve(folder: Path) -> None:
    lines = (folder / RUNS).read_bytes().splitlines(keepends=True)
    _replace(folder / RUNS, b"".join(lines[len(lines) // 2 :]))


def _replace(path: Path, body: bytes) -> None:
    staged = path.with_name(f".{path.name}.new")
    staged.write_bytes(body)
    staged.replace(path)
