"""Waiting files to dumps: what is settled is read, what cannot be read is quarantined."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import BinaryIO

import msgspec

from digest import errors, parsers
from digest.editorial import verdict
from digest.model.files import InboxScan, SeenFile, WaitingFile
from digest.model.issues import Accounting
from digest.model.papers import Dump
from digest.model.results import InputProblem
from digest.pipeline import quarantine
from digest.pipeline.context import RunContext
from digest.storage import inbox


class ParsedFile(msgspec.Struct, frozen=True):
    """A file whose bytes are new, and the dump that was read from it."""

    file: WaitingFile
    content: bytes
    dump: Dump

    @property
    def modified(self) -> datetime:
        """The file's time: recorded, and a witness where a page has no date."""
        return _modified(self.file)

    @property
    def line(self) -> str:
        """How it was read, for whoever asks with ``-v``."""
        dump = self.dump
        witness = "; ".join(f"{name}: {why}" for name, why in dump.evidence.items())
        read = f"{dump.format_name} of {dump.source}, {dump.page_date or 'no page date'}"
        return f"{dump.name}: {read}, {dump.entries} entries ({witness})"


class IntakeResult:
    """What the step found and did, filled while it goes."""

    def __init__(self) -> None:
        self.accounting = Accounting()
        self.quarantined: list[InputProblem] = []
        self.unreadable: dict[bytes, tuple[str, str]] = {}  # content -> name and reason
        self.rejected: list[InputProblem] = []
        self.skipped: list[InputProblem] = []
        self.unsettled: list[str] = []
        self.dumps: list[str] = []  # a line on each that was read
        self.short = False  # a dump fell well short of what its source usually brings
        self.circumstances = verdict.Circumstances()
        self.failure: OSError | None = None  # of the inbox itself, raised when all is published

    @contextmanager
    def putting_off(self) -> Iterator[None]:
        """Keeps what the inbox's disk refuses: papers taken in before are issued all the same."""
        try:
            yield
        except OSError as error:
            self.failure = self.failure or error

    def verdict(self, issues: int) -> str:
        """What the run amounts to, once it is known how many issues it made."""
        return verdict.decide_verdict(self.accounting, issues, self.circumstances)


def look(state: RunContext, seen: dict[str, SeenFile], patient: bool) -> InboxScan:
    """What waits in the inbox; ``patient`` looks again once files had time to settle."""
    folder, settle = state.root / state.settings.inbox.path, state.settings.inbox.settle_seconds
    now = time.time()
    found = inbox.scan(folder, seen, settle=settle, now=now, before=None)
    from_future = any(file.modified_ns / 1e9 > now for file in found.unsettled)
    if found.unsettled and (patient or from_future):
        time.sleep(settle)
        found = inbox.scan(folder, seen, settle=settle, now=time.time(), before=found)
    return found


def read_all(
    state: RunContext,
    waiting: Sequence[WaitingFile],
    intake: IntakeResult,
    remembered: list[tuple[str, SeenFile]],
) -> Iterator[ParsedFile]:
    """The dumps in files whose bytes are new; everything else is counted and remembered."""
    in_this_run: set[bytes] = set()
    for file in waiting:
        if file.size > state.settings.limits.file_mb << 20:
            remembered.append((file.name, _too_large(state, file, intake)))
            continue
        try:
            with inbox.open_file(file) as stream:
                content = inbox.content_hash(stream)
                dump = _read(state, file, content, stream, intake, in_this_run)
        except OSError as error:
            why = f"cannot be read: {error.strerror or error}"
            intake.skipped.append(InputProblem(kind="skipped", dump=file.name, reason=why))
            continue
        remembered.append((file.name, SeenFile(file.size, file.modified_ns, content)))
        if dump is not None:
            in_this_run.add(content)
            yield ParsedFile(file, content, dump)


def _read(
    state: RunContext,
    file: WaitingFile,
    content: bytes,
    stream: BinaryIO,
    intake: IntakeResult,
    in_this_run: AbstractSet[bytes],
) -> Dump | None:
    if content in in_this_run or state.ledger.intakes.is_known_content(content):
        intake.accounting += Accounting(dumps=1)
        return None
    if content in intake.unreadable or state.ledger.quarantine.is_quarantined(
        content, state.reader
    ):
        return None
    try:
        return parsers.read_dump(
            file.name,
            stream,
            _modified(file).date(),
            spill_factory=inbox.unnamed_file,
            limits=state.settings.limits,
        )
    except errors.Unreadable as error:
        failed = error
    except OSError:
        raise  # the disk's fault, not the file's
    except Exception as error:  # noqa: BLE001 - a reader's fault must not keep others waiting
        failed = errors.Unreadable(f"our reader failed on it: {type(error).__name__}: {error}")
    quarantine.keep_copy(state.settings, file, content, failed)
    intake.unreadable[content] = (file.name, str(failed))
    intake.quarantined.append(
        InputProblem(kind="quarantined", dump=file.name, reason=failed.reason, line=failed.line)
    )
    return None


def _too_large(state: RunContext, file: WaitingFile, intake: IntakeResult) -> SeenFile:
    """Puts a file aside that is not even opened: its bytes are told by its size and time."""
    content = inbox.stand_in_hash(file)
    if not state.ledger.quarantine.is_quarantined(content, state.reader):
        what = f"a file of {file.size / (1 << 20):,.0f} MiB, which is not copied here"
        error = errors.Unreadable(state.settings.limits.passed("file_mb", what))
        quarantine.keep_note(state.settings, file, content, error)
        intake.unreadable[content] = (file.name, str(error))
        intake.quarantined.append(
            InputProblem(kind="quarantined", dump=file.name, reason=error.reason)
        )
    return SeenFile(file.size, file.modified_ns, content)


def _modified(file: WaitingFile) -> datetime:
    return datetime.fromtimestamp(file.modified_ns / 1e9, UTC)


def record_unreadable(state: RunContext, intake: IntakeResult) -> None:
    """Remembers what could not be read: in the transaction that remembers the files.

    Before it a killed run leaves no trace, so that the next one tells of them.
    """
    for content, (name, reason) in intake.unreadable.items():
        moment = state.moment.isoformat()
        state.ledger.quarantine.record_quarantine(name, content, reason, state.reader, moment)
