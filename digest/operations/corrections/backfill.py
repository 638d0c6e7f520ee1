"""Take in old dumps as history, in the order of their page dates (``digest backfill``).

Each day is an intake of its own. Its papers get an issue of each daily edition at once, unless
the backfill is silent. They are never candidates for later issues, and the dates get no due
rows. Pages and feeds are written once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path

import msgspec

from digest.model.files import WaitingFile
from digest.model.issues import Accounting
from digest.model.results import InputProblem, IssueSummary
from digest.model.settings import Settings
from digest.operations import status
from digest.operations.publishing import targets
from digest.pipeline import compose, issue, publish, quarantine, read_inbox
from digest.pipeline.context import RunContext
from digest.pipeline.intake import CommittedIntake, commit_dumps
from digest.pipeline.progress import ProgressCallback, StepLogger, no_log, no_progress
from digest.pipeline.read_inbox import FileOutcome, InboxReading, ParsedFile
from digest.pipeline.session import open_context
from digest.storage import inbox, lock
from digest.storage.ledger import intakes

_DAYS = 40  # days in one transaction, because each commit waits for the disk
_IN_MEMORY = 32 << 20  # bytes of files whose dumps stay in memory until their day is taken in


class BackfillResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a backfill.

    ``problems`` are the files and records it could not use, and the files that lack papers.
    """

    accounting: Accounting
    issues: tuple[IssueSummary, ...] = ()
    problems: tuple[InputProblem, ...] = ()


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
    log: StepLogger = no_log,
) -> tuple[BackfillResult, publish.PublishSummary]:
    """Take in the files of these paths as history, make an issue for each day, and publish.

    A path is a file or a folder, or a link to one; of a folder only the files directly in it are
    read, and no links. With
    ``silent`` no issues are made: the papers only count as seen. ``progress`` counts files, days
    and issues. At the end the commands of ``[[publish]]`` run, and are logged. Returns the counts,
    issues and problems, and the paths that were published.

    Raises `Busy` if another run holds the folder for a minute, and `OSError` if a path does not
    exist. Days that were committed before an error stay.
    """
    with lock.hold(settings, lock.TIMEOUT), open_context(settings, moment, progress) as context:
        issue.configure_editions(context)
        result = _take_in_history(context, paths, silent=silent)
        publication = publish.publish(context, whole="backfill" if result.issues else None)
        status.record_run(context, None, no_log)
        unused = (
            InputProblem(kind="skipped", dump=name, reason=error.reason)
            for name, error in context.unused_libraries.items()
        )
        problems = (*result.problems, *unused, *publication.problems)
    targets.publish_pending(settings, moment, log)
    return msgspec.structs.replace(result, problems=problems), publication


def _take_in_history(context: RunContext, paths: Sequence[Path], *, silent: bool) -> BackfillResult:
    files, skipped = _list_files(paths)
    dated_files, reading = _read_dates(context, files)
    days = [(day, list(of_day)) for day, of_day in groupby(dated_files, key=lambda file: file.day)]
    result = BackfillResult(
        accounting=Accounting(dumps=reading.known_dumps),
        problems=(*skipped, *reading.problems),
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
    """Read all files once; return the dumps in the order of their days, and all other outcomes.

    The dumps of the first `_IN_MEMORY` bytes are returned with their files. The others have to
    be read again. Records unreadable files in the ledger.
    """
    dated_files: list[_DatedFile] = []
    others: list[FileOutcome] = []
    size = 0
    for number, outcome in enumerate(read_inbox.read_files(context, files), start=1):
        context.report_progress("files", number, len(files))
        if isinstance(outcome, ParsedFile):
            day = outcome.dump.page_date or outcome.modified.date().isoformat()
            size += outcome.file.size
            # Years of dumps do not fit into memory. These are parsed again when their day comes.
            parsed = outcome if size < _IN_MEMORY else None
            dated_files.append(_DatedFile(day, outcome.file, parsed))
        else:
            others.append(outcome)
    reading = read_inbox.add_up(others)
    with context.ledger.transaction():
        read_inbox.record_unreadable(context, reading.unreadable)
    return sorted(dated_files, key=lambda file: (file.day, file.file.name)), reading


def _list_files(paths: Sequence[Path]) -> tuple[list[WaitingFile], list[InputProblem]]:
    """Return the files of these paths, and the entries of folders that are never opened."""
    files: list[WaitingFile] = []
    skipped: list[InputProblem] = []
    for path in paths:
        if path.is_dir():
            # With ``now`` at infinity every file is settled: nobody is still writing old files.
            scan = inbox.scan(path, {}, settle=0, now=float("inf"), before=None)
            files += scan.waiting
            skipped += scan.skipped
        else:
            files.append(inbox.named_file(path))
    return files, skipped


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
        if file.parsed is not None:
            outcomes.append(file.parsed)
        else:
            outcomes += read_inbox.read_files(context, [file.file])
    reading = read_inbox.add_up(outcomes)
    # A file that was read before may be unreadable now.
    read_inbox.record_unreadable(context, reading.unreadable)
    # Without habits: an old dump is not compared with the entries its source has today.
    habits = intakes.History({}, frozenset(), None)
    intake = commit_dumps(
        context, reading.parsed, habits, kind="history", known_dumps=reading.known_dumps
    )
    issues = () if silent else tuple(_make_issues(context, day, intake))
    return msgspec.structs.replace(
        result,
        accounting=result.accounting + intake.accounting,
        problems=result.problems + intake.rejected + intake.incomplete + reading.problems,
        issues=result.issues + issues,
    )


def _make_issues(context: RunContext, day: str, intake: CommittedIntake) -> Iterator[IssueSummary]:
    """Make an issue of each daily edition from the papers of an intake, if it accepts any."""
    known: dict[int, compose.Candidate] = {}
    for edition in context.settings.editions:
        if edition.period != "day":
            continue
        papers = context.ledger.issues.candidates_of_intake(edition.name, intake.number)
        candidates = compose.list_candidates(context, papers, known)
        selection = compose.select_papers(context, edition, candidates)
        if selection.papers:
            yield compose.record_past_issue(context, edition, day, selection, intake.accounting)


def _chunks(
    days: Iterable[tuple[str, list[_DatedFile]]],
) -> Iterator[list[tuple[str, list[_DatedFile]]]]:
    iterator = iter(days)
    while chunk := list(islice(iterator, _DAYS)):
        yield chunk
