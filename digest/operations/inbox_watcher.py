"""Watch the inbox with watchfiles, to run as soon as a file is dropped.

The library has no event for a complete file, and none at all on most network file systems; it
may also be missing. So this is only a hint: the periodic scan of `digest serve` finds all files.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SLACK = 0.1  # seconds beyond the time to settle
_STEP = 200  # milliseconds without a change that end a burst of them


@contextmanager
def watching(
    inbox: Path, run_once: Callable[[], None], stop: threading.Event, *, settle: float, again: float
) -> Iterator[None]:
    """Call ``run_once`` ``settle`` seconds after each change of the inbox.

    An inbox that cannot be watched (not made yet, unmounted, watchfiles not installed) is
    tried again every ``again`` seconds. The thread ends when ``stop`` is set; leaving the
    context waits for it, and so for a call that is still running.
    """
    thread = threading.Thread(
        target=_watch, args=(inbox, run_once, stop, settle, again), name="watch", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _watch(
    inbox: Path, run_once: Callable[[], None], stop: threading.Event, settle: float, again: float
) -> None:
    while not stop.is_set():
        with suppress(ImportError, OSError, RuntimeError):  # RuntimeError: the library's own
            for _ in _changes(inbox, stop):
                if not stop.wait(settle + _SLACK):
                    run_once()
        stop.wait(again)


def _changes(inbox: Path, stop: threading.Event) -> Iterator[object]:
    """Give each burst of changes in the folder itself; end when the folder is gone."""
    import watchfiles

    def is_relevant(change: watchfiles.Change, _path: str) -> bool:
        return change != watchfiles.Change.deleted

    # Without the library's own signal handler: `serve` handles SIGINT.
    for changes in watchfiles.watch(
        inbox, watch_filter=is_relevant, step=_STEP, stop_event=stop, rust_timeout=1000,
        yield_on_timeout=True, raise_interrupt=False, recursive=False,
    ):  # fmt: skip
        if not inbox.is_dir():
            return
        if changes:
            yield changes
