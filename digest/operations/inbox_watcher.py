"""Watch the inbox with watchfiles, to run as soon as a file is dropped.

The library has no event for a complete file, and none at all on most network file systems; it
may also be missing. So this is only a hint: the periodic scan of `digest serve` finds all files.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

_SLACK = 0.1  # seconds beyond the time to settle
_STEP = 200  # milliseconds without a change that end a burst of them


class InboxWatcher:
    """A thread that calls ``run_once`` ``settle`` seconds after each change of the inbox.

    An inbox that cannot be watched (not made yet, unmounted, watchfiles not installed) is tried
    again every ``retry`` seconds. The thread begins with the ``with`` block and ends once
    ``stop`` is set; the end of the block waits for it, and so for a call that is still running.
    """

    def __init__(
        self,
        inbox: Path,
        run_once: Callable[[], None],
        stop: threading.Event,
        *,
        settle: float,
        retry: float,
    ) -> None:
        self._inbox, self._run_once, self._stop = inbox, run_once, stop
        self._settle, self._retry = settle, retry
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.is_set():
            # The library raises RuntimeError for faults of its own.
            with suppress(ImportError, OSError, RuntimeError):
                for _ in self._changes():
                    # Younger files are not settled yet: a run would leave them for the next.
                    if not self._stop.wait(self._settle + _SLACK):
                        self._run_once()
            self._stop.wait(self._retry)

    def _changes(self) -> Iterator[object]:
        """Yield each burst of changes in the folder itself; end when the folder is gone."""
        import watchfiles

        def is_relevant(change: watchfiles.Change, _path: str) -> bool:
            return change != watchfiles.Change.deleted

        # Without the library's own signal handler: `serve` handles SIGINT. The timeout wakes us
        # to see whether the folder is still there, of which the library says nothing.
        for changes in watchfiles.watch(
            self._inbox, watch_filter=is_relevant, step=_STEP, stop_event=self._stop,
            rust_timeout=1000, yield_on_timeout=True, raise_interrupt=False, recursive=False,
        ):  # fmt: skip
            if not self._inbox.is_dir():
                return
            if changes:
                yield changes
