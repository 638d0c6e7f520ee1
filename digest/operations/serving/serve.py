"""Start runs: at the times of the editions, when a file is dropped, and at regular intervals.

Decides nothing about issues. The ledger's row for an edition and date decides what is due, so an
extra run is harmless: cron may start runs as well, and a restart at the due minute issues
nothing twice. The runs at regular intervals (scans) would be enough. The scheduler and the inbox
watcher only start a run sooner, and the next scan makes up for one that they missed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from digest.model.settings import Edition, Settings
from digest.operations.serving.inbox_watcher import InboxWatcher
from digest.operations.serving.stop_signal import StopSignal
from digest.pipeline.progress import WaitForStop

RunOnce = Callable[[], None]  # does a run, and reports errors instead of raising them
Run = Callable[[WaitForStop], None]  # the same, which may ask meanwhile whether it is to stop


def serve(settings: Settings, run_once: Run, log_line: Callable[[str], None], scan: float) -> None:
    """Call ``run_once`` again and again until SIGTERM or SIGINT.

    It is called at once, at the times of the editions, after changes of the inbox, and every
    ``scan`` seconds, but never twice at a time. It must not raise. A call that is running when
    the signal comes is finished first, but waits for no source any more. ``log_line`` is called at
    the start and at the end.
    """
    inbox = Path(settings.root, settings.inbox.path)
    settle = settings.inbox.settle_seconds
    with StopSignal() as stop:
        run_alone = single_flight(partial(run_once, stop.wait))
        alarms = scheduler(settings, run_alone)
        run_alone()
        alarms.start()
        with InboxWatcher(inbox, run_alone, stop.event, settle=settle, retry=scan):
            log_line(f"Serving; scanning the inbox every {scan:g} s. Stop with Ctrl-C or SIGTERM.")
            # Waits for seconds that pass. A clock set back by a week does not delay a scan.
            while not stop.wait(scan):
                run_alone()
            log_line("Stopping; a run in progress is finished first.")
        # A run may still be in progress in the scheduler's own thread.
        alarms.shutdown(wait=True)


def single_flight(run_once: RunOnce) -> RunOnce:
    """Return a function that calls ``run_once``, or does nothing while such a call is running."""
    # A skipped call is no loss: the next scan does the same.
    lock = threading.Lock()

    def run_alone() -> None:
        if lock.acquire(blocking=False):
            try:
                run_once()
            finally:
                lock.release()

    return run_alone


def scheduler(settings: Settings, run_once: RunOnce) -> BackgroundScheduler:
    """Return a scheduler, not yet started, that calls ``run_once`` at the time of each edition."""
    # Without a grace time: by default APScheduler skips a job that is more than a second late.
    alarms = BackgroundScheduler(
        timezone=settings.site.timezone,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for edition in settings.editions:
        trigger = CronTrigger(**cron_fields(edition), timezone=settings.site.timezone)
        alarms.add_job(run_once, trigger, id=f"edition {edition.name}")
    return alarms


def cron_fields(edition: Edition) -> dict[str, Any]:
    """Return the times of an edition as the arguments of APScheduler's `CronTrigger`."""
    # Weekdays by name: APScheduler counts them from Monday as 0, cron from Sunday.
    hours, minutes = edition.at.split(":")
    at = {"hour": int(hours), "minute": int(minutes)}
    if edition.period == "month":
        return {"day": 1, **at}
    days = edition.days[:1] if edition.period == "week" else edition.days
    return {"day_of_week": ",".join(days), **at}
