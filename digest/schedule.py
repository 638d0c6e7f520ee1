"""`digest serve`: APScheduler as an alarm clock. It pokes, and decides nothing.

What is due is decided by the ledger's row for an edition and date, so a poke too many does
no harm: cron may run beside this, a restart at the due minute issues nothing twice, and a
wake-up that was missed is made up for by the next scan.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from digest.model.settings import Edition, Settings


def serve(
    settings: Settings, poke: Callable[[], None], say: Callable[[str], None], scan: float
) -> None:
    """Pokes at once, at each edition's time and every ``scan`` seconds, until SIGTERM.

    A run that is going on is finished first. ``poke`` must not raise.
    """
    scheduler = alarm_clock(settings, poke, scan)
    with _until_told_to_stop() as stop:
        poke()
        scheduler.start()
        say(f"Serving; looking into the inbox every {scan:g} s. Stop with Ctrl-C or SIGTERM.")
        stop.wait()
        say("Stopping: a run that is going on is finished first.")
        scheduler.shutdown(wait=True)


def alarm_clock(settings: Settings, poke: Callable[[], None], scan: float) -> BackgroundScheduler:
    """A scheduler, not yet started, with one job a trigger.

    Grace and coalescing are explicit: by default a wake-up late by more than a second is
    skipped silently. One poke at a time is enough, the others coalesce into the next.
    """
    scheduler = BackgroundScheduler(
        timezone=settings.site.timezone,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    one_at_a_time = threading.Lock()

    def guarded() -> None:
        if one_at_a_time.acquire(blocking=False):
            try:
                poke()
            finally:
                one_at_a_time.release()

    scheduler.add_job(guarded, IntervalTrigger(seconds=scan), id="scan")
    for edition in settings.editions:
        trigger = CronTrigger(**cron_fields(edition), timezone=settings.site.timezone)
        scheduler.add_job(guarded, trigger, id=f"edition {edition.name}")
    return scheduler


def cron_fields(edition: Edition) -> dict[str, Any]:
    """When an edition's alarm rings; weekdays by name only, numbers mean other days here."""
    hours, minutes = edition.at.split(":")
    at = {"hour": int(hours), "minute": int(minutes)}
    if edition.period == "month":
        return {"day": 1, **at}
    days = edition.days[:1] if edition.period == "week" else edition.days
    return {"day_of_week": ",".join(days), **at}


@contextmanager
def _until_told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; the former handlers come back at the end."""
    stop = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in signals}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
