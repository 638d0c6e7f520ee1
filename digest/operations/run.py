"""A run: three steps in one direction, each committed before the next begins.

    INTAKE   inbox -> parsers -> matching -> ledger                     (pipeline.intake)
    ISSUE    ledger -> mend, place, filter, compose -> ledger           (pipeline.issue)
    PUBLISH  ledger -> render -> output                                 (pipeline.publish)

A crash between the steps leaves work that the next run finds and finishes with the same
bytes. This module holds the order and the lock, no rule about papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from digest.model.results import RunReport
from digest.model.settings import Settings
from digest.operations import backup
from digest.operations import report as operations_report
from digest.operations import status as operations_status
from digest.operations.step_log import StepLog
from digest.pipeline import intake as intake_step
from digest.pipeline import issue, publish
from digest.pipeline.context import RunContext
from digest.pipeline.progress import ProgressCallback, StepLogger, no_log, no_progress
from digest.pipeline.session import open_context
from digest.storage import lock

if TYPE_CHECKING:
    from digest.operations.backfill import BackfillResult


def run(
    settings: Settings,
    moment: datetime,
    *,
    due: bool = False,
    watch: ProgressCallback = no_progress,
    tell: StepLogger = no_log,
) -> RunReport:
    """Takes in what waits, issues, publishes. ``moment`` is aware, in the site's zone.

    With ``due`` only what the schedule says is due is issued, and a busy folder is left
    alone. Raises `Busy` when another run holds the folder, and `OSError`, once all else is
    done, when the inbox cannot be looked into. What the run came to, also when it failed, is
    remembered and stands in the output's status.
    """
    log = StepLog(tell, quiet=due)
    with lock.hold(settings, 0.0 if due else lock.TIMEOUT):
        try:
            with open_context(settings, moment, watch) as state:
                report = _three_steps(state, log, due=due)
                backup.when_due(state, tell)
                ran = operations_report.remembered(report, log.seconds)
                status = operations_status.after_run(state, ran, tell)
        except Exception as error:
            failed = operations_status.failed(settings, moment, error, log.seconds)
            operations_status.after_failure(settings, moment, failed, tell)
            raise
    log.ended(ran, idle=report.is_idle)
    return msgspec.structs.replace(report, stale=status is not None and status.stale)


def _three_steps(state: RunContext, log: StepLog, *, due: bool) -> RunReport:
    issue.configure_editions(state)
    intake = intake_step.take_in_inbox(state, patient=not due)
    log.took_in(intake)
    made = issue.make_issues(state, due_only=due)
    log.issued(made)
    publication = publish.publish(state)
    log.published(publication)
    if intake.failure is not None:
        raise intake.failure
    return operations_report.of(state, intake, made, publication)


def backfill(
    settings: Settings,
    moment: datetime,
    paths: Sequence[Path],
    *,
    silent: bool,
    watch: ProgressCallback = no_progress,
) -> tuple[BackfillResult, publish.PublishSummary]:
    """Takes in old dumps as history; pages and feeds are written once at the end."""
    from digest.operations import backfill

    with lock.hold(settings, lock.TIMEOUT), open_context(settings, moment, watch) as state:
        issue.configure_editions(state)
        filled = backfill.backfill(state, paths, silent=silent)
        published = publish.publish(state, whole="backfill" if filled.issues else None)
        operations_status.after_run(state, None, no_log)
        return filled, published


def withdraw(settings: Settings, moment: datetime, paper: int) -> publish.PublishSummary:
    """Takes a paper off the pages and feeds; it does not come back."""
    with lock.hold(settings, lock.TIMEOUT), open_context(settings, moment) as state:
        with state.ledger.transaction():
            state.ledger.papers.withdraw(paper, moment.isoformat())
        published = publish.publish(state)
        operations_status.after_run(state, None, no_log)
        return published


def rebuild(
    settings: Settings, moment: datetime, *, watch: ProgressCallback = no_progress
) -> publish.PublishSummary:
    """The whole output again from the ledger."""
    with lock.hold(settings, lock.TIMEOUT), open_context(settings, moment, watch) as state:
        published = publish.publish(state, whole="digest rebuild")
        operations_status.after_run(state, None, no_log)
        return published
