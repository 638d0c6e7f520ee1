"""A run: three steps in one direction, each committed before the next begins.

    INTAKE   inbox.look -> reading.read -> identity, diff -> ledger         (run_intake)
    ISSUE    ledger -> text.mend, topics.place, filters -> issue.compose    (run_issue)
    PUBLISH  ledger -> rendering -> output.publish                          (run_publish)

A crash between the steps leaves work that the next run finds and finishes with the same
bytes. This module holds the order and the lock, no rule about papers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from digest import run_backup, run_intake, run_issue, run_lock, run_publish, run_status
from digest.ledger import database, papers
from digest.model.issues import Accounting
from digest.model.settings import Settings
from digest.model.status import FAILED, Ran
from digest.rendering import page_words
from digest.run_reading import Intake
from digest.run_state import Made, Quarantined, State, Tell, Watch, untold, unwatched

if TYPE_CHECKING:
    from digest.run_backfill import Filled


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did, for the terminal, for ``--json`` and for the exit status."""

    verdict: str
    moment: str
    accounting: Accounting
    issues: tuple[Made, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    rejected: tuple[Quarantined, ...] = ()
    passed_over: tuple[Quarantined, ...] = ()
    unsettled: tuple[str, ...] = ()
    dumps: tuple[str, ...] = ()  # a line on each dump that was read
    pages_written: int = 0
    stale: bool = False  # nothing came for longer than the configuration expects
    republished: str | None = None  # why more than the new issues' pages was looked at

    @property
    def is_idle(self) -> bool:
        """Whether nothing was read, issued or written."""
        return not (self.accounting.dumps or self.issues or self.quarantined or self.pages_written)

    @property
    def exit_status(self) -> int:
        """3 when this run quarantined or rejected something; 4, which beats it, when stale."""
        if self.verdict in ("no-input", "stale"):
            return 4
        return 3 if self.quarantined or self.rejected else 0


def run(
    settings: Settings,
    moment: datetime,
    *,
    due: bool = False,
    watch: Watch = unwatched,
    tell: Tell = untold,
) -> Report:
    """Takes in what waits, issues, publishes. ``moment`` is aware, in the site's zone.

    With ``due`` only what the schedule says is due is issued, and a busy folder is left
    alone. Raises `Busy` when another run holds the folder, and `OSError`, once all else is
    done, when the inbox cannot be looked into. What the run came to, also when it failed, is
    remembered and stands in the output's status.
    """
    started = time.perf_counter()
    with run_lock.held(settings, 0.0 if due else run_lock.PATIENCE):
        try:
            with _state(settings, moment, watch) as state:
                report = _three_steps(state, tell, due=due)
                run_backup.when_due(state, tell)
                ran = _ran(report, time.perf_counter() - started)
                status = run_status.after_run(state, ran, tell)
        except Exception as error:
            ran = Ran(
                moment=moment.isoformat(timespec="seconds"),
                verdict=FAILED,
                exit_status=getattr(error, "exit_status", 1),
                seconds=round(time.perf_counter() - started, 3),
                error=run_status.reason(settings, error),
            )
            run_status.after_failure(settings, moment, ran, tell)
            raise
    level = "debug" if due and report.is_idle else "info"
    tell("run", level=level, verdict=ran.verdict, exit_status=ran.exit_status, seconds=ran.seconds)
    return msgspec.structs.replace(report, stale=status is not None and status.stale)


def _three_steps(state: State, tell: Tell, *, due: bool) -> Report:
    clock = time.perf_counter
    begun = clock()
    run_issue.configure(state)
    intake = run_intake.take_in(state, patient=not due)
    taken = clock()
    read = intake.accounting.dumps or intake.quarantined
    tell(
        "intake",
        level="info" if read or not due else "debug",
        **msgspec.structs.asdict(intake.accounting),
        quarantined=len(intake.quarantined),
        unsettled=len(intake.unsettled),
        seconds=round(taken - begun, 3),
    )
    made = run_issue.issue_all(state, due_only=due)
    for one in made:
        tell("issue", edition=one.edition, date=one.date, number=one.number, papers=one.papers)
    issued = clock()
    publication = run_publish.publish(state)
    tell(
        "publish",
        level="info" if publication.written or not due else "debug",
        issues=len(made),
        written=len(publication.written),
        same=publication.same,
        removed=len(publication.removed),
        reason=publication.reason,
        seconds=round(clock() - issued, 3),
    )
    if intake.failure is not None:
        raise intake.failure
    return _report(state, intake, made, publication)


def _report(
    state: State, intake: Intake, made: Sequence[Made], publication: run_publish.Published
) -> Report:
    return Report(
        verdict=intake.verdict(len(made)),
        moment=state.moment.isoformat(),
        accounting=intake.accounting,
        issues=tuple(made),
        quarantined=tuple(intake.quarantined),
        rejected=tuple(intake.rejected),
        passed_over=tuple(intake.passed_over),
        unsettled=tuple(intake.unsettled),
        dumps=tuple(intake.dumps),
        pages_written=len(publication.written),
        republished=publication.reason,
    )


def _ran(report: Report, seconds: float) -> Ran:
    """What the folder remembers of a run."""
    return Ran(
        moment=datetime.fromisoformat(report.moment).isoformat(timespec="seconds"),
        verdict=report.verdict,
        exit_status=report.exit_status,
        seconds=round(seconds, 3),
        accounting=report.accounting,
        issues=tuple(
            f"{one.edition} {one.date}, {page_words.count(one.papers, 'paper')}"
            for one in report.issues
        ),
        quarantined=len(report.quarantined),
    )


def backfill(
    settings: Settings,
    moment: datetime,
    paths: Sequence[Path],
    *,
    silent: bool,
    watch: Watch = unwatched,
) -> tuple[Filled, run_publish.Published]:
    """Takes in old dumps as history; pages and feeds are written once at the end."""
    from digest import run_backfill

    with run_lock.held(settings, run_lock.PATIENCE), _state(settings, moment, watch) as state:
        run_issue.configure(state)
        filled = run_backfill.backfill(state, paths, silent=silent)
        published = run_publish.publish(state, whole="backfill" if filled.issues else None)
        run_status.after_run(state, None, untold)
        return filled, published


def withdraw(settings: Settings, moment: datetime, paper: int) -> run_publish.Published:
    """Takes a paper off the pages and feeds; it does not come back."""
    with run_lock.held(settings, run_lock.PATIENCE), _state(settings, moment) as state:
        with database.transaction(state.ledger):
            papers.withdraw(state.ledger, paper, moment.isoformat())
        published = run_publish.publish(state, whole="a paper was withdrawn")
        run_status.after_run(state, None, untold)
        return published


def rebuild(
    settings: Settings, moment: datetime, *, watch: Watch = unwatched
) -> run_publish.Published:
    """The whole output again from the ledger."""
    with run_lock.held(settings, run_lock.PATIENCE), _state(settings, moment, watch) as state:
        published = run_publish.publish(state, whole="digest rebuild")
        run_status.after_run(state, None, untold)
        return published


@contextmanager
def _state(settings: Settings, moment: datetime, watch: Watch = unwatched) -> Iterator[State]:
    folder = Path(settings.root, settings.state.path)
    with database.opened(folder) as ledger:
        yield State(settings, ledger, moment, watch)


def opened_to_read(settings: Settings) -> AbstractContextManager[database.Database | None]:
    """The ledger for commands that only look; None before the first run."""
    return database.opened_to_read(Path(settings.root, settings.state.path))
