"""``digest backfill``: old dumps as history, in the order of their page dates.

History stands behind no cursor and gets no due rows. Each day becomes an issue of the day
editions at once, or of none if it is silent. Pages and feeds are written once, at the end.
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
from digest.model.settings import Edition, Settings
from digest.operations import run, status
from digest.pipeline import compose, issue, publish, quarantine, read_inbox
from digest.pipeline import intake as intake_step
from digest.pipeline.context import ProgressCallback, RunContext, no_log, no_progress
from digest.pipeline.read_inbox import IntakeResult, ParsedFile
from digest.storage import inbox, lock
from digest.storage.ledger import intakes

_DAYS = 40  # in one transaction: a commit waits for the disk
_IN_MEMORY = 32 << 20  # bytes of files whose dumps stay in memory until their day is taken in


class BackfillResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a backfill did: its sums, its issues, and the files and records it could not use."""

    accounting: Accounting
    issues: tuple[IssueSummary, ...] = ()
    problems: tuple[InputProblem, ...] = ()

    def of_kind(self, kind: str) -> tuple[InputProblem, ...]:
        """Return the problems of one kind: quarantined, rejected or skipped."""
        return tuple(problem for problem in self.problems if problem.kind == kind)


class _DatedFile(msgspec.Struct, frozen=True):
    """A file and its day: its page date, else the date of the file's time.

    ``parsed`` is None if the file is to be read again when its day is taken in.
    """

    day: str
    file: WaitingFile
    parsed: ParsedFile | None


def backfill(
    settings: Settings,
    moment: datetime,
    paths: Sequence[Path],
    *,
    silent: bool,
    progress: ProgressCallback = no_progress,
) -> tuple[BackfillResult, publish.Published]:
    """Take in the files of these paths as history, make an issue a day, and publish.

    Of a folder its own files are taken, not those of its subfolders. With ``silent`` there are
    no issues: the papers only count as seen. Returns what was taken in and what was written.
    Raises `Busy` if another run holds the folder.
    """
    with lock.hold(settings, lock.TIMEOUT), run.opened(settings, moment, progress) as context:
        issue.configure(context)
        result = _take_in_history(context, paths, silent=silent)
        publication = publish.publish(context, whole="backfill" if result.issues else None)
        status.record_run(context, None, no_log)
        return result, publication


def _take_in_history(context: RunContext, paths: Sequence[Path], *, silent: bool) -> BackfillResult:
    total = IntakeResult()
    dated_files = _dated_files(context, paths, total)
    days = [(day, list(group)) for day, group in groupby(dated_files, key=lambda file: file.day)]
    issues: list[IssueSummary] = []
    done = 0
    for chunk in _chunks(days):
        with context.ledger.transaction():
            for day, files in chunk:
                issues += _take_in_day(context, day, files, total, silent=silent)
                done += 1
                context.watch("days", done, len(days))
    quarantine.let_go(context)
    return BackfillResult(
        accounting=total.accounting,
        issues=tuple(issues),
        problems=(*total.quarantined, *total.rejected, *total.skipped),
    )


def _dated_files(
    context: RunContext, paths: Sequence[Path], total: IntakeResult
) -> list[_DatedFile]:
    """Return every readable file with its day, in order; add the unreadable ones to ``total``."""
    files = [file for path in paths for file in _files(path)]
    remembered: list[tuple[str, SeenFile]] = []
    dated_files, size = [], 0
    for parsed in read_inbox.read_all(context, files, total, remembered):
        day = parsed.dump.page_date or parsed.modified.date().isoformat()
        size += parsed.file.size
        # Years of dumps do not fit in memory, and reading them twice costs less than swapping.
        dated_files.append(_DatedFile(day, parsed.file, parsed if size < _IN_MEMORY else None))
        context.watch("files", len(remembered), len(files))
    read_inbox.record_unreadable(context, total)
    return sorted(dated_files, key=lambda file: (file.day, file.file.name))


def _files(path: Path) -> tuple[WaitingFile, ...]:
    if path.is_dir():
        # These files are old: at the end of time all of them have settled.
        return inbox.scan(path, {}, settle=0, now=float("inf"), before=None).waiting
    properties = path.stat()
    name = inbox.printable(path.name)
    return (WaitingFile(name, path, properties.st_size, properties.st_mtime_ns),)


def _take_in_day(
    context: RunContext,
    day: str,
    files: Iterable[_DatedFile],
    total: IntakeResult,
    *,
    silent: bool,
) -> list[IssueSummary]:
    intake = IntakeResult()
    parsed_files: list[ParsedFile] = []
    for file in files:
        if file.parsed is not None:
            parsed_files.append(file.parsed)
        else:
            parsed_files += read_inbox.read_all(context, [file.file], intake, [])
    # Without the habits of the sources: an old dump that falls short is no news.
    history = intakes.History({}, frozenset(), None)
    number = intake_step.commit(context, parsed_files, intake, history, kind="history")
    total.accounting += intake.accounting
    total.rejected += intake.rejected
    total.skipped += intake.skipped
    if silent:
        return []
    editions = [edition for edition in context.settings.editions if edition.period == "day"]
    return [
        summary
        for edition in editions
        for summary in _issue_of_day(context, edition, day, number, intake.accounting)
    ]


def _issue_of_day(
    context: RunContext, edition: Edition, day: str, number: int, accounting: Accounting
) -> Iterator[IssueSummary]:
    """Compose and store an edition's issue of the papers of an intake, if it takes any."""
    waiting = context.ledger.issues.candidates_of_intake(edition.name, number)
    selection = compose.choose(context, edition, compose.candidates(context, waiting))
    if selection.taken:
        # Dated when it would have been due, so that feeds list it among its neighbours.
        zone = context.moment.tzinfo
        due_time = datetime.combine(date.fromisoformat(day), due.due_time(edition), zone)
        cover = compose.Cover(
            kind="history",
            moment=due_time.isoformat(timespec="seconds"),
            accounting=accounting,
            filtered=selection.filtered,
            muted=selection.muted,
        )
        yield compose.record(context, edition, day, selection.taken, cover)[1]


def _chunks(
    days: Iterable[tuple[str, list[_DatedFile]]],
) -> Iterator[list[tuple[str, list[_DatedFile]]]]:
    iterator = iter(days)
    while chunk := list(islice(iterator, _DAYS)):
        yield chunk
