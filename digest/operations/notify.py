"""A run that others are told of: the heartbeat after each, a notice when something is wrong.

Everything is sent once the run is over and its folder free again. A notice of a kind is sent
once, and again only after the folder was well in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from digest.editorial import notices
from digest.errors import Busy, SettingsError
from digest.model.issues import Accounting
from digest.model.results import RunReport
from digest.model.settings import Notify, Settings
from digest.operations import run, status
from digest.pipeline.context import ProgressCallback, StepLogger, no_log, no_progress
from digest.render import escape, wording
from digest.storage import run_history

_NAMED = 5  # files or records in a message
_LONGEST = 1500  # characters: hooks of chats refuse more than 2,000


class Trouble(msgspec.Struct, frozen=True):
    """Something that is wrong: its kind, as ``notify.on`` names it, and a sentence."""

    kind: str
    says: str


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
        wrong = [Trouble("failed", f"The run failed: {status.reason(settings, error)}.")]
        _send(settings, moment, None, wrong, tell)
        raise
    _send(settings, moment, report, list(_wrong(settings, report)), tell)
    return report


def test(settings: Settings, moment: datetime, tell: StepLogger) -> bool:
    """A heartbeat and a notice that say they are a test; whether both arrived."""
    wrong = [Trouble("test", "This is a test: notices arrive.")]
    return _deliver(settings, _body(settings, moment, None, wrong, []), tell, failed=False)


def _wrong(settings: Settings, report: RunReport) -> Iterator[Trouble]:
    if report.stale:
        yield Trouble("stale", f"Nothing came for longer than {settings.inbox.expect_every}.")
    if report.verdict == "partial":
        yield Trouble("partial", "A dump fell well short of what its source usually brings.")
    for kind, found, noun in (
        ("quarantined", report.quarantined, "file"),
        ("rejected", report.rejected, "record"),
    ):
        if found:
            named = "; ".join(f"{one.dump}: {one.reason}" for one in found[:_NAMED])
            yield Trouble(kind, f"{wording.count(len(found), noun)} {kind}: {named}.")


def _send(
    settings: Settings,
    moment: datetime,
    report: RunReport | None,
    wrong: list[Trouble],
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
        body = _body(settings, moment, report, news, recovered)
    if not _deliver(settings, body, tell, failed=report is None):
        return
    kept = {kind: since for kind, since in told.items() if kind not in over}
    kept |= {one.kind: moment.isoformat(timespec="seconds") for one in news}
    if to.webhook and (kept != told or not (folder / run_history.NOTICES).exists()):
        try:
            run_history.set_notices(folder, kept)
        except OSError as error:
            tell("notify", level="warning", reason=status.reason(settings, error))


def _body(
    settings: Settings,
    moment: datetime,
    report: RunReport | None,
    news: list[Trouble],
    recovered: list[str],
) -> bytes:
    """What a webhook is sent: facts for programs, and the words where chats look for them.

    Slack and Mattermost show ``text``, Discord ``content``; the latter is told to mention
    nobody.
    """
    message = " ".join([*(one.says for one in news), *(f"Over: {kind}." for kind in recovered)])
    text = escape.chat(f"{settings.site.title}: {message}")[:_LONGEST]
    accounting = report.accounting if report else Accounting()
    return msgspec.json.encode(
        {
            "text": text,
            "content": text,
            "allowed_mentions": {"parse": []},
            "site": settings.site.title,
            "moment": moment.isoformat(timespec="seconds"),
            "kinds": [one.kind for one in news],
            "recovered": recovered,
            "verdict": report.verdict if report else "failed",
            "message": message,
            "counts": accounting,
            "issues": [
                {"edition": one.edition, "date": one.date, "papers": one.papers}
                for one in (report.issues if report else ())
            ],
        }
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
