"""Watch the inbox with watchfiles, to run soon after a file is dropped.

Nothing depends on it, because the periodic scan of `digest serve` finds all files. The library
does not report when a file is complete, sees no changes on most network file systems, and may
not be installed.
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
    """A thread that calls ``run_once`` ``settle`` seconds after files of the inbox have changed.

    Deletions do not count. If the inbox cannot be watched (not made yet, unmounted, watchfiles
    not installed), the thread tries again every ``retry`` seconds. ``run_once`` must not raise.

    A ``with`` block starts the thread. The end of the block, also by an error, sets ``stop`` and
    waits for the thread, and so for a call that is still running.
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
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.is_set():
            # watchfiles raises RuntimeError when its Rust part fails.
            with suppress(ImportError, OSError, RuntimeError):
                for _ in self._changes():
                    # A run at once would skip the file, because it is not settled yet.
                    if not self._stop.wait(self._settle + _SLACK):
                        self._run_once()
            self._stop.wait(self._retry)

    def _changes(self) -> Iterator[object]:
        """Yield each burst of changes in the folder itself; end when the folder is gone."""
        import watchfiles

        def is_relevant(change: watchfiles.Change, _path: str) -> bool:
            return change != watchfiles.Change.deleted

        # The library's own handling of SIGINT is off, because `serve` handles the signal. The
        # library does not report that the folder is gone, so we look every second.
        for changes in watchfiles.watch(
            self._inbox, watch_filter=is_relevant, step=_STEP, stop_event=self._stop,
            rust_timeout=1000, yield_on_timeout=True, raise_interrupt=False, recursive=False,
        ):  # fmt: skip
            if not self._inbox.is_dir():
                return
            if changes:
                yield changes
