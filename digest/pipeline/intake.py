"""Take the dumps of the inbox into the ledger: the first step of a run, INTAKE.

All dumps are committed in one transaction, so a run that is killed before the commit takes in
nothing. Files are read before the transaction begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Literal

import msgspec

from digest import __version__, errors
from digest.editorial import lateness, verdict
from digest.editorial.verdict import Circumstances
from digest.matching import comparison
from digest.model.files import InboxScan, WaitingFile
from digest.model.issues import Accounting
from digest.model.papers import Dump, Shortfall, Sighting
from digest.model.results import InputProblem
from digest.pipeline import archive, completeness, known_papers, quarantine, read_inbox
from digest.pipeline.context import RunContext
from digest.pipeline.read_inbox import FileOutcome, InboxReading, ParsedFile
from digest.storage.ledger import intakes

_BATCH = 2000  # sightings looked up at once


class CommittedIntake(msgspec.Struct, frozen=True, kw_only=True):
    """An intake as it stands in the ledger, with its number and its counts.

    ``rejected`` are the rejects of all its dumps, ``incomplete`` the dumps that seem to lack
    papers, each with the reason.
    """

    number: int
    accounting: Accounting
    rejected: tuple[InputProblem, ...]
    incomplete: tuple[InputProblem, ...]


class IntakeResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of the first step of a run.

    ``failure`` is an error of the inbox folder. The run raises it after it has published,
    because papers that were taken in before can be issued all the same.
    """

    accounting: Accounting
    circumstances: Circumstances
    quarantined: tuple[InputProblem, ...]
    rejected: tuple[InputProblem, ...]
    incomplete: tuple[InputProblem, ...]
    skipped: tuple[InputProblem, ...]
    unsettled: tuple[str, ...]  # names of files that are still being written
    dumps: tuple[str, ...]  # one line on each dump that was read
    failure: OSError | None

    @property
    def problems(self) -> tuple[InputProblem, ...]:
        """All files and records that could not be used, and the files that lack papers."""
        return self.quarantined + self.rejected + self.incomplete + self.skipped

    def verdict(self, issues: int) -> str:
        """Return the verdict of the run, given the number of issues it made."""
        return verdict.decide_verdict(self.accounting, issues, self.circumstances)


def take_in_inbox(
    context: RunContext, *, patient: bool, settled: AbstractSet[str] = frozenset()
) -> IntakeResult:
    """Read every new or changed file of the inbox that is settled, and commit the dumps.

    Then moves files that were read to ``done/``, if the settings ask for it. With ``patient``,
    waits once for files that are still being written; those called ``settled`` are complete. If the
    inbox cannot be listed, or files
    cannot be moved, the error is the ``failure`` of the result. Raises `AccountingError`, with
    nothing committed, when the counts of the intake do not add up.
    """
    scan, scan_failure = _scan(context, settled, patient=patient)
    # Read before the transaction, so that the ledger is not locked while dumps are parsed.
    reading = read_inbox.add_up(_read_with_progress(context, scan.waiting))
    # Read before the commit, so that a dump is not compared with itself.
    history = context.ledger.intakes.history()
    committed = _commit_reading(context, reading, history) if reading.seen else None
    # Moved after the commit: if this run is killed, the next one finds the files in the inbox.
    not_moved, archive_failure = archive.move_read_files(context)
    incomplete = committed.incomplete if committed else ()
    return IntakeResult(
        accounting=committed.accounting if committed else Accounting(),
        circumstances=_circumstances(context, history, bool(incomplete), len(reading.unreadable)),
        quarantined=reading.quarantined,
        rejected=committed.rejected if committed else (),
        incomplete=incomplete,
        skipped=scan.skipped + reading.skipped + not_moved,
        unsettled=tuple(file.name for file in scan.unsettled),
        dumps=tuple(file.description for file in _in_order(reading.parsed)),
        failure=scan_failure or archive_failure,
    )


def commit_dumps(
    context: RunContext,
    files: Sequence[ParsedFile],
    history: intakes.History,
    *,
    kind: Literal["live", "history"],
    known_dumps: int,
) -> CommittedIntake:
    """Take in the dumps of these files, in this order, as one intake.

    ``history`` has the entries of earlier days, by which a dump may seem incomplete.
    ``known_dumps`` is the number of files whose dump was taken in before. Must be called in a
    transaction. Raises `AccountingError` when the counts do not add up.
    """
    ledger = context.ledger
    number = ledger.intakes.begin(context.moment.isoformat(), kind, __version__)
    # Only in live runs: an old page that is taken in as history is not late.
    newest = ledger.intakes.newest_page_dates() if kind == "live" else {}
    accounting, incomplete = Accounting(dumps=known_dumps), list[InputProblem]()
    judge = completeness.make_judge([file.dump for file in files], history, context.moment.date())
    # Papers of this intake: another sighting of them is repeated, not known.
    seen: set[int] = set()
    for file in files:
        dump = file.dump
        shortage = judge(dump)
        if shortage.reason:
            problem = InputProblem(kind="incomplete", dump=dump.name, reason=shortage.reason)
            incomplete.append(problem)
        dump_number = _record_dump(context, number, file, shortage.shortfall)
        late_from = lateness.late_from(dump.page_date, newest.get(dump.source))
        accounting += _take_in_dump(context, number, dump_number, dump, seen, late_from)
    # Checked before the commit, so that the error rolls back everything.
    if not accounting.adds_up:
        raise errors.AccountingError(accounting.entries, _accounted_for(accounting))
    ledger.intakes.finish(number, accounting)
    rejected = tuple(problem for file in files for problem in _rejected(file.dump))
    return CommittedIntake(
        number=number, accounting=accounting, rejected=rejected, incomplete=tuple(incomplete)
    )


def _scan(
    context: RunContext, settled: AbstractSet[str], *, patient: bool
) -> tuple[InboxScan, OSError | None]:
    try:
        seen = archive.list_seen_files(context)
        return read_inbox.scan_inbox(context, seen, settled, patient=patient), None
    except OSError as error:
        return InboxScan((), (), ()), error


def _read_with_progress(
    context: RunContext, waiting: Sequence[WaitingFile]
) -> Iterator[FileOutcome]:
    for number, outcome in enumerate(read_inbox.read_files(context, waiting), start=1):
        context.report_progress("files", number, len(waiting))
        yield outcome


def _in_order(files: Iterable[ParsedFile]) -> list[ParsedFile]:
    """Sort files by page date and name, undated ones first.

    So the ledger does not depend on the times of the files or the order of the folder.
    """
    return sorted(files, key=lambda file: (file.dump.page_date or "", file.file.name))


def _commit_reading(
    context: RunContext, reading: InboxReading, history: intakes.History
) -> CommittedIntake | None:
    """Commit everything that was read; return None if no file held a dump."""
    committed = None
    with context.ledger.transaction():
        # An inbox with nothing but unreadable files makes no intake.
        if reading.parsed or reading.known_dumps:
            files, known_dumps = _in_order(reading.parsed), reading.known_dumps
            committed = commit_dumps(context, files, history, kind="live", known_dumps=known_dumps)
        read_inbox.record_unreadable(context, reading.unreadable)
        context.ledger.seen_files.remember_files(reading.seen)
    # After the commit: a run that is killed before it must not lose the copies.
    quarantine.delete_read_files(context)
    return committed


def _record_dump(context: RunContext, number: int, file: ParsedFile, shortfall: Shortfall) -> int:
    # An earlier version may have quarantined the same bytes.
    context.ledger.quarantine.release(file.content_hash)
    modified = file.modified.isoformat()
    return context.ledger.intakes.record_dump(
        number, file.dump, file.content_hash, modified=modified, shortfall=shortfall
    )


def _rejected(dump: Dump) -> Iterator[InputProblem]:
    for reject in dump.rejects:
        yield InputProblem(kind="rejected", dump=dump.name, line=reject.line, reason=reject.reason)


def _accounted_for(sums: Accounting) -> int:
    return sums.new + sums.changed + sums.known + sums.repeated + sums.rejected


def _take_in_dump(
    context: RunContext,
    number: int,
    dump_number: int,
    dump: Dump,
    seen: set[int],
    late_from: str | None,
) -> Accounting:
    """Compare the sightings of a dump with the ledger and record them.

    Adds the papers of the dump to ``seen``, the papers that this intake has seen already.
    """
    accounting = Accounting(dumps=1, entries=dump.entries, rejected=len(dump.rejects))
    for batch in _batches(dump.sightings):
        known = known_papers.look_up(context, batch)
        outcome = comparison.compare(dump, batch, known, seen, context.moment.isoformat())
        numbers = context.ledger.papers.take_in(number, dump_number, outcome, late_from)
        # The comparison gives new papers provisional numbers; the ledger gives them their own.
        seen.update(numbers.get(fate.paper, fate.paper) for fate in outcome.fates)
        accounting += Accounting(**comparison.count_statuses(outcome))
    return accounting


def _batches(sightings: Iterable[Sighting]) -> Iterator[Sequence[Sighting]]:
    iterator = iter(sightings)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _circumstances(
    context: RunContext, history: intakes.History, incomplete: bool, unreadable: int
) -> Circumstances:
    expected = context.settings.inbox
    return Circumstances(
        incomplete=incomplete,
        unreadable=unreadable,
        rest_day=verdict.is_rest_day(context.moment.date(), history.page_dates, expected),
        overdue=verdict.is_overdue(
            history.newest_moment, context.moment, history.page_dates, expected
        ),
    )
