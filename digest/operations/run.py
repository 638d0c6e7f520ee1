"""Do a run: its steps, each finished before the next begins.

    fetch     operations.fetching  sources that are due -> inbox
    intake    pipeline.intake      inbox -> parsers -> matching -> ledger
    summary   pipeline.summaries   a language model, if one is configured -> ledger
    issue     pipeline.issue       ledger -> editorial -> ledger
    publish   pipeline.publish     ledger -> render -> output

If a run is killed between two steps, the next run finishes its work with the same bytes. Only
the order of the steps and the lock are decided here, and nothing about papers.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from digest.model.fetching import FetchReport
from digest.model.results import RunReport
from digest.model.settings import Settings
from digest.operations import backup, report, status
from digest.operations.fetching import fetch as fetching
from digest.operations.reporting import failure
from digest.operations.reporting.step_log import StepLog
from digest.pipeline import intake as intake_step
from digest.pipeline import issue, publish, summaries
from digest.pipeline.compose import Candidate
from digest.pipeline.context import RunContext
from digest.pipeline.progress import ProgressCallback, StepLogger, WaitForStop, no_log, no_progress
from digest.pipeline.session import open_context
from digest.storage import lock


def run(
    settings: Settings,
    moment: datetime,
    *,
    due: bool = False,
    fetch: bool = True,
    stopping: WaitForStop | None = None,
    progress: ProgressCallback = no_progress,
    log: StepLogger = no_log,
) -> RunReport:
    """Take in the files of the inbox, make the issues and publish them; return what was done.

    ``moment`` is the time of the run, in the time zone of the site. With ``due`` only the
    issues that the schedule asks for are made. Unless ``fetch`` is False, the sources that are due
    are asked first, before the lock is taken; nothing they do fails the run. The same holds for
    the language model of ``[summary]``, which is asked for the papers of the issues to be made.
    ``stopping`` waits for an order to stop; when it comes, neither is waited for any more. A backup
    is made if one is due. The outcome goes into the run history and the status pages, also if the
    run fails. Sends nothing.

    Raises `Busy` if another run holds the folder: at once with ``due``, else after a minute.
    Raises `SettingsError` if topics or templates cannot be used, `LedgerError` if the ledger
    cannot be used, and `OSError` if the output cannot be written. The `OSError` of an inbox that
    cannot be read is raised only after everything else is published.
    """
    # Runs with ``due`` come every few minutes, so those that do nothing must not fill the log.
    step_log = StepLog(log, quiet=due)
    fetched = None
    if fetch and settings.sources:
        fetched = fetching.fetch_due(
            settings, moment, wait=not due, stopping=stopping, log=log, progress=progress
        )
        step_log.skip()  # each source has a line of its own
    with lock.hold(settings, 0.0 if due else lock.TIMEOUT):
        try:
            with open_context(settings, moment, progress) as context:
                run_report = _run_steps(context, step_log, fetched, stopping, due=due)
                backup.make_if_due(context, log)
                # After the backup, because the status lists it.
                record = report.build_record(run_report, step_log.seconds)
                new_status = status.record_run(context, record, log)
        except Exception as error:
            run_record = failure.make_record(settings, moment, error, step_log.seconds)
            failure.record(settings, moment, run_record, log)
            raise
    step_log.log_end(record, idle=run_report.is_idle)
    return msgspec.structs.replace(run_report, stale=new_status is not None and new_status.stale)


def _run_steps(
    context: RunContext,
    step_log: StepLog,
    fetched: FetchReport | None,
    stopping: WaitForStop | None,
    *,
    due: bool,
) -> RunReport:
    # Before the intake, so that the papers of this run are candidates of a new edition.
    issue.configure_editions(context)
    intake = intake_step.take_in_inbox(
        context, patient=not due, settled=frozenset(fetched.files if fetched else ())
    )
    step_log.log_intake(intake)
    known: dict[int, Candidate] = {}
    summarised = summaries.add_summaries(context, known, due_only=due, stopping=stopping)
    step_log.log_summaries(summarised)
    issues = issue.make_issues(context, due_only=due, known=known)
    step_log.log_issues(issues, context.unused_libraries.values())
    publication = publish.publish(context)
    step_log.log_publication(publication)
    # Raised only now: a broken inbox must not keep back papers that were taken in before.
    if intake.failure is not None:
        raise intake.failure
    return report.build_report(context, fetched, intake, issues, publication, summarised)
