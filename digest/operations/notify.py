"""A run that others are told of: the heartbeat after each, a notice when something is wrong.

Everything is sent once the run is over and its folder free again. A notice of a kind is sent
once, and again only after the folder was well in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from digest.editorial import notices
from digest.errors import Busy, SettingsError
from digest.model.results import RunReport
from digest.model.settings import Notify, Settings
from digest.operations import run, status
from digest.pipeline.progress import ProgressCallback, StepLogger, no_log, no_progress
from digest.render import notice
from digest.storage import run_history


def run_and_notify(
    settings: Settings,
    moment: datetime,
    *,
    due: bool = False,
    watch: ProgressCallback = no_progress,
    tell: StepLogger = no_log,
) -> RunReport:
    """`run.run`, and what it came to sent where the configuration says."""
    try:
        report = run.run(settings, moment, due=due, watch=watch, tell=tell)
    except Busy:
        raise
    except Exception as error:
        wrong = [notice.failure(status.reason(settings, error))]
        _send(settings, moment, None, wrong, tell)
        raise
    _send(settings, moment, report, list(_wrong(settings, report)), tell)
    return report


def test(settings: Settings, moment: datetime, tell: StepLogger) -> bool:
    """A heartbeat and a notice that say they are a test; whether both arrived."""
    body = notice.webhook_body(settings.site.title, moment, notice.RunFacts(), [notice.trial()], [])
    return _deliver(settings, body, tell, failed=False)


def _wrong(settings: Settings, report: RunReport) -> Iterator[notice.Trouble]:
    return notice.troubles(
        expect_every=settings.inbox.expect_every if report.stale else None,
        verdict=report.verdict,
        quarantined=[(problem.dump, problem.reason) for problem in report.quarantined],
        rejected=[(problem.dump, problem.reason) for problem in report.rejected],
    )


def _send(
    settings: Settings,
    moment: datetime,
    report: RunReport | None,
    wrong: list[notice.Trouble],
    tell: StepLogger,
) -> None:
    to = settings.notify
    if not (to.heartbeat or to.webhook):
        return
    folder = Path(settings.root, settings.state.path)
    told = run_history.notices(folder)
    news = [one for one in wrong if one.kind in to.on and one.kind not in told]
    over: list[str] = []
    if report is not None:
        over = notices.ended_troubles(told, {one.kind for one in wrong}, report.accounting.dumps)
    recovered = [kind for kind in over if kind in notices.LASTING and "recovered" in to.on]
    body = b""
    if to.webhook and (news or recovered):
        body = notice.webhook_body(settings.site.title, moment, _facts(report), news, recovered)
    if not _deliver(settings, body, tell, failed=report is None):
        return
    kept = {kind: since for kind, since in told.items() if kind not in over}
    kept |= {one.kind: moment.isoformat(timespec="seconds") for one in news}
    if to.webhook and (kept != told or not (folder / run_history.NOTICES).exists()):
        try:
            run_history.set_notices(folder, kept)
        except OSError as error:
            tell("notify", level="warning", reason=status.reason(settings, error))


def _facts(report: RunReport | None) -> notice.RunFacts:
    if report is None:
        return notice.RunFacts()
    return notice.RunFacts(
        verdict=report.verdict,
        accounting=report.accounting,
        issues=tuple((issue.edition, issue.date, issue.papers) for issue in report.issues),
    )


def _deliver(settings: Settings, body: bytes, tell: StepLogger, *, failed: bool) -> bool:
    """Makes the calls there are to make; whether the notice, if there is one, arrived."""
    from digest.delivery import monitors

    root, to, calls = Path(settings.root), settings.notify, list[monitors.Call]()
    arrived = True
    for name, given, text in _wanted(to, body, failed=failed):
        try:
            url = monitors.address(root, name, given)
        except SettingsError as error:
            tell("notify", level="warning", to=name, reason=f"{name}: {error.reason}")
            arrived = arrived and text is None
            continue
        if name == "heartbeat" and failed:
            url = monitors.failure_address(url)
        calls.append(monitors.Call(name, url, text))
    for call, why in zip(calls, monitors.send(calls, to.timeout_seconds), strict=True):
        if why is None:
            tell("notify", level="info" if call.body else "debug", to=call.name, host=call.host)
        else:
            reason = f"{call.name} at {call.host}: {why}"
            tell("notify", level="warning", to=call.name, host=call.host, reason=reason)
            arrived = arrived and call.body is None
    return arrived


def _wanted(to: Notify, body: bytes, *, failed: bool) -> Iterator[tuple[str, str, bytes | None]]:
    """Each call to make: its key in the configuration, its address there, its body."""
    if failed and to.heartbeat_fail:
        yield "heartbeat_fail", to.heartbeat_fail, None
    elif to.heartbeat:
        yield "heartbeat", to.heartbeat, None
    if to.webhook and body:
        yield "webhook", to.webhook, body
