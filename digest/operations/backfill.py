"""``digest backfill``: old dumps as history, in the order of their days.

History is never behind a cursor: it makes issues of the day editions directly, or none at
all (silent), and no due rows. Pages and feeds are written once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path

import msgspec

from digest.model.files import WaitingFile
from digest.model.issues import Accounting
from digest.model.results import InputProblem, IssueSummary
from digest.pipeline import compose, quarantine, read_inbox
from digest.pipeline.context import RunContext
from digest.pipeline.intake import CommittedIntake, commit_dumps
from digest.pipeline.read_inbox import FileOutcome, InboxReading, ParsedFile
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


def backfill(context: RunContext, paths: Sequence[Path], *, silent: bool) -> BackfillResult:
    """Take in the files of these paths, day after day; folders without their subfolders."""
    files = [file for path in paths for file in _files(path)]
    dated_files, reading = _read_dates(context, files)
    days = [(day, list(of_day)) for day, of_day in groupby(dated_files, key=lambda file: file.day)]
    result = BackfillResult(
        accounting=Accounting(dumps=reading.known_dumps), unreadable=reading.quarantined
    )
    done = 0
    for chunk in _chunks(days):
        with context.ledger.transaction():
            for day, of_day in chunk:
                result = _take_in_day(context, day, of_day, result, silent=silent)
                done += 1
                context.report_progress("days", done, len(days))
    quarantine.delete_read_files(context)
    return result


def _read_dates(
    context: RunContext, files: Sequence[WaitingFile]
) -> tuple[list[_DatedFile], InboxReading]:
    """Return the dumps in the order of their days, and the outcomes of all other files.

    Keeps the dumps of the first `_KEPT` bytes in memory.
    """
    dated_files: list[_DatedFile] = []
    others: list[FileOutcome] = []
    size = 0
    for number, outcome in enumerate(read_inbox.read_files(context, files), start=1):
        context.report_progress("files", number, len(files))
        if isinstance(outcome, ParsedFile):
            day = outcome.dump.page_date or outcome.modified.date().isoformat()
            size += outcome.file.size
            dated_files.append(_DatedFile(day, outcome.file, outcome if size < _KEPT else None))
        else:
            others.append(outcome)
    reading = read_inbox.add_up(others)
    read_inbox.record_unreadable(context, reading.unreadable)
    return sorted(dated_files, key=lambda file: (file.day, file.file.name)), reading


def _files(path: Path) -> tuple[WaitingFile, ...]:
    if path.is_dir():
        return inbox.scan(path, {}, settle=0, now=float("inf"), before=None).waiting
    status = path.stat()
    name = inbox.printable(path.name)
    return (WaitingFile(name, path, status.st_size, status.st_mtime_ns),)


def _take_in_day(
    context: RunContext,
    day: str,
    files: Iterable[_DatedFile],
    result: BackfillResult,
    *,
    silent: bool,
) -> BackfillResult:
    """Take in the dumps of a day as one intake, and add its counts and issues to the result."""
    outcomes: list[FileOutcome] = []
    for file in files:
        if file.read is not None:
            outcomes.append(file.read)
        else:
            outcomes += read_inbox.read_files(context, [file.file])
    reading = read_inbox.add_up(outcomes)
    # No habits: an old page is not compared with what its source brings today.
    habits = intakes.History({}, frozenset(), None)
    intake = commit_dumps(
        context, reading.parsed, habits, kind="history", known_dumps=reading.known_dumps
    )
    issues = () if silent else tuple(_make_issues(context, day, intake))
    return msgspec.structs.replace(
        result,
        accounting=result.accounting + intake.accounting,
        rejected=result.rejected + intake.rejected,
        issues=result.issues + issues,
    )


def _make_issues(context: RunContext, day: str, intake: CommittedIntake) -> Iterator[IssueSummary]:
    for edition in context.settings.editions:
        if edition.period != "day":
            continue
        papers = context.ledger.issues.candidates_of_intake(edition.name, intake.number)
        candidates = compose.list_candidates(context, papers)
        selection = compose.select_papers(context, edition, candidates)
        if selection.papers:
            yield compose.record_past_issue(context, edition, day, selection, intake.accounting)


def _chunks(
    days: Iterable[tuple[str, list[_DatedFile]]],
) -> Iterator[list[tuple[str, list[_DatedFile]]]]:
    iterator = iter(days)
    while chunk := list(islice(iterator, _DAYS)):
        yield chunk
