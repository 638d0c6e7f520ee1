"""Do what may take long beside the runs of `digest serve`: uploads, mails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Self

from digest.model.settings import Settings
from digest.pipeline.progress import StepLogger

Work = Callable[[Settings, datetime, StepLogger, threading.Event], object]


class Background:
    """Does work in a thread during a ``with`` block, so that no run waits for it.

    ``work`` gets an event that is set at the end of the block, where it is waited for; it must
    raise nothing. It is done only if ``is_needed`` for the settings.
    """

    def __init__(
        self, work: Work, is_needed: Callable[[Settings], object], log: StepLogger
    ) -> None:
        self._work, self._is_needed, self._log = work, is_needed, log
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.wait()

    def start(
        self, settings: Settings, moment: datetime, *, after: Background | None = None
    ) -> None:
        """Begin the work, once that of ``after`` is done; not while the last call still works."""
        if not self._is_needed(settings) or (self._thread and self._thread.is_alive()):
            return

        def work() -> None:
            if after is not None:
                after.wait()
            self._work(settings, moment, self._log, self._stop)

        self._thread = threading.Thread(target=work)
        self._thread.start()

    def wait(self) -> None:
        """Wait until the work that was begun is done."""
        if self._thread is not None:
            self._thread.join()
