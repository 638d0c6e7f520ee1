"""A look at the inbox as soon as something is dropped: watchfiles as a hint, never the truth.

The library has no event for a file that is complete, and none at all on most network file
systems; it may also be missing. Whatever fails here, the periodic scan finds every file.
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
    inbox: Path, poke: Callable[[], None], stop: threading.Event, *, settle: float, again: float
) -> Iterator[None]:
    """Pokes ``settle`` seconds after something in the inbox has changed, until ``stop`` is set.

    An inbox that cannot be watched (not there yet, its mount gone, watchfiles not installed)
    is tried again every ``again`` seconds. At the end waits for a poke that is going on.
    """
    thread = threading.Thread(
        target=_watch, args=(inbox, poke, stop, settle, again), name="watch", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _watch(
    inbox: Path, poke: Callable[[], None], stop: threading.Event, settle: float, again: float
) -> None:
    while not stop.is_set():
        with suppress(ImportError, OSError, RuntimeError):  # RuntimeError: the library's own
            for _ in _changes(inbox, stop):
                if not stop.wait(settle + _SLACK):
                    poke()
        stop.wait(again)


def _changes(inbox: Path, stop: threading.Event) -> Iterator[object]:
    """Something for each burst of changes in the folder itself; ends with the folder."""
    import watchfiles

    def concerns_us(change: watchfiles.Change, _path: str) -> bool:
        return change != watchfiles.Change.deleted

    # The library's own signal handler stands aside: SIGINT is ours.
    for found in watchfiles.watch(
        inbox, watch_filter=concerns_us, step=_STEP, stop_event=stop, rust_timeout=1000,
        yield_on_timeout=True, raise_interrupt=False, recursive=False,
    ):  # fmt: skip
        if not inbox.is_dir():
            return
        if found:
            yield found
