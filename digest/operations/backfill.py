"""``digest backfill``: old dumps as history, in the order of their days.

History is never behind a cursor: it makes issues of the day editions directly, or none at
all (silent), and no due rows. Pages and feeds are written once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path

import msgspec

from digest.editorial import due
from digest.model.files import SeenFile, WaitingFile
from digest.model.issues import Accounting
from digest.model.results import InputProblem, IssueSummary
from digest.model.settings import Edition
from digest.pipeline import compose, quarantine, read_inbox
from digest.pipeline import intake as intake_step
from digest.pipeline.context import RunContext
from digest.pipeline.read_inbox import IntakeResult, ParsedFile
from digest.storage import inbox
from digest.storage.ledger import intakes

_DAYS = 40  # in one transaction: a commit waits for the disk
_KEPT = 32 << 20  # bytes of files whose dumps are kept until their day comes


class BackfillResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a backfill did."""

    accounting: Accounting
    issues: tuple[IssueSummary, ...] = ()
    unreadable: tuple[InputProblem, ...] = ()
    rejected: tuple[InputProblem, ...] = ()


class _DatedFile(msgspec.Struct, frozen=True):
    """Where a dump stands in history: its page's day, else that of its file's time.

    ``read`` is None for a dump that is read again when its turn comes.
    """

    day: str
    file: WaitingFile
    read: ParsedFile | None


def backfill(state: RunContext, paths: Sequence[Path], *, silent: bool) -> BackfillResult:
    """Takes in the files of these paths, folders not recursively, day after day."""
    whole = IntakeResult()
    places = _in_order(state, paths, whole)
    days = [(day, list(found)) for day, found in groupby(places, key=lambda place: place.day)]
    made: list[IssueSummary] = []
    done = 0
    for chunk in _chunks(days):
        with state.ledger.transaction():
            for day, found in chunk:
                made += _take_in_day(state, day, found, whole, silent=silent)
                done += 1
                state.watch("days", done, len(days))
    quarantine.let_go(state)
    return BackfillResult(
        accounting=whole.accounting,
        issues=tuple(made),
        unreadable=tuple(whole.quarantined),
        rejected=tuple(whole.rejected),
    )


def _in_order(state: RunContext, paths: Sequence[Path], whole: IntakeResult) -> list[_DatedFile]:
    """Every readable file with its day; the dumps of the first `_KEPT` bytes stay in memory."""
    files = [file for path in paths for file in _files(path)]
    remembered: list[tuple[str, SeenFile]] = []
    places, size = [], 0
    for read in read_inbox.read_all(state, files, whole, remembered):
        day = read.dump.page_date or read.modified.date().isoformat()
        size += read.file.size
        places.append(_DatedFile(day, read.file, read if size < _KEPT else None))
        state.watch("files", len(remembered), len(files))
    read_inbox.record_unreadable(state, whole)
    return sorted(places, key=lambda place: (place.day, place.file.name))


def _files(path: Path) -> tuple[WaitingFile, ...]:
    if path.is_dir():
        return inbox.scan(path, {}, settle=0, now=float("inf"), before=None).waiting
    status = path.stat()
    name = inbox.printable(path.name)
    return (WaitingFile(name, path, status.st_size, status.st_mtime_ns),)


def _take_in_day(
    state: RunContext, day: str, places: Iterable[_DatedFile], whole: IntakeResult, *, silent: bool
) -> list[IssueSummary]:
    intake = IntakeResult()
    reads: list[ParsedFile] = []
    for place in places:
        if place.read is not None:
            reads.append(place.read)
        else:
            reads += read_inbox.read_all(state, [place.file], intake, [])
    history = intakes.History({}, frozenset(), None)
    number = intake_step.commit(state, reads, intake, history, kind="history")
    whole.accounting += intake.accounting
    whole.rejected += intake.rejected
    if silent:
        return []
    editions = [edition for edition in state.settings.editions if edition.period == "day"]
    return [
        made
        for edition in editions
        for made in _issue(state, edition, day, number, intake.accounting)
    ]


def _issue(
    state: RunContext, edition: Edition, day: str, number: int, accounting: Accounting
) -> Iterator[IssueSummary]:
    waiting = state.ledger.issues.of_intake(edition.name, number)
    chosen = compose.choose(state, edition, compose.candidates(state, waiting))
    if chosen.taken:
        hour = datetime.combine(date.fromisoformat(day), due.due_time(edition), state.moment.tzinfo)
        cover = compose.Cover(
            kind="history",
            moment=hour.isoformat(timespec="seconds"),
            accounting=accounting,
            filtered=chosen.filtered,
            muted=chosen.muted,
        )
        yield compose.record(state, edition, day, chosen.taken, cover)[1]


def _chunks(
    days: Iterable[tuple[str, list[_DatedFile]]],
) -> Iterator[list[tuple[str, list[_DatedFile]]]]:
    iterator = iter(days)
    while chunk := list(islice(iterator, _DAYS)):
        yield chunk
