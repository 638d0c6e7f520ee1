"""A progress bar on standard error, when a run is long and a person watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from digest.pipeline.progress import ProgressCallback, no_progress

_PATIENCE = 1.0  # seconds before there is anything to show


@contextmanager
def watch() -> Iterator[ProgressCallback]:
    """A callback to tell of progress: step, how many done, of how many."""
    if sys.stderr is None or not sys.stderr.isatty():  # None: started with it closed
        yield no_progress
        return
    from rich.console import Console  # only where somebody watches
    from rich.progress import Progress

    started = time.monotonic()
    tasks = {}
    with Progress(console=Console(stderr=True), transient=True, auto_refresh=False) as bar:

        def tell(step: str, done: int, total: int) -> None:
            if time.monotonic() - started < _PATIENCE:
                return
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, refresh=True)

        yield tell
