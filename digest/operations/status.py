"""Build the status of a working folder from its ledger, and write it to the output after a run.

The status pages depend on the moment of the run, so the promise that the same ledger gives the
same bytes does not cover them. Errors of writing them are logged and never fail a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from digest import __version__
from digest.editorial import due, sources, verdict
from digest.errors import DigestError, PeopleError
from digest.model.settings import Edition, Settings
from digest.model.status import (
    FAILED,
    EditionStatus,
    Health,
    QuarantineStatus,
    RunRecord,
    SourceDump,
    SourceStatus,
    Status,
)
from digest.operations.fetching import source_status
from digest.operations.mail import deliver
from digest.operations.publishing import targets
from digest.operations.reporting.public_text import publish_text
from digest.pipeline import quarantine
from digest.pipeline.context import RunContext
from digest.pipeline.progress import StepLogger
from digest.storage import output, run_history
from digest.storage.ledger import Ledger, database
from digest.storage.ledger.lookups import status_queries

_RUNS = 10  # listed in the status
_LISTED = 20  # files in quarantine, and rejects, listed in the status


def read_status(
    settings: Settings, moment: datetime, *, timeout: float = database.TIMEOUT
) -> Status:
    """Return the status of a working folder at this moment, and change nothing.

    Before the first run it has the configured editions and no sources. ``timeout`` is how many
    seconds it waits for another program that holds the ledger. Raises `LedgerError` if the
    ledger cannot be read.
    """
    with database.opened_to_read(settings.state_folder, timeout=timeout) as ledger:
        if ledger is None:
            return status_without_ledger(settings, moment)
        return build_status(settings, moment, ledger)


def read_health(settings: Settings, moment: datetime, *, timeout: float) -> Health:
    """Return the health of `read_status` alone, which costs little; errors as there."""
    runs = run_history.runs(settings.state_folder, 1)
    with database.opened_to_read(settings.state_folder, timeout=timeout) as ledger:
        stale = ledger is not None and _is_stale(settings, moment, ledger)
    return _health(runs, stale=stale)


def build_status(settings: Settings, moment: datetime, ledger: Ledger) -> Status:
    """Return the status of a working folder at this moment from its open ledger."""
    stale = _is_stale(settings, moment, ledger)
    in_quarantine = _in_quarantine(settings, moment, ledger)
    n_rejected, rejects = ledger.status.last_rejects(_LISTED)
    status = status_without_ledger(settings, moment)
    return msgspec.structs.replace(
        status,
        health=_health(status.runs, stale=stale),
        stale=stale,
        editions=tuple(_edition_status(ledger, edition, moment) for edition in settings.editions),
        sources=_source_statuses(settings, moment, ledger),
        n_quarantined=len(in_quarantine),
        quarantine=in_quarantine[:_LISTED],
        n_rejected=n_rejected,
        rejects=tuple(
            msgspec.structs.replace(reject, reason=publish_text(settings, reject.reason))
            for reject in rejects
        ),
        counts=ledger.status.count_rows(),
        history=ledger.status.history(),
    )


def record_run(context: RunContext, record: RunRecord | None, log: StepLogger) -> Status | None:
    """Add a run to the run history and write the status pages; return the status they show.

    ``record`` is None for an operation that is no run; then only the pages are written. Raises
    nothing for an error of the disk or a template: logs a warning and returns None.
    """
    try:
        if record is not None:
            run_history.remember(context.settings.state_folder, record)
        status = build_status(context.settings, context.moment, context.ledger)
        status_pages = context.pages.status(status)
        output.replace_pages(context.output, status_pages, context.settings.state_folder)
    except (DigestError, OSError) as error:
        log("status", level="warning", reason=str(error))
        return None
    return status


def status_without_ledger(settings: Settings, moment: datetime) -> Status:
    """Return the status without the facts from the ledger: runs, due dates, looks, backups."""
    folder = settings.state_folder
    runs = run_history.runs(folder, _RUNS)
    status = Status(
        health=_health(runs, stale=False),
        stale=False,
        moment=moment.isoformat(timespec="seconds"),
        timezone=settings.site.timezone,
        version=__version__,
        runs=tuple(_public_run(settings, run) for run in runs),
        editions=tuple(
            EditionStatus(name=edition.name, next_due=_next_due(edition, moment))
            for edition in settings.editions
        ),
        fetching=source_status.list_statuses(settings, moment),
        ledger_bytes=status_queries.ledger_size(folder),
        backups=status_queries.list_backup_statuses(folder, moment.tzinfo),
        targets=targets.list_statuses(settings),
    )
    return _with_mailings(settings, status)


def _is_stale(settings: Settings, moment: datetime, ledger: Ledger) -> bool:
    history = ledger.intakes.history()
    return verdict.is_overdue(
        history.newest_moment, moment, history.page_dates, settings.inbox, history.rest_dates
    )


def _health(runs: Sequence[RunRecord], *, stale: bool) -> Health:
    if runs and runs[0].verdict == FAILED:
        return "failed"  # more urgent than "stale"
    return "stale" if stale else "ok"


def _with_mailings(settings: Settings, status: Status) -> Status:
    try:
        mailings, outage = deliver.list_statuses(settings), deliver.outage_since(settings)
        hub = deliver.hub_status(settings)
    except PeopleError as error:  # no mail is a lesser evil than no status
        reason = publish_text(settings, error.reason)
        return msgspec.structs.replace(status, mail_problem=reason)
    return msgspec.structs.replace(status, mailings=mailings, mail_outage_since=outage, hub=hub)


def _public_run(settings: Settings, run: RunRecord) -> RunRecord:
    # An earlier version may have recorded the path of a file outside the working folder.
    error = run.error and publish_text(settings, run.error)
    return msgspec.structs.replace(run, error=error)


def _edition_status(ledger: Ledger, edition: Edition, moment: datetime) -> EditionStatus:
    newest = ledger.status.newest_issue(edition.name)
    last_due, last_due_state = ledger.status.last_due(edition.name) or (None, None)
    return EditionStatus(
        name=edition.name,
        newest=newest and newest.key,
        papers=newest.papers if newest else 0,
        verdict=newest and newest.verdict,
        last_due=last_due,
        last_due_state=last_due_state,
        next_due=_next_due(edition, moment),
    )


def _next_due(edition: Edition, moment: datetime) -> str:
    due_time = due.next_due(edition, moment).replace(tzinfo=moment.tzinfo)
    return due_time.isoformat(timespec="minutes")


def _source_statuses(
    settings: Settings, moment: datetime, ledger: Ledger
) -> tuple[SourceStatus, ...]:
    """Return the status of each source of live dumps. Sources of backfills only have none."""
    dumps_of = {
        name: ledger.status.last_dumps(name, sources.LOOK_BACK)
        for name in ledger.status.list_sources()
    }
    return tuple(
        _source_status(settings, moment, name, dumps, ledger.status.newest_page_date(name))
        for name, dumps in dumps_of.items()
        if dumps
    )


def _source_status(
    settings: Settings,
    moment: datetime,
    source: str,
    dumps: Sequence[SourceDump],
    page_date: str | None,
) -> SourceStatus:
    """Return the status of a source from its last live dumps: at least one, newest first."""
    punctuality = sources.punctuality(
        [dump.moment for dump in dumps], moment, settings.inbox.expect_seconds
    )
    return SourceStatus(
        source=source,
        last_dump=dumps[0].moment,
        silent_for=punctuality.silent_for,
        entries=dumps[0].entries,
        newest_page=page_date,
        page_age_days=(moment.date() - date.fromisoformat(page_date)).days if page_date else None,
        usually_every=punctuality.usually_every,
        late=punctuality.late,
    )


def _in_quarantine(
    settings: Settings, moment: datetime, ledger: Ledger
) -> tuple[QuarantineStatus, ...]:
    # An operator deletes the note of a file to take it off the list.
    noted = quarantine.list_hashes(settings)
    rows = (row for content_hash, *row in ledger.status.list_quarantine() if content_hash in noted)
    return tuple(
        _quarantine_status(moment, dump, publish_text(settings, reason), since)
        for dump, reason, since in rows
    )


def _quarantine_status(moment: datetime, dump: str, reason: str, since: str) -> QuarantineStatus:
    # A clock that was ahead may have written a moment that has not come yet.
    age = max(moment - datetime.fromisoformat(since), timedelta())
    return QuarantineStatus(dump=dump, reason=reason, moment=since, days=age.days)
