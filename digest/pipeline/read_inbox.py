"""Scan the inbox and read its files: each gives a dump, or the reason why it gives none.

Writes copies of unreadable files to the quarantine folder. Only `record_unreadable` writes to
the ledger.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import BinaryIO

import msgspec

from digest import errors, parsers
from digest.model import input_rules
from digest.model.files import InboxScan, SeenFile, WaitingFile
from digest.model.papers import Dump
from digest.model.results import InputProblem
from digest.pipeline import quarantine
from digest.pipeline.context import RunContext
from digest.storage import inbox
from digest.text import counting


class ParsedFile(msgspec.Struct, frozen=True):
    """A file with new bytes, and the dump that was read from it.

    ``modified`` is its time, aware, which helps to date a page that states no date or year.
    """

    file: WaitingFile
    content_hash: bytes
    dump: Dump
    modified: datetime

    @property
    def description(self) -> str:
        """One line for ``-v``: format, source, page date, entries, and the evidence for them."""
        dump = self.dump
        evidence = "; ".join(f"{name}: {why}" for name, why in dump.evidence.items())
        origin = f"{dump.format_name} of {dump.source}, {dump.page_date or 'no page date'}"
        entries = counting.count(dump.entries, "entry", "entries")
        return f"{dump.name}: {origin}, {entries} ({evidence})"


class KnownFile(msgspec.Struct, frozen=True):
    """A file whose bytes were seen before, under this name or another.

    ``is_dump`` is False if they could not be read then, so that they are in quarantine.
    """

    file: WaitingFile
    content_hash: bytes
    is_dump: bool


class UnreadableFile(msgspec.Struct, frozen=True):
    """A file that was put into quarantine now.

    ``message`` is the reason as the ledger records it, with the line if it is known.
    """

    file: WaitingFile
    content_hash: bytes
    message: str
    problem: InputProblem


class SkippedFile(msgspec.Struct, frozen=True):
    """A file that could not be opened or copied. The next run tries it again."""

    file: WaitingFile
    problem: InputProblem


FileOutcome = ParsedFile | KnownFile | UnreadableFile | SkippedFile


class InboxReading(msgspec.Struct, frozen=True, kw_only=True):
    """The outcomes of all files, by kind, in the order in which they were read."""

    parsed: tuple[ParsedFile, ...]
    unreadable: tuple[UnreadableFile, ...]
    skipped: tuple[InputProblem, ...]
    known_dumps: int  # files whose dump was taken in before
    seen: tuple[tuple[str, SeenFile], ...]  # by name: files that need not be read again

    @property
    def quarantined(self) -> tuple[InputProblem, ...]:
        """The problems of the files that were put into quarantine."""
        return tuple(outcome.problem for outcome in self.unreadable)

    @property
    def problems(self) -> tuple[InputProblem, ...]:
        """The files that gave no dump, and why."""
        return self.quarantined + self.skipped


def add_up(outcomes: Iterable[FileOutcome]) -> InboxReading:
    """Sort the outcomes of files by kind."""
    files = list(outcomes)
    return InboxReading(
        parsed=tuple(file for file in files if isinstance(file, ParsedFile)),
        unreadable=tuple(file for file in files if isinstance(file, UnreadableFile)),
        skipped=tuple(file.problem for file in files if isinstance(file, SkippedFile)),
        known_dumps=sum(isinstance(file, KnownFile) and file.is_dump for file in files),
        seen=tuple(
            (file.file.name, SeenFile(file.file.size, file.file.modified_ns, file.content_hash))
            for file in files
            # A skipped file stays unseen, so that the next run tries it again.
            if not isinstance(file, SkippedFile)
        ),
    )


def scan_inbox(
    context: RunContext,
    seen: dict[str, SeenFile],
    complete: AbstractSet[str] = frozenset(),
    *,
    patient: bool,
) -> InboxScan:
    """Return the contents of the inbox, without the files in ``seen`` that did not change.

    Files called ``complete`` count as settled, however new they are. With ``patient``, sleeps for
    ``settle_seconds`` and scans again if a file was written too recently. Does the same without
    ``patient`` if a file has a time in the future. Raises `OSError` when it cannot be listed.
    """
    # The machine's clock, which gave the files their times; the moment of a run may be another.
    settle, now = context.settings.inbox.settle_seconds, time.time()
    scan = inbox.scan(context.inbox, seen, complete, settle=settle, now=now, before=None)
    # A file with a time in the future never gets old enough: it is settled if it stays the same.
    from_future = any(file.modified_ns / 1e9 > now for file in scan.unsettled)
    if scan.unsettled and (patient or from_future):
        time.sleep(settle)
        scan = inbox.scan(
            context.inbox, seen, complete, settle=settle, now=time.time(), before=scan
        )
    return scan


def read_files(context: RunContext, files: Sequence[WaitingFile]) -> Iterator[FileOutcome]:
    """Read these files, one after the other, and yield the outcome of each.

    Of files with the same bytes (line ends aside) only the first is parsed. Copies unreadable
    files to the quarantine folder; the caller records them with `record_unreadable`.
    """
    # The hashes of this run: the ledger gets them only in the transaction after all are read.
    dumps: set[bytes] = set()
    unreadable: set[bytes] = set()
    for file in files:
        outcome = _read_file(context, file, dumps, unreadable)
        if isinstance(outcome, ParsedFile):
            dumps.add(outcome.content_hash)
        elif isinstance(outcome, UnreadableFile):
            unreadable.add(outcome.content_hash)
        yield outcome


def _read_file(
    context: RunContext,
    file: WaitingFile,
    dumps: AbstractSet[bytes],
    unreadable: AbstractSet[bytes],
) -> FileOutcome:
    """Read one file; ``dumps`` and ``unreadable`` are the hashes of those read before it."""
    if file.size > context.settings.limits.file_mb << 20:
        return _refuse_large(context, file)
    try:
        with inbox.open_file(file) as stream:
            content_hash = input_rules.content_hash(stream)
            # Known bytes are common: files are renamed, or copied into the inbox again.
            if content_hash in dumps or context.ledger.intakes.is_known_content(content_hash):
                return KnownFile(file, content_hash, is_dump=True)
            if content_hash in unreadable or _is_quarantined(context, content_hash):
                return KnownFile(file, content_hash, is_dump=False)
            return _parse(context, file, content_hash, stream)
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        return SkippedFile(file, InputProblem(kind="skipped", dump=file.name, reason=reason))


def _parse(
    context: RunContext, file: WaitingFile, content_hash: bytes, stream: BinaryIO
) -> ParsedFile | UnreadableFile:
    try:
        dump = parsers.read_dump(
            file.name,
            stream,
            (modified := _modified(context, file)).date(),
            spill_factory=inbox.unnamed_file,
            limits=context.settings.limits,
        )
        return ParsedFile(file, content_hash, dump, modified)
    except errors.Unreadable as error:
        unreadable = error
    except OSError:
        raise  # a failure of the disk; the file itself may be readable
    except Exception as error:  # noqa: BLE001 - a bug in a parser must not stop the other files
        unreadable = errors.Unreadable(f"our reader failed on it: {type(error).__name__}: {error}")
    # If the copy fails, the caller skips the file, and the next run reads it again.
    quarantine.keep_copy(context.settings, file, content_hash, unreadable)
    problem = InputProblem(
        kind="quarantined", dump=file.name, reason=unreadable.reason, line=unreadable.line
    )
    return UnreadableFile(file, content_hash, str(unreadable), problem)


def _refuse_large(context: RunContext, file: WaitingFile) -> KnownFile | UnreadableFile:
    """Quarantine a file above the size limit without opening it.

    A hash of its size and time takes the place of its content hash.
    """
    # Hashing the bytes would read the whole file, which the limit is there to avoid.
    stand_in = inbox.stand_in_hash(file)
    if _is_quarantined(context, stand_in):
        return KnownFile(file, stand_in, is_dump=False)
    size = f"a file of {file.size / (1 << 20):,.0f} MiB, which is not copied here"
    error = errors.Unreadable(context.settings.limits.passed("file_mb", size))
    quarantine.keep_note(context.settings, file, stand_in, error)
    problem = InputProblem(kind="quarantined", dump=file.name, reason=error.reason)
    return UnreadableFile(file, stand_in, str(error), problem)


def _is_quarantined(context: RunContext, content_hash: bytes) -> bool:
    """Return True if this version, with these limits, has failed to read these bytes before."""
    return context.ledger.quarantine.is_quarantined(content_hash, context.parser_version)


def _modified(context: RunContext, file: WaitingFile) -> datetime:
    """Return the time of a file, or the moment of the run if no listing has that time."""
    # A clock that was wrong, or an unpacked archive without times, gives years like 1970 or 2300.
    latest = max(context.moment.timestamp(), time.time())
    return inbox.plausible_time(file.modified_ns / 1e9, latest) or context.moment


def record_unreadable(context: RunContext, files: Iterable[UnreadableFile]) -> None:
    """Record quarantined files in the ledger.

    An intake calls it in the transaction that records which files were seen. If the run is
    killed before the commit, the ledger has neither, and the next run reports the files again.
    """
    messages = {file.content_hash: (file.file.name, file.message) for file in files}
    moment, version = context.moment.isoformat(), context.parser_version
    for content_hash, (name, message) in messages.items():
        context.ledger.quarantine.record_quarantine(name, content_hash, message, version, moment)
