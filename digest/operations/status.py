"""The state of a working folder: looked up, remembered after each run, written for browsers.

The pages are written after publishing and are no part of the promise that the same ledger
gives the same bytes. Nothing here makes a run fail: what the disk refuses is told and left.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from digest import __version__
from digest import settings as settings_files
from digest.editorial import due, sources, verdict
from digest.errors import DigestError
from digest.model.issues import Page
from digest.model.settings import Edition as Configured
from digest.model.settings import Settings
from digest.model.status import (
    FAILED,
    EditionStatus,
    QuarantineStatus,
    RunRecord,
    SourceDump,
    SourceStatus,
    Status,
)
from digest.pipeline import quarantine
from digest.pipeline.context import RunContext
from digest.pipeline.progress import StepLogger
from digest.render.site import pages
from digest.settings import resources
from digest.storage import output, run_history
from digest.storage.ledger import Ledger, database, status_queries

_RUNS = 10  # shown
_LISTED = 20  # files in quarantine, and rejects, shown
_LONGEST = 500  # characters of a reason


def look(settings: Settings, moment: datetime) -> Status:
    """What there is to tell at this moment, for those who only look.

    Raises `LedgerError` when the ledger cannot be read.
    """
    with database.opened_to_read(_folder(settings)) as ledger:
        if ledger is None:
            return _before_the_first_run(settings, moment)
        return of_ledger(settings, moment, ledger)


def of_ledger(settings: Settings, moment: datetime, ledger: Ledger) -> Status:
    """What there is to tell, from an open ledger."""
    history = ledger.intakes.history()
    stale = verdict.is_overdue(history.newest_moment, moment, history.page_dates, settings.inbox)
    quarantine = _in_quarantine(settings, moment, ledger)
    n_rejected, rejects = ledger.status.last_rejects(_LISTED)
    begun = _before_the_first_run(settings, moment)
    return msgspec.structs.replace(
        begun,
        health="stale" if stale and begun.health == "ok" else begun.health,
        stale=stale,
        editions=tuple(_edition(ledger, edition, moment) for edition in settings.editions),
        sources=_sources(settings, moment, ledger),
        n_quarantined=len(quarantine),
        quarantine=quarantine[:_LISTED],
        n_rejected=n_rejected,
        rejects=tuple(rejects),
        counts=ledger.status.count_rows(),
    )


def after_run(state: RunContext, ran: RunRecord | None, tell: StepLogger) -> Status | None:
    """Remembers a run, if it is one to remember, and writes the pages; gives what they say."""
    try:
        if ran is not None:
            run_history.remember(_folder(state.settings), ran)
        found = of_ledger(state.settings, state.moment, state.ledger)
        output.replace_pages(state.output, state.pages.status(found))
    except (DigestError, OSError) as error:
        tell("status", level="warning", reason=str(error))
        return None
    return found


def failed(settings: Settings, moment: datetime, error: Exception, seconds: float) -> RunRecord:
    """What the folder remembers of a run that failed."""
    return RunRecord(
        moment=moment.isoformat(timespec="seconds"),
        verdict=FAILED,
        exit_status=getattr(error, "exit_status", 1),
        seconds=round(seconds, 3),
        error=reason(settings, error),
    )


def after_failure(settings: Settings, moment: datetime, ran: RunRecord, tell: StepLogger) -> None:
    """Remembers a run that failed, and writes the pages as far as that is possible now."""
    try:
        run_history.remember(_folder(settings), ran)
        output.replace_pages(
            Path(settings.root, "output"), _shown(settings, _left(settings, moment))
        )
    except Exception as error:  # noqa: BLE001 - the failure itself must be told, not this one
        tell("status", level="debug", reason=reason(settings, error))


def _left(settings: Settings, moment: datetime) -> Status:
    """What there is to tell after a failure: without the ledger where that is what failed."""
    try:
        return look(settings, moment)
    except Exception as error:  # noqa: BLE001 - damaged in a way that only reading it shows
        begun = _before_the_first_run(settings, moment)
        return msgspec.structs.replace(begun, health=FAILED, problem=reason(settings, error))


def reason(settings: Settings, error: BaseException) -> str:
    """Why something failed, in words fit for a page: no path of this machine, no steering."""
    expected = isinstance(error, (DigestError, OSError))
    words = str(error) if expected else f"{type(error).__name__}: {error}"
    words = words.replace(f"{Path(settings.root).absolute()}/", "").replace(f"{settings.root}/", "")
    return "".join(sign if sign.isprintable() else " " for sign in words)[:_LONGEST]


def _shown(settings: Settings, found: Status) -> tuple[Page, ...]:
    """By the folder's own templates, or by the shipped ones when those are what failed."""
    given = resources.shipped("templates")
    own = Path(settings.root, settings_files.TEMPLATES)
    try:
        return pages.Pages((own, given), settings.site).status(found)
    except DigestError:
        return pages.Pages((given,), settings.site).status(found)


def _folder(settings: Settings) -> Path:
    return Path(settings.root, settings.state.path)


def _before_the_first_run(settings: Settings, moment: datetime) -> Status:
    """What is known without the ledger."""
    runs = run_history.runs(_folder(settings), _RUNS)
    return Status(
        health="failed" if runs and runs[0].verdict == FAILED else "ok",
        stale=False,
        moment=moment.isoformat(timespec="seconds"),
        timezone=settings.site.timezone,
        version=__version__,
        runs=tuple(runs),
        editions=tuple(
            EditionStatus(name=edition.name, next_due=_next_due(edition, moment))
            for edition in settings.editions
        ),
        ledger_bytes=status_queries.ledger_size(_folder(settings)),
        backups=status_queries.list_backup_statuses(_folder(settings), moment.tzinfo),
    )


def _edition(ledger: Ledger, edition: Configured, moment: datetime) -> EditionStatus:
    newest = ledger.status.newest_issue(edition.name)
    judged, state = ledger.status.last_due(edition.name) or (None, None)
    return EditionStatus(
        name=edition.name,
        newest=newest and newest.key,
        papers=newest.papers if newest else 0,
        verdict=newest and newest.verdict,
        last_due=judged,
        last_due_state=state,
        next_due=_next_due(edition, moment),
    )


def _next_due(edition: Configured, moment: datetime) -> str:
    at = due.next_due(edition, moment).replace(tzinfo=moment.tzinfo)
    return at.isoformat(timespec="minutes")


def _sources(settings: Settings, moment: datetime, ledger: Ledger) -> tuple[SourceStatus, ...]:
    """Those that live dumps came from; history is not expected to go on."""
    found = (
        (name, ledger.status.last_dumps(name, sources.LOOK_BACK))
        for name in ledger.status.list_sources()
    )
    return tuple(
        _source(settings, moment, name, brought, ledger.status.newest_page_date(name))
        for name, brought in found
        if brought
    )


def _source(
    settings: Settings,
    moment: datetime,
    source: str,
    found: Sequence[SourceDump],
    page: str | None,
) -> SourceStatus:
    punctuality = sources.punctuality(
        [one.moment for one in found], moment, settings.inbox.expect_seconds
    )
    return SourceStatus(
        source=source,
        last_dump=found[0].moment,
        silent_for=punctuality.silent_for,
        entries=found[0].entries,
        newest_page=page,
        page_age_days=(moment.date() - date.fromisoformat(page)).days if page else None,
        usually_every=punctuality.usually_every,
        late=punctuality.late,
    )


def _in_quarantine(
    settings: Settings, moment: datetime, ledger: Ledger
) -> tuple[QuarantineStatus, ...]:
    """Those that nobody has seen to: their notes are still there."""
    noted = quarantine.list_hashes(settings)
    found = (row for content, *row in ledger.status.list_quarantine() if content in noted)
    return tuple(_quarantined(moment, *row) for row in found)


def _quarantined(moment: datetime, name: str, why: str, since: str) -> QuarantineStatus:
    waited = max(moment - datetime.fromisoformat(since), timedelta())
    return QuarantineStatus(dump=name, reason=why, moment=since, days=waited.days)
