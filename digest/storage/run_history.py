"""The run history and the notices sent: two files of the state folder beside the ledger.

`runs.jsonl` holds a line for each run. Consecutive runs share a line if they found nothing and
ended alike, or failed with the same error, so that a folder that is checked every minute does
not fill it. The history is not part of the ledger: a run that fails because of the ledger must be
recorded, and an idle run must not wait for the disk. Losing either file loses no paper.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from digest.model.status import RunRecord
from digest.storage import staging

RUNS = "runs.jsonl"
NOTICES = "notices.json"
MAX_BYTES = 4 << 20  # 400 days of 30 lines; in a larger history the older half is deleted
_ROOM = 4096  # bytes of the file of notices: more than all kinds and some sources need
_TAIL = 16 << 10  # bytes at the end that hold the last run

_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(RunRecord).decode


def remember(folder: Path, run: RunRecord) -> None:
    """Add a run to the history, or count it in the last line if it ended like that one.

    Deletes the older half of a history that has become too large. The caller holds the folder's
    lock. Raises `OSError`.
    """
    descriptor = staging.open_or_create(folder / RUNS, os.O_RDWR | os.O_APPEND)
    with open(descriptor, "ab+") as file:  # noqa: PTH123 - a descriptor, not a path
        size = file.seek(0, os.SEEK_END)
        line, start, is_torn = _last_line(file.fileno(), size)
        # A line that a power cut tore would make the next one unreadable too.
        if joined := _join(line, run):
            file.truncate(start)
        elif is_torn:
            file.write(b"\n")
        file.write(_ENCODE(joined or run) + b"\n")
    if size > MAX_BYTES:
        _halve(folder)


def runs(folder: Path, limit: int) -> list[RunRecord]:
    """Return at most ``limit`` of the last runs, the newest first.

    Reads no more than the last 64 KiB of the history. Lines that cannot be decoded are skipped.
    """
    records: list[RunRecord] = []
    for line in _lines_backwards(folder / RUNS):
        if len(records) == limit:
            break
        with suppress(msgspec.DecodeError):
            records.append(_DECODE(line))
    return records


def notices(folder: Path) -> dict[str, str]:
    """Return the troubles that a notice was sent for, by their keys, each with its moment.

    Empty if the file is missing or damaged: then a trouble that lasts is reported once more.
    """
    try:
        return msgspec.json.decode((folder / NOTICES).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}


def set_notices(folder: Path, sent: dict[str, str]) -> None:
    """Record the notices sent, in place of those recorded before. Raises `OSError`."""
    # Written over the same blocks: a full disk has no room for a staged file, and a notice
    # about it that could not be recorded would be sent again every minute. Never shorter than it
    # was, so that nothing of a longer earlier text is left at the end.
    descriptor = staging.open_or_create(folder / NOTICES, os.O_WRONLY)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - opened without emptying it
        file.write(_ENCODE(sent).ljust(max(_ROOM, os.fstat(descriptor).st_size)))


def _last_line(file: int, size: int) -> tuple[bytes, int, bool]:
    """Return the last line of an open file, where it begins, and whether its end is missing."""
    start = max(0, size - _TAIL)
    tail = os.pread(file, size - start, start)
    at = tail.rstrip(b"\n").rfind(b"\n") + 1
    return tail[at:].strip(b"\n"), start + at, bool(tail) and not tail.endswith(b"\n")


def _join(line: bytes, run: RunRecord) -> RunRecord | None:
    """Return the run of ``line`` and this one as one record, or None if they differ.

    They are joined if both were idle and ended alike, or if both failed with the same error.
    """
    try:
        last = _DECODE(line)
    except msgspec.DecodeError:
        return None
    is_alike = (last.verdict, last.exit_status) == (run.verdict, run.exit_status)
    if not (is_alike and last.is_idle and run.is_idle) and not _fails_again(last, run):
        return None
    return msgspec.structs.replace(
        last, times=last.times + 1, until=run.moment, seconds=run.seconds
    )


def _fails_again(last: RunRecord, run: RunRecord) -> bool:
    # A failed run is never idle, so a fault that lasts would fill the history line by line.
    return last.error is not None and last.error == run.error


def _lines_backwards(path: Path) -> Iterator[bytes]:
    """Yield the whole lines in the last 64 KiB of the history, the last one first."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            start = file.seek(max(0, size - 4 * _TAIL))
            lines: Sequence[bytes] = file.read().split(b"\n")
    except OSError:
        return
    # Unless reading began at the start of the file, the first line is cut.
    yield from reversed(lines[1:] if start else lines)


def _halve(folder: Path) -> None:
    lines = (folder / RUNS).read_bytes().splitlines(keepends=True)
    # Not synced: a power cut may lose history here, and never a paper.
    staging.replace_file(folder / RUNS, b"".join(lines[len(lines) // 2 :]), folder)
