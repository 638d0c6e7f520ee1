"""INTAKE: what waits in the inbox becomes dumps, papers and sightings, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal

from digest import __version__, errors
from digest.editorial import followups, sources, verdict
from digest.editorial.verdict import Circumstances
from digest.matching import comparison, identity, similarity
from digest.model.changes import Known
from digest.model.files import InboxScan, SeenFile, WaitingFile
from digest.model.issues import Accounting
from digest.model.papers import Dump, Sighting
from digest.model.results import InputProblem
from digest.pipeline import quarantine, read_inbox
from digest.pipeline.context import RunContext
from digest.pipeline.read_inbox import IntakeResult, ParsedFile
from digest.storage import inbox
from digest.storage.ledger import intakes

_BATCH = 2000  # sightings looked up at once


def take_in(state: RunContext, *, patient: bool) -> IntakeResult:
    """Reads every settled file that waits and commits what it held.

    ``patient`` waits once for files that are still being written. Where the inbox itself
    cannot be used, the intake's ``failure`` says so.
    """
    intake = IntakeResult()
    seen = state.ledger.seen_files.list_seen_files(state.reader)
    look = InboxScan((), (), ())
    with intake.putting_off():
        look = read_inbox.look(state, seen, patient)
    intake.skipped = list(look.skipped)
    intake.unsettled = [file.name for file in look.unsettled]
    remembered: list[tuple[str, SeenFile]] = []
    reads = sorted(
        _watched(state, look.waiting, intake, remembered),
        key=lambda read: (read.dump.page_date or "", read.file.name),
    )
    history = state.ledger.intakes.history()
    if remembered:
        with state.ledger.transaction():
            if reads or intake.accounting.dumps:
                commit(state, reads, intake, history, kind="live")
            read_inbox.record_unreadable(state, intake)
            state.ledger.seen_files.remember_files(remembered)
        quarantine.let_go(state)
    intake.circumstances = _circumstances(state, history, intake)
    if state.settings.inbox.done == "move":
        with intake.putting_off():
            folder, read = (
                state.root / state.settings.inbox.path,
                state.ledger.seen_files.list_read_files(),
            )
            inbox.archive(folder, read)
    return intake


def _watched(
    state: RunContext,
    waiting: Sequence[WaitingFile],
    intake: IntakeResult,
    remembered: list[tuple[str, SeenFile]],
) -> Iterator[ParsedFile]:
    for read in read_inbox.read_all(state, waiting, intake, remembered):
        state.watch("files", len(remembered), len(waiting))
        yield read


def commit(
    state: RunContext,
    reads: Sequence[ParsedFile],
    intake: IntakeResult,
    history: intakes.History,
    *,
    kind: Literal["live", "history"],
) -> int:
    """Takes dumps in, in this order, as one intake; gives its number.

    To be called in a transaction. Raises `SumError` when the sums do not add up.
    """
    number = state.ledger.intakes.begin(state.moment.isoformat(), kind, __version__)
    newest = state.ledger.intakes.newest_page_dates() if kind == "live" else {}
    seen: set[int] = set()
    for read in reads:
        dump = read.dump
        short = sources.falls_short(dump.entries, dump.stated, history.habit(dump.source))
        intake.short = intake.short or short
        recorded = _record(state, number, read, short)
        late_from = followups.late_from(dump.page_date, newest.get(dump.source))
        intake.accounting += _take_in_dump(state, number, recorded, dump, seen, late_from)
        intake.dumps.append(read.line)
        intake.rejected += [
            InputProblem(kind="rejected", dump=dump.name, line=reject.line, reason=reject.reason)
            for reject in dump.rejects
        ]
    sums = intake.accounting
    if not sums.adds_up:
        fates = sums.new + sums.changed + sums.known + sums.repeated + sums.rejected
        raise errors.AccountingError(sums.entries, fates)
    state.ledger.intakes.finish(number, sums)
    return number


def _record(state: RunContext, number: int, read: ParsedFile, short: bool) -> int:
    state.ledger.quarantine.release(read.content)
    modified = read.modified.isoformat()
    return state.ledger.intakes.record_dump(
        number, read.dump, read.content, modified=modified, short=short
    )


def _take_in_dump(
    state: RunContext, number: int, recorded: int, dump: Dump, seen: set[int], late_from: str | None
) -> Accounting:
    sums = Accounting(dumps=1, entries=dump.entries, rejected=len(dump.rejects))
    for batch in _batches(dump.sightings):
        known = _known(state, batch)
        outcome = comparison.compare(dump, batch, known, seen, state.moment.isoformat())
        given = state.ledger.papers.take_in(number, recorded, outcome, late_from)
        seen.update(given.get(fate.paper, fate.paper) for fate in outcome.fates)
        sums += Accounting(**comparison.count_statuses(outcome.fates))
    return sums


def _known(state: RunContext, batch: Sequence[Sighting]) -> Known:
    """What the ledger knows of a batch; where a side can be without an id, near copies too."""
    keys = [identity.keys(sighting) for sighting in batch]
    known = state.ledger.papers.look_up({key for found in keys for key in found})
    unknown = [
        sighting
        for sighting, found in zip(batch, keys, strict=True)
        if sighting.abstract and not any(key in known.by_key for key in found)
    ]
    without_id = any(not identity.has_id(sighting) for sighting in unknown)
    if without_id or (unknown and state.ledger.similarity_blocks.has_papers_without_id()):
        _find_alike(state, known, unknown)
    return known


def _find_alike(state: RunContext, known: Known, unknown: Sequence[Sighting]) -> None:
    waiting = state.ledger.similarity_blocks.list_unindexed()
    sketched = (
        (paper, similarity.lookup_blocks(similarity.sketch(text))) for paper, text in waiting
    )
    state.ledger.similarity_blocks.record_blocks(sketched)
    abstracts = [sighting.abstract or "" for sighting in unknown]
    known.sketches = {abstract: similarity.sketch(abstract) for abstract in abstracts}
    sketches = known.sketches.values()
    wanted = sorted({block for sketch in sketches for block in similarity.lookup_blocks(sketch)})
    known.by_block = by_block = state.ledger.similarity_blocks.papers_by_block(wanted)
    near = {
        number
        for sketch in sketches
        for number in similarity.find_candidates(
            by_block.get(block, ()) for block in similarity.lookup_blocks(sketch)
        )
    }
    missing = sorted(near - known.papers.keys())
    known.papers.update((paper.id, paper) for paper in state.ledger.papers.by_number(missing))


def _batches(sightings: Iterable[Sighting]) -> Iterator[Sequence[Sighting]]:
    waiting = iter(sightings)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def _circumstances(
    state: RunContext, history: intakes.History, intake: IntakeResult
) -> Circumstances:
    expected_in = state.settings.inbox
    return Circumstances(
        short=intake.short,
        unreadable=len(intake.quarantined),
        rest_day=verdict.is_rest_day(state.moment.date(), history.page_dates, expected_in),
        overdue=verdict.is_overdue(
            history.newest_moment, state.moment, history.page_dates, expected_in
        ),
    )
