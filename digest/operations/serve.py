"""Run at the editions' times, when a file is dropped, and at regular intervals.

This module decides nothing about issues. The ledger's row for an edition and date decides what
is due, so an extra run is harmless: cron may run beside this, a restart at the due minute
issues nothing twice, and the next scan makes up for a missed alarm. The scans alone would do;
alarms and changes of the inbox only come earlier. A scan counts seconds that pass, not the
clock, so a clock set back by a week does not stop it for a week.
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


def serve(
    settings: Settings, run_once: RunOnce, log_line: Callable[[str], None], scan: float
) -> None:
    """Call ``run_once`` at once, then by clock, scan and inbox, until SIGTERM or SIGINT.

    ``scan`` is in seconds. ``run_once`` must not raise; a call that is running when the signal
    comes is finished first.
    """
    run_alone = single_flight(run_once)
    alarms = scheduler(settings, run_alone)
    inbox = Path(settings.root, settings.inbox.path)
    settle = settings.inbox.settle_seconds
    with _until_told_to_stop() as stop:
        run_alone()
        alarms.start()
        with inbox_watcher.watching(inbox, run_alone, stop, settle=settle, again=scan):
            log_line(f"Serving; scanning the inbox every {scan:g} s. Stop with Ctrl-C or SIGTERM.")
            while not stop.wait(scan):
                run_alone()
            log_line("Stopping; a run in progress is finished first.")
        alarms.shutdown(wait=True)


def single_flight(run_once: RunOnce) -> RunOnce:
    """Return a function that does nothing while another call of it is running.

    The next scan takes in what a skipped call would have.
    """
    lock = threading.Lock()

    def run_alone() -> None:
        if lock.acquire(blocking=False):
            try:
                run_once()
            finally:
                lock.release()

    return run_alone


def scheduler(settings: Settings, run_once: RunOnce) -> BackgroundScheduler:
    """Return a scheduler, not yet started, with one job for each edition."""
    # By default APScheduler silently skips a job that is late by more than a second.
    alarms = BackgroundScheduler(
        timezone=settings.site.timezone,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for edition in settings.editions:
        trigger = CronTrigger(**cron_fields(edition), timezone=settings.site.timezone)
        alarms.add_job(run_once, trigger, id=f"edition {edition.name}")
    return alarms


def cron_fields(edition: Edition) -> dict[str, Any]:
    """Return the time of an edition for APScheduler, whose weekday numbers differ from cron's."""
    hours, minutes = edition.at.split(":")
    at = {"hour": int(hours), "minute": int(minutes)}
    if edition.period == "month":
        return {"day": 1, **at}
    days = edition.days[:1] if edition.period == "week" else edition.days
    return {"day_of_week": ",".join(days), **at}


@contextmanager
def _until_told_to_stop() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set; restore the former handlers at the end."""
    stop = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    handlers = {number: signal.signal(number, lambda *_: stop.set()) for number in signals}
    try:
        yield stop
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
