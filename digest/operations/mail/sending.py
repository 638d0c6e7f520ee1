"""Do one pass of the sender: freeze audiences, send what is due, and report it.

At most one process of a working folder sends. Its lock is not that of the working folder, so a
run never waits for a sender, which may take hours for thousands of people.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from digest.editorial import delivery_times
from digest.errors import Busy, DigestError
from digest.model.people import DeliveryCounts, DeliveryReport, DeliveryState, Mailing
from digest.model.settings import Settings
from digest.operations.serving.stop_signal import StopSignal
from digest.pipeline.mailing import audience, settling
from digest.pipeline.mailing.issues import IssueReader
from digest.pipeline.mailing.queue import Clock, DeliveryQueue
from digest.pipeline.mailing.sender import Sender
from digest.pipeline.progress import StepLogger, WaitForStop
from digest.pipeline.session import open_to_read
from digest.storage import lock
from digest.storage.people import People, backups, database
from digest.text.counting import count

_STEP = "deliver"
# Longer than the ledger's backups are kept by default, so that papers mailed once are known
# after a restore; what was sent to whom is not kept for ever.
_KEPT = timedelta(days=90)
_BODIES_KEPT = timedelta(days=7)
_REASONS = 5  # in the log


def deliver_pending(
    settings: Settings, moment: datetime, log: StepLogger, stop: threading.Event | None
) -> DeliveryReport | None:
    """Send what is due, as `deliver.deliver_pending` says. Raises nothing: errors are logged."""
    try:
        return _deliver_or_report(settings, moment, log, stop)
    except (DigestError, OSError) as error:
        log(_STEP, level="warning", reason=str(error))
    except Exception as error:  # noqa: BLE001 - everything is published, so no run may fail of it
        # Without the words of the error, which may hold an address.
        place = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"a fault of the program: {type(error).__name__} in {place.name}, {place.lineno}"
        log(_STEP, level="error", reason=reason)
    return None


def _deliver_or_report(
    settings: Settings, moment: datetime, log: StepLogger, stop: threading.Event | None
) -> DeliveryReport:
    """Send what is due; while another process is sending, report what is unknown alone."""
    try:
        return deliver(settings, moment, log, stop)
    except Busy:
        log(_STEP, level="debug", reason="another process is sending")
        with database.opened(settings.state_folder) as people:
            return DeliveryReport(unknown=people.deliveries.count_unknown())


def deliver(
    settings: Settings,
    moment: datetime,
    log: StepLogger,
    stop: threading.Event | None = None,
    *,
    limit: int | None = None,
    is_forced: bool = False,
) -> DeliveryReport:
    """Freeze the audiences of new issues, send what is due, and return what became of it.

    ``limit`` is how many mails are sent at most. If ``is_forced``, a mail server that took
    nothing is tried at once. Raises `Busy` if another process is sending, `PeopleError`,
    `LedgerError` or `SettingsError` for what cannot be used, and `OSError`.
    """
    started = time.perf_counter()
    folder = settings.state_folder
    folder.mkdir(parents=True, exist_ok=True)
    clock = _clock(moment)
    with lock.hold_file(folder / lock.SENDER, 0.0), database.opened(folder) as people:
        settled = settling.settle_interrupted(people, settings.mail, clock())
        with _stopping(stop) as wait:
            queue = DeliveryQueue(settings.mail, clock, wait, _freezer(settings, clock, log), limit)
            outage = people.outages.get()
            is_over = outage is None or delivery_times.is_pause_over(
                outage.until, settings.mail.retry, clock()
            )
            # Without [mail] there may be channels still; what waits of mails waits on.
            if not (is_forced or is_over) or not settings.mail.is_on:
                queue.stop_mails()
            sender = Sender(settings, queue, IssueReader(settings, moment), clock)
            sender.send_all()
        _forget_old(people, clock())
        report = DeliveryReport(
            counts=_counts(Counter(settled) + sender.reached),
            unknown=people.deliveries.count_unknown(),
            failed=tuple(sender.failed),
            outage=sender.outage,
        )
    _log(log, report, is_first=outage is None, seconds=time.perf_counter() - started)
    try:
        # Nothing else does so once an operator makes no more backups.
        backups.prune(folder, clock())
    except OSError as error:  # what was sent is reported all the same
        log(_STEP, level="warning", reason=f"old backups of people were not deleted: {error}")
    return report


def _clock(moment: datetime) -> Clock:
    """Return a clock that stands at a moment now, and goes on from there."""
    # Not the machine's clock: the moment of a run may be given by --now.
    began, started = moment.astimezone(UTC), time.monotonic()
    return lambda: began + timedelta(seconds=time.monotonic() - started)


@contextmanager
def _stopping(stop: threading.Event | None) -> Iterator[WaitForStop]:
    """Give a function that waits and says whether to stop: by ``stop``, or in the foreground by
    a signal, which is raised again at the end as `KeyboardInterrupt`.
    """
    if stop or threading.current_thread() is not threading.main_thread():
        yield (stop or threading.Event()).wait
        return
    with StopSignal() as signals:
        yield signals.wait
    if signals.event.is_set():
        raise KeyboardInterrupt


def _freezer(settings: Settings, clock: Clock, log: StepLogger) -> Callable[[People], None]:
    """Return a function that freezes the audiences of issues that were published meanwhile."""

    def freeze(people: People) -> None:
        with open_to_read(settings) as ledger:
            new = audience.freeze(people, ledger, settings, clock()) if ledger else []
        for mailing in new:
            if mailing.is_mailed:
                _warn(people, settings, mailing, log)

    return freeze


def _warn(people: People, settings: Settings, mailing: Mailing, log: StepLogger) -> None:
    """Log who of the configuration cannot be mailed to, and that an issue is mailed to nobody."""
    for problem in audience.own_addresses(settings)[1]:
        reason = f"mail.to: {problem}: {mailing.edition} {mailing.key} is not mailed to it"
        log(_STEP, level="warning", reason=reason)
    if people.deliveries.counts(mailing.id) == DeliveryCounts():
        reason = f"{mailing.edition} {mailing.key} is mailed to nobody: there is no subscriber"
        log(_STEP, level="warning", reason=reason)


def _forget_old(people: People, now: datetime) -> None:
    """Delete old messages, and what was sent to whom, once a day."""
    # Not with each new issue: a publication that stopped would keep them for ever.
    today = delivery_times.spell(now)[:10]
    if people.mailings.forgotten() == today:
        return
    with people.transaction():
        people.contents.drop_bodies(delivery_times.spell(now - _BODIES_KEPT))
        people.mailings.forget_deliveries(delivery_times.spell(now - _KEPT))
        people.mailings.set_forgotten(today)


def _counts(reached: Mapping[DeliveryState, int]) -> DeliveryCounts:
    return DeliveryCounts(**{str(state): count for state, count in reached.items()})


def _log(log: StepLogger, report: DeliveryReport, *, is_first: bool, seconds: float) -> None:
    """Log a pass, without addresses. An outage of the server is a warning when it begins."""
    counts = {name: getattr(report.counts, name) for name in DeliveryCounts.__struct_fields__}
    late = report.counts.late
    too_late = f"{count(late, 'delivery', 'deliveries')} too late, not sent" if late else None
    problems = [*filter(None, [report.outage, too_late]), *report.failed]
    reasons = list(dict.fromkeys(problems))[:_REASONS]
    is_new = late or report.counts.failed or report.counts.unknown or (report.outage and is_first)
    log(
        _STEP,
        level="warning" if is_new else "debug" if report.is_idle else "info",
        **{name: number for name, number in counts.items() if number},
        reason="; ".join(reasons) or None,
        seconds=round(seconds, 3),
    )
