"""A progress bar on standard error, for long runs on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from digest.cli import terminal
from digest.pipeline.progress import ProgressCallback, no_progress

_DELAY = 1.0  # seconds before a bar is shown: most runs are over by then


@contextmanager
def progress_bar() -> Iterator[ProgressCallback]:
    """Yield a callback that draws a progress bar; without a terminal the callback does nothing."""
    stream = terminal.drawable()
    if stream is None:
        yield no_progress
        return
    from rich.console import Console  # takes 60 ms, which only a terminal pays for
    from rich.progress import Progress

    started = time.monotonic()
    tasks = {}
    with Progress(console=Console(file=stream), transient=True, auto_refresh=False) as bar:

        def update(step: str, done: int, total: int) -> None:
            if time.monotonic() - started < _DELAY:
                return
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, refresh=True)

        yield update
