"""Run, publish, then call the heartbeat and send a notice if something is wrong.

All of it comes after the run, when the lock of the working folder is released. Each kind of
trouble gets one notice, and another one only if it comes back after it was over. Each source that
does not answer for long gets its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from digest.editorial import notices
from digest.errors import Busy, PeopleError, SettingsError
from digest.model.results import InputProblem, RunReport
from digest.model.settings import Notify, Settings
from digest.model.status import FetchStatus
from digest.operations import run
from digest.operations.fetching import source_status
from digest.operations.mail import deliver
from digest.operations.publishing import targets
from digest.operations.reporting import failure
from digest.pipeline.progress import ProgressCallback, StepLogger, WaitForStop, no_log, no_progress
from digest.render import notice
from digest.storage import run_history


def run_and_notify(
    settings: Settings,
    moment: datetime,
    *,
    due: bool = False,
    fetch: bool = True,
    stopping: WaitForStop | None = None,
    progress: ProgressCallback = no_progress,
    log: StepLogger = no_log,
) -> RunReport:
    """Run like `run.run`, publish by ``[[publish]]``, mail issues, send notices of ``[notify]``.

    With ``stopping`` the caller is a service, which publishes and mails beside its runs, by
    `targets.publish_pending` and `deliver.deliver_pending`.
    Nothing is sent if another run holds the folder. A call that fails is logged and does not
    fail the run. Raises what `run.run` raises; the notice of a failed run is sent before.
    """
    try:
        report = run.run(
            settings,
            moment,
            due=due,
            fetch=fetch,
            stopping=stopping,
            progress=progress,
            log=log,
        )
    except Busy:
        raise  # no notice: the other run sends its own
    except Exception as error:
        trouble = notice.failure(failure.describe_error(settings, error))
        _notify(settings, moment, None, [trouble], log)
        if stopping is None:  # what was published before the failure, or by an earlier run
            targets.publish_pending(settings, moment, log)
            deliver.deliver_pending(settings, moment, log)
        raise
    if stopping is None:
        results = targets.publish_pending(settings, moment, log)
        # After it, because mails link to pages.
        delivered = deliver.deliver_pending(settings, moment, log)
        report = msgspec.structs.replace(report, targets=results, deliveries=delivered)
    _notify(settings, moment, report, list(_troubles(settings, report)), log)
    return report


def send_test(settings: Settings, moment: datetime, log: StepLogger) -> bool:
    """Call the heartbeat and send a test notice; return False if either failed, or none is set.

    Records nothing, so that it has no influence on later notices.
    """
    if not (settings.notify.heartbeat or settings.notify.webhook):
        reason = "nothing was called: set notify.heartbeat or notify.webhook"
        log("notify", level="warning", reason=reason)
        return False
    body = notice.trial_body(settings.site.title, moment)
    return not _deliver(settings, body, log, failed=False)


def _troubles(settings: Settings, report: RunReport) -> Iterator[notice.Trouble]:
    return notice.troubles(
        expect_every=settings.inbox.expect_every if report.stale else None,
        quarantined=_named(report.quarantined),
        rejected=_named(report.rejected),
        incomplete=_named(report.incomplete),
        unpublished=_unpublished(settings),
        undelivered=_undelivered(settings),
    )


def _unpublished(settings: Settings) -> list[notice.Problem]:
    """Return the commands of ``[[publish]]`` that failed last, each with the reason."""
    statuses = targets.list_statuses(settings)
    return [(target.name, target.reason) for target in statuses if target.reason]


def _undelivered(settings: Settings) -> notice.Undelivered:
    """Return what is wrong with the newest mailings, from what is stored about them.

    Not from the report of this run: in a service mails are sent beside it.
    """
    try:
        since, mailings = deliver.outage_since(settings), deliver.list_statuses(settings)
    except PeopleError as error:
        return notice.Undelivered(problem=failure.describe_error(settings, error))
    return notice.Undelivered(outage_since=since, mailings=mailings)


def _named(problems: Iterable[InputProblem]) -> list[notice.Problem]:
    return [(problem.dump, problem.reason) for problem in problems]


def _notify(
    settings: Settings,
    moment: datetime,
    report: RunReport | None,
    troubles: list[notice.Trouble],
    log: StepLogger,
) -> None:
    """Call the heartbeat, send news in a notice, and record which kinds the operator knows of.

    News are troubles that no notice was sent for, and lasting troubles that are over.
    ``report`` is None for a run that failed.
    """
    config = settings.notify
    if not (config.heartbeat or config.heartbeat_fail or config.webhook):
        return
    folder = settings.state_folder
    rows = source_status.list_statuses(settings, moment)
    sources = [row for row in rows if row.enabled]
    troubles = [*troubles, *(notice.outage(source) for source in sources if source.outage)]
    known = _without_removed(run_history.notices(folder), sources)
    news = [
        trouble for trouble in troubles if trouble.kind in config.on and trouble.key not in known
    ]
    # A failed run ends no trouble: it may not have come as far as looking.
    ended: list[str] = []
    if report is not None:
        current = {trouble.key for trouble in troubles}
        ended = notices.ended_troubles(known, current, report.accounting.dumps, _answering(sources))
    lasting = [key for key in ended if key in notices.LASTING or notices.source_of(key)]
    recovered = lasting if "recovered" in config.on else []
    body = b""
    if config.webhook and (news or recovered):
        body = notice.webhook_body(settings.site.title, moment, _facts(report), news, recovered)
    # A notice that did not arrive is not recorded, so the next run sends it again. A missing
    # heartbeat needs no record: the monitor that waits for it raises the alarm.
    if "webhook" in _deliver(settings, body, log, failed=report is None):
        return
    still_known = {key: since for key, since in known.items() if key not in ended}
    still_known |= {trouble.key: moment.isoformat(timespec="seconds") for trouble in news}
    if config.webhook:
        _record_known(settings, folder, still_known, log)


def _without_removed(known: dict[str, str], sources: list[FetchStatus]) -> dict[str, str]:
    """Return the notices sent without those about sources that are not asked any more."""
    names = {"", *(source.name for source in sources)}
    return {key: since for key, since in known.items() if notices.source_of(key) in names}


def _answering(sources: list[FetchStatus]) -> set[str]:
    """Return the names of the sources whose last look was answered."""
    # Without an answer on record the record was lost, which tells nothing of the source.
    return {source.name for source in sources if source.last_answer and not source.failing_since}


def _record_known(settings: Settings, folder: Path, sent: dict[str, str], log: StepLogger) -> None:
    """Record the troubles the operator knows of, each with the moment of its notice.

    An error is logged. The next run then sends the notice again.
    """
    # Made before there is anything to record: on a full disk it can be overwritten, not created.
    if sent != run_history.notices(folder) or not (folder / run_history.NOTICES).exists():
        try:
            run_history.set_notices(folder, sent)
        except OSError as error:
            log("notify", level="warning", reason=failure.describe_error(settings, error))


def _facts(report: RunReport | None) -> notice.RunFacts:
    if report is None:
        return notice.RunFacts()
    return notice.RunFacts(
        verdict=report.verdict,
        accounting=report.accounting,
        issues=tuple((issue.edition, issue.date, issue.papers) for issue in report.issues),
    )


def _deliver(settings: Settings, body: bytes, log: StepLogger, *, failed: bool) -> list[str]:
    """Call the heartbeat, and the webhook if ``body`` is not empty; log each call.

    If ``failed``, the heartbeat reports a failed run. Returns the configuration keys of the
    calls that failed, or whose address cannot be read.
    """
    from digest.delivery import monitors, secrets

    root, config = Path(settings.root), settings.notify
    calls, failures = list[monitors.Call](), list[str]()
    for name, reference, text in _calls(config, body, failed=failed):
        try:
            url = secrets.web_address(root, reference, f"notify.{name}")
        except SettingsError as error:
            log("notify", level="warning", to=name, reason=f"{name}: {error.reason}")
            failures.append(name)
            continue
        if name == "heartbeat" and failed:
            url = monitors.failure_address(url)
        calls.append(monitors.Call(name, url, text))
    for call, problem in zip(calls, monitors.send(calls, config.timeout_seconds), strict=True):
        if problem is None:
            log("notify", level="info" if call.body else "debug", to=call.name, host=call.host)
        else:
            # Of the address only the host: the rest is a secret.
            reason = f"{call.name} at {call.host}: {problem}"
            log("notify", level="warning", to=call.name, host=call.host, reason=reason)
            failures.append(call.name)
    return failures


def _calls(config: Notify, body: bytes, *, failed: bool) -> Iterator[tuple[str, str, bytes | None]]:
    """Yield each call to make: its configuration key, the reference to its address, its body."""
    if failed and config.heartbeat_fail:
        yield "heartbeat_fail", config.heartbeat_fail, None
    elif config.heartbeat:
        yield "heartbeat", config.heartbeat, None
    if config.webhook and body:
        yield "webhook", config.webhook, body
