"""`digest serve`: APScheduler as an alarm clock. It pokes, and decides nothing.

What is due is decided by the ledger's row for an edition and date, so a poke too many does
no harm: cron may run beside this, a restart at the due minute issues nothing twice, and a
wake-up that was missed is made up for by the next scan. Alarms and changes in the inbox only
come earlier than the scan, which is the truth: it counts seconds that pass, so that a clock
set back by a week does not put it to sleep for one.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from digest.model.settings import Edition, Settings
from digest.operations import inbox_watcher

RunOnce = Callable[[], None]


def serve(settings: Settings, poke: RunOnce, say: Callable[[str], None], scan: float) -> None:
    """Pokes at once, at each edition's time, every ``scan`` seconds, and when a file is dropped.

    Until SIGTERM or SIGINT; a run that is going on is finished first. ``poke`` must not raise.
    """
    guarded = single_flight(poke)
    alarms = scheduler(settings, guarded)
    inbox = Path(settings.root, settings.inbox.path)
    settle = settings.inbox.settle_seconds
    with _until_told_to_stop() as stop:
        guarded()
        alarms.start()
        with inbox_watcher.watching(inbox, guarded, stop, settle=settle, again=scan):
            say(f"Serving; looking into the inbox every {scan:g} s. Stop with Ctrl-C or SIGTERM.")
            while not stop.wait(scan):
                guarded()
            say("Stopping: a run that is going on is finished first.")
        alarms.shutdown(wait=True)


def single_flight(poke: RunOnce) -> RunOnce:
    """A poke that does nothing while another one is going on: the next scan sees what is left."""
    going_on = threading.Lock()

    def guarded() -> None:
        if going_on.acquire(blocking=False):
            try:
                poke()
            finally:
                going_on.release()

    return guarded


def scheduler(settings: Settings, poke: RunOnce) -> BackgroundScheduler:
    """A scheduler, not yet started, with one job an edition.

    Grace and coalescing are explicit: by default a wake-up late by more than a second is
    skipped silently.
    """
    alarms = BackgroundScheduler(
        timezone=settings.site.timezone,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for edition in settings.editions:
        trigger = CronTrigger(**cron_fields(edition), timezone=settings.site.timezone)
        alarms.add_job(poke, trigger, id=f"edition {edition.name}")
    return alarms


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
