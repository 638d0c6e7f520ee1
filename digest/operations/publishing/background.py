"""Run the commands of ``[[publish]]`` beside the runs of `digest serve`."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Self

from digest.model.settings import Settings
from digest.pipeline.progress import StepLogger


class BackgroundPublisher:
    """Runs the commands in a thread during a ``with`` block, so that no run waits for an upload.

    At the end of the block a running command is stopped; the next run repeats it.
    """

    def __init__(self, log: StepLogger) -> None:
        self._log, self._stop = log, threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def start(self, settings: Settings, moment: datetime) -> None:
        """Run the commands that are due, unless the last call still does so."""
        if not settings.publish or (self._thread is not None and self._thread.is_alive()):
            return
        from digest.operations.publishing import run_commands

        arguments = (settings, moment, self._log, self._stop)
        self._thread = threading.Thread(target=run_commands.publish_pending, args=arguments)
        self._thread.start()
