"""A run: three steps in one direction, each committed before the next begins.

    INTAKE   inbox.look -> reading.read -> identity, diff -> ledger         (run_intake)
    ISSUE    ledger -> text.mend, topics.place, filters -> issue.compose    (run_issue)
    PUBLISH  ledger -> rendering -> output.publish                          (run_publish)

A crash between the steps leaves work that the next run finds and finishes with the same
bytes. This module holds the order and the lock, no rule about papers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from digest import (
    run_backup,
    run_intake,
    run_issue,
    run_lock,
    run_publish,
    run_report,
    run_status,
)
from digest.ledger import database, papers
from digest.model.settings import Settings
from digest.run_log import Log
from digest.run_report import Report
from digest.run_state import State, Tell, Watch, untold, unwatched

if TYPE_CHECKING:
    from digest.run_backfill import Filled


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
    log = Log(tell, quiet=due)
    with run_lock.held(settings, 0.0 if due else run_lock.PATIENCE):
        try:
            with _state(settings, moment, watch) as state:
                report = _three_steps(state, log, due=due)
                run_backup.when_due(state, tell)
                ran = run_report.remembered(report, log.seconds)
                status = run_status.after_run(state, ran, tell)
        except Exception as error:
            failed = run_status.failed(settings, moment, error, log.seconds)
            run_status.after_failure(settings, moment, failed, tell)
            raise
    log.ended(ran, idle=report.is_idle)
    return msgspec.structs.replace(report, stale=status is not None and status.stale)


def _three_steps(state: State, log: Log, *, due: bool) -> Report:
    run_issue.configure(state)
    intake = run_intake.take_in(state, patient=not due)
    log.took_in(intake)
    made = run_issue.issue_all(state, due_only=due)
    log.issued(made)
    publication = run_publish.publish(state)
    log.published(publication)
    if intake.failure is not None:
        raise intake.failure
    return run_report.of(state, intake, made, publication)


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
        published = run_publish.publish(state)
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
